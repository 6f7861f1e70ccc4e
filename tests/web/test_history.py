"""The history of a case: every change with its old and new value, who, when and why."""

import re

from casebook import intake
from casebook.changes import FactEntry
from tests.factories import save


def test_a_change_shows_before_and_after_with_standing_evidence_note_and_reason(
    visitor, case, session, people
):
    save(session, case, people.officer, purpose=FactEntry("private", "disputed", "卷三", "当事人否认"))
    intake.save_facts(
        session,
        case,
        {"deaths": FactEntry(1)},
        people.colleague,
        seen_version=case.version,
        reason="据医院证明更正",
    )
    intake.amend_case(
        session, case, people.officer, seen_version=case.version, title="改后的名称", conduct="2020-03"
    )
    session.commit()

    visitor.get(f"/cases/{case.number}/history")

    row = next(r for r in visitor.page.select("tr") if "Purpose" in r.get_text() and "卷三" in r.get_text())
    cells = [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]
    assert "Public" in cells[0]
    assert "Verified" in cells[0]
    assert cells[1].startswith("Private")
    for expected in ("· Disputed", "Evidence: 卷三", "Note: 当事人否认"):
        assert expected in cells[1]
    text = visitor.text()
    assert "Reason: 据医院证明更正" in text
    assert "同事甲" in text
    assert "March 2020" in text
    assert "改后的名称" in text


def test_readings_are_shown_on_request_only(visitor, case):
    visitor.get(f"/cases/{case.number}")
    visitor.get(f"/cases/{case.number}/history")
    assert "Case read" not in visitor.text()

    visitor.get(visitor.link("Show every reading as well"))

    assert "Case read" in visitor.text()
    assert "Case history read" in visitor.text()


def test_the_history_speaks_chinese(officer_zh, case):
    officer_zh.get(f"/cases/{case.number}/history", only="all")

    assert "保存事实" in officer_zh.text()
    assert "查看案件" in officer_zh.text()


def test_a_recommendation_is_linked_from_the_history(visitor, case):
    visitor.get(f"/cases/{case.number}/check")
    visitor.send("Get the recommendation")

    visitor.get(f"/cases/{case.number}/history")

    assert visitor.link("Recommendation no. 1") == f"/cases/{case.number}/recommendation/1"


def test_only_the_auditor_sees_where_in_the_log_of_the_office_a_line_stands(
    visitor, another_browser, case, people
):
    visitor.get(f"/cases/{case.number}/history")
    auditor = another_browser(people.auditor)
    auditor.get(f"/cases/{case.number}/history")

    assert "entry no." not in visitor.text()
    assert "entry no." in auditor.text()
    assert not visitor.page.select("[id^=event-]")


def test_nothing_of_another_case_is_in_it(visitor, case):
    visitor.get(f"/cases/{case.number}/history", only="all")

    assert "7 persons" not in visitor.text()


def test_a_long_history_comes_in_pages(visitor, another_browser, case, people):
    def lines():
        return re.findall(r"entry no\. (\d+)", auditor.text())

    for _ in range(30):
        visitor.get(f"/cases/{case.number}")
    auditor = another_browser(people.auditor)
    auditor.get(f"/cases/{case.number}/history", only="all")
    first = lines()

    auditor.get(auditor.page.select_one("main nav a[href*='page=2']")["href"])

    second = lines()
    assert len(first) == 25
    assert second
    assert not {*first[:20]} & {*second}
    assert "Case opened" in auditor.text()
