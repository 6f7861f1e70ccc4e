"""When the conduct took place: read as it was stated, and never narrower than it was stated."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conduct import BadConduct, Conduct

DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))
AS_OF = date(2026, 11, 21)
LAW = settings(max_examples=150, deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize(
    ("stated", "first", "last"),
    [
        ("2020-02-29", "2020-02-29", "2020-02-29"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2021-02", "2021-02-01", "2021-02-28"),
        ("2020", "2020-01-01", "2020-12-31"),
    ],
)
def test_a_day_a_month_or_a_year_is_all_its_days(stated, first, last):
    days = date.fromisoformat(first), date.fromisoformat(last)

    assert Conduct.parse(stated) == Conduct(stated, days, days, False)


def test_a_span_begins_and_ends_within_what_is_stated():
    conduct = Conduct.parse({"from": "2018", "to": "2020-03"})

    assert conduct.begins == (date(2018, 1, 1), date(2018, 12, 31))
    assert conduct.ends == (date(2020, 3, 1), date(2020, 3, 31))
    assert conduct.straddles


@pytest.mark.parametrize("key", ["before", "published"])
def test_a_bound_leaves_the_beginning_open(key):
    conduct = Conduct.parse({key: "2020-03"})

    assert conduct.begins == conduct.ends == (None, date(2020, 3, 31))
    assert not conduct.straddles


def test_a_time_nobody_knows_is_open_on_both_sides():
    assert Conduct.parse(None) == Conduct(None, (None, None), (None, None), False)


@pytest.mark.parametrize(
    "stated",
    [
        *("", "soon", "2020-3", "2020-1-1", "20200301", "2020-03-01T00:00", " 2020", "2020\n", "２０２０"),
        *("0000", "2020-00", "2020-13", "2020-00-15", "2020-03-00", "2021-02-29", "2020-04-31"),
        *(2020, True, [], ["2020"], date(2020, 1, 1), {}, {"from": "2020"}, {"to": "2020"}),
        {"from": "2020", "to": None},
        {"from": "2021", "to": "2020"},
        {"from": "2020", "to": "2021", "before": "2022"},
        {"before": "2020", "published": "2020"},
        {"before": ""},
        {"published": ["2020"]},
    ],
)
def test_what_is_no_time_is_refused_with_what_was_found(stated):
    with pytest.raises(BadConduct) as refused:
        Conduct.parse(stated)

    assert str(refused.value) == f"found {refused.value.found!r}; expected {refused.value.expected}"


def test_a_time_is_kept_as_it_was_stated_and_reads_the_same_again():
    for stated in (
        None,
        "2020-03",
        {"from": "2018", "to": "2020-03"},
        {"before": "2020"},
        {"published": "2021-05-01"},
    ):
        conduct = Conduct.parse(stated)

        assert conduct.as_json() == stated
        assert Conduct.parse(conduct.as_json()) == conduct


STATED = st.one_of(
    st.none(),
    DAYS.map(date.isoformat),
    DAYS.map(lambda day: f"{day:%Y-%m}"),
    DAYS.map(lambda day: f"{day:%Y}"),
    DAYS.map(lambda day: {"before": day.isoformat()}),
    st.tuples(DAYS, DAYS).map(lambda two: {"from": min(two).isoformat(), "to": max(two).isoformat()}),
)


@LAW
@given(STATED, st.lists(DAYS, max_size=5), DAYS)
def test_the_governing_days_stand_for_every_day_on_which_the_conduct_can_have_ended(
    stated, commencements, as_of
):
    conduct = Conduct.parse(stated)
    first, last = conduct.ends

    days = conduct.governing_days(commencements, as_of)

    def stretch(day):
        return sum(one <= day for one in set(commencements))

    assert days == sorted(set(days))
    assert all(day <= as_of for day in days)
    last = min(last or as_of, as_of)
    # Of a time without a beginning the stretch before any law is left out, unless there is no other.
    known = {stretch(day) for day in days}
    possible = [day for day in [*commencements, last] if (first is None or day >= first) and day <= last]
    assert {stretch(day) for day in possible} - {0} <= known
    if first is not None and first <= as_of:
        assert stretch(first) in known
        assert known <= {stretch(first + timedelta(days=n)) for n in range(max(0, (last - first).days) + 1)}


def test_a_known_day_has_one_governing_day_and_noise_does_not_matter():
    conduct = Conduct.parse("2020-03-01")
    noise = [date(2019, 1, 1), date(2020, 3, 2), date(2021, 1, 1)]

    assert conduct.governing_days(noise, AS_OF) == [date(2020, 3, 1)]


def test_conduct_stated_after_the_day_of_decision_is_read_as_of_that_day():
    assert Conduct.parse("2030").governing_days([date(2028, 1, 1)], AS_OF) == [AS_OF]


def test_an_unknown_time_may_fall_in_any_stretch_that_has_begun():
    commencements = [date(2020, 1, 1), date(2010, 1, 1), date(2027, 1, 1)]

    assert Conduct.parse(None).governing_days(commencements, AS_OF) == [date(2010, 1, 1), date(2020, 1, 1)]


def test_an_unknown_time_before_any_law_is_read_on_the_last_day():
    assert Conduct.parse({"before": "2009"}).governing_days([date(2010, 1, 1)], AS_OF) == [date(2009, 12, 31)]
