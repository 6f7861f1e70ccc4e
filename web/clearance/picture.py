"""The reach map as a small picture: one box a recipient, in rows by kind; made on the server, no scripts."""

from dataclasses import dataclass

from casebook.clearance.reach import KINDS, is_waiting
from casebook.errors import Problem
from casebook.models import Clearance, Reach

CORRECTED, GONE, WAITING, ASKED = "corrected", "gone", "waiting", "asked"
LABELS, BOX, GAP, IN_A_ROW, LINE = 152, 15, 4, 9, 24


@dataclass(frozen=True)
class Box:
    """One recipient: where the box stands, and what became of them."""

    x: int
    y: int
    state: str


@dataclass(frozen=True)
class Row:
    """One kind of recipients, and where its name stands."""

    kind: Problem
    y: int


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    rows: list[Row]
    boxes: list[Box]
    size: int = BOX


def state_of(row: Reach) -> str:
    """What became of one recipient."""
    if row.gone_why:
        return GONE
    if row.approved_by_id is None and row.clearance.decided_on is not None:
        return ASKED
    return CORRECTED if row.corrected_on is not None else WAITING


def picture(clearance: Clearance) -> Picture:
    """Where every box of the map stands; who still waits stands last in each row."""
    rows: list[Row] = []
    boxes: list[Box] = []
    y = 2
    for code, kind in KINDS.items():
        found = sorted((row for row in clearance.reach if row.kind == code), key=is_waiting)
        if not found:
            continue
        rows.append(Row(kind, y))
        for place, row in enumerate(found):
            line, column = divmod(place, IN_A_ROW)
            boxes.append(Box(LABELS + column * (BOX + GAP), y + line * LINE, state_of(row)))
        y += ((len(found) - 1) // IN_A_ROW + 1) * LINE
    return Picture(LABELS + IN_A_ROW * (BOX + GAP), y, rows, boxes)
