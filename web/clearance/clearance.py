"""Clearing a name (澄清正名): the register, a proposal, and the page of one clearance with its reach map."""

from collections.abc import Callable

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from casebook import events
from casebook.clearance import (
    changes,
    clearances,
    due,
    grounds,
    reach,
    register,
    repairs,
    scope,
    steps,
    tasks,
    visits,
)
from casebook.clearance.clearances import RESPONDENT
from casebook.clocks.working import working_days
from casebook.complaints import log
from casebook.complaints import steps as complaint_steps
from casebook.models import Clearance, Role
from casebook.procedure.dates import today
from web.auth import admits, limit_guesses
from web.choices import worded
from web.clearance.earlier import reopenings
from web.clearance.forms import (
    NO,
    YES,
    CheckForm,
    DecideForm,
    ReachForm,
    RegisterForm,
    RepairForm,
    SendBackForm,
    TellForm,
    VisitForm,
)
from web.clearance.picture import picture, state_of
from web.clearance.taking import READERS, WORKERS, attempt, load, opinion_step, seen, this_day
from web.fields import plain_lines
from web.forms import BaseForm
from web.i18n import both
from web.paging import PER_PAGE, asked_page, page_of
from web.session import db_session, sealed

blueprint = Blueprint("clearance", __name__)
DUE = {"yes": "green", "no": "red", "refer": "violet", "assess": "amber", "open": ""}
TONES = {"closed": "green", "refused": "red", "approved": "blue", "checked": "blue"}
_FORMS: dict[str, tuple[str, type[BaseForm]]] = {
    "check": ("check", CheckForm), "decide": ("approve", DecideForm), "back": ("send_back", SendBackForm),
    "tell": ("tell", TellForm), "reach": ("add_reach", ReachForm), "visit": ("visit", VisitForm),
    "repair": ("add_repair", RepairForm),
}  # fmt: skip


def init_app(app: Flask) -> None:
    limit_guesses(app, "clearance.decide_submit", 422, lambda: f"signature:{g.user.id if g.user else 0}")


@blueprint.get("/clearances")
@admits(*READERS)
def list_clearances():
    session = db_session()
    form = RegisterForm(request.args)
    form.state.choices = [
        SelectChoice("", _("All")), SelectChoice(register.OPEN, _("Not ended")), *worded(steps.STATES),
    ]  # fmt: skip
    form.form.choices = [SelectChoice("", _("All")), *ReachForm().form.choices[1:]]
    form.due.choices = [
        SelectChoice("", _("All")), SelectChoice(register.LATE, _("Overdue")),
        SelectChoice(register.SOON, _("Within 7 days")),
    ]  # fmt: skip
    form.whose.choices = [SelectChoice("", _("All")), SelectChoice(register.WAITING, _("Waiting for me"))]

    def some(limit: int, offset: int):
        return register.entries(
            session, g.user, today=today(), words=form.q.data or "", state=form.state.data or "",
            form=form.form.data or "", due_by=form.due.data or "", whose=form.whose.data or "", limit=limit,
            offset=offset,
        )  # fmt: skip

    shown, total = some(PER_PAGE, (asked_page() - 1) * PER_PAGE)
    page, pages = page_of(total)
    if page != asked_page():
        shown, total = some(PER_PAGE, (page - 1) * PER_PAGE)
    to_clear = scope.listed(session, g.user)
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    events.record(
        session, "clearances.listed", g.user, count=len(shown), numbers=[one.case.number for one in to_clear]
    )
    html = render_template(
        "clearance/list.html", rows=shown, form=form, total=total, page=page, pages=pages, kept=kept,
        states=steps.STATES, tones=TONES, on=today(), to_clear=to_clear,
    )  # fmt: skip
    session.commit()
    return html


@blueprint.get("/clearances/<number>")
@admits(*READERS)
def show(number: str):
    return page_of_one(number)


@blueprint.post("/clearances/<number>/check")
@admits(Role.REVIEWER)
def check_submit(number: str):
    form = CheckForm(request.form)
    chosen = {"yes": True, "no": False}.get(form.ok.data)
    return take(
        number, "check", form,
        lambda one: clearances.check(
            db_session(), one, g.user, ok=chosen, facts=plain_lines(form.facts.data),
            procedure=plain_lines(form.procedure.data), on=today(), seen_version=seen(), seal=sealed(),
        ),
        _("The re-check is entered."),
    )  # fmt: skip


@blueprint.post("/clearances/<number>/decision")
@admits(Role.CHIEF)
def decide_submit(number: str):
    form = DecideForm(request.form)

    def act(one: Clearance):
        approve = {YES: True, NO: False}.get(form.answer.data)
        clearances.decide(
            db_session(), one, g.user, approve=approve, reason=plain_lines(form.reason.data),
            password=form.password.data or "", on=today(), visit_due_on=form.visit_due_on.day, seen_version=seen(),
            seal=sealed(),
        )  # fmt: skip

    return take(number, "decide", form, act, _("The decision is signed."))


@blueprint.post("/clearances/<number>/return")
@admits(Role.CHIEF)
def back_submit(number: str):
    form = SendBackForm(request.form, prefix="back-")
    return take(
        number, "back", form,
        lambda one: clearances.send_back(
            db_session(), one, g.user, reason=plain_lines(form.reason.data), seen_version=seen(), seal=sealed()
        ),
        _("It is sent back to be revised."),
    )  # fmt: skip


@blueprint.post("/clearances/<number>/answer")
@admits(*WORKERS)
def tell_submit(number: str):
    form = TellForm(request.form, prefix="tell-")
    return take(
        number, "tell", form,
        lambda one: clearances.tell(
            db_session(), one, g.user, on=form.on.day, how=form.how.data or "", seen_version=seen(), seal=sealed()
        ),
        _("It is on record that the person was told."),
    )  # fmt: skip


@blueprint.post("/clearances/<number>/visits")
@admits(*WORKERS)
def visit_submit(number: str):
    form = VisitForm(request.form, prefix="visit-")
    return take(
        number, "visit", form,
        lambda one: visits.enter(
            db_session(), one, g.user, visited_on=form.visited_on.day, words=plain_lines(form.words.data),
            further=plain_lines(form.further.data), next_on=form.next_on.day, seen_version=seen(), seal=sealed(),
        ),
        _("The visit is entered."), "visits",
    )  # fmt: skip


@blueprint.post("/clearances/<number>/closing")
@admits(*WORKERS)
def close_submit(number: str):
    return take(
        number, "close", None,
        lambda one: clearances.close(db_session(), one, g.user, on=today(), seen_version=seen()),
        _("The clearance is closed."),
    )  # fmt: skip


@blueprint.get("/clearances/<number>/history")
@admits(*READERS)
def history(number: str):
    clearance = load(number)
    rows = log.history(db_session(), clearance)[::-1]
    log.record(db_session(), "clearance.history_read", g.user, clearance)
    page = render_template("clearance/history.html", clearance=clearance, rows=rows, label=events.label)
    db_session().commit()
    return page


def take(number: str, name: str, form: BaseForm | None, act: Callable, message: str, anchor: str = ""):
    """Take one step of the page of a clearance; refused, the page comes again with everything typed."""
    clearance = load(number)
    refused = attempt(form, lambda: act(clearance))
    if refused is None:
        flash(message)
        return redirect(url_for("clearance.show", number=number, _anchor=anchor or None), 303)
    if name == "decide" and form is not None and form["password"].errors:
        clearances.note_refused_signature(db_session(), clearance, g.user)
    return page_of_one(number, {name: form} if form is not None else {}, refused[0]), refused[1]


def page_of_one(number: str, typed: dict[str, BaseForm] | None = None, refused=None):
    session, user = db_session(), g.user
    clearance = load(number)
    may = {step.code: step for step in steps.open_steps(session, user, clearance)}
    forms = {name: _blank(name, form) for name, (code, form) in _FORMS.items() if code in may}
    if clearance.asked_by != RESPONDENT or clearance.told_on is not None:
        forms.pop("tell", None)
    if "refuse" in may and "decide" not in forms and clearance.decision_id is None:
        forms["decide"] = DecideForm(data={"answer": "no"})
    forms |= {name: form for name, form in (typed or {}).items() if name in forms}
    working = working_days(session, clearance.organisation)
    log.record(session, "clearance.read", user, clearance)
    html = render_template(
        "clearance/show.html", clearance=clearance, may=may, forms=forms, refused=refused, steps=steps,
        errors=[item for form in forms.values() for item in form.error_list], tones=TONES, due_tones=DUE,
        deadlines=due.deadlines(clearance, working), on=today(), progress=reach.progress(clearance),
        picture=picture(clearance), state_of=state_of, kinds=reach.KINDS, repair_kinds=repairs.KINDS,
        results=repairs.RESULTS, missing=clearances.missing_to_close(clearance) if "close" in may else [],
        reads_complaint=clearance.complaint is not None and complaint_steps.may_read(user, clearance.complaint),
        opinion_step=opinion_step(clearance), next_visit=visits.next_due(clearance),
        waits_for=tasks.waits_for(clearance), reopenings=reopenings(clearance),
        changed={one.row_id for one in clearance.changes if one.what in (changes.REACH, changes.TAKEN_BACK)},
        scope_law=both(reach.scope_law(clearance)), law_behind=grounds.law_behind,
    )  # fmt: skip
    session.commit()
    return html


def _blank(name: str, form: type[BaseForm]) -> BaseForm:
    prefix = "" if name in ("check", "decide") else f"{name}-"
    days = {"tell": "on", "visit": "visited_on"}
    return form(prefix=prefix, data=this_day(days[name]) if name in days else None)
