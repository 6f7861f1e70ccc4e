"""The panel: each sees what is theirs to do; votes are read once the minutes are closed."""

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Case, Decision, Part, Step
from casebook.precedents import gate
from casebook.procedure import decide, panel, people, workflow
from casebook.procedure.dates import today
from casebook.procedure.notice import current_notice
from casebook.procedure.outcome import ground_from, ground_of
from rules.measures import measure_named
from web.auth import CASE_HANDLERS, CASE_READERS, admits, limit_guesses
from web.cases import load_case
from web.fields import plain_lines
from web.procedure.draft_form import DraftForm
from web.procedure.gate_form import DepartureForms
from web.procedure.panel_forms import (
    AbsenceForm,
    MeetingForm,
    MinutesForm,
    ReturnForm,
    SeatForm,
    SignForm,
    VoteForm,
    outcome_words,
)
from web.refusals import show_problems, take
from web.session import db_session

blueprint = Blueprint("panel", __name__)
_STEPS = {
    "seats": "seat_panel", "meeting": "meet", "absence": "meet", "vote": "vote", "minutes": "meet",
    "back": "return_from_panel",
}  # fmt: skip


def init_app(app: Flask) -> None:
    limit_guesses(app, "panel.sign_submit", 422, lambda: f"signature:{g.user.id if g.user else 0}")


@blueprint.get("/cases/<number>/panel")
@admits(*CASE_READERS)
def show(number: str):
    return _page(load_case(number))


@blueprint.post("/cases/<number>/panel/seats")
@admits(*CASE_HANDLERS)
def seat_submit(number: str):
    case = load_case(number)
    chosen = _candidates(case)
    form = SeatForm.among(chosen, request.form)
    chair, members = form.people(chosen)
    return _take(
        case, "seats", form, lambda: panel.seat_panel(db_session(), case, g.user, chair, members),
        _("The panel is seated. Each of its members answers the question of recusal first."),
    )  # fmt: skip


@blueprint.post("/cases/<number>/panel/meeting")
@admits(*CASE_HANDLERS)
def meeting_submit(number: str):
    case, form = load_case(number), MeetingForm(request.form)
    return _take(
        case, "meeting", form,
        lambda: panel.open_meeting(db_session(), case, g.user, held_on=form.held_on.day, place=form.place.data or ""),
        _("The meeting is open. The members vote from their own accounts."),
    )  # fmt: skip


@blueprint.post("/cases/<number>/panel/absence")
@admits(*CASE_HANDLERS)
def absence_submit(number: str):
    case, form = load_case(number), AbsenceForm(request.form)
    member = next((row.user for row in panel.sitting(case) if str(row.user_id) == form.user_id.data), None)

    def act():
        if member is None:
            raise BadFields({"user_id": Problem("请选择成员。", "Choose a member.")})
        if request.form.get("then") == "present":
            return panel.mark_present(db_session(), case, g.user, member)
        return panel.mark_absent(db_session(), case, g.user, member, form.reason.data or "")

    return _take(case, "absence", form, act, _("It is on record."))


@blueprint.post("/cases/<number>/panel/vote")
@admits(*CASE_HANDLERS)
def vote_submit(number: str):
    case, form = load_case(number), VoteForm(request.form)
    return _take(
        case, "vote", form,
        lambda: panel.vote(db_session(), case, g.user, form.disposition.data or "", plain_lines(form.words.data)),
        _("Your vote is on record."),
    )  # fmt: skip


@blueprint.post("/cases/<number>/panel/minutes")
@admits(*CASE_HANDLERS)
def minutes_submit(number: str):
    case, form = load_case(number), MinutesForm(request.form)
    return _take(
        case, "minutes", form,
        lambda: panel.close_meeting(
            db_session(), case, g.user, minutes=plain_lines(form.minutes.data), others=form.others.data or ""
        ),
        _("The minutes are closed."),
    )  # fmt: skip


@blueprint.post("/cases/<number>/panel/return")
@admits(*CASE_HANDLERS)
def return_submit(number: str):
    case, form = load_case(number), ReturnForm(request.form)
    return _take(
        case, "back", form,
        lambda: panel.return_from_panel(
            db_session(), case, g.user, code=form.code.data or "", reason=plain_lines(form.reason.data)
        ),
        _("The case is back with the reviewer."),
    )  # fmt: skip


@blueprint.get("/cases/<number>/panel/decision")
@admits(*CASE_HANDLERS)
def draft(number: str):
    case = load_case(number)
    if not workflow.may_do(g.user, "decide", case):
        return redirect(url_for("panel.show", number=number))
    meeting = panel.current_meeting(db_session(), case)
    if meeting is None or meeting.closed_at is None or not panel.majority(meeting):
        return redirect(url_for("panel.show", number=number))
    ground = ground_of(db_session(), case)
    outcome = panel.majority(meeting)
    form = DraftForm.of_ground(ground, outcome, today(), data=_starts_from(case, ground, outcome))
    found = gate.contradicted(db_session(), case, outcome, ground.facts, today())
    departures = DepartureForms(found, before=decide.current_draft(db_session(), case))
    return _draft_page(case, form, departures, ground, outcome)


@blueprint.post("/cases/<number>/panel/decision")
@admits(*CASE_HANDLERS)
def draft_submit(number: str):
    case = load_case(number)
    workflow.ensure(db_session(), g.user, "decide", case)
    meeting = panel.current_meeting(db_session(), case)
    outcome = panel.majority(meeting) if meeting is not None and meeting.closed_at is not None else ""
    if not outcome:
        return _page(case, refused=NotReady(decide.no_majority(meeting))), 409
    ground = ground_of(db_session(), case)
    form = DraftForm.of_ground(ground, outcome, today(), request.form)
    found = gate.contradicted(db_session(), case, outcome, ground.facts, today())
    departures = DepartureForms(found, request.form)
    if not form.validate():
        return _draft_page(case, form, departures, ground, outcome), 422
    try:
        decide.draft_decision(
            db_session(), case, g.user, measures=form.chosen(), facts_found=plain_lines(form.facts_found.data),
            reason=plain_lines(form.reason.data), considered=plain_lines(form.considered.data),
            departure_code=form.departure_code.data or "",
            departure_reason=plain_lines(form.departure_reason.data), precedent_reasons=departures.answers(),
            on=today(),
        )  # fmt: skip
    except BadFields as bad:
        form.refuse(departures.refuse(bad.errors))
        return _draft_page(case, form, departures, ground, outcome), 422
    db_session().commit()
    flash(_("The draft is kept. It has no effect until it is signed."))
    return redirect(url_for("panel.show", number=number) + "#decision")


@blueprint.post("/cases/<number>/panel/sign")
@admits(*CASE_HANDLERS)
def sign_submit(number: str):
    case, form = load_case(number), SignForm(request.form)
    workflow.ensure(db_session(), g.user, "sign", case)
    decision = decide.current_draft(db_session(), case)
    shown = request.form.get("decision", "")
    if decision is None or str(decision.id) != shown:
        newer = Problem(
            "决定稿已经更新，请核对后再签署。", "The draft has changed; read it again before you sign."
        )
        return _page(case, refused=NotReady([newer])), 409
    try:
        if not form.validate():
            return _page(case, typed={"sign": form}), 422
        decide.sign(
            db_session(), case, g.user, decision, form.password.data or "", on=today(),
            effective_on=form.effective_on.day,
        )  # fmt: skip
    except BadFields as bad:
        show_problems(form, bad)
        if "password" in bad.errors:
            decide.note_refused_signature(db_session(), case, g.user)
        return _page(case, typed={"sign": form}), 422
    except NotReady as refused:
        return _page(case, typed={"sign": form}, refused=refused), 409
    db_session().commit()
    flash(_("The decision is signed and takes effect. Its officer now serves it."))
    return redirect(url_for("decision.show", number=number))


def _take(case: Case, name: str, form, act, message: str):
    refused = take(case, _STEPS[name], act, _page, form, name)
    if refused is None:
        flash(message)
    return refused or redirect(url_for("panel.show", number=case.number))


def _page(case: Case, *, typed=None, refused=None):
    session, user = db_session(), g.user
    typed = typed or {}
    may = workflow.open_steps(user, case)
    meeting = panel.current_meeting(session, case)
    seats = panel.sitting(case)
    sits = any(row.user_id == user.id for row in seats)
    panel.read_panel(session, case, user)
    shown = {
        "case": case, "may": may, "refused": refused, "meeting": meeting, "seats": seats,
        "sits": sits, "fewest": panel.FEWEST, "outcome_words": outcome_words, "told": current_notice(session, case),
        "measure": lambda code: measure_named(code, today()), "forms": {}, "draft": None, "votes": [],
        "past": [one for one in panel.meetings_of(session, case) if one is not meeting],
        "recommendation": None, "missing": [], "periods": None, "declared": None, "chair": Part.CHAIR,
    }  # fmt: skip
    if sits and may & {"vote", "meet"}:
        shown["declared"] = people.find_declaration(session, case, user, Step.DECISION)
    try:
        shown["recommendation"] = ground_of(session, case).recommendation
    except NotReady as changed:
        shown["refused"] = refused or (changed if "meet" in may else None)
    if meeting is not None:
        shown |= {
            "voted": panel.voters(meeting), "absent": panel.absent(meeting), "majority": panel.majority(meeting),
            "waiting": panel.not_voted(case, meeting), "open": meeting.closed_at is None,
        }  # fmt: skip
        shown["votes"] = [] if meeting.closed_at is None else meeting.votes
    if (draft := decide.current_draft(session, case)) is not None:
        shown |= _draft_part(case, draft, may)
    shown["forms"] = _forms(case, shown, typed)
    html = render_template("procedure/panel.html", **shown)
    session.commit()
    return html


def _forms(case: Case, shown: dict, typed: dict) -> dict:
    """The forms this person needs now."""
    may, meeting, found = shown["may"], shown["meeting"], {}
    concluded = meeting is not None and not shown["open"] and shown["majority"]
    if "seat_panel" in may and not concluded:
        held = {row.user_id: row.part for row in shown["seats"]}
        data = {
            "chair": next((str(one) for one, part in held.items() if part == Part.CHAIR), ""),
            "members": [str(one) for one, part in held.items() if part == Part.PANEL],
        }
        found["seats"] = SeatForm.among(_candidates(case), **data)
    if "meet" in may and shown["declared"] is not None:
        if (meeting is None or not shown["open"]) and not concluded and len(shown["seats"]) >= panel.FEWEST:
            found["meeting"] = MeetingForm(data={"held_on": today().isoformat()})
        if meeting is not None and shown["open"]:
            found["absence"], found["minutes"] = AbsenceForm(), MinutesForm()
        found["back"] = ReturnForm()
    if "vote" in may and meeting is not None and shown["open"] and shown["declared"] is not None:
        waits_for = [row for row in shown["waiting"] if row.user_id != g.user.id]
        early = g.user.id == meeting.chair_id and waits_for
        if g.user.id not in shown["voted"] and g.user.id not in shown["absent"] and not early:
            found["vote"] = VoteForm()
    if "sign" in may and shown["draft"] is not None:
        found["sign"] = SignForm()
    found |= {name: form for name, form in typed.items() if name in found or form.errors}
    if "absence" in found:
        found["absence"].offer(row.user for row in shown.get("waiting", ()) if row.part != Part.CHAIR)
    return found


def _draft_part(case: Case, draft: Decision, may: set[str]) -> dict:
    ground = ground_from(draft.recommendation)
    chosen = [decide.Chosen(one.code, one.months) for one in draft.measures]
    missing = decide.signing_problems(db_session(), case, g.user, draft, today()) if "sign" in may else []
    return {
        "draft": draft, "missing": missing, "periods": ground.periods(chosen, today()),
        "measure": lambda code: ground.measure(code, today()),
    }  # fmt: skip


def _draft_page(case: Case, form: DraftForm, departures: DepartureForms, ground, outcome: str):
    recommended = ground.recommendation.disposition
    html = render_template(
        "procedure/draft.html", case=case, form=form, departures=departures, outcome=outcome,
        outcome_words=outcome_words, recommendation=ground.recommendation, told=current_notice(db_session(), case),
        measure=lambda code: ground.measure(code, today()),
        departs=recommended not in (outcome, "refer"), refers=recommended == "refer",
    )  # fmt: skip
    db_session().commit()
    return html


def _starts_from(case: Case, ground, outcome: str) -> dict:
    """What the form starts from: the draft before, or what the respondent was told and the review said."""
    before = decide.current_draft(db_session(), case)
    if before is not None:
        data = {name: getattr(before, name) for name in (
            "facts_found", "reason", "considered", "departure_code", "departure_reason"
        )}  # fmt: skip
        codes = [one.code for one in before.measures]
        for one in before.measures:
            if one.basis:
                key = one.code.replace("-", "_")
                data |= {f"months_{key}": one.months, f"basis_{key}": one.basis}
    else:
        notice = current_notice(db_session(), case)
        codes = list(notice.measures) if notice and notice.disposition == outcome else []
        facts = [point.text for point in notice.points if point.kind == "fact"] if notice else []
        data = {"facts_found": "\n".join(facts)}
    known = ground.measures(today())
    for code in codes:
        if code in known:
            data.setdefault(f"measures_{known[code].regime}", []).append(code)
    return data


def _candidates(case: Case) -> list:
    """Who may sit, beside those who sit already."""
    return people.candidates(db_session(), case, Part.CHAIR)
