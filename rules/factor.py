"""One respect in which cases are compared: its direction, where it stands, its measure in facts, and that in words."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rules.conditions import All, AnyOf, Condition
from rules.measure_reader import Provision, Words
from rules.precedents import Schema
from rules.vocabulary import Fact

OUTCOMES = ("tolerate", "correct", "hold_accountable")
WHOLE = "disposition"  # the issue on which every precedent has a finding
_WAN = 10_000


@dataclass(frozen=True)
class Issue:
    """A question on which precedents are compared, and the factors that bear on it."""

    id: str
    zh: str
    en: str
    factors: tuple[str, ...]

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Threshold:
    """What a provision measures an amount against while it is in force."""

    amount: float
    words: Words
    provision: Provision
    effective_from: date | None
    effective_to: date | None

    def in_force(self, day: date) -> bool:
        return (self.effective_from or date.min) <= day <= (self.effective_to or date.max)


@dataclass(frozen=True)
class Undirected:
    """A fact that is never compared, and why."""

    fact: str
    why: Words


@dataclass(frozen=True)
class Factor:
    """One respect in which cases are compared. `graver`: its presence, or a larger value, makes a case graver.

    A factor holds where `condition` does; a dimension is the place of a choice in `order` or an amount less its
    threshold. `why` says in words why the provision gives this direction.
    """

    id: str
    zh: str
    en: str
    kind: str
    graver: bool
    facts: tuple[str, ...]
    abstract: str
    provisions: tuple[Provision, ...]
    why: Words
    fact: Fact
    condition: Condition | None = None
    order: tuple[tuple[str, ...], ...] = ()
    thresholds: tuple[Threshold, ...] = ()

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    @property
    def source(self) -> Provision:
        return self.provisions[0]

    @property
    def instrument(self) -> str:
        return self.source.id

    @property
    def article(self) -> str:
        return self.source.article

    @property
    def confidence(self) -> str:
        return self.source.confidence

    def cite(self, lang: str) -> str:
        """Every provision the direction rests on."""
        return ("；" if lang == "zh" else "; ").join(one.cite.message(lang) for one in self.provisions)

    def threshold(self, on: date | None = None) -> Threshold | None:
        """The threshold in force on the day, without a day the latest; None where there is none."""
        found = [one for one in self.thresholds if on is None or one.in_force(on)]
        return found[-1] if found else None

    def measure(self, facts: Mapping[str, object], on: date) -> bool | float | None:
        """Its value in these facts by the law of the day; None if they do not settle it."""
        if self.condition is not None:
            return holds(self.condition, facts)
        value = facts.get(self.fact.id)
        if value is None:
            return None
        if self.order:
            return next((float(rank) for rank, equal in enumerate(self.order) if value in equal), None)
        if not self.thresholds:
            return float(value)
        threshold = self.threshold(on)
        return None if threshold is None else float(value) - threshold.amount

    def say(self, value: bool | float | None, lang: str, on: date | None = None) -> str:
        """A measured value in words; an amount with its distance from the threshold of the day."""
        zh = lang == "zh"
        if value is None:
            return "未查明" if zh else "not known"
        if self.kind == "factor":
            return ("有" if value else "无") if zh else ("yes" if value else "no")
        if self.order:
            equal = self.order[int(value)]
            return ("、" if zh else ", ").join(self.fact.choice_label(one, lang) for one in equal)
        threshold = self.threshold(on)
        if threshold is None:
            return self._amount(value, lang)
        name, apart = threshold.words.message(lang), self._amount(abs(value), lang)
        if value == 0:
            beside = f"正好达到{name}" if zh else f"exactly {name}"
        elif value > 0:
            beside = f"超过{name} {apart}" if zh else f"{apart} above {name}"
        else:
            beside = f"距{name}尚差 {apart}" if zh else f"{apart} below {name}"
        return f"{self._amount(value + threshold.amount, lang)}{'，' if zh else ', '}{beside}"

    def _amount(self, value: float, lang: str) -> str:
        zh, fact = lang == "zh", self.fact
        if zh and fact.unit_zh == "元" and abs(value) >= _WAN:
            return f"{_number(value / _WAN)} 万元"
        unit = (fact.unit_zh or fact.unit) if zh else fact.unit
        return f"{_number(value, '' if zh else ',')} {unit}".strip()


def _number(value: float, comma: str = "") -> str:
    return f"{value:{comma}.6f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Factors:
    """Everything factors.yaml says, checked."""

    issues: dict[str, Issue]
    factors: dict[str, Factor]
    undirected: dict[str, Undirected]
    disabled: dict[str, Factor]
    text: str = field(default="", compare=False, repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the text; what is stored of a comparison names it."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def schema(self, issue: str) -> Schema:
        """What cases are compared by on this issue; raises KeyError."""
        used = [self.factors[name] for name in self.issues[issue].factors]
        return Schema(
            OUTCOMES,
            {one.id: one.graver for one in used if one.kind == "factor"},
            {one.id: one.graver for one in used if one.kind == "dimension"},
        )


def holds(condition: Condition, facts: Mapping[str, object]) -> bool | None:
    """Whether the facts satisfy the condition; None while it turns on an unknown one."""
    if isinstance(condition, (All, AnyOf)):
        decides = isinstance(condition, AnyOf)
        parts = [holds(part, facts) for part in condition.parts]
        return decides if decides in parts else None if None in parts else not decides
    value = facts.get(condition.fact)
    return None if value is None else _COMPARED[condition.op](value, condition.value)


_COMPARED = {
    "is": lambda value, literal: value == literal,
    "is_not": lambda value, literal: value != literal,
    "above": lambda value, literal: value > literal,
    "at_least": lambda value, literal: value >= literal,
    "below": lambda value, literal: value < literal,
    "at_most": lambda value, literal: value <= literal,
}
