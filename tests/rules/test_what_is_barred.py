"""What a measure bars: by which provision, for whom, from when to when, and where."""

from datetime import date, timedelta

import pytest

from rules.bars import Running, bars
from rules.measure_reader import read_ladder
from rules.measures import ladder, last_day
from rules.vocabulary import vocabulary
from tests.rules.chinese import is_told, refused_with
from tests.rules.test_measures import CADRE, SOURCE, VILLAGE

CONDUCT, DECIDED = date(2024, 5, 1), date(2025, 1, 1)


def of(code, months=None, conduct=CONDUCT, decided=DECIDED, facts=CADRE, region=""):
    ends = last_day(decided, months) if months else None
    return {
        bar.kind.code: (bar.ends_on, bar.enabled)
        for bar in bars([Running(code, decided, ends)], conduct, decided, facts, region)
    }


def test_a_state_sanction_bars_promotion_and_from_a_demerit_on_a_rise_in_pay_for_its_period():
    end = date(2025, 12, 31)
    assert of("G2", 12) == {"promotion": (end, True), "pay": (end, True), "candidate": (end, True)}
    assert set(of("G1", 6)) == {"promotion", "candidate"}


def test_removal_for_accountability_bars_any_leading_post_for_a_year_and_a_higher_one_for_two():
    assert of("7c", 24) == {
        "leadership": (date(2025, 12, 31), True), "higher_post": (date(2026, 12, 31), True),
        "candidate": (date(2026, 12, 31), True),
    }  # fmt: skip


def test_probation_bars_the_vote_while_it_lasts_and_an_equal_post_until_two_years_after():
    found = of("P4a", 36)
    assert found["vote"] == (date(2025, 12, 31), True)
    assert found["equal_post"] == (date(2027, 12, 31), True)


def test_better_use_is_barred_by_the_text_of_2023_alone():
    assert "better_use" in of("P1", 12)
    assert "better_use" not in of("P1", 12, conduct=date(2023, 12, 31))


def test_dismissal_bars_office_for_good():
    assert of("G6") == {"office": (None, True)}


def test_a_period_no_text_states_bars_nothing_on_a_provision_that_refers_to_it():
    assert of("3") == {}


def test_a_local_rule_bars_in_its_region_only_and_is_told_nowhere_else():
    half_a_year = (date(2025, 6, 30), True)
    assert of("3", region="360102") == {
        "promotion": half_a_year, "better_use": half_a_year, "award": (date(2025, 12, 31), True),
    }  # fmt: skip
    assert of("3", region="420581") == {}


def test_what_only_one_place_says_is_on_no_measure_of_the_whole_country():
    said = {code: one.bar.zh for code, (*_, one) in ladder().versions.items()}

    assert "六个月" not in said["3"] + said["3q"]
    assert "不影响考核" not in said["0a"] + said["0b"]
    assert "未见原文" in said["I1"]


def test_a_version_may_say_itself_what_it_bars():
    older, newer = ladder().versions["7c"]
    assert "两年内" not in older.bar.zh
    assert "两年内" in newer.bar.zh


def test_a_provision_known_from_memory_is_shown_and_bars_nothing():
    staff = {"subject_category": "institution_other"}
    assert of("I2", 12, facts=staff) == {"higher_grade": (date(2025, 12, 31), False)}


def test_village_managers_are_barred_from_no_promotion_they_do_not_have():
    assert of("G2", 12, facts=VILLAGE) == {}


def test_a_bar_runs_from_its_first_to_its_last_day_and_says_where_it_stands():
    (bar, *_) = bars([Running("G1", DECIDED, date(2025, 6, 30))], CONDUCT, DECIDED, CADRE)
    days = [DECIDED - timedelta(days=1), DECIDED, date(2025, 6, 30), date(2025, 7, 1)]
    assert [bar.runs(day) for day in days] == [False, True, True, False]
    assert "第十九条" in bar.cite.zh
    (lasting,) = bars([Running("G6", DECIDED, None)], CONDUCT, DECIDED, CADRE)
    assert lasting.runs(date(2100, 1, 1))


def test_every_bar_of_the_table_is_used_and_names_a_provision():
    assert {row.kind.code for row in ladder().barred} == set(ladder().bars)
    assert all(row.provision.article and row.groups for row in ladder().barred)
    assert all(row.effective_from or row.region for row in ladder().barred)


def test_no_two_rows_bar_the_same_thing_twice_on_one_day():
    rows = ladder().barred
    for place, one in enumerate(rows):
        for other in rows[place + 1 :]:
            same = (
                one.kind == other.kind
                and set(one.measures) & set(other.measures)
                and one.region == other.region
            )
            if same:
                assert (one.effective_to or date.max) < (other.effective_from or date.min)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("measures: [P1, P2], bar: promotion", "measures: [P1, P9], bar: promotion", "P9"),
        ("measures: [P1, P2], bar: promotion", "measures: [P1, P2], bar: sunshine", "sunshine"),
        ("bar: leadership, months: 12", "bar: leadership, months: 0", "months"),
        ("bar: leadership, months: 12", "bar: leadership, months: soon", "months"),
        ("bar: award, months: year", "bar: award, months: term", "months"),
        ('region: "3601"', "region: 3601", "region"),
        ("levels: [lower, equal, higher]}", "levels: [lower, highest]}", "highest"),
        ("bar: pay, months: null, from: 2020-07-01", "bar: pay, from: 2020-07-01", "no 'months'"),
    ],
)
def test_a_fault_in_the_table_of_bars_is_named(old, new, complaint):
    assert old in SOURCE
    fault = refused_with(read_ladder, SOURCE.replace(old, new, 1), "measures.yaml", vocabulary().facts)
    assert complaint in str(fault)
    assert is_told(fault)
