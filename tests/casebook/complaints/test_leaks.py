"""What of the sealed text is recognised in neutral words, and what is let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.complaints import leaks
from tests.complaints import NEUTRAL, SEALED

NAMES = ("周某", "青石镇", "镇长")


def found(words: str, **sealed) -> leaks.Leak | None:
    return leaks.find(words, {**SEALED, **sealed}, NAMES)


def test_neutral_words_about_the_same_thing_pass():
    assert found(NEUTRAL["extract"]) is None


@pytest.mark.parametrize(
    "text",
    [
        "反映人称：连招标公告都没贴出来。",
        "连招标，公告都 没贴出来",  # punctuation and spaces hide nothing
        "连招标公告\u200b都没贴出来",
        "账上多付了八万块，另有他事",
        "直接给了他外甥周某连招标公告",  # a name between does not break the run
    ],
)
def test_eight_characters_of_the_original_in_a_row_are_refused_with_their_place(text):
    leak = found(text)
    assert leak
    assert not leak.identity
    assert "与原文连续相同" in leak.problem.zh


def test_seven_characters_in_a_row_are_let_through():
    assert found("称招标公告都没贴，情况待核") is None


def test_the_place_is_where_it_stands_in_what_was_typed():
    leak = found("经初步梳理，反映人称账上多付了八万块。")
    assert leak.problem.zh.startswith("第 11 至 18 个字“账上多付了八万块”")


def test_the_names_of_those_concerned_may_be_written_however_long():
    about = "青石镇人民政府乡村振兴工作办公室"
    assert found(f"{about}负责人被反映", text=f"{about}的人收钱", about_unit=about) is None


@pytest.mark.parametrize(
    "text", ["据钟离望舒反映", "钟离 望舒", "钟离·望舒", "联系 139 0000 8765", "证件110101198001018765"]
)
def test_the_author_is_recognised_however_it_is_spaced(text):
    leak = found(text)
    assert leak
    assert leak.identity


@pytest.mark.parametrize(
    ("contact", "part"),
    [
        ("微信 abc_user99", "abc_user99"),
        ("abc_user99@example.cn", "ABC user99"),
        ("0798-5551234", "0798 5551234"),
        ("家住甲村，13900008765", "13900008765"),
    ],
)
def test_each_account_and_number_of_a_contact_counts(contact, part):
    assert found(f"可联系{part}", contact=contact).identity
    assert found(f"可联系{part}", contact="微信 somebody_else") is None


def test_full_width_figures_are_the_same_figures():
    assert found("联系１３９００００８７６５").identity


def test_an_english_text_is_compared_by_words():
    sealed = {"text": "I saw him hand the contract to his nephew without any tender at all"}
    assert found("gave work to a relative without any tender", **sealed) is None
    assert found("he hand the contract to his relative", **sealed) is not None


def test_the_earlier_report_is_original_text_too():
    assert found("称去年腊月里我跟镇上说过")


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_the_comparison_answers_and_the_place_lies_in_the_text(text, original):
    sealed = {**dict.fromkeys(SEALED, ""), "text": original}
    leaks.find(text, sealed)
    words = leaks.shared(text, original)
    assert not words or words in text


@given(st.text(alphabet="甲乙丙丁戊己庚辛壬癸", min_size=8, max_size=30), st.data())
def test_every_run_of_eight_taken_from_the_original_is_found(original, data):
    start = data.draw(st.integers(0, len(original) - 8))
    sealed = {**dict.fromkeys(SEALED, ""), "text": original}
    assert leaks.find("子" + original[start : start + 8] + "丑", sealed)


@pytest.mark.parametrize("field", ["about_name", "about_unit", "about_post"])
def test_an_author_who_stands_in_what_they_reported_on_is_recognised_all_the_same(field):
    leak = found(f"经向{SEALED['name']}工作室核实", **{field: f"{SEALED['name']}工作室"})

    assert leak
    assert leak.identity
