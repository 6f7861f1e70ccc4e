"""Recusal (回避) in a case: declaring grounds, asking that somebody stand back, deciding, handing the case over."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.access import owes_first_view
from casebook.errors import BadFields
from casebook.models import Appeal, Case, Part, Recusal, Step
from casebook.procedure import people, workflow
from web.auth import CASE_HANDLERS, CASE_READERS, admits
from web.cases import load_case
from web.i18n import lang
from web.procedure.people_forms import STEPS, AskForm, DecideForm, DeclareForm, recusal_grounds
from web.procedure.review_form import PersonForm
from web.refusals import show_problems
from web.session import db_session

blueprint = Blueprint("recusal", __name__)
THEN = {"review": "review.show", "second": "review.second", "panel": "panel.show", "appeals": "appeals.show"}


@blueprint.app_context_processor
def _words() -> dict:
    return {
        "recusal_grounds": recusal_grounds,
        "ground_words": lambda codes: [people.ground_label(code, lang()) for code in codes],
        "part_words": lambda part: people.PART_NAMES[part].message(lang()),
    }


@blueprint.get("/cases/<number>/recusal")
@admits(*CASE_READERS)
def show(number: str):
    return _page(load_case(number))


@blueprint.post("/cases/<number>/recusal/declare")
@admits(*CASE_HANDLERS)
def declare_submit(number: str):
    """One's own answer; where it is that there is no ground, on to the page that asked for it."""
    case = load_case(number)
    form = DeclareForm(request.form, steps=_steps(case))
    none = request.form.get("none") == "yes"
    if form.step.data not in list(Step):
        abort(400)
    appeal = _appeal_of(case) if form.step.data == Step.APPEAL else None
    if not none and not form.grounds.data:
        form.add_error("grounds", _("Choose at least one ground; or say that there is none."))
        return _page(case, declare=form), 422
    try:
        people.declare(
            db_session(), case, g.user, Step(form.step.data), [] if none else form.grounds.data,
            "" if none else form.reason.data or "", appeal=appeal,
        )  # fmt: skip
    except BadFields as bad:
        show_problems(form, bad)
        return _page(case, declare=form), 422
    db_session().commit()
    flash(
        _("Your answer is recorded: no ground of recusal.")
        if none
        else _("Your declaration is recorded. Until it is decided you do nothing in this case.")
    )
    page = THEN.get(request.form.get("then", ""), "recusal.show") if none else "recusal.show"
    return redirect(url_for(page, number=number))


@blueprint.post("/cases/<number>/recusal/ask")
@admits(*CASE_HANDLERS)
def ask_submit(number: str):
    case = load_case(number)
    involved = people.involved(db_session(), case)
    form = AskForm(request.form, prefix="ask", people=involved)
    user = next((one for one in involved if str(one.id) == form.user_id.data), None)
    workflow.ensure(db_session(), g.user, "ask_recusal", case)
    if user is None:
        form.add_error("user_id", _("Choose who is to stand back."))
        return _page(case, ask=form), 422
    try:
        people.ask_recusal(
            db_session(),
            case,
            g.user,
            user,
            form.asked_by.data or "",
            form.grounds.data or [],
            form.reason.data or "",
        )
    except BadFields as bad:
        show_problems(form, bad)
        return _page(case, ask=form), 422
    db_session().commit()
    flash(_("The request is recorded. Until it is decided the person does nothing in this case."))
    return redirect(url_for("recusal.show", number=number))


@blueprint.post("/cases/<number>/recusal/<int(max=2147483647):recusal_id>/decide")
@admits(*CASE_HANDLERS)
def decide_submit(number: str, recusal_id: int):
    case = load_case(number)
    recusal = next((row for row in case.recusals if row.id == recusal_id), None) or abort(404)
    form = DecideForm(request.form, prefix=f"r{recusal.id}")
    workflow.ensure(db_session(), g.user, "decide_recusal", case)
    if form.granted.data not in ("yes", "no"):
        form.add_error("granted", _("Choose what is decided."))
        return _page(case, decide={recusal.id: form}), 422
    try:
        people.decide_recusal(
            db_session(),
            case,
            recusal,
            g.user,
            granted=form.granted.data == "yes",
            reason=form.reason.data or "",
        )
    except BadFields as bad:
        show_problems(form, bad)
        return _page(case, decide={recusal.id: form}), 422
    db_session().commit()
    flash(_("The decision is recorded."))
    return redirect(url_for("recusal.show", number=number))


@blueprint.post("/cases/<number>/recusal/officer")
@admits(*CASE_HANDLERS)
def hand_over_submit(number: str):
    case = load_case(number)
    chosen = people.officers_for(db_session(), case)
    form = PersonForm.among(chosen, "officer", _("New officer"), request.form)
    officer = form.person(chosen)
    workflow.ensure(db_session(), g.user, "hand_over", case)
    if officer is None:
        form.add_error("user_id", _("Choose a person from the list."))
        return _page(case, hand_over=form), 422
    people.hand_over(db_session(), case, officer, g.user)
    db_session().commit()
    flash(_("The case has a new officer."))
    return redirect(url_for("recusal.show", number=number))


def _page(case: Case, *, declare=None, ask=None, decide=None, hand_over=None):
    session, user = db_session(), g.user
    may = workflow.open_steps(user, case)
    recusals = people.read_recusals(session, user, case)
    forms = {
        row.id: (decide or {}).get(row.id) or DecideForm(prefix=f"r{row.id}")
        for row in recusals
        if row.granted is None and people.decides_on(user, row, case)
    }
    asks = "ask_recusal" in may
    if asks:
        declare = declare or DeclareForm(
            steps=_steps(case), data={"step": request.args.get("step", Step.ASSIGNMENT)}
        )
        ask = ask or AskForm(
            prefix="ask", people=[one for one in people.involved(session, case) if one.id != user.id]
        )
    if "hand_over" in may:
        hand_over = hand_over or PersonForm.among(
            people.officers_for(session, case), "officer", _("New officer")
        )
    shown = {
        "case": case, "may": may, "recusals": recusals, "declarations": people.declarations_of(session, case),
        "declare": declare, "ask": ask, "forms": forms, "hand_over": hand_over, "step_words": STEPS,
        "asked_by": lambda code: people.ASKED_BY[code].message(lang()), "who_decides": _who_decides,
        "waiting": any(row.user_id == user.id and row.granted is None for row in recusals),
        "officer_gone": any(row.user_id == case.officer_id and row.granted for row in recusals),
        "first_view_owed": owes_first_view(user, case),
        "has_part": bool(workflow.parts_of(user, case) - {workflow.CHIEF, workflow.SUPERIOR}),
    }  # fmt: skip
    html = render_template("procedure/recusal.html", **shown)
    db_session().commit()
    return html


def _who_decides(recusal: Recusal) -> str:
    if recusal.user.role == "chief":
        return _(
            "the chief of the organ above (Law on Administrative Discipline for Public Officials, art. 48)"
        )
    return _("the chief of the organ (Law on Administrative Discipline for Public Officials, art. 48)")


def _steps(case: Case) -> list[Step]:
    """The moments for which this person may be asked now."""
    parts = workflow.parts_of(g.user, case)
    steps = [Step.ASSIGNMENT]
    if parts & {Part.PANEL, Part.CHAIR, Part.REVIEWER}:
        steps.append(Step.DECISION)
    if parts & {Part.APPEAL_HANDLER, Part.APPEAL_DECIDER}:
        steps.append(Step.APPEAL)
    return steps


def _appeal_of(case: Case):
    """The appeal this person handles or decides."""
    held = [
        row
        for row in case.assignments
        if row.user_id == g.user.id and row.ended_at is None and row.appeal_id is not None
    ]
    return db_session().get(Appeal, held[-1].appeal_id) if held else None
