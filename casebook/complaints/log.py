"""Events about complaints, clearances, filings and returns: one chain, and found again by what they are about."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Select, func, not_, or_, select
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


def history(
    session: Session,
    about: Base,
    *,
    reads: bool = False,
    kinds: Collection[str] = (),
    without: Collection[str] = (),
) -> list[Event]:
    """The events about it, oldest first; those that only read are left out unless asked for.

    `kinds`: only those, whatever they are; `without`: all but those. No others are loaded.
    """
    found = _about(select(Event), about).options(joinedload(Event.by)).order_by(Event.seq)
    if kinds:
        found = found.where(Event.kind.in_(kinds))
    elif not reads:
        found = found.where(not_(or_(*(Event.kind.endswith(read) for read in READS))))
    return list(session.scalars(found.where(Event.kind.not_in(without)) if without else found))


def tried(session: Session, about: Base, kind: str, by: User, since: datetime | None = None) -> int:
    """How often this person has such an event about it, since a moment or ever."""
    found = _about(select(func.count()).select_from(Event), about).where(
        Event.kind == kind, Event.by_id == by.id
    )
    return session.scalar(found if since is None else found.where(Event.at >= since))


def _about(found: Select, about: Base) -> Select:
    linked = found.join(ComplaintEvent, ComplaintEvent.event_seq == Event.seq)
    return linked.where(
        ComplaintEvent.about == ABOUT[about.__tablename__], ComplaintEvent.about_id == about.id
    )
