"""Facts that cannot all be right are pointed out, and only those."""

import pytest

from rules.contradictions import contradictions
from rules.vocabulary import check_value, vocabulary

NOISE = {"subject_is_party_member": True, "injuries_serious": 2}
PAIRS = [
    ({"loss_level": "none", "direct_economic_loss_cny": 0.01}, {"direct_economic_loss_cny": 0}),
    ({"state_asset_loss": True, "loss_level": "none"}, {"state_asset_loss": False}),
    ({"mental_state": "no_fault", "knew_of_prohibition": True}, {"mental_state": "ordinary_negligence"}),
    ({"purpose": "public", "private_gain_self": True}, {"private_gain_self": False}),
    (
        {"decision_mode": "collective_full", "collective_discussion_done": "not_done"},
        {"collective_discussion_done": "done"},
    ),
    (
        {"legality_review_done": "not_done", "legality_review_result": "lawful"},
        {"legality_review_done": "done"},
    ),
    (
        {"superior_order_followed": False, "objected_to_superior_order": True},
        {"objected_to_superior_order": False},
    ),
    ({"illicit_gain_returned": "none_gained", "private_gain_self": True}, {"private_gain_self": False}),
    (
        {"statutory_duty_fully_performed": True, "due_diligence_performed": False},
        {"due_diligence_performed": True},
    ),
    (
        {"conduct_start_date": "2020-03-02", "conduct_end_date": "2020-03-01"},
        {"conduct_end_date": "2020-03-02"},
    ),
    ({"rule_status_at_time": "no_rule", "knew_of_prohibition": True}, {"knew_of_prohibition": False}),
]


@pytest.mark.parametrize(("wrong", "mended"), PAIRS, ids="+".join)
def test_facts_that_cannot_both_be_right_are_named_until_one_is_mended(wrong, mended):
    found = contradictions(NOISE | wrong)

    assert [set(one.facts) for one in found] == [set(wrong)]
    assert found[0].zh
    assert found[0].en
    assert contradictions(NOISE | wrong | mended) == []


@pytest.mark.parametrize(("wrong", "_"), PAIRS, ids="+".join)
def test_an_unknown_fact_contradicts_nothing(wrong, _):
    for fact in wrong:
        assert contradictions(NOISE | {fact: wrong[fact]}) == []


def test_every_fact_and_value_that_can_contradict_is_one_of_the_vocabulary():
    for facts, mended in PAIRS:
        for fact_id, value in [*facts.items(), *mended.items()]:
            check_value(vocabulary().facts[fact_id], value)


def test_several_contradictions_are_named_in_a_fixed_order_and_nothing_is_changed():
    facts = NOISE | PAIRS[8][0] | PAIRS[0][0] | PAIRS[2][0]
    before = dict(facts)

    found = contradictions(facts)

    assert [one.facts[0] for one in found] == ["loss_level", "mental_state", "due_diligence_performed"]
    assert contradictions(dict(reversed(facts.items()))) == found
    assert facts == before
