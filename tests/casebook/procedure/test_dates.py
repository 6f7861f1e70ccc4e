"""Days that a person types: the message says which day is the first or the last possible, as people write it."""

from datetime import date

from casebook.procedure.dates import check_day, today


def problem(day, **limits):
    errors = {}
    check_day(errors, "on", day, **limits)
    return errors.get("on")


def test_a_day_before_the_first_possible_is_refused_with_that_day_in_words():
    found = problem(date(2024, 3, 1), since=date(2024, 3, 2))

    assert found.zh == "日期不能早于2024年3月2日。"
    assert found.en == "The date cannot be before 2 March 2024."


def test_no_day_and_a_day_in_the_future_are_refused_and_today_is_not():
    assert problem(None)
    assert problem(date(2031, 1, 1))
    assert problem(today(), since=today()) is None
