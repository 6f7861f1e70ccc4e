"""Where every character of a paper comes from: its template or the record. One that comes from neither is a fault."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from casebook.papers import layout, templates
from casebook.papers.blocks import Heading, Sheet, day_words

_MARKER = re.compile(r"^\s*(?:#{1,4}|@\S+)\s*")
_NUMBER = re.compile(r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\. |（\d+）)")
_ALWAYS = {"印发", "、", *map(str, range(100))}


def strays(sheet: Sheet, template: str, values: Mapping) -> Iterator[tuple[str, str]]:
    """What stands in the paper and neither in its template nor in the values, with where; nothing if all is well."""
    pieces = _by_first(_words_of(template) | set(_leaves(values)) | _ALWAYS)
    numbered = {block.text for block in sheet.blocks if isinstance(block, Heading)}
    for where, text in sheet.texts():
        for line in text.split("\n"):
            bare = _NUMBER.sub("", line, count=1) if line in numbered else line
            if rest := _unexplained(bare, pieces):
                yield where, rest


def _unexplained(text: str, pieces: Mapping[str, set[str]]) -> str:
    """The text from where no row of pieces leads on; empty if some row of pieces makes the whole of it."""
    reached = {0}
    furthest = 0
    for at in range(len(text)):
        if at not in reached:
            continue
        for piece in pieces.get(text[at], ()):
            if text.startswith(piece, at):
                reached.add(at + len(piece))
                furthest = max(furthest, at + len(piece))
    return "" if len(text) in reached else text[furthest : furthest + 12]


def _words_of(template: str) -> set[str]:
    found = set()
    for literal in templates.literals(template):
        for line in literal.replace("\\n", "\n").split("\n"):
            for part in _MARKER.sub("", line).split("|"):
                found |= {part, part.strip(), part.lstrip(), part.rstrip()}
    return found - {""}


def _leaves(value: object) -> Iterator[str]:
    match value:
        case Mapping():
            for inner in value.values():
                yield from _leaves(inner)
        case list() | tuple():
            yield str(len(value))
            for inner in value:
                yield from _leaves(inner)
        case date():
            yield day_words(value)
        case bool() | None:
            pass
        case int():
            yield str(value)
        case str():
            yield from layout.lines_of(value)


def _by_first(pieces: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for piece in pieces:
        found.setdefault(piece[0], set()).add(piece)
    return found
