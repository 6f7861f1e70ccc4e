"""The forms of screening: what kind of matter it is, in neutral words, and what is done with it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.complaints.repeats import Hint
from casebook.complaints.screening import LONGEST_EXTRACT, LONGEST_NAME, Screening
from casebook.models import Complaint, Naming
from rules.vocabulary import vocabulary
from web.choices import worded
from web.complaints.words import NAMINGS
from web.fields import ChoicesField, DateField, Filled, plain_lines
from web.forms import MANY, BaseForm
from web.i18n import lang
from web.widgets import Checkboxes, Radios, Select, TextArea, TextInput

_NAME = Length(max=LONGEST_NAME, message=MANY)
_YES_NO = {"yes": True, "no": False}
TYPED = (
    "kind", "naming", "own_chief", "respondent_name", "respondent_unit", "respondent_post", "region", "extract",
    "points",
)  # fmt: skip


class ScreeningForm(BaseForm):
    own_chief = RadioField(
        lazy("Does it concern the chief of this organ?"), widget=Radios(), validate_choice=False,
        description=lazy("If so, nothing of it is kept here: it is sent up."),
    )  # fmt: skip
    kind = RadioField(lazy("Kind of matter"), widget=Radios(), validate_choice=False)
    naming = RadioField(
        lazy("How is it signed?"), widget=Radios(), validate_choice=False,
        description=lazy("Real-name only with a true name, of a person or a unit, and a contact."),
    )  # fmt: skip
    respondent_name = StringField(lazy("Respondent (optional)"), [_NAME], widget=TextInput())
    respondent_unit = StringField(lazy("Unit (optional)"), [_NAME], widget=TextInput())
    respondent_post = StringField(lazy("Post (optional)"), [_NAME], widget=TextInput())
    region = StringField(
        lazy("Place, code (optional)"), widget=TextInput(),
        description=lazy("Administrative division, 2, 4 or 6 digits."),
    )  # fmt: skip
    extract = TextAreaField(
        lazy("Neutral extract"), [Length(max=LONGEST_EXTRACT, message=MANY)], widget=TextArea(),
        description=lazy(
            "In your own words, third person: who is said to have done what. Nothing of the author, their work or "
            "home, how they know it, when or how they wrote. Eight characters in a row of the original are refused."
        ),
    )  # fmt: skip
    points = TextAreaField(
        lazy("What is alleged, one point to a line"), widget=TextArea(),
        description=lazy("Each gets its own finding, and a clearance names only those found untrue."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = vocabulary().facts["complaint_kind"]
        self.own_chief.choices = [SelectChoice("no", _("No")), SelectChoice("yes", _("Yes, send it up"))]
        self.kind.choices = [SelectChoice(code, kinds.choice_label(code, lang())) for code in kinds.values]
        self.naming.choices = worded(NAMINGS, Naming)

    @classmethod
    def of(cls, complaint: Complaint) -> "ScreeningForm":
        """The form with what is kept."""
        return cls(
            data={
                "own_chief": {None: "", True: "yes", False: "no"}[complaint.own_chief],
                "kind": complaint.kind, "naming": str(complaint.naming), "region": complaint.region,
                "respondent_name": complaint.respondent_name, "respondent_unit": complaint.respondent_unit,
                "respondent_post": complaint.respondent_post, "extract": complaint.extract,
                "points": "\n".join(point.alleged for point in complaint.points if point.alleged),
            }
        )  # fmt: skip

    def given(self) -> Screening:
        return Screening(
            kind=self.kind.data or "", naming=self.naming.data or "", own_chief=_YES_NO.get(self.own_chief.data),
            respondent_name=self.respondent_name.data or "", respondent_unit=self.respondent_unit.data or "",
            respondent_post=self.respondent_post.data or "", region=self.region.data or "",
            extract=plain_lines(self.extract.data), points=self.lines(),
        )  # fmt: skip

    def lines(self) -> list[str]:
        return [line.strip() for line in plain_lines(self.points.data).split("\n") if line.strip()]

    def typed(self) -> dict[str, str]:
        """What was typed, as a draft keeps it."""
        return {name: self[name].data or "" for name in TYPED}


class DayForm(BaseForm):
    on = DateField(lazy("Day it is done"), [Filled(lazy("Enter the day."))])


class TransferForm(DayForm):
    to = StringField(
        lazy("To which organ"), [Filled(lazy("Name the organ.")), Length(max=200, message=MANY)], widget=TextInput()
    )  # fmt: skip
    reference = StringField(
        lazy("Reference of the transfer"),
        [Filled(lazy("Enter the reference of the transfer.")), Length(max=200, message=MANY)],
        widget=TextInput(), description=lazy("Number of the letter or of the receipt; nothing about the matter."),
    )  # fmt: skip


class SendUpForm(TransferForm):
    handed_over = ChoicesField(lazy("Before it is erased here"), widget=Checkboxes(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.handed_over.choices = [
            SelectChoice("yes", _("The original and all its files were handed over, and nothing was copied"))
        ]

    def validate_handed_over(self, field) -> None:
        if "yes" not in (field.data or []):
            field.errors = [
                *field.errors,
                _("Confirm that the original was handed over: it is erased here for good."),
            ]


class RepeatForm(BaseForm):
    first = SelectField(lazy("The same as"), widget=Select(), validate_choice=False)

    def __init__(self, *args, hints: list[Hint], **kwargs):
        super().__init__(*args, **kwargs)
        self.first.choices = [
            SelectChoice("", _("No repeat")), *(SelectChoice(hint.number, hint.number) for hint in hints)
        ]  # fmt: skip
