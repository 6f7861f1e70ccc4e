"""The form of a draft decision: the measures the law gives for this person, and the reasons on both sides."""

from datetime import date
from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from casebook.errors import Problem
from casebook.procedure.decide import DEPARTURES
from casebook.procedure.outcome import Chosen, Ground
from rules.articles import article_words
from rules.measures import Measure, ladder, months_allowed, refusal
from web.choices import worded
from web.fields import ChoicesField, NumberField
from web.forms import BaseForm
from web.i18n import both, lang
from web.widgets import Checkboxes, Radios, TextArea, TextInput


class DraftForm(BaseForm):
    """`of_ground` adds the measures of each regime, and boxes for the months that are the panel's to set."""

    facts_found = TextAreaField(lazy("Facts found"), widget=TextArea())
    reason = TextAreaField(
        lazy("Reasons for this decision"),
        widget=TextArea(),
        description=lazy("With the provisions relied on."),
    )
    considered = TextAreaField(
        lazy("What speaks on the other side"), widget=TextArea(),
        description=lazy("And why it does not prevail. A one-sided reason is not accepted."),
    )  # fmt: skip
    departure_code = RadioField(lazy("Why the decision departs"), widget=Radios(), validate_choice=False)
    departure_reason = TextAreaField(lazy("In your words"), widget=TextArea())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.departure_code.choices = worded(DEPARTURES)

    @staticmethod
    def of_ground(ground: Ground, outcome: str, on: date, formdata=None, data=None) -> "DraftForm":
        offered, refused = offers(ground, outcome, on)
        regimes = tuple(dict.fromkeys(measure.regime for measure in offered))
        ranges = {one.code: months_allowed(one, ground.breaches) for one in offered}
        codes = tuple(code for code, allowed in ranges.items() if allowed)
        form = _form_class(regimes, codes)(formdata, data=data)
        form.offered, form.refused, form.ranges = offered, refused, ranges
        for regime in regimes:
            field = form[f"measures_{regime}"]
            field.label.text = both(ladder().regimes[regime].words)
            field.choices = [
                SelectChoice(one.code, measure_line(one)) for one in offered if one.regime == regime
            ]
        return form

    @property
    def regimes(self) -> list[tuple[object, list[Measure]]]:
        """The measures of each regime: their field, and those whose months may be set."""
        found = []
        for field in self:
            regime = field.name.removeprefix("measures_")
            if regime != field.name:
                own = [one for one in self.offered if one.regime == regime and self.ranges[one.code]]
                found.append((field, own))
        return found

    def chosen(self) -> list[Chosen]:
        found = []
        for field, _own in self.regimes:
            for code in field.data or ():
                months = self[_box("months", code)].number if self.ranges.get(code) else None
                basis = (self[_box("basis", code)].data or "").strip() if self.ranges.get(code) else ""
                found.append(Chosen(code, months, basis))
        return found

    def months_boxes(self, measure: Measure) -> tuple[object, object]:
        return self[_box("months", measure.code)], self[_box("basis", measure.code)]

    def refuse(self, errors: dict[str, Problem]) -> None:
        for name, problem in errors.items():
            kind, _dash, code = name.partition("-")
            field = _box(kind, code) if code else name
            if name == "measures" or field not in self:
                field = self.regimes[0][0].name
            self.add_error(field, problem.message(lang()))


def offers(ground: Ground, outcome: str, on: date) -> tuple[list[Measure], list[tuple[Measure, str]]]:
    """The measures this outcome may carry for this person, and those it may not, with the reason."""
    allowed = ladder().dispositions[outcome].allows
    open_to, refused = [], []
    for code, measure in ground.measures(on).items():
        if code not in allowed:
            continue
        if said := refusal(measure, ground.facts):
            refused.append((measure, said.message(lang())))
        else:
            open_to.append(measure)
    return open_to, refused


def measure_line(measure: Measure) -> str:
    """A measure with its period and its provision, on one line."""
    return _("%(measure)s (%(period)s; %(law)s)", measure=measure.label(lang()), period=period_words(measure),
             law=provision_words(measure.provision))  # fmt: skip


def period_words(measure: Measure) -> str:
    if measure.lasting:
        return _("without end")
    if measure.months is None:
        return _("no period in the text")
    if measure.months == 0:
        return _("no period")
    return _("%(months)d months", months=measure.months)


def provision_words(provision) -> str:
    if provision.confidence == "DESIGN":
        return _("choice of this system")
    return _(
        "%(source)s %(article)s",
        source=both(provision.source),
        article=article_words(provision.article, lang()),
    )


def _box(kind: str, code: str) -> str:
    return f"{kind}_{code.replace('-', '_')}"


@cache
def _form_class(regimes: tuple[str, ...], codes: tuple[str, ...]) -> type[DraftForm]:
    fields: dict[str, object] = {
        f"measures_{regime}": ChoicesField("", widget=Checkboxes(), validate_choice=False)
        for regime in regimes
    }
    for code in codes:
        fields[_box("months", code)] = NumberField(lazy("Months"), widget=TextInput())
        fields[_box("basis", code)] = StringField(lazy("Provision for these months"), widget=TextInput())
    return type("DraftFormOfMeasures", (DraftForm,), fields)
