"""What makes a case graver or milder before precedents are compared, and the measure of it in the facts of a case.

Each direction is given by a provision and never learned from outcomes. Raw facts are stored; what is compared is
derived here, by the thresholds in force on one day, so that it can be measured again when the law changes.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from rules.factor import Factor, Factors, Issue, Threshold, Undirected
from rules.factor_reader import read_factors
from rules.vocabulary import vocabulary
from rules.yaml_source import read_text

__all__ = [
    "Factor", "Factors", "Issue", "Threshold", "Undirected", "book", "measured", "presumed_facts",
    "read_factors",
]  # fmt: skip


@cache
def book() -> Factors:
    """The factors shipped with the product; raises SourceError if their file is broken."""
    path = Path(__file__).with_name("factors.yaml")
    return read_factors(read_text(path), path.name, vocabulary())


def measured(
    facts: Mapping[str, object], on: date, *, decided: bool = False, factors: Factors | None = None
) -> dict[str, bool | float]:
    """Every factor of every issue that these facts settle, by the law of the day; what is unknown is left out.

    `decided` reads the case as one that was decided: a fact that was not found stands as its burden of proof has it.
    """
    known = presumed_facts(facts) if decided else facts
    found = {factor.id: factor.measure(known, on) for factor in (factors or book()).factors.values()}
    return {name: value for name, value in found.items() if value is not None}


def presumed_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts, and for each one not found what its burden of proof presumes."""
    return _presumed() | {name: value for name, value in facts.items() if value is not None}


@cache
def _presumed() -> dict[str, object]:
    return {fact.id: fact.presume for fact in vocabulary().facts.values() if fact.presume is not None}
