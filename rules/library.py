"""Every pack, loaded together or not at all, and the program of rules that governs on given days."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from rules.pack import Pack, PackError, Rule, Step, Text
from rules.pack_reader import as_pack_error, declared_findings, read_pack
from rules.program import Program, build_program
from rules.vocabulary import Vocabulary, vocabulary
from rules.yaml_source import Place, read_text

PACKS = Path(__file__).with_name("packs")
TASKS = ("complaint", "reinstatement")  # each has a folder of packs and a program of its own
_TITLED = ("red_line.", "tolerance.", "correction.", "refer.")


@dataclass(frozen=True)
class Library:
    """All packs by name, the texts they were read from by file name, and the steps of the one chain."""

    packs: dict[str, Pack]
    vocabulary: Vocabulary
    texts: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _programs: dict[tuple, Program] = field(default_factory=dict, compare=False, repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for pack in self.packs.values() for step in pack.steps)

    @cached_property
    def _turns(self) -> dict[str, list[date]]:
        """For each of the two days that packs go by, those on which some rule begins or has just ended."""
        turns: dict[str, set[date]] = {"conduct": set(), "decision": set()}
        for pack in self.packs.values():
            for rule in pack.rules:
                if rule.enabled:
                    turns[pack.governed_by].update(_turns(rule))
        return {governed_by: sorted(days) for governed_by, days in turns.items()}

    def commencements(self) -> list[date]:
        """The days on which some rule governed by the conduct begins, or has just ended, to be in force."""
        return self._turns["conduct"]

    def stretch(self, conduct_day: date, as_of: date) -> tuple[int, int]:
        """Which stretches between commencements the two days fall in: the same rules govern within them."""
        return bisect_right(self._turns["conduct"], conduct_day), bisect_right(self._turns["decision"], as_of)

    def program(self, conduct_day: date, as_of: date) -> Program:
        """The rules for conduct of the one day decided on the other: each pack by the day that governs it."""
        stretch = self.stretch(conduct_day, as_of)
        if stretch not in self._programs:  # two threads may both build it; the second only repeats the first
            self._programs[stretch] = self._build(conduct_day, as_of)
        return self._programs[stretch]

    def _build(self, conduct_day: date, as_of: date) -> Program:
        chosen = []
        for pack in self.packs.values():
            chosen += pack.in_force(conduct_day if pack.governed_by == "conduct" else as_of)
        return build_program(chosen, self.steps)

    def rule(self, rule_id: str) -> Rule:
        """The newest version of a rule by id; raises KeyError."""
        found = [rule for pack in self.packs.values() for rule in pack.rules if rule.id == rule_id]
        if not found:
            raise KeyError(rule_id)
        return max(found, key=lambda rule: rule.effective_from or date.min)


def _turns(rule: Rule) -> set[date]:
    turns = set()
    if rule.effective_from:
        turns.add(rule.effective_from)
    if rule.effective_to:
        turns.add(date.fromordinal(rule.effective_to.toordinal() + 1))
    return turns


@cache
def library() -> Library:
    """The packs shipped with the product; raises PackError and then none of them is loaded."""
    return load_library(PACKS, vocabulary())


@cache
def task_library(task: str) -> Library:
    """The packs of one task other than the disposition; raises as library does."""
    return load_library(PACKS / task, vocabulary())


def shipped_packs() -> dict[str, Pack]:
    """Every pack shipped with the product by name: those of the disposition, then those of each task."""
    return library().packs | {name: pack for task in TASKS for name, pack in task_library(task).packs.items()}


def load_library(folder: Path, words: Vocabulary) -> Library:
    """Load every pack of a folder, checked against each other; raises PackError at the first fault."""
    with as_pack_error():
        texts = {path.name: read_text(path) for path in sorted(folder.glob("*.yaml"))}
    return read_library(texts, words)


def read_library(texts: dict[str, str], words: Vocabulary) -> Library:
    """Load packs from their texts by file name; raises as load_library does."""
    findings: set[str] = set()
    for name, text in texts.items():
        findings |= declared_findings(text, name)
    packs: dict[str, Pack] = {}
    for name, text in texts.items():
        pack = read_pack(text, name, words.facts, findings)
        if pack.name in packs:
            raise PackError(Place(name, 1, 1), f"the pack '{pack.name}' a second time", "one file a pack")
        packs[pack.name] = pack
    loaded = Library(packs, words, dict(texts))
    _check_steps(loaded.steps)
    _check_texts(loaded)
    _check_references(loaded)
    return loaded


def _check_references(loaded: Library) -> None:
    """Refuse ids in two packs, overrides of nothing, findings without a title, and findings that cannot come about."""
    owner: dict[str, str] = {}
    live: set[str] = set()
    titled = {name for pack in loaded.packs.values() for name in pack.titles}
    titled |= {f"refer.{code}" for pack in loaded.packs.values() for code in pack.questions}
    every = [rule for pack in loaded.packs.values() for rule in pack.rules]
    for rule in every:
        if owner.setdefault(rule.id, rule.pack) != rule.pack:
            raise PackError(rule.place, f"the rule '{rule.id}' of pack {owner[rule.id]}", "an id of its own")
        if rule.enabled:
            live.update(rule.establishes)
        for finding in rule.establishes:
            if finding.startswith(_TITLED) and finding not in titled:
                raise PackError(
                    rule.place, f"{rule.id} makes '{finding}'", "its title or question in some pack"
                )
    for rule in every:
        for other in rule.overrides:
            if other not in owner:
                raise PackError(rule.place, f"{rule.id} overrides '{other}'", "the id of a rule")
        dead = {name for name in rule.reads_findings - live if not name.startswith("disposition.")}
        if rule.enabled and dead:
            raise PackError(
                rule.place,
                f"{rule.id} reads '{min(dead)}', which no enabled rule makes",
                "a finding that can come about",
            )


def _check_texts(loaded: Library) -> None:
    """Refuse two texts for one thing: which of them a document prints would be decided by the order of the packs."""
    said: dict[tuple[str, str], Text] = {}
    for pack in loaded.packs.values():
        for kind, texts in (("title", pack.titles), ("question", pack.questions), ("gate", pack.gates)):
            for name, text in texts.items():
                first = said.setdefault((kind, name), text)
                if first != text:
                    raise PackError(
                        text.place,
                        f"another {kind} of '{name}' than at {first.place}",
                        "one text in all packs",
                    )


def _check_steps(steps: tuple[Step, ...]) -> None:
    """Refuse two steps of one id or of one place in the order, in whichever packs they stand."""
    taken: set[object] = set()
    for step in steps:
        if {step.id, step.order} & taken:
            raise PackError(
                step.place, f"the id or the order of step '{step.id}' a second time", "its own of both"
            )
        taken |= {step.id, step.order}
