"""Every pack of this site, with the ways in which a reader looks for a rule. Read from the packs alone."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from flask import current_app

from rules.articles import article_order
from rules.document import GATE_FINDINGS
from rules.pack import Pack, Rule, Source, Step, Text, Unruled
from rules.versions import versions_of
from web.in_force import packs_with_tasks, rules_today

_YEAR = re.compile(r"\d{4}\Z")


@dataclass(frozen=True)
class Instrument:
    """One instrument with everything that is written of it: rules in the order of its articles, and what has none."""

    code: str
    source: Source
    rules: tuple[Rule, ...]
    unruled: tuple[Unruled, ...]
    local: bool  # whether only packs of a place cite it

    @property
    def title(self) -> Text:
        return self.source.title

    @property
    def family(self) -> str:
        """What the versions of one instrument have in common: its code without the year."""
        return _YEAR.sub("", self.code)

    @property
    def used(self) -> int:
        return sum(rule.enabled for rule in self.rules)


@dataclass(frozen=True)
class Gate:
    """One gate of the chain: its steps in order, and the findings that it looks at beside them."""

    id: str
    title: Text
    steps: tuple[Step, ...]
    findings: tuple[str, ...]


class Shelf:
    """All packs by name and, worked out once, what stands where."""

    def __init__(self, packs: dict[str, Pack]):
        self.packs = packs

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every version of every rule by id and first day, in the order of the packs."""
        return {rule.version: rule for pack in self.packs.values() for rule in pack.rules}

    @cached_property
    def versions(self) -> dict[str, list[Rule]]:
        """The versions of each rule in the order of time, by the rule's id."""
        found: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            found[rule.id].append(rule)
        return {rule_id: versions_of(rules) for rule_id, rules in found.items()}

    @cached_property
    def makers(self) -> dict[str, list[Rule]]:
        """The rules that establish each finding; those that are not used come last."""
        found: dict[str, list[Rule]] = defaultdict(list)
        for rule in sorted(self.rules.values(), key=lambda rule: not rule.enabled):
            for name in rule.establishes:
                found[name].append(rule)
        return found

    @cached_property
    def readers(self) -> dict[str, list[Rule]]:
        """The rules in use that read each finding in their condition or as a bar."""
        found: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            for name in sorted(rule.reads_findings if rule.enabled else ()):
                found[name].append(rule)
        return found

    @cached_property
    def asking(self) -> dict[str, list[Rule]]:
        """The rules in use whose condition names each fact."""
        found: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            for name in sorted(rule.reads if rule.enabled else ()):
                found[name].append(rule)
        return found

    @cached_property
    def displacing(self) -> dict[str, list[Rule]]:
        """The rules that go before each rule, by the id of the one displaced."""
        found: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            for name in rule.overrides:
                found[name].append(rule)
        return found

    @cached_property
    def titles(self) -> dict[str, Text]:
        """What the packs call their findings; steps by their own titles."""
        found = {name: text for pack in self.packs.values() for name, text in pack.titles.items()}
        steps = {f"step.{step.id}": step.title for pack in self.packs.values() for step in pack.steps}
        asked = {
            f"refer.{code}": text for pack in self.packs.values() for code, text in pack.questions.items()
        }
        return asked | steps | found

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """Every instrument that some pack cites: those of places last, and first what most rules come from.

        Versions of one stand beside each other, the oldest first; what is this system's choice alone follows the law.
        """
        everywhere = {code for pack in self.packs.values() if not pack.local for code in pack.sources}
        sources = {code: source for pack in self.packs.values() for code, source in pack.sources.items()}
        found = []
        for code, source in sources.items():
            rules = [rule for rule in self.rules.values() if rule.instrument == code]
            unruled = [one for pack in self.packs.values() for one in pack.unruled if one.instrument == code]
            found.append(
                Instrument(
                    code,
                    source,
                    tuple(sorted(rules, key=lambda rule: article_order(rule.article))),
                    tuple(sorted(unruled, key=lambda one: article_order(one.article))),
                    code not in everywhere,
                )
            )
        weight = Counter()
        for one in found:
            weight[one.family] += one.used

        def place(one: Instrument) -> tuple:
            own = bool(one.rules) and all(rule.confidence == "DESIGN" for rule in one.rules)
            return (
                one.local,
                own,
                -weight[one.family],
                one.family,
                one.source.effective_from is not None,
                one.code,
            )

        return {one.code: one for one in sorted(found, key=place) if one.rules or one.unruled}

    @cached_property
    def gates(self) -> dict[str, Gate]:
        """The gates of the one chain in their order."""
        titles = {code: text for pack in self.packs.values() for code, text in pack.gates.items()}
        steps = sorted(
            (step for pack in self.packs.values() for step in pack.steps), key=lambda step: step.order
        )
        return {
            code: Gate(
                code,
                titles[code],
                tuple(step for step in steps if step.gate == code),
                GATE_FINDINGS.get(code, ()),
            )
            for code in sorted(titles, key=lambda code: int(code.removeprefix("G")))
        }

    @cached_property
    def places(self) -> list[Pack]:
        """The packs that are law of a place, by the code of the place."""
        return sorted((pack for pack in self.packs.values() if pack.local), key=lambda pack: pack.region)

    def examples(self, rule: Rule) -> tuple[list, list]:
        """The examples in which the rule must apply, and those in which it must not, of the days of this version."""
        pack = self.packs[rule.pack]
        now = [one for one in pack.examples if rule.in_force(one.on)]
        return [one for one in now if rule.id in one.fires], [one for one in now if rule.id in one.silent]


def shelf() -> Shelf:
    """The packs in force on this site today; what was worked out of the same bytes is kept."""
    packs = packs_with_tasks(rules_today())
    key = tuple(sorted((pack.name, pack.digest) for pack in packs.values()))
    kept = current_app.extensions.get("casebook.shelf")
    if kept is None or kept[0] != key:
        kept = current_app.extensions["casebook.shelf"] = (key, Shelf(packs))
    return kept[1]
