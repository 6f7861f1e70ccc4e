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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import durable_rules_engine as durable

from rules.conditions import All, AnyOf, Condition, Has, Test, negate
from rules.program import Node, Program, ProgramError
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


class TooMany(ValueError):
    """A condition that makes more conjunctions, or reads more facts, than the engine is trusted with."""


class TooLarge(ProgramError):
    """The same of a rule in a program, with its place and what to do."""


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
        raise TooMany(f"{len(kept)} alternatives")
    return [tuple(sorted(one, key=repr)) for one in kept]


def _conjunctions(condition: Condition) -> list[frozenset]:
    match condition:
        case AnyOf(parts):
            found = []
            for part in parts:
                found += _conjunctions(part)
                _ensure_few(len(found))
        case All(parts):
            found = [frozenset()]
            for part in parts:
                others = _conjunctions(part)
                _ensure_few(len(found) * len(others))  # before they are made: each alone may be very many
                found = [one | other for one, other in itertools.product(found, others)]
        case _:
            found = [frozenset([condition])]
    return list(dict.fromkeys(found))


def _ensure_few(number: int) -> None:
    """Raise TooMany for more alternatives than can be compared with each other in no time."""
    if number > 8 * CONJUNCTIONS_A_RULE:
        raise TooMany("too many alternatives to count")


class _RuleSet:
    """At most sixty conjunctions, of however many programs, the fields they compare, and the live engine handle."""

    def __init__(self) -> None:
        self.definition: dict[str, dict] = {"primed": {"all": [{"m": {"primed": 1}}]}}
        self.names: list[str] = []
        self.placed: dict[str, str] = {}
        self.handles: list[int] = []  # one while it is open
        weakref.finalize(self, _free, self.handles).atexit = False

    def has_room(self, names: set[str]) -> bool:
        return len(self.placed) < RULES_A_SET and len(names.union(self.names)) <= FIELDS_A_SET

    def add(self, text: str, names: set[str]) -> None:
        """Take one conjunction more, as the engine writes it; it is read from the next opening on."""
        self.placed[text] = name = f"c{len(self.placed)}"
        self.definition[name] = {"all": [{"m": json.loads(text)}]}
        self.names = sorted(names.union(self.names))
        self.close()

    def open(self) -> None:
        """Start the engine; one that fails is left as it is, for a state in which nothing fired must not be deleted."""
        handle = durable.create_ruleset("p", json.dumps(self.definition))
        if _run(handle, {"primed": 1}) != ["primed"]:
            raise EngineError("the engine failed its self-test")
        self.handles.append(handle)

    def close(self) -> None:
        _free(self.handles)

    def run(self, fact: dict[str, int]) -> list[str]:
        """The names of what fires of a fact."""
        if not self.handles:
            self.open()
        return _run(self.handles[0], fact)


def _run(handle: int, fact: dict[str, int]) -> list[str]:
    """Assert one fact, drain what fires, retract it; always state "0" and id "x", so memory stays flat."""
    code, state = durable.assert_fact(handle, json.dumps({"id": "x", **fact}))
    if code not in (0, 1):  # 0 matched, 1 matched nothing; 2 would mean a fact was left behind
        raise EngineError(f"the engine answered {code} to a fact")
    fired = []
    answer = durable.start_action_for_state(handle, state)
    found = answer and answer[1]
    while found:
        fired.append(found[2 : found.index('"', 2)])
        found = durable.complete_and_start_action(handle, state)
    durable.retract_fact(handle, '{"id":"x"}')
    return fired


def _free(handles: list[int]) -> None:
    while handles:
        handle = handles.pop()
        durable.delete_state(handle, "0")  # first, or delete_ruleset leaks the state
        durable.delete_ruleset(handle)


class Shelf:
    """The rulesets of programs that are much alike: what several of them compare on one level stands there once.

    An engine of its own for each version of the law would take 30 MiB; beside others it takes what it alone compares.
    A ruleset is given back with the last engine that reads it.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.dirty = False
        self.names: dict[tuple, str] = {}
        self.codes: dict[tuple[str, str], int] = {}
        self._sets: weakref.WeakSet[_RuleSet] = weakref.WeakSet()
        self._placed: weakref.WeakValueDictionary[tuple, _RuleSet] = weakref.WeakValueDictionary()
        self._filling: weakref.WeakValueDictionary[tuple, _RuleSet] = weakref.WeakValueDictionary()
        itself = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: itself() and itself().after_fork())

    def name(self, key: tuple) -> str:
        return self.names.setdefault(key, f"f{len(self.names)}")

    def code(self, fact: str, text: str) -> int:
        """Texts of a choice are interned, so that the engine never compares texts."""
        return self.codes.setdefault((fact, text), len(self.codes))

    def place(self, level: tuple, comparisons: list[dict], names: set[str]) -> tuple[_RuleSet, str]:
        """The ruleset of this level in which the conjunction stands, and by which name it fires."""
        if len(names) > FIELDS_A_SET:
            raise TooMany(f"{len(names)} facts and findings read together")
        text = json.dumps({"$and": comparisons} if len(comparisons) > 1 else comparisons[0])
        found = self._placed.get((level, text))
        if found is None:
            found = self._filling.get(level)
            if found is None or not found.has_room(names):
                found = self._filling[level] = _RuleSet()
                self._sets.add(found)
            found.add(text, names)
            self._placed[level, text] = found
        return found, found.placed[text]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the rulesets while they are read; after anything unexpected all are opened anew."""
        with self.lock:
            if self.dirty:
                for ruleset in list(self._sets):
                    ruleset.close()
            self.dirty = True  # stays set if anything, even a signal, breaks in before the fact is retracted
            yield
            self.dirty = False

    def after_fork(self) -> None:
        """Start afresh in a forked child: the parent's lock may have been held by a thread the child does not have."""
        self.lock = threading.Lock()
        self.dirty = True


class _Fields:
    """Names and values of one program as the engine sees them: f0, f1, … and whole numbers."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.names: dict[tuple, str] = {}
        self.texts: set[str] = set()
        self.by_fact: dict[str, list[tuple[str, list]]] = {}

    def name(self, key: tuple) -> str:
        self.names[key] = name = self.shelf.name(key)
        return name

    def comparison(self, leaf: Test | Has) -> tuple[str, dict]:
        """The field that a leaf reads, and the leaf as the engine writes it."""
        if isinstance(leaf, Has):
            name = self.name(("bar" if leaf.bar else "finding", leaf.finding))
            return name, {name: int(leaf.wanted)}
        operator = _OPERATORS.get(leaf.op, "")
        if leaf.op in ("includes", "excludes"):
            name, literal = self.name(("member", leaf.fact, leaf.value)), 1
        else:
            name, literal = self.name(("fact", leaf.fact)), self.literal(leaf)
        return name, {operator: {name: literal}} if operator else {name: literal}

    def literal(self, leaf: Test) -> int:
        """A literal of a rule as a whole number."""
        if leaf.op in ("is", "is_not") and isinstance(leaf.value, str):
            self.texts.add(leaf.fact)
            return self.shelf.code(leaf.fact, leaf.value)
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
                    found[name] = self.shelf.codes.get((fact, value), -1)
                else:
                    found[name] = encode(value)
        return found


class _Level:
    """One stratum of rules: what each conjunction says that fires, and the findings that must be known before."""

    def __init__(self, nodes: tuple[Node, ...], fields: _Fields, level: tuple):
        self.ids = [node.id for node in nodes]
        self.needed = sorted({finding for node in nodes for finding in node.findings})
        self.sets: dict[_RuleSet, dict[str, list[tuple[str, bool, tuple, tuple]]]] = {}
        for node in nodes:
            try:
                self._take(node, fields, level)
            except TooMany as error:
                raise TooLarge(
                    node.rule.place,
                    f"{node.id}: {error}",
                    "a part of its condition named as a finding of its own",
                    f"规则 {node.id} 的条件展开后过于庞大；请把其中一部分写成另一条规则，得出单独的认定，再引用该认定",
                ) from None
        self.inputs = [
            (name, fields.names.get(("finding", name)), fields.names.get(("bar", name)))
            for name in self.needed
        ]

    def _take(self, node: Node, fields: _Fields, level: tuple) -> None:
        for verdict in (True, False):
            for leaves in conjunctions(node.condition if verdict else negate(node.condition)):
                compared = [fields.comparison(leaf) for leaf in leaves]
                ruleset, name = fields.shelf.place(
                    level, [one for _, one in compared], {field for field, _ in compared}
                )
                says = node.id, verdict, (len(leaves), repr(leaves)), leaves
                self.sets.setdefault(ruleset, {}).setdefault(name, []).append(says)

    def hits(self, values: dict[str, int]) -> Iterator[tuple[str, bool, tuple, tuple]]:
        """What fires of these values: rule, verdict, rank and what decided it."""
        for ruleset, said in self.sets.items():
            fact = {name: values[name] for name in ruleset.names if name in values}
            if fact:
                for name in ruleset.run(fact):
                    yield from said.get(name, ())  # of another program on the shelf, nothing is said here


class Engine:
    """A program compiled for durable-rules; `read` may be called from many threads and after a fork.

    Engines on one shelf share their rulesets, and read one after the other.
    """

    def __init__(self, program: Program, shelf: Shelf | None = None):
        self.program = program
        self.shelf = shelf or Shelf()
        with self.shelf.lock:
            self.fields = _Fields(self.shelf)
            self.phases = [
                [_Level(nodes, self.fields, (phase, number)) for number, nodes in enumerate(levels)]
                for phase, levels in enumerate((program.reasoning, program.consequences))
            ]
        early = {node.id for nodes in program.reasoning for node in nodes}
        self.early = [name for name, rules in program.established_by.items() if early.issuperset(rules)]
        self.fields.freeze()

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
        """Give the memory of its rulesets back; whoever reads one again opens it again."""
        with self.shelf.lock:
            for levels in self.phases:
                for level in levels:
                    for ruleset in level.sets:
                        ruleset.close()

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
        with self.shelf.reading():
            hits = list(level.hits(values))
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
