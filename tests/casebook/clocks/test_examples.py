"""Dated examples across the holidays and make-up workdays of 2024 to 2026, reasoned by hand."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from casebook.clocks import calendar
from casebook.clocks.working import working_days
from rules.limits import limits
from tests.casebook.clocks import arrangement
from tests.factories import make_organisation

with Path(__file__).with_name("examples.csv").open(encoding="utf-8", newline="") as file:
    EXAMPLES = list(csv.DictReader(file))


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
    calendar_of = {year: calendar.library_days(year) for year in calendar.library_years()}
    working = working_days_of(calendar_of)

    assert (limit.amount, "before" if limit.sense == "before" else limit.unit, limit.whose) == (
        amount, row["unit"], row["whose"],
    )  # fmt: skip
    assert arrangement.counted(start, amount, row["unit"], row["whose"]) == due
    assert limits().last_day(limit, start, working) == due


def working_days_of(days_by_year):
    from rules.counting import WorkingDays

    return WorkingDays(
        lambda year: (
            {day: working for day, working, _ in days_by_year[year]} if year in days_by_year else None
        )
    )
