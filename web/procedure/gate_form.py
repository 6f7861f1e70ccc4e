"""The forms in which a draft answers the precedents it contradicts: one each, and the same reason for several."""

import re
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from casebook.errors import Problem
from casebook.models import Decision, Precedent
from casebook.precedents.gate import REASONS, Answer, Contradiction
from rules.factors import book
from web.choices import worded
from web.fields import ChoicesField, plain_lines
from web.forms import BaseForm
from web.i18n import lang
from web.session import db_session
from web.widgets import Checkboxes, Radios, TextArea, TextInput

SAME = "same"
SHOWN = 10  # with a form of their own; what more there are get the reason of the first
_BOX = re.compile(r"p([1-9]\d{0,8})-code")
_PARTS = {
    "precedent": "code", "precedent-factors": "factors", "precedent-newer": "newer", "precedent-words": "words",
}  # fmt: skip


class DepartureForm(BaseForm):
    """Why one precedent is departed from."""

    code = RadioField(lazy("Why it is departed from"), widget=Radios(), validate_choice=False)
    factors = ChoicesField(
        lazy("Distinguished by (optional)"), widget=Checkboxes(), validate_choice=False,
        description=lazy("The factors on which this case differs. What none of them shows, say below."),
    )  # fmt: skip
    newer = StringField(
        lazy("Superseded by (only if superseded)"), widget=TextInput(),
        description=lazy("The code of the newer precedent, or the provision: 《name》 and article."),
    )  # fmt: skip
    words = TextAreaField(lazy("In your words"), widget=TextArea())

    @property
    def answer(self) -> Answer | None:
        """What was answered; None where no reason was chosen."""
        if not self.code.data:
            return None
        return Answer(
            self.code.data,
            tuple(self.factors.data or ()),
            plain_lines(self.words.data),
            self.newer.data or "",
        )

    @property
    def says_more(self) -> bool:
        """Whether more than the choice of a reason was filled in, or is wrong."""
        boxes = (self.factors, self.newer, self.words)
        return any(box.data or box.errors for box in boxes)


class DepartureForms:
    """The form of each precedent that is contradicted; `rest` has those beyond the first few.

    `past` has what was typed of those that have ceased to bind meanwhile, by code: it is refused, and shown once more.
    """

    def __init__(self, found: Sequence[Contradiction], formdata=None, before: Decision | None = None):
        self.forms: list[tuple[Contradiction, DepartureForm]] = []
        self.rest = found[SHOWN:]
        self.left: list[Problem] = []
        rows = {row.precedent_id: row for row in before.precedent_departures} if before else {}
        for one in found[:SHOWN]:
            self.forms.append((one, self._form(one, formdata, rows.get(one.precedent.id))))
        self.past = _past({one.precedent.id for one in found}, formdata)

    def _form(self, one: Contradiction, formdata, row) -> DepartureForm:
        further = bool(self.forms)
        fresh = not any(map(_BOX.fullmatch, formdata or ()))  # these boxes are shown for the first time
        data = {"code": SAME if further and fresh else None}
        if row is not None:
            data = {"code": row.code, "factors": row.factors, "newer": row.newer, "words": row.reason}
        form = DepartureForm(formdata, data=data, prefix=f"p{one.precedent.id}")
        form.code.choices = worded(REASONS)
        if further:
            form.code.choices.insert(0, SelectChoice(SAME, _("The same reason as for the first")))
        form.factors.choices = [
            SelectChoice(name, book().factors[name].label(lang())) for name in one.factors
        ]
        return form

    def __bool__(self) -> bool:
        return bool(self.forms)

    def __iter__(self):
        return iter(self.forms)

    def answers(self) -> dict[str, Answer]:
        """What was answered, by the code of the precedent; nothing for what was left open."""
        given = {}
        first = self.forms[0][1].answer if self.forms else None
        for number, (one, form) in enumerate(self.forms):
            answer = first if number and form.code.data == SAME else form.answer
            if answer is not None:
                given[one.precedent.code] = answer
        if first is not None:
            given |= {one.precedent.code: first for one in self.rest}
        return given | dict.fromkeys(self.past, Answer(""))

    def refuse(self, errors: Mapping[str, Problem]) -> dict[str, Problem]:
        """Put each problem at the form of its precedent, once where the reason is the same; gives back the others."""
        left = dict(errors)
        at_first: set[str] = set()
        for number, (one, form) in enumerate(self.forms):
            for part, field in _PARTS.items():
                problem = left.pop(f"{part}:{one.precedent.code}", None)
                if problem is None or (number and form.code.data == SAME and part in at_first):
                    continue
                form.add_error(
                    "code" if number and form.code.data == SAME else field, problem.message(lang())
                )
                at_first |= {part} if not number else set()
        for one in self.rest:
            for part in _PARTS:
                problem = left.pop(f"{part}:{one.precedent.code}", None)
                if problem is not None and part not in at_first:
                    self.left.append(problem)
        self.left += [left.pop(f"precedent:{code}") for code in self.past if f"precedent:{code}" in left]
        return left

    @property
    def error_list(self) -> list[dict]:
        found = [item for _one, form in self.forms for item in form.error_list]
        return found + [{"text": problem.message(lang()), "href": "#precedents"} for problem in self.left]


def _past(found: set[int], formdata) -> dict[str, str]:
    """The codes and words of precedents that were answered and do not bind."""
    past = {}
    for name in formdata or ():
        number = _BOX.fullmatch(name)
        if number and int(number[1]) not in found and formdata.get(name):
            precedent = db_session().get(Precedent, int(number[1]))
            code = precedent.code if precedent and precedent.published_at else number[1]
            past[code] = plain_lines(formdata.get(f"p{number[1]}-words"))
    return past
