"""Periods and return to office: the clock of a case, telling that it is over, a report and the steps on it."""

from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from casebook import access
from casebook.clearance import periods, return_steps, returns
from casebook.errors import BadFields, NotReady
from casebook.models import Case, Reinstatement, Role
from casebook.procedure import workflow
from casebook.procedure.dates import today
from rules.vocabulary import vocabulary
from web.auth import CASE_READERS, CASE_WRITERS, admits
from web.cases import load_case
from web.clearance.return_forms import (
    YES,
    AppointmentForm,
    ConditionsForm,
    NoticeForm,
    OpinionForm,
    ReportForm,
)
from web.forms import BaseForm
from web.refusals import show_problems, take
from web.session import db_session

blueprint = Blueprint("returns", __name__)
READERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.AUDITOR)
GIVERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF)
ELIGIBLE = {"yes": "green", "no": "red", "open": "amber"}
DECIDING = (return_steps.APPROVAL, return_steps.ABOVE)


@blueprint.get("/returns")
@admits(*READERS)
def index():
    rows = returns.listed(db_session(), g.user)
    untold = db_session().scalars(
        access.visible_cases(g.user).where(periods.awaits_notice(today())).order_by(Case.number)
    )
    page = render_template(
        "clearance/returns.html", rows=rows, untold=untold.all(), steps=return_steps, states=returns.STATES,
        user=g.user, tells=g.user.role == Role.OFFICER,
    )  # fmt: skip
    db_session().commit()
    return page


@blueprint.get("/cases/<number>/period")
@admits(*CASE_READERS)
def of_case(number: str):
    return _case_page(load_case(number))


@blueprint.post("/cases/<number>/period/notice")
@admits(*CASE_WRITERS)
def notice_submit(number: str):
    case = load_case(number)
    form = NoticeForm(request.form)

    def act():
        periods.give_notice(
            db_session(), case, g.user, recipient=form.recipient.data, how=form.how.data,
            given_on=form.given_on.day, on=today(),
        )  # fmt: skip

    if (answer := take(case, "period_notice", act, _case_page, form, "notice")) is not None:
        return answer
    flash(_("It is on record that the person was told."))
    return redirect(url_for("returns.of_case", number=number), 303)


@blueprint.get("/cases/<number>/period/return")
@admits(*CASE_WRITERS)
def ask(number: str):
    case = load_case(number)
    if not workflow.may_do(g.user, "ask_return", case):
        return redirect(url_for("returns.of_case", number=number), 303)
    by_superior = case.organisation.parent is not None
    return _report_page(case, ReportForm(by_superior=by_superior, data={"reported_on": today().isoformat()}))


@blueprint.post("/cases/<number>/period/return")
@admits(*CASE_WRITERS)
def ask_submit(number: str):
    case = load_case(number)
    form = ReportForm(request.form, by_superior=case.organisation.parent is not None)
    if not form.validate():
        return _report_page(case, form, status=422)
    try:
        row = returns.ask(
            db_session(), case, g.user, reported_on=form.reported_on.day, post=form.post.data,
            post_level=form.post_level.data or "", superior_needed=form.superior_needed.data == YES,
            by_hand=form.values(), on=today(),
        )  # fmt: skip
    except BadFields as bad:
        show_problems(form, bad)
        return _report_page(case, form, status=422)
    except NotReady as refused:
        return _report_page(case, form, refused=refused, status=409)
    number = row.number
    db_session().commit()
    flash(_("The report is entered."))
    return redirect(url_for("returns.show", number=number), 303)


@blueprint.get("/returns/<number>")
@admits(*READERS)
def show(number: str):
    return _page(returns.get(db_session(), g.user, number))


@blueprint.post("/returns/<number>/conditions")
@admits(*CASE_WRITERS)
def conditions_submit(number: str):
    row = returns.get(db_session(), g.user, number)
    form = ConditionsForm(request.form, by_superior=return_steps.has_superior(row.case))
    return _take(
        row,
        "conditions",
        form,
        lambda: returns.enter_facts(db_session(), row, g.user, form.values(), today()),
    )


@blueprint.post("/returns/<number>/opinion/<any(discipline, inquiry, approval, superior):kind>")
@admits(*GIVERS)
def opinion_submit(number: str, kind: str):
    row = returns.get(db_session(), g.user, number)
    form = OpinionForm(request.form, prefix=f"{kind}-", decides=kind in DECIDING)

    def act():
        return_steps.give(
            db_session(), row, g.user, kind, favourable=form.favourable.data == YES, words=form.words.data,
            organ=form.organ.data, given_on=form.given_on.day, on=today(),
            departs_why=form.departs_why.data if "departs_why" in form else "",
        )  # fmt: skip

    return _take(row, kind, form, act)


@blueprint.post("/returns/<number>/appointment")
@admits(*CASE_WRITERS)
def appointment_submit(number: str):
    row = returns.get(db_session(), g.user, number)
    form = AppointmentForm(request.form)

    def act():
        return_steps.restore(
            db_session(), row, g.user, restored=form.restored.data, not_restored=form.not_restored.data,
            given_on=form.given_on.day, on=today(),
        )  # fmt: skip

    return _take(row, return_steps.APPOINTMENT, form, act)


def _take(row: Reinstatement, name: str, form: BaseForm, act):
    """Take one step of the page of a return; what was typed stays where it is refused."""
    number = row.number
    try:
        if not form.validate():
            return _page(row, {name: form}, status=422)
        act()
    except BadFields as bad:
        show_problems(form, bad)
        return _page(row, {name: form}, status=422)
    except NotReady as refused:
        return _page(row, {name: form}, refused=refused, status=409)
    db_session().commit()
    flash(_("Entered."))
    return redirect(url_for("returns.show", number=number), 303)


def _page(row: Reinstatement, typed: dict[str, BaseForm] | None = None, refused=None, status: int = 200):
    session = db_session()
    if refused is not None or typed:
        session.rollback()
        row = session.scalar(select(Reinstatement).where(Reinstatement.id == row.id))
    forms = {**_forms(row), **(typed or {})}
    codes = {one.code for one in row.decision.measures}
    page = render_template(
        "clearance/return.html", row=row, case=row.case, forms=forms, refused=refused, steps=return_steps,
        states=returns.STATES, facts=_facts(row), tones=ELIGIBLE, table=vocabulary().facts, user=g.user,
        stand=returns.conditions(row),
        notes=returns.notes(codes, row.facts.get("subject_category", "")),
        errors=[item for form in forms.values() for item in form.error_list],
        barred=return_steps.in_the_way(session, row, today()), as_of=date.fromisoformat(row.facts["assessment_date"]),
    )  # fmt: skip
    session.commit()
    return page, status


def _forms(row: Reinstatement) -> dict[str, BaseForm]:
    day = today().isoformat()
    found: dict[str, BaseForm] = {}
    if returns.may_enter_facts(g.user, row):
        by_superior = return_steps.has_superior(row.case)
        found["conditions"] = ConditionsForm(by_superior=by_superior, data=ConditionsForm.typed(row.facts))
    for kind in return_steps.open_kinds(g.user, row):
        if kind.code == return_steps.APPOINTMENT:
            found[kind.code] = AppointmentForm(data={"given_on": day})
        else:
            found[kind.code] = OpinionForm(
                prefix=f"{kind.code}-", decides=kind.code in DECIDING, data={"given_on": day}
            )
    return found


def _facts(row: Reinstatement) -> list[tuple[object, object]]:
    """The facts the advice rests on, each with its value, in the order of the vocabulary."""
    return [
        (fact, date.fromisoformat(row.facts[name]) if fact.type == "date" else row.facts[name])
        for name, fact in vocabulary().facts.items()
        if name in row.facts
    ]


def _case_page(case: Case, typed: dict[str, BaseForm] | None = None, refused=None):
    session, on = db_session(), today()
    clock = periods.read_clock(session, case, g.user, on)
    forms = dict(typed or {})
    due = periods.notice_is_due(session, case, on)
    if due and "notice" not in forms and workflow.may_do(g.user, "period_notice", case):
        forms["notice"] = NoticeForm(data={"recipient": case.respondent.name, "given_on": on.isoformat()})
    page = render_template(
        "clearance/period.html", case=case, clock=clock, on=on, states=periods.STATES, forms=forms,
        told=periods.notice_of(session, clock.decision) if clock else None, due=due, refused=refused,
        rows=[row for row in returns.returns_of(session, case) if returns.may_read(g.user, row)],
        return_states=returns.STATES, may_ask=workflow.may_do(g.user, "ask_return", case),
        why_not=returns.impossible(session, case, clock),
        listed=access.may(g.user, access.LIST_RETURNS),
    )  # fmt: skip
    session.commit()
    return page


def _report_page(case: Case, form: ReportForm, refused=None, status: int = 200):
    clock = periods.clock(db_session(), case, today())
    page = render_template(
        "clearance/return_ask.html", case=case, form=form, clock=clock, refused=refused, on=today(),
        states=periods.STATES,
    )  # fmt: skip
    db_session().commit()
    return page, status
