"""Cite, distinguish, downplay, emphasise: each move stands on facts that both cases really have."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.precedents import Base, Precedent, Schema
from rules.precedents.moves import Moves, moves
from rules.precedents.proof import binds
from tests.rules.precedents.verifier import WIDE, facts

AB = Schema(("no", "some", "yes"), {"a": True, "b": True, "c": False, "d": False}, {"x": True, "y": False})
KINDS = {"a": "care", "b": "care", "c": "remedy", "d": "remedy", "x": "harm"}
WHOLE = {"a": False, "b": False, "c": False, "d": False, "x": 0, "y": 0}


def beside(new, old, rank=2, **more):
    return moves(AB, {**WHOLE, **new}, Precedent("p", {**WHOLE, **old}, rank), KINDS, **more)


def test_what_is_shared_is_what_both_have():
    found = beside({"a": True, "c": True, "x": 3}, {"a": True, "c": True, "x": 3})

    assert found == Moves(("a", "c", "x", "y"), (), (), (), {}, ())


def test_a_fact_unknown_on_either_side_is_neither_shared_nor_a_distinction():
    found = moves(AB, {"a": True, "x": 1}, Precedent("p", {"b": True, "x": 1}, 2), KINDS)

    assert (found.shared, found.unknown) == (("x",), ("a", "b", "c", "d", "y"))


def test_a_missing_fact_is_downplayed_by_another_of_the_same_kind():
    found = beside({"b": True}, {"a": True})

    assert (found.stronger, found.weaker) == (("b",), ("a",))
    assert (found.downplayed, found.emphasised) == ({"a": "b"}, ())
    assert beside({"b": True}, {"a": True, "b": True}).downplayed == {"a": "b"}


def test_a_missing_fact_is_emphasised_where_nothing_of_its_kind_is_left():
    assert beside({"c": True}, {"a": True, "c": True}).emphasised == ("a",)


def test_a_fact_against_it_is_downplayed_where_the_precedent_had_one_of_that_kind():
    assert beside({"c": True}, {"d": True}).downplayed == {"c": "d"}
    assert beside({"c": True, "d": True}, {"d": True}).downplayed == {"c": "d"}
    assert beside({"c": True}, {}).emphasised == ("c",)


def test_a_distinction_of_no_kind_is_neither_downplayed_nor_emphasised():
    found = beside({"y": 5}, {"y": 1})

    assert (found.weaker, found.downplayed, found.emphasised) == (("y",), {}, ())


def test_for_the_mildest_outcome_the_milder_case_is_the_stronger():
    found = beside({"c": True, "x": 4}, {"x": 3}, rank=0)

    assert (found.stronger, found.weaker, found.emphasised) == (("c",), ("x",), ("x",))
    assert beside({"c": True, "x": 4}, {"x": 3}, rank=1).stronger == ("x",)
    assert beside({"c": True, "x": 4}, {"x": 3}, rank=1, lower=False).stronger == ("c",)


@settings(max_examples=300, deadline=None)
@given(
    facts(WIDE),
    facts(WIDE),
    st.integers(0, 1),
    st.dictionaries(st.sampled_from(WIDE.names), st.integers(0, 1)),
)
def test_the_moves_agree_with_the_comparison_and_with_what_binds(new, old, rank, kinds):
    precedent = Precedent("p", old, rank)
    compared = Base(WIDE, [precedent]).compare(new, precedent)
    found = moves(WIDE, new, precedent, kinds)

    strong, weak = (compared.graver, compared.milder) if rank else (compared.milder, compared.graver)
    assert (found.stronger, found.weaker, found.unknown) == (strong, weak, compared.unknown)
    assert set(found.shared) == {name for name in compared.same if new[name] is not False}
    assert (binds(WIDE, new, precedent, rank > 0) == "no") == bool(found.weaker)
    assert set(found.downplayed) | set(found.emphasised) == set(found.weaker) & set(kinds)
    assert not set(found.downplayed) & set(found.emphasised)
    for name, other in found.downplayed.items():
        assert kinds[name] == kinds[other]
        assert other in found.stronger or new.get(other) is True or old.get(other) is True
