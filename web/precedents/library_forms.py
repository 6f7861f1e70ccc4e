"""The forms of the library of precedents: what is looked for, what is imported, why something is taken out."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import FileField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.models import Life
from casebook.precedents import words
from rules.conduct import BadConduct, Conduct
from rules.factors import book
from rules.vocabulary import Fact, vocabulary
from web.fields import Filled, normal_digits
from web.forms import MANY, BaseForm
from web.i18n import both, lang
from web.widgets import FileInput, Select, TextArea, TextInput

SHOWN = (
    Life.ALIVE, Life.REVIEW, Life.FLIPPED, Life.REVERSED, Life.WITHDRAWN, Life.SUPERSEDED, Life.PROPOSED, Life.CODING,
    Life.REFUSED,
)  # fmt: skip
EVERY = "all"


class LibraryFilter(BaseForm):
    """What is looked for in the library, sent by GET. `wanted` has it as casebook.precedents.finding takes it."""

    outcome = SelectField(lazy("Outcome"), widget=Select(), validate_choice=False)
    tier = SelectField(lazy("Tier"), widget=Select(), validate_choice=False)
    life = SelectField(lazy("Standing"), widget=Select(), validate_choice=False)
    since = StringField(lazy("Decided from (2024-05)"), widget=TextInput())
    until = StringField(lazy("Decided until (2024-05)"), widget=TextInput())
    issue = SelectField(lazy("Issue"), widget=Select(), validate_choice=False)
    finding = SelectField(lazy("Finding on the issue"), widget=Select(), validate_choice=False)
    fact = SelectField(lazy("Fact"), widget=Select(), validate_choice=False)
    sector = SelectField(lazy("Sector"), widget=Select(), validate_choice=False)
    region = StringField(lazy("Region"), widget=TextInput())
    article = StringField(
        lazy("Rests on"), widget=TextInput(), description=lazy("A law, an article or the id of a rule.")
    )

    MORE = ("issue", "finding", "fact", "sector", "region", "article")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        outcomes = {code: both(name) for code, name in words.OUTCOMES.items()}
        self.outcome.choices = _all(outcomes)
        self.finding.choices = _all(outcomes)
        self.tier.choices = _all({str(code): both(name).capitalize() for code, name in words.TIERS.items()})
        lives = [SelectChoice(str(life), both(words.LIVES[life])) for life in SHOWN]
        self.life.choices = [*lives, SelectChoice(EVERY, _("All"))]
        self.issue.choices = _all({one.id: one.label(lang()) for one in book().issues.values()})
        sectors = vocabulary().facts["conduct_sector"].choices
        self.sector.choices = _all({one.value: one.label(lang()) for one in sectors})
        self.fact.choices = _all(dict(_found()))
        if not self.life.data:
            self.life.data = str(Life.ALIVE)

    def wanted(self) -> dict[str, object]:
        """Every filter that was set to something it offers; what it does not know is passed over."""
        found = {}
        for name in ("outcome", "tier", "life", "issue", "finding", "sector"):
            field = self[name]
            if field.data and field.data != EVERY and field.data in {one.value for one in field.choices}:
                found[name] = field.data
        if self.fact.data in dict(_found()):
            fact_id, _bar, value = self.fact.data.partition("|")
            found["fact"] = fact_id
            if value:
                fact = vocabulary().facts[fact_id]
                found["value"] = value == "true" if fact.type == "boolean" else value
        for name in ("region", "article"):
            text = (self[name].data or "").strip()[:100]
            if text and "\0" not in text:
                found[name] = text
        for name, end in (("since", 0), ("until", 1)):
            text = normal_digits(self[name].data or "")
            if not text:
                continue
            try:
                found[name] = Conduct.parse(text).ends[end]
            except BadConduct:
                shown = text[:20]
                self.add_error(
                    name, _("Found “%(found)s”. Write a year, month or day as in 2024-05.", found=shown)
                )
        return found

    @property
    def is_detailed(self) -> bool:
        """Whether one of the less common filters is set."""
        return any(self[name].data for name in self.MORE)


class ImportForm(BaseForm):
    file = FileField(
        lazy("File"),
        widget=FileInput(),
        description=lazy(
            "JSON Lines (.jsonl), a spreadsheet (.xlsx, .xls) or CSV in UTF-8; 20 MB and 1,000 at most."
        ),
    )


class WithdrawForm(BaseForm):
    why = TextAreaField(
        lazy("Why it is taken out"),
        [Filled(lazy("Say why it is taken out.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
    )
    law = StringField(
        lazy("Provision behind it (optional)"), [Length(max=300, message=MANY)], widget=TextInput()
    )


class RefuseForm(BaseForm):
    why = TextAreaField(
        lazy("Why it is not approved"),
        [Filled(lazy("Say why it is not approved.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
    )


def _all(choices: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice("", _("All")), *(SelectChoice(code, text) for code, text in choices.items())]


def _found() -> list[tuple[str, str]]:
    """The facts that precedents are compared by, each with its values: fact|value."""
    compared = dict.fromkeys(fact for factor in book().factors.values() for fact in factor.facts)
    return [choice for fact_id in compared for choice in _values(vocabulary().facts[fact_id])]


def _values(fact: Fact) -> list[tuple[str, str]]:
    colon = "：" if lang() == "zh" else ": "
    label = fact.label(lang())
    if fact.type == "boolean":
        return [(f"{fact.id}|true", label + colon + _("Yes")), (f"{fact.id}|false", label + colon + _("No"))]
    if fact.type == "choice" and fact.choices:
        return [(f"{fact.id}|{one.value}", label + colon + one.label(lang())) for one in fact.choices]
    return [(f"{fact.id}|", label + colon + _("Established"))]
