"""Codes that people read aloud and copy by hand: no look-alikes, and a check character that catches a slip."""

import secrets
import unicodedata

ALPHABET = (
    "34679ACDEFGHJKMNPQRTWXY"  # 23 signs, a prime: any one wrong sign and any swap of neighbours is caught
)
_GROUP = 4


def new_code(length: int = 12) -> str:
    """A fresh code of that many signs, the last of them the check; about 4.5 bits a sign."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length - 1))
    return body + _check(body)


def code_of(number: int, length: int) -> str:
    """The code that stands for a number, the last sign the check; what the signs cannot hold of it falls away."""
    body = ""
    for _place in range(length - 1):
        number, sign = divmod(number, len(ALPHABET))
        body += ALPHABET[sign]
    return body + _check(body)


def grouped(code: str) -> str:
    """The code as it is shown: in groups of four."""
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))


def normal(typed: str) -> str:
    """What was typed without spaces and dashes, in capitals; full-width signs are understood."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(sign for sign in plain if sign.isalnum())


def foreign(code: str) -> list[str]:
    """The signs of a normal code that no code of ours has, each once, in their order."""
    return list(dict.fromkeys(sign for sign in code if sign not in ALPHABET))


def is_whole(code: str) -> bool:
    """Whether a normal code is made of our signs and its check character fits: if not, it was mistyped."""
    return len(code) > 1 and set(code) <= set(ALPHABET) and _check(code[:-1]) == code[-1]


def _check(body: str) -> str:
    """The weights are all different modulo 23, and none is zero."""
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(body, 1))
    return ALPHABET[total % len(ALPHABET)]
