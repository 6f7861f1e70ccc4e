"""Figures of complaints and clearances, such that none points to an author.

Only what had ended by the last day of the last quarter counts, so that no number moves on the day something comes in;
never by channel, day or place, nor by how they are signed. They count for every reader alike, also what names the
reader: figures that left it out would tell them of it.

Whoever compares two quarters, or their own organ with what somebody sees of all, must not find a difference of one.
Therefore every number is told in steps of five for each organ by itself (casebook.hiding.in_steps), none and few look
alike, totals are added up from what is shown, and times are taken over the first five, ten, fifteen that ended: they
change only when five more have.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import quantiles
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from casebook import access
from casebook.hiding import Table, in_steps, step
from casebook.models import (
    Clearance,
    ClearanceState,
    Complaint,
    ComplaintState,
    Finding,
    Organisation,
    Reach,
    Role,
    User,
)

ENDINGS = (*map(str, Finding), str(ComplaintState.REFUSED), str(ComplaintState.PASSED_ON))
UNDER_WAY, CLOSED, REFUSED = "under_way", "closed", "refused"
CLEARED = (UNDER_WAY, CLOSED, REFUSED)
CORRECTED, GONE, WAITS = "corrected", "gone", "waits"
REACHED = (CORRECTED, GONE, WAITS)
WEEK = 7
BETWEEN = "/"  # in the name of a row: an organ and a kind
Took = tuple[date, int, int]  # when one ended, its id, and how many days it took


@dataclass(frozen=True)
class Weeks:
    """How long it took, in whole weeks; `count` in steps, None where there are too few to tell."""

    code: str
    count: int | None
    lower: int | None = None
    median: int | None = None
    upper: int | None = None


@dataclass(frozen=True)
class ComplaintFigures:
    """What may be shown of complaints and clearances; codes, not words, and organs by their id."""

    until: date
    organs: dict[int, Organisation]
    complaints: Table  # rows: an organ and a kind; columns: how they ended
    times: list[Weeks]
    clearances: Table  # rows: organs
    forms: list[tuple[str, int]]
    reach: Table
    clearance_time: Weeks


def last_quarter_end(on: date) -> date:
    """The last day of the quarter before the one of a day."""
    return date(on.year, 3 * ((on.month - 1) // 3) + 1, 1) - timedelta(days=1)


def complaint_figures(session: Session, by: User, on: date) -> ComplaintFigures:
    """The figures over the organs this person reads figures of. Raises NotAllowed; the caller logs it."""
    access.ensure(by, access.READ_FIGURES)
    until = last_quarter_end(on)
    organs = {
        organ.id: organ
        for organ in session.scalars(
            select(Organisation).where(Organisation.id.in_(_organs(by))).order_by(Organisation.code)
        )
    }
    ended = _ended(session, organs, until)
    table = _by_kind(organs, ended)
    clearances, reach = _clearances(session, organs, until), _reach(session, organs, until)
    cleared = in_steps(
        [str(organ) for organ in organs], CLEARED,
        Counter((str(row.organisation_id), _state(row, until)) for row in clearances),
    )  # fmt: skip
    closed = [
        (row.closed_on, row.id, (row.closed_on - row.asked_on).days)
        for row in clearances
        if _state(row, until) == CLOSED
    ]
    return ComplaintFigures(
        until=until, organs=organs, complaints=table, times=_times(table, ended),
        clearances=cleared, forms=_forms(clearances, until), reach=reach,
        clearance_time=_weeks(CLOSED, cleared.totals[CLEARED.index(CLOSED)], closed),
    )  # fmt: skip


def _organs(by: User):
    """The organs whose figures this person reads: an officer's own, those below a reviewer or chief, or all."""
    if by.role == Role.AUDITOR:
        return select(Organisation.id)
    if by.role == Role.OFFICER:
        return [by.organisation_id]
    return access.organs_within(by.organisation_id)


def _ended(session: Session, organs: Collection[int], until: date) -> list[tuple[Complaint, str]]:
    """The complaints that had ended by that day, each with how."""
    rows = session.scalars(
        select(Complaint).where(Complaint.organisation_id.in_(organs), Complaint.kind != "")
    )
    found = []
    for row in rows:
        if row.state in (ComplaintState.CONCLUDED, ComplaintState.CLOSED) and row.finding:
            day, ending = row.concluded_on, str(row.finding)
        elif row.state == ComplaintState.REFUSED:
            day, ending = row.screened_on, str(row.state)
        elif row.state == ComplaintState.PASSED_ON:
            day, ending = row.passed_on, str(row.state)
        else:
            continue
        if day is not None and day <= until:
            found.append((row, ending))
    return found


def _by_kind(organs: Iterable[int], ended: list[tuple[Complaint, str]]) -> Table:
    """By organ, kind and ending; a row stands there only where something of it is shown."""
    counts = Counter((f"{row.organisation_id}{BETWEEN}{row.kind}", ending) for row, ending in ended)
    used = {row for (row, _ending), number in counts.items() if step(number)}
    names = [f"{organ}{BETWEEN}{kind}" for organ in organs for kind in sorted({row.kind for row, _ in ended})]
    return in_steps([name for name in names if name in used], ENDINGS, counts)


def _times(table: Table, ended: list[tuple[Complaint, str]]) -> list[Weeks]:
    """From receipt to conclusion by finding, over as many as the table shows."""
    days: dict[str, list[Took]] = defaultdict(list)
    for row, ending in ended:
        if row.concluded_on:
            days[ending].append((row.concluded_on, row.id, (row.concluded_on - row.received_on).days))
    totals = dict(zip(ENDINGS, table.totals, strict=False))
    return [_weeks(str(finding), totals[str(finding)], days[str(finding)]) for finding in Finding]


def _weeks(code: str, count: int | None, took: list[Took]) -> Weeks:
    """Quartiles over as many as are told, those that ended first."""
    if count is None:
        return Weeks(code, None)
    days = [one for _on, _id, one in sorted(took)[:count]]
    lower, middle, upper = quantiles(days, n=4, method="inclusive")
    return Weeks(code, count, *(round(one / WEEK) for one in (lower, middle, upper)))


def _clearances(session: Session, organs: Collection[int], until: date) -> list[Clearance]:
    rows = select(Clearance).where(Clearance.organisation_id.in_(organs), Clearance.asked_on <= until)
    return list(session.scalars(rows.order_by(Clearance.id)))


def _state(row: Clearance, until: date) -> str:
    """How far a clearance was on that day."""
    if row.closed_on is not None and row.closed_on <= until:
        return CLOSED
    if row.state == ClearanceState.REFUSED and row.decided_on is not None and row.decided_on <= until:
        return REFUSED
    return UNDER_WAY


def _forms(clearances: list[Clearance], until: date) -> list[tuple[str, int]]:
    """The forms closed clearances used besides the written one, which is always there, in steps; few are not listed."""
    counts = Counter(
        (row.organisation_id, form)
        for row in clearances
        if _state(row, until) == CLOSED
        for form in row.forms
        if form != "written"
    )
    return sorted(_over_organs(counts).items(), key=lambda one: (-one[1], one[0]))


def _reach(session: Session, organs: Collection[int], until: date) -> Table:
    """Who had heard, by kind, and whether they had received the correction on that day."""
    rows = session.scalars(
        select(Reach).join(Reach.clearance).options(contains_eager(Reach.clearance)).where(
            Clearance.organisation_id.in_(organs), Clearance.asked_on <= until, Reach.approved_by_id.is_not(None)
        )
    )  # fmt: skip
    counts: Counter = Counter()
    for row in rows:
        done = row.corrected_on is not None and row.corrected_on <= until
        state = CORRECTED if done else GONE if row.gone_why else WAITS
        counts[row.clearance.organisation_id, (row.kind, state)] += 1
    told = _over_organs(counts)
    return in_steps(sorted({kind for kind, _state in told}), REACHED, told)


def _over_organs(counts: Mapping[tuple[int, Any], int]) -> dict[Any, int]:
    """The numbers of every organ in steps, added up: the sum tells no more of an organ than its own figures do."""
    told: Counter = Counter()
    for (_organ, what), number in counts.items():
        told[what] += step(number) or 0
    return {what: number for what, number in told.items() if number}
