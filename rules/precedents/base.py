"""What the precedents of a base require of a case, exactly, unknown facts on either side included.

Outcomes are ordered from mildest to gravest. A precedent whose case is no graver than the new one in any respect
holds it from below (no milder outcome than its own); one whose case is no milder holds it from above.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rules.precedents.asking import Sides, questions
from rules.precedents.index import Index, Tally, grouped, members, plane
from rules.precedents.schema import Facts, Outcome, Precedent, Schema

STATUSES = ("bound", "narrowed", "conflict", "open", "none")
REQUIRING = STATUSES[:3]  # those in which precedents rule something out
NEAREST = 5


@dataclass(frozen=True)
class Bounds:
    """`low` and `high` hold for every completion of the unknown facts, on either side; `possible_*` for some.

    Ranks among the outcomes. `gravest` is the rank of the gravest outcome.
    """

    low: int
    high: int
    possible_low: int
    possible_high: int
    gravest: int

    @property
    def status(self) -> str:
        """One word of STATUSES; `open` where precedents bind only for some completions, `none` where for none."""
        if self.low > self.high:
            return "conflict"
        if self.low == self.high:
            return "bound"
        if (self.low, self.high) != (0, self.gravest):
            return "narrowed"
        if (self.possible_low, self.possible_high) != (0, self.gravest):
            return "open"
        return "none"

    def joined(self, more: "Bounds") -> "Bounds":
        """The bounds of two sets of precedents together."""
        return Bounds(
            max(self.low, more.low),
            min(self.high, more.high),
            max(self.possible_low, more.possible_low),
            min(self.possible_high, more.possible_high),
            self.gravest,
        )


@dataclass(frozen=True)
class Report:
    """The answer for one case; `binding` holds for every completion, in the order of the base."""

    bounds: Bounds
    binding: tuple[Precedent, ...]
    nearest: Mapping[Outcome, tuple[Precedent, ...]]
    questions: tuple[str, ...]

    def document(self, outcomes: Sequence[Outcome]) -> dict:
        """The answer as plain data, ids for precedents and words for ranks."""
        bounds = self.bounds
        return {
            "status": bounds.status,
            "low": outcomes[bounds.low],
            "high": outcomes[bounds.high],
            "binding": [precedent.id for precedent in self.binding],
            "possible_low": outcomes[bounds.possible_low],
            "possible_high": outcomes[bounds.possible_high],
            "nearest": {
                outcome: [precedent.id for precedent in found] for outcome, found in self.nearest.items()
            },
            "questions": list(self.questions),
        }


@dataclass(frozen=True)
class Comparison:
    """A case beside a precedent, fact by fact, as the case stands to it: graver, milder, same or unknown."""

    graver: tuple[str, ...]
    milder: tuple[str, ...]
    same: tuple[str, ...]
    unknown: tuple[str, ...]


class Base:
    """Precedents that can be asked. Never changes once made; asking it changes nothing."""

    def __init__(self, schema: Schema, precedents: Iterable[Precedent]):
        self.schema = schema
        self.precedents = tuple(precedents)
        self.index = Index(schema, self.precedents)

    def bounds(self, facts: Facts, among: int = -1) -> Bounds:
        """What the precedents in the set `among` (default: all) require of these facts."""
        return self.bounds_from([self.index.binding(facts, lower) for lower in (True, False)], among)

    def bounds_from(self, sides: Sequence[tuple[int, int]], among: int) -> Bounds:
        """The same from what binds from below and from above, each for every completion and for some."""
        return self._bounds(*((certain & among, possible & among) for certain, possible in sides))

    def of_tier(self, tier: str) -> int:
        """The set of the precedents of one tier."""
        return self._tiers.get(tier, 0)

    def without(self, precedent: Precedent) -> int:
        """The set of all precedents but those of its id."""
        return self.index.all & ~plane(bytes([other.id == precedent.id for other in self.precedents]))

    def assess(self, facts: Facts) -> Report:
        """The whole answer for these facts."""
        sides = tuple(list(self.index.blocks(facts, lower)) for lower in (True, False))
        below, above = (self.index.left(blocks) for blocks in sides)
        bounds = self._bounds(below, above)
        given, gravest = self.index.given, self.schema.gravest
        binding = (below[0] & ~given[0]) | (above[0] & ~given[gravest])  # the others move no bound
        return Report(
            bounds,
            tuple(self.precedents[number] for number in members(binding)),
            self._nearest(sides),
            questions(self.index, facts, bounds.low, bounds.high, sides),
        )

    def compare(self, facts: Facts, precedent: Precedent) -> Comparison:
        """The two cases fact by fact."""
        found: dict[str, list[str]] = {"graver": [], "milder": [], "same": [], "unknown": []}
        for name in self.schema.names:
            here, there = self.schema.gravity(name, facts), self.schema.gravity(name, precedent.facts)
            if here is None or there is None:
                found["unknown"].append(name)
            else:
                found["graver" if here > there else "milder" if here < there else "same"].append(name)
        return Comparison(*(tuple(names) for names in found.values()))

    def _bounds(self, below: tuple[int, int], above: tuple[int, int]) -> Bounds:
        """The bounds of what binds from each side, for every completion and for some."""
        return Bounds(
            self._low(below[0]),
            self._high(above[0]),
            self._low(below[1]),
            self._high(above[1]),
            self.schema.gravest,
        )

    @cached_property
    def _tiers(self) -> dict[str, int]:
        tiers = [precedent.tier for precedent in self.precedents]
        return {tier: plane(bytes([each == tier for each in tiers])) for tier in dict.fromkeys(tiers)}

    def _low(self, holding: int) -> int:
        ranks = range(self.schema.gravest, 0, -1)
        return next((rank for rank in ranks if holding & self.index.given[rank]), 0)

    def _high(self, holding: int) -> int:
        ranks = range(self.schema.gravest)
        return next((rank for rank in ranks if holding & self.index.given[rank]), self.schema.gravest)

    def _nearest(self, sides: Sides) -> dict[Outcome, tuple[Precedent, ...]]:
        """For each outcome the precedents with the fewest facts in the way, then the fewest unknown, then in order."""
        found: dict[int, list[tuple[int, int, int]]] = {rank: [] for rank in range(self.schema.gravest + 1)}
        for lower, blocks in zip((True, False), sides, strict=True):
            doubts = Tally(block.doubt & ~block.never for block in blocks).digits
            differences = Tally(block.never for block in blocks).digits
            idle = 0 if lower else self.schema.gravest  # from this side that outcome holds nothing
            for rank in found:
                if rank != idle:
                    found[rank] += _closest(differences, doubts, self.index.given[rank])
        return {
            self.schema.outcomes[rank]: tuple(self.precedents[number] for number in _first(keys))
            for rank, keys in found.items()
        }


def _closest(differences: Sequence[int], doubts: Sequence[int], among: int) -> Iterator[tuple[int, int, int]]:
    """(differences, unknown, number) of the nearest, in order."""
    left = NEAREST
    for different, group in grouped(differences, among):
        for unknown, equal in grouped(doubts, group):
            for number in members(equal):
                yield different, unknown, number
                left -= 1
                if not left:
                    return


def _first(keys: list[tuple[int, int, int]]) -> list[int]:
    """The nearest, each once, from what holds from below and what holds from above."""
    return list(dict.fromkeys(number for *_, number in sorted(keys)))[:NEAREST]
