"""The forms of recusal: one's own declaration, a request about another, the decision, the hand-over."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice

from casebook.models import Step, User
from casebook.procedure.people import ASKED_BY, ground_label, grounds
from web.choices import choose, worded
from web.forms import BaseForm
from web.i18n import lang
from web.widgets import Checkboxes, Radios, Select, TextArea

STEPS = {
    Step.ASSIGNMENT: lazy("On taking on the case"),
    Step.DECISION: lazy("Before the decision"),
    Step.APPEAL: lazy("Before the appeal"),
}


def recusal_grounds(step: str = Step.APPEAL) -> list[tuple[str, str]]:
    """The grounds of recusal, with their words; having handled the case before is one in an appeal only."""
    asked = [code for code in grounds() if step == Step.APPEAL or code != "handled_original"]
    return [(code, ground_label(code, lang())) for code in asked]


class GroundsForm(BaseForm):
    """Which grounds there are, and what is to be said about them."""

    grounds = SelectMultipleField(lazy("Grounds"), widget=Checkboxes(), validate_choice=False)
    reason = TextAreaField(lazy("Explanation"), widget=TextArea())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.grounds.choices = [SelectChoice(code, words) for code, words in recusal_grounds()]


class DeclareForm(GroundsForm):
    step = RadioField(lazy("When"), widget=Radios(), validate_choice=False, default=Step.ASSIGNMENT)

    def __init__(self, *args, steps: Iterable[Step] = (Step.ASSIGNMENT,), **kwargs):
        super().__init__(*args, **kwargs)
        self.step.choices = [SelectChoice(step, str(STEPS[step])) for step in steps]


class AskForm(GroundsForm):
    user_id = SelectField(lazy("Who is to stand back"), widget=Select(), validate_choice=False)
    asked_by = SelectField(lazy("Who asks for it"), widget=Select(), validate_choice=False)

    def __init__(self, *args, people: Iterable[User] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.user_id.choices = choose(SelectChoice(str(person.id), person.name) for person in people)
        self.asked_by.choices = choose(worded(ASKED_BY, [code for code in ASKED_BY if code != "self"]))


class DecideForm(BaseForm):
    granted = RadioField(lazy("Decision"), widget=Radios(), validate_choice=False)
    reason = TextAreaField(
        lazy("Reason"), widget=TextArea(), description=lazy("Required where the recusal is refused.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.granted.choices = [
            SelectChoice("yes", _("The person stands back")),
            SelectChoice("no", _("The person goes on")),
        ]
