"""The commands that need no store: facts from a file, and the packs checked."""

import json
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from casebook.packs.everything import digest_of_all
from rules.check import PackReport
from rules.contradictions import Contradiction
from rules.library import TASKS, library, task_library
from rules.pack import PackError
from rules.proofs import PROPERTIES, CounterExample, Involved, Proof, Verdict
from rules.yaml_source import Place, SourceError
from web import rules_cli, terminal
from web.cli import main

GOOD = {"id": "1", "facts": {"private_gain_self": True, "evidence_status": "sufficient"}}
BAD = {"id": "2", "facts": {"guilt": True}}


@pytest.fixture
def run(tmp_path):
    def run(*arguments, status: int = 0, language: str = "en", keys: bytes | None = None):
        environment = {
            "LANG": {"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}[language],
            "LC_ALL": "",
            "LANGUAGE": "",
        }
        result = CliRunner().invoke(main, [str(one) for one in arguments], input=keys, env=environment)
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return run


def lines(*rows: object) -> str:
    return "".join(
        row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) + "\n" for row in rows
    )


def test_each_line_of_the_input_gets_a_line_of_the_output(run, tmp_path):
    source, target = tmp_path / "cases.jsonl", tmp_path / "results.jsonl"
    source.write_text("\ufeff" + lines(GOOD, "\n", {**GOOD, "id": "案\u2028二"}), encoding="utf-8")

    run("adjudicate", "--input", source, "--output", target)

    results = [json.loads(line) for line in target.read_text(encoding="utf-8").split("\n") if line]
    assert [row["id"] for row in results] == ["1", "案\u2028二"]
    assert [row["disposition"] for row in results] == ["hold_accountable", "hold_accountable"]
    assert "explain" not in results[0]
    run("adjudicate", "--input", source, "--output", target, "--explain", "--as-of", "2020-07-01")
    assert json.loads(target.read_text(encoding="utf-8").split("\n")[0])["explain"]["as_of"] == "2020-07-01"


@pytest.mark.parametrize(("language", "said"), [("en", "1 lines are in error"), ("zh", "1 行有错误")])
def test_a_bad_line_is_answered_in_place_and_the_exit_status_says_so(run, tmp_path, language, said):
    source, target = tmp_path / "cases.jsonl", tmp_path / "results.jsonl"
    source.write_text(lines(GOOD, BAD, {**GOOD, "id": "3"}), encoding="utf-8")

    result = run("adjudicate", "--input", source, "--output", target, status=1, language=language)

    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [row.get("error", {}).get("line") for row in rows] == [None, 2, None]
    assert said in result.stderr


def test_from_standard_input_to_standard_output(run):
    result = run(
        "adjudicate",
        "--input",
        "-",
        "--output",
        "-",
        keys=lines(GOOD, '{"id": "\\ud800", "facts": {}}\n').encode(),
    )

    first, second = result.stdout.splitlines()
    assert json.loads(first)["disposition"] == "hold_accountable"
    assert json.loads(second)["id"] == "\ud800"


@pytest.mark.parametrize("content", [None, b"\xff\xfe{}"], ids=["no such file", "not UTF-8"])
def test_an_input_that_cannot_be_read_is_said_and_nothing_is_written(run, tmp_path, content):
    source, target = tmp_path / "cases.jsonl", tmp_path / "results.jsonl"
    if content is not None:
        source.write_bytes(content)

    for language, said in (("en", "Cannot read"), ("zh", "无法读取")):
        assert (
            said
            in run("adjudicate", "--input", source, "--output", target, status=1, language=language).output
        )
    assert not target.exists()


def test_an_output_that_cannot_be_written_is_said_and_leaves_no_part(run, tmp_path):
    source = tmp_path / "cases.jsonl"
    source.write_text(lines(GOOD), encoding="utf-8")

    missing = run("adjudicate", "--input", source, "--output", tmp_path / "nowhere" / "out.jsonl", status=1)

    assert "Cannot write" in missing.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.jsonl"]


def test_a_run_that_breaks_off_leaves_the_earlier_results_as_they_were(run, tmp_path, monkeypatch):
    source, target = tmp_path / "cases.jsonl", tmp_path / "results.jsonl"
    source.write_text(lines(GOOD), encoding="utf-8")
    target.write_text("earlier", encoding="utf-8")

    def broken(*_arguments):
        yield {"id": "1"}
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rules_cli, "adjudicate_lines", broken)

    assert "No space left" in run("adjudicate", "--input", source, "--output", target, status=1).output
    assert target.read_text(encoding="utf-8") == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.jsonl", "results.jsonl"]


def test_progress_is_shown_on_a_terminal_only(run, tmp_path, monkeypatch):
    source = tmp_path / "cases.jsonl"
    source.write_text(lines(GOOD, "\n", GOOD), encoding="utf-8")
    assert "2/2" not in run("adjudicate", "--input", source, "--output", tmp_path / "out").output

    console = terminal.Console
    monkeypatch.setattr(
        terminal, "Console", lambda **options: console(force_terminal=True, width=80, **options)
    )

    assert "2/2" in run("adjudicate", "--input", source, "--output", tmp_path / "out").output


def test_the_shipped_packs_are_reported_sound(run, monkeypatch):
    monkeypatch.setattr(
        rules_cli,
        "check_packs",
        lambda: PackReport(packs=2, rules=9, disabled=1, examples=20, days=3, faults=()),
    )

    assert (
        run("check-packs").output
        == "2 packs, 9 rules (1 disabled), 20 examples, 3 boundary days; 0 faults.\n"
    )


@pytest.mark.parametrize(
    ("language", "fault", "said"),
    [
        ("en", "made.yaml:3:1: found no example; expected one", "1 faults"),
        ("zh", "made.yaml:3:1：缺少示例；请补写", "1 处问题"),
    ],
)
def test_a_fault_of_a_pack_is_named_and_the_exit_status_says_so(run, monkeypatch, language, fault, said):
    one = PackError(Place("made.yaml", 3, 1), "no example", "one", "缺少示例；请补写")
    report = PackReport(packs=1, rules=1, disabled=0, examples=0, days=0, faults=(one,))
    monkeypatch.setattr(rules_cli, "check_packs", lambda: report)

    result = run("check-packs", status=1, language=language)

    assert fault in result.stderr
    assert said in result.stdout


def proof(*failures: CounterExample) -> Proof:
    verdicts = tuple(
        Verdict(name, tuple(one for one in failures if one.property == name), (), 0.25) for name in PROPERTIES
    )
    return Proof("", None, {"made": "0" * 64}, "1" * 64, "2" * 64, 180, 9, verdicts, assumed=(ASSUMED,))


ASSUMED = Contradiction(("purpose", "private_gain_self"), "为公，却谋利。", "For the public, yet for gain.")
RULE = Involved("made.rule", "made.rule@2020-01-01", "made", Place("made.yaml", 12, 5))
FAILURE = CounterExample(
    "direction",
    (RULE,),
    "结果变轻",
    "it ends milder",
    {"harm": False},
    date(2020, 1, 1),
    date(2021, 1, 1),
    "370000",
    {"harm": True},
)


@pytest.fixture
def proved(monkeypatch):
    """What `prove` is asked, and what it answers."""
    asked = []

    def set_up(answer: Proof):
        def prove(library, pack, at, tell):
            asked.append((sorted(library.packs), pack))
            for verdict in answer.verdicts:
                tell(verdict)
            return replace(answer, pack=pack, at=at)

        monkeypatch.setattr(rules_cli, "prove", prove)
        return asked

    return set_up


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("en", "proved (0.2 s) Completeness", "27 rules, 540 stretches of law in their places; 0 failures."),
        ("zh", "已证明（0.2 秒） 完备", "27 条规则，540 个时段和地区的规定；0 处未能证明。"),
    ],
)
def test_every_shipped_pack_is_proved_with_a_line_a_property(run, proved, language, first, last):
    asked = proved(proof())

    said = run("check-packs", "--prove", language=language).stdout.splitlines()

    assert len(asked) == 3
    assert len(said) == 1 + 3 * len(PROPERTIES) + 4
    assert "39 packs" in said[0] or "39 个规则包" in said[0]
    assert said[1].startswith(first)
    assert said[-4] in ("Facts taken never to stand together:", "证明时视为不可能同时存在的事实：")
    assert said[-3] == f"  {ASSUMED.zh if language == 'zh' else ASSUMED.en}"
    assert said[-2] == last
    assert said[-1].endswith(digest_of_all([library(), *(task_library(task) for task in TASKS)]))


def test_a_pack_whose_example_fails_is_said_and_not_passed_because_its_properties_hold(
    run, proved, monkeypatch
):
    proved(proof())
    fault = PackError(Place("made.yaml", 3, 1), "an example that fails", "one that holds", "示例不符；请改正")
    monkeypatch.setattr(rules_cli, "pack_faults", lambda *_: [fault])

    result = run("check-packs", "--prove", "--pack", "method", status=1)

    assert "made.yaml:3:1" in result.stderr
    assert "proved" in result.stdout


@pytest.mark.parametrize(("language", "told"), [("en", "it ends milder"), ("zh", "结果变轻")])
def test_what_cannot_be_proved_is_told_with_rules_lines_facts_and_days_and_the_exit_status_says_so(
    run, proved, language, told
):
    proved(
        proof(
            FAILURE,
            replace(
                FAILURE,
                property="dates",
                facts={},
                changed={},
                conduct_day=None,
                as_of=None,
                no_case=("没有可举的案件。", "none to show"),
            ),
        ),
    )

    result = run("check-packs", "--prove", "--pack", "method", status=1, language=language)

    assert told in result.stderr
    for part in (
        "made.yaml:12:5 made.rule@2020-01-01",
        '{"harm": false}',
        '{"harm": true}',
        "2020-01-01",
        "370000",
        "none to show" if language == "en" else "没有可举的案件。",
    ):
        assert part in result.stderr
    assert ("FAILED" if language == "en" else "未证明") in result.stdout


def test_one_pack_is_proved_where_it_stands_and_the_record_can_be_kept(run, proved):
    asked = proved(proof())

    (record,) = json.loads(run("check-packs", "--prove", "--pack", "complaints", "--json").stdout)

    assert asked == [(["complaints"], "complaints")]
    assert (record["format"], record["pack"], record["proved"]) == ("casebook-proof/1", "complaints", True)
    assert record["at"]


@pytest.mark.parametrize(("language", "said"), [("en", "There is no pack nope"), ("zh", "没有规则包 nope")])
def test_a_pack_that_is_not_there_is_said_with_those_that_are(run, proved, language, said):
    proved(proof())

    output = run("check-packs", "--prove", "--pack", "nope", status=1, language=language).output

    assert said in output
    assert "redlines" in output


@pytest.mark.parametrize("option", [("--pack", "method"), ("--json",)])
def test_what_belongs_to_a_proof_is_refused_without_one(run, option):
    assert "--prove" in run("check-packs", *option, status=2).output


@pytest.mark.parametrize(("language", "said"), [("en", "found type"), ("zh", "vocabulary.yaml:3:1：type 写的是")])
def test_a_table_of_the_product_that_cannot_be_read_is_told_by_its_line(run, monkeypatch, language, said):
    def broken():
        raise SourceError(
            Place("vocabulary.yaml", 3, 1), "type: 'x'", "one of choice", "type 写的是 'x'；应为 choice"
        )

    monkeypatch.setattr(rules_cli, "check_packs", broken)

    output = run("check-packs", status=1, language=language).output

    assert said in output
    assert "vocabulary.yaml:3:1" in output


def test_packs_that_cannot_be_read_are_not_proved(run, monkeypatch):
    def broken():
        raise PackError(Place("made.yaml", 3, 1), "found", "expected", "发现")

    monkeypatch.setattr(rules_cli, "library", broken)

    assert "made.yaml:3:1" in run("check-packs", "--prove", status=1).output
