"""The pages of the register of attempts to interfere."""

import pytest
from sqlalchemy import func, select

from casebook.complaints import interference, screening
from casebook.models import Event, Interference
from casebook.procedure.dates import today
from tests.casebook.complaints.test_interference import GIVEN
from tests.complaints import a_complaint
from tests.stages import Cast


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


def count(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Interference))


def test_an_attempt_is_entered_from_the_complaint_and_read_by_the_chief(as_, session, cast, seal):
    complaint = a_complaint(session, cast, seal, "handling")
    session.commit()
    officer, chief, other = as_(cast.officer), as_(cast.chief), as_(cast.officer2)
    officer.get(f"/complaints/{complaint.number}")
    officer.get(officer.link("登记过问、打听、说情情况"))
    assert officer.page.select_one("input[name=about]")["value"] == complaint.number

    officer.send("登记", **GIVEN)

    assert "任何人不得修改或者删除" in officer.text()
    assert GIVEN["words"] in officer.text()
    chief.get("/interference")
    assert GIVEN["words"] in chief.text()
    assert complaint.number in chief.text()
    other.get("/interference")
    assert GIVEN["words"] not in other.text()
    kinds = set(session.scalars(select(Event.kind)))
    assert {"interference.entered", "interference.listed"} <= kinds


def test_an_entry_about_what_was_sent_up_does_not_say_of_what_it_is(as_, session, cast, seal):
    sent, kept = (a_complaint(session, cast, seal, "assigned") for _ in range(2))
    for complaint in (sent, kept):
        interference.enter(
            session, seal, cast.receiver, kind="pleading", how="call", who="孙某", who_post="", happened_on=today(),
            words="打听办理情况", about=complaint.number,
        )  # fmt: skip
    screening.send_up(
        session, seal, sent, cast.receiver, to="市纪委监委", reference="〔2026〕1号", on=today()
    )
    session.commit()

    for who in (cast.receiver, cast.superior, cast.auditor):
        page = as_(who)
        page.get("/interference")
        assert kept.number in page.text()
        assert sent.number not in page.text()
        assert page.text().count("打听办理情况") == 2


def test_what_is_missing_is_named_and_every_word_stays(as_, session, cast):
    officer = as_(cast.officer, "en")
    officer.get("/interference/new")

    officer.send("Enter it for good", words="他说<b>再看看</b>", about="QX-X2026-9999")

    assert officer.status == 422
    assert officer.page.select_one(".govuk-error-summary a[href='#who']")
    assert officer.page.select_one("textarea[name=words]").get_text().strip() == "他说<b>再看看</b>"
    assert count(session) == 0
    officer.send("Enter it for good", who="孙某", kind="inquiry", how="call")
    assert officer.status == 422
    assert "There is no case or complaint of that number" in officer.text()
    assert count(session) == 0


def test_nobody_changes_or_removes_an_entry_by_any_address(as_, session, cast):
    officer = as_(cast.officer)
    officer.get("/interference/new")
    officer.send("登记", **GIVEN)
    assert count(session) == 1
    for address in ("/interference", "/interference/1", "/interference/1/delete"):
        officer.post(address, {"words": "没有此事"})
        assert officer.status in (404, 405)
    assert count(session) == 1
