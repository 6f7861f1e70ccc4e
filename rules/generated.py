"""A program as one generated Python function: the second reader, and the fast one.

The function is straight-line code made from the same conditions, in strong Kleene logic: one expression for
"definitely true" and one for "definitely false". A sweep of what-ifs is one pass over columns whose rows are variants
of a case.
"""

from collections.abc import Callable
from functools import cached_property

from rules.cells import Variable, cut_cells
from rules.columns import Columns, bits
from rules.conditions import All, AnyOf, Condition, Has, Test, leaves, negate
from rules.pack import DISPOSITIONS
from rules.program import Program
from rules.reading import Reading
from rules.vocabulary import Vocabulary


class Generated:
    """A program compiled to a Python function. Holds nothing about a case; safe in any number of threads."""

    def __init__(self, program: Program, vocabulary: Vocabulary, tests: list[Test] | None = None):
        """`tests` numbers the comparisons; programs given the same list share their cells and can be swept together."""
        self.program = program
        self.tests = program.tests if tests is None else tests
        self.variables = cut_cells(self.tests, vocabulary)
        self._places = {
            variable.key: [
                (tuple(truth), tuple(number for number in variable.tests if number not in truth))
                for truth in variable.truths
            ]
            for variable in self.variables
        }
        self._by_fact: dict[str, list[tuple[Variable, list]]] = {}
        for variable in self.variables:
            self._by_fact.setdefault(variable.fact, []).append((variable, self._places[variable.key]))
        self._many = Columns(program, self.tests)

    @cached_property
    def _one(self) -> Callable:
        """What reads one case, made when it is first asked for."""
        return _Writer(self).function()

    def read(self, facts: dict, provisional: bool = False) -> Reading:
        """Evaluate every rule on the established facts; the same Reading as the engine of record, without `because`."""
        true, false = self._planes(facts)
        rules, findings, disposition, step = self._one(true, false, provisional)
        return Reading(
            rules,
            findings,
            step=self.program.steps[step] if step >= 0 else None,
            disposition=DISPOSITIONS[disposition] if disposition >= 0 else None,
        )

    def _planes(self, facts: dict) -> tuple[list, list]:
        true, false = [False] * len(self.tests), [False] * len(self.tests)
        for fact, value in facts.items():
            for variable, places in self._by_fact.get(fact, ()):
                holding, failing = places[variable.cell(value)]
                for number in holding:
                    true[number] = True
                for number in failing:
                    false[number] = True
        return true, false

    def sweep(
        self, bases: list[dict], changes: list[tuple[int, Variable, int]], provisional: bool
    ) -> list[str | None]:
        """The disposition of each variant, in one pass.

        A base is a case as {variable key: cell}; a change (base number, variable, cell) is that base with one
        variable moved to a cell. The answer lists the bases first, then the changes; None where it stays open.
        """
        return self.dispositions(self.spread(bases, changes), provisional)

    def spread(self, bases: list[dict], changes: list[tuple[int, Variable, int]]) -> tuple[list, list, int]:
        """The variants side by side: for each test the variants where it is true, and where false; and how many."""
        variants = [1 << number for number in range(len(bases))]
        moved: dict[tuple, dict[int, int]] = {}
        for number, (base, variable, cell) in enumerate(changes, start=len(bases)):
            variants[base] |= 1 << number
            cells = moved.setdefault(variable.key, {})
            cells[cell] = cells.get(cell, 0) | 1 << number
        true, false = [0] * len(self.tests), [0] * len(self.tests)
        for key, places in self._places.items():
            own = moved.get(key, {})
            away = 0
            for here in own.values():
                away |= here
            stays = dict(own)
            for base, cells in zip(variants, bases, strict=True):
                if key in cells:
                    stays[cells[key]] = stays.get(cells[key], 0) | base & ~away
            for cell, here in stays.items():
                holding, failing = places[cell]
                for number in holding:
                    true[number] |= here
                for number in failing:
                    false[number] |= here
        return true, false, len(bases) + len(changes)

    def dispositions(self, planes: tuple[list, list, int], provisional: bool) -> list[str | None]:
        """The disposition of each variant that `spread` laid out, here or in another program with the same tests."""
        true, false, count = planes
        answers: list[str | None] = [None] * count
        found = self._many.dispositions(true, false, (1 << count) - 1, provisional)
        for disposition, here in zip(DISPOSITIONS, found, strict=True):
            for number in bits(here):
                answers[number] = disposition
        return answers

    def cells_of(self, facts: dict) -> dict[tuple, int]:
        """A case as sweep bases take it."""
        return {
            variable.key: variable.cell(facts[variable.fact])
            for variable in self.variables
            if variable.fact in facts
        }


class _Writer:
    """Writes the source of the function. Rules, findings and tests are named by number only, so that no text of a
    pack is ever executed."""

    def __init__(self, reader: Generated):
        self.reader, self.program = reader, reader.program
        self.tests = {test: number for number, test in enumerate(reader.tests)}
        self.rules = {rule_id: number for number, rule_id in enumerate(self.program.nodes)}
        self.findings = {finding: number for number, finding in enumerate(self.program.established_by)}
        self.settled: set[str] = set()
        self.lines: list[str] = []

    def function(self):
        """The compiled function: of what is true, what is false, and whether to read provisionally."""
        self.lines.append("def run(T, F, P):")
        numbers = range(len(self.reader.tests))
        for plane, name in (("t", "T"), ("f", "F")):
            self.line(
                "".join(f"{plane}{number}, " for number in numbers) + f"= {name}" if numbers else "pass"
            )
        self.rules_of(self.program.reasoning)
        for step in self.program.steps:
            self.settle(f"step.{step.id}")
        self.choose_disposition()
        self.rules_of(self.program.consequences)
        for finding in self.findings:
            self.settle(finding)
        self.return_everything()
        scope: dict = {}
        exec(compile("\n".join(self.lines), "<generated reader>", "exec"), scope)  # noqa: S102  the text is our own
        return scope["run"]

    def line(self, text: str) -> None:
        self.lines.append("    " + text)

    def rules_of(self, levels) -> None:
        for level in levels:
            for node in level:
                for leaf in leaves(node.condition):
                    if isinstance(leaf, Has):
                        self.settle(leaf.finding)
                number = self.rules[node.id]
                self.line(f"rt{number} = {self.expression(node.condition)}")
                self.line(f"rf{number} = {self.expression(negate(node.condition))}")

    def settle(self, finding: str) -> None:
        """Work a finding out of its rules, once, when everything behind it is known."""
        if finding in self.settled or finding not in self.findings:
            return
        self.settled.add(finding)
        number = self.findings[finding]
        behind = [self.rules[rule_id] for rule_id in self.program.established_by[finding]]
        self.line(f"gt{number} = " + " or ".join(f"rt{rule}" for rule in behind))
        self.line(f"gf{number} = " + " and ".join(f"rf{rule}" for rule in behind))

    def expression(self, condition: Condition) -> str:
        match condition:
            case All(parts):
                return "(" + " and ".join(map(self.expression, parts)) + ")"
            case AnyOf(parts):
                return "(" + " or ".join(map(self.expression, parts)) + ")"
            case Has():
                return self.finding(condition)
            case _:
                number = self.tests.get(condition)
                return f"t{number}" if number is not None else f"f{self.tests[negate(condition)]}"

    def finding(self, leaf: Has) -> str:
        name, disposition = leaf.finding, leaf.finding.removeprefix("disposition.")
        if disposition != name:
            return f"{'d' if leaf.wanted else 'n'}{DISPOSITIONS.index(disposition)}"
        if name not in self.findings:  # no rule in force makes it: it is false
            return "False" if leaf.wanted else "True"
        number = self.findings[name]
        if leaf.wanted:
            return f"gt{number}"
        return f"(gf{number} or (P and (not gt{number})))" if leaf.bar else f"gf{number}"

    def step_verdicts(self) -> list[tuple[str, str]]:
        names = [self.findings.get(f"step.{step.id}") for step in self.program.steps]
        return [("False", "True") if n is None else (f"gt{n}", f"gf{n}") for n in names]

    def choose_disposition(self) -> None:
        self.line("D = S = -1; W = True")
        for place, (step, (true, false)) in enumerate(
            zip(self.program.steps, self.step_verdicts(), strict=True)
        ):
            self.line(f"if W and {true}: D = {DISPOSITIONS.index(step.disposition)}; S = {place}; W = False")
            self.line(f"if W and not P and not {false}: W = False")
        self.line(f"if W: D = {DISPOSITIONS.index('refer')}")
        for number in range(len(DISPOSITIONS)):
            self.line(f"d{number} = D == {number}; n{number} = D >= 0 and D != {number}")

    def return_everything(self) -> None:
        def verdict(name: str, true: str, false: str) -> str:
            return f"{name!r}: True if {true} else False if {false} else None"

        rules = [verdict(rule_id, f"rt{n}", f"rf{n}") for rule_id, n in self.rules.items()]
        findings = [verdict(finding, f"gt{n}", f"gf{n}") for finding, n in self.findings.items()]
        findings += [verdict(f"disposition.{d}", f"d{n}", f"n{n}") for n, d in enumerate(DISPOSITIONS)]
        self.line("return {" + ", ".join(rules) + "}, {" + ", ".join(findings) + "}, D, S")
