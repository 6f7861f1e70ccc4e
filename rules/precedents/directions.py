"""Which directions the conflicts of a base rest on: where many rest on one, that factor may need to be split."""

from rules.precedents.base import Base
from rules.precedents.consistency import Consistency


def resting_on(base: Base, found: Consistency) -> dict[str, int]:
    """For each fact, the conflicts between precedents that differ in it.

    So many would vanish if only precedents alike in it were compared, that is if it had no direction. Leaving the
    fact out would remove none: fewer facts make more precedents comparable.
    """
    counts = dict.fromkeys(base.schema.names, 0)
    for number, milder in found.graver_than.items():
        for block in base.index.blocks(base.precedents[number].facts, lower=False):
            counts[block.name] += (milder & block.never).bit_count()
    return counts
