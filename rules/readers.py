"""The compiled readers of a program, made once and kept; and their comparison, rule by rule."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from rules.engine import Engine
from rules.generated import Generated
from rules.program import Program
from rules.reading import Reading
from rules.solver import Solver
from rules.vocabulary import Vocabulary, vocabulary

KEPT = 24  # more programs than the shipped packs have stretches of law; an engine holds a few MiB


class ReadersDiffer(RuntimeError):
    """Two readers disagree on a rule, so no recommendation is given; `rules` names where they differ."""

    def __init__(self, rules: list[str]):
        self.rules = rules
        super().__init__("durable-rules and the generated function differ on: " + ", ".join(rules))


@dataclass(frozen=True)
class Readers:
    """Every reader of one program."""

    program: Program
    words: Vocabulary
    engine: Engine
    generated: Generated
    solver: Solver

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
        made = Readers(program, words, Engine(program), generated, Solver(generated))
        _kept[key] = made
        if len(_kept) > KEPT:
            _kept.popitem(last=False)  # its engine is freed when the last thread that reads it lets go
        return made
