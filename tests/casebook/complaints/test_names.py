"""A sign that misleads is named to whoever typed it; nothing is changed in silence."""

import pytest

from casebook.complaints.names import name_problem, visible


@pytest.mark.parametrize(
    ("name", "place", "code"),
    [
        ("周\u200b某", 2, "U+200B"),
        ("周某\u202e", 3, "U+202E"),
        ("\ufeff周某", 1, "U+FEFF"),
        ("周\u2066某", 2, "U+2066"),
        ("周\u3164某", 2, "U+3164"),
        ("周\U000e0041某", 2, "U+E0041"),
    ],
)
def test_a_sign_that_cannot_be_seen_is_named_with_its_place(name, place, code):
    problem = name_problem(name)

    assert f"第 {place} 个字符" in problem.zh
    assert code in problem.zh
    assert code in problem.en
    assert name not in problem.zh


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("⼈某", "人"),
        ("周\uf90a", "金"),
        ("𝐀某", "A"),
        ("周①", "1"),
        ("㈱某", "(株)"),
        ("Zh\u043eu", "o"),
        ("\u0410公司", "A"),
        ("周\u0391", "A"),
        ("\u0421\u0421公司", "C"),
    ],
)
def test_a_sign_that_only_looks_like_another_is_named_with_the_right_one(name, plain):
    problem = name_problem(name)

    assert f"请改用“{plain}”" in problem.zh
    assert f"Write “{plain}”" in problem.en


@pytest.mark.parametrize(
    "name",
    [
        "周某",
        "买买提·艾力",
        "某公司（福建）",
        "第２分局",
        "ＡＢＣ公司",
        "O’Brien",
        "葛\U000e0100某",
        "李　四",
        "某某县“放管服”办",
        "Иванов",
        "α公司",
        "Ωμέγα",
    ],
)
def test_names_as_people_write_them_are_taken(name):
    assert name_problem(name) is None


def test_a_text_shows_its_invisible_signs_and_is_otherwise_as_it_was():
    assert visible("付\u202e款\u200b八万\n另\t起 <b>=1+1") == "付[U+202E]款[U+200B]八万\n另\t起 <b>=1+1"
