"""What is still open, where no single fact settles it."""

from rules.generated import Generated
from rules.solver import Solver
from rules.whatif import Unknown, decisive_unknowns, flips, reachable

from .made import make_fact, make_generated, make_rule, make_step, make_words

WORDS = make_words(
    make_fact("a"),
    make_fact("b"),
    make_fact("c"),
    make_fact("noise"),
    make_fact("money", "number", minimum=0),
    make_fact("many", "choices", ("p", "q")),
)
A, B, C = ({"fact": fact_id, "is": True} for fact_id in "abc")
NOT_A, NOT_B, NOT_C = ({"fact": fact_id, "is": False} for fact_id in "abc")
NOISE = make_rule("x.noise", {"fact": "noise", "is": True}, {"finding": "noise"})
STEPS = [make_step("stop", "tolerate", 10), make_step("go", "hold_accountable", 20)]
UNLIKE = {"any": [{"all": [A, NOT_B]}, {"all": [NOT_A, B]}]}


def made(*whens: dict) -> Generated:
    rules = [
        make_rule(f"x.{step}", when, {"step": step})
        for step, when in zip(("stop", "go"), whens, strict=False)
    ]
    return make_generated(WORDS, [*rules, NOISE], STEPS)


def unknowns(generated, facts, order=None):
    solver = Solver(generated)
    witnesses = reachable(solver, generated.cells_of(facts))
    answer = generated.read(facts, provisional=True).disposition
    order = order or {fact: (False, False, place) for place, fact in enumerate(WORDS.facts)}
    return decisive_unknowns(generated, solver, facts, facts, answer, witnesses, order)


def test_facts_that_only_together_settle_the_answer_are_named_together():
    assert unknowns(made(UNLIKE), {"noise": True}) == [Unknown("b", {}, False)]


def test_once_one_of_two_is_known_the_other_decides():
    assert unknowns(made(UNLIKE), {"a": True}) == [Unknown("b", {"false": "tolerate"}, True)]


def test_a_walk_from_one_answer_to_another_names_only_the_facts_at_which_the_answer_turns():
    alike = {"any": [{"all": [A, B, C]}, {"all": [NOT_A, NOT_B, NOT_C]}]}
    unlike = {"all": [{"any": [A, B, C]}, {"any": [NOT_A, NOT_B, NOT_C]}]}
    generated = made(alike, unlike)
    ends = {
        "tolerate": {"a": True, "b": True, "c": True, "noise": False},
        "hold_accountable": {"a": False, "b": False, "c": True, "noise": True},
    }
    witnesses = {disposition: generated.cells_of(facts) for disposition, facts in ends.items()}
    order = {fact: (False, False, place) for place, fact in enumerate(WORDS.facts)}

    found = decisive_unknowns(generated, Solver(generated), {}, {}, "refer", witnesses, order)

    assert found == [Unknown("b", {}, False)]


def test_a_decided_case_leaves_nothing_to_ask():
    assert unknowns(made(A), {"a": True}) == []


def test_what_changes_the_answer_alone_comes_before_what_only_narrows_it():
    found = unknowns(made(A, {"all": [B, C]}), {})

    assert [(one.fact, one.changes, one.narrows) for one in found] == [
        ("a", {"true": "tolerate"}, True),
        ("b", {}, True),
        ("c", {}, True),
    ]


def test_among_equals_the_given_order_decides():
    order = {"a": (True, False, 0), "b": (False, True, 1), "c": (False, False, 2)}

    found = unknowns(made({"any": [A, B, C]}), {}, order)

    assert [one.fact for one in found] == ["c", "b", "a"]


def test_an_unknown_fact_of_several_values_is_shown_member_by_member():
    generated = made({"fact": "many", "includes": "p"}, {"fact": "many", "excludes": "p"})

    assert [(one.fact, one.changes) for one in unknowns(generated, {})] == [
        ("many", {"p": "tolerate", "not p": "hold_accountable"})
    ]


def test_of_the_amounts_that_would_change_the_answer_the_nearest_each_way_is_shown():
    generated = made({"fact": "money", "above": 100}, {"fact": "money", "below": 10})
    facts = {"money": 50, "noise": True}

    found = flips(generated, facts, facts, "refer")

    assert [(flip.fact, flip.found, flip.to, flip.disposition) for flip in found] == [
        ("money", 50, 0, "hold_accountable"),
        ("money", 50, 100.01, "tolerate"),
    ]


def test_a_member_more_or_less_is_shown_as_the_whole_list():
    generated = made({"fact": "many", "includes": "p"}, {"fact": "many", "includes": "q"})

    with_p, with_q = ({"many": [one]} for one in "pq")

    assert [flip.to for flip in flips(generated, with_p, with_p, "tolerate")] == [[]]
    assert [flip.to for flip in flips(generated, with_q, with_q, "hold_accountable")] == [["p", "q"], []]
