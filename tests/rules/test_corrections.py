"""The table of corrective measures: complete, sourced, and joined with what the rules of a case call for."""

from datetime import date

import pytest

from rules.assess import assess
from rules.conditions import leaves
from rules.conduct import Conduct
from rules.corrections import proposals, provisions, table
from rules.library import library
from rules.vocabulary import vocabulary

DAY = date(2026, 11, 21)
KNOWN = table()


def document(**facts) -> dict:
    return assess({"evidence_status": "sufficient", **facts}, Conduct.parse("2023-05-10"), DAY)


def proposed(**facts) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {row.error.code: (row.measure.code, row.rules) for row in proposals(document(**facts))}


def test_every_measure_that_a_rule_may_call_for_is_in_the_table_with_a_ground():
    called = {rule.effect["correction"] for rule in library().packs["corrections"].rules}

    assert called <= KNOWN.measures.keys()
    assert [code for code in KNOWN.measures if not KNOWN.grounds(code)] == []


def test_what_was_never_read_is_shown_with_its_mark_and_is_no_ground():
    unfit = KNOWN.situations["unfit"]

    assert (unfit.confidence, unfit.enabled) == ("RECALLED", False)
    assert [row.code for row in KNOWN.grounds("organisational")] == ["not_corrected"]


def test_every_situation_names_its_provision_in_both_languages():
    for row in KNOWN.situations.values():
        assert all((row.title.zh, row.title.en, row.instrument.zh, row.instrument.en, row.article)), row.code


def test_the_kinds_of_error_cover_the_six_factors_and_say_how_to_prevent_them():
    factors = {factor.id for factor in vocabulary().factors}

    assert {error.factor for error in KNOWN.errors.values()} == factors
    for error in KNOWN.errors.values():
        assert error.measures, error.code
        assert error.prevent.zh, error.code
        assert error.prevent.en, error.code


def test_a_kind_of_error_reads_facts_of_its_own_factor():
    facts = vocabulary().facts
    elsewhere = {
        (error.code, leaf.fact)
        for error in KNOWN.errors.values()
        for leaf in leaves(error.when)
        if facts[leaf.fact].factor != error.factor
    }

    assert elsewhere == {
        ("beyond_authority", "within_statutory_authority"),
        ("falsified", "concealed_or_falsified"),
        ("falsified", "false_reporting_to_org"),
        ("weak_supervision", "statutory_duty_fully_performed"),
    }


def test_no_error_is_shown_by_what_nobody_knows():
    assert [error.code for error in KNOWN.errors.values() if error.shown_by({})] == []


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"direct_economic_loss_cny": 0}, False),
        ({"direct_economic_loss_cny": 0.01}, True),
        ({"loss_level": "none"}, False),
        ({"loss_level": "heavy"}, True),
        ({"state_asset_loss": False, "loss_level": "minor"}, True),
    ],
)
def test_a_loss_is_an_error_from_the_first_fen(facts, shown):
    assert KNOWN.errors["loss"].shown_by(facts) is shown


def test_an_error_is_answered_by_the_measure_that_a_rule_calls_for():
    found = proposed(circumstances_grade="light", formal_approval_missing=True, purpose="public")

    assert found["approval_missing"] == ("formalities", ("corrections.formalities",))


def test_an_error_no_rule_speaks_of_is_answered_by_its_first_measure():
    found = proposed(circumstances_grade="light", risk_warning_ignored=True)

    assert found["warning_ignored"] == ("hazard", ())


def test_a_measure_that_no_error_claims_is_proposed_for_an_error_still_to_be_named():
    found = proposed(circumstances_grade="light")

    assert found["other"][0] == "rectify"
    assert found["other"][1]


MINOR = {"circumstances_grade": "minor", "violates_law": True}
LEADER = {"subject_is_party_member": True, "subject_is_leading_cadre": True}
NOT_CALLED = {"corrections": [], "rules": {}}


def cited(document, measure) -> list[tuple[str, str]]:
    return [(one.id, one.article) for one in provisions(document, measure)]


def test_a_correction_is_cited_by_the_texts_that_reach_the_person_and_by_none_where_the_method_alone_calls_for_it():
    leader = document(**MINOR, **LEADER)
    other = document(**MINOR, subject_is_party_member=False)

    assert cited(leader, "reminder") == [("SUPV2016", "第二十一条")]
    assert cited(other, "reminder") == []
    assert [one["rules"] for one in other["corrections"] if one["id"] == "reminder"] == [
        ["corrections.early_sign"]
    ]
    assert cited(other, "hazard") == []


def test_a_measure_that_no_rule_calls_for_is_cited_by_the_text_of_its_situation_where_it_reaches_the_person():
    leader = NOT_CALLED | {"facts": LEADER}

    assert cited(leader, "reminder") == [("SUPV2016", "第二十一条")]
    assert cited(leader, "admonition") == [("ADM2005", "第三条至第五条")]
    assert cited(leader, "organisational") == [("ADM2005", "第五条")]
    assert cited(leader, "hazard") == []
    for facts in ({}, LEADER | {"subject_is_leading_cadre": False}, {"subject_is_party_member": True}):
        for measure in ("reminder", "written_inquiry", "admonition", "organisational", "return_benefits", "clear_name"):
            assert cited(NOT_CALLED | {"facts": facts}, measure) == [], (facts, measure)
    assert cited(NOT_CALLED | {"facts": {"subject_category": "civil_servant"}}, "return_benefits") == [
        ("PD2020", "第二十五条")
    ]


def test_a_text_about_one_kind_of_matter_is_not_cited_for_another():
    for known, of_it in (({}, []), ({"is_major_admin_decision": True}, [("MAD2019", "第三十八条、第三十九条")])):
        assert cited(NOT_CALLED | {"facts": LEADER | known}, "order_to_correct") == of_it
    graver = {"subject_category": "civil_servant", "circumstances_grade": "serious"}
    assert cited(NOT_CALLED | {"facts": graver}, "talk_or_criticism") == []


def test_a_text_that_a_rule_of_the_case_cites_stands_while_it_is_not_known_that_it_is_for_others():
    called = {
        "facts": {}, "corrections": [{"id": "return_benefits", "rule": "x.a"}],
        "rules": {
            "x.a": {
                "instrument": "PD2020", "source": {"zh": "甲", "en": "A"}, "article": "第二十五条", "confidence": "SEEN"
            }
        },
    }  # fmt: skip

    for known, of_it in (({}, 1), ({"subject_category": "soe_manager"}, 1), ({"subject_category": "non_official"}, 0)):
        assert len(cited(called | {"facts": known}, "return_benefits")) == of_it


def test_an_old_document_cites_no_party_text_to_somebody_outside_the_party():
    of_old = document(**MINOR, subject_is_party_member=False)
    of_old["rules"]["corrections.early_sign"] |= {
        "instrument": "SUPV2016", "article": "第二十一条", "confidence": "EXCERPT",
    }  # fmt: skip

    assert cited(of_old, "reminder") == []
    assert cited(of_old | {"facts": of_old["facts"] | LEADER}, "reminder") == [("SUPV2016", "第二十一条")]


def test_the_general_order_to_correct_is_not_proposed_beside_a_particular_one():
    found = proposed(circumstances_grade="light", formal_approval_missing=True)

    assert "rectify" not in {measure for measure, _ in found.values()}


def test_nothing_is_proposed_where_nothing_is_shown():
    assert proposals({"corrections": [], "facts": {"deaths": 0}}) == []
