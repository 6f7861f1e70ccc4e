"""The baseline: the same rules read by a plain Python interpreter of the conditions, nothing compiled."""

from rules.cells import holds
from rules.conditions import All, AnyOf, Has
from rules.pack import DISPOSITIONS
from rules.program import Program


def interpret(program: Program, facts: dict) -> dict[str, bool | None]:
    """Every rule's verdict, worked out by walking its condition tree."""
    rules: dict[str, bool | None] = {}
    findings: dict[str, bool | None] = {}

    def finding(name: str) -> bool | None:
        if name not in findings:
            verdicts = [rules[rule_id] for rule_id in program.established_by.get(name, ())]
            findings[name] = True if True in verdicts else None if None in verdicts else False
        return findings[name]

    def value(condition) -> bool | None:
        if isinstance(condition, All):
            verdicts = [value(part) for part in condition.parts]
            return False if False in verdicts else None if None in verdicts else True
        if isinstance(condition, AnyOf):
            verdicts = [value(part) for part in condition.parts]
            return True if True in verdicts else None if None in verdicts else False
        if isinstance(condition, Has):
            verdict = finding(condition.finding)
            return None if verdict is None else verdict == condition.wanted
        found = facts.get(condition.fact)
        return None if found is None else holds(condition, found)

    for level in program.reasoning:
        for node in level:
            rules[node.id] = value(node.condition)
    disposition = next((step.disposition for step in program.steps if finding(f"step.{step.id}")), None)
    for one in DISPOSITIONS:
        findings[f"disposition.{one}"] = None if disposition is None else disposition == one
    for level in program.consequences:
        for node in level:
            rules[node.id] = value(node.condition)
    return rules
