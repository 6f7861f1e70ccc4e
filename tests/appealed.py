"""Decided cases to appeal against: made as rows and sealed, with everyone who handled the first decision on record."""

from datetime import date

from sqlalchemy.orm import Session

from casebook import events
from casebook.clocks import calendar, deadlines
from casebook.db import utc_now
from casebook.models import Appeal, Assignment, Case, Decision, Part, Service, Stage, Step, User
from casebook.procedure import appeal as appeals
from casebook.procedure import people
from casebook.procedure.appeal_decide import Anew, decide_appeal
from casebook.procedure.decide import sign_decision
from casebook.procedure.outcome import Chosen, departure_rules, ground_of, imposed_rows
from tests.factories import CHEAP, PASSWORD
from tests.snapshots import prepared
from tests.stages import Cast, recommended_case, skip_to

DECIDED_ON = date(2026, 9, 1)
SERVED_ON = date(2026, 9, 10)
SUPERVISED = {"deciding_body": "supervisory_organ", "subject_category": "civil_servant"}
MEMBER = {"subject_is_party_member": True}
HANDLED = {
    Part.REVIEWER: "reviewer", Part.SECOND_REVIEWER: "reviewer2", Part.CHAIR: "chief", Part.PANEL: "member",
}  # fmt: skip


@prepared
def seeded(session: Session) -> None:
    """The working days of the shared calendar."""
    calendar.seed(session, None)


@prepared
def decided(
    session: Session,
    cast: Cast,
    codes: tuple[str, ...] = ("G2",),
    *,
    disposition: str = "hold_accountable",
    served_on: date | None = SERVED_ON,
    stage: Stage = Stage.NOTIFIED,
    **facts,
) -> Case:
    """A case whose decision is signed with these measures and served on person and unit."""
    case = recommended_case(session, cast, **{**SUPERVISED, **facts})
    skip_to(session, case, stage)
    now = utc_now()
    parts = [
        Assignment(case_id=case.id, part=part, user_id=getattr(cast, who).id, by_id=cast.chief.id, at=now)
        for part, who in HANDLED.items()
    ]
    session.add_all(parts)
    events.record(session, "assignment.made", cast.chief, case, rows=_flushed(session, parts))
    decision = decide_first(session, cast, case, codes, disposition)
    if served_on:
        ref, regimes = f"decision:{decision.id}", frozenset(one.regime for one in decision.measures)
        for kind, recipient in (
            ("person", "周某"),
            ("unit", "青石镇人民政府"),
            ("announced", "青石镇机关全体干部"),
        ):
            serve(session, cast, decision, kind, recipient, served_on)
        deadlines.start(session, case, "person_served", served_on, cast.officer, ref=ref, regimes=regimes)
    session.expire(case)
    return case


def decide_first(
    session: Session, cast: Cast, case: Case, codes: tuple[str, ...], disposition: str
) -> Decision:
    ground = ground_of(session, case)
    known = ground.measures(DECIDED_ON)
    rules = departure_rules(ground.recommendation, disposition, codes, known)
    chosen = [Chosen(code, known[code].months) for code in codes]
    decision = Decision(
        case_id=case.id, seq=1, recommendation_id=ground.recommendation.id, disposition=disposition,
        facts_found="经查，周某未批先建。", reason="依规依纪", departs=rules is not None, departure_rules=rules or [],
        departure_code="proportion" if rules is not None else "", drafted_by_id=cast.chief.id, at=utc_now(),
        measures=imposed_rows(ground, chosen, DECIDED_ON),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    sign_decision(session, decision, cast.chief, DECIDED_ON)
    events.record(
        session,
        "decision.signed",
        cast.chief,
        case,
        rows=[decision, *decision.measures],
        decision=decision.id,
    )
    return decision


def serve(
    session: Session, cast: Cast, decision: Decision, kind: str, recipient: str, served_on: date
) -> None:
    row = Service(
        case_id=decision.case_id, decision_id=decision.id, kind=kind, recipient=recipient, how="直接送达",
        served_on=served_on, by_id=cast.officer.id, at=utc_now(),
    )  # fmt: skip
    session.add(row)
    events.record(session, "decision.served", cast.officer, decision.case, rows=_flushed(session, [row]))


def file(session: Session, cast: Cast, case: Case, channel: str = "supervision_review", **fields) -> Appeal:
    given = {"filed_on": date(2026, 9, 20), "grounds": "对事实认定不服。", **fields}
    return appeals.file_appeal(session, case, cast.officer2, channel=channel, **given)


def assign(session: Session, cast: Cast, case: Case, appeal: Appeal, user: User | None = None) -> User:
    """A fresh decider who has answered the question of recusal."""
    user = user or cast.superior_member
    appeals.assign(session, case, appeal, Part.APPEAL_DECIDER, user, cast.superior)
    people.declare(session, case, user, Step.APPEAL, [], appeal=appeal)
    return user


def anew(disposition: str = "correct", *codes: str, **fields) -> Anew:
    given = {
        "facts_found": "经复审查明，周某系按集体决定实施。", "considered": "", "error_fell_away": False,
        "follow_up_by": date(2026, 12, 31), **fields,
    }  # fmt: skip
    return Anew(disposition, [Chosen(code) for code in codes], **given)


def decide(
    session: Session, case: Case, appeal: Appeal, by: User, outcome: str = "uphold", **fields
) -> Appeal:
    given = {
        "reason": "经集体研究，认定事实清楚，适用规定正确。", "discussed_on": date(2026, 10, 8), "password": PASSWORD,
        "on": date(2026, 10, 9), "hasher": CHEAP, **fields,
    }  # fmt: skip
    return decide_appeal(session, case, appeal, by, outcome=outcome, **given)


def _flushed(session: Session, rows: list) -> list:
    session.flush()
    return rows
