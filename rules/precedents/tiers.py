"""What precedents of unequal authority require together: the higher prevails where a lower one contradicts it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.precedents.base import Base, Bounds
from rules.precedents.index import members
from rules.precedents.schema import Facts, Precedent

State = tuple[int, int]  # low, high


@dataclass(frozen=True)
class Combined:
    """`bounds` of all tiers together, and of each by itself.

    `prevailing`: the highest tier that by itself rules out an outcome, or "". `overridden`: the lower tiers with
    precedents that contradict what higher ones require; those are `overruled` here. All for every completion of the
    unknown facts.
    """

    bounds: Bounds
    by_tier: dict[str, Bounds]
    prevailing: str
    overridden: tuple[str, ...]
    overruled: tuple[Precedent, ...] = ()


@dataclass(frozen=True)
class Weightier:
    """Which of two contradicting precedents weighs more, and by what: tier, collective, date; None and "" if equal."""

    precedent: Precedent | None
    ground: str


def combined(base: Base, facts: Facts, tiers_in_order: Sequence[str]) -> Combined:
    """What the tiers require together, the highest first; a tier that is not named is left aside.

    A precedent that contradicts what higher tiers require does not count; contradictions within a tier remain, and
    nothing below them can settle them. Whether a higher tier overrules may itself hang on an unknown fact: `low` and
    `high` hold either way, and no completion goes beyond `possible_low` and `possible_high`.
    """
    gravest = base.schema.gravest
    sides = [base.index.binding(facts, lower) for lower in (True, False)]
    by_tier, states = {}, {(0, gravest)}
    prevailing, overridden, overruled = "", [], 0
    for tier in tiers_in_order:
        among = base.of_tier(tier)
        by_tier[tier] = base.bounds_from(sides, among)
        against = _beyond(base, states, sides[0][0] & among, sides[1][0] & among)
        if against:
            overridden.append(tier)
            overruled |= against
        below, above = (tuple(base.index.ranks(holding & among) for holding in side) for side in sides)
        states = {new for state in states for new in _following(state, below, above, gravest)}
        if not prevailing and (by_tier[tier].low, by_tier[tier].high) != (0, gravest):
            prevailing = tier
    bounds = Bounds(
        min(low for low, _ in states),
        max(high for _, high in states),
        max(low for low, _ in states),
        min(high for _, high in states),
        gravest,
    )
    found = tuple(base.precedents[number] for number in members(overruled))
    return Combined(bounds, by_tier, prevailing, tuple(overridden), found)


def weightier(one: Precedent, other: Precedent, tiers_in_order: Sequence[str]) -> Weightier:
    """By tier, then as adopted collectively, then by the later date; never averaged."""
    order = {tier: place for place, tier in enumerate(tiers_in_order)}
    places = [order.get(each.tier, len(order)) for each in (one, other)]
    if places[0] != places[1]:
        return Weightier(one if places[0] < places[1] else other, "tier")
    if one.collective != other.collective:
        return Weightier(one if one.collective else other, "collective")
    if one.decided_on and other.decided_on and one.decided_on != other.decided_on:
        return Weightier(one if one.decided_on > other.decided_on else other, "date")
    return Weightier(None, "")


def _following(state: State, below: tuple, above: tuple, gravest: int) -> set[State]:
    """Where one more tier can lead from here; `below` and `above` are the ranks it binds to: surely, and perhaps."""
    low, high = state
    if low > high:
        return {state}
    lows = _reach(
        [rank for rank in below[0] if rank <= high], [rank for rank in below[1] if rank <= high], low
    )
    highs = _reach(
        [gravest - rank for rank in above[0] if rank >= low],
        [gravest - rank for rank in above[1] if rank >= low],
        gravest - high,
    )
    return {(one, gravest - other) for one in lows for other in highs}


def _reach(surely: Sequence[int], perhaps: Sequence[int], least: int) -> set[int]:
    """The bounds that come of the sure ranks with any of the others."""
    sure = max([least, *surely])
    return {sure} | {rank for rank in perhaps if rank > sure}


def _beyond(base: Base, states: set[State], below: int, above: int) -> int:
    """Of the precedents that bind from below and above, those that contradict the higher tiers in whatever state."""
    if any(low > high for low, high in states):  # there the higher tiers contradict themselves
        return 0
    least, most = min(low for low, _ in states), max(high for _, high in states)
    return (below & sum(base.index.given[most + 1 :])) | (above & sum(base.index.given[:least]))
