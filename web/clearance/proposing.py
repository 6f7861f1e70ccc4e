"""Proposing a clearance because of a complaint, and giving or revising the opinion on one."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.clearance import clearances, reach
from casebook.clearance.clearances import ORGAN
from casebook.clearance.steps import REFUSED
from casebook.complaints import log
from casebook.complaints import steps as complaint_steps
from casebook.models import Clearance, Complaint
from casebook.procedure.dates import today
from web.auth import admits
from web.clearance.clearance import blueprint
from web.clearance.forms import AskForm, OpinionForm, opinion_form
from web.clearance.taking import WORKERS, attempt, load, opinion_step, seen
from web.forms import BaseForm
from web.session import db_session, sealed

__all__ = ["blueprint"]


@blueprint.get("/complaints/<number>/clearance")
@admits(*WORKERS)
def propose(number: str):
    complaint = _complaint(number)
    for one in clearances.of_complaint(db_session(), complaint):
        if one.state != REFUSED:
            return redirect(url_for("clearance.show", number=one.number), 303)
    return _propose_page(
        complaint, AskForm(prefix="ask-", data={"asked_on": today().isoformat()}), opinion_form(complaint=complaint)
    )  # fmt: skip


@blueprint.post("/complaints/<number>/clearance/request")
@admits(*WORKERS)
def ask_submit(number: str):
    complaint, form = _complaint(number), AskForm(request.form, prefix="ask-")

    def act():
        return clearances.ask(db_session(), g.user, complaint=complaint, asked_on=form.asked_on.day)

    return _opened(complaint, form, opinion_form(complaint=complaint), form, act)


@blueprint.post("/complaints/<number>/clearance")
@admits(*WORKERS)
def propose_submit(number: str):
    complaint = _complaint(number)
    form = opinion_form(request.form, complaint=complaint)

    def act():
        return clearances.propose(
            db_session(), g.user, form.opinion(), complaint=complaint, asked_by=ORGAN, on=today(), seal=sealed()
        )  # fmt: skip

    ask = AskForm(prefix="ask-", data={"asked_on": today().isoformat()})
    return _opened(complaint, ask, form, form, act)


@blueprint.get("/clearances/<number>/opinion")
@admits(*WORKERS)
def opinion(number: str):
    clearance = load(number)
    if opinion_step(clearance) is None:
        return redirect(url_for("clearance.show", number=number), 303)
    return _opinion_page(clearance, opinion_form(complaint=clearance.complaint, clearance=clearance))


@blueprint.post("/clearances/<number>/opinion")
@admits(*WORKERS)
def opinion_submit(number: str):
    clearance = load(number)
    form = opinion_form(request.form, complaint=clearance.complaint, clearance=clearance)

    def act():
        clearances.give_opinion(
            db_session(), clearance, g.user, form.opinion(), on=today(), seen_version=seen(), seal=sealed()
        )

    refused = attempt(form, act, form.elsewhere())
    if refused is not None:
        return _opinion_page(load(number), form, refused[0]), refused[1]
    flash(_("The opinion is entered. Another person re-checks it."))
    return redirect(url_for("clearance.show", number=number), 303)


def _complaint(number: str) -> Complaint:
    """The complaint, if this person may propose a clearance because of it."""
    complaint = complaint_steps.get(db_session(), g.user, number)
    complaint_steps.ensure(db_session(), g.user, "clear", complaint)
    return complaint


def _opened(complaint: Complaint, ask: AskForm, form: OpinionForm, sent: BaseForm, act: Callable):
    number = complaint.number
    elsewhere = sent.elsewhere() if isinstance(sent, OpinionForm) else None
    made: list[Clearance] = []
    refused = attempt(sent, lambda: made.append(act()), elsewhere)
    if refused is not None:
        return _propose_page(_complaint(number), ask, form, refused[0]), refused[1]
    flash(_("The clearance is opened. List everyone who received the allegation."))
    return redirect(url_for("clearance.show", number=made[0].number), 303)


def _propose_page(complaint: Complaint, ask: AskForm, form: OpinionForm, refused=None):
    present = clearances.of_complaint(db_session(), complaint)
    log.record(db_session(), "complaint.read", g.user, complaint)
    html = render_template(
        "clearance/propose.html", complaint=complaint, ask=ask, form=form, refused=refused, present=present,
        errors=[*ask.error_list, *form.error_list], left_out=_left_out(complaint),
    )  # fmt: skip
    db_session().commit()
    return html


def _left_out(complaint: Complaint) -> list:
    """The points that are not cleared: found true, not examined, or neither verified nor excluded."""
    return [point for point in complaint.points if point.finding not in reach.UNTRUE]


def _opinion_page(clearance: Clearance, form: OpinionForm, refused=None):
    log.record(db_session(), "clearance.read", g.user, clearance)
    left = _left_out(clearance.complaint) if clearance.complaint is not None else []
    html = render_template(
        "clearance/opinion.html", clearance=clearance, form=form, refused=refused, left_out=left
    )
    db_session().commit()
    return html
