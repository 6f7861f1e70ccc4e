"""What is worth asking, what one answer would settle, and what it would take to leave the bounds."""

from collections.abc import Iterator
from dataclasses import dataclass

from pysat.examples.hitman import Hitman

from rules.precedents.index import Block, Index, Tally, members
from rules.precedents.schema import Facts, Precedent

Sides = tuple[list[Block], list[Block]]  # what keeps precedents from binding from below, and from above


@dataclass(frozen=True)
class Settling:
    """One unknown fact and a value of it that would move a bound: `relation` is is, at_least or at_most.

    `low` and `high` are the bounds that would then hold.
    """

    name: str
    relation: str
    value: bool | float
    low: int
    high: int


@dataclass(frozen=True)
class Change:
    """A known fact, and what it would have to be instead: `relation` is is, below or above."""

    name: str
    relation: str
    value: bool | float


def questions(index: Index, facts: Facts, low: int, high: int, sides: Sides | None = None) -> tuple[str, ...]:
    """The unknown facts that stand between this case and a binding precedent, the most promising first.

    A precedent that is n answers away counts 4 to the minus n for each of them. Nothing to ask once bound. `sides`
    are the blocks of these facts where they are at hand.
    """
    score = dict.fromkeys((name for name in index.schema.names if facts.get(name) is None), 0)
    for blocks, waiting in _waiting(index, facts, low, high, sides):
        for count, group in Tally(block.doubt for block in blocks).groups(waiting):
            for block in blocks:
                score[block.name] += 4 ** (len(score) - count) * (block.doubt & group).bit_count()
    return tuple(sorted((name for name in score if score[name]), key=lambda name: -score[name]))


def settling(
    index: Index, precedents: tuple[Precedent, ...], facts: Facts, low: int, high: int
) -> tuple[Settling, ...]:
    """Each single answer that would move a bound, for a dimension the least that would."""
    found = []
    for lower, (blocks, waiting) in zip((True, False), _waiting(index, facts, low, high), strict=False):
        near = dict(Tally(block.doubt for block in blocks).groups(waiting)).get(1, 0)
        for block in blocks:
            reached: dict[float, int] = {}  # how grave the answer, and the rank it reaches
            for number in members(block.doubt & near):
                rank = precedents[number].outcome
                level = index.schema.gravity(block.name, precedents[number].facts)
                if level is None:  # a factor the precedent leaves open: only its far end is sure
                    level = int(lower)
                best = reached.get(level, rank)
                reached[level] = max(best, rank) if lower else min(best, rank)
            bound = low if lower else high
            for level in sorted(reached, reverse=not lower):
                rank = reached[level]
                if rank > bound if lower else rank < bound:
                    bound = rank
                    relation, value = _said(index, block.name, level, "at_least" if lower else "at_most")
                    bounds = (rank, high) if lower else (low, rank)
                    found.append(Settling(block.name, relation, value, *bounds))
    return tuple(found)


def leaving(
    index: Index, precedents: tuple[Precedent, ...], facts: Facts, low: int, high: int
) -> tuple[tuple[Change, ...], ...]:
    """The smallest sets of known facts whose change takes the case out of its lower bound, or of its upper bound.

    Every single change that does it; where no single one does, one set that is as small as any.
    """
    found: list[tuple[Change, ...]] = []
    for lower in (True, False):
        ranks = range(low, len(index.given)) if lower else range(high + 1)
        if (low == 0) if lower else (high == index.schema.gravest):
            continue
        certain, _ = index.binding(facts, lower)
        holding = [precedents[number] for rank in ranks for number in members(certain & index.given[rank])]
        ways = [_ways(index, facts, precedent, lower) for precedent in holding]
        if not all(ways):  # one of them binds whatever the known facts are
            continue
        single = frozenset.intersection(*ways)
        sets = [[name] for name in index.schema.names if name in single]
        if not sets:
            with Hitman(bootstrap_with=ways, htype="sorted") as hitman:
                sets = [sorted(hitman.get(), key=index.schema.names.index)]
        found += [tuple(_change(index, holding, name, lower) for name in names) for names in sets]
    return tuple(found)


def _waiting(
    index: Index, facts: Facts, low: int, high: int, sides: Sides | None = None
) -> Iterator[tuple[list[Block], int]]:
    """From below, then from above: what the unknown facts block, and the precedents answers alone could make bind.

    Only those that would move a bound.
    """
    if low >= high:
        return
    for number, lower in enumerate((True, False)):
        asked, blocked = [], 0
        for block in sides[number] if sides else index.blocks(facts, lower):
            if facts.get(block.name) is None:
                asked.append(block)
                if block.name in index.scales:  # no answer is sure to reach what the precedent leaves open
                    blocked |= index.all & ~index.scales[block.name].known
            else:
                blocked |= block.never | block.doubt
        useful = index.given[low + 1 :] if lower else index.given[:high]
        waiting = sum(useful) & ~blocked  # each precedent has one outcome, so the sum is the union
        yield asked, waiting


def _said(index: Index, name: str, level: float, relation: str) -> tuple[str, bool | float]:
    """A gravity in the words of the schema: a milder dimension runs the other way."""
    schema = index.schema
    if name in schema.factors:
        return "is", bool(level) == schema.factors[name]
    if schema.dimensions[name]:
        return relation, level
    turned = {"at_least": "at_most", "at_most": "at_least", "below": "above", "above": "below"}
    return turned[relation], -level


def _ways(index: Index, facts: Facts, precedent: Precedent, lower: bool) -> frozenset[str]:
    """The known facts by changing one of which alone this precedent would no longer bind."""
    schema, held = index.schema, set()
    for name in schema.names:
        if facts.get(name) is None:
            continue
        level = schema.gravity(name, precedent.facts)
        if name in schema.dimensions or level is None or level == lower:
            held.add(name)
    return frozenset(held)


def _change(index: Index, holding: list[Precedent], name: str, lower: bool) -> Change:
    if name in index.schema.factors:
        return Change(name, *_said(index, name, int(not lower), "is"))
    levels = [index.schema.gravity(name, precedent.facts) for precedent in holding]
    edge = min(levels) if lower else max(levels)
    return Change(name, *_said(index, name, edge, "below" if lower else "above"))
