"""Clearance in a case: a decision that was revoked and is not cleared yet, and what the person asked for."""

from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import TextAreaField

from casebook import events
from casebook.clearance import clearances, requests, scope, steps
from casebook.models import Case, ClearanceRequest, Decision
from casebook.procedure.dates import today
from web.auth import admits
from web.cases import load_case
from web.clearance.mending import blueprint
from web.clearance.taking import READERS, WORKERS, attempt
from web.fields import plain_lines
from web.forms import BaseForm
from web.session import db_session, sealed
from web.widgets import TextArea

__all__ = ["blueprint"]


class AnswerForm(BaseForm):
    words = TextAreaField(
        lazy("What the person is told"), widget=TextArea(),
        description=lazy("Needed where no clearance is begun. The person reads it behind their own link."),
    )  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """A request with the form that answers it; None: it is answered, or not this person's to answer."""

    row: ClearanceRequest
    form: AnswerForm | None


@blueprint.get("/cases/<number>/clearance")
@admits(*READERS)
def of_case(number: str):
    return _page(load_case(number))


@blueprint.post("/cases/<number>/clearance/<int(max=2147483647):decision_id>")
@admits(*WORKERS)
def begin_submit(number: str, decision_id: int):
    """Begin the clearance of a revoked decision in its original scope: one button, on the case or in the list."""
    case = load_case(number)
    decision = db_session().get(Decision, decision_id)
    if decision is None or decision.case_id != case.id:
        abort(404)
    made: list = []
    refused = attempt(None, lambda: made.append(scope.begin(db_session(), decision, g.user, today())))
    if refused is not None:
        return _page(load_case(number), refused=refused[0]), refused[1]
    flash(
        _(
            "The clearance is begun; everyone the decision had been made known to is on its list. Give the opinion."
        )
    )
    return redirect(url_for("clearance.show", number=made[0].number), 303)


@blueprint.post("/cases/<number>/clearance/requests/<int(max=2147483647):row_id>")
@admits(*WORKERS)
def answer_submit(number: str, row_id: int):
    row = _request(load_case(number), row_id)
    form, begins = AnswerForm(request.form), request.form.get("then") == "begin"
    said = {"words": plain_lines(form.words.data), "on": today(), "seal": sealed()}
    made: list = []

    def act():
        done = requests.begin if begins else requests.decline
        made.append(done(db_session(), row, g.user, **said))

    refused = attempt(form, act)
    if refused is not None:
        return _page(load_case(number), {row_id: form}, refused[0]), refused[1]
    if begins:
        flash(_("The clearance is begun."))
        return redirect(url_for("clearance.show", number=made[0].number), 303)
    flash(_("The answer is entered; the person reads it behind their link."))
    return redirect(url_for("clearance.of_case", number=number), 303)


def _request(case: Case, row_id: int) -> ClearanceRequest:
    row = next((one for one in requests.of_case(db_session(), case) if one.id == row_id), None)
    if row is None:
        abort(404)
    return row


def _page(case: Case, typed: dict[int, AnswerForm] | None = None, refused=None):
    session, typed = db_session(), typed or {}
    answers = requests.may_answer(g.user, case)
    asked = [
        Waiting(row, (typed.get(row.id) or AnswerForm()) if answers and not row.answer else None)
        for row in requests.of_case(session, case)
    ]
    events.record(session, "clearances.listed", g.user, case)
    html = render_template(
        "clearance/of_case.html", case=case, asked=asked, to_clear=scope.uncleared(session, case),
        may_begin=steps.may_open(g.user, case=case), refused=refused, states=steps.STATES, answers=requests.ANSWERS,
        rows=[one for one in clearances.of_case(session, case) if steps.may_read(session, g.user, one)],
        errors=[item for form in typed.values() for item in form.error_list],
        basis=requests.basis_of(session, g.user, case) if answers else None,
    )  # fmt: skip
    session.commit()
    return html
