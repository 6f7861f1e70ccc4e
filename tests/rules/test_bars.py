"""What a measure bars, from its first to its last day, on which provision, and for whom."""

from datetime import date, timedelta

import pytest

from rules.bars import Running, bars
from rules.measures import last_day, measure_named

START = date(2025, 3, 1)
CADRE = {
    "subject_is_party_member": True,
    "subject_is_leading_cadre": True,
    "subject_category": "civil_servant",
}


def barred(*codes, start=START, day=START, facts=CADRE, region="", ends_on="own"):
    """The bars of some measures by kind, each with the period its provision states."""
    running = []
    for code in codes:
        months = measure_named(code, day, start).months
        end = last_day(start, months) if months and ends_on == "own" else None
        running.append(Running(code, start, end))
    return {bar.kind.code: bar for bar in bars(running, day, start, facts, region)}


def test_a_bar_lasts_as_long_as_its_measure_and_ends_by_itself():
    bar = barred("G1")["promotion"]

    assert (bar.starts_on, bar.ends_on) == (START, date(2025, 8, 31))
    assert [bar.runs(on) for on in (START - timedelta(days=1), START, bar.ends_on)] == [False, True, True]
    assert not bar.runs(bar.ends_on + timedelta(days=1))


def test_a_removal_bars_leading_posts_for_a_year_and_higher_ones_for_two():
    found = barred("7c")

    assert found["leadership"].ends_on == date(2026, 2, 28)
    assert found["higher_post"].ends_on == date(2027, 2, 28)


def test_the_right_to_vote_is_barred_for_the_probation_and_posts_for_the_whole_period():
    found = barred("P4a")

    assert found["vote"].ends_on == date(2026, 2, 28)
    assert found["equal_post"].ends_on == date(2028, 2, 29)


def test_a_dismissal_bars_for_good():
    bar = barred("G6")["office"]

    assert bar.ends_on is None
    assert bar.runs(date.max)


def test_a_measure_whose_period_no_text_states_bars_nothing_for_a_time_nobody_knows():
    assert "candidate" not in barred("4")


def test_the_law_of_the_conduct_says_what_is_barred():
    assert "better_use" in barred("P1")
    assert "better_use" not in barred("P1", day=date(2023, 12, 31))


@pytest.mark.parametrize(
    ("code", "facts"),
    [("P1", {"subject_is_party_member": False}), ("7c", {"subject_is_leading_cadre": False}), ("G1", {})],
)
def test_a_bar_is_for_those_its_provision_is_for(code, facts):
    assert barred(code)
    assert barred(code, facts=facts) == {}


def test_what_is_known_from_memory_only_is_shown_and_bars_nothing():
    bar = barred("8")["promotion"]

    assert bar.provision.confidence == "RECALLED"
    assert not bar.enabled


@pytest.mark.parametrize(("region", "told"), [("", False), ("360100", True), ("370100", False)])
def test_a_local_rule_bars_and_is_told_in_its_own_place_only(region, told):
    assert ("award" in barred("3", region=region)) is told
    assert all(bar.enabled for bar in barred("3", region=region).values())


def test_a_bar_says_where_it_is_written():
    assert "政务处分法" in barred("G1")["promotion"].cite.zh
    assert "Administrative Discipline" in barred("G1")["promotion"].cite.en
