"""The forms of the desk: what came by letter, visit, call or transfer, and who is to screen."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.complaints.desk import BY_HAND, LONGEST_LINE, LONGEST_TEXT
from casebook.complaints.names import name_problem
from casebook.complaints.steps import STATES
from casebook.models import Naming, Organisation, User
from web.choices import choose, worded
from web.complaints.words import CHANNELS, NAMINGS
from web.fields import DateField, Filled, plain_lines
from web.forms import MANY, BaseForm
from web.i18n import both, lang
from web.widgets import Radios, Select, TextArea, TextInput

IDENTITY = ("name", "contact", "identity_number")
NAMES = ("name", "about_name", "about_unit", "about_post")
TEXT = ("about_name", "about_unit", "about_post", "text", "earlier")
_LINE = Length(max=LONGEST_LINE, message=MANY)


class EntryForm(BaseForm):
    """A complaint that came by hand."""

    channel = RadioField(
        lazy("How did it come?"),
        [Filled(lazy("Choose how it came."))],
        widget=Radios(),
        validate_choice=False,
    )
    received_on = DateField(lazy("Received on"), [Filled(lazy("Enter the day it was received."))])
    assigned_from = StringField(
        lazy("Transferred or assigned by (transfers only)"), [_LINE], widget=TextInput(),
        description=lazy("The organ alone; nothing about the author."),
    )  # fmt: skip
    naming = RadioField(
        lazy("How is it signed?"), [Filled(lazy("Choose how it is signed."))], widget=Radios(), validate_choice=False,
        description=lazy("Real-name only with a true name, of a person or a unit, and a contact."),
    )  # fmt: skip
    name = StringField(lazy("Name of the author (optional)"), [_LINE], widget=TextInput())
    contact = StringField(lazy("Contact (optional)"), [_LINE], widget=TextInput())
    identity_number = StringField(lazy("Identity number (optional)"), [_LINE], widget=TextInput())
    about_name = StringField(lazy("Who is complained of (optional)"), [_LINE], widget=TextInput())
    about_unit = StringField(lazy("Their unit (optional)"), [_LINE], widget=TextInput())
    about_post = StringField(lazy("Their post (optional)"), [_LINE], widget=TextInput())
    text = TextAreaField(
        lazy("What was said or written"),
        [Filled(lazy("Enter what was said or written.")), Length(max=LONGEST_TEXT, message=MANY)], widget=TextArea(),
        description=lazy("Whole and in the author's own words. Nobody reads it but the person named to screen it."),
    )  # fmt: skip
    earlier = StringField(lazy("Reported before, when and where (optional)"), [_LINE], widget=TextInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.channel.choices = worded(CHANNELS, BY_HAND)
        self.naming.choices = worded(NAMINGS, Naming)

    def read(self) -> bool:
        """Check everything typed, misleading signs in names too."""
        self.validate()
        for name in NAMES:
            if not self[name].errors and (problem := name_problem(self[name].data or "")):
                self.add_error(name, problem.message(lang()))
        return not self.errors

    def sealed(self) -> dict[str, str]:
        """What goes into the sealed store."""
        return {name: plain_lines(self[name].data).strip() for name in (*IDENTITY, *TEXT)}


class ListFilter(BaseForm):
    """The filter of the list, sent by GET."""

    whose = SelectField(lazy("Whose"), widget=Select(), validate_choice=False)
    state = SelectField(lazy("State"), widget=Select(), validate_choice=False)
    organ = SelectField(lazy("Organ"), widget=Select(), validate_choice=False)

    def __init__(self, *args, organs: list[Organisation], **kwargs):
        super().__init__(*args, **kwargs)
        self.whose.choices = [
            SelectChoice("waiting", _("Waiting for me")),
            SelectChoice("all", _("All that I may see")),
        ]
        self.state.choices = [SelectChoice("", _("All")), *worded(STATES)]
        self.organ.choices = [
            SelectChoice("", _("All")), *(SelectChoice(one.code, organ_name(one)) for one in organs)
        ]  # fmt: skip


class AssignForm(BaseForm):
    """Who screens the complaints that are ticked."""

    screener = SelectField(
        lazy("Who screens those that are ticked"), [Filled(lazy("Choose who screens them."))], widget=Select(),
        validate_choice=False,
    )  # fmt: skip

    def __init__(self, *args, people: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.screener.choices = choose(SelectChoice(str(user.id), user.name) for user in people)


def organ_name(organ: Organisation) -> str:
    return organ.name_zh if lang() == "zh" else organ.name_en


def words_of(table: dict, code: object) -> str:
    return both(table[code])
