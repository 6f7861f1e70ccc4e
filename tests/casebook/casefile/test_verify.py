"""Verifying a case file: what it says of one that is whole, of real cases, and of what it cannot check."""

import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from casebook import recommend as making
from casebook.casefile import verify as module
from casebook.casefile.archive import Broken
from casebook.casefile.export import build
from casebook.casefile.verify import verify
from casebook.clocks import calendar
from casebook.models import Stage, Step, Vote
from casebook.papers.issue import issue
from casebook.procedure import panel, people, review
from casebook.procedure.dates import today
from casebook.procedure.items import Answer
from casebook.sealing import digest_of
from tests.casebook.casefile.conftest import MOMENT
from tests.casebook.casefile.forging import (
    as_bytes,
    forge,
    found_in,
    json_in,
    lost_rules,
    parts_in,
    rechained,
)
from tests.panels import draft, meet, sign, vote_all
from tests.stages import Cast, bring


def test_a_file_as_it_was_exported_verifies_line_by_line(exported):
    lines = list(verify(exported))

    assert [line.ok for line in lines if line.ok is not None] == [True] * 9
    said = [line.message("en") for line in lines]
    assert any(line.startswith("Root digest") for line in said)
    assert "Records of the procedure: 7, signatures: 1, as the events sealed them" in said
    assert "Recommendation 2, made again from the rules in here: the same bytes" in said
    assert all(line.message("zh") != line.message("en") for line in lines)


def test_a_root_digest_noted_elsewhere_is_compared(exported, again_is_quick):
    root = json_in(exported, "manifest.json")["root"]

    assert found_in(exported, root.upper()) == (True, "")
    assert found_in(exported, "0" * 64) == (False, "manifest.json")


def test_it_is_a_zip_file_that_any_program_opens(exported):
    with zipfile.ZipFile(exported) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(parts_in(exported))
        assert "casebook file verify" in archive.read("README.txt").decode()


def test_it_verifies_in_another_process_with_an_empty_environment_and_no_store(exported, tmp_path):
    command = [sys.executable, "-m", "web.cli", "file", "verify", str(exported)]
    result = subprocess.run(
        command,
        check=False,
        env={"PYTHONPATH": str(Path.cwd())},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "Everything matches."
    assert list(tmp_path.iterdir()) == []


def test_another_version_of_the_product_is_mentioned_and_is_no_fault(exported, monkeypatch):
    monkeypatch.setattr(module, "__version__", "9.9")

    lines = list(verify(exported))

    assert all(line.ok is not False for line in lines)
    said = [line.message("en") for line in lines if line.ok is None]
    assert any("this is 9.9" in one for one in said)
    assert sum("made by another version" in one for one in said) == 2


def test_a_recommendation_from_before_rules_were_kept_is_said_to_be_so(exported, target, again_is_quick):
    """Its event does not name the product that made it, so nobody can pass a later one off as such."""

    def older(event):
        event["detail"].pop("product", None)
        return event

    log = rechained(json_in(exported, "events.json"), older)
    parts = {**lost_rules(exported), "events.json": as_bytes(log)}
    path = forge(exported, parts, target)
    with module.opened(path) as archive:
        lines = list(ORIGINAL_AGAIN(module.OpenedFile(archive)))

    assert [line.ok for line in lines] == [None, None]
    assert found_in(path) == (True, "")


ORIGINAL_AGAIN = module._again


@pytest.mark.parametrize("opening", ["[", "- ", "{a: "])
def test_rules_so_deep_that_reading_them_would_end_the_process_are_refused(opening):
    file = SimpleNamespace(text=lambda name: opening * 200_000)

    with pytest.raises(Broken, match="nested too deeply"):
        module._shallow(file, "0" * 64)


def test_a_document_that_cannot_be_made_again_is_laid_to_the_recommendation(exported, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError

    monkeypatch.setattr(module, "make_document", broken)

    assert found_in(exported) == (False, "recommendations/1.json")


def test_the_seal_of_a_row_is_the_digest_of_what_the_file_holds_of_it(exported):
    seals = {(table, row_id): seal for event in json_in(exported, "events.json")
             for table, row_id, seal in event["detail"].get("rows", ())}  # fmt: skip

    for name in parts_in(exported):
        if name.startswith("procedure/"):
            for row in json_in(exported, name):
                assert seals[name[10:-5], row["id"]] == digest_of(row)
    assert making.make_document is module.make_document


@pytest.fixture
def the_whole_way(session, home):
    """A real case, from intake to its last correction, with its papers."""
    calendar.seed(session, None)
    cast = Cast(session, home)
    case = bring(session, cast, Stage.CORRECTED)
    for kind in ("notice", "decision"):
        issue(session, home, case, kind, cast.officer, today())
    session.flush()
    return case


def test_a_case_that_has_gone_the_whole_way_verifies(session, home, the_whole_way, target):
    with target.open("wb") as out:
        build(session, home, the_whole_way, None, MOMENT).write(out)

    lines = list(verify(target))

    assert [line.message("en") for line in lines if line.ok is False] == []
    assert len(json_in(target, "signatures.json")) == 1
    filled = {name for name in parts_in(target) if name.startswith("procedure/") and json_in(target, name)}
    assert len(filled) > 12
    assert len([name for name in parts_in(target) if name.startswith("papers/")]) == 4


def exported_to(path, session, home, case):
    with path.open("wb") as out:
        build(session, home, case, None, MOMENT).write(out)
    return path


def test_what_is_not_finished_stays_behind_until_it_is(session, home, target):
    """A draft of a review, votes of an open meeting, a decision not signed: the pages show them to nobody else."""
    calendar.seed(session, None)
    cast = Cast(session, home)
    case = bring(session, cast, Stage.PANEL)
    meet(session, cast, case)
    vote_all(session, cast, case, "correct")
    open_meeting = exported_to(target, session, home, case)
    assert found_in(open_meeting) == (True, "")
    assert json_in(open_meeting, "procedure/votes.json") == []
    assert [row for row in json_in(open_meeting, "withheld.json") if row[0] == "votes"] == [
        ["votes", row.id] for row in session.scalars(select(Vote).order_by(Vote.id))
    ]

    panel.close_meeting(session, case, cast.chief, minutes="一致。", others="")
    decision = draft(session, cast, case, departure_code="proportion", departure_reason="错责相当。")
    drafted = exported_to(target, session, home, case)
    assert found_in(drafted) == (True, "")
    assert len(json_in(drafted, "procedure/votes.json")) == 3
    assert ["decisions", decision.id] in json_in(drafted, "withheld.json")
    assert json_in(drafted, "procedure/imposed_measures.json") == []

    sign(session, case, cast.chief, decision)
    signed = exported_to(target, session, home, case)
    assert found_in(signed) == (True, "")
    assert json_in(signed, "withheld.json") == []
    for table in ("votes", "decisions", "reviews", "imposed_measures"):
        assert not found_in(forge(signed, without_one(signed, table), home.path / "forged"))[0], table


def without_one(path, table):
    """One row taken out and said to be withheld because it was not finished."""
    rows = json_in(path, f"procedure/{table}.json")
    parts = {f"procedure/{table}.json": rows[1:], "withheld.json": [[table, rows[0]["id"]]]}
    if table == "decisions":
        parts["signatures.json"] = []
    return {name: as_bytes(value) for name, value in parts.items()}


def test_a_review_that_is_still_a_draft_stays_behind(session, home, target):
    cast = Cast(session, home)
    case = bring(session, cast, Stage.REVIEW)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=today())
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    review.save_review(session, case, cast.reviewer, {"T1": Answer("tolerable", "仅我自己可见的草稿")})

    path = exported_to(target, session, home, case)

    assert found_in(path) == (True, "")
    assert "仅我自己可见的草稿".encode() not in path.read_bytes()
    assert {table for table, _ in json_in(path, "withheld.json")} == {"reviews", "factor_views"}
