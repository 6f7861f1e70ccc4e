"""The law of all days and places as one program: on each day and place it says what the program of that day says."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assess import assess
from rules.columns_days import comparisons, reading, regions_of, with_law
from rules.columns_net import Net, Planes
from rules.columns_rows import DAY, SCOPE, Cases, Marks, Span
from rules.conduct import Conduct
from rules.places import EVERYWHERE, PLACE_FACT, scope
from rules.program import ProgramError

from .made import TODAY, make_fact, make_library, make_pack, make_rule, make_step, make_words
from .test_columns_law import PLACED, answers, in_columns, random_law

DAYS = [
    "2016-02-01",
    "2018-01-01",
    "2019-01-01",
    "2019-12-31",
    "2020-01-01",
    "2020-12-31",
    "2021-01-01",
    "2024-01-01",
]
A, B, F, G = (
    {"fact": "a", "is": True},
    {"fact": "b", "is": True},
    {"finding": "f", "is": True},
    {"finding": "g", "is": True},
)
AB = make_words(make_fact("a"), make_fact("b", presume=False), make_fact(PLACE_FACT, "text"))
STEPS = [make_step("one", "correct", 1), make_step("two", "hold_accountable", 2)]


def rows_on(marks, cases, day, where):
    """The cases as if all had been done on the day in that region."""
    cuts = next(variable for variable in marks.variables if variable.fact == DAY)
    cell = ((cuts.cell(day),),)
    rows, span = Cases(marks), Span(marks.mark(SCOPE, where), bool(where), cell, cell)
    for facts in cases:
        rows.put(marks.marks(facts), span)
    return rows


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(
    seed=st.integers(0, 10_000),
    later=st.booleans(),
    place=st.sampled_from(["", "11", "37", "3702", "370211", "41", EVERYWHERE]),
)
def test_on_each_day_and_place_the_whole_says_what_the_program_of_that_day_says(seed, later, place):
    packs, made = random_law(seed)
    marks = Marks(comparisons([packs], TODAY), with_law(PLACED))
    net = Net(marks.tests)
    cases = [
        made.case(0.5) | ({PLACE_FACT: region} if place == EVERYWHERE and region else {})
        for region in ("370000", "370200", "410000", None) * 4
    ]
    everywhere = place == EVERYWHERE
    where = "" if everywhere else scope(packs.packs.values(), place)

    whole = reading(packs, TODAY, net, regions_of([packs]), later, everywhere)

    for day in map(date.fromisoformat, DAYS):
        program = packs.program(TODAY if later else day, TODAY, place, day)
        rows = rows_on(marks, cases, day.isoformat(), where)
        planes = Planes(net, rows, marks.presumed).on(rows.day(0, 0)[:2])
        assert [planes.of(node) for node in whole.dispositions] == [
            planes.of(node) for node in net.dispositions(program)
        ]
        fired = {rule: planes.of(node) for (rule, _), node in whole.fired if planes.of(node)}
        assert fired == {
            rule: planes.of(node) for rule, node in net.rules(program).items() if planes.of(node)
        }


def turned():
    """Until 2019 `f` follows from `g`, and since then `g` from `f`."""
    rules = [
        make_rule("x.f", G, {"finding": "f"}, until="2019-12-31"),
        make_rule("x.g", A, {"finding": "g"}, until="2019-12-31"),
        make_rule("y.g", F, {"finding": "g"}, since="2020-01-01"),
        make_rule("y.f", B, {"finding": "f"}, since="2020-01-01"),
        make_rule("x.one", {"all": [F, A]}, {"step": "one"}),
        make_rule("x.two", G, {"step": "two"}),
    ]
    return make_library(AB, make_pack(rules, STEPS, governed_by="conduct"))


def test_law_that_reads_in_a_circle_only_across_the_years_is_read_year_by_year():
    packs = turned()
    cases = [
        (facts, conduct, None)
        for facts in ({"a": True}, {"b": True}, {"a": True, "b": True}, {"a": False}, {})
        for conduct in ("2018-05-01", "2019-12-31", "2020-01-01", "2024", {"before": "2021"}, None)
    ]

    found = answers(in_columns(packs), cases)

    assert found == [
        assess(facts, Conduct.parse(when), TODAY, None, packs)["disposition"] for facts, when, _ in cases
    ]
    assert len(set(found)) == 3


def test_law_that_reads_in_a_circle_on_some_day_is_refused():
    rules = [
        make_rule("x.f", G, {"finding": "f"}, since="2020-01-01"),
        make_rule("x.g", F, {"finding": "g"}),
        make_rule("x.one", F, {"step": "one"}),
        make_rule("x.two", A, {"step": "two"}),
    ]
    known = in_columns(make_library(AB, make_pack(rules, STEPS, governed_by="conduct")))

    with pytest.raises(ProgramError):
        answers(known, [({}, "2018-01-01", None)])


def test_a_rule_that_came_and_went_explains_nothing_of_what_may_have_been_done_after_it():
    rules = [
        make_rule("x.then", A, {"finding": "f"}, since="2018-03-01", until="2018-08-31"),
        make_rule("x.one", {"any": [B, F]}, {"step": "one"}),
        make_rule("x.two", {"all": [A, B]}, {"step": "two"}, since="2027-01-01"),
    ]
    packs = make_library(AB, make_pack(rules, STEPS, governed_by="conduct"))
    known, facts, when = in_columns(packs), {"a": True, "b": True}, Conduct.parse("2018")
    rows = Cases(known.marks)
    rows.put(known.marks.marks(facts), known.laws.span(when, ""))

    fired = {rule for (rule, _), here in known.fired(0, rows).items() if here}
    document = assess(facts, when, TODAY, None, packs)

    assert fired == {"x.one"}
    assert document["disposition"] == "correct"
    assert "x.then" not in document["rules"]
