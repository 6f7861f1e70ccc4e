"""What the law sets against each other is pointed out, from the facts alone and from a stored recommendation alike."""

from datetime import date

import pytest

from rules.assess import assess
from rules.at_odds import at_odds, in_document
from rules.conduct import Conduct
from rules.contradictions import contradictions
from rules.library import library
from rules.vocabulary import vocabulary

TODAY = date(2026, 11, 22)
UNDATED = Conduct.parse(None)
NOISE = {"subject_is_party_member": True, "purpose": "public"}
KNOWN = {"deaths": 0, "serious_injuries": 0, "direct_economic_loss_cny": 0}


@pytest.mark.parametrize(
    ("grade", "figures", "said", "concerned"),
    [
        ("none", {"deaths": 1}, "事故等级填“无”", {"deaths"}),
        ("none", {"serious_injuries": 1}, "事故等级填“无”", {"serious_injuries"}),
        ("none", {"direct_economic_loss_cny": 10_000_000}, "事故等级填“无”", {"direct_economic_loss_cny"}),
        ("ordinary", {"deaths": 3}, "低于", {"deaths"}),
        ("larger", {"serious_injuries": 50}, "低于", {"serious_injuries"}),
        ("major", {"direct_economic_loss_cny": 100_000_000}, "低于", {"direct_economic_loss_cny"}),
        ("larger", {"deaths": 1}, "高于", {"deaths"}),
    ],
)
def test_a_grade_that_the_figures_contradict_is_pointed_out(grade, figures, said, concerned):
    facts = NOISE | KNOWN | {"accident_grade": grade} | figures

    (found,) = at_odds(facts, UNDATED, TODAY, library())

    assert said in found.zh
    assert concerned | {"accident_grade"} <= set(found.facts) <= set(facts)
    assert found.en
    assert in_document(assess(facts, Conduct.parse("2025-03"), TODAY)) == [found]


@pytest.mark.parametrize(
    ("grade", "figures"),
    [
        ("none", {}), ("none", {"direct_economic_loss_cny": 9_999_999.99}), ("ordinary", {"deaths": 2}),
        ("larger", {"deaths": 3}), ("extraordinarily_major", {"deaths": 31}),
    ],
)  # fmt: skip
def test_a_grade_that_agrees_with_the_figures_is_not(grade, figures):
    assert at_odds(NOISE | KNOWN | {"accident_grade": grade} | figures, UNDATED, TODAY, library()) == []


def test_figures_without_a_grade_and_a_grade_without_figures_contradict_nothing():
    assert at_odds({"deaths": 40}, UNDATED, TODAY, library()) == []
    assert at_odds({"accident_grade": "none"}, UNDATED, TODAY, library()) == []


@pytest.mark.parametrize(
    ("conduct", "as_of", "told"),
    [
        ("2007-05", "2026-11-22", 0),
        ("2007-05-31", "2026-11-22", 0),
        ("2007-06", "2026-11-22", 1),
        ({"before": "2007-05-31"}, "2026-11-22", 0),
        ({"from": "2006-01-01", "to": "2007-06-01"}, "2026-11-22", 1),
        (None, "2007-05-31", 0),
        (None, "2026-11-22", 1),
    ],
    ids=str,
)
def test_a_grade_is_at_odds_with_the_figures_by_the_law_of_the_conduct_wherever_it_took_place(conduct, as_of, told):
    facts = {"accident_grade": "none", "deaths": 40}
    day = date.fromisoformat(as_of)

    assert len(at_odds(facts, Conduct.parse(conduct), day, library(), "371300")) == told
    assert len(at_odds(facts | {"conduct_region": "nowhere"}, Conduct.parse(conduct), day, library())) == told


def test_what_is_impossible_whatever_the_law_is_named_with_it():
    facts = {"loss_level": "none", "direct_economic_loss_cny": 20_000_000, "accident_grade": "none"}

    found = at_odds(facts, UNDATED, TODAY, library())

    assert found[:1] == contradictions(facts)
    assert len(found) == 2
    assert {fact for one in found for fact in one.facts} <= set(vocabulary().facts)
