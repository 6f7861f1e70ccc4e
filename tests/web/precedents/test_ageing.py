"""The page and the commands of ageing: what is due and why, a chief's button, and what a law changed in words."""

from datetime import date
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from casebook.models import Life, Precedent, PrecedentReplay
from casebook.precedents import ageing, citations, words
from casebook.procedure.dates import today
from tests.casebook.precedents.test_ageing import BEFORE, WATER
from tests.factories import make_user
from tests.precedents import a_precedent
from web import precedent_ageing_cli
from web.cli import main
from web.precedents.ageing import said

LAW = "现依据：《中华人民共和国公职人员政务处分法》第十三条、第三十二条第三项、第六十二条，自2020年7月1日起施行"
LAW_EN = (
    "Now: Law on Administrative Discipline for Public Officials, art. 13, art. 32(1)(3), art. 62, in force from 1 July 2020"
)


@pytest.fixture
def water(session):
    """A precedent that was replayed before the Law on Administrative Discipline commenced, and never since."""
    found = a_precedent(
        session, make_user(session, "reviewer"), code="YS-8", title="河道断面水质超标", outcome="correct", facts=WATER,
        conduct="2019-03", decided_on=date(2020, 6, 1), current=False,
    )  # fmt: skip
    ageing.replay(session, found, BEFORE)
    session.commit()
    return found


@pytest.fixture
def run(home):
    settings = {"CASEBOOK_HOME": str(home.path), "DATABASE_URL": home.url, "LC_ALL": ""}

    def run(*command: str, language: str = "en", status: int = 0) -> str:
        result = CliRunner().invoke(main, ["--lang", language, *command], env=settings)
        assert result.exit_code == status, result.output
        return result.output

    return run


def test_the_page_says_what_is_due_and_a_chief_replays_it(another_browser, people, water, session):
    chief = another_browser(people.chief)
    chief.get("/precedents/replay")
    assert "河道断面水质超标" in chief.text()
    assert "a provision has come into force or ended since" in chief.text()

    chief.send(button="Decide again by the rules of today")

    assert "1 precedent decided again. Standing changed: 1." in chief.page.get_text()
    assert "None. Every precedent was decided again" in chief.text()
    assert LAW_EN in chief.text()
    session.expire_all()
    assert water.life == Life.FLIPPED
    session.commit()
    chief.get("/precedents/YS-8")
    assert LAW_EN in chief.text()
    assert "those of today give “hold accountable”" in chief.text()
    assert "现行规定" not in chief.text()


def test_in_chinese_the_library_says_which_law_flipped_it(another_browser, people, water, session):
    ageing.replay_all(session, None, today())
    session.commit()
    officer = another_browser(people.officer, "zh")

    officer.get("/precedents/YS-8")
    assert "因法律变动失效" in officer.text()
    assert "同样的事实，作出决定时的规定得出“予以纠正”，现行规定得出“追究责任”" in officer.text()
    assert LAW in officer.text()
    assert "on the same facts" not in officer.text()
    officer.get("/precedents/replay")
    assert LAW in officer.text()
    assert not officer.page.select("main form")


@pytest.mark.parametrize("role", ["officer", "reviewer", "panel", "auditor"])
def test_nobody_but_a_chief_starts_a_replay(another_browser, people, water, session, role):
    browser = another_browser(getattr(people, role))
    browser.get("/precedents/replay")
    assert not browser.page.select("main form")
    browser.get("/account")
    browser.post("/precedents/replay")

    assert browser.status == 403
    assert len(session.scalars(select(PrecedentReplay)).all()) == 1


def test_many_are_replayed_in_turns(another_browser, people, session, monkeypatch):
    for _ in range(3):
        a_precedent(session, current=False)
    session.commit()
    monkeypatch.setattr("web.precedents.ageing.AT_ONCE", 2)
    monkeypatch.setattr("web.precedents.ageing.LISTED", 1)
    chief = another_browser(people.chief)
    chief.get("/precedents/replay")
    assert "The first 1 are shown." in chief.text()

    chief.send(button="Decide again by the rules of today")
    assert "2 precedents decided again. None changed its standing. Still to do: 1." in chief.page.get_text()
    chief.send(button="Decide again by the rules of today")
    assert ageing.due(session, today()) == []


def test_one_that_departed_from_the_start_is_marked_on_its_page(another_browser, people, session):
    departed = a_precedent(
        session, outcome="tolerate", facts={**WATER, "circumstances_grade": "relatively_serious"}, conduct="2021-03",
        decided_on=date(2021, 6, 1), current=False, code="YS-9",
    )  # fmt: skip
    ageing.replay(session, departed, today())
    session.commit()
    officer = another_browser(people.officer, "zh")

    officer.get("/precedents/YS-9")

    assert "自始偏离规定" in officer.text()


def test_the_command_replays_what_is_due_and_then_nothing(run, water, session):
    said_now = run("precedents", "replay")

    assert "Decided again: 1." in said_now
    assert "the rules give another outcome: 1" in said_now
    was, now = words.LIVES[Life.ALIVE].en, words.LIVES[Life.FLIPPED].en
    assert f"Precedent YS-8: {was} → {now}" in said_now
    assert run("precedents", "replay").strip() == "Decided again: 0."
    session.expire_all()
    assert session.scalars(select(Precedent)).one().life == Life.FLIPPED


def test_init_replays_too_and_says_nothing_where_nothing_changed(run, water):
    assert "YS-8：有效 → 因法律变动失效" in run("init", language="zh")
    assert "先例" not in run("init", language="zh")


def test_every_citation_of_a_store_resolves(run, water):
    said_now = run("precedents", "check-citations")

    assert "broken: 0." in said_now
    assert "the files of the product: 3" in said_now


def test_a_broken_citation_is_named_and_the_command_fails(run, water, monkeypatch):
    broken = citations.Broken(
        citations.WHERE["papers"], "《某条例》第九十九条", citations.WHERE["papers"]
    )  # fmt: skip
    monkeypatch.setattr(
        precedent_ageing_cli.citations, "check", lambda *_: citations.Found({"papers": 1}, [broken])
    )

    assert "断链：文书：《某条例》第九十九条" in run("precedents", "check-citations", language="zh", status=1)


@pytest.mark.parametrize("why", ["甲 / 乙", "plain / plain", "甲", "甲 / b / c", ""])
def test_what_a_person_wrote_is_shown_as_it_is(app, why):
    with app.test_request_context("/?lang=en"):
        assert said(SimpleNamespace(why=why)) == why
