"""A program as a formula for a SAT solver: the third reader, which answers for all values of the unknown facts at once.

Each fact is one variable a cell, exactly one of them true; each rule, finding and step is defined from them. What
the solver finds impossible is impossible for every completion of the case, and what it finds possible comes with one.
"""

import itertools
import threading

from pysat.solvers import Solver as SatSolver

from rules.cells import Variable
from rules.conditions import All, AnyOf, Condition, Has, Test, negate
from rules.generated import Generated
from rules.pack import DISPOSITIONS


class Solver:
    """A program compiled once for questions about every completion of a case; safe in many threads (one lock)."""

    def __init__(self, generated: Generated):
        self.variables: list[Variable] = generated.variables
        self._program = generated.program
        self._numbers = {test: number for number, test in enumerate(generated.tests)}
        self._count = itertools.count(1)
        self._lock = threading.Lock()
        self._solver = SatSolver(name="minisat22")
        self._true = next(self._count)
        self._solver.add_clause([self._true])
        self._cells: dict[tuple, list[int]] = {}
        self._tests = self._define_cells()
        self._findings: dict[str, int] = {}
        self._define_rules()
        self._dispositions = self._define_dispositions()

    def witness(
        self, cells: dict[tuple, int], disposition: str, but: tuple[tuple, int] | None = None
    ) -> dict | None:
        """A completion of the case that ends in the disposition, as {variable key: cell}; None if there is none.

        `cells` fixes what is known; `but` fixes one variable more.
        """
        assumed = [self._cells[key][cell] for key, cell in cells.items()]
        if but is not None:
            assumed.append(self._cells[but[0]][but[1]])
        with self._lock:
            if not self._solver.solve(assumptions=[*assumed, self._dispositions[disposition]]):
                return None
            model = set(self._solver.get_model())
        return {
            key: next(n for n, lit in enumerate(lits) if lit in model) for key, lits in self._cells.items()
        }

    def _define_cells(self) -> list[int]:
        tests = [self._true] * len(self._numbers)
        for variable in self.variables:
            literals = [next(self._count) for _ in variable.labels]
            self._cells[variable.key] = literals
            self._solver.add_clause(literals)
            for one, other in itertools.combinations(literals, 2):
                self._solver.add_clause([-one, -other])
            for cell, label in enumerate(variable.labels):
                if label is None:
                    self._solver.add_clause([-literals[cell]])
            for number in variable.tests:
                where = [literals[cell] for cell, truth in enumerate(variable.truths) if number in truth]
                tests[number] = self._any(where)
        return tests

    def _define_rules(self) -> None:
        rules: dict[str, int] = {}
        for level in self._program.reasoning:
            for node in level:
                rules[node.id] = self._literal(node.condition, rules)
        for step in self._program.steps:
            self._finding(f"step.{step.id}", rules)

    def _finding(self, name: str, rules: dict[str, int]) -> int:
        if name not in self._findings:
            behind = self._program.established_by.get(name, ())
            self._findings[name] = self._any([rules[rule_id] for rule_id in behind])
        return self._findings[name]

    def _define_dispositions(self) -> dict[str, int]:
        reached: dict[str, list[int]] = {disposition: [] for disposition in DISPOSITIONS}
        passed: list[int] = []
        for step in self._program.steps:
            stops = self._findings[f"step.{step.id}"]
            reached[step.disposition].append(self._all([*passed, stops]))
            passed.append(-stops)
        reached["refer"].append(self._all(passed))  # nothing stops the chain: the point is referred
        return {disposition: self._any(literals) for disposition, literals in reached.items()}

    def _literal(self, condition: Condition, rules: dict[str, int]) -> int:
        match condition:
            case All(parts):
                return self._all([self._literal(part, rules) for part in parts])
            case AnyOf(parts):
                return self._any([self._literal(part, rules) for part in parts])
            case Has(finding, wanted):
                literal = self._finding(finding, rules)
                return literal if wanted else -literal
            case Test():
                if condition in self._numbers:
                    return self._tests[self._numbers[condition]]
                return -self._tests[self._numbers[negate(condition)]]
        raise TypeError(condition)

    def _all(self, literals: list[int]) -> int:
        return -self._any([-literal for literal in literals])

    def _any(self, literals: list[int]) -> int:
        """A literal that is true exactly when one of these is."""
        if len(literals) == 1:
            return literals[0]
        made = next(self._count)
        self._solver.add_clause([-made, *literals])
        for literal in literals:
            self._solver.add_clause([made, -literal])
        return made
