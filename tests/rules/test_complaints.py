"""What follows from the finding on a complaint: the clearance of the name, and that untrue is never false by itself."""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.load import published_cases
from rules.complaints import CLEARANCE, FORMS, PATH, ROUTES, judge_complaint
from rules.library import library, task_library
from rules.vocabulary import BadValue, vocabulary

from .tasks import cases, facts_read, less

AS_OF = date(2026, 11, 22)
LAW = settings(max_examples=150, deadline=None, derandomize=True, database=None)
UNTRUE = {"complaint_outcome": "unsubstantiated"}
OWN = {"respondent_is_own_chief": False, "complaint_kind": "accusation"}
BOTH = {"fabrication_evidence": True, "intent_to_frame": True}
EFFECTS = vocabulary().facts["adverse_effect_on_respondent"].values
BAD_EFFECTS = [one for one in EFFECTS if one not in ("none", "inquiry_only")]
OUTCOMES = vocabulary().facts["complaint_outcome"].values
AGGRAVATORS = vocabulary().facts["false_accusation_aggravators"].values


def judged(*facts: dict, on: date = AS_OF) -> dict:
    return judge_complaint({name: value for some in facts for name, value in some.items()}, on)


def due(*facts: dict, on: date = AS_OF) -> str:
    return judged(*facts, on=on)["clearance_due"]


def path(*facts: dict, on: date = AS_OF) -> str:
    return judged(*facts, on=on)["false_accusation_path"]


def effect(*values: str) -> dict:
    return {"adverse_effect_on_respondent": list(values)}


# -- the published cases


@pytest.fixture(scope="module")
def published() -> list[tuple[dict, dict]]:
    rows = [row for row in published_cases() if row["task"] == "complaint"]
    assert len(rows) == 19
    return [(row, judge_complaint(row["facts"], AS_OF)) for row in rows]


def agrees(row: dict, answer: dict) -> dict[str, bool]:
    """Which parts of an answer are among the acceptable ones."""
    told = row["acceptable"]
    return {
        "finding": answer["finding"] in told["finding"],
        "clearance_due": answer["clearance_due"] in told["clearance_due"],
        "forms": "written" in answer["forms"] and bool({*answer["forms"]} & {*told["form_ok"]}),
        "false_accusation_path": answer["false_accusation_path"] in told["false_accusation_path"],
        "approval_level_min": answer["approval_level_min"]
        == told.get("approval_level_min", answer["approval_level_min"]),
        "accuser_route": not told.get("accuser_route")
        or not {*told["accuser_route"]}.isdisjoint(answer["accuser_route"]),
    }


def test_the_published_complaints_come_out_as_decided(published):
    wrong = {
        row["id"]: agrees(row, answer) for row, answer in published if not all(agrees(row, answer).values())
    }

    assert wrong == {}


def test_no_certain_answer_departs_from_what_was_published(published):
    assert not [
        row["id"]
        for row, answer in published
        if answer["certainty"] == "certain" and not all(agrees(row, answer).values())
    ]


def test_hardly_any_published_clearance_is_left_open_or_referred(published):
    answers = Counter(answer["clearance_due"] for _, answer in published)

    assert answers["open"] == 0
    assert answers["refer"] <= 1


# -- is the name to be cleared


@pytest.mark.parametrize("one", BAD_EFFECTS)
def test_an_untrue_complaint_with_a_bad_effect_is_cleared(one):
    answer = judged(UNTRUE, effect(one))

    assert answer["clearance_due"] == "yes"
    assert answer["forms"] == list(FORMS)
    assert ("PD2020", "第五十三条") in {
        (reason["instrument"], reason["article"]) for reason in answer["reasons"]
    }


def test_without_a_known_effect_the_organ_assesses_and_is_told_what_to_find_out():
    answer = judged(UNTRUE, OWN)

    assert answer["clearance_due"] == "assess"
    assert answer["certainty"] == "provisional"
    assert "adverse_effect_on_respondent" in answer["decisive_unknowns"]


def test_no_effect_is_no_clearance_unless_the_person_asks():
    assert due(UNTRUE, effect("none")) == "no"
    assert due(UNTRUE, effect("none"), {"clearance_requested_by": "organ"}) == "no"
    assert due(UNTRUE, effect("none"), {"clearance_requested_by": "respondent"}) == "assess"
    assert judged(UNTRUE, effect("none"))["forms"] == []


def test_a_bad_effect_beside_none_or_beside_that_of_the_inquiry_still_counts():
    assert (
        due(UNTRUE, effect("none", "selection")) == due(UNTRUE, effect("inquiry_only", "selection")) == "yes"
    )


@pytest.mark.parametrize(
    "facts",
    [
        {**UNTRUE, **effect("inquiry_only")},
        {"complaint_outcome": "cannot_verify_or_exclude"},
        {"complaint_outcome": "true_but_no_violation", **effect("selection")},
    ],
    ids=["only the inquiry", "not excluded", "true but no violation"],
)
def test_where_the_texts_differ_on_clearing_people_decide(facts):
    answer = judged(facts)

    assert answer["clearance_due"] == "refer"
    assert [one["code"] for one in answer["refer"]] == ["C-15"]


def test_what_was_true_is_not_cleared_and_what_was_partly_true_is_assessed_point_by_point():
    assert due({"complaint_outcome": "substantiated"}, effect("selection")) == "no"
    assert due({"complaint_outcome": "partly"}, effect("selection")) == "assess"
    assert due({"complaint_outcome": "partly"}, effect("none")) == "no"


@pytest.mark.parametrize("outcome", [None, *OUTCOMES])
def test_wrongful_accountability_is_cleared_in_its_original_scope_whatever_the_finding(outcome):
    facts = {"improper_accountability_found": True} | ({"complaint_outcome": outcome} if outcome else {})

    answer = judged(facts)

    assert (answer["clearance_due"], answer["finding"]) == ("yes", outcome)
    assert "complaints.original_scope" in [reason["rule"] for reason in answer["reasons"]]


def test_nothing_is_known_and_nothing_is_due():
    answer = judged({})

    assert (answer["finding"], answer["clearance_due"], answer["forms"]) == (None, "open", [])
    assert (answer["false_accusation_path"], answer["certainty"]) == ("closed", "provisional")
    assert answer["decisive_unknowns"][0] == "complaint_outcome"


@pytest.mark.parametrize("above", [{"respondent_is_own_chief": True}, {"complaint_kind": "belongs_superior"}])
def test_what_belongs_to_the_organ_above_is_not_answered_here(above):
    answer = judged(UNTRUE, effect("selection"), above)

    assert answer["clearance_due"] == "refer"
    assert "G0" in [one["code"] for one in answer["refer"]]


def test_before_the_texts_were_there_nothing_is_due_and_nothing_is_certain():
    answer = judged(UNTRUE, OWN, effect("selection"), BOTH, on=date(2019, 1, 1))

    assert (answer["clearance_due"], answer["false_accusation_path"]) == ("open", "closed")
    assert answer["certainty"] == "provisional"


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("complaints.clear_effect", date(2020, 7, 1)),
        ("complaints.clear_opinion", date(2020, 5, 20)),
        ("complaints.clear_soe", date(2024, 9, 1)),
    ],
)
def test_a_duty_to_clear_begins_with_its_law(rule, first):
    for day, there in ((first - timedelta(days=1), False), (first, True)):
        answer = judged(UNTRUE, effect("selection"), {"subject_category": "soe_manager"}, on=day)
        assert (rule in [reason["rule"] for reason in answer["reasons"]]) is there


# -- the forms


@pytest.mark.parametrize("method", ["media", "public_notice"])
def test_media_and_public_notice_are_a_question_and_never_among_the_forms(method):
    answer = judged(UNTRUE, effect("selection"), {"clearance_method": ["meeting", method]})

    assert [one["code"] for one in answer["refer"]] == ["C-14"]
    assert answer["clearance_due"] == "yes"
    assert answer["forms"] == list(FORMS)


# -- untrue is not false


@LAW
@given(cases("complaint"))
def test_an_accusation_may_only_be_opened_where_fabrication_and_intent_are_both_established(facts):
    may_open = path(facts) == "may_open"

    assert not may_open or (
        facts.get("fabrication_evidence") is True and facts.get("intent_to_frame") is True
    )


@LAW
@given(cases("complaint"))
def test_what_the_finding_and_its_effects_are_never_opens_it(facts):
    for fact in (
        "fabrication_evidence",
        "intent_to_frame",
        "accuser_admitted",
        "allegation_basis",
        "instigator_role",
    ):
        facts.pop(fact, None)
    facts.pop("false_accusation_aggravators", None)

    assert path(facts) == "closed"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_mistaken_report_is_closed_for_certain(outcome):
    for shown in ({"intent_to_frame": False}, {"fabrication_evidence": False}):
        answer = judged(
            {"complaint_outcome": outcome}, shown, {"false_accusation_aggravators": list(AGGRAVATORS)}
        )
        assert answer["false_accusation_path"] == "closed"
        assert not {"party_discipline", "state_sanction", "public_security", "crime"} & {
            *answer["accuser_route"]
        }


def test_each_element_alone_leaves_it_open_and_asks_for_the_other():
    for shown, asked in (
        (("fabrication_evidence"), "intent_to_frame"),
        (("intent_to_frame"), "fabrication_evidence"),
    ):
        answer = judged(UNTRUE, {shown: True})
        assert answer["false_accusation_path"] == "open"
        assert asked in answer["decisive_unknowns"]


@pytest.mark.parametrize(
    "sign", [{"accuser_admitted": True}, {"allegation_basis": "invented"}, {"instigator_role": True}]
)
def test_signs_without_the_elements_open_nothing(sign):
    assert path(UNTRUE, sign) == "open"


@pytest.mark.parametrize("aggravator", AGGRAVATORS)
def test_aggravating_circumstances_without_the_elements_are_a_question(aggravator):
    answer = judged(UNTRUE, {"false_accusation_aggravators": [aggravator], "false_accuser_status": "other"})

    assert answer["false_accusation_path"] == "refer"
    assert "INTENT" in [one["code"] for one in answer["refer"]]
    assert answer["accuser_route"] == ["public_security"]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("unsubstantiated", "may_open"),
        ("partly", "may_open"),
        ("substantiated", "closed"),
        ("cannot_verify_or_exclude", "refer"),
        ("true_but_no_violation", "refer"),
    ],
)
def test_both_elements_must_fit_the_finding(outcome, expected):
    answer = judged({"complaint_outcome": outcome}, BOTH)

    assert answer["false_accusation_path"] == expected
    assert ("C-24" in [one["code"] for one in answer["refer"]]) == (expected == "may_open")


def test_both_elements_without_a_finding_wait_for_it():
    answer = judged(BOTH)

    assert answer["false_accusation_path"] == "open"
    assert answer["decisive_unknowns"][0] == "complaint_outcome"


@pytest.mark.parametrize(
    ("level", "least"),
    [(None, "city"), ("county", "city"), ("city", "city"), ("province", "province"), ("central", "central")],
)
def test_the_level_that_approves_follows_who_manages_the_cadre(level, least):
    assert (
        judged(UNTRUE, BOTH, {"managing_authority_level": level} if level else {})["approval_level_min"]
        == least
    )


@pytest.mark.parametrize(
    ("status", "routes"),
    [
        ("party_member", ["party_discipline", "crime"]),
        ("public_official", ["party_discipline", "state_sanction", "crime"]),
        ("other", ["public_security", "crime"]),
    ],
)
def test_the_route_follows_the_status_of_the_author(status, routes):
    assert judged(UNTRUE, BOTH, {"false_accuser_status": status})["accuser_route"] == routes


# -- certainty


def test_an_answer_is_certain_once_nothing_unknown_can_change_it():
    answer = judged(UNTRUE, OWN, effect("selection"), {"intent_to_frame": False})

    assert answer["certainty"] == "certain"
    assert answer["decisive_unknowns"] == []


@LAW
@given(cases("complaint"), st.lists(st.booleans(), max_size=20))
def test_knowing_less_may_widen_a_certain_answer_and_never_turns_it(facts, chance):
    full, part = judged(facts), judged(less(facts, chance))

    if full["certainty"] == part["certainty"] == "certain":
        for key in ("finding", "clearance_due", "false_accusation_path", "forms"):
            assert full[key] == part[key]


@LAW
@given(cases("complaint"), cases("complaint"))
def test_a_certain_answer_is_that_of_every_completion(facts, more):
    answer = judged(facts)

    if answer["certainty"] == "certain":
        completed = judged(more, facts)
        for key in ("finding", "clearance_due", "false_accusation_path"):
            assert completed[key] == answer[key]


@LAW
@given(cases("complaint"))
def test_a_provisional_answer_names_what_to_find_out_and_a_certain_one_nothing(facts):
    answer = judged(facts)

    assert bool(answer["decisive_unknowns"]) != (answer["certainty"] == "certain")
    assert facts.keys().isdisjoint(answer["decisive_unknowns"])


@LAW
@given(cases("complaint", "complaint_named", "deaths"))
def test_the_answer_is_of_the_contract_and_rests_on_rules_with_a_provision(facts):
    answer = judged(facts)

    assert answer["finding"] == facts.get("complaint_outcome")
    assert answer["clearance_due"] in {"open", *(one for _, one in CLEARANCE)}
    assert answer["false_accusation_path"] in {one for _, one in PATH}
    assert not answer["forms"] or answer["forms"][0] == "written"
    assert {*answer["accuser_route"]} <= {*ROUTES}
    for reason in answer["reasons"]:
        assert reason["zh"]
        assert reason["en"]
        assert reason["article"]
        assert reason["confidence"] not in ("RECALLED", "EXCERPT-")


def test_every_finding_that_an_answer_goes_by_is_made_by_some_rule():
    made = {name for rule in task_library("complaint").packs["complaints"].rules for name in rule.establishes}

    assert {name for name, _ in (*CLEARANCE, *PATH)} <= made
    assert {f"form.{form}" for form in FORMS} | {f"route.{route}" for route in ROUTES} <= made


def test_the_questions_are_worded_as_in_the_packs_of_the_disposition():
    elsewhere = library().packs["referrals"].questions

    for code, text in task_library("complaint").packs["complaints"].questions.items():
        assert text == elsewhere.get(code, text)


def test_nothing_about_who_wrote_is_read():
    """Whether a complaint is signed, who wrote it and how decide nothing about the name of the respondent."""
    read = {fact.id for fact in facts_read("complaint")}

    assert read.isdisjoint(
        {"complaint_named", "case_source", "identity_borrowed", "accuser_motive", "unmask_approval_level"}
    )


def test_a_fact_that_is_none_or_has_a_wrong_value_is_refused():
    with pytest.raises(KeyError):
        judged({"guilt": True})
    with pytest.raises(BadValue):
        judged({"complaint_outcome": "false"})


def test_every_finding_with_every_single_effect_has_an_answer_of_its_own():
    for outcome, one in product(OUTCOMES, EFFECTS):
        answer = due({"complaint_outcome": outcome}, effect(one))
        assert answer in ("yes", "assess", "no", "refer")
        assert (answer == "yes") == (outcome == "unsubstantiated" and one in BAD_EFFECTS)


@LAW
@given(cases("complaint"))
def test_a_case_that_ended_without_improper_conduct_is_cleared(facts):
    facts |= {
        "no_improper_conduct_found": True,
        "respondent_is_own_chief": False,
        "complaint_kind": "accusation",
    }

    assert judge_complaint(facts, date(2026, 11, 22))["clearance_due"] == "yes"


@pytest.mark.parametrize(("member", "due"), [(True, "yes"), (False, "no")])
def test_a_party_member_falsely_accused_is_cleared_even_where_nothing_came_of_it(member, due):
    answer = judged(UNTRUE, BOTH, effect("none"), {"subject_is_party_member": member})

    assert answer["clearance_due"] == due


@pytest.mark.parametrize("instigated", [True, False])
def test_who_hired_others_is_named_among_the_reasons_and_opens_nothing_by_it(instigated):
    answer = judged(UNTRUE, BOTH, {"instigator_role": instigated})

    assert answer["false_accusation_path"] == "may_open"
    assert ("LL2021" in {reason["instrument"] for reason in answer["reasons"]}) == instigated
    assert judged(UNTRUE, {"instigator_role": True})["false_accusation_path"] == "open"
