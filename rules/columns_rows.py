"""Cases laid side by side, as the planes that columns read.

A value of a fact matters only by the cells it lies in (cells.py), so each value is looked up once, as a mark, and a
case is a handful of marks: amounts and dates are compared with their thresholds when they are first seen, not case
by case.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rules.cells import cut_cells
from rules.conditions import Test
from rules.vocabulary import Vocabulary

UNREAD = 0  # the mark of a value that no comparison reads


class Marks:
    """Every value that cases were found to have, by a number; values that no comparison tells apart share one."""

    def __init__(self, tests: Sequence[Test], words: Vocabulary):
        self.tests = tuple(tests)
        self.variables = cut_cells(list(tests), words)
        self.of_fact: dict[str, list[int]] = {}  # the numbers of a fact's variables
        for number, variable in enumerate(self.variables):
            self.of_fact.setdefault(variable.fact, []).append(number)
        self.presumed: list[int | None] = [None] * len(
            self.variables
        )  # the cell as which each is read when unknown
        for number, variable in enumerate(self.variables):
            presume = words.facts[variable.fact].presume
            if presume is not None:
                self.presumed[number] = variable.cell(presume)
        # of each mark: the fact, and for each of its variables the cell; the first is of whatever no comparison reads
        self.meaning: list[tuple[str, tuple[int, ...]]] = [("", ())]
        self._numbers: dict[tuple, int] = {}

    def mark(self, fact: str, value: object) -> int:
        """The mark of a value; UNREAD where no comparison reads the fact."""
        if fact not in self.of_fact:
            return UNREAD
        meaning = fact, self._cells(fact, value)
        if meaning not in self._numbers:
            self._numbers[meaning] = len(self.meaning)
            self.meaning.append(meaning)
        return self._numbers[meaning]

    def marks(self, facts: dict[str, object]) -> list[int]:
        """The marks of a whole case."""
        return [self.mark(fact, value) for fact, value in facts.items() if fact in self.of_fact]

    def facts(self, marks: Iterable[int]) -> dict[str, object]:
        """A case with these marks; its values are some that no comparison tells from those it was found with."""
        found: dict[str, object] = {}
        for mark in marks:
            fact, cells = self.meaning[mark]
            variables = [self.variables[number] for number in self.of_fact[fact]]
            if variables[0].member is None:
                found[fact] = variables[0].labels[cells[0]]
            else:
                found[fact] = [one.member for one, cell in zip(variables, cells, strict=True) if cell == 0]
        return found

    def _cells(self, fact: str, value: object) -> tuple[int, ...]:
        return tuple(self.variables[number].cell(value) for number in self.of_fact[fact])


class Rows:
    """Some cases, each a row known by its number."""

    def __init__(self, marks: Marks):
        self.of, self.count = marks, 0
        self._rows: defaultdict[int, list[int]] = defaultdict(list)  # by mark
        self._made: dict[str, tuple] = {}  # what was worked out since the last case came

    def add(self, marks: Iterable[int]) -> int:
        """One more case; returns its number."""
        row, rows = self.count, self._rows
        self.count += 1
        self._made.clear()
        for mark in marks:
            rows[mark].append(row)
        return row

    def marks_of(self, row: int) -> tuple[int, ...]:
        return tuple(mark for mark, rows in self._rows.items() if mark != UNREAD and row in rows)

    @property
    def every(self) -> int:
        return (1 << self.count) - 1

    def _cells(self) -> list[list[int]]:
        """For each variable the plane of each of its cells."""
        planes = [[0] * len(variable.labels) for variable in self.of.variables]
        for mark, rows in self._rows.items():
            if mark != UNREAD:
                fact, cells = self.of.meaning[mark]
                here = plane(rows, self.count)
                for number, cell in zip(self.of.of_fact[fact], cells, strict=True):
                    planes[number][cell] |= here
        return planes

    def planes(self, filling: Sequence[int | None] = ()) -> tuple[list[int], list[int], int]:
        """What `Columns` reads: for each comparison where it is true and where it is false; and every case.

        `filling` holds for each variable the cell in which it is to lie wherever it is unknown; None: it stays unknown.
        """
        if "planes" not in self._made:
            self._made["planes"] = self._tested()
        true, false, unknown = self._made["planes"]
        true, false = list(true), list(false)
        for variable, here, cell in zip(self.of.variables, unknown, filling, strict=bool(filling)):
            if here and cell is not None:
                truth = variable.truths[cell]
                for number in variable.tests:
                    if number in truth:
                        true[number] |= here
                    else:
                        false[number] |= here
        return true, false, self.every

    def _tested(self) -> tuple[list[int], list[int], list[int]]:
        """For each comparison where it is true and where it is false; for each variable where it is unknown."""
        marks, every = self.of, self.every
        true, false, unknown = [0] * len(marks.tests), [0] * len(marks.tests), []
        for variable, planes in zip(marks.variables, self._cells(), strict=True):
            known = union(planes)
            unknown.append(every ^ known)
            for number in variable.tests:
                holds = union(
                    here for here, truth in zip(planes, variable.truths, strict=True) if number in truth
                )
                true[number], false[number] = holds, known ^ holds
        return true, false, unknown


def union(planes: Iterable[int]) -> int:
    found = 0
    for one in planes:
        found |= one
    return found


def plane(rows: Iterable[int], count: int) -> int:
    """The plane of `count` cases in which these rows are set."""
    digits = bytearray(b"0") * count
    for row in rows:
        digits[~row] = 49  # "1"; the first case is the last digit
    return int(digits, 2)
