"""Precedents on the pages where a case is decided: each that is contradicted is answered there, and shown afterwards."""

import pytest
from sqlalchemy import func, select

from casebook.models import Decision, PrecedentDeparture, Stage
from casebook.procedure.dates import today
from tests import appealed
from tests.consulted import GRAVE, KNOWN, whole
from tests.factories import PASSWORD
from tests.panels import CADRE, TEXTS, conclude, told
from tests.precedents import a_precedent
from tests.stages import Cast, bring

FACTS = whole(KNOWN) | CADRE
WORDS = "当事人发现后<b>主动停工</b>。"


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def case(session, cast):
    """A case whose panel voted to tolerate."""
    case = told(session, cast, "tolerate", ["0a"], **FACTS)
    conclude(session, cast, case, "tolerate")
    session.commit()
    return case


def of_county(session, cast, count=1, **fields):
    made = [
        a_precedent(session, cast.reviewer, **{"outcome": "correct", "facts": FACTS, **fields})
        for _ in range(count)
    ]
    found = [(one.id, one.code) for one in reversed(made)]  # as they are shown: of one day, by code
    session.commit()
    return sorted(found, key=lambda one: one[1])


@pytest.fixture
def chief(another_browser, cast, case):
    number = case.number
    visitor = another_browser(cast.chief)
    visitor.number = number
    visitor.get(f"/cases/{number}/panel/decision")
    return visitor


def page(chief):
    chief.get(f"/cases/{chief.number}/panel/decision")
    return chief.text()


def keep(chief, **fields):
    chief.send("Keep the draft", **{"measures_tolerance": "0a", **TEXTS, **fields})
    return chief


def test_without_a_binding_precedent_nothing_is_asked(chief):
    assert "Departure from precedents" not in chief.text()


def test_the_panel_answers_on_the_page_and_the_decision_shows_it(session, cast, chief):
    ((number, code),) = of_county(session, cast)

    shown = page(chief)
    keep(chief)
    refused = chief.status, chief.text()
    keep(
        chief,
        **{
            f"p{number}-code": "distinguished",
            f"p{number}-factors": ["mental_state"],
            f"p{number}-words": WORDS,
        },
    )
    kept = chief.text()
    chief.send("Sign the decision", password=PASSWORD)

    assert f"{code} 先例" in shown
    assert "allows nothing milder than “correct” (say why if you depart)" in shown
    assert chief.page.select_one(f"a[href='/precedents/{code}']")
    assert refused[0] == 422
    assert f"The precedent “{code}” (own; say why" in refused[1]
    assert TEXTS["reason"] in refused[1]
    for text in (kept, chief.text()):
        assert f"{code} 先例" in text
        assert "Distinguished: this case differs" in text
        assert WORDS in text
    assert not chief.page.select("main b")


def test_nothing_typed_is_lost_when_an_answer_is_refused(session, cast, chief):
    ((number, _),) = of_county(session, cast)
    page(chief)

    typed = {f"p{number}-code": "superseded", f"p{number}-newer": "没有的规定", f"p{number}-words": WORDS}
    keep(chief, **typed, **{f"p{number}-factors": ["mental_state"]})

    assert chief.status == 422
    assert chief.page.select_one(f"#p{number}-newer")["value"] == "没有的规定"
    assert chief.page.select_one(f"#p{number}-words").get_text().strip() == WORDS
    assert chief.page.select_one(f"input[name='p{number}-factors'][value=mental_state]").has_attr("checked")
    assert chief.page.select_one(f"input[name='p{number}-code'][value=superseded]").has_attr("checked")
    assert f"#p{number}-newer" in [link["href"] for link in chief.page.select(".govuk-error-summary a")]


def test_a_post_without_reasons_records_no_decision(session, cast, chief):
    of_county(session, cast)

    chief.post(f"/cases/{chief.number}/panel/decision", {"measures_tolerance": "0a", **TEXTS})

    assert chief.status == 422
    assert session.scalar(select(func.count()).select_from(Decision)) == 0


def test_the_same_reason_does_for_several_and_for_those_beyond_the_first_ten(session, cast, chief):
    found = of_county(session, cast, 12)
    first = found[0][0]
    shown = page(chief)

    keep(chief, **{f"p{first}-code": "wrongly_decided", f"p{first}-words": WORDS})

    assert "2 more precedents bind in the same way" in shown
    assert chief.status == 200
    rows = session.scalars(select(PrecedentDeparture)).all()
    assert {row.precedent_id for row in rows} == {number for number, _ in found}
    assert {(row.code, row.reason) for row in rows} == {("wrongly_decided", WORDS)}


def test_one_that_is_left_out_of_a_post_is_not_answered_by_the_first(session, cast, chief):
    (first, _), (second, _) = of_county(session, cast, 2)
    given = {f"p{first}-code": "wrongly_decided", f"p{first}-words": WORDS}

    chief.post(f"/cases/{chief.number}/panel/decision", {"measures_tolerance": "0a", **TEXTS, **given})

    assert chief.status == 422
    assert [link["href"] for link in chief.page.select(".govuk-error-summary a")] == [f"#p{second}-code"]


def test_a_reason_for_what_does_not_bind_is_refused_and_shown_once_more(session, cast, chief):
    ((graver, code),) = of_county(session, cast, outcome="hold_accountable", facts=whole(GRAVE) | CADRE)
    given = {f"p{graver}-code": "distinguished", f"p{graver}-words": WORDS}

    for extra in (given, {"p999999-code": "distinguished"}):
        chief.post(f"/cases/{chief.number}/panel/decision", {"measures_tolerance": "0a", **TEXTS, **extra})
        assert chief.status == 422

    chief.post(f"/cases/{chief.number}/panel/decision", {"measures_tolerance": "0a", **TEXTS, **given})
    assert f"The precedent “{code}” does not bind this decision" in chief.text()
    assert WORDS in chief.text()
    assert session.scalar(select(func.count()).select_from(Decision)) == 0


def test_a_forged_answer_tells_no_code_of_what_was_not_published(session, cast, chief):
    ((number, code),) = of_county(session, cast, life="proposed")

    page(chief)
    keep(chief, **{f"p{number}-code": "distinguished", f"p{number}-words": "不同"})

    assert chief.status == 422
    assert code not in str(chief.page)


def test_one_that_came_to_bind_stands_in_the_way_of_the_signature(session, cast, chief):
    page(chief)
    keep(chief)
    assert chief.status == 200
    ((_, code),) = of_county(session, cast)

    chief.send("Sign the decision", password=PASSWORD)

    assert chief.status == 409
    assert code in chief.text()
    assert "Draft the decision again" in chief.text()


def test_the_ledger_counts_departures_in_ones_own_cases_only(session, cast, chief, another_browser):
    ((number, code),) = of_county(session, cast)
    page(chief)
    keep(chief, **{f"p{number}-code": "fact_disputed", f"p{number}-words": WORDS})
    chief.send("Sign the decision", password=PASSWORD)

    chief.get("/departures")
    stranger = another_browser(cast.stranger)
    stranger.get("/departures")

    assert code in chief.text()
    assert "A fact it is compared by is disputed" in chief.text()
    assert "No signed decision departs from a precedent." in stranger.text()


def test_what_is_to_be_told_hints_at_the_precedents_and_is_not_held_up(session, cast, another_browser):
    case = bring(session, cast, Stage.HEARING, **FACTS)
    number = case.number
    ((_, code),) = of_county(session, cast)
    officer = another_browser(cast.officer)

    officer.get(f"/cases/{number}/hearing/notice")
    drafting = officer.text()
    officer.send("Keep the draft", disposition="tolerate", measures=["0b"])

    assert officer.status == 200
    for text in (drafting, officer.text()):
        assert "“Tolerate” contradicts precedents that bind this case. Nothing is held up" in text
        assert code in text


def test_the_decision_of_an_appeal_asks_once_the_disposition_is_chosen(session, cast, another_browser):
    case = appealed.decided(session, cast, ("G2",), **FACTS)
    appeal = appealed.file(session, cast, case)
    by = appealed.assign(session, cast, case, appeal)
    ((number, code),) = of_county(session, cast, outcome="tolerate", facts=whole(GRAVE) | CADRE)
    visitor = another_browser(by)
    visitor.get(f"/cases/{case.number}/appeals/{appeal.id}/decide")
    day = {f"{name}-{part}": "1" for name in ("discussed_on", "follow_up_by") for part in ("month", "day")}
    typed = {
        **day, "discussed_on-year": str(today().year), "follow_up_by-year": str(today().year + 1), "outcome": "vary",
        "ground_code": "circumstances_misjudged", "measures": ["G1"], "considered": "另有情况。", "reason": "处理偏重。",
        "discussed_on-month": str(today().month), "discussed_on-day": str(today().day),
    }  # fmt: skip

    visitor.send("Decide and sign", **typed, password=PASSWORD)
    asked = visitor.status, visitor.text()
    visitor.send(
        "Decide and sign",
        password=PASSWORD,
        **{f"p{number}-code": "distinguished", f"p{number}-words": WORDS},
    )

    assert asked[0] == 422
    assert f"The precedent “{code}”" in asked[1]
    assert visitor.path.endswith("/appeals"), visitor.text()
    (row,) = session.scalars(select(PrecedentDeparture)).all()
    assert (row.decision.appeal_id, row.reason) == (appeal.id, WORDS)
