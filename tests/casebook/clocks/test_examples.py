"""Dated examples across the holidays and make-up workdays of 2024 to 2026, reasoned by hand."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from casebook.clocks import calendar
from casebook.clocks.working import working_days
from rules.counting import WorkingDays
from rules.limits import limits
from tests.casebook.clocks import arrangement
from tests.factories import make_organisation

with Path(__file__).with_name("examples.csv").open(encoding="utf-8", newline="") as file:
    EXAMPLES = list(csv.DictReader(file))
DAYS = {
    year: {day: working for day, working, _ in calendar.library_days(year)}
    for year in (2023, 2024, 2025, 2026)
}
LIBRARY = WorkingDays(DAYS.get)


def test_there_are_at_least_a_hundred_examples_in_every_unit_and_year():
    assert len(EXAMPLES) >= 100
    assert {row["unit"] for row in EXAMPLES} == {"wd", "cd", "m", "before"}
    assert {row["due"][:4] for row in EXAMPLES} == {"2024", "2025", "2026"}
    assert len({(row["start"], row["limit"]) for row in EXAMPLES}) == len(EXAMPLES)


def test_the_kept_library_and_the_arrangement_typed_in_agree_on_every_day(seeded):
    working = working_days(seeded, make_organisation(seeded))
    days = [date(2024, 1, 1) + timedelta(days=offset) for offset in range(366 + 365 + 365)]

    assert days[-1] == date(2026, 12, 31)
    assert [day for day in days if working.is_working(day) != arrangement.is_worked(day)] == []


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: f"{row['limit']}-{row['start']}")
def test_a_limit_ends_on_the_day_that_counting_by_hand_gives(row):
    start, due, amount = date.fromisoformat(row["start"]), date.fromisoformat(row["due"]), int(row["amount"])
    limit = limits().find(row["limit"], start)

    assert (limit.amount, "before" if limit.sense == "before" else limit.unit, limit.whose) == (
        amount, row["unit"], row["whose"],
    )  # fmt: skip
    assert arrangement.counted(start, amount, row["unit"], row["whose"]) == due
    assert limits().last_day(limit, start, LIBRARY) == due
