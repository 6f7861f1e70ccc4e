"""Precedents where an appeal is decided: answered as by the panel, but never for what would be heavier."""

import pytest

from casebook.errors import BadFields
from casebook.precedents import gate
from casebook.precedents.gate import Answer
from casebook.procedure.appeal_decide import contradicted
from casebook.procedure.dates import today
from casebook.procedure.decide import standing_decision
from casebook.procedure.signature import is_intact
from casebook.recommend import read_facts
from tests import appealed
from tests.consulted import GRAVE, KNOWN, whole
from tests.panels import CADRE
from tests.precedents import a_precedent
from tests.stages import Cast

FACTS = whole(KNOWN) | CADRE
VARY = {"outcome": "vary", "ground_code": "circumstances_misjudged"}


@pytest.fixture
def cast(session):
    appealed.seeded(session)
    return Cast(session)


def test_a_decision_on_appeal_that_contradicts_a_binding_precedent_gives_its_reason(session, cast):
    case = appealed.decided(session, cast, ("G2",), **FACTS)
    appeal = appealed.file(session, cast, case)
    by = appealed.assign(session, cast, case, appeal)
    milder = a_precedent(session, cast.reviewer, outcome="tolerate", facts=whole(GRAVE) | CADRE)
    given = {**VARY, "anew": appealed.anew("hold_accountable", "G1")}

    with pytest.raises(BadFields) as refused:
        appealed.decide(session, case, appeal, by, **given)
    assert list(refused.value.errors) == [f"precedent:{milder.code}"]
    answer = Answer("wrongly_decided", (), "该先例遗漏了后果。")
    appealed.decide(session, case, appeal, by, **given, precedent_reasons={milder.code: answer})

    new = standing_decision(session, case)
    assert [(row.precedent, row.reason) for row in new.precedent_departures] == [
        (milder, "该先例遗漏了后果。")
    ]
    assert is_intact(new)


def test_an_appeal_that_is_refused_answers_nothing_and_takes_no_reasons(session, cast):
    case = appealed.decided(session, cast, ("G2",), **FACTS)
    appeal = appealed.file(session, cast, case)
    by = appealed.assign(session, cast, case, appeal)
    milder = a_precedent(session, cast.reviewer, outcome="tolerate", facts=whole(GRAVE) | CADRE)

    with pytest.raises(BadFields):
        appealed.decide(
            session, case, appeal, by, outcome="uphold", precedent_reasons={milder.code: Answer("x")}
        )
    appealed.decide(session, case, appeal, by, outcome="uphold")

    assert appeal.outcome == "uphold"


def test_a_precedent_that_only_a_heavier_outcome_could_follow_is_not_held_against_an_appeal(session, cast):
    case = appealed.decided(session, cast, ("1a",), disposition="correct", **FACTS)
    a_precedent(session, cast.reviewer, outcome="hold_accountable", facts=FACTS)
    reached = a_precedent(session, cast.reviewer, outcome="correct", facts=FACTS)
    facts = read_facts(session, case)

    assert len(gate.contradicted(session, case, "tolerate", facts, today())) == 2
    assert [one.precedent for one in contradicted(session, case, "tolerate", today())] == [reached]
    assert contradicted(session, case, "correct", today()) == []
