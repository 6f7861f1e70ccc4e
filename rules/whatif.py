"""What is still open: the exact reachable set, the unknown facts worth asking, and what would change the answer.

A witness found by the solver proves that a disposition can be reached; moving one fact in all witnesses at once
(one pass of the generated function) settles most questions without asking the solver again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rules.cells import Variable
from rules.generated import Generated
from rules.pack import DISPOSITIONS
from rules.solver import Solver


@dataclass(frozen=True)
class Unknown:
    """An unknown fact that matters: `changes` maps values to the disposition each would give today; `narrows` says
    that some value of it would rule a reachable disposition out."""

    fact: str
    changes: dict[str, str]
    narrows: bool


@dataclass(frozen=True)
class Flip:
    """A known fact whose other value would change the disposition, all else as it is."""

    fact: str
    found: object
    to: object
    disposition: str


def reachable(
    solver: Solver, known: dict[tuple, int], among: Iterable[str] = DISPOSITIONS
) -> dict[str, dict]:
    """Each disposition asked about that some completion of the case reaches, with such a completion."""
    found = {}
    for disposition in among:
        witness = solver.witness(known, disposition)
        if witness is not None:
            found[disposition] = witness
    return found


def decisive_unknowns(
    generated: Generated,
    solver: Solver,
    facts: dict,
    presumed: dict,
    answer: str,
    witnesses: dict[str, dict],
    order: dict,
    listed: Collection[str] = (),
) -> list[Unknown]:
    """The unknown facts that matter, most decisive first; of those that are `listed` already nothing is asked.

    First those that alone would change today's answer, then those that would rule a reachable disposition out.
    Among equals `order` decides (facts this intake asks, core facts, the vocabulary's order), and before the last
    of these how many dispositions the fact could still lead to.
    """
    if len(witnesses) < 2:
        return []
    known = generated.cells_of(facts)
    passed = {*facts, *listed}
    unknown = [variable for variable in generated.variables if variable.fact not in passed]
    today = generated.cells_of(presumed)
    moves = [(0, variable, cell) for variable in unknown for cell in variable.legal_cells()]
    answers = generated.sweep([today], moves, provisional=True)[1:]
    changes: dict[str, dict[str, str]] = {}
    for (_, variable, cell), outcome in zip(moves, answers, strict=True):
        if outcome != answer and today.get(variable.key) != cell:
            changes.setdefault(variable.fact, {})[shown(variable, cell)] = outcome
    narrows = _narrowing(generated, solver, known, unknown, witnesses)
    found = [
        Unknown(fact, changes.get(fact, {}), fact in narrows)
        for fact in {v.fact for v in unknown}
        if fact in changes or fact in narrows
    ]
    if not found and not listed:
        found = [Unknown(fact, {}, False) for fact in _on_the_way(generated, answer, witnesses)]
    return sorted(
        found,
        key=lambda one: (
            not one.changes,
            order[one.fact][:2],
            -len(set(one.changes.values())),
            order[one.fact],
        ),
    )


def flips(generated: Generated, facts: dict, presumed: dict, answer: str) -> list[Flip]:
    """Every single change of a known fact that changes the disposition; for amounts the nearest one each way."""
    today = generated.cells_of(presumed)
    known = [variable for variable in generated.variables if variable.fact in facts]
    moves = [(0, v, cell) for v in known for cell in v.legal_cells() if cell != today[v.key]]
    answers = generated.sweep([today], moves, provisional=True)[1:]
    found: dict[tuple, tuple[int, Flip]] = {}
    for (_, variable, cell), outcome in zip(moves, answers, strict=True):
        if outcome == answer:
            continue
        to = _moved(variable, cell, facts[variable.fact])
        flip = Flip(variable.fact, facts[variable.fact], to, outcome)
        distance = abs(cell - today[variable.key])
        key = (
            (variable.fact, variable.member, outcome, cell > today[variable.key])
            if variable.cuts
            else (variable.fact, variable.member, outcome, cell)
        )
        if key not in found or distance < found[key][0]:
            found[key] = (distance, flip)
    return [flip for _, flip in found.values()]


def _narrowing(generated, solver, known, unknown: list[Variable], witnesses: dict[str, dict]) -> set[str]:
    """The unknown facts of which some value makes a reachable disposition unreachable."""
    names, bases = list(witnesses), list(witnesses.values())
    moves = [
        (n, variable, cell)
        for variable in unknown
        for cell in variable.legal_cells()
        for n in range(len(bases))
    ]
    answers = generated.sweep(bases, moves, provisional=False)[len(bases) :]
    outcomes: dict[tuple, set[str]] = {}
    for (_, variable, cell), outcome in zip(moves, answers, strict=True):
        outcomes.setdefault((variable.key, cell), set()).add(outcome)
    found: set[str] = set()
    for variable in unknown:
        for cell in variable.legal_cells():
            if variable.fact in found:
                break
            for disposition in names:
                if disposition in outcomes[variable.key, cell]:
                    continue
                witness = solver.witness(known, disposition, but=(variable.key, cell))
                if witness is None:
                    found.add(variable.fact)
                    break
                for place in witness.items():  # it settles every other cell that it takes, too
                    outcomes.setdefault(place, set()).add(disposition)
    return found


def _on_the_way(generated: Generated, answer: str, witnesses: dict[str, dict]) -> list[str]:
    """Facts that differ between a completion with today's answer and one with another, walked one at a time."""
    other = next(disposition for disposition in witnesses if disposition != answer)
    start = witnesses.get(answer) or next(w for d, w in witnesses.items() if d != other)
    here, found = dict(start), []
    last = generated.sweep([here], [], provisional=False)[0]
    for variable in generated.variables:
        if here[variable.key] == witnesses[other][variable.key]:
            continue
        here[variable.key] = witnesses[other][variable.key]
        outcome = generated.sweep([here], [], provisional=False)[0]
        if outcome != last:
            found.append(variable.fact)
            last = outcome
    return found


def shown(variable: Variable, cell: int) -> str:
    """A cell as text: a value inside it; of a fact with several values, whether this one is among them."""
    if variable.member is not None:
        return variable.member if cell == 0 else f"not {variable.member}"
    label = variable.labels[cell]
    return str(label).lower() if isinstance(label, bool) else str(label)


def _moved(variable: Variable, cell: int, value: object) -> object:
    if variable.member is None:
        return variable.labels[cell]
    return (
        sorted({*value, variable.member}) if cell == 0 else [one for one in value if one != variable.member]
    )
