"""What the precedents say of a case: read by everybody who reads the case, kept in its file by whoever works on it."""

from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer, joinedload

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import ConsultationNotFound
from casebook.models import Case, Consultation, User
from casebook.precedents.bases import base_for
from casebook.precedents.findings import Findings, look
from casebook.precedents.what_if import WhatIf, what_if
from casebook.procedure import workflow
from casebook.procedure.second_opinion import is_blind

__all__ = [
    "Findings", "WhatIf", "base_for", "consult", "consultation", "consultations", "log_reading", "look", "read",
    "what_if",
]  # fmt: skip


def read(session: Session, case: Case, by: User, on: date) -> Findings:
    """What the precedents say of the case today; logged as read. Raises NotAllowed."""
    found = look(session, case, on)
    log_reading(session, case, by)
    return found


def log_reading(session: Session, case: Case, by: User) -> None:
    """Note that this person read what precedents say of the case. Raises NotAllowed."""
    access.ensure(by, access.READ_CASE, case)
    access.ensure(by, access.READ_PRECEDENTS)
    events.record(session, "precedents.read", by, case)


def consult(session: Session, case: Case, by: User, on: date) -> Consultation:
    """Keep what the precedents say of the case on that day, for good. Raises NotAllowed, WrongStage."""
    workflow.ensure(session, by, "consult", case)
    found = look(session, case, on)
    last = session.scalar(select(func.max(Consultation.seq)).where(Consultation.case_id == case.id))
    kept = Consultation(
        case_id=case.id, seq=(last or 0) + 1, case_version=case.version, recommendation_id=found.recommendation_id,
        base_sha256=found.base_sha256, rules_sha256=found.rules_sha256, as_of=on, content=found.content,
        by_id=by.id, at=utc_now(),
    )  # fmt: skip
    session.add(kept)
    events.record(session, "precedents.consulted", by, case, rows=[kept], seq=kept.seq)
    return kept


def consultations(session: Session, case: Case, by: User) -> list[Consultation]:
    """The consultations kept of a case, the latest first, without what they say.

    Whoever owes a blind second opinion finds only their own: another's may show what the first review had in mind.
    """
    access.ensure(by, access.READ_CASE, case)
    return list(session.scalars(_kept(case, by).options(defer(Consultation.content, raiseload=True))))


def consultation(session: Session, case: Case, by: User, seq: int) -> Consultation:
    """One of them with what it says; logged. Raises ConsultationNotFound, NotAllowed."""
    access.ensure(by, access.READ_CASE, case)
    access.ensure(by, access.READ_PRECEDENTS)
    found = session.scalar(_kept(case, by).where(Consultation.seq == seq))
    if found is None:
        raise ConsultationNotFound(number=case.number, seq=seq)
    events.record(session, "precedents.read", by, case, seq=seq)
    return found


def _kept(case: Case, by: User) -> Select[tuple[Consultation]]:
    of_case = select(Consultation).where(Consultation.case_id == case.id).options(joinedload(Consultation.by))
    if is_blind(by, case):
        of_case = of_case.where(Consultation.by_id == by.id)
    return of_case.order_by(Consultation.seq.desc())
