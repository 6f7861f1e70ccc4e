"""How far the precedents of an organ agree: what collides, what would mend it, and what carries the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from casebook import access, events
from casebook.models import Life, Precedent, Tier, User
from casebook.precedents.bases import BINDING, base_for, of_tiers, shelf
from casebook.precedents.shelf import Kept
from rules.factor import OUTCOMES, WHOLE
from rules.precedents import Base
from rules.precedents import Precedent as Decided
from rules.precedents.consistency import Reliability, alternatives, examine, reliability
from rules.precedents.directions import resting_on
from rules.precedents.proof import Row, proof
from rules.precedents.tiers import weightier

ISSUES = (WHOLE, "T1", "T2", "T3", "gravity")  # red lines are compared one provision at a time, in a case
MOST = 20_000  # precedents that are examined while somebody waits
OTHERS = 5


@dataclass(frozen=True)
class Conflict:
    """Two precedents side by side: one at least as grave as the other that got less.

    `pair` is what casebook.precedents.sentences says of them; `rows` has the facts in which they differ, `alike` those
    that both have.
    """

    graver: Kept
    milder: Kept
    tiers: tuple[str, str]
    outcomes: tuple[str, str]
    pair: Mapping[str, object]
    rows: tuple[Row, ...]
    alike: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """What was found on one issue among the precedents that may bind in the person's organ.

    `repair` is a smallest set to set aside, `others` further ones as small. `directions` counts for each factor the
    conflicts between precedents that differ in it.
    """

    issue: str
    day: date
    examined: int
    stale: int
    count: int
    consistent: int
    conflicts: list[Conflict]
    repair: list[Kept]
    others: list[list[Kept]]
    landmarks: list[Kept]
    situations: int
    directions: Mapping[str, int]
    too_many: bool = False

    @property
    def share(self) -> float:
        return self.consistent / self.examined if self.examined else 1.0


def picture(session: Session, by: User, issue: str, on: date, *, limit: int, offset: int = 0) -> Picture:
    """How far the precedents that may bind in this person's organ agree on an issue; logged. Raises NotAllowed."""
    access.ensure(by, access.READ_PRECEDENTS)
    events.record(session, "consistency.read", by, issue=issue)
    on_shelf = shelf(session, on)
    base = of_tiers(base_for(session, by.organisation, issue, on, elsewhere=False), BINDING)
    stale = of_tiers(base_for(session, by.organisation, issue, on, elsewhere=False, stale=True), BINDING)
    size = len(base.precedents)
    if size > MOST:
        empty = (0, 0, [], [], [], [], 0, {})
        return Picture(issue, on, size, len(stale.precedents), *empty, too_many=True)
    found = examine(base)

    def kept(precedents) -> list[Kept]:
        return [on_shelf.kept[one.id] for one in precedents]

    return Picture(
        issue, on, size, len(stale.precedents), found.count, found.consistent,
        [
            Conflict(*kept(pair), *_beside(base, *pair))
            for pair in islice(found.conflicts(), offset, offset + limit)
        ],
        kept(found.repair), [kept(one) for one in alternatives(base, OTHERS)] if found.repair else [],
        kept(found.landmarks), found.situations, resting_on(base, found),
    )  # fmt: skip


def trust(session: Session, by: User, precedent: Precedent, on: date) -> dict[str, Reliability]:
    """By issue, how many others are decided as this one requires and how many against it; none where it is stale."""
    on_shelf = shelf(session, on)
    if precedent.life != Life.ALIVE or precedent.code in on_shelf.stale:
        return {}
    found = {}
    for issue in ISSUES:
        base = base_for(session, by.organisation, issue, on, on_shelf=on_shelf)
        own = next((one for one in base.precedents if one.id == precedent.code), None)
        if own is not None:
            found[issue] = reliability(base, own)
    return found


def _beside(base: Base, graver: Decided, milder: Decided) -> tuple:
    """The tiers and outcomes of the two, why they collide and which weighs more, and their facts."""
    heavier = weightier(graver, milder, tuple(map(str, Tier)))
    pair = {
        "above": graver.id, "below": milder.id, "graver": base.compare(graver.facts, milder).graver,
        "weightier": str(heavier.precedent.id) if heavier.precedent else "", "ground": heavier.ground,
    }  # fmt: skip
    rows = proof(base.schema, graver.facts, milder, lower=True)
    differ = tuple(row for row in rows if row.here != row.there)
    alike = tuple(row.name for row in rows if row.here == row.there and row.here not in (None, False))
    outcomes = OUTCOMES[graver.outcome], OUTCOMES[milder.outcome]
    return (graver.tier, milder.tier), outcomes, pair, differ, alike
