"""durable-rules, the generated function, the solver and a plain oracle give the same verdicts on random rules."""

import itertools
import random

from rules.cells import holds
from rules.conditions import All, AnyOf, Has
from rules.engine import Engine
from rules.generated import Generated
from rules.pack import DISPOSITIONS
from rules.solver import Solver
from tests.rules.made import make_fact, make_program, make_rule, make_step, make_words

WORDS = make_words(
    make_fact("flag"),
    make_fact("sign"),
    make_fact("kind", "choice", ("red", "green", "blue")),
    make_fact("several", "choices", ("east", "west")),
    make_fact("amount", "number", minimum=0),
    make_fact("day", "date"),
)
LITERALS = {
    "flag": [True, False],
    "sign": [True, False],
    "kind": ["red", "green", "blue"],
    "several": ["east", "west"],
    "amount": [0.5, 3, 1000],
    "day": ["2020-02-29", "2024-01-01"],
}
VALUES = {
    **LITERALS,
    "several": [[], ["east"], ["west"], ["east", "west"]],
    "amount": [0, 0.5, 0.51, 3, 999.99, 1000, 5000],
    "day": ["2019-12-31", "2020-02-29", "2020-03-01", "2024-01-01", "2024-01-02"],
}
OPERATORS = {
    "flag": ["is", "is_not"],
    "sign": ["is", "is_not"],
    "kind": ["is", "is_not", "in", "not_in"],
    "several": ["includes", "excludes"],
    "amount": ["above", "at_least", "below", "at_most"],
    "day": ["above", "at_least", "below", "at_most"],
}


def random_condition(chance: random.Random, findings: list[str], depth: int) -> dict:
    if depth and chance.random() < 0.6:
        parts = [random_condition(chance, findings, depth - 1) for _ in range(chance.choice([2, 2, 3]))]
        return {chance.choice(["all", "any"]): parts}
    if findings and chance.random() < 0.35:
        return {"finding": chance.choice(findings), "is": chance.random() < 0.5}
    fact = chance.choice(list(LITERALS))
    op = chance.choice(OPERATORS[fact])
    literal = chance.sample(LITERALS[fact], 2) if op in ("in", "not_in") else chance.choice(LITERALS[fact])
    return {"fact": fact, op: literal}


def random_program(chance: random.Random):
    rules, findings = [], []
    for number in range(chance.randint(3, 8)):
        details = {}
        readable = findings
        if rules and chance.random() < 0.15:
            details["overrides"] = [chance.choice(rules)["id"]]
            readable = []  # a rule that read what it overrides would read in a circle
        elif findings and chance.random() < 0.3:
            details["unless"] = [chance.choice(findings)]
        when = random_condition(chance, readable, chance.randint(0, 2))
        finding = f"found.f{chance.randint(0, number)}"
        if finding in findings:  # a finding that is read already must not grow: rules would read in a circle
            finding = f"found.f{number}_{number}"
        rules.append(make_rule(f"made.r{number}", when, {"finding": finding}, **details))
        findings.append(finding)
    steps = [make_step(f"s{n}", chance.choice(DISPOSITIONS), n) for n in range(3)]
    for step in steps:
        when = random_condition(chance, findings, 1)
        rules.append(make_rule(f"made.{step['id']}", when, {"step": step["id"]}))
    when = {"finding": f"disposition.{steps[0]['disposition']}", "is": True}
    rules.append(make_rule("made.after", when, {"finding": "found.after"}))
    return make_program(WORDS, rules, steps)


def random_facts(chance: random.Random, share: float) -> dict:
    return {fact: chance.choice(values) for fact, values in VALUES.items() if chance.random() < share}


def oracle(program, facts: dict, provisional: bool) -> dict:
    """Every rule before the disposition, worked out by walking its condition in strong Kleene logic."""
    verdicts: dict = {}

    def finding(name: str):
        behind = [verdicts[rule] for rule in program.established_by.get(name, ())]
        return True if True in behind else None if None in behind else False

    def value(one):
        if isinstance(one, All | AnyOf):
            strong = isinstance(one, AnyOf)
            parts = [value(part) for part in one.parts]
            return strong if strong in parts else None if None in parts else not strong
        if isinstance(one, Has):
            found = finding(one.finding)
            if one.bar and provisional:
                found = found is True
            return None if found is None else found == one.wanted
        return holds(one, facts[one.fact]) if one.fact in facts else None

    for level in program.reasoning:
        for node in level:
            verdicts[node.id] = value(node.condition)
    return verdicts


def test_three_readers_agree_on_more_than_twenty_thousand_random_pairs():
    chance, pairs = random.Random(20261121), 0
    while pairs < 20_400:
        program = random_program(chance)
        engine, generated = Engine(program), Generated(program, WORDS)
        for _ in range(17):
            facts = random_facts(chance, chance.choice([0.3, 0.6, 1.0]))
            for provisional in (False, True):
                record, check = engine.read(facts, provisional), generated.read(facts, provisional)
                assert record.rules == check.rules, facts
                assert (record.disposition, record.step) == (check.disposition, check.step), facts
                expected = oracle(program, facts, provisional)
                assert {rule: record.rules[rule] for rule in expected} == expected, facts
                pairs += 1
        engine.close()


def test_the_solver_reaches_exactly_what_some_completion_reaches():
    chance = random.Random(5)
    for _ in range(25):
        program = random_program(chance)
        generated = Generated(program, WORDS)
        solver = Solver(generated)
        known = random_facts(chance, 0.6)
        unknown = [fact for fact in VALUES if fact not in known]
        reached = set()
        for values in itertools.product(*(VALUES[fact] for fact in unknown)):
            reached.add(generated.read(known | dict(zip(unknown, values, strict=True))).disposition)

        cells = generated.cells_of(known)

        assert {d for d in DISPOSITIONS if solver.witness(cells, d) is not None} == reached


def test_a_sweep_says_of_each_variant_what_reading_it_says():
    chance = random.Random(6)
    for _ in range(60):
        generated = Generated(random_program(chance), WORDS)
        facts = random_facts(chance, 0.5)
        cases = [facts | random_facts(chance, 0.3) for _ in range(20)]
        for provisional in (False, True):
            swept = generated.sweep([generated.cells_of(case) for case in cases], [], provisional)

            assert swept == [generated.read(case, provisional).disposition for case in cases]
