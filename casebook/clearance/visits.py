"""The return visit (回访): how the person is after the clearance, and what is still to be done. Never commits."""

from datetime import date

from sqlalchemy.orm import Session

from casebook.clearance import steps
from casebook.clearance.texts import Guard
from casebook.complaints import log
from casebook.db import utc_now
from casebook.errors import BadFields, Problem
from casebook.models import Clearance, ReturnVisit, User
from casebook.procedure.dates import check_day
from casebook.seal.store import Seal

LONGEST = {"words": 4000, "further": 2000}


def enter(
    session: Session,
    clearance: Clearance,
    by: User,
    *,
    visited_on: date,
    words: str,
    further: str = "",
    next_on: date | None = None,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> ReturnVisit:
    """Enter a visit: what the person said, what is still to be done, and the day of a further visit.

    Whoever says that something is left names the day of the next visit. Raises BadFields, NotAllowed, NotReady,
    WrongStage.
    """
    steps.ensure(session, by, "visit", clearance, seen_version)
    guard, errors = Guard(clearance, seal, by), {}
    words = guard.check(errors, "words", words, LONGEST["words"])
    further = guard.check(errors, "further", further, LONGEST["further"], required=False)
    check_day(errors, "visited_on", visited_on, since=clearance.decided_on)
    if further and next_on is None:
        errors["next_on"] = Problem(
            "还有事项要办的，请填写再次回访的日期。",
            "Something is left to do: enter the day of the next visit.",
        )
    elif next_on is not None and isinstance(visited_on, date) and next_on <= visited_on:
        errors["next_on"] = Problem(
            "再次回访应当晚于本次回访。", "The next visit must be later than this one."
        )
    if errors:
        raise BadFields(errors)
    row = ReturnVisit(
        clearance_id=clearance.id, visited_on=visited_on, by_id=by.id, at=utc_now(), words=words, further=further,
        next_on=next_on,
    )  # fmt: skip
    session.add(row)
    steps.touch(clearance)
    session.flush()
    session.expire(clearance, ["visits"])
    log.record(session, "clearance.visited", by, clearance, rows=[clearance, row], visit=row.id)
    return row


def next_due(clearance: Clearance) -> date | None:
    """The day on which the next visit is due; None: none is."""
    if clearance.visits:
        return clearance.visits[-1].next_on
    return clearance.visit_due_on
