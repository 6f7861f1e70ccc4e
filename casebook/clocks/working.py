"""Which days an office works: by its own calendar of a year, else by the one shared by all, else nobody knows."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import CalendarYear, Organisation
from rules.counting import WorkingDays


def working_days(session: Session, organisation: Organisation | None) -> WorkingDays:
    """The working days of an office; None: those of the calendar shared by all."""

    def year(number: int) -> dict[date, bool] | None:
        row = in_use(session, organisation, number)
        return row and {date.fromisoformat(day): working for day, working, _ in row.days}

    return WorkingDays(year)


def in_use(session: Session, organisation: Organisation | None, year: int) -> CalendarYear | None:
    """The calendar of a year that an office goes by; None if there is none."""
    own = organisation and latest(session, organisation, year)
    return own or latest(session, None, year)


def latest(session: Session, organisation: Organisation | None, year: int) -> CalendarYear | None:
    """The newest version of a year of just this office, or of the shared calendar; None if there is none."""
    of_year = select(CalendarYear).where(
        CalendarYear.organisation_id.is_not_distinct_from(organisation and organisation.id),
        CalendarYear.year == year,
    )
    return session.scalar(of_year.order_by(CalendarYear.version.desc()).limit(1))


def no_calendar(year: int) -> Problem:
    """What to do about a year of which nothing is known."""
    return Problem(
        f"没有 {year} 年的工作日历，不能推算最后一日。请先在“工作日历”中导入该年的放假安排。",
        f"There is no working-day calendar for {year}, so the last day cannot be worked out. Import that year under "
        "“Working days” first.",
    )
