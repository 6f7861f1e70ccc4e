"""The forms of a clearance: request, opinion point by point, re-check, decision, recipients, visits, repairs."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as lazy
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from casebook.clearance import reach, repairs
from casebook.clearance.clearances import CLEAR, NOT, WRITTEN, Opinion, PointText
from casebook.clearance.reach import UNTRUE
from casebook.models import Clearance, Complaint
from rules.vocabulary import vocabulary
from web.choices import choose, worded
from web.fields import ChoicesField, DateField, Filled, NumberField, plain_lines
from web.forms import BaseForm
from web.i18n import lang
from web.widgets import Checkboxes, Password, Radios, Select, TextArea, TextInput

YES, NO = "yes", "no"
NO_AUTHOR = lazy("Nothing of who brought it up, how or when.")
FREE_POINTS = 4


class AskForm(BaseForm):
    asked_on = DateField(
        lazy("Day on which the person asked"), [Filled(lazy("Enter the day on which the person asked."))]
    )


class OpinionForm(BaseForm):
    """The points have their own fields, p<place>_alleged and p<place>_found; see `opinion_form`."""

    clear = RadioField(lazy("Opinion on the clearance"), widget=Radios(), validate_choice=False)
    effects = ChoicesField(
        lazy("What effect it had on the person"), widget=Checkboxes(), validate_choice=False
    )
    forms = ChoicesField(
        lazy("Forms of the correction"), widget=Checkboxes(), validate_choice=False,
        description=lazy("A written one is always among them. Media and public notice are settled by people."),
    )  # fmt: skip
    words = TextAreaField(
        lazy("Why"), widget=TextArea(),
        description=lazy("Why the name is to be cleared, or is not. %(rule)s", rule=NO_AUTHOR),
    )  # fmt: skip
    departs_why = TextAreaField(
        lazy("Reason for going on (optional)"), widget=TextArea(),
        description=lazy("Needed where the rules say otherwise or leave it to people."),
    )  # fmt: skip

    places: Sequence[tuple[int, int | None]] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.clear.choices = [
            SelectChoice(CLEAR, lazy("Clear the name")),
            SelectChoice(NOT, lazy("Do not clear")),
        ]
        self.effects.choices = _of_fact("adverse_effect_on_respondent")
        self.forms.choices = _of_fact("clearance_method")

    @property
    def point_fields(self) -> list[tuple]:
        return [(self[f"p{place}_alleged"], self[f"p{place}_found"]) for place, _ in self.places]

    def opinion(self) -> Opinion:
        return Opinion(
            points=[point for _, point in self._points()], effects=self.effects.data or (),
            forms=self.forms.data or (WRITTEN,), words=plain_lines(self.words.data),
            departs_why=plain_lines(self.departs_why.data), clear=self.clear.data != NOT,
        )  # fmt: skip

    def elsewhere(self) -> dict[str, str]:
        """The field that each problem of a point belongs to."""
        first = f"p{self.places[0][0]}_found" if self.places else "words"
        named = {"points": first}
        for index, (place, _) in enumerate(self._points()):
            named |= {f"points-{index}-{part}": f"p{place}_{part}" for part in ("alleged", "found")}
        return named

    def _points(self) -> list[tuple[int, PointText]]:
        found = []
        for place, point_id in self.places:
            text = plain_lines(self[f"p{place}_found"].data)
            alleged = plain_lines(self[f"p{place}_alleged"].data)
            if text or (point_id is None and alleged):
                found.append((place, PointText(text, alleged, point_id)))
        return found


def opinion_form(
    formdata=None, *, complaint: Complaint | None = None, clearance: Clearance | None = None
) -> OpinionForm:
    """The form with a pair of fields for every point found untrue or, without a complaint, for a few of one's own."""
    said = list(clearance.points) if clearance is not None else []
    untrue = complaint is None or any(point.finding in UNTRUE for point in complaint.points)
    data: dict = {"clear": CLEAR if untrue else NOT, "forms": [WRITTEN]}
    if clearance is not None and clearance.opinion:
        data = {
            "clear": clearance.opinion, "effects": clearance.effects, "forms": clearance.forms,
            "words": clearance.opinion_words, "departs_why": clearance.departs_why,
        }  # fmt: skip
    elif clearance is not None:
        data["forms"] = clearance.forms
    places: list[tuple[int, int | None]] = []
    if complaint is not None:
        present = {point.complaint_point_id: point for point in said}
        for row in complaint.points:
            if row.finding in UNTRUE:
                places.append((row.seq, row.id))
                point = present.get(row.id)
                data[f"p{row.seq}_alleged"] = point.alleged if point else row.alleged
                data[f"p{row.seq}_found"] = point.found if point else ""
    else:
        places = [(place, None) for place in range(1, max(FREE_POINTS, len(said) + 1) + 1)]
        for place, point in enumerate(said, 1):
            data[f"p{place}_alleged"], data[f"p{place}_found"] = point.alleged, point.found
    fields = {"places": places}
    for place, _ in places:
        fields[f"p{place}_alleged"] = TextAreaField(lazy("What had been alleged"), widget=TextArea())
        fields[f"p{place}_found"] = TextAreaField(lazy("What is so instead"), widget=TextArea())
    return type("PointsForm", (OpinionForm,), fields)(formdata, data=data)


class CheckForm(BaseForm):
    ok = RadioField(lazy("Result of the re-check"), widget=Radios(), validate_choice=False)
    facts = TextAreaField(
        lazy("Facts"), widget=TextArea(), description=lazy("What was looked at again, and what it shows.")
    )
    procedure = TextAreaField(
        lazy("Earlier procedure"), widget=TextArea(),
        description=lazy("Whether the verification kept to the rules and the person was heard."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ok.choices = [
            SelectChoice(YES, lazy("Passed")),
            SelectChoice(NO, lazy("Back to who proposed it")),
        ]


class DecideForm(BaseForm):
    answer = RadioField(lazy("Decision"), widget=Radios(), validate_choice=False)
    reason = TextAreaField(
        lazy("Reason of the decision"), widget=TextArea(),
        description=lazy("Where it is refused, the person who asked is told this."),
    )  # fmt: skip
    visit_due_on = DateField(
        lazy("Return visit by (optional)"),
        description=lazy("Left empty: after the time that the organ has set."),
    )
    password = PasswordField(
        lazy("Your password"), widget=Password(),
        description=lazy("Your signature. What you type here is not stored."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.answer.choices = [SelectChoice(YES, lazy("Approve")), SelectChoice(NO, lazy("Refuse"))]


class SendBackForm(BaseForm):
    reason = TextAreaField(lazy("What is to be revised"), widget=TextArea())


class TellForm(BaseForm):
    on = DateField(lazy("Told on"), [Filled(lazy("Enter the day."))])
    how = StringField(lazy("How the person was told"), widget=TextInput())


class ReachForm(BaseForm):
    kind = SelectField(lazy("Kind of recipient"), widget=Select(), validate_choice=False)
    name = StringField(lazy("Name of the recipient"), widget=TextInput())
    heard = TextAreaField(
        lazy("How it came to them"), widget=TextArea(),
        description=lazy("Such as: asked during an inquiry, read out at a meeting. %(rule)s", rule=NO_AUTHOR),
    )  # fmt: skip
    form = SelectField(lazy("How they are to be told"), widget=Select(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind.choices = choose(worded(reach.KINDS))
        self.form.choices = choose(_of_fact("clearance_method"))


class CorrectForm(BaseForm):
    on = DateField(lazy("Corrected on"), [Filled(lazy("Enter the day of the correction."))])
    how = TextAreaField(
        lazy("How they were told"), widget=TextArea(),
        description=lazy("Who told whom, with which paper, by word or in writing."),
    )  # fmt: skip
    present = NumberField(
        lazy("How many were present"), widget=TextInput(), description=lazy("Only at a meeting.")
    )


class GoneForm(BaseForm):
    reason = TextAreaField(lazy("Why they can not or need not be reached"), widget=TextArea())


class VisitForm(BaseForm):
    visited_on = DateField(lazy("Day of the visit"), [Filled(lazy("Enter the day of the visit."))])
    words = TextAreaField(
        lazy("How the person is"), widget=TextArea(),
        description=lazy("What the person says of the effect of the clearance, of work and of life."),
    )  # fmt: skip
    further = TextAreaField(lazy("What is still to be done (optional)"), widget=TextArea())
    next_on = DateField(lazy("Next visit (optional)"))


class RepairForm(BaseForm):
    kind = SelectField(lazy("What was affected"), widget=Select(), validate_choice=False)
    lost = TextAreaField(lazy("What was lost"), widget=TextArea())
    responsible = StringField(lazy("Who makes it good"), widget=TextInput())
    due_on = DateField(lazy("By when"), [Filled(lazy("Enter the day by which it is to be done."))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind.choices = choose(worded(repairs.KINDS))


class RepairDoneForm(BaseForm):
    result = RadioField(
        lazy("Result"), widget=Radios(), validate_choice=False,
        description=lazy("That nothing can be done is for the main leader to say."),
    )  # fmt: skip
    words = TextAreaField(lazy("What was done"), widget=TextArea())
    on = DateField(lazy("Done on"), [Filled(lazy("Enter the day."))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.result.choices = worded(repairs.RESULTS)


class RegisterForm(BaseForm):
    """The search of the register, sent by GET."""

    q = StringField(lazy("Number, name or unit"), widget=TextInput())
    state = SelectField(lazy("State"), widget=Select(), validate_choice=False)
    form = SelectField(lazy("Form"), widget=Select(), validate_choice=False)
    due = SelectField(lazy("Due"), widget=Select(), validate_choice=False)
    whose = SelectField(lazy("Whose turn"), widget=Select(), validate_choice=False)


def _of_fact(fact_id: str) -> list[SelectChoice]:
    return [
        SelectChoice(choice.value, choice.label(lang())) for choice in vocabulary().facts[fact_id].choices
    ]
