"""Files under seal: read into memory, checked by content, encrypted in pieces; no plain copy touches the disk."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from sqlalchemy import Connection, select

from casebook import filetypes
from casebook.db import canonical_json
from casebook.errors import BadUpload, SealBroken
from casebook.seal.cells import Cells
from casebook.seal.tables import cells

PIECE = 256 * 1024
_FILE, _PIECE = "file:", "piece:"


@dataclass(frozen=True)
class SealedFile:
    """What is known of a file under seal, itself kept under seal."""

    id: str
    filename: str
    media_type: str
    size: int
    sha256: str = field(repr=False, default="")
    pieces: int = field(repr=False, default=0)


@dataclass(frozen=True)
class Checked:
    """A file that may be kept, in memory."""

    filename: str
    media_type: str
    content: bytes = field(repr=False)


def check(filename: str, stream: BinaryIO) -> Checked:
    """Read a file within the limit and look whether it is what its name says. Raises BadUpload."""
    name = filetypes.clean_name(filename)
    extension = filetypes.extension_of(name)
    content = stream.read(filetypes.LIMIT + 1)
    if len(content) > filetypes.LIMIT:
        raise BadUpload("too_large", limit_mb=filetypes.LIMIT // 1024 // 1024)
    if not content:
        raise BadUpload("empty")
    return Checked(name, filetypes.media_type(extension, BytesIO(content)), content)


def keep(seal: Cells, connection: Connection, handle: str, checked: Checked) -> str:
    """Seal a checked file in a transaction that is under way."""
    file_id = secrets.token_hex(8)
    pieces = range(0, len(checked.content), PIECE)
    for place, start in enumerate(pieces):
        seal.put_cell(connection, handle, _piece(file_id, place), checked.content[start : start + PIECE])
    described = {
        "filename": checked.filename,
        "media_type": checked.media_type,
        "size": len(checked.content),
        "sha256": hashlib.sha256(checked.content).hexdigest(),
        "pieces": len(pieces),
    }
    seal.put_cell(connection, handle, _FILE + file_id, canonical_json(described).encode())
    return file_id


def described(seal: Cells, connection: Connection, handle: str) -> list[SealedFile]:
    """The files under a handle, by name."""
    rows = connection.execute(
        select(cells).where(cells.c.handle == handle, cells.c.name.startswith(_FILE))
    ).all()
    found = [SealedFile(row.name.removeprefix(_FILE), **json.loads(seal.open_cell(row))) for row in rows]
    return sorted(found, key=lambda file: (file.filename, file.id))


def content(
    seal: Cells, connection: Connection, handle: str, file_id: str
) -> tuple[SealedFile, bytes] | None:
    """A file and its content; None: there is none. Raises SealBroken where a piece is missing or exchanged."""
    found = seal.cell(connection, handle, _FILE + file_id)
    if found is None:
        return None
    file = SealedFile(file_id, **json.loads(found))
    pieces = [seal.cell(connection, handle, _piece(file_id, place)) for place in range(file.pieces)]
    whole = b"".join(piece or b"" for piece in pieces)
    if hashlib.sha256(whole).hexdigest() != file.sha256:
        raise SealBroken(name=_FILE + file_id)
    return file, whole


def _piece(file_id: str, place: int) -> str:
    return f"{_PIECE}{file_id}:{place:04d}"
