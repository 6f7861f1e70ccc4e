"""How many seeded faults in packs the examples and the proofs catch: `python -m benchmarks.mutations [--sample 600]`.

A mutant is the library with one rule changed in one place. It is caught if an example no longer holds or a property is
no longer proved. One whose condition means what it meant before, which the solver shows, is no fault and not counted.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from rules.assess import with_presumptions
from rules.cells import holds
from rules.check import reads_disposition
from rules.conditions import All, AnyOf, Condition, Has, Test, leaves, negate
from rules.contradictions import impossible
from rules.factors import book
from rules.library import TASKS, Library, library, task_library
from rules.pack import Example, Pack, Rule
from rules.program import Program
from rules.proofs import chain, dates, direction, live
from rules.proofs.law import Law
from rules.proofs.order import Order

KINDS = (
    "flipped literal",
    "lost condition",
    "all for any, any for all",
    "moved threshold",
    "removed override",
    "removed unless",
    "changed date",
)


@dataclass(frozen=True)
class Mutant:
    """One rule as it should not be."""

    kind: str
    old: Rule
    new: Rule

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.old.version} ({self.old.place})"

    def within(self, packs: Library) -> Library:
        pack = packs.packs[self.old.pack]
        rules = tuple(self.new if rule is self.old else rule for rule in pack.rules)
        return Library(packs.packs | {pack.name: replace(pack, rules=rules)}, packs.vocabulary)


def mutants(packs: Library) -> Iterator[Mutant]:
    """Every seeded fault of every enabled rule, in the order of the packs."""
    for pack in packs.packs.values():
        for rule in pack.rules:
            if rule.enabled:
                for kind, when in _conditions(rule.when, packs):
                    yield Mutant(kind, rule, replace(rule, when=when))
                for name in rule.overrides:
                    kept = tuple(other for other in rule.overrides if other != name)
                    yield Mutant("removed override", rule, replace(rule, overrides=kept))
                for name in rule.unless:
                    kept = tuple(other for other in rule.unless if other != name)
                    yield Mutant("removed unless", rule, replace(rule, unless=kept))
                for days in (-1, 1):
                    for field in ("effective_from", "effective_to"):
                        day = getattr(rule, field)
                        if day is not None:
                            moved = {field: day + timedelta(days=days)}
                            yield Mutant("changed date", rule, replace(rule, **moved))


def _conditions(condition: Condition, packs: Library) -> Iterator[tuple[str, Condition]]:
    """The condition with one fault in it."""
    if isinstance(condition, (All, AnyOf)):
        make, parts = type(condition), condition.parts
        alternatives = all(isinstance(part, Test) and part.op == "is" for part in parts)
        one_fact = (
            alternatives and len({part.fact for part in parts}) == 1
        )  # an `in`: both at once is never true
        if not one_fact and len(parts) > 1:
            yield "all for any, any for all", (AnyOf if make is All else All)(parts)
        for number, part in enumerate(parts):
            if len(parts) > 1:
                yield "lost condition", make((*parts[:number], *parts[number + 1 :]))
            for kind, changed in _conditions(part, packs):
                yield kind, make((*parts[:number], changed, *parts[number + 1 :]))
        return
    yield "flipped literal", negate(condition)
    if isinstance(condition, Test) and packs.vocabulary.facts[condition.fact].type == "number":
        step = 1 if packs.vocabulary.facts[condition.fact].integer else 0.01
        for moved in (-step, step):
            yield "moved threshold", replace(condition, value=round(condition.value + moved, 2))
        edge = {"above": "at_least", "at_least": "above", "below": "at_most", "at_most": "below"}[
            condition.op
        ]
        yield "moved threshold", replace(condition, op=edge)


class Lazy:
    """The verdicts of a program on one case, each worked out when asked for, by Kleene's strong logic."""

    def __init__(
        self, program: Program, facts: dict, provisional: bool, on: date, mutant: Mutant | None = None
    ):
        self.program, self.facts, self.provisional = program, facts, provisional
        self.known: dict[str, bool | None] = {}
        self.changed = mutant
        self.present = mutant is not None and mutant.new.in_force(on)

    def rule(self, rule_id: str) -> bool | None:
        if rule_id not in self.known:
            self.known[rule_id] = self.work_out(rule_id)
        return self.known[rule_id]

    def work_out(self, rule_id: str) -> bool | None:
        node = self.program.nodes.get(rule_id)
        if self.changed is not None and rule_id == self.changed.old.id:
            if self.present:
                bars = (Has(name, False, bar=True) for name in self.changed.new.unless)
                return self.condition(All((self.changed.new.when, *bars)))
            if node is not None and node.rule.version == self.changed.old.version:
                return False
        return node is not None and self.condition(node.condition)

    def condition(self, condition: Condition) -> bool | None:
        if isinstance(condition, (All, AnyOf)):
            decides = isinstance(condition, AnyOf)
            verdicts = [self.condition(part) for part in condition.parts]
            return decides if decides in verdicts else None if None in verdicts else not decides
        if isinstance(condition, Has):
            verdict = self.finding(condition.finding)
            if verdict is None:
                return True if condition.bar and self.provisional and not condition.wanted else None
            return verdict is condition.wanted
        return None if condition.fact not in self.facts else holds(condition, self.facts[condition.fact])

    def finding(self, name: str) -> bool | None:
        if name.startswith("disposition."):
            return None if self.disposition is None else name == f"disposition.{self.disposition}"
        makers = self.program.established_by.get(name, ())
        if self.present and name in self.changed.new.establishes:
            makers = {*makers, self.changed.old.id}
        verdicts = [self.rule(rule_id) for rule_id in makers]
        return True if True in verdicts else None if None in verdicts else False

    @cached_property
    def disposition(self) -> str | None:
        for step in self.program.steps:
            verdict = self.finding(f"step.{step.id}")
            if verdict:
                return step.disposition
            if verdict is None and not self.provisional:
                return None
        return "refer"


class Examples:
    """The examples of a library, and for each rule those whose promises look at it."""

    def __init__(self, packs: Library):
        self.packs = packs
        self.looking: dict[str, list[tuple[Pack, Example]]] = {}
        self.late = {
            pack.name: {rule.id for rule in pack.rules if reads_disposition(rule)}
            for pack in packs.packs.values()
        }
        for pack in packs.packs.values():
            for example in pack.examples:
                if not self.broken(pack, example, self.late[pack.name], seen := set()):
                    for rule_id in seen:
                        self.looking.setdefault(rule_id, []).append((pack, example))

    def catch(self, mutant: Mutant) -> bool:
        """Whether an example no longer holds."""
        rule_id = mutant.old.id
        chosen = sorted(
            self.looking.get(rule_id, ()),
            key=lambda one: rule_id not in (*one[1].fires, *one[1].silent, *one[1].opens),
        )  # those that name the rule answer soonest
        if mutant.kind == "changed date":  # seen by examples on days on which the rule was not yet looked at
            own = self.packs.packs[mutant.old.pack]
            chosen = [*chosen, *((own, example) for example in own.examples)]
            chosen = [
                one for one in chosen if mutant.old.in_force(one[1].on) != mutant.new.in_force(one[1].on)
            ]
        return any(
            self.broken(pack, example, self.late[pack.name], set(), mutant) for pack, example in chosen
        )

    def broken(
        self, pack: Pack, example: Example, late: set[str], seen: set[str], mutant: Mutant | None = None
    ) -> bool:
        place = example.region or (pack.region[0] if pack.local else "")
        program = self.packs.program(example.on, example.on, place)
        strict = Lazy(program, example.facts, False, example.on, mutant)
        presumed = with_presumptions(self.packs.vocabulary, example.facts)
        answered = Lazy(program, presumed, True, example.on, mutant)
        wrong = False
        for names, wanted in ((example.fires, True), (example.silent, False), (example.opens, None)):
            for rule_id in names:
                read = answered if example.provisionally or rule_id in late else strict
                seen.add(rule_id)
                wrong = wrong or read.rule(rule_id) is not wanted
        if example.disposition and answered.disposition != example.disposition:
            wrong = True
        seen.update(strict.known, answered.known)
        return wrong


class Prover:
    """The original law, and what the solver says of a changed one."""

    def __init__(self, packs: Library):
        self.packs, self.order, self.never = packs, Order(book().factors.values()), tuple(impossible())
        self.directed = {
            name
            for pack in packs.packs.values()
            for one in pack.accepted
            if one.property == "direction"
            for name in one.rules
        }
        until = [one.until for pack in packs.packs.values() for one in pack.accepted if one.until]
        self.since = max(until) + timedelta(days=1) if until else None

    def same(self, mutant: Mutant) -> bool:
        """Whether the changed rule says of every case on every day exactly what it said."""
        if mutant.kind == "changed date":
            return False
        tests = [leaf for leaf in leaves(mutant.new.when) if isinstance(leaf, Test)]
        law = Law(self.packs.packs.values(), self.packs.vocabulary, self.never, tests)
        old, active = law.case.conditions[mutant.old.version], law.active[mutant.old.version]
        new = law.case.condition(mutant.new)
        found = any(
            law.clauses.find(active, one, -other) is not None
            for one, other in (
                (old.true, new.true),
                (new.true, old.true),
                (old.false, new.false),
                (new.false, old.false),
            )
        )
        law.clauses.close()
        return not found

    def catch(self, mutant: Mutant) -> bool:
        """Whether some property is no longer proved."""
        changed = mutant.within(self.packs)
        packs = changed.packs.values()
        if self._any(dates.dates([changed.packs[mutant.old.pack]]), "dates"):
            return True
        law = Law(packs, changed.vocabulary, self.never, self.order.tests)
        try:
            return any(
                (
                    self._any(chain.completeness(law, self.since), ""),
                    self._any(chain.red_lines(law), ""),
                    self._any(chain.conflicts(law, lambda *rules: self._stated("conflicts", rules)), ""),
                    self._any(live.live_rules(law), "live_rules"),
                    self._any(direction.direction(law, self.order, self.directed), ""),
                )
            )
        finally:
            law.clauses.close()

    def _any(self, found, waivable: str) -> bool:
        return any(not waivable or not self._stated(waivable, one.rules[:1]) for one in found)

    def _stated(self, name: str, rules) -> bool:
        wanted = {rule.id for rule in rules}
        stated = (one for pack in self.packs.packs.values() for one in pack.accepted if one.property == name)
        return any(wanted <= set(one.rules) for one in stated)


@dataclass
class Tally:
    """What became of the mutants of one kind."""

    seeded: int = 0
    by_examples: int = 0
    by_proof: int = 0
    equivalent: int = 0
    survived: int = 0


def run(packs: Library, sample: int, seed: int, told=lambda _: None) -> tuple[dict[str, Tally], list[Mutant]]:
    """What is caught of a sample of the mutants (0: all of them), by kind, and those that nothing catches."""
    every = list(mutants(packs))
    chosen = random.Random(seed).sample(every, min(sample, len(every))) if sample else every  # noqa: S311
    examples, prover = Examples(packs), Prover(packs)
    tallies = {kind: Tally() for kind in KINDS}
    survivors = []
    for mutant in chosen:
        tally = tallies[mutant.kind]
        tally.seeded += 1
        if examples.catch(mutant):
            tally.by_examples += 1
        elif prover.same(mutant):
            tally.equivalent += 1
        elif prover.catch(mutant):
            tally.by_proof += 1
        else:
            tally.survived += 1
            survivors.append(mutant)
            told(mutant)
    return tallies, survivors


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sample", type=int, default=600, help="mutants of each library; 0 for all of them")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    started, total = time.perf_counter(), Counter()
    for packs in (library(), *(task_library(task) for task in TASKS)):
        tallies, _ = run(
            packs, chosen.sample, chosen.seed, told=lambda mutant: print("survived", mutant.name)
        )
        for kind, tally in tallies.items():
            if tally.seeded:
                print(f"{kind:26} {vars(tally)}")
                total.update(vars(tally))
    faults = total["seeded"] - total["equivalent"]
    caught = total["by_examples"] + total["by_proof"]
    print(
        f"{caught} of {faults} faults caught ({caught / faults:.1%}), {total['equivalent']} mutants equivalent, "
        f"{time.perf_counter() - started:.0f} s"
    )


if __name__ == "__main__":
    main()
