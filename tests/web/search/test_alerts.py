"""Alerts as people meet them: a count on the list of cases, words on the page of the case, a list that keeps what was seen."""

import pytest
from sqlalchemy import select

from casebook.models import Alert
from casebook.precedents import library
from casebook.procedure.dates import today
from tests.factories import save
from tests.precedents import TOLERATED, a_precedent


@pytest.fixture
def precedent(session, people, case):
    save(session, case, **{**TOLERATED, "private_gain_self": False})
    found = a_precedent(session, people.reviewer)
    session.commit()
    return found


def test_a_new_precedent_is_announced_on_the_list_and_on_the_case(officer_zh, case, precedent):
    officer_zh.get("/cases")
    assert "新提示：" in officer_zh.text()
    officer_zh.get(f"/cases/{case.number}")
    assert f"先例 {precedent.code} 生效" in officer_zh.text()

    officer_zh.send("标为已阅")

    assert officer_zh.path == f"/cases/{case.number}"
    assert f"先例 {precedent.code} 生效" not in officer_zh.text()


def test_what_was_seen_stays_in_the_list_with_its_day(officer_zh, case, precedent, session):
    officer_zh.get("/alerts")
    assert precedent.code in officer_zh.text()

    officer_zh.send(form="form:has(input[name=alert])")
    assert officer_zh.path == "/alerts"
    while officer_zh.page.select("button[name=all]"):
        officer_zh.send(form="form:has(button[name=all])", all="1")

    assert session.scalars(select(Alert).where(Alert.seen_at.is_(None))).all() == []
    assert precedent.code in officer_zh.text()
    officer_zh.get("/cases")
    assert "新提示" not in officer_zh.text()


def test_an_alert_of_another_person_is_neither_shown_nor_marked(
    another_browser, people, case, precedent, session
):
    alert = session.scalars(select(Alert)).first()
    session.commit()
    browser = another_browser(people.colleague, "zh")
    browser.get("/alerts")
    assert "没有提示" in browser.text()

    browser.post("/alerts/seen", {"alert": str(alert.id)})

    session.expire_all()
    assert session.get(Alert, alert.id).seen_at is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_alert_has_its_words(another_browser, people, case, precedent, session, language):
    alert = session.scalars(select(Alert).where(Alert.case_id == case.id)).one()
    library.withdraw(session, precedent, next(_chiefs(session, people)), today(), "指导意见更新")
    for how in ("certain", "possible"):
        for life in ("alive", "withdrawn"):
            session.add(
                Alert(
                    user_id=alert.user_id, kind="precedent", case_id=case.id, precedent_id=precedent.id, at=alert.at,
                    detail={"how": how, "life": life},
                )
            )  # fmt: skip
    session.add(
        Alert(
            user_id=alert.user_id, kind="rules", case_id=case.id, at=alert.at,
            detail={"digest": "0", "rules": ["a", "b"], "seq": 1},
        )
    )  # fmt: skip
    session.commit()
    browser = another_browser(people.officer, language)

    browser.get("/alerts")

    assert browser.status == 200
    assert ("规则有变动（2 条）" if language == "zh" else "2 of the rules") in browser.text()
    assert ("不再作为依据" if language == "zh" else "no longer relied on") in browser.text()


def _chiefs(session, people):
    from casebook.models import Role, User

    yield from session.scalars(
        select(User).where(User.role == Role.CHIEF, User.organisation_id == people.officer.organisation_id)
    )
