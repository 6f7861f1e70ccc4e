"""The working days of an office: its own calendar of a year, else the one shared by all; never a guess.

A year is replaced by a new version of it; the old one stays. What the kept library knows (the arrangements of the
State Council, 国务院办公厅关于节假日安排的通知) is the seed; a later year is imported from a file.
"""

from collections.abc import Iterable
from datetime import date

from chinese_calendar import constants as library
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.clocks.recount import recount
from casebook.clocks.working import latest
from casebook.db import utc_now
from casebook.errors import NotAllowed
from casebook.models import CalendarYear, Organisation, Role, User

SEEDED_FROM = "chinesecalendar（国务院办公厅历年节假日安排）"
Day = tuple[date, bool, str]


def library_years() -> list[int]:
    """The years the kept library has the arrangements of."""
    return sorted({day.year for day in library.holidays})


def library_days(year: int) -> list[Day]:
    """The days of a year that the arrangement names, each with its feast: days off, and weekend days worked."""
    named = [(library.holidays, False), (library.workdays, True)]
    return sorted(
        (day, working, library.Holiday(feast).chinese)
        for days, working in named
        for day, feast in days.items()
        if day.year == year
    )


def seed(session: Session, by: User | None) -> list[int]:
    """Keep every year that the library knows and the shared calendar has not; returns those years.

    `by` None is the command line. Raises NotAllowed for all but an administrator.
    """
    _ensure(by, None)
    events.lock(session)
    known = set(session.scalars(select(CalendarYear.year).where(CalendarYear.organisation_id.is_(None))))
    missing = [year for year in library_years() if year not in known]
    if missing:
        _keep(session, None, {year: library_days(year) for year in missing}, SEEDED_FROM, by)
    return missing


def keep_year(
    session: Session,
    organisation: Organisation | None,
    year: int,
    days: Iterable[Day],
    source: str,
    by: User | None,
) -> CalendarYear:
    """Keep a new version of a year, of one office or (None) of all, and count anew what it changes.

    Raises NotAllowed: a chief keeps the calendar of their own office, an administrator the shared one.
    """
    _ensure(by, organisation)
    events.lock(session)
    return _keep(session, organisation, {year: list(days)}, source, by)[0]


def years(session: Session, organisation: Organisation | None) -> list[CalendarYear]:
    """The calendar that an office goes by, year by year: its own where it has one, else the shared one."""
    newest = (
        select(
            CalendarYear.organisation_id, CalendarYear.year, func.max(CalendarYear.version).label("version")
        )
        .where(
            CalendarYear.organisation_id.is_(None)
            | (CalendarYear.organisation_id == (organisation.id if organisation else 0))
        )
        .group_by(CalendarYear.organisation_id, CalendarYear.year)
        .subquery()
    )
    rows = select(CalendarYear).join(
        newest,
        (CalendarYear.year == newest.c.year)
        & (CalendarYear.version == newest.c.version)
        & CalendarYear.organisation_id.is_not_distinct_from(newest.c.organisation_id),
    )
    found: dict[int, CalendarYear] = {}
    for row in session.scalars(rows):
        if row.organisation_id is not None or row.year not in found:
            found[row.year] = row
    return [found[year] for year in sorted(found)]


def may_keep(user: User | None, organisation: Organisation | None) -> bool:
    """Whether this person keeps this calendar: a chief that of their own office, an administrator the shared one."""
    if not access.may(user, access.MANAGE_CALENDAR):
        return False
    if user.role == Role.ADMINISTRATOR:
        return organisation is None
    return organisation is not None and organisation.id == user.organisation_id


def days_of(row: CalendarYear) -> list[Day]:
    """The days that a year names, in order."""
    return [(date.fromisoformat(day), working, name) for day, working, name in row.days]


def _ensure(by: User | None, organisation: Organisation | None) -> None:
    if by is not None and not may_keep(by, organisation):
        raise NotAllowed(access.MANAGE_CALENDAR)


def _keep(
    session: Session,
    organisation: Organisation | None,
    named: dict[int, list[Day]],
    source: str,
    by: User | None,
) -> list[CalendarYear]:
    rows = []
    for year, days in named.items():
        before = latest(session, organisation, year)
        rows.append(
            CalendarYear(
                organisation_id=organisation and organisation.id, year=year,
                version=before.version + 1 if before else 1, source=source, by_id=by and by.id, at=utc_now(),
                days=[[day.isoformat(), working, name] for day, working, name in sorted(days)],
            )
        )  # fmt: skip
    session.add_all(rows)
    events.record(
        session, "calendar.kept", by, rows=rows, organisation=organisation and organisation.id,
        years=[[row.year, row.version] for row in rows],
    )  # fmt: skip
    recount(session, organisation, by)
    return rows
