"""What is proved of the chain: every case ends, contradictions do not pass unnoticed, red lines are never crossed,
and what the nation leaves to a panel no place takes from it.
"""

import itertools
from collections.abc import Callable, Collection, Iterator
from datetime import date

from rules.pack import DISTINCTIONS, Rule, Step
from rules.proofs.counterexample import CounterExample, Found, fires, smallest
from rules.proofs.law import Law

COMPLETENESS, CONFLICTS, RED_LINES, PANEL = "completeness", "conflicts", "red_lines", "panel"
FOR_A_PANEL = (
    "C-01",
    "C-02",
    "C-03",
    "C-04",
    "C-13",
)  # what national texts leave open on whether to tolerate
_ZH = "请在优先的一条写明 overrides，或者改写条件，使两条不同时适用。"
_EN = "Write 'overrides' in the one that goes first, or conditions that do not meet."
_WEIGHED_FROM = 4  # gates before it end a case before any distinction is weighed: no fault, shields


def completeness(law: Law, since: date | None = None) -> Iterator[CounterExample]:
    """Cases of which every fact is known and which no step ends, so that they are referred for want of a rule.

    `since` is the first day of deciding that is looked at: what a pack says of the days before it stands.
    """
    if not law.steps:
        return
    days = law.days["decision"]
    goal = [law.provisional, law.complete, law.case.unstopped]
    goal += [days.reached[turn] for turn in days.turns if since and turn <= since]
    model = law.clauses.find(*goal)
    if model is None:
        return
    for turn in days.turns:
        model = law.clauses.find(*goal, days.reached[turn]) or model
    facts = _whatever_else(law, model)
    when = law.when(model)
    last = law.steps[-1].gate
    names = {f"step.{step.id}" for step in law.steps if step.gate == last}
    rules = [
        rule for rule in law.rules if not names.isdisjoint(rule.establishes) and law.in_force(rule, model)
    ]
    at = (
        "" if rules else str(law.steps[-1].place)
    )  # there is no rule of the last gate whose line could be named
    yield Found(model, facts, {}, when).told(
        COMPLETENESS,
        rules,
        f"{f'{at}：' if at else ''}即使其余事实全部查明，按{when.as_of}的规定也没有任何环节作出结论，"
        "只能因无规则可依而提请集体研究；请补写得出结论的规则，或者放宽最后一个环节的条件。",
        f"{f'{at}: ' if at else ''}Whatever the other facts turn out to be, no step of the law of "
        f"{when.as_of} ends the case: it is referred for want of a rule. Write a rule that ends it, or widen the last "
        "step.",
    )


def _whatever_else(law: Law, model: set[int]) -> dict:
    """Facts of the model which alone keep every step from ending the case, whatever the others are."""
    chosen = law.case.cells.chosen(model)
    otherwise = [*law.held(model), law.provisional, law.complete, -law.case.unstopped]
    law.clauses.find(*otherwise, *(literal for literals in chosen.values() for literal in literals))
    needed = law.clauses.needed()
    needed = [literal for literals in chosen.values() for literal in literals if literal in needed]
    for literal in list(needed):
        fewer = [other for other in needed if other != literal]
        if literal in needed and law.clauses.find(*otherwise, *fewer) is None:
            core = law.clauses.needed()
            needed = [other for other in fewer if other in core]
    return {
        fact: law.case.cells.value(fact, literals)
        for fact, literals in chosen.items()
        if not set(literals).isdisjoint(needed)
    }


def red_lines(law: Law) -> Iterator[CounterExample]:
    """Cases in which a red line is established and which are tolerated all the same."""
    if not law.steps:
        return
    for name in (name for name in law.findings if name.startswith("red_line.")):
        tolerated = law.case.ends("tolerate")
        found = smallest(law, [law.case.finding(name).true, tolerated])
        if found is not None:
            line = law.called(name)
            step = next(step for step in law.steps if law.case.stops.get(step.id) in found.model)
            yield found.told(
                RED_LINES,
                fires(law, found.model, name, f"step.{step.id}"),
                f"已触及红线{line['zh']}，仍由环节“{step.title.zh}”予以容错；"
                "请在得出该环节的规则的 unless 中写入这条红线，或者收窄其条件。",
                f"The red line {line['en']} is established and the step “{step.title.en}” tolerates all the same. Bar "
                "the rule of the step with that red line ('unless'), or narrow its condition.",
            )


def panel(law: Law, stated: Collection[str] = ()) -> Iterator[CounterExample]:
    """Cases that national law refers to a panel on a question of tolerance and that are tolerated beside local law.

    Every step that tolerates counts, those before anything is weighed too. `stated` are ids of rules of which a
    national pack says why a clause may answer: of a rule that refers, its question; of any other, every case in which
    it applies.
    """
    if not law.steps or not law.of_places:
        return
    nation = law.nation()
    questions = [(code, rule) for code in FOR_A_PANEL for rule in law.makers.get(f"refer.{code}", ())]
    asked = {rule.id for _, rule in questions}
    answered = [
        -law.case.rules[rule.version].true for rule in law.rules if rule.id in stated and rule.id not in asked
    ]
    for code, asking in questions:
        if asking.id in stated:
            continue
        goal = [nation.ends("refer"), nation.rules[asking.version].true, law.case.ends("tolerate"), *answered]
        found = smallest(law, goal)
        if found is not None:
            clauses = [name for name in law.findings if name.startswith("clause.")]
            question = law.called(f"refer.{code}")
            yield found.told(
                PANEL,
                [asking, *fires(law, found.model, *clauses)],
                f"全国规则 {asking.id} 就{question['zh']}提请集体研究，适用地方条款后却直接予以容错；"
                "请收窄地方条款的条件，把这类情形留给集体研究。",
                f"{asking.id} refers {question['en']} to a panel; beside a local clause the case is tolerated without "
                "one. Narrow the clause, so that such a case is left to the panel.",
            )


def _weighed(law: Law) -> list[Step]:
    """The steps that tolerate after the distinctions were weighed."""
    return [step for step in law.steps if step.disposition == "tolerate" and gate_of(step) >= _WEIGHED_FROM]


def gate_of(step: Step) -> int:
    """The number of the gate of a step."""
    return int(step.gate.removeprefix("G") or 0)


def conflicts(law: Law, stated: Callable[[Rule, Rule], bool] = lambda *_: False) -> Iterator[CounterExample]:
    """Cases in which two rules in force say what cannot both stand, and nothing says which goes before.

    `stated` tells of two rules that can meet whether a pack says why they may.
    """
    yield from _distinctions(law)
    for one, other, zh, en in _opposed(law):
        goal = [law.case.rules[rule.version].true for rule in (one, other)]
        if law.clauses.find(law.provisional, *goal) is not None and not stated(one, other):
            found = smallest(law, goal)
            yield found.told(CONFLICTS, [one, other], zh, en)


def _distinctions(law: Law) -> Iterator[CounterExample]:
    weighed = [law.case.stops[step.id] for step in _weighed(law)]
    for name in DISTINCTIONS:
        sides = [f"{name}.tolerable", f"{name}.intolerable"]
        goal = [law.case.finding(side).true for side in sides]
        found = smallest(law, [*goal, law.clauses.any(weighed)])
        if found is not None:
            one, other = (law.called(side) for side in sides)
            yield found.told(
                CONFLICTS,
                fires(law, found.model, *sides),
                f"区分 {name} 的两侧{one['zh']}与{other['zh']}同时成立，却仍予以容错，没有提请集体研究；"
                "请改写其中一侧的条件，或者使两侧同时成立时提请集体研究。",
                f"Both sides of the distinction {name}, {one['en']} and {other['en']}, are established and the case is "
                "tolerated without a panel. Mend the condition of one side, or refer the case where both are found.",
            )


def _opposed(law: Law) -> Iterator[tuple[Rule, Rule, str, str]]:
    """Pairs of rules that cannot both stand.

    A rule that only allows (may) leaves room for the other, but none may free from a sanction that a text fixes: a
    must that is no favour to the person.
    """
    for one, other in itertools.combinations([rule for rule in law.rules if rule.outcomes], 2):
        first, second = one.outcomes[0], other.outcomes[0]
        if first.regime != second.regime or one.id == other.id:
            continue
        binding = "may" not in (one.force, other.force)
        if (first.band == "exempt") != (second.band == "exempt"):
            free, due = (one, other) if first.band == "exempt" else (other, one)
            if binding:
                yield (
                    one,
                    other,
                    f"{one.id} 与 {other.id} 一为免予处理、一为予以处理，均非“可以”，也没有写明何者优先；{_ZH}",
                    (
                        f"Of {one.id} and {other.id} one frees, one does not, neither is a “may”, "
                        f"and no precedence is stated. {_EN}"
                    ),
                )
            elif due.force == "must" and due.side != "for":
                yield (
                    one,
                    other,
                    f"{due.id} 由法律规定应当予以处理，{free.id} 却仍可以免予处理，没有写明何者优先；{_ZH}",
                    f"{due.id} is a “must”, {free.id} still lets the person go, and no precedence is stated. {_EN}",
                )
        elif one.force == other.force == "must" and not {row.measure for row in one.outcomes} & {
            row.measure for row in other.outcomes
        }:
            yield (
                one,
                other,
                f"{one.id} 与 {other.id} 均为“应当”，处理种类却没有一项相同，也没有写明何者优先；{_ZH}",
                f"{one.id} and {other.id} are both a “must”, share no measure, and no precedence is stated. {_EN}",
            )
    musts = [rule for rule in law.rules if rule.force == "must"]
    for one, other in itertools.permutations(musts, 2):
        if one.pack == other.pack and (one.effect.get("effect"), other.effect.get("effect")) == (
            "exempt",
            "aggravate",
        ):
            yield (
                one,
                other,
                f"{one.id} 应当免予追究，{other.id} 却应当从重，没有写明何者优先；{_ZH}",
                f"{one.id} must exempt, {other.id} must aggravate, and no precedence is stated. {_EN}",
            )
