"""What a pack means, worked out the slow and plain way from its text: strong Kleene logic and nothing clever.

It reads the same structure that the YAML file holds and shares no code with the readers that it judges.
"""

COMPARE = {
    "is": lambda value, wanted: value == wanted,
    "is_not": lambda value, wanted: value != wanted,
    "in": lambda value, wanted: value in wanted,
    "not_in": lambda value, wanted: value not in wanted,
    "above": lambda value, wanted: value > wanted,
    "at_least": lambda value, wanted: value >= wanted,
    "below": lambda value, wanted: value < wanted,
    "at_most": lambda value, wanted: value <= wanted,
    "includes": lambda value, wanted: wanted in value,
    "excludes": lambda value, wanted: wanted not in value,
}
DISPOSITIONS = ("tolerate", "correct", "hold_accountable", "refer", "not_established")
CODED = ("red_line", "tolerance", "gravity", "refer", "correction", "step", "effect")


def both(verdicts):
    verdicts = list(verdicts)
    return False if False in verdicts else None if None in verdicts else True


def negated(verdict):
    return None if verdict is None else not verdict


def either(verdicts):
    return negated(both(map(negated, verdicts)))


def kleene(condition, facts, finding):
    """True, false, or None for open; `finding` tells the verdict of a finding."""
    if "all" in condition:
        return both(kleene(part, facts, finding) for part in condition["all"])
    if "any" in condition:
        return either(kleene(part, facts, finding) for part in condition["any"])
    if "finding" in condition:
        verdict = finding(condition["finding"])
        return verdict if condition["is"] else negated(verdict)
    value = facts.get(condition["fact"])
    op = next(key for key in condition if key != "fact")
    return None if value is None else COMPARE[op](value, condition[op])


def makes(then):
    """The findings that a rule's `then` establishes."""
    found = [then["finding"]] if "finding" in then else []
    found += [f"{key}.{then[key]}" for key in CODED if key in then]
    if "ledger" in then:
        found.append(f"{then['ledger']['distinction']}.{then['ledger']['side']}")
    return found


class Oracle:
    """The verdicts of every rule and finding of some rules on one case, each worked out when asked for."""

    def __init__(self, rules, steps, facts, provisional=False):
        self.rules = {rule["id"]: rule for rule in rules}
        self.steps = sorted(steps, key=lambda step: step["order"])
        self.facts, self.provisional = facts, provisional
        self.makers, self.winners, self.known = {}, {}, {}
        for rule in rules:
            for name in makes(rule["then"]):
                self.makers.setdefault(name, []).append(rule["id"])
            for other in rule.get("overrides", ()):
                self.winners.setdefault(other, []).append(rule)

    def rule(self, rule_id):
        if rule_id not in self.known:
            rule = self.rules[rule_id]
            parts = [kleene(rule["when"], self.facts, self.finding)]
            parts += [
                negated(kleene(other["when"], self.facts, self.finding))
                for other in self.winners.get(rule_id, ())
            ]
            parts += [self.not_barred(name) for name in rule.get("unless", ())]
            self.known[rule_id] = both(parts)
        return self.known[rule_id]

    def not_barred(self, name):
        verdict = self.finding(name)
        return True if verdict is None and self.provisional else negated(verdict)

    def finding(self, name):
        if name.startswith("disposition."):
            disposition = self.disposition
            return None if disposition is None else name == f"disposition.{disposition}"
        return either(self.rule(rule_id) for rule_id in self.makers.get(name, ()))

    @property
    def disposition(self):
        for step in self.steps:
            verdict = self.finding(f"step.{step['id']}")
            if verdict is None and not self.provisional:
                return None
            if verdict:
                return step["disposition"]
        return "refer"
