"""What a search is narrowed to, beside its words."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from casebook.errors import BadFields, Problem
from casebook.fields import text_problem
from casebook.models import Life, Stage, Tier
from casebook.precedents.words import OUTCOMES
from rules.factors import book
from rules.vocabulary import vocabulary

PRECEDENTS, CASES = "precedents", "cases"
# Of what was published; what never was is found by nobody.
LIVES = (Life.ALIVE, Life.REVIEW, Life.FLIPPED, Life.REVERSED, Life.WITHDRAWN, Life.SUPERSEDED)
_ONLY_PRECEDENTS = ("tier", "life", "sector", "issue", "finding", "article")
_ONLY_CASES = ("stage",)
_CHOOSE = Problem("请从所列选项中选择。", "Choose one of the listed options.")


@dataclass(frozen=True)
class Filters:
    """Empty means: whatever. Days are those of the decision, of a case the day it was opened."""

    scope: str = PRECEDENTS
    outcome: str = ""
    tier: str = ""
    life: str = ""
    region: str = ""
    sector: str = ""
    since: date | None = None
    until: date | None = None
    article: str = ""
    fact: str = ""
    value: object = None
    issue: str = ""
    finding: str = ""
    stage: str = ""

    @property
    def used(self) -> list[str]:
        """The names of those that narrow anything down."""
        return [
            one.name
            for one in fields(self)
            if one.name != "scope" and getattr(self, one.name) not in ("", None)
        ]

    def as_json(self) -> dict:
        found = {name: getattr(self, name) for name in self.used}
        return {"scope": self.scope} | {
            name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()
        }

    @classmethod
    def from_json(cls, kept: Mapping) -> "Filters":
        days = {name: date.fromisoformat(kept[name]) for name in ("since", "until") if name in kept}
        return cls(**{**kept, **days})


def checked(filters: Filters) -> Filters:
    """The filters that belong to their scope. Raises BadFields with everything that is wrong."""
    if filters.scope not in (PRECEDENTS, CASES):
        raise BadFields({"scope": _CHOOSE})
    elsewhere = _ONLY_CASES if filters.scope == PRECEDENTS else _ONLY_PRECEDENTS
    filters = replace(filters, **dict.fromkeys(elsewhere, ""))
    errors: dict[str, Problem] = {}
    allowed = {
        "outcome": OUTCOMES, "tier": list(Tier), "life": LIVES, "issue": book().issues, "finding": OUTCOMES,
        "stage": list(Stage), "sector": vocabulary().facts["conduct_sector"].values,
    }  # fmt: skip
    for name, options in allowed.items():
        if getattr(filters, name) and getattr(filters, name) not in options:
            errors[name] = _CHOOSE
    for name in ("region", "article"):
        if problem := text_problem(getattr(filters, name), 100, one_line=True):
            errors[name] = problem
    if filters.since and filters.until and filters.since > filters.until:
        errors["until"] = Problem("结束日期早于开始日期。", "The period ends before it begins.")
    if filters.finding and not filters.issue:
        errors["issue"] = Problem("请选择是在哪一问题上的认定。", "Choose the issue the finding is about.")
    if filters.fact and filters.fact not in vocabulary().facts:
        errors["fact"] = _CHOOSE
    elif filters.value is not None and not filters.fact:
        errors["fact"] = Problem("请选择事实。", "Choose the fact that has this value.")
    if errors:
        raise BadFields(errors)
    return filters
