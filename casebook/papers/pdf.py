"""The record copy of a paper: PDF/A-2b set by typst, the same bytes every time and in every process."""

import json
import re
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock

import typst

from casebook.errors import Problem
from casebook.papers.blocks import Heading, Sheet, Title
from casebook.papers.typefaces import RARE, Faces, faces

LAYOUT = Path(__file__).with_name("sheet.typ")
_lock = Lock()  # one compiler for all threads


class Unprintable(Exception):
    """A character that no face has; a paper is never made with a hole in it."""

    def __init__(self, characters: str):
        self.characters = characters
        super().__init__(characters)

    def problem(self) -> Problem:
        codes = "、".join(f"{character}（U+{ord(character):04X}）" for character in self.characters)
        return Problem(
            f"现有字体没有这些字：{codes}。请改正文字，或者由管理员在字体目录（CASEBOOK_FONTS）中安装含有这些字的字体。",
            f"No font here has these characters: {codes}. Correct the text, or let the administrator put a font that "
            "has them into the folder CASEBOOK_FONTS.",
        )


def make_pdf(sheet: Sheet, folder: Path | None = None, *, nameless: bool = False) -> bytes:
    """The bytes of the paper; raises Unprintable for a character without a glyph. `folder`: the site's own fonts.

    `nameless`: its properties name not even the organ.
    """
    chosen = faces(folder)
    everything = "".join(text for _, text in sheet.texts()) + "0123456789—年月日附件抄送印发编号：.、　"
    if hole := chosen.unprintable(everything):
        raise Unprintable(hole)
    paper = {
        **sheet.as_json(),
        "title": sheet.title,
        "author": [] if nameless else [sheet.head.organ],
        "faces": dict(chosen.families),
        "fallback": RARE,
        "rare": {
            face: _class_of(chosen.lacking(face, text)) for face, text in _by_face(sheet, everything).items()
        },
    }
    moment = datetime.combine(sheet.on, time(), UTC)
    with _lock:
        return _compiler(chosen).compile(
            input=LAYOUT.read_bytes(), format="pdf", pdf_standards="a-2b", timestamp=int(moment.timestamp()),
            sys_inputs={"paper": json.dumps(paper, ensure_ascii=False, sort_keys=True)},
        )  # fmt: skip


@cache
def _compiler(chosen: Faces) -> typst.Compiler:
    return typst.Compiler(
        root=str(LAYOUT.parent),
        font_paths=[str(folder) for folder in chosen.folders],
        ignore_system_fonts=True,
    )


def _by_face(sheet: Sheet, everything: str) -> dict[str, str]:
    """The text that may be set in each face."""
    headings = dict.fromkeys(range(1, 5), "")
    title = sheet.head.organ
    for block in sheet.blocks:
        match block:
            case Heading(level, text):
                headings[level] += text
            case Title(lines):
                title += "".join(lines)
    return {"body": everything, "title": title, "black": headings[1], "kai": headings[2]}


def _class_of(characters: str) -> str:
    return re.escape(characters)
