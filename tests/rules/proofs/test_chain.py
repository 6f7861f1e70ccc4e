"""Every complete case is ended by a step, contradictions are stated, and no red line is tolerated: or a case shows it."""

from datetime import date

from tests.rules.made import TODAY, both, make_rule, make_step
from tests.rules.proofs.packs import NO, YES, failing, made, read

TOLERATED = make_step("tolerated", "tolerate", 20)
HELD = make_step("held", "hold_accountable", 30)
STEPS = (TOLERATED, HELD)


def stepping(step: str, when: dict, rule_id: str = "", **details) -> dict:
    return make_rule(rule_id or f"x.{step}", when, {"step": step}, **details)


def test_a_chain_that_ends_every_complete_case_is_proved():
    assert failing(made([stepping("held", YES), stepping("tolerated", NO)], STEPS)) == {}


def test_a_complete_case_that_no_step_ends_is_shown_with_the_facts_that_leave_it_unended_whatever_the_others():
    rules = [
        stepping("held", YES),
        stepping("tolerated", {"all": [NO, {"fact": "loss", "below": 3}, {"fact": "other", "is": True}]}),
        stepping(
            "tolerated",
            {"all": [NO, {"fact": "loss", "below": 3}, {"fact": "other", "is": False}]},
            "x.other",
        ),
    ]
    library = made(rules, STEPS)

    (found,) = failing(library)["completeness"]

    assert found.facts in ({"harm": False, "loss": 3}, {"harm": False, "loss": 4})
    assert {rule.id for rule in found.rules} == {"x.held", "x.tolerated", "x.other"}
    for other in (True, False):
        reading = read(library, found, found.facts | {"other": other})
        assert (reading.disposition, reading.step) == ("refer", None)


def test_what_an_officer_may_leave_unsaid_need_not_be_said_for_a_case_to_be_complete():
    said = {"fact": "circumstances_grade", "is": "light"}
    unsaid = stepping("tolerated", NO, unless=["said"])
    rules = [stepping("held", YES), unsaid, make_rule("x.said", said, {"finding": "said"})]

    (found,) = failing(made(rules, STEPS))["completeness"]

    assert found.facts == {"harm": False, "circumstances_grade": "light"}
    assert failing(made([*rules, stepping("held", {"finding": "said", "is": True}, "x.stated")], STEPS)) == {}


def test_what_falls_through_before_a_day_may_be_stated_and_then_only_before_it():
    rules = [stepping("held", YES), stepping("tolerated", NO, since="2018-05-20")]
    stated = [{"property": "completeness", "until": "2018-05-19", **both("why")}]

    (found,) = failing(made(rules, STEPS))["completeness"]
    assert found.as_of < date(2018, 5, 20)
    assert failing(made(rules, STEPS, accepted=stated)) == {}

    early = [{"property": "completeness", "until": "2017-05-19", **both("why")}]
    (found,) = failing(made(rules, STEPS, accepted=early))["completeness"]
    assert found.facts == {"harm": False}


def test_a_statement_that_nothing_needs_any_more_is_itself_a_fault():
    rules = [stepping("held", YES), stepping("tolerated", NO)]
    stated = [{"property": "completeness", "until": "2018-05-19", **both("why")}]

    (found,) = failing(made(rules, STEPS, accepted=stated))["completeness"]

    assert "take it out" in found.en
    assert "应当删去" in found.zh


def test_a_red_line_that_is_tolerated_is_shown_with_the_rules_and_the_fewest_facts():
    bar = make_rule("x.line", {"any": [YES, {"fact": "loss", "above": 9}]}, {"red_line": "N-01"})
    tolerated = stepping("tolerated", {"fact": "other", "is": True})
    titles = {"red_line.N-01": both("line")}
    library = made(
        [bar, tolerated, stepping("held", {"finding": "red_line.N-01", "is": True})], STEPS, titles=titles
    )

    (found,) = failing(library)["red_lines"]

    assert [rule.id for rule in found.rules] == ["x.line", "x.tolerated"]
    assert (f"“{both('line')['zh']}”（N-01）" in found.zh, f"“{both('line')['en']}” (N-01)" in found.en) == (
        True,
        True,
    )
    assert len(found.facts) == 2
    reading = read(library, found)
    assert reading.disposition == "tolerate"
    assert reading.findings["red_line.N-01"] is True
    barred = tolerated | {"unless": ["red_line.N-01"]}
    library = made(
        [bar, barred, stepping("held", {"finding": "red_line.N-01", "is": True})], STEPS, titles=titles
    )
    assert "red_lines" not in failing(library)


def test_a_red_line_of_a_presumed_fact_is_shown_without_presuming_it_away():
    bar = make_rule("x.line", {"fact": "presumed", "is": True}, {"red_line": "N-01"})
    library = made([bar, stepping("tolerated", NO)], STEPS, titles={"red_line.N-01": both("line")})

    (found,) = failing(library)["red_lines"]

    assert found.facts == {"harm": False, "presumed": True}


def ledger(rule_id: str, when: dict, side: str) -> dict:
    return make_rule(rule_id, when, {"ledger": {"distinction": "T1", "side": side}})


SIDES = [
    ledger("x.for", {"fact": "helped", "is": True}, "tolerable"),
    ledger("x.against", YES, "intolerable"),
]


def test_a_distinction_of_which_both_sides_stand_is_not_tolerated_without_a_panel():
    tolerated = stepping("tolerated", {"finding": "T1.tolerable", "is": True})
    library = made([*SIDES, tolerated], STEPS)

    (found,) = failing(library)["conflicts"]

    assert [rule.id for rule in found.rules] == ["x.for", "x.against"]
    assert found.facts == {"harm": True, "helped": True}
    assert read(library, found).disposition == "tolerate"
    assert "conflicts" not in failing(made([*SIDES, tolerated | {"unless": ["T1.intolerable"]}], STEPS))


def test_what_ends_a_case_before_the_distinctions_are_weighed_may_be_tolerated():
    early = make_step("tolerated", "tolerate", 20, gate="G2")
    tolerated = stepping("tolerated", {"finding": "T1.tolerable", "is": True})

    assert "conflicts" not in failing(made([*SIDES, tolerated], (early, HELD)))


def measure(
    rule_id: str, when: dict, band: str, code: str = "1", regime: str = "state_sanction", **details
) -> dict:
    outcome = {"regime": regime, "band": band, "measures": [{"measure": code, "months": 0}]}
    return make_rule(rule_id, when, {"outcome": outcome}, **details)


MEASURES = {"titles": {"measure.1": both("one"), "measure.2": both("two")}}
OTHER = {"fact": "other", "is": True}


def test_one_rule_that_frees_and_one_that_does_not_contradict_unless_one_only_may():
    rules = [measure("x.free", YES, "exempt"), measure("x.heavy", OTHER, "heavy")]
    library = made(rules, **MEASURES)

    (found,) = failing(library)["conflicts"]

    assert [rule.id for rule in found.rules] == ["x.free", "x.heavy"]
    assert found.rules[0].place.file == "made.yaml"
    assert found.facts == {"harm": True, "other": True}
    reading = read(library, found)
    assert reading.rules == {"x.free": True, "x.heavy": True}
    assert failing(made([rules[0] | {"force": "may"}, rules[1]], **MEASURES)) == {}
    assert failing(made([rules[0] | {"overrides": ["x.heavy"]}, rules[1]], **MEASURES)) == {}
    assert (
        failing(made([rules[0], measure("x.heavy", OTHER, "heavy", regime="institution")], **MEASURES)) == {}
    )


def test_nothing_may_free_from_a_sanction_that_a_text_fixes():
    free = measure("x.free", YES, "exempt", force="may")
    fixed = measure("x.fixed", OTHER, "heavy", force="must")

    (found,) = failing(made([fixed, free], **MEASURES))["conflicts"]

    assert [rule.id for rule in found.rules] == ["x.fixed", "x.free"]
    assert found.facts == {"harm": True, "other": True}
    assert found.zh.startswith("x.fixed 由法律规定应当予以处理，x.free")
    assert (
        failing(
            made(
                [fixed, free | {"unless": ["fixed"]}, make_rule("x.is", OTHER, {"finding": "fixed"})],
                **MEASURES,
            )
        )
        == {}
    )
    assert failing(made([fixed | {"side": "for"}, free], **MEASURES)) == {}
    assert failing(made([fixed | {"force": "direct"}, free], **MEASURES)) == {}


def test_two_musts_of_one_regime_that_share_no_measure_contradict():
    one, other = (
        measure("x.one", YES, "light", "1", force="must"),
        measure("x.two", OTHER, "heavy", "2", force="must"),
    )

    (found,) = failing(made([one, other], **MEASURES))["conflicts"]

    assert "must" in found.en
    assert failing(made([one, measure("x.two", OTHER, "heavy", "1", force="must")], **MEASURES)).keys() <= {
        "live_rules"
    }
    assert failing(made([one, other | {"force": "may"}], **MEASURES)) == {}


def test_must_exempt_beside_must_aggravate_contradict_unless_the_pack_says_why_not():
    rules = [
        make_rule("x.exempt", OTHER, {"effect": "exempt"}, force="must"),
        make_rule("x.worse", YES, {"effect": "aggravate"}, force="must"),
    ]
    stated = [{"property": "conflicts", "rules": ["x.exempt", "x.worse"], **both("why")}]

    (found,) = failing(made(rules))["conflicts"]

    assert {rule.id for rule in found.rules} == {"x.exempt", "x.worse"}
    assert failing(made(rules, accepted=stated)) == {}
    assert "conflicts" in failing(made(rules, accepted=[stated[0] | {"rules": ["x.exempt"]}]))
    assert found.as_of <= TODAY
