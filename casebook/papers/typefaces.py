"""The faces papers are set in: those shipped, or a site's own licensed ones from its folder (CASEBOOK_FONTS).

Nothing is fetched and no font of the machine is used, so that the same paper has the same bytes everywhere.
"""

import struct
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from typst import Fonts

from casebook.errors import CasebookError

SHIPPED = Path(__file__).with_name("fonts")
# For each face of GB/T 9704 the families that may stand for it, the best first; the last is shipped.
WANTED = {
    "body": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "FandolFang R"),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "方正小标宋_GBK", "FandolSong"),
    "black": ("SimHei", "黑体", "FandolHei"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "LXGW WenKai"),
}
RARE = "LXGW WenKai"  # for characters a face does not have, as in names


class NoFonts(CasebookError):
    zh = "字体目录 {folder} 不存在或者不是目录。请检查 CASEBOOK_FONTS，或者不设置它而用自带字体。"
    en = "The folder of fonts {folder} is not there. Correct CASEBOOK_FONTS, or leave it out to use the shipped fonts."


@dataclass(frozen=True)
class Faces:
    """Which family stands for each face, and the folders the fonts lie in."""

    folders: tuple[Path, ...]
    families: tuple[tuple[str, str], ...]

    @cached_property
    def _covered(self) -> dict[str, frozenset[int]]:
        files = {font.family: font.path for font in _fonts(self.folders).fonts()}
        return {family: _characters(Path(files[family])) for _, family in self.families} | {
            RARE: _characters(Path(files[RARE]))
        }

    def lacking(self, face: str, text: str) -> str:
        """The characters of a text that a face does not have, each once."""
        covered = self._covered[dict(self.families)[face]]
        return "".join(sorted({character for character in text if ord(character) not in covered}))

    def unprintable(self, text: str) -> str:
        """The characters that no face could print: a paper with one is refused."""
        return "".join(c for c in self.lacking("body", text) if ord(c) not in self._covered[RARE])


@cache
def faces(folder: Path | None = None) -> Faces:
    """The faces of this site; the shipped one wherever the site's folder has no face of the kind."""
    if folder and not folder.is_dir():
        raise NoFonts(folder=folder)
    folders = (folder, SHIPPED) if folder else (SHIPPED,)
    present = {font.family: font.family for font in _fonts(folders).fonts()}
    chosen = tuple(
        (face, next(family for family in families if family in present)) for face, families in WANTED.items()
    )
    return Faces(folders, chosen)


@cache
def _fonts(folders: tuple[Path, ...]) -> Fonts:
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(map(str, folders)))


@cache
def _characters(path: Path) -> frozenset[int]:
    """The code points a font file maps to a glyph (its cmap, formats 4 and 12; in a collection, the first font's)."""
    content = path.read_bytes()
    start = struct.unpack_from(">I", content, 12)[0] if content[:4] == b"ttcf" else 0
    tables = {}
    for place in range(struct.unpack_from(">H", content, start + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", content, start + 12 + 16 * place)
        tables[tag] = offset
    cmap, found = tables[b"cmap"], set()
    for place in range(struct.unpack_from(">H", content, cmap + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", content, cmap + 4 + 8 * place)
        form = struct.unpack_from(">H", content, cmap + offset)[0]
        if platform in (0, 3) and form == 12:
            found |= _groups(content, cmap + offset)
        elif platform in (0, 3) and form == 4:
            found |= _segments(content, cmap + offset)
    return frozenset(found)


def _groups(content: bytes, at: int) -> set[int]:
    found = set()
    for place in range(struct.unpack_from(">I", content, at + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", content, at + 16 + 12 * place)
        found.update(range(first + (glyph == 0), last + 1))
    return found


def _segments(content: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", content, at + 6)[0] // 2
    ends, starts, deltas, offsets = (
        at + 14 + skip for skip in (0, 2 * count + 2, 4 * count + 2, 6 * count + 2)
    )
    found = set()
    for place in range(count):
        first, last, delta, offset = (
            struct.unpack_from(">H", content, base + 2 * place)[0] for base in (starts, ends, deltas, offsets)
        )
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", content, offsets + 2 * place + offset + 2 * (code - first))[
                    0
                ]
            if glyph and (glyph + delta) & 0xFFFF:
                found.add(code)
    return found
