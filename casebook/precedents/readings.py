"""What precedents require of a case on one issue, read strictly and as it would be decided now: bounds and proof."""

import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from casebook.precedents.bases import BINDING
from rules.factor import OUTCOMES
from rules.precedents import Base
from rules.precedents import Precedent as Decided
from rules.precedents.base import REQUIRING
from rules.precedents.index import members
from rules.precedents.proof import Row, proof
from rules.precedents.schema import Facts
from rules.precedents.tiers import Combined, combined, weightier

BELOW, ABOVE = "below", "above"
MOST_PROVED = 12  # proofs written out for one issue; the count beside them is whole
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
    """Each binding precedent with its proof row by row; a fact read by its burden of proof says so.

    `ordinary` names the factors that were compared too and are in both cases as they are in `ordinary`, the case of
    which nothing out of the way was found.
    """
    found = []
    for one in holding[:MOST_PROVED]:
        rows = proof(base.schema, reading.facts, one.precedent, one.lower)
        telling = [row for row in rows if not _is_ordinary(row, ordinary)]
        telling.sort(
            key=lambda row, one=one: _is_free(base, row, one)
        )  # what it asks for, then what it leaves open
        found.append(
            {
                "code": one.precedent.id,
                "side": one.side,
                "overruled": one.overruled,
                "decides": one.decides,
                "rows": [_row(row, strict) for row in telling],
                "ordinary": [row.name for row in rows if _is_ordinary(row, ordinary)],
            }
        )
    return found


def _row(row: Row, strict: Facts) -> dict:
    return {
        "factor": row.name,
        "here": row.here,
        "there": row.there,
        "verdict": row.verdict,
        "here_presumed": row.here is not None and row.name not in strict,
    }


def _is_ordinary(row: Row, ordinary: Facts) -> bool:
    return row.verdict == "holds" and row.here == row.there and row.here in (False, ordinary.get(row.name))


def _is_free(base: Base, row: Row, one: Holding) -> bool:
    """Whether the precedent asks for nothing there: it has the factor at the end of the scale that any case reaches."""
    end = 0 if one.lower else 1
    return row.name in base.schema.factors and base.schema.gravity(row.name, one.precedent.facts) == end


def conflicts(base: Base, reading: Reading) -> dict:
    """The pairs of precedents that bind this case and contradict each other, the weightiest first, and how many."""
    below = [one.precedent for one in reading.holding if one.lower]
    above = [one.precedent for one in reading.holding if not one.lower]
    got = Counter(one.outcome for one in above)
    count = sum(got[rank] for one in below for rank in range(one.outcome))
    colliding = ((one, other) for one in below for other in above if one.outcome > other.outcome)
    pairs = (
        [_pair(base, one, other) for one, other in itertools.islice(colliding, MOST_PAIRS)] if count else []
    )
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
