"""The forms of an advance filing: the public one, the check of a proof, and making it evidence."""

from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField, TextAreaField

from casebook.clearance.filings import LINES, TEXTS
from casebook.models import Organisation
from web.complaints.door_forms import offer_organs
from web.fields import Filled, plain_lines
from web.forms import BaseForm
from web.widgets import Radios, TextArea, TextInput


class FilingForm(BaseForm):
    """What is filed, by whom. What is missing or too long the record says."""

    organ = RadioField(lazy("Organ to file with"), widget=Radios(), validate_choice=False)
    title = StringField(lazy("Subject of the filing"), widget=TextInput())
    name = StringField(lazy("Your name"), widget=TextInput())
    unit = StringField(lazy("Your unit"), widget=TextInput())
    plan = TextAreaField(
        lazy("The plan"),
        widget=TextArea(),
        description=lazy("What is tried, on what authority, where, for how long, and how it is stopped."),
    )
    risks = TextAreaField(
        lazy("Risks weighed, and what is done about them"),
        widget=TextArea(),
        description=lazy("What could go wrong, for whom, how likely; who advised; what limits the damage."),
    )
    told = TextAreaField(
        lazy("Who was told, and when"),
        widget=TextArea(),
        description=lazy(
            "Superiors, departments, the people concerned; on which day, by word or in writing."
        ),
    )
    first = StringField(
        lazy("Receipt of an earlier filing that this adds to (optional)"),
        widget=TextInput(),
        description=lazy("Twenty signs. Capitals, dashes and spaces do not matter."),
    )

    def __init__(self, *args, organs: list[Organisation], **kwargs):
        super().__init__(*args, **kwargs)
        self.organs = offer_organs(self.organ, organs)

    @property
    def typed(self) -> dict[str, str]:
        return {name: plain_lines(self[name].data) for name in (*LINES, *TEXTS)}


class CheckForm(BaseForm):
    text = TextAreaField(
        lazy("The certificate, the text as filed, or its SHA-256"),
        widget=TextArea(),
        description=lazy("Paste it here, or choose the certificate you kept. It is looked up and not kept."),
    )


class LinkForm(BaseForm):
    case = StringField(
        lazy("Number of the case"), [Filled(lazy("Write the number of the case."))], widget=TextInput()
    )
