"""The journey of a precedent that a change of law flips: it binds, the law changes, it is decided again, it binds no more.

The law is a real one: from 1 July 2020 articles 13 and 62 of the Law on Administrative Discipline make it grave to obstruct
the evidence; before, nothing did for the manager of an institution outside the Party, and the rules of this product come
to a correction.
"""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from casebook import audit
from casebook.precedents import ageing
from casebook.procedure import dates
from tests.casebook.precedents.test_ageing import AFTER, BEFORE, WATER
from tests.consulted import a_whole_case
from tests.journeys.desk import Desk
from tests.precedents import a_precedent
from tests.stages import Cast

# The publication does not state how far the damage went; compared is what has a rank.
FACTS = WATER | {"ecological_damage": "minor"}
LAW = (
    "现依据：《中华人民共和国公职人员政务处分法》第十三条、第三十二条第三项、第六十二条，自2020年7月1日起施行",
    "Now: Law on Administrative Discipline for Public Officials, art. 13, art. 32(1)(3), art. 62, in force from 1 July 2020",
)
BOUND, NONE = ("一致约束", "Bound"), ("无可适用先例", "No precedent applies")


@pytest.fixture
def the_day(monkeypatch):
    """Make it another day for everything that asks what day it is."""

    def make(day: date) -> None:
        monkeypatch.setattr(dates, "utc_now", lambda: datetime(day.year, day.month, day.day, 4, tzinfo=UTC))

    return make


@pytest.mark.parametrize(("language", "scripts"), [("zh", True), ("en", False)])
def test_a_change_of_law_flips_a_precedent(open_window, session, home, the_day, language, scripts):
    the_day(BEFORE)
    cast = Cast(session, home)
    precedent = a_precedent(
        session, cast.reviewer, code="QX-2020-3", title="河道断面水质长期不达标", outcome="correct", facts=FACTS,
        conduct="2019-03", decided_on=date(2020, 6, 1), on=BEFORE, current=False,
        summary="负责治水的事业单位负责人日常监管不紧，断面水质连续数月不达标，并妨碍取证。",
    )  # fmt: skip
    ageing.replay(session, precedent, BEFORE)
    case = a_whole_case(session, cast.officer, FACTS, title="另一河段水质不达标")
    number, officer_login, chief_login = case.number, cast.officer.login, cast.chief.login
    officer = Desk(open_window(language, scripts), officer_login, number)
    chief = Desk(open_window(language, scripts), chief_login, number)

    officer.go("/precedents")
    officer.reads(BOUND)
    officer.reads(("QX-2020-3", "QX-2020-3"))

    the_day(AFTER)  # the law is in force
    officer.go("/precedents")
    officer.reads(NONE)
    expect(officer.main).not_to_contain_text(officer.say(BOUND))

    assert chief.window.go("/precedents/replay") == 200
    chief.reads(("其后有规定施行或者失效", "a provision has come into force or ended since"))
    chief.press("Decide again by the rules of today")
    chief.reads(LAW)

    assert officer.window.go("/precedents/QX-2020-3") == 200
    officer.reads(("因法律变动失效", "Overtaken by a change of law"))
    officer.reads(LAW)
    officer.reads(("负责治水的事业单位负责人日常监管不紧", "负责治水的事业单位负责人日常监管不紧"))
    for reader, lines in ((officer, 2), (chief, 3)):  # (proposed,) approved, flipped: nothing of it is gone
        assert reader.window.go("/precedents/QX-2020-3") == 200
        expect(reader.main.locator("table").last.locator("tbody tr")).to_have_count(lines)
    officer.go("/precedents")
    officer.reads(NONE)
    expect(officer.main).not_to_contain_text("QX-2020-3")
    session.expire_all()
    assert audit.verify(session).ok
    session.commit()
