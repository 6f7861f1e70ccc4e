"""Many programs as one graph over columns: what two of them have in common is one node and is worked out once.

A node is a set of cases: those of which a comparison is known to be true, or false; those in all (`&`) or in one
(`|`) of other nodes; those that are not in another (`^`). The same node made twice is one. Programs are read
provisionally, as columns.py reads them. A node turns on the day if some comparison with it is behind it.
"""

from collections.abc import Iterable, Iterator, Sequence

from rules.columns_rows import DAY, Rows
from rules.conditions import All, AnyOf, Condition, Has, Test, leaves, negate
from rules.pack import DISPOSITIONS
from rules.program import Program

NONE, EVERY = 0, 1  # the nodes of no case and of every case; then two of each comparison, true and false
Nodes = tuple[int, ...]  # one a disposition, in the order of DISPOSITIONS


class Net:
    """The graph of the programs that were asked for so far. Holds nothing about a case."""

    def __init__(self, tests: Sequence[Test]):
        self._numbers = {test: number for number, test in enumerate(tests)}
        self.first = 2 + 2 * len(tests)  # of the nodes that are made of others
        self.turning = {
            2 + 2 * number + fails
            for test, number in self._numbers.items()
            if test.fact == DAY
            for fails in (0, 1)
        }
        self.made: list[tuple[str, Nodes]] = []
        self._ids: dict[tuple[str, Nodes], int] = {}
        self._programs: dict[int, tuple[Program, Nodes, dict[str, int]]] = {}
        self._conditions: dict[tuple, tuple[int, Condition]] = {}
        self._findings: dict[int, tuple[Condition, list[Has]]] = {}

    def dispositions(self, program: Program) -> Nodes:
        """For each of DISPOSITIONS the node of the cases that end in it."""
        return self._read(program)[1]

    def rules(self, program: Program) -> dict[str, int]:
        """For each rule that the disposition may depend on the node of the cases in which it fires."""
        return self._read(program)[2]

    def _read(self, program: Program) -> tuple[Program, Nodes, dict[str, int]]:
        if id(program) not in self._programs:  # it is kept, so that no other gets its id
            reading = _Program(self, program)
            nodes = reading.chain()
            self._programs[id(program)] = (
                program,
                nodes,
                {rule: reading.rule(rule, True) for rule in reading.behind},
            )
        return self._programs[id(program)]

    def all(self, nodes: Iterable[int]) -> int:
        return self._joined("&", nodes, EVERY, NONE)

    def any(self, nodes: Iterable[int]) -> int:
        return self._joined("|", nodes, NONE, EVERY)

    def but(self, node: int) -> int:
        """The cases that are not in the node."""
        return 1 - node if node in (NONE, EVERY) else self._node("^", (node,))

    def condition(self, condition: Condition, wanted: bool, findings: Nodes) -> int:
        """Where a condition is true, or where it is false, its findings being those nodes in their order."""
        key = id(condition), wanted, findings
        if key not in self._conditions:
            self._conditions[key] = self._condition(condition, wanted, iter(findings)), condition
        return self._conditions[key][0]

    def findings(self, condition: Condition) -> list[Has]:
        """The findings that a condition reads, in their order, repeated where they are repeated."""
        if id(condition) not in self._findings:
            found = [leaf for leaf in leaves(condition) if isinstance(leaf, Has)]
            self._findings[id(condition)] = condition, found
        return self._findings[id(condition)][1]

    def _condition(self, condition: Condition, wanted: bool, findings: Iterator[int]) -> int:
        match condition:
            case All(parts) | AnyOf(parts):
                nodes = [self._condition(part, wanted, findings) for part in parts]
                return self.all(nodes) if isinstance(condition, All) == wanted else self.any(nodes)
            case Has():
                return next(findings)
            case _:
                if condition not in self._numbers:
                    condition, wanted = negate(condition), not wanted
                return 2 + 2 * self._numbers[condition] + (not wanted)

    def _joined(self, sign: str, nodes: Iterable[int], neutral: int, ends: int) -> int:
        parts = dict.fromkeys(node for node in nodes if node != neutral)
        if ends in parts:
            return ends
        if len(parts) < 2:
            return next(iter(parts), neutral)
        return self._node(sign, tuple(parts))

    def _node(self, sign: str, parts: Nodes) -> int:
        key = sign, parts
        if key not in self._ids:
            self._ids[key] = self.first + len(self.made)
            self.made.append(key)
            if not self.turning.isdisjoint(parts):
                self.turning.add(self._ids[key])
        return self._ids[key]


class _Program:
    """Puts one program into the net; `behind` are the rules that its chain may depend on."""

    def __init__(self, net: Net, program: Program):
        self.net, self.program = net, program
        self.behind: dict[str, None] = {}
        self._rules: dict[tuple[str, bool], int] = {}
        self._findings: dict[tuple[str, bool], int] = {}

    def chain(self) -> Nodes:
        """The first step that stops each case."""
        reached: dict[str, list[int]] = {disposition: [] for disposition in DISPOSITIONS}
        left, net = EVERY, self.net
        for step in self.program.steps:
            stops = self._finding(f"step.{step.id}", True)
            reached[step.disposition].append(net.all([left, stops]))
            left = net.all([left, net.but(stops)])
        reached["refer"].append(left)
        return tuple(net.any(reached[disposition]) for disposition in DISPOSITIONS)

    def rule(self, rule_id: str, wanted: bool) -> int:
        """The cases in which a rule is true, or those in which it is false."""
        key = rule_id, wanted
        if key not in self._rules:
            self.behind[rule_id] = None
            condition = self.program.nodes[rule_id].condition
            findings = tuple(self._has(leaf, leaf.wanted == wanted) for leaf in self.net.findings(condition))
            self._rules[key] = self.net.condition(condition, wanted, findings)
        return self._rules[key]

    def _has(self, leaf: Has, wanted: bool) -> int:
        if leaf.bar and not wanted:  # a bar that is not established does not bar
            return self.net.but(self._finding(leaf.finding, True))
        return self._finding(leaf.finding, wanted)

    def _finding(self, name: str, wanted: bool) -> int:
        """True if one rule behind it is, false if every one is; false where no rule in force makes it."""
        key = name, wanted
        if key not in self._findings:
            nodes = [self.rule(rule_id, wanted) for rule_id in self.program.established_by.get(name, ())]
            self._findings[key] = self.net.any(nodes) if wanted else self.net.all(nodes)
        return self._findings[key]


class Planes:
    """Some cases, and the plane of each node of theirs, worked out when it is first asked for.

    `filling` holds for each variable the cell in which it lies wherever it is unknown; None: it stays unknown. Without
    a day, which `on` gives, nodes that turn on it have no planes.
    """

    def __init__(self, net: Net, rows: Rows, filling: Sequence[int | None]):
        self.net, self.every = net, rows.every
        self._rows, self._filling = rows, filling
        self._known = {NONE: 0, EVERY: self.every}
        self._days: Sequence[Sequence[int]] = ()

    def on(self, days: Sequence[Sequence[int]]) -> "Planes":
        """The same where the day is such that these comparisons are true, and those false; what lasts is kept."""
        found = Planes(self.net, self._rows, self._filling)
        turning = self.net.turning
        found._known = {node: plane for node, plane in self._known.items() if node not in turning}
        found._days = days
        return found

    def of(self, node: int) -> int:
        found = self._known.get(node)
        if found is None:
            place = node - self.net.first
            found = self._worked_out(*self.net.made[place]) if place >= 0 else self._compared(node)
            self._known[node] = found
        return found

    def _compared(self, node: int) -> int:
        number, fails = divmod(node - 2, 2)
        if node in self.net.turning:
            return self._days[fails][number]
        return self._rows.compared(number, not fails, self._filling)

    def _worked_out(self, sign: str, parts: Nodes) -> int:
        if sign == "&":
            found = self.every
            for part in parts:
                found &= self.of(part)
                if not found:  # the others are not worked out
                    break
        elif sign == "|":
            found = 0
            for part in parts:
                found |= self.of(part)
                if found == self.every:
                    break
        else:
            found = self.every ^ self.of(parts[0])
        return found
