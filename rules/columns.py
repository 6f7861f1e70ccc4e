"""A program over columns: the fourth reader, for very many cases at once.

A plane is a whole number with one bit a case. A comparison is two planes, the cases where it is known to be true and
those where it is known to be false; `&` and `|` on them are Kleene's logic, as many cases at a time as the number has
bits. The code is straight-line and holds only what the answer asked for depends on.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from rules.conditions import All, AnyOf, Condition, Has, Test, negate
from rules.pack import DISPOSITIONS
from rules.program import Program

Planes = Sequence[int]
_NAME = re.compile(r"\b[a-z]+\d+\b")


class Columns:
    """A program compiled for columns, each way of reading when it is first asked for.

    `tests` numbers the comparisons, and with them the planes it is given; its own unless they are shared. Holds
    nothing about a case, and can be sent to another process.
    """

    def __init__(self, program: Program, tests: Sequence[Test] | None = None):
        self.program = program
        self.tests = tuple(program.tests if tests is None else tests)
        self._numbers = {test: number for number, test in enumerate(self.tests)}
        self._functions: dict[tuple, tuple[Callable, tuple]] = {}

    def __reduce__(self):
        return Columns, (self.program, self.tests)

    def dispositions(self, true: Planes, false: Planes, every: int, provisional: bool) -> tuple[int, ...]:
        """For each of DISPOSITIONS the cases that end in it; strictly read, those in none are open.

        `true` and `false` hold the planes of each comparison by its number, `every` has a bit for every case.
        """
        run, _ = self.function(provisional)
        return run(true, false, every)

    def verdicts(
        self, true: Planes, false: Planes, every: int, provisional: bool
    ) -> tuple[tuple[int, ...], dict[str, tuple[int, int]]]:
        """The dispositions, and for every rule the cases in which it is true, and those in which it is false."""
        run, rules = self.function(provisional, "verdicts")
        dispositions, planes = run(true, false, every)
        return dispositions, dict(zip(rules, planes, strict=True))

    def function(self, provisional: bool, wanted: str = "dispositions") -> tuple[Callable, tuple[str, ...]]:
        """What answers, of the two lists of planes and of every case; and the rules whose planes it gives.

        Programs that differ in nothing that the answer depends on have one and the same.
        """
        key = provisional, wanted
        if key not in self._functions:  # two threads may both make it; the second only repeats the first
            writer = _Writer(self.program, self._numbers, provisional)
            source, rules = getattr(writer, wanted)()
            self._functions[key] = _compiled(source), rules
        return self._functions[key]


@lru_cache(maxsize=128)
def _compiled(source: str) -> Callable:
    scope: dict = {}
    exec(compile(source, "<columns>", "exec"), scope)  # noqa: S102  the text is our own
    return scope["run"]


class _Writer:
    """Writes the source of one function, each line when it is first needed. Rules, findings and comparisons are named
    by number only, so that no text of a pack is ever executed.
    """

    def __init__(self, program: Program, numbers: dict[Test, int], provisional: bool):
        self.program, self.tests, self.provisional = program, numbers, provisional
        self.rules: dict[str, int] = {}
        self.findings: dict[str, int] = {}
        self.lines: list[str] = []
        self.names: dict[tuple, str] = {}  # of each plane, what holds it

    # What can be asked for: the source, and the rules whose planes come with the dispositions.

    def dispositions(self) -> tuple[str, tuple]:
        return self._source(self._chain()), ()

    def verdicts(self) -> tuple[str, tuple]:
        found = self._chain()
        pairs = "".join(
            f"({self._rule(rule, True)}, {self._rule(rule, False)}), " for rule in self.program.nodes
        )
        return self._source(f"{found}, ({pairs})"), tuple(self.program.nodes)

    def _source(self, returned: str) -> str:
        """The lines as a function that lets go of each plane after its last use: what is at hand stays in the cache."""
        lines = [*self.lines, f"return {returned}"]
        last = {name: number for number, line in enumerate(lines) for name in _NAME.findall(line)}
        done: dict[int, list[str]] = {}
        for name, number in last.items():
            done.setdefault(number, []).append(name)
        freed = [
            f"; del {', '.join(done[number])}" if number in done else "" for number in range(len(lines) - 1)
        ]
        return "\n    ".join(["def run(T, F, M):", *map("".join, zip(lines, [*freed, ""], strict=True))])

    def _chain(self) -> str:
        """The first step that stops each case; strictly read an open step before it leaves the case open."""
        reached: dict[str, list[str]] = {disposition: [] for disposition in DISPOSITIONS}
        left = "M"
        for place, step in enumerate(self.program.steps):
            stops = self._finding(f"step.{step.id}", True)
            if stops == "0":
                continue
            here = self._line(f"s{place}", _both([left, stops]))
            reached[step.disposition].append(here)
            passed = (
                f"{left} ^ {here}"
                if self.provisional
                else _both([left, self._finding(f"step.{step.id}", False)])
            )
            left = self._line(f"w{place}", passed)
        reached["refer"].append(left)
        for place, disposition in enumerate(DISPOSITIONS):
            self.lines.append(f"d{place} = {_either(reached[disposition])}")
        return "(" + "".join(f"d{place}, " for place in range(len(DISPOSITIONS))) + ")"

    def _line(self, name: str, text: str) -> str:
        """Have a plane worked out once; what is one name already needs no line."""
        if text.isalnum():
            return text
        self.lines.append(f"{name} = {text}")
        return name

    def _rule(self, rule_id: str, wanted: bool) -> str:
        """The cases in which a rule is true, or those in which it is false."""
        key = "rt" if wanted else "rf", rule_id
        if key not in self.names:
            condition = self.program.nodes[rule_id].condition
            text = self._condition(condition if wanted else negate(condition))
            number = self.rules.setdefault(rule_id, len(self.rules))
            self.names[key] = self._line(f"{key[0]}{number}", text)
        return self.names[key]

    def _finding(self, name: str, wanted: bool) -> str:
        """The same for a finding: true if one rule behind it is, false if every one is."""
        behind = self.program.established_by.get(name)
        if behind is None:  # no rule in force makes it: it is false
            return "0" if wanted else "M"
        key = "gt" if wanted else "gf", name
        if key not in self.names:
            planes = [self._rule(rule_id, wanted) for rule_id in behind]
            number = self.findings.setdefault(name, len(self.findings))
            self.names[key] = self._line(f"{key[0]}{number}", _either(planes) if wanted else _both(planes))
        return self.names[key]

    def _condition(self, condition: Condition) -> str:
        match condition:
            case All(parts):
                return _both([self._condition(part) for part in parts])
            case AnyOf(parts):
                return _either([self._condition(part) for part in parts])
            case Has():
                return self._has(condition)
            case _:
                return self._test(condition)

    def _has(self, leaf: Has) -> str:
        disposition = leaf.finding.removeprefix("disposition.")
        if disposition != leaf.finding:
            here = f"d{DISPOSITIONS.index(disposition)}"
            others = (f"d{place}" for place in range(len(DISPOSITIONS)) if f"d{place}" != here)
            return here if leaf.wanted else "(" + " | ".join(others) + ")"
        if leaf.bar and self.provisional and not leaf.wanted:
            established = self._finding(leaf.finding, True)
            return "M" if established == "0" else f"(M ^ {established})"
        return self._finding(leaf.finding, leaf.wanted)

    def _test(self, test: Test) -> str:
        number = self.tests.get(test)
        sign, place = ("t", number) if number is not None else ("f", self.tests[negate(test)])
        if (sign, place) not in self.names:
            self.names[sign, place] = f"{sign}{place}"
            self.lines.append(f"{sign}{place} = {sign.upper()}[{place}]")
        return self.names[sign, place]


def _both(planes: list[str]) -> str:
    if "0" in planes:
        return "0"
    return _joined([plane for plane in planes if plane != "M"], " & ", "M")


def _either(planes: list[str]) -> str:
    if "M" in planes:
        return "M"
    return _joined([plane for plane in planes if plane != "0"], " | ", "0")


def _joined(planes: list[str], by: str, none: str) -> str:
    if not planes:
        return none
    return planes[0] if len(planes) == 1 else "(" + by.join(planes) + ")"


def bits(plane: int) -> Iterator[int]:
    """The numbers of the cases in a plane, in their order."""
    text = f"{plane:b}"[::-1]
    place = text.find("1")
    while place >= 0:
        yield place
        place = text.find("1", place + 1)
