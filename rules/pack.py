"""A rule pack in memory: law written as data.

A rule carries its source, article, dates in force, confidence, condition, effect and explanation in both
languages. The classes are frozen: a pack in memory is the file on disk and nothing else.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from rules.conditions import All, Condition, Has, Test, leaves
from rules.yaml_source import Place, SourceError

DISPOSITIONS = ("tolerate", "correct", "hold_accountable", "refer", "not_established")
CONFIDENCES = ("SEEN", "EXCERPT", "EXCERPT-", "RECALLED", "DESIGN")
NEVER_ENABLED = ("RECALLED", "EXCERPT-")
GRADES = ("minor", "light", "relatively_serious", "serious", "especially_serious")
DISTINCTIONS = ("T1", "T2", "T3", "S1", "S2", "S3")
ACCEPTABLE = {
    "completeness": "until",
    "conflicts": "rules",
    "panel": "rules",
    "direction": "rules",
    "live_rules": "rules",
    "dates": "rules",
}
EFFECTS = ("lighten", "mitigate", "exempt", "aggravate")
FORCES = ("may", "must", "direct", "as_prescribed")
# What a local clause can say; the rules of the pack `local` decide what follows from it, whichever clause said it.
CLAUSES = (
    "exempt",
    "mitigate",
    "lighten",
    "no_negative_evaluation",
    "unaffected",
    "correct",
    "shield",
    "despite_duty",
    "either_or",
    "in_doubt",
    "incomplete",
)
ANYWHERE = "*"  # the region of rules that are read wherever some local clause is
REGIMES = (
    "party_accountability",
    "party_discipline",
    "state_sanction",
    "organisational_handling",
    "institution",
)


class PackError(SourceError):
    """A pack that cannot be loaded; nothing of it is."""


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str
    place: Place = field(compare=False, repr=False)

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class Source:
    """One version of one instrument and the days between which it is, or was, in force (None: not established).

    `doubt` says which of these days nobody here has read, and what it was set by.
    """

    id: str
    title: Text
    effective_from: date | None
    effective_to: date | None
    doubt: Text | None = None


@dataclass(frozen=True)
class Outcome:
    """A measure a regime allows: its step on the ladder, and its influence period in months (None: none stated)."""

    regime: str
    band: str
    measure: str
    months: int | None


@dataclass(frozen=True)
class Rule:
    """One provision as a rule. `establishes` names the findings it makes true; `unless` the findings that stop it."""

    id: str
    pack: str
    instrument: str
    article: str
    confidence: str
    checked: date
    effective_from: date | None
    effective_to: date | None
    enabled: bool
    overrides: tuple[str, ...]
    when: Condition
    unless: tuple[str, ...]
    establishes: tuple[str, ...]
    effect: dict = field(compare=False)
    outcomes: tuple[Outcome, ...]
    side: str
    force: str
    explain: Text
    place: Place = field(compare=False, repr=False)
    places: dict[str, Place] = field(default_factory=dict, compare=False, repr=False)  # of its keys

    def at(self, key: str) -> Place:
        """Where a key of the rule stands; the rule itself where it has none."""
        return self.places.get(key, self.place)

    @cached_property
    def version(self) -> str:
        """The rule and the day its version commenced: what a stored assessment cites."""
        return f"{self.id}@{self.effective_from or 'method'}"

    def in_force(self, day: date) -> bool:
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    @cached_property
    def condition(self) -> Condition:
        """When it fires, its bars worked in; rules that override it are not."""
        bars = tuple(Has(name, False, bar=True) for name in self.unless)
        return All((self.when, *bars)) if bars else self.when

    @cached_property
    def reads(self) -> frozenset[str]:
        """The facts that its own condition names."""
        return frozenset(leaf.fact for leaf in leaves(self.when) if isinstance(leaf, Test))

    @cached_property
    def reads_findings(self) -> frozenset[str]:
        """The findings that it reads, its bars included."""
        return frozenset(leaf.finding for leaf in leaves(self.when) if isinstance(leaf, Has)) | set(
            self.unless
        )


@dataclass(frozen=True)
class Step:
    """One step of the chain: at this place, in this order, an established finding stops it with a disposition."""

    id: str
    gate: str
    order: int
    disposition: str
    title: Text
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True)
class Example:
    """A worked example inside a pack, and what must come of it: rules that fire, are false, or stay open.

    With `provisionally` it is read as an answer is: presumptions applied, open bars passed. `region` is where it
    happened: that of a local pack unless it says otherwise.
    """

    name: str
    facts: dict
    on: date
    fires: tuple[str, ...]
    silent: tuple[str, ...]
    opens: tuple[str, ...]
    disposition: str
    provisionally: bool
    place: Place
    region: str = ""


@dataclass(frozen=True)
class Accepted:
    """What a proof would complain of and the pack says is right: which property, for which rules or until which
    day of deciding, and why. Red lines and information are never waived.
    """

    property: str
    rules: tuple[str, ...]
    until: date | None
    why: Text


@dataclass(frozen=True)
class Unruled:
    """A provision of which no rule is made, and why."""

    instrument: str
    article: str
    confidence: str
    checked: date
    why: Text


@dataclass(frozen=True)
class Pack:
    """A body of rules with one governing date, its sources, titles and examples, and the SHA-256 of its file.

    `region` holds the opening digits of the administrative codes where it is law; empty: everywhere.
    """

    name: str
    title: Text
    regime: str
    governed_by: str
    sources: dict[str, Source]
    titles: dict[str, Text]
    questions: dict[str, Text]
    gates: dict[str, Text]
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    digest: str
    accepted: tuple[Accepted, ...] = ()
    region: tuple[str, ...] = ()
    unruled: tuple[Unruled, ...] = ()
    places: dict[str, Place] = field(default_factory=dict, compare=False, repr=False)  # of its keys

    def at(self, key: str) -> Place:
        """Where a key of the pack stands; its title where it has none."""
        return self.places.get(key, self.title.place)

    @property
    def local(self) -> bool:
        """Whether it is the law of a place, and not of the nation."""
        return bool(self.region) and self.region != (ANYWHERE,)

    @property
    def anywhere(self) -> bool:
        """Whether it is national and read only beside the law of a place."""
        return self.region == (ANYWHERE,)

    def in_force(self, day: date) -> list[Rule]:
        """The enabled rules in force on the day."""
        return [rule for rule in self.rules if rule.enabled and rule.in_force(day)]
