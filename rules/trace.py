"""The trace of an assessment: every rule with what decided it, and what the answer rests on."""

from rules.conditions import Has, Test
from rules.law import World
from rules.library import Library
from rules.pack import Rule
from rules.program import Program
from rules.reading import Reading, comparison, missing_facts

STATUS = {True: "fired", False: "not_fired", None: "open"}


def support(program: Program, reading: Reading) -> tuple[set[str], set[str]]:
    """The rules and facts the answer rests on: why its step stops the chain and why those before it do not."""
    rules: set[str] = set()
    facts: set[str] = set()

    def visit(rule_id: str) -> None:
        if rule_id in rules:
            return
        rules.add(rule_id)
        for leaf in reading.because.get(rule_id, ()):
            if isinstance(leaf, Test):
                facts.add(leaf.fact)
            else:
                finding(leaf.finding)

    def finding(name: str) -> None:
        verdict = reading.findings.get(name, False)
        for rule_id in program.established_by.get(name, ()):
            if verdict is not True or reading.rules[rule_id] is True:
                visit(rule_id)

    for step in program.steps:
        finding(f"step.{step.id}")
        if reading.step is step:
            break
    return rules, facts


def trace(rule: Rule, packs: Library, world: World, facts: dict, presumed: dict) -> dict:
    """One rule as the record keeps it: both verdicts, what decided it, what is missing, and its provision."""
    strict = world.established
    decided, values = (strict, facts) if strict.rules[rule.id] is not None else (world.provisional, presumed)
    source = packs.packs[rule.pack].sources[rule.instrument]
    leaves = sorted(decided.because.get(rule.id, ()), key=lambda leaf: (isinstance(leaf, Has), repr(leaf)))
    return {
        "version": rule.version,
        "pack": rule.pack,
        "status": STATUS[strict.rules[rule.id]],
        "provisional": STATUS[world.provisional.rules[rule.id]],
        "because": [comparison(leaf, values) for leaf in leaves],
        "missing": missing_facts(world.program, strict, rule.id, facts),
        "establishes": list(rule.establishes),
        "source": source.title.as_json(),
        "instrument": rule.instrument,
        "article": rule.article,
        "confidence": rule.confidence,
        "from": rule.effective_from.isoformat() if rule.effective_from else None,
        "to": rule.effective_to.isoformat() if rule.effective_to else None,
        "explain": rule.explain.as_json(),
    }
