"""Columns as such: planes, marks, what is compiled, and what can be sent to another process."""

import pickle
from random import Random

from rules.columns import Columns, bits
from rules.columns_rows import UNREAD, Marks, Rows, plane
from rules.pack import DISPOSITIONS

from .made import TODAY, make_program, make_rule, make_step
from .random_packs import WORDS, Made

TOLERATED = make_rule("x.tolerated", {"fact": "bool", "is": True}, {"step": "tolerated"})
STEPS = [make_step("tolerated", "tolerate", 1)]


def laid_out(marks, cases):
    rows = Rows(marks)
    for case in cases:
        rows.add(marks.marks(case))
    return rows


def reached(columns, rows, provisional=False):
    found = columns.dispositions(*rows.planes(), provisional)
    return {one: sorted(bits(here)) for one, here in zip(DISPOSITIONS, found, strict=True) if here}


def test_each_case_is_found_in_the_plane_of_its_disposition_and_an_open_one_in_none():
    program = make_program(WORDS, [TOLERATED], STEPS)
    rows = laid_out(Marks(program.tests, WORDS), [{"bool": True}, {"bool": False}, {}, {"bool": True}])

    assert reached(Columns(program), rows) == {"tolerate": [0, 3], "refer": [1]}
    assert reached(Columns(program), rows, provisional=True) == {"tolerate": [0, 3], "refer": [1, 2]}


def test_a_program_without_rules_refers_every_case():
    program = make_program(WORDS, [make_rule("x.odd", {"fact": "bool", "is": True}, {"finding": "odd"})])

    rows = laid_out(Marks(program.tests, WORDS), [{}, {"bool": True}])

    assert reached(Columns(program), rows) == {"refer": [0, 1]}


def test_verdicts_are_given_of_every_rule_also_of_those_the_disposition_does_not_depend_on():
    odd = make_rule("x.odd", {"fact": "choice", "is": "x"}, {"finding": "odd"})
    program = make_program(WORDS, [TOLERATED, odd], STEPS)
    columns, rows = Columns(program), laid_out(Marks(program.tests, WORDS), [{"bool": True, "choice": "x"}])

    assert columns.verdicts(*rows.planes(), provisional=True)[1] == {"x.tolerated": (1, 0), "x.odd": (1, 0)}


def test_programs_that_differ_in_nothing_that_matters_are_compiled_once():
    odd = make_rule("x.odd", {"fact": "bool", "is": False}, {"finding": "odd"})
    one, other = make_program(WORDS, [TOLERATED], STEPS), make_program(WORDS, [TOLERATED, odd], STEPS)
    tests = other.tests

    assert Columns(one, tests).function(True) == Columns(other, tests).function(True)
    assert Columns(one, tests).function(True) != Columns(one, tests).function(True, "verdicts")


def test_a_compiled_program_can_be_sent_to_another_process():
    made = Made(Random(3))
    columns = Columns(made.library().program(TODAY, TODAY))
    cases = [made.case() for _ in range(20)]
    rows = laid_out(Marks(columns.tests, WORDS), cases)
    before = columns.verdicts(*rows.planes(), provisional=True)

    arrived = pickle.loads(pickle.dumps(columns))  # noqa: S301

    assert arrived.verdicts(*rows.planes(), provisional=True) == before


def test_values_that_no_comparison_tells_apart_have_one_mark():
    program = make_program(WORDS, [make_rule("x.big", {"fact": "money", "above": 0}, {"finding": "big"})])
    marks = Marks(program.tests, WORDS)

    assert marks.mark("money", 1) == marks.mark("money", 2.5) != marks.mark("money", 0)
    assert marks.mark("bool", True) == UNREAD
    assert marks.marks({"bool": True, "money": 3}) == [marks.mark("money", 1)]


def test_the_cells_of_one_row_are_those_of_the_values_it_was_added_with():
    made = Made(Random(12))
    marks = Marks(made.library().program(TODAY, TODAY).tests, WORDS)
    cases = [made.case() for _ in range(9)]
    rows = Rows(marks)
    for case in cases:
        rows.add([*marks.marks(case), UNREAD])

    for row, case in enumerate(cases):
        known = {
            variable.key: variable.cell(case[variable.fact])
            for variable in marks.variables
            if variable.fact in case
        }
        found = {
            variable.key: cell for variable, cell in zip(marks.variables, rows.cells_of(row), strict=True)
        }
        assert found == {variable.key: None for variable in marks.variables} | known
    assert rows.planes() == laid_out(marks, cases).planes(), (
        "a value that no comparison reads changes nothing"
    )


def test_some_rows_by_themselves_are_the_same_cases_in_their_order():
    made = Made(Random(13))
    marks = Marks(made.library().program(TODAY, TODAY).tests, WORDS)
    cases = [made.case() for _ in range(9)]

    few, numbers = laid_out(marks, cases).among(0b100010110)

    assert numbers == [1, 2, 4, 8]
    assert few.planes() == laid_out(marks, [cases[number] for number in numbers]).planes()


def test_a_case_that_is_added_later_is_read_too():
    program = make_program(WORDS, [TOLERATED], STEPS)
    marks = Marks(program.tests, WORDS)
    rows = laid_out(marks, [{"bool": True}])
    assert rows.planes() == ([0b1], [0b0], 0b1)

    rows.add(marks.marks({"bool": False}))

    assert rows.planes() == ([0b01], [0b10], 0b11)


def test_presumed_facts_are_read_as_presumed_only_where_they_are_unknown():
    program = make_program(
        WORDS, [make_rule("x.one", {"fact": "presumed", "is": False}, {"step": "tolerated"})], STEPS
    )
    rows = laid_out(Marks(program.tests, WORDS), [{}, {"presumed": True}, {"presumed": False}])

    true, false, every = rows.planes(rows.of.presumed)

    assert (true, false, every) == ([0b101], [0b010], 0b111)
    assert rows.planes() == ([0b100], [0b010], 0b111)


def test_the_cases_of_a_plane_come_out_as_they_went_in():
    rows = sorted(Random(1).sample(range(5000), 700))

    assert list(bits(plane(rows, 5000))) == rows
    assert list(bits(0)) == []
