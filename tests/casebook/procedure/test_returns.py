"""Every stage sends back for a reason of its own; new evidence names its facts, and only then may more be told."""

import pytest

from casebook import intake
from casebook.changes import FactEntry
from casebook.errors import BadFields, NotReady
from casebook.models import SendBack, Stage, Step
from casebook.procedure import ceiling, hearing, panel, people, returns, review
from casebook.procedure.dates import today
from casebook.recommend import recommend
from tests.hearings import at_hearing, draft, heard, told
from tests.panels import seat
from tests.stages import TODAY, Cast, skip_to


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    """Told the mildest outcome, heard, and back from a panel whose chair has seen new evidence."""
    other = at_hearing(session, cast)
    told(session, cast, other, measures=["G1"])
    case = at_hearing(session, cast)
    told(session, cast, case, measures=["G1"])
    heard(session, cast, case)
    hearing.close_hearing(session, case, cast.officer, today())
    seat(session, cast, case)
    panel.return_from_panel(
        session, case, cast.chief, code="new_evidence", reason="会上收到事故调查报告，须查证。"
    )
    return case


def back_to_the_officer(session, cast, case, **fields):
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    given = {
        "code": "new_evidence",
        "words": "按会上收到的报告核实死亡人数",
        "about": ["deaths"],
        "on": TODAY,
    }
    return review.return_to_officer(session, case, cast.reviewer, {}, **{**given, **fields})


def enter_the_deaths(session, cast, case):
    entries = {"deaths": FactEntry(3, "verified", "事故调查报告第3页")}
    intake.save_facts(session, case, entries, cast.officer, seen_version=case.version, source="evidence")
    recommend(session, case, cast.officer, TODAY)
    skip_to(session, case, Stage.HEARING)


def test_new_evidence_that_comes_up_before_the_panel_opens_the_way_to_a_heavier_notice(session, cast, case):
    back_to_the_officer(session, cast, case)
    enter_the_deaths(session, cast, case)

    heavier = told(session, cast, case, measures=["G2"], new_facts=["deaths"])

    assert heavier.new_facts == ["deaths"]
    ceiling.check(session, case, "hold_accountable", ["G2"], TODAY)


def test_the_return_of_the_panel_alone_allows_no_heavier_notice(session, cast, case):
    back_to_the_officer(session, cast, case, code="evidence_missing")
    enter_the_deaths(session, cast, case)

    with pytest.raises(NotReady) as not_ready:
        draft(session, cast, case, measures=["G2"], new_facts=["deaths"])

    assert "没有列入审核人" in not_ready.value.message("zh")


@pytest.mark.parametrize("about", [[], ["N", "T1"]])
def test_a_return_of_the_reviewer_for_new_evidence_names_its_facts(session, cast, case, about):
    with pytest.raises(BadFields) as bad:
        back_to_the_officer(session, cast, case, about=about)

    assert set(bad.value.errors) == {"about"}
    assert case.stage == Stage.REVIEW
    assert [row.from_stage for row in session.query(SendBack)] == [Stage.PANEL]


def test_each_return_is_named_in_the_words_of_its_stage():
    assert returns.words("new_evidence", Stage.PANEL).zh == "会议上出现新的证据"
    assert returns.words("new_evidence", Stage.HEARING).zh == "发现与申辩无关的新证据"
    assert all(code in returns.OF_ALL_STAGES for codes in returns.CODES.values() for code in codes)
