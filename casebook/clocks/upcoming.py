"""What is due: the deadlines of the cases a person sees, overdue, soon, later, or without a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import access, events
from casebook.clocks.deadlines import OPEN, PAUSED, RUNNING, limit_of
from casebook.models import Assignment, Case, Deadline, DeadlineChange, Role, User
from casebook.office import setting
from rules.limit import Limit

OVERDUE, SOON, LATER, STILL, WITHOUT, LAPSED, ENDED = (
    "overdue", "soon", "later", "paused", "without", "lapsed", "ended",
)  # fmt: skip
LISTED = 200  # of each kind; a page of more is read by nobody


@dataclass(frozen=True)
class Line:
    """One deadline with the limit behind it and how it stands today."""

    deadline: Deadline
    limit: Limit | None
    standing: str

    @property
    def case(self) -> Case:
        return self.deadline.case

    def title(self, lang: str) -> str:
        """What is to be done; as typed where a person set it."""
        if self.limit is None:
            return self.deadline.title or self.deadline.limit_code
        return self.limit.title.zh if lang == "zh" else self.limit.title.en

    def days_left(self, today: date) -> int:
        """Days until the last day; below zero once it is over."""
        return (self.deadline.due_on - today).days


@dataclass
class Overview:
    """The lines of each standing, at most LISTED of each, and how many there are in all."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def of(self, standing: str) -> list[Line]:
        return self.lines.get(standing, [])

    def count(self, standing: str) -> int:
        return self.counts.get(standing, 0)


def overview(session: Session, by: User, today: date, *, mine: bool = False) -> Overview:
    """What is due in the cases this person sees, or only in their own; logged. Raises NotAllowed."""
    access.ensure(by, access.READ_CLOCKS)
    found = Overview()
    for line in lines(session, open_to(by, mine=mine), today):
        shown = found.lines.setdefault(line.standing, [])
        if len(shown) < LISTED:
            shown.append(line)
        found.counts[line.standing] = found.count(line.standing) + 1
    found.lines.pop(LAPSED, None)
    _log(session, by, (line for shown in found.lines.values() for line in shown))
    return found


def month(
    session: Session, by: User, first: date, last: date, today: date, *, mine: bool = False
) -> list[Line]:
    """What is due from one day to another in the cases this person sees; logged. Raises NotAllowed."""
    access.ensure(by, access.READ_CLOCKS)
    due = open_to(by, mine=mine).where(Deadline.due_on.between(first, last))
    found = list(lines(session, due, today))
    _log(session, by, found)
    return found


def of_case(session: Session, by: User, case: Case, today: date) -> list[Line]:
    """Every deadline of a case, those that run first, each with what was done to it; logged. Raises NotAllowed."""
    access.ensure(by, access.READ_CASE, case)
    events.record(session, "clocks.read", by, case)
    of_case = select(Deadline).where(Deadline.case_id == case.id)
    found = list(lines(session, of_case, today, with_changes=True))
    return sorted(found, key=lambda line: line.standing == ENDED)


def next_of(session: Session, case: Case, today: date) -> Line | None:
    """The deadline of a case that the organ has to meet first, for a line of summary; None where none has a day."""
    running_now = select(Deadline).where(
        Deadline.case_id == case.id, Deadline.state == RUNNING, Deadline.due_on.is_not(None)
    )
    ours = (one for one in lines(session, running_now, today) if not one.limit or one.limit.whose != "person")
    return next(ours, None)


def lines(
    session: Session, deadlines: Select[tuple[Deadline]], today: date, *, with_changes: bool = False
) -> Iterable[Line]:
    """The deadlines asked for as they stand today, the earliest last day first, those without a day at the end."""
    order = (Deadline.due_on.is_(None), Deadline.due_on, Deadline.id)
    shown = deadlines.options(joinedload(Deadline.case)).order_by(*order)
    if with_changes:
        shown = shown.options(selectinload(Deadline.changes).joinedload(DeadlineChange.by))
    warned: dict[int, int] = {}
    for row in session.scalars(shown):
        office = row.case.organisation_id
        if office not in warned:
            warned[office] = setting(session, office, "early_warning_days")
        limit = limit_of(row)
        yield Line(row, limit, standing(row, limit, today, warned[office]))


def line(session: Session, row: Deadline, today: date) -> Line:
    """One deadline as it stands today."""
    limit, warning_days = limit_of(row), setting(session, row.case.organisation_id, "early_warning_days")
    return Line(row, limit, standing(row, limit, today, warning_days))


def standing(row: Deadline, limit: Limit | None, today: date, warning_days: int) -> str:
    """How a deadline stands. A right that was not used in time has lapsed; nobody is late with it."""
    if row.state not in OPEN:
        return ENDED
    if row.state == PAUSED:
        return STILL
    if row.due_on is None:
        return WITHOUT
    if row.due_on < today:
        return LAPSED if limit is not None and limit.whose == "person" else OVERDUE
    return SOON if row.due_on <= today + timedelta(days=warning_days) else LATER


def open_to(by: User, *, mine: bool = False) -> Select[tuple[Deadline]]:
    """The open deadlines of the cases this person may list; `mine`: those they handle, or, as chief, of their organ."""
    cases = access.visible_cases(by)
    if mine:
        assigned = select(Assignment.case_id).where(
            Assignment.user_id == by.id, Assignment.ended_at.is_(None)
        )
        handled = [Case.officer_id == by.id, Case.id.in_(assigned)]
        if by.role == Role.CHIEF:
            handled.append(Case.organisation_id == by.organisation_id)
        cases = cases.where(or_(*handled))
    ids = cases.with_only_columns(Case.id)
    return select(Deadline).where(Deadline.case_id.in_(ids), Deadline.state.in_(OPEN))


def running(deadlines: Select[tuple[Deadline]]) -> Select[tuple[Deadline]]:
    """Of these, those that run towards a day."""
    return deadlines.where(Deadline.state == RUNNING, Deadline.due_on.is_not(None))


def _log(session: Session, by: User, shown: Iterable[Line]) -> None:
    events.record(session, "clocks.listed", by, numbers=sorted({line.case.number for line in shown}))
