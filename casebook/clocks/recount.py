"""Counting deadlines anew when the working days of a year become known, or change."""

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import events
from casebook.clocks.deadlines import NO_CALENDAR, OPEN, OWN, first_day, limit_of
from casebook.clocks.working import working_days
from casebook.db import utc_now
from casebook.models import Case, Deadline, DeadlineChange, Organisation, User
from casebook.procedure.dates import today
from rules.counting import NoCalendar, WorkingDays, moved
from rules.limits import limits


def recount(session: Session, organisation: Organisation | None, by: User | None) -> list[Deadline]:
    """Count anew every open deadline of an office's cases, or (None) of all; returns those whose day has changed.

    What people did to a deadline counts on: its pauses move the new day too, and a day it was extended to stays.
    """
    deadlines = select(Deadline).where(Deadline.state.in_(OPEN), Deadline.limit_code != OWN)
    deadlines = deadlines.options(
        joinedload(Deadline.case).joinedload(Case.organisation), selectinload(Deadline.changes)
    )
    if organisation is not None:
        deadlines = deadlines.join(Case).where(Case.organisation_id == organisation.id)
    calendars: dict[int, WorkingDays] = {}
    changed: dict[Case, list[Deadline | DeadlineChange]] = defaultdict(list)
    for row in session.scalars(deadlines.order_by(Deadline.id)):
        office = row.case.organisation
        working = calendars.setdefault(office.id, working_days(session, office))
        due_on, without = last_day(row, working)
        if (due_on, without) == (row.due_on, row.without):
            continue
        change = DeadlineChange(
            kind="dated", changed_on=today(), old_due_on=row.due_on,
            new_due_on=due_on, reason="", by_id=by and by.id, at=utc_now(),
        )  # fmt: skip
        row.due_on, row.without = due_on, without
        row.changes.append(change)
        changed[row.case] += [row, change]
    for case, rows in changed.items():
        events.record(session, "deadline.dated", by, case, rows=rows)
    return [row for rows in changed.values() for row in rows if isinstance(row, Deadline)]


def last_day(row: Deadline, working: WorkingDays) -> tuple[date | None, str]:
    """The last day of a deadline worked out from its beginning through everything done to it; or why there is none."""
    limit = limit_of(row)
    pauses, extended = history(row)
    try:
        if extended is not None:
            unit = limit.unit if limit else "cd"
            day = moved(extended, pauses, unit, working)
            return (limits().settled(limit, day, working) if limit and pauses else day), ""
        if limit is None:
            return row.due_on, row.without
        return first_day(limit, row.starts_on, working, pauses)
    except NoCalendar:
        return None, NO_CALENDAR


def history(row: Deadline) -> tuple[list[tuple[date, date]], date | None]:
    """The pauses that still count, and the day it was last extended to; the pauses before that are in that day."""
    pauses: list[tuple[date, date]] = []
    extended = paused_on = None
    for change in row.changes:
        if change.kind == "extended":
            pauses, extended = [], change.new_due_on
        elif change.kind == "paused":
            paused_on = change.changed_on
        elif change.kind == "resumed":
            pauses.append((paused_on, change.changed_on))
    return pauses, extended
