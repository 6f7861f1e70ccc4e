"""What precedents require of a case on one issue, read strictly and as it would be decided now: bounds and proof."""

from collections.abc import Mapping
from dataclasses import dataclass

from casebook.precedents.bases import BINDING
from rules.factor import OUTCOMES
from rules.precedents import Base
from rules.precedents import Precedent as Decided
from rules.precedents.index import members
from rules.precedents.proof import proof
from rules.precedents.schema import Facts
from rules.precedents.tiers import Combined, combined, weightier

BELOW, ABOVE = "below", "above"
REQUIRING = ("bound", "narrowed", "conflict")  # the states in which precedents rule something out
MOST_PROVED = 30  # proofs written out for one issue; the count beside them is whole
MOST_PAIRS = 5
TIERS = tuple(map(str, BINDING))


@dataclass(frozen=True)
class Holding:
    """A precedent that binds: from below it allows nothing milder than its outcome, from above nothing graver."""

    precedent: Decided
    side: str
    overruled: bool
    decides: bool

    @property
    def lower(self) -> bool:
        return self.side == BELOW


@dataclass(frozen=True)
class Reading:
    """One reading of a case on one issue."""

    facts: Facts
    combined: Combined
    holding: tuple[Holding, ...]

    @property
    def status(self) -> str:
        return self.combined.bounds.status

    @property
    def requires(self) -> bool:
        return self.status in REQUIRING

    def content(self) -> dict:
        bounds = self.combined.bounds
        return {
            "status": bounds.status,
            "low": OUTCOMES[bounds.low],
            "high": OUTCOMES[bounds.high],
            "possible_low": OUTCOMES[bounds.possible_low],
            "possible_high": OUTCOMES[bounds.possible_high],
            "prevailing": self.combined.prevailing,
            "overridden": list(self.combined.overridden),
            "by_tier": {
                tier: {"status": one.status, "low": OUTCOMES[one.low], "high": OUTCOMES[one.high]}
                for tier, one in self.combined.by_tier.items()
            },
            "count": len(self.holding),
        }


def read(base: Base, facts: Facts) -> Reading:
    """The bounds of all tiers together, and every precedent behind them, those that set a bound first."""
    found = combined(base, facts, TIERS)
    overruled = {one.id for one in found.overruled}
    for_reference = base.of_tier("elsewhere")
    holding = []
    for side in (BELOW, ABOVE):
        lower = side == BELOW
        idle = 0 if lower else base.schema.gravest  # from this side that outcome rules nothing out
        bound = found.bounds.low if lower else found.bounds.high
        certain, _possible = base.index.binding(facts, lower)
        for number in members(certain & ~for_reference & ~base.index.given[idle]):
            one = base.precedents[number]
            aside = one.id in overruled
            holding.append(Holding(one, side, aside, one.outcome == bound and not aside))
    holding.sort(key=lambda one: (one.overruled, not one.decides))  # within that by tier, then the newest
    return Reading(facts, found, tuple(holding))


def proofs(
    base: Base, reading: Reading, holding: tuple[Holding, ...], strict: Facts, ordinary: Facts
) -> list[dict]:
    """Each binding precedent with its proof row by row; a fact read by its burden of proof says so."""
    return [
        {
            "code": one.precedent.id,
            "side": one.side,
            "overruled": one.overruled,
            "decides": one.decides,
            "rows": rows(base, reading.facts, one.precedent, one.lower, strict, ordinary),
        }
        for one in holding[:MOST_PROVED]
    ]


def rows(
    base: Base, facts: Facts, precedent: Decided, lower: bool, strict: Facts, ordinary: Facts
) -> list[dict]:
    """`telling`: it is not in both cases as it is in the ordinary case, of which nothing out of the way was found."""
    return [
        {
            "factor": row.name,
            "here": row.here,
            "there": row.there,
            "verdict": row.verdict,
            "here_presumed": row.here is not None and row.name not in strict,
            "telling": row.verdict != "holds"
            or row.here != row.there
            or row.here not in (False, ordinary.get(row.name)),
        }
        for row in proof(base.schema, facts, precedent, lower)
    ]


def conflicts(base: Base, reading: Reading) -> dict:
    """The pairs of precedents that bind this case and contradict each other, the weightiest first, and how many."""
    below = [one for one in reading.holding if one.lower]
    above = [one for one in reading.holding if not one.lower]
    count = sum(
        sum(one.precedent.outcome > rank for one in below)
        * sum(other.precedent.outcome == rank for other in above)
        for rank in range(base.schema.gravest)
    )
    pairs = []
    for one in below:
        for other in above:
            if one.precedent.outcome > other.precedent.outcome and len(pairs) < MOST_PAIRS:
                pairs.append(_pair(base, one.precedent, other.precedent))
    return {"count": count, "pairs": pairs}


def _pair(base: Base, graver: Decided, milder: Decided) -> dict:
    """`above` was decided more mildly although its case is at least as grave as that of `below`."""
    compared = base.compare(milder.facts, graver)
    heavier = weightier(graver, milder, TIERS)
    return {
        "below": graver.id,
        "above": milder.id,
        "graver": list(compared.graver),
        "same": [name for name in compared.same if _tells(base, name, milder.facts)],
        "weightier": str(heavier.precedent.id) if heavier.precedent else "",
        "ground": heavier.ground,
    }


def _tells(base: Base, name: str, facts: Mapping) -> bool:
    return name in base.schema.dimensions or facts[name] is True
