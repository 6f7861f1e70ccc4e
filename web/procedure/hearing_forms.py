"""The forms of the hearing: the notice, the telling, answers, weighing, the record, the return, the personal link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import FileField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.models import Stage
from casebook.procedure.answers import ADOPTED, STANCES, AnswerEntry
from casebook.procedure.hearing import HOW_HEARD
from casebook.procedure.notice import HOW_TOLD
from casebook.procedure.personal_link import DAYS
from casebook.procedure.returns import CODES
from rules.vocabulary import vocabulary
from web.choices import worded
from web.fields import ChoicesField, DateField, Filled, NumberField, plain_lines
from web.forms import MANY, BaseForm
from web.i18n import both, lang
from web.widgets import Checkboxes, FileInput, Radios, Select, TextArea, TextInput


class NoticeForm(BaseForm):
    """What is in view; the points are beside it, because each has a box and a text."""

    disposition = RadioField(
        lazy("Outcome in view"),
        widget=Radios(),
        validate_choice=False,
        description=lazy("Nothing heavier may be decided afterwards because the respondent spoke."),
    )
    measures = ChoicesField(
        lazy("Measures in view"),
        widget=Checkboxes(),
        validate_choice=False,
        description=lazy("Tick what may really be imposed: what is not told cannot be added later."),
    )
    more_measures = ChoicesField(lazy("Further measures in view"), widget=Checkboxes(), validate_choice=False)
    months = NumberField(
        lazy("Period in view, in months (only where people set it)"),
        widget=TextInput(),
        description=lazy(
            "For several like sanctions put together, or a measure for which no text states a period."
        ),
    )
    new_facts = ChoicesField(lazy("Facts newly shown"), widget=Checkboxes(), validate_choice=False)

    @property
    def all_measures(self) -> list[str]:
        return [*(self.measures.data or ()), *(self.more_measures.data or ())]


class TellForm(BaseForm):
    told_on = DateField(lazy("Told on"))
    how = RadioField(lazy("How it was told"), widget=Radios(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.how.choices = worded(HOW_TOLD)


class AnswersForm(BaseForm):
    """How the answers came; the answers themselves are read by `AnswerBox`."""

    how = RadioField(lazy("How it was said"), widget=Radios(), validate_choice=False)
    file = FileField(
        lazy("The paper itself, scanned (optional)"),
        widget=FileInput(),
        description=lazy("PDF, Word, Excel, PNG, JPG or plain text; 20 MB at most."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.how.choices = [
            SelectChoice("paper", _("On paper")),
            SelectChoice("spoken", _("Spoken, noted down")),
        ]


class WeighForm(BaseForm):
    adopted = RadioField(lazy("What is made of it"), widget=Radios(), validate_choice=False)
    checked = TextAreaField(
        lazy("How it was verified"),
        [Length(max=4000, message=MANY)],
        widget=TextArea(),
        description=lazy("For the file only; the respondent does not read this."),
    )
    reason = TextAreaField(
        lazy("Why it is not adopted, or not in full"),
        [Length(max=4000, message=MANY)],
        widget=TextArea(),
        description=lazy(
            "The respondent reads this. Name nobody, and write nothing from which a complaint shows."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.adopted.choices = worded(ADOPTED)


class RecordForm(BaseForm):
    heard_on = DateField(lazy("Heard on"))
    how = RadioField(lazy("How the respondent was heard"), widget=Radios(), validate_choice=False)
    organ = TextAreaField(
        lazy("Of the organ"),
        widget=TextArea(),
        description=lazy("One name a line; a meeting needs at least two."),
    )
    others = TextAreaField(
        lazy("Others who were there (optional)"), widget=TextArea(), description=lazy("One name a line.")
    )
    record = TextAreaField(
        lazy("Record"),
        [Length(max=20_000, message=MANY)],
        widget=TextArea(),
        description=lazy(
            "What was said. Where the respondent waived or did not come: how and when the chance was given."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.how.choices = worded(HOW_HEARD)

    @staticmethod
    def lines(text: str | None) -> list[str]:
        return [line.strip() for line in (text or "").splitlines() if line.strip()]


class ReturnForm(BaseForm):
    code = RadioField(lazy("Why it is sent back"), widget=Radios(), validate_choice=False)
    items = ChoicesField(
        lazy("Facts it is about"),
        widget=Checkboxes(),
        validate_choice=False,
        description=lazy("Needed where the statement is adopted or new evidence has come up."),
    )
    more = SelectField(lazy("Another fact (optional)"), widget=Select(), validate_choice=False)
    reason = TextAreaField(
        lazy("Reason"), [Filled(lazy("Give the reason.")), Length(max=4000, message=MANY)], widget=TextArea()
    )

    def __init__(self, *args, known: Iterable[str] = (), **kwargs):
        super().__init__(*args, **kwargs)
        facts = vocabulary().facts
        known = [fact_id for fact_id in facts if fact_id in set(known)]
        self.code.choices = worded(CODES[Stage.HEARING])
        self.items.choices = [SelectChoice(fact_id, facts[fact_id].label(lang())) for fact_id in known]
        self.more.choices = [SelectChoice("", _("None"))] + [
            SelectChoice(fact.id, fact.label(lang())) for fact in facts.values() if fact.id not in known
        ]

    @property
    def facts(self) -> list[str]:
        return [*(self.items.data or ()), *([self.more.data] if self.more.data else [])]


class LinkForm(BaseForm):
    days = RadioField(lazy("How long the link is open"), widget=Radios(), validate_choice=False, default="15")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.days.choices = [SelectChoice(str(days), _("%(count)d days", count=days)) for days in DAYS]


@dataclass
class AnswerBox:
    """The answer to one point as a form shows it: what is chosen, what is written, what is wrong with it."""

    point: object
    stance: str = ""
    words: str = ""
    stance_error: str = ""
    words_error: str = ""

    @property
    def stances(self) -> list[tuple[str, str]]:
        return [(code, both(label)) for code, label in STANCES.items()]

    def entry(self) -> AnswerEntry:
        return AnswerEntry(self.stance, self.words)

    @property
    def given(self) -> bool:
        return bool(self.stance or self.words.strip())


class AnswerBoxes:
    """The answers of one form, by the id of their point."""

    def __init__(self, points: Iterable, formdata=None, kept: Mapping | None = None):
        self.boxes = {point.id: AnswerBox(point, **(kept or {}).get(point.id, {})) for point in points}
        for point_id, box in self.boxes.items() if formdata is not None else ():
            box.stance = formdata.get(f"stance-{point_id}", "")
            box.words = plain_lines(formdata.get(f"words-{point_id}"))
        self.general: list[str] = []

    def __iter__(self):
        return iter(self.boxes.values())

    def entries(self) -> dict[int, AnswerEntry]:
        """What was chosen or written."""
        return {point_id: box.entry() for point_id, box in self.boxes.items() if box.given}

    def refuse(self, errors: Mapping) -> None:
        """Put each problem at its box; the rest into the summary alone."""
        for name, problem in errors.items():
            kind, _dash, point_id = name.partition("-")
            box = self.boxes.get(int(point_id)) if point_id.isdecimal() else None
            if box is None:
                self.general.append(problem.message(lang()))
            else:
                setattr(box, f"{kind}_error", problem.message(lang()))

    @property
    def error_list(self) -> list[dict]:
        found = [{"text": text, "href": "#answers"} for text in self.general]
        for box in self:
            for kind in ("stance", "words"):
                if text := getattr(box, f"{kind}_error"):
                    words = _("Point %(no)d: %(error)s", no=box.point.no, error=text)
                    found.append({"text": words, "href": f"#{kind}-{box.point.id}"})
        return found
