"""Codes read aloud and copied by hand: a slip is caught before it counts as a guess."""

import pytest

from casebook.procedure.code import ALPHABET, grouped, is_whole, new_code, normal


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
