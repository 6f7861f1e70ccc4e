"""The compiled readers of a program, made once and kept; and their comparison, rule by rule."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from rules.engine import Engine, Shelf
from rules.generated import Generated
from rules.lighter import lighter
from rules.program import Program
from rules.reading import Reading
from rules.solver import Solver
from rules.vocabulary import Vocabulary, vocabulary

KEPT = 32  # more than national law has stretches and any one place; a MiB or two each beside the shelf
KEPT_OUTLOOKS = 96  # some 1.5 MiB each: undated conduct in no stated place alone needs forty


class ReadersDiffer(RuntimeError):
    """Two readers disagree on a rule, so no recommendation is given; `rules` names where they differ."""

    def __init__(self, rules: list[str]):
        self.rules = rules
        super().__init__("durable-rules and the generated function differ on: " + ", ".join(rules))


@dataclass(frozen=True)
class Readers:
    """The two readers of one program that every answer comes from."""

    program: Program
    words: Vocabulary
    engine: Engine
    generated: Generated

    def read(self, facts: dict, provisional: bool = False) -> Reading:
        """The reading of record, checked against the second reader; raises ReadersDiffer if they disagree anywhere."""
        record = self.engine.read(facts, provisional)
        check = self.generated.read(facts, provisional)
        if record.rules != check.rules:
            raise ReadersDiffer(
                sorted(rule for rule in record.rules if record.rules[rule] != check.rules.get(rule))
            )
        if record.disposition != check.disposition or record.step != check.step:
            raise ReadersDiffer([f"disposition: {record.disposition} and {check.disposition}"])
        return record


_shelf = Shelf()  # of all engines: versions of the law compare much the same
_kept: OrderedDict[tuple[Program, int], Readers] = OrderedDict()
_lock = threading.Lock()


def readers_of(program: Program, words: Vocabulary | None = None) -> Readers:
    """The readers of a program, compiled on first use (tens of milliseconds) and kept afterwards."""
    words = words or vocabulary()
    key = program, id(words)  # the kept readers hold the words, so that no others get their id
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
        generated = Generated(program, words)
        made = Readers(program, words, Engine(program, _shelf), generated)
        _kept[key] = made
        if len(_kept) > KEPT:
            _kept.popitem(last=False)  # its engine is freed when the last thread that reads it lets go
        return made


class Governed:
    """Two versions of the law over the same cells: what governs is the lighter of what they give.

    It answers as a generated function and a solver do, for the governing disposition. Under one version only, the
    two are the same program.
    """

    def __init__(self, old: Program, new: Program, words: Vocabulary):
        tests = list(dict.fromkeys([*old.tests, *new.tests]))
        self.versions = [Generated(program, words, tests) for program in dict.fromkeys((old, new))]
        self.variables = self.versions[0].variables
        self.solver = Solver(*self.versions)

    def cells_of(self, facts: dict) -> dict[tuple, int]:
        """A case as sweep bases take it."""
        return self.versions[0].cells_of(facts)

    def sweep(self, bases: list[dict], changes: list[tuple], provisional: bool) -> list[str | None]:
        """The governing disposition of each base and each change; None where either version leaves it open."""
        planes = self.versions[0].spread(bases, changes)
        answers = [version.dispositions(planes, provisional) for version in self.versions]
        if len(answers) == 1:
            return answers[0]
        return [lighter(old, new) if old and new else None for old, new in zip(*answers, strict=True)]


_governed: OrderedDict[tuple, Governed] = OrderedDict()


def governed_by(old: Program, new: Program, words: Vocabulary) -> Governed:
    """The old and the new version together, compiled on first use and kept afterwards."""
    key = old, new, id(words)
    with _lock:
        if key not in _governed:
            _governed[key] = Governed(old, new, words)
            if len(_governed) > KEPT_OUTLOOKS:
                _governed.popitem(last=False)
        _governed.move_to_end(key)
        return _governed[key]
