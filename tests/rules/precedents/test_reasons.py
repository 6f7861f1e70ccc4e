"""The reason model binds by what was relied on, more often than all facts together and never against its definition."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.precedents import Precedent, Schema
from rules.precedents.proof import binds
from rules.precedents.reasons import constrains
from tests.rules.precedents.verifier import SCHEMA, VALUES, WIDE, by_reasons, completions, facts

AB = Schema(("no", "yes"), {"a": True, "b": True, "c": False}, {"x": True})


def test_a_case_with_the_reason_alone_is_bound_though_it_lacks_another_fact():
    old = Precedent("p", {"a": True, "b": True, "c": False, "x": 2}, 1, reasons=frozenset({"a"}))
    new = {"a": True, "b": False, "c": False, "x": 2}

    assert constrains(AB, new, old, lower=True) == "certain"
    assert binds(AB, new, old, lower=True) == "no"


@pytest.mark.parametrize(
    "change", [{"a": False}, {"c": True}, {"x": 1}], ids=["the reason", "against it", "a dimension"]
)
def test_a_case_without_the_reason_or_with_more_against_it_is_not_bound(change):
    old = Precedent("p", {"a": True, "b": True, "c": False, "x": 2}, 1, reasons=frozenset({"a"}))

    assert constrains(AB, {"a": True, "b": False, "c": False, "x": 2} | change, old, lower=True) == "no"


def test_from_above_the_reasons_are_the_milder_facts():
    old = Precedent("p", {"a": False, "b": False, "c": True, "x": 2}, 0, reasons=frozenset({"c"}))

    assert constrains(AB, {"a": False, "b": False, "c": True, "x": 1}, old, lower=False) == "certain"
    assert constrains(AB, {"a": False, "b": False, "c": False, "x": 1}, old, lower=False) == "no"
    assert constrains(AB, {"a": True, "b": False, "c": True, "x": 1}, old, lower=False) == "no"


def test_an_unknown_reason_binds_perhaps():
    old = Precedent("p", {"a": True, "b": True, "c": False, "x": 2}, 1, reasons=frozenset({"a"}))

    assert constrains(AB, {"b": False, "c": False, "x": 2}, old, lower=True) == "possible"


def test_a_dimension_relied_on_for_the_gravest_outcome_waives_the_other_facts():
    old = Precedent("p", {"a": True, "b": True, "c": False, "x": 2}, 1, reasons=frozenset({"x"}))

    assert constrains(AB, {"a": False, "b": False, "c": False, "x": 2}, old, lower=True) == "certain"
    assert constrains(AB, {"a": False, "b": False, "c": False, "x": 1}, old, lower=True) == "no"


@pytest.mark.parametrize("reasons", [set(), {"c"}, {"elsewhere"}])
def test_without_a_reason_for_that_side_every_fact_counts(reasons):
    old = Precedent("p", {"a": True, "b": True, "c": True, "x": 2}, 1, reasons=frozenset(reasons))

    assert constrains(AB, {"a": True, "b": False, "c": True, "x": 2}, old, lower=True) == "no"
    assert constrains(AB, {"a": True, "b": True, "c": True, "x": 2}, old, lower=True) == "certain"


@settings(max_examples=200, deadline=None)
@given(facts(WIDE), facts(WIDE), st.sets(st.sampled_from(WIDE.names)), st.integers(0, 1), st.booleans())
def test_it_binds_by_reasons_for_every_completion_for_some_or_for_none(new, old, reasons, rank, lower):
    said = constrains(WIDE, new, Precedent("p", old, rank, reasons=frozenset(reasons)), lower)

    only = rank == (1 if lower else 0)
    found = {
        by_reasons(WIDE, here, there, reasons, lower, only)
        for here in completions(WIDE, new, VALUES[::2])
        for there in completions(WIDE, old, (-3.0, 0.0, 3.0))
    }
    assert said == {(True,): "certain", (False,): "no"}.get(tuple(found), "possible")


@settings(max_examples=300, deadline=None)
@given(facts(SCHEMA), facts(SCHEMA), st.sets(st.sampled_from(SCHEMA.names)), st.integers(0, 2))
def test_what_binds_by_all_facts_binds_by_its_reasons(new, old, reasons, rank):
    precedent = Precedent("p", old, rank, reasons=frozenset(reasons))
    order = ("no", "possible", "certain")

    for lower in (True, False):
        by_all = binds(SCHEMA, new, precedent, lower)
        assert order.index(constrains(SCHEMA, new, precedent, lower)) >= order.index(by_all)
