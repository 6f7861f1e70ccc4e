"""The pages on which entries of a clearance are put right, and a closed one is opened again."""

import pytest

from casebook.clearance import reach
from casebook.models import ClearanceState
from casebook.procedure.dates import today
from tests.clearances import a_clearance


@pytest.fixture
def closed(session, cast):
    one = a_clearance(session, cast, "closed")
    session.commit()
    return one


def test_a_closed_clearance_is_opened_again_and_says_so(another_browser, session, cast, closed):
    officer = another_browser(cast.officer)
    officer.get(f"/clearances/{closed.number}")
    officer.get(officer.link("Open it again: somebody else had heard of it, or was not reached"))

    officer.send("Open it again", **{"again-why": "further", "again-reason": "县委组织部来函"})
    assert officer.status == 422
    assert len(officer.errors) == 4
    assert officer.value("again-reason") == "县委组织部来函"
    officer.send("Open it again", **{
        "again-kind": "body", "again-name": "县委组织部", "again-heard": "考察谈话时知悉", "again-form": "written",
    })  # fmt: skip

    assert officer.status == 200, officer.errors
    assert "3 of 4 recipients" in officer.text()
    assert "县委组织部来函" in officer.page.select_one("section[aria-labelledby=reopened]").get_text()
    chief = another_browser(cast.chief)
    chief.get(f"/clearances/{closed.number}")
    chief.get(chief.link("县委组织部"))
    chief.send("Take into the scope")
    session.refresh(closed)
    assert closed.state == ClearanceState.APPROVED
    session.commit()


def test_one_who_was_not_reached_is_chosen_from_the_list(another_browser, session, cast, closed):
    row = closed.reach[1].id
    session.commit()
    officer = another_browser(cast.officer)
    officer.get(f"/clearances/{closed.number}/reopening")

    officer.send("Open it again", **{"again-why": "not_reached", "again-reason": "该单位称没有收到"})
    assert officer.status == 422
    officer.send("Open it again", **{"again-row": str(row)})

    assert "2 of 3 recipients" in officer.text()


def test_a_clearance_that_is_not_closed_has_nothing_to_open(another_browser, session, cast):
    number = a_clearance(session, cast, "approved").number
    session.commit()
    officer = another_browser(cast.officer)

    officer.get(f"/clearances/{number}/reopening")

    assert officer.path == f"/clearances/{number}"
    assert "Open it again" not in officer.text()


def test_an_entry_is_put_right_and_shows_what_stood_before(another_browser, session, cast):
    one = a_clearance(session, cast, "approved")
    row = one.reach[1]
    reach.correct(session, one, cast.officer, row.id, on=today(), how="送达澄清函")
    number, page = one.number, f"/clearances/{one.number}/reach/{row.id}"
    session.commit()
    officer = another_browser(cast.officer)
    officer.get(page)

    officer.send("Put it right", **{"amend-name": "青山镇党委", "amend-reason": ""})
    assert officer.status == 422
    assert "青山镇党委" in str(officer.page)
    officer.send("Put it right", **{"amend-name": "青山镇党委", "amend-reason": "录入有误"})
    officer.get(page)

    assert "青山镇党委" in officer.heading
    assert "青石镇党委" in officer.text()
    assert "录入有误" in officer.text()
    officer.get(f"/clearances/{number}")
    assert "put right" in officer.text()
    officer.get(page)
    officer.send("Put them back on the list", **{"back-reason": "邮件退回"})
    officer.get(page)
    assert "邮件退回" in officer.text()
    assert "not yet" in officer.page.select_one("dl").get_text()


def test_a_repair_is_moved_and_the_old_day_is_shown(another_browser, session, cast):
    number = a_clearance(session, cast, "approved").number
    session.commit()
    officer = another_browser(cast.officer)
    officer.get(f"/clearances/{number}")
    year = str(today().year + 1)
    officer.send("Add it", **{
        "repair-kind": "award", "repair-lost": "未评为先进", "repair-responsible": "县委办",
        "repair-due_on-year": year, "repair-due_on-month": "3", "repair-due_on-day": "1",
    })  # fmt: skip
    assert officer.status == 200, officer.errors
    officer.get(officer.link("Award"))

    officer.send("Put it right", **{"amend-due_on-month": "4", "amend-reason": "责任单位申请延期"})
    assert officer.status == 200, officer.errors
    officer.get(officer.link("Award"))

    assert f"1 March {year}" in officer.text()
    assert "责任单位申请延期" in officer.text()


def test_nobody_puts_right_what_they_do_not_work_on(another_browser, session, cast):
    one = a_clearance(session, cast, "approved")
    page = f"/clearances/{one.number}/reach/{one.reach[1].id}"
    name = one.reach[1].name
    session.commit()
    reviewer = another_browser(cast.reviewer)
    reviewer.get(page)
    assert "Put it right" not in reviewer.text()

    reviewer.post(f"{page}/amendment", {"amend-name": "别处"})

    assert reviewer.status == 403
    session.refresh(one.reach[1])
    assert one.reach[1].name == name
    session.commit()


def test_a_correction_entered_as_written_can_become_a_meeting(another_browser, session, cast):
    one = a_clearance(session, cast, "approved")
    row = one.reach[1]
    reach.correct(session, one, cast.officer, row.id, on=today(), how="干部大会当众说明")
    number, page = one.number, f"/clearances/{one.number}/reach/{row.id}"
    session.commit()
    officer = another_browser(cast.officer)
    officer.get(page)

    officer.send("Put it right", **{"amend-form": "meeting", "amend-reason": "应为会议"})
    assert officer.status == 422
    officer.send(
        "Put it right", **{"amend-form": "meeting", "amend-present": "46", "amend-reason": "应为会议"}
    )
    officer.get(page)

    assert "46" in officer.text()
    assert "Taken into the scope by" in officer.text()
    session.expire_all()
    assert (row.form, row.present) == ("meeting", 46)
    session.commit()
    officer.get(f"/clearances/{number}")
    assert officer.status == 200
