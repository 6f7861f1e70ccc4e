"""A base as sets of bits, one bit a precedent: a question to the whole base is a few dozen machine operations.

A factor is two sets. A dimension is the rank of each value, cut into binary digits, one set a digit: comparing
every precedent with a value takes one operation a digit.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rules.precedents.schema import Facts, Precedent, Schema

_PLANES = [bytes(49 if number >> bit & 1 else 48 for number in range(256)) for bit in range(8)]  # "0" or "1"


class Block(NamedTuple):
    """The precedents one fact keeps from binding: `never` for every completion of the unknown, `doubt` for some."""

    name: str
    never: int
    doubt: int


class Index:
    """The sets of one base. `given[rank]` has the precedents of that outcome, `all` every one."""

    def __init__(self, schema: Schema, precedents: Sequence[Precedent]):
        self.schema = schema
        self.size = len(precedents)
        self.all = (1 << self.size) - 1
        outcomes = [precedent.outcome for precedent in precedents]
        self.given = [
            plane(bytes([outcome == rank for outcome in outcomes])) for rank in range(len(schema.outcomes))
        ]
        self.factors: dict[str, tuple[int, int, int]] = {}
        for name, graver in schema.factors.items():
            codes = {not graver: 1, graver: 2, None: 4}
            column = bytes([codes[precedent.facts.get(name)] for precedent in precedents])
            self.factors[name] = (plane(column), plane(column, 1), plane(column, 2))
        self.scales = {
            name: Scale([schema.gravity(name, precedent.facts) for precedent in precedents])
            for name in schema.dimensions
        }

    def blocks(self, facts: Facts, lower: bool) -> Iterator[Block]:
        """What keeps precedents from binding this case from below (`lower`: it is as grave as they), or from above."""
        for name, (mild, grave, unknown) in self.factors.items():
            value = self.schema.gravity(name, facts)
            against = grave if lower else mild
            if value is None:
                yield Block(name, 0, against | unknown)
            elif value != lower:
                yield Block(name, against, unknown)
        for name, scale in self.scales.items():
            value = self.schema.gravity(name, facts)
            if value is None:
                yield Block(name, 0, self.all)
            else:
                never = scale.above(value) if lower else scale.below(value)
                yield Block(name, never, self.all & ~scale.known)

    def binding(self, facts: Facts, lower: bool) -> tuple[int, int]:
        """The precedents that bind from that side for every completion of the unknown facts, and for some."""
        never = doubt = 0
        for block in self.blocks(facts, lower):
            never |= block.never
            doubt |= block.doubt
        possible = self.all & ~never
        return possible & ~doubt, possible

    def ranks(self, found: int) -> tuple[int, ...]:
        """The outcomes that precedents of this set have, the mildest first."""
        return tuple(rank for rank, given in enumerate(self.given) if found & given)


class Scale:
    """The values of one dimension; `known` has the precedents that have one."""

    def __init__(self, column: Sequence[float | None]):
        self.known = plane(bytes([value is not None for value in column]))
        self.levels = array("d", sorted({value for value in column if value is not None}))
        rank = {value: number for number, value in enumerate(self.levels)}
        ranks = [0 if value is None else rank[value] for value in column]
        digits = max(len(self.levels) - 1, 0).bit_length()
        parts = [bytes([number >> low & 255 for number in ranks]) for low in range(0, digits, 8)]
        self.digits = [plane(parts[digit // 8], digit % 8) for digit in range(digits)]

    def above(self, value: float) -> int:
        return self._from(bisect_right(self.levels, value))

    def below(self, value: float) -> int:
        return self.known & ~self._from(bisect_left(self.levels, value))

    def _from(self, rank: int) -> int:
        """The precedents of this rank and higher ones."""
        if rank == len(self.levels):
            return 0
        found = self.known
        for digit, holders in enumerate(self.digits):  # the higher digit decides, so it comes last
            found = holders & found if rank >> digit & 1 else holders | found
        return found & self.known


class Tally:
    """For each precedent a count, held in binary: one set a digit."""

    def __init__(self, sets: Iterable[int]):
        self.digits: list[int] = []
        for carry in sets:
            for digit, holders in enumerate(self.digits):
                if not carry:
                    break
                self.digits[digit] = holders ^ carry
                carry &= holders  # noqa: PLW2901
            if carry:
                self.digits.append(carry)

    def groups(self, among: int) -> Iterator[tuple[int, int]]:
        """(count, precedents with that count), the smallest first."""
        return grouped(self.digits, among)


def grouped(digits: Sequence[int], among: int) -> Iterator[tuple[int, int]]:
    """(number, precedents whose digits make that number), the smallest first, lowest digit first in `digits`."""
    if not among:
        return
    if not digits:
        yield 0, among
        return
    *lower, top = digits
    yield from grouped(lower, among & ~top)
    for number, members in grouped(lower, among & top):
        yield number + (1 << len(lower)), members


def plane(column: bytes, bit: int = 0) -> int:
    """The set of the precedents whose number in the column, one for each in order, has this bit."""
    return int(column.translate(_PLANES[bit])[::-1] or b"0", 2)


def members(found: int) -> Iterator[int]:
    """The numbers of the precedents in a set, in order."""
    text = format(found, "b")[::-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)
