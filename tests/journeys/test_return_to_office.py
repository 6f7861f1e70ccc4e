"""A sanctioned officer's period ends by itself; the person is told, asks to return, and each step is its own person's."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from casebook import audit
from casebook.clearance.periods import bars_of
from casebook.models import Case, Stage
from casebook.procedure import dates, personal_link
from tests.appealed import decided
from tests.factories import CHEAP
from tests.journeys.desk import Desk
from tests.panels import CADRE
from tests.stages import Cast

LAST, AFTER = date(2027, 8, 31), date(2027, 9, 1)  # of a demerit that took effect on 2026-09-01
PEOPLE = ("officer", "officer2", "reviewer", "chief")
CONDITIONS = ("incident_settled", "reflection_ok", "suitable_post_exists", "no_other_impediment")


@pytest.fixture
def clock(monkeypatch):
    """Set the day of the whole site."""

    def set_day(day: date) -> None:
        monkeypatch.setattr(dates, "utc_now", lambda: datetime(day.year, day.month, day.day, 4, tzinfo=UTC))

    set_day(LAST)
    return set_day


@pytest.fixture
def desks(open_window, session, home, request, clock):
    language, scripts = request.param
    cast = Cast(session, home)
    decided(session, cast, ("G3",), **CADRE)
    case = decided(session, cast, ("G2",), stage=Stage.CLOSED, **CADRE)
    _, token, code = personal_link.create_link(session, case, cast.officer, hasher=CHEAP)
    number, case_id, people = case.number, case.id, {name: getattr(cast, name).login for name in PEOPLE}
    session.commit()
    desks = {name: Desk(open_window(language, scripts), login, number) for name, login in people.items()}
    respondent = open_window(language, scripts)
    return SimpleNamespace(**desks, respondent=respondent, door=(token, code), case_id=case_id)


def at_the_door(desks, say) -> None:
    """The respondent opens the personal link and reads what it says of the period."""
    page, (token, code) = desks.respondent.page, desks.door
    desks.respondent.go(f"/answer/{token}?lang={desks.respondent.language}")
    page.locator("input[name='code']").fill(code)
    with page.expect_navigation():
        page.get_by_role("button", name=say("Continue"), exact=True).click()


@pytest.mark.slow
@pytest.mark.parametrize("desks", [("zh", True), ("en", False)], ids=["zh", "en, no scripts"], indirect=True)
def test_a_sanctioned_officers_period_ends_and_they_may_return(desks, session, home, clock):
    officer = desks.officer
    officer.go("/period")
    officer.reads(
        (
            "影响期至2027年8月31日届满，次日起自动解除",
            "The influence period runs to 31 August 2027;",
        )
    )
    assert officer.page.locator("main [name='how']").count() == 0

    clock(AFTER)
    officer.window.go("/cases?whose=waiting")
    officer.reads(("告知影响期届满", "Tell the person that the period is over"))
    officer.go("/period")
    officer.reads(("影响期已于2027年8月31日届满。", "The influence period ended on 31 August 2027."))
    officer.fill(how="当面告知并送交通知")
    officer.press("Enter that the person was told")
    officer.reads("Told")
    at_the_door(desks, officer.say)
    assert "2027" in desks.respondent.page.locator("main").inner_text()
    assert officer.say("Over") in desks.respondent.page.locator("main").inner_text()

    officer.go("/period/return")
    officer.day("reported_on", AFTER)
    officer.fill(post="镇人民政府副镇长")
    officer.choose("post_level", "equal")
    officer.choose("performance_after", "good")
    for name in CONDITIONS:
        officer.choose(name, "yes")
    officer.press("Enter the report")
    officer.reads("Eligible")
    address = officer.page.url.split("/", 3)[3]
    for desk, kind in (
        (desks.reviewer, "discipline"),
        (desks.officer2, "inquiry"),
        (desks.chief, "approval"),
    ):
        assert desk.window.go(f"/{address}") == 200
        desk.choose(f"{kind}-favourable", "yes")
        desk.fill(**{f"{kind}-words": "同意。"})
        desk.press("Enter the opinion")
    desks.chief.reads(("同意重新任职", "Approved"))
    officer.window.go(f"/{address}")
    officer.fill(restored="任镇人民政府副镇长", not_restored="原镇长职务不予恢复")
    officer.press("Enter the appointment")
    officer.reads("What was not given back")
    officer.reads(("已重新任职", "Returned to office"))

    session.expire_all()
    assert bars_of(session, session.get(Case, desks.case_id), LAST)
    assert bars_of(session, session.get(Case, desks.case_id), AFTER) == ()
    assert audit.verify(session, home).ok
