"""A rule that no facts fire, or that others always speak for, is named; and a pack may say why it is kept."""

from rules.vocabulary import vocabulary
from tests.rules.made import both, make_library, make_pack, make_rule
from tests.rules.proofs.packs import NO, WORDS, YES, failing, made, read


def test_rules_that_fire_and_say_something_of_their_own_are_proved():
    rules = [make_rule("x.a", YES, {"finding": "a"}), make_rule("x.b", NO, {"finding": "a"})]

    assert failing(made(rules)) == {}


def test_a_rule_whose_condition_cannot_be_met_is_dead():
    dead = {"all": [{"fact": "loss", "above": 3}, {"fact": "loss", "at_most": 3}]}

    (found,) = failing(
        made([make_rule("x.a", YES, {"finding": "a"}), make_rule("x.dead", dead, {"finding": "b"})])
    )["live_rules"]

    assert [rule.id for rule in found.rules] == ["x.dead"]
    assert "never fires" in found.en
    assert found.as_json()["no_case"]["en"].endswith("there is none to show.")


def test_a_rule_that_only_an_unknown_fact_lets_fire_is_not_dead():
    rules = [
        make_rule("x.any", {"any": [YES, NO]}, {"finding": "said"}),
        make_rule("x.open", {"fact": "other", "is": True}, {"finding": "open"}, unless=["said"]),
    ]

    assert failing(made(rules)) == {}


def test_what_no_case_can_be_is_no_case_that_fires_a_rule():
    rule = make_rule(
        "x.never",
        {"all": [{"fact": "purpose", "is": "public"}, {"fact": "private_gain_self", "is": True}]},
        {"finding": "never"},
    )

    found = failing(make_library(vocabulary(), make_pack([rule])))

    assert [one.rules[0].id for one in found["live_rules"]] == ["x.never"]


def test_a_rule_that_others_always_speak_for_is_shadowed_and_shown_where_it_fires():
    rules = [
        make_rule("x.wide", {"any": [YES, {"fact": "other", "is": True}]}, {"finding": "a"}),
        make_rule("x.narrow", {"all": [YES, {"fact": "loss", "above": 3}]}, {"finding": "a"}),
    ]
    library = made(rules)

    (found,) = failing(library)["live_rules"]

    assert [rule.id for rule in found.rules] == ["x.narrow", "x.wide"]
    assert found.facts == {"harm": True, "loss": 4}
    assert read(library, found).rules == {"x.wide": True, "x.narrow": True}


def test_a_measure_is_something_of_its_own():
    def rule(rule_id: str, when: dict, months: int) -> dict:
        rows = [{"measure": "1", "months": months}]
        return make_rule(
            rule_id, when, {"outcome": {"regime": "institution", "band": "light", "measures": rows}}
        )

    titles = {"measure.1": both("one")}
    narrow = {"all": [YES, {"fact": "other", "is": True}]}

    assert failing(made([rule("x.wide", YES, 6), rule("x.narrow", narrow, 12)], titles=titles)) == {}
    (found,) = failing(made([rule("x.wide", YES, 6), rule("x.narrow", narrow, 6)], titles=titles))[
        "live_rules"
    ]
    assert [one.id for one in found.rules] == ["x.narrow", "x.wide"]


def test_a_pack_may_say_why_a_shadowed_rule_is_kept_and_not_for_longer_than_it_is_shadowed():
    shadowed = make_rule("x.narrow", {"all": [YES, {"fact": "other", "is": True}]}, {"finding": "a"})
    kept = [{"property": "live_rules", "rules": ["x.narrow"], **both("it cites the statute")}]

    assert failing(made([make_rule("x.wide", YES, {"finding": "a"}), shadowed], accepted=kept)) == {}
    (found,) = failing(made([make_rule("x.wide", NO, {"finding": "a"}), shadowed], accepted=kept))[
        "live_rules"
    ]
    assert "take it out" in found.en
    assert [rule.id for rule in found.rules] == ["x.narrow"]


def test_a_rule_that_only_another_packs_finding_fires_lives_alone_and_is_shadowed_or_not_in_company():
    reader = make_pack(
        [make_rule("x.reads", {"finding": "y.told", "is": True}, {"finding": "x.a"})], name="reader"
    )
    teller = make_pack([make_rule("y.tells", YES, {"finding": "y.told"})], name="teller")
    library = make_library(WORDS, reader, teller | {"questions": reader["questions"]})

    assert failing(library) == {}
    assert failing(library, "reader") == {}
