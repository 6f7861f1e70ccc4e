"""Proposals on their way into the library: who has something to do with which, and nobody else learns of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import access, events
from casebook.access import stands_back
from casebook.errors import NotAllowed, PrecedentNotFound
from casebook.models import Decision, Life, Precedent, PrecedentCoding, User
from casebook.precedents import coding

OPEN = (Life.CODING, Life.PROPOSED, Life.REFUSED)
_WHOLE = (
    joinedload(Precedent.organisation), joinedload(Precedent.case), joinedload(Precedent.proposed_by),
    selectinload(Precedent.codings).joinedload(PrecedentCoding.coder),
)  # fmt: skip


def may_approve(precedent: Precedent, by: User) -> bool:
    """Whether this person may settle and approve a proposal.

    A second person of its organ or one above: neither proposed nor coded it, is not the officer of its case and does
    not stand back from it. Before the second coding only who could not give it, so that it stays blind.
    """
    case = precedent.case
    return (
        case is not None
        and access.may(by, access.APPROVE_PRECEDENT)
        and precedent.organisation.is_within(by.organisation)
        and precedent.proposed_by_id != by.id
        and by.id not in {row.coder_id for row in precedent.codings}
        and by.id != case.officer_id
        and not stands_back(by, case)
        and (
            precedent.life == Life.PROPOSED
            or (precedent.life == Life.CODING and not access.may(by, access.CODE_PRECEDENT))
        )
    )


def load(session: Session, by: User, code: str) -> Precedent:
    """A proposal with this code for somebody who has something to do with it; PrecedentNotFound for anybody else."""
    precedent = None
    if "\0" not in code:
        query = select(Precedent).where(Precedent.code == code, Precedent.case_id.is_not(None))
        precedent = session.scalar(query.options(*_WHOLE))
    if precedent is None or not concerns(session, precedent, by):
        raise PrecedentNotFound(code=code)
    return precedent


def concerns(session: Session, precedent: Precedent, by: User) -> bool:
    """Whether this person has something to do with a proposal that is not published."""
    if not access.may(by, access.READ_PRECEDENTS) or precedent.life not in OPEN:
        return False
    return (
        (precedent.proposed_by_id == by.id and not stands_back(by, precedent.case))
        or may_approve(precedent, by)
        or coding.may_code(session, precedent, by)
    )


def waiting(session: Session, by: User, *, logged: bool = True) -> list[Precedent]:
    """The proposals this person has something to do with, the oldest first; logged where they are shown."""
    access.ensure(by, access.READ_PRECEDENTS)
    query = select(Precedent).where(Precedent.life.in_(OPEN), Precedent.case_id.is_not(None))
    rows = session.scalars(query.options(*_WHOLE).order_by(Precedent.id)).all()
    found = [row for row in rows if concerns(session, row, by)]
    if logged:
        events.record(session, "precedents.waiting_listed", by, found=len(found))
    return found


def task_of(session: Session, precedent: Precedent, by: User) -> str | None:
    """What this person has to do with a proposal: code, approve or amend it; "alone" may wait for a second coding.

    None where it waits for others.
    """
    if coding.may_code(session, precedent, by):
        return "code"
    if precedent.proposed_by_id == by.id:
        return "amend" if precedent.life == Life.REFUSED else None
    return ("approve" if precedent.life == Life.PROPOSED else "alone") if may_approve(precedent, by) else None


def waits_for(session: Session, by: User) -> int:
    """How many proposals wait for this person."""
    if not access.may(by, access.READ_PRECEDENTS):
        return 0
    return sum(task_of(session, row, by) is not None for row in waiting(session, by, logged=False))


def own_proposal(session: Session, decision: Decision, by: User) -> Precedent | None:
    """What this person proposed of a decision and has not taken back."""
    query = select(Precedent).where(
        Precedent.decision_id == decision.id,
        Precedent.proposed_by_id == by.id,
        Precedent.life != Life.WITHDRAWN,
    )
    return session.scalar(query.order_by(Precedent.id.desc()).limit(1))


def ensure_may_approve(precedent: Precedent, by: User) -> None:
    """Raise NotAllowed unless this person may settle, approve or refuse the proposal."""
    if not may_approve(precedent, by):
        raise NotAllowed(access.APPROVE_PRECEDENT)


def ensure_proposer(precedent: Precedent, by: User) -> None:
    """Raise NotAllowed for anybody but who proposed it."""
    if precedent.proposed_by_id != by.id or not access.may(by, access.PROPOSE_PRECEDENT):
        raise NotAllowed(access.PROPOSE_PRECEDENT)
