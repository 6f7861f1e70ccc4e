"""What makes a case graver never makes its end milder, one fact at a time or many."""

from rules.cells import cut_cells
from rules.conditions import All, AnyOf, Test
from rules.proofs.order import Order
from tests.rules.made import both, make_rule, make_step
from tests.rules.proofs.packs import FACTS, NO, WORDS, YES, factor, failing, made, read

STEPS = (
    make_step("referred", "refer", 10),
    make_step("tolerated", "tolerate", 20),
    make_step("corrected", "correct", 30),
    make_step("held", "hold_accountable", 40),
)


def chain(**conditions) -> list[dict]:
    return [make_rule(f"x.{step}", when, {"step": step}) for step, when in conditions.items()]


def test_a_graver_fact_that_ends_milder_is_shown_as_two_cases():
    library = made(chain(tolerated=YES, held=NO), STEPS)

    (found,) = failing(library)["direction"]

    assert (found.facts, found.changed) == ({"harm": False}, {"harm": True})
    assert {rule.id for rule in found.rules} == {"x.tolerated", "x.held"}
    assert "由“问责”减轻为“容错”" in found.zh
    assert "turns “hold accountable” into the milder “tolerate”" in found.en
    assert read(library, found).disposition == "hold_accountable"
    assert read(library, found, found.facts | found.changed).disposition == "tolerate"


def test_a_failure_names_the_rule_that_turns_on_the_graver_fact_and_says_the_ends_in_words():
    rules = [
        make_rule("x.clause", {"fact": "harm", "is": True}, {"finding": "let_off"}),
        make_rule("x.tolerated", {"finding": "let_off", "is": True}, {"step": "tolerated"}),
        make_rule("x.held", {"finding": "let_off", "is": False}, {"step": "held"}),
    ]

    (found,) = failing(made(rules, STEPS))["direction"]

    assert [rule.id for rule in found.rules] == ["x.clause", "x.tolerated", "x.held"]
    assert "由“问责”减轻为“容错”" in found.zh
    assert "turns “hold accountable” into the milder “tolerate”" in found.en


def test_a_mitigating_fact_that_ends_graver_is_shown_as_its_loss():
    library = made(
        chain(held={"fact": "helped", "is": True}, corrected={"fact": "helped", "is": False}), STEPS
    )

    (found,) = failing(library)["direction"]

    assert (found.facts, found.changed) == ({"helped": True}, {"helped": False})


def test_amounts_and_grades_are_moved_the_way_they_grow_graver():
    grades = chain(held={"fact": "grade", "is": "middle"}, corrected={"fact": "grade", "is": "high"})
    amounts = chain(held={"fact": "loss", "below": 3}, corrected={"fact": "loss", "at_least": 3})

    (grade,) = failing(made(grades, STEPS))["direction"]
    (amount,) = failing(made(amounts, STEPS))["direction"]

    assert (grade.facts, grade.changed) == ({"grade": "middle"}, {"grade": "high"})
    assert amount.facts["loss"] < 3 <= amount.changed["loss"]


def test_the_right_way_and_facts_without_a_direction_are_proved():
    right = chain(corrected=NO, held=YES)
    neither = chain(held={"fact": "other", "is": True}, corrected={"fact": "other", "is": False})
    unplaced = chain(held={"fact": "grade", "is": "high"}, corrected={"fact": "grade", "is": "unclear"})

    for rules in (right, neither, unplaced):
        assert "direction" not in failing(made(rules, STEPS))


def test_a_referral_is_neither_milder_nor_graver_and_hides_nothing_that_lies_behind_it():
    harmless, harmful = {"fact": "loss", "below": 3}, {"fact": "loss", "at_least": 3}
    rules = chain(
        held={"all": [NO, harmless]},
        referred={"any": [{"all": [NO, harmful]}, {"all": [YES, harmless]}]},
        tolerated={"all": [YES, harmful, {"fact": "helped", "is": True}]},
    )
    library = made(rules, STEPS)

    (found,) = failing(library)["direction"]

    assert found.changed.keys() == {"harm", "loss"}
    assert read(library, found).disposition == "hold_accountable"
    assert read(library, found, found.facts | found.changed).disposition == "tolerate"
    assert "direction" not in failing(made(chain(held=NO, referred=YES), STEPS))


def test_an_unknown_fact_is_left_unknown_in_both_cases():
    open_bar = make_rule("x.bar", {"fact": "other", "is": True}, {"finding": "bar"})
    rules = [*chain(held=NO), make_rule("x.tolerated", YES, {"step": "tolerated"}, unless=["bar"]), open_bar]

    (found,) = failing(made(rules, STEPS))["direction"]

    assert found.facts == {"harm": False}


def test_a_fact_that_factors_read_both_ways_moves_only_where_they_agree():
    both_ways = Order(
        [
            factor(
                FACTS["grade"], condition=AnyOf((Test("grade", "is", "high"), Test("grade", "is", "middle")))
            ),
            factor(
                FACTS["grade"],
                graver=False,
                condition=All((Test("grade", "is", "middle"), Test("harm", "is", True))),
            ),
        ]
    )
    tests = [Test("grade", "is", "high"), Test("marks", "includes", "p")]
    grade, marks = cut_cells(tests, WORDS)

    pairs = {(grade.labels[one], grade.labels[other]) for one, other in both_ways.graver(grade)}

    assert pairs == {("low", "high"), ("middle", "high"), ("unclear", "high")}
    assert both_ways.graver(marks) == []


def test_a_pack_may_say_that_a_text_makes_harm_a_condition_and_only_its_own_rules_are_left_out_of_account():
    rules = [
        make_rule("x.clause", {"all": [YES, {"fact": "other", "is": True}]}, {"finding": "clause"}),
        make_rule("x.tolerated", {"finding": "clause", "is": True}, {"step": "tolerated"}),
        make_rule("x.held", {"any": [YES, NO]}, {"step": "held"}),
    ]
    stated = [{"property": "direction", "rules": ["x.clause"], **both("the text asks for harm")}]
    needless = [*stated, stated[0] | {"rules": ["x.held"]}]

    (found,) = failing(made(rules, STEPS))["direction"]
    assert found.changed == {"harm": True}
    assert "direction" not in failing(made(rules, STEPS, accepted=stated))
    (found,) = failing(made(rules, STEPS, accepted=needless))["direction"]
    assert ("take it out" in found.en, [rule.id for rule in found.rules]) == (True, ["x.held"])
    inverted = [
        *rules[:2],
        make_rule("x.held", NO, {"step": "held"}),
        make_rule("x.mend", YES, {"step": "corrected"}),
    ]
    (found,) = failing(made(inverted, STEPS, accepted=stated))["direction"]
    assert found.changed == {"harm": True}
