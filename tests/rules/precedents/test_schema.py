"""A schema is read whole or refused with the line, the column and what to write."""

import pytest

from rules.precedents import BadSchema, Schema, read_schema

GOOD = """outcomes: [tolerate, correct, hold_accountable]
factors:
  warned: graver
  reported: milder
dimensions:
  loss: graver
"""


def test_outcomes_factors_and_dimensions_are_read_in_order():
    assert read_schema(GOOD, "schema.yaml") == Schema(
        ("tolerate", "correct", "hold_accountable"), {"warned": True, "reported": False}, {"loss": True}
    )


def test_a_schema_may_have_factors_only_and_outcomes_that_are_numbers():
    assert read_schema("outcomes: [0, 1]\nfactors: {a: graver}", "s.yaml") == Schema((0, 1), {"a": True}, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("outcomes: [a", "s.yaml:2:1: found YAML that cannot be read"),
        ("outcomes: [a, b]\nfactors: {x: graver, x: milder}", "s.yaml:2:22: found the key 'x' a second time"),
        ("outcomes: " + "[" * 30, "s.yaml:1:30: nested too deeply"),
        ("- " * 30, "s.yaml:1:41: nested too deeply"),
        ("[a]", "s.yaml:1:1: found no mapping at the top level"),
        ("outcomes: [a, b]\nweights: {x: 1}", "s.yaml:2:10: “weights” is not known"),
        ("factors: {x: graver}", "s.yaml:1:1: outcomes must be a list"),
        ("outcomes: {a: 1, b: 2}", "s.yaml:1:11: outcomes must be a list"),
        ("outcomes: [a]", "s.yaml:1:11: outcomes must be a list"),
        ("outcomes: [a, " + "9" * 5000 + "]", "s.yaml:1:15: found a number that is too long"),
        ("outcomes: [a, 1.5]", "s.yaml:1:15: an outcome must be a word"),
        ("outcomes: [a, '']", "s.yaml:1:15: an outcome must be a word"),
        ("outcomes: [a, b, a]", "s.yaml:1:18: the outcome “a” stands twice"),
        ("outcomes: [a, b]", "s.yaml:1:1: there is no factor and no dimension"),
        ("outcomes: [a, b]\nfactors: [x]", "s.yaml:2:10: factors must be names"),
        ("outcomes: [a, b]\nfactors:\n  x: worse", "s.yaml:3:6: “x” has no direction"),
        ("outcomes: [a, b]\nfactors:\n  x:", "s.yaml:3:5: “x” has no direction"),
        ("outcomes: [a, b]\nfactors:\n  x: [graver]", "s.yaml:3:6: “x” has no direction"),
        (
            "outcomes: [a, b]\nfactors: {x: graver}\ndimensions: {x: graver}",
            "s.yaml:3:17: “x” is both a factor and a dimension",
        ),
    ],
)
def test_a_broken_schema_is_refused_whole_with_its_place(text, said):
    with pytest.raises(BadSchema) as refused:
        read_schema(text, "s.yaml")

    assert refused.value.message("en").startswith(said)
    assert refused.value.message("zh").startswith(f"{refused.value.place}：")


def test_every_fault_of_a_schema_is_named_in_the_order_of_the_file():
    text = "weights: 1\noutcomes: [a, a, 1.5]\nfactors: {x: worse, z: graver}\ndimensions:\n  y: up\n  z: milder\n"

    with pytest.raises(BadSchema) as refused:
        read_schema(text, "s.yaml")

    places = [line.split(": ")[0] for line in refused.value.message("en").split("\n")]
    assert places == ["s.yaml:1:10", "s.yaml:2:15", "s.yaml:2:18", "s.yaml:3:14", "s.yaml:5:6", "s.yaml:6:6"]
    assert refused.value.place.line == 1
    assert refused.value.message("zh").count("\n") == 5


def test_the_place_of_each_outcome_is_kept():
    assert [str(place) for place in read_schema(GOOD, "s.yaml").places] == [
        "s.yaml:1:12",
        "s.yaml:1:22",
        "s.yaml:1:31",
    ]
