"""What one more precedent would do is what happens when it is added."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.precedents import Base, Precedent, Schema
from rules.precedents.consistency import examine
from rules.precedents.impact import Impact, impact
from tests.rules.precedents.verifier import SCHEMA, bases, facts

LINE = Schema(("no", "some", "yes"), {}, {"x": True})


def line(*rows):
    return Base(
        LINE, [Precedent(f"p{number}", {"x": value}, rank) for number, (value, rank) in enumerate(rows)]
    )


def ids(precedents):
    return [precedent.id for precedent in precedents]


def test_it_names_the_open_cases_it_binds():
    found = impact(
        line((1, 0), (5, 2)),
        Precedent("new", {"x": 3}, 2),
        {"a": {"x": 4}, 7: {"x": 2}, "c": {"x": 6}, "d": {}},
    )

    assert found == Impact((), ("a",), landmark=True, first_of_its_kind=True)


def test_a_middle_outcome_narrows_without_binding():
    found = impact(line((1, 0)), Precedent("new", {"x": 3}, 1), {"a": {"x": 4}, "b": {"x": 2}})

    assert (found.newly_bound, found.newly_narrowed) == ((), ("a", "b"))


def test_against_the_base_it_is_a_conflict_and_open_cases_come_to_stand_in_it():
    base = line((1, 0), (4, 1), (5, 2))

    found = impact(base, Precedent("new", {"x": 9}, 0), {"a": {"x": 7}, "b": {"x": 11}})

    assert ids(found.new_conflicts) == ["p1", "p2"]
    assert (found.newly_bound, found.newly_conflicting) == ((), ("a",))
    assert ids(impact(base, Precedent("new", {"x": 0}, 2), {}).new_conflicts) == ["p0", "p1"]


def test_what_follows_from_the_base_is_no_landmark_and_not_the_first_of_its_kind():
    found = impact(line((5, 2)), Precedent("new", {"x": 7}, 2), {})

    assert (found.landmark, found.first_of_its_kind) == (False, False)


def test_a_precedent_of_the_base_is_weighed_against_the_others():
    base = line((1, 0), (5, 2))

    assert impact(base, base.precedents[1], {"a": {"x": 6}}) == Impact((), ("a",), True, True)


@settings(max_examples=120, deadline=None)
@given(bases(SCHEMA), facts(SCHEMA), st.integers(0, 2), st.lists(facts(SCHEMA), max_size=4))
def test_it_is_what_happens_when_the_precedent_is_added(precedents, new, rank, opened):
    one = Precedent("new", new, rank)
    before, after = Base(SCHEMA, precedents), Base(SCHEMA, [*precedents, one])

    found = impact(before, one, dict(enumerate(opened)))

    pairs = [pair for pair in examine(after).conflicts() if one in pair]
    assert set(ids(found.new_conflicts)) == {old.id for pair in pairs for old in pair} - {"new"}
    assert found.landmark == (one in examine(after).landmarks)
    assert found.first_of_its_kind == (before.bounds(new).status in ("open", "none"))
    moved = {"bound": [], "narrowed": [], "conflict": []}
    for number, case in enumerate(opened):
        old, now = before.bounds(case), after.bounds(case)
        if (old.low, old.high) != (now.low, now.high) and old.status != "conflict":
            moved[now.status].append(number)
    assert list(moved.values()) == [
        list(some) for some in (found.newly_bound, found.newly_narrowed, found.newly_conflicting)
    ]
    assert impact(after, one, dict(enumerate(opened))) == found
