"""Deciding later never makes the end graver than the law of the conduct: proved, and found where it is not so."""

import re
from dataclasses import replace
from datetime import date

import pytest

from rules.contradictions import impossible
from rules.library import library
from rules.proofs.law import Law
from rules.proofs.older import older_conduct
from tests.rules.made import make_library, make_pack, make_rule, make_step
from tests.rules.proofs.packs import NO, WORDS, YES, made

HELPED = {"fact": "helped", "is": True}
STEPS = (
    make_step("moved_on", "refer", 5, gate="G0"),
    make_step("referred", "refer", 10),
    make_step("held", "hold_accountable", 20),
    make_step("corrected", "correct", 30),
    make_step("let", "tolerate", 40),
)
REST = [
    make_rule("x.corrected", {"finding": "wrong", "is": True}, {"step": "corrected"}),
    make_rule("x.let", {"finding": "wrong", "is": False}, {"step": "let"}),
]
WRONG = make_rule("x.wrong", YES, {"finding": "wrong"})


def found(library) -> list:
    return list(older_conduct(Law(library.packs.values(), library.vocabulary)))


def younger(rule: dict, governed_by: str):
    """A chain of steps, and beside it a pack with one rule that begins in 2020."""
    later = make_pack([rule], name="later", governed_by=governed_by, titles={}, questions={}, gates={})
    if "step" in rule["then"]:
        return make_library(WORDS, make_pack([*REST, WRONG, rule], STEPS, governed_by=governed_by))
    return make_library(WORDS, make_pack([*REST, WRONG], STEPS), later)


def test_a_burden_that_begins_between_the_conduct_and_the_decision_is_found():
    rule = make_rule("x.held", YES, {"step": "held"}, since="2020-01-01")

    (one,) = found(younger(rule, "decision"))

    assert [involved.id for involved in one.rules] == ["x.held"]
    assert (one.property, one.facts, one.as_of) == ("older_conduct", {"harm": True}, date(2020, 1, 1))
    assert one.conduct_day == date(2019, 12, 31)
    assert found(younger(rule, "conduct")) == []


def test_a_finding_that_a_later_text_makes_of_older_conduct_is_found_too():
    rule = make_rule("later.wrong", HELPED, {"finding": "wrong"}, since="2020-01-01")

    (one,) = found(younger(rule, "decision"))

    assert {involved.id for involved in one.rules} >= {"later.wrong"}
    assert "ends in “tolerate” if decided on 2019-12-31 and in " in one.en
    assert "2019-12-31决定时为“容错”，2020-01-01决定时为“" in one.zh
    assert "：行为之后才施行的规定使结果更重；" in one.zh
    assert found(younger(rule, "conduct")) == []


def test_a_question_put_to_the_panel_of_older_conduct_that_was_free_is_found_but_no_passing_on():
    asked = make_rule("x.referred", NO, {"step": "referred"}, since="2020-01-01")
    passed_on = make_rule("x.moved", NO, {"step": "moved_on"}, since="2020-01-01")

    assert [one.facts for one in found(younger(asked, "decision"))] == [{"harm": False}]
    assert found(younger(passed_on, "decision")) == []
    assert found(younger(asked, "conduct")) == []


def test_a_burden_that_ends_and_a_favour_that_begins_are_no_harm():
    ended = make_rule("x.held", YES, {"step": "held"}, until="2019-12-31")
    favour = make_rule("x.moved", YES, {"step": "moved_on"}, since="2020-01-01")

    assert found(younger(ended, "decision")) == []
    assert found(younger(favour, "decision")) == []


def test_a_favour_that_ends_after_the_conduct_is_found_and_named():
    favour = make_rule("x.helped", HELPED, {"finding": "excused"}, until="2019-12-31")
    kept = make_rule("x.wrong", YES, {"finding": "wrong"}) | {"unless": ["excused"]}

    (one,) = found(make_library(WORDS, make_pack([*REST, kept, favour], STEPS)))

    assert "x.helped" in {involved.id for involved in one.rules}
    assert one.as_of == date(2020, 1, 1)
    assert one.zh.count("：行为时有利于当事人的规定后来不再适用，结果因此更重；") == 1
    assert ": what spoke for the person then no longer does. " in one.en


def test_conduct_that_was_free_and_that_no_step_ends_any_more_is_found():
    free = make_rule("x.let", {"finding": "wrong", "is": False}, {"step": "let"}, until="2019-12-31")

    (one,) = found(make_library(WORDS, make_pack([REST[0], WRONG, free], STEPS)))

    assert [involved.id for involved in one.rules] == ["x.let"]
    assert re.search("决定时为“容错”.*决定时为“提请集体研究”", one.zh)


def test_packs_without_a_chain_end_nothing():
    assert found(made([make_rule("x.a", YES, {"finding": "a"}, since="2020-01-01")])) == []


@pytest.mark.parametrize(
    "rule_id",
    [
        "redlines.unlawful_order",
        "method.grade_obstruction",
        "tolerance.process_review_missing",
        "tolerance.dissent",
        "referrals.c08",
    ],
)
def test_one_rule_put_back_under_the_day_of_deciding_is_caught(rule_id):
    shipped = library()
    packs = dict(shipped.packs)
    own = next(pack for pack in packs.values() if any(rule.id == rule_id for rule in pack.rules))
    packs[own.name] = replace(own, rules=tuple(rule for rule in own.rules if rule.id != rule_id))
    back = tuple(replace(rule, pack="method") for rule in own.rules if rule.id == rule_id)
    packs["method"] = replace(packs["method"], rules=packs["method"].rules + back)
    law = Law(packs.values(), shipped.vocabulary, tuple(impossible()))

    (one,) = older_conduct(law)
    law.clauses.close()

    assert rule_id in {involved.id for involved in one.rules}
    assert one.conduct_day < one.as_of


@pytest.mark.parametrize("rule_id", ["method.grade_gain", "redlines.unit_gain"])
def test_without_what_stood_before_it_a_ground_put_back_is_caught_too(rule_id):
    shipped = library()
    packs = dict(shipped.packs)
    own = next(pack for pack in packs.values() if any(rule.id == rule_id for rule in pack.rules))
    packs[own.name] = replace(own, rules=tuple(rule for rule in own.rules if rule.id != rule_id))
    back = tuple(
        replace(rule, pack="method") for rule in own.rules if rule.id == rule_id and rule.effective_from
    )
    packs["method"] = replace(packs["method"], rules=packs["method"].rules + back)
    law = Law(packs.values(), shipped.vocabulary, tuple(impossible()))

    (one,) = older_conduct(law)
    law.clauses.close()

    assert rule_id in {involved.id for involved in one.rules}
