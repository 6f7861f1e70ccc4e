"""A base as sets of bits, one bit a precedent: a question to the whole base is a few dozen machine operations.

A factor is two sets. A dimension is the rank of each value, cut into binary digits, one set a digit: comparing
every precedent with a value takes one operation a digit.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from rules.precedents.packed import columns, layout
from rules.precedents.schema import Facts, Precedent, Schema

FINEST = 1 << 14  # up to so many values of a dimension each have a rank of their own
_PLANES = [bytes(49 if number >> bit & 1 else 48 for number in range(256)) for bit in range(8)]  # "0" or "1"
_BITS = [tuple(bit for bit in range(8) if number >> bit & 1) for number in range(256)]
_ANY = re.compile(rb"[^\0]")


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
        where = layout(tuple(schema.factors), tuple(schema.dimensions))
        rows = [where.pack(precedent.facts) for precedent in precedents]
        factors, values = columns(rows, where)
        self.factors: dict[str, tuple[int, int, int]] = {}  # the mild, the grave, and where it is unknown
        for name, graver in schema.factors.items():
            present, unknown = plane(factors[name]), plane(factors[name], 1)
            absent = self.all & ~present & ~unknown
            self.factors[name] = (absent, present, unknown) if graver else (present, absent, unknown)
        self.scales = {}
        for name, graver in schema.dimensions.items():
            column = values[name] if graver else array("d", [-value for value in values[name]])
            self.scales[name] = Scale(column, partial(_gravity, schema, precedents, name))

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
        return self.left(self.blocks(facts, lower))

    def left(self, blocks: Iterable[Block]) -> tuple[int, int]:
        """The precedents that these do not keep from binding: for every completion, and for some."""
        never = doubt = 0
        for block in blocks:
            never |= block.never
            doubt |= block.doubt
        possible = self.all & ~never
        return possible & ~doubt, possible

    def ranks(self, found: int) -> tuple[int, ...]:
        """The outcomes that precedents of this set have, the mildest first."""
        return tuple(rank for rank, given in enumerate(self.given) if found & given)


def _gravity(schema: Schema, precedents: Sequence[Precedent], name: str, number: int) -> float | None:
    return schema.gravity(name, precedents[number].facts)


class Scale:
    """The values of one dimension; `known` has the precedents that have one.

    Values are ranked as they stand; where there are very many, neighbours share a rank, and the few precedents that
    share one with the value asked for are compared with it one by one.
    """

    def __init__(self, column: array, value_of: Callable[[int], float], finest: int = FINEST):
        self.value_of = value_of  # instead of the column, which would be most of what the scale holds
        self.known = plane(bytes([value == value for value in column]))  # NaN alone is unlike itself
        ordered = sorted(value for value in column if value == value)
        self.edges, self.shared = _edges(ordered, finest)
        ranks = [bisect_right(self.edges, value) - 1 if value == value else 0 for value in column]
        digits = max(len(self.edges) - 1, 0).bit_length()
        parts = [bytes([number >> low & 255 for number in ranks]) for low in range(0, digits, 8)]
        self.digits = [plane(parts[digit // 8], digit % 8) for digit in range(digits)]
        self._last: tuple[float | None, int, int] = (None, 0, 0)

    def above(self, value: float) -> int:
        return self._compared(value)[0]

    def below(self, value: float) -> int:
        return self._compared(value)[1]

    def least(self, among: int) -> float:
        """The smallest value of these precedents, each of which must have one."""
        return self._extreme(among, most=False)

    def most(self, among: int) -> float:
        """The largest value of these precedents, each of which must have one."""
        return self._extreme(among, most=True)

    def _extreme(self, among: int, most: bool) -> float:
        rank = 0
        for digit in reversed(range(len(self.digits))):
            holders = among & self.digits[digit]
            others = among & ~self.digits[digit]
            up = bool(holders) if most else not others
            among = holders if up else others
            rank |= up << digit
        if not self.shared[rank]:
            return self.edges[rank]
        return (max if most else min)(map(self.value_of, members(among)))

    def _compared(self, value: float) -> tuple[int, int]:
        """The precedents with a larger value, and with a smaller one; the last answer is kept for the other side."""
        asked, above, below = self._last
        if asked != value:
            above, below = self._compare(value)
            self._last = value, above, below
        return above, below

    def _compare(self, value: float) -> tuple[int, int]:
        rank = bisect_right(self.edges, value) - 1
        if rank < 0:
            return self.known, 0
        above, same = self._from(rank + 1), self._from(rank)
        below = self.known & ~same
        if not self.shared[rank]:
            return above, below if self.edges[rank] == value else self.known & ~above
        larger, smaller = [], []
        for number in members(same & ~above):
            other = self.value_of(number)
            if other != value:
                (larger if other > value else smaller).append(number)
        return above | union(larger), below | union(smaller)

    def _from(self, rank: int) -> int:
        """The precedents of this rank and higher ones."""
        if rank == len(self.edges):
            return 0
        found = self.known
        for digit, holders in enumerate(self.digits):  # the higher digit decides, so it comes last
            found = holders & found if rank >> digit & 1 else holders | found
        return found & self.known


def _edges(ordered: list[float], finest: int) -> tuple[array, bytearray]:
    """The least value of each rank, and whether the rank has other values too; a rank of many has one value only."""
    edges, shared = array("d"), bytearray()
    room = len(ordered) // finest if len(set(ordered)) > finest else 0  # so many precedents may share a rank
    left = 0
    for value, many in groupby(ordered):
        count = len(list(many))
        if left >= count and edges:
            left -= count
            shared[-1] = 1
        else:
            edges.append(value)
            shared.append(0)
            left = room - count
    return edges, shared


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


def union(numbers: Sequence[int]) -> int:
    """The set of precedents with these numbers, in order."""
    content = bytearray(numbers[-1] // 8 + 1 if numbers else 0)
    for number in numbers:
        content[number // 8] |= 1 << number % 8
    return int.from_bytes(content, "little")


def members(found: int) -> Iterator[int]:
    """The numbers of the precedents in a set, in order."""
    content = found.to_bytes((found.bit_length() + 7) // 8, "little")
    for eight in _ANY.finditer(content):
        start = eight.start()
        for bit in _BITS[content[start]]:
            yield 8 * start + bit
