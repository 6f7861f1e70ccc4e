"""What the law of a named day would have said, beside what governs; and old and new law compared in words."""

from datetime import date

import pytest

from rules.assess import assess
from rules.conduct import Conduct
from rules.law_of_day import compared, first_day, law_of_day
from rules.library import library
from rules.places import PLACE_FACT

from .made import TODAY, make_fact, make_library, make_pack, make_rule, make_step, make_words

WORDS = make_words(make_fact("a"), make_fact("b"), make_fact(PLACE_FACT, "text"))
A = {"fact": "a", "is": True}
STEPS = [
    make_step(one, one, 10 * place)
    for place, one in enumerate(("tolerate", "correct", "hold_accountable", "refer", "not_established"), 1)
]
OLD, NEW = "2019-06-01", "2020-06-01"


def law(old, new, until="2019-12-31", since="2020-01-01"):
    rules = [
        make_rule("x.one", A, {"step": old}, since="2010-01-01", until=until),
        make_rule("x.two", A, {"step": new}, since=since),
    ]
    return make_library(WORDS, make_pack(rules, STEPS, governed_by="conduct"))


def asked(old, new, day=OLD, conduct=NEW):
    return law_of_day(
        {"a": True}, Conduct.parse(conduct), date.fromisoformat(day), TODAY, packs=law(old, new)
    )


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ("correct", "correct", "the same"),
        ("correct", "hold_accountable", "lighter"),
        ("hold_accountable", "tolerate", "heavier"),
        ("tolerate", "not_established", "as light"),
        ("refer", "correct", "cannot be compared"),
        ("correct", "refer", "cannot be compared"),
    ],
)
def test_the_law_of_the_day_is_compared_with_what_governs(then, now, said):
    found = asked(then, now)

    assert (found.then["disposition"], found.now["disposition"]) == (then, now)
    assert said in found.words["en"]
    assert found.words["zh"].startswith("按该日的规定")
    assert (found.only_then, found.only_now, found.decided) == (("x.one",), ("x.two",), ("x.one",))
    assert found.why == found.then["gates"][-1]["text"] or found.why["en"] == then


def test_it_reads_the_whole_law_of_that_day_and_not_the_lighter_later_one():
    found = asked("hold_accountable", "tolerate", conduct=OLD)

    assert found.then["disposition"] == "hold_accountable"
    assert found.now["disposition"] == "tolerate"
    assert [row["role"] for row in found.then["law"]] == ["conduct"]


def test_where_no_law_of_that_day_ends_the_case_it_says_so():
    found = law_of_day(
        {"a": False}, Conduct.parse(NEW), date(2019, 1, 1), TODAY, packs=law("correct", "correct")
    )

    assert found.then["disposition"] == "refer"
    assert "want of a rule" in found.why["en"]
    assert found.decided == ()


def test_the_local_law_of_that_day_is_read_at_the_place_of_the_conduct():
    day, facts = date(2021, 9, 1), {"subject_is_leading_cadre": True}

    there = law_of_day(facts, Conduct.parse("2015-01-01"), day, TODAY, "310000")
    earlier = law_of_day(facts, Conduct.parse("2015-01-01"), date(2016, 9, 1), TODAY, "310000")

    assert any(rule.startswith("shanghai.") for rule in there.only_then)
    assert not any(rule.startswith("shanghai.") for rule in earlier.then["rules"])
    assert first_day() == library().commencements()[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("correct", "correct", "neither is lighter"),
        ("tolerate", "not_established", "neither is lighter"),
        ("correct", "hold_accountable", "heavier"),
        ("hold_accountable", "correct", "it governs"),
        ("refer", "correct", "cannot be compared"),
    ],
)
def test_old_and_later_law_are_weighed_in_words(old, new, said):
    document = assess({"a": True}, Conduct.parse(OLD), TODAY, packs=law(old, new))

    (words,) = compared(document)

    assert said in words["en"]
    assert words["zh"].startswith("行为时的规定（2019年6月1日有效）")


def test_conduct_under_the_law_of_today_has_nothing_to_weigh():
    (words,) = compared(assess({"a": True}, Conduct.parse(NEW), TODAY, packs=law("correct", "tolerate")))

    assert "no two versions" in words["en"]


def test_of_undated_conduct_each_possible_version_is_weighed_against_the_law_in_force():
    document = assess({"a": True}, Conduct.parse(None), TODAY, packs=law("hold_accountable", "correct"))

    words = compared(document)

    assert [row["role"] for row in document["law"]] == ["possible", "possible"]
    assert len(words) == 1
    assert words[0]["zh"].startswith("如行为发生在2010年1月1日有效的规定之下")
    assert "it governs" in words[0]["en"]


def test_every_shipped_law_that_may_govern_is_weighed():
    document = assess({}, Conduct.parse({"before": "2019-01"}), TODAY)

    said = "".join(one["en"] for one in compared(document))
    days = [date.fromisoformat(row["date"]) for row in document["law"]]
    assert len(days) > 2
    assert [day for day in days if f"{day.day} {day:%B %Y}" not in said] == []


def test_possible_versions_that_give_the_same_are_one_sentence_and_others_another():
    rules = [
        make_rule("x.one", A, {"step": "correct"}, since="2010-01-01", until="2014-12-31"),
        make_rule("x.two", A, {"step": "correct"}, since="2015-01-01", until="2019-12-31"),
        make_rule("x.three", A, {"step": "tolerate"}, since="2020-01-01", until="2021-12-31"),
        make_rule("x.four", A, {"step": "hold_accountable"}, since="2022-01-01"),
    ]
    packs = make_library(WORDS, make_pack(rules, STEPS, governed_by="conduct"))

    alike, other = compared(assess({"a": True}, Conduct.parse(None), TODAY, packs=packs))

    assert alike["zh"].startswith("如行为发生在2010年1月1日或者2015年1月1日有效的规定之下：纠错")
    assert "of 1 January 2010 or 1 January 2015: correct" in alike["en"]
    assert other["zh"].startswith("如行为发生在2020年1月1日有效的规定之下：容错")
