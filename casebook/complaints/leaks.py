"""What must not pass from the sealed text into neutral words: the author, and the author's own way of saying it.

The comparison reads the sealed store as a machine, shows nobody anything, and names only what was typed here.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casebook.errors import Problem
from casebook.seal.inbox import IDENTITY, TEXT
from casebook.seal.store import Seal

LONGEST_SAME = 8  # so many characters in a row show whose words they are (SEC-02)
_WORD = 2  # a Latin word weighs as much as two characters, a figure as its digits
_MIN_NUMBER = 5
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[^\W_]", re.IGNORECASE)
_NUMBERS = re.compile(r"\d[\d\s\-]*\d|\d")
_ACCOUNTS = re.compile(r"(?<![@A-Za-z0-9_.\-])[A-Za-z0-9_.\-]+")
_SHOWN = 24
_ALIKE = 5  # characters in a row that two neutral texts share: worth a look, no more


@dataclass(frozen=True)
class Token:
    """One sign or word that counts, and where it stands in the text as it was typed."""

    word: str
    start: int
    end: int

    @property
    def weight(self) -> int:
        if self.word.isdigit():
            return len(self.word)
        return _WORD if self.word.isascii() and len(self.word) > 1 else 1


@dataclass(frozen=True)
class Leak:
    """One place of a text that must be written differently; `identity` where it is the author, not the words."""

    identity: bool
    problem: Problem
    start: int = 0
    end: int | None = None

    @property
    def withheld(self) -> Problem:
        """What to say to whoever did not read what is sealed: neither what it was nor where it stands.

        Of a list of names the place would be the author; its length alone tells a name from words.
        """
        return Problem(
            "这一项含有依法应当保密的内容，不得写入。请只用自己的话写查明的情况，不写无关人员和号码，不照抄他人的话。",
            "This contains something that is secret by law. Write only what was established, in your own words: nobody "
            "without a part in it, no numbers, no quotations.",
        )


def sealed_fields(seal: Seal, handle: str) -> dict[str, str]:
    """What the comparison needs of the sealed store."""
    names = (*IDENTITY, *TEXT)
    return {**dict.fromkeys(names, ""), **seal.read_all(handle, names)}


def find(
    text: str, sealed: Mapping[str, str], names: Iterable[str] = (), *, same: int = LONGEST_SAME
) -> Leak | None:
    """The first place of a text that tells of the author, or None.

    `names` are those of the persons, units and places concerned: whoever writes neutrally must still name them. `same`
    is how many characters in a row are the author's words.
    """
    tokens = _tokens(text)
    about = without_author((sealed.get(field, "") for field in TEXT[:3]), sealed)
    concerned = [*about, *filter(None, names)]
    return _author_in(tokens, sealed, concerned) or _same_words(text, tokens, sealed, concerned, same)


def without_author(names: Iterable[str], sealed: Mapping[str, str]) -> list[str]:
    """Those of the names behind which the author does not stand; the others hide nothing of a text."""
    return [name for name in names if name and _author_in(_tokens(name), sealed, []) is None]


def shared(one: str, other: str, names: Iterable[str] = ()) -> str:
    """The first words that two neutral texts have in common, the names left out of both; "" if there are none."""
    ours, theirs = _masked(_tokens(one), list(names)), _masked(_tokens(other), list(names))
    found = _first_same(ours, theirs, _ALIKE)
    return one[found[0].start : found[-1].end] if found else ""


def is_author(text: str, sealed: Mapping[str, str]) -> bool:
    """Whether a field is nothing but the author's name."""
    name = sealed.get("name", "")
    return bool(name) and _plain(text) == _plain(name)


def _author_in(tokens: list[Token], sealed: Mapping[str, str], concerned: list[str]) -> Leak | None:
    kept = _masked(tokens, concerned)
    plain = "".join(token.word for token in kept)
    if (name := _plain(sealed.get("name", ""))) and len(name) > 1 and name in plain:
        return Leak(
            True,
            Problem(
                "含有检举控告人的姓名或者名称，请删去。", "It contains the name of the author; remove it."
            ),
            *_place(kept, plain.index(name), len(name)),
        )
    parts = {_plain(sealed.get(field, "")) for field in ("contact", "identity_number")}
    for field in ("contact", "identity_number"):
        value = unicodedata.normalize("NFKC", sealed.get(field, ""))
        parts |= {_plain(one) for found in (_NUMBERS, _ACCOUNTS) for one in found.findall(value)}
    for part in sorted(parts):
        if len(part) >= _MIN_NUMBER and part in plain:
            return Leak(
                True,
                Problem(
                    "含有检举控告人的联系方式或者身份证件号码，请删去。",
                    "It contains a contact or an identity number of the author; remove it.",
                ),
                *_place(kept, plain.index(part), len(part)),
            )
    return None


def _place(tokens: list[Token], begin: int, length: int) -> tuple[int, int]:
    """Where so many signs, counted along the tokens, stand in the text as it was typed."""
    places = [token for token in tokens for _sign in token.word]
    return places[begin].start, places[begin + length - 1].end


def _same_words(
    text: str, tokens: list[Token], sealed: Mapping[str, str], concerned: list[str], same: int
) -> Leak | None:
    """The first run of words that stands in the sealed text as well, the names left out of both."""
    ours = _masked(tokens, concerned)
    for field in ("text", "earlier"):
        theirs = _masked(_tokens(sealed.get(field, "")), concerned)
        if words := _first_same(ours, theirs, same):
            start, end = words[0].start, words[-1].end
            shown = text[start:end] if end - start <= _SHOWN else text[start : start + _SHOWN] + "…"
            return Leak(
                False,
                Problem(
                    f"第 {start + 1} 至 {end} 个字“{shown}”与原文连续相同（{same} 个字以上），"
                    "请改用自己的话概括。",
                    f"Characters {start + 1} to {end}, “{shown}”, are word for word as in the original; "
                    "say it in your own words.",
                ),
                start,
                end,
            )
    return None


def _first_same(ours: list[Token], theirs: list[Token], weight: int) -> list[Token]:
    """The first run of that weight that both have, carried on for as long as both go the same way; [] if none."""
    windows = {tuple(token.word for token in run) for _, run in _runs(theirs, weight)}
    for begin, run in _runs(ours, weight):
        if tuple(token.word for token in run) in windows:
            return _longest(ours, begin, len(run), [token.word for token in theirs])
    return []


def _runs(tokens: list[Token], least: int) -> Iterable[tuple[int, list[Token]]]:
    """From every place, the shortest run that weighs enough."""
    end, weight = 0, 0
    for start, first in enumerate(tokens):
        while weight < least and end < len(tokens):
            weight += tokens[end].weight
            end += 1
        if weight < least:
            return
        yield start, tokens[start:end]
        weight -= first.weight


def _longest(ours: list[Token], begin: int, size: int, theirs: list[str]) -> list[Token]:
    words = [token.word for token in ours[begin:]]
    best = size
    for place in range(len(theirs) - size + 1):
        if theirs[place : place + size] == words[:size]:
            length = size
            while (
                length < len(words)
                and place + length < len(theirs)
                and words[length] == theirs[place + length]
            ):
                length += 1
            best = max(best, length)
    return ours[begin : begin + best]


def _tokens(text: str) -> list[Token]:
    """The signs and words of a text, small and of one width; spaces, punctuation and invisible signs do not count."""
    signs, places = [], []
    for place, sign in enumerate(text):
        for plain in unicodedata.normalize("NFKC", sign).lower():
            if unicodedata.category(plain) != "Cf":
                signs.append(plain)
                places.append(place)
    plain = "".join(signs)
    return [
        Token(found.group(0), places[found.start()], places[found.end() - 1] + 1)
        for found in _TOKEN.finditer(plain)
    ]


def _masked(tokens: list[Token], names: list[str]) -> list[Token]:
    """The tokens without those that are names."""
    words, out = [token.word for token in tokens], set()
    for name in names:
        wanted = [token.word for token in _tokens(name)]
        for place in range(len(words) - len(wanted) + 1) if wanted else ():
            if words[place : place + len(wanted)] == wanted:
                out.update(range(place, place + len(wanted)))
    return [token for place, token in enumerate(tokens) if place not in out]


def _plain(text: str) -> str:
    return "".join(token.word for token in _tokens(text))
