"""What a whole review is: the nine items, words for what speaks on each side, no sentence pasted everywhere."""

from datetime import date

import pytest

from casebook.errors import Problem
from casebook.procedure.items import (
    Answer,
    Item,
    answer_problems,
    draft_problems,
    items_of,
    opinion_problems,
    wanted_sides,
)
from rules.assess import assess
from rules.conduct import Conduct


def item(item_id: str = "recovery", ledger: str = "neutral", pro=(), contra=()) -> Item:
    title = Problem("挽回损失", "Recovery")
    return Item(item_id, title, ledger, {"for": list(pro), "against": list(contra), "open": [], "facts": {}})


def fields(one: Item, answer: Answer, **more) -> set[str]:
    return set(answer_problems([one], {one.id: answer}, **more))


FOR = item(ledger="tolerable", pro=["a.rule"])
AGAINST = item(ledger="intolerable", contra=["b.rule"])
BOTH = item(ledger="mixed", pro=["a.rule"], contra=["b.rule"])
NEUTRAL = item()


def test_a_document_gives_three_distinctions_and_six_factors_with_their_ledger():
    facts = {"purpose": "public", "private_gain_self": True, "deaths": 0}
    document = assess(facts, Conduct.parse("2023-05-10"), date(2026, 11, 21))

    found = items_of(document)

    assert [one.id for one in found][:3] == ["T1", "T2", "T3"]
    assert len(found) == 9
    by_id = {one.id: one for one in found}
    assert by_id["T3"].ledger == "intolerable"
    assert by_id["T3"].grounds["against"]
    assert by_id["consequences"].ledger == "neutral"
    assert by_id["consequences"].grounds["facts"] == {"deaths": 0}
    assert by_id["recovery"].ledger == "open"


def test_every_item_wants_a_view_and_a_few_words_also_the_neutral_one():
    assert fields(NEUTRAL, Answer()) == {"view-recovery", "for-recovery"}
    assert fields(NEUTRAL, Answer("neutral")) == {"for-recovery"}
    assert fields(NEUTRAL, Answer("neutral", words_against="尚无追缴问题")) == set()


@pytest.mark.parametrize("words", ["无", "同意", "……………", "1234", "　　 "])
def test_a_word_or_a_row_of_dots_is_not_a_reason(words):
    assert fields(NEUTRAL, Answer("neutral", words)) == {"for-recovery"}


@pytest.mark.parametrize("view", ["tolerable", "intolerable", "mixed", "neutral", "open"])
def test_where_the_ledger_has_grounds_on_both_sides_a_reason_for_one_side_is_not_accepted(view):
    assert fields(BOTH, Answer(view, "已经集体研究决定")) == {"against-recovery"}
    assert fields(BOTH, Answer(view, "", "造成了较大损失")) == {"for-recovery"}
    assert fields(BOTH, Answer(view, "已经集体研究决定", "造成了较大损失")) == set()


@pytest.mark.parametrize(
    ("one", "view", "sides"),
    [
        (FOR, "tolerable", {"for"}),
        (FOR, "intolerable", {"for", "against"}),
        (FOR, "neutral", {"for"}),
        (FOR, "mixed", {"for", "against"}),
        (AGAINST, "intolerable", {"against"}),
        (AGAINST, "tolerable", {"for", "against"}),
        (AGAINST, "open", {"against"}),
        (NEUTRAL, "tolerable", {"for"}),
        (NEUTRAL, "neutral", set()),
        (NEUTRAL, "open", set()),
    ],
)
def test_whoever_departs_from_the_ledger_says_why_its_side_does_not_carry(one, view, sides):
    assert wanted_sides(one, view) == sides


def test_the_message_says_which_side_of_the_ledger_is_passed_over():
    problems = answer_problems([AGAINST], {"recovery": Answer("tolerable", "损失已经全部挽回")})

    assert "departs from the ledger" in problems["against-recovery"].en


def test_one_sentence_for_all_items_is_refused_however_it_is_dressed_up():
    items = [item(name) for name in ("T1", "T2", "recovery", "consequences")]
    dressed = [
        "经核对，同意台账意见。",
        "经核对 同意台账意见！",
        "1．经核对，同意台账意见",
        "经核对，同意台账意见",
    ]
    answers = {one.id: Answer("neutral", text) for one, text in zip(items, dressed, strict=True)}

    problems = answer_problems(items, answers)

    assert set(problems) == {"for-T1", "for-T2", "for-recovery", "for-consequences"}


def test_two_items_may_share_a_sentence():
    items = [item("T1"), item("T2")]
    answers = {one.id: Answer("neutral", "没有证据涉及这一点") for one in items}

    assert answer_problems(items, answers) == {}


def test_the_two_sides_of_an_item_are_not_the_same_sentence():
    assert fields(BOTH, Answer("mixed", "情况已经查清楚", "情况已经查清楚。")) == {"against-recovery"}


def test_an_item_whose_ledger_changed_is_confirmed_again():
    assert fields(FOR, Answer("tolerable", "已经集体研究决定"), unconfirmed=["recovery"]) == {
        "confirm-recovery"
    }


def test_a_draft_may_be_half_done_but_not_nonsense():
    assert draft_problems([NEUTRAL, BOTH], {}) == {}
    bad = {"recovery": Answer("splendid", "x" * 1001, "a\x00b")}
    assert set(draft_problems([NEUTRAL], bad)) == {"view-recovery", "for-recovery", "against-recovery"}


def test_an_opinion_names_a_disposition_and_a_reason():
    assert set(opinion_problems("", "")) == {"disposition", "reason"}
    assert set(opinion_problems("splendid", "好")) == {"disposition", "reason"}
    assert opinion_problems("correct", "事实清楚，同意") == {}
