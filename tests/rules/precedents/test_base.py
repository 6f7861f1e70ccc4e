"""What precedents require equals the definition, unknown facts on either side included."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.precedents import STATUSES, Base, Precedent, Schema
from rules.precedents.base import Bounds
from tests.rules.precedents.verifier import (
    SCHEMA,
    VALUES,
    WIDE,
    always,
    as_grave,
    bases,
    completions,
    constrain,
    facts,
)

TWO = Schema(("tolerate", "accountable"), {"warned": True, "reported": False}, {"loss": True})


def ids(precedents):
    return [precedent.id for precedent in precedents]


def base(*rows, schema=TWO):
    return Base(schema, [Precedent(f"p{number}", *row) for number, row in enumerate(rows)])


def test_a_case_as_grave_as_one_held_accountable_is_bound_to_that():
    report = base(
        ({"warned": True, "reported": False, "loss": 5}, 1),
        ({"warned": False, "reported": True, "loss": 9}, 0),
    ).assess({"warned": True, "reported": False, "loss": 6})

    assert report.document(TWO.outcomes) == {
        "status": "bound",
        "low": "accountable",
        "high": "accountable",
        "binding": ["p0"],
        "possible_low": "accountable",
        "possible_high": "accountable",
        "nearest": {"tolerate": ["p1"], "accountable": ["p0"]},
        "questions": [],
    }


def test_a_case_that_was_milder_in_one_respect_is_bound_by_nothing():
    report = base(({"warned": True, "reported": False, "loss": 5}, 1)).assess(
        {"warned": True, "reported": False, "loss": 4.5}
    )

    assert report.bounds.status == "none"
    assert report.binding == ()


def test_one_unknown_fact_leaves_the_case_open_and_is_the_question():
    report = base(({"warned": True, "reported": False, "loss": 5}, 1)).assess({"warned": True, "loss": 5})

    assert report.bounds == Bounds(0, 1, 1, 1, 1)
    assert (report.bounds.status, report.questions) == ("open", ("reported",))


def test_the_middle_of_three_outcomes_narrows_from_either_side():
    rows = base(({"a": True, "b": False, "x": 0, "y": 0}, 1), schema=SCHEMA)

    graver = rows.assess({"a": True, "b": False, "x": 1, "y": 0}).bounds
    milder = rows.assess({"a": True, "b": True, "x": 0, "y": 0}).bounds

    assert (graver.status, graver.low, graver.high) == ("narrowed", 1, 2)
    assert (milder.status, milder.low, milder.high) == ("narrowed", 0, 1)


def test_precedents_that_contradict_each_other_are_shown_as_a_conflict():
    report = base(
        ({"warned": True, "reported": True, "loss": 5}, 0),
        ({"warned": False, "reported": True, "loss": 5}, 1),
    ).assess({"warned": True, "reported": True, "loss": 5})

    assert report.bounds.status == "conflict"
    assert ids(report.binding) == ["p0", "p1"]


def test_a_base_without_precedents_requires_nothing():
    report = Base(TWO, []).assess({"warned": True})

    assert report.bounds.status == "none"
    assert report.nearest == {"tolerate": (), "accountable": ()}


def test_each_tier_gives_its_own_bounds():
    whole = {"warned": True, "reported": False, "loss": 5}
    rows = Base(TWO, [Precedent("guide", whole, 1, "guiding"), Precedent("own", whole, 0, "own")])

    found = {tier: rows.bounds(whole, rows.of_tier(tier)) for tier in ("guiding", "own", "other")}

    assert [(tier, bounds.status) for tier, bounds in found.items()] == [
        ("guiding", "bound"), ("own", "bound"), ("other", "none"),
    ]  # fmt: skip
    assert (found["guiding"].low, found["own"].high) == (1, 0)


def test_two_cases_are_compared_fact_by_fact():
    old = Precedent("p", {"warned": True, "loss": 5}, 1)

    found = Base(TWO, [old]).compare({"warned": True, "reported": False, "loss": 4}, old)

    assert (found.graver, found.milder, found.same, found.unknown) == (
        (),
        ("loss",),
        ("warned",),
        ("reported",),
    )


@settings(max_examples=120, deadline=None)
@given(bases(SCHEMA, most=3), facts(SCHEMA))
@example([], {})
def test_the_bounds_are_those_of_every_completion_and_of_some(precedents, new):
    small = [p for p in precedents if len(p.facts) > 1]  # the completions of a base multiply
    found = Base(SCHEMA, small).bounds(new)

    reached = set()
    for whole in completions(SCHEMA, new, VALUES):
        lows, highs = [], []
        for old in small:  # each precedent is completed for itself, whatever the others are
            each = [
                constrain(SCHEMA, whole, [(old_whole, old.outcome)])
                for old_whole in completions(SCHEMA, old.facts, (-3.0, *VALUES, 3.0))
            ]
            lows.append({low for low, _ in each})
            highs.append({high for _, high in each})
        reached.add((
            max(map(min, lows), default=0), min(map(max, highs), default=2),
            max(map(max, lows), default=0), min(map(min, highs), default=2),
        ))  # fmt: skip

    assert found.low == min(low for low, *_ in reached)
    assert found.high == max(high for _, high, *_ in reached)
    assert found.possible_low == max(low for *_, low, _ in reached)
    assert found.possible_high == min(high for *_, high in reached)
    assert found.status in STATUSES


@settings(max_examples=120, deadline=None)
@given(bases(SCHEMA), facts(SCHEMA))
def test_exactly_the_precedents_of_the_definition_bind(precedents, new):
    report = Base(SCHEMA, precedents).assess(new)

    assert ids(report.binding) == [
        old.id
        for old in precedents
        if (old.outcome > 0 and always(SCHEMA, new, old.facts))
        or (old.outcome < 2 and always(SCHEMA, old.facts, new))
    ]


@settings(max_examples=120, deadline=None)
@given(bases(WIDE, whole=True), facts(WIDE, whole=True), facts(WIDE, whole=True))
def test_a_graver_case_is_never_held_to_less(precedents, one, other):
    rows = Base(WIDE, precedents)
    if as_grave(WIDE, one, other):
        assert rows.bounds(one).low >= rows.bounds(other).low
        assert rows.bounds(one).high >= rows.bounds(other).high


@settings(max_examples=120, deadline=None)
@given(bases(SCHEMA, whole=True))
def test_a_case_with_the_facts_of_a_precedent_gets_its_outcome_where_the_base_is_consistent(precedents):
    consistent = not any(
        as_grave(SCHEMA, one.facts, other.facts) and one.outcome < other.outcome
        for one, other in itertools.permutations(precedents, 2)
    )
    for old in precedents:
        bounds = Base(SCHEMA, precedents).bounds(old.facts)
        assert bounds.low >= old.outcome >= bounds.high
        if consistent:
            assert (bounds.status, bounds.low) == ("bound", old.outcome)


@settings(max_examples=120, deadline=None)
@given(bases(SCHEMA), facts(SCHEMA), facts(SCHEMA, whole=True))
def test_an_answer_more_only_narrows(precedents, new, answers):
    rows = Base(SCHEMA, precedents)
    before = rows.bounds(new)
    for name in SCHEMA.names:
        new = {name: answers[name], **new}
        after = rows.bounds(new)
        assert after.low >= before.low
        assert after.high <= before.high
        assert after.possible_low <= before.possible_low
        assert after.possible_high >= before.possible_high
        before = after


@settings(max_examples=100, deadline=None)
@given(bases(WIDE, most=20), facts(WIDE))
def test_the_nearest_differ_in_the_fewest_facts(precedents, new):
    def distance(old):
        known = [name for name in WIDE.names if name in new and name in old.facts]
        weaker = [name for name in known if not side(old, {name: new[name]}, {name: old.facts[name]}, name)]
        unknown = [name for name in WIDE.names if name not in known and not settled(old, name)]
        return len(weaker), len(unknown)

    def side(old, mine, theirs, name):
        one, other = (mine[name], theirs[name]) if old.outcome else (theirs[name], mine[name])
        return one >= other if {**WIDE.factors, **WIDE.dimensions}[name] else one <= other

    def settled(old, name):  # the one side that is known stands at the end of a factor
        one, other = (new, old.facts) if old.outcome else (old.facts, new)
        return name in WIDE.factors and (
            one.get(name) == WIDE.factors[name] or other.get(name) == (not WIDE.factors[name])
        )

    report = Base(WIDE, precedents).assess(new)

    for rank, outcome in enumerate(WIDE.outcomes):
        decided = [old for old in precedents if old.outcome == rank]
        assert report.nearest[outcome] == tuple(sorted(decided, key=distance)[:5])


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 130])
def test_values_of_every_rank_are_compared_exactly(size):
    schema = Schema(("no", "yes"), {}, {"x": True})
    rows = Base(schema, [Precedent(number, {"x": float(number * 2)}, 1) for number in range(size)])

    for value in range(-1, size * 2 + 1):
        assert ids(rows.assess({"x": value}).binding) == [
            number for number in range(size) if number * 2 <= value
        ]


@given(st.integers(0, 1), st.integers(0, 1))
def test_a_bound_side_is_told_from_the_range(low, high):
    assert (
        Bounds(low, high, low, high, 1).status
        == {(0, 0): "bound", (1, 1): "bound", (1, 0): "conflict", (0, 1): "none"}[low, high]
    )
