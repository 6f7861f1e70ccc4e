"""The records to obtain: what each answer would leave is what an assessment with that answer finds reachable."""

from datetime import date
from functools import cache
from random import Random

import pytest

from rules.assess import asking_order, assess, decisive_by_law, weigh, with_presumptions
from rules.conduct import Conduct
from rules.law import governing_law
from rules.whatif import decisive_unknowns, reachable
from rules.worklist import Asked, left_by_answers

from .made import TODAY, make_fact, make_library, make_pack, make_rule, make_step, make_words
from .random_packs import WORDS, Made

UNKNOWN = Conduct.parse(None)
A, NOT_A, B = {"fact": "a", "is": True}, {"fact": "a", "is": False}, {"fact": "b", "is": True}


def asked(library, conduct, facts, about):
    reachable = assess(facts, conduct, TODAY, packs=library)["reachable"]
    law = governing_law(library, conduct, TODAY, facts, with_presumptions(library.vocabulary, facts))
    return left_by_answers(law, facts, about, reachable)


def small(*rules, facts=("a", "b", "noise")):
    words = make_words(*(make_fact(fact) for fact in facts))
    made = [make_rule(f"x.rule{n}", when, {"step": step}) for n, (when, step) in enumerate(rules)]
    steps = [make_step(step, step, 10 * n) for n, step in enumerate(dict(rules_of(rules)), start=1)]
    return make_library(words, make_pack(made, steps))


def rules_of(rules):
    return [(step, when) for when, step in rules]


def test_a_fact_of_which_every_answer_settles_the_case_settles_it_alone():
    library = small((A, "tolerate"), (NOT_A, "correct"))

    (found,) = asked(library, UNKNOWN, {"noise": True}, ["a"])

    assert found == Asked("a", {"true": ("tolerate",), "false": ("correct",)})
    assert (found.alone, found.settles) == (True, {"true": "tolerate", "false": "correct"})


def test_a_fact_may_settle_the_case_by_one_answer_and_narrow_it_by_the_other():
    library = small((A, "tolerate"), (B, "correct"), ({"fact": "b", "is": False}, "hold_accountable"))

    first, second = asked(library, UNKNOWN, {}, ["a", "b"])

    assert first.leaves == {"true": ("tolerate",), "false": ("correct", "hold_accountable")}
    assert (first.alone, first.settles) == (False, {"true": "tolerate"})
    assert second.settles == {}


def test_a_fact_that_no_rule_in_force_reads_has_no_answers_and_settles_nothing():
    library = small((A, "tolerate"), (NOT_A, "correct"))

    (found,) = asked(library, UNKNOWN, {}, ["noise"])

    assert (found.leaves, found.alone) == ({}, False)


@cache
def one_law(seed):
    one = Made(Random(seed), ("bool", "presumed", "choice", "many", "count"), rules=8)
    return make_library(WORDS, make_pack(one.rules, one.steps))


@cache
def two_laws(seed):
    """One law until the end of 2019 and another after it: a time that is not known may fall under either."""
    facts = ("bool", "choice", "many")
    old, new = (Made(Random(4000 + 2 * seed + n), facts, rules=6) for n in range(2))
    before = [rule | {"effective": {"from": "2010-01-01", "to": "2019-12-31"}} for rule in old.rules]
    after = [rule | {"effective": {"from": "2020-01-01", "to": None}} for rule in new.rules]
    return make_library(
        WORDS, make_pack(before + after, max(old.steps, new.steps, key=len), governed_by="conduct")
    )


VALUE = {"true": True, "false": False}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["one law", "two laws"])
def test_what_an_answer_leaves_is_what_is_reachable_once_it_is_established(kind, seed):
    library = one_law(seed) if kind == "one law" else two_laws(seed)
    given = {"presumed": True} if seed % 2 else {}
    facts = {fact: value for fact, value in given.items() if kind == "one law"}
    plain = [fact for fact in ("bool", "choice", "count") if fact not in facts]

    for one in asked(library, UNKNOWN, facts, plain):
        for text, left in one.leaves.items():
            value = VALUE.get(text, int(text) if text.isdigit() else text)
            after = assess(facts | {one.fact: value}, UNKNOWN, TODAY, packs=library)
            assert set(left) == set(after["reachable"]), (one.fact, text)


@pytest.mark.parametrize("seed", range(12))
def test_one_of_several_values_leaves_what_the_sets_with_it_or_without_it_leave_together(seed):
    library = one_law(seed)
    sets = [
        list(some)
        for some in ((), ("p",), ("q",), ("r",), ("p", "q"), ("p", "r"), ("q", "r"), ("p", "q", "r"))
    ]

    (one,) = asked(library, UNKNOWN, {}, ["many"])

    for text, left in one.leaves.items():
        member, there = text.removeprefix("not "), not text.startswith("not ")
        within = [
            set(assess({"many": some}, UNKNOWN, TODAY, packs=library)["reachable"])
            for some in sets
            if (member in some) == there
        ]
        assert set(left) == set().union(*within), text


def test_of_a_time_under_either_law_an_answer_leaves_the_panel_open_where_it_leaves_more_than_one():
    apart = {"fact": "b", "is": False}
    words = make_words(*(make_fact(fact) for fact in ("a", "b")))
    rules = [
        make_rule("x.t", B, {"step": "tolerate"}, since="2010-01-01", until="2019-12-31"),
        make_rule("x.c", apart, {"step": "correct"}, since="2010-01-01", until="2019-12-31"),
        make_rule("x.t", apart, {"step": "tolerate"}, since="2020-01-01"),
        make_rule("x.c", B, {"step": "correct"}, since="2020-01-01"),
        make_rule("x.noise", A, {"finding": "noise"}),
    ]
    steps = [make_step("tolerate", "tolerate", 10), make_step("correct", "correct", 20)]
    library = make_library(words, make_pack(rules, steps, governed_by="conduct"))

    (found,) = asked(library, UNKNOWN, {}, ["a"])

    assert found.leaves == dict.fromkeys(("true", "false"), ("tolerate", "correct", "refer"))


def test_each_law_that_may_govern_asks_for_its_own_and_is_named_by_its_days():
    words = make_words(*(make_fact(fact) for fact in ("a", "b", "c")))
    rules = [
        make_rule("x.t", B, {"step": "tolerate"}, since="2010-01-01", until="2019-12-31"),
        make_rule(
            "x.c", {"fact": "b", "is": False}, {"step": "correct"}, since="2010-01-01", until="2019-12-31"
        ),
        make_rule("x.t", A, {"step": "tolerate"}, since="2020-01-01"),
        make_rule("x.c", NOT_A, {"step": "correct"}, since="2020-01-01"),
    ]
    steps = [make_step("tolerate", "tolerate", 10), make_step("correct", "correct", 20)]
    noise = make_pack(
        [make_rule("y.noise", {"fact": "c", "is": True}, {"finding": "noise"}, since="2015-01-01")],
        name="y",
        titles={},
        questions={},
        gates={},
    )
    library = make_library(words, make_pack(rules, steps, governed_by="conduct"), noise)

    def asked_of(facts):
        one = weigh(facts, UNKNOWN, TODAY, None, library)
        return {
            fact: [days for law in laws for days in law.stretches]
            for fact, laws in decisive_by_law(one, words).items()
        }

    before = (date(2010, 1, 1), date(2019, 12, 31))
    assert asked_of({}) == {"a": [], "b": [before]}
    assert asked_of({"a": False}) == {"b": [before]}  # under the law of 2020 it is settled
    assert asked_of({"a": True, "b": True}) == {}


@pytest.mark.parametrize("seed", range(6))
def test_no_fact_that_matters_under_any_law_that_may_govern_is_left_out(seed):
    library = two_laws(seed)
    one = weigh({}, UNKNOWN, TODAY, None, library)
    listed = decisive_by_law(one, WORDS)

    for outlook in one.law.outlooks:
        law = outlook.governed
        today = law.sweep([law.cells_of(one.presumed)], [], provisional=True)[0]
        found = decisive_unknowns(
            law,
            law.solver,
            {},
            one.presumed,
            today,
            reachable(law.solver, {}),
            asking_order(WORDS),
            ["no such"],
        )
        assert {unknown.fact for unknown in found} <= listed.keys()


def test_the_day_of_the_decision_is_the_day_of_the_later_law():
    library = two_laws(3)

    assert left_by_answers(
        governing_law(library, Conduct.parse("2015"), date(2016, 1, 1), {}, {}), {}, ["nothing"], ["tolerate"]
    ) == [Asked("nothing", {})]
