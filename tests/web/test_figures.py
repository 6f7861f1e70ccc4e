"""The figures: tables, charts and a spreadsheet that agree, hide what is small, and name nobody."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree
from sqlalchemy import select

from casebook import figures
from casebook.db import utc_now
from casebook.errors import NotAllowed
from casebook.models import Event, SendBack, Stage, User
from tests.appealed import anew, assign, decide, decided, seeded
from tests.appealed import file as hand_in
from tests.stages import Cast

ENTRY = "统计"


@pytest.fixture
def cast(session):
    seeded(session)
    return Cast(session)


@pytest.fixture
def many(session, cast):
    """Six decisions, one of them varied on appeal, and seven send-backs of one kind and one of another."""
    cases = [decided(session, cast) for _ in range(6)]
    appeal = hand_in(session, cast, cases[0])
    decider = assign(session, cast, cases[0], appeal)
    decide(
        session,
        cases[0],
        appeal,
        decider,
        outcome="vary",
        ground_code="improper",
        anew=anew("hold_accountable", "G1"),
    )
    for place in range(8):
        row = SendBack(
            case_id=cases[place % 6].id, from_stage=Stage.REVIEW, to_stage=Stage.INTAKE,
            code="facts_unclear" if place else "other", reason="见意见", items=[], by_id=cast.reviewer.id, at=utc_now(),
        )  # fmt: skip
        session.add(row)
    session.commit()
    return cases


def test_only_the_decision_that_stands_counts(session, cast, many):
    found = figures.figures(session, cast.chief)

    assert found.outcomes.total == 6
    assert found.outcomes.totals == (0, 0, 6, 0, 6)


def test_a_reversal_is_counted_and_hidden_while_it_is_one(session, cast, many):
    found = figures.figures(session, cast.chief)

    assert found.appeals.rows == ("supervision_review",)
    assert found.appeals.total is None
    assert found.reversals == {"supervision_review": None, "": None}
    assert found.grounds is None


def test_send_backs_hide_a_small_reason_and_the_sum_that_would_give_it_away(session, cast, many):
    found = figures.figures(session, cast.chief)

    assert found.returns.row("other")[0] is None
    assert None in (found.returns.row("facts_unclear")[0], found.returns.totals[0])


def test_nobody_counts_what_they_may_not_see(session, cast, many):
    other = figures.figures(session, cast.stranger)

    assert other.outcomes.total == 0
    assert other.organs == {}
    for who in ("member", "administrator"):
        with pytest.raises(NotAllowed):
            figures.figures(session, getattr(cast, who))


def test_times_are_quartiles_and_silent_under_five(session, cast, many):
    found = {one.stage: one for one in figures.figures(session, cast.chief).times}

    assert found["closed"].count == 0
    assert all(one.median is None for one in found.values() if not one.count)


def test_the_page_and_the_spreadsheet_say_the_same_and_log_it(as_, session, cast, many):
    chief = as_(cast.chief)

    chief.get("/figures")
    book = chief.client.get("/figures.xlsx")

    assert chief.status == 200
    assert ENTRY in [link.get_text() for link in chief.page.select("nav a")]
    cells = [cell.get_text() for cell in chief.page.select("#outcomes ~ table tbody tr:last-child td")]
    assert cells == ["0", "0", "6", "0", "6"]
    assert "＊" in chief.text()
    with ZipFile(BytesIO(book.data)) as inside:
        assert len([name for name in inside.namelist() if name.startswith("xl/worksheets/sheet")]) >= 8
        assert not any(b"<f>" in inside.read(name) for name in inside.namelist())
    kinds = set(session.scalars(select(Event.kind).where(Event.by_id == cast.chief.id)))
    assert {"figures.read", "figures.exported"} <= kinds


def test_no_person_appears_anywhere(as_, session, cast, many):
    chief = as_(cast.chief)
    chief.get("/figures")
    book = chief.client.get("/figures.xlsx").data
    with ZipFile(BytesIO(book)) as inside:
        texts = [
            chief.page.select_one("main").get_text(),
            *(inside.read(name).decode() for name in inside.namelist()),
        ]
    for chart in ("outcomes", "times", "returns", "departures", "appeals"):
        texts.append(chief.client.get(f"/figures/{chart}.svg").get_data(as_text=True))

    for user in session.scalars(select(User)):
        for text in texts:
            assert user.name not in text
            assert not re.search(rf"\b{re.escape(user.login)}\b", text)


@pytest.mark.parametrize("chart", ["outcomes", "times", "returns", "departures", "appeals"])
def test_a_chart_is_drawn_without_script_and_shows_no_hidden_number(as_, cast, many, chart):
    answer = as_(cast.chief).client.get(f"/figures/{chart}.svg")

    assert answer.mimetype == "image/svg+xml"
    tree = etree.fromstring(answer.data)
    assert tree.tag.endswith("svg")
    assert b"<script" not in answer.data
    assert b"http://kozea" not in answer.data
    if chart == "returns":
        shown = [node.text for node in tree.iter("{*}text") if node.get("class") == "centered"]
        assert "1" not in shown


@pytest.mark.parametrize("who", ["member", "administrator"])
def test_those_who_may_not_read_figures_are_refused_and_have_no_entry(as_, cast, many, who):
    visitor = as_(getattr(cast, who))

    visitor.get("/figures")
    assert visitor.status == 403
    visitor.get("/account")
    assert ENTRY not in [link.get_text() for link in visitor.page.select("nav a")]


def test_without_any_case_the_page_says_so(as_, cast):
    stranger = as_(cast.stranger, "en")

    stranger.get("/figures")

    assert stranger.status == 200
    assert "Nothing yet." in stranger.text()
