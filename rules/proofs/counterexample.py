"""A case for which a property fails: as few facts as possible, each with a real value, ready to fill in a form."""

from dataclasses import dataclass, field
from datetime import date

from rules.pack import Rule
from rules.places import code_of
from rules.proofs.law import NATIONAL, Law, When
from rules.proofs.reading import Reading
from rules.yaml_source import Place


@dataclass(frozen=True)
class Involved:
    """A rule that takes part in what fails, and where it stands in which file."""

    id: str
    version: str
    pack: str
    place: Place

    @classmethod
    def of(cls, rule: Rule) -> "Involved":
        return cls(rule.id, rule.version, rule.pack, rule.place)

    def as_json(self) -> dict:
        return {
            "id": self.id,
            "version": self.version,
            "pack": self.pack,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
        }


@dataclass(frozen=True)
class CounterExample:
    """Which property fails, by which rules, for which facts on which day and where, told in both languages.

    `changed` are the facts that stand otherwise in the second case, where the property compares two. Where no case can
    be shown, `no_case` says why, in both languages; no facts without it mean a case of which nothing is known.
    """

    property: str
    rules: tuple[Involved, ...]
    zh: str
    en: str
    facts: dict = field(default_factory=dict)
    conduct_day: date | None = None
    as_of: date | None = None
    region: str = ""
    changed: dict = field(default_factory=dict)
    no_case: tuple[str, str] | None = None

    def message(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def as_json(self) -> dict:
        return {
            "property": self.property,
            "rules": [rule.as_json() for rule in self.rules],
            "zh": self.zh,
            "en": self.en,
            "facts": self.facts,
            "changed": self.changed,
            "conduct_day": self.conduct_day and self.conduct_day.isoformat(),
            "as_of": self.as_of and self.as_of.isoformat(),
            "region": self.region,
            "no_case": self.no_case and dict(zip(("zh", "en"), self.no_case, strict=True)),
        }


@dataclass(frozen=True)
class Found:
    """A model of what fails, made as small as it goes: the literals, the facts that matter, and the days and place."""

    model: set[int]
    facts: dict
    changed: dict
    when: When

    def told(self, prop: str, rules: list[Rule], zh: str, en: str) -> CounterExample:
        """As a counter-example: the rules in the order of the packs, the words as given."""
        return CounterExample(
            prop,
            tuple(Involved.of(rule) for rule in rules),
            zh,
            en,
            self.facts,
            self.when.conduct_day,
            self.when.as_of,
            code_of(self.when.place) if self.when.place else NATIONAL,
            self.changed,
        )


def smallest(
    law: Law, goal: list[int], pair: Reading | None = None, moved: tuple[str, ...] = ()
) -> Found | None:
    """A case in which all of `goal` is true, on the latest days that have one and with as few facts as can be.

    With `pair` there are two cases which know the same facts and differ in those `moved` at most.
    """
    clauses = law.clauses
    goal = [*goal, law.provisional]
    model = clauses.find(*goal)
    if model is None:
        return None
    held: list[int] = []
    for literal in _newest_first(law):  # of many days and places, today's and the nation's
        if clauses.find(*goal, *held, literal) is not None:
            held.append(literal)
    model = clauses.find(*goal, *held)
    held = law.held(model)
    cases = [law.case, *([pair] if pair else [])]
    kept = {fact: _cells(cases, fact, model) for fact in reversed(law.case.cells.chosen(model))}
    away = {fact: [-known] for fact, known in law.case.cells.known.items() if fact not in kept}
    for fact in list(kept):
        if fact in moved:
            continue
        presume = law.words.facts[fact].presume
        out = [-law.case.cells.known[fact]]
        if presume is not None:
            out = [literal for case in cases for literal in case.cells.cell_of(fact, presume)]
        rest = [literal for other, cells in kept.items() if other != fact for literal in cells]
        dropped = [literal for literals in away.values() for literal in literals]
        smaller = clauses.find(*goal, *held, *rest, *dropped, *out)
        if smaller is not None:
            model, away[fact] = smaller, out
            del kept[fact]
    facts = law.case.cells.facts(model)
    first = {fact: facts[fact] for fact in facts if fact in kept}
    second = pair.cells.facts(model) if pair else {}
    changed = {fact: second[fact] for fact in kept if pair and second[fact] != first[fact]}
    return Found(model, first, changed, law.when(model))


def fires(law: Law, model: set[int], *names: str) -> list[Rule]:
    """The rules that make one of these findings in the model, in the order of the packs."""
    return [
        rule
        for rule in law.rules
        if not set(names).isdisjoint(rule.establishes) and law.case.rules[rule.version].true in model
    ]


def _newest_first(law: Law):
    yield from list(law.places.values())[:1]
    for name in ("decision", "conduct", "local"):
        yield from reversed(law.days[name].reached.values())


def _cells(cases: list[Reading], fact: str, model: set[int]) -> list[int]:
    return [literal for case in cases for literal in case.cells.chosen(model)[fact]]
