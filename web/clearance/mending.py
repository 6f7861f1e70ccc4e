"""Putting right what is entered of a recipient or a repair, and opening a closed clearance again."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.clearance import changes, ending, steps
from casebook.complaints import log
from casebook.models import Clearance
from casebook.procedure.dates import today
from web.auth import admits
from web.clearance.mend_forms import MendReachForm, MendRepairForm, ReopenForm, TakeBackForm
from web.clearance.recipients import blueprint, recipient_of, repair_of, take_recipient, take_repair
from web.clearance.taking import WORKERS, attempt, load, seen
from web.fields import plain_lines
from web.session import db_session, sealed

__all__ = ["blueprint"]


@blueprint.post("/clearances/<number>/reach/<int(max=2147483647):row_id>/amendment")
@admits(*WORKERS)
def amend_submit(number: str, row_id: int):
    form = MendReachForm(request.form, prefix="amend-", row=recipient_of(load(number), row_id))
    return take_recipient(
        number, row_id, "amend", form,
        lambda one: changes.amend_reach(
            db_session(), one, g.user, row_id, form.named(), told=form.told(),
            reason=plain_lines(form.reason.data), seen_version=seen(), seal=sealed(),
        ),
        _("The entry is put right. What stood before is kept."),
    )  # fmt: skip


@blueprint.post("/clearances/<number>/reach/<int(max=2147483647):row_id>/taking-back")
@admits(*WORKERS)
def take_back_submit(number: str, row_id: int):
    form = TakeBackForm(request.form, prefix="back-")
    return take_recipient(
        number, row_id, "back", form,
        lambda one: ending.take_back(
            db_session(), one, g.user, row_id, reason=plain_lines(form.reason.data), seen_version=seen(), seal=sealed()
        ),
        _("The recipient is to be told again. What was entered before is kept."),
    )  # fmt: skip


@blueprint.post("/clearances/<number>/repairs/<int(max=2147483647):row_id>/amendment")
@admits(*WORKERS)
def amend_repair_submit(number: str, row_id: int):
    form = MendRepairForm(request.form, prefix="amend-", row=repair_of(load(number), row_id))
    return take_repair(
        number, row_id, "amend", form,
        lambda one: changes.amend_repair(
            db_session(), one, g.user, row_id, form.text(), reason=plain_lines(form.reason.data), today=today(),
            seen_version=seen(), seal=sealed(),
        ),
        _("The entry is put right. What stood before is kept."),
    )  # fmt: skip


@blueprint.get("/clearances/<number>/reopening")
@admits(*WORKERS)
def reopen(number: str):
    clearance = load(number)
    if not steps.may_do(db_session(), g.user, "reopen", clearance):
        return redirect(url_for("clearance.show", number=number), 303)
    return _reopen_page(clearance, ReopenForm(clearance=clearance, prefix="again-"))


@blueprint.post("/clearances/<number>/reopening")
@admits(*WORKERS)
def reopen_submit(number: str):
    clearance = load(number)
    form = ReopenForm(request.form, clearance=clearance, prefix="again-")

    def act():
        ending.reopen(
            db_session(), clearance, g.user, reason=plain_lines(form.reason.data), further=form.further(),
            not_reached=form.not_reached(), seen_version=seen(), seal=sealed(),
        )  # fmt: skip

    refused = attempt(form, act, {"not_reached": "row"})
    if refused is not None:
        return _reopen_page(load(number), form, refused[0]), refused[1]
    flash(_("The clearance is open again. What was issued and entered before stays."))
    return redirect(url_for("clearance.show", number=number, _anchor="reach-map"), 303)


def _reopen_page(clearance: Clearance, form: ReopenForm, refused=None):
    log.record(db_session(), "clearance.read", g.user, clearance)
    html = render_template("clearance/reopen.html", clearance=clearance, form=form, refused=refused)
    db_session().commit()
    return html
