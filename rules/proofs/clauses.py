"""Clauses, the gates that formulas are built from, and the solver that answers questions about them."""

import itertools
from dataclasses import dataclass

from pysat.solvers import Solver as SatSolver

from rules.effort import A_FORMULA, solved


@dataclass(frozen=True)
class Rails:
    """Two literals: true where something is definitely true, and where it is definitely false."""

    true: int
    false: int


class Clauses:
    """A solver and the gates that formulas are built from."""

    def __init__(self):
        self.solver = SatSolver(name="minisat22")
        self._count = itertools.count(1)
        self.yes = self.new()
        self.add(self.yes)
        self._made: dict[frozenset[int], int] = {}

    def new(self) -> int:
        return next(self._count)

    def add(self, *literals: int) -> None:
        self.solver.add_clause(literals)

    def any(self, literals) -> int:
        """A literal that is true exactly when one of these is."""
        wanted = frozenset(literals) - {-self.yes}
        if self.yes in wanted or any(-literal in wanted for literal in wanted):
            return self.yes
        if len(wanted) < 2:
            return next(iter(wanted), -self.yes)
        made = self._made.get(wanted)
        if made is None:
            made = self._made[wanted] = self.new()
            self.add(-made, *wanted)
            for literal in wanted:
                self.add(made, -literal)
        return made

    def all(self, literals) -> int:
        """A literal that is true exactly when every one of these is."""
        return -self.any([-literal for literal in literals])

    def same(self, one: int, other: int) -> None:
        self.add(-one, other)
        self.add(one, -other)

    def one_of(self, literals: list[int]) -> None:
        """At most one of these is true."""
        for one, other in itertools.combinations(literals, 2):
            self.add(-one, -other)

    def find(self, *assumed: int) -> set[int] | None:
        """The literals of one way in which all of these are true; None if there is no way. Raises TooHard."""
        left = A_FORMULA - self.solver.accum_stats()["conflicts"]
        return set(self.solver.get_model()) if solved(self.solver, assumed, left) else None

    def needed(self) -> set[int]:
        """Which of the assumptions of the last question, which had no answer, were enough to leave it without one."""
        return set(self.solver.get_core() or ())

    def close(self) -> None:
        self.solver.delete()
