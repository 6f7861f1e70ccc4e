"""What one reading of a program says: each rule, each finding, the step that stops the chain, the disposition.

Both readers of record return a Reading, so that they can be compared rule by rule.
"""

from dataclasses import dataclass, field

from rules.conditions import Test
from rules.pack import DISPOSITIONS, Step
from rules.program import Program

Verdict = bool | None


@dataclass
class Reading:
    """Verdicts (true, false, or None for open) of rules and findings, and the disposition if one is reached.

    `because` holds, for a rule that is decided, the comparisons and findings that decided it.
    """

    rules: dict[str, Verdict] = field(default_factory=dict)
    findings: dict[str, Verdict] = field(default_factory=dict)
    because: dict[str, tuple] = field(default_factory=dict)
    step: Step | None = None
    disposition: str | None = None


def settle_findings(program: Program, reading: Reading, names) -> None:
    """Work out findings from their rules: true if one rule is, false if every rule is, open otherwise."""
    for name in names:
        verdicts = [reading.rules[rule_id] for rule_id in program.established_by.get(name, ())]
        reading.findings[name] = True if True in verdicts else None if None in verdicts else False


def stop_chain(program: Program, reading: Reading, provisional: bool) -> None:
    """Find the first step that stops the chain and the disposition it gives.

    Strictly read, an open step before it leaves the disposition open; provisionally read it is passed. Where no
    step stops the chain the point is referred: nothing shown decides it.
    """
    for step in program.steps:
        verdict = reading.findings.get(f"step.{step.id}", False)
        if verdict is True:
            reading.step, reading.disposition = step, step.disposition
            break
        if verdict is None and not provisional:
            break
    else:
        reading.disposition = "refer"
    for disposition in DISPOSITIONS:
        name = f"disposition.{disposition}"
        reading.findings[name] = None if reading.disposition is None else reading.disposition == disposition


def missing_facts(program: Program, reading: Reading, rule_id: str, facts: dict) -> list[str]:
    """The unknown facts on which an open rule turns, followed through the findings it reads; in a fixed order."""
    found: dict[str, None] = {}
    seen: set[str] = set()

    def visit(one: str) -> None:
        if one in seen or reading.rules.get(one) is not None:
            return
        seen.add(one)
        node = program.nodes[one]
        for fact in sorted(node.facts):
            if fact not in facts:
                found[fact] = None
        for finding in sorted(name for name in node.findings if reading.findings.get(name, False) is None):
            for behind in program.established_by.get(finding, ()):
                visit(behind)

    visit(rule_id)
    return list(found)


def comparison(leaf: object, facts: dict) -> dict:
    """A leaf of a condition as the record keeps it, with the value that was found."""
    if isinstance(leaf, Test):
        return {"fact": leaf.fact, "op": leaf.op, "value": leaf.value, "found": facts.get(leaf.fact)}
    return {"finding": leaf.finding, "op": "is", "value": leaf.wanted}
