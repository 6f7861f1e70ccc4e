"""Where the boxes of a diagram stand and how its lines run: columns from left to right, few crossings.

A line that passes a column goes through a narrow gap of its own there, shared by all lines to the same box.
"""

import itertools
import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

WIDTH, GAP = 220, 70  # of a column, and between two
LINE, PADDING, APART = 20, 9, 12  # of a line of text, inside a box, and between boxes
PASSAGE = 8  # height of the gap for a line that only passes
MARGIN = 10
EMS = 26  # of text on one line, half of that in Chinese characters
SWEEPS = 6
_NEVER_FIRST, _NEVER_LAST = "，。；：、？！）”》〉】…", "（“《〈【"  # of a line

Edge = tuple[Hashable, Hashable]


@dataclass(frozen=True)
class Box:
    """One box: its lines of text, its column, and its upper left corner."""

    key: Hashable
    kind: str
    lines: tuple[str, ...]
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Drawn:
    """A whole diagram: boxes, the path of each line with its kind, and the size of the sheet."""

    boxes: tuple[Box, ...]
    paths: tuple[tuple[str, str], ...]
    width: int
    height: int


def wrapped(text: str) -> tuple[str, ...]:
    """The text cut into lines that a box holds; English between words, Chinese anywhere, and both where it breaks."""
    return tuple(line for part in text.split("\n") for line in _cut(part))


def _cut(text: str) -> Iterable[str]:
    line, ems = "", 0
    for word in _words(text):
        size = sum(2 if _wide(sign) else 1.1 for sign in word)
        if line and ems + size > EMS:
            yield line.rstrip()
            line, ems = "", 0
            if word == " ":
                continue
        line, ems = line + word, ems + size
    if line:
        yield line.rstrip()


def _words(text: str) -> Iterable[str]:
    word = ""
    for sign in text:
        apart = sign == " " or word == " " or _wide(sign) or _wide(word[-1:])
        if word and apart and sign not in _NEVER_FIRST and word[-1] not in _NEVER_LAST:
            yield word
            word = ""
        word += sign
    if word:
        yield word


def _wide(sign: str) -> bool:
    return sign != "" and unicodedata.east_asian_width(sign) in "WFA"


def columns_of(keys: list[Hashable], edges: Iterable[Edge]) -> dict[Hashable, int]:
    """For each key the longest way to it; the edges must not run in a circle."""
    after: dict[Hashable, list[Hashable]] = {key: [] for key in keys}
    open_ways = dict.fromkeys(keys, 0)
    for start, end in edges:
        after[start].append(end)
        open_ways[end] += 1
    column = dict.fromkeys(keys, 0)
    ready = [key for key in keys if not open_ways[key]]
    while ready:
        key = ready.pop(0)
        for end in after[key]:
            column[end] = max(column[end], column[key] + 1)
            open_ways[end] -= 1
            if not open_ways[end]:
                ready.append(end)
    return column


def drawn(
    labels: dict[Hashable, tuple[str, str]],
    edges: dict[Edge, str],
    column: dict[Hashable, int],
    fixed: tuple[int, ...] = (),
) -> Drawn:
    """Lay out labels (kind and text of each box) and edges (with their kind); columns in `fixed` keep their order."""
    ways = {edge: _passages(edge, column) for edge in edges}
    rows: dict[int, list[Hashable]] = {number: [] for number in range(max(column.values(), default=0) + 1)}
    for key in labels:
        rows[column[key]].append(key)
    for way in ways.values():
        for passage in way[1:-1]:
            if passage not in rows[passage[1]]:
                rows[passage[1]].append(passage)
    near: dict[Hashable, list[tuple[Hashable, int]]] = {key: [] for row in rows.values() for key in row}
    for way in ways.values():
        for left, right in itertools.pairwise(way):
            near[left].append((right, 1))
            near[right].append((left, -1))
    _order(rows, near, fixed)
    return _placed(rows, labels, edges, ways)


def _passages(edge: Edge, column: dict[Hashable, int]) -> list[Hashable]:
    """The boxes at its ends and the passages between: one for each target and column."""
    start, end = edge
    between = range(column[start] + 1, column[end])
    return [start, *(("to", number, end) for number in between), end]


def _order(rows: dict[int, list], near: dict, fixed: tuple[int, ...]) -> None:
    """Move every box towards the middle of its neighbours, sweeping forth and back."""
    for sweep in range(SWEEPS):
        side = -1 if sweep % 2 == 0 else 1
        for number in sorted(rows, reverse=side == 1):
            if number in fixed:
                continue
            place = {key: at / max(len(row), 1) for row in rows.values() for at, key in enumerate(row)}
            rows[number].sort(key=lambda key: _middle(key, near, place, side))


def _middle(key: Hashable, near: dict, place: dict, side: int) -> float:
    places = [place[other] for other, where in near[key] if where == side]
    return sum(places) / len(places) if places else place[key]


def _placed(rows: dict[int, list], labels: dict, edges: dict[Edge, str], ways: dict) -> Drawn:
    lines = {key: wrapped(text) for key, (_kind, text) in labels.items()}
    heights = {key: len(lines[key]) * LINE + 2 * PADDING if key in labels else PASSAGE
               for row in rows.values() for key in row}  # fmt: skip
    totals = [sum(heights[key] + APART for key in row) for row in rows.values()]
    tallest = max(totals, default=0)
    boxes, middle = [], {}
    for number, row in rows.items():
        y = MARGIN + (tallest - totals[number]) // 2
        x = MARGIN + number * (WIDTH + GAP)
        for key in row:
            middle[key] = x, y + heights[key] // 2
            if key in labels:
                boxes.append(Box(key, labels[key][0], lines[key], x, y, heights[key]))
            y += heights[key] + APART
    paths = dict.fromkeys(
        (_path(left, right, middle, labels), kind)
        for edge, kind in edges.items()
        for left, right in zip(ways[edge], ways[edge][1:], strict=False)
    )
    width = 2 * MARGIN + len(rows) * (WIDTH + GAP) - GAP
    return Drawn(tuple(boxes), tuple(paths), width, tallest + 2 * MARGIN - APART)


def _path(left: Hashable, right: Hashable, middle: dict, labels: dict) -> str:
    (x1, y1), (x2, y2) = middle[left], middle[right]
    begin = x1 + WIDTH
    bend = GAP // 2
    through = f" H{x2 + WIDTH}" if right not in labels else ""
    return f"M{begin} {y1} C{begin + bend} {y1} {x2 - bend} {y2} {x2} {y2}{through}"
