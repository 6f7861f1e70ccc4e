"""What is asked can matter, what one answer settles is so, and the changes that leave the bounds are the fewest."""

import itertools

from hypothesis import given, settings

from rules.precedents import Base, Precedent, Schema
from rules.precedents.asking import Change, Settling, leaving, settling
from tests.rules.precedents.verifier import SCHEMA, VALUES, WIDE, always, bases, completions, facts

AB = Schema(("no", "yes"), {"a": True, "b": True, "c": True, "d": True}, {})


def base(schema, *rows):
    return Base(schema, [Precedent(f"p{number}", *row) for number, row in enumerate(rows)])


def settled(rows, new):
    bounds = rows.bounds(new)
    return settling(rows.index, new, bounds.low, bounds.high)


def left(rows, new):
    bounds = rows.bounds(new)
    return leaving(rows.index, new, bounds.low, bounds.high)


def test_the_fact_that_alone_blocks_a_precedent_is_asked_before_two_that_block_together():
    rows = base(
        AB,
        ({"a": True, "b": True, "c": False, "d": False}, 1),
        ({"a": False, "b": False, "c": True, "d": False}, 1),
    )

    assert rows.assess({"d": False}).questions == ("c", "a", "b")


def test_nothing_is_asked_that_could_not_bind():
    rows = base(SCHEMA, ({"a": True, "b": False, "x": 1}, 2))  # its y is unknown for ever

    assert rows.assess({"a": True}).questions == ()


def test_a_bound_case_raises_no_question():
    rows = base(AB, ({"a": True, "b": False, "c": False, "d": False}, 1))

    assert rows.assess({"a": True}).questions == ()
    assert settled(rows, {"a": True}) == ()


def test_one_answer_settles_a_factor_and_the_least_value_a_dimension():
    rows = base(
        SCHEMA,
        ({"a": False, "b": True, "x": 1, "y": 0}, 2),
        ({"a": False, "b": True, "x": 0, "y": 0}, 1),
        ({"a": False, "b": True, "x": 2, "y": 0}, 1),
        ({"a": True, "x": 0, "y": 1}, 0),
        ({"a": True, "x": 0, "y": -1}, 0),
    )

    assert settled(rows, {"a": False, "b": True, "y": 0}) == (
        Settling("x", "at_least", 0.0, 1, 2),
        Settling("x", "at_least", 1.0, 2, 2),
        Settling("x", "at_most", 2, 0, 1),
        Settling("x", "at_most", 0, 0, 0),
    )
    assert settled(rows, {"a": True, "x": 0, "y": 1}) == (Settling("b", "is", True, 0, 0),)


def test_an_answer_that_reaches_less_than_a_smaller_one_does_is_not_named():
    rows = base(
        SCHEMA, ({"a": False, "b": True, "x": 1, "y": 0}, 2), ({"a": False, "b": True, "x": 2, "y": 0}, 1)
    )

    assert settled(rows, {"a": True, "b": True, "y": 0}) == (Settling("x", "at_least", 1.0, 2, 2),)


def test_a_milder_dimension_settles_the_other_way_round():
    rows = base(
        SCHEMA, ({"a": False, "b": True, "x": 0, "y": 3}, 2), ({"a": True, "b": False, "x": 0, "y": 5}, 0)
    )

    assert settled(rows, {"a": False, "b": True, "x": 0}) == (
        Settling("y", "at_most", 3, 2, 2),
        Settling("y", "at_least", 5, 0, 0),
    )


def test_the_single_changes_that_leave_a_bound_are_all_named():
    rows = base(
        SCHEMA,
        ({"a": True, "b": True, "x": 3, "y": 2}, 2),
        ({"a": False, "b": False, "x": 1, "y": 0}, 2),
    )

    assert left(rows, {"a": True, "x": 4, "y": -1, "b": False}) == (
        (Change("x", "below", 1.0),),
        (Change("y", "above", 2.0),),
    )


def test_two_changes_are_named_where_no_single_one_will_do():
    rows = base(
        AB,
        ({"a": True, "b": False, "c": False, "d": False}, 1),
        ({"a": False, "b": True, "c": True, "d": False}, 1),
    )

    found = left(rows, {"a": True, "b": True, "c": True, "d": True})

    assert [len(changes) for changes in found] == [2]
    assert Change("a", "is", False) in found[0]


def test_no_change_leaves_a_bound_that_holds_for_any_facts():
    rows = base(AB, ({"a": False, "b": False, "c": False, "d": False}, 1))

    assert left(rows, {"a": True}) == ()


@settings(max_examples=120, deadline=None)
@given(bases(SCHEMA), facts(SCHEMA))
def test_a_settling_answer_gives_the_bounds_it_names_and_none_is_missing(precedents, new):
    rows = Base(SCHEMA, precedents)
    before = rows.bounds(new)
    found = settled(rows, new)

    for one in found:
        after = rows.bounds({**new, one.name: one.value})
        assert (after.low, after.high) != (before.low, before.high)
        assert after.low >= one.low
        assert after.high <= one.high
    if before.low < before.high:
        moving = {
            name
            for name in SCHEMA.names
            if name not in new
            for value in ((True, False) if name in SCHEMA.factors else VALUES)
            if (rows.bounds({**new, name: value}).low, rows.bounds({**new, name: value}).high)
            != (before.low, before.high)
        }
        assert moving == {one.name for one in found}
        assert moving <= set(rows.assess(new).questions)


@settings(max_examples=120, deadline=None)
@given(bases(SCHEMA), facts(SCHEMA))
def test_what_is_not_asked_cannot_matter_alone_or_with_others(precedents, new):
    rows = Base(SCHEMA, precedents)
    before = rows.bounds(new)
    asked = rows.assess(new).questions
    if before.low < before.high:
        other = [name for name in SCHEMA.names if name not in new and name not in asked]
        for whole in completions(SCHEMA, new, VALUES):
            some = {name: value for name, value in whole.items() if name in new or name in other}
            after = rows.bounds(some)
            assert (after.low, after.high) == (before.low, before.high)


@settings(max_examples=120, deadline=None)
@given(bases(WIDE), facts(WIDE))
def test_the_changes_leave_the_bound_and_no_smaller_set_does(precedents, new):
    rows = Base(WIDE, precedents)
    before = rows.bounds(new)
    found = left(rows, new)

    def released(changed, lower):
        held = [old for old in precedents if old.outcome == lower]
        return not any(
            always(WIDE, *((changed, old.facts) if lower else (old.facts, changed))) for old in held
        )

    for lower in (True, False):
        bound = before.low == 1 if lower else before.high == 0
        names = [name for name in WIDE.names if name in new]
        far = {name: WIDE.factors[name] != lower for name in WIDE.factors} | {"x": -9.0 if lower else 9.0}
        smallest = next(
            (
                size
                for size in range(len(names) + 1)
                for chosen in itertools.combinations(names, size)
                if released({**new, **{name: far[name] for name in chosen}}, lower)
            ),
            None,
        )
        sets = [changes for changes in found if all(moves(change, new) == lower for change in changes)]
        if not bound or smallest is None:
            assert sets == []
        else:
            assert {len(changes) for changes in sets} == {smallest}
            for changes in sets:
                assert released({**new, **{change.name: far[change.name] for change in changes}}, lower)


def moves(change, new):
    """Whether the change makes the case milder."""
    if change.name == "x":
        return change.relation == "below"
    return change.value != WIDE.factors[change.name]
