"""The reason model: a precedent binds by the reasons its decision relied on, and not by every fact that supported it.

A rule may be wider than the case it was made in: the new case must satisfy the reasons, and nothing may speak against
it that did not in the precedent (Horty's reason model). A dimension speaks both ways, so the case must reach the
precedent on every one of them, as in Horty's model of magnitudes.
"""

from rules.precedents.proof import CERTAIN, NO, POSSIBLE, strength, verdict
from rules.precedents.schema import Facts, Precedent, Schema


def constrains(schema: Schema, facts: Facts, precedent: Precedent, lower: bool) -> str:
    """Whether the precedent binds by its reasons on that side: certain, possible or no.

    A precedent that states no reason it has for that side binds by all its facts, as in the result model.
    """
    waived = {name for name, graver in schema.factors.items() if graver == lower} - precedent.reasons
    verdicts = {name: verdict(schema, name, facts, precedent, lower) for name in schema.names}
    by_reasons = strength({verdicts[name] for name in schema.names if name not in waived})
    if any(_held(schema, name, precedent, lower) for name in precedent.reasons):
        return by_reasons
    by_all = strength(set(verdicts.values()))
    if by_all == CERTAIN:
        return CERTAIN
    stated = [name for name in precedent.reasons if schema.factors.get(name) == lower]
    perhaps = [name for name in stated if precedent.facts.get(name) is None and facts.get(name) is not False]
    return POSSIBLE if by_all == POSSIBLE or (perhaps and by_reasons != NO) else NO


def _held(schema: Schema, name: str, precedent: Precedent, lower: bool) -> bool:
    """Whether the precedent surely has what it states as a reason for that side.

    A dimension, which always has some value, is a reason for the side only where the outcome binds on no other.
    """
    if name in schema.factors:
        return schema.factors[name] == lower and precedent.facts.get(name) is True
    only = precedent.outcome == (schema.gravest if lower else 0)
    return name in schema.dimensions and only
