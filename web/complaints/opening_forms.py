"""The forms of openings: asking for one, answering one."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from casebook.seal.purposes import LONGEST, Purpose
from web.choices import choose
from web.fields import DateField
from web.forms import BaseForm
from web.i18n import lang
from web.widgets import Radios, Select, TextArea


class AskForm(BaseForm):
    purpose = SelectField(lazy("Purpose of the opening"), widget=Select(), validate_choice=False)
    reason = TextAreaField(
        lazy("Why it is needed"),
        widget=TextArea(),
        description=lazy(
            "Kept for good and seen by others. Write nothing here of who the author is or may be."
        ),
    )

    def __init__(self, *args, purposes: Iterable[Purpose] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.purpose.choices = choose(
            SelectChoice(purpose.code, f"{purpose.label(lang())}（{purpose.law.zh}）" if lang() == "zh"
                         else f"{purpose.label(lang())} ({purpose.law.en})")
            for purpose in purposes
        )  # fmt: skip


class AnswerForm(BaseForm):
    granted = RadioField(lazy("Your answer"), widget=Radios(), validate_choice=False)
    until = DateField(
        lazy("Last day on which it may be read"),
        description=lazy("Needed to consent; at most %(days)d days ahead.", days=LONGEST),
    )
    reason = TextAreaField(
        lazy("Reason"), widget=TextArea(), description=lazy("Required where the request is refused.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.granted.choices = [SelectChoice("yes", _("Consent")), SelectChoice("no", _("Refuse"))]
