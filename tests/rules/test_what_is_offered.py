"""What the shipped law offers in a case: the measures with their months, where an example can only name the rules."""

from datetime import date

import pytest

from rules.assess import assess
from rules.conduct import Conduct
from rules.offered import provision_of

AS_OF = date(2026, 11, 21)
SERVANT = {"subject_category": "civil_servant", "evidence_status": "sufficient"}
DUTY = {"conduct_nature": "dereliction", "mental_state": "ordinary_negligence"}


def offered(facts: dict, conduct: str, regime: str = "state_sanction", as_of: date = AS_OF) -> dict:
    """Each measure of the regime with its months, as the case's own law offers it."""
    document = assess(facts, Conduct.parse(conduct), as_of)
    return {one["measure"]: one["months"] for one in document["outcomes"] if one["regime"] == regime}


@pytest.mark.parametrize(("conduct", "months"), [("2019-05-31", None), ("2019-06-01", 18)])
def test_a_major_demerit_in_place_of_demotion_has_months_only_where_a_text_with_months_was_read(
    conduct, months
):
    facts = SERVANT | DUTY | {"circumstances_grade": "serious"}
    facts |= {"voluntary_disclosure": True, "remedial_action_voluntary": True}

    assert offered(facts, conduct)["G3"] == months


@pytest.mark.parametrize(
    ("conduct", "scale"),
    [("2015-05-01", {"G2": None, "G3": None}), ("2024-05-01", {"G2": 12, "G3": 18})],
)
def test_no_warning_is_offered_to_a_civil_servant_whose_undone_duties_brought_avoidable_disaster(
    conduct, scale
):
    facts = SERVANT | DUTY | {"mass_incident": "major_or_above", "leadership_responsibility": "important"}

    assert offered(facts | {"statutory_duty_fully_performed": False}, conduct) == scale
    assert "G1" in offered(facts | {"statutory_duty_fully_performed": True}, conduct)


@pytest.mark.parametrize(
    ("facts", "fixed"),
    [
        (
            {"subject_category": "soe_manager", "criminal_case_status": "fine_only"}
            | {"coerced_or_deceived": True, "repentance_shown": True},
            {"G5": 24},
        ),
        (
            {"subject_category": "civil_servant", "criminal_case_status": "exempted"}
            | {"voluntary_disclosure": True, "remedial_action_voluntary": True}
            | {"expected_sanction_band": "warning", "adverse_influence": "limited"},
            {"G6": None},
        ),
    ],
)
def test_nothing_that_frees_is_offered_beside_the_sanction_that_a_criminal_outcome_fixes(facts, fixed):
    assert offered(facts | {"evidence_status": "sufficient"}, "2025-01-01") == fixed


def test_the_duty_to_resign_is_not_hidden_by_the_text_that_only_allows_removal_from_the_post():
    facts = SERVANT | {"subject_is_leading_cadre": True, "circumstances_grade": "serious", "loss_level": "heavy"}

    document = assess(facts, Conduct.parse("2025-01-01"), AS_OF)
    (lost,) = [one for one in document["outcomes"] if one["measure"] == "7"]

    assert (lost["force"], lost["rules"]) == ("must", ["ladder.resignation", "ladder.post_lost"])


@pytest.mark.parametrize(
    ("category", "conduct", "scale", "state"),
    [
        ("institution_manager", "2014-06-30", {}, {}),
        ("institution_manager", "2016-05-01", {"I3": 24}, {}),
        ("institution_manager", "2020-06-30", {"I3": 24}, {}),
        ("institution_manager", "2020-07-01", {}, {"G4": 24, "G5": 24}),
        ("institution_other", "2016-05-01", {"I3": 24}, {}),
        ("institution_other", "2024-05-01", {"I3": 24}, {}),
    ],
)
def test_staff_of_institutions_are_under_the_scale_of_the_day_of_their_conduct(
    category, conduct, scale, state
):
    facts = {"evidence_status": "sufficient", "subject_category": category, "conduct_nature": "dereliction"}
    facts |= {"circumstances_grade": "serious"}

    assert offered(facts, conduct, "institution") == scale
    assert offered(facts, conduct) == state


@pytest.mark.parametrize(
    ("outcome", "influence", "scale"),
    [
        ("intentional", "none", {"I4": None}),
        ("negligent_le_3y", "none", {"I4": None, "I3": 24}),
        ("fine_only", "none", {"I3": 24}),
        ("fine_only", "limited", {"I4": None}),
    ],
)
def test_other_staff_of_an_institution_are_dismissed_after_a_crime_like_any_official(
    outcome, influence, scale
):
    facts = {"evidence_status": "sufficient", "subject_category": "institution_other"}
    facts |= {"criminal_case_status": outcome, "adverse_influence": influence}

    assert offered(facts, "2025-01-01", "institution") == scale


@pytest.mark.parametrize(
    ("conduct", "hidden", "heavier", "asked"),
    [
        ("2018-09-30", False, False, False),
        ("2022-01-01", False, True, True),
        ("2022-01-01", True, True, False),
        ("2024-01-01", False, False, False),
        ("2024-01-01", True, True, False),
    ],
)
def test_earlier_misconduct_found_later_weighs_by_the_text_of_the_time_and_a_milder_later_text_is_for_a_panel(
    conduct, hidden, heavier, asked
):
    facts = {"subject_is_party_member": True, "evidence_status": "sufficient"}
    facts |= {"circumstances_grade": "relatively_serious", "earlier_conduct_found_later": True}

    document = assess(facts | {"concealed_earlier_conduct": hidden}, Conduct.parse(conduct), AS_OF)

    assert ("discipline.concealed_earlier" in document["aggravating"]) is heavier
    assert ("C-12" in [one["code"] for one in document["refer"]]) is asked


ADMONISHED = {"evidence_status": "sufficient", "circumstances_grade": "light"}
LEADS = {"subject_is_leading_cadre": True}
MEMBER = {"subject_is_party_member": True, "violates_party_discipline": True}


@pytest.mark.parametrize(
    ("person", "cited"),
    [
        (LEADS, "METHOD"),
        (LEADS | MEMBER, "SUPV2016"),
        (LEADS | MEMBER | SERVANT, "CSL2018"),
        (LEADS | {"subject_category": "soe_manager"}, "METHOD"),
        (LEADS | {"subject_is_party_member": False}, "METHOD"),
        (SERVANT, "CSL2018"),
    ],
)
def test_an_admonition_is_offered_by_what_is_known_of_a_person_and_is_not_said_to_be_open_beside(person, cited):
    document = assess(ADMONISHED | person, Conduct.parse("2025-03-01"), AS_OF)

    (one,) = (one for one in document["outcomes"] if one["measure"] == "3")
    assert document["rules"][one["rule"]]["instrument"] == cited
    assert "organisational_handling" not in {one["regime"] for one in document["outcomes_open"]}
    named = provision_of(document, "3")
    assert (named and named.id) == (None if cited == "METHOD" else cited)


def test_a_talk_is_named_by_the_provision_that_offers_it_whichever_of_its_forms_is_chosen():
    document = assess(ADMONISHED, Conduct.parse("2025-07-01"), AS_OF)

    assert {provision_of(document, code).id for code in ("1a", "1b", "1c")} == {"SUP2024"}


def test_no_provision_is_named_for_what_a_document_does_not_offer():
    assert provision_of(assess(ADMONISHED, Conduct.parse("2025-03-01"), AS_OF), "G1") is None
