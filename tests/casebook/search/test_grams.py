"""The one tokenizer: folding, grams, and what is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.errors import BadFields
from casebook.search.grams import (
    MOST_TERMS,
    fold,
    grams,
    is_one_gram,
    narrowing,
    parse,
    traced,
)

ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
CHINESE = st.text(alphabet="公款旅游礼金三镇长的 　，。A１z", max_size=30)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ＡＢＣ１２３", " abc123 "),
        ("ﾍ", "ヘ"),
        ("张　三", "张三"),
        ("张 三\n收受", "张三收受"),
        ("第38条", "第 38 条"),
        ("SJW-2026-1", " sjw - 2026 - 1 "),
        ("art  38", " art 38 "),
        ("礼\u200b金\0", "礼金"),
        ("（三公）经费，", "(三公)经费,"),
        ("Straße", " strasse "),
        ("cafe\u0301", " café "),
        ("", ""),
    ],
)
def test_full_width_case_spacing_and_unseen_characters_make_no_difference(typed, kept):
    assert fold(typed) == kept


@given(ANY_TEXT)
def test_the_traced_text_is_the_folded_one_and_every_character_has_its_place(text):
    shown, kept, where = traced(text)

    assert kept == fold(text)
    assert len(where) == len(kept)
    assert where == sorted(where)
    assert all(0 <= place < len(shown) for place in where)


@given(ANY_TEXT)
def test_no_gram_has_a_character_that_could_be_syntax_anywhere(text):
    assert all(
        character.isalnum() or character > "\u3000" for gram in grams(fold(text)) for character in gram
    )
    assert not any(set(gram) & set("\"'\\ :*&|!()<>^-\0") for gram in grams(fold(text)))


@given(CHINESE, CHINESE)
def test_every_text_with_a_term_has_all_the_grams_that_narrow_it_down(before, after):
    kept = fold(before + "礼金" + after)

    for length in (1, 2, 3, 5):
        for at in range(len(kept) - length + 1):
            term = fold(kept[at : at + length])
            if term in kept:
                assert narrowing(term) <= grams(kept)


def test_a_run_of_chinese_is_cut_into_characters_and_pairs_and_words_stay_whole():
    assert grams(fold("公款旅游，SJW 38")) == {"公", "款", "旅", "游", "公款", "款旅", "旅游", "sjw", "38"}


@pytest.mark.parametrize(
    ("typed", "wanted", "excluded"),
    [
        ("公款 旅游", ("公款", "旅游"), ()),
        ("公款旅游", ("公款旅游",), ()),
        ("公款　-旅游", ("公款",), ("旅游",)),
        ("-“公款旅游”", (), ("公款旅游",)),
        ("－礼金", (), ("礼金",)),
        ('"公款，旅游"', ("公款,旅游",), ()),
        ("《纪律处分条例》，", ("纪律处分条例",), ()),
        ("SJW-2026-00012", (" sjw - 2026 - 00012 ",), ()),
        ("公款 公款", ("公款",), ()),
        ("   ", (), ()),
        ("- -- ， \" ''", (), ()),
        ("“", (), ()),
    ],
)
def test_terms_stand_apart_by_spaces_and_a_minus_excludes(typed, wanted, excluded):
    query = parse(typed)

    assert (query.wanted, query.excluded) == (wanted, excluded)
    assert bool(query) == bool(wanted or excluded)


def test_a_gram_is_a_whole_term_only_where_nothing_is_left_to_compare():
    assert is_one_gram("公款")
    assert is_one_gram("公")
    assert is_one_gram(" art ")
    assert not is_one_gram("公款旅")
    assert not is_one_gram("第 38 条")
    assert not is_one_gram(" " + "w" * 60 + " ")
    assert not is_one_gram("公,款")


@pytest.mark.parametrize("typed", ["字" * 201, " ".join(f"字{n}" for n in range(MOST_TERMS + 1))])
def test_too_long_a_query_or_too_many_terms_is_said_plainly(typed):
    with pytest.raises(BadFields) as bad:
        parse(typed)

    assert set(bad.value.errors) == {"q"}
