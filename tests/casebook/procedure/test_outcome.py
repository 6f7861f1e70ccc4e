"""What a decision may impose is cited as the recommendation cites it, and else by what reaches the person."""

from datetime import date
from types import SimpleNamespace

import pytest

from casebook.procedure.outcome import ground_from
from rules.assess import assess
from rules.conduct import Conduct

AS_OF = date(2026, 11, 21)
MANAGER = {"evidence_status": "sufficient", "circumstances_grade": "light", "subject_category": "soe_manager"}
LEADS = MANAGER | {"subject_is_leading_cadre": True, "subject_is_party_member": False}


def cited(facts: dict, *codes: str) -> list[str]:
    """The sources by which a decision on these facts cites these measures, in the list to choose from and by name."""
    ground = ground_from(SimpleNamespace(content=assess(facts, Conduct.parse("2025-08-01"), AS_OF)))
    listed = ground.measures(AS_OF)
    assert [ground.measure(code, AS_OF) for code in codes] == [listed[code] for code in codes]
    return [listed[code].source for code in codes]


@pytest.mark.parametrize(
    ("facts", "sources"),
    [
        (LEADS, ["SUP2024", "METHOD"]),
        (LEADS | {"subject_is_party_member": True, "violates_party_discipline": True}, ["SUP2024", "SUPV2016"]),
        (LEADS | {"subject_category": "civil_servant"}, ["SUP2024", "CSL2018"]),
    ],
)
def test_talks_and_admonitions_are_cited_in_the_decision_as_in_the_recommendation(facts, sources):
    assert cited(facts, "1a", "3") == sources


def test_what_the_recommendation_does_not_offer_is_cited_by_a_text_that_reaches_the_person():
    nothing = {"evidence_status": "insufficient"}

    assert cited(nothing | {"subject_category": "civil_servant"}, "1a", "3") == ["CSL2018", "CSL2018"]
    assert cited(nothing | {"subject_category": "soe_manager"}, "1a", "3") == ["METHOD", "METHOD"]


def test_the_scale_and_period_of_a_sanction_are_cited_by_their_own_articles():
    facts = MANAGER | {"subject_category": "civil_servant", "circumstances_grade": "serious", "violates_law": True}

    assert cited(facts, "G2") == ["PD2020"]
