"""The places where what was looked for stands in a text, as it is shown: pieces, each marked or not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from casebook.search.grams import traced

BEFORE, AFTER = 30, 70  # characters shown around a hit
MOST_EXCERPTS = 3
_ALWAYS_SHOWN = ("number", "code", "title")

Piece = tuple[str, bool]  # some text, and whether it is what was looked for


@dataclass(frozen=True)
class Excerpt:
    """Part of one field. Pages escape the pieces and mark some; no markup is ever kept in them."""

    field: str
    pieces: tuple[Piece, ...]


def marked(text: str, terms: Sequence[str]) -> tuple[Piece, ...]:
    """A whole text with every term marked."""
    shown, kept, where = traced(text)
    return tuple(_pieces(shown, list(_spans(kept, where, terms)), 0, len(shown)))


def excerpts(fields: Iterable[tuple[str, str]], terms: Sequence[str]) -> list[Excerpt]:
    """Around the first hits of some fields; what a result always shows (its number, its title) is left out."""
    found = []
    for field, text in fields:
        if field in _ALWAYS_SHOWN or len(found) == MOST_EXCERPTS:
            continue
        shown, kept, where = traced(text)
        spans = list(_spans(kept, where, terms))
        if spans:
            first = max(0, spans[0][0] - BEFORE)
            last = min(len(shown), spans[0][1] + AFTER)
            found.append(Excerpt(field, _cut(shown, spans, first, last)))
    return found


def opening(text: str) -> str:
    """The first words of a text, for a result that was found without any term."""
    line = " ".join(text.split())
    longest = BEFORE + AFTER
    return line if len(line) <= longest else line[:longest] + "…"


def _spans(kept: str, where: Sequence[int], terms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the terms stand in the shown text, in order, overlapping ones as one."""
    found = []
    for term in terms:
        ahead, bare = len(term) - len(term.lstrip(" ")), term.strip(" ")
        at = kept.find(term)
        while at >= 0:
            found.append((where[at + ahead], where[at + ahead + len(bare) - 1] + 1))
            at = kept.find(term, at + 1)
    last = None
    for begin, end in sorted(found):
        if last is not None and begin <= last[1]:
            last = last[0], max(last[1], end)
            continue
        if last is not None:
            yield last
        last = begin, end
    if last is not None:
        yield last


def _cut(shown: str, spans: Sequence[tuple[int, int]], first: int, last: int) -> tuple[Piece, ...]:
    pieces = [(" ".join(text.split("\n")), hit) for text, hit in _pieces(shown, spans, first, last)]
    if first > 0:
        pieces.insert(0, ("…", False))
    if last < len(shown):
        pieces.append(("…", False))
    return tuple(pieces)


def _pieces(shown: str, spans: Sequence[tuple[int, int]], first: int, last: int) -> Iterator[Piece]:
    at = first
    within = ((max(begin, first), min(end, last)) for begin, end in spans)
    for begin, end in within:
        if begin >= end:
            continue
        if begin > at:
            yield shown[at:begin], False
        yield shown[begin:end], True
        at = end
    if at < last:
        yield shown[at:last], False
