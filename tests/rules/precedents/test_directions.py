"""Which directions conflicts rest on, against the definition pair by pair."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.precedents import Base, Precedent, Schema
from rules.precedents.consistency import examine
from rules.precedents.directions import resting_on

SCHEMA = Schema(
    ("mild", "middle", "grave"), {"warned": True, "reported": False}, {"loss": True, "repaid": False}
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "warned": st.booleans(), "reported": st.booleans(), "loss": st.integers(0, 2), "repaid": st.integers(0, 2),
    },
)  # fmt: skip


def test_conflicts_rest_on_the_facts_in_which_their_precedents_differ():
    grave = Precedent("a", {"warned": True, "reported": False, "loss": 5, "repaid": 0}, 0)
    mild = Precedent("b", {"warned": False, "reported": False, "loss": 1, "repaid": 0}, 2)
    base = Base(SCHEMA, [grave, mild])
    assert resting_on(base, examine(base)) == {"warned": 1, "reported": 0, "loss": 1, "repaid": 0}


@given(st.lists(st.tuples(FACTS, st.integers(0, 2)), max_size=8))
@settings(max_examples=200, deadline=None)
def test_so_many_conflicts_differ_in_each_fact(cases):
    base = Base(SCHEMA, [Precedent(number, *case) for number, case in enumerate(cases)])
    found = examine(base)
    pairs = list(found.conflicts())
    for name, count in resting_on(base, found).items():
        differ = 0
        for graver, milder in pairs:
            values = [SCHEMA.gravity(name, one.facts) for one in (graver, milder)]
            differ += None not in values and values[0] != values[1]
        assert count == differ
