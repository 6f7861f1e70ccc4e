"""The difference between two versions of one rule."""

from dataclasses import replace
from datetime import date

import pytest

from rules.conditions import All, AnyOf, Has, Test
from rules.library import library
from rules.versions import Moved, difference, versions_of

A, B, C = (Test(name, "is", True) for name in "abc")
LOW, HIGH = Test("loss", "at_least", 10), Test("loss", "at_least", 50)
ONE, TWO = (Test("nature", "is", value) for value in ("one", "two"))
FOUND = Has("gain", True)
RULE = library().rule("tolerance.pilot")


def moved(old, new):
    return difference(replace(RULE, when=old), replace(RULE, when=new)).conditions


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (A, A, ()),
        (All((A, B)), All((B, A)), ()),
        (A, All((A, B)), (Moved("all", None, B),)),
        (All((A, B, C)), All((A, C)), (Moved("all", B, None),)),
        (All((A, LOW)), All((A, HIGH)), (Moved("all", LOW, HIGH),)),
        (LOW, HIGH, (Moved("all", LOW, HIGH),)),
        (AnyOf((A, B)), AnyOf((A, B, C)), (Moved("any", None, C),)),
        (AnyOf((A, B)), A, (Moved("any", B, None),)),
        (All((A, ONE)), All((A, AnyOf((ONE, TWO)))), (Moved("any", None, TWO),)),
        (All((A, FOUND)), All((A, Has("gain", False))), (Moved("all", FOUND, Has("gain", False)),)),
        (AnyOf((A, All((B, LOW)))), AnyOf((A, All((B, HIGH)))), (Moved("any", All((B, LOW)), All((B, HIGH))),)),
        (All((A, B)), AnyOf((A, B)), (Moved("any", None, B), Moved("all", B, None))),
    ],
)  # fmt: skip
def test_each_condition_is_added_dropped_or_moved(old, new, expected):
    assert moved(old, new) == expected


def test_bars_precedence_and_the_other_parts_are_told_by_name():
    old = replace(RULE, unless=("x", "y"), overrides=("p",))
    new = replace(RULE, unless=("y", "z"), overrides=(), article="第二条", force="must", enabled=False)

    found = difference(old, new)

    assert found.bars == (("z", True), ("x", False))
    assert found.overrides == (("p", False),)
    assert found.parts == ("article", "enabled", "force")


def test_two_versions_that_differ_in_their_days_alone_say_the_same():
    later = replace(RULE, effective_from=date(2030, 1, 1))

    assert not difference(RULE, later)
    assert versions_of([later, replace(RULE, effective_from=None), RULE]) == [
        replace(RULE, effective_from=None),
        RULE,
        later,
    ]
