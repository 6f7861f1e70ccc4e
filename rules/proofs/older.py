"""Conduct is judged by the law of its own time: on no later day of deciding does a case end graver for it."""

from collections.abc import Iterator
from dataclasses import replace

from rules.pack import DISPOSITIONS
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

    Graver by weight; and a case that ends without any blame is not referred later, by a step or because no step ends
    it, save to the competent organ or for more evidence (G0, G1). The earlier day may be that of the conduct, so that
    the law of the conduct alone is the measure; local law is that of the conduct on both days. The rules named are
    those that apply on one of the two days only, whether they began in between or ended.
    """
    if not law.steps:
        return
    (earlier, days), later = law.decided_earlier(), law.case
    free = law.clauses.any([earlier.ends(one) for one, weight in WEIGHT.items() if not weight])
    asked = [
        step for step in law.steps if step.disposition == "refer" and gate_of(step) > _ROUTE_AND_EVIDENCE
    ]
    worse = [
        law.clauses.all([free, stopped])
        for stopped in (*(later.stops[one.id] for one in asked), later.unstopped)
    ]
    worse += [
        law.clauses.all([earlier.ends(before), later.ends(after)])
        for before in WEIGHT
        for after in WEIGHT
        if WEIGHT[after] > WEIGHT[before]
    ]
    found = smallest(law, [law.clauses.any(worse)])
    if found is None:
        return
    begun = [law.days[name].latest(found.model) for name in ("conduct", "local")]
    day = days.latest(found.model) or days.before[0]
    when = replace(found.when, conduct_day=min(found.when.conduct_day, max([day, *filter(None, begun)])))
    day = max(day, when.conduct_day)
    before, after = (
        law.called(next(one for one in DISPOSITIONS if case.ends(one) in found.model))
        for case in (earlier, later)
    )
    changed, younger = [], False
    for rule in law.rules:
        then, now = (
            (rails.true in found.model, rails.false in found.model)
            for rails in (earlier.rules[rule.version], later.rules[rule.version])
        )
        since = rule.effective_from is not None and rule.effective_from > day
        ended = rule.effective_to is not None and rule.effective_to < when.as_of
        if then[0] != now[0] or (
            then != now and (since or ended)
        ):  # one that is merely open may undo another
            changed.append(rule)
            younger |= since
    zh, en = (
        "行为时有利于当事人的规定后来不再适用，结果因此更重",
        "what spoke for the person then no longer does",
    )
    if younger:
        zh, en = "行为之后才施行的规定使结果更重", "a text younger than the conduct burdens it"
    yield replace(found, when=when).told(
        OLDER_CONDUCT,
        changed,
        f"同样的行为，{day}决定时为{before['zh']}，{when.as_of}决定时为{after['zh']}：{zh}；"
        "请使所列规则按行为的日期适用（governed_by: conduct），或者收窄其条件。",
        f"The same conduct ends in {before['en']} if decided on {day} and in {after['en']} on {when.as_of}: {en}. "
        "Let the rules named follow the day of the conduct (governed_by: conduct), or narrow them.",
    )
