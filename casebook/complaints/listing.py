"""The list of complaints: only those a person may see, by state and organ, or those that wait for them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import events
from casebook.complaints import awaited, due, protection, secrecy, steps
from casebook.complaints.steps import CHIEF, HANDLER, SCREENER, SUPERIOR
from casebook.models import (
    Complaint,
    ComplaintDuty,
    ComplaintPart,
    ComplaintState,
    FalseAccusation,
    Feedback,
    Opening,
    Organisation,
    Protection,
    Role,
    User,
)
from casebook.seal import messages
from casebook.seal.store import Seal

_KNOW_WHAT = {SCREENER, HANDLER, CHIEF, SUPERIOR}


def page_of_list(
    session: Session,
    by: User,
    *,
    state: ComplaintState | None = None,
    organ: str = "",
    limit: int = 25,
    offset: int = 0,
) -> list[Complaint]:
    """One page of what this person may see, newest number first; logged."""
    found = _filtered(by, state, organ).order_by(Complaint.id.desc()).limit(limit).offset(offset)
    rows = list(session.scalars(found.options(*_SHOWN)))
    log_listing(session, by, rows)
    return rows


def count(session: Session, by: User, *, state: ComplaintState | None = None, organ: str = "") -> int:
    return session.scalar(select(func.count()).select_from(_filtered(by, state, organ).subquery()))


def waiting_for(session: Session, seal: Seal, by: User) -> list[Complaint]:
    """Those in which it is this person's turn, or of which they are to be told that somebody wrote, oldest first.

    What is over and quiet is left out by the query, so that as many are looked at as are under way, and none is missed.
    """
    looked = list(session.scalars(_may_wait(session, seal, by).order_by(Complaint.id).options(*_SHOWN)))
    written, tried = written_to(seal, by, looked), tried_upon(session, by, looked)
    ends = awaited.loose_ends(session)
    return [
        one
        for one in looked
        if one in written
        or one in tried
        or steps.must_declare(by, one)
        or awaited.due_for(session, by, one, ends)
    ]


def _may_wait(session: Session, seal: Seal, by: User) -> Select[tuple[Complaint]]:
    """Every complaint in which something may wait for this person (casebook.complaints.awaited), and hardly another."""
    shown = steps.visible(by).where(Complaint.state.in_(steps.HELD))
    answered = select(Feedback.answers_id).where(Feedback.answers_id.is_not(None))
    loose_ends = [
        Complaint.id.in_(select(Protection.complaint_id).where(Protection.closed_on.is_(None))),
        Complaint.id.in_(
            select(Opening.complaint_id).where(
                Opening.granted.is_(None), Opening.ended_at.is_(None), Opening.complaint_id.is_not(None)
            )
        ),
        Complaint.id.in_(
            select(Feedback.complaint_id).where(Feedback.kind == "objection", Feedback.id.not_in(answered))
        ),
        and_(Complaint.state == ComplaintState.CLOSED, _not_told_inside()),
    ]
    if by.role == Role.CHIEF:
        unread = _unread(session, seal, shown.where(_unheld(ComplaintPart.SCREENER)))
        tried = Complaint.id.in_(secrecy.unseen_refusals(by))
        return shown.where(or_(*loose_ends, *_with_the_chief(), Complaint.handle.in_(unread), tried))
    own = select(ComplaintDuty.complaint_id).where(
        ComplaintDuty.user_id == by.id, ComplaintDuty.ended_at.is_(None)
    )
    mine = Complaint.id.in_(own)
    unread = _unread(session, seal, shown.where(mine, Complaint.state.not_in(steps.OPEN)))
    undeclared = Complaint.id.in_(own.where(ComplaintDuty.grounds.is_(None)))
    of_mine = [Complaint.state.in_(steps.OPEN), undeclared, Complaint.handle.in_(unread), *loose_ends]
    found = and_(mine, or_(*of_mine))
    if by.role == Role.RECEIVER:
        unregistered = select(Protection.complaint_id).where(
            Protection.closed_on.is_(None), Protection.kind.in_(protection.CLUES), Protection.new_complaint_id.is_(None)
        )  # fmt: skip
        found = or_(found, Complaint.id.in_(unregistered))
    return shown.where(found)


def _with_the_chief() -> list[ColumnElement[bool]]:
    """What of the ordinary way a chief takes: naming people, approving, answering a file."""
    under_way = Complaint.state.in_((ComplaintState.ACCEPTED, ComplaintState.HANDLING))
    proposed = and_(Complaint.disposition_proposed_on.is_not(None), Complaint.disposed_on.is_(None))
    return [
        and_(Complaint.state.in_(steps.OPEN), _unheld(ComplaintPart.SCREENER)),
        and_(under_way, or_(_unheld(ComplaintPart.HANDLER), proposed)),
        and_(Complaint.state == ComplaintState.CONCLUDED, _unheld(ComplaintPart.HANDLER), _not_told_inside()),
        and_(Complaint.state == ComplaintState.HANDLING, Complaint.found_on.is_not(None)),
        Complaint.id.in_(select(FalseAccusation.complaint_id).where(FalseAccusation.state == "proposed")),
    ]


def _unheld(part: ComplaintPart) -> ColumnElement[bool]:
    held = select(ComplaintDuty.complaint_id).where(
        ComplaintDuty.part == part, ComplaintDuty.ended_at.is_(None)
    )
    return Complaint.id.not_in(held)


def _not_told_inside() -> ColumnElement[bool]:
    """Concluded, and the petition unit not told of that conclusion (casebook.complaints.due.reported_inside).

    One that was reopened and concluded anew on a single day is looked at, whoever was told what on that day.
    """
    told = select(Feedback.id).where(
        Feedback.complaint_id == Complaint.id, Feedback.kind == due.INSIDE,
        Feedback.given_on >= Complaint.concluded_on,
    )  # fmt: skip
    anew = select(Feedback.id).where(
        Feedback.complaint_id == Complaint.id, Feedback.reopened_on == Complaint.concluded_on
    )
    return and_(Complaint.concluded_on.is_not(None), or_(~told.exists(), anew.exists()))


def _unread(session: Session, seal: Seal, among: Select[tuple[Complaint]]) -> set[str]:
    """The handles, among some complaints, whose author wrote something that was not read."""
    handles = among.with_only_columns(Complaint.handle).where(Complaint.handle.is_not(None))
    return messages.unread(seal, session.scalars(handles))


def written_to(seal: Seal, by: User, complaints: Iterable[Complaint]) -> list[Complaint]:
    """Those of them whose author wrote something not read yet, and who is to read it, or to name who does, is this one.

    That is whoever screens it; where nobody does any more, as when it was refused, the chief.
    """
    theirs = [one for one in complaints if one.handle and one.state in steps.HELD and _reads_letters(by, one)]
    unread = messages.unread(seal, [one.handle for one in theirs]) if theirs else set()
    return [one for one in theirs if one.handle in unread]


def tried_upon(session: Session, by: User, complaints: Iterable[Complaint]) -> list[Complaint]:
    """Those of them of which somebody wrote what is sealed since this person, who decides there, last looked.

    Each such refusal is one answer to a guess: the chief is to know of the first, not of the last.
    """
    if by.role != Role.CHIEF:
        return []
    unseen = set(session.scalars(secrecy.unseen_refusals(by)))
    return [one for one in complaints if one.id in unseen and steps.decider(one) in steps.parts_of(by, one)]


def _reads_letters(by: User, complaint: Complaint) -> bool:
    parts = steps.parts_of(by, complaint)
    if SCREENER in parts:
        return True
    return steps.decider(complaint) in parts and not awaited.holds(complaint, SCREENER)


def organs_of(session: Session, by: User) -> list[Organisation]:
    """The organs whose complaints this person may see, for the filter."""
    ids = steps.visible(by).with_only_columns(Complaint.organisation_id).distinct()
    return list(
        session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.code))
    )


def knows_what(user: User, complaint: Complaint) -> bool:
    """Whether this person is shown whom and what it is about: by their part, not by their role alone (SEC-06)."""
    return not steps.parts_of(user, complaint).isdisjoint(_KNOW_WHAT)


def knows_the_way_in(user: User) -> bool:
    """Whether this person is shown how and when it came in, and how it is signed: not whoever handles it (SEC-02)."""
    return user.role in (Role.RECEIVER, Role.CHIEF, Role.AUDITOR)


def log_listing(session: Session, by: User, rows: list[Complaint]) -> None:
    events.record(session, "complaint.listed", by, numbers=[row.number for row in rows])


def _filtered(by: User, state: ComplaintState | None, organ: str) -> Select[tuple[Complaint]]:
    found = steps.visible(by)
    if state is not None:
        found = found.where(Complaint.state == state)
    if organ:
        found = found.join(Organisation, Organisation.id == Complaint.organisation_id).where(
            Organisation.code == organ
        )
    return found


_SHOWN = (
    joinedload(Complaint.organisation),
    selectinload(Complaint.told),
    selectinload(Complaint.duties).joinedload(ComplaintDuty.user),
)
