"""Days that a person types: none in the future, none before what it follows."""

from datetime import date, datetime

from casebook.db import BEIJING, utc_now
from casebook.errors import Problem


def today() -> date:
    return day_of(utc_now())


def day_of(moment: datetime) -> date:
    """The day on which a moment falls in China."""
    return moment.astimezone(BEIJING).date()


def check_day(
    errors: dict[str, Problem],
    field: str,
    day: object,
    *,
    since: date | None = None,
    until: date | None = None,
) -> None:
    """Note under the field what is wrong with a day that has to lie between `since` and `until` (None: today)."""
    if not isinstance(day, date):
        errors[field] = Problem("请填写日期。", "Write the date.")
    elif day > (until or today()):
        errors[field] = Problem("日期不能晚于今天。", "The date cannot be in the future.")
    elif since is not None and day < since:
        words = in_words(since)
        errors[field] = Problem(f"日期不能早于{words.zh}。", f"The date cannot be before {words.en}.")


def in_words(day: date) -> Problem:
    """A day as a message says it."""
    return Problem(f"{day.year}年{day.month}月{day.day}日", f"{day:%-d %B %Y}")
