"""The forms of the panel: who sits, the meeting, a vote, the minutes, a return, and the signature."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from casebook.models import Stage, User
from casebook.procedure.panel import OUTCOMES
from casebook.procedure.returns import CODES
from web.choices import choose, worded
from web.fields import ChoicesField, DateField, Filled
from web.forms import BaseForm
from web.labels import DISPOSITIONS
from web.procedure.review_form import person_words
from web.widgets import Checkboxes, Password, Radios, Select, TextArea, TextInput


class SeatForm(BaseForm):
    chair = SelectField(lazy("Chair"), widget=Select(), validate_choice=False)
    members = ChoicesField(
        lazy("Members"), widget=Checkboxes(), validate_choice=False,
        description=lazy("At least two. Listed are only those who took no other part in the case."),
    )  # fmt: skip

    @staticmethod
    def among(people: list[User], formdata=None, **data) -> "SeatForm":
        form = SeatForm(formdata, data=data)
        listed = [SelectChoice(str(person.id), person_words(person)) for person in people]
        form.chair.choices = choose(listed)
        form.members.choices = listed
        return form

    def people(self, among: Iterable[User]) -> tuple[User | None, list[User]]:
        known = {str(person.id): person for person in among}
        chosen = [known[one] for one in self.members.data or () if one in known]
        return known.get(self.chair.data or ""), chosen


class MeetingForm(BaseForm):
    held_on = DateField(lazy("Day of the meeting"), [Filled(lazy("Enter the day of the meeting."))])
    place = StringField(lazy("Place"), [Filled(lazy("Enter the place."))], widget=TextInput())


class AbsenceForm(BaseForm):
    user_id = SelectField(lazy("Member"), widget=Select(), validate_choice=False)
    reason = StringField(lazy("Reason for the absence"), widget=TextInput())

    def offer(self, people: Iterable[User]) -> None:
        self.user_id.choices = choose(SelectChoice(str(person.id), person.name) for person in people)


class VoteForm(BaseForm):
    disposition = RadioField(lazy("Your vote"), widget=Radios(), validate_choice=False)
    words = TextAreaField(
        lazy("Your opinion"), widget=TextArea(),
        description=lazy("In your own words; a dissent with its reasons. It goes into the record and never changes."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.disposition.choices = [SelectChoice(code, outcome_words(code)) for code in OUTCOMES]


class MinutesForm(BaseForm):
    minutes = TextAreaField(
        lazy("Minutes"), widget=TextArea(),
        description=lazy("What was put forward, how it was discussed, which opinions there were, dissents included."),
    )  # fmt: skip
    others = StringField(lazy("Also present, without a vote (optional)"), widget=TextInput())


class ReturnForm(BaseForm):
    code = SelectField(lazy("Why is the case sent back?"), widget=Select(), validate_choice=False)
    reason = TextAreaField(
        lazy("What is to be done"), widget=TextArea(), description=lazy("The reviewer reads this first.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.code.choices = choose(worded(CODES[Stage.PANEL]))


class SignForm(BaseForm):
    effective_on = DateField(
        lazy("Takes effect on (optional)"),
        description=lazy(
            "Only where it takes effect later than today, such as on approval. A State sanction never does."
        ),
    )
    password = PasswordField(
        lazy("Your password"), widget=Password(),
        description=lazy("Your signature. What you type here is not stored."),
    )  # fmt: skip


def outcome_words(code: str) -> str:
    """What a panel decides, which never is to refer the matter."""
    if code == "not_established":
        return _("Nothing established: withdraw the case")
    return str(DISPOSITIONS[code][0])
