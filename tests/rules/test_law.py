"""The law that governs: the old one unless the new one is lighter, whatever may still become known."""

from datetime import date
from functools import cache
from random import Random

import pytest

from rules.assess import assess
from rules.conduct import Conduct
from rules.law import governing_law
from rules.lighter import comparable, lighter
from rules.pack import DISPOSITIONS

from .made import TODAY, make_fact, make_library, make_pack, make_rule, make_step, make_words
from .oracle import Oracle
from .random_packs import VALUES, WORDS, Made

FACTS = make_words(make_fact("a"), make_fact("b", presume=False), make_fact("c"))
A, B, C = ({"fact": fact_id, "is": True} for fact_id in "abc")
NOT_B = {"fact": "b", "is": False}
STEPS = [make_step(one, one, 10 * place) for place, one in enumerate(DISPOSITIONS, start=1)]
ALWAYS = {"any": [A, {"fact": "a", "is": False}]}
OLD, NEW = Conduct.parse("2019-06-01"), Conduct.parse("2020-06-01")
UNKNOWN = Conduct.parse(None)


def law(old, new, **details):
    """A library whose law changed with 2020: for each step of the chain, when it stops under the old and the new one."""
    rules = [
        make_rule(f"x.{step}", when, {"step": step}, until="2019-12-31", since="2010-01-01", **details)
        for step, when in old.items()
    ]
    rules += [make_rule(f"x.{step}", when, {"step": step}, since="2020-01-01") for step, when in new.items()]
    rules += [make_rule("x.noise", C, {"finding": "noise"})]
    return make_library(FACTS, make_pack(rules, STEPS, governed_by="conduct"))


def governing(library, conduct, facts):
    return governing_law(library, conduct, TODAY, facts, {"b": False} | facts)


def test_the_lighter_of_two_dispositions_governs_and_what_cannot_be_compared_is_referred():
    by_weight = [{"tolerate", "not_established"}, {"correct"}, {"hold_accountable"}]

    def weight(one):
        return next((place for place, alike in enumerate(by_weight) if one in alike), None)

    for old in DISPOSITIONS:
        for new in DISPOSITIONS:
            if "refer" in (old, new) and 0 in (weight(old), weight(new)):
                assert comparable(old, new)
                assert lighter(old, new) == (
                    old if new == "refer" else new
                )  # nothing is lighter than to free
            elif "refer" in (old, new):
                assert comparable(old, new) == (old == new)
                assert lighter(old, new) == "refer"
            else:
                assert comparable(old, new)
                assert lighter(old, new) == (new if weight(new) < weight(old) else old)


def test_the_law_of_the_conduct_governs_where_the_later_one_is_not_lighter():
    library = law({"correct": ALWAYS}, {"hold_accountable": ALWAYS})

    found = governing(library, OLD, {"a": True, "c": False})

    assert (found.disposition, found.chosen.role, found.undecided) == ("correct", "conduct", False)
    assert [(world.role, world.provisional.disposition) for world in found.worlds] == [
        ("conduct", "correct"),
        ("later", "hold_accountable"),
    ]


def test_a_lighter_later_law_governs_instead():
    library = law({"hold_accountable": ALWAYS}, {"correct": ALWAYS})

    found = governing(library, OLD, {"a": True, "c": False})

    assert (found.disposition, found.chosen.role, found.undecided) == ("correct", "later", False)
    assert found.chosen.established.disposition == "correct"


def test_conduct_under_the_law_of_today_has_one_law():
    found = governing(law({"correct": ALWAYS}, {"hold_accountable": ALWAYS}), NEW, {"a": True})

    assert [world.role for world in found.worlds] == ["conduct"]
    assert (found.disposition, len(found.outlooks), len(found.outlooks[0].governed.versions)) == (
        "hold_accountable",
        1,
        1,
    )


def test_laws_that_cannot_be_compared_leave_it_to_the_panel():
    found = governing(law({"refer": ALWAYS}, {"correct": ALWAYS}), OLD, {"a": True})

    assert (found.disposition, found.undecided) == ("refer", True)


def test_a_time_that_may_fall_under_either_law_is_decided_only_where_both_lead_to_the_same():
    alike = law({"correct": ALWAYS, "refer": C}, {"correct": ALWAYS})
    apart = law({"correct": ALWAYS}, {"hold_accountable": ALWAYS})

    same, different = (governing(library, UNKNOWN, {"a": True, "c": False}) for library in (alike, apart))

    assert (same.disposition, same.undecided) == ("correct", False)
    assert (different.disposition, different.undecided) == ("refer", True)
    assert [world.role for world in different.worlds] == ["possible", "possible"]
    assert len(different.outlooks) == 2


@pytest.mark.parametrize(
    ("conduct", "straddles"),
    [
        ({"from": "2019", "to": "2020"}, True),
        ({"from": "2018", "to": "2019"}, False),
        ({"from": "2020", "to": "2021"}, False),
        ({"from": "2028", "to": "2029"}, False),
        ("2020-01-01", False),
        ({"before": "2021"}, False),
        (None, False),
    ],
)
def test_conduct_known_to_have_lasted_from_one_law_into_another_straddles_them(conduct, straddles):
    library = law({"correct": ALWAYS}, {"correct": A})

    assert governing(library, Conduct.parse(conduct), {"a": True}).straddles is straddles


def test_a_certain_answer_under_the_old_law_is_not_overtaken_by_a_fact_that_makes_the_new_one_lighter():
    library = law({"hold_accountable": ALWAYS}, {"tolerate": B, "hold_accountable": NOT_B})

    before = assess({"a": True}, OLD, TODAY, packs=library)
    after = assess({"a": True, "b": True}, OLD, TODAY, packs=library)

    assert (before["disposition"], before["certainty"]) == ("hold_accountable", "provisional")
    assert before["reachable"] == ["tolerate", "hold_accountable"]
    assert [one["fact"] for one in before["decisive_unknowns"]] == ["b"]
    assert (after["disposition"], after["certainty"], after["reachable"]) == (
        "tolerate",
        "certain",
        ["tolerate"],
    )


def test_a_certain_answer_is_not_withdrawn_because_one_law_is_read_to_its_end_before_the_other():
    library = law({"not_established": ALWAYS}, {"not_established": {"any": [C, {"fact": "c", "is": False}]}})

    for facts in ({}, {"c": True}, {"a": False}, {"a": False, "c": True}):
        document = assess(facts, OLD, TODAY, packs=library)
        assert (document["disposition"], document["certainty"]) == ("not_established", "certain")
        assert (document["reachable"], document["refer"]) == (["not_established"], [])
        assert {note["code"] for note in document["law_notes"]} <= {
            "lighter"
        }  # where the old law is still open


def test_of_a_time_under_either_law_the_panel_may_always_be_asked_where_more_than_one_answer_is_open():
    library = law({"tolerate": B, "correct": NOT_B}, {"tolerate": NOT_B, "correct": B})

    before = assess({}, UNKNOWN, TODAY, packs=library)
    after = assess({"b": True}, UNKNOWN, TODAY, packs=library)

    assert before["reachable"] == ["tolerate", "correct", "refer"]
    assert set(after["reachable"]) <= set(before["reachable"])


def test_with_every_fact_known_the_answer_is_certain_although_the_laws_differ():
    library = law({"hold_accountable": ALWAYS}, {"tolerate": ALWAYS})

    document = assess({"a": True, "b": False, "c": False}, OLD, TODAY, packs=library)

    assert (document["disposition"], document["certainty"]) == ("tolerate", "certain")


# -- at random: two laws over the same facts, every completion gone through

SMALL = [
    ("bool", "choice"),
    ("presumed", "open", "day"),
    ("bool", "many"),
    ("presumed", "count"),
    ("bool", "money"),
]


@cache
def changed_laws():
    """Random libraries whose whole law changed with 2020, with the plain rules before and after."""
    found = []
    for seed in range(12):
        facts = SMALL[seed % len(SMALL)]
        old, new = (Made(Random(20014 + 2 * seed + n), facts, rules=6) for n in range(2))
        before = [rule | {"effective": {"from": "2010-01-01", "to": "2019-12-31"}} for rule in old.rules]
        after = [rule | {"effective": {"from": "2020-01-01", "to": None}} for rule in new.rules]
        steps = max(old.steps, new.steps, key=len)
        library = make_library(WORDS, make_pack(before + after, steps, governed_by="conduct"))
        found.append((old, before, after, steps, library))
    return found


def dispositions(rules, steps, made, case):
    return [Oracle(rules, steps, whole).disposition for whole in made.completions(case)]


def test_what_is_reachable_under_an_old_law_is_the_lighter_of_both_over_every_completion():
    sizes = set()

    for made, before, after, steps, library in changed_laws():
        for gap in (1, 0.5, 0):
            case = made.case(gap)
            pairs = zip(*(dispositions(rules, steps, made, case) for rules in (before, after)), strict=True)
            wanted = {lighter(old, new) for old, new in pairs}

            document = assess(case, OLD, TODAY, packs=library)

            assert set(document["reachable"]) == wanted
            assert document["disposition"] in {*wanted, "refer"}
            assert (document["certainty"] == "certain") == (len(document["reachable"]) == 1)
            sizes.add(len(wanted))

    assert len(sizes) > 1


@pytest.mark.parametrize("conduct", [OLD, UNKNOWN, NEW], ids=["old", "unknown", "new"])
def test_learning_a_fact_never_enlarges_what_can_be_reached_under_any_law(conduct):
    for made, _, _, _, library in changed_laws():
        case, whole = made.case(0.8), made.case(0)
        document = assess(case, conduct, TODAY, packs=library)
        for fact in set(made.facts) - set(case):
            more = assess(case | {fact: whole[fact]}, conduct, TODAY, packs=library)
            assert set(more["reachable"]) <= set(document["reachable"])


def test_the_dates_of_the_law_are_those_on_which_it_changed():
    library = law({"correct": ALWAYS}, {"correct": ALWAYS}, enabled=True)

    assert library.commencements() == [date(2010, 1, 1), date(2020, 1, 1)]
    assert library.stretch(date(2010, 1, 1), TODAY) == library.stretch(date(2019, 12, 31), TODAY)
    assert library.stretch(date(2019, 12, 31), TODAY) != library.stretch(date(2020, 1, 1), TODAY)
    assert all(VALUES[fact] for fact in WORDS.facts)
