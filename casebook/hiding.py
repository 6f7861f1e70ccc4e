"""Small numbers in tables are hidden, and enough others with them that none can be worked out from the totals.

A number from 1 to 4 is hidden. Whoever knows that, and every number that is shown, must still be left with at least
two values for each hidden one; where there would be only one, the next smallest number is hidden as well.

That holds for one table. Where a difference between two tables of different days or of different organs would tell as
much, numbers are told in steps (`in_steps`): each says only in which five it lies, whatever else is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEW = 5
Cell = tuple[int, int]


@dataclass(frozen=True)
class Table:
    """Counts by row and column as they may be shown: None is hidden. The last row and column are the totals."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]

    @property
    def total(self) -> int | None:
        return self.cells[-1][-1]

    def row(self, name: str) -> tuple[int | None, ...]:
        """The counts of a row, its total last."""
        return self.cells[self.rows.index(name)]

    @property
    def totals(self) -> tuple[int | None, ...]:
        """The totals of the columns, the grand total last."""
        return self.cells[-1]


def hide(rows: Sequence[str], columns: Sequence[str], counts: Mapping[tuple[str, str], int]) -> Table:
    """The table of these counts with its totals, as it may be shown."""
    inner = [[counts.get((row, column), 0) for column in columns] for row in rows]
    full = [[*line, sum(line)] for line in inner]
    full.append([sum(line[place] for line in full) for place in range(len(columns) + 1)])
    hidden = {
        (row, column) for row, line in enumerate(full) for column, one in enumerate(line) if 0 < one < FEW
    }
    while known := _known(full, hidden):
        hidden.add(_next(full, hidden, known))
    shown = tuple(
        tuple(None if (row, column) in hidden else one for column, one in enumerate(line))
        for row, line in enumerate(full)
    )
    return Table(tuple(rows), tuple(columns), shown)


def step(number: int) -> int | None:
    """A number as it may be told again and again: rounded down to a multiple of `FEW`; None below it, nought too."""
    return number // FEW * FEW or None


def in_steps(rows: Sequence[str], columns: Sequence[str], counts: Mapping[tuple[str, str], int]) -> Table:
    """The table of these counts, each told in steps by itself, so that none says anything of another.

    Two tables of this kind differ by nought or by `FEW` at least, and a difference of nought may hide up to four more.
    Totals are added up from what is shown: they tell nothing besides. Whether there are none or few is not told.
    """
    inner = [[step(counts.get((row, column), 0)) for column in columns] for row in rows]
    lines = [[*line, _added(line)] for line in inner]
    lines.append([_added([line[place] for line in lines]) for place in range(len(columns) + 1)])
    return Table(tuple(rows), tuple(columns), tuple(map(tuple, lines)))


def _added(shown: Sequence[int | None]) -> int | None:
    return sum(filter(None, shown)) or None


def _known(full: list[list[int]], hidden: set[Cell]) -> Cell | None:
    """A hidden number for which only one value is left; None if there is none."""
    for cell in sorted(hidden):
        if not _may_change(full, hidden, cell, +1) and not _may_change(full, hidden, cell, -1):
            return cell
    return None


def _may_change(full: list[list[int]], hidden: set[Cell], cell: Cell, by: int) -> bool:
    """Whether a hidden number could be one more, or one less, with every shown number and every sum as they are.

    A change runs along hidden numbers, by turns in a row and in a column, back to where it began. None falls below 1,
    for a nought is shown.
    """
    if not _free(full, cell, by):
        return False
    row, column = cell
    seen, waiting = set(), [(False, column, by * _sign(full, cell))]
    while waiting:
        along_row, place, change = waiting.pop()
        if along_row and place == row:
            return True
        if (along_row, place) in seen:
            continue
        seen.add((along_row, place))
        for other in hidden - {cell}:
            if other[0 if along_row else 1] == place and _free(full, other, -change * _sign(full, other)):
                waiting.append((not along_row, other[1 if along_row else 0], -change))
    return False


def _sign(full: list[list[int]], cell: Cell) -> int:
    """With which sign a number stands in its row and its column: totals are what the others are taken from."""
    return -1 if (cell[0] == len(full) - 1) != (cell[1] == len(full[0]) - 1) else 1


def _free(full: list[list[int]], cell: Cell, by: int) -> bool:
    return by > 0 or full[cell[0]][cell[1]] > 1


def _next(full: list[list[int]], hidden: set[Cell], known: Cell) -> Cell:
    """What to hide next: the smallest number still shown in the row or column of the one that is known."""
    row, column = known
    shown = [
        (full[other[0]][other[1]], other)
        for other in ((r, c) for r in range(len(full)) for c in range(len(full[0])))
        if other not in hidden and (other[0] == row or other[1] == column) and full[other[0]][other[1]]
    ]
    return min(shown or [(0, _any_shown(full, hidden))])[1]


def _any_shown(full: list[list[int]], hidden: set[Cell]) -> Cell:
    """The smallest number shown anywhere; a nought where nothing else is left."""
    return min(
        (one == 0, one, (row, column))
        for row, line in enumerate(full)
        for column, one in enumerate(line)
        if (row, column) not in hidden
    )[2]
