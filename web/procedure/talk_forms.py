"""The forms of talks and of the commitment record."""

from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from casebook.commitment import CHANNELS
from casebook.talks import KINDS
from web.choices import choose, worded
from web.fields import DateField, Filled
from web.forms import MANY, BaseForm
from web.widgets import Radios, Select, TextArea, TextInput


class TalkForm(BaseForm):
    kind = SelectField(
        lazy("Kind of talk"),
        [Filled(lazy("Choose the kind of talk."))],
        widget=Select(),
        validate_choice=False,
    )
    person = StringField(
        lazy("Talk with"),
        [Filled(lazy("Name the person talked with.")), Length(max=100, message=MANY)],
        widget=TextInput(),
    )
    held_on = DateField(lazy("Held on"), [Filled(lazy("Enter the day of the talk."))])
    held_by = StringField(
        lazy("Held by"),
        [Filled(lazy("Name who held the talk.")), Length(max=200, message=MANY)],
        widget=TextInput(),
        description=lazy("Name and post; several are separated by commas."),
    )
    purpose = StringField(
        lazy("Purpose"),
        [Filled(lazy("Say what the talk was for.")), Length(max=1000, message=MANY)],
        widget=TextInput(),
    )
    raised = TextAreaField(
        lazy("What was raised"),
        [Filled(lazy("Say what was raised.")), Length(max=5000, message=MANY)],
        widget=TextArea(),
    )
    promised = TextAreaField(
        lazy("What was promised (optional)"), [Length(max=5000, message=MANY)], widget=TextArea()
    )
    follow_up_on = DateField(
        lazy("Come back to it on (optional)"),
        description=lazy("Becomes a deadline of the case."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind.choices = choose(worded({code: kind.name for code, kind in KINDS.items()}))


class FollowUpForm(BaseForm):
    followed_up_on = DateField(lazy("Followed up on"), [Filled(lazy("Enter the day of the follow-up."))])
    words = TextAreaField(
        lazy("What became of it"),
        [Filled(lazy("Say what became of it.")), Length(max=5000, message=MANY)],
        widget=TextArea(),
    )


class CommitmentForm(BaseForm):
    channel = RadioField(lazy("Channel"), widget=Radios(), validate_choice=False)
    observed_on = DateField(lazy("Date"), [Filled(lazy("Enter the date of the observation."))])
    source = StringField(
        lazy("Source"),
        [Filled(lazy("Name the source.")), Length(max=300, message=MANY)],
        widget=TextInput(),
        description=lazy("The paper it stands in, with its number."),
    )
    text = TextAreaField(
        lazy("What was observed"),
        [Filled(lazy("Say what was observed.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
        description=lazy("What was done, when and how. No grades and no points."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.channel.choices = worded(CHANNELS)
