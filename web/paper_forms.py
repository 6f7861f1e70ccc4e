"""The forms of papers: issuing one, and changing the template of a kind."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.papers.issue import Option
from casebook.papers.templates import LONGEST
from casebook.papers.trial import LONGEST_REASON
from web.fields import DateField, Filled
from web.forms import MANY, BaseForm
from web.i18n import lang
from web.widgets import Radios, TextArea, TextInput


class IssueForm(BaseForm):
    """Which paper, of which record, and its day. A value is the kind and the record, as "decision decision:3"."""

    paper = RadioField(lazy("Paper"), widget=Radios(), validate_choice=False)
    on = DateField(
        lazy("Date of the paper"),
        [Filled(lazy("Enter the date of the paper."))],
        description=lazy("A decision bears the day it was made; this is then the day it is printed."),
    )

    def offer(self, options: Sequence[Option]) -> None:
        self.paper.choices = [
            SelectChoice(f"{option.kind.code} {one.ref}".strip(), _named(option, one))
            for option in options
            for one in option.records
        ]

    @property
    def wanted(self) -> tuple[str, str]:
        kind, _, ref = (self.paper.data or "").partition(" ")
        return kind, ref


def _named(option: Option, one) -> str:
    words = option.kind.label(lang())
    label = one.label.message(lang())
    return f"{words}（{label}）" if lang() == "zh" else f"{words} ({label})"


class TemplateForm(BaseForm):
    text = TextAreaField(
        lazy("Text of the template"),
        [Filled(lazy("The template is empty.")), Length(max=LONGEST, message=MANY)],
        widget=TextArea(),
    )
    reason = StringField(
        lazy("Reason for the change"),
        [Length(max=LONGEST_REASON, message=MANY)],
        widget=TextInput(),
        description=lazy("Kept with the version. Needed to save, not to try."),
    )


class WordForm(BaseForm):
    word = StringField(
        lazy("Word that opens the numbers of your organ"),
        widget=TextInput(),
        description=lazy("Such as 青纪监 in 青纪监〔2026〕3号. Empty: the code of the organ."),
    )
