"""Files handed in: read within a limit, checked by content, kept once by checksum."""

import hashlib
import os
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.errors import BadUpload
from casebook.home import Home
from casebook.models import Attachment, Paper

LIMIT = 20 * 1024 * 1024
_CHUNK = 64 * 1024
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Received:
    """A checked file that still lies in a temporary place."""

    path: Path
    place: Path
    filename: str
    media_type: str
    size: int
    sha256: str

    def keep(self) -> None:
        """Move the file to its place. A file already there has the same content, and is replaced by it."""
        self.place.parent.mkdir(mode=0o700, exist_ok=True)
        self.path.replace(self.place)


def place_of(home: Home, sha256: str) -> Path:
    """Where the content with this checksum lies."""
    return home.files / sha256[:2] / sha256


@contextmanager
def receive(home: Home, filename: str, stream: BinaryIO) -> Iterator[Received]:
    """Read and check a file; what is not kept inside the block is gone after it. Raises BadUpload."""
    name = clean_name(filename)
    extension = PurePosixPath(name).suffix.lower()
    if extension not in _TYPES:
        raise BadUpload("type", allowed=", ".join(sorted(_TYPES)))
    media_type, is_right = _TYPES[extension]
    incoming = home.files / "incoming"
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, path = tempfile.mkstemp(dir=incoming)
    path = Path(path)
    try:
        with os.fdopen(descriptor, "wb") as file:
            size, sha256 = _copy(stream, file)
        if not is_right(path):
            raise BadUpload("content", extension=extension)
        yield Received(path, place_of(home, sha256), name, media_type, size, sha256)
    finally:
        path.unlink(missing_ok=True)


def clean_name(filename: str) -> str:
    """The last part of a path of any system, without invisible characters, shortened before its extension."""
    last = unicodedata.normalize("NFC", filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip(" .")
    if not shown:
        raise BadUpload("name")
    suffix = PurePosixPath(shown).suffix
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - len(suffix)] + suffix


def sweep(session: Session, home: Home) -> list[Path]:
    """Remove files that no attachment and no paper names: left by a failed transaction or a killed process."""
    events.lock(session)
    known = set(session.scalars(select(Attachment.sha256)))
    known |= {
        sha256 for row in session.execute(select(Paper.pdf_sha256, Paper.docx_sha256)) for sha256 in row
    }
    left = [path for path in sorted(home.files.glob("*/*")) if path.is_file() and path.name not in known]
    for path in left:
        path.unlink()
    return left


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(stream: BinaryIO, file: BinaryIO) -> tuple[int, str]:
    size, checksum = 0, hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > LIMIT:
            raise BadUpload("too_large", limit_mb=LIMIT // 1024 // 1024)
        checksum.update(chunk)
        file.write(chunk)
    if not size:
        raise BadUpload("empty")
    file.flush()
    os.fsync(file.fileno())
    return size, checksum.hexdigest()


def _begins(*signatures: bytes, within: int = 0) -> Callable[[Path], bool]:
    def check(path: Path) -> bool:
        with path.open("rb") as file:
            head = file.read(within + max(map(len, signatures)))
        return any(0 <= head.find(signature) <= within for signature in signatures)

    return check


def _office(part: str) -> Callable[[Path], bool]:
    def check(path: Path) -> bool:
        try:
            with zipfile.ZipFile(path) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise BadUpload("macros")
        return {"[Content_Types].xml", part} <= names

    return check


def _is_text(path: Path) -> bool:
    content = path.read_bytes()
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
_TYPES: dict[str, tuple[str, Callable[[Path], bool]]] = {
    ".pdf": ("application/pdf", _begins(b"%PDF-", within=1024)),
    ".docx": (_OOXML + "wordprocessingml.document", _office("word/document.xml")),
    ".xlsx": (_OOXML + "spreadsheetml.sheet", _office("xl/workbook.xml")),
    ".png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".txt": ("text/plain", _is_text),
}
