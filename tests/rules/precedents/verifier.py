"""Each claim in at most ten lines that share nothing with the code under test; and random bases to try them on."""

import itertools
import math

from hypothesis import strategies as st

from rules.precedents import Precedent, Schema


def as_grave(schema, one, other):
    """Whether `one` is at least as grave as `other` in every respect, both complete."""
    for name, graver in {**schema.factors, **schema.dimensions}.items():
        if (one[name] < other[name]) if graver else (one[name] > other[name]):
            return False
    return True


def constrain(schema, facts, decided):
    """(low, high) that complete precedents, as (facts, rank), give complete facts."""
    low = max([rank for old, rank in decided if as_grave(schema, facts, old)], default=0)
    high = min([rank for old, rank in decided if as_grave(schema, old, facts)], default=schema.gravest)
    return low, high


def always(schema, one, other):
    """Whether `one` is as grave as `other` for every completion: each fact for itself, as they are independent."""
    pairs = itertools.product(extremes(schema, one), extremes(schema, other))
    return all(as_grave(schema, first, second) for first, second in pairs)


def layered(schema, facts, tiers):
    """(low, high) of complete tiers, the highest first: what goes beyond the bounds of a higher one does not count."""
    low, high = 0, schema.gravest
    for decided in tiers:
        if low <= high:
            below = [rank for old, rank in decided if rank <= high and as_grave(schema, facts, old)]
            above = [rank for old, rank in decided if rank >= low and as_grave(schema, old, facts)]
            low, high = max([low, *below]), min([high, *above])
    return low, high


def by_reasons(schema, facts, old, reasons, lower, only):
    """Whether a complete precedent binds complete facts by its reasons; `only`: its outcome binds on no other side."""
    held = {name for name, up in schema.factors.items() if up == lower and old[name] and name in reasons}
    held |= {name for name in schema.dimensions if only and name in reasons}
    for name, up in {**schema.factors, **schema.dimensions}.items():
        if held and name in schema.factors and up == lower and name not in held:
            continue  # a fact that spoke for the outcome, but was not relied on
        one, other = (facts, old) if lower else (old, facts)
        if (one[name] < other[name]) if up else (one[name] > other[name]):
            return False
    return True


def contradictory(schema, one, other):
    """Whether two complete precedents, as (facts, rank), conflict."""
    (mild, less), (grave, more) = sorted([one, other], key=lambda each: each[1])
    return less < more and as_grave(schema, mild, grave)


def forced(schema, precedent, others):
    """Whether the outcome of a complete precedent follows from others of the same outcome; each as (facts, rank)."""
    same = [(facts, rank) for facts, rank in others if rank == precedent[1]]
    low, high = constrain(schema, precedent[0], same)
    return low == high == precedent[1]


def extremes(schema, facts):
    """The mildest and the gravest completion of the facts."""
    ends = []
    for grave in (False, True):
        whole = {name: grave == up for name, up in schema.factors.items()}
        whole |= {name: math.inf if grave == up else -math.inf for name, up in schema.dimensions.items()}
        ends.append(whole | dict(facts))
    return ends


def completions(schema, facts, values):
    """Every completion of the facts, a dimension taking each of `values`."""
    free = [name for name in schema.names if name not in facts]
    choices = [(False, True) if name in schema.factors else values for name in free]
    return [{**facts, **dict(zip(free, chosen, strict=True))} for chosen in itertools.product(*choices)]


SCHEMA = Schema(("mild", "middle", "grave"), {"a": True, "b": False}, {"x": True, "y": False})
WIDE = Schema(("no", "yes"), {"a": True, "b": False, "c": True, "d": True}, {"x": True})
VALUES = (-2.0, -1.0, 0.0, 1.0, 2.0)  # the inner ones stand in bases, the outer ones only in completions


def facts(schema, whole=False):
    """Facts of a schema, some of them unknown unless `whole`."""
    values = {name: st.booleans() for name in schema.factors}
    values |= {name: st.sampled_from([-1.0, 0.0, 1.0]) for name in schema.dimensions}
    return st.fixed_dictionaries(values) if whole else st.fixed_dictionaries({}, optional=values)


def bases(schema, whole=False, most=8):
    """Lists of precedents with the ids p0, p1, ..."""
    rows = st.lists(st.tuples(facts(schema, whole), st.integers(0, schema.gravest)), max_size=most)
    return rows.map(lambda found: [Precedent(f"p{number}", *row) for number, row in enumerate(found)])
