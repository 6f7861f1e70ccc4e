"""What would change what precedents require: the unknown facts worth asking, the smallest change of known ones."""

import math
from collections.abc import Iterable, Mapping

from casebook.precedents.readings import TIERS, Reading
from rules.factor import OUTCOMES
from rules.factors import book
from rules.precedents import Base
from rules.precedents.asking import Change, leaving, questions, settling
from rules.precedents.tiers import combined

MOST_CHANGES = 40


def asking(relied_on: Base, reading: Reading, raw: Mapping[str, object]) -> list[dict]:
    """The unknown facts in the order worth asking, each with what one answer would settle.

    What is said of an answer has been tried: the case was assessed again with it.
    """
    bounds = reading.combined.bounds
    low, high = bounds.low, bounds.high
    settled: dict[str, list[dict]] = {}
    for one in settling(relied_on.index, reading.facts, low, high):
        then = combined(relied_on, {**reading.facts, one.name: one.value}, TIERS).bounds
        if (then.low, then.high) != (low, high):
            settled.setdefault(one.name, []).append(
                {
                    "relation": one.relation,
                    "value": one.value,
                    "status": then.status,
                    "low": OUTCOMES[then.low],
                    "high": OUTCOMES[then.high],
                }
            )
    return [
        {
            "factor": name,
            "facts": [fact for fact in book().factors[name].facts if raw.get(fact) is None],
            "settles": settled.get(name, []),
        }
        for name in questions(relied_on.index, reading.facts, low, high)
    ]


def leaving_the_bound(relied_on: Base, reading: Reading) -> list[list[dict]]:
    """The smallest changes of what is known after which precedents would require something else.

    Where a higher tier overrules, a change may leave everything as it was: there each is tried.
    """
    bounds = reading.combined.bounds
    found = []
    for changes in leaving(relied_on.index, reading.facts, bounds.low, bounds.high):
        if not reading.combined.overridden or _moves(relied_on, reading, changes):
            found.append([_content(one, reading) for one in changes])
        if len(found) == MOST_CHANGES:
            break
    return found


def _content(change: Change, reading: Reading) -> dict:
    return {
        "factor": change.name,
        "here": reading.facts[change.name],
        "relation": change.relation,
        "value": change.value,
    }


def _moves(relied_on: Base, reading: Reading, changes: Iterable[Change]) -> bool:
    bounds = reading.combined.bounds
    then = combined(relied_on, {**reading.facts, **{one.name: _beyond(one) for one in changes}}, TIERS).bounds
    return (then.low, then.high) != (bounds.low, bounds.high)


def _beyond(change: Change) -> bool | float:
    """A value on the other side of the edge."""
    if change.relation == "is":
        return change.value
    return math.nextafter(change.value, -math.inf if change.relation == "below" else math.inf)
