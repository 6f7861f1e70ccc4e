"""Sets of bits say exactly what comparing one by one says, however many values share a rank."""

import math
import random
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.precedents import Base, Precedent, Schema
from rules.precedents.index import FINEST, Scale, members, plane, union

VALUES = st.one_of(st.none(), st.integers(-4, 4).map(float), st.floats(-2, 2))


def scale(values, finest):
    column = array("d", [math.nan if value is None else value for value in values])
    return Scale(column, values.__getitem__, finest)


def ensure_exact(made, values, asked):
    for value in (*asked, *reversed(asked)):
        assert list(members(made.above(value))) == [
            n for n, v in enumerate(values) if v is not None and v > value
        ]
        assert list(members(made.below(value))) == [
            n for n, v in enumerate(values) if v is not None and v < value
        ]
    assert list(members(made.known)) == [n for n, v in enumerate(values) if v is not None]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(VALUES, max_size=40),
    st.lists(st.one_of(VALUES.filter(bool), st.just(-0.0)), max_size=6),
    st.integers(1, 50),
)
def test_every_value_is_compared_exactly_with_every_other(values, asked, finest):
    made = scale(values, finest)

    ensure_exact(made, values, [*asked, *(value for value in values if value is not None)])
    held = [number for number, value in enumerate(values) if value is not None]
    for some in (held, held[::2], held[-1:]):
        if some:
            assert made.least(union(some)) == min(values[number] for number in some)
            assert made.most(union(some)) == max(values[number] for number in some)
    if len({values[number] for number in held}) <= finest:
        assert not any(made.shared)


def test_ranks_are_shared_only_where_values_are_very_many():
    draw = random.Random(4)
    few = scale([float(draw.randrange(FINEST)) for _ in range(3 * FINEST)], FINEST)
    many = scale([draw.random() for _ in range(3 * FINEST)], FINEST)

    assert not any(few.shared)
    assert len(many.edges) < 2 * FINEST
    assert len(many.digits) <= 15


def test_a_value_that_very_many_have_keeps_its_rank_to_itself():
    values = [float(number) for number in range(100)] + [50.5] * 300
    made = scale(values, 10)

    assert not made.shared[made.edges.index(50.5)]
    ensure_exact(made, values, [50.0, 50.4, 50.5, 50.6, 51.0, -1.0, 200.0])


@pytest.mark.parametrize("numbers", [[], [0], [7, 8], [3, 64, 65, 1000]])
def test_a_set_is_its_members(numbers):
    assert list(members(union(numbers))) == numbers
    assert union(numbers) == sum(1 << number for number in numbers)
    assert plane(bytes([number in numbers for number in range(1001)])) == union(numbers)


def test_in_a_large_base_values_that_share_a_rank_are_read_from_the_precedents():
    schema = Schema(("no", "yes"), {}, {"x": False})
    values = [number / 7 for number in range(3 * FINEST)]
    rows = Base(schema, [Precedent(number, {"x": value}, 1) for number, value in enumerate(values)])

    for number in (0, 1, 2, 777, 778, 779, 780, len(values) - 1):
        assert len(rows.assess({"x": values[number]}).binding) == len(values) - number
        assert len(rows.assess({"x": values[number] + 0.01}).binding) == len(values) - number - 1
    assert any(rows.index.scales["x"].shared)
