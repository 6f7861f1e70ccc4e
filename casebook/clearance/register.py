"""The clearance register (澄清登记): what a person may see of all clearances, by state, form, due day and words."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_
from sqlalchemy.orm import Session, selectinload

from casebook.clearance import due, reach, steps, tasks
from casebook.clearance.repairs import open_repairs
from casebook.models import Clearance, ClearanceState, User

LATE, SOON = "late", "soon"
OPEN, WAITING = "open", "waiting"
SOON_DAYS = 7


@dataclass(frozen=True)
class Entry:
    """One line of the register."""

    clearance: Clearance
    reached: reach.Progress
    next_due: date | None
    repairs_open: int
    mine: list[tasks.Task]


def entries(
    session: Session,
    user: User,
    *,
    today: date,
    words: str = "",
    state: str = "",
    form: str = "",
    due_by: str = "",
    whose: str = "",
) -> list[Entry]:
    """The lines this person may see, what is due first; the caller logs it.

    `state` a state or "open"; `due_by` "late" or "soon" (within seven days); `whose` "waiting": only
    what waits for this person.
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
    working = tasks.calendars(session)
    rows = []
    for clearance in session.scalars(found.order_by(Clearance.id.desc())):
        if form and form not in clearance.forms:
            continue
        day = due.next_due(clearance, working(clearance))
        if due_by == LATE and not (day and day < today):
            continue
        if due_by == SOON and not (day and 0 <= (day - today).days <= SOON_DAYS):
            continue
        mine = tasks.of_clearance(session, user, clearance, today, working(clearance))
        if whose == WAITING and not mine:
            continue
        rows.append(Entry(clearance, reach.progress(clearance), day, len(open_repairs(clearance)), mine))
    return sorted(rows, key=lambda row: (row.next_due or date.max, -row.clearance.id))
