"""Tiers together: the higher prevails, contradictions of equals remain, and no unknown fact makes the answer unsound."""

import itertools
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.precedents import Base, Precedent, Schema
from rules.precedents.tiers import Weightier, combined, weightier
from tests.rules.precedents.verifier import SCHEMA, VALUES, completions, facts, layered

LINE = Schema(("no", "some", "yes"), {}, {"x": True})
TIERS = ("guiding", "superior", "own")


def line(*rows):
    return Base(LINE, [Precedent(f"p{n}", {"x": x}, rank, tier) for n, (x, rank, tier) in enumerate(rows)])


def pair(bounds):
    return bounds.low, bounds.high


def tiered(whole=False, most=6):
    row = st.tuples(facts(SCHEMA, whole), st.integers(0, 2), st.sampled_from((*TIERS, "elsewhere")))
    rows = st.lists(row, max_size=most)
    return rows.map(lambda found: [Precedent(f"p{number}", *one) for number, one in enumerate(found)])


def by_tier(precedents):
    return [[(old.facts, old.outcome) for old in precedents if old.tier == tier] for tier in TIERS]


def test_a_higher_tier_prevails_over_a_lower_one_that_contradicts_it():
    found = combined(line((1, 2, "guiding"), (9, 0, "own")), {"x": 5}, TIERS)

    assert pair(found.bounds) == (2, 2)
    assert (found.prevailing, found.overridden) == ("guiding", ("own",))
    assert [old.id for old in found.overruled] == ["p1"]
    assert [(tier, pair(bounds)) for tier, bounds in found.by_tier.items()] == [
        ("guiding", (2, 2)), ("superior", (0, 2)), ("own", (0, 0)),
    ]  # fmt: skip


def test_a_lower_tier_narrows_further_where_it_agrees():
    found = combined(line((1, 1, "superior"), (9, 1, "own")), {"x": 5}, TIERS)

    assert pair(found.bounds) == (1, 1)
    assert (found.prevailing, found.overridden, found.overruled) == ("superior", (), ())


def test_of_a_tier_that_is_divided_only_the_part_that_contradicts_a_higher_one_is_overruled():
    found = combined(line((1, 1, "guiding"), (2, 2, "own"), (9, 0, "own")), {"x": 5}, TIERS)

    assert pair(found.bounds) == (2, 2)
    assert [old.id for old in found.overruled] == ["p2"]


def test_a_tier_that_contradicts_itself_stays_a_conflict_that_no_lower_tier_settles():
    found = combined(
        line((1, 2, "superior"), (9, 0, "superior"), (1, 1, "own"), (9, 1, "own")), {"x": 5}, TIERS
    )

    assert found.bounds.status == "conflict"
    assert (found.prevailing, found.overridden) == ("superior", ())


def test_a_tier_that_is_not_named_counts_for_nothing():
    found = combined(line((1, 2, "elsewhere")), {"x": 5}, TIERS)

    assert (found.bounds.status, found.prevailing) == ("none", "")


def test_what_a_lower_tier_requires_is_open_while_a_higher_one_may_overrule_it():
    schema = Schema(("no", "yes"), {"a": True}, {"x": True})
    base = Base(
        schema,
        [
            Precedent("high", {"a": False, "x": 9}, 0, "guiding"),
            Precedent("low", {"a": False, "x": 1}, 1, "own"),
        ],
    )

    found = combined(base, {"x": 5}, TIERS)

    assert pair(found.by_tier["own"]) == (1, 1)
    assert found.bounds.status == "open"
    assert pair(combined(base, {"x": 5, "a": True}, TIERS).bounds) == (1, 1)
    assert pair(combined(base, {"x": 5, "a": False}, TIERS).bounds) == (0, 0)


def test_of_two_that_contradict_each_other_tier_then_body_then_date_decide_and_equals_stay_open():
    plain = Precedent("a", {}, 0, "own", decided_on=date(2024, 1, 1))
    higher = Precedent("b", {}, 1, "guiding")
    jointly = Precedent("c", {}, 1, "own", collective=True)
    later = Precedent("d", {}, 1, "own", decided_on=date(2025, 1, 1))
    unlisted = Precedent("e", {}, 1, "elsewhere", collective=True)
    undated = Precedent("f", {}, 1, "own")

    for other, ground in ((higher, "tier"), (jointly, "collective"), (later, "date")):
        assert weightier(plain, other, TIERS) == weightier(other, plain, TIERS) == Weightier(other, ground)
    assert weightier(plain, unlisted, TIERS) == weightier(unlisted, plain, TIERS) == Weightier(plain, "tier")
    assert weightier(plain, undated, TIERS) == Weightier(None, "")
    assert weightier(plain, plain, TIERS) == Weightier(None, "")


def test_a_precedent_is_not_called_overruled_while_what_overrules_it_may_itself_be_overruled():
    schema = Schema(("no", "some", "yes"), {"a": True}, {"x": True})
    rows = [("guide", False, 9, 0, "guiding"), ("above", False, 1, 2, "superior"), ("own", True, 9, 1, "own")]
    base = Base(schema, [Precedent(id, {"a": a, "x": x}, rank, tier) for id, a, x, rank, tier in rows])

    def overruled(facts):
        return [old.id for old in combined(base, facts, TIERS).overruled]

    assert overruled({"a": False, "x": 5}) == ["above"]
    assert overruled({"a": True, "x": 5}) == ["own"]
    assert overruled({"x": 5}) == []
    assert combined(base, {"x": 5}, TIERS).by_tier["own"].high == 1


@settings(max_examples=250, deadline=None)
@given(tiered(whole=True, most=10), facts(SCHEMA, whole=True))
def test_the_tiers_together_equal_the_definition_where_all_is_known(precedents, new):
    found = combined(Base(SCHEMA, precedents), new, TIERS)

    assert pair(found.bounds) == layered(SCHEMA, new, by_tier(precedents))
    assert (found.bounds.possible_low, found.bounds.possible_high) == pair(found.bounds)


@settings(max_examples=100, deadline=None)
@given(tiered(most=4), facts(SCHEMA))
def test_no_completion_goes_beyond_the_bounds_of_the_tiers_together(precedents, new):
    few = [old for old in precedents if len(old.facts) >= 3][:3]
    found = combined(Base(SCHEMA, few), new, TIERS)
    bounds, overruled = found.bounds, {old.id for old in found.overruled}
    wholes = [completions(SCHEMA, old.facts, (-3.0, 0.5, 3.0)) for old in few]

    for whole in completions(SCHEMA, new, VALUES[1:4]):
        for chosen in itertools.product(*wholes):
            old = [Precedent(p.id, each, p.outcome, p.tier) for p, each in zip(few, chosen, strict=True)]
            for one in old:
                if one.id in overruled:
                    low, high = layered(SCHEMA, whole, by_tier(old)[: TIERS.index(one.tier)])
                    assert low <= high
                    assert not low <= one.outcome <= high
            low, high = layered(SCHEMA, whole, by_tier(old))
            assert bounds.low <= low <= bounds.possible_low
            assert bounds.possible_high <= high <= bounds.high


@settings(max_examples=100, deadline=None)
@given(tiered(), facts(SCHEMA))
def test_a_single_tier_is_what_it_is_by_itself(precedents, new):
    rows = Base(SCHEMA, precedents)
    found = combined(rows, new, ("own",))

    assert found.by_tier == {"own": rows.bounds(new, rows.of_tier("own"))}
    assert found.bounds == found.by_tier["own"]
