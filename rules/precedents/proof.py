"""Why a precedent binds a case or does not, fact by fact: a reader can check each row with the two cases in hand."""

from dataclasses import dataclass

from rules.precedents.schema import Facts, Precedent, Schema

CERTAIN, POSSIBLE, NO = "certain", "possible", "no"


@dataclass(frozen=True)
class Row:
    """One fact here and in the precedent, None where unknown.

    `verdict`: it holds for every completion of the unknown facts, fails for every one, or is open.
    """

    name: str
    here: bool | float | None
    there: bool | float | None
    verdict: str


def proof(schema: Schema, facts: Facts, precedent: Precedent, lower: bool) -> tuple[Row, ...]:
    """One row a fact, in the order of the schema.

    `lower`: the case must be at least as grave as the precedent, else at most. All rows hold: it binds for every
    completion. None fails: for some.
    """
    return tuple(
        Row(name, facts.get(name), precedent.facts.get(name), verdict(schema, name, facts, precedent, lower))
        for name in schema.names
    )


def verdict(schema: Schema, name: str, facts: Facts, precedent: Precedent, lower: bool) -> str:
    """How one fact stands: holds, fails or open."""
    here, there = schema.gravity(name, facts), schema.gravity(name, precedent.facts)
    more, less = (here, there) if lower else (there, here)
    if name in schema.factors and (more == 1 or less == 0):
        return "holds"  # it stands at the end of its scale, whatever the other is
    if more is None or less is None:
        return "open"
    return "holds" if more >= less else "fails"


def binds(schema: Schema, facts: Facts, precedent: Precedent, lower: bool) -> str:
    """How far a precedent binds on one side, its outcome apart: certain, possible or no."""
    return strength({verdict(schema, name, facts, precedent, lower) for name in schema.names})


def strength(verdicts: set[str]) -> str:
    """How far a precedent binds by the verdicts on its facts: certain, possible or no."""
    return NO if "fails" in verdicts else POSSIBLE if "open" in verdicts else CERTAIN
