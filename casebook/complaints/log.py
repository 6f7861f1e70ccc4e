"""Events about complaints, clearances, filings and returns: one chain, and found again by what they are about."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import events
from casebook.db import Base
from casebook.models import Case, ComplaintEvent, Event, User

ABOUT = {
    "complaints": "complaint",
    "clearances": "clearance",
    "advance_filings": "filing",
    "reinstatements": "reinstatement",
}
READS = (".read", ".printed", ".listed")


def record(
    session: Session,
    kind: str,
    by: User | None,
    about: Base,
    *,
    case: Case | None = None,
    rows: Iterable[Base] = (),
    **detail,
) -> Event:
    """Append one event about a complaint, clearance, filing or return; identifiers and closed codes only.

    `rows` are the sealed rows it wrote, as they are to stand (casebook.events.record).
    """
    what = ABOUT[about.__tablename__]
    event = events.record(session, kind, by, case, rows=rows, **{what: about.id}, **detail)
    session.flush()
    session.add(ComplaintEvent(event_seq=event.seq, about=what, about_id=about.id))
    return event


def history(session: Session, about: Base, *, reads: bool = False) -> list[Event]:
    """The events about it, oldest first; those that only read are left out unless asked for."""
    found = (
        select(Event)
        .join(ComplaintEvent, ComplaintEvent.event_seq == Event.seq)
        .where(ComplaintEvent.about == ABOUT[about.__tablename__], ComplaintEvent.about_id == about.id)
        .options(joinedload(Event.by))
        .order_by(Event.seq)
    )
    return [event for event in session.scalars(found) if reads or not event.kind.endswith(READS)]
