"""The pages of papers about complaints, clearances and returns: issued, listed, given out, refused."""

import pytest
from sqlalchemy import func, select

from casebook.models import ClearanceState, ComplaintPaper, ComplaintState, Event
from tests.appealed import seeded
from tests.casebook.complaints.test_papers import a_clearance, a_complaint, a_return
from tests.stages import Cast


@pytest.fixture
def cast(session):
    seeded(session)
    cast = Cast(session)
    cast.county.code, cast.county.name_zh = "QX", "青溪县纪委监委"
    return cast


def papers(session):
    return session.scalar(select(func.count()).select_from(ComplaintPaper))


def test_a_letter_is_issued_listed_and_given_out_as_issued(as_, session, cast):
    clearance = a_clearance(session, cast)
    session.commit()
    officer = as_(cast.officer, "en")
    officer.get(f"/clearances/{clearance.number}/papers")
    offered = [one["value"] for one in officer.page.select("input[name=paper]")]
    assert "clearance_letter" in [one.strip() for one in offered]
    assert [one.get_text(strip=True) for one in officer.page.select("nav [aria-current]")] == ["Clearance"]
    assert "A paper to the author" not in officer.text()
    assert f"clearance_letter reach:{clearance.reach[0].id}" in offered

    officer.send("Issue the paper", paper="clearance_letter")
    assert "QX函〔2026〕1号" in officer.text()
    for form, mark in (("pdf", b"%PDF-"), ("docx", b"PK")):
        link = officer.page.select_one(f"a[href$='/{form}']")["href"]
        answer = officer.client.get(link, buffered=True)
        assert answer.data.startswith(mark)
        assert answer.headers["Cache-Control"] == "no-store"
        name = answer.headers["Content-Disposition"]
        assert "attachment" in name
        assert "-X" not in name
    kinds = set(session.scalars(select(Event.kind)))
    assert {"complaint_paper.issued", "complaint_paper.read", "complaint_papers.listed"} <= kinds


def test_a_paper_that_does_not_match_is_refused_with_its_place_and_takes_no_number(as_, session, cast):
    clearance = a_clearance(session, cast)
    clearance.points[0].found = "该同志一贯廉洁自律"
    session.commit()
    officer = as_(cast.officer, "zh")
    officer.get(f"/clearances/{clearance.number}/papers")

    officer.send("制发", paper="clearance_letter")

    assert officer.status == 409
    assert "一贯" in officer.text()
    assert papers(session) == 0


def test_the_author_s_papers_are_issued_by_who_screens(as_, session, cast):
    complaint = a_complaint(session, cast)
    session.commit()
    receiver, officer = as_(cast.receiver, "en"), as_(cast.officer, "en")
    address = f"/complaints/{complaint.number}/papers"
    receiver.get(address)
    receiver.send("Issue the paper", paper="result_feedback")
    assert papers(session) == 1

    officer.get(address)
    assert not officer.page.select_one("input[name=paper]")
    officer.post(address, {"paper": "result_feedback", "on-year": "2026", "on-month": "11", "on-day": "22"})
    assert officer.status == 403
    assert papers(session) == 1


def test_what_waits_is_said(as_, session, cast):
    a_clearance(session, cast, ClearanceState.CHECKED, decided_on=None, decided_by_id=None)
    complaint = a_complaint(
        session, cast, number="QX-X2026-0002", state=ComplaintState.ACCEPTED, concluded_on=None, finding=None
    )
    session.commit()
    officer = as_(cast.officer, "en")
    officer.get("/clearances/QX-C2026-0001/papers")
    assert "Cannot be issued yet" in officer.text()

    receiver = as_(cast.receiver, "en")
    receiver.get(f"/complaints/{complaint.number}/papers")
    assert [one["value"] for one in receiver.page.select("input[name=paper]")] == ["acceptance_notice"]


def test_returns_and_periods_have_their_papers(as_, session, cast):
    asked = a_return(session, cast)
    session.commit()
    officer = as_(cast.officer, "en")
    for what, number, kinds in (
        ("returns", asked.number, ["period_end_notice", "return_form"]), ("periods", asked.case.number, ["period_end_notice"]),
    ):  # fmt: skip
        officer.get(f"/{what}/{number}/papers")
        assert [one["value"].partition(" ")[0] for one in officer.page.select("input[name=paper]")] == kinds
        officer.send("Issue the paper", paper=kinds[0])
        assert officer.status == 200
    assert papers(session) == 2


def test_nobody_else_sees_or_guesses_a_paper(as_, session, cast):
    clearance = a_clearance(session, cast)
    session.commit()
    officer = as_(cast.officer, "en")
    officer.get(f"/clearances/{clearance.number}/papers")
    officer.send("Issue the paper", paper="clearance_letter")
    paper = session.scalar(select(ComplaintPaper.id))
    for who, status in (("receiver", 404), ("stranger", 404), ("member", 403), ("administrator", 403)):
        visitor = as_(getattr(cast, who))
        for more in ("", f"/{paper}/pdf"):
            visitor.get(f"/clearances/{clearance.number}/papers{more}")
            assert visitor.status == status, who
    officer.get(f"/complaints/{clearance.complaint.number}/papers/{paper}/pdf")
    assert officer.status == 404
