"""Facts and their values: what a fact takes is what every reader can hold, and a broken vocabulary is refused."""

import hashlib
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.cells import cut_cells
from rules.conditions import OPERATORS, Test
from rules.engine import EngineError, encode
from rules.vocabulary import (
    BURDENS,
    LARGEST_NUMBER,
    BadValue,
    check_value,
    load_vocabulary,
    read_vocabulary,
    vocabulary,
)
from tests.rules.chinese import is_told, refused_with

from .made import make_fact, make_words

WHOLE = make_fact("whole", "number", integer=True, minimum=0, maximum=100, unit="persons", unit_zh="人")
MONEY = make_fact("money", "number", unit="CNY")
ONE = make_fact("one", "choice", ("x", "y"))
OPEN = make_fact("open", "choice", open_values=True)
MANY = make_fact("many", "choices", ("p", "q"))
YES = make_fact("yes")
DAY = make_fact("day", "date")
NOTE = make_fact("note", "text")
LAW = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def takes(fact, value):
    try:
        assert check_value(fact, value) is value
    except BadValue:
        return False
    return True


@pytest.mark.parametrize(
    ("fact", "taken", "refused"),
    [
        (YES, [True, False], [None, 0, 1, "true", "是", []]),
        (ONE, ["x", "y"], [None, "", "X", "x ", "z", 1, True, ["x"]]),
        (OPEN, ["x", "其他", "2020-99-99"], [None, "", " ", 1, ["x"]]),
        (MANY, [[], ["p"], ["q", "p"]], [None, "p", ["p", "p"], ["r"], ["p", 1], [["p"]], ("p",), {"p": 1}]),
        (WHOLE, [0, 1, 100, 5.0], [None, True, "1", -1, 101, 0.5, [1], float("nan"), float("inf")]),
        (
            MONEY,
            [0, -1, 0.01, -12.34, 10**15],
            [None, False, "1", 0.001, 5.0000001, 10**15 + 1, -(10**16), 1e300],
        ),
        (
            DAY,
            ["2020-02-29", "0001-01-01", "9999-12-31"],
            [None, "", "2020", "2021-02-29", "2020-3-1", "20200301"],
        ),
        (DAY, [], ["2020-03-01T00:00", " 2020-03-01", "2020-03-01\n", "２０２０-03-01", 20200301]),
        (NOTE, ["x", "字" * 10_000], [None, "", " \n", "x" * 10_001, 1, ["x"]]),
    ],
)
def test_a_fact_takes_its_values_and_no_others(fact, taken, refused):
    assert [value for value in taken if not takes(fact, value)] == []
    assert [value for value in refused if takes(fact, value)] == []


@pytest.mark.parametrize("fact", [YES, ONE, OPEN, MANY, WHOLE, MONEY, DAY, NOTE], ids=lambda fact: fact.id)
def test_a_refusal_says_what_was_found_and_in_both_languages_what_is_expected(fact):
    with pytest.raises(BadValue) as refused:
        check_value(fact, None)

    assert (refused.value.fact_id, refused.value.found) == (fact.id, None)
    assert refused.value.expected("zh") != refused.value.expected("en")
    assert str(refused.value) == f"{fact.id}: found None; expected {refused.value.expected('en')}"


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({}, "a number of any size, with at most two decimals"),
        ({"minimum": 0}, "a number from 0, with at most two decimals"),
        ({"maximum": 1}, "a number up to 1, with at most two decimals"),
        ({"minimum": 0, "maximum": 1, "unit": "CNY"}, "a number 0 to 1 (CNY), with at most two decimals"),
        ({"integer": True, "minimum": 0, "unit": "persons"}, "a whole number from 0 (persons)"),
    ],
)
def test_what_a_number_may_be_is_said_in_full(details, expected):
    with pytest.raises(BadValue) as refused:
        check_value(make_fact("n", "number", **details), "x")

    assert refused.value.expected("en") == expected


NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17),
    st.floats(),
    st.floats(-1000, 1000),
    st.decimals(-(10**14), 10**14, places=2).map(float),
)


@LAW
@example(5.0000001)
@example(0.1 + 0.2)
@example(10**15)
@given(NUMBERS)
def test_a_number_is_taken_exactly_where_the_engine_can_hold_it(value):
    try:
        held = encode(value) == Decimal(str(value)) * 100
    except EngineError:
        held = False

    assert takes(MONEY, value) == (held and abs(value) <= LARGEST_NUMBER)


@LAW
@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.text(max_size=10),
        NUMBERS,
        st.dates().map(str),
        st.lists(st.sampled_from("pqr")),
    )
)
def test_whatever_a_fact_takes_every_reader_finds_a_place_for(value):
    literals = {"yes": True, "one": "x", "open": "x", "many": "p", "money": 10, "day": "2020-01-01"}

    for fact in (YES, ONE, OPEN, MANY, MONEY, DAY):
        if takes(fact, value):
            tests = [
                Test(fact.id, op, literals[fact.id])
                for op in OPERATORS[fact.type]
                if op not in ("in", "not_in")
            ]
            for variable in cut_cells(tests, make_words(fact)):
                assert 0 <= variable.cell(value) < len(variable.labels)
            if fact.type in ("boolean", "number", "date"):
                assert isinstance(encode(value), int)


def test_labels_help_and_holders_come_in_both_languages():
    assert (ONE.label("zh"), ONE.label("en")) == ("one中", "one in English")
    assert (ONE.help("zh"), ONE.help("en")) == ("帮助", "help")
    assert (ONE.holder("zh"), ONE.holder("en")) == ("保管人", "holder")
    assert (ONE.choice_label("x", "zh"), ONE.choice_label("y", "en")) == ("x中", "y in English")
    assert ONE.choice_label("gone", "en") == "gone"


def test_the_shipped_vocabulary_presumes_only_what_its_facts_take():
    facts = vocabulary().facts.values()

    assert len(facts) > 100
    for fact in facts:
        assert (fact.burden == "open") == (fact.presume is None)
        assert fact.presume is None or takes(fact, fact.presume)
        assert fact.label("zh") != fact.label("en")
    assert {fact.burden for fact in facts} == set(BURDENS)
    for titled in (*vocabulary().factors, *vocabulary().sections):
        assert titled.label("zh") != titled.label("en")


SOUND = """\
factors:
  - {id: f, zh: "因素", en: Factor}
sections:
  - {id: s, factor: f, zh: "节", en: Section}
facts:
  - id: one
    zh: "一"
    en: One
    help_zh: "帮助"
    help_en: Help
    holder_zh: "保管人"
    holder_en: Holder
    type: choice
    values:
      - {value: x, zh: "甲", en: X}
      - {value: y, zh: "乙", en: Y}
    factor: f
    section: s
    tasks: [disposition]
    burden: shown
    presume: x
    minimum: null
    core: true
"""


def loaded(tmp_path, text):
    path = tmp_path / "words.yaml"
    path.write_text(text, encoding="utf-8")
    return load_vocabulary(path)


def test_a_vocabulary_is_read_with_everything_that_it_says(tmp_path):
    words = loaded(tmp_path, SOUND)

    fact = words.facts["one"]
    assert (fact.type, fact.values, fact.presume, fact.burden) == ("choice", ("x", "y"), "x", "shown")
    assert (fact.core, fact.integer, fact.record_only, fact.open_values) == (True, False, False, False)
    assert (fact.unit, fact.accompanied_by, fact.read_by, fact.tasks) == ("", "", "", ("disposition",))
    assert [section.factor for section in words.sections] == ["f"]


def test_a_vocabulary_keeps_its_text_from_which_the_same_is_read_again():
    words = vocabulary()

    again = read_vocabulary(words.text, "vocabulary.yaml")

    assert again == words
    assert again is not words
    assert again.digest == words.digest == hashlib.sha256(words.text.encode()).hexdigest()


BROKEN = [
    ("factors:\n  - {id: f, zh: \"因素\", en: Factor}\n", "", "1:1: found no 'factors'; expected a list"),
    ("factors:\n  - {", "factors:\n    {", "2:5: found factors: {"),
    ("  - {id: s, factor: f, zh: \"节\", en: Section}", "  - s", "4:5: found 's'; expected a mapping"),
    ("zh: \"节\", ", "", "4:5: found no text for 'zh'; expected a text"),
    ("factor: f, zh", "factor: [f], zh", "4:21: found no text for 'factor'; expected a text"),
    ("    core: true", "    cores: true", "23:12: found the key 'cores'; expected one of burden,"),
    ("    core: true", "    core: 1", "23:11: found core: 1; expected true or false"),
    ("    en: One\n", "    en: ''\n", "8:9: found no text for 'en'; expected a text"),
    ("    type: choice", "    type: choose", "13:11: found type: 'choose'; expected one of boolean, choice"),
    ("      - {value: y, zh: \"乙\", en: Y}", "      - y", "16:9: found 'y'; expected a mapping"),
    ("{value: y,", "{value: 1,", "16:17: found no text for 'value'; expected a text"),
    ("{value: y,", "{value: x,", "15:7: found a value a second time; expected each value once"),
    ("    type: choice", "    type: boolean", "15:7: found 2 values of a fact of type boolean; expected values for"),
    ("    core: true", "    open_values: true", "15:7: found 2 values of a fact of type choice; expected values for"),
    ("    minimum: null", "    minimum: '0'", "22:14: found minimum: '0'; expected a number"),
    ("    minimum: null", "    maximum: true", "22:14: found maximum: true; expected a number"),
    ("    factor: f\n", "    factor: g\n", "17:13: found factor: 'g'; expected one of f"),
    ("    section: s\n", "", "6:5: found no 'section'; expected one of s"),
    ("[disposition]", "disposition", "19:12: found tasks: 'disposition'; expected a list of tasks"),
    ("[disposition]", "[]", "19:12: found tasks: []; expected a list of tasks"),
    ("[disposition]", "[1]", "19:12: found tasks: [1]; expected a list of tasks"),
    ("burden: shown", "burden: proven", "20:13: found burden: 'proven'; expected one of against, open, shown"),
    ("burden: shown", "burden: open", "20:13: found burden open with presume 'x'; expected a presumed value with"),
    ("    presume: x\n", "", "20:13: found burden shown with presume null; expected a presumed value with"),
    ("presume: x", "presume: z", "21:14: found 'z'; expected one of: x, y"),
    ("    core: true\n", SOUND.split("facts:\n")[1], "23:9: found the fact 'one' a second time; expected each fact once"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BROKEN)
def test_a_broken_vocabulary_is_refused_by_place(old, new, said):
    assert SOUND.count(old) == 1

    fault = refused_with(read_vocabulary, SOUND.replace(old, new), "words.yaml")

    assert str(fault).startswith(f"words.yaml:{said}")
    assert is_told(fault)


def refusals():
    return [refused_with(read_vocabulary, SOUND.replace(old, new), "words.yaml") for old, new, _ in BROKEN]


def test_what_came_of_the_conduct_is_not_among_the_facts_shown_first():
    words = vocabulary()

    assert {"mental_state", "decision_mode", "conduct_nature", "force_majeure"} <= words.first_look
    told_after = {fact.id for fact in words.facts.values() if fact.section in ("consequences", "recovery")}
    told_after |= {
        "circumstances_grade",
        "expected_sanction_band",
        "public_benefit_achieved",
        "criminal_case_status",
        "duties_found_by_inquiry",
        "duties_verified_by_supervision",
        "third_party_cause",
        "higher_policy_changed",  # made the course fail, afterwards
        "respondent_count",  # how many answer for it
        "unfit_ground",  # stated where a change of post is in view
    }
    assert told_after.isdisjoint(words.first_look)
    assert not any(words.facts[fact_id].type == "text" for fact_id in words.first_look)
