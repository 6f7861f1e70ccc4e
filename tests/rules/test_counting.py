"""Counting working days, calendar days and months."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.counting import NoCalendar, WorkingDays, add_months, after, moved, shifted

HOLIDAY = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
WORKING = WorkingDays({2025: {}, 2026: HOLIDAY}.get)
PLAIN = WorkingDays(lambda year: {})
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_the_day_of_the_event_is_not_counted_and_a_day_off_is_passed_over():
    assert WORKING.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert WORKING.add(date(2026, 9, 30), 3) == date(2026, 10, 10)  # a Saturday worked
    assert WORKING.on_or_after(date(2026, 10, 3)) == date(2026, 10, 8)
    assert WORKING.count(date(2026, 9, 28), date(2026, 10, 11)) == 6


def test_a_year_without_data_is_refused_by_name_and_never_guessed():
    assert not WORKING.knows(2027)

    with pytest.raises(NoCalendar, match="2027") as refused:
        WORKING.add(date(2026, 12, 30), 5)

    assert refused.value.year == 2027


def test_a_year_is_asked_for_once():
    asked = []
    working = WorkingDays(lambda year: asked.append(year) or {})

    working.count(date(2026, 1, 1), date(2027, 1, 31))

    assert asked == [2026, 2027]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-12-15", 12, "2027-12-15"),
    ],
)
def test_months_end_on_the_same_number_or_on_the_last_day(start, months, end):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_a_period_is_counted_in_its_unit():
    start = date(2026, 9, 30)

    assert after(start, 5, "wd", WORKING) == date(2026, 10, 13)
    assert after(start, 5, "cd", WORKING) == date(2026, 10, 5)
    assert after(start, 5, "m", WORKING) == date(2027, 2, 28)


def test_what_was_left_when_it_was_paused_is_left_when_it_runs_again():
    due = date(2026, 10, 13)

    assert shifted(due, date(2026, 10, 9), date(2026, 10, 19), "cd", WORKING) == date(2026, 10, 23)
    # working days left on the 9th: 9, 10, 12, 13; from the 19th: 19, 20, 21, 22
    assert shifted(due, date(2026, 10, 9), date(2026, 10, 19), "wd", WORKING) == date(2026, 10, 22)


@given(DAYS, st.integers(1, 60), st.integers(0, 40), st.sampled_from(["wd", "cd"]))
def test_a_pause_of_no_days_moves_a_period_nowhere_and_a_longer_one_never_shortens_it(
    start, amount, pause, unit
):
    due = after(start, amount, unit, PLAIN)
    paused = after(start, 1, unit, PLAIN)

    assert shifted(due, paused, paused, unit, PLAIN) == due
    resumed = after(paused, pause, "cd", PLAIN)
    assert shifted(due, paused, resumed, unit, PLAIN) >= due


def test_several_pauses_follow_one_another():
    pauses = [(date(2026, 3, 2), date(2026, 3, 4)), (date(2026, 3, 10), date(2026, 3, 13))]

    assert moved(date(2026, 3, 20), pauses, "cd", PLAIN) == date(2026, 3, 25)
    assert moved(date(2026, 3, 20), [], "m", PLAIN) == date(2026, 3, 20)
