"""The log: every write, read, print and export leaves one event, chained by hash to the one before."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casebook.db import Base, json_sha256, utc_now
from casebook.event_kinds import KINDS
from casebook.models import Case, ChainHead, Event, User
from casebook.sealing import seal

GENESIS = "0" * 64
_NEVER_IN_DETAIL = {"note", "notes", "password", "token", "evidence", "value"}


def label(kind: str, lang: str) -> str:
    """The kind of an event in words."""
    zh, en = KINDS[kind]
    return zh if lang == "zh" else en


def lock(session: Session) -> tuple[int, str]:
    """Wait until no other transaction writes, and return the head of the chain (count and hash).

    Called first in every function that writes, so that on PostgreSQL, too, one transaction writes at a time,
    and always takes this lock before any other: chain, case numbers and versions cannot race or deadlock.
    """
    head = select(ChainHead.count, ChainHead.hash).where(ChainHead.id == 1).with_for_update()
    count, last_hash = session.execute(head).one()
    return count, last_hash


def last(session: Session) -> int:
    """The number of the last event, whatever is being written meanwhile."""
    return session.execute(select(ChainHead.count).where(ChainHead.id == 1)).scalar_one()


def record(
    session: Session,
    kind: str,
    by: User | None,
    case: Case | None = None,
    *,
    rows: Iterable[Base] = (),
    **detail,
) -> Event:
    """Append one event to the chain and seal the rows it wrote. Never pass what a person wrote as a note.

    `by` None means the command line, or the respondent through their personal link. `rows` are rows of sealed
    tables that were added or changed, as they are to stand.
    """
    if kind not in KINDS:
        raise ValueError(f"found the kind of event {kind!r}; expected one of {', '.join(KINDS)}")
    if unfit := _NEVER_IN_DETAIL & detail.keys():
        raise ValueError(
            f"found {', '.join(sorted(unfit))} in the detail of an event; log identifiers and counts only"
        )
    session.flush()
    if sealed := [seal(row) for row in rows]:
        detail["rows"] = sealed
    count, previous_hash = lock(session)
    event = Event(
        seq=count + 1, at=utc_now(), kind=kind, by_id=by and by.id, case_id=case and case.id,
        detail=detail, previous_hash=previous_hash,
    )  # fmt: skip
    event.hash = event_hash(event)
    session.add(event)
    head = update(ChainHead).where(ChainHead.id == 1).values(count=event.seq, hash=event.hash)
    session.execute(head, execution_options={"synchronize_session": False})  # nobody holds the row itself
    return event


def event_hash(event) -> str:
    """SHA-256 over everything in an event (or its row) but the hash itself."""
    return hash_of(content_of(event))


def content_of(event) -> dict:
    """What the hash of an event covers."""
    return {
        "seq": event.seq,
        "at": event.at.isoformat(timespec="microseconds"),
        "kind": event.kind,
        "by": event.by_id,
        "case": event.case_id,
        "detail": event.detail,
        "previous": event.previous_hash,
    }


def hash_of(content: dict) -> str:
    return json_sha256(content)
