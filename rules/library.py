"""Every pack, loaded together or not at all, and the program of rules that governs on given days."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from weakref import WeakValueDictionary

from rules.pack import Pack, PackError, Rule, Source, Step, Text
from rules.pack_reader import as_pack_error, declared_findings, parsed_name, read_pack
from rules.places import EVERYWHERE, check_local, guarded, holds_at, scope
from rules.program import Program, build_program, versions
from rules.vocabulary import Vocabulary, vocabulary
from rules.yaml_source import Place, read_text

PACKS = Path(__file__).with_name("packs")
REGIONS = "regions"  # the folder inside it with the packs that are law of a place
TASKS = ("complaint", "reinstatement")  # each has a folder of packs and a program of its own
PROGRAMS_KEPT = 256  # some 70 KiB each; undated conduct in no stated place takes about eighty
_TITLED = ("red_line.", "tolerance.", "correction.", "refer.")
_GIVEN = (
    "disposition.",
    "clause.",
)  # findings that come about without a rule, or through packs that a site adds


@dataclass(frozen=True)
class Library:
    """All packs by name, the texts they were read from by file name, and the steps of the one chain."""

    packs: dict[str, Pack]
    vocabulary: Vocabulary
    texts: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _same: WeakValueDictionary[tuple, Program] = field(
        default_factory=WeakValueDictionary, compare=False, repr=False
    )  # equal programs are one: to compare them is dear
    _guarded_rules: dict[tuple, Rule] = field(default_factory=dict, compare=False, repr=False)
    _turns_at: dict[str, list[date]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for pack in self.packs.values() for step in pack.steps)

    @cached_property
    def local(self) -> bool:
        """Whether it holds the law of any place."""
        return any(pack.local for pack in self.packs.values())

    @cached_property
    def _turns(self) -> dict[str, list[date]]:
        """For each of the two days that national packs go by, those on which some rule begins or has just ended."""
        return {
            day: _turning(pack for pack in self.packs.values() if pack.governed_by == day and not pack.local)
            for day in ("conduct", "decision")
        }

    def _local_turns(self, place: str) -> list[date]:
        """The same for the law of a place; of every place for EVERYWHERE."""
        if place not in self._turns_at:
            here = [one for one in self.packs.values() if one.local]
            here = here if place == EVERYWHERE else [one for one in here if holds_at(one, place)]
            self._turns_at[place] = _turning(here)
        return self._turns_at[place]

    def commencements(self, place: str = "") -> list[date]:
        """The days on which some rule governed by the conduct begins, or has just ended, to be in force.

        `place` adds the law of a place, by the opening digits of its code.
        """
        return sorted({*self._turns["conduct"], *self._local_turns(self._scope(place))})

    def stretch(self, conduct_day: date, as_of: date) -> tuple[int, int]:
        """Which stretches between commencements the two days fall in: the same rules govern within them."""
        return bisect_right(self._turns["conduct"], conduct_day), bisect_right(self._turns["decision"], as_of)

    def program(
        self, conduct_day: date, as_of: date, place: str = "", local_day: date | None = None
    ) -> Program:
        """The rules for conduct of the one day decided on the other: each pack by the day that governs it.

        `place` adds the law of a place, by the opening digits of its code; with EVERYWHERE the place is a fact like
        any other and each local rule asks for it. Local law is that of `local_day`, of the conduct unless it is given.
        """
        place = self._scope(place)
        return self._built(
            _since(self._turns["conduct"], conduct_day),
            _since(self._turns["decision"], as_of),
            place,
            _since(self._local_turns(place), local_day or conduct_day),
        )

    @cached_property
    def _built(self) -> Callable[[date, date, str, date], Program]:
        """Programs by the first days of their stretches; two threads may both build one, the second only repeats it."""
        return lru_cache(PROGRAMS_KEPT)(self._build)

    def _scope(self, place: str) -> str:
        return place if place == EVERYWHERE else scope(self.packs.values(), place)

    def _build(self, conduct_day: date, as_of: date, place: str, local_day: date) -> Program:
        chosen, local, shared = [], [], []
        for pack in self.packs.values():
            if pack.local:
                if place and (place == EVERYWHERE or holds_at(pack, place)):
                    local += [(rule, pack) for rule in pack.in_force(local_day)]
            else:
                rules = pack.in_force(conduct_day if pack.governed_by == "conduct" else as_of)
                (shared if pack.anywhere else chosen).extend(rules)
        everywhere, beside = place == EVERYWHERE, shared if local else []
        key = everywhere, versions([*chosen, *(rule for rule, _ in local), *beside])
        found = self._same.get(key)
        if found is None:
            regions = frozenset(region for _, pack in local for region in pack.region)
            own = [self._guarded(rule, pack, regions) if everywhere else rule for rule, pack in local]
            found = self._same.setdefault(key, build_program([*chosen, *own, *beside], self.steps))
        return found

    def _guarded(self, rule: Rule, pack: Pack, regions: frozenset[str]) -> Rule:
        key = rule.version, regions
        if key not in self._guarded_rules:
            self._guarded_rules[key] = guarded(rule, pack, regions)
        return self._guarded_rules[key]

    def rule(self, rule_id: str) -> Rule:
        """The newest version of a rule by id; raises KeyError."""
        found = [rule for pack in self.packs.values() for rule in pack.rules if rule.id == rule_id]
        if not found:
            raise KeyError(rule_id)
        return max(found, key=lambda rule: rule.effective_from or date.min)


def _since(turns: list[date], day: date) -> date:
    """The first day of the stretch in which the day lies."""
    before = bisect_right(turns, day)
    return turns[before - 1] if before else date.min


def _turning(packs: Iterable[Pack]) -> list[date]:
    """The days on which some enabled rule of the packs begins, or has just ended, to be in force."""
    turns: set[date] = set()
    for pack in packs:
        for rule in pack.rules:
            if rule.enabled and rule.effective_from:
                turns.add(rule.effective_from)
            if rule.enabled and rule.effective_to:
                turns.add(date.fromordinal(rule.effective_to.toordinal() + 1))
    return sorted(turns)


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
    """Load every pack of a folder, and the local ones inside it, checked against each other; raises PackError."""
    found = [*folder.glob("*.yaml"), *folder.glob(f"{REGIONS}/*.yaml")]
    with as_pack_error():
        texts = {path.relative_to(folder).as_posix(): read_text(path) for path in sorted(found)}
    return read_library(texts, words)


def with_packs(packs: Library, texts: dict[str, str]) -> Library:
    """The library with packs added, by file name, each in the place of the one of its name; raises PackError.

    Checked as when all are loaded: a local pack that reaches for a national finding is refused, and so is whatever
    no longer fits together.
    """
    names = {str(parsed_name(text, file)[0]) for file, text in texts.items()}
    kept = {file: text for file, text in packs.texts.items() if parsed_name(text, file)[0] not in names}
    taken = kept.keys() & texts.keys()
    if taken:
        file = min(taken)
        raise PackError(
            Place(file, 1, 1),
            f"a file of the name of another pack's, '{file}'",
            "a file name of its own",
            f"文件名 {file} 已为另一个规则包所用；请换一个文件名",
        )
    return read_library(dict(sorted((kept | texts).items())), packs.vocabulary)


def read_library(texts: dict[str, str], words: Vocabulary) -> Library:
    """Load packs from their texts by file name; raises as load_library does."""
    findings: set[str] = set()
    for name, text in texts.items():
        findings |= declared_findings(text, name)
    packs: dict[str, Pack] = {}
    for name, text in texts.items():
        pack = read_pack(text, name, words.facts, findings)
        if pack.name in packs:
            raise PackError(
                pack.at("pack"),
                f"the pack '{pack.name}' a second time",
                "one file a pack",
                f"规则包 {pack.name} 出现了两次；每个规则包只能有一个文件",
            )
        packs[pack.name] = pack
    loaded = Library(packs, words, dict(texts))
    _check_steps(loaded.steps)
    _check_texts(loaded)
    _check_sources(loaded)
    _check_references(loaded)
    _check_places(loaded)
    return loaded


def _check_places(loaded: Library) -> None:
    """Refuse a local pack that would change national law, or a pack of a place in the name of all."""
    packs = loaded.packs.values()
    national = {name for pack in packs if not pack.local for rule in pack.rules for name in rule.establishes}
    for pack in packs:
        if pack.local:
            check_local(pack, national)


def _check_references(loaded: Library) -> None:
    """Refuse ids in two packs, overrides of nothing, findings without a title, and findings that cannot come about."""
    owner: dict[str, str] = {}
    live: set[str] = set()
    titled = {name for pack in loaded.packs.values() for name in pack.titles}
    titled |= {f"refer.{code}" for pack in loaded.packs.values() for code in pack.questions}
    every = [rule for pack in loaded.packs.values() for rule in pack.rules]
    for rule in every:
        if owner.setdefault(rule.id, rule.pack) != rule.pack:
            raise PackError(
                rule.at("id"),
                f"the rule '{rule.id}' of pack {owner[rule.id]}",
                "an id of its own",
                f"规则编号 {rule.id} 已为规则包 {owner[rule.id]} 所用；请另起编号",
            )
        if rule.enabled:
            live.update(rule.establishes)
        for finding in rule.establishes:
            if finding.startswith(_TITLED) and finding not in titled:
                raise PackError(
                    rule.at("then"),
                    f"{rule.id} makes '{finding}'",
                    "its title or question in some pack",
                    f"规则 {rule.id} 得出“{finding}”，但没有写明其名称或者问题；请在 titles 或者 questions 中补写",
                )
    for rule in every:
        for other in rule.overrides:
            if other not in owner:
                raise PackError(
                    rule.at("overrides"),
                    f"{rule.id} overrides '{other}'",
                    "the id of a rule",
                    f"规则 {rule.id} 写了优先于“{other}”，但没有这条规则；应写已有规则的编号",
                )
        dead = {name for name in rule.reads_findings - live if not name.startswith(_GIVEN)}
        if rule.enabled and dead:
            raise PackError(
                rule.at("unless" if min(dead) in rule.unless else "when"),
                f"{rule.id} reads '{min(dead)}', which no enabled rule makes",
                "a finding that can come about",
                f"规则 {rule.id} 引用了“{min(dead)}”，但没有启用的规则作出这项认定；应引用能够成立的认定",
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
                        f"“{name}”的文字与 {first.place} 处不同；各规则包应使用同一文字",
                    )


def _check_sources(loaded: Library) -> None:
    """Refuse two instruments under one code: a rule of the one would be shown as an article of the other."""
    known: dict[str, tuple[str, Source]] = {}
    for pack in loaded.packs.values():
        for code, source in pack.sources.items():
            owner, first = known.setdefault(code, (pack.name, source))
            if first != source:
                raise PackError(
                    source.title.place,
                    f"'{code}' with another title or other days than in pack {owner}",
                    "a code of its own, or the instrument exactly as that pack gives it",
                    f"文件代号 {code} 在规则包 {owner} 中是另一份文件，或者名称、施行日期不同；"
                    "请另起代号，或者照该包原样写",
                )


def _check_steps(steps: tuple[Step, ...]) -> None:
    """Refuse two steps of one id or of one place in the order, in whichever packs they stand."""
    taken: set[object] = set()
    for step in steps:
        if {step.id, step.order} & taken:
            raise PackError(
                step.place,
                f"the id or the order of step '{step.id}' a second time",
                "an id and an order of its own",
                f"审查环节“{step.id}”的编号或者次序与其他环节重复；编号和次序都应各自不同",
            )
        taken |= {step.id, step.order}
