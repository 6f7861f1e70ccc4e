"""Versions of a rule follow each other day by day, end with a word, and do not outlast what they cite."""

from datetime import date

import pytest

from rules.pack import PackError
from tests.rules.made import both, make_rule
from tests.rules.proofs.packs import NO, YES, failing, made


def versions(*periods: tuple) -> list[dict]:
    return [make_rule("x.a", YES, {"finding": "a"}, since=since, until=until) for since, until in periods]


def test_versions_that_follow_each_other_are_proved():
    assert (
        failing(made(versions((None, "2019-12-31"), ("2020-01-01", "2024-02-29"), ("2024-03-01", None))))
        == {}
    )


def test_a_gap_of_one_day_is_found_on_that_day():
    (found,) = failing(made(versions((None, "2019-12-30"), ("2020-01-01", None))))["dates"]

    assert [rule.version for rule in found.rules] == ["x.a@method", "x.a@2020-01-01"]
    assert found.conduct_day == date(2019, 12, 31)
    assert "a gap" in found.en


def test_an_overlap_is_refused_before_it_could_be_proved():
    with pytest.raises(PackError, match="do not overlap"):
        made(versions((None, "2020-01-01"), ("2020-01-01", None)))


def test_an_end_without_a_successor_is_fine_only_if_it_is_stated():
    rules = [*versions((None, "2019-12-31")), make_rule("x.b", NO, {"finding": "b"})]
    stated = [{"property": "dates", "rules": ["x.a"], **both("nothing follows")}]

    (found,) = failing(made(rules))["dates"]

    assert "nothing follows" in found.en
    assert failing(made(rules, accepted=stated)) == {}


@pytest.mark.parametrize(
    ("since", "until"), [("2014-12-31", None), ("2015-01-01", "2031-01-01"), ("2015-01-01", None)]
)
def test_a_rule_that_is_in_force_when_what_it_cites_is_not_is_found(since, until):
    sources = {"M": {"title": both("M"), "from": "2015-01-01", "to": "2030-12-31"}}
    accepted = [{"property": "dates", "rules": ["x.a"], **both("ends")}]

    found = failing(made(versions((since, until)), sources=sources))["dates"]

    assert any("which it cites" in one.en for one in found)
    assert failing(made(versions(("2015-01-01", "2030-12-31")), sources=sources, accepted=accepted)) == {}


def test_a_version_that_is_off_is_no_successor_and_none_is_asked_of_it():
    rules = versions((None, "2019-12-31"), ("2020-01-01", None))

    (found,) = failing(made([rules[0], rules[1] | {"enabled": False}]))["dates"]

    assert [rule.version for rule in found.rules] == ["x.a@method"]
    assert failing(made([rules[1], rules[0] | {"enabled": False}])) == {}


def test_our_own_choice_without_a_commencement_outlasts_nothing():
    sources = {"M": {"title": both("M"), "from": "2015-01-01", "to": None}}

    assert failing(made(versions((None, None)), sources=sources)) == {}
