"""Cases laid side by side, as the planes that columns read.

A value of a fact matters only by the cells it lies in (cells.py), so each value is looked up once, as a mark, and a
case is a handful of marks: amounts and dates are compared with their thresholds when they are first seen, not case
by case.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rules.cells import Variable, cut_cells
from rules.columns import bits
from rules.conditions import Test
from rules.vocabulary import Vocabulary

_ONE = ord("1")
DAY = "*day"  # beside the facts: a day on which the conduct may have ended
SCOPE = "*scope"  # and the narrowest region that has law of its own in which the case lies
UNREAD = 0  # the mark of a value that no comparison reads


class Marks:
    """Every value that cases were found to have, by a number; values that no comparison tells apart share one."""

    def __init__(self, tests: Sequence[Test], words: Vocabulary):
        self.tests = tuple(tests)
        self.variables = cut_cells(list(tests), words)
        self.of_fact: dict[str, list[int]] = {}  # the numbers of a fact's variables
        for number, variable in enumerate(self.variables):
            self.of_fact.setdefault(variable.fact, []).append(number)
        self.variable_of = {
            test: number for number, variable in enumerate(self.variables) for test in variable.tests
        }
        self.since = {  # of each comparison with the day the first cell in which it is true: it stays so from then on
            number: next(cell for cell, truth in enumerate(variable.truths) if number in truth)
            for variable in self.variables
            for number in variable.tests
            if variable.fact == DAY
        }
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

    def _cells(self, fact: str, value: object) -> tuple[int, ...]:
        return tuple(self.variables[number].cell(value) for number in self.of_fact[fact])


class Rows:
    """Some cases, each a row known by its number."""

    def __init__(self, marks: Marks, cases: Iterable[Sequence[int]] = ()):
        self.of, self._cases = marks, list(cases)
        self._made: dict[str, Any] = {}  # what was worked out since the last case came

    def add(self, marks: Sequence[int]) -> int:
        """One more case; returns its number."""
        if self._made:
            self._made.clear()
        self._cases.append(marks)
        return len(self._cases) - 1

    def among(self, wanted: int) -> tuple["Rows", list[int]]:
        """The cases of a plane as rows of their own, and which rows they were here."""
        numbers = list(bits(wanted))
        return Rows(self.of, [self._cases[number] for number in numbers]), numbers

    @property
    def count(self) -> int:
        return len(self._cases)

    @property
    def every(self) -> int:
        return (1 << self.count) - 1

    def cells_of(self, row: int) -> tuple[int | None, ...]:
        """For each variable the cell of a case, None where it is unknown."""
        found: list[int | None] = [None] * len(self.of.variables)
        for mark in self._cases[row]:
            fact, cells = self.of.meaning[mark]
            for number, cell in zip(self.of.of_fact.get(fact, ()), cells, strict=True):
                found[number] = cell
        return tuple(found)

    def _cells(self) -> list[list[int]]:
        """For each variable the plane of each of its cells."""
        digits: defaultdict[int, bytearray] = defaultdict(lambda: bytearray(b"0") * self.count)  # by mark
        for place, marks in enumerate(reversed(self._cases)):  # the first case is the last digit
            for mark in marks:
                digits[mark][place] = _ONE
        planes = [[0] * len(variable.labels) for variable in self.of.variables]
        for mark, here in digits.items():
            fact, cells = self.of.meaning[mark]
            for number, cell in zip(self.of.of_fact.get(fact, ()), cells, strict=True):
                planes[number][cell] |= int(here, 2)
        return planes

    def planes(self, filling: Sequence[int | None] | None = None) -> tuple[list[int], list[int], int]:
        """What `Columns` reads: for each comparison where it is true and where it is false; and every case.

        `filling` as `compared` takes it; without one what is unknown stays so.
        """
        numbers, cells = range(len(self.of.tests)), filling or [None] * len(self.of.variables)
        true, false = ([self.compared(n, wanted, cells) for n in numbers] for wanted in (True, False))
        return true, false, self.every

    def compared(self, number: int, wanted: bool, filling: Sequence[int | None]) -> int:
        """Where a comparison is true, or where it is false.

        `filling` holds for each variable the cell in which it is to lie wherever it is unknown; None: it stays unknown.
        """
        if "tested" not in self._made:
            self._made["tested"] = self._tested()
        true, false, unknown = self._made["tested"]
        found, place = (true if wanted else false)[number], self.of.variable_of[number]
        cell = filling[place]
        if cell is not None and (number in self.of.variables[place].truths[cell]) == wanted:
            found |= unknown[place]
        return found

    def _tested(self) -> tuple[list[int], list[int], list[int]]:
        """For each comparison where it is true and where it is false; for each variable where it is unknown."""
        marks, every = self.of, self.every
        true, false, unknown = [0] * len(marks.tests), [0] * len(marks.tests), []
        for variable, planes in zip(marks.variables, self._cells(), strict=True):
            known = union(planes)
            unknown.append(every ^ known)
            for number in variable.tests:
                true[number], false[number] = _told(variable, number, planes, known)
        return true, false, unknown


@dataclass(frozen=True, eq=False)
class Span:
    """When and where cases were, as far as it chooses their law; one object for all that are alike in it.

    For each library `days` holds the cells of the days of which the law may govern, the latest first, and `outlooks`
    those of the days whose law is thought of when it is asked what can be reached. `placed`: the place is stated;
    `scope` is its mark.
    """

    scope: int
    placed: bool
    days: tuple[tuple[int, ...], ...]
    outlooks: tuple[tuple[int, ...], ...]

    @cached_property
    def kind(self) -> tuple[bool, bool, bool]:
        """What cases have in common that are answered together: the place is stated, one day, the same for all laws."""
        return self.placed, all(len(days) == 1 for days in self.days), len(set(self.days)) == 1


class Cases(Rows):
    """Rows whose law is chosen by day and place: of one kind, and each on one day or on several in turn."""

    def __init__(self, marks: Marks, cases: Iterable[Sequence[int]] = (), spans: Iterable[Span] = ()):
        super().__init__(marks, cases)
        self.spans = list(spans)
        self._nothing = [None] * len(marks.variables)

    def put(self, marks: Sequence[int], span: Span) -> int:
        """One more case, which was then and there; returns its number."""
        self.spans.append(span)
        return self.add((*marks, span.scope))

    def among(self, wanted: int) -> tuple["Cases", list[int]]:
        numbers = list(bits(wanted))
        cases, spans = ([all_[number] for number in numbers] for all_ in (self._cases, self.spans))
        return Cases(self.of, cases, spans), numbers

    def turns(self, law: int) -> int:
        """How many days the case has that has most."""
        return max(len(span.days[law]) for span in set(self.spans))

    def day(self, law: int, turn: int) -> tuple[dict[int, int], dict[int, int], int]:
        """Of the comparisons with the day where they are true and where false, it being that of the turn; and the cases
        that have as many days.
        """
        return self._on(f"day {law} {turn}", lambda span: span.days[law][turn : turn + 1])

    def known(self, law: int, number: int, wanted: bool) -> int:
        """Where a comparison is known to be true, or false, on every day whose law is thought of."""
        if number not in self.of.since:
            return self.compared(number, wanted, self._nothing)
        # what is true of the first day is so of all later ones, and the other way round
        return self._on(
            f"known {law} {wanted}",
            lambda span: span.outlooks[law][-1:] if wanted else span.outlooks[law][:1],
        )[not wanted][number]

    def _on(
        self, name: str, day: Callable[[Span], Sequence[int]]
    ) -> tuple[dict[int, int], dict[int, int], int]:
        """As `day`, the day of each case being the one that is given, if one is."""
        if name not in self._made:
            digits: defaultdict[int, bytearray] = defaultdict(lambda: bytearray(b"0") * self.count)  # by cell
            cells = {span: day(span) for span in set(self.spans)}
            for place, span in enumerate(reversed(self.spans)):  # the first case is the last digit
                for cell in cells[span]:
                    digits[cell][place] = _ONE
            planes = {cell: int(here, 2) for cell, here in digits.items()}
            known = union(planes.values())
            true = {
                number: union(here for cell, here in planes.items() if cell >= since)
                for number, since in self.of.since.items()
            }
            self._made[name] = true, {number: known ^ here for number, here in true.items()}, known
        return self._made[name]


def _told(variable: Variable, number: int, planes: Sequence[int], known: int) -> tuple[int, int]:
    """Where a comparison is true, and where it is false."""
    holds = union(here for here, truth in zip(planes, variable.truths, strict=True) if number in truth)
    return holds, known ^ holds


def union(planes: Iterable[int]) -> int:
    found = 0
    for one in planes:
        found |= one
    return found


def plane(rows: Iterable[int], count: int) -> int:
    """The plane of `count` cases in which these rows are set."""
    digits = bytearray(b"0") * count
    for row in rows:
        digits[~row] = _ONE  # the first case is the last digit
    return int(digits, 2)


def picked(here: int, rows: Sequence[int]) -> int:
    """The plane in which each of these rows is what it is here, in their order."""
    digits = f"{here:0{max(rows, default=0) + 1}b}"
    return int("".join([digits[~row] for row in reversed(rows)]) or "0", 2)
