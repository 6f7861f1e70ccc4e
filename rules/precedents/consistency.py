"""Where precedents contradict one another, the exact smallest set to set aside, and which carry the base.

Two precedents conflict when one case is at least as grave as the other for every completion and got less. That
relation is transitive, so the smallest repair is what is left beside a largest set without a pair in it, and a
maximum matching finds that exactly (Dilworth, Koenig): no search, and fast on thousands of precedents.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rules.precedents.base import Base
from rules.precedents.index import members
from rules.precedents.schema import Facts, Precedent


@dataclass(frozen=True)
class Consistency:
    """What was found in a base.

    `landmarks` are precedents whose outcome no other precedent of the same outcome gives; `situations` counts
    repeated facts once. `graver_than` has by number the set of those each contradicts: pairs may run to millions.
    """

    precedents: tuple[Precedent, ...]
    graver_than: Mapping[int, int]
    repair: tuple[Precedent, ...]
    landmarks: tuple[Precedent, ...]
    situations: int

    @property
    def count(self) -> int:
        """How many pairs conflict."""
        return sum(others.bit_count() for others in self.graver_than.values())

    @property
    def consistent(self) -> int:
        """How many precedents are in no conflict."""
        touched = sum(1 << number for number in self.graver_than)
        for others in self.graver_than.values():
            touched |= others
        return len(self.precedents) - touched.bit_count()

    def conflicts(self) -> Iterator[tuple[Precedent, Precedent]]:
        """The pairs that conflict: the graver case with the milder outcome, then the other."""
        for number, others in self.graver_than.items():
            for other in members(others):
                yield self.precedents[number], self.precedents[other]


@dataclass(frozen=True)
class Impact:
    """What one more precedent would do: whom it would contradict, which open cases it would bind, whether it is new."""

    conflicts: tuple[Precedent, ...]
    newly_bound: tuple[int, ...]
    landmark: bool


def examine(base: Base) -> Consistency:
    """Conflicts, repair and landmarks of a base."""
    index, precedents = base.index, base.precedents
    graver_than: dict[
        int, int
    ] = {}  # the precedents each one contradicts by being graver and having got less
    landmarks, situations = [], 0
    for number, precedent in enumerate(precedents):
        below, _ = index.binding(precedent.facts, lower=True)
        above, _ = index.binding(precedent.facts, lower=False)
        heavier = below & sum(index.given[precedent.outcome + 1 :])
        if heavier:
            graver_than[number] = heavier
        mine = 1 << number
        if _new(base, precedent, below & ~mine, above & ~mine):
            landmarks.append(precedent)
        later = below & above & ~(mine - 1)  # the same facts again, itself included
        situations += _new(base, precedent, below & ~later, above & ~later)
    repair = tuple(precedents[number] for number in smallest_repair(graver_than))
    return Consistency(precedents, graver_than, repair, tuple(landmarks), situations)


def impact(base: Base, precedent: Precedent, open_cases: Iterable[Facts]) -> Impact:
    """What publishing this precedent would do; `newly_bound` are the places of the open cases in their order."""
    index, rank = base.index, precedent.outcome
    below, _ = index.binding(precedent.facts, lower=True)
    above, _ = index.binding(precedent.facts, lower=False)
    against = (below & sum(index.given[rank + 1 :])) | (above & sum(index.given[:rank]))
    alone = Base(base.schema, [precedent])
    bound = []
    for place, facts in enumerate(open_cases):
        before, added = base.bounds(facts), alone.bounds(facts)
        if before.low < before.high and max(before.low, added.low) >= min(before.high, added.high):
            bound.append(place)
    conflicts = tuple(base.precedents[number] for number in members(against))
    return Impact(conflicts, tuple(bound), _new(base, precedent, below, above))


def smallest_repair(graver_than: dict[int, int]) -> list[int]:
    """The fewest members whose removal leaves no pair; `graver_than` must be transitive and without circles."""
    partner, holder = _matching(graver_than)
    # Koenig: what alternating paths reach from the unmatched on the left
    left, unseen, reached = [one for one in graver_than if one not in partner], -1, set()
    while left:
        one = left.pop()
        reached.add(one)
        fresh = graver_than[one] & unseen
        unseen &= ~fresh
        left += [
            holder[other] for other in members(fresh)
        ]  # in a largest matching every one of them has a holder
    crossed = {other for other in holder if not unseen >> other & 1}
    return sorted((graver_than.keys() - reached) | crossed)


def _matching(graver_than: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """A largest matching (Hopcroft and Karp): who is matched to whom from the left, and from the right."""
    partner: dict[int, int] = {}
    holder: dict[int, int] = {}
    every = 0
    for others in graver_than.values():
        every |= others
    taken = 0
    while True:
        layers = _layers(graver_than, partner, holder, every, taken)
        if not layers:
            return partner, holder
        for start in [one for one in graver_than if one not in partner]:
            taken |= _augment(start, graver_than, partner, holder, layers)


def _layers(graver_than: dict, partner: dict, holder: dict, every: int, taken: int) -> list[int]:
    """The right side by its distance from the unmatched left, up to the first layer with a free member."""
    front, unseen, layers = [one for one in graver_than if one not in partner], every, []
    while front:
        layer = 0
        for one in front:
            layer |= graver_than[one]
        layer &= unseen
        unseen &= ~layer
        free = layer & ~taken
        if free:
            return [*layers, free]
        layers.append(layer)
        front = [holder[other] for other in members(layer)]
    return []


def _augment(start: int, graver_than: dict, partner: dict, holder: dict, layers: list[int]) -> int:
    """One more pair along a shortest path through the layers, whose members are used up; the newly taken, or 0."""
    path = [start]
    while path:
        depth = len(path) - 1
        options = graver_than[path[-1]] & layers[depth]
        if not options:
            path.pop()
            continue
        other = (options & -options).bit_length() - 1
        layers[depth] &= ~(1 << other)
        if depth == len(layers) - 1:
            for one in reversed(path):  # each takes the next, and gives up what it had to the one before
                previous = partner.get(one)
                partner[one], holder[other] = other, one
                other = previous
            return options & -options
        path.append(holder[other])
    return 0


def _new(base: Base, precedent: Precedent, below: int, above: int) -> bool:
    """Whether its outcome does not follow from others of the same outcome."""
    same, rank = base.index.given[precedent.outcome], precedent.outcome
    held_below = rank == 0 or below & same
    held_above = rank == base.schema.gravest or above & same
    return not (held_below and held_above)
