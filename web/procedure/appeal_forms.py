"""The forms of appeals: entering one, the small steps on the way, and the decision."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.models import Part
from casebook.procedure.appeal import LATE_CODES
from casebook.procedure.appeal_decide import OUTCOMES
from casebook.procedure.panel import OUTCOMES as DISPOSITIONS
from casebook.procedure.people import PART_NAMES
from rules.channels import channels
from web.choices import worded
from web.fields import ChoicesField, DateField, Filled
from web.forms import MANY, BaseForm
from web.i18n import both, lang
from web.labels import DISPOSITIONS as DISPOSITION_NAMES
from web.widgets import Checkboxes, Password, Radios, Select, TextArea, TextInput


class FileForm(BaseForm):
    channel = RadioField(lazy("Channel of appeal"), widget=Radios(), choices=[], validate_choice=False)
    filed_on = DateField(
        lazy("Handed in on"),
        [Filled(lazy("Enter the day on which it was handed in."))],
        description=lazy("The day the respondent handed it in; sent by post, the day of the postmark."),
    )
    grounds = TextAreaField(
        lazy("What the respondent asks for, and why"),
        [Filled(lazy("Enter what the respondent asks for.")), Length(max=10000, message=MANY)],
        widget=TextArea(),
        description=lazy("In their own words where possible; hand the paper itself in under “Files”."),
    )
    advice = TextAreaField(
        lazy("What the law office answered"),
        [Length(max=2000, message=MANY)],
        widget=TextArea(),
        description=lazy("Only for a channel whose text was not seen."),
    )
    late_code = SelectField(
        lazy("If late: what stood in the way"), widget=Select(), validate_choice=False,
        description=lazy("Leave empty where it is in time."),
    )  # fmt: skip
    obstacle_ended_on = DateField(lazy("If late: the obstacle ended on"))
    late_reason = TextAreaField(
        lazy("If late: what happened"), [Length(max=2000, message=MANY)], widget=TextArea()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.late_code.choices = [SelectChoice("", _("Not late")), *worded(LATE_CODES)]


class AdmitForm(BaseForm):
    admitted = RadioField(lazy("Is it heard although it is late?"), widget=Radios(), validate_choice=False)
    admitted_reason = TextAreaField(
        lazy("Reason"), [Filled(lazy("Give the reason.")), Length(max=5000, message=MANY)], widget=TextArea()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.admitted.choices = [
            SelectChoice("yes", _("It is heard")),
            SelectChoice("no", _("It is not heard")),
        ]

    def validate_admitted(self, field) -> None:
        if field.data not in ("yes", "no"):
            field.errors = [*field.errors, _("Say whether it is heard.")]


class WithdrawForm(BaseForm):
    withdrawn_reason = TextAreaField(
        lazy("How the respondent took it back"),
        [Filled(lazy("Say how it was taken back.")), Length(max=5000, message=MANY)],
        widget=TextArea(),
    )


class AssignForm(BaseForm):
    part = RadioField(lazy("Part"), widget=Radios(), validate_choice=False)
    user_id = SelectField(
        lazy("Person"), widget=Select(), choices=[], validate_choice=False,
        description=lazy("Nobody who took part in the first decision is listed, nor anybody who stands back."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parts = (Part.APPEAL_DECIDER, Part.APPEAL_HANDLER)
        self.part.choices = worded(PART_NAMES, parts)

    def validate_part(self, field) -> None:
        if field.data not in (Part.APPEAL_DECIDER, Part.APPEAL_HANDLER):
            field.errors = [*field.errors, _("Choose the part.")]


class ServeForm(BaseForm):
    served_on = DateField(lazy("Served on"), [Filled(lazy("Enter the day of the service."))])
    how = StringField(
        lazy("How"),
        [Filled(lazy("Say how it was served.")), Length(max=200, message=MANY)],
        widget=TextInput(),
        description=lazy("Such as: handed over in person, by post, left with the unit."),
    )


class DecideForm(BaseForm):
    outcome = RadioField(lazy("Decision on the appeal"), widget=Radios(), validate_choice=False)
    reason = TextAreaField(
        lazy("Reasons"),
        [Filled(lazy("Give the reasons.")), Length(max=5000, message=MANY)],
        widget=TextArea(),
        description=lazy("What was examined, and why the request is or is not granted."),
    )
    discussed_on = DateField(
        lazy("Discussed collectively on"), [Filled(lazy("Enter the day of the collective discussion."))]
    )
    ground_code = SelectField(lazy("Ground"), widget=Select(), validate_choice=False)
    disposition = RadioField(lazy("New disposition"), widget=Radios(), validate_choice=False)
    measures = ChoicesField(
        lazy("New measures"), widget=Checkboxes(), choices=[], validate_choice=False,
        description=lazy("Only what this channel reaches and what is no heavier than before is listed."),
    )  # fmt: skip
    facts_found = TextAreaField(
        lazy("Facts as now found"), [Length(max=20000, message=MANY)], widget=TextArea()
    )
    considered = TextAreaField(
        lazy("What speaks on the other side, and why it does not prevail"),
        [Length(max=10000, message=MANY)],
        widget=TextArea(),
    )
    error_fell_away = ChoicesField(lazy("The error itself"), widget=Checkboxes(), validate_choice=False)
    follow_up_by = DateField(
        lazy("Name cleared, post and pay settled, personnel file put right by"),
        description=lazy("No provision gives a number of days; you set the day."),
    )
    password = PasswordField(
        lazy("Your password, as your signature"), [Filled(lazy("Enter your password."))], widget=Password()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.outcome.choices = worded(OUTCOMES)
        self.disposition.choices = [SelectChoice(code, DISPOSITION_NAMES[code][0]) for code in DISPOSITIONS]
        self.error_fell_away.choices = [
            SelectChoice("yes", _("There was no error at all; the corrections ordered are lifted"))
        ]
        self.ground_code.choices = [SelectChoice("", _("Choose"))] + [
            SelectChoice(ground.code, ground.label(lang()), optgroup=both(OUTCOMES[ground.outcome]))
            for ground in channels().grounds.values()
        ]
