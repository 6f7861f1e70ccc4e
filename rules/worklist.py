"""The records still to obtain: for each unknown fact what every answer to it would leave possible, exactly."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.law import Governing
from rules.pack import DISPOSITIONS
from rules.whatif import shown


@dataclass(frozen=True)
class Asked:
    """One unknown fact: for each answer, as text, the dispositions that it alone would leave possible."""

    fact: str
    leaves: dict[str, tuple[str, ...]]

    @property
    def settles(self) -> dict[str, str]:
        """The answers that alone would settle the case, with what they settle it on."""
        return {answer: left[0] for answer, left in self.leaves.items() if len(left) == 1}

    @property
    def alone(self) -> bool:
        """Whether every answer to it would settle the case."""
        return bool(self.leaves) and len(self.settles) == len(self.leaves)


def left_by_answers(
    law: Governing, facts: dict, asked: Iterable[str], reachable: Iterable[str]
) -> list[Asked]:
    """For each fact asked about, in that order, what each of its answers leaves of the reachable dispositions.

    Exact as the reachable set is: an answer is one cell of values that no rule tells apart, shown by a value in it;
    of a fact with several values, one of them present or absent. A fact that no rule reads has no answers.
    """
    laws = [(outlook.governed, outlook.governed.cells_of(facts)) for outlook in law.outlooks]
    possible = [disposition for disposition in DISPOSITIONS if disposition in set(reachable)]
    shown_to_reach: dict[
        tuple[int, str], set[tuple]
    ] = {}  # each completion found answers for all that it holds

    def reaches(number: int, disposition: str, place: tuple[tuple, int] | None) -> bool:
        governed, known = laws[number]
        places = shown_to_reach.setdefault((number, disposition), set())
        if place not in places:
            witness = governed.solver.witness(known, disposition, place)
            places |= {None, *witness.items()} if witness is not None else set()
        return place in places

    def left(fact: str, member: str | None, value: object) -> tuple[str, ...]:
        found = []
        for disposition in possible:
            for number, (governed, _) in enumerate(laws):
                one = next((one for one in governed.variables if one.key == (fact, member)), None)
                place = one and (one.key, value if member is not None else one.cell(value))
                if reaches(number, disposition, place):
                    found.append(disposition)
                    break
        # Versions of the law that may still come to differ are a question of their own, as in assess.
        if len(laws) > 1 and len(found) > 1 and "refer" not in found:
            found.append("refer")
        return tuple(found)

    return [
        Asked(fact, {text: left(fact, *answer) for text, answer in _answers(laws, fact)}) for fact in asked
    ]


def _answers(laws: list, fact: str) -> list[tuple[str, tuple[str | None, object]]]:
    """The answers of a fact by their texts, over every version of the law that may govern: (member, value or cell)."""
    found: dict[str, tuple[str | None, object]] = {}
    for governed, _ in laws:
        for one in governed.variables:
            if one.fact == fact:
                for cell in one.legal_cells():
                    value = cell if one.member is not None else one.labels[cell]
                    found.setdefault(shown(one, cell), (one.member, value))
    return list(found.items())
