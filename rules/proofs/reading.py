"""One case under a whole body of law: its facts as cells, and what every rule, finding and step makes of them.

Each fact is cut into cells (rules/cells.py) and may be unknown; every rule and finding has two literals, one true
where it is definitely true and one where it is definitely false (Kleene's strong logic).
"""

from typing import TYPE_CHECKING

from rules.cells import Variable
from rules.conditions import All, AnyOf, Condition, Has, Test
from rules.pack import DISPOSITIONS, Rule
from rules.proofs.clauses import Clauses, Rails

if TYPE_CHECKING:
    from rules.proofs.law import Law

DISPOSED = {f"disposition.{one}": one for one in DISPOSITIONS}


class Cells:
    """The facts of one case: a literal for each cell, true in at most one cell a fact, in none while it is unknown."""

    def __init__(self, clauses: Clauses, variables: list[Variable], known: dict[str, int] | None = None):
        self.variables = {variable.key: variable for variable in variables}
        self.known = known or {variable.fact: clauses.new() for variable in variables}
        self.at: dict[tuple, list[int]] = {}
        for variable in variables:
            cells = self.at[variable.key] = [clauses.new() for _ in variable.labels]
            clauses.add(-self.known[variable.fact], *cells)
            clauses.one_of(cells)
            for cell, label in zip(cells, variable.labels, strict=True):
                clauses.add(-cell, self.known[variable.fact])
                if label is None:
                    clauses.add(-cell)

    def chosen(self, model: set[int]) -> dict[str, list[int]]:
        """For each fact that is known in the model, the literals of its cells."""
        found: dict[str, list[int]] = {}
        for key, cells in self.at.items():
            found.setdefault(key[0], []).extend(cell for cell in cells if cell in model)
        return {fact: cells for fact, cells in found.items() if cells}

    def value(self, fact: str, literals: list[int]) -> object:
        """A real value of the fact that lies in these cells of its own."""
        members = []
        for key in (key for key in self.at if key[0] == fact):
            place = next(place for place, cell in enumerate(self.at[key]) if cell in literals)
            if key[1] is None:
                return self.variables[key].labels[place]
            members += [key[1]] if place == 0 else []
        return members

    def facts(self, model: set[int]) -> dict[str, object]:
        """The facts that are known in the model, with real values."""
        return {fact: self.value(fact, cells) for fact, cells in self.chosen(model).items()}

    def cell_of(self, fact: str, value: object) -> list[int]:
        """The literals of the cells in which a value of a fact lies."""
        return [self.at[key][self.variables[key].cell(value)] for key in self.at if key[0] == fact]


class Reading:
    """What every rule, finding and step makes of one case, for every day and region.

    `active` says where each version counts if not as in the law: for another day of deciding, say.
    """

    def __init__(self, law: "Law", cells: Cells, active: dict[str, int] | None = None):
        self._law, self._clauses, self.cells = law, law.clauses, cells
        self._active = active or law.active
        self._tests = self._compared()
        self._ends = self._dispositions()
        new = self._clauses.new
        self.findings = {name: Rails(new(), new()) for name in law.findings}
        self.conditions: dict[str, Rails] = {}
        self.rules: dict[str, Rails] = {}
        for rule in law.rules:
            met, active = self.condition(rule), self._active[rule.version]
            self.conditions[rule.version] = met
            self.rules[rule.version] = Rails(
                self._clauses.all([active, met.true]), self._clauses.any([-active, met.false])
            )
        for name, rails in self.findings.items():
            self._define(name, rails)
        self.stops: dict[str, int] = {}
        self.unstopped = self._chain()

    def ends(self, disposition: str) -> int:
        """A literal that is true exactly where the case ends so."""
        return self._ends[disposition].true

    def finding(self, name: str) -> Rails:
        """The rails of a finding; of one that nothing makes, those of false."""
        if name in DISPOSED:
            return self._ends[DISPOSED[name]]
        return self.findings.get(name) or Rails(-self._clauses.yes, self._clauses.yes)

    def holds(self, condition: Condition) -> Rails:
        """The rails of a condition of this case."""
        match condition:
            case All(parts):
                rails = [self.holds(part) for part in parts]
                return Rails(
                    self._clauses.all([one.true for one in rails]),
                    self._clauses.any([one.false for one in rails]),
                )
            case AnyOf(parts):
                rails = [self.holds(part) for part in parts]
                return Rails(
                    self._clauses.any([one.true for one in rails]),
                    self._clauses.all([one.false for one in rails]),
                )
            case Has(name, wanted, bar):
                rails = self.finding(name)
                if wanted:
                    return rails
                passed = [rails.false]
                if bar:  # read provisionally, what is merely open does not bar
                    passed.append(self._clauses.all([self._law.provisional, -rails.true]))
                return Rails(self._clauses.any(passed), rails.true)
            case _:
                return self._tests[condition]

    def _compared(self) -> dict[Test, Rails]:
        found = {}
        for key, variable in self.cells.variables.items():
            cells = self.cells.at[key]
            for number in variable.tests:
                holding = [
                    cell for cell, truth in zip(cells, variable.truths, strict=True) if number in truth
                ]
                failing = [cell for cell in cells if cell not in holding]
                found[self._law.tests[number]] = Rails(self._clauses.any(holding), self._clauses.any(failing))
        return found

    def condition(self, rule: Rule) -> Rails:
        """The condition with overrides and bars worked in, as rules/program.py does."""
        parts = [self.holds(rule.when), *(self.holds(Has(name, False, bar=True)) for name in rule.unless)]
        for winner in self._law.overriding.get(rule.id, ()):
            active, met = self._active[winner.version], self.holds(winner.when)
            parts.append(
                Rails(self._clauses.any([-active, met.false]), self._clauses.all([active, met.true]))
            )
        return Rails(
            self._clauses.all([one.true for one in parts]), self._clauses.any([one.false for one in parts])
        )

    def _define(self, name: str, rails: Rails) -> None:
        makers = self._law.makers.get(name, ())
        if not makers:  # another pack makes it: it may be true, false or open
            self._clauses.one_of([rails.true, rails.false])
            return
        behind = [self.rules[rule.version] for rule in makers]
        self._clauses.same(rails.true, self._clauses.any([one.true for one in behind]))
        self._clauses.same(rails.false, self._clauses.all([one.false for one in behind]))

    def _dispositions(self) -> dict[str, Rails]:
        new = self._clauses.new
        ends = {one: Rails(new(), new()) for one in DISPOSITIONS}
        self._clauses.one_of([rails.true for rails in ends.values()])
        for one, rails in ends.items():
            others = self._clauses.any([ends[other].true for other in DISPOSITIONS if other != one])
            self._clauses.same(rails.false, others)
        return ends

    def _chain(self) -> int:
        """Define how the case ends by its steps; without any, every end is possible. Return: no step stops it."""
        if not self._law.steps:
            return -self._clauses.yes
        reached: dict[str, list[int]] = {disposition: [] for disposition in DISPOSITIONS}
        waiting = self._clauses.yes
        for step in self._law.steps:
            rails = self.finding(f"step.{step.id}")
            self.stops[step.id] = self._clauses.all([waiting, rails.true])
            reached[step.disposition].append(self.stops[step.id])
            open_passed = self._clauses.all([self._law.provisional, -rails.true])
            waiting = self._clauses.all([waiting, self._clauses.any([rails.false, open_passed])])
        reached["refer"].append(waiting)
        for disposition, literals in reached.items():
            self._clauses.same(self._ends[disposition].true, self._clauses.any(literals))
        return waiting
