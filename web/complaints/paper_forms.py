"""The form that issues a paper about a complaint, a clearance, a return or the end of a period."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as lazy
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from casebook.complaints.papers import Option
from web.fields import DateField, Filled
from web.forms import BaseForm
from web.i18n import both, lang
from web.widgets import Radios


class IssueForm(BaseForm):
    """Which paper, to whom, and its day. A value is the kind and what it is of, as "clearance_letter reach:3"."""

    paper = RadioField(
        lazy("Paper"), [Filled(lazy("Choose the paper to issue."))], widget=Radios(), validate_choice=False
    )
    on = DateField(lazy("Date of the paper"), [Filled(lazy("Enter the date of the paper."))])

    def offer(self, options: Sequence[Option]) -> None:
        self.paper.choices = [
            SelectChoice(f"{option.kind.code} {ref}".strip(), _named(option, words))
            for option in options
            for ref, words in option.refs
        ]

    @property
    def wanted(self) -> tuple[str, str]:
        kind, _, ref = (self.paper.data or "").partition(" ")
        return kind, ref


def _named(option: Option, words) -> str:
    name, of = option.kind.label(lang()), both(words)
    if not of:
        return name
    return f"{name}（{of}）" if lang() == "zh" else f"{name} ({of})"
