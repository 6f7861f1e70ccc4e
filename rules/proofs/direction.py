"""A graver fact never makes the outcome milder, and a milder one never graver."""

from collections.abc import Collection, Iterator

from rules.phrases import BRIEF
from rules.proofs.counterexample import CounterExample, smallest
from rules.proofs.law import Law
from rules.proofs.order import WEIGHT, Order

DIRECTION = "direction"


def direction(law: Law, order: Order, stated: Collection[str] = ()) -> Iterator[CounterExample]:
    """Pairs of cases of which one is graver in some facts and in no fact milder, and yet ends milder.

    First each fact is moved alone; then any number together, so that nothing hides behind a referral on the way.
    Ends are compared by weight; `refer` has none: it is neither graver nor milder than another end. `stated` are ids
    of rules of which a pack says that their text makes some harm a condition: cases are compared in which they alike
    apply or do not.
    """
    if not law.steps:
        return
    clauses, case = law.clauses, law.case
    pair = law.another(case.cells.known)
    same: dict[tuple, int] = {}
    graver: dict[str, int] = {}
    for variable in law.variables:
        before, after = case.cells.at[variable.key], pair.cells.at[variable.key]
        same[variable.key] = stays = clauses.new()
        for one, other in zip(before, after, strict=True):
            clauses.add(-stays, -one, other)
            clauses.add(-stays, one, -other)
        moves = clauses.any(
            [clauses.all([before[one], after[other]]) for one, other in order.graver(variable)]
        )
        clauses.add(stays, moves)
        if moves != -clauses.yes:
            graver[variable.fact] = moves
    milder = clauses.any(
        [
            clauses.all([case.ends(before), pair.ends(after)])
            for before in WEIGHT
            for after in WEIGHT
            if WEIGHT[after] < WEIGHT[before]
        ]
    )
    alike = [
        clauses.any([-pair.rules[rule.version].true, case.rules[rule.version].true])
        for rule in law.rules
        if rule.id in stated
    ]
    milder = clauses.all([milder, *alike])
    alone = False
    for fact, moves in graver.items():
        others = [literal for (other, _), literal in same.items() if other != fact]
        found = smallest(law, [milder, moves, *others], pair, (fact,))
        if found is not None:
            alone = True
            yield _told(law, found, pair, (fact,))
    if alone or clauses.find(law.provisional, milder) is None:
        return
    stays = []
    for (fact, _), literal in same.items():
        if fact in graver and clauses.find(law.provisional, milder, *stays, literal) is not None:
            stays.append(literal)
    moved = tuple(fact for (fact, _), literal in same.items() if fact in graver and literal not in stays)
    yield _told(law, smallest(law, [milder, *stays], pair, moved), pair, moved)


def _told(law: Law, found, pair, moved) -> CounterExample:
    before, after = (
        next(one for one in WEIGHT if case.ends(one) in found.model) for case in (law.case, pair)
    )
    steps = [
        step
        for step in law.steps
        if law.case.stops[step.id] in found.model or pair.stops[step.id] in found.model
    ]
    names = [f"step.{step.id}" for step in steps]
    rules = []
    for rule in law.rules:
        applies = {
            law.case.rules[rule.version].true in found.model,
            pair.rules[rule.version].true in found.model,
        }
        turns = len(applies) == 2 and not rule.reads.isdisjoint(moved)  # where the text is to be mended
        if turns or (True in applies and not set(names).isdisjoint(rule.establishes)):
            rules.append(rule)
    words = [law.words.facts[fact] for fact in moved]
    was, becomes = BRIEF[before], BRIEF[after]
    return found.told(
        DIRECTION,
        rules,
        f"{'、'.join(f'“{fact.zh}”' for fact in words)}向更重的方向变化，结果却由“{was['zh']}”减轻为“{becomes['zh']}”；"
        "请改写所列规则的条件，原文确实如此规定的，在 accepted 中写明理由（property: direction）。",
        f"{', '.join(fact.en for fact in words)}: a change to what is graver turns "
        f"“{was['en']}” into the milder “{becomes['en']}”. Mend the condition of the rules named, or, where "
        "the text itself says so, say why under 'accepted' (property: direction).",
    )
