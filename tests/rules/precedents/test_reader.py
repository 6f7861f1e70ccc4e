"""Lines are read strictly: every fault of every line is named with file, line and field, and none is half-read."""

import json
from datetime import date

import pytest

from rules.precedents import Fault, Faulty, Precedent, Schema, read_cases, read_precedents
from rules.precedents.reader import Case

SCHEMA = Schema(("no", 1, True), {"a": True}, {"x": False})
GOOD = b'{"id": "good", "facts": {"a": true}, "outcome": "no"}\n'


def read(line):
    return read_precedents([line, GOOD], "base.jsonl", SCHEMA)


def test_precedents_are_read_with_their_outcome_as_a_rank():
    first = b'\xef\xbb\xbf{"id": 7, "facts": {"a": false, "x": 2}, "outcome": 1, "tier": "own"}\r\n'

    assert read_precedents([first, b"\n", GOOD], "base.jsonl", SCHEMA) == (
        [Precedent(7, {"a": False, "x": 2.0}, 1, "own"), Precedent("good", {"a": True}, 0)],
        [],
    )


def test_articles_reasons_and_the_day_may_stand_with_a_precedent_and_what_is_not_known_is_passed_over():
    row = {"id": "p", "facts": {"a": True}, "outcome": 1, "articles": ["a-1"], "reasons": ["a", "x"]}
    row |= {"decided_on": "2024-05-31", "tier": None, "court": {"name": "any"}, "weight": 3}

    [precedent], faults = read_precedents([json.dumps(row).encode()], "base.jsonl", SCHEMA)

    assert faults == []
    assert precedent == Precedent(
        "p", {"a": True}, 1, "", frozenset({"a-1"}), frozenset({"a", "x"}), date(2024, 5, 31)
    )


def test_true_and_one_are_different_outcomes():
    assert read(b'{"id": "t", "facts": {}, "outcome": true}')[0][0].outcome == 2


def test_cases_are_read_without_an_outcome_and_null_says_unknown():
    lines = [b'{"id": "c", "facts": {"a": null, "x": null}}\n', b"[]\n"]

    first, second = read_cases(lines, "cases.jsonl", SCHEMA)

    assert first == Case(1, "c", {})
    assert second.message("en") == "cases.jsonl:2: each line must be one JSON object"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"\xff{}", "not UTF-8"),
        (b'{"id": \r\n', "not valid JSON (column 7)"),
        (b"[" * 100_000, "JSON nested too deeply"),
        (b'{"id": "p", "facts": {"x": ' + b"1" * 5000 + b'}, "outcome": 1}', "facts.x: too large to be compared exactly"),
        (b"[]", "each line must be one JSON object"),
        (b'{"id": "p", "facts": {"x": NaN}, "outcome": 1}', "facts.x: must be a number"),
        (b'{"id": "p", "facts": {"x": -Infinity}, "outcome": 1}', "facts.x: too large to be compared exactly"),
        (b'{"id": "p", "id": "q", "facts": {}, "outcome": 1}', "id: stands twice"),
        (b'{"id": "p", "facts": {"a": true, "x": 1, "a": true}, "outcome": 1}', "facts.a: stands twice"),
        (b'{"id": NaN, "facts": {}, "outcome": 1}', "id: must be a text or a whole number"),
        (b'{"id": ' + b"1" * 5000 + b', "facts": {}, "outcome": 1}', "id: must be a text or a whole number"),
        (b'{"id": "p", "facts": {"a": NaN}, "outcome": 1}', "facts.a: must be true or false"),
        (b'{"id": "p", "facts": {"' + b"y" * 999 + b'": 1}, "outcome": 1}', "facts." + "y" * 74 + "…: not in the schema"),
        (b'{"facts": {}, "outcome": 1}', "id: must be a text or a whole number"),
        (b'{"id": "", "facts": {}, "outcome": 1}', "id: must be a text or a whole number"),
        (b'{"id": "p", "outcome": 1}', "facts: must be an object of names and values"),
        (b'{"id": "p", "facts": {"z": true}, "outcome": 1}', "facts.z: not in the schema"),
        (b'{"id": "p", "facts": {"a": 1}, "outcome": 1}', "facts.a: must be true or false"),
        (b'{"id": "p", "facts": {"x": true}, "outcome": 1}', "facts.x: must be a number"),
        (b'{"id": "p", "facts": {"x": "2"}, "outcome": 1}', "facts.x: must be a number"),
        (b'{"id": "p", "facts": {"x": 1e999}, "outcome": 1}', "facts.x: too large to be compared exactly"),
        (b'{"id": "p", "facts": {"x": 9007199254740993}, "outcome": 1}', "facts.x: too large to be compared exactly"),
        (b'{"id": "p", "facts": {"x": ' + b"9" * 400 + b'}, "outcome": 1}', "facts.x: too large to be compared exactly"),
        (b'{"id": "p", "facts": {}}', "outcome: missing; write one of no, 1, True"),
        (b'{"id": "p", "facts": {}, "outcome": 1.0}', "outcome: not one of the outcomes no, 1, True"),
        (b'{"id": "p", "facts": {}, "outcome": "maybe"}', "outcome: not one of the outcomes no, 1, True"),
        (b'{"id": "p", "facts": {}, "outcome": 1, "tier": 3}', "tier: must be a text"),
        (b'{"id": "p", "facts": {}, "outcome": 1, "articles": "a"}', "articles: must be a list of texts"),
        (b'{"id": "p", "facts": {}, "outcome": 1, "articles": [1]}', "articles: must be a list of texts"),
        (b'{"id": "p", "facts": {}, "outcome": 1, "reasons": ["a", "z"]}', "reasons.z: not in the schema"),
        (b'{"id": "p", "facts": {}, "outcome": 1, "decided_on": "May"}', "decided_on: must be a date such as 2024-05-31"),
        (b'{"id": "p", "facts": {}, "outcome": 1, "decided_on": 2024}', "decided_on: must be a date such as 2024-05-31"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_with_its_field(line, said):
    precedents, faults = read(line)

    assert [precedent.id for precedent in precedents] == ["good"]
    assert [fault.message("en") for fault in faults] == [f"base.jsonl:1: {said}"]
    assert faults[0].message("zh").startswith("base.jsonl:1：")


def test_every_fault_of_a_line_is_named():
    line = b'{"id": "", "facts": {"a": 1, "x": "2", "z": true}, "outcome": 2, "tier": 3}'

    faults = read(line)[1]

    assert [fault.field for fault in faults] == ["id", "facts.a", "facts.x", "facts.z", "outcome", "tier"]
    assert {fault.line for fault in faults} == {1}
    assert [fault.field for fault in read(b"{}")[1]] == ["id", "facts", "outcome"]


def test_the_second_use_of_an_id_names_the_first():
    precedents, faults = read_precedents([GOOD, GOOD], "base.jsonl", SCHEMA)

    assert len(precedents) == 1
    assert faults[0].message("en") == "base.jsonl:2: id: “good” stands already on line 1"
    assert faults[0].message("zh") == "base.jsonl:2：id：“good”与第 1 行重复"


def test_a_case_with_two_faults_keeps_its_id_and_has_both_in_one_message():
    row = {"id": "c", "facts": {"z": 1, "a": 0}}

    [found] = read_cases([json.dumps(row).encode()], "cases.jsonl", SCHEMA)

    first = Fault("cases.jsonl", 1, "facts.z", "schema 中没有这一项", "not in the schema")
    second = Fault("cases.jsonl", 1, "facts.a", "应为 true 或 false", "must be true or false")
    assert found == Faulty(1, "c", (first, second))
    assert found.message("en") == "cases.jsonl:1: facts.z: not in the schema; facts.a: must be true or false"
    assert found.message("zh") == "cases.jsonl:1：facts.z：schema 中没有这一项；facts.a：应为 true 或 false"
