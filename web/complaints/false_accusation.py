"""Files on false accusations about one complaint: proposing, answering, where they go, their end. One page."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.complaints import false_accusation as record
from casebook.complaints import steps
from casebook.complaints.false_words import LEVELS, OPEN_STATES, ROUTES, STATES, STATUSES, UNKNOWN, reasons_of
from casebook.errors import BadFields, NotReady, WrongStage
from casebook.models import Complaint, FalseAccusation, Role
from casebook.procedure.dates import today
from rules.vocabulary import vocabulary
from web.auth import admits
from web.complaints.false_forms import ApproveForm, CloseForm, ProposeForm, RefuseForm, RouteForm
from web.complaints.loading import load_complaint
from web.forms import BaseForm
from web.refusals import show_problems
from web.session import db_session, sealed

blueprint = Blueprint("false_accusation", __name__)
READERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.AUDITOR)
HANDLERS = (Role.OFFICER, Role.REVIEWER)
FILE = "/complaints/<number>/false-accusation/<int(max=2147483647):file_id>"


@blueprint.get("/complaints/<number>/false-accusation")
@admits(*READERS)
def show(number: str):
    return _page(load_complaint(number))


@blueprint.post("/complaints/<number>/false-accusation")
@admits(*HANDLERS)
def propose_submit(number: str):
    complaint = load_complaint(number)
    form = ProposeForm(request.form)

    def act():
        record.propose(
            db_session(), complaint, g.user, fabrication_is=form.fabrication_is.data, fabrication=form.fabrication.data,
            intent_is=form.intent_is.data, intent=form.intent.data,
            aggravators=form.aggravators.data or [], managing_level=form.managing_level.data or "",
            instigated=form.instigated.data or "", seal=sealed(), today=today(),
        )  # fmt: skip

    return _take(complaint, "propose", form, act, _("The file is proposed and waits for approval."))


@blueprint.post(f"{FILE}/approve")
@admits(Role.CHIEF)
def approve_submit(number: str, file_id: int):
    complaint, row = _file(number, file_id)
    form = ApproveForm(request.form, row=row)

    def act():
        record.approve(
            db_session(), row, g.user, level=form.level.data, organ=form.organ.data, reference=form.reference.data,
            approved_on=form.approved_on.day, accuser_status=form.accuser_status.data, today=today(),
        )  # fmt: skip

    return _take(complaint, "approve", form, act, _("The approval is entered."))


@blueprint.post(f"{FILE}/refuse")
@admits(Role.CHIEF)
def refuse_submit(number: str, file_id: int):
    complaint, row = _file(number, file_id)
    form = RefuseForm(request.form)
    return _take(
        complaint, "refuse", form, lambda: record.refuse(db_session(), row, g.user, reason=form.reason.data),
        _("The file is refused; the reason stays."),
    )  # fmt: skip


@blueprint.post(f"{FILE}/route")
@admits(*HANDLERS)
def route_submit(number: str, file_id: int):
    complaint, row = _file(number, file_id)
    form = RouteForm(request.form, row=row)

    def act():
        record.route(
            db_session(), row, g.user, routes=form.routes.data or [], to=form.to.data, routed_on=form.routed_on.day,
            seal=sealed(), today=today(),
        )  # fmt: skip

    return _take(complaint, "route", form, act, _("It is entered to whom it went."))


@blueprint.post(f"{FILE}/close")
@admits(*HANDLERS)
def close_submit(number: str, file_id: int):
    complaint, row = _file(number, file_id)
    form = CloseForm(request.form)

    def act():
        record.close(
            db_session(), row, g.user, outcome=form.outcome.data, gains=form.gains.data,
            closed_on=form.closed_on.day, seal=sealed(), today=today(),
        )  # fmt: skip

    return _take(complaint, "close", form, act, _("The file is closed."))


def _file(number: str, file_id: int) -> tuple[Complaint, FalseAccusation]:
    complaint = load_complaint(number)
    row = next((one for one in record.files_of(db_session(), complaint) if one.id == file_id), None)
    if row is None:
        abort(404)
    return complaint, row


def _take(complaint: Complaint, name: str, form: BaseForm, act: Callable[[], object], done: str):
    """Take one step and come back; else the page again, with everything typed and what is wrong."""
    number = complaint.number
    if not form.validate():
        return _page(complaint, {name: form}, status=422)
    try:
        act()
    except BadFields as bad:
        show_problems(form, bad)
        return _page(complaint, {name: form}, status=422)
    except (NotReady, WrongStage) as refused:
        return _page(complaint, {name: form}, refused=refused, status=409)
    db_session().commit()
    flash(done)
    return redirect(url_for("false_accusation.show", number=number), 303)


def _page(
    complaint: Complaint, typed: dict | None = None, refused: NotReady | WrongStage | None = None, status: int = 200
):  # fmt: skip
    session, typed = db_session(), typed or {}
    files = record.read(session, g.user, complaint)
    barred = record.bars(session, complaint)
    forms = _forms(complaint, files, barred) | typed
    if any(row.state in OPEN_STATES for row in files):
        barred = []  # the file says it
    facts = vocabulary().facts
    page = render_template(
        "complaints/false_accusation.html", complaint=complaint, files=files, barred=barred, forms=forms,
        refused=refused, errors=[one for form in typed.values() for one in form.error_list], states=STATES,
        levels=LEVELS, routes=ROUTES, statuses=STATUSES | {"": STATUSES[UNKNOWN]}, reasons_of=reasons_of,
        aggravators=facts["false_accusation_aggravators"], instigator=facts["instigator_role"],
        may_clear=steps.may_do(g.user, "clear", complaint),
    )  # fmt: skip
    session.commit()
    return page, status


def _forms(complaint: Complaint, files: list[FalseAccusation], barred: list) -> dict[str, BaseForm]:
    """The forms this person may fill in now, by name."""
    found: dict[str, BaseForm] = {}
    day = {"data": {f"{name}_on": today().isoformat() for name in ("approved", "routed", "closed")}}
    last = files[-1] if files else None
    if steps.may_do(g.user, "propose_false", complaint) and not barred:
        found["propose"] = ProposeForm()
    if last and last.state == "proposed" and steps.may_do(g.user, "answer_false", complaint):
        found |= {"approve": ApproveForm(row=last, **day), "refuse": RefuseForm()}
    if last and steps.may_do(g.user, "follow_false", complaint):
        if last.state == "approved":
            found["route"] = RouteForm(row=last, **day)
        elif last.state == "routed":
            found["close"] = CloseForm(**day)
    return found
