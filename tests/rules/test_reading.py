"""What a reading says: the first step that is established stops the chain, and what is open names what is missing."""

import pytest

from rules.conditions import Has, Test
from rules.engine import Engine
from rules.generated import Generated
from rules.reading import comparison, missing_facts

from .made import make_fact, make_program, make_rule, make_step, make_words

WORDS = make_words(*(make_fact(fact_id) for fact_id in "abcd"))
A, B, C, D = ({"fact": fact_id, "is": True} for fact_id in "abcd")
STEPS = [make_step("first", "tolerate", 10), make_step("second", "hold_accountable", 20)]
RULES = [
    make_rule("x.first", A, {"step": "first"}),
    make_rule("x.second", B, {"step": "second"}),
    make_rule("x.noise", C, {"finding": "noise"}),
]


def read(rules, facts, provisional=False, steps=STEPS):
    """The reading of record, after checking that the generated reader reaches the same step."""
    program = make_program(WORDS, rules, steps)
    reading = Engine(program).read(facts, provisional)
    check = Generated(program, WORDS).read(facts, provisional)
    assert (reading.rules, reading.step, reading.disposition) == (check.rules, check.step, check.disposition)
    return program, reading


@pytest.mark.parametrize(
    ("facts", "strict", "provisional"),
    [
        ({"a": True, "b": True}, "tolerate", "tolerate"),
        ({"a": True}, "tolerate", "tolerate"),
        ({"a": False, "b": True}, "hold_accountable", "hold_accountable"),
        ({"b": True}, None, "hold_accountable"),
        ({"a": False}, None, "refer"),
        ({}, None, "refer"),
        ({"a": False, "b": False}, "refer", "refer"),
    ],
)
def test_an_open_step_holds_the_strict_reading_up_and_not_the_provisional_one(facts, strict, provisional):
    for noise in ({}, {"c": True}):
        assert read(RULES, facts | noise)[1].disposition == strict
        assert read(RULES, facts | noise, provisional=True)[1].disposition == provisional


def test_a_complete_case_that_no_step_stops_is_referred_and_rules_may_read_that():
    rules = [*RULES, make_rule("x.late", {"finding": "disposition.refer", "is": True}, {"finding": "late"})]

    _, reading = read(rules, {"a": False, "b": False})

    assert (reading.disposition, reading.step, reading.rules["x.late"]) == ("refer", None, True)
    assert reading.findings["disposition.refer"] is True
    assert reading.findings["disposition.tolerate"] is False


def test_while_the_disposition_is_open_so_is_what_reads_it():
    rules = [*RULES, make_rule("x.late", {"finding": "disposition.refer", "is": False}, {"finding": "late"})]

    _, reading = read(rules, {"b": True})

    assert (reading.rules["x.late"], reading.findings["disposition.refer"]) == (None, None)


def test_what_an_open_rule_waits_for_is_followed_through_the_findings_it_reads():
    rules = [
        make_rule("x.deep", {"any": [B, C]}, {"finding": "deep"}),
        make_rule("x.again", C, {"finding": "deep"}),
        make_rule("x.settled", A, {"finding": "settled"}),
        make_rule(
            "x.open",
            {"all": [D, {"finding": "deep", "is": True}, {"finding": "settled", "is": True}]},
            {"finding": "made"},
        ),
    ]

    program, reading = read(rules, {"a": True, "b": False}, steps=())

    assert missing_facts(program, reading, "x.open", {"a": True, "b": False}) == ["d", "c"]
    assert missing_facts(program, reading, "x.settled", {"a": True, "b": False}) == []


def test_an_open_rule_waits_for_the_facts_of_the_rule_that_may_displace_it():
    rules = [
        make_rule("x.loser", A, {"finding": "lost"}),
        make_rule(
            "x.winner",
            {"all": [B, {"finding": "deep", "is": True}]},
            {"finding": "won"},
            overrides=["x.loser"],
        ),
        make_rule("x.deep", C, {"finding": "deep"}),
        make_rule("x.noise", D, {"finding": "noise"}),
    ]

    program, reading = read(rules, {"a": True}, steps=())

    assert reading.rules["x.loser"] is None
    assert missing_facts(program, reading, "x.loser", {"a": True}) == ["b", "c"]


def test_an_open_rule_waits_for_the_facts_of_an_open_bar_unless_it_is_read_provisionally():
    rules = [
        make_rule("x.bars", B, {"finding": "bar"}),
        make_rule("x.barred", A, {"finding": "made"}, unless=["bar"]),
    ]

    program, strict = read(rules, {"a": True}, steps=())
    _, provisional = read(rules, {"a": True}, provisional=True, steps=())

    assert missing_facts(program, strict, "x.barred", {"a": True}) == ["b"]
    assert provisional.rules["x.barred"] is True


def test_a_comparison_is_kept_with_the_value_that_was_found():
    assert comparison(Test("a", "is", True), {"a": False, "b": True}) == {
        "fact": "a",
        "op": "is",
        "value": True,
        "found": False,
    }
    assert comparison(Test("a", "is", True), {"b": True})["found"] is None
    assert comparison(Has("made", False), {}) == {"finding": "made", "op": "is", "value": False}
