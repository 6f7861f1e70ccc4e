"""Conduct is judged by the law of its own time: on no later day of deciding does a case end graver for it."""

from collections.abc import Iterator
from dataclasses import replace

from rules.pack import DISPOSITIONS
from rules.phrases import BRIEF
from rules.proofs.chain import gate_of
from rules.proofs.counterexample import CounterExample, smallest
from rules.proofs.law import Law
from rules.proofs.order import WEIGHT

OLDER_CONDUCT = "older_conduct"
_ROUTE_AND_EVIDENCE = (
    1  # up to this gate a case is passed on or verified further, by the law of the day of the step
)


def older_conduct(law: Law) -> Iterator[CounterExample]:
    """Cases that end one way on some day since the conduct and, decided on a later day, graver.

    Graver by weight; and a case that ends without any blame is not referred later, save to the competent organ or for
    more evidence (G0, G1). The earlier day may be that of the conduct, so that the law of the conduct alone is the
    measure; local law is that of the conduct on both days.
    """
    if not law.steps:
        return
    (earlier, days), later = law.decided_earlier(), law.case
    free = law.clauses.any([earlier.ends(one) for one, weight in WEIGHT.items() if not weight])
    asked = [
        step for step in law.steps if step.disposition == "refer" and gate_of(step) > _ROUTE_AND_EVIDENCE
    ]
    worse = [law.clauses.all([free, later.stops[step.id]]) for step in asked]
    worse += [
        law.clauses.all([earlier.ends(before), later.ends(after)])
        for before in WEIGHT
        for after in WEIGHT
        if WEIGHT[after] > WEIGHT[before]
    ]
    found = smallest(law, [law.clauses.any(worse)])
    if found is None:
        return
    changed = [
        rule
        for rule in law.rules
        if later.rules[rule.version].true in found.model and -earlier.rules[rule.version].true in found.model
    ]
    begun = [law.days[name].latest(found.model) for name in ("conduct", "local")]
    day = days.latest(found.model) or days.before[0]
    when = replace(found.when, conduct_day=min(found.when.conduct_day, max([day, *filter(None, begun)])))
    day = max(day, when.conduct_day)
    was, becomes = (
        BRIEF[next(one for one in DISPOSITIONS if case.ends(one) in found.model)] for case in (earlier, later)
    )
    yield replace(found, when=when).told(
        OLDER_CONDUCT,
        changed,
        f"同样的行为，{day}决定时为“{was['zh']}”，{when.as_of}决定时为“{becomes['zh']}”：行为之后才施行的规定使结果更重；"
        "请使所列规则只适用于其施行之后的行为（governed_by: conduct），或者收窄其条件。",
        f'The same conduct ends in "{was["en"]}" if decided on {day} and in "{becomes["en"]}" on {when.as_of}: a text '
        "younger than "
        "the conduct burdens it. Let the rules named apply to later conduct only (governed_by: conduct), or "
        "narrow them.",
    )
