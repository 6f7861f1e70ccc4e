"""The forms on the way of a decided case into the library: the proposal, a coding by issue, and what settles it."""

from collections.abc import Mapping, Sequence
from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.errors import Problem
from casebook.models import Precedent
from casebook.precedents import coding, identity, words
from casebook.precedents.coding import Difference, Settled
from casebook.precedents.entering import Finding, Found
from rules.factor import WHOLE
from rules.factors import book
from rules.vocabulary import Fact, vocabulary
from web.choices import worded
from web.fields import ChoicesField, Filled, NumberField, plain_lines
from web.forms import MANY, BaseForm
from web.i18n import lang
from web.widgets import Checkboxes, Radios, Select, TextArea, TextInput

NOT_APPLICABLE = "~"
_TRUTH = {"yes": True, "no": False}


class NamedErrors(BaseForm):
    """A long form: the summary names the field before each error, and the issue where the field belongs to one."""

    @property
    def error_list(self) -> list[dict]:
        return [
            {
                "text": _("%(field)s: %(error)s", field=_name(field), error=field.errors[0]),
                "href": f"#{field.id}",
            }
            for field in self
            if field.errors
        ]


class WordsForm(NamedErrors):
    """What a precedent says in words."""

    title = StringField(
        lazy("Title of the precedent"),
        [Filled(lazy("Enter a title.")), Length(max=200, message=MANY)],
        widget=TextInput(),
        description=lazy("What it was about, in one line; no place and nobody's name."),
    )
    summary = TextAreaField(
        lazy("Facts found"),
        [Filled(lazy("Enter the facts.")), Length(max=20_000, message=MANY)],
        widget=TextArea(),
        description=lazy("As the decision found them, so that a stranger can code them from here."),
    )
    holding = TextAreaField(
        lazy("Why it was decided like this"), [Length(max=20_000, message=MANY)], widget=TextArea()
    )
    notes = TextAreaField(
        lazy("What was weighed and given no weight (optional)"),
        [Length(max=20_000, message=MANY)],
        widget=TextArea(),
    )

    @property
    def words(self) -> dict[str, str]:
        return {name: plain_lines(self[name].data) for name in ("title", "summary", "holding", "notes")}


class FindingsForm(NamedErrors):
    """What was found on each issue; the boxes are added for the issues there are."""

    def offer(self, outcome: str, known: Mapping[str, bool | float] | None = None) -> None:
        """Put the outcomes and factors to choose from; with `known`, only factors that these facts settle."""
        found = [SelectChoice("", _("Not decided")), *worded(words.OUTCOMES)]
        for issue in book().issues.values():
            field = self[f"issue_{issue.id}"]
            field.choices = found
            if issue.id == WHOLE:
                field.data = outcome
            self[f"reasons_{issue.id}"].choices = [
                SelectChoice(name, _factor(name, known))
                for name in issue.factors
                if known is None or name in known
            ]

    def findings(self) -> dict[str, Finding]:
        return {
            issue: Finding(
                self[f"issue_{issue}"].data or "", tuple(self[f"reasons_{issue}"].data or ()), (),
                plain_lines(self[f"words_{issue}"].data),
            )
            for issue in book().issues
            if self[f"issue_{issue}"].data or self[f"reasons_{issue}"].data or self[f"words_{issue}"].data
        }  # fmt: skip

    def opened(self, issue: str) -> bool:
        """Whether something stands in the boxes of an issue, or is wrong with them."""
        fields = [self[f"{part}_{issue}"] for part in ("issue", "reasons", "words")]
        return any(field.data or field.errors for field in fields)


class ProposeForm(WordsForm, FindingsForm):
    place = SelectField(lazy("Where it was"), widget=Select(), validate_choice=False)
    period = SelectField(lazy("When it was"), widget=Select(), validate_choice=False)

    def offer(self, outcome: str, known: Mapping[str, bool | float] | None = None) -> None:
        super().offer(outcome, known)
        self.place.choices, self.period.choices = worded(identity.PLACES), worded(identity.PERIODS)


class CodingForm(FindingsForm):
    """Every fact that a coder is asked, and what the text finds on each issue."""

    def offer(self, outcome: str, known: Mapping[str, bool | float] | None = None) -> None:
        super().offer(outcome, known)
        for name in coding.asked_facts():
            field, fact = self[f"fact_{name}"], vocabulary().facts[name]
            if not isinstance(field, NumberField):
                field.choices = _choices(fact)

    def facts(self) -> dict[str, Found]:
        """What was coded; raises nothing: a value a fact does not take is refused by the record."""
        return {name: self._found(vocabulary().facts[name]) for name in coding.asked_facts()}

    def _found(self, fact: Fact) -> Found:
        field = self[f"fact_{fact.id}"]
        if isinstance(field, NumberField):
            return Found(field.number) if field.number is not None else Found(state="unknown")
        chosen = field.data
        if isinstance(field, ChoicesField):
            return Found(list(chosen)) if chosen else Found(state="unknown")
        if not chosen:
            return Found(state="unknown")
        if chosen == NOT_APPLICABLE:
            return Found(state="not_applicable")
        return Found(_TRUTH.get(chosen, chosen) if fact.type == "boolean" else chosen)


class SettleForm(NamedErrors):
    """Whose coding stands in each difference; the boxes are added for the differences there are."""

    alone = TextAreaField(
        lazy("Why no second coding is waited for"),
        [Length(max=2000, message=MANY)],
        widget=TextArea(),
        description=lazy("It stays in the history of the precedent, which is shown as coded by one person."),
    )

    def offer(self, differences: Sequence[Difference]) -> None:
        for one in differences:
            self[f"take_{_box(one.id)}"].choices = [
                SelectChoice(coding.FIRST, _("As proposed")), SelectChoice(coding.SECOND, _("As coded second")),
            ]  # fmt: skip

    def settled(self, differences: Sequence[Difference]) -> dict[str, Settled]:
        return {
            one.id: Settled(self[f"take_{_box(one.id)}"].data or "", plain_lines(self[f"why_{_box(one.id)}"].data))
            for one in differences
        }  # fmt: skip


class RefuseForm(BaseForm):
    why = TextAreaField(
        lazy("Why it goes back"),
        [Filled(lazy("Give the reason.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
        description=lazy("Whoever proposed it reads this and may hand it in again, amended."),
    )


def propose_form(
    outcome: str, known: Mapping[str, bool | float], formdata=None, data: Mapping | None = None
) -> ProposeForm:
    """A proposal; only factors that the facts of the decision settle can have carried it."""
    form = _with_findings(ProposeForm)(formdata, data=data)
    form.offer(outcome, known)
    return form


def coding_form(precedent: Precedent, formdata=None, row=None) -> CodingForm:
    """A coding as it was kept, or as it was typed."""
    data: dict[str, object] = {}
    for name, one in (row.facts if row is not None else {}).items():
        data[f"fact_{name}"] = _typed(vocabulary().facts[name], one)
    for issue, one in (row.issues if row is not None else {}).items():
        data |= {
            f"issue_{issue}": one["outcome"],
            f"reasons_{issue}": one["reasons"],
            f"words_{issue}": one["words"],
        }
    form = _coding_class(tuple(coding.asked_facts()), lang())(formdata, data=data)
    form.offer(precedent.outcome)
    return form


def settle_form(differences: Sequence[Difference], formdata=None) -> SettleForm:
    fields: dict[str, object] = {}
    for one in differences:
        fields[f"take_{_box(one.id)}"] = RadioField(
            difference_title(one), widget=Radios(), choices=[], validate_choice=False
        )
        fields[f"why_{_box(one.id)}"] = StringField(
            lazy("Reason (optional)"), [Length(max=2000, message=MANY)], widget=TextInput()
        )
    form = type("SettleFormOfDifferences", (SettleForm,), fields)(formdata)
    form.offer(differences)
    return form


def show_at_fields(form: BaseForm, errors: Mapping[str, Problem]) -> None:
    """Each problem at its field, with the name of the field before it where the message names none."""
    for name, problem in errors.items():
        field = f"take_{_box(name)}" if ":" in name else name
        form.add_error(field if field in form else next(iter(form)).name, problem.message(lang()))


def difference_title(one: Difference) -> str:
    if one.kind == "fact":
        return vocabulary().facts[one.name].label(lang())
    return book().issues[one.name].label(lang())


def _factor(name: str, known: Mapping[str, bool | float] | None) -> str:
    factor = book().factors[name]
    if known is None:
        return factor.label(lang())
    return _("%(field)s: %(error)s", field=factor.label(lang()), error=factor.say(known[name], lang()))


def _name(field) -> str:
    """What a field is called in the summary: a box of an issue by the issue."""
    part, _bar, issue = field.name.partition("_")
    if part in ("issue", "reasons", "words") and issue in book().issues:
        return book().issues[issue].label(lang())
    return str(field.label.text)


def _box(name: str) -> str:
    return name.replace(":", "_")


def _typed(fact: Fact, kept: Mapping) -> object:
    if kept["state"] == "not_applicable":
        return NOT_APPLICABLE
    if fact.type == "boolean":
        return "yes" if kept["value"] else "no"
    return kept["value"]


def _choices(fact: Fact) -> list[SelectChoice]:
    if fact.type == "choices":
        return [SelectChoice(one.value, one.label(lang())) for one in fact.choices]
    if fact.type == "boolean":
        found = [SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))]
    else:
        found = [SelectChoice(one.value, one.label(lang())) for one in fact.choices]
    return [
        SelectChoice("", _("Not stated in the text")), *found, SelectChoice(NOT_APPLICABLE, _("Does not apply")),
    ]  # fmt: skip


def _issue_fields() -> dict[str, object]:
    fields: dict[str, object] = {}
    for issue in book().issues:
        fields[f"issue_{issue}"] = SelectField(
            lazy("Found on this issue"), widget=Select(), validate_choice=False
        )
        fields[f"reasons_{issue}"] = ChoicesField(
            lazy("What carried it"), widget=Checkboxes(), choices=[], validate_choice=False
        )
        fields[f"words_{issue}"] = TextAreaField(
            lazy("In its words (optional)"), [Length(max=5000, message=MANY)], widget=TextArea()
        )
    return fields


@cache
def _with_findings(base: type) -> type:
    return type(f"{base.__name__}OfIssues", (base,), _issue_fields())


@cache
def _coding_class(names: tuple[str, ...], language: str) -> type[CodingForm]:
    fields: dict[str, object] = {}
    for name in names:
        fact = vocabulary().facts[name]
        label, kinds = fact.label(language), {"number": NumberField, "choices": ChoicesField}
        if fact.type == "number":
            unit = (fact.unit_zh or fact.unit) if language == "zh" else fact.unit
            fields[f"fact_{name}"] = NumberField(
                label, widget=TextInput(), description=unit and lazy("Unit: %(unit)s", unit=unit)
            )
        elif fact.type in kinds:
            fields[f"fact_{name}"] = ChoicesField(
                label, widget=Checkboxes(), choices=[], validate_choice=False
            )
        else:
            fields[f"fact_{name}"] = SelectField(label, widget=Select(), validate_choice=False)
    return type("CodingFormOfFacts", (CodingForm,), fields | _issue_fields())
