"""Which change of one fact makes a case graver: read off the directions of rules/factors.yaml, never chosen here.

A change is graver if no factor that reads the fact becomes milder by it and one becomes graver. A fact that factors
read both ways is moved only where they agree; one that no factor reads has no direction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.cells import Variable, holds
from rules.conditions import AnyOf, Condition, Test
from rules.factor import Factor

WHICH_LAW = ("conduct_sector",)  # factors name it to say where they apply; no provision makes a sector graver
WEIGHT = {"not_established": 0, "tolerate": 0, "correct": 1, "hold_accountable": 2}


@dataclass(frozen=True)
class _Measure:
    """What one factor makes of a value of one fact: larger is graver. None where it gives it no place.

    `tests` are the comparisons of which one suffices.
    """

    tests: tuple[Test, ...]
    order: tuple[tuple[str, ...], ...]
    sign: int

    def __call__(self, value) -> float | None:
        if self.tests:
            return self.sign * any(holds(test, value) for test in self.tests)
        if not self.order:
            return self.sign * value
        rank = next((rank for rank, equal in enumerate(self.order) if value in equal), None)
        return None if rank is None else self.sign * rank


class Order:
    """For every fact that has a direction, which of its values are graver than which."""

    def __init__(self, factors: Iterable[Factor]):
        self._measures: dict[str, list[_Measure]] = {}
        self.tests: list[Test] = []
        for factor in factors:
            sign = 1 if factor.graver else -1
            if factor.condition is None:
                self._measures.setdefault(factor.fact.id, []).append(_Measure((), factor.order, sign))
                continue
            for tests in _alternatives(factor.condition):
                if tests[0].fact not in WHICH_LAW:
                    self.tests += tests
                    self._measures.setdefault(tests[0].fact, []).append(_Measure(tests, (), sign))

    def graver(self, variable: Variable) -> list[tuple[int, int]]:
        """The pairs of cells of which the second is graver than the first; none for a fact without a direction."""
        measures = self._measures.get(variable.fact, ())
        if not measures or variable.member is not None:
            return []
        found = []
        legal = variable.legal_cells()
        for one in legal:
            for other in legal:
                before = [measure(variable.labels[one]) for measure in measures]
                after = [measure(variable.labels[other]) for measure in measures]
                if None in before or None in after:
                    continue
                steps = [new - old for old, new in zip(before, after, strict=True)]
                if min(steps) >= 0 and max(steps) > 0:
                    found.append((one, other))
        return found


def _alternatives(condition: Condition) -> Iterator[tuple[Test, ...]]:
    """The comparisons of a condition; those of one fact of which one suffices together."""
    parts = getattr(condition, "parts", (condition,))
    together = all(isinstance(part, Test) and part.fact == parts[0].fact for part in parts)
    if isinstance(condition, Test) or (isinstance(condition, AnyOf) and together):
        yield parts
    else:
        for part in parts:
            yield from _alternatives(part)
