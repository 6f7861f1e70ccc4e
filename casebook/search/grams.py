"""One way to cut text for the search: the same for what is kept and for what is typed, on every database.

Text is folded (compatibility forms and case; full and half width) and kept with a space around every word of letters
and digits and none anywhere else. A term is then found where its folded form stands in the kept text: Chinese exactly
as typed, letters and digits as whole words. The grams (single Chinese characters, pairs of them, words) are what a
database indexes; they only narrow down where to look, so they carry no positions and no syntax.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from casebook.errors import BadFields, Problem

VERSION = 1  # raise it with any change here: kept texts are then made anew
LONGEST_WORD = 40  # in a gram; the whole word is compared in the text
MOST_TERMS = 10
LONGEST_QUERY = 200

_HAN = "\u3005\u3007\u3021-\u3029\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_WORD = re.compile(rf"[^\W_{_HAN}]+")
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_UNIT = re.compile(rf"[^\W_{_HAN}]+|\S")
_IS_HAN = re.compile(rf"[{_HAN}]")
_EDGE = "\0"  # around words while a text is folded; no folded text has it
_EDGES = re.compile(f"{_EDGE}+")
_OPENS, _CLOSES = '"“”＂', '"“”＂'
_PIECE = re.compile(rf"([-－]?)[{_OPENS}]([^{_CLOSES}]*)[{_CLOSES}]?|([^\s{_OPENS}]+)")
_UNREADABLE = {"Cc", "Cf", "Cs"}


class _Folded(dict):
    """The folded form of each character; filled as characters are met."""

    def __missing__(self, character: str) -> str:
        folded = unicodedata.normalize("NFKC", character).casefold()
        kept = (" " if one.isspace() else one for one in folded)
        self[character] = "".join(one for one in kept if unicodedata.category(one) not in _UNREADABLE)
        return self[character]


_fold_one = _Folded().__getitem__


def fold(text: str) -> str:
    """The form in which a text is kept and compared."""
    plain = "".join(map(_fold_one, unicodedata.normalize("NFC", text)))
    marked = "".join(_WORD.sub(rf"{_EDGE}\g<0>{_EDGE}", plain).split())
    return _EDGES.sub(" ", marked)


def traced(text: str) -> tuple[str, str, list[int]]:
    """A text as it is shown, its folded form, and for each character of that where it stands in the shown one."""
    shown = unicodedata.normalize("NFC", text)
    plain, places = [], []
    for place, character in enumerate(shown):
        for one in _fold_one(character):
            plain.append(one)
            places.append(place)
    kept: list[str] = []
    where: list[int] = []
    for unit in _UNIT.finditer("".join(plain)):
        word = _WORD.fullmatch(unit[0]) is not None
        if word and kept[-1:] != [" "]:
            kept.append(" ")
            where.append(places[unit.start()])
        kept += unit[0]
        where += places[unit.start() : unit.end()]
        if word:
            kept.append(" ")
            where.append(places[unit.end() - 1])
    return shown, "".join(kept), where


def grams(kept: str) -> set[str]:
    """What a folded text is indexed by, each once."""
    found: set[str] = set()
    for run in _RUN.findall(kept):
        if _IS_HAN.match(run):
            found.update(run)
            found.update(map(str.__add__, run, run[1:]))
        else:
            found.add(run[:LONGEST_WORD])
    return found


def narrowing(term: str) -> set[str]:
    """The fewest grams that every text with this folded term has: of a run of Chinese, its pairs."""
    found: set[str] = set()
    for run in _RUN.findall(term):
        if not _IS_HAN.match(run):
            found.add(run[:LONGEST_WORD])
        elif len(run) == 1:
            found.add(run)
        else:
            found.update(map(str.__add__, run, run[1:]))
    return found


def is_one_gram(term: str) -> bool:
    """Whether having the gram is the same as having the term, so that nothing is left to compare."""
    plain = term.strip()
    return narrowing(term) == {plain} and (len(plain) <= 2 or not _IS_HAN.match(plain))


@dataclass(frozen=True)
class Query:
    """What is looked for, as folded terms: a text has all that is `wanted` and nothing that is `excluded`."""

    wanted: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.excluded)

    @property
    def narrowing(self) -> list[str]:
        return sorted(set().union(*map(narrowing, self.wanted)))

    def met_by(self, kept: str) -> bool:
        return all(term in kept for term in self.wanted) and not any(term in kept for term in self.excluded)


def parse(typed: str) -> Query:
    """Terms apart by spaces; in quotes exactly as typed; after a minus, none of it. Nothing typed is syntax elsewhere.

    Raises BadFields for a query that is too long.
    """
    if len(typed) > LONGEST_QUERY:
        problem = Problem(
            f"检索词最多 {LONGEST_QUERY} 个字，现有 {len(typed)} 个。",
            f"Search for at most {LONGEST_QUERY} characters; found {len(typed)}.",
        )
        raise BadFields({"q": problem})
    wanted, excluded = {}, {}
    for without, term in _terms(typed):
        (excluded if without else wanted)[term] = True
    if len(wanted) + len(excluded) > MOST_TERMS:
        problem = Problem(
            f"一次最多检索 {MOST_TERMS} 个词。", f"Search for at most {MOST_TERMS} terms at once."
        )
        raise BadFields({"q": problem})
    return Query(tuple(wanted), tuple(excluded))


def _terms(typed: str) -> Iterator[tuple[bool, str]]:
    for minus, quoted, piece in _PIECE.findall(typed):
        without = bool(minus)
        if piece:
            without = piece[0] in "-－"
            folded = fold(piece)
            runs = list(_RUN.finditer(folded))
            # what stands around a word typed without quotes, a comma or a bracket, is not looked for
            folded = folded[runs[0].start() : runs[-1].end()] if runs else ""
            folded = fold(folded)
        else:
            folded = fold(quoted)
        if _RUN.search(folded):
            yield without, folded
