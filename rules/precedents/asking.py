"""What is worth asking, what one answer would settle, and what it would take to leave the bounds."""

from collections.abc import Iterator
from dataclasses import dataclass

from pysat.examples.hitman import Hitman

from rules.precedents.index import Block, Index, Tally
from rules.precedents.schema import Facts

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


def settling(index: Index, facts: Facts, low: int, high: int) -> tuple[Settling, ...]:
    """Each single answer that would move a bound, for a dimension the least that would."""
    found = []
    for lower, (blocks, waiting) in zip((True, False), _waiting(index, facts, low, high), strict=False):
        near = dict(Tally(block.doubt for block in blocks).groups(waiting)).get(1, 0)
        for block in blocks:
            reached: dict[float, int] = {}  # how grave the answer must be, and the rank it reaches
            for rank in range(high) if not lower else reversed(range(low + 1, len(index.given))):
                holding = block.doubt & near & index.given[rank]
                if holding:  # the first to reach a level is the most that it can do
                    reached.setdefault(_edge(index, block.name, holding, lower), rank)
            bound = low if lower else high
            for level in sorted(reached, reverse=not lower):
                rank = reached[level]
                if rank > bound if lower else rank < bound:
                    bound = rank
                    relation, value = _said(index, block.name, level, "at_least" if lower else "at_most")
                    bounds = (rank, high) if lower else (low, rank)
                    found.append(Settling(block.name, relation, value, *bounds))
    return tuple(found)


def leaving(index: Index, facts: Facts, low: int, high: int) -> tuple[tuple[Change, ...], ...]:
    """The smallest sets of known facts whose change takes the case out of its lower bound, or of its upper bound.

    Every single change that does it; where no single one does, one set that is as small as any.
    """
    found: list[tuple[Change, ...]] = []
    for lower in (True, False):
        if (low == 0) if lower else (high == index.schema.gravest):
            continue
        certain, _ = index.binding(facts, lower)
        holding = certain & sum(index.given[low:] if lower else index.given[: high + 1])
        ways = _ways(index, facts, holding, lower)
        sets = [[name] for name, released in ways.items() if released == holding]
        if not sets:
            signatures = _signatures(ways, holding)
            if not all(signatures):  # one of them binds whatever the known facts are
                continue
            with Hitman(bootstrap_with=signatures, htype="sorted") as hitman:
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


def _ways(index: Index, facts: Facts, holding: int, lower: bool) -> dict[str, int]:
    """For each known fact those of the holding precedents that would no longer bind if it alone were otherwise."""
    ways = {}
    for name in index.schema.names:
        if facts.get(name) is None:
            continue
        ways[name] = holding
        if name in index.factors:
            mild, grave, _ = index.factors[name]
            ways[name] = holding & ~(mild if lower else grave)
    return ways


def _signatures(ways: dict[str, int], holding: int) -> list[list[str]]:
    """The sets of facts of which each releases the same precedents: every precedent is released by one of the sets."""
    groups: list[tuple[list[str], int]] = [([], holding)]
    for name, released in ways.items():
        split = [([*names, name], group & released) for names, group in groups]
        split += [(names, group & ~released) for names, group in groups]
        groups = [(names, group) for names, group in split if group]
    return [names for names, _ in groups]


def _change(index: Index, holding: int, name: str, lower: bool) -> Change:
    if name in index.schema.factors:
        return Change(name, *_said(index, name, int(not lower), "is"))
    return Change(
        name, *_said(index, name, _edge(index, name, holding, lower), "below" if lower else "above")
    )


def _edge(index: Index, name: str, holding: int, lower: bool) -> float:
    """The gravity that a case must reach, from below or above, for the nearest of these precedents to bind."""
    if name in index.factors:
        return int(lower)
    scale = index.scales[name]
    return scale.least(holding) if lower else scale.most(holding)
