"""The clearance register (澄清登记): what a person may see of all clearances, by state, form, due day and words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_
from sqlalchemy.orm import Session, selectinload

from casebook.clearance import due, reach, steps, visits
from casebook.clearance.repairs import open_repairs
from casebook.clocks.working import working_days
from casebook.models import Clearance, ClearanceState, User
from rules.counting import WorkingDays

LATE, SOON = "late", "soon"
OPEN = "open"
SOON_DAYS = 7


@dataclass(frozen=True)
class Entry:
    """One line of the register."""

    clearance: Clearance
    reached: reach.Progress
    next_due: date | None
    repairs_open: int
    mine: bool


def entries(
    session: Session,
    user: User,
    *,
    today: date,
    words: str = "",
    state: str = "",
    form: str = "",
    due_by: str = "",
) -> list[Entry]:
    """The lines this person may see, what is due first; the caller logs it.

    `state` a state or "open"; `due_by` "late" or "soon" (within seven days).
    """
    found = steps.visible(session, user).options(
        selectinload(Clearance.reach), selectinload(Clearance.repairs), selectinload(Clearance.visits),
        selectinload(Clearance.points),
    )  # fmt: skip
    if state == OPEN:
        found = found.where(Clearance.state.not_in((ClearanceState.CLOSED, ClearanceState.REFUSED)))
    elif state in set(ClearanceState):
        found = found.where(Clearance.state == ClearanceState(state))
    if text := words.strip():
        found = found.where(
            or_(
                Clearance.number.contains(text, autoescape=True),
                Clearance.name.contains(text, autoescape=True),
                Clearance.unit.contains(text, autoescape=True),
            )
        )
    working = _calendars(session)
    rows = []
    for clearance in session.scalars(found.order_by(Clearance.id.desc())):
        if form and form not in clearance.forms:
            continue
        day = due.next_due(clearance, working(clearance))
        if due_by == LATE and not (day and day < today):
            continue
        if due_by == SOON and not (day and 0 <= (day - today).days <= SOON_DAYS):
            continue
        may = {step.code for step in steps.open_steps(session, user, clearance)}
        mine = not may.isdisjoint(step.code for step in waits_for(clearance))
        rows.append(Entry(clearance, reach.progress(clearance), day, len(open_repairs(clearance)), mine))
    return sorted(rows, key=lambda row: (row.next_due or date.max, -row.clearance.id))


def _calendars(session: Session) -> Callable[[Clearance], WorkingDays]:
    known: dict[int, WorkingDays] = {}

    def of(clearance: Clearance) -> WorkingDays:
        if clearance.organisation_id not in known:
            known[clearance.organisation_id] = working_days(session, clearance.organisation)
        return known[clearance.organisation_id]

    return of


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
    return [steps.STEPS[code] for code in codes]
