"""The gate of consistency: binding precedents that a decision contradicts are answered, always allowed, always kept."""

import pytest
from sqlalchemy import select

from casebook import audit, events
from casebook.departures import ledger
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Decision, Event, Life, PrecedentDeparture, Stage, Tier
from casebook.precedents import gate, library
from casebook.precedents.gate import Answer, contradicted
from casebook.procedure import decide
from casebook.procedure.dates import today
from casebook.procedure.signature import decision_digest, is_intact
from casebook.recommend import read_facts
from tests import panels
from tests.precedents import HELD, a_precedent
from tests.stages import Cast, bring

PROPORTION = {"departure_code": "proportion", "departure_reason": "错责相当。"}


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def case(session, cast):
    """A case before the panel that voted to tolerate; others beside it."""
    case = bring(session, cast, Stage.PANEL)
    a_precedent(session)  # of an organ elsewhere
    return case


def of_county(session, cast, **fields):
    return a_precedent(session, cast.reviewer, **fields)


def found(session, case, outcome="tolerate"):
    return contradicted(session, case, outcome, read_facts(session, case), today())


def codes(items):
    return [one.precedent.code for one in items]


def draft(session, cast, case, reasons=None, **fields):
    return panels.draft(session, cast, case, precedent_reasons=reasons or {}, **fields)


def test_an_outcome_milder_than_a_binding_precedent_contradicts_it_from_below(session, cast, case):
    binding = of_county(session, cast, outcome="correct")

    (one,) = found(session, case)

    assert (one.precedent, one.tier, one.lower) == (binding, Tier.OWN, True)
    assert {row.verdict for row in one.proof} == {"holds"}
    assert found(session, case, "correct") == []
