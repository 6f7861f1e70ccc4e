"""What was refused to whom: each attempt leaves a line of its own, and the auditor sees them together.

The person refused is told no more than before. Nobody is shown an attempt at something that is kept from themselves,
so that a name in this list never tells them of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.clearance import returns
from casebook.clearance import steps as clearance_steps
from casebook.complaints import log
from casebook.complaints import steps as complaint_steps
from casebook.db import Base
from casebook.models import (
    AdvanceFiling,
    Case,
    Clearance,
    Complaint,
    ComplaintEvent,
    Event,
    Reinstatement,
    User,
)
from casebook.seal import consent

KINDS = (
    "access.refused", "case.refused", "seal.refused", "seal.unmasking_refused", "complaint.extract_refused",
    "complaint.leak_refused", "signature.refused", "clearance.signature_refused", "link.refused",
)  # fmt: skip
_ABOUT = {
    log.ABOUT[table.__tablename__]: table for table in (Complaint, Clearance, AdvanceFiling, Reinstatement)
}
_BATCH = 100


@dataclass(frozen=True)
class Refusal:
    """One attempt that was refused; `number` is of what it was about, "" where it was about nothing single."""

    event: Event
    number: str


def note(session: Session, by: User, endpoint: str, number: str = "") -> bool:
    """Log that this person was refused at a page about a complaint, clearance, filing or return; False: there is none.

    Called in a transaction of its own, after what was refused has been rolled back.
    """
    about = _numbered(session, number)
    if about is None:
        return False
    log.record(session, "access.refused", by, about, endpoint=endpoint)
    return True


def latest(session: Session, by: User, *, before: int | None = None, limit: int = 50) -> list[Refusal]:
    """What was refused, latest first, as far as this person may see what it was about; logged. Raises NotAllowed."""
    access.ensure(by, access.VERIFY_AUDIT)
    events.record(session, "refusals.listed", by)
    found = []
    for refusal in _all(session, by, before):
        found.append(refusal)
        if len(found) == limit:
            break
    return found


def _all(session: Session, by: User, before: int | None) -> Iterator[Refusal]:
    while True:
        wanted = select(Event).where(Event.kind.in_(KINDS)).options(joinedload(Event.by))
        if before is not None:
            wanted = wanted.where(Event.seq < before)
        batch = list(session.scalars(wanted.order_by(Event.seq.desc()).limit(_BATCH)))
        linked = {
            row.event_seq: row
            for row in session.scalars(
                select(ComplaintEvent).where(ComplaintEvent.event_seq.in_([event.seq for event in batch]))
            )
        }
        for event in batch:
            link = linked.get(event.seq)
            about = session.get(_ABOUT[link.about], link.about_id) if link else _case_of(session, event)
            if about is None:
                yield Refusal(event, "")
            elif _may_see(session, by, about):
                yield Refusal(event, getattr(about, "number", ""))
        if len(batch) < _BATCH:
            return
        before = batch[-1].seq


def _numbered(session: Session, number: str) -> Base | None:
    if not number or "\0" in number:  # PostgreSQL keeps no such text, so nothing has it
        return None
    for table in _ABOUT.values():
        if (row := session.scalar(select(table).where(table.number == number))) is not None:
            return row
    return None


def _case_of(session: Session, event: Event) -> Case | None:
    return session.get(Case, event.case_id) if event.case_id is not None else None


def _may_see(session: Session, by: User, about: Base) -> bool:
    match about:
        case Complaint():
            return complaint_steps.may_read(by, about)
        case Clearance():
            return clearance_steps.may_read(session, by, about)
        case AdvanceFiling():
            return consent.may_see_filing(by, about)
        case Reinstatement():
            return returns.may_read(by, about)
    return access.may_read(by, about)
