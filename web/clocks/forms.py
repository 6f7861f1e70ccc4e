"""The forms of the deadlines and of the working days."""

from flask_babel import lazy_gettext as lazy
from wtforms import FileField, StringField, TextAreaField
from wtforms.validators import Length

from casebook.clocks.deadlines import LONGEST
from web.fields import DateField, Filled, NumberField
from web.forms import MANY, BaseForm
from web.widgets import FileInput, TextArea, TextInput


class ChangeForm(BaseForm):
    """A pause or a resumption: from which day, and why."""

    on = DateField(lazy("From which day"), [Filled(lazy("Enter the day."))])
    reason = TextAreaField(
        lazy("Reason"),
        [Filled(lazy("Give the reason.")), Length(max=LONGEST["reason"], message=MANY)],
        widget=TextArea(),
        description=lazy("State the ground and the paper that shows it."),
    )


class FinishForm(BaseForm):
    on = DateField(lazy("Done on"), [Filled(lazy("Enter the day."))])
    reason = TextAreaField(
        lazy("What was done"),
        [Filled(lazy("Say what was done.")), Length(max=LONGEST["reason"], message=MANY)],
        widget=TextArea(),
    )


class ExtendForm(BaseForm):
    due_on = DateField(lazy("New last day"), [Filled(lazy("Enter the new last day."))])
    reason = TextAreaField(
        lazy("Reason"),
        [Filled(lazy("Give the reason.")), Length(max=LONGEST["reason"], message=MANY)],
        widget=TextArea(),
        description=lazy("State the ground, and who approved the extension."),
    )


class OwnForm(BaseForm):
    """A deadline that no provision gives."""

    title = StringField(
        lazy("What is to be done"),
        [Filled(lazy("Say what is to be done.")), Length(max=LONGEST["title"], message=MANY)],
        widget=TextInput(),
    )
    due_on = DateField(lazy("Last day"), [Filled(lazy("Enter the last day."))])


class ImportForm(BaseForm):
    """The working days of a year, from a file."""

    year = NumberField(lazy("Calendar year"), [Filled(lazy("Enter the year."))], widget=TextInput())
    source = StringField(
        lazy("Taken from"),
        [Filled(lazy("Name the notice the file is taken from.")), Length(max=200, message=MANY)],
        widget=TextInput(),
        description=lazy("Title and number of the notice on that year's holidays."),
    )
    file = FileField(
        lazy("Choose a file"),
        widget=FileInput(),
        description=lazy(
            "CSV with three columns: day, working (1) or off (0), name. "
            "Days that are not named go by the week: Saturday and Sunday off."
        ),
    )
