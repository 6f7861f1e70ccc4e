"""Rules are ordered so that every finding is known before it is read, or refused."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from rules.conditions import All, Has, Test
from rules.engine import Engine
from rules.generated import Generated
from rules.program import ProgramError, build_program

from .made import TODAY, make_fact, make_library, make_pack, make_program, make_rule, make_step, make_words
from .random_packs import Made

WORDS = make_words(make_fact("a"), make_fact("b"), make_fact("c"))
A, B, C = ({"fact": fact_id, "is": True} for fact_id in "abc")
NOISE = make_rule("x.noise", C, {"finding": "noise"})


def reads(name, wanted=True):
    return {"finding": name, "is": wanted}


def levels(program):
    return {node.id: node.level for node in program.nodes.values()}


def test_a_rule_stands_above_every_rule_whose_finding_it_reads():
    rules = [
        make_rule("x.last", {"all": [reads("two"), reads("one", False)]}, {"finding": "three"}),
        NOISE,
        make_rule("x.second", {"any": [A, reads("one")]}, {"finding": "two"}),
        make_rule("x.first", B, {"finding": "one"}),
        make_rule("x.barred", A, {"finding": "four"}, unless=["two"]),
    ]

    assert levels(make_program(WORDS, rules)) == {
        "x.first": 0,
        "x.noise": 0,
        "x.second": 1,
        "x.barred": 2,
        "x.last": 2,
    }


@pytest.mark.parametrize("seed", range(12))
def test_in_any_program_no_rule_reads_what_is_made_at_its_own_level_or_above(seed):
    program = Made(Random(seed)).library().program(TODAY, TODAY)

    for node in program.nodes.values():
        for finding in node.findings:
            for rule_id in program.established_by.get(finding, ()):
                assert program.nodes[rule_id].level < node.level
    early = {node.id for level in program.reasoning for node in level}
    late = {node.id for level in program.consequences for node in level}
    assert (early | late, early & late) == (set(program.nodes), set())


def test_the_order_of_the_rules_and_steps_in_the_file_decides_nothing():
    rules = [
        make_rule("x.first", B, {"finding": "one"}),
        make_rule("x.step", reads("one"), {"step": "stop"}),
        make_rule("x.other", A, {"step": "go"}),
    ]
    steps = [make_step("stop", "refer", 20), make_step("go", "tolerate", 10)]

    one, other = make_program(WORDS, rules, steps), make_program(WORDS, rules[::-1], steps[::-1])

    assert one == other
    assert [step.id for step in one.steps] == [step.id for step in other.steps] == ["go", "stop"]
    assert one != "a program"


def test_programs_of_the_same_versions_with_other_conditions_are_not_the_same():
    one, other = (make_program(WORDS, [make_rule("x.one", when, {"finding": "made"})]) for when in (A, B))

    assert one.key == other.key
    assert one != other


def test_a_rule_that_is_displaced_holds_only_where_every_rule_that_displaces_it_is_false():
    rules = [
        make_rule("x.loser", A, {"finding": "lost"}),
        make_rule("x.winner", B, {"finding": "won"}, overrides=["x.loser"]),
        make_rule("x.other", {"any": [C, reads("won")]}, {"finding": "other"}, overrides=["x.loser"]),
    ]

    node = make_program(WORDS, rules).nodes["x.loser"]

    assert node.condition == All(
        (
            Test("a", "is", True),
            All((Test("c", "is_not", True), Has("won", False))),
            Test("b", "is_not", True),
        )
    )
    assert (node.facts, node.findings, node.level) == ({"a", "b", "c"}, {"won"}, 1)


def test_an_override_of_a_rule_that_is_not_in_force_displaces_nothing():
    rules = [
        make_rule("x.loser", A, {"finding": "lost"}, until="2020-12-31"),
        make_rule("x.winner", B, {"finding": "won"}, overrides=["x.loser"]),
    ]
    made = make_library(WORDS, make_pack(rules))

    assert levels(made.program(TODAY, date(2021, 1, 1))) == {"x.winner": 0}
    assert made.program(TODAY, date(2020, 12, 31)).nodes["x.loser"].facts == {"a", "b"}


def test_a_rule_displaced_by_one_that_reads_the_disposition_waits_for_it_too():
    rules = [
        make_rule("x.stop", A, {"step": "stop"}),
        make_rule("x.loser", B, {"finding": "lost"}),
        make_rule("x.winner", reads("disposition.tolerate"), {"finding": "won"}, overrides=["x.loser"]),
        make_rule("x.reader", reads("lost"), {"finding": "read"}),
        NOISE,
    ]
    program = make_program(WORDS, rules, [make_step("stop", "tolerate", 10)])
    engine, generated = Engine(program), Generated(program, WORDS)

    found = {
        (a, b): (engine.read({"a": a, "b": b}).rules, generated.read({"a": a, "b": b}).rules)
        for a in (True, False)
        for b in (True, False)
    }

    late = {node.id for level in program.consequences for node in level}
    assert late == {"x.winner", "x.loser", "x.reader"}
    for (a, b), (record, check) in found.items():
        assert record == check
        assert (record["x.winner"], record["x.loser"], record["x.reader"]) == (a, b and not a, b and not a)


def test_rules_that_read_each_other_in_a_circle_are_named():
    rules = [
        make_rule("x.one", reads("two"), {"finding": "one"}),
        make_rule("x.two", {"all": [A, reads("one")]}, {"finding": "two"}),
        NOISE,
    ]

    with pytest.raises(ProgramError, match=r"made\.yaml:.*in a circle: x\.one, x\.two; expected a condition"):
        make_program(WORDS, rules)


def test_a_step_that_waits_for_the_disposition_is_refused():
    rules = [
        make_rule("x.early", A, {"step": "stop"}),
        make_rule("x.reads", reads("disposition.refer"), {"finding": "referred"}),
        make_rule("x.late", reads("referred"), {"step": "stop"}),
        make_rule("x.other", reads("referred"), {"finding": "other"}),
    ]

    with pytest.raises(ProgramError, match=r"x\.late is a step of the chain and reads the disposition"):
        make_program(WORDS, rules, [make_step("stop", "refer", 10)])


def test_two_versions_of_one_rule_are_never_read_together():
    rule = make_library(WORDS, make_pack([make_rule("x.one", A, {"finding": "made"})])).rule("x.one")

    with pytest.raises(ProgramError, match=r"two versions of x\.one"):
        build_program([rule, replace(rule, effective_from=date(2020, 1, 1))], [])


def test_a_program_of_no_rules_refers_every_case():
    program = build_program([], [])

    assert (program.tests, program.facts, program.reasoning) == ([], set(), ())
    assert Engine(program).read({"a": True}).disposition == "refer"
    assert Generated(program, WORDS).read({"a": True}).disposition == "refer"


def test_each_comparison_is_listed_once_whichever_rules_make_it():
    rules = [
        make_rule("x.one", {"all": [A, B]}, {"finding": "one"}),
        make_rule("x.two", A, {"finding": "two"}),
        NOISE,
    ]
    program = make_program(WORDS, rules)

    assert program.tests == [Test("a", "is", True), Test("b", "is", True), Test("c", "is", True)]
    assert program.facts == {"a", "b", "c"}
