"""The forms of the steps on a complaint, one each."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.complaints import author, ending, findings, protection, telling
from casebook.complaints import disposition as clue
from casebook.models import AuthorFinding, Complaint, User
from web.choices import choose, worded
from web.fields import DateField, Filled
from web.forms import MANY, BaseForm
from web.widgets import Radios, Select, TextArea, TextInput

NEUTRAL = lazy("In neutral words: nothing that shows who complained, when or how.")
TO_THE_AUTHOR = lazy("Goes into the sealed store; the author reads it under the receipt.")


def _area(label, needed, longest: int, hint="", *, required: bool = True) -> TextAreaField:
    checks = [Length(max=longest, message=MANY)]
    return TextAreaField(
        label, [Filled(needed), *checks] if required else checks, widget=TextArea(), description=hint
    )


def _yes_no(field: Field, yes: str, no: str) -> None:
    field.choices = [SelectChoice("yes", yes), SelectChoice("no", no)]


def said(field: Field) -> bool | None:
    """What was chosen between yes and no; None: nothing."""
    return {"yes": True, "no": False}.get(field.data)


class PersonForm(BaseForm):
    """Who takes a part, of those who may."""

    user_id = SelectField(lazy("Person"), widget=Select(), validate_choice=False)

    def __init__(self, *args, people: Iterable[User] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.user_id.choices = choose(SelectChoice(str(one.id), one.name) for one in people)


class DispositionForm(BaseForm):
    disposition = RadioField(lazy("Way of dealing with it"), widget=Radios(), validate_choice=False)
    minutes = _area(
        lazy("Collective discussion"),
        lazy("Enter what the collective discussion said."),
        clue.LONGEST_MINUTES,
        lazy("Day of the meeting, who was there, what was agreed."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.disposition.choices = worded({code: one.name for code, one in clue.DISPOSITIONS.items()})


class ReasonForm(BaseForm):
    reason = _area(lazy("Reason"), lazy("Give the reason."), clue.LONGEST_REASON, NEUTRAL)


class EndDutyForm(BaseForm):
    why = StringField(
        lazy("Reason"),
        [Filled(lazy("Give the reason.")), Length(max=200, message=MANY)],
        widget=TextInput(),
    )


class ConcludeForm(BaseForm):
    minutes = _area(
        lazy("Collective review of the result"),
        lazy("Enter the collective review of the result."),
        findings.LONGEST_MINUTES,
        lazy("Another organ assigned it: the result goes up after a collective review (art. 23)."),
    )


class TellForm(BaseForm):
    how = RadioField(
        lazy("How the author is told"),
        widget=Radios(),
        validate_choice=False,
        description=lazy("Otherwise than under the receipt only with a granted opening of the identity."),
    )
    given_on = DateField(lazy("Told on"), [Filled(lazy("Enter the day on which the author is told."))])
    words = _area(
        lazy("What the author is told"),
        lazy("Write what the author is told."),
        telling.LONGEST,
        TO_THE_AUTHOR,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.how.choices = worded(telling.HOW)


class WriteForm(BaseForm):
    words = _area(lazy("Message"), lazy("Write the message."), telling.LONGEST, TO_THE_AUTHOR)


class ObjectForm(BaseForm):
    how = RadioField(lazy("How the objection came"), widget=Radios(), validate_choice=False)
    given_on = DateField(lazy("Objected on"), [Filled(lazy("Enter the day of the objection."))])
    new_evidence = RadioField(
        lazy("Does it bring new evidence?"),
        widget=Radios(),
        validate_choice=False,
        description=lazy("New evidence is verified before the objection is answered."),
    )
    words = _area(
        lazy("What the author said"),
        "",
        telling.LONGEST,
        lazy(
            "Goes into the sealed store. Leave it empty for what was written under the receipt: it lies there."
        ),
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.how.choices = [
            SelectChoice("receipt", _("Under the receipt")),
            SelectChoice("letter", _("By letter")),
            SelectChoice("talk", _("In person")),
            SelectChoice("call", _("By telephone")),
        ]
        _yes_no(self.new_evidence, _("Yes"), _("No"))


class CheckForm(BaseForm):
    checked = _area(
        lazy("What the verification found"), lazy("Say what the verification found."), 5000, NEUTRAL
    )
    stands = RadioField(lazy("Does the finding stand?"), widget=Radios(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _yes_no(self.stands, _("Yes, it stands"), _("No: it must be verified once more"))


class AuthorForm(BaseForm):
    finding = RadioField(lazy("What was found of the author"), widget=Radios(), validate_choice=False)
    reason = _area(
        lazy("Reason"),
        lazy("Give the reason."),
        author.LONGEST,
        lazy("A mistaken report is explained at most: say what was explained. Never who it is."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.finding.choices = worded(author.FINDINGS, list(AuthorFinding))


class CaseForm(BaseForm):
    title = StringField(
        lazy("Title of the case"),
        [Filled(lazy("Write the title of the case.")), Length(max=200, message=MANY)],
        widget=TextInput(),
        description=lazy("The respondent may come to read it."),
    )
    summary = _area(
        lazy("Summary"), lazy("Write the summary."), 5000, lazy("What was verified, in neutral words.")
    )


class CloseForm(BaseForm):
    why = RadioField(lazy("Why it is closed"), widget=Radios(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.why.choices = worded(ending.CLOSED_WHY)


class InquiryForm(BaseForm):
    given_on = DateField(
        lazy("Inquiry received on"), [Filled(lazy("Enter the day on which the inquiry arrived."))]
    )


class InquiryAnswerForm(BaseForm):
    given_on = DateField(lazy("Inquiry answered on"), [Filled(lazy("Enter the day of the answer."))])


class InsideForm(BaseForm):
    given_on = DateField(lazy("Told on"), [Filled(lazy("Enter the day on which the unit was told."))])


class RespondentForm(BaseForm):
    how = RadioField(lazy("How the respondent was told"), widget=Radios(), validate_choice=False)
    given_on = DateField(lazy("Told on"), [Filled(lazy("Enter the day on which the respondent was told."))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.how.choices = worded(ending.RESPONDENT_HOW)


class ProtectForm(BaseForm):
    kind = RadioField(lazy("What it is"), widget=Radios(), validate_choice=False)
    raised_on = DateField(lazy("Raised on"), [Filled(lazy("Enter the day on which it was raised."))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind.choices = worded(protection.KINDS)


class MeasuresForm(BaseForm):
    measures = _area(
        lazy("Measures taken"), lazy("Say what was done."), protection.LONGEST, lazy("Not who the author is.")
    )


class ProtectedForm(BaseForm):
    outcome = _area(
        lazy("Outcome"), lazy("Say what became of it."), protection.LONGEST, lazy("Not who the author is.")
    )


class ClueForm(BaseForm):
    """Who retaliates or leaked, and how: goes into the sealed store as a complaint of its own."""

    about_name = StringField(
        lazy("Who retaliated or leaked"),
        [Filled(lazy("Say who it was, or that it is not known.")), Length(max=100, message=MANY)],
        widget=TextInput(),
        description=lazy("Where it is not known, write so."),
    )
    about_unit = StringField(lazy("Unit"), [Length(max=100, message=MANY)], widget=TextInput())
    about_post = StringField(lazy("Post"), [Length(max=100, message=MANY)], widget=TextInput())
    text = _area(
        lazy("What was done to whom"), lazy("Say what was done."), 10000,
        lazy("Goes into the sealed store; it is screened like any complaint."),
    )  # fmt: skip


class ConsentForm(BaseForm):
    given = RadioField(lazy("Does the author agree to publicity?"), widget=Radios(), validate_choice=False)
    on = DateField(lazy("Said on"), [Filled(lazy("Enter the day on which the author said so."))])
    words = _area(
        lazy("How and in what words"),
        lazy("Say how and in what words."),
        5000,
        lazy("Goes into the sealed store."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _yes_no(self.given, _("Yes"), _("No"))


class FindForm(BaseForm):
    """A finding and a reason for each point of a complaint, then for the whole."""

    @classmethod
    def of(cls, complaint: Complaint) -> type["FindForm"]:
        """The form for the points of this complaint."""
        fields: dict[str, Field] = {}
        for point in findings.points_of(complaint):
            fields[f"point_{point.id}"] = _finding(
                lazy("Finding of point %(number)d", number=point.seq), point.alleged
            )
            fields[f"reason_{point.id}"] = _area(
                lazy("Reason for point %(number)d", number=point.seq),
                lazy("Give the reason for point %(number)d.", number=point.seq),
                findings.LONGEST_REASON,
                lazy("What was verified, and by what evidence."),
            )
        fields["whole"] = _finding(
            lazy("The complaint as a whole"), lazy("It follows from the points; you state it.")
        )
        fields["reason"] = _area(
            lazy("Reason for the whole"),
            lazy("Give the reason for the whole."),
            findings.LONGEST_REASON,
            NEUTRAL,
        )
        return type("FindForm", (cls,), fields)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self:
            if isinstance(field, SelectField):
                field.choices = choose(worded(findings.FINDINGS))


def _finding(label, hint) -> SelectField:
    return SelectField(label, widget=Select(), validate_choice=False, description=hint)
