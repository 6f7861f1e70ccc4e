"""The choice of law in columns: for each of many cases what `assess` says of it alone."""

from collections import Counter
from random import Random

import pytest

from rules.assess import assess, with_presumptions
from rules.columns import bits
from rules.columns_days import comparisons
from rules.columns_law import Answers, LawInColumns
from rules.columns_net import Net
from rules.columns_rows import Cases
from rules.conduct import Conduct
from rules.law import governing_law
from rules.library import library
from rules.pack import DISPOSITIONS
from rules.places import PLACE_FACT, placed
from rules.vocabulary import Vocabulary

from .made import TODAY, both, make_fact, make_library, make_pack, make_rule, make_step, make_words
from .random_packs import WORDS, Made
from .test_readers_agree import random_case

PLACED = Vocabulary(WORDS.facts | {PLACE_FACT: make_fact(PLACE_FACT, "text")}, WORDS.sections, WORDS.factors)
TURNS = [None, None, "2018-01-01", "2020-03-01", "2022-05-01"]
CONDUCTS = [
    "2016-02-01", "2018-01-01", "2019-07-01", "2021-07-01", "2024-01-01", "2018", "2022", None,
    {"from": "2017-05-01", "to": "2023-01-01"}, {"before": "2020"}, {"from": "2020", "to": "2021"},
]  # fmt: skip
REGIONS = [None, "370000", "370211", "410300", "110000"]


def random_law(seed):
    """A random pack whose rules come and go, and law of three places that meets it."""
    random = Random(seed)
    made = Made(random)
    for rule in made.rules:
        rule["effective"] = {
            "from": random.choice(TURNS),
            "to": random.choice([None, None, None, "2020-12-31"]),
        }
        if rule["effective"]["from"] == "2022-05-01":
            rule["effective"]["to"] = None
    national = make_pack(made.rules, made.steps, governed_by="conduct") | {
        "titles": {}, "questions": {}, "gates": {"G11": both("G11")}
    }  # fmt: skip
    meeting = make_pack(
        [make_rule("meets.ground", {"finding": "clause.exempt", "is": True}, {"finding": "found00"})],
        name="meets", region=["*"], titles={}, questions={}, gates={},
    )  # fmt: skip
    local = [
        make_pack(
            [make_rule(f"{name}.clause", made.condition(1, []), {"clause": ["exempt"]}, since=since, until=until)],
            name=name, region=[region], governed_by="conduct", titles={}, questions={}, gates={},
        )
        for name, region, since, until in (
            ("shan", "37", "2019-01-01", None), ("qing", "3702", "2021-01-01", None), ("he", "41", None, "2019-12-31"),
        )
    ]  # fmt: skip
    return make_library(PLACED, national, meeting, *local), made


def answers(known, cases, law=0):
    """The disposition of each case (facts, conduct, region), read with all others of its kind."""
    laws, groups, found = known.laws, {}, {}
    for number, (facts, conduct, region) in enumerate(cases):
        span = laws.span(Conduct.parse(conduct), placed(region, facts)[0])
        rows, numbers = groups.setdefault(span.kind, (Cases(laws.marks), []))
        rows.put(laws.marks.marks(facts), span)
        numbers.append(number)
    for rows, numbers in groups.values():
        planes = known.dispositions(rows)[law]
        assert sum(here.bit_count() for here in planes) == rows.count
        for disposition, here in zip(DISPOSITIONS, planes, strict=True):
            found |= {numbers[row]: disposition for row in bits(here)}
    return [found[number] for number in range(len(cases))]


def in_columns(*packs):
    return Answers(LawInColumns(packs, TODAY))


@pytest.mark.parametrize("block", range(3))
def test_every_case_gets_what_it_is_assessed_to_alone(block):
    seen = Counter()

    for seed in range(block * 100, block * 100 + 5):
        packs, made = random_law(seed)
        random = Random(seed)
        cases = [
            (made.case(random.choice((0.2, 0.6, 0.9))), random.choice(CONDUCTS), random.choice(REGIONS))
            for _ in range(24)
        ]
        alone = [
            assess(facts, Conduct.parse(conduct), TODAY, region, packs) for facts, conduct, region in cases
        ]

        assert answers(in_columns(packs), cases) == [one["disposition"] for one in alone]
        seen.update((one["certainty"], one["disposition"] == "refer") for one in alone)

    assert len(seen) > 2


def test_shipped_law_of_several_days_and_places_is_chosen_as_it_is_for_one_case():
    random, packs = Random(4), library()
    cases = [
        (random_case(random, gap), day, region)
        for day, region in (("2012-05-01", "440100"), ("2025-03-01", "310000"), ("2025-03-01", None))
        for gap in (0.97, 0.9, 0.7)
    ]

    assert answers(in_columns(packs), cases) == [
        assess(facts, Conduct.parse(day), TODAY, region, packs)["disposition"] for facts, day, region in cases
    ]


def test_the_rules_that_fire_are_those_of_the_version_that_governs():
    later = 0

    for seed in range(8):
        packs, made = random_law(seed)
        known = in_columns(packs)
        cases = [made.case(0.4) for _ in range(12)]
        for conduct in ("2016-02-01", "2019-07-01", {"from": "2017-05-01", "to": "2023-01-01"}, None):
            span = known.laws.span(Conduct.parse(conduct), "3702")
            rows = Cases(known.marks)
            for facts in cases:
                rows.put(known.marks.marks(facts), span)
            fired = known.fired(0, rows)
            for row, facts in enumerate(cases):
                presumed = with_presumptions(PLACED, facts)
                chosen = governing_law(packs, Conduct.parse(conduct), TODAY, facts, presumed, "3702").chosen
                here = {rule for (rule, _), plane in fired.items() if plane >> row & 1}
                behind = Net(chosen.program.tests).rules(chosen.program)
                assert here == {rule for rule in behind if chosen.provisional.rules[rule]}
                later += chosen.role == "later"

    assert later > 5


A, B = ({"fact": fact, "is": True} for fact in "ab")
NOT_A = {"fact": "a", "is": False}


def settled(rules, steps, *facts, conduct="2025-01-01"):
    words = make_words(make_fact("a"), make_fact("b", presume=False), make_fact(PLACE_FACT, "text"))
    packs = make_library(words, make_pack(rules, steps, governed_by="conduct"))
    law = in_columns(packs)
    cases = [(one, conduct, None) for one in facts]
    found = answers(law, cases)
    assert found == [assess(one, Conduct.parse(conduct), TODAY, None, packs)["disposition"] for one in facts]
    assert answers(law, cases) == found
    return found


def test_an_answer_that_no_completion_leads_to_is_referred_unless_only_one_thing_is_possible():
    """Whatever becomes of `a` stops the chain before the step that the open case is led to."""
    rules = [
        make_rule("x.one", A, {"step": "one"}),
        make_rule("x.two", NOT_A, {"step": "two"}),
        make_rule("x.three", {"fact": "b", "is": False}, {"step": "three"}),
    ]
    apart = [
        make_step("one", "correct", 1),
        make_step("two", "tolerate", 2),
        make_step("three", "hold_accountable", 3),
    ]
    alike = [
        make_step("one", "correct", 1),
        make_step("two", "correct", 2),
        make_step("three", "hold_accountable", 3),
    ]

    assert settled(rules, apart, {}, {"a": True}, {"a": False}, {}) == [
        "refer",
        "correct",
        "tolerate",
        "refer",
    ]
    assert settled(rules, alike, {}, {"b": False}) == ["correct", "correct"]


def test_what_leaves_a_case_no_completion_on_its_day_settles_all_that_are_alike_and_none_of_another_day():
    """Since 2020 whatever becomes of `a` stops the chain before the step that the open case is led to."""
    words = make_words(make_fact("a"), make_fact("b", presume=False), make_fact(PLACE_FACT, "text"))
    rules = [
        make_rule("x.one", A, {"step": "one"}, since="2020-01-01"),
        make_rule("x.two", NOT_A, {"step": "two"}),
        make_rule("x.three", {"fact": "b", "is": False}, {"step": "three"}),
    ]
    steps = [
        make_step("one", "correct", 1),
        make_step("two", "hold_accountable", 2),
        make_step("three", "tolerate", 3),
    ]
    packs = make_library(words, make_pack(rules, steps, governed_by="conduct"))
    cases = [
        ({}, day, None) for day in ("2025-01-01", "2018-01-01", {"from": "2021", "to": "2024"}, None) * 20
    ]

    alone = [assess({}, Conduct.parse(when), TODAY, None, packs)["disposition"] for _, when, _ in cases[:4]]

    assert answers(in_columns(packs), cases) == alone * 20
    assert alone[:2] == ["refer", "tolerate"]


def test_two_laws_asked_at_once_about_many_cases_say_what_each_says_of_one():
    """Nearly all cases are settled by the first completion; the last is put to the solver, under one law only."""
    words = make_words(make_fact("a"), make_fact("b", presume=False), make_fact(PLACE_FACT, "text"))
    steps = [
        make_step("one", "correct", 1),
        make_step("two", "tolerate", 2),
        make_step("three", "hold_accountable", 3),
    ]
    three = make_rule("x.three", {"fact": "b", "is": False}, {"step": "three"})
    apart = [make_rule("x.one", A, {"step": "one"}), make_rule("x.two", NOT_A, {"step": "two"}), three]
    libraries = [
        make_library(words, make_pack(rules, steps, governed_by="conduct")) for rules in (apart, [three])
    ]
    known, when = in_columns(*libraries), Conduct.parse("2025-01-01")
    rows = Cases(known.marks)
    cases = [*[{"a": True}] * 20, {}, *[{"a": False, "b": True}] * 20]
    for facts in cases:
        rows.put(known.marks.marks(facts), known.laws.span(when, ""))

    found = known.dispositions(rows)

    for packs, planes in zip(libraries, found, strict=True):
        alone = [assess(facts, when, TODAY, None, packs)["disposition"] for facts in cases]
        assert [
            DISPOSITIONS[next(p for p, here in enumerate(planes) if here >> row & 1)] for row in range(41)
        ] == alone
    assert [one.bit_count() for one in found[0]] != [one.bit_count() for one in found[1]]


def test_a_case_of_unknown_time_is_referred_where_the_laws_lead_apart():
    rules = [
        make_rule("x.one", A, {"step": "one"}, since="2010-01-01", until="2019-12-31"),
        make_rule("x.two", A, {"step": "two"}, since="2020-01-01"),
    ]
    steps = [make_step("one", "correct", 1), make_step("two", "hold_accountable", 2)]

    assert settled(rules, steps, {"a": True}, conduct=None) == ["refer"]
    assert settled(rules, steps, {"a": True}, conduct="2018-01-01") == ["correct"]


def test_only_comparisons_of_enabled_rules_and_the_places_of_local_law_are_read():
    packs, _ = random_law(0)

    tests = comparisons([packs, packs], TODAY)

    assert len(tests) == len(set(tests))
    assert {one.value for one in tests if one.fact == PLACE_FACT} == {"370000", "370200", "410000"}
