"""A whole body of law as one formula: every fact known or not, every day, every place, read as a case is read.

The day of the conduct, the day of deciding, the day whose local law holds and the place are variables like the facts,
and a version of a rule counts where it is in force: one question asked of the solver is a question about every program
between commencements at once.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rules.cells import cut_cells
from rules.conditions import Condition, Test, leaves
from rules.pack import DISPOSITIONS, Pack, Rule, Step
from rules.phrases import BRIEF
from rules.places import holds_at
from rules.proofs.clauses import Clauses
from rules.proofs.reading import DISPOSED, Cells, Reading
from rules.vocabulary import Vocabulary

STATED = (
    "circumstances_grade",
    "expected_sanction_band",
)  # what an officer may leave unsaid: no record holds it
NATIONAL = ""
SOME_DAY = date(2026, 1, 1)  # stands for every day where no rule ever begins or ends


class Days:
    """A day as an ordered row of literals: for each turn, whether the day is that turn or later."""

    def __init__(self, clauses: Clauses, turns: Iterable[date]):
        self.turns = sorted(turns)
        self.reached = {turn: clauses.new() for turn in self.turns}
        for earlier, later in itertools.pairwise(self.turns):
            clauses.add(-self.reached[later], self.reached[earlier])
        self._clauses = clauses

    def within(self, rule: Rule) -> int:
        """Whether the day lies in the time in which the version is in force."""
        bounds = [self.reached[rule.effective_from]] if rule.effective_from else []
        if rule.effective_to:
            bounds.append(-self.reached[rule.effective_to + timedelta(days=1)])
        return self._clauses.all(bounds)

    def never_before(self, other: "Days") -> None:
        """This day is never before the other."""
        for passed, begun in itertools.product(self.turns, other.turns):
            if passed <= begun:
                self._clauses.add(-other.reached[begun], self.reached[passed])

    def latest(self, model: set[int]) -> date | None:
        """The last turn that the day has reached in the model."""
        return max((turn for turn in self.turns if self.reached[turn] in model), default=None)

    @property
    def before(self) -> list[date]:
        """The last day before the first turn; none where nothing ever turns."""
        return [self.turns[0] - timedelta(days=1)] if self.turns else []


@dataclass(frozen=True)
class When:
    """One program among those that a formula holds: the days and the place that it is read for."""

    conduct_day: date
    as_of: date
    place: str
    local_day: date


class Law:
    """The rules, steps, days and places of some packs, in a solver of their own.

    `provisional` is a literal: whether a case is read as an answer is read (open bars passed, what its provision
    presumes taken as known). `complete` is one too: every fact is established, save what an officer may leave unsaid.
    With `alone` the findings that other packs would make may be anything; otherwise nothing makes them.
    """

    def __init__(
        self,
        packs: Iterable[Pack],
        words: Vocabulary,
        impossible: Iterable[Condition] = (),
        tests: Iterable[Test] = (),
        alone: bool = False,
    ):
        self.clauses = Clauses()
        self.words = words
        self.packs = {pack.name: pack for pack in packs}
        self.titles = {name: text for pack in self.packs.values() for name, text in pack.titles.items()}
        self.rules = [rule for pack in self.packs.values() for rule in pack.rules if rule.enabled]
        steps = (step for pack in self.packs.values() for step in pack.steps)
        self.steps: list[Step] = sorted(steps, key=lambda step: step.order)
        self.makers: dict[str, list[Rule]] = {}
        self.overriding: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for name in rule.establishes:
                self.makers.setdefault(name, []).append(rule)
            for other in rule.overrides:
                self.overriding.setdefault(other, []).append(rule)
        read = {name for rule in self.rules for name in rule.reads_findings} - DISPOSED.keys()
        self.findings = sorted({*self.makers, *(read if alone else ())})
        self._set_time_and_place(alone)
        conditions = [rule.when for rule in self.rules]
        read = {leaf.fact for condition in conditions for leaf in leaves(condition) if isinstance(leaf, Test)}
        self._impossible = [one for one in impossible if {leaf.fact for leaf in leaves(one)} <= read]
        compared = [leaf for one in (*conditions, *self._impossible) for leaf in leaves(one)]
        further = [test for test in tests if test.fact in read]
        self.tests = list(dict.fromkeys(one for one in (*compared, *further) if isinstance(one, Test)))
        self.variables = cut_cells(self.tests, words)
        self.provisional = self.clauses.new()
        self.case = self.another()
        for fact, known in self.case.cells.known.items():
            if words.facts[fact].presume is not None:
                self.clauses.add(-self.provisional, known)
        self.complete = self._complete()

    def another(self, known: dict[str, int] | None = None) -> Reading:
        """A case under this law, on the same day and in the same place; with `known`, of the same known facts."""
        reading = Reading(self, Cells(self.clauses, self.variables, known))
        for condition in self._impossible:
            self.clauses.add(-reading.holds(condition).true)
        return reading

    def nation(self) -> Reading:
        """The same case under national law alone."""
        return Reading(self, self.case.cells, self.active | dict.fromkeys(self.of_places, -self.clauses.yes))

    def decided_earlier(self) -> tuple[Reading, Days]:
        """The same case decided on the same day or an earlier one, since the conduct; and that day."""
        earlier = Days(self.clauses, self.days["decision"].turns)
        self.days["decision"].never_before(earlier)
        earlier.never_before(self.days["conduct"])
        earlier.never_before(self.days["local"])
        by_decision = [rule for rule in self.rules if self._governed_by(rule) == "decision"]
        within = {rule.version: earlier.within(rule) for rule in by_decision}
        for rule in by_decision:
            if self.packs[rule.pack].anywhere:
                within[rule.version] = self.clauses.all([self._some_local, within[rule.version]])
        return Reading(self, self.case.cells, self.active | within), earlier

    @property
    def of_places(self) -> list[str]:
        """The versions that are law of a place, or are read only beside it."""
        return [rule.version for rule in self.rules if self.packs[rule.pack].region]

    def called(self, name: str) -> dict[str, str]:
        """A finding or an end in words; a finding with its name in the packs, and that alone where it has no title."""
        if name in DISPOSITIONS:
            words = BRIEF[name]
            return {"zh": f"“{words['zh']}”", "en": f"“{words['en']}”"}
        code, title = name.removeprefix("red_line.").removeprefix("refer."), self.titles.get(name)
        if title is None:
            return {"zh": f"认定 {code} ", "en": code}
        return {"zh": f"“{title.zh}”（{code}）", "en": f"“{title.en}” ({code})"}

    def when(self, model: set[int]) -> When:
        """The days and the place of a model: the earliest days of their stretches that can follow one another."""
        conduct, decision, local = self.days["conduct"], self.days["decision"], self.days["local"]
        reached = {name: days.latest(model) for name, days in self.days.items()}
        begun = [day for day in (reached["conduct"], reached["local"]) if day]
        earliest = [
            *conduct.before,
            *local.before,
            *([reached["decision"]] if reached["decision"] else decision.before),
        ]
        day = max(begun, default=min(earliest, default=SOME_DAY))
        place = next(place for place, literal in self.places.items() if literal in model)
        local_day = reached["local"] or min([day, *local.before])
        return When(day, max(reached["decision"] or day, day), place, local_day)

    def held(self, model: set[int]) -> list[int]:
        """The literals that hold days and place as they are in the model."""
        literals = [*self.places.values()]
        literals += [literal for days in self.days.values() for literal in days.reached.values()]
        return [literal if literal in model else -literal for literal in literals]

    def in_force(self, rule: Rule, model: set[int]) -> bool:
        """Whether the version is in force on the days and in the place of the model."""
        literal = self.active[rule.version]
        return literal in model if literal > 0 else -literal not in model

    @property
    def programs(self) -> int:
        """How many programs between commencements the formula holds, in all places."""
        conduct, decision, local = ((date.min, *days.turns, date.max) for days in self.days.values())
        pairs = [
            (conduct[i + 1], decision[j + 1])
            for i in range(len(conduct) - 1)
            for j in range(len(decision) - 1)
            if conduct[i] < decision[j + 1]
        ]
        begun = [sum(start < min(ends) for start in local[:-1]) for ends in pairs]
        return len(pairs) + sum(begun) * (len(self.places) - 1)

    def _set_time_and_place(self, alone: bool) -> None:
        turns: dict[str, set[date]] = {"conduct": set(), "decision": set(), "local": set()}
        for rule in self.rules:
            by = self._governed_by(rule)
            turns[by] |= {rule.effective_from} if rule.effective_from else set()
            turns[by] |= {rule.effective_to + timedelta(days=1)} if rule.effective_to else set()
        self.days = {name: Days(self.clauses, found) for name, found in turns.items()}
        self.days["decision"].never_before(self.days["conduct"])
        self.days["decision"].never_before(self.days["local"])
        self.days["conduct"].never_before(self.days["local"])
        regions = {region for pack in self.packs.values() if pack.local for region in pack.region}
        self.places = {place: self.clauses.new() for place in (NATIONAL, *sorted(regions))}
        self.clauses.add(*self.places.values())
        self.clauses.one_of(list(self.places.values()))
        self.active = {
            rule.version: self._active(rule) for rule in self.rules if not self.packs[rule.pack].anywhere
        }
        local = [self.active[rule.version] for rule in self.rules if self.packs[rule.pack].local]
        self._some_local = self.clauses.any(local) if local or not alone else self.clauses.yes
        for rule in self.rules:
            if self.packs[rule.pack].anywhere:
                self.active[rule.version] = self.clauses.all([self._some_local, self._active(rule)])

    def _governed_by(self, rule: Rule) -> str:
        pack = self.packs[rule.pack]
        return "local" if pack.local else pack.governed_by

    def _active(self, rule: Rule) -> int:
        pack = self.packs[rule.pack]
        within = self.days[self._governed_by(rule)].within(rule)
        if not pack.local:
            return within
        here = [literal for place, literal in self.places.items() if place and holds_at(pack, place)]
        return self.clauses.all([within, self.clauses.any(here)])

    def _complete(self) -> int:
        known = self.case.cells.known
        settled = [
            self.clauses.any([rails.true, rails.false])
            for name, rails in self.case.findings.items()
            if name not in self.makers
        ]
        return self.clauses.all([*(known[fact] for fact in known if fact not in STATED), *settled])
