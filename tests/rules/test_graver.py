"""Which value of a fact is graver: read off the packs, so a new rule needs no second list."""

import pytest

from rules.graver import is_graver
from rules.vocabulary import vocabulary

GRAVER = [
    ("mental_state", "no_fault", "ordinary_negligence"),
    ("mental_state", "ordinary_negligence", "intentional"),
    ("deaths", 0, 3),
    ("deaths", None, 1),
    ("private_gain_self", False, True),
    ("purpose", "public", "private"),
    ("truthful_cooperation", True, None),
    ("voluntary_disclosure", True, False),
    ("criminal_case_status", "none", "suspected"),
    ("circumstances_grade", "minor", "serious"),
]


@pytest.mark.parametrize(("fact", "lighter", "graver"), GRAVER)
def test_a_value_that_weighs_more_against_the_respondent_is_graver_and_never_the_other_way(
    fact, lighter, graver
):
    assert is_graver(fact, lighter, graver)
    assert not is_graver(fact, graver, lighter)


@pytest.mark.parametrize("fact", list(vocabulary().facts))
def test_what_stays_the_same_is_never_graver(fact):
    assert not is_graver(fact, None, None)


def test_losing_what_was_shown_for_the_respondent_is_graver_although_no_rule_reads_it():
    assert is_graver("public_benefit_achieved", True, None)
    assert not is_graver("public_benefit_achieved", None, True)


def test_days_and_texts_are_not_graver_by_themselves():
    assert not is_graver("conduct_start_date", "2020-01-01", "2024-01-01")
    assert not is_graver("violated_provision_ref", None, "第三十九条")


def test_facts_of_open_burden_that_no_rule_weighs_are_not_graver():
    assert not is_graver("case_source", "audit", "petition_transfer")


def test_several_values_at_once_are_compared_as_well():
    assert not is_graver("adverse_effect_on_respondent", ["selection"], ["award"])
