"""The decision of the panel: drafting it from the votes, accepting or departing from the recommendation, signing it.

What is not signed has no effect. A departure names one reason from the list and the rules that carried the
recommendation; it is kept by rule and reason, never by person.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import accounts, events
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Case, Decision, Meeting, Step, User
from casebook.precedents import gate
from casebook.procedure import ceiling, panel, people, workflow
from casebook.procedure.dates import check_day
from casebook.procedure.notice import check_told, current_notice
from casebook.procedure.outcome import (
    Chosen,
    departure_rules,
    ground_from,
    ground_of,
    imposed_rows,
    measure_errors,
    plain_measure,
)  # fmt: skip
from casebook.procedure.returns import NEW_EVIDENCE
from casebook.procedure.signature import decision_digest
from casebook.search.index import index_case

DEPARTURES = {
    "facts_weighed": Problem("对事实轻重的判断不同", "The facts are weighed differently"),
    "rule_unfit": Problem("规则不适合本案情形", "The rule does not fit this case"),
    "other_law": Problem("应当适用其他规定", "Another provision applies"),
    "proportion": Problem("错责相当、宽严相济的考虑", "Proportion between error and consequence"),
    "equal_treatment": Problem("与同类案件处理保持一致", "Equal treatment with like cases"),
    "unread_facts": Problem("规则没有读取的情况（尚未证实或者规则未列）", "Something the rules do not read"),
    NEW_EVIDENCE: Problem(
        "会议上出现新的证据（应当退回查证）", "New evidence at the meeting (send back for it)"
    ),
}
LATEST_EFFECT = timedelta(days=366)
LONGEST = {"facts_found": 20_000, "reason": 10_000, "considered": 10_000, "departure_reason": 4000}


def draft_decision(
    session: Session,
    case: Case,
    by: User,
    *,
    measures: Iterable[Chosen],
    facts_found: str,
    reason: str,
    considered: str,
    departure_code: str = "",
    departure_reason: str = "",
    precedent_reasons: Mapping[str, gate.Answer] | None = None,
    on: date,
) -> Decision:
    """Write down what the majority decided. An earlier draft of the same case is replaced, and kept.

    `precedent_reasons` answers, by its code, each binding precedent that the outcome contradicts.
    Raises BadFields, NotReady (no closed minutes, no majority, the case has changed).
    """
    workflow.ensure(session, by, "decide", case)
    meeting = _closed_meeting(session, case)
    outcome = panel.majority(meeting)
    ground = ground_of(session, case)
    chosen = list(measures)
    errors: dict[str, Problem] = {}
    texts = {"facts_found": facts_found, "reason": reason, "considered": considered}
    texts = {
        name: check_text(errors, name, text, LONGEST[name], required=True) for name, text in texts.items()
    }
    check_told(errors, facts_found=texts["facts_found"], reason=texts["reason"])
    errors |= measure_errors(ground, outcome, chosen, on)
    if errors:
        raise BadFields(errors)
    chosen = [plain_measure(ground, one, on) for one in chosen]
    rules = departure_rules(ground.recommendation, outcome, [one.code for one in chosen], ground.measures(on))
    departs = rules is not None
    departure_reason = check_text(
        errors, "departure_reason", departure_reason, LONGEST["departure_reason"], required=departs
    )
    if departs and departure_code not in DEPARTURES:
        errors["departure_code"] = Problem(
            "决定与处理建议不一致，请选择原因。",
            "The decision departs from the recommendation; choose the reason.",
        )
    elif departs and departure_code == NEW_EVIDENCE:
        errors["departure_code"] = Problem(
            "会议上出现新的证据的，不能直接作出决定，请退回审核人查证并重新听取申辩。",
            "New evidence cannot carry a decision: send the case back, so that it is verified and answered.",
        ).by(workflow.HEARD)
    contradicted = gate.contradicted(session, case, outcome, ground.facts, on)
    answered = gate.check(session, contradicted, precedent_reasons or {}, errors)
    if errors:
        raise BadFields(errors)
    replaced = _open_draft(session, case)
    if replaced is not None:
        replaced.ended_on, replaced.ended_how = on, "replaced"
    last = session.scalar(select(func.max(Decision.seq)).where(Decision.case_id == case.id))
    draft = Decision(
        case_id=case.id, seq=(last or 0) + 1, meeting_id=meeting.id, recommendation_id=ground.recommendation.id,
        disposition=outcome, departs=departs, departure_code=departure_code if departs else "",
        departure_reason=departure_reason if departs else "", departure_rules=rules or [], drafted_by_id=by.id,
        at=utc_now(), measures=imposed_rows(ground, chosen, on), **texts,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    draft.precedent_departures += gate.rows(case, draft, answered, by)
    session.flush()
    rows = [draft, *draft.measures, *draft.precedent_departures, *([replaced] if replaced else [])]
    events.record(
        session, "decision.drafted", by, case, rows=rows, decision=draft.id, disposition=outcome, departs=departs,
        panel_decided=ground.recommendation.disposition == "refer",
        precedents_departed=len(draft.precedent_departures),
    )  # fmt: skip
    return draft


def sign(
    session: Session,
    case: Case,
    by: User,
    decision: Decision,
    password: str,
    *,
    on: date,
    effective_on: date | None = None,
    hasher: PasswordHasher = accounts.HASHER,
) -> Decision:
    """Sign the draft with one's own password, and with it the decision takes effect on its day.

    Raises BadFields (the password, the day), NotReady with everything that still stands in the way: the respondent
    not heard, an outcome heavier than told, recusal not answered, no majority for this outcome.
    """
    step = workflow.ensure(session, by, "sign", case)
    errors: dict[str, Problem] = {}
    effective_on = effective_on or on
    check_day(errors, "on", on, since=decision.meeting.held_on if decision.meeting is not None else None)
    if effective_on < on:
        errors["effective_on"] = Problem("生效日不能早于决定日。", "It cannot take effect before it is made.")
    elif effective_on - on > LATEST_EFFECT:
        errors["effective_on"] = Problem(
            "生效日最迟在决定日后一年以内：生效越晚，影响期结束越晚，等于加重。",
            "It takes effect within a year: the later it begins, the later it ends, which is heavier.",
        )
    state = any(one.regime == "state_sanction" for one in decision.measures)
    if state and effective_on != on:
        errors["effective_on"] = Problem(
            "政务处分自作出之日起生效（政务处分法第八条）。",
            "A State sanction takes effect on the day it is made "
            "(Law on Administrative Discipline for Public Officials, art. 8).",
        )
    if errors:
        raise BadFields(errors)
    if missing := signing_problems(session, case, by, decision, on):
        raise NotReady(missing)
    check_signature(session, by, password, hasher=hasher)
    sign_decision(session, decision, by, on, effective_on)
    workflow.move(
        session, case, step, by, "decision.signed", rows=[decision, *decision.measures],
        decision=decision.id, signature=decision.signature, disposition=decision.disposition, departs=decision.departs,
        panel_decided=decision.recommendation.disposition == "refer",
    )  # fmt: skip
    ref = f"decision:{decision.id}"
    deadlines.meet(session, case, "decided", on, by, ref=ref)
    deadlines.start(
        session, case, "decided", on, by, ref=ref, regimes=frozenset(m.regime for m in decision.measures)
    )
    return decision


def check_signature(
    session: Session, by: User, password: str, *, hasher: PasswordHasher = accounts.HASHER
) -> None:
    """Raise BadFields unless this is the signer's password. What was typed is kept nowhere."""
    if not accounts.knows_password(by, password, hasher=hasher):
        raise BadFields(
            {"password": Problem("密码不正确，没有签署。", "The password is wrong; nothing was signed.")}
        )


def note_refused_signature(session: Session, case: Case, by: User) -> None:
    """Log that somebody tried to sign with a wrong password, after what the try had begun is rolled back."""
    events.record(session, "signature.refused", by, case)


def sign_decision(
    session: Session, decision: Decision, by: User, on: date, effective_on: date | None = None
) -> Decision:
    """Give a decision its days, its measures their first and last day, and the signature over all of it.

    The caller has checked the password and who may sign, and writes the event with the decision and its measures.
    """
    effective_on = effective_on or on
    chosen = [Chosen(one.code, one.months) for one in decision.measures]
    ground = ground_from(decision.recommendation)
    found = {period.code: period for period in ground.periods(chosen, effective_on).each}
    decision.decided_on, decision.effective_on = on, effective_on
    for measure in decision.measures:
        period = found[measure.code]
        measure.starts_on, measure.ends_on = period.starts_on, period.ends_on
    decision.signed_by_id, decision.signed_at = by.id, utc_now()
    session.flush()
    decision.signature = decision_digest(decision)
    index_case(session, decision.case)
    return decision


def signing_problems(session: Session, case: Case, by: User, decision: Decision, on: date) -> list[Problem]:
    """Everything that keeps the draft from being signed by this person, each with its provision."""
    missing = []
    meeting = panel.current_meeting(session, case)
    draft = _open_draft(session, case)
    if draft is None or draft.id != decision.id or meeting is None or decision.meeting_id != meeting.id:
        missing.append(
            Problem("请先按照最近一次会议拟定决定。", "Draft the decision of the last meeting first.")
        )
    missing += gate.signing_problems(session, case, decision, on)
    if meeting is None or meeting.closed_at is None or not meeting.minutes:
        return [*missing, Problem(
            "集体审议没有结束，不能签署。",
            "The discussion has no closed minutes.",
        ).by(workflow.DISCUSSED)]  # fmt: skip
    if panel.majority(meeting) != decision.disposition:
        missing.append(
            Problem("决定与过半数表决意见不一致。", "The decision is not what the majority voted for.")
        )
    if by.id not in panel.voters(meeting):
        missing.append(Problem("签署人没有参加表决。", "Whoever signs must have voted."))
    for user in {vote.user_id: vote.user for vote in meeting.votes}.values():
        try:
            people.ensure_declared(session, case, user, Step.DECISION)
        except NotReady as not_ready:
            missing += not_ready.missing
    notice = current_notice(session, case)
    if notice is None or notice.told_on is None or notice.heard_on is None or notice.closed_at is None:
        missing.append(Problem(
            "当事人没有被告知并听取陈述申辩，不得作出决定。",
            "No decision before the respondent is told and heard.",
        ).by(workflow.HEARD))  # fmt: skip
    try:
        ground = ground_of(session, case)
        ceiling.check(
            session, case, decision.disposition, [one.code for one in decision.measures], ground.law_of,
            months={one.code: one.months for one in decision.measures},
        )  # fmt: skip
    except NotReady as not_ready:
        return [*missing, *not_ready.missing]
    chosen = [Chosen(one.code, one.months, one.basis) for one in decision.measures]
    return missing + list(measure_errors(ground, decision.disposition, chosen, on).values())


def current_draft(session: Session, case: Case) -> Decision | None:
    """The draft of the current meeting that waits for its signature."""
    meeting = panel.current_meeting(session, case)
    draft = _open_draft(session, case)
    return draft if draft is not None and meeting is not None and draft.meeting_id == meeting.id else None


def standing_decision(session: Session, case: Case) -> Decision | None:
    """The signed decision that stands; None before one is signed, or after it was revoked."""
    signed = select(Decision).where(
        Decision.case_id == case.id, Decision.signed_at.is_not(None), Decision.ended_on.is_(None)
    )
    return session.scalar(signed.order_by(Decision.seq.desc()).limit(1))


def signed_decisions(session: Session, case: Case) -> list[Decision]:
    signed = select(Decision).where(Decision.case_id == case.id, Decision.signed_at.is_not(None))
    return list(session.scalars(signed.order_by(Decision.seq)))


def _open_draft(session: Session, case: Case) -> Decision | None:
    drafts = select(Decision).where(
        Decision.case_id == case.id, Decision.signed_at.is_(None), Decision.ended_on.is_(None),
        Decision.appeal_id.is_(None),
    )  # fmt: skip
    return session.scalar(drafts.order_by(Decision.seq.desc()).limit(1))


def no_majority(meeting: Meeting | None) -> list[Problem]:
    """Why there is nothing to draft yet."""
    if meeting is None or meeting.closed_at is None:
        return [Problem(
            "请先召开会议、完成表决并形成会议记录。",
            "Hold the meeting, vote and close the minutes first.",
        ).by(workflow.DISCUSSED)]  # fmt: skip
    if not panel.majority(meeting):
        return [Problem(
            "表决没有过半数意见，请再次召开会议，或者退回审核人。",
            "The vote has no majority; meet again or send the case back.",
        ).by(workflow.DISCUSSED)]  # fmt: skip
    return []


def _closed_meeting(session: Session, case: Case) -> Meeting:
    meeting = panel.current_meeting(session, case)
    if missing := no_majority(meeting):
        raise NotReady(missing)
    return meeting
