"""Marks of classification: what bears one belongs on other paper and is not taken in (SUP2024 18, SEC-08)."""

import re
import unicodedata

# The mark as it stands on a document: the level with its star, with a period, or alone on a line or in brackets.
_LEVEL = "(?:绝密|机密|秘密)"
_MARKS = (
    re.compile(rf"{_LEVEL}\s*[★☆⭐✩✪✭]"),
    re.compile(rf"[★☆⭐✩✪✭]\s*{_LEVEL}"),
    re.compile(rf"密\s*级\s*(?:[::]|为|是)?\s*{_LEVEL}"),
    re.compile(rf"^\s*[\[(【〔「]?\s*{_LEVEL}\s*[\])】〕」]?\s*(?:级|件)?\s*$", re.MULTILINE),
    re.compile(r"^\s*(?:TOP SECRET|SECRET|CONFIDENTIAL|STATE SECRET)\s*(?:$|//)", re.MULTILINE),
)


def classified(text: str) -> str:
    """The mark of state secrecy that a text bears, however it is spaced or written; empty: none.

    The words 秘密 and 机密 within a sentence are no mark: a complaint may well be about secrets that were leaked.
    """
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKC", text or "") if unicodedata.category(sign) != "Cf"
    )
    plain = re.sub(r"(?<=[绝机秘密])[^\S\n]+(?=[密级])", "", plain)
    found = next(filter(None, (mark.search(plain) for mark in _MARKS)), None)
    return found.group().strip() if found else ""
