"""The gate of consistency: the binding precedents that an outcome contradicts, each answered with a reason.

Departing is always allowed and always recorded. Nothing here decides, and likeness takes no part (关于统一法律适用
加强类案检索的指导意见（试行）, applied by analogy).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.models import Case, Precedent, Tier
from casebook.precedents import consult
from rules.factors import book, measured
from rules.precedents.index import members
from rules.precedents.proof import Row, proof

ISSUE = "disposition"
BELOW, ABOVE = "below", "above"


@dataclass(frozen=True)
class Contradiction:
    """A binding precedent that an outcome contradicts.

    `sides`: "below" where the precedent allows nothing milder than its own outcome and this is milder, "above" where
    it allows nothing graver and this is graver. `proof`: why it binds, fact by fact.
    """

    precedent: Precedent
    tier: Tier
    sides: tuple[str, ...]
    proof: tuple[Row, ...] = ()

    @property
    def rank(self) -> tuple:
        """The weightiest tier first, then the newest."""
        on = self.precedent.decided_on
        return list(Tier).index(self.tier), -(on.toordinal() if on else 0), self.precedent.code


def contradicted(
    session: Session, case: Case, outcome: str, facts: Mapping[str, object], on: date
) -> list[Contradiction]:
    """The binding precedents whose side this outcome contradicts, the weightiest first.

    `facts` are raw facts that are established; the case is read as it would be decided, unknown facts by their burden.
    Only what is alive, current on that day and of a tier that binds counts, on the disposition as a whole; a precedent
    made from this very case never binds it. An outcome without a rank ("not_established") contradicts none.
    """
    schema = book().schema(ISSUE)
    if outcome not in schema.outcomes:
        return []
    rank = schema.outcomes.index(outcome)
    base = consult.base_for(session, case.organisation, ISSUE, on)
    here = _within(schema, measured(facts, on, decided=True))
    sides: dict[str, list[str]] = {}
    tiers: dict[str, Tier] = {}
    for side, lower in ((BELOW, True), (ABOVE, False)):
        certain, _possible = base.index.binding(here, lower)
        for number in members(certain):
            found = base.precedents[number]
            against = found.outcome > rank if lower else found.outcome < rank
            if against and found.tier != Tier.ELSEWHERE:
                sides.setdefault(found.id, []).append(side)
                tiers[found.id] = Tier(found.tier)
    by_code = {found.id: found for found in base.precedents if found.id in sides}
    rows = session.scalars(select(Precedent).where(Precedent.code.in_(sides))) if sides else ()
    return sorted(
        (
            Contradiction(
                row, tiers[row.code], tuple(sides[row.code]),
                proof(schema, here, by_code[row.code], BELOW in sides[row.code]),
            )
            for row in rows
            if row.case_id != case.id
        ),
        key=lambda one: one.rank,
    )  # fmt: skip


def _within(schema, facts: Mapping[str, bool | float]) -> dict[str, bool | float]:
    return {name: facts[name] for name in schema.names if name in facts}


def names_of(found: list[Contradiction]) -> Iterator[str]:
    """How each is cited."""
    return (one.precedent.code for one in found)
