"""Files handed in: read within a limit, checked by content, kept once by checksum."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events, filetypes
from casebook.errors import BadUpload
from casebook.filetypes import LIMIT
from casebook.home import Home
from casebook.models import Attachment, ComplaintPaper, Paper

_CHUNK = 64 * 1024


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
    name = filetypes.clean_name(filename)
    extension = filetypes.extension_of(name)
    incoming = home.files / "incoming"
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, path = tempfile.mkstemp(dir=incoming)
    path = Path(path)
    try:
        with os.fdopen(descriptor, "wb") as file:
            size, sha256 = _copy(stream, file)
        with path.open("rb") as file:
            media_type = filetypes.media_type(extension, file)
        yield Received(path, place_of(home, sha256), name, media_type, size, sha256)
    finally:
        path.unlink(missing_ok=True)


def sweep(session: Session, home: Home) -> list[Path]:
    """Remove files that no attachment and no paper names: left by a failed transaction or a killed process."""
    events.lock(session)
    known = set(session.scalars(select(Attachment.sha256)))
    for paper in (Paper, ComplaintPaper):
        known |= {
            hash_ for row in session.execute(select(paper.pdf_sha256, paper.docx_sha256)) for hash_ in row
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
