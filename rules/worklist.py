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
    outlooks = [(outlook, outlook.cells_of(facts)) for outlook in law.outlooks]
    possible = [disposition for disposition in DISPOSITIONS if disposition in set(reachable)]

    def left(fact: str, member: str | None, value: object) -> tuple[str, ...]:
        found = []
        for disposition in possible:
            for outlook, known in outlooks:
                but = next(
                    (
                        (one.key, value if member is not None else one.cell(value))
                        for one in outlook.variables
                        if one.key == (fact, member)
                    ),
                    None,
                )
                if outlook.solver.witness(known, disposition, but) is not None:
                    found.append(disposition)
                    break
        # Versions of the law that may still come to differ are a question of their own, as in assess.
        if len(outlooks) > 1 and len(found) > 1 and "refer" not in found:
            found.append("refer")
        return tuple(found)

    return [
        Asked(fact, {text: left(fact, *answer) for text, answer in _answers(outlooks, fact)})
        for fact in asked
    ]


def _answers(outlooks: list, fact: str) -> list[tuple[str, tuple[str | None, object]]]:
    """The answers of a fact by their texts, over every version of the law that may govern: (member, value or cell)."""
    found: dict[str, tuple[str | None, object]] = {}
    for outlook, _ in outlooks:
        for one in outlook.variables:
            if one.fact == fact:
                for cell in one.legal_cells():
                    value = cell if one.member is not None else one.labels[cell]
                    found.setdefault(shown(one, cell), (one.member, value))
    return list(found.items())
