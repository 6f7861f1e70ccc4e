"""How a case can be argued from or away from a precedent: what they share, what sets them apart, what softens that."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.precedents.schema import Facts, Precedent, Schema


@dataclass(frozen=True)
class Moves:
    """The case beside the precedent, for the precedent's outcome; facts by name in the order of the schema.

    `shared`: factors both have, and equal values. `weaker`: the distinctions; each that belongs to an abstract factor
    is either `downplayed`, by the fact that stands for it under the same one, or `emphasised`, as none does.
    """

    shared: tuple[str, ...]
    stronger: tuple[str, ...]
    weaker: tuple[str, ...]
    unknown: tuple[str, ...]
    downplayed: Mapping[str, str]
    emphasised: tuple[str, ...]


def moves(
    schema: Schema,
    facts: Facts,
    precedent: Precedent,
    abstract: Mapping[str, str],
    lower: bool | None = None,
) -> Moves:
    """The moves for and against following the precedent.

    `abstract` names the abstract factor of a fact. `lower`: the precedent is cited to hold the case from below (a
    stronger case is a graver one), else from above; by default from below, and from above for the mildest outcome.
    """
    if lower is None:
        lower = precedent.outcome > 0
    shared, stronger, weaker, unknown = [], [], [], []
    for name in schema.names:
        here, there = schema.gravity(name, facts), schema.gravity(name, precedent.facts)
        if here is None or there is None:
            unknown.append(name)
        elif here != there:
            (stronger if (here > there) == lower else weaker).append(name)
        elif name in schema.dimensions or facts[name]:
            shared.append(name)
    downplayed = {}
    for name in weaker:
        kin = [other for other in schema.names if other != name and _kin(abstract, name, other)]
        instead = [other for other in kin if other in stronger]
        instead += [other for other in kin if schema.factors.get(other) == lower and facts.get(other) is True]
        if schema.factors.get(name) == (
            not lower
        ):  # a factor against it, as the precedent had one of that kind
            against = [other for other in kin if schema.factors.get(other) == (not lower)]
            instead += [other for other in against if precedent.facts.get(other) is True]
        if instead:
            downplayed[name] = instead[0]
    emphasised = tuple(name for name in weaker if name in abstract and name not in downplayed)
    return Moves(tuple(shared), tuple(stronger), tuple(weaker), tuple(unknown), downplayed, emphasised)


def _kin(abstract: Mapping[str, str], one: str, other: str) -> bool:
    return one in abstract and abstract[one] == abstract.get(other)
