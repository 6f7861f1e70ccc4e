"""The commands on precedents in files: answers line by line, every fault named, a faulty base refused whole."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import main

SCHEMA = "outcomes: [tolerate, correct, accountable]\nfactors: {warned: graver, reported: milder}\ndimensions: {loss: graver}\n"
BASE = [
    {"id": "p1", "facts": {"warned": True, "reported": False, "loss": 5}, "outcome": "accountable"},
    {"id": "p2", "facts": {"warned": False, "reported": True, "loss": 9}, "outcome": "correct"},
    {"id": "p3", "facts": {"warned": False, "reported": False, "loss": 1}, "outcome": "tolerate"},
]
CASES = [
    {"id": "c1", "facts": {"warned": True, "reported": False, "loss": 6}},
    {"id": 2, "facts": {"warned": False, "loss": 1}},
]


@pytest.fixture
def run(tmp_path):
    (tmp_path / "schema.yaml").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "base.jsonl").write_bytes(lines(*BASE))
    (tmp_path / "cases.jsonl").write_bytes(lines(*CASES))

    def run(command: str, *more: str, status: int = 0, language: str = "en", keys: bytes | None = None):
        named = ["--base", str(tmp_path / "base.jsonl"), "--schema", str(tmp_path / "schema.yaml")]
        if command == "assess":
            named += ["--input", str(tmp_path / "cases.jsonl"), "--output", str(tmp_path / "out.jsonl")]
        result = CliRunner().invoke(
            main, ["--lang", language, "precedents", command, *named, *more], input=keys
        )
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return run


def lines(*rows: dict) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def results(tmp_path):
    return [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]


def test_each_case_gets_its_answer_in_order(run, tmp_path):
    run("assess")

    assert results(tmp_path) == [
        {
            "id": "c1",
            "status": "bound",
            "low": "accountable",
            "high": "accountable",
            "binding": ["p1"],
            "possible_low": "accountable",
            "possible_high": "accountable",
            "nearest": {"tolerate": ["p3"], "correct": ["p2"], "accountable": ["p1"]},
            "questions": [],
        },
        {
            "id": 2,
            "status": "bound",
            "low": "tolerate",
            "high": "tolerate",
            "binding": ["p3"],
            "possible_low": "tolerate",
            "possible_high": "tolerate",
            "nearest": {"tolerate": ["p3"], "correct": ["p2"], "accountable": ["p1"]},
            "questions": [],
        },
    ]


def test_the_same_input_gives_the_same_bytes_on_standard_output_too(run, tmp_path):
    run("assess")

    piped = run("assess", "--input", "-", "--output", "-", keys=lines(*CASES))

    assert piped.stdout_bytes == (tmp_path / "out.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "cases.jsonl:1: facts.mood: not in the schema"),
        ("zh", "cases.jsonl:1：facts.mood：schema 中没有这一项"),
    ],
)
def test_a_bad_case_is_answered_in_its_place_and_the_rest_goes_on(run, tmp_path, language, said):
    (tmp_path / "cases.jsonl").write_bytes(lines({"id": "bad", "facts": {"mood": True}}, *CASES))

    result = run("assess", status=1, language=language)

    assert said in result.stderr
    assert [row.get("error") for row in results(tmp_path)] == [{"line": 1, "message": said}, None, None]


def test_a_case_with_several_faults_gets_one_error_that_names_them_all(run, tmp_path):
    bad = {"id": "bad", "facts": {"mood": True, "loss": "much", "warned": 1}}
    (tmp_path / "cases.jsonl").write_bytes(lines(CASES[0], bad))

    result = run("assess", status=1)

    error = results(tmp_path)[1]["error"]
    assert error == {
        "line": 2,
        "message": "cases.jsonl:2: facts.mood: not in the schema; facts.loss: must be a number; "
        "facts.warned: must be true or false",
    }
    assert result.stderr.count("cases.jsonl:2: facts.") == 3
    assert "Cases: 1 lines are in error" in result.stderr


@pytest.mark.parametrize("command", ["assess", "consistency"])
def test_a_base_with_faults_is_refused_whole_and_every_fault_is_named(run, tmp_path, command):
    (tmp_path / "out.jsonl").write_text("earlier")
    (tmp_path / "base.jsonl").write_bytes(
        lines(
            BASE[0], BASE[0], {**BASE[1], "outcome": "worst", "facts": {"mood": 1, "loss": "much"}}, *BASE[1:]
        )
        + b'\xff\n{"id": "n", "facts": {"loss": NaN, "warned": 1e400}}\n'
    )

    result = run(command, status=1)

    assert result.stderr.splitlines() == [
        "base.jsonl:2: id: “p1” stands already on line 1",
        "base.jsonl:3: facts.mood: not in the schema",
        "base.jsonl:3: facts.loss: must be a number",
        "base.jsonl:3: outcome: not one of the outcomes tolerate, correct, accountable",
        "base.jsonl:4: id: “p2” stands already on line 3",
        "base.jsonl:6: not UTF-8",
        "base.jsonl:7: facts.loss: must be a number",
        "base.jsonl:7: facts.warned: must be true or false",
        "base.jsonl:7: outcome: missing; write one of tolerate, correct, accountable",
        "Error: base.jsonl: 9 faults; the base is not used and no results are written.",
    ]
    assert result.stdout == ""
    assert (tmp_path / "out.jsonl").read_text() == "earlier"
    assert "9 处错误，先例库未采用" in run(command, status=1, language="zh").stderr


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "base.jsonl: outcome: no precedent has the outcome “tolerate” (declared at schema.yaml:1:12)"),
        ("zh", "base.jsonl：outcome：没有结果为“tolerate”的先例（该结果列于 schema.yaml:1:12）"),
    ],
)
def test_an_outcome_that_no_precedent_has_is_an_error_and_the_others_are_answered(
    run, tmp_path, language, said
):
    (tmp_path / "base.jsonl").write_bytes(lines(*BASE[:2]))

    assert run("assess", status=1, language=language).stderr.splitlines() == [said]
    assert [row["low"] for row in results(tmp_path)] == ["accountable", "tolerate"]
    assert results(tmp_path)[0]["nearest"]["tolerate"] == []
    assert "precedents: 2" in run("consistency", status=1).stdout


def test_a_byte_order_mark_windows_line_ends_and_empty_lines_change_nothing(run, tmp_path):
    run("assess")
    expected = results(tmp_path)
    for name in ("base.jsonl", "cases.jsonl", "schema.yaml"):
        content = (tmp_path / name).read_bytes().replace(b"\n", b"\r\n\r\n")
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + content)

    run("assess")

    assert results(tmp_path) == expected


def test_an_empty_case_file_gives_an_empty_result(run, tmp_path):
    (tmp_path / "cases.jsonl").write_bytes(b"")

    run("assess")

    assert results(tmp_path) == []


@pytest.mark.parametrize(
    "content", [b"[" * 200_000, b'{"id": ' * 200_000, b"1" * 10_000, b'{"facts": {"loss": 1e400}}']
)
def test_no_case_line_is_odd_enough_to_stop_the_others(run, tmp_path, content):
    (tmp_path / "cases.jsonl").write_bytes(content + b"\n" + lines(*CASES))

    run("assess", status=1)

    assert ["error" in row for row in results(tmp_path)] == [True, False, False]


def test_standard_input_is_read_once_only(run):
    said = run("assess", "--base", "-", "--input", "-", status=2, keys=lines(*BASE)).stderr

    assert "Standard input can be read once only." in said


@pytest.mark.parametrize("name", ["base.jsonl", "cases.jsonl", "schema.yaml"])
def test_the_results_are_not_written_over_what_is_read(run, tmp_path, name):
    before = (tmp_path / name).read_bytes()

    said = run("assess", "--output", str(tmp_path / name), status=2).stderr

    assert "name another file for the results" in said
    assert (tmp_path / name).read_bytes() == before


def test_results_may_go_to_a_device(run, tmp_path):
    run("assess", "--output", os.devnull)

    assert Path(os.devnull).is_char_device()


def test_an_input_that_cannot_be_read_leaves_no_results(run, tmp_path):
    assert "Cannot read" in run("assess", "--input", str(tmp_path), status=1).stderr
    assert "Cannot read" in run("assess", "--input", str(tmp_path / "none"), status=1).stderr
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_a_base_without_a_precedent_is_refused(run, tmp_path, content):
    (tmp_path / "base.jsonl").write_bytes(content)

    assert "there is no precedent in it" in run("assess", status=1).output
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (b"outcomes: [a, b]\nfactors: {x: worse}\n", "schema.yaml:2:14: “x” has no direction"),
        (
            b"outcomes: [a, b]\nfactors: {x: worse}\ndimensions: {y: }\n",
            "schema.yaml:3:17: “y” has no direction",
        ),
        (b"outcomes: [a, b]\nfactors: {\xff: graver}\n", "schema.yaml:2:11: not UTF-8"),
    ],
)
def test_a_broken_schema_is_refused_with_its_place(run, tmp_path, schema, said):
    (tmp_path / "schema.yaml").write_bytes(schema)

    assert said in run("consistency", status=1).output


def test_a_file_that_cannot_be_read_is_named(run, tmp_path):
    assert "Cannot read" in run("consistency", "--base", str(tmp_path / "nowhere.jsonl"), status=1).output


def test_an_id_that_no_terminal_can_write_is_written_as_the_escape_it_came_as(run, tmp_path):
    odd = {"id": "\ud800", "facts": {"warned": True, "reported": False, "loss": 9}, "outcome": "tolerate"}
    (tmp_path / "base.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in [*BASE, odd]), encoding="utf-8"
    )

    assert run("consistency").stdout.endswith("  \\ud800\n")
    run("assess")


def test_consistency_counts_conflicts_and_names_the_smallest_repair(run, tmp_path):
    (tmp_path / "base.jsonl").write_bytes(
        lines(
            *BASE,
            {"id": "p4", "facts": {"warned": True, "reported": False, "loss": 9}, "outcome": "tolerate"},
        )
    )

    assert run("consistency").stdout.splitlines() == [
        "precedents: 4",
        "conflicts: 2",
        "consistent precedents: 1 (25.00%)",
        "landmarks: 3 (3 with repeated facts counted once)",
        "smallest repair: 1",
        "  p4",
    ]
    assert "最小修复：1" in run("consistency", language="zh").stdout
