"""A pack is read with everything that it says; tests/rules/test_bad_packs.py has what is refused."""

from datetime import date
from pathlib import Path

import pytest

from rules.library import library, load_library, read_library
from rules.pack import Outcome, PackError
from rules.pack_reader import read_pack
from rules.vocabulary import vocabulary
from rules.yaml_source import Place

from .made import as_yaml, make_fact, make_library, make_pack, make_rule, make_step, make_words

BAD_PACKS = Path(__file__).parents[1] / "bad_packs"
WORDS = make_words(make_fact("a"), make_fact("b"))
A, B = {"fact": "a", "is": True}, {"fact": "b", "is": True}


def test_one_broken_pack_beside_the_shipped_ones_leaves_none_loaded():
    texts = library().texts
    broken = "when_fact_unknown.yaml"

    with pytest.raises(PackError, match=broken):
        read_library(texts | {broken: (BAD_PACKS / broken).read_text(encoding="utf-8")}, vocabulary())


def test_a_rule_is_read_with_everything_that_it_says():
    outcome = {
        "outcome": {
            "regime": "party_discipline",
            "band": "light",
            "measures": [{"measure": "P1", "months": 12}, {"measure": "P2", "months": None}],
        }
    }
    then = {
        "finding": "made",
        "ledger": {"distinction": "T1", "side": "tolerable"},
        "effect": "lighten",
        **outcome,
    }
    rule = make_rule(
        "x.one",
        {"any": [A, B]},
        then,
        since="2020-07-01",
        until="2024-12-31",
        overrides=["x.two"],
        unless=["barred"],
        side="for",
        force="may",
    )
    others = [make_rule("x.two", A, {"finding": "barred"})]
    titles = {f"measure.{code}": {"zh": code, "en": code} for code in ("P1", "P2")}
    steps = [make_step("stop", "refer", 10)]

    pack = make_library(WORDS, make_pack([rule, *others], steps, titles=titles)).packs["made"]

    read = pack.rules[0]
    assert (read.id, read.pack, read.instrument, read.article) == ("x.one", "made", "M", "第一条")
    assert (read.effective_from, read.effective_to) == (date(2020, 7, 1), date(2024, 12, 31))
    assert read.establishes == ("made", "effect.lighten", "T1.tolerable")
    assert (read.overrides, read.unless, read.side, read.force) == (("x.two",), ("barred",), "for", "may")
    assert read.outcomes == (
        Outcome("party_discipline", "light", "P1", 12),
        Outcome("party_discipline", "light", "P2", None),
    )
    assert (read.version, read.checked) == ("x.one@2020-07-01", date(2026, 11, 21))
    assert (read.reads, read.reads_findings) == ({"a", "b"}, {"barred"})
    assert [(step.id, step.disposition) for step in pack.steps] == [("stop", "refer")]


def test_a_rule_without_a_date_of_its_own_is_the_methods():
    rule = make_library(WORDS, make_pack([make_rule("x.one", A, {"finding": "made"})])).rule("x.one")

    assert rule.version == "x.one@method"
    assert rule.in_force(date(1990, 1, 1))


def test_the_digest_is_of_the_text_and_changes_with_it():
    text = as_yaml(make_pack([make_rule("x.one", A, {"finding": "made"})]))

    digests = {read_pack(one, "made.yaml", WORDS.facts, {"made"}).digest for one in (text, text, text + "\n")}

    assert len(digests) == 2
    assert all(len(digest) == 64 for digest in digests)


def test_a_rule_knows_the_line_on_which_it_stands():
    rule = load_library(BAD_PACKS / "beside", vocabulary()).rule("sound.one")

    assert rule.place == Place("sound.yaml", 19, 5)


@pytest.mark.parametrize(
    ("day", "force"),
    [("2020-06-30", False), ("2020-07-01", True), ("2024-12-31", True), ("2025-01-01", False)],
)
def test_a_rule_is_in_force_from_its_first_day_to_its_last(day, force):
    made = make_pack([make_rule("x.one", A, {"finding": "made"}, since="2020-07-01", until="2024-12-31")])
    pack = make_library(WORDS, made).packs["made"]

    assert [rule.id for rule in pack.in_force(date.fromisoformat(day))] == ["x.one"] * force


def test_a_disabled_rule_is_kept_but_never_in_force():
    rules = [
        make_rule("x.one", A, {"finding": "made"}, enabled=False),
        make_rule("x.two", A, {"finding": "other"}),
    ]
    pack = make_library(WORDS, make_pack(rules)).packs["made"]

    assert [rule.id for rule in pack.rules] == ["x.one", "x.two"]
    assert [rule.id for rule in pack.in_force(date(2026, 1, 1))] == ["x.two"]


def test_versions_of_one_rule_may_follow_each_other_day_by_day():
    rules = [
        make_rule("x.one", A, {"finding": "made"}, until="2020-06-30"),
        make_rule("x.one", B, {"finding": "made"}, since="2020-07-01"),
    ]
    made = make_library(WORDS, make_pack(rules, governed_by="conduct"))

    assert made.rule("x.one").version == "x.one@2020-07-01"
    assert made.commencements() == [date(2020, 7, 1)]


def test_a_rule_nobody_knows_is_not_found():
    with pytest.raises(KeyError, match=r"x\.none"):
        make_library(WORDS, make_pack([make_rule("x.one", A, {"finding": "made"})])).rule("x.none")


def test_commencements_come_from_enabled_rules_that_the_conduct_governs():
    by_conduct = make_pack(
        [
            make_rule("x.one", A, {"finding": "made"}, since="2020-07-01", until="2022-12-31"),
            make_rule("x.off", A, {"finding": "made"}, since="2021-01-01", enabled=False),
        ],
        governed_by="conduct",
    )
    by_decision = make_pack([make_rule("y.one", A, {"finding": "other"}, since="2015-01-01")], name="decided")

    assert make_library(WORDS, by_conduct, by_decision).commencements() == [
        date(2020, 7, 1),
        date(2023, 1, 1),
    ]


def test_each_pack_is_taken_by_the_day_that_governs_it():
    by_conduct = make_pack(
        [make_rule("x.one", A, {"finding": "made"}, until="2020-06-30")], governed_by="conduct"
    )
    by_decision = make_pack([make_rule("y.one", A, {"finding": "other"}, since="2024-01-01")], name="decided")
    both = make_library(WORDS, by_conduct, by_decision)

    def rules(conduct_day, as_of):
        return list(both.program(date.fromisoformat(conduct_day), date.fromisoformat(as_of)).nodes)

    assert rules("2019-01-01", "2024-06-01") == ["x.one", "y.one"]
    assert rules("2021-01-01", "2024-06-01") == ["y.one"]
    assert rules("2019-01-01", "2023-06-01") == ["x.one"]
    assert rules("2021-01-01", "2023-06-01") == []


def test_the_program_of_the_same_law_is_built_once():
    made = make_library(WORDS, make_pack([make_rule("x.one", A, {"finding": "made"})]))

    assert made.program(date(2020, 1, 1), date(2026, 1, 1)) is made.program(
        date(1999, 1, 1), date(2025, 1, 1)
    )


def test_an_example_of_each_value_stands_for_one_example_a_value():
    words = make_words(make_fact("a"), make_fact("grade", "choice", ("x", "y", "z")))
    rule = make_rule("made.rule", {"fact": "grade", "in": ["x", "y"]}, {"finding": "found"})
    example = {"name": "either grade", "facts": {"a": True}, "fires": ["made.rule"]}
    pack = make_pack([rule], examples=[example | {"each": {"grade": ["x", "y"]}}, example])

    each, other, plain = make_library(words, pack).packs["made"].examples

    assert [one.facts for one in (each, other)] == [{"a": True, "grade": "x"}, {"a": True, "grade": "y"}]
    assert each.name == "either grade: grade in English: x in English"
    assert (plain.name, plain.facts) == ("either grade", {"a": True})
    with pytest.raises(PackError, match="'q'"):
        make_library(words, make_pack([rule], examples=[example | {"each": {"grade": ["x", "q"]}}]))
    with pytest.raises(PackError, match="a fact of the vocabulary"):
        make_library(words, make_pack([rule], examples=[example | {"each": {"other": ["x"]}}]))


@pytest.mark.parametrize(("value", "said"), [(True, "yes"), (False, "no"), (3, "3")])
def test_an_example_of_each_value_is_named_in_words(value, said):
    words = make_words(make_fact("a"), make_fact("n", "number"))
    fact, op = ("n", "at_least") if value == 3 else ("a", "is")
    rule = make_rule("made.rule", {"fact": fact, op: value}, {"finding": "found"})
    example = {"name": "by itself", "facts": {}, "each": {fact: [value]}}

    (one,) = make_library(words, make_pack([rule], examples=[example])).packs["made"].examples

    assert one.name == f"by itself: {fact} in English: {said}"
