"""The pages of deadlines, as a person uses them."""

from datetime import date, timedelta

import pytest
import time_machine

from casebook import accounts, audit
from casebook.clocks import calendar, deadlines
from casebook.models import Deadline, Event
from tests.factories import make_case

NOW = "2026-11-21T10:00:00+08:00"
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def running(session, people, case):
    """The case with deadlines in every state, and one of somebody else's."""
    calendar.seed(session, None)
    deadlines.start(session, case, "submitted", TODAY, people.officer)
    deadlines.start(session, case, "complaint_received_named", date(2026, 11, 9), people.officer)
    deadlines.start(session, case, "filed", date(2026, 5, 6), people.officer)
    deadlines.set_own(session, case, "督促补办手续", date(2026, 11, 20), people.officer, on=date(2026, 11, 2))
    other = make_case(session, people.stranger)
    deadlines.set_own(session, other, "外单位事项", date(2026, 11, 20), people.stranger, on=date(2026, 11, 2))
    session.commit()
    return case


def deadline_of(session, case, limit):
    row = session.query(Deadline).filter_by(case_id=case.id, limit_code=limit).one()
    session.commit()
    return row


def typed(day: date, name: str = "on") -> dict[str, str]:
    return {f"{name}-year": str(day.year), f"{name}-month": str(day.month), f"{name}-day": str(day.day)}


def test_the_list_says_what_is_late_soon_and_without_a_day(visitor, running):
    visitor.get("/clocks")

    text = visitor.text()
    assert [heading.get_text(" ", strip=True) for heading in visitor.page.select("h2")] == [
        "Overdue 3", "Later 1", "Without a last day 1",
    ]  # fmt: skip
    assert "督促补办手续" in text
    assert "1 day overdue" in text
    assert "No limit configured" in text
    assert "no working-day calendar for 2027" in text
    assert "外单位事项" not in text


def test_the_list_in_chinese_cites_the_provision(officer_zh, running):
    officer_zh.get("/clocks")

    assert "《纪检监察机关处理检举控告工作规则》第二十六条" in officer_zh.text()
    assert "尚无2027年工作日历" in officer_zh.text()


def test_an_empty_list_says_so(another_browser, people, running):
    browser = another_browser(people.panel)
    browser.get("/clocks")

    assert "No deadline is running." in browser.text()


def test_everyones_list_is_what_they_may_read(another_browser, people, running):
    for user, own, other in (
        (people.colleague, True, False), (people.stranger, False, True), (people.auditor, True, True),
        (people.panel, False, False), (people.reviewer, True, False),
    ):  # fmt: skip
        browser = another_browser(user)
        browser.get("/clocks", whose="all")
        assert ("督促补办手续" in browser.text(), "外单位事项" in browser.text()) == (own, other), user.role


def test_a_month_shows_what_ends_on_each_day_and_the_holidays(visitor, running):
    visitor.get("/clocks/calendar", month="2026-11")

    assert visitor.heading == "Deadlines November 2026"
    busy = {cell.select_one("time")["datetime"] for cell in visitor.page.select(".cb-month__busy")}
    assert busy == {"2026-11-06", "2026-11-20", "2026-11-30"}
    assert visitor.page.select_one(".cb-month__today time")["datetime"] == "2026-11-21"

    visitor.get("/clocks/calendar", month="2026-10")
    cells = {
        cell.select_one("time")["datetime"]: cell
        for cell in visitor.page.select(".cb-month td")
        if cell.select_one("time")
    }
    assert "cb-month__off" in cells["2026-10-01"]["class"]
    assert "cb-month__off" not in cells["2026-10-10"]["class"]
    assert "国庆节, worked" in cells["2026-10-10"].get_text(" ", strip=True)


@pytest.mark.parametrize(
    "month", ["2027-01", "nonsense", "2026-13", "1999-01", "9999-12", "2099-12", "2000-01"]
)
def test_any_month_asked_for_is_shown_and_an_unknown_year_is_said(visitor, running, month):
    visitor.get("/clocks/calendar", month=month)

    assert visitor.status == 200
    known = visitor.heading == "Deadlines November 2026"
    assert ("holidays of this year are not known" in visitor.text()) is not known


def test_the_page_of_a_case_shows_basis_start_and_last_day(visitor, running):
    visitor.get(f"/cases/{running.number}/clocks")

    text = visitor.text()
    assert "Last day: 30 November 2026 Mon" in text
    assert "Runs from 9 November 2026, that day not counted; 15 working days" in text
    assert "art. 26" in text
    assert "not established in this case: Personnel category: Civil servant" in text
    assert not visitor.page.select("main form")


def test_a_case_without_deadlines_says_so(visitor, case):
    visitor.get(f"/cases/{case.number}/clocks")

    assert "No deadline has begun." in visitor.text()


def test_the_chief_pauses_resumes_and_extends(another_browser, people, running, session):
    chief = another_browser(people.chief)
    row = deadline_of(session, running, "sanction.decide_civil_servant")
    page = f"/cases/{running.number}/clocks"

    short = deadline_of(session, running, "complaint.tell_accepted")
    chief.get(f"{page}/{short.id}/pause")
    chief.send("Pause", reason="等待鉴定", **typed(date(2026, 11, 16)))
    assert "The deadline is changed." in chief.text()
    assert "Reason: 等待鉴定" in chief.text()
    chief.get(f"{page}/{short.id}/resume")
    assert "Paused since 16 November 2026" in chief.text()
    chief.send("Resume", reason="鉴定完毕", **typed(TODAY))
    assert chief.path == page
    assert "new last day 5 December 2026" not in chief.text()
    assert "new last day 7 December 2026" in chief.text()

    chief.get(f"{page}/{row.id}/extend")
    assert "6 May 2027" in chief.text()
    chief.send("Extend", reason="案情复杂，经批准", **typed(date(2027, 5, 7), "due_on"))
    assert chief.status == 422
    assert any("2027-05-06" in error and "art. 44" in error for error in chief.errors)
    assert chief.value("reason") == "案情复杂，经批准"
    assert chief.value("due_on-day") == "7"
    chief.send("Extend", **typed(date(2027, 5, 6), "due_on"))
    assert chief.path == page
    session.expire_all()
    assert audit.verify(session).ok


def test_an_empty_or_wrong_form_names_every_field_and_keeps_what_was_typed(
    another_browser, people, running, session
):
    chief = another_browser(people.chief)
    row = deadline_of(session, running, "complaint.tell_accepted")

    chief.get(f"/cases/{running.number}/clocks/{row.id}/pause")
    chief.send("Pause")
    assert (chief.status, len(chief.errors)) == (422, 2)
    chief.send("Pause", reason="等待", **typed(TODAY + timedelta(days=1)))
    assert (chief.status, chief.value("reason")) == (422, "等待")
    assert "in the future" in chief.errors[0]


def test_a_deadline_changed_meanwhile_is_refused_where_it_was_typed(
    another_browser, people, running, session
):
    chief = another_browser(people.chief)
    row = deadline_of(session, running, "complaint.tell_accepted")
    chief.get(f"/cases/{running.number}/clocks/{row.id}/pause")
    deadlines.stop(session, running, people.officer, "已告知")
    session.commit()

    chief.send("Pause", reason="等待", **typed(TODAY))

    assert chief.status == 409
    assert "has ended" in chief.errors[0]


def test_the_chief_sets_a_deadline_for_the_case(another_browser, people, running):
    chief = another_browser(people.chief)

    chief.get(f"/cases/{running.number}/clocks/new")
    chief.send("Set the deadline", title="", **typed(date(2026, 11, 1), "due_on"))
    assert chief.status == 422
    chief.send("Set the deadline", title="完成容错认定", **typed(date(2026, 11, 1), "due_on"))
    assert (chief.status, chief.value("title")) == (422, "完成容错认定")
    chief.send("Set the deadline", **typed(date(2026, 12, 10), "due_on"))

    assert "完成容错认定" in chief.text()


def test_a_reviewer_who_is_not_of_the_case_changes_nothing(another_browser, people, running, session):
    reviewer = another_browser(people.reviewer)
    row = deadline_of(session, running, "complaint.tell_accepted")
    page = f"/cases/{running.number}/clocks"

    for path in (f"{page}/{row.id}/pause", f"{page}/new"):
        reviewer.get(path)
        assert reviewer.path == page
        assert not reviewer.page.select("main form")
    reviewer.get("/account")
    reviewer.post(f"{page}/{row.id}/pause", {"reason": "等待", **typed(TODAY)})
    assert reviewer.status == 403
    reviewer.get("/account")
    reviewer.post(f"{page}/new", {"title": "等待", **typed(TODAY, "due_on")})
    assert reviewer.status == 403
    session.expire_all()
    assert deadline_of(session, running, "complaint.tell_accepted").state == "running"


def test_the_officer_enters_as_done_what_no_step_ends_and_changes_nothing_else(visitor, running, session):
    row = deadline_of(session, running, "own")
    page = f"/cases/{running.number}/clocks"

    visitor.get(f"{page}/{row.id}/finish")
    visitor.send("Enter as done")
    assert (visitor.status, len(visitor.errors)) == (422, 2)
    visitor.send("Enter as done", reason="已补办", **typed(TODAY))
    assert "Done late" in visitor.text()
    assert "已补办" in visitor.text()

    other = deadline_of(session, running, "complaint.tell_accepted")
    visitor.get(f"{page}/{other.id}/pause")
    assert visitor.path == page
    visitor.get("/account")
    visitor.post(f"{page}/{other.id}/pause", {"reason": "等待", **typed(TODAY)})
    assert visitor.status == 403


def test_a_deadline_of_another_case_is_not_found(another_browser, people, running, session):
    chief = another_browser(people.chief)
    row = deadline_of(session, running, "complaint.tell_accepted")
    other = make_case(session, people.officer).number
    session.commit()

    for path in (f"/cases/{other}/clocks/{row.id}/pause", f"/cases/{other}/clocks/99999/pause"):
        chief.get(path)
        assert chief.status == 404
        chief.get("/account")
        chief.post(path, {"reason": "x", **typed(TODAY)})
        assert chief.status == 404
    chief.get(f"/cases/{running.number}/clocks/{row.id}/delete")
    assert chief.status == 404


def test_the_list_of_limits_shows_also_what_is_not_used_and_why(visitor, running):
    visitor.get("/clocks/limits")

    rows = {
        row.th.get_text(" ", strip=True): row.get_text(" ", strip=True)
        for row in visitor.page.select("tbody tr")
    }
    assert "Not used" in next(
        text for name, text in rows.items() if name.startswith("Party sanction announced")
    )
    assert "no number in any source read" in next(
        text for name, text in rows.items() if name.startswith("Recognition of tolerance")
    )


# -- the working days


NEXT = "日期,是否上班,名称\n2027-01-01,休,元旦\n2027-01-09,班,元旦\n"


def upload(
    browser, text: str | bytes, year: str = "2027", source: str = "国办发明电〔2026〕7号", name="2027.csv"
):
    from io import BytesIO

    content = text if isinstance(text, bytes) else text.encode("gb18030")
    return browser.send("Import", year=year, source=source, files={"file": (BytesIO(content), name)})


def test_a_chief_imports_a_year_for_the_organ_and_waiting_deadlines_get_their_day(
    another_browser, people, running, session
):
    [row] = deadlines.start(session, running, "complaint_concluded_named", date(2026, 12, 24), people.officer)
    session.commit()
    chief = another_browser(people.chief)

    chief.get("/calendar")
    upload(chief, NEXT)

    assert "The working days of 2027 are kept" in chief.text()
    assert "of this organ" in chief.text()
    assert "国办发明电〔2026〕7号" in chief.text()
    session.expire_all()
    assert session.get(Deadline, row.id).due_on == date(2027, 1, 14)
    assert audit.verify(session).ok


def test_an_administrator_seeds_and_imports_the_shared_calendar(another_browser, people, session):
    browser = another_browser(people.administrator)

    browser.get("/calendar")
    assert "No year is known." in browser.text()
    browser.send("Keep these years")
    assert "Years kept: 23." in browser.text()
    upload(browser, NEXT)
    browser.get("/calendar", year="2026")
    assert "15 February 2026 Sun to 23 February 2026 Mon" in browser.text()
    assert "shared" in browser.text()


def test_every_wrong_row_of_a_file_is_listed_and_nothing_is_kept(another_browser, people, session):
    chief = another_browser(people.chief)

    chief.get("/calendar")
    upload(chief, NEXT + "2028-01-01,休\nnever,休\n")

    assert chief.status == 422
    assert [error.split(":")[0] for error in chief.errors] == ["Row 4", "Row 5"]
    assert chief.value("source") == "国办发明电〔2026〕7号"
    assert session.query(Event).filter_by(kind="calendar.kept").count() == 0


@pytest.mark.parametrize(
    ("year", "source", "text", "count"),
    [("", "", NEXT, 2), ("next", "x", NEXT, 1), ("2027.5", "x", NEXT, 1), ("99999999999", "x", NEXT, 1),
     ("2027", "x", b"\x00\xff", 1), ("2027", "x" * 201, NEXT, 1)],
)  # fmt: skip
def test_a_year_that_cannot_be_read_is_refused_at_its_field(
    another_browser, people, year, source, text, count
):
    chief = another_browser(people.chief)

    chief.get("/calendar")
    upload(chief, text, year, source)

    assert (chief.status, len(chief.errors)) == (422, count)
    assert chief.value("year") == year


def test_no_file_chosen_is_said(another_browser, people):
    chief = another_browser(people.chief)

    chief.get("/calendar")
    chief.send("Import", year="2027", source="x")

    assert chief.errors == ["Choose a file first."]


@pytest.mark.parametrize("year", ["2027", "1850", "x", "20266", ""])
def test_a_year_nobody_has_is_just_not_shown(another_browser, people, year):
    chief = another_browser(people.chief)
    chief.get("/calendar", year=year)

    assert chief.status == 200
    assert not chief.page.select("#year.govuk-heading-m")


# -- the feed


def test_a_feed_is_opened_shown_once_read_and_ended(another_browser, people, running, client):
    officer = another_browser(people.officer)
    officer.get("/clocks/feed")
    assert "You have no feed." in officer.text()

    officer.send("Open a new feed")
    address = officer.page.select_one(".cb-hash a")["href"]
    assert address.startswith("http://localhost/feed/")
    assert address.endswith(".ics")
    officer.get("/clocks/feed")
    assert address not in officer.response.get_data(as_text=True)
    assert "Your feed has been open since" in officer.text()

    answer = client.get(address)
    body = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert running.number in body
    assert "督促" not in body
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer.headers
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")

    officer.send("End the feed")
    assert "The feed is ended." in officer.text()
    assert client.get(address).status_code == 404


def test_a_wrong_address_looks_like_one_that_has_ended(client, people, session, running):
    from casebook.clocks import ics

    token = ics.open_feed(session, people.officer)
    accounts.set_active(session, people.officer, None, active=False)
    session.commit()

    ended, wrong = client.get(f"/feed/{token}.ics"), client.get(f"/feed/{'x' * 43}.ics")

    assert (ended.status_code, wrong.status_code) == (404, 404)
    assert ended.get_data(as_text=True).replace(token, "T") == wrong.get_data(as_text=True).replace(
        "x" * 43, "T"
    )


def test_the_feed_of_one_person_shows_nothing_of_another(client, people, session, running):
    from casebook.clocks import ics

    token = ics.open_feed(session, people.colleague)
    session.commit()

    assert running.number not in client.get(f"/feed/{token}.ics").get_data(as_text=True)


def test_guessing_addresses_and_reading_all_day_are_refused(client, people, session, running):
    from casebook.clocks import ics

    token = ics.open_feed(session, people.officer)
    session.commit()

    statuses = [client.get(f"/feed/{number}.ics").status_code for number in range(61)]
    assert (statuses[:60], statuses[60]) == ([404] * 60, 429)
    with time_machine.travel("2026-11-21T12:00:00+08:00", tick=False):
        statuses = [client.get(f"/feed/{token}.ics").status_code for _ in range(61)]
    assert (set(statuses[:60]), statuses[60]) == ({200}, 429)


def test_the_menu_leads_everyone_to_what_is_theirs(another_browser, people, running):
    for user, entry in ((people.officer, "Deadlines"), (people.administrator, "Working days")):
        browser = another_browser(user)
        browser.get("/account")
        menu = [link.get_text(strip=True) for link in browser.page.select(".cb-nav a")]
        assert entry in menu
        assert not {"Deadlines", "Working days"} <= set(menu)
