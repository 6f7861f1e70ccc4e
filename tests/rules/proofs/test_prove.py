"""A proof covers every stretch of law and every place, is kept with the digests of what it is about, and can be shown."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rules.contradictions import contradictions, impossible
from rules.places import PLACE_FACT
from rules.proofs import PROPERTIES, clauses, prove
from rules.proofs.law import SOME_DAY, Law
from rules.proofs.prover import prover
from tests.rules.made import both, make_fact, make_library, make_pack, make_rule, make_step, make_words
from tests.rules.proofs.packs import NO, ORDER, WORDS, YES, failing, made

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
A, B, C = ({"fact": fact, "is": True} for fact in "abc")
PLACES = make_words(make_fact("a"), make_fact("b"), make_fact("c"), make_fact(PLACE_FACT, "text"))
NATIONAL = make_pack(
    [
        make_rule("made.line", B, {"red_line": "N-01"}),
        make_rule("made.let", {"finding": "ground", "is": True}, {"step": "let"}),
        make_rule("made.mend", A, {"step": "mend"}),
        make_rule("made.rest", {"fact": "a", "is": False}, {"step": "mend"}),
    ],
    [make_step("let", "tolerate", 20), make_step("mend", "correct", 30)],
    titles={"red_line.N-01": both("line")},
)
MEETING = make_pack(
    [make_rule("meets.ground", {"finding": "clause.exempt", "is": True}, {"finding": "ground"})],
    name="meets",
    region=["*"],
    titles={},
    questions={},
)


def local(name: str, region: str, since: str):
    rule = make_rule(f"{name}.clause", C, {"clause": ["exempt"]}, since=since)
    return make_pack(
        [rule], name=name, governed_by="conduct", region=[region], titles={}, questions={}, gates={}
    )


def test_what_was_proved_is_kept_with_when_and_of_which_bytes():
    library = made([make_rule("x.a", YES, {"finding": "a"}), make_rule("x.b", YES, {"finding": "a"})])
    heard = []

    proof = prove(library, at=AT, order=ORDER, tell=heard.append)
    record = json.loads(json.dumps(proof.as_json(), ensure_ascii=False))

    assert (
        [row["property"] for row in record["properties"]] == [*PROPERTIES] == [one.property for one in heard]
    )
    assert record["at"] == AT.isoformat()
    assert record["packs"] == {"made": library.packs["made"].digest}
    assert record["vocabulary"] == library.vocabulary.digest
    assert record["solver"].startswith("MiniSat")
    assert (record["proved"], proof.proved) == (False, False)
    (live,) = [row for row in record["properties"] if not row["proved"]]
    assert live["zh"].startswith("有用")
    assert [one["rules"][0]["line"] for one in live["failures"]] == [1, 1]
    assert live["failures"][0]["facts"] == {"harm": True}
    assert live["failures"][0]["conduct_day"] == SOME_DAY.isoformat()
    assert proof.failures[0].message("zh") != proof.failures[0].message("en")
    assert proof.verdicts[0].label("zh").startswith("完备")


def test_what_a_pack_says_of_an_exception_is_shown_with_the_verdict():
    rules = [make_rule("x.a", YES, {"finding": "a"}, until="2020-01-01")]
    stated = [{"property": "dates", "rules": ["x.a"], **both("ended")}]

    record = prove(made(rules, accepted=stated), order=ORDER).as_json()

    assert record["at"] is None
    assert record["properties"][-1]["accepted"] == [{"rules": ["x.a"], **both("ended")}]


def test_a_pack_that_is_not_there_cannot_be_proved():
    with pytest.raises(KeyError):
        prove(made([make_rule("x.a", YES, {"finding": "a"})]), "other", order=ORDER)


def test_one_pack_is_proved_in_company_and_the_others_dates_are_their_own_affair():
    ended = make_pack([make_rule("y.a", NO, {"finding": "y.a"}, until="2020-01-01")], name="ended")
    library = make_library(WORDS, make_pack([make_rule("x.a", YES, {"finding": "a"})]), ended)

    assert failing(library, "made") == {}
    assert failing(library).keys() == {"dates"}


def test_a_red_line_crossed_in_one_place_from_one_day_on_is_found_there():
    library = make_library(
        PLACES, NATIONAL, MEETING, local("shan", "37", "2020-01-01"), local("qing", "3702", "2021-05-01")
    )

    (found,) = failing(library)["red_lines"]

    assert found.facts == {"b": True, "c": True}
    assert found.region in ("370000", "370200")
    assert found.conduct_day >= date(2020, 1, 1)
    program = library.program(found.conduct_day, found.as_of, found.region.rstrip("0"))
    assert "meets.ground" in program.nodes
    assert "red_lines" not in failing(
        make_library(
            PLACES,
            NATIONAL,
            MEETING,
            make_pack(
                [make_rule("y.g", {"all": [A, NEVER]}, {"finding": "ground"})],
                name="y",
                titles={},
                questions={},
            ),
        )
    )


NEVER = {"fact": "a", "is": False}


def test_what_is_read_beside_local_law_only_lives_alone_and_dies_without_any_local_law():
    alone = make_library(
        PLACES,
        NATIONAL,
        MEETING,
        make_pack([make_rule("y.g", A, {"finding": "ground"})], name="y", titles={}, questions={}),
    )
    here = make_library(PLACES, NATIONAL, MEETING, local("shan", "37", "2020-01-01"))

    assert [one.rules[0].id for one in failing(alone, "meets")["live_rules"]] == ["meets.ground"]
    assert "live_rules" not in failing(here, "meets")


def test_every_stretch_of_law_is_counted_in_each_place():
    def law(*packs) -> Law:
        return Law(make_library(PLACES, *packs).packs.values(), PLACES)

    dated = make_pack([make_rule("made.a", A, {"finding": "a"}, since="2020-01-01")])
    by_conduct = make_pack(
        [make_rule("x.b", B, {"finding": "b"}, since="2019-01-01")],
        name="x",
        governed_by="conduct",
        titles={},
        questions={},
    )

    assert law(make_pack([make_rule("made.a", A, {"finding": "a"})])).programs == 1
    assert law(dated).programs == 2
    assert law(dated, by_conduct).programs == 4
    assert law(dated, by_conduct, local("shan", "37", "2018-01-01")).programs == 4 + 8
    later = local("shan", "37", "2025-01-01")
    assert law(dated, by_conduct, later).programs == 4 + 4 + 1


def test_a_case_is_shown_on_days_that_can_follow_each_other():
    late = make_pack(
        [
            make_rule("made.a", A, {"finding": "a"}, until="2009-12-31"),
            make_rule("made.b", A, {"finding": "a"}, until="2012-12-31"),
        ],
        accepted=[{"property": "dates", "rules": ["made.a", "made.b"], **both("ended")}],
    )
    by_conduct = make_pack(
        [make_rule("x.b", B, {"finding": "b"}, since="2019-01-01")],
        name="x",
        governed_by="conduct",
        titles={},
        questions={},
    )

    found = failing(make_library(PLACES, late, by_conduct))["live_rules"]

    assert [one.rules[0].id for one in found] == ["made.a"]
    assert found[0].conduct_day <= found[0].as_of < date(2010, 1, 1)


def test_what_cannot_be_is_what_is_pointed_out_to_the_officer():
    for condition in impossible():
        facts = {}
        for part in condition.parts:
            test = part.parts[0]
            facts[test.fact] = test.value + 1 if test.op == "above" else test.value
        assert len(contradictions(facts)) == 1


def test_the_record_names_the_program_that_proved(tmp_path):
    record = prove(made([make_rule("x.a", YES, {"finding": "a"})]), order=ORDER).as_json()
    folder = Path(prove.__code__.co_filename).parents[1]
    for name in ("before", "after"):
        shutil.copytree(folder, tmp_path / name)
    with (tmp_path / "after" / "contradictions.py").open("a", encoding="utf-8") as changed:
        changed.write("# one line more\n")

    assert record["prover"] == prover() == prover(tmp_path / "before") != prover(tmp_path / "after")
    assert len(record["prover"]) == 64


# -- what a pack says of an exception reaches no further than it says


def test_only_a_pack_with_steps_can_say_why_nothing_ends_a_case():
    rules = [make_rule("made.held", A, {"step": "held"})]
    chain = make_pack(rules, [make_step("held", "hold_accountable", 10)])
    stated = [{"property": "completeness", "until": "2018-05-19", **both("why")}]
    other = make_pack(
        [make_rule("x.b", B, {"finding": "b"}, since="2018-05-20")], name="x", titles={}, accepted=stated
    )

    found = failing(make_library(PLACES, chain, other))["completeness"]

    assert any("referred for want of a rule" in one.en for one in found)
    assert any("nothing needs this acceptance (until 2018-05-19)" in one.en for one in found)


def test_a_day_later_than_is_needed_is_too_late():
    rules = [
        make_rule("made.held", A, {"step": "held"}),
        make_rule("made.rest", {"fact": "a", "is": False}, {"step": "held"}, since="2018-05-20"),
    ]
    steps = [make_step("held", "hold_accountable", 10)]

    def said(until):
        stated = [{"property": "completeness", "until": until, **both("why")}]
        return failing(make_library(PLACES, make_pack(rules, steps, accepted=stated)))

    assert said("2018-05-19") == {}
    (found,) = said("2018-05-20")["completeness"]
    assert "narrow it" in found.en


def test_of_conflicting_rules_only_the_pairs_with_the_one_named_first_are_explained():
    rules = [
        make_rule("x.exempt", A, {"effect": "exempt"}, force="must"),
        make_rule("x.also", B, {"effect": "exempt"}, force="must"),
        make_rule("x.worse", C, {"effect": "aggravate"}, force="must"),
    ]

    def contradictions_left(*named):
        stated = [{"property": "conflicts", "rules": list(rules), **both("why")} for rules in named]
        found = failing(make_library(PLACES, make_pack(rules, accepted=stated))).get("conflicts", [])
        return [sorted(rule.id for rule in one.rules) for one in found]

    assert contradictions_left(("x.exempt", "x.worse"), ("x.also", "x.worse")) == []
    assert contradictions_left(("x.worse", "x.exempt", "x.also")) == []
    assert contradictions_left(("x.exempt", "x.worse", "x.also")) == [["x.also", "x.worse"], ["x.also"]]


def test_a_rule_that_is_named_and_needs_no_explaining_is_reported():
    rules = [
        make_rule("x.ends", A, {"finding": "a"}, until="2020-01-01"),
        make_rule("x.stays", B, {"finding": "b"}),
    ]
    stated = [{"property": "dates", "rules": ["x.ends", "x.stays"], **both("ended")}]

    (found,) = failing(make_library(PLACES, make_pack(rules, accepted=stated)))["dates"]

    assert [rule.id for rule in found.rules] == ["x.stays"]
    assert "x.stays" in found.en
    assert "x.stays" in found.zh


# -- what national law leaves to a panel, no clause of a place decides

CHAIN = [
    make_step("shield", "tolerate", 5, gate="G3"),
    make_step("ask", "refer", 10, gate="G7"),
    make_step("let", "tolerate", 20),
    make_step("rest", "correct", 30),
]


def referring(*unless, **details):
    rules = [
        make_rule("made.c01", B, {"refer": "C-01"}, unless=list(unless)),
        make_rule("made.ask", {"finding": "refer.C-01", "is": True}, {"step": "ask"}),
        make_rule("made.let", {"finding": "ground", "is": True}, {"step": "let"}),
        make_rule("made.shield", {"finding": "clause.shield", "is": True}, {"step": "shield"}),
        make_rule("made.rest", {"any": [A, {"fact": "a", "is": False}]}, {"step": "rest"}),
    ]
    return make_pack(rules, CHAIN, **details)


def giving(*gives):
    rule = make_rule("shan.clause", C, {"clause": list(gives)}, since="2020-01-01")
    return make_pack(
        [rule], name="shan", governed_by="conduct", region=["37"], titles={}, questions={}, gates={}
    )


def test_a_local_clause_that_turns_a_question_for_the_panel_into_tolerance_is_found():
    nation, shan = referring("clause.exempt"), giving("exempt")

    (found,) = failing(make_library(PLACES, nation, MEETING, shan))["panel"]

    assert [rule.id for rule in found.rules] == ["made.c01", "shan.clause"]
    assert (found.facts, found.region) == ({"b": True, "c": True}, "370000")
    assert "panel" not in failing(make_library(PLACES, referring(), MEETING, shan))
    assert "panel" not in failing(make_library(PLACES, nation, MEETING))


def test_the_pack_that_asks_may_say_why_a_clause_answers():
    stated = [{"property": "panel", "rules": ["made.c01"], **both("another ground")}]
    nation = referring("clause.exempt", accepted=stated)

    assert "panel" not in failing(make_library(PLACES, nation, MEETING, giving("exempt")))


def test_a_clause_that_shields_takes_nothing_from_the_panel_either():
    (found,) = failing(make_library(PLACES, referring(), MEETING, giving("shield")))["panel"]

    assert [rule.id for rule in found.rules] == ["made.c01", "shan.clause"]


def shielding(where: str, **details):
    """A national pack of which one rule makes the shield, and that says why."""
    rule = make_rule(
        "meets.duties", {"all": [{"finding": "clause.exempt", "is": True}, A]}, {"clause": ["shield"]}
    )
    return make_pack(
        [*MEETING["rules"], rule], name="meets", region=[where], titles={}, questions={}, **details
    )


def test_only_a_national_pack_says_why_a_shield_answers_and_only_for_the_cases_it_names():
    stated = [{"property": "panel", "rules": ["meets.duties"], **both("found by an inquiry")}]
    shan = giving("exempt")

    assert "panel" in failing(make_library(PLACES, referring(), shielding("*"), shan))
    assert "panel" not in failing(make_library(PLACES, referring(), shielding("*", accepted=stated), shan))
    both_ways = giving("exempt", "shield")
    assert "panel" in failing(make_library(PLACES, referring(), shielding("*", accepted=stated), both_ways))
    spare = failing(make_library(PLACES, referring(), shielding("*", accepted=stated)))["panel"]
    assert ["needs" in one.en for one in spare] == [True]


def test_a_proof_that_comes_to_no_end_proves_nothing_and_says_what_to_do(monkeypatch):
    monkeypatch.setattr(clauses, "A_FORMULA", 0)
    heard = []

    proof = prove(made([make_rule("x.a", YES, {"finding": "a"})]), order=ORDER, tell=heard.append)

    assert not proof.proved
    assert [one.property for one in heard] == [*PROPERTIES]
    live = next(one for one in heard if one.property == "live_rules")
    (failure,) = live.failures
    assert "没有得出结论" in failure.zh
    assert "nothing is proved" in failure.en
    assert failure.facts == {}
    assert failure.as_json()["no_case"]["zh"].endswith("不等于没有这样的案件。")


def test_what_a_pack_says_is_not_called_needless_where_the_proof_came_to_no_end(monkeypatch):
    stated = [{"property": "live_rules", "rules": ["x.a"], **both("kept")}]
    library = made([make_rule("x.a", YES, {"finding": "a"})], accepted=stated)

    (needless,) = failing(library)["live_rules"]
    monkeypatch.setattr(clauses, "A_FORMULA", 0)
    (unsettled,) = failing(library)["live_rules"]

    assert "nothing needs" in needless.en
    assert needless.as_json()["no_case"]["en"].startswith("What is spare is a statement")
    assert "came to no end" in unsettled.en


def test_a_proof_names_the_facts_that_it_takes_never_to_stand_together():
    words = make_words(make_fact("private_gain_self"), make_fact("purpose", "choice", ("public", "private")))
    gain, public = {"fact": "private_gain_self", "is": True}, {"fact": "purpose", "is": "public"}
    rules = [make_rule("x.a", gain, {"finding": "a"}), make_rule("x.b", public, {"finding": "b"})]

    both_read = prove(make_library(words, make_pack(rules)), order=ORDER)
    one_read = prove(make_library(words, make_pack(rules[:1])), order=ORDER)

    assert [one["facts"] for one in both_read.as_json()["assumed"]] == [["purpose", "private_gain_self"]]
    assert both_read.assumed[0].zh == "行为目的为公，却为本人谋利。"
    assert one_read.assumed == ()
