"""Packed facts are the facts: nothing else is lost, added or changed, and columns have every row in its place."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.precedents import Precedent
from rules.precedents.packed import UNKNOWN, Packed, columns, layout
from tests.rules.precedents.verifier import SCHEMA, facts

WHERE = layout(tuple(SCHEMA.factors), tuple(SCHEMA.dimensions))


@settings(deadline=None)
@given(facts(SCHEMA))
def test_packed_facts_read_as_the_facts_do(known):
    packed = WHERE.pack(known)

    assert packed == known
    assert dict(packed) == known
    assert len(packed) == len(known)
    assert repr(packed) == repr({name: known[name] for name in SCHEMA.names if name in known})
    for name in (*SCHEMA.names, "elsewhere"):
        assert (packed.get(name), name in packed) == (known.get(name), name in known)
        assert packed.get(name, "other") == known.get(name, "other")
    assert WHERE.pack(packed) is packed


def test_packed_facts_are_as_good_as_others_in_a_precedent():
    assert Precedent("p", WHERE.pack({"a": True, "x": 2}), 1) == Precedent("p", {"a": True, "x": 2.0}, 1)
    assert Precedent("p", WHERE.pack({"a": True}), 1) != Precedent("p", {"a": False}, 1)


def test_what_is_unknown_is_missing_as_in_a_dict():
    with pytest.raises(KeyError):
        WHERE.pack({"a": True})["b"]


def test_the_facts_of_other_names_are_packed_anew():
    other = layout(("b", "z"), ("y",))

    repacked = other.pack(WHERE.pack({"a": True, "b": False, "x": 1.0, "y": -1.0}))

    assert isinstance(repacked, Packed)
    assert dict(repacked) == {"b": False, "y": -1.0}


@settings(deadline=None)
@given(st.lists(facts(SCHEMA), max_size=5))
def test_columns_have_a_value_for_every_row(rows):
    factors, values = columns([WHERE.pack(row) for row in rows], WHERE)

    for name in SCHEMA.factors:
        assert list(factors[name]) == [row.get(name, UNKNOWN) for row in rows]
    for name in SCHEMA.dimensions:
        assert [None if math.isnan(value) else value for value in values[name]] == [
            row.get(name) for row in rows
        ]
