"""From the text a template made to the blocks of a paper: one line a block, its kind told by how the line begins.

    @标题 @主送 @左 @附件 @表 @落款 @日期 @签名 @抄送 @印发      the parts of a paper; @标题 twice makes two lines
    # ## ### ####                                                headings, numbered by themselves
    | a | b |                                                    a row of the table that @表 began
    anything else                                                a paragraph

What a value says is never read as such a beginning: values are marked when they are printed.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from casebook.errors import Problem
from casebook.papers.blocks import (
    LEVELS,
    Attachments,
    Block,
    Head,
    Heading,
    Imprint,
    Paragraph,
    Recipient,
    Sheet,
    Signature,
    Signing,
    Table,
    Title,
    heading_number,
)

MOST_HEADINGS = 99  # what the numerals reach
LONGEST_TITLE = 2000  # a PDF keeps its title in a string that has an end
_VALUE, _BREAK, _BAR = "\ue000", "\ue001", "\ue002"
_MARKS = str.maketrans({_VALUE: None, _BREAK: None, _BAR: None})
_HEADING = re.compile(r"(#{1,4})\s*(.*)")
_DIRECTIVE = re.compile(r"@(\S+)\s*(.*)")
_HEAD_ROWS = re.compile(r"\s+表头([1-9])$")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


class BadLayout(Exception):
    """A line that is no part of a paper: the `text` of it, and what is wrong."""

    def __init__(self, text: str, problem: Problem):
        self.text, self.problem = text, problem
        super().__init__(problem.en)


def as_text(value: str) -> str:
    """A value as it goes into the text: its line breaks become paragraphs, and nothing in it directs the layout."""
    return _VALUE + _BREAK.join(lines_of(value)).replace("|", _BAR)


def lines_of(value: str) -> list[str]:
    """The lines of a value, without marks, control characters and empty ones."""
    lines = value.translate(_MARKS).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [clean for line in lines if (clean := _clean(line))]


def read(text: str, paper: Mapping, organ: Mapping, *, red: bool) -> Sheet:
    """The paper; raises BadLayout with the line it is about."""
    reader = _Reader(paper)
    for line in text.split("\n"):
        reader.take(line.strip())
    return Sheet(Head(organ["head"], paper["number"], red), tuple(reader.finish()), paper["on"])


class _Reader:
    def __init__(self, paper: Mapping):
        self.paper = paper
        self.blocks: list[Block] = []
        self.numbers = [0] * LEVELS
        self.widths: tuple[int, ...] = ()
        self.rows: list[tuple[str, ...]] = []
        self.head = 0
        self.organ = ""
        self.copies, self.printed = "", ""
        self.line = ""
        self._takes = {
            "标题": lambda pieces, last: self._grow(last, Title, "lines", "".join(pieces)),
            "主送": lambda pieces, _: self._add(Recipient("".join(pieces))),
            "左": lambda pieces, _: [self._add(Paragraph(piece, indent=False)) for piece in pieces],
            "附件": lambda pieces, last: self._grow(last, Attachments, "names", "".join(pieces)),
            "签名": lambda pieces, last: self._grow(last, Signing, "lines", "".join(pieces)),
            "表": lambda pieces, _: self._begin_table("".join(pieces)),
            "落款": lambda pieces, _: setattr(self, "organ", "".join(pieces)),
            "日期": lambda pieces, _: self._sign("".join(pieces)),
            "抄送": lambda pieces, _: setattr(self, "copies", "".join(pieces)),
            "印发": lambda pieces, _: setattr(self, "printed", "".join(pieces)),
        }

    def take(self, line: str) -> None:
        self.line = line
        if line.startswith("|"):
            self._row(line)
            return
        self._end_table()
        if not _plain(line):
            return
        if found := _HEADING.fullmatch(line):
            self._heading(len(found[1]), found[2])
        elif found := _DIRECTIVE.fullmatch(line):
            self._directive(found[1], found[2])
        else:
            for piece in line.split(_BREAK):
                self._paragraph(_plain(piece))

    def finish(self) -> list[Block]:
        self._end_table()
        titles = [block for block in self.blocks if isinstance(block, Title)]
        if not titles:
            self._fail("文书没有标题（@标题）。", "The paper has no title (@标题).")
        if any(len("".join(block.lines)) > LONGEST_TITLE for block in titles):
            self._fail("标题太长。", "The title is too long.")
        if self.copies or self.printed:
            self.blocks.append(Imprint(self.copies, self.printed or self.organ, self.paper["on"]))
        return self.blocks

    def _heading(self, level: int, text: str) -> None:
        pieces = [_plain(piece) for piece in text.split(_BREAK)]
        if not pieces[0]:
            self._fail("小标题没有文字。", "A heading has no text.")
        self.numbers[level - 1] += 1
        if self.numbers[level - 1] > MOST_HEADINGS:
            self._fail("小标题太多。", "There are too many headings.")
        self.numbers[level:] = [0] * (LEVELS - level)
        self._add(Heading(level, heading_number(level, self.numbers[level - 1]) + pieces[0]))
        for piece in pieces[1:]:
            self._add(Paragraph(piece))

    def _paragraph(self, text: str) -> None:
        """A paragraph; one that ends with a colon begins a list of its own, numbered from one."""
        self._add(Paragraph(text))
        if text.endswith("："):
            self.numbers[2:] = [0] * (LEVELS - 2)

    def _directive(self, word: str, rest: str) -> None:
        pieces = [_plain(piece) for piece in rest.split(_BREAK)]
        if not "".join(pieces):
            self._fail(f"“@{word}”后面没有内容。", f"Nothing follows “@{word}”.")
        last = self.blocks[-1] if self.blocks else None
        if take := self._takes.get(word):
            take(pieces, last)
        else:
            self._fail(f"没有“@{word}”这一写法。", f"There is no “@{word}”.")

    def _grow(self, last: Block | None, kind: type, field: str, text: str) -> None:
        if isinstance(last, kind):
            self.blocks[-1] = kind((*getattr(last, field), text))
        else:
            self._add(kind((text,)))

    def _begin_table(self, text: str) -> None:
        found = _HEAD_ROWS.search(text)
        self.head = int(found[1]) if found else 0
        parts = (text[: found.start()] if found else text).split()
        if (
            not parts
            or not all(part.isdecimal() and 0 < int(part) < 1000 for part in parts)
            or len(parts) > 8
        ):
            self._fail(
                "“@表”后面写各列的宽度，如“@表 20 80”；表头逐页重复的，再写表头行数，如“@表 20 80 表头1”。",
                "“@表” takes the widths of the columns, as “@表 20 80”, and how many rows stand on every page, as "
                "“@表 20 80 表头1”.",
            )
        self.widths = tuple(map(int, parts))

    def _row(self, line: str) -> None:
        if not self.widths:
            self._fail("表格的行之前先写“@表”。", "A row of a table needs “@表” before it.")
        inner = line.replace("\\n", _BREAK).removeprefix("|").removesuffix("|").split("|")
        cells = tuple("\n".join(_plain(piece) for piece in cell.strip(" ").split(_BREAK)) for cell in inner)
        short = range(1, len(self.widths)) if self.head else (1,)
        if len(cells) not in (*short, len(self.widths)):
            self._fail(
                f"表格每行应有 {len(self.widths)} 格或者 1 格，这一行有 {len(cells)} 格。",
                f"A row has {len(self.widths)} cells or one; this one has {len(cells)}.",
            )
        self.rows.append(cells)

    def _end_table(self) -> None:
        if self.rows:
            self.blocks.append(Table(self.widths, tuple(self.rows), self.head))
            self.rows, self.widths, self.head = [], (), 0

    def _add(self, block: Block) -> None:
        self.blocks.append(block)

    def _sign(self, day: str) -> None:
        if not self.organ:
            self._fail("“@日期”之前应有“@落款”。", "“@落款” comes before “@日期”.")
        self._add(Signature(self.organ, self._day(day)))

    def _day(self, text: str) -> date:
        found = _DAY.fullmatch(text)
        if found is None:
            self._fail("“@日期”后面应是一个日期。", "“@日期” takes a day.")
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            self._fail("没有这一天。", "There is no such day.")

    def _fail(self, zh: str, en: str) -> None:
        raise BadLayout(self.line, Problem(zh, en))


def _plain(text: str) -> str:
    return text.replace(_VALUE, "").replace(_BREAK, "").replace(_BAR, "|").strip()


def _clean(line: str) -> str:
    """Without control and invisible characters; tabs become spaces."""
    spaced = line.replace("\t", " ")
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs")).strip()
