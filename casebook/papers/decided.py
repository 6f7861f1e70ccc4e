"""What the papers of a signed decision say: the decision, the decision on tolerance, and the form that files it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import NotReady, Problem
from casebook.models import Case, Correction, Decision, Notice
from casebook.papers import words
from casebook.papers.record import (
    Candidate,
    Gathered,
    check_dated,
    common,
    decision_number,
    evidence_of,
    grounds_of,
    id_of,
    measures_of,
    missing,
    not_of_case,
    read_facts,
    ways_of,
)
from casebook.procedure.answers import ADOPTED
from casebook.procedure.correction_state import LIFTED, VERIFIED, all_of
from casebook.procedure.service import KINDS as SERVICES
from casebook.procedure.service import services_of


def gather_decision(session: Session, case: Case, on: date, ref: str) -> Gathered:
    """Raises NotReady without a signed decision, and where it tolerates: that has a paper of its own."""
    decision = _decision(session, case, on, ref)
    if decision.disposition == "tolerate":
        raise missing(
            "本案决定予以容错，请制发“容错认定书”。",
            "The decision is to tolerate; issue the decision on tolerance.",
        )
    return _gathered(session, case, decision, on)


def gather_tolerance(session: Session, case: Case, on: date, ref: str) -> Gathered:
    """Raises NotReady without a signed decision that tolerates."""
    decision = _decision(session, case, on, ref)
    if decision.disposition != "tolerate":
        raise missing(
            "本案决定不是予以容错，请制发“处理决定书”。",
            "The decision is not to tolerate; issue the decision.",
        )
    return _gathered(session, case, decision, on)


def gather_filing(session: Session, case: Case, on: date, ref: str) -> Gathered:
    """Raises NotReady without a signed decision."""
    decision = _decision(session, case, on, ref)
    values = common(case, case.organisation, on) | _said(session, case, decision, on)
    corrections = [row for row in all_of(session, case) if row.state != LIFTED]
    values |= {
        "number": decision_number(session, decision),
        "services": [
            {"kind": SERVICES[row.kind].zh, "recipient": row.recipient, "on": row.served_on}
            for row in services_of(session, decision)
        ],
        "corrections": {
            "ordered": len(corrections),
            "verified": sum(row.state == VERIFIED for row in corrections),
        },
    }
    return Gathered(f"decision:{decision.id}", case.organisation, on, values)


def candidates(session: Session, case: Case) -> list[Candidate]:
    """The signed decision that stands, unless it tolerates; raises NotReady where there is none."""
    found = [row for row in _signed(session, case) if row.disposition != "tolerate" and not row.ended_on]
    if not found:
        raise _tolerated()
    return [_candidate(row) for row in found]


def tolerance_candidates(session: Session, case: Case) -> list[Candidate]:
    """The signed decision that stands, if it tolerates; raises NotReady where there is none."""
    found = [row for row in _signed(session, case) if row.disposition == "tolerate" and not row.ended_on]
    if not found:
        raise _not_tolerated()
    return [_candidate(row) for row in found]


def filing_candidates(session: Session, case: Case) -> list[Candidate]:
    """The signed decision that stands; raises NotReady where there is none."""
    return [_candidate(row) for row in _signed(session, case) if not row.ended_on]


def _candidate(decision: Decision) -> Candidate:
    label = Problem(f"第{decision.seq}号决定", f"decision no. {decision.seq}")
    return Candidate(f"decision:{decision.id}", label)


def _tolerated() -> NotReady:
    return missing(
        "本案决定予以容错，请制发“容错认定书”。", "The decision tolerates: issue the decision on tolerance."
    )


def _not_tolerated() -> NotReady:
    return missing(
        "本案决定不是予以容错，请制发“处理决定书”。", "The decision does not tolerate: issue the decision."
    )


def _signed(session: Session, case: Case) -> list[Decision]:
    of_case = select(Decision).where(Decision.case_id == case.id, Decision.signed_at.is_not(None))
    signed = list(session.scalars(of_case.order_by(Decision.seq)))
    if not signed:
        raise missing(
            "决定尚未签署，没有效力，不能制发。请先“签署决定”（政务处分法第四条、第四十五条）。",
            "The decision is not signed and has no effect yet; sign it first (政务处分法 art. 4, 45).",
        )
    return signed


def _gathered(session: Session, case: Case, decision: Decision, on: date) -> Gathered:
    """A decision bears the day it was made (政务处分法第四十五条第五项), however late it is printed."""
    values = common(case, case.organisation, on) | _said(session, case, decision, on)
    return Gathered(f"decision:{decision.id}", case.organisation, decision.decided_on, values)


def _said(session: Session, case: Case, decision: Decision, on: date) -> dict:
    document = decision.recommendation.content
    regimes = {row.regime for row in decision.measures}
    return {
        "facts_found": words.sentences(decision.facts_found),
        "evidence": evidence_of(session, case, document),
        "reason": words.sentences(decision.reason),
        "considered": words.sentences(decision.considered),
        "hearing": _hearing(session, case, decision),
        "on_appeal": decision.appeal_id is not None,
        "discussed_on": decision.meeting.held_on if decision.meeting else None,
        "disposition": words.DISPOSITIONS[decision.disposition],
        "grounds": [] if decision.departs else grounds_of(document, carrying=True),
        "measures": measures_of(decision),
        "decided_on": decision.decided_on,
        "effective_on": decision.effective_on,
        "state_sanction": "state_sanction" in regimes,
        "ways": ways_of(case, regimes, read_facts(decision), on),
        "corrections": [
            {"measure": words.clause(row.measure), "due_on": row.due_on}
            for row in _open_corrections(session, case)
        ],
    }


def _open_corrections(session: Session, case: Case) -> list[Correction]:
    return [row for row in all_of(session, case) if row.measure and row.state != LIFTED]


def _hearing(session: Session, case: Case, decision: Decision) -> dict | None:
    """How the respondent was told and heard before this decision, and what was made of each objection."""
    before = select(Notice).where(
        Notice.case_id == case.id, Notice.heard_on.is_not(None), Notice.at <= decision.at
    )
    heard = session.scalar(before.order_by(Notice.round.desc()).limit(1))
    if heard is None:
        return None
    weighed = [
        {"no": point.no, "adopted": ADOPTED[answer.adopted].zh, "reason": words.clause(answer.adopted_reason)}
        for point in heard.points for answer in point.answers if answer.adopted
    ]  # fmt: skip
    return {"told_on": heard.told_on, "heard_on": heard.heard_on, "weighed": weighed}


def _decision(session: Session, case: Case, on: date, ref: str) -> Decision:
    wanted = id_of(ref, "decision")
    if wanted is not None:
        named = session.get(Decision, wanted)
        if named is None or named.case_id != case.id:
            raise not_of_case()
    signed = [row for row in _signed(session, case) if wanted is None or row.id == wanted]
    if not signed:
        raise not_of_case()
    decision = signed[-1]
    check_dated(on, decision.decided_on, "作出决定之日", "the decision")
    return decision
