"""The clearance register (澄清登记): what a person may see of all clearances, by state, form, due day and words."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, Text, func, not_, or_, select, type_coerce
from sqlalchemy.orm import Session

from casebook.clearance import due, reach, steps, tasks
from casebook.clearance.repairs import open_repairs
from casebook.models import Clearance, ClearanceState, User
from rules.vocabulary import vocabulary

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
    limit: int = 100,
    offset: int = 0,
) -> tuple[list[Entry], int]:
    """So many lines this person may see, what is due first, and how many there are; the caller logs it.

    `state` a state or "open"; `due_by` "late" or "soon" (within seven days); `whose` "waiting": only what waits for
    this person. Days are worked out only where anything can still be due; the others follow, the newest first.
    """
    found = _asked(steps.visible(session, user), words, state, form)
    known = tasks.Known(session)
    first = [
        entry
        for clearance in session.scalars(found.where(tasks.anything_waits()).options(*tasks.READ))
        if _wanted(entry := _entry(user, clearance, today, known), today, due_by, whose)
    ]
    first.sort(key=lambda row: (row.next_due or date.max, -row.clearance.id))
    if due_by in (LATE, SOON) or whose == WAITING:
        return first[offset : offset + limit], len(first)
    rest = found.where(not_(tasks.anything_waits()))
    total = session.scalar(select(func.count()).select_from(rest.with_only_columns(Clearance.id).subquery()))
    rows = first[offset : offset + limit]
    if len(rows) < limit:
        rest = rest.order_by(Clearance.id.desc()).options(*tasks.READ)
        rest = rest.limit(limit - len(rows)).offset(max(0, offset - len(first)))
        rows += [_entry(user, clearance, today, known) for clearance in session.scalars(rest)]
    return rows, len(first) + total


def _asked(found: Select[tuple[Clearance]], words: str, state: str, form: str) -> Select[tuple[Clearance]]:
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
    if form in vocabulary().facts["clearance_method"].values:
        found = found.where(type_coerce(Clearance.forms, Text).contains(f'"{form}"', autoescape=True))
    return found


def _entry(user: User, clearance: Clearance, today: date, known: tasks.Known) -> Entry:
    day = due.next_due(clearance, known.working(clearance.organisation))
    mine = tasks.of_clearance(user, clearance, today, known)
    return Entry(clearance, reach.progress(clearance), day, len(open_repairs(clearance)), mine)


def _wanted(entry: Entry, today: date, due_by: str, whose: str) -> bool:
    day = entry.next_due
    if due_by == LATE and not (day and day < today):
        return False
    if due_by == SOON and not (day and 0 <= (day - today).days <= SOON_DAYS):
        return False
    return whose != WAITING or bool(entry.mine)
