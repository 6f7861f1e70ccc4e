"""The commands on precedents in files: answers line by line, every bad line named, nothing hidden."""

import json

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


@pytest.mark.parametrize("command", ["assess", "consistency"])
def test_a_bad_precedent_is_named_and_the_others_are_used(run, tmp_path, command):
    (tmp_path / "base.jsonl").write_bytes(
        lines(BASE[0], BASE[0], {**BASE[1], "outcome": "worst"}, *BASE[1:]) + b"\xff\n"
    )

    result = run(command, status=1)

    assert "base.jsonl:2: id: “p1” stands already on line 1" in result.stderr
    assert "base.jsonl:3: outcome: not one of the outcomes of the schema" in result.stderr
    assert "base.jsonl:6: not UTF-8" in result.stderr


def test_an_outcome_that_no_precedent_has_is_mentioned(run, tmp_path):
    (tmp_path / "base.jsonl").write_bytes(lines(*BASE[:2]))

    assert "no precedent in base.jsonl has the outcome “tolerate”" in run("assess").stderr


@pytest.mark.parametrize("content", [b"", b"\n\n", b"{}\n"])
def test_a_base_without_a_precedent_is_refused(run, tmp_path, content):
    (tmp_path / "base.jsonl").write_bytes(content)

    assert "there is no precedent in it" in run("assess", status=1).output
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (b"outcomes: [a, b]\nfactors: {x: worse}\n", "schema.yaml:2:14: “x” has no direction"),
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
