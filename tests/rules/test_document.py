"""The document of an assessment: what it says of a small chain, gate by gate, and that it says nothing else."""

from rules import phrases
from rules.offered import rules_of
from rules.pack import DISPOSITIONS

from .chain import (
    LIBRARY,
    PACK,
    RULES,
    STEPS,
    WORDS,
    document,
    gate,
    known,
    made,
    measure,
    outcome,
    why_not,
)
from .made import make_library, make_rule


def test_a_document_says_what_it_was_made_from():
    found = document(pilot=True, noise=False)

    assert (found["format"], found["as_of"], found["conduct"], found["region"]) == (
        "casebook-assessment/1",
        "2026-11-21",
        "2020",
        "gx",
    )
    assert list(found["facts"].items()) == [("noise", False), ("pilot", True)]
    assert found["packs"]["made"]["digest"] == LIBRARY.packs["made"].digest
    assert found["vocabulary"] == {"digest": LIBRARY.vocabulary.digest}
    assert found["rules"].keys() == {rule["id"] for rule in RULES}
    assert [step["id"] for step in found["steps"]] == [step["id"] for step in STEPS]


def test_a_ground_that_nothing_bars_is_tolerated_and_the_gates_say_where_it_stopped():
    found = document(out=False, asked=False, pilot=True, gain=False)

    assert (found["disposition"], found["certainty"]) == ("tolerate", "certain")
    assert (gate(found, "G11")["status"], gate(found, "G11")["disposition"]) == ("stops", "tolerate")
    assert gate(found, "G11")["rules"] == ["x.tolerated"]
    assert (gate(found, "G0")["status"], gate(found, "G7")["status"], gate(found, "G4")["status"]) == (
        "passed",
    ) * 3
    assert gate(found, "G9")["status"] == "open"
    assert found["tolerances"][0] | {"title": None} == {
        "code": "T-01",
        "title": None,
        "status": "established",
        "rules": ["x.pilot"],
    }
    assert [(one["code"], one["status"]) for one in found["red_lines"]] == [("N-01", "not_established")]
    assert {one["disposition"] for one in found["why_not"]} == {*DISPOSITIONS} - {"tolerate"}


def test_a_red_line_is_the_reason_why_an_error_is_not_tolerated():
    found = document(out=False, asked=False, pilot=True, gain=True, fault=True)

    assert found["disposition"] == "hold_accountable"
    assert (why_not(found, "tolerate")["gate"], why_not(found, "tolerate")["rules"]) == ("G4", ["x.gain"])


def test_without_a_ground_that_is_the_reason():
    found = document(out=False, asked=False, pilot=False, fault=True)

    assert (why_not(found, "tolerate")["gate"], why_not(found, "tolerate")["rules"]) == ("G11", [])


def test_a_step_passed_before_and_one_not_reached_are_told_apart():
    held = document(out=False, asked=False, pilot=False, fault=True)
    again = document(out=False, asked=False, pilot=True, gain=True, fault=False)

    assert why_not(held, "refer")["gate"] == "G7"
    assert why_not(held, "refer")["rules"] == ["x.out", "x.asks"]
    assert (why_not(held, "correct")["gate"], why_not(held, "correct")["rules"]) == ("G9", ["x.graded"])
    assert (why_not(again, "hold_accountable")["gate"], why_not(again, "hold_accountable")["rules"]) == (
        "G9",
        ["x.graded"],
    )


def test_a_disposition_with_a_step_before_and_a_step_behind_says_that_the_chain_had_stopped():
    rules = [*RULES, make_rule("x.second", known("noise"), {"finding": "barred.any"})]
    library = make_library(WORDS, PACK | {"rules": rules})

    barred = document(library, out=False, asked=False, pilot=True, fault=True, noise=True)
    asked = document(out=False, asked=True, pilot=True)

    assert (barred["disposition"], asked["disposition"]) == ("hold_accountable", "refer")
    assert why_not(barred, "tolerate") == {
        "disposition": "tolerate",
        "gate": "G11",
        "text": phrases.WHY_STOPPED,
        "rules": ["x.tolerated"],
    }
    assert why_not(asked, "tolerate")["text"] == phrases.WHY_EARLIER
    assert (why_not(asked, "tolerate")["gate"], why_not(asked, "tolerate")["rules"]) == ("G7", ["x.asks"])


def test_what_is_routed_out_is_referred_by_the_gate_itself():
    found = document(out=True)

    assert (found["disposition"], [one["code"] for one in found["refer"]]) == ("refer", ["G0"])
    assert (found["refer"][0]["rules"], found["refer"][0]["decisive"]) == (["x.out"], True)
    assert (gate(found, "G0")["status"], why_not(found, "correct")["rules"]) == ("stops", ["x.out"])


def test_a_question_that_stops_the_chain_is_decisive_and_one_beside_it_is_not():
    stopped = document(out=False, asked=True)
    beside = document(out=True, asked=True)

    assert [(one["code"], one["decisive"], one["rules"]) for one in stopped["refer"]] == [
        ("C-02", True, ["x.asked"])
    ]
    assert [(one["code"], one["decisive"]) for one in beside["refer"]] == [("C-02", False), ("G0", True)]


def test_a_case_that_no_step_stops_is_referred_for_want_of_anything_shown():
    found = document(out=False)

    assert (found["disposition"], found["certainty"]) == ("refer", "provisional")
    assert [(one["code"], one["decisive"], one["rules"]) for one in found["refer"]] == [("FACTS", True, [])]
    assert (why_not(found, "hold_accountable")["gate"], why_not(found, "hold_accountable")["rules"]) == (
        "G1",
        [],
    )
    assert "stops" not in {one["status"] for one in found["gates"]}


def test_two_formulations_that_pull_apart_are_a_question_for_the_panel():
    found = document(out=False, asked=False, pilot=True, calm=True, gain=True, fault=False)

    verdicts = {one["id"]: (one["verdict"], one["formulation"]) for one in found["ledger"]}
    assert verdicts["T1"] == ("tolerable", "central")
    assert verdicts["S1"] == ("intolerable", "plain")
    assert (verdicts["T2"][0], verdicts["S3"][0]) == ("mixed", "open")
    assert [(one["code"], one["decisive"], one["rules"]) for one in found["refer"]] == [
        ("C-01", False, ["x.selfish"])
    ]


def test_a_rule_that_is_open_is_listed_on_its_side_of_the_ledger():
    found = document(out=False, pilot=True)

    assert {one["id"]: one["open"] for one in found["ledger"]}["T2"] == ["x.mixed", "x.mixed_too"]


def test_the_gravest_ground_is_the_grade_and_is_compared_with_the_one_stated():
    slight = document(fault=True, circumstances_grade="serious")
    grave = document(fault=True, harm=True, circumstances_grade="serious")
    none = document(fault=False, circumstances_grade="serious")

    assert slight["gravity"] == {
        "derived": "light",
        "stated": "serious",
        "differs": True,
        "grounds": ["x.fault"],
    }
    assert grave["gravity"] == {
        "derived": "serious",
        "stated": "serious",
        "differs": False,
        "grounds": ["x.harm"],
    }
    assert none["gravity"] == {"derived": None, "stated": "serious", "differs": False, "grounds": []}


def test_outcomes_are_listed_once_and_what_waits_for_a_fact_names_it():
    found = document(out=False, asked=False, pilot=False, fault=True, light=True, heavy=True)

    assert [(one["measure"], one["months"], one["rule"]) for one in found["outcomes"]] == [
        ("P1", 12, "x.measure"),
        ("P2", None, "x.measure"),
    ]
    assert found["outcomes_open"] == [{"regime": "party_discipline", "missing": ["identity"]}]
    assert (found["mitigating"], found["aggravating"], found["corrections"]) == (["x.light"], ["x.heavy"], [])


def test_what_must_follow_is_named_before_what_may_and_law_before_the_method_and_none_of_them_is_left_out():
    held = made("disposition.hold_accountable")
    source = {"instrument": "M", "article": "第一条", "confidence": "SEEN", "checked": "2026-11-21"}
    law = {"source": source, "since": "2001-01-01"}
    rules = [
        *(rule for rule in RULES if rule["id"] not in ("x.measure", "x.same")),
        make_rule("x.a_choice", held, outcome(measure("P1", 12))),
        make_rule("x.b_may", held, outcome(measure("P1", 12)), force="may", **law),
        make_rule("x.c_must", held, outcome(measure("P1", 12), measure("P2", None)), force="must", **law),
    ]
    library = make_library(WORDS, PACK | {"rules": rules})

    same, alone = document(library, out=False, asked=False, pilot=False, fault=True)["outcomes"]

    assert (same["rule"], same["force"]) == ("x.c_must", "must")
    assert same["rules"] == ["x.c_must", "x.b_may", "x.a_choice"]
    assert (alone["rule"], alone["rules"]) == ("x.c_must", ["x.c_must"])


def test_what_may_be_is_open_no_longer_once_it_is_offered_and_what_must_be_is():
    held = made("disposition.hold_accountable")
    asked = {"all": [held, known("identity")]}
    law = {
        "source": {"instrument": "M", "article": "第一条", "confidence": "SEEN", "checked": "2026-11-21"},
        "since": "2001-01-01",
    }

    def still_open(force):
        rules = [
            *(rule for rule in RULES if "outcome" not in rule["then"]),
            make_rule("x.offers", held, outcome(measure("P1", 12))),
            make_rule("x.again", asked, outcome(measure("P1", 12)), force=force, **law),
        ]
        library = make_library(WORDS, PACK | {"rules": rules})
        return document(library, out=False, asked=False, pilot=False, fault=True)["outcomes_open"]

    assert still_open("may") == []
    assert still_open("must") == [{"regime": "party_discipline", "missing": ["identity"]}]


def test_a_correction_that_several_rules_call_for_stands_once_with_all_of_them():
    again = make_rule("x.mend_too", made("disposition.correct"), {"correction": "mend"}, force="must")
    library = make_library(WORDS, PACK | {"rules": [*RULES, again]})

    (found,) = document(library, out=False, asked=False, pilot=False, fault=False)["corrections"]

    assert (found["rule"], found["rules"]) == ("x.mend_too", ["x.mend_too", "x.mend"])


def test_the_rules_of_an_entry_made_before_they_were_listed_are_the_one_it_names():
    assert rules_of({"rule": "x.a"}) == ["x.a"]
    assert rules_of({"rule": "x.a", "rules": ["x.a", "x.b"]}) == ["x.a", "x.b"]


def test_a_correction_belongs_to_the_disposition_that_calls_for_it():
    found = document(out=False, asked=False, pilot=False, fault=False)

    assert found["disposition"] == "correct"
    assert [(one["id"], one["rule"]) for one in found["corrections"]] == [("mend", "x.mend")]
    assert (found["outcomes"], found["outcomes_open"]) == ([], [])


def test_a_presumption_on_which_the_answer_rests_is_shown_and_no_other():
    rules = [*RULES, make_rule("x.presumed", known("harm", False), {"step": "corrected"})]
    library = make_library(WORDS, PACK | {"rules": rules})

    used = document(library, out=False, asked=False, pilot=False, fault=False)
    unused = document(out=False, asked=False, pilot=True, gain=False)

    assert [(one["fact"], one["value"], one["burden"]) for one in used["presumed"]] == [
        ("harm", False, "against")
    ]
    assert unused["presumed"] == []


def test_each_factor_lists_its_facts_and_the_rules_on_either_side():
    found = document(pilot=True, gain=True, identity=True)

    (factor,) = found["factors"]
    assert [(one["fact"], one["value"]) for one in factor["facts"]] == [("gain", True), ("pilot", True)]
    assert (factor["for"], factor["against"]) == (["x.pilot"], ["x.gain"])
    assert "out" in factor["unknown"]
    assert "identity" not in factor["unknown"]


def test_the_trace_of_a_rule_says_what_decided_it_and_what_is_missing():
    rules = document(pilot=True, fault=True)["rules"]

    assert rules["x.tolerated"]["status"] == "open"
    assert rules["x.tolerated"]["provisional"] == "fired"
    assert rules["x.tolerated"]["missing"] == ["gain"]
    assert rules["x.harm"]["because"] == [
        {"fact": "harm", "op": "is_not", "value": True, "found": False},
    ]
    assert rules["x.pilot"]["because"] == [{"fact": "pilot", "op": "is", "value": True, "found": True}]
    assert (rules["x.pilot"]["version"], rules["x.pilot"]["from"], rules["x.pilot"]["to"]) == (
        "x.pilot@method",
        None,
        None,
    )
