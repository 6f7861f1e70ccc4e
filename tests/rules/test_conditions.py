"""The condition language: three values, negation, and nothing that is not listed."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.cells import holds
from rules.conditions import NEGATED, OPERATORS, All, AnyOf, Has, Test, leaves, negate, parse_condition
from rules.vocabulary import FACT_TYPES
from rules.yaml_source import SourceError, parse_yaml

from .made import make_fact, make_words

WORDS = make_words(
    make_fact("a"),
    make_fact("b"),
    make_fact("sex", "choice", ("男", "女", "其他")),
    make_fact("many", "choices", ("p", "q")),
    make_fact("money", "number", minimum=0),
    make_fact("day", "date"),
    make_fact("note", "text"),
    make_fact("kept", record_only=True),
)
FINDINGS = {"found", "other"}
LAW = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def parsed(condition):
    source = parse_yaml(json.dumps({"when": condition}, ensure_ascii=False), "a.yaml")
    return parse_condition(source["when"], WORDS.facts, FINDINGS, source.at("when"))


def kleene(condition, facts, findings):
    """The verdict of a condition, by the definition of the logic."""
    match condition:
        case All(parts):
            verdicts = [kleene(part, facts, findings) for part in parts]
            return False if False in verdicts else None if None in verdicts else True
        case AnyOf(parts):
            verdicts = [kleene(part, facts, findings) for part in parts]
            return True if True in verdicts else None if None in verdicts else False
        case Has(name, wanted):
            verdict = findings.get(name)
            return None if verdict is None else verdict is wanted
        case Test(fact):
            return holds(condition, facts[fact]) if fact in facts else None


TESTS = st.one_of(
    st.builds(Test, st.sampled_from(["a", "b"]), st.sampled_from(["is", "is_not"]), st.booleans()),
    st.builds(Test, st.just("sex"), st.sampled_from(["is", "is_not"]), st.sampled_from(["男", "女"])),
    st.builds(Test, st.just("many"), st.sampled_from(["includes", "excludes"]), st.sampled_from(["p", "q"])),
    st.builds(Test, st.just("money"), st.sampled_from(OPERATORS["number"]), st.integers(0, 3)),
    st.builds(Has, st.sampled_from(sorted(FINDINGS)), st.booleans(), st.booleans()),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.builds(
        lambda joiner, parts: joiner(tuple(parts)), st.sampled_from([All, AnyOf]), st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "a": st.booleans(),
        "b": st.booleans(),
        "sex": st.sampled_from(["男", "女", "其他"]),
        "many": st.lists(st.sampled_from(["p", "q"]), unique=True),
        "money": st.sampled_from([0, 0.5, 1, 2, 3, 4]),
    },
)
VERDICTS = st.fixed_dictionaries({}, optional={name: st.booleans() for name in sorted(FINDINGS)})


@LAW
@given(CONDITIONS, FACTS, VERDICTS)
def test_a_negated_condition_is_true_exactly_where_it_is_false_and_open_where_it_is_open(
    when, facts, findings
):
    verdict = kleene(when, facts, findings)

    assert kleene(negate(when), facts, findings) is {True: False, False: True, None: None}[verdict]


@LAW
@given(CONDITIONS)
def test_what_is_negated_twice_is_itself(when):
    assert negate(negate(when)) == when


@LAW
@given(CONDITIONS, FACTS, VERDICTS, FACTS)
def test_what_is_decided_stays_so_whatever_else_becomes_known(when, facts, findings, more):
    verdict = kleene(when, facts, findings)

    if verdict is not None:
        assert kleene(when, more | facts, findings) is verdict


def test_every_operator_has_a_negation_and_its_own_meaning():
    written = {op for ops in OPERATORS.values() for op in ops} - {"in", "not_in"}

    assert OPERATORS.keys() == set(FACT_TYPES)
    assert NEGATED.keys() == written
    assert all(NEGATED[NEGATED[op]] == op != NEGATED[op] for op in written)


@pytest.mark.parametrize(
    ("fact", "literal", "below", "at", "above"),
    [("money", 2, 1.99, 2, 2.01), ("day", "2020-03-01", "2020-02-29", "2020-03-01", "2020-03-02")],
)
def test_an_ordered_comparison_tells_a_value_from_its_neighbours(fact, literal, below, at, above):
    found = {
        op: [holds(Test(fact, op, literal), value) for value in (below, at, above)]
        for op in OPERATORS["date"]
    }

    assert found == {
        "above": [False, False, True],
        "at_least": [False, True, True],
        "below": [True, False, False],
        "at_most": [True, True, False],
    }


def test_a_condition_is_read_as_it_is_written():
    when = {
        "all": [
            {"fact": "a", "is": True},
            {"any": [{"finding": "found", "is": False}, {"fact": "day", "below": "2020-03-01"}]},
            {"fact": "many", "excludes": "p"},
            {"fact": "money", "at_least": 10.25},
        ]
    }

    read = parsed(when)

    assert read == All(
        (
            Test("a", "is", True),
            AnyOf((Has("found", False), Test("day", "below", "2020-03-01"))),
            Test("many", "excludes", "p"),
            Test("money", "at_least", 10.25),
        )
    )
    assert [getattr(leaf, "fact", "") or leaf.finding for leaf in leaves(read)] == [
        "a",
        "found",
        "day",
        "many",
        "money",
    ]


def test_in_is_one_of_and_not_in_is_none_of():
    assert parsed({"fact": "sex", "in": ["男", "女"]}) == AnyOf(
        (Test("sex", "is", "男"), Test("sex", "is", "女"))
    )
    assert parsed({"fact": "sex", "not_in": ["男", "女"]}) == All(
        (Test("sex", "is_not", "男"), Test("sex", "is_not", "女"))
    )


def test_a_part_that_stands_alone_is_read_as_itself():
    assert parsed({"all": [{"any": [{"fact": "a", "is": True}]}]}) == Test("a", "is", True)


@pytest.mark.parametrize(
    ("when", "found", "expected"),
    [
        ("a", "'a'", "a mapping with 'all', 'any', 'fact' or 'finding'"),
        ({}, "nothing", "'all', 'any', 'fact' or 'finding'"),
        ({"not": {"fact": "a", "is": True}}, "not", "'all', 'any', 'fact' or 'finding'"),
        ({"all": []}, "'all' without parts", "a list of at least one condition"),
        ({"any": {"fact": "a", "is": True}}, "'any' without parts", "a list of at least one condition"),
        ({"all": [{"fact": "a", "is": True}], "fact": "b"}, "the key 'fact'", "only all"),
        ({"fact": ["a"], "is": True}, "['a']", "the name of a fact"),
        ({"finding": None, "is": True}, "null", "the name of a finding"),
        ({"fact": "c", "is": True}, "the fact 'c'", "a fact of the vocabulary"),
        (
            {"fact": "kept", "is": True},
            "the fact 'kept'",
            "a fact that rules may read: this one is a record only",
        ),
        ({"fact": "a"}, "no operator", "exactly one operator beside 'fact'"),
        ({"fact": "money", "above": 1, "below": 2}, "above, below", "exactly one operator beside 'fact'"),
        ({"fact": "note", "is": "x"}, "the operator 'is' on a text", "no operator: texts are not compared"),
        ({"fact": "money", "is": 1}, "the operator 'is' on a number", "above, at_least, below, at_most"),
        ({"fact": "a", "is": "yes"}, "a: 'yes'", "yes (true) or no (false)"),
        ({"fact": "sex", "in": "男"}, "'男'", "a list of at least two values"),
        ({"fact": "sex", "in": ["男"]}, "['男']", "a list of at least two values"),
        ({"fact": "sex", "not_in": ["男", "x"]}, "sex: 'x'", "one of: 男, 女, 其他"),
        ({"fact": "many", "includes": "r"}, "many: 'r'", "one of: p, q"),
        ({"finding": "unmade", "is": True}, "the finding 'unmade'", "a finding that some rule establishes"),
        ({"finding": "found"}, "no 'is'", "'is: true' or 'is: false'"),
        ({"finding": "found", "is": True, "bar": True}, "the key 'bar'", "only finding, is"),
    ],
)
def test_anything_else_is_refused_wherever_it_stands(when, found, expected):
    for condition in (when, {"all": [{"fact": "a", "is": True}, when]}):
        with pytest.raises(SourceError) as refused:
            parsed(condition)

        assert (refused.value.found, refused.value.expected) == (found, expected)
        assert refused.value.place.file == "a.yaml"
