"""Conflicts are those of the definition, the repair is the smallest there is, landmarks are what others do not give."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from pysat.examples.hitman import Hitman

from rules.precedents import Base, Precedent, Schema
from rules.precedents.consistency import Reliability, alternatives, examine, reliability
from rules.precedents.repair import smallest_repair, smallest_repairs
from tests.rules.precedents.verifier import SCHEMA, always, bases, facts

LINE = Schema(("no", "some", "yes"), {}, {"x": True})


def line(*rows):
    return Base(
        LINE, [Precedent(f"p{number}", {"x": value}, rank) for number, (value, rank) in enumerate(rows)]
    )


def ids(precedents):
    return [precedent.id for precedent in precedents]


def contradictions(precedents):
    return {
        (one.id, other.id)
        for one, other in itertools.permutations(precedents, 2)
        if one.outcome < other.outcome and always(SCHEMA, one.facts, other.facts)
    }


def test_one_precedent_that_contradicts_many_is_the_one_to_set_aside():
    found = examine(line((1, 1), (2, 1), (3, 2), (9, 0)))

    assert [ids(pair) for pair in found.conflicts()] == [["p3", "p0"], ["p3", "p1"], ["p3", "p2"]]
    assert ids(found.repair) == ["p3"]
    assert found.consistent == 0


def test_a_consistent_base_needs_no_repair():
    found = examine(line((1, 0), (2, 1), (3, 2), (4, 2)))

    assert (found.count, found.repair, found.consistent) == (0, (), 4)
    assert ids(found.landmarks) == ["p0", "p1", "p2"]


def test_repeated_facts_are_no_landmark_but_one_situation():
    found = examine(line((1, 0), (3, 2), (3, 2)))

    assert ids(found.landmarks) == ["p0"]
    assert found.situations == 2


def test_other_repairs_as_small_are_offered_up_to_the_number_wanted():
    base = line((1, 2), (2, 1), (5, 2), (6, 0))

    assert ids(examine(base).repair) == ["p1", "p3"]
    assert [ids(repair) for repair in alternatives(base, 9)] == [["p0", "p3"]]
    assert alternatives(base, 0) == ()
    assert alternatives(line((1, 0), (2, 1)), 9) == ()


def test_a_precedent_is_as_reliable_as_the_others_it_bears_on_agree():
    base = line((1, 0), (5, 2), (6, 2), (7, 1), (9, 0))

    assert reliability(base, base.precedents[1]) == Reliability(agreeing=1, conflicting=2)
    assert reliability(base, base.precedents[1]).share == 1 / 3
    assert reliability(base, base.precedents[0]) == Reliability(0, 0)
    assert reliability(base, base.precedents[0]).share is None


def test_a_base_counted_by_hand():
    """Age makes milder, earlier offences graver: two with the same facts and outcome, one with them and another."""
    schema = Schema(("low", "high"), {}, {"age": False, "earlier": True})
    rows = [(25, 3, 1), (40, 3, 0), (40, 3, 1), (40, 3, 1), (50, 0, 0)]
    base = Base(
        schema,
        [
            Precedent(f"p{n}", {"age": age, "earlier": earlier}, rank)
            for n, (age, earlier, rank) in enumerate(rows)
        ],
    )

    found = examine(base)

    assert [ids(pair) for pair in found.conflicts()] == [["p1", "p2"], ["p1", "p3"]]
    assert (found.count, found.consistent, ids(found.repair)) == (2, 2, ["p1"])
    assert ids(found.landmarks) == ["p1"]  # p0 follows from p2, p4 from p1, p2 and p3 from each other
    assert found.situations == 2  # p1, and p2 with p3


def test_a_middle_precedent_between_two_of_its_kind_is_no_landmark():
    assert ids(examine(line((1, 1), (2, 1), (3, 1))).landmarks) == ["p0", "p2"]


@settings(max_examples=120, deadline=None)
@given(bases(SCHEMA, most=9))
def test_the_conflicts_are_those_of_the_definition_and_the_repair_is_the_smallest(precedents):
    found = examine(Base(SCHEMA, precedents))
    pairs = contradictions(precedents)

    assert {(one.id, other.id) for one, other in found.conflicts()} == pairs
    assert found.count == len(pairs)
    names = ids(precedents)
    assert not contradictions([one for one in precedents if one not in found.repair])
    smallest = next(
        size
        for size in range(len(names) + 1)
        for chosen in itertools.combinations(names, size)
        if all(set(pair) & set(chosen) for pair in pairs)
    )
    assert len(found.repair) == smallest
    assert found.consistent == len(names) - len(set(itertools.chain(*pairs)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(facts(SCHEMA, whole=True), st.integers(0, 2)), min_size=30, max_size=120))
def test_the_repair_of_a_larger_base_is_as_small_as_a_solver_finds(rows):
    precedents = [Precedent(f"p{number}", *row) for number, row in enumerate(rows)]
    found = examine(Base(SCHEMA, precedents))
    pairs = contradictions(precedents)

    assert {(one.id, other.id) for one, other in found.conflicts()} == pairs
    assert all(set(pair) & set(ids(found.repair)) for pair in pairs)
    with Hitman(bootstrap_with=[list(pair) for pair in sorted(pairs)], htype="sorted") as solver:
        assert len(found.repair) == len(solver.get() or [])


@settings(max_examples=120, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=24))
def test_a_matching_that_must_be_rearranged_is_still_the_largest(drawn):
    pairs = {(one, other) for one, other in drawn if one < other}
    while more := {(one, far) for one, near in pairs for same, far in pairs if near == same} - pairs:
        pairs |= more
    relation = {}
    for one, other in pairs:
        relation[one] = relation.get(one, 0) | 1 << other

    repair = smallest_repair(relation)

    assert all(set(pair) & set(repair) for pair in pairs)
    smallest = next(
        size
        for size in range(11)
        for chosen in itertools.combinations(range(10), size)
        if all(set(pair) & set(chosen) for pair in pairs)
    )
    assert len(repair) == smallest
    every = [
        list(chosen)
        for chosen in itertools.combinations(range(10), smallest)
        if all(set(pair) & set(chosen) for pair in pairs)
    ]
    assert sorted(smallest_repairs(relation)) == every
    assert repair in every


@settings(max_examples=120, deadline=None)
@given(bases(SCHEMA))
def test_a_landmark_is_what_no_other_precedent_of_its_outcome_gives(precedents):
    found = examine(Base(SCHEMA, precedents))

    expected = []
    for one in precedents:
        others = [other for other in precedents if other is not one and other.outcome == one.outcome]
        below = one.outcome == 0 or any(always(SCHEMA, one.facts, other.facts) for other in others)
        above = one.outcome == 2 or any(always(SCHEMA, other.facts, one.facts) for other in others)
        if not (below and above):
            expected.append(one.id)
    assert ids(found.landmarks) == expected
    assert found.situations >= len(expected)


@settings(max_examples=200, deadline=None)
@given(bases(SCHEMA, most=9))
def test_those_a_precedent_bears_on_agree_or_conflict_by_the_definition(precedents):
    base, pairs = Base(SCHEMA, precedents), contradictions(precedents)

    for one in precedents:
        others = [other for other in precedents if other is not one]
        against = [other for other in others if {(one.id, other.id), (other.id, one.id)} & pairs]
        alike = [
            other
            for other in others
            if other not in against
            and (
                (one.outcome > 0 and always(SCHEMA, other.facts, one.facts) and other.outcome >= one.outcome)
                or (
                    one.outcome < 2
                    and always(SCHEMA, one.facts, other.facts)
                    and other.outcome <= one.outcome
                )
            )
        ]
        assert reliability(base, one) == Reliability(len(alike), len(against))
