"""YAML is read without guessing: a plain word stays a word, and every value knows where it stood."""

import json
import pickle

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import yaml_source
from rules.vocabulary import BadValue
from rules.yaml_source import DEEPEST, Place, SourceError, parse_yaml, read_yaml
from tests.rules.chinese import is_told, refused_with


@pytest.fixture(params=[yaml.CSafeLoader, yaml.SafeLoader], ids=["C", "Python"], autouse=True)
def both_loaders(request, monkeypatch):
    """PyYAML without its C half gives plain scalars another style: each test reads with both."""
    monkeypatch.setattr(yaml_source, "_Loader", request.param)


@pytest.mark.parametrize(
    "word", ["no", "yes", "NO", "on", "off", "True", "012", "1_000", "0x1f", "1e3", "+1"]
)
def test_a_plain_word_that_yaml_would_turn_into_something_else_stays_a_word(word):
    assert parse_yaml(f"key: {word}\nother: 1", "a.yaml") == {"key": word, "other": 1}


@pytest.mark.parametrize("day", ["2020-07-01", "12:30:45", ".inf", ".nan", "=", "<<"])
def test_dates_times_and_marks_are_texts(day):
    assert parse_yaml(f"key: {day}", "a.yaml") == {"key": day}


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("0.25", 0.25),
    ],
)
def test_a_constant_or_a_number_is_one_only_where_it_is_not_quoted(plain, value):
    read = parse_yaml(
        f"plain: {plain}\nsingle: '{plain}'\ndouble: \"{plain}\"\nfolded: >-\n  {plain}\n", "a.yaml"
    )

    assert read == {"plain": value, "single": plain, "double": plain, "folded": plain}
    assert type(read["plain"]) is type(value)


TEXTS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_is_written_as_json_is_read_back_the_same(source):
    assert parse_yaml(json.dumps(source, ensure_ascii=False), "a.yaml") == source


def test_every_key_and_every_entry_knows_its_line_and_column():
    read = parse_yaml("one: 1\nmany:\n  - a\n  - {b: 2,  c: 3}\n", "a.yaml")

    assert read.place == Place("a.yaml", 1, 1)
    assert read.at("many") == Place("a.yaml", 3, 3)
    assert read["many"].place == Place("a.yaml", 3, 3)
    assert [str(place) for place in read["many"].places] == ["a.yaml:3:5", "a.yaml:4:5"]
    assert read["many"][1].at("c") == Place("a.yaml", 4, 16)


def test_a_key_that_is_not_there_is_looked_for_where_its_mapping_stands():
    read = parse_yaml("one: 1\nsome:\n  two: 2\n", "a.yaml")

    assert read["some"].at("missing") == Place("a.yaml", 3, 3)


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("one: [1, 2\ntwo: 3", "a.yaml:2:4", "YAML that cannot be read"),
        ("one: 1\none: 2", "a.yaml:2:1", "the key 'one' a second time"),
        ("one: 1\n[1]: 2", "a.yaml:2:1", "a key that is not plain text"),
        ("one: &x [1]\ntwo: *x", "a.yaml:1:6", "an anchor that is used again"),
        ("one: &x [*x]", "a.yaml:1:6", "an anchor that is used again"),
        ("one: *nowhere", "a.yaml:1:6", "YAML that cannot be read"),
        ("one: 1\ntwo: \x07", "a.yaml:2:6", "the control character U+0007"),
        ("- one", "a.yaml:1:1", "no mapping at the top level"),
        ("", "a.yaml:1:1", "no mapping at the top level"),
        ("one: 1\n---\ntwo: 2", "a.yaml:2:1", "YAML that cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_by_place(text, place, found):
    with pytest.raises(SourceError) as refused:
        parse_yaml(text, "a.yaml")

    assert str(refused.value.place) == place
    assert refused.value.found.startswith(found)
    assert str(refused.value) == f"{place}: found {refused.value.found}; expected {refused.value.expected}"


@pytest.mark.parametrize(
    ("text", "place", "zh"),
    [
        ("one: [1, 2\ntwo: 3", "2:4", "方括号没有写完"),
        ("one: {a: 1\ntwo: 3", "2:4", "花括号没有写完"),
        ("one： 1\ntwo: 2", "2:4", "此处多了冒号，或者上一行用了全角冒号"),
        ("one: 1\ntwo\nthree: 3", "3:1", "上一行的键后面没有半角冒号"),
        ("one:\n\ttwo: 2", "2:1", "有制表符"),
        ("one: 1\ntwo: 'a\nthree: 3\n", "2:6", "从此处开始的引号没有写完"),
        ("one:\n    two: 2\n  three: 3", "3:3", "缩进与同级的各行不一致"),
        ("one: 1\ntwo: *nowhere", "2:6", "写法有误，无法读出"),
    ],
)
def test_what_is_wrong_with_the_writing_is_told_in_the_words_of_the_writer(text, place, zh):
    fault = refused_with(parse_yaml, text, "a.yaml")

    assert str(fault.place) == f"a.yaml:{place}"
    assert fault.zh.startswith(zh)
    assert is_told(fault)


def test_a_file_is_read_as_its_text_is(tmp_path):
    path = tmp_path / "some.yaml"
    path.write_text("名: 值\n", encoding="utf-8")

    assert read_yaml(path) == parse_yaml("名: 值\n", "some.yaml") == {"名": "值"}


def test_a_file_that_is_not_utf_8_is_refused_by_line(tmp_path):
    path = tmp_path / "some.yaml"
    path.write_bytes("one: 1\ntwo: 容错\n".encode("gb18030"))

    with pytest.raises(SourceError, match=r"some\.yaml:2:1: found bytes that are not UTF-8"):
        read_yaml(path)


@pytest.mark.parametrize(
    ("deep", "line", "column"),
    [
        ("key: " + "[" * 200_000, 1, 5 + DEEPEST),
        ("key:\n  " + "- " * 200_000 + "x", 2, 1 + 2 * DEEPEST),
        ("\n".join(" " * level + "k:" for level in range(3 * DEEPEST)), DEEPEST + 1, DEEPEST + 1),
    ],
    ids=["brackets", "dashes", "indentation"],
)
def test_what_is_nested_so_deep_that_the_composer_would_fall_over_is_refused_by_place(deep, line, column):
    with pytest.raises(SourceError) as refused:
        parse_yaml(deep, "a.yaml")

    assert refused.value.place == Place("a.yaml", line, column)
    assert "split into findings" in refused.value.message("en")
    assert "请把条件拆成几条规则" in refused.value.message("zh")
    assert refused.value.message("zh").startswith(f"a.yaml:{line}:{column}：")


def test_what_is_nested_as_deep_as_allowed_is_read():
    source = "key: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1) + "\nother: [[], [], {a: []}]"

    assert parse_yaml(source, "a.yaml")["other"] == [[], [], {"a": []}]


def test_a_fault_is_told_in_chinese_too():
    with pytest.raises(SourceError) as refused:
        parse_yaml("- a", "a.yaml")

    assert refused.value.message("zh") == "a.yaml:1:1：文件最外层不是“键: 值”；请从 pack:、title: 等键写起"


def test_a_fault_comes_whole_out_of_another_process():
    fault = SourceError(Place("a.yaml", 3, 1), "a", "b", "甲")

    again = pickle.loads(pickle.dumps(fault))  # noqa: S301

    assert (str(again), again.message("zh")) == (str(fault), fault.message("zh"))


def test_a_value_refused_comes_whole_out_of_another_process():
    again = pickle.loads(pickle.dumps(BadValue("purpose", "a", "乙", "b")))  # noqa: S301

    assert (again.fact_id, again.found, again.expected("zh"), again.expected("en")) == ("purpose", "a", "乙", "b")
