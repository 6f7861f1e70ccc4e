"""What burdens a person is read by the law of the conduct: a text reaches nothing done before it, on whatever day."""

from datetime import date

import pytest

from rules.assess import assess
from rules.conduct import Conduct

PILOT = {
    "lack_of_experience_pilot": True,
    "mental_state": "ordinary_negligence",
    "due_diligence_performed": True,
    "decision_mode": "collective_full",
    "rule_status_at_time": "no_rule",
    "subject_is_leading_cadre": True,
    "purpose": "public",
    "conduct_nature": "exploratory_error",
}
RETALIATION = PILOT | {"retaliated": True}
ENTERPRISE = PILOT | {
    "subject_category": "soe_manager",
    "evidence_status": "sufficient",
    "loss_level": "relatively_large",
}
GAIN = {
    "mental_state": "intentional",
    "private_gain_self": True,
    "conduct_nature": "integrity",
    "purpose": "private",
    "evidence_status": "sufficient",
    "subject_category": "civil_servant",
    "subject_is_leading_cadre": False,
    "subject_is_party_member": True,
}
MEMBER = {"subject_is_party_member": True}
SERVANT = {"subject_category": "civil_servant", "subject_is_party_member": False}


def judged(facts: dict, conduct: str, as_of: str) -> dict:
    return assess(facts, Conduct.parse(conduct), date.fromisoformat(as_of))


def established(document: dict) -> set[str]:
    return {row["code"] for row in document["red_lines"] if row["status"] == "established"}


@pytest.mark.parametrize(
    ("facts", "conduct", "days", "end"),
    [
        (RETALIATION, "2019-03-01", ("2019-12-01", "2020-06-30", "2020-07-01", "2026-06-01"), "refer"),
        (RETALIATION, "2020-06-30", ("2020-07-01", "2026-06-01"), "refer"),
        (RETALIATION, "2020-07-01", ("2020-07-01", "2026-06-01"), "hold_accountable"),
        (ENTERPRISE, "2019-03-01", ("2024-08-31", "2024-09-01", "2026-06-01"), "tolerate"),
        (ENTERPRISE, "2024-09-01", ("2024-09-01", "2026-06-01"), "refer"),
        (GAIN, "2018-01-01", ("2019-06-01", "2020-07-01", "2026-06-01"), "hold_accountable"),
        (GAIN, "2010-01-01", ("2019-06-01", "2026-06-01"), "hold_accountable"),
    ],
)
def test_the_day_of_deciding_alone_makes_no_end_graver(facts, conduct, days, end):
    assert {judged(facts, conduct, day)["disposition"] for day in days} == {end}


def test_a_question_that_the_law_of_the_conduct_does_not_ask_is_not_put_to_the_panel():
    then, now = (judged(ENTERPRISE, day, "2026-06-01") for day in ("2024-08-31", "2024-09-01"))

    assert "C-08" not in {row["code"] for row in then["refer"]}
    assert "C-08" in {row["code"] for row in now["refer"]}
    assert "C-12" not in {row["code"] for row in (*then["refer"], *then["law_notes"])}


@pytest.mark.parametrize(
    ("person", "conduct", "texts"),
    [
        (MEMBER, "2003-12-30", set()),
        (MEMBER, "2003-12-31", {"CPD2003"}),
        (SERVANT, "2007-05-31", set()),
        (SERVANT, "2007-06-01", {"ACS2007"}),
        (SERVANT, "2010-06-01", {"ACS2007"}),
        (MEMBER, "2015-12-31", {"CPD2003"}),
        (SERVANT | MEMBER, "2015-12-31", {"ACS2007", "CPD2003"}),
        (MEMBER, "2016-01-01", set()),
        (SERVANT, "2016-01-01", {"ACS2007"}),
        (SERVANT, "2020-06-30", {"ACS2007"}),
        ({"subject_category": "institution_other"}, "2020-06-30", set()),
        ({"subject_category": "institution_other"}, "2020-07-01", {"PD2020"}),
    ],
)
def test_destroyed_evidence_weighs_by_what_the_texts_of_its_time_say_of_such_people(person, conduct, texts):
    document = judged(person | {"obstruct_evidence": True}, conduct, "2026-06-01")
    weighed = [document["rules"].get(f"method.grade_obstruction{people}") for people in ("", "_member")]

    assert {rule["instrument"] for rule in weighed if rule and rule["provisional"] == "fired"} == texts
    assert ("N-11" in established(document)) == bool(texts)


@pytest.mark.parametrize(
    ("facts", "conduct", "asks"),
    [
        (RETALIATION, "2019-03-01", True),
        (PILOT | {"subject_is_party_member": True, "obstruct_evidence": True}, "2017-06-01", True),
        (PILOT | {"subject_category": "civil_servant", "obstruct_evidence": True}, "2017-06-01", False),
        (PILOT | {"obstruct_evidence": False, "retaliated": False}, "2017-06-01", False),
        (
            PILOT | {"superior_order_followed": True, "superior_order_manifestly_unlawful": True},
            "2018-06-01",
            True,
        ),
    ],
)
def test_a_text_that_nobody_read_is_not_taken_for_no_text(facts, conduct, asks):
    document = judged(facts, conduct, "2026-06-01")

    assert ("C-28" in {row["code"] for row in document["refer"]}) == asks
    assert (document["disposition"] == "refer") >= asks


def test_a_milder_law_between_the_conduct_and_the_decision_is_not_weighed():
    """No text that was read has a law govern that was in force on neither day (decision 12)."""
    unclear = {
        "rule_status_at_time": "ambiguous",
        "mental_state": "ordinary_negligence",
        "expected_goal_unmet": True,
        "is_major_admin_decision": True,
        "legality_review_done": "not_done",
        "emergency_handling": False,
    }
    between, now = (judged(unclear, "2017-06-01", day) for day in ("2019-08-31", "2026-06-01"))

    assert (between["disposition"], now["disposition"]) == ("tolerate", "correct")
    assert judged(unclear, "2017-06-01", "2018-05-19")["disposition"] != "tolerate"


def test_conduct_before_the_distinctions_were_stated_has_both_their_sides():
    """A burden alone, without the ground that it bars, had ended older conduct otherwise than younger (decision 12)."""
    pilot, retaliated, enterprise = (
        [judged(facts, day, "2026-06-01") for day in ("2005-06-01", "2016-01-17", "2016-01-18")]
        for facts in (PILOT, RETALIATION, ENTERPRISE)
    )

    assert {one["disposition"] for one in (*pilot, *enterprise)} == {"tolerate"}
    assert {one["disposition"] for one in retaliated} == {"refer"}
    assert all("C-28" in {row["code"] for row in one["refer"]} for one in retaliated)
    source = pilot[0]["rules"]["tolerance.pilot"]
    assert (source["provisional"], source["confidence"]) == ("fired", "DESIGN")


@pytest.mark.parametrize(
    ("status", "conduct", "end"),
    [
        ("fine_only", "2005-06-01", "hold_accountable"),
        ("not_prosecuted", "2005-06-01", "refer"),
        ("not_prosecuted", "2020-06-30", "refer"),
        ("not_prosecuted", "2020-07-01", "hold_accountable"),
    ],
)
def test_a_crime_is_answered_for_by_the_law_of_the_conduct_or_put_to_a_panel(status, conduct, end):
    document = judged(PILOT | {"criminal_case_status": status}, conduct, "2026-06-01")
    read = "2020-07-01" if conduct == "2020-07-01" else "method"

    assert document["disposition"] == end
    assert document["rules"]["method.crime_convicted"]["version"] == f"method.crime_convicted@{read}"
    assert ("C-28" in {row["code"] for row in document["refer"]}) == (end == "refer")


def test_the_duty_to_resign_reaches_no_older_conduct_while_what_fits_the_post_is_judged_today():
    failed = {
        "evidence_status": "sufficient",
        "subject_is_leading_cadre": True,
        "subject_category": "civil_servant",
        "conduct_nature": "dereliction",
        "mental_state": "gross_negligence",
        "loss_level": "heavy",
        "circumstances_grade": "serious",
        "leadership_responsibility": "main",
    }
    before, then = (judged(failed, day, "2026-06-01") for day in ("2019-05-31", "2019-06-01"))

    assert {one["disposition"] for one in (before, then)} == {"hold_accountable"}
    assert "ladder.resignation" not in before["rules"]
    assert then["rules"]["ladder.resignation"]["provisional"] == "fired"
    assert {one["rules"]["ladder.post_lost"]["provisional"] for one in (before, then)} == {"fired"}


def test_a_favour_younger_than_the_conduct_comes_with_all_that_the_later_law_says():
    filed = {"advance_filing_done": True, "mental_state": "ordinary_negligence", "expected_goal_unmet": True}
    favoured = judged(filed, "2015-06-01", "2026-06-01")
    barred = judged(filed | {"retaliated": True}, "2015-06-01", "2026-06-01")

    assert (favoured["disposition"], barred["disposition"]) == ("tolerate", "refer")
    assert [row["role"] for row in favoured["law"] if row["governs"]] == ["later"]
    assert {row["role"]: row["disposition"] for row in barred["law"]} == {
        "conduct": "correct",
        "later": "hold_accountable",
    }
