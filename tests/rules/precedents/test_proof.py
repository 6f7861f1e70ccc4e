"""Every row of a proof is what it says for every completion of its two facts, and the rows make up the answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.precedents import Base, Precedent
from rules.precedents.proof import Row, binds, proof
from tests.rules.precedents.verifier import SCHEMA, VALUES, completions, facts


def test_each_row_gives_both_values_and_how_they_stand():
    old = Precedent("p", {"a": True, "b": False, "x": 2}, 2)

    assert proof(SCHEMA, {"a": True, "x": 1, "y": 0}, old, lower=True) == (
        Row("a", True, True, "holds"),
        Row("b", None, False, "open"),
        Row("x", 1, 2, "fails"),
        Row("y", 0, None, "open"),
    )
    assert [row.verdict for row in proof(SCHEMA, {"a": True, "x": 1, "y": 0}, old, lower=False)] == [
        "holds", "holds", "holds", "open",
    ]  # fmt: skip


@pytest.mark.parametrize("lower", [True, False])
def test_a_factor_at_its_end_holds_whatever_the_other_is(lower):
    mild, grave = {"a": False, "b": True}, {"a": True, "b": False}
    new, old = (grave, {}) if lower else (mild, {})
    assert [row.verdict for row in proof(SCHEMA, new, Precedent("p", old, 1), lower)][:2] == ["holds"] * 2
    new, old = ({}, mild) if lower else ({}, grave)
    assert [row.verdict for row in proof(SCHEMA, new, Precedent("p", old, 1), lower)][:2] == ["holds"] * 2


@settings(max_examples=300, deadline=None)
@given(facts(SCHEMA), facts(SCHEMA), st.booleans())
def test_the_rows_hold_for_every_completion_fail_for_every_one_or_are_open(new, old, lower):
    rows = proof(SCHEMA, new, Precedent("p", old, 1), lower)
    wide = (-3.0, *VALUES, 3.0)
    for row in rows:
        found = set()
        for here in completions(SCHEMA, {k: v for k, v in new.items() if k == row.name}, (0.0,)):
            for there in completions(SCHEMA, {k: v for k, v in old.items() if k == row.name}, (0.0,)):
                ours = [here[row.name]] if row.name in new or row.name in SCHEMA.factors else wide
                theirs = [there[row.name]] if row.name in old or row.name in SCHEMA.factors else wide
                up = {**SCHEMA.factors, **SCHEMA.dimensions}[row.name]
                found |= {
                    (one >= other) if up == lower else (one <= other) for one in ours for other in theirs
                }
        assert row.verdict == {(True,): "holds", (False,): "fails"}.get(tuple(found), "open")


@settings(max_examples=300, deadline=None)
@given(facts(SCHEMA), facts(SCHEMA))
def test_the_precedent_binds_as_far_as_its_rows_go(new, old):
    precedent = Precedent("p", old, 1)
    index = Base(SCHEMA, [precedent]).index

    for lower in (True, False):
        verdicts = {row.verdict for row in proof(SCHEMA, new, precedent, lower)}
        certain, possible = index.binding(new, lower)
        said = "certain" if certain else "possible" if possible else "no"
        assert said == ("no" if "fails" in verdicts else "possible" if "open" in verdicts else "certain")
        assert binds(SCHEMA, new, precedent, lower) == said
