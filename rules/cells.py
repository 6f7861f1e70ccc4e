"""The values of each fact cut into cells that no rule of a program tells apart.

What holds for one value of a cell holds for all of them, so going through the cells is going through every value:
that is what makes reachable sets and what-ifs exact, amounts and dates included.
"""

import operator
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date

from rules.conditions import Test
from rules.vocabulary import Fact, Vocabulary

_HOLDS = {
    "is": operator.eq,
    "is_not": operator.ne,
    "above": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
    "includes": operator.contains,
    "excludes": lambda values, one: one not in values,
}


@dataclass(frozen=True)
class Variable:
    """One fact, or one member of a fact that takes several values, and its cells.

    `labels` holds for each cell a value inside it, or None where no legal value lies in it. `truths` holds for
    each cell the tests (by number) that are true there; every other test in `tests` is false there.
    """

    fact: str
    member: str | None
    labels: tuple
    tests: tuple[int, ...]
    truths: tuple[frozenset[int], ...]
    cuts: tuple

    def cell(self, value: object) -> int:
        """The cell of a value of the fact."""
        if self.member is not None:
            return 0 if self.member in value else 1
        if self.cuts:
            return bisect_left(self.cuts, value) + bisect_right(self.cuts, value)
        return self.labels.index(value) if value in self.labels else len(self.labels) - 1

    def legal_cells(self) -> list[int]:
        return [number for number, label in enumerate(self.labels) if label is not None]

    @property
    def key(self) -> tuple[str, str | None]:
        return self.fact, self.member


def cut_cells(tests: list[Test], vocabulary: Vocabulary) -> list[Variable]:
    """Cut every fact that is tested into cells, in the vocabulary's order; a test is known by its place in the list."""
    by_fact: dict[str, list[int]] = {}
    for number, test in enumerate(tests):
        by_fact.setdefault(test.fact, []).append(number)
    variables = []
    for fact in vocabulary.facts.values():
        numbers = by_fact.get(fact.id, [])
        if not numbers:
            continue
        if fact.type == "choices":
            for member in sorted({tests[number].value for number in numbers}):
                chosen = [number for number in numbers if tests[number].value == member]
                variables.append(_variable(fact, member, ([member], []), chosen, tests, ()))
        elif fact.type in ("number", "date"):
            points = sorted({tests[number].value for number in numbers})
            variables.append(_variable(fact, None, _stretches(fact, points), numbers, tests, tuple(points)))
        elif fact.type == "boolean":
            variables.append(_variable(fact, None, (True, False), numbers, tests, ()))
        else:
            named = fact.values or tuple(dict.fromkeys(tests[number].value for number in numbers))
            labels = named if fact.values else (*named, _other(named))
            variables.append(_variable(fact, None, labels, numbers, tests, ()))
    return variables


def _variable(
    fact: Fact, member: str | None, values, numbers: list[int], tests: list[Test], cuts: tuple
) -> Variable:
    truths = tuple(
        frozenset(number for number in numbers if value is not None and holds(tests[number], value))
        for value in values
    )
    labels = (True, False) if member is not None else tuple(values)
    return Variable(fact.id, member, labels, tuple(numbers), truths, cuts)


def _stretches(fact: Fact, points: list) -> list:
    """A value before the first threshold, then for each threshold the point itself and a value after it."""
    if fact.type == "date":
        days = [date.fromisoformat(point).toordinal() for point in points]
        labels = [_day(days[0] - 1)]
        for day, following in zip(days, [*days[1:], None], strict=True):
            labels += [_day(day), _day(day + 1) if day + 1 != following else None]
        return labels
    step = 1 if fact.integer else 0.01
    first = points[0]
    before = fact.minimum if fact.minimum is not None else round(first - step, 2)
    labels = [before if before < first else None]
    for number, point in enumerate(points):
        following = points[number + 1] if number + 1 < len(points) else None
        after = round(point + step, 2)
        legal = (following is None or after < following) and (fact.maximum is None or after <= fact.maximum)
        labels += [point, after if legal else None]
    return labels


def _day(number: int) -> str | None:
    """The day of that number, or None outside the calendar."""
    return date.fromordinal(number).isoformat() if 1 <= number <= date.max.toordinal() else None


def _other(named: tuple[str, ...]) -> str:
    """A text that is none of those that rules name."""
    other = "其他"
    while other in named:
        other += "…"
    return other


def holds(test: Test, value: object) -> bool:
    """Whether the comparison is true of a known value."""
    return _HOLDS[test.op](value, test.value)
