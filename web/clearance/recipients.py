"""The reach map and the repairs of a clearance: listed on its page, each settled on a page of its own."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.clearance import reach, repairs, steps
from casebook.complaints import log
from casebook.errors import ComplaintNotFound
from casebook.models import Clearance, Role
from casebook.procedure.dates import today
from web.auth import admits
from web.clearance.clearance import take
from web.clearance.earlier import earlier
from web.clearance.forms import CorrectForm, GoneForm, ReachForm, RepairDoneForm, RepairForm
from web.clearance.mend_forms import MendReachForm, MendRepairForm, TakeBackForm
from web.clearance.picture import state_of
from web.clearance.proposing import blueprint
from web.clearance.taking import READERS, WORKERS, attempt, load, seen, this_day
from web.fields import plain_lines
from web.forms import BaseForm
from web.session import db_session, sealed

__all__ = ["blueprint"]


@blueprint.post("/clearances/<number>/reach")
@admits(*WORKERS)
def reach_submit(number: str):
    form = ReachForm(request.form, prefix="reach-")
    return take(
        number, "reach", form,
        lambda one: reach.add(
            db_session(), one, g.user, kind=form.kind.data or "", name=form.name.data or "",
            heard=plain_lines(form.heard.data), form=form.form.data or "", seen_version=seen(), seal=sealed(),
        ),
        _("The recipient is listed."), "reach-map",
    )  # fmt: skip


@blueprint.get("/clearances/<number>/reach/<int(max=2147483647):row_id>")
@admits(*READERS)
def recipient(number: str, row_id: int):
    clearance = load(number)
    return _recipient_page(clearance, recipient_of(clearance, row_id))


@blueprint.post("/clearances/<number>/reach/<int(max=2147483647):row_id>/correction")
@admits(*WORKERS)
def correct_submit(number: str, row_id: int):
    form = CorrectForm(request.form)
    return take_recipient(
        number, row_id, "correct", form,
        lambda one: reach.correct(
            db_session(), one, g.user, row_id, on=form.on.day, how=plain_lines(form.how.data),
            present=form.present.number, seen_version=seen(), seal=sealed(),
        ),
        _("The correction is entered."),
    )  # fmt: skip


@blueprint.post("/clearances/<number>/reach/<int(max=2147483647):row_id>/approval")
@admits(Role.CHIEF)
def approve_submit(number: str, row_id: int):
    return take_recipient(
        number, row_id, "approve", None,
        lambda one: reach.approve(db_session(), one, g.user, row_id, seen_version=seen()),
        _("The recipient is within the scope."),
    )  # fmt: skip


@blueprint.post("/clearances/<number>/reach/<int(max=2147483647):row_id>/gone")
@admits(Role.CHIEF)
def gone_submit(number: str, row_id: int):
    form = GoneForm(request.form)
    return take_recipient(
        number, row_id, "gone", form,
        lambda one: reach.gone(
            db_session(), one, g.user, row_id, reason=plain_lines(form.reason.data), seen_version=seen(),
            seal=sealed(),
        ),
        _("The recipient is declared out of reach."),
    )  # fmt: skip


@blueprint.post("/clearances/<number>/repairs")
@admits(*WORKERS)
def repair_submit(number: str):
    form = RepairForm(request.form, prefix="repair-")
    return take(
        number, "repair", form,
        lambda one: repairs.add(
            db_session(), one, g.user, kind=form.kind.data or "", lost=plain_lines(form.lost.data),
            responsible=form.responsible.data or "", due_on=form.due_on.day, today=today(), seen_version=seen(),
            seal=sealed(),
        ),
        _("The repair is listed."), "repairs",
    )  # fmt: skip


@blueprint.get("/clearances/<number>/repairs/<int(max=2147483647):row_id>")
@admits(*READERS)
def repair(number: str, row_id: int):
    clearance = load(number)
    return _repair_page(clearance, repair_of(clearance, row_id))


@blueprint.post("/clearances/<number>/repairs/<int(max=2147483647):row_id>")
@admits(*WORKERS)
def repair_done_submit(number: str, row_id: int):
    form = RepairDoneForm(request.form)
    return take_repair(
        number, row_id, "done", form,
        lambda one: repairs.finish(
            db_session(), one, g.user, row_id, result=form.result.data or "", words=plain_lines(form.words.data),
            on=form.on.day, seen_version=seen(), seal=sealed(),
        ),
        _("The result is entered."),
    )  # fmt: skip


def recipient_of(clearance: Clearance, row_id: int):
    row = next((one for one in clearance.reach if one.id == row_id), None)
    if row is None:
        raise ComplaintNotFound(clearance.number)
    return row


def repair_of(clearance: Clearance, row_id: int):
    row = next((one for one in clearance.repairs if one.id == row_id), None)
    if row is None:
        raise ComplaintNotFound(clearance.number)
    return row


def take_recipient(number: str, row_id: int, name: str, form: BaseForm | None, act: Callable, message: str):
    """Take one step of the page of a recipient; refused, the page comes again with everything typed."""
    clearance = load(number)
    recipient_of(clearance, row_id)
    refused = attempt(form, lambda: act(clearance))
    if refused is None:
        flash(message)
        return redirect(url_for("clearance.show", number=number, _anchor="reach-map"), 303)
    clearance = load(number)
    typed = {name: form} if form is not None else {}
    return _recipient_page(clearance, recipient_of(clearance, row_id), typed, refused[0]), refused[1]


def take_repair(number: str, row_id: int, name: str, form: BaseForm, act: Callable, message: str):
    """The same on the page of a repair."""
    clearance = load(number)
    repair_of(clearance, row_id)
    refused = attempt(form, lambda: act(clearance))
    if refused is None:
        flash(message)
        return redirect(url_for("clearance.show", number=number, _anchor="repairs"), 303)
    clearance = load(number)
    return _repair_page(clearance, repair_of(clearance, row_id), {name: form}, refused[0]), refused[1]


def _recipient_page(clearance: Clearance, row, typed: dict[str, BaseForm] | None = None, refused=None):
    session = db_session()
    may = {step.code for step in steps.open_steps(session, g.user, clearance)}
    forms: dict[str, BaseForm] = {}
    if reach.is_waiting(row):
        if "correct" in may and row.approved_by_id is not None:
            forms["correct"] = CorrectForm(data=this_day("on"))
        if "gone" in may:
            forms["gone"] = GoneForm()
    elif "take_back" in may:
        forms["back"] = TakeBackForm(prefix="back-")
    if "amend_reach" in may and not row.gone_why:
        forms["amend"] = MendReachForm(prefix="amend-", row=row)
    forms |= {name: form for name, form in (typed or {}).items() if name in forms}
    log.record(session, "clearance.read", g.user, clearance)
    html = render_template(
        "clearance/recipient.html", clearance=clearance, row=row, forms=forms, refused=refused, kinds=reach.KINDS,
        errors=[item for form in forms.values() for item in form.error_list], state=state_of(row),
        approves="approve_reach" in may and not row.gone_why and row.approved_by_id is None,
        meeting=row.form == reach.MEETING, before=earlier(clearance, row),
        waits_again="amend_reach" in may and clearance.decided_on is not None and g.user.role != Role.CHIEF,
    )  # fmt: skip
    session.commit()
    return html


def _repair_page(clearance: Clearance, row, typed: dict[str, BaseForm] | None = None, refused=None):
    session = db_session()
    may = {step.code for step in steps.open_steps(session, g.user, clearance)}
    forms: dict[str, BaseForm] = {}
    if "finish_repair" in may and not row.result:
        forms["done"] = RepairDoneForm(data=this_day("on"))
    if "amend_repair" in may:
        forms["amend"] = MendRepairForm(prefix="amend-", row=row)
    forms |= {name: form for name, form in (typed or {}).items() if name in forms}
    log.record(session, "clearance.read", g.user, clearance)
    html = render_template(
        "clearance/repair.html", clearance=clearance, row=row, forms=forms, refused=refused,
        errors=[item for form in forms.values() for item in form.error_list], repair_kinds=repairs.KINDS,
        results=repairs.RESULTS, before=earlier(clearance, row), on=today(),
    )  # fmt: skip
    session.commit()
    return html
