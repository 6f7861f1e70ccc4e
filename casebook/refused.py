"""What was refused to whom: each attempt leaves a line of its own, and the auditor sees them together.

The person refused is told no more than before. Nobody is shown an attempt at something that is kept from themselves,
so that a name in this list never tells them of it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import access, events
from casebook.clearance import returns
from casebook.clearance import steps as clearance_steps
from casebook.complaints import log
from casebook.complaints import steps as complaint_steps
from casebook.db import Base, json_sha256, utc_now
from casebook.models import (
    AdvanceFiling,
    Case,
    Clearance,
    Complaint,
    ComplaintEvent,
    Decision,
    Event,
    Reinstatement,
    User,
)
from casebook.seal import consent

KINDS = (
    "access.refused", "case.refused", "seal.refused", "seal.unmasking_refused", "complaint.extract_refused",
    "complaint.leak_refused", "signature.refused", "clearance.signature_refused", "pack.signature_refused",
    "link.refused",
)  # fmt: skip
_ABOUT = {
    log.ABOUT[table.__tablename__]: table for table in (Complaint, Clearance, AdvanceFiling, Reinstatement)
}
_BATCH = 100
MOST, SPAN = 10, timedelta(hours=1)  # lines of one person about one object
MOST_OF_ALL = 100  # and about all objects, those that are not there among them
OF_ONE = 10  # lines of one account on a page
NOBODY = 0  # no account: whoever came with a personal link
# Read with each, so that a page of refusals costs as many queries as it has kinds of objects.
_OF_CASE = (Case.organisation, Case.recusals, Case.assignments, Case.respondents)
_WITH = {
    Complaint: (joinedload(Complaint.organisation), selectinload(Complaint.duties)),
    Clearance: (
        joinedload(Clearance.organisation),
        joinedload(Clearance.complaint).selectinload(Complaint.duties),
        joinedload(Clearance.complaint).selectinload(Complaint.case).selectinload(Case.recusals),
        joinedload(Clearance.decision).selectinload(Decision.case).selectinload(Case.recusals),
    ),
    AdvanceFiling: (joinedload(AdvanceFiling.organisation),),
    Reinstatement: tuple(selectinload(Reinstatement.case).selectinload(what) for what in _OF_CASE),
    Case: tuple(selectinload(what) for what in _OF_CASE),
}


@dataclass(frozen=True)
class Refusal:
    """One attempt that was refused; `number` is of what it was about, "" where it was about nothing single.

    `last`: the last of its account on this page.
    """

    event: Event
    number: str
    last: bool = False


def note(session: Session, by: User, endpoint: str, number: str = "") -> None:
    """Log that this person was refused at a page; with the complaint, clearance, filing or return of that number.

    A number nobody was given leaves as many lines: else whoever sees that the chain has grown would know which there
    are. Of a flood the first ten in an hour each leave a line, the tenth saying that it went on, and of all numbers
    together the first hundred: nobody makes the log grow by knocking, nor by trying number after number. Called in a
    transaction of its own, after what was refused has been rolled back.
    """
    if not number:
        events.record(session, "access.refused", by, endpoint=endpoint)
        return
    about, asked, since = _numbered(session, number), json_sha256(number)[:16], utc_now() - SPAN
    if about is None:
        before = _tried_in_vain(session, by, asked, since)
    else:
        before = log.tried(session, about, "access.refused", by, since)
    more = _of_a_flood(session, by, before, since)
    if more is None:
        return
    if about is None:
        events.record(session, "access.refused", by, endpoint=endpoint, asked=asked, **more)
    else:
        log.record(session, "access.refused", by, about, endpoint=endpoint, **more)


def note_case(session: Session, by: User, case: Case) -> None:
    """Log that this case was kept from this person, as often as `note` does of a number nobody was given."""
    since = utc_now() - SPAN
    tried = select(func.count()).select_from(Event).where(
        Event.kind == "case.refused", Event.by_id == by.id, Event.case_id == case.id, Event.at >= since
    )  # fmt: skip
    more = _of_a_flood(session, by, session.scalar(tried), since)
    if more is not None:
        events.record(session, "case.refused", by, case, **more)


def _of_a_flood(session: Session, by: User, before: int, since: datetime) -> dict | None:
    """What the next line says beside what was tried: the last that is written, that it went on. None: none is."""
    of_all = _at_numbers(session, by, since)
    if before >= MOST or of_all >= MOST_OF_ALL:
        return None
    return {"more": True} if before == MOST - 1 or of_all == MOST_OF_ALL - 1 else {}


def _tried_in_vain(session: Session, by: User, asked: str, since: datetime) -> int:
    """How often this person has asked for that number, of which there is nothing."""
    tried = select(func.count()).select_from(Event).where(
        Event.kind == "access.refused", Event.by_id == by.id, Event.at >= since,
        type_coerce(Event.detail, Text).contains(f'"asked":"{asked}"'),
    )  # fmt: skip
    return session.scalar(tried)


def _at_numbers(session: Session, by: User, since: datetime) -> int:
    """How many lines this person has for any number, whether there is anything of it or not."""
    linked = select(ComplaintEvent.event_seq).where(ComplaintEvent.event_seq == Event.seq).exists()
    numbered = or_(linked, type_coerce(Event.detail, Text).contains('"asked":"'))
    tried = select(func.count()).select_from(Event).where(
        Event.by_id == by.id, Event.at >= since,
        or_(Event.kind == "case.refused", and_(Event.kind == "access.refused", numbered)),
    )  # fmt: skip
    return session.scalar(tried)


def latest(
    session: Session, by: User, *, before: int | None = None, limit: int = 50, account: int | None = None
) -> list[Refusal]:
    """What was refused, latest first, as far as this person may see what it was about; logged. Raises NotAllowed.

    Of one account at most `OF_ONE`, so that whoever knocks without end hides nobody else; with `account` (`NOBODY`: of
    no account) all of that one and of no other.
    """
    access.ensure(by, access.VERIFY_AUDIT)
    events.record(session, "refusals.listed", by, **({} if account is None else {"account": account}))
    found: list[Refusal] = []
    shown: Counter[int] = Counter()
    while True:
        batch = _batch(session, before, account, {one for one, count in shown.items() if count == OF_ONE})
        about = _about(session, batch)
        for event in batch:
            one = event.by_id or NOBODY
            if account is None and shown[one] == OF_ONE:
                continue
            if event.seq in about and not _may_see(session, by, about[event.seq]):
                continue
            shown[one] += 1
            # Said whether or not there are more: that there are some which this person may not see is not said.
            last = account is None and shown[one] == OF_ONE
            found.append(Refusal(event, getattr(about.get(event.seq), "number", ""), last))
            if len(found) == limit:
                return found
        if len(batch) < _BATCH:
            return found
        before = batch[-1].seq


def _batch(session: Session, before: int | None, account: int | None, full: set[int]) -> list[Event]:
    wanted = select(Event).where(Event.kind.in_(KINDS)).options(joinedload(Event.by))
    if before is not None:
        wanted = wanted.where(Event.seq < before)
    if account is not None:
        wanted = wanted.where(Event.by_id.is_(None) if account == NOBODY else Event.by_id == account)
    elif full:
        wanted = wanted.where(func.coalesce(Event.by_id, NOBODY).not_in(full))
    return list(session.scalars(wanted.order_by(Event.seq.desc()).limit(_BATCH)))


def _numbered(session: Session, number: str) -> Base | None:
    if not number or "\0" in number:  # PostgreSQL keeps no such text, so nothing has it
        return None
    # All are asked, so that a number that is there takes as long as one that is not.
    found = [session.scalar(select(table).where(table.number == number)) for table in _ABOUT.values()]
    return next(filter(None, found), None)


def _about(session: Session, batch: list[Event]) -> dict[int, Base]:
    """What each event was about, by its number; read table by table, not event by event."""
    of_case = {event.seq: (Case, event.case_id) for event in batch if event.case_id is not None}
    links = select(ComplaintEvent).where(ComplaintEvent.event_seq.in_([event.seq for event in batch]))
    linked = {row.event_seq: (_ABOUT[row.about], row.about_id) for row in session.scalars(links)}
    wanted = of_case | linked
    found: dict[tuple[type[Base], int], Base] = {}
    for table in {table for table, _id in wanted.values()}:
        ids = {row_id for of, row_id in wanted.values() if of is table}
        rows = session.scalars(select(table).where(table.id.in_(ids)).options(*_WITH[table]))
        found |= {(table, row.id): row for row in rows}
    return {seq: found[what] for seq, what in wanted.items() if what in found}


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
