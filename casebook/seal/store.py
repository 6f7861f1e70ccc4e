"""The sealed store: fields and files under random handles.

It decides nothing about who may read; that is in casebook.seal.openings.
"""

from collections.abc import Iterable, Mapping
from typing import BinaryIO

from sqlalchemy import Connection, delete, select

from casebook.seal import files
from casebook.seal.cells import Cells, new_handle
from casebook.seal.files import SealedFile
from casebook.seal.outbox import act
from casebook.seal.tables import cells, inbox

__all__ = ["FIELD", "Seal", "new_handle"]
FIELD = "field:"


class Seal(Cells):
    """One sealed store and its key ring (what its functions raise: casebook.seal.cells.Cells)."""

    def put(self, handle: str, name: str, text: str) -> None:
        """Seal one field; an earlier one of that name is replaced."""
        self.put_all(handle, {name: text})

    def put_all(self, handle: str, fields: Mapping[str, str]) -> None:
        """Seal several fields at once; all of them or none."""
        with self.writing() as connection:
            for name, text in fields.items():
                self.put_cell(connection, handle, FIELD + name, text.encode())

    def read(self, handle: str, name: str) -> str | None:
        """One field; None: there is none of that name."""
        with self.reading() as connection:
            data = self.cell(connection, handle, FIELD + name)
        return None if data is None else data.decode()

    def read_all(self, handle: str, names: Iterable[str]) -> dict[str, str]:
        """Those of these fields that there are."""
        wanted = {FIELD + name for name in names}
        with self.reading() as connection:
            rows = connection.execute(
                select(cells).where(cells.c.handle == handle, cells.c.name.in_(wanted))
            ).all()
            return {row.name.removeprefix(FIELD): self.open_cell(row).decode() for row in rows}

    def having(self, name: str) -> set[str]:
        """The handles that have a field of that name."""
        with self.reading() as connection:
            return set(connection.scalars(select(cells.c.handle).where(cells.c.name == FIELD + name)))

    def names(self, handle: str) -> list[str]:
        """The names of the fields kept under a handle."""
        with self.reading() as connection:
            found = connection.scalars(
                select(cells.c.name).where(cells.c.handle == handle, cells.c.name.startswith(FIELD))
            )
            return sorted(name.removeprefix(FIELD) for name in found)

    def erase(self, handle: str) -> None:
        """Remove everything kept under a handle, its receipt too."""
        with self.writing() as connection:
            _erase(self, connection, handle)

    def put_file(self, handle: str, filename: str, stream: BinaryIO) -> str:
        """Seal a file and return its id; what it says of its type is not believed. Raises BadUpload."""
        checked = files.check(filename, stream)
        with self.writing() as connection:
            return files.keep(self, connection, handle, checked)

    def files(self, handle: str) -> list[SealedFile]:
        """The files under a handle, by name."""
        with self.reading() as connection:
            return files.described(self, connection, handle)

    def read_file(self, handle: str, file_id: str) -> tuple[SealedFile, bytes] | None:
        """A file and its content; None: there is none."""
        with self.reading() as connection:
            return files.content(self, connection, handle, file_id)


@act("field")
def _field(seal: Cells, connection: Connection, handle: str, name: str, text: str) -> None:
    seal.put_cell(connection, handle, FIELD + name, text.encode())


@act("erase")
def _erase(_seal: Cells, connection: Connection, handle: str) -> None:
    connection.execute(delete(cells).where(cells.c.handle == handle))
    connection.execute(delete(inbox).where(inbox.c.handle == handle))
