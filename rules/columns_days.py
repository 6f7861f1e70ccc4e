"""The law of all days and places as one program, for columns.

What tells the law of one day and place from another's is which rules are in force. Here that is a condition of each
rule, compared with the day on which the conduct may have ended and with the place, so that cases of every day and place
are answered together. What comes of a case is what the program of its day and place says of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from rules.columns_net import EVERY, Net, Nodes
from rules.columns_rows import DAY, SCOPE
from rules.conditions import All, AnyOf, Condition, Has, Test, leaves
from rules.library import Library
from rules.pack import Pack, Rule, Step
from rules.places import PLACE_FACT, code_of
from rules.program import ProgramError, build_program
from rules.vocabulary import Vocabulary

OUTSIDE = ""  # the scope of a case in no place that a pack knows
Fired = list[tuple[tuple[str, tuple[str, ...]], int]]  # a rule and what it establishes, and where it fires


@dataclass(frozen=True)
class Reading:
    """Where each of DISPOSITIONS is reached, and where each rule fires that it may depend on there."""

    dispositions: Nodes
    fired: Fired


@dataclass(frozen=True)
class _Dated:
    """A rule, where it is in force, and the days between which it can be (None: not bounded)."""

    rule: Rule
    gate: Condition
    first: date | None = None
    last: date | None = None


def with_law(words: Vocabulary) -> Vocabulary:
    """The words, with the day and the place by which law is chosen as two more that are compared."""
    like = next(iter(words.facts.values()))
    plain = {"choices": (), "open_values": False, "presume": None}
    day, scope = (
        replace(like, id=name, type=kind, **plain) for name, kind in ((DAY, "date"), (SCOPE, "choice"))
    )
    return replace(words, facts=words.facts | {DAY: day, SCOPE: scope})


def comparisons(libraries: Sequence[Library], as_of: date) -> list[Test]:
    """Every comparison that a rule in force on some day makes, and those by which law is chosen."""
    rules = [(pack, rule) for one in libraries for pack in one.packs.values() for rule in _enabled(pack)]
    found = [leaf for _, rule in rules for leaf in leaves(rule.when) if isinstance(leaf, Test)]
    regions = regions_of(libraries)
    found += [Test(PLACE_FACT, "is", code_of(region)) for region in regions]
    found += [Test(SCOPE, "is", region) for region in (OUTSIDE, *regions)]
    found += [_from(day) for day in sorted({as_of, *(day for _, rule in rules for day in _turns(rule))})]
    return list(dict.fromkeys(found))


def regions_of(libraries: Iterable[Library]) -> list[str]:
    """Each region that is some pack's, as the opening digits of its code."""
    return sorted(
        {region for one in libraries for pack in one.packs.values() if pack.local for region in pack.region}
    )


def reading(
    library: Library, as_of: date, net: Net, regions: Sequence[str], later: bool, everywhere: bool
) -> Reading:
    """The law of the day, or the later one (national law of the day of deciding, with the local law of the day).

    With `everywhere` the place is a fact to be found out, and each local rule asks for it. Raises ProgramError where
    the law of some day cannot be put in an order.
    """
    rules = _dated(library, as_of, regions, later, everywhere)
    turns = sorted({day for one in rules for day in _turns(one.rule) if day <= as_of})
    return _Reader(net, library.steps).read(rules, turns)


def _dated(
    library: Library, as_of: date, regions: Sequence[str], later: bool, everywhere: bool
) -> list[_Dated]:
    packs = library.packs.values()
    local = [pack for pack in packs if pack.local]
    where = _asking(local) if everywhere else _placing(regions)
    some = [
        All((_any_in_force(pack), *([] if everywhere else [where(pack)]))) for pack in local
    ]  # some local rule is read there
    found = []
    for pack in packs:
        beside = [AnyOf(tuple(some))] if pack.anywhere else []
        for rule in _enabled(pack):
            if pack.local or (pack.governed_by == "conduct" and not later):
                gate = [_in_force(rule), *([where(pack)] if pack.local else beside)]
                if rule.effective_from is None or rule.effective_from <= as_of:
                    found.append(_Dated(rule, All(tuple(gate)), rule.effective_from, rule.effective_to))
            elif rule.in_force(as_of):
                found.append(_Dated(rule, All(tuple(beside))))
    return found


def _placing(regions: Sequence[str]) -> Callable[[Pack], Condition]:
    """Where a pack is law, of cases whose place is stated."""
    return lambda pack: AnyOf(
        tuple(Test(SCOPE, "is", region) for region in regions if region.startswith(pack.region))
    )


def _asking(local: Sequence[Pack]) -> Callable[[Pack], Condition]:
    """The same where the place is to be found out: one of the regions that have law on the day, or none."""
    regions = sorted({region for pack in local for region in pack.region})
    asked = {
        region: All(
            (
                Test(PLACE_FACT, "is", code_of(region)),
                AnyOf(tuple(_any_in_force(pack) for pack in local if region in pack.region)),
            )
        )
        for region in regions
    }
    return lambda pack: AnyOf(tuple(asked[region] for region in regions if region.startswith(pack.region)))


def _enabled(pack: Pack) -> list[Rule]:
    return [rule for rule in pack.rules if rule.enabled]


def _any_in_force(pack: Pack) -> Condition:
    return AnyOf(tuple(dict.fromkeys(map(_in_force, _enabled(pack)))))


def _in_force(rule: Rule) -> Condition:
    begun = [_from(rule.effective_from)] if rule.effective_from else []
    ended = [replace(_from(_after(rule.effective_to)), op="below")] if rule.effective_to else []
    return All((*begun, *ended))


def _turns(rule: Rule) -> list[date]:
    """The days on which it begins, or has just ended, to be in force."""
    return [day for day in (rule.effective_from, rule.effective_to and _after(rule.effective_to)) if day]


def _from(day: date) -> Test:
    return Test(DAY, "at_least", day.isoformat())


def _after(day: date) -> date:
    return day + timedelta(days=1)


class _Reader:
    """Puts dated rules into a net."""

    def __init__(self, net: Net, steps: tuple[Step, ...]):
        self.net, self.steps = net, steps

    def read(self, rules: Sequence[_Dated], turns: Sequence[date]) -> Reading:
        """One program of all rules; of parts of the time where law of different days reads each other in a circle.

        `turns` are the days within, on which the law turns.
        """
        try:
            return self._read(rules)
        except ProgramError:
            if not turns:
                raise
        half = len(turns) // 2
        turn, net = turns[half], self.net
        before = self.read([one for one in rules if one.first is None or one.first < turn], turns[:half])
        after = self.read([one for one in rules if one.last is None or one.last >= turn], turns[half + 1 :])
        since = net.condition(_from(turn), True, ())
        parts = (net.but(since), before), (since, after)
        return Reading(
            tuple(
                net.any(net.all([where, part.dispositions[place]]) for where, part in parts)
                for place in range(len(before.dispositions))
            ),
            [(rule, net.all([where, node])) for where, part in parts for rule, node in part.fired],
        )

    def _read(self, rules: Sequence[_Dated]) -> Reading:
        made = _Whole(rules, self.steps, self.net)
        program = build_program(made.rules.values(), self.steps)
        nodes = self.net.rules(program)
        return Reading(
            self.net.dispositions(program),
            [
                ((one.rule.id, one.rule.establishes), self.net.all([nodes[key], made.read(key)]))
                for key, one in made.dated.items()
                if key in nodes
            ],
        )


class _Whole:
    """Dated rules as rules of one program, each version under a name of its own."""

    def __init__(self, rules: Sequence[_Dated], steps: Iterable[Step], net: Net):
        self.net = net
        self.dated = {f"{one.rule.version} {number}": one for number, one in enumerate(rules)}
        self._named: dict[str, list[str]] = {}
        for key, one in self.dated.items():
            self._named.setdefault(one.rule.id, []).append(key)
        self.rules = {key: self._as_rule(key, one) for key, one in self.dated.items()}
        self._steps = {f"step.{step.id}" for step in steps}
        self._known: dict[str, int] = {}

    def _as_rule(self, key: str, one: _Dated) -> Rule:
        overrides = tuple(name for loser in one.rule.overrides for name in self._named.get(loser, ()))
        return replace(one.rule, id=key, when=All((one.gate, one.rule.when)), overrides=overrides)

    def read(self, key: str) -> int:
        """Where the disposition may depend on the rule: it is in force, and read by another that is, or by a step."""
        if key not in self._known:
            one = self.dated[key]
            readers = [self._finding(finding) for finding in one.rule.establishes]
            self._known[key] = self.net.all([self._gate(one), self.net.any(readers)])
        return self._known[key]

    def _finding(self, finding: str) -> int:
        if finding in self._steps:
            return EVERY
        return self.net.any(
            self.net.all([self.read(key), *map(self._gate, beside)])
            for key, beside in self._readers.get(finding, ())
        )

    def _gate(self, one: _Dated) -> int:
        return self.net.condition(one.gate, True, ())

    @cached_property
    def _readers(self) -> dict[str, list[tuple[str, tuple[_Dated, ...]]]]:
        """Of each finding the rules that read it, and, of those overridden by one that reads it, which it is."""
        found: dict[str, list] = {}
        for key, one in self.dated.items():
            for finding in one.rule.reads_findings:
                found.setdefault(finding, []).append((key, ()))
            for loser in self.rules[key].overrides:
                for leaf in leaves(one.rule.when):
                    if isinstance(leaf, Has):
                        found.setdefault(leaf.finding, []).append((loser, (one,)))
        return found
