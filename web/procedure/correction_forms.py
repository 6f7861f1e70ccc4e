"""The forms of the corrections: an order, a statement that nothing is left, a completion, a verification."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.procedure.correction_state import FAILURES, NOTHING_LEFT
from rules.corrections import table
from rules.vocabulary import vocabulary
from web.choices import choose, worded
from web.fields import DateField, Filled
from web.forms import MANY, BaseForm
from web.i18n import both, lang
from web.widgets import FileInput, Radios, Select, TextArea, TextInput


def error_choices() -> list[SelectChoice]:
    """The kinds of error, by factor."""
    titles = {factor.id: factor.label(lang()) for factor in vocabulary().factors}
    return [SelectChoice("", _("Choose"))] + [
        SelectChoice(error.code, both(error.title), optgroup=titles[error.factor])
        for error in table().errors.values()
    ]


class ErrorForm(BaseForm):
    """What went wrong."""

    error_code = SelectField(
        lazy("Kind of error"),
        [Filled(lazy("Choose the kind of error."))],
        widget=Select(),
        validate_choice=False,
    )
    error = TextAreaField(
        lazy("What went wrong"),
        [Filled(lazy("Say what went wrong.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
        description=lazy("The error as the decision found it, in a sentence or two."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.error_code.choices = error_choices()


class OrderForm(ErrorForm):
    measure_code = SelectField(
        lazy("Corrective measure"),
        [Filled(lazy("Choose the corrective measure."))],
        widget=Select(),
        validate_choice=False,
    )
    measure = TextAreaField(
        lazy("What is to be done"),
        [Filled(lazy("Say what is to be done.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
        description=lazy("So exactly that another person can check later whether it was done."),
    )
    responsible = StringField(
        lazy("Responsible person"),
        [Filled(lazy("Name the responsible person.")), Length(max=100, message=MANY)],
        widget=TextInput(),
        description=lazy("This person can not verify the correction later."),
    )
    unit = StringField(
        lazy("Responsible unit"),
        [Filled(lazy("Name the responsible unit.")), Length(max=100, message=MANY)],
        widget=TextInput(),
    )
    due_on = DateField(
        lazy("To be done by"),
        [Filled(lazy("Enter the day by which it is to be done."))],
        description=lazy("Set case by case: no text that has been read states a number of days."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.measure_code.choices = [SelectChoice("", _("Choose"))] + [
            SelectChoice(measure.code, both(measure.title)) for measure in table().measures.values()
        ]


class NothingLeftForm(ErrorForm):
    reason_code = RadioField(
        lazy("Why there is nothing to put right"), widget=Radios(), validate_choice=False
    )
    words = TextAreaField(
        lazy("How this is known"),
        [Filled(lazy("Say how this is known.")), Length(max=5000, message=MANY)],
        widget=TextArea(),
        description=lazy("Name the papers that show it. Another person verifies this statement."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.reason_code.choices = worded(NOTHING_LEFT)


class DoneForm(BaseForm):
    done_on = DateField(lazy("Done on"), [Filled(lazy("Enter the day on which it was done."))])
    words = TextAreaField(
        lazy("What was done"),
        [Filled(lazy("Say what was done.")), Length(max=5000, message=MANY)],
        widget=TextArea(),
    )
    file = FileField(
        lazy("Evidence: hand in a file"),
        widget=FileInput(),
        description=lazy("PDF, Word, Excel, PNG, JPG or plain text; 20 MB at most."),
    )
    attachment_id = SelectField(
        lazy("Or choose a file handed in after the order"), widget=Select(), validate_choice=False
    )


class VerifyForm(BaseForm):
    passed = RadioField(lazy("Is the correction done?"), widget=Radios(), validate_choice=False)
    failure_code = SelectField(
        lazy("If not: why"),
        widget=Select(),
        validate_choice=False,
        description=lazy("The officer then orders a follow-up with a new day."),
    )
    verified_on = DateField(lazy("Verified on"), [Filled(lazy("Enter the day of the verification."))])
    words = TextAreaField(
        lazy("What was checked, and what was found"),
        [Filled(lazy("Say what was checked and what was found.")), Length(max=5000, message=MANY)],
        widget=TextArea(),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.passed.choices = [
            SelectChoice("yes", _("Yes, it is done")),
            SelectChoice("no", _("No, it is not")),
        ]
        self.failure_code.choices = choose(worded(FAILURES))

    def validate_passed(self, field) -> None:
        if field.data not in ("yes", "no"):
            field.errors = [*field.errors, _("Say whether the correction is done.")]
