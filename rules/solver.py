"""A program as a formula for a SAT solver: the third reader, which answers for all values of the unknown facts at once.

Each fact is one variable a cell, exactly one of them true; each rule, finding and step is defined from them. What
the solver finds impossible is impossible for every completion of the case, and what it finds possible comes with one.
"""

import itertools
import threading
from collections.abc import Callable

from pysat.solvers import Solver as SatSolver

from rules.cells import Variable
from rules.conditions import All, AnyOf, Condition, Has
from rules.effort import A_QUESTION, TooHard, solved
from rules.engine import EngineError
from rules.generated import Generated
from rules.lighter import lighter
from rules.pack import DISPOSITIONS
from rules.program import Program


class Completions:
    """Facts and comparisons as a formula, for every completion of a case. Safe in many threads (one lock)."""

    def __init__(self, variables: list[Variable], tests: int):
        """`tests` is how many comparisons there are, which the variables name by number."""
        self.variables = variables
        self._count = itertools.count(1)
        self._lock = threading.Lock()
        self._solver = SatSolver(name="minisat22")
        self.true = next(self._count)
        self._solver.add_clause([self.true])
        self._cells: dict[tuple, list[int]] = {}
        self._places: dict[int, tuple[tuple, int]] = {}  # which cell of which variable a literal stands for
        self.tests = self._define_cells(tests)  # of each comparison the literal

    def completion(
        self, cells: dict[tuple, int], literal: int, but: tuple[tuple, int] | None = None
    ) -> dict | None:
        """A completion of the case for which the literal is true, as {variable key: cell}; None if there is none.

        `cells` fixes what is known; `but` fixes one variable more. Raises EngineError where that is not found out in
        reasonable time.
        """
        assumed = [self._cells[key][cell] for key, cell in cells.items()]
        if but is not None:
            assumed.append(self._cells[but[0]][but[1]])
        return self.found([*assumed, literal])[0]

    def found(self, assumed: list[int]) -> tuple[dict | None, list[int]]:
        """A completion for which these literals are true, as above; or None, and some that never are at once."""
        with self._lock:
            try:
                if not solved(self._solver, assumed, A_QUESTION):
                    return None, self._solver.get_core() or []
            except TooHard as hard:
                raise EngineError(f"what is still open cannot be told: {hard}") from hard
            model = self._solver.get_model()
        return dict(self._places[literal] for literal in model[: len(self._places) + 1] if literal > 1), []

    def _define_cells(self, count: int) -> list[int]:
        tests = [self.true] * count
        for variable in self.variables:
            self._cells[variable.key] = literals = [next(self._count) for _ in variable.labels]
            self._places |= {literal: (variable.key, cell) for cell, literal in enumerate(literals)}
        for variable in self.variables:
            literals = self._cells[variable.key]
            self._solver.add_clause(literals)
            for one, other in itertools.combinations(literals, 2):
                self._solver.add_clause([-one, -other])
            for cell, label in enumerate(variable.labels):
                if label is None:
                    self._solver.add_clause([-literals[cell]])
            for number in variable.tests:
                where = [literals[cell] for cell, truth in enumerate(variable.truths) if number in truth]
                tests[number] = self.any(where)
        return tests

    def all(self, literals: list[int]) -> int:
        return -self.any([-literal for literal in literals])

    def any(self, literals: list[int]) -> int:
        """A literal that is true exactly when one of these is."""
        if len(literals) == 1:
            return literals[0]
        made = next(self._count)
        self._solver.add_clause([-made, *literals])
        for literal in literals:
            self._solver.add_clause([made, -literal])
        return made


class Solver(Completions):
    """One program, or an old and a new one that share their cells, as a formula for every completion of a case.

    With two programs a disposition is the one that governs: the lighter of what each version gives.
    """

    def __init__(self, generated: Generated, later: Generated | None = None):
        super().__init__(generated.variables, len(generated.tests))
        self._numbers = {test: number for number, test in enumerate(generated.tests)}
        self._dispositions = self._reached(generated.program)
        if later is not None:
            self._dispositions = self._governing(self._dispositions, self._reached(later.program))

    def witness(
        self, cells: dict[tuple, int], disposition: str, but: tuple[tuple, int] | None = None
    ) -> dict | None:
        """A completion of the case that ends in the disposition; None if there is none, as `completion` has it."""
        return self.completion(cells, self._dispositions[disposition], but)

    def _reached(self, program: Program) -> dict[str, int]:
        """For each disposition a literal that is true exactly when this program ends in it."""
        rules: dict[str, int] = {}
        findings: dict[str, int] = {}

        def finding(name: str) -> int:
            if name not in findings:
                findings[name] = self.any(
                    [rules[rule_id] for rule_id in program.established_by.get(name, ())]
                )
            return findings[name]

        for level in program.reasoning:
            for node in level:
                rules[node.id] = self._literal(node.condition, finding)
        reached: dict[str, list[int]] = {disposition: [] for disposition in DISPOSITIONS}
        passed: list[int] = []
        for step in program.steps:
            stops = finding(f"step.{step.id}")
            reached[step.disposition].append(self.all([*passed, stops]))
            passed.append(-stops)
        reached["refer"].append(self.all(passed))  # nothing stops the chain: the point is referred
        return {disposition: self.any(literals) for disposition, literals in reached.items()}

    def _governing(self, old: dict[str, int], new: dict[str, int]) -> dict[str, int]:
        reached: dict[str, list[int]] = {disposition: [] for disposition in DISPOSITIONS}
        for before, after in itertools.product(DISPOSITIONS, repeat=2):
            reached[lighter(before, after)].append(self.all([old[before], new[after]]))
        return {disposition: self.any(literals) for disposition, literals in reached.items()}

    def _literal(self, condition: Condition, finding: Callable[[str], int]) -> int:
        match condition:
            case All(parts):
                return self.all([self._literal(part, finding) for part in parts])
            case AnyOf(parts):
                return self.any([self._literal(part, finding) for part in parts])
            case Has(name, wanted):
                return finding(name) if wanted else -finding(name)
            case _:
                return self.tests[self._numbers[condition]]
