"""A solver that comes to no end is stopped, and nothing is taken as proved or as impossible because of it."""

import itertools

import pytest
from pysat.solvers import Solver as SatSolver

from rules import effort, solver
from rules.effort import TooHard, solved
from rules.engine import EngineError
from rules.solver import Solver
from rules.whatif import reachable
from tests.rules.test_whatif import UNLIKE, A, made


def pigeons(holes):
    """One pigeon more than there are holes, each in a hole of its own: no way, and long to find out."""
    found = SatSolver(name="minisat22")
    places = [[1 + one * holes + hole for hole in range(holes)] for one in range(holes + 1)]
    for one in places:
        found.add_clause(one)
    for one, other in itertools.combinations(places, 2):
        for hole, same in zip(one, other, strict=True):
            found.add_clause([-hole, -same])
    return found


def test_an_answer_is_the_same_in_one_stretch_and_in_many(monkeypatch):
    assert not solved(pigeons(6), [], effort.A_QUESTION)

    monkeypatch.setattr(effort, "AT_ONCE", 50)

    assert not solved(pigeons(6), [], effort.A_QUESTION)


def test_a_question_that_takes_too_long_is_given_up():
    with pytest.raises(TooHard, match="500 conflicts"):
        solved(pigeons(9), [], 500)


def test_what_is_open_in_a_case_is_not_told_where_it_takes_too_long(monkeypatch):
    generated = made(UNLIKE, A)
    monkeypatch.setattr(solver, "A_QUESTION", 0)

    with pytest.raises(EngineError, match="cannot be told"):
        reachable(Solver(generated), generated.cells_of({}))
