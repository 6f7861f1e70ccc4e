"""The forms after the signature: a service, entry into force, and the end of the case."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, StringField

from casebook.procedure.service import CLOSINGS, KINDS
from web.choices import worded
from web.fields import DateField, Filled
from web.forms import BaseForm
from web.i18n import lang
from web.widgets import Radios, Select, TextInput


class ServiceForm(BaseForm):
    kind = SelectField(lazy("Act of service"), widget=Select(), validate_choice=False)
    recipient = StringField(lazy("Recipient"), widget=TextInput())
    how = StringField(
        lazy("How"),
        widget=TextInput(),
        description=lazy("Handed over and signed for, by post, at a meeting …"),
    )
    served_on = DateField(lazy("On"), [Filled(lazy("Enter the day."))])

    def offer(self, kinds: list[str]) -> None:
        """What is still open comes first."""
        listed = [*kinds, *(kind for kind in KINDS if kind not in kinds)]
        self.kind.choices = worded(KINDS, listed)


class EnforceForm(BaseForm):
    on = DateField(lazy("In force and carried out from"), [Filled(lazy("Enter the day."))])


class CloseForm(BaseForm):
    code = RadioField(lazy("Why is the case closed?"), widget=Radios(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.code.choices = worded(CLOSINGS)


def service_kind(code: str) -> str:
    return KINDS[code].message(lang()) if code in KINDS else _("Other")
