"""The parts of an official paper (GB/T 9704-2012): plain data that both files, PDF and DOCX, are made from."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date

from rules.limit import numeral

LEVELS = 4


@dataclass(frozen=True)
class Head:
    """The organ's mark (发文机关标志) and the number (发文字号); red, or plain for records and forms."""

    organ: str
    number: str
    red: bool = True


@dataclass(frozen=True)
class Title:
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Recipient:
    text: str


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4, its number (一、（一）1.（1）) included in the text."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str
    indent: bool = True


@dataclass(frozen=True)
class Table:
    """Rows of cells; `widths` are parts of the width of the page, and the last cell of a short row takes the rest.

    A form: its first `head` rows stand again on every page, and its last rows stay together.
    """

    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    head: int = 0


@dataclass(frozen=True)
class Attachments:
    """The note of attachments below the text (附件说明)."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Signature:
    """Organ and date below the text; above them room for the seal (印章)."""

    organ: str
    on: date


@dataclass(frozen=True)
class Signing:
    """Lines to be signed by hand on paper."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Imprint:
    """The foot of the last page (版记): who gets a copy, who printed the paper and when."""

    copies: str
    organ: str
    on: date


Block = Title | Recipient | Heading | Paragraph | Table | Attachments | Signature | Signing | Imprint
_KINDS = {
    kind.__name__.lower(): kind
    for kind in (Title, Recipient, Heading, Paragraph, Table, Attachments, Signature, Signing, Imprint)
}


@dataclass(frozen=True)
class Sheet:
    """One paper, ready to be set: the head, the blocks from top to bottom, and its own date."""

    head: Head
    blocks: tuple[Block, ...]
    on: date

    @property
    def title(self) -> str:
        return "".join(line for block in self.blocks if isinstance(block, Title) for line in block.lines)

    def as_json(self) -> dict:
        """The same as plain data, for the record and for the typesetter."""
        blocks = [{"kind": type(block).__name__.lower(), **_plain(asdict(block))} for block in self.blocks]
        return {"head": asdict(self.head), "blocks": blocks, "on": self.on.isoformat()}

    @classmethod
    def from_json(cls, content: dict) -> "Sheet":
        blocks = []
        for row in content["blocks"]:
            kind = _KINDS[row["kind"]]
            given = {field.name: row[field.name] for field in fields(kind) if field.name in row}
            blocks.append(kind(**{name: _typed(name, value) for name, value in given.items()}))
        return cls(Head(**content["head"]), tuple(blocks), date.fromisoformat(content["on"]))

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text in the order of the page, each with where it stands (in Chinese, for messages)."""
        yield "版头", self.head.organ
        yield "发文字号", self.head.number
        count = 0
        for block in self.blocks:
            match block:
                case Title(lines):
                    yield "标题", "".join(lines)
                case Recipient(text):
                    yield "主送机关", text
                case Heading(_, text):
                    yield "小标题", text
                case Paragraph(text, _):
                    count += 1
                    yield f"正文第{count}段", text
                case Table(_, rows):
                    for number, row in enumerate(rows, 1):
                        yield from ((f"表格第{number}行", cell) for cell in row)
                case Attachments(names):
                    yield from (("附件说明", name) for name in names)
                case Signature(organ, on):
                    yield "落款", organ
                    yield "成文日期", day_words(on)
                case Signing(lines):
                    yield from (("签名处", line) for line in lines)
                case Imprint(copies, organ, on):
                    yield from (("版记", text) for text in (copies, organ, f"{day_words(on)}印发") if text)


def day_words(day: date) -> str:
    """A date as papers print it: 2026年11月21日, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def heading_number(level: int, number: int) -> str:
    """The number of a heading in the order the standard gives: 一、（一）1.（1）."""
    return {1: f"{numeral(number)}、", 2: f"（{numeral(number)}）", 3: f"{number}. ", 4: f"（{number}）"}[
        level
    ]


def _plain(row: dict) -> dict:
    return {
        name: value.isoformat() if isinstance(value, date) else _listed(value) for name, value in row.items()
    }


def _listed(value: object) -> object:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def _typed(name: str, value: object) -> object:
    if name == "on":
        return date.fromisoformat(value)
    if isinstance(value, list):
        return tuple(tuple(item) if isinstance(item, list) else item for item in value)
    return value
