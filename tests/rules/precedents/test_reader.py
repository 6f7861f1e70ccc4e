"""Lines are read strictly: each bad one is named once with file, line and field, and the rest is read."""

import json

import pytest

from rules.precedents import Fault, Precedent, Schema, read_cases, read_precedents
from rules.precedents.reader import Case

SCHEMA = Schema(("no", 1, True), {"a": True}, {"x": False})
GOOD = b'{"id": "good", "facts": {"a": true}, "outcome": "no"}\n'


def read(line):
    return read_precedents(line + b"\n" + GOOD, "base.jsonl", SCHEMA)


def test_precedents_are_read_with_their_outcome_as_a_rank():
    content = (
        b'\xef\xbb\xbf{"id": 7, "facts": {"a": false, "x": 2}, "outcome": 1, "tier": "own"}\r\n\n' + GOOD
    )

    assert read_precedents(content, "base.jsonl", SCHEMA) == (
        [Precedent(7, {"a": False, "x": 2.0}, 1, "own"), Precedent("good", {"a": True}, 0)],
        [],
    )


def test_true_and_one_are_different_outcomes():
    assert read(b'{"id": "t", "facts": {}, "outcome": true}')[0][0].outcome == 2


def test_cases_are_read_without_an_outcome_and_null_says_unknown():
    rows = list(read_cases(b'{"id": "c", "facts": {"a": null, "x": null}}\n[]\n', "cases.jsonl", SCHEMA))

    assert rows[0] == Case(1, "c", {})
    assert rows[1].message("en") == "cases.jsonl:2: each line must be one JSON object"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"\xff{}", "not UTF-8"),
        (b'{"id": ', "not valid JSON (column 8)"),
        (b"[" * 100_000, "JSON nested too deeply"),
        (b'{"id": "p", "facts": {"x": ' + b"1" * 5000 + b"}}", "a number is too long"),
        (b"[]", "each line must be one JSON object"),
        (b'{"id": "p", "facts": {"x": NaN}, "outcome": 1}', "NaN is not a number"),
        (b'{"id": "p", "facts": {"x": -Infinity}, "outcome": 1}', "-Infinity is not a number"),
        (b'{"id": "p", "id": "q"}', "“id” stands twice"),
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
        (b'{"id": "p", "facts": {}}', "outcome: not one of the outcomes of the schema"),
        (b'{"id": "p", "facts": {}, "outcome": 1.0}', "outcome: not one of the outcomes of the schema"),
        (b'{"id": "p", "facts": {}, "outcome": "maybe"}', "outcome: not one of the outcomes of the schema"),
        (b'{"id": "p", "facts": {}, "outcome": 1, "tier": 3}', "tier: must be a text"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_the_others_are_read(line, said):
    precedents, faults = read(line)

    assert [precedent.id for precedent in precedents] == ["good"]
    assert [fault.message("en") for fault in faults] == [f"base.jsonl:1: {said}"]
    assert faults[0].message("zh").startswith("base.jsonl:1：")


def test_the_second_use_of_an_id_names_the_first():
    precedents, faults = read_precedents(GOOD + GOOD, "base.jsonl", SCHEMA)

    assert len(precedents) == 1
    assert faults[0].message("en") == "base.jsonl:2: id: “good” stands already on line 1"
    assert faults[0].id is None


def test_a_fault_behind_the_id_carries_the_id():
    row = {"id": "p", "facts": {"z": 1}}

    [fault] = read_cases(json.dumps(row).encode(), "cases.jsonl", SCHEMA)

    assert fault == Fault("cases.jsonl", 1, "facts.z：schema 中没有这一项", "facts.z: not in the schema", "p")
