"""Where precedents contradict one another, the exact smallest set to set aside, and which carry the base.

Two precedents conflict when one case is at least as grave as the other for every completion and got less.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.precedents.base import Base
from rules.precedents.index import members
from rules.precedents.repair import smallest_repair, smallest_repairs
from rules.precedents.schema import Precedent


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
class Reliability:
    """How many other precedents are decided as this one requires, and how many against it."""

    agreeing: int
    conflicting: int

    @property
    def share(self) -> float | None:
        """Of those it bears on, the share that agrees; None where it bears on none."""
        heard = self.agreeing + self.conflicting
        return self.agreeing / heard if heard else None


def examine(base: Base) -> Consistency:
    """Conflicts, repair and landmarks of a base."""
    index, precedents = base.index, base.precedents
    graver_than: dict[int, int] = {}  # whom each contradicts by being graver and having got less
    landmarks, situations = [], 0
    for number, precedent in enumerate(precedents):
        below, _ = index.binding(precedent.facts, lower=True)
        above, _ = index.binding(precedent.facts, lower=False)
        heavier = below & sum(index.given[precedent.outcome + 1 :])
        if heavier:
            graver_than[number] = heavier
        mine = 1 << number
        if not follows(base, precedent, below & ~mine, above & ~mine):
            landmarks.append(precedent)
        later = below & above & ~(mine - 1)  # the same facts again, itself included
        situations += not follows(base, precedent, below & ~later, above & ~later)
    repair = tuple(precedents[number] for number in smallest_repair(graver_than))
    return Consistency(precedents, graver_than, repair, tuple(landmarks), situations)


def alternatives(base: Base, limit: int) -> tuple[tuple[Precedent, ...], ...]:
    """Other repairs as small as the one `examine` names, at most `limit` of them, always the same ones."""
    found = examine(base)
    own = smallest_repair(found.graver_than)
    others = (repair for repair in smallest_repairs(found.graver_than) if repair != own)
    return tuple(
        tuple(base.precedents[number] for number in repair) for repair in itertools.islice(others, limit)
    )


def reliability(base: Base, precedent: Precedent) -> Reliability:
    """Of the others it bears on, how many are decided as it requires, and how many not."""
    index, rank = base.index, precedent.outcome
    others = base.without(precedent)
    below = index.binding(precedent.facts, lower=True)[0] & others
    above = index.binding(precedent.facts, lower=False)[0] & others
    against = contradicting(base, precedent, below, above)
    alike = 0
    if rank > 0:  # it holds from below whatever is as grave, and that is what holds it from above
        alike |= above & sum(index.given[rank:])
    if rank < base.schema.gravest:
        alike |= below & sum(index.given[: rank + 1])
    return Reliability((alike & ~against).bit_count(), against.bit_count())


def follows(base: Base, precedent: Precedent, below: int, above: int) -> bool:
    """Whether its outcome follows from others of the same outcome, given who binds it from below and from above."""
    same, rank = base.index.given[precedent.outcome], precedent.outcome
    held_below = rank == 0 or below & same
    held_above = rank == base.schema.gravest or above & same
    return bool(held_below and held_above)


def contradicting(base: Base, precedent: Precedent, below: int, above: int) -> int:
    """Of those that bind it from below and from above, the set whose outcome it goes against."""
    given, rank = base.index.given, precedent.outcome
    return (below & sum(given[rank + 1 :])) | (above & sum(given[:rank]))
