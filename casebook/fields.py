"""Checks of typed text that hold on every database: length, and no characters that one of them cannot keep."""

import unicodedata

from casebook.errors import Problem


def plain_name(name: str) -> str:
    """A name as it is compared with another: of one width and case, without spaces or signs that cannot be seen."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) != "Cf")


def text_problem(
    text: object, longest: int, *, required: bool = False, one_line: bool = False
) -> Problem | None:
    """What is wrong with a text, or None. PostgreSQL keeps no NUL and neither keeps half a character pair.

    A text of `one_line` breaks into no other row wherever it is listed.
    """
    if not isinstance(text, str):
        return Problem("应为文字。", "This must be text.")
    if required and not plain_name(text):
        return Problem("此项必填。", "This must not be empty.")
    if len(text) > longest:
        return Problem(
            f"最多 {longest} 个字，现有 {len(text)} 个。", f"At most {longest} characters; found {len(text)}."
        )
    if any(
        unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\r\t" for character in text
    ):
        return Problem("含有无法保存的控制字符，请删除后重试。", "Contains control characters; remove them.")
    if one_line and any(mark in text.strip() for mark in "\n\r\t"):
        return Problem("应写成一行，不能换行或者用制表符。", "Write it on one line, without tabs.")
    return None


def check_text(
    errors: dict[str, Problem],
    field: str,
    text: object,
    longest: int,
    *,
    required: bool = False,
    one_line: bool = False,
) -> str:
    """The text without outer spaces; a problem goes into `errors` under the field."""
    if problem := text_problem(text, longest, required=required, one_line=one_line):
        errors[field] = problem
        return ""
    return text.strip()
