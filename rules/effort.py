"""How long a solver looks for an answer: counted in the conflicts it meets, not in seconds, so alike on every machine.

A formula can be made, by intent or by accident, whose answer takes longer than anybody waits; and while a solver looks,
no other thread of the process runs.
"""

from collections.abc import Sequence

from pysat.solvers import Solver

AT_ONCE = (
    5_000  # conflicts; between two such stretches other threads get their turn. The shipped packs need 3 700
)
A_QUESTION = 50_000  # for one question about a case
A_FORMULA = 60_000  # for all questions of a proof to one formula. The shipped packs need 9 000


class TooHard(ValueError):
    """The solver did not come to an answer within its limit; nothing is known."""


def solved(solver: Solver, assumed: Sequence[int], most: int) -> bool:
    """Whether there is a way in which all of these are true; raises TooHard after so many conflicts."""
    spent = 0
    while spent < most:
        solver.conf_budget(min(AT_ONCE, most - spent))
        answer = solver.solve_limited(assumptions=list(assumed))
        if answer is not None:
            return answer
        spent += AT_ONCE
    raise TooHard(f"no answer after {most} conflicts")
