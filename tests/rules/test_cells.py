"""Cells: every legal value lies in exactly one, and no rule can tell two values of one cell apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.cells import cut_cells, holds
from rules.conditions import OPERATORS, Test
from rules.engine import Engine
from rules.generated import Generated
from rules.solver import Solver
from rules.vocabulary import check_value
from rules.whatif import reachable

from .made import make_fact, make_program, make_rule, make_step, make_words
from .random_packs import LITERALS, VALUES, WORDS

LAW = settings(max_examples=150, deadline=None, derandomize=True, database=None)
TESTS = st.sampled_from(sorted(LITERALS)).flatmap(
    lambda fact: st.builds(
        Test,
        st.just(fact),
        st.sampled_from([op for op in OPERATORS[WORDS.facts[fact].type] if op not in ("in", "not_in")]),
        st.sampled_from(LITERALS[fact]),
    )
)


@LAW
@given(st.lists(TESTS, min_size=1, max_size=8, unique=True))
def test_a_comparison_says_the_same_of_every_value_of_a_cell(tests):
    for variable in cut_cells(tests, WORDS):
        for value in VALUES[variable.fact]:
            truth = variable.truths[variable.cell(value)]
            for number in variable.tests:
                assert holds(tests[number], value) == (number in truth)


@LAW
@given(st.lists(TESTS, min_size=1, max_size=8, unique=True))
def test_the_value_shown_for_a_cell_is_legal_and_lies_in_it(tests):
    for variable in cut_cells(tests, WORDS):
        assert len(variable.legal_cells()) > 1 or variable.fact in ("count", "money")
        for cell in variable.legal_cells():
            label = variable.labels[cell]
            if variable.member is not None:
                label = [variable.member] if label else []
            check_value(WORDS.facts[variable.fact], label)
            assert variable.cell(label) == cell


@LAW
@given(st.lists(TESTS, min_size=1, max_size=8, unique=True))
def test_every_fact_that_is_compared_and_no_other_is_cut(tests):
    variables = cut_cells(tests, WORDS)

    assert {variable.fact for variable in variables} == {test.fact for test in tests}
    assert sorted(number for variable in variables for number in variable.tests) == list(range(len(tests)))
    assert len({variable.key for variable in variables}) == len(variables)


def cut(fact, *literals, op="at_least"):
    (variable,) = cut_cells(
        [Test(fact.id, op, literal) for literal in literals], make_words(make_fact("noise"), fact)
    )
    return variable.labels


@pytest.mark.parametrize(
    ("details", "literals", "labels"),
    [
        ({}, (10,), (9.99, 10, 10.01)),
        ({"integer": True}, (10,), (9, 10, 11)),
        ({"integer": True, "minimum": 0}, (1, 2), (0, 1, None, 2, 3)),
        ({"minimum": 0}, (0,), (None, 0, 0.01)),
        ({"maximum": 10}, (10,), (9.99, 10, None)),
        ({"minimum": 0, "maximum": 1}, (0, 0.01, 1), (None, 0, None, 0.01, 0.02, 1, None)),
    ],
)
def test_an_amount_is_cut_at_each_threshold_where_a_legal_value_remains(details, literals, labels):
    assert cut(make_fact("n", "number", **details), *literals) == labels


@pytest.mark.parametrize(
    ("literals", "labels"),
    [
        (("2020-03-01",), ("2020-02-29", "2020-03-01", "2020-03-02")),
        (("2020-03-01", "2020-03-02"), ("2020-02-29", "2020-03-01", None, "2020-03-02", "2020-03-03")),
        (("0001-01-01", "9999-12-31"), (None, "0001-01-01", "0001-01-02", "9999-12-31", None)),
    ],
)
def test_a_date_is_cut_at_each_threshold_within_the_calendar(literals, labels):
    assert cut(make_fact("day", "date"), *literals) == labels


def test_thresholds_at_the_ends_of_the_calendar_are_read_like_any_other():
    words = make_words(make_fact("day", "date"), make_fact("noise"))
    rules = [
        make_rule("x.first", {"fact": "day", "at_most": "0001-01-01"}, {"step": "first"}),
        make_rule("x.last", {"fact": "day", "above": "9999-12-30"}, {"step": "last"}),
    ]
    steps = [make_step("first", "tolerate", 10), make_step("last", "correct", 20)]
    program = make_program(words, rules, steps)
    engine, generated = Engine(program), Generated(program, words)

    for day, disposition in (("0001-01-01", "tolerate"), ("2020-01-01", "refer"), ("9999-12-31", "correct")):
        assert (
            engine.read({"day": day}).disposition == generated.read({"day": day}).disposition == disposition
        )
    assert list(reachable(Solver(generated), {})) == ["tolerate", "correct", "refer"]


def test_a_choice_with_values_of_its_own_has_a_cell_for_all_that_no_rule_names():
    ground = make_fact("ground", "choice", open_values=True)

    assert cut(ground, "x", "y", op="is") == ("x", "y", "其他")
    assert cut(ground, "其他", "其他…", op="is_not") == ("其他", "其他…", "其他……")
    assert cut(make_fact("one", "choice", ("x", "y", "z")), "y", op="is") == ("x", "y", "z")
