"""The document of an assessment: what it says of a small chain, gate by gate, and that it says nothing else."""

import pytest

from rules import phrases
from rules.assess import assess
from rules.conduct import Conduct
from rules.pack import DISPOSITIONS
from rules.vocabulary import BadValue

from .made import TODAY, both, make_fact, make_library, make_pack, make_rule, make_step, make_words

WORDS = make_words(
    *(
        make_fact(fact_id)
        for fact_id in ("out", "gain", "pilot", "fault", "noise", "calm", "asked", "light", "heavy")
    ),
    make_fact("harm", presume=False),
    make_fact("circumstances_grade", "choice", ("light", "serious")),
    make_fact("identity", factor="case"),
)
STEPS = [
    make_step("routed_out", "refer", 10, gate="G0"),
    make_step("asked", "refer", 20, gate="G7"),
    make_step("tolerated", "tolerate", 30),
    make_step("graded", "hold_accountable", 40, gate="G9"),
    make_step("barred_too", "tolerate", 50),
    make_step("corrected", "correct", 60),
]


def known(fact_id, value=True):
    return {"fact": fact_id, "is": value}


def made(name):
    return {"finding": name, "is": True}


def measure(code, months):
    return {"measure": code, "months": months}


def outcome(*measures):
    return {"outcome": {"regime": "party_discipline", "band": "light", "measures": list(measures)}}


RULES = [
    make_rule("x.out", known("out"), {"step": "routed_out"}),
    make_rule("x.gain", known("gain"), {"red_line": "N-01", "finding": "barred.any"}, side="against"),
    make_rule("x.pilot", known("pilot"), {"tolerance": "T-01", "finding": "tolerable.any"}, side="for"),
    make_rule("x.calm", known("calm"), {"ledger": {"distinction": "T1", "side": "tolerable"}}),
    make_rule("x.selfish", known("gain"), {"ledger": {"distinction": "S1", "side": "intolerable"}}),
    make_rule("x.mixed", known("calm"), {"ledger": {"distinction": "T2", "side": "tolerable"}}),
    make_rule("x.mixed_too", known("gain"), {"ledger": {"distinction": "T2", "side": "intolerable"}}),
    make_rule("x.asked", known("asked"), {"refer": "C-02", "finding": "panel"}),
    make_rule("x.asks", made("panel"), {"step": "asked"}),
    make_rule("x.tolerated", made("tolerable.any"), {"step": "tolerated"}, unless=["barred.any"]),
    make_rule("x.fault", known("fault"), {"gravity": "light", "finding": "grave"}),
    make_rule("x.harm", {"all": [known("fault"), known("harm")]}, {"gravity": "serious"}),
    make_rule("x.graded", made("grave"), {"step": "graded"}),
    make_rule("x.corrected", known("fault", False), {"step": "corrected"}),
    make_rule("x.light", known("light"), {"effect": "mitigate"}),
    make_rule("x.heavy", known("heavy"), {"effect": "aggravate"}),
    make_rule(
        "x.measure", made("disposition.hold_accountable"), outcome(measure("P1", 12), measure("P2", None))
    ),
    make_rule(
        "x.same", {"all": [made("disposition.hold_accountable"), known("fault")]}, outcome(measure("P1", 12))
    ),
    make_rule(
        "x.who",
        {"all": [made("disposition.hold_accountable"), known("identity")]},
        outcome(measure("P3", 24)),
    ),
    make_rule("x.mend", made("disposition.correct"), {"correction": "mend"}),
    make_rule("x.noise", known("noise"), {"finding": "noise"}),
]
TITLES = {
    name: both(name)
    for name in (
        "measure.P1",
        "measure.P2",
        "measure.P3",
        "red_line.N-01",
        "red_line.N-09",
        "tolerance.T-01",
        "correction.mend",
    )
}
PACK = make_pack(RULES, STEPS, titles=TITLES, questions={"C-02": both("C-02")}, regime="party_discipline")
LIBRARY = make_library(WORDS, PACK)


def document(library=LIBRARY, conduct="2020", **facts):
    return assess(facts, Conduct.parse(conduct), TODAY, "gx", library)


def gate(found, name):
    return next(one for one in found["gates"] if one["id"] == name)


def why_not(found, disposition):
    return next(one for one in found["why_not"] if one["disposition"] == disposition)


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
    assert found["rules"].keys() == {rule["id"] for rule in RULES}
    assert [step["id"] for step in found["steps"]] == [step["id"] for step in STEPS]


def test_a_fact_that_does_not_exist_or_takes_no_such_value_is_refused():
    with pytest.raises(KeyError, match="luck"):
        document(luck=True)
    with pytest.raises(BadValue, match="pilot"):
        document(pilot="yes")


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


# -- where the answer is not the reading of one version


def split(step, fact_id):
    """A step that is certain to stop although, while the fact is unknown, no reading shows it."""
    return make_rule(f"x.{step}", {"any": [known(fact_id), known(fact_id, False)]}, {"step": step})


def test_the_only_disposition_that_can_be_reached_is_the_answer_although_no_step_is_shown():
    library = make_library(WORDS, PACK | {"rules": [split("graded", "fault"), *RULES[-6:]]})

    found = document(library)

    assert (found["disposition"], found["certainty"]) == ("hold_accountable", "certain")
    assert (found["outcomes"], found["outcomes_open"], found["corrections"], found["refer"]) == (
        [],
        [],
        [],
        [],
    )


def test_what_no_completion_of_the_case_leads_to_is_not_recommended():
    either = [
        make_rule("x.held", known("fault"), {"step": "tolerated"}),
        make_rule("x.not_held", known("fault", False), {"step": "asked"}),
        make_rule("x.always", known("noise"), {"step": "graded"}),
    ]
    library = make_library(WORDS, PACK | {"rules": [*either, *RULES[-6:]]})

    found = document(library, noise=True)

    assert found["reachable"] == ["tolerate", "refer"]
    assert (found["disposition"], found["certainty"], found["outcomes"]) == ("refer", "provisional", [])
    assert [one["fact"] for one in found["decisive_unknowns"]] == ["fault"]


def changed(old, new):
    """A library whose law changed with 2020 from one step that always stops to another."""
    rules = [
        make_rule("x.law", {"any": [known("fault"), known("fault", False)]}, {"step": step}, **dates)
        for step, dates in (
            (old, {"since": "2010-01-01", "until": "2019-12-31"}),
            (new, {"since": "2020-01-01"}),
        )
    ]
    return make_library(WORDS, PACK | {"rules": rules, "governed_by": "conduct"})


@pytest.mark.parametrize(
    ("old", "new", "conduct", "notes", "disposition"),
    [
        ("graded", "corrected", "2021", [], "correct"),
        ("graded", "corrected", "2019", [("lighter", "")], "correct"),
        ("corrected", "graded", "2019", [], "correct"),
        ("asked", "corrected", "2019", [("C-12", "decisive")], "refer"),
        ("graded", "asked", "2019", [("C-12", "decisive")], "refer"),
        ("corrected", "graded", None, [("C-12", "decisive"), ("possible", "")], "refer"),
        ("corrected", "corrected", None, [("possible", "")], "correct"),
        ("corrected", "graded", {"from": "2019", "to": "2020"}, [("C-12", "beside")], "hold_accountable"),
        ("corrected", "graded", {"from": "2018", "to": "2019"}, [], "correct"),
    ],
)
def test_what_is_notable_about_the_law_is_said(old, new, conduct, notes, disposition):
    found = document(changed(old, new), conduct, fault=True)

    assert found["disposition"] == disposition
    assert [note["code"] for note in found["law_notes"]] == [code for code, _ in notes]
    decisive = {one["code"]: "decisive" if one["decisive"] else "beside" for one in found["refer"]}
    assert decisive.get("C-12") == dict(notes).get("C-12")


def test_a_time_on_which_the_answer_turns_is_the_first_thing_to_ask():
    found = document(changed("corrected", "graded"), None)

    assert found["decisive_unknowns"][0] == {"fact": "conduct_end_date", "changes": {}, "narrows": True}
    assert found["reachable"] == ["correct", "hold_accountable", "refer"]


def test_each_version_that_was_considered_is_listed_with_what_it_leads_to():
    found = document(changed("graded", "corrected"), "2019", fault=True)

    assert [(one["role"], one["date"], one["disposition"], one["governs"]) for one in found["law"]] == [
        ("conduct", "2019-01-01", "hold_accountable", False),
        ("later", "2026-11-21", "correct", True),
    ]
    assert found["law"][0]["differs"] == ["x.law@2010-01-01", "x.law@2020-01-01"]
    assert found["law"][1]["differs"] == []
