"""The rules in force on one day, ordered so that every finding is known before a rule reads it.

A program is what every reader compiles: durable-rules (engine.py), the generated function (generated.py) and
the solver (solver.py). It has two phases: the reasoning, which ends in a disposition, and the consequences
(outcomes, corrections), which read that disposition.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rules.conditions import All, Condition, Has, Test, leaves, negate
from rules.pack import DISPOSITIONS, Rule, Step
from rules.yaml_source import SourceError

DISPOSITION_FINDINGS = tuple(f"disposition.{disposition}" for disposition in DISPOSITIONS)


class ProgramError(SourceError):
    """Rules that each can be read and cannot be put in an order together: where one of them stands, and why."""


@dataclass(frozen=True)
class Node:
    """One rule ready for the readers: its condition with overrides and bars worked in."""

    rule: Rule
    condition: Condition
    level: int

    @property
    def id(self) -> str:
        return self.rule.id

    @cached_property
    def facts(self) -> set[str]:
        """The facts that its condition compares, those of rules that override it included."""
        return {leaf.fact for leaf in leaves(self.condition) if isinstance(leaf, Test)}

    @cached_property
    def findings(self) -> set[str]:
        """The findings that its condition reads, bars and those of rules that override it included."""
        return {leaf.finding for leaf in leaves(self.condition) if isinstance(leaf, Has)}


@dataclass(frozen=True)
class Program:
    """Rules by level, the rules behind each finding, and the steps of the chain in their order."""

    reasoning: tuple[tuple[Node, ...], ...]
    consequences: tuple[tuple[Node, ...], ...]
    established_by: dict[str, tuple[str, ...]]
    steps: tuple[Step, ...]
    nodes: dict[str, Node]
    key: tuple[str, ...]

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and (self.key, self.steps, self.nodes) == (
            other.key,
            other.steps,
            other.nodes,
        )

    @cached_property
    def tests(self) -> list[Test]:
        """Every comparison that some rule makes, each once, in a fixed order."""
        found = {
            leaf: None
            for node in self.nodes.values()
            for leaf in leaves(node.condition)
            if isinstance(leaf, Test)
        }
        return list(found)

    @cached_property
    def facts(self) -> set[str]:
        """Every fact that some rule reads."""
        return {test.fact for test in self.tests}


def build_program(rules: Iterable[Rule], steps: Iterable[Step]) -> Program:
    """Order the rules into strata; raises ProgramError for a circle or for two versions of one rule."""
    by_id: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in by_id:
            raise ProgramError(
                rule.place,
                f"two versions of {rule.id} in force at once",
                "versions whose dates do not overlap",
                f"规则 {rule.id} 有两个版本同时有效；请改为前后相接、互不重叠的日期",
            )
        by_id[rule.id] = rule
    established_by: dict[str, list[str]] = {}
    for rule in by_id.values():
        for finding in rule.establishes:
            established_by.setdefault(finding, []).append(rule.id)
    overridden_by: dict[str, list[str]] = {}
    for rule in by_id.values():
        for other in rule.overrides:
            overridden_by.setdefault(other, []).append(rule.id)

    conditions, read = {}, {}
    for rule in by_id.values():
        conditions[rule.id], read[rule.id] = rule.condition, rule.reads_findings
        winners = [by_id[other].when for other in sorted(overridden_by.get(rule.id, ()))]
        if winners:
            own = All((rule.when, *map(negate, winners)))
            conditions[rule.id] = All((own, *rule.condition.parts[1:])) if rule.unless else own
            read[rule.id] = read[rule.id].union(*map(_findings, winners))
    levels, late = _levels(by_id, read, established_by)
    nodes = {rule.id: Node(rule, conditions[rule.id], levels[rule.id]) for rule in by_id.values()}

    def strata(wanted: bool) -> tuple[tuple[Node, ...], ...]:
        found: dict[int, list[Node]] = {}
        for node in nodes.values():
            if (node.id in late) == wanted:
                found.setdefault(node.level, []).append(node)
        return tuple(tuple(found[level]) for level in sorted(found))

    return Program(
        strata(False),
        strata(True),
        {name: tuple(ids) for name, ids in established_by.items()},
        tuple(sorted(steps, key=lambda step: step.order)),
        nodes,
        versions(by_id.values()),
    )


def versions(rules: Iterable[Rule]) -> tuple[str, ...]:
    """What tells programs of one library apart."""
    return tuple(sorted(rule.version for rule in rules))


def _levels(
    by_id: dict[str, Rule], read: dict[str, frozenset[str]], established_by: dict[str, list[str]]
) -> tuple[dict[str, int], set[str]]:
    """Each rule's stratum, and the rules that depend on the disposition."""
    inputs: dict[str, set[str]] = {}
    late: set[str] = set()
    for rule_id, findings in read.items():
        inputs[rule_id] = {need for finding in findings for need in established_by.get(finding, ())}
        if not findings.isdisjoint(DISPOSITION_FINDINGS):
            late.add(rule_id)
    levels: dict[str, int] = {}
    waiting = dict(inputs)
    while waiting:
        ready = [rule_id for rule_id, needs in waiting.items() if needs <= levels.keys()]
        if not ready:
            raise ProgramError(
                by_id[min(waiting)].place,
                "rules that read each other in a circle: " + ", ".join(sorted(waiting)),
                "a condition of one of them that does not come back to itself",
                f"规则之间循环引用：{'、'.join(sorted(waiting))}；请改写其中一条的条件，使其不再回到自身",
            )
        for rule_id in ready:
            needs = waiting.pop(rule_id)
            levels[rule_id] = 1 + max((levels[need] for need in needs), default=-1)
            if not needs.isdisjoint(late):
                late.add(rule_id)
    for rule_id in late:
        if any(finding.startswith("step.") for finding in by_id[rule_id].establishes):
            raise ProgramError(
                by_id[rule_id].place,
                f"{rule_id} is a step of the chain and reads the disposition the chain makes",
                "a condition that is known before the chain has ended",
                f"规则 {rule_id} 得出审查环节，却以审查环节得出的处理建议为条件；请改用作出处理建议之前即可查明的条件",
            )
    return levels, late


def _findings(condition: Condition) -> set[str]:
    return {leaf.finding for leaf in leaves(condition) if isinstance(leaf, Has)}
