"""The nearest precedents for each outcome, and how the case can be argued from and away from each."""

from collections.abc import Iterator
from datetime import date
from weakref import WeakKeyDictionary

from casebook.models import Tier
from rules.factor import OUTCOMES
from rules.factors import book
from rules.precedents import Base
from rules.precedents import Precedent as Decided
from rules.precedents.consistency import Reliability, reliability
from rules.precedents.index import Tally, members
from rules.precedents.moves import moves
from rules.precedents.proof import CERTAIN, binds
from rules.precedents.reasons import constrains
from rules.precedents.schema import Facts

MOST = 5
TIED = 30  # of more that are equally near, those of the weightiest tier and the newest are ordered by reliability
_ORDER = {str(tier): place for place, tier in enumerate(Tier)}
_NOT_A_FACTOR = (
    "case"  # identity, time and procedure: no abstract factor under which one fact could stand for another
)


def nearest(base: Base, relied_on: Base, facts: Facts, ordinary: Facts) -> dict[str, list[dict]]:
    """Up to five for each outcome: the fewest distinctions, then tier, then reliability, then the newest.

    Nearness is by comparison of facts alone, and never a reason by itself. `relied_on` has the precedents whose
    agreement makes one reliable. What both have as in `ordinary`, the case of which nothing out of the way was found,
    is not called shared.
    """
    found = {outcome: _of(base, relied_on, facts, rank, ordinary) for rank, outcome in enumerate(OUTCOMES)}
    _counter(found)
    return found


def abstract_factors() -> dict[str, str]:
    """The abstract factor of each factor that has one."""
    return {
        name: one.abstract
        for name, one in book().factors.items()
        if one.abstract and one.abstract != _NOT_A_FACTOR
    }


_trusted: WeakKeyDictionary[Base, dict[object, Reliability]] = WeakKeyDictionary()


def _reliability(base: Base, one: Decided) -> Reliability:
    """Asked once for each base: a base never changes."""
    known = _trusted.setdefault(base, {})
    if one.id not in known:
        known[one.id] = reliability(base, one)
    return known[one.id]


def _of(base: Base, relied_on: Base, facts: Facts, rank: int, ordinary: Facts) -> list[dict]:
    best: dict[int, tuple[int, bool]] = {}
    for lower in (True, False):
        if rank != (0 if lower else base.schema.gravest):  # from this side that outcome holds nothing
            for different, number in _by_distinctions(base, facts, rank, lower):
                if number not in best or different < best[number][0]:
                    best[number] = different, lower
    found = [(different, lower, base.precedents[number]) for number, (different, lower) in best.items()]
    keyed = []
    for different, lower, one in found:
        trust = _reliability(relied_on, one)
        share = -1.0 if trust.share is None else trust.share
        place = different, _ORDER[one.tier], -share, -(one.decided_on or date.min).toordinal(), one.id
        keyed.append((place, lower, one, trust))
    keyed.sort(key=lambda item: item[0])
    return [_entry(base, facts, one, lower, trust, ordinary) for _, lower, one, trust in keyed[:MOST]]


def _by_distinctions(base: Base, facts: Facts, rank: int, lower: bool) -> Iterator[tuple[int, int]]:
    """(distinctions, number) of the nearest of one outcome, all of those that tie with the last up to a limit."""
    blocks = list(base.index.blocks(facts, lower))
    seen = 0
    for different, group in Tally(block.never for block in blocks).groups(base.index.given[rank]):
        for place, number in enumerate(members(group)):
            if place == TIED:
                break
            yield different, number
            seen += 1
        if seen >= MOST:
            return


def _entry(base: Base, facts: Facts, one: Decided, lower: bool, trust: Reliability, ordinary: Facts) -> dict:
    """One precedent beside the case. Its moves: cite, distinguish, downplay, emphasise, counterexample."""
    found = moves(base.schema, facts, one, abstract_factors(), lower)
    how = binds(base.schema, facts, one, lower)
    return {
        "code": one.id,
        "side": "below" if lower else "above",
        "binds": how,
        "by_reasons": how != CERTAIN and constrains(base.schema, facts, one, lower) == CERTAIN,
        "shared": [name for name in found.shared if facts[name] is True or facts[name] != ordinary.get(name)],
        "stronger": list(found.stronger),
        "weaker": list(found.weaker),
        "unknown": list(found.unknown),
        "downplayed": dict(found.downplayed),
        "emphasised": list(found.emphasised),
        "counterexamples": [],
        "reliability": {"agreeing": trust.agreeing, "conflicting": trust.conflicting},
    }


def _counter(found: dict[str, list[dict]]) -> None:
    """Note with each precedent those of another outcome that are at least as on point: they share all it shares."""
    every = [(OUTCOMES.index(outcome), one) for outcome, listed in found.items() for one in listed]
    for rank, one in every:
        if not one["shared"]:
            continue
        one["counterexamples"] = [
            other["code"]
            for other_rank, other in every
            if (other_rank < rank if one["side"] == "below" else other_rank > rank)
            and set(one["shared"]) <= set(other["shared"])
        ][:2]
