"""A decision that was revoked earlier is cleared with one button; the person asks through their own link."""

import pytest
from sqlalchemy import select

from casebook.clearance import requests
from casebook.complaints import log, secrecy
from casebook.models import Clearance, ClearanceRequest, Event, PersonalLink, Stage
from casebook.procedure import personal_link
from tests.appealed import anew, assign, decide, decided, file, seeded
from tests.clearances import a_clearance
from tests.complaints import SEALED, a_complaint
from tests.factories import CHEAP
from tests.web.visitor import Visitor

BEGIN = "Begin the clearance in its original scope"


@pytest.fixture
def revoked(session, cast, monkeypatch):
    seeded(session)
    case = decided(session, cast)
    with monkeypatch.context() as before:
        before.setattr("casebook.procedure.reversal._clear_name", lambda *_, **__: [])
        appeal = file(session, cast, case)
        by = assign(session, cast, case, appeal)
        fields = {"ground_code": "facts_unclear", "anew": anew("not_established", "0a", error_fell_away=True)}
        decide(session, case, appeal, by, "revoke", **fields)
    session.commit()
    return case


@pytest.fixture
def door(session, cast):
    seeded(session)
    case = decided(session, cast, stage=Stage.CLOSED)
    _, token, code = personal_link.create_link(session, case, cast.officer, hasher=CHEAP)
    session.commit()
    return case, token, code


def test_a_decision_revoked_earlier_is_due_on_the_case_and_in_the_list_with_one_button(
    another_browser, session, cast, revoked
):
    officer, chief = another_browser(cast.officer), another_browser(cast.chief)
    for page in ("/clearances", f"/cases/{revoked.number}"):
        officer.get(page)
        assert BEGIN in officer.text()
        chief.get(page)
        assert BEGIN not in chief.text()
    officer.get("/cases?whose=waiting")
    assert "Begin the clearance because of a decision" in officer.text()
    officer.get(f"/cases/{revoked.number}/clearance")

    officer.send(BEGIN)

    assert "0 of 3 recipients" in officer.text()
    officer.get("/clearances")
    assert BEGIN not in officer.text()
    session.commit()


def test_only_an_officer_of_the_organ_begins_it_and_only_of_this_case(
    another_browser, session, cast, revoked
):
    page = f"/cases/{revoked.number}/clearance"
    reviewer = another_browser(cast.reviewer)
    reviewer.get(page)
    assert BEGIN not in reviewer.text()
    officer = another_browser(cast.officer)
    officer.get(page)
    officer.post(f"{page}/999999")
    assert officer.status == 404
    assert session.scalars(select(Clearance)).all() == []
    session.commit()


def test_the_person_asks_behind_the_code_gets_a_receipt_and_reads_the_answer(
    another_browser, client, session, cast, door
):
    case, token, code = door
    person = Visitor(client, "en")
    person.get(f"/answer/{token}/clearance")
    assert person.path == f"/answer/{token}"
    person.send("Continue", code=code)
    person.get(person.link("Ask for your name to be cleared, or read the answer"))
    person.send("Send to the organ", **{"words-untrue": " "})
    assert person.status == 422
    person.send("Send to the organ", **{"words-untrue": "没有收受现金。<b>", "words-heard": "县委组织部"})
    row = session.scalars(select(ClearanceRequest)).one()
    receipt = row.receipt
    session.commit()
    assert receipt in person.heading
    assert "没有收受现金。<b>" in person.text()
    person.get(f"/answer/{token}/clearance")
    assert "Being looked at" in person.text()
    assert not person.page.select("textarea")

    officer = another_browser(cast.officer)
    officer.get("/cases?whose=waiting")
    assert "Answer the person’s request for clearance" in officer.text()
    officer.get(f"/cases/{case.number}/clearance")
    officer.send("Answer without a clearance", words="举报属实")
    assert officer.status == 422
    officer.send("Answer without a clearance", words="所涉问题已经查实。")
    assert "Not begun" in officer.text()

    person.get(f"/answer/{token}/clearance")
    assert "所涉问题已经查实。" in person.text()
    assert cast.officer.name not in person.text()


def test_what_was_typed_is_kept_when_the_code_is_asked_again(client, session, door):
    _case, token, code = door
    person = Visitor(client, "en")
    person.get(f"/answer/{token}")
    person.send("Continue", code=code)
    person.get(f"/answer/{token}/clearance")
    person.client.delete_cookie("casebook_answer", path="/answer")

    person.send("Send to the organ", **{"words-untrue": "没有收受现金。"})
    assert person.status == 401
    person.send("Continue", code=code)

    assert person.value("words-untrue") == "没有收受现金。"
    assert session.scalars(select(ClearanceRequest)).all() == []
    session.commit()


def test_the_pages_of_the_person_tell_nobody_that_somebody_complained(client, session, cast, door):
    case, token, code = door
    link = session.scalars(select(PersonalLink)).one()
    requests.send(session, link, {"untrue": "没有收受现金。"})
    a_clearance(session, cast, "approved")
    session.commit()
    person = Visitor(client, "zh")
    person.get(f"/answer/{token}?lang=zh")
    person.send("继续", code=code)

    person.get(f"/answer/{token}/clearance?lang=zh")

    assert not any(word in person.text() for word in ("举报", "检举", "控告", "来信", case.officer.name))


def test_a_clearance_that_waits_is_counted_on_the_first_page_and_listed_with_its_day(
    another_browser, session, cast
):
    number = a_clearance(session, cast, "proposed").number
    session.commit()
    reviewer, officer = another_browser(cast.reviewer), another_browser(cast.officer)

    reviewer.get("/cases")
    reviewer.get(reviewer.link("Clearances waiting for you: 1"))
    assert number in reviewer.text()
    officer.get("/cases")
    assert "Clearances waiting for you" not in officer.text()
    officer.get("/clearances?whose=waiting")
    assert number not in officer.text()


def test_a_case_in_which_nothing_was_made_out_offers_its_clearance_with_its_law(
    another_browser, session, cast
):
    seeded(session)
    case = decided(session, cast, (), disposition="not_established")
    session.commit()
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{case.number}")
    assert "found that nothing was made out" in officer.text()
    assert "Regulation on inner-Party supervision, art. 41" in officer.text()

    officer.send("Begin the clearance")

    assert "0 of 3 recipients" in officer.text()
    assert "art. 41" in officer.page.select_one(".cb-next").get_text()
    assert "art. 50" not in officer.page.select_one(".cb-next").get_text()
    officer.get(f"/cases/{case.number}")
    assert "found that nothing was made out, and no clearance" not in officer.text()


def test_a_name_tried_in_an_answer_leaves_its_trace(another_browser, session, cast, seal, door):
    case, *_ = door
    complaint = a_complaint(session, cast, seal, "concluded")
    complaint.case_id = case.id
    log.record(session, "complaint.concluded", cast.chief, complaint, rows=[complaint])
    link = session.scalar(select(PersonalLink).where(PersonalLink.case_id == case.id))
    requests.send(session, link, {"untrue": "没有收受现金。"})
    session.commit()
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{case.number}/clearance")

    officer.send("Answer without a clearance", words=f"{SEALED['name']}所说不属实。")

    assert officer.status == 422
    kinds = session.scalars(select(Event.kind).order_by(Event.seq)).all()
    session.commit()
    assert secrecy.REFUSED in kinds
