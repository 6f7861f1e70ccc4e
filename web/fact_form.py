"""The intake form of a section, built from the facts of the vocabulary.

Each fact has four fields: its value under its own id, and its standing, evidence and note under the id with an
ending. "Not established" is a value like any other and the one a fact begins with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.intake import FactEntry
from casebook.models import CaseFact
from rules.vocabulary import BadValue, Fact, check_value, vocabulary
from web.fields import ChoicesField, DateField, NumberField
from web.forms import MANY, BaseForm
from web.i18n import lang
from web.labels import STANDING_HELP, STANDINGS

STANDING, EVIDENCE, NOTE = "__standing", "__evidence", "__note"
OFFERED_STANDING = "documented"
MOST_RADIOS = 6
_TRUTH = {"yes": True, "no": False}


@dataclass
class Row:
    """One fact as the page shows it: its four fields, what is stored, and whether the grounds stand open."""

    fact: Fact
    value: object
    standing: object
    evidence: object
    note: object
    stored: CaseFact | None
    errors: list[str] = field(default_factory=list)
    grounds_errors: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[dict]:
        """The choices, for the pattern's macros."""
        return _items(self.value)

    @property
    def standing_items(self) -> list[dict]:
        return [{**item, "hint": STANDING_HELP[item["value"]]} for item in _items(self.standing)]

    @property
    def short(self) -> bool:
        """Whether its choices fit on one line."""
        return sum(len(item["text"]) + 4 for item in self.items) <= (38 if lang() == "zh" else 60)

    @property
    def kind(self) -> str:
        """How the value is asked: boolean, radios, select, checkboxes, number, date or text."""
        if self.fact.type == "choice":
            if not self.fact.choices or self.fact.open_values:
                return "text"
            return "radios" if len(self.fact.choices) <= MOST_RADIOS else "select"
        return {"choices": "checkboxes"}.get(self.fact.type, self.fact.type)

    def entry(self) -> FactEntry:
        """What was entered; raises BadValue. An empty row is the same as one never touched."""
        value = self._typed_value()
        evidence, note = _lines(self.evidence.data), _lines(self.note.data)
        if value is not None:
            check_value(self.fact, value)
        elif not evidence and not note:
            return FactEntry()
        return FactEntry(value, self.standing.data or OFFERED_STANDING, evidence, note)

    def _typed_value(self) -> object:
        if self.kind == "boolean":
            return _TRUTH.get(self.value.data)
        if self.kind == "number":
            return self.value.number
        if self.kind == "checkboxes":
            return list(self.value.data or ()) or None
        if self.kind == "date":
            return self.value.data
        return (self.value.data or "").strip() or None


class SectionForm:
    """The rows of some facts over one WTForms form; `entries` holds what was entered once it validates."""

    def __init__(self, facts: Iterable[Fact], stored: Mapping[str, CaseFact], formdata=None):
        facts = tuple(facts)
        self.form = _form_class(tuple(fact.id for fact in facts), lang())(
            formdata, data=_stored_values(facts, stored)
        )
        self.rows = [self._row(fact, stored.get(fact.id)) for fact in facts]
        self.entries: dict[str, FactEntry] = {}

    def _row(self, fact: Fact, stored: CaseFact | None) -> Row:
        form = self.form
        return Row(
            fact,
            form[fact.id],
            form[fact.id + STANDING],
            form[fact.id + EVIDENCE],
            form[fact.id + NOTE],
            stored,
        )

    def validate(self) -> bool:
        """Read every row; faults stay with their rows, and what was typed stays in the boxes."""
        self.form.validate()
        for row in self.rows:
            row.errors = [str(error) for error in row.value.errors]
            row.grounds_errors = [
                str(e) for part in (row.standing, row.evidence, row.note) for e in part.errors
            ]
            if not row.errors:
                try:
                    self.entries[row.fact.id] = row.entry()
                except BadValue as bad:
                    self.refuse(bad)
        return not self.error_list

    reason_error = ""  # what is wrong with the reason for changes, which belongs to no row
    source_error = ""  # or with where they come from

    def refuse(self, bad: BadValue) -> None:
        """Put a fault found by the record at its row."""
        row = next(row for row in self.rows if row.fact.id == bad.fact_id)
        row.errors = [_("This must be %(expected)s.", expected=bad.expected(lang()))]

    @property
    def error_list(self) -> list[dict]:
        found = []
        for row in self.rows:
            label = row.fact.label(lang())
            found += [
                {"text": _("%(field)s: %(error)s", field=label, error=error), "href": f"#{row.fact.id}"}
                for error in row.errors[:1]
            ]
            found += [
                {"text": _("%(field)s: %(error)s", field=label, error=e), "href": f"#{row.fact.id}{EVIDENCE}"}
                for e in row.grounds_errors[:1]
            ]
        if self.reason_error:
            label = _("Why earlier answers are changed")
            found.append({"text": _("%(field)s: %(error)s", field=label, error=self.reason_error), "href": "#reason"})
        if self.source_error:
            found.append({"text": self.source_error, "href": "#source"})
        return found


def _items(field) -> list[dict]:
    return [
        {"value": value, "text": str(label), "checked": chosen, "selected": chosen}
        for value, label, chosen, _keywords in field.iter_choices()
    ]


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _stored_values(facts: Iterable[Fact], stored: Mapping[str, CaseFact]) -> dict:
    values = {}
    for fact in facts:
        row = stored.get(fact.id)
        if row is None:
            continue
        value = row.value
        if fact.type == "boolean":
            value = {True: "yes", False: "no"}.get(value, "")
        values |= {
            fact.id: value,
            fact.id + STANDING: str(row.standing)
            if row.value is not None or row.evidence
            else OFFERED_STANDING,
            fact.id + EVIDENCE: row.evidence,
            fact.id + NOTE: row.note,
        }
    return values


@lru_cache(maxsize=64)
def _form_class(fact_ids: tuple[str, ...], language: str) -> type[BaseForm]:
    """One class for each set of facts and language; built once."""
    fields = {}
    for fact in (vocabulary().facts[fact_id] for fact_id in fact_ids):
        fields[fact.id] = _value_field(fact, language)
        fields[fact.id + STANDING] = RadioField(
            lazy("How well is it established?"), default=OFFERED_STANDING,
            choices=[SelectChoice(value, text) for value, text in STANDINGS.items()],
        )  # fmt: skip
        fields[fact.id + EVIDENCE] = StringField(
            lazy("Evidence, with its place in the file"), [Length(max=500, message=MANY)]
        )
        fields[fact.id + NOTE] = TextAreaField(lazy("Note"), [Length(max=4000, message=MANY)])
    return type("FactsForm", (BaseForm,), fields)


def _value_field(fact: Fact, language: str):
    label = fact.label(language)
    unknown = SelectChoice("", lazy("Not established"))
    if fact.type == "boolean":
        truth = [SelectChoice("yes", lazy("Yes")), SelectChoice("no", lazy("No"))]
        return RadioField(label, choices=[*truth, unknown], default="")
    if fact.type == "number":
        return NumberField(label)
    if fact.type == "date":
        return DateField(label)
    if fact.type == "text" or not fact.choices or fact.open_values:
        return StringField(label)
    choices = [SelectChoice(choice.value, choice.label(language)) for choice in fact.choices]
    if fact.type == "choices":
        return ChoicesField(label, choices=choices)
    if len(choices) <= MOST_RADIOS:
        return RadioField(label, choices=[unknown, *choices], default="")
    return SelectField(label, choices=[unknown, *choices], default="")
