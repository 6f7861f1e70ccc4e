"""The case as one file, from the case's page and from the command line, to a stranger who verifies it."""

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from casebook import uploads
from casebook.casefile.verify import verify
from casebook.intake import amend_case
from casebook.models import Assignment, Event
from casebook.recommend import recommend
from tests.casebook.casefile.conftest import MOMENT
from tests.factories import attach
from web.cli import main


@pytest.fixture
def full_case(session, home, case, today):
    """Its time is known, so that few versions of the law have to be reasoned from."""
    amend_case(
        session, case, case.officer, seen_version=case.version, reason="查明时间", conduct="2023-05-10"
    )
    attach(session, home, case)
    recommend(session, case, case.officer, today)
    session.commit()
    return case


@pytest.fixture
def run(home, tmp_path):
    """Run a command; the store is only named where it is asked for."""

    def run(*arguments, status=0, store=True, language="en"):
        folder = str(home.path) if store else str(tmp_path / "nowhere")
        environment = {"CASEBOOK_HOME": folder, "DATABASE_URL": home.url if store else "", "LANG": "C"}
        result = CliRunner().invoke(main, ["--lang", language, *arguments], env=environment)
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return run


@pytest.mark.parametrize("role", ["officer", "reviewer", "chief", "auditor"])
def test_a_case_is_exported_from_its_page_and_the_file_verifies(
    another_browser, people, full_case, session, tmp_path, role
):
    browser = another_browser(getattr(people, role))
    browser.get(f"/cases/{full_case.number}")

    browser.get(browser.link("Export the case file"))

    assert browser.status == 200
    assert browser.response.headers["Cache-Control"] == "no-store"
    assert f"{full_case.number}.casefile" in browser.response.headers["Content-Disposition"]
    path = tmp_path / "of.casefile"
    path.write_bytes(browser.response.data)
    assert all(line.ok is not False for line in verify(path))
    event = session.scalars(select(Event).where(Event.kind == "case.file_exported")).one()
    assert event.by_id == getattr(people, role).id
    session.commit()
    browser.get(f"/cases/{full_case.number}/history")
    assert f"Root digest: {event.detail['root']}" in browser.text()


def test_whoever_may_not_export_finds_no_link_and_is_refused(another_browser, people, full_case, session):
    second = Assignment(
        case_id=full_case.id, part="second_reviewer", user_id=people.reviewer.id, by_id=people.officer.id, at=MOMENT
    )  # fmt: skip
    member = Assignment(
        case_id=full_case.id, part="panel", user_id=people.panel.id, by_id=people.officer.id, at=MOMENT
    )
    session.add_all([second, member])
    session.commit()

    for person in (people.reviewer, people.panel):
        browser = another_browser(person)
        browser.get(f"/cases/{full_case.number}")
        assert browser.status == 200
        assert "Export the case file" not in browser.text()
        browser.get(f"/cases/{full_case.number}/file")
        assert browser.status == 403
    assert session.scalar(select(func.count()).where(Event.kind == "case.file_exported")) == 0


def test_a_damaged_attachment_is_said_and_nothing_is_exported(visitor, full_case, home, session):
    row = full_case and session.scalars(select(uploads.Attachment)).one()
    uploads.place_of(home, row.sha256).write_bytes(b"other")
    session.commit()

    visitor.get(f"/cases/{full_case.number}/file")

    assert visitor.status == 500
    assert "differs from what was kept" in visitor.text()
    assert session.scalar(select(func.count()).where(Event.kind == "case.file_exported")) == 0


def test_the_command_exports_a_case_and_verifies_it_without_a_store(run, full_case, tmp_path):
    path = tmp_path / "a.casefile"

    exported = run("file", "export", full_case.number, "--output", str(path))
    root = exported.output.split()[-1]
    verified = run("file", "verify", str(path), "--expect", root, store=False)

    assert "Everything matches." in verified.output
    assert "全部相符" in run("file", "verify", str(path), store=False, language="zh").output
    assert (
        "!! manifest.json"
        in run("file", "verify", str(path), "--expect", "0" * 64, store=False, status=1).output
    )


def test_the_command_names_the_first_part_that_does_not_match_in_the_language_asked_for(
    run, full_case, tmp_path
):
    path = tmp_path / "a.casefile"
    run("file", "export", full_case.number, "--output", str(path))
    content = path.read_bytes()
    path.write_bytes(content.replace("王某".encode(), "玊某".encode(), 1))

    said = run("file", "verify", str(path), store=False, status=1).output
    assert "!! case.json: its content does not match the manifest" in said
    assert (
        "!! case.json：内容与清单所列校验值不符"
        in run("file", "verify", str(path), store=False, status=1, language="zh").output
    )


def test_what_is_no_case_file_is_told_apart_by_its_exit_status(run, tmp_path):
    other = tmp_path / "letter.casefile"
    other.write_text("a letter")

    said = run("file", "verify", str(other), store=False, status=2).output
    assert "letter.casefile is not a case file" in said
    assert (
        "不是案卷文件"
        in run("file", "verify", str(tmp_path / "none"), store=False, status=2, language="zh").output
    )


def test_a_file_cannot_write_to_the_terminal_what_it_likes(run, full_case, tmp_path):
    """Somebody else made the file: what it says of itself is shown without control characters."""
    path = tmp_path / "a.casefile"
    run("file", "export", full_case.number, "--output", str(path))
    content = path.read_bytes()
    path.write_bytes(content.replace(b"attachments.json", b"attach\x1b[2Jts.json"))

    said = run("file", "verify", str(path), store=False, status=1).output
    assert "\x1b" not in said


def test_a_case_that_does_not_exist_and_a_place_that_cannot_be_written_leave_nothing_behind(
    run, full_case, tmp_path
):
    assert (
        "was not found"
        in run("file", "export", "X-2026-00001", "--output", str(tmp_path / "x"), status=1).output
    )
    nowhere = tmp_path / "no" / "such" / "folder"
    assert (
        "Cannot write" in run("file", "export", full_case.number, "--output", str(nowhere), status=1).output
    )
    run("file", "export", full_case.number, "--output", str(tmp_path / "y"), store=False, status=1)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(("x", "y", "no"))]
