"""What a file is, by its content and not by what it says of itself."""

import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO

from casebook.errors import BadUpload

LIMIT = 20 * 1024 * 1024
_LONGEST_NAME = 200
_MOST_PARTS = 10_000  # of an office file; a directory of millions takes the reader seconds and much memory
_PART = b"PK\x01\x02"  # begins each entry of the directory of a zip archive

Check = Callable[[BinaryIO], bool]


def clean_name(filename: str) -> str:
    """The last part of a path of any system, without invisible characters, shortened before its extension."""
    last = unicodedata.normalize("NFC", filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip(" .")
    if not shown:
        raise BadUpload("name")
    suffix = PurePosixPath(shown).suffix
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - len(suffix)] + suffix


def extension_of(name: str) -> str:
    """The extension of a clean name. Raises BadUpload for one that is not accepted."""
    extension = PurePosixPath(name).suffix.lower()
    if extension not in _TYPES:
        raise BadUpload("type", allowed=", ".join(sorted(_TYPES)))
    return extension


def media_type(extension: str, file: BinaryIO) -> str:
    """The media type of a whole file with an accepted extension. Raises BadUpload where its content is another."""
    named, is_right = _TYPES[extension]
    file.seek(0)
    if not is_right(file):
        raise BadUpload("content", extension=extension)
    return named


def _begins(*signatures: bytes, within: int = 0) -> Check:
    def check(file: BinaryIO) -> bool:
        head = file.read(within + max(map(len, signatures)))
        return any(0 <= head.find(signature) <= within for signature in signatures)

    return check


def _office(part: str) -> Check:
    def check(file: BinaryIO) -> bool:
        if file.read().count(_PART) > _MOST_PARTS:
            return False
        try:
            with zipfile.ZipFile(file) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise BadUpload("macros")
        return {"[Content_Types].xml", part} <= names

    return check


def _is_text(file: BinaryIO) -> bool:
    content = file.read()
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in set(content)):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


_OOXML = "application/vnd.openxmlformats-officedocument."
_JPEG = ("image/jpeg", _begins(b"\xff\xd8\xff"))
_TYPES: dict[str, tuple[str, Check]] = {
    ".pdf": ("application/pdf", _begins(b"%PDF-", within=1024)),
    ".docx": (_OOXML + "wordprocessingml.document", _office("word/document.xml")),
    ".xlsx": (_OOXML + "spreadsheetml.sheet", _office("xl/workbook.xml")),
    ".png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".txt": ("text/plain", _is_text),
}
