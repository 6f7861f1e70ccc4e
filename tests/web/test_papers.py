"""The pages of papers: issuing one and giving it out, and the templates an administrator keeps."""

import pytest
from sqlalchemy import func, select

from casebook.models import Case, Event, OfficeSetting, Paper, PaperTemplate, Stage
from casebook.papers.templates import shipped
from casebook.procedure.dates import today
from tests.stages import Cast, recommended_case, skip_to


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def case(session, cast):
    """A case with a recommendation, and another as noise."""
    recommended_case(session, cast)
    case = recommended_case(session, cast)
    return ready(session, case, cast)


def ready(session, case, cast):
    """Load what the tests name, then let go of the store: one transaction writes at a time."""
    for row in (*session.scalars(select(Case)), *(getattr(cast, who) for who in PEOPLE)):
        session.refresh(row)
    session.commit()
    return case


PEOPLE = ("officer", "chief", "superior", "auditor", "administrator", "stranger")


@pytest.fixture
def officer(another_browser, cast, case):
    return another_browser(cast.officer)


def issued(session):
    """What is in the store; nothing is held open after it."""
    found = session.scalars(select(Paper).order_by(Paper.id)).all()
    session.commit()
    return found


def test_an_officer_issues_a_report_and_downloads_both_files(session, officer, cast, case):
    officer.get(f"/cases/{case.number}/papers")
    assert "No paper has been issued." in officer.text()
    officer.send("Issue the paper", paper="recommendation_report")

    assert "The paper is issued." in officer.text()
    (paper,) = issued(session)
    assert paper.number in officer.text()
    session.commit()
    for form, opening in (("pdf", b"%PDF-"), ("docx", b"PK")):
        answer = officer.client.get(f"/cases/{case.number}/papers/{paper.id}/{form}", buffered=True)
        assert answer.status_code == 200
        assert answer.data.startswith(opening)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "attachment" in answer.headers["Content-Disposition"]
    read = session.scalars(select(Event).where(Event.kind == "paper.read")).all()
    assert [(event.by_id, event.detail["form"]) for event in read] == [
        (cast.officer.id, "pdf"), (cast.officer.id, "docx"),
    ]  # fmt: skip


def test_the_page_says_which_papers_wait_for_which_step(officer, case):
    officer.get(f"/cases/{case.number}/papers")

    text = officer.text()
    assert "Cannot be issued yet" in text
    assert "sign it first" in text
    assert "Order a correction first" in text
    assert [radio["value"] for radio in officer.page.select("input[name=paper]")] == ["recommendation_report"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"paper": None}, 422), ({"paper": "charter"}, 422), ({"paper": "decision"}, 409),
        ({"paper": "notice notice:99"}, 409), ({"paper": "recommendation_report", "on-year": "1999"}, 422),
        ({"paper": "recommendation_report", "on-day": "31", "on-month": "2"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_issued_is_said_and_nothing_is_written(session, officer, case, fields, status):
    officer.get(f"/cases/{case.number}/papers")
    officer.send("Issue the paper", **fields)

    assert officer.status == status
    assert officer.errors
    assert issued(session) == []
    assert session.scalar(select(func.count()).where(Event.kind == "paper.issued")) == 0


def test_who_has_no_part_in_the_case_sees_the_papers_and_issues_none(
    another_browser, session, officer, cast, case
):
    officer.get(f"/cases/{case.number}/papers")
    officer.send("Issue the paper", paper="recommendation_report")
    for who in (cast.auditor, cast.superior):
        browser = another_browser(who)
        browser.get(f"/cases/{case.number}/papers")
        assert browser.status == 200
        assert not browser.page.select("main form")
        assert browser.client.get(f"/cases/{case.number}/papers/1/pdf", buffered=True).status_code == 200
    browser = another_browser(cast.superior)
    browser.get("/account")
    browser.post(f"/cases/{case.number}/papers", {
        "paper": "recommendation_report", "on-year": str(today().year), "on-month": str(today().month), "on-day": str(today().day),
    })  # fmt: skip
    assert browser.status == 403
    assert len(issued(session)) == 1


def test_a_paper_is_reached_through_its_own_case_only(another_browser, session, officer, cast, case):
    officer.get(f"/cases/{case.number}/papers")
    officer.send("Issue the paper", paper="recommendation_report")
    other = ready(session, recommended_case(session, cast), cast)

    for path in (
        f"/cases/{other.number}/papers/1/pdf",
        f"/cases/{case.number}/papers/2/pdf",
        f"/cases/{case.number}/papers/1/txt",
    ):
        assert officer.client.get(path, buffered=True).status_code in (400, 404)
    stranger = another_browser(cast.stranger)
    assert stranger.client.get(f"/cases/{case.number}/papers/1/pdf", buffered=True).status_code == 404
    assert stranger.client.get(f"/cases/{case.number}/papers").status_code == 404


def test_a_missing_file_is_an_error_that_names_the_paper(session, home, officer, case):
    officer.get(f"/cases/{case.number}/papers")
    officer.send("Issue the paper", paper="recommendation_report")
    (paper,) = issued(session)
    session.commit()
    (home.files / paper.pdf_sha256[:2] / paper.pdf_sha256).unlink()

    officer.get(f"/cases/{case.number}/papers/{paper.id}/pdf")
    assert officer.status == 500
    assert paper.number in officer.text()


def test_at_the_panel_a_decision_cannot_be_issued_before_it_is_signed(session, another_browser, cast, case):
    ready(session, skip_to(session, case, Stage.PANEL), cast)
    chief = another_browser(cast.chief, "zh")
    chief.get(f"/cases/{case.number}/papers")

    assert "请先“签署决定”（政务处分法第四条、第四十五条）" in chief.text()


@pytest.fixture
def administrator(another_browser, cast, session):
    session.commit()
    return another_browser(cast.administrator)


def test_a_template_is_tried_then_saved_with_a_reason_and_every_version_stays(session, administrator):
    administrator.get("/templates")
    administrator.get("/templates/notice")
    text = shipped("notice").replace("你的权利", "你依法享有的权利")

    administrator.post("/templates/notice/try", {"text": text})
    assert "What it makes of invented data" in administrator.text()
    assert "你依法享有的权利" in administrator.text()
    assert session.scalar(select(func.count()).select_from(PaperTemplate)) == 0
    session.commit()
    administrator.post("/templates/notice/try.pdf", {"text": text})
    assert administrator.response.data.startswith(b"%PDF-")

    administrator.get("/templates/notice")
    administrator.send("Save as a new version", text=text, reason="按新的文书格式")
    assert administrator.path == "/templates"
    assert "Version 1" in administrator.text()
    administrator.get("/templates/notice/1")
    assert "按新的文书格式" in administrator.text()
    administrator.get("/templates/notice/0")
    assert "你依法享有的权利" not in administrator.text()


@pytest.mark.parametrize("button", ["Save as a new version", "Try with invented data"])
@pytest.mark.parametrize(
    "text", ["@标题 题\n{{ ''.__class__ }}", "@标题 题\n{% for x in range(9) %}", "@标题 题\n{{ nothing }}"]
)
def test_a_template_that_errs_is_refused_with_its_line_and_stays_typed(session, administrator, button, text):
    administrator.get("/templates/notice")
    path = "/templates/notice" + ("/try" if button.startswith("Try") else "")
    administrator.post(path, {"text": text, "reason": "理由"})

    assert administrator.status == 422
    assert "line 2" in administrator.errors[0]
    assert text.split("\n")[1] in administrator.page.select_one("textarea").text
    assert session.scalar(select(PaperTemplate)) is None


def test_a_template_or_a_version_that_is_not_there_is_not_found(administrator):
    for path in ("/templates/charter", "/templates/notice/7", "/templates/charter/0"):
        administrator.get(path)
        assert administrator.status == 404


def test_a_chief_sets_the_word_of_the_organs_numbers(session, another_browser, cast, case):
    chief = another_browser(cast.chief)
    chief.get("/office/numbers")
    chief.send("Save", word="青<b>")
    assert chief.status == 422
    assert chief.errors
    chief.send("Save", word="青纪监")

    assert "青纪监〔" in chief.text()
    assert session.scalar(select(OfficeSetting.value)) == "青纪监"
    session.commit()
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{case.number}/papers")
    officer.send("Issue the paper", paper="recommendation_report")
    assert f"青纪监〔{today().year}〕1号" in officer.text()
