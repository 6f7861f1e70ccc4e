"""durable-rules as the engine of record, through the one narrow gate its faults leave safe.

Only this module may import it. One fact a case holding whole numbers under names of ours; conditions as disjoint
conjunctions, one engine rule each, at most 60 a ruleset; always the same state and the same message id; assert,
drain, retract under a lock; no Host, no timers, no consequents; findings carried between strata in Python. What
goes wrong outside this gate, and how each fault shows itself, is in docs/decisions/0002-durable-rules-gate.md.
"""

import itertools
import json
import os
import threading
import weakref
from datetime import date
from decimal import Decimal

import durable_rules_engine as durable

from rules.conditions import All, AnyOf, Condition, Has, Test, negate
from rules.program import Node, Program
from rules.reading import Reading, settle_findings, stop_chain

ENGINE_NAME = "durable-rules 2.0.28"
RULES_A_SET = 60  # the engine holds at most 64 pending nodes; beyond that it fires nothing and says 303
CONJUNCTIONS_A_RULE = 256
FIELDS_A_SET = 240  # the engine refuses a fact of more than 252 fields
LARGEST = 2**62  # beyond 2**63 the engine saturates without a word
_OPERATORS = {
    "is_not": "$neq",
    "excludes": "$neq",
    "above": "$gt",
    "at_least": "$gte",
    "below": "$lt",
    "at_most": "$lte",
}


class EngineError(RuntimeError):
    """The engine of record did not answer as it must; no reading is given."""


class TooLarge(ValueError):
    """A condition that makes more conjunctions than the engine is trusted with; name a part of it as a finding."""


def encode(value: object) -> int:
    """One comparable value as a whole number: booleans 0 and 1, numbers in hundredths, dates as day numbers."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int) and abs(value) < LARGEST // 100:
        return value * 100
    if isinstance(value, (int, float)):
        hundredths = Decimal(str(value)) * 100
        if not hundredths.is_finite() or abs(hundredths) >= LARGEST or hundredths % 1:
            raise EngineError(f"a number the engine cannot hold exactly: {value!r}")
        return int(hundredths)
    return date.fromisoformat(value).toordinal()


def conjunctions(condition: Condition) -> list[tuple]:
    """The condition as alternatives, each a sorted tuple of leaves that must all hold; subsumed ones left out."""
    found = _conjunctions(condition)
    kept = [one for one in found if not any(other < one for other in found)]
    if len(kept) > CONJUNCTIONS_A_RULE:
        raise TooLarge(f"{len(kept)} alternatives; name a part of the condition as a finding of its own")
    return [tuple(sorted(one, key=repr)) for one in kept]


def _conjunctions(condition: Condition) -> list[frozenset]:
    match condition:
        case AnyOf(parts):
            found = [one for part in parts for one in _conjunctions(part)]
        case All(parts):
            found = [frozenset()]
            for part in parts:
                found = [one | other for one, other in itertools.product(found, _conjunctions(part))]
                if len(found) > 8 * CONJUNCTIONS_A_RULE:
                    raise TooLarge(
                        "a condition with too many alternatives; name a part of it as a finding of its own"
                    )
        case _:
            found = [frozenset([condition])]
    return list(dict.fromkeys(found))


class _RuleSet:
    """At most sixty conjunctions, the fields they read, and the live engine handle."""

    def __init__(self, items: list[tuple[str, bool, tuple, tuple]], fields: "_Fields"):
        self.items = items
        definition = {"primed": {"all": [{"m": {"primed": 1}}]}}
        names: set[str] = set()
        for number, (_, _, _, leaves) in enumerate(items):
            comparisons = []
            for leaf in leaves:
                name, literal, operator = fields.comparison(leaf)
                names.add(name)
                comparisons.append({name: literal} if operator == "" else {operator: {name: literal}})
            definition[f"c{number}"] = {
                "all": [{"m": {"$and": comparisons} if len(comparisons) > 1 else comparisons[0]}]
            }
        if len(names) > FIELDS_A_SET:
            raise TooLarge(f"a group of rules that reads {len(names)} fields")
        self.names = sorted(names)
        self.definition = json.dumps(definition)
        self.handle: int | None = None

    def open(self) -> None:
        self.handle = durable.create_ruleset("p", self.definition)
        # A state in which nothing has ever fired must not be deleted, so every new state fires once.
        if self.run('{"id":"x","primed":1}') != ["primed"]:
            raise EngineError("the engine failed its self-test")

    def close(self) -> None:
        if self.handle is not None:
            handle, self.handle = self.handle, None
            durable.delete_state(handle, "0")  # first, or delete_ruleset leaks the state
            durable.delete_ruleset(handle)

    def run(self, message: str) -> list[str]:
        """Assert one fact, drain what fires, retract it; always state "0" and id "x", so memory stays flat."""
        code, state = durable.assert_fact(self.handle, message)
        if code not in (0, 1):  # 0 matched, 1 matched nothing; 2 would mean a fact was left behind
            raise EngineError(f"the engine answered {code} to a fact")
        fired = []
        answer = durable.start_action_for_state(self.handle, state)
        found = answer and answer[1]
        while found:
            fired.append(found[2 : found.index('"', 2)])
            found = durable.complete_and_start_action(self.handle, state)
        durable.retract_fact(self.handle, '{"id":"x"}')
        return fired


class _Fields:
    """Names and values as the engine sees them: f0, f1, … and whole numbers."""

    def __init__(self) -> None:
        self.names: dict[tuple, str] = {}
        self.codes: dict[tuple[str, str], int] = {}
        self.texts: set[str] = set()
        self.by_fact: dict[str, list[tuple[str, list]]] = {}

    def name(self, key: tuple) -> str:
        return self.names.setdefault(key, f"f{len(self.names)}")

    def comparison(self, leaf: Test | Has) -> tuple[str, int, str]:
        if isinstance(leaf, Has):
            return self.name(("bar" if leaf.bar else "finding", leaf.finding)), int(leaf.wanted), ""
        operator = _OPERATORS.get(leaf.op, "")
        if leaf.op in ("includes", "excludes"):
            return self.name(("member", leaf.fact, leaf.value)), 1, operator
        return self.name(("fact", leaf.fact)), self.literal(leaf), operator

    def literal(self, leaf: Test) -> int:
        """A literal of a rule; texts of a choice are interned, so that the engine never compares texts."""
        if leaf.op in ("is", "is_not") and isinstance(leaf.value, str):
            self.texts.add(leaf.fact)
            return self.codes.setdefault((leaf.fact, leaf.value), len(self.codes))
        return encode(leaf.value)

    def freeze(self) -> None:
        """Group the fields by fact, once every rule has been compiled."""
        for (kind, fact, *member), name in self.names.items():
            if kind in ("fact", "member"):
                self.by_fact.setdefault(fact, []).append((name, member))

    def values(self, facts: dict) -> dict[str, int]:
        """A case's facts as engine fields; a value that no rule names is coded -1, which equals none of them."""
        found = {}
        for fact, value in facts.items():
            for name, member in self.by_fact.get(fact, ()):
                if member:
                    found[name] = int(member[0] in value)
                elif fact in self.texts:
                    found[name] = self.codes.get((fact, value), -1)
                else:
                    found[name] = encode(value)
        return found


class _Level:
    """One stratum of rules: its rulesets, and the findings that must be known before it is read."""

    def __init__(self, nodes: tuple[Node, ...], fields: _Fields):
        self.ids = [node.id for node in nodes]
        self.needed = sorted({finding for node in nodes for finding in node.findings})
        items = [
            (node.id, verdict, (len(leaves), repr(leaves)), leaves)
            for node in nodes
            for verdict in (True, False)
            for leaves in conjunctions(node.condition if verdict else negate(node.condition))
        ]
        self.sets = [
            _RuleSet(items[at : at + RULES_A_SET], fields) for at in range(0, len(items), RULES_A_SET)
        ]
        self.inputs = [
            (name, fields.names.get(("finding", name)), fields.names.get(("bar", name)))
            for name in self.needed
        ]


def _free(rulesets: list[_RuleSet]) -> None:
    for ruleset in rulesets:
        ruleset.close()


class Engine:
    """A program compiled for durable-rules; `read` may be called from many threads and after a fork."""

    def __init__(self, program: Program):
        self.program = program
        self.fields = _Fields()
        self.phases = [
            [_Level(nodes, self.fields) for nodes in levels]
            for levels in (program.reasoning, program.consequences)
        ]
        early = {node.id for nodes in program.reasoning for node in nodes}
        self.early = [name for name, rules in program.established_by.items() if early.issuperset(rules)]
        self.fields.freeze()
        self.lock = threading.Lock()
        self.dirty = True
        with self.lock:
            self._rebuild()
        weakref.finalize(self, _free, self._all_sets()).atexit = False
        itself = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: itself() and itself().after_fork())

    def read(self, facts: dict, provisional: bool = False) -> Reading:
        """Evaluate every rule on the established facts (an unknown fact is absent from `facts`).

        Raises EngineError if the engine misbehaves; the next call starts from freshly built rulesets.
        """
        reading = Reading()
        values = self.fields.values(facts)
        for number, levels in enumerate(self.phases):
            for level in levels:
                self._read_level(level, values, reading, provisional)
            if number == 0:
                settle_findings(self.program, reading, self.early)
                stop_chain(self.program, reading, provisional)
        settle_findings(self.program, reading, self.program.established_by.keys() - reading.findings.keys())
        return reading

    def close(self) -> None:
        """Give the engine's memory back; not while another thread still reads."""
        with self.lock:
            self.dirty = True
            _free(self._all_sets())

    def _read_level(
        self, level: "_Level", values: dict[str, int], reading: Reading, provisional: bool
    ) -> None:
        settle_findings(
            self.program, reading, [name for name in level.needed if name not in reading.findings]
        )
        for finding, own, bar in level.inputs:
            verdict = reading.findings[finding]
            if own and verdict is not None:
                values[own] = int(verdict)
            if bar and (provisional or verdict is not None):
                values[bar] = int(verdict is True)
        hits: list[tuple[str, bool, tuple, tuple]] = []
        with self.lock:
            if self.dirty:
                self._rebuild()
            self.dirty = True  # stays set if anything, even a signal, breaks in before the fact is retracted
            for ruleset in level.sets:
                fact = {name: values[name] for name in ruleset.names if name in values}
                if fact:
                    message = json.dumps({"id": "x", **fact})
                    hits.extend(ruleset.items[int(name[1:])] for name in ruleset.run(message))
            self.dirty = False
        for rule_id in level.ids:
            reading.rules[rule_id] = None
        chosen: dict[str, tuple] = {}
        for rule_id, verdict, rank, leaves in hits:
            if reading.rules[rule_id] is (not verdict):
                raise EngineError(f"the engine holds {rule_id} both true and false")
            reading.rules[rule_id] = verdict
            if rule_id not in chosen or rank < chosen[rule_id]:
                chosen[rule_id] = rank
                reading.because[rule_id] = leaves

    def _all_sets(self):
        return [ruleset for levels in self.phases for level in levels for ruleset in level.sets]

    def _rebuild(self) -> None:
        for ruleset in self._all_sets():
            ruleset.close()
            ruleset.open()
        self.dirty = False

    def after_fork(self) -> None:
        """Start afresh in a forked child: the parent's lock may have been held by a thread the child does not have."""
        self.lock = threading.Lock()
        self.dirty = True
