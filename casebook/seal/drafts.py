"""Files received for a report that is not sent yet: sealed under the form they came with, gone after a day.

A draft is found by the number of its form alone. Its handle carries the day, so that what was never sent can be erased
without knowing whose it was.
"""

import hmac
from datetime import date, timedelta
from io import BytesIO
from typing import BinaryIO

from sqlalchemy import Connection, delete, func, select

from casebook.errors import BadUpload
from casebook.procedure.code import code_of
from casebook.seal import files
from casebook.seal.store import Seal
from casebook.seal.tables import cells

RECEIPT_LENGTH = 20
MOST_FILES = 10
MOST_BYTES = 40 * 1024 * 1024  # of one report
MOST_HELD = 1024 * 1024 * 1024  # of all drafts together: nobody fills the disk with what is never sent
_PREFIX = "draft-"


def receipt_of(seal: Seal, form: str) -> str:
    """The receipt of a form: the same for the same form, and not to be guessed by whoever has not the ring."""
    return code_of(int.from_bytes(_derived(seal, "receipt", form)), RECEIPT_LENGTH)


def add(seal: Seal, form: str, filename: str, stream: BinaryIO, today: date) -> None:
    """Keep one file for a form until the end of tomorrow. Raises BadUpload."""
    held = kept(seal, form, today)
    if len(held) >= MOST_FILES:
        raise BadUpload("too_many", most=MOST_FILES)
    if not seal.has_room():
        raise BadUpload("busy")
    checked = files.check(filename, stream)
    if sum(file.size for _handle, file in held) + len(checked.content) > MOST_BYTES:
        raise BadUpload("too_much", limit_mb=MOST_BYTES // 1024 // 1024)
    with seal.writing() as connection:
        _sweep(connection, today)
        drafts = cells.c.handle.startswith(_PREFIX)
        used = connection.scalar(select(func.sum(func.length(cells.c.data))).where(drafts)) or 0
        if used + len(checked.content) > MOST_HELD:
            raise BadUpload("busy")
        files.keep(seal, connection, _handle(seal, form, today), checked)


def kept(seal: Seal, form: str, today: date) -> list[tuple[str, files.SealedFile]]:
    """The files kept for a form, each with the handle it lies under."""
    return [(handle, file) for handle in _handles(seal, form, today) for file in seal.files(handle)]


def contents(seal: Seal, form: str, today: date) -> list[tuple[str, BinaryIO]]:
    """Name and content of every file kept for a form, as `inbox.submit` takes them."""
    found = []
    for handle, file in kept(seal, form, today):
        read = seal.read_file(handle, file.id)
        if read is not None:
            found.append((file.filename, BytesIO(read[1])))
    return found


def remove(seal: Seal, form: str, file_id: str, today: date) -> None:
    """Erase one file of a form; nothing happens if there is none."""
    for handle, file in kept(seal, form, today):
        if file.id == file_id:
            pieces = cells.c.name.startswith("piece:" + file_id)
            with seal.writing() as connection:
                connection.execute(delete(cells).where(cells.c.handle == handle, pieces))
                seal.drop_cells(connection, handle, "file:" + file_id)


def erase(seal: Seal, form: str, today: date) -> None:
    """Erase whatever is kept for a form."""
    with seal.writing() as connection:
        connection.execute(delete(cells).where(cells.c.handle.in_(_handles(seal, form, today))))


def sweep(seal: Seal, today: date) -> None:
    """Erase every draft of the day before yesterday and earlier."""
    with seal.writing() as connection:
        _sweep(connection, today)


def _sweep(connection: Connection, today: date) -> None:
    old = cells.c.handle < _PREFIX + _word(today - timedelta(days=1))
    connection.execute(delete(cells).where(cells.c.handle.startswith(_PREFIX), old))


def _handles(seal: Seal, form: str, today: date) -> list[str]:
    """A form begun before midnight is found after it."""
    return [_handle(seal, form, day) for day in (today, today - timedelta(days=1))]


def _handle(seal: Seal, form: str, day: date) -> str:
    return f"{_PREFIX}{_word(day)}-{_derived(seal, 'draft', form).hex()[:25]}"


def _word(day: date) -> str:
    return day.strftime("%Y%m%d")


def _derived(seal: Seal, use: str, form: str) -> bytes:
    return hmac.digest(seal.ring().lookup, f"{use}:{form}".encode(), "sha256")
