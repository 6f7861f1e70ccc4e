"""Codes read aloud and copied by hand: a slip is caught before it counts as a guess."""

import pytest

from casebook.procedure.code import ALPHABET, code_of, foreign, grouped, is_whole, new_code, normal


def test_a_code_has_no_signs_that_look_alike_and_enough_of_them():
    assert not set("0O1IL2Z5S8BUV") & set(ALPHABET)
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 12 and is_whole(code) for code in codes)


def test_any_one_wrong_sign_is_caught():
    code = new_code()
    for place, right in enumerate(code):
        for wrong in set(ALPHABET) - {right}:
            assert not is_whole(code[:place] + wrong + code[place + 1 :])


def test_any_swap_of_neighbours_is_caught():
    for _ in range(50):
        code = new_code()
        for place in range(len(code) - 1):
            if code[place] != code[place + 1]:
                assert not is_whole(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize("typed", ["", "3", "0000", "abc", "Ａ" * 3 + "!"])
def test_what_is_no_code_is_not_taken_for_one(typed):
    assert not is_whole(normal(typed))


def test_spaces_dashes_small_and_full_width_letters_do_not_matter():
    code = new_code()

    assert normal(f" {grouped(code).lower()} ") == code
    assert normal("".join(chr(ord(sign) + 0xFEE0) for sign in code)) == code


def test_a_number_gives_one_whole_code_and_other_numbers_other_codes():
    codes = [code_of(number, 20) for number in (*range(500), 23**19 - 1)]

    assert len(set(codes)) == 501
    assert all(len(code) == 20 and is_whole(code) for code in codes)
    assert code_of(23**19 + 7, 20) == code_of(7, 20)


def test_signs_that_no_code_has_are_named_once_each():
    assert foreign("A0B0O7") == ["0", "B", "O"]
    assert foreign(new_code()) == []
