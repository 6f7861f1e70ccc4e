"""A hidden number cannot be worked out: whoever tries every table that fits what is shown finds at least two values."""

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casebook.hiding import FEW, hide


def made(counts):
    rows = [f"r{place}" for place in range(len(counts))]
    columns = [f"c{place}" for place in range(len(counts[0]))]
    return hide(
        rows,
        columns,
        {(rows[r], columns[c]): one for r, line in enumerate(counts) for c, one in enumerate(line)},
    )


def recovered(table, largest):
    """Every hidden number for which an attacker finds one value only, trying all tables with noughts where shown."""
    height, width = len(table.rows), len(table.columns)
    inner = [(r, c) for r in range(height) for c in range(width)]
    unknown = [cell for cell in inner if table.cells[cell[0]][cell[1]] is None]
    found = {}
    for values in product(range(1, largest + 1), repeat=len(unknown)):
        guess = dict(zip(unknown, values, strict=True))
        full = [[guess.get((r, c), table.cells[r][c]) for c in range(width)] for r in range(height)]
        full = [[*line, sum(line)] for line in full]
        full.append([sum(line[place] for line in full) for place in range(width + 1)])
        fits = all(
            shown in (None, full[r][c]) for r, line in enumerate(table.cells) for c, shown in enumerate(line)
        )
        if fits:
            for r, line in enumerate(table.cells):
                for c, shown in enumerate(line):
                    if shown is None:
                        found.setdefault((r, c), set()).add(full[r][c])
    return {cell for cell, values in found.items() if len(values) == 1}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=1, max_size=2))
@example([[1, 1], [1, 1]])
@example([[1, 9], [9, 9]])
@example([[1, 0], [0, 1]])
@example([[4, 0], [0, 0]])
def test_no_hidden_number_can_be_recovered(counts):
    table = made(counts)

    assert not recovered(table, 12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=4))
@example([1, 1, 1])
@example([3])
@example([2, 6])
def test_nor_in_a_list(counts):
    assert not recovered(made([[one] for one in counts]), 9)


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=6))
def test_no_small_number_is_shown_and_what_is_shown_is_true(counts):
    table = made(counts)
    full = [[*line, sum(line)] for line in counts]
    full.append([sum(line[place] for line in full) for place in range(4)])

    for shown_line, line in zip(table.cells, full, strict=True):
        for shown, one in zip(shown_line, line, strict=True):
            assert shown == one or shown is None
            assert shown is None or shown == 0 or shown >= FEW


def test_what_is_large_enough_is_shown():
    table = made([[5, 20], [7, 0]])

    assert table.cells == ((5, 20, 25), (7, 0, 7), (12, 20, 32))
    assert table.total == 32
    assert table.row("r1") == (7, 0, 7)
    assert table.totals == (12, 20, 32)


@pytest.mark.parametrize("counts", [[[0, 0]], [[0], [0]]])
def test_nothing_at_all_hides_nothing(counts):
    assert all(one == 0 for line in made(counts).cells for one in line)


def test_a_small_number_takes_others_with_it():
    table = made([[1, 20], [30, 40]])

    assert sum(one is None for line in table.cells for one in line) >= 4
