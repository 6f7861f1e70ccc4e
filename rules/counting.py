"""Counting time as the law counts it: working days over a given calendar, calendar days, calendar months.

The day of the event is never counted; a month ends on the day of the same number, or on its last day where it has
none. A year without calendar data is never guessed.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

ONE = timedelta(days=1)
SATURDAY = 5
LONGEST = 3660  # days; no limit of any provision comes near it


class NoCalendar(LookupError):
    """A working day was asked for in a year of which nothing is known; `year` says which."""

    def __init__(self, year: int):
        self.year = year
        super().__init__(f"found no working-day calendar for {year}; import that year")


class WorkingDays:
    """The working days of an office: the plain week, but for the days that each known year names."""

    def __init__(self, year: Callable[[int], Mapping[date, bool] | None]):
        """`year` gives the days named by the calendar of a year and whether they are worked; None: not known."""
        self._year = year
        self._known: dict[int, Mapping[date, bool] | None] = {}

    def knows(self, year: int) -> bool:
        """Whether there is data for this year."""
        if year not in self._known:
            self._known[year] = self._year(year)
        return self._known[year] is not None

    def is_working(self, day: date) -> bool:
        """Whether this day is worked; raises NoCalendar for a year without data."""
        if not self.knows(day.year):
            raise NoCalendar(day.year)
        return self._known[day.year].get(day, day.weekday() < SATURDAY)

    def on_or_after(self, day: date) -> date:
        """The first working day from this day on; raises NoCalendar."""
        while not self.is_working(day):
            day += ONE
        return day

    def add(self, day: date, amount: int) -> date:
        """The working day with this number after the day, which is itself not counted; raises NoCalendar."""
        for _ in range(amount):
            day = self.on_or_after(day + ONE)
        return day

    def count(self, first: date, last: date) -> int:
        """How many working days there are from the one day to the other, both included; raises NoCalendar."""
        days = (first + ONE * offset for offset in range((last - first).days + 1))
        return sum(self.is_working(day) for day in days)


def add_months(day: date, amount: int) -> date:
    """The day of the same number so many months on, or the last of a month that has none."""
    months = day.year * 12 + day.month - 1 + amount
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def after(day: date, amount: int, unit: str, working: WorkingDays) -> date:
    """The last day of a period that begins the day after this one; unit wd, cd or m. Raises NoCalendar for wd."""
    if unit == "wd":
        return working.add(day, amount)
    if unit == "m":
        return add_months(day, amount)
    return day + ONE * amount


def shifted(due: date, paused: date, resumed: date, unit: str, working: WorkingDays) -> date:
    """The last day of a period that stood still from the day it was paused to the day before it was resumed.

    What was left, the day of the pause included, runs on from the day of the resumption, which counts again.
    Raises NoCalendar for wd.
    """
    if unit != "wd":
        return due + (resumed - paused)
    left = working.count(paused, due)
    return working.add(resumed - ONE, left)


def moved(due: date, pauses: Iterable[tuple[date, date]], unit: str, working: WorkingDays) -> date:
    """The last day of a period after several pauses, in their order; raises as `shifted` does."""
    for paused, resumed in pauses:
        due = shifted(due, paused, resumed, unit, working)
    return due
