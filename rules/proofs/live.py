"""Every rule can fire, and says something that no other rule says wherever it does."""

from collections.abc import Iterator

from rules.pack import Rule
from rules.proofs.counterexample import CounterExample, Involved, smallest
from rules.proofs.law import Law

LIVE_RULES = "live_rules"
_NO_CASE = (
    "没有任何案件能使它适用，这正是不能通过之处，因而没有可举的案件。",
    "That no case makes it fire is itself what fails: there is none to show.",
)


def live_rules(law: Law) -> Iterator[CounterExample]:
    """Versions of rules that no facts fire on any day they are in force, and those that others always say for them."""
    clauses = law.clauses
    waiting = {rule.version: rule for rule in law.rules}
    while waiting:  # each case found settles every rule that fires in it
        rule = next(iter(waiting.values()))
        model = clauses.find(law.case.rules[rule.version].true)
        if model is None:
            del waiting[rule.version]
            yield CounterExample(
                LIVE_RULES,
                (Involved.of(rule),),
                f"规则 {rule.version} 的条件无论何种事实都不能满足，从不适用；请改写条件，或者删去这条规则。",
                f"No facts whatever meet the condition of {rule.version}: it never fires. Mend the condition, or take "
                "the rule out.",
                no_case=_NO_CASE,
            )
            continue
        waiting = {
            version: other for version, other in waiting.items() if law.case.rules[version].true not in model
        }
    for rule in law.rules:
        fires = law.case.rules[rule.version].true
        if clauses.find(fires) is None or clauses.find(fires, _says_alone(law, rule)) is not None:
            continue
        found = smallest(law, [fires])
        others = [other for other in _echoes(law, rule) if law.case.rules[other.version].true in found.model]
        yield found.told(
            LIVE_RULES,
            [rule, *others],
            f"规则 {rule.version} 适用时，其认定和结果总已由其他规则作出，删去也不改变任何案件；"
            "请删去这条规则，确需保留的，在 accepted 中写明理由（property: live_rules）。",
            f"Whenever {rule.version} fires, other rules already say all it says: without it no case would differ. "
            "Take it out, or say under 'accepted' why it stays (property: live_rules).",
        )


def _says_alone(law: Law, rule: Rule) -> int:
    """A literal that is true where the rule makes a finding, or gives a measure, that no other rule does."""
    alone = [
        law.clauses.all(
            [-law.case.rules[other.version].true for other in law.makers[name] if other is not rule]
        )
        for name in rule.establishes
    ]
    for row in rule.outcomes:
        others = [other for other in law.rules if other is not rule and row in other.outcomes]
        alone.append(law.clauses.all([-law.case.rules[other.version].true for other in others]))
    return law.clauses.any(alone)


def _echoes(law: Law, rule: Rule) -> list[Rule]:
    return [
        other
        for other in law.rules
        if other is not rule
        and (
            not set(other.establishes).isdisjoint(rule.establishes)
            or not set(other.outcomes).isdisjoint(rule.outcomes)
        )
    ]
