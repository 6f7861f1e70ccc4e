"""What waits for one person in clearances and returns: the step, and the day by which it is due, until it is done.

Nothing of it is stored. A return visit waits from its warning on; a repair that outlives the closing waits until it has
its result, and once it is late for the main leader, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from casebook import events, office
from casebook.clearance import due, reach, steps, visits
from casebook.clearance.ending import RESPONDENT, missing_to_close
from casebook.clearance.repairs import open_repairs
from casebook.clearance.steps import STEPS
from casebook.clocks.working import working_days
from casebook.complaints.steps import Step
from casebook.models import (
    Clearance,
    ClearanceState,
    Complaint,
    Organisation,
    Repair,
    ReturnVisit,
    Role,
    User,
)
from rules.counting import WorkingDays

_ENDED = (ClearanceState.CLOSED, ClearanceState.REFUSED)
READ = (
    *map(selectinload, (Clearance.reach, Clearance.repairs, Clearance.visits, Clearance.changes, Clearance.points)),
    joinedload(Clearance.organisation), joinedload(Clearance.decision), joinedload(Clearance.case),
    joinedload(Clearance.complaint).selectinload(Complaint.duties),
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One step that waits in a clearance. `due_on` None: no day is set; `row_id` the repair it is about."""

    clearance: Clearance
    step: Step
    due_on: date | None = None
    row_id: int | None = None

    def is_late(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


class Known:
    """What many clearances of one organ share, looked up once."""

    def __init__(self, session: Session):
        self.session = session
        self.working = cache(self._working)
        self.warned_days = cache(self._warned_days)
        self.colleagues = cache(self._colleagues)

    def _working(self, organ: Organisation) -> WorkingDays:
        return working_days(self.session, organ)

    def _warned_days(self, organisation_id: int) -> int:
        return office.setting(self.session, organisation_id, "early_warning_days")

    def _colleagues(self, organisation_id: int, role: Role) -> list[User]:
        own = select(User).where(User.organisation_id == organisation_id, User.role == role, User.active)
        return list(self.session.scalars(own))


def of_clearance(user: User, clearance: Clearance, today: date, known: Known) -> list[Task]:
    """The steps that wait for this person in one clearance, in the order in which they are due."""
    parts = steps.parts_of(known.session, user, clearance)
    may = {step.code for step in steps.steps_of(parts, clearance)}
    working = known.working(clearance.organisation)
    warned = today + timedelta(days=known.warned_days(clearance.organisation_id))
    found = [
        Task(clearance, step, _day(clearance, step.code, working))
        for step in waits_for(clearance)
        if step.code in may and step.code not in ("visit", "close") and _turn(known, user, clearance, step)
    ]
    if "close" in may and steps.WORKER in parts and not missing_to_close(clearance):
        found.append(Task(clearance, STEPS["close"]))
    if clearance.decided_on and clearance.asked_by == RESPONDENT and not clearance.told_on and "tell" in may:
        found.append(Task(clearance, STEPS["tell"], _day(clearance, "tell", working)))
    visit_on = visits.next_due(clearance)
    if visit_on is not None and visit_on <= warned and _reaches(parts, visit_on, today, "visit" in may):
        found.append(Task(clearance, STEPS["visit"], visit_on))
    for row in open_repairs(clearance):
        waits = clearance.state in _ENDED or row.due_on <= warned
        if waits and "finish_repair" in may and _reaches(parts, row.due_on, today, steps.WORKER in parts):
            found.append(Task(clearance, STEPS["finish_repair"], row.due_on, row.id))
    return sorted(found, key=lambda task: task.due_on or date.max)


def waiting(session: Session, user: User, today: date) -> list[Task]:
    """Everything in clearances that waits for this person, what is due first; the caller logs it."""
    known = Known(session)
    found = [
        task
        for clearance in session.scalars(steps.visible(session, user).where(anything_waits()).options(*READ))
        for task in of_clearance(user, clearance, today, known)
    ]
    return sorted(found, key=lambda task: (task.due_on or date.max, task.clearance.id))


def dated(session: Session, user: User, today: date) -> list[Task]:
    """Of these, those with a day, for a list of deadlines or a calendar; logged."""
    found = [task for task in waiting(session, user, today) if task.due_on]
    events.record(session, "clearances.listed", user, count=len(found))
    return found


def waits_for(clearance: Clearance) -> list[steps.Step]:
    """What a clearance waits for next, whoever does it."""
    state = clearance.state
    codes = {
        steps.OPENED: ("give_opinion",), steps.PROPOSED: ("check",), steps.CHECKED: ("approve",),
        steps.APPROVED: ("correct", "visit", "close"),
    }.get(state, ())  # fmt: skip
    if state == steps.PROPOSED and clearance.checked_ok is False:
        codes = ("revise",)
    if state == steps.APPROVED:
        found = reach.progress(clearance)
        done = {"correct": not found.waiting, "visit": visits.next_due(clearance) is None}
        codes = tuple(code for code in codes if not done.get(code))
        if found.unapproved:
            codes = ("approve_reach", *codes)
    return [STEPS[code] for code in codes]


def _turn(known: Known, user: User, clearance: Clearance, step: Step) -> bool:
    """Whether it is this person's turn: one of an organ above only where nobody of the organ itself can do it."""
    if user.organisation_id == clearance.organisation_id or steps.WORKER in step.by:
        return True
    own = known.colleagues(clearance.organisation_id, user.role)
    return all(steps.parts_of(known.session, one, clearance).isdisjoint(step.by) for one in own)


def _reaches(parts: set[str], day: date, today: date, worker: bool) -> bool:
    """Whoever works on it is reminded; the main leader of the organ as well once the day has passed."""
    return worker or (steps.CHIEF in parts and day < today)


def anything_waits() -> ColumnElement[bool]:
    """Whether anything can still wait in a clearance, as a condition on a list of them: of the visits only the last."""
    later = aliased(ReturnVisit)
    again = select(ReturnVisit.id).where(
        ReturnVisit.clearance_id == Clearance.id, ReturnVisit.next_on.is_not(None),
        ~exists(select(later.id).where(later.clearance_id == ReturnVisit.clearance_id, later.id > ReturnVisit.id)),
    )  # fmt: skip
    return or_(
        Clearance.state.not_in(_ENDED),
        exists(select(Repair.id).where(Repair.clearance_id == Clearance.id, Repair.result == "")),
        exists(again),
        and_(Clearance.asked_by == RESPONDENT, Clearance.told_on.is_(None)),
    )


def _day(clearance: Clearance, code: str, working: WorkingDays) -> date | None:
    """The first day that a limit sets for a step; None: no provision of the place gives one."""
    return next(iter(sorted(_days(clearance, code, working))), None)


def _days(clearance: Clearance, code: str, working: WorkingDays) -> Iterator[date]:
    for line in due.deadlines(clearance, working):
        if line.is_open and line.due_on and code in line.steps:
            yield line.due_on
