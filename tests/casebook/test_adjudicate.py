"""Facts as lines of JSON: one result a line in the words of the contract, a bad line named and the rest done."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook import adjudicate
from casebook.adjudicate import adjudicate_line, adjudicate_lines, result
from rules.library import library
from rules.readers import ReadersDiffer

AS_OF = date(2026, 11, 21)
GAIN = {"id": "7", "task": "disposition", "conduct_date": "2025-03", "region": None,
        "facts": {"private_gain_self": True, "mental_state": "intentional", "evidence_status": "sufficient",
                  "subject_is_party_member": True, "deaths": None}}  # fmt: skip
UNTRUE = {
    "id": "8",
    "task": "complaint",
    "conduct_date": None,
    "facts": {
        "complaint_outcome": "unsubstantiated",
        "adverse_effect_on_respondent": ["selection"],
        "deaths": None,
    },
}
RETURN = {"id": "9", "task": "reinstatement", "conduct_date": "2023",
          "facts": {"influence_period_expired": True, "incident_settled": False}}  # fmt: skip
KEYS = [
    "id", "disposition", "certainty", "reachable", "outcomes", "corrections", "refer", "decisive_unknowns",
    "presumed", "fired", "packs",
]  # fmt: skip


def answer(row: object, lang: str = "en", **options) -> dict:
    return adjudicate_line(row if isinstance(row, str) else json.dumps(row), 3, AS_OF, lang, **options)


def test_a_result_has_the_keys_of_the_contract_and_names_what_it_rests_on():
    found = answer(GAIN)

    assert list(found) == KEYS
    assert (found["id"], found["disposition"], found["certainty"]) == ("7", "hold_accountable", "provisional")
    assert found["disposition"] in found["reachable"]
    assert "redlines.gain@2016-01-18" in found["fired"]
    assert {"regime", "band", "measure", "months"} == set(found["outcomes"][0])
    assert found["packs"] == {name: pack.digest for name, pack in library().packs.items()}
    known = {fact for fact, value in GAIN["facts"].items() if value is not None}
    assert found["decisive_unknowns"]
    assert known.isdisjoint({*found["decisive_unknowns"], *found["presumed"]})
    assert json.loads(json.dumps(found)) == found


def test_the_questions_for_a_panel_come_in_the_language_asked_for():
    row = {"id": 1, "facts": {"complaint_outcome": "cannot_verify_or_exclude"}}

    chinese, english = answer(row, "zh"), answer(row, "en")

    assert chinese["disposition"] == english["disposition"] == "refer"
    asked = {one["code"]: one["question"] for one in english["refer"]}
    assert set(asked) == {one["code"] for one in chinese["refer"]} >= {"G1", "C-15"}
    assert asked["G1"].startswith("The evidence is disputed")
    assert "关键证据" in next(one["question"] for one in chinese["refer"] if one["code"] == "G1")


def test_explain_brings_the_whole_document():
    document = answer(GAIN, explain=True)["explain"]

    assert document["disposition"] == "hold_accountable"
    assert set(document["rules"]) >= {"redlines.gain", "method.hold"}


@pytest.mark.parametrize(
    "conduct", [None, "2019", "2019-08", {"from": "2018-01-01", "to": "2020-03"}, {"before": "2016"}, {"published": "2021-05-06"}],
    ids=str,
)  # fmt: skip
def test_every_form_of_the_time_is_read(conduct):
    assert answer({**GAIN, "conduct_date": conduct})["disposition"] == "hold_accountable"


def test_versions_of_the_law_that_differ_are_listed_and_others_are_not():
    document = answer({**GAIN, "conduct_date": "2019-08"}, explain=True)["explain"]
    assert len(document["law"]) > 1
    assert "law" not in result("7", document, "en")

    document["law"][-1]["disposition"] = "correct"

    listed = result("7", document, "en")["law"]
    assert [version["disposition"] for version in listed][-1] == "correct"
    assert {"role", "date", "disposition", "governs"} == set(listed[0])


BAD = {
    "not JSON": ("{oops", "line", "{oops"),
    "a list": ("[1]", "line", [1]),
    "a number too large to be one": ('{"id": ' + "9" * 5000 + "}", "line", None),
    "a nesting without end": ("[" * 100_000, "line", "[" * 80),
    "no such number": ('{"id": NaN}', "line", "NaN"),
    "an infinite number": ('{"id": "1", "facts": {"deaths": 1e999}}', "line", "1e999"),
    "a key twice": ('{"id": "1", "facts": {"deaths": 1, "deaths": 2}}', "deaths", "deaths"),
    "no id": ({"facts": {}}, "id", None),
    "an id that is a truth value": ({"id": True, "facts": {}}, "id", True),
    "another task": ({"id": "1", "task": "clearance", "facts": {}}, "task", "clearance"),
    "a task that is a list": ({"id": "1", "task": ["complaint"], "facts": {}}, "task", ["complaint"]),
    "a value no complaint has": (
        {"id": "1", "task": "complaint", "facts": {"complaint_outcome": "false"}},
        "facts.complaint_outcome",
        "false",
    ),
    "an as-of date that is none": (
        {"id": "1", "task": "reinstatement", "facts": {"assessment_date": "2025-02-30"}},
        "facts.assessment_date",
        "2025-02-30",
    ),
    "a complaint at no time": (
        {"id": "1", "task": "complaint", "conduct_date": "then", "facts": {}},
        "conduct_date",
        "then",
    ),
    "a region by number": ({"id": "1", "region": 42, "facts": {}}, "region", 42),
    "a time that is none": ({"id": "1", "conduct_date": "last May", "facts": {}}, "conduct_date", "last May"),
    "no facts": ({"id": "1"}, "facts", None),
    "facts as a list": ({"id": "1", "facts": ["deaths"]}, "facts", ["deaths"]),
    "an unknown fact": ({"id": "1", "facts": {"guilt": True}}, "facts.guilt", "guilt"),
    "a wrong type": ({"id": "1", "facts": {"deaths": "three"}}, "facts.deaths", "three"),
    "yes for a number": ({"id": "1", "facts": {"deaths": True}}, "facts.deaths", True),
    "a negative count": ({"id": "1", "facts": {"deaths": -1}}, "facts.deaths", -1),
    "a value no list has": ({"id": "1", "facts": {"purpose": "noble"}}, "facts.purpose", "noble"),
}


@pytest.mark.parametrize(("row", "field", "found"), BAD.values(), ids=BAD)
def test_a_bad_line_is_answered_by_line_field_found_and_expected(row, field, found):
    for lang in ("zh", "en"):
        answered = answer(row, lang)

        assert list(answered) == ["id", "error"]
        error = answered["error"]
        assert (error["line"], error["field"]) == (3, field)
        assert error["found"] == found or (found is None and field == "line")
        assert error["expected"]
        json.loads(json.dumps(answered, allow_nan=False))


def test_a_bad_line_keeps_its_id_and_the_others_are_done_in_order():
    lines = [
        json.dumps(GAIN),
        "",
        '{"id": "bad", "facts": {"guilt": 1}}',
        "  \r",
        json.dumps({**GAIN, "id": 9}),
    ]

    found = list(adjudicate_lines(lines, AS_OF, "en"))

    assert [row["id"] for row in found] == ["7", "bad", 9]
    assert ["error" in row for row in found] == [False, True, False]
    assert found[1]["error"]["line"] == 3


def test_readers_that_differ_give_no_recommendation(monkeypatch):
    def differ(*_arguments):
        raise ReadersDiffer(["redlines.gain"])

    for name in ("assess", "judge_complaint", "judge_reinstatement"):
        monkeypatch.setattr(adjudicate, name, differ)

    assert answer(GAIN, "zh")["error"]["field"] == "rules"
    for row in (GAIN, UNTRUE, RETURN):
        found = answer(row)
        assert list(found) == ["id", "error"]
        assert "redlines.gain" in found["error"]["found"]


def test_a_complaint_is_answered_in_the_keys_of_its_contract():
    found = answer(UNTRUE)

    assert list(found) == [
        "id", "finding", "clearance_due", "forms", "false_accusation_path", "certainty", "reasons", "decisive_unknowns",
    ]  # fmt: skip
    assert (found["id"], found["finding"], found["clearance_due"]) == ("8", "unsubstantiated", "yes")
    assert found["forms"] == ["written", "face_to_face", "meeting", "circular"]
    assert (found["false_accusation_path"], found["certainty"]) == ("closed", "provisional")
    assert "intent_to_frame" in found["decisive_unknowns"]
    assert json.loads(json.dumps(found)) == found


def test_the_reasons_come_in_the_language_asked_for_with_their_provision():
    chinese, english = answer(UNTRUE, "zh")["reasons"], answer(UNTRUE, "en")["reasons"]

    assert [one["rule"] for one in chinese] == [one["rule"] for one in english]
    law = next(one for one in chinese if one["rule"] == "complaints.clear_effect@2020-07-01")
    assert "恢复名誉" in law["reason"]
    assert (law["instrument"], law["article"], law["confidence"]) == ("PD2020", "第五十三条", "SEEN")


def test_a_return_to_office_is_answered_in_the_keys_of_its_contract():
    found = answer(RETURN)

    assert list(found) == ["id", "eligible", "unmet", "reasons"]
    assert (found["eligible"], found["unmet"]) == ("no", ["incident"])
    assert [one["rule"] for one in found["reasons"]] == [
        "reinstatement.period_over@2019-04-01", "reinstatement.incident@2019-04-01",
    ]  # fmt: skip


def test_a_return_is_judged_as_of_its_own_day_and_else_as_of_the_day_of_the_command():
    period = {"influence_period_end": "2025-03-31"}
    as_of = {"2025-03-31": "no", "2025-04-01": "open"}

    for day, eligible in as_of.items():
        row = {"id": 1, "task": "reinstatement", "facts": {**period, "assessment_date": day}}
        assert answer(row)["eligible"] == eligible
        assert (
            adjudicate_line(
                json.dumps({"id": 1, "task": "reinstatement", "facts": period}),
                1,
                date.fromisoformat(day),
                "en",
            )["eligible"]
            == eligible
        )


def test_an_open_return_names_what_is_not_recorded_in_the_language_asked_for():
    row = {"id": 1, "task": "reinstatement", "facts": {"influence_period_expired": True}}

    for lang, said in (
        ("zh", "尚未查明：问责事件已平息。"),
        ("en", "Not established yet: Incident settled."),
    ):
        assert {"fact": "incident_settled", "reason": said} in answer(row, lang)["reasons"]


def test_explain_brings_the_whole_judgement_of_every_task():
    assert answer(UNTRUE, explain=True)["explain"]["approval_level_min"] == "city"
    assert answer(RETURN, explain=True)["explain"]["certainty"] == "certain"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.text()
    | JSON.map(json.dumps)
    | st.dictionaries(st.sampled_from(["id", "task", "facts", "conduct_date", "region"]), JSON).map(
        json.dumps
    )
)
def test_no_line_whatever_it_says_breaks_off_the_run(line):
    for found in adjudicate_lines([line], AS_OF, "en"):
        assert "error" in found or {"disposition", "clearance_due", "eligible"} & found.keys()
        json.dumps(found, allow_nan=False)
