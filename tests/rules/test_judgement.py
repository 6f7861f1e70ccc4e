"""Tasks without a chain of steps: answers drawn from findings in an order, and when they are certain."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assess import with_presumptions
from rules.check import boundary_days
from rules.judgement import judge
from rules.library import PACKS, TASKS, library, shipped_packs, task_library
from rules.vocabulary import vocabulary
from rules.yaml_source import read_yaml

from .made import TODAY, make_fact, make_library, make_pack, make_rule, make_words
from .oracle import Oracle
from .tasks import cases

LAW = settings(max_examples=60, deadline=None, derandomize=True, database=None)
WORDS = make_words(
    make_fact("a"), make_fact("b", presume=False), make_fact("c"), make_fact("many", "choices", ("p", "q"))
)
A, B, C = ({"fact": fact_id, "is": True} for fact_id in "abc")
RULES = [
    make_rule("x.a", A, {"finding": "a"}),
    make_rule("x.b", B, {"finding": "b"}),
    make_rule("x.c", C, {"finding": "c"}, unless=["b"]),
    make_rule("x.p", {"all": [A, {"fact": "many", "includes": "p"}]}, {"refer": "C-01"}),
    make_rule("x.later", A, {"finding": "later"}, since="2099-01-01"),
]
ORDER = (("a", "first"), ("b", "second"), ("c", "second"), ("later", "never"))


def judged(**facts):
    return judge(make_library(WORDS, make_pack(RULES)), facts, TODAY)


@pytest.mark.parametrize(
    ("facts", "answer", "settled"),
    [
        ({}, "none", False),
        ({"a": True}, "first", True),
        ({"a": False}, "none", False),
        ({"a": False, "b": True}, "second", True),
        ({"b": True}, "second", False),  # a may still come first
        ({"a": False, "c": True}, "second", False),  # c waits for b, though b would answer alike
        ({"a": False, "b": False, "c": True}, "second", True),
        ({"a": False, "b": False, "c": False}, "none", False),
    ],
    ids=str,
)
def test_the_first_finding_that_holds_answers_and_is_certain_once_no_other_may_come_first(
    facts, answer, settled
):
    case = judged(**facts)

    assert case.first(ORDER, "none") == answer
    assert case.settled(ORDER) is settled


def test_an_open_finding_that_would_answer_alike_leaves_the_answer_certain():
    assert judged(c=True, b=False).settled((("a", "same"), ("c", "same")))
    assert not judged(c=True, b=False).settled((("a", "other"), ("c", "same")))


def test_the_unknown_facts_that_would_change_the_answer_are_named_and_no_others():
    def answer(findings):
        return next((name for name, _ in ORDER if findings.get(name)), None)

    assert judged().decisive(answer) == ["a", "b", "c"]
    assert judged(a=True).decisive(answer) == []
    assert judged(a=False, b=True).decisive(answer) == []


def test_what_an_open_finding_waits_for_is_followed_to_its_facts():
    assert judged(c=True).waiting(["c", "later", "no such finding"]) == ["b"]
    assert judged(a=True).waiting(["refer.C-01"]) == ["many"]


def test_a_question_is_asked_once_its_rule_holds():
    assert judged(a=True, many=["q"]).questions() == []
    [asked] = judged(a=True, many=["p"]).questions()
    assert asked == {"code": "C-01", "question": {"zh": "C-01中", "en": "C-01 in English"}}


def test_what_is_read_meanwhile_counts_provisionally_only():
    packs = make_library(WORDS, make_pack(RULES))

    case = judge(packs, {}, TODAY, {"a": True})

    assert case.first(ORDER, "none") == "first"
    assert not case.settled(ORDER)


def test_a_reason_has_its_sentence_and_its_provision():
    [reason] = judged(a=True).reasons()

    assert reason["zh"] == "x.a中"
    assert (reason["rule"], reason["version"], reason["instrument"]) == ("x.a", "x.a@method", "M")
    assert (reason["title"]["en"], reason["article"], reason["confidence"]) == (
        "M in English",
        "第一条",
        "DESIGN",
    )


# -- the shipped packs of the tasks


@pytest.mark.parametrize("task", TASKS)
def test_both_readers_agree_with_a_slow_one_on_every_rule_and_finding(task):
    rules = [
        rule
        for path in sorted((PACKS / task).glob("*.yaml"))
        for rule in read_yaml(path)["rules"]
        if rule.get("enabled", True) and in_force(rule)
    ]

    @LAW
    @given(cases(task), st.booleans())
    def agree(facts, provisional):
        case = with_presumptions(vocabulary(), facts) if provisional else facts
        oracle = Oracle(rules, [], case, provisional)
        judged = judge(task_library(task), facts, TODAY)
        reading = judged.provisional if provisional else judged.established
        assert reading.rules == {rule["id"]: oracle.rule(rule["id"]) for rule in rules}
        assert all(reading.findings[name] is oracle.finding(name) for name in oracle.makers)

    agree()


def in_force(rule):
    since, until = (rule["effective"][key] for key in ("from", "to"))
    return (since is None or day(since) <= TODAY) and (until is None or day(until) >= TODAY)


def day(value):
    return value if isinstance(value, date) else date.fromisoformat(value)


@pytest.mark.parametrize("task", TASKS)
def test_there_is_a_law_on_every_day_on_which_it_turns(task):
    packs = task_library(task)

    for on in boundary_days(packs):
        assert judge(packs, {}, on).program.key == packs.program(on, on).key


def test_the_packs_of_a_task_are_shown_and_never_read_for_a_disposition():
    own = {name for task in TASKS for name in task_library(task).packs}

    assert own == {"complaints", "reinstatement"}
    assert shipped_packs().keys() == library().packs.keys() | own
    assert own.isdisjoint(library().packs)
