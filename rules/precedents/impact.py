"""What one more precedent would do to a base and to the cases that are open."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from rules.precedents.base import Base
from rules.precedents.consistency import contradicting, follows
from rules.precedents.index import members
from rules.precedents.schema import Facts, Precedent


@dataclass(frozen=True)
class Impact:
    """`new_conflicts` are the precedents it would contradict for every completion of the unknown facts.

    Open cases by id: `newly_bound` get one outcome, `newly_narrowed` a narrower range, `newly_conflicting` come to
    stand between contradicting precedents. `landmark`: its outcome follows from no other of the same outcome.
    `first_of_its_kind`: no precedent rules out any outcome for such facts.
    """

    new_conflicts: tuple[Precedent, ...]
    newly_bound: tuple[Hashable, ...]
    landmark: bool
    first_of_its_kind: bool
    newly_narrowed: tuple[Hashable, ...] = ()
    newly_conflicting: tuple[Hashable, ...] = ()


def impact(base: Base, precedent: Precedent, open_cases: Mapping[Hashable, Facts]) -> Impact:
    """What publishing this precedent would do; one of the same id in the base does not count."""
    index = base.index
    others = base.without(precedent)
    below = index.binding(precedent.facts, lower=True)[0] & others
    above = index.binding(precedent.facts, lower=False)[0] & others
    conflicts = contradicting(base, precedent, below, above)
    before = base.bounds(precedent.facts, others)
    alone = Base(base.schema, [precedent])
    moved: dict[str, list[Hashable]] = {"bound": [], "narrowed": [], "conflict": []}
    for name, facts in open_cases.items():
        old, added = base.bounds(facts, others), alone.bounds(facts)
        new = old.joined(added)
        if (new.low, new.high) != (old.low, old.high) and old.status != "conflict":
            moved[new.status].append(name)
    return Impact(
        tuple(base.precedents[number] for number in members(conflicts)),
        tuple(moved["bound"]),
        not follows(base, precedent, below, above),
        (before.low, before.high) == (0, base.schema.gravest),
        tuple(moved["narrowed"]),
        tuple(moved["conflict"]),
    )
