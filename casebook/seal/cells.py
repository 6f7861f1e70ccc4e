"""Ciphertexts, each encrypted by itself and bound to its place, so that none can stand for another."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.exceptions import InvalidTag
from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    Row,
    create_engine,
    delete,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.engine import make_url

from casebook.db import BEIJING, BUSY_SECONDS, canonical_json, file_of, make_engine
from casebook.errors import SealBroken, SealKeyGone, SealKeysMissing, StoreNotReady, StoreTooNew
from casebook.seal.keys import AES, NONCE, KeyRing, read_ring
from casebook.seal.tables import VERSION, cells, inbox, metadata, store

LIST = "list"  # the sealed list of the other names under the same handle
RECEIPT = "receipt"  # in that list: there is a receipt for it
OUTBOX, PENDING = (
    "outbox",
    "pending:",
)  # the handle and the names of what is still to be done (casebook.seal.outbox)
LISTED = (
    "field:",
    "file:",
    "message:",
    PENDING,
)  # pieces of files are counted in the description of the file
ROOM = 1024 * 1024 * 1024  # left free on the disk of the store: files may fill the rest, words need it


class Cells:
    """Ciphertexts in their places, and the key ring they open with.

    Nothing is opened before the first use; `close` it, or use it in a `with`.

    Every function of this package raises StoreNotReady or StoreTooNew where the store is not of this version,
    SealKeysMissing or SealKeysUnfit where the ring is not usable, and, where it reads, SealKeyGone and SealBroken.
    """

    def __init__(self, url: str, keys: Path, *, cipher: str = AES):
        self.url, self.keys_path, self.cipher = url, keys, cipher
        self._ring: tuple[tuple, KeyRing] | None = None
        self._checked = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def engine(self) -> Engine:
        return _make_engine(self.url)

    def close(self) -> None:
        if "engine" in self.__dict__:
            self.engine.dispose()

    # -- its making ------------------------------------------------------------------------------------------

    def create(self) -> None:
        """Make the store and its keys where there are none yet, and bring an older store to this version.

        Raises SealKeysMissing for a store without its keys.
        """
        path = file_of(self.url)
        if path is not None and not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        with self._begin(writes=True) as connection:
            version = self._version(connection)
            made = version is not None
            if not self.keys_path.exists():
                if made and connection.scalar(select(cells.c.id).limit(1)) is not None:
                    raise SealKeysMissing(place=self.keys_path)
                KeyRing.new(self.cipher).write(self.keys_path)
            if not made:
                metadata.create_all(connection)
                connection.execute(insert(store).values(id=1, version=VERSION))
            elif version < VERSION:
                self._list_all(connection)
                connection.execute(update(store).values(version=VERSION))
        self.ring()

    def _list_all(self, connection: Connection) -> None:
        """Add to the list of each handle what lies under it: before version 2 it had none, or one begun late.

        What was taken out before that day is not missed; nothing is taken off a list.
        """
        stand: dict[str, set[str]] = {}
        for handle, name in connection.execute(select(cells.c.handle, cells.c.name)):
            if name.startswith(LISTED):
                stand.setdefault(handle, set()).add(name)
        for handle in connection.scalars(select(inbox.c.handle).where(inbox.c.stub.is_(False))):
            stand.setdefault(handle, set()).add(RECEIPT)
        for handle, names in stand.items():
            self.enlist(connection, handle, add=names)

    @staticmethod
    def _version(connection: Connection) -> int | None:
        if not inspect(connection).has_table(store.name):
            return None
        version = connection.scalar(select(store.c.version))
        if version is not None and version > VERSION:
            raise StoreTooNew
        return version

    # -- transactions ----------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads."""
        with self._begin(writes=False) as connection:
            self._check(connection)
            self.ring()  # before the rows: a key taken off the ring since has none left
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one transaction that writes; the ring it uses cannot lose a key meanwhile."""
        with self._begin(writes=True) as connection:
            self._check(connection)
            if connection.dialect.name != "sqlite":
                connection.execute(select(store.c.version).with_for_update())
            self.ring()
            yield connection

    def _check(self, connection: Connection) -> None:
        if not self._checked:
            if self._version(connection) != VERSION:
                raise StoreNotReady
            self._checked = True

    @contextmanager
    def _begin(self, *, writes: bool) -> Iterator[Connection]:
        with self.engine.connect().execution_options(seal_writes=writes) as connection, connection.begin():
            yield connection
        if writes:
            self._keep_the_day_only()

    def compact(self) -> None:
        """On SQLite, write the file anew: what was deleted is gone, and its pages lie in no order of arrival."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.connection.driver_connection.execute("VACUUM")
            self._keep_the_day_only()

    def _keep_the_day_only(self) -> None:
        """Set the times of the file back to the start of the day: they would tell when somebody last wrote."""
        if path := file_of(self.url):
            day = datetime.now(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
            for file in (path, path.with_name(path.name + "-journal")):
                with suppress(FileNotFoundError, PermissionError):
                    os.utime(file, (day, day))

    def has_room(self) -> bool:
        """Whether the disk has room for more files; words are taken as long as there is any."""
        path = file_of(self.url)
        return path is None or shutil.disk_usage(path.parent).free >= ROOM

    # -- keys ------------------------------------------------------------------------------------------------

    def ring(self) -> KeyRing:
        """The key ring as the file has it now."""
        try:
            found = self.keys_path.stat()
        except FileNotFoundError:
            raise SealKeysMissing(place=self.keys_path) from None
        mark = found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode
        if self._ring is None or self._ring[0] != mark:
            self._ring = mark, read_ring(self.keys_path)
        return self._ring[1]

    # -- cells: one ciphertext each ----------------------------------------------------------------------------

    def put_cell(self, connection: Connection, handle: str, name: str, data: bytes) -> None:
        """Encrypt under the current key, keep and list it; what stood under that name is gone."""
        self.replace_cell(connection, handle, name, data)
        if name.startswith(LISTED):
            self.enlist(connection, handle, add={name})

    def drop_cells(self, connection: Connection, handle: str, *names: str) -> None:
        """Erase what stands under these names, and take them off the list."""
        connection.execute(delete(cells).where(cells.c.handle == handle, cells.c.name.in_(names)))
        self.enlist(connection, handle, drop=set(names))

    def listed(self, row: Row) -> set[str]:
        """The names that a list of a handle, one of its cells, has."""
        return set(json.loads(self.open_cell(row)))

    def enlist(
        self,
        connection: Connection,
        handle: str,
        *,
        add: Set[str] = frozenset(),
        drop: Set[str] = frozenset(),
    ) -> None:
        """Keep the sealed list of what lies under a handle, by which a row that was taken out is missed.

        One that does not open is left to verification to tell; nobody's letter is refused for it.
        """
        row = connection.execute(select(cells).where(cells.c.handle == handle, cells.c.name == LIST)).first()
        try:
            before = set() if row is None else self.listed(row)
        except (SealBroken, SealKeyGone):
            return
        after = before - drop | add
        if before and not after:
            connection.execute(delete(cells).where(cells.c.handle == handle, cells.c.name == LIST))
        elif after != before:
            self.replace_cell(connection, handle, LIST, canonical_json(sorted(after)).encode())

    def replace_cell(self, connection: Connection, handle: str, name: str, data: bytes) -> None:
        """Encrypt under the current key and put it in the place of that name; the list stays as it is."""
        ring, row_id, nonce = self.ring(), secrets.token_hex(16), secrets.token_bytes(NONCE)
        sealed = ring.lock(ring.current).encrypt(nonce, data, bound(handle, name, row_id, ring.current))
        connection.execute(delete(cells).where(cells.c.handle == handle, cells.c.name == name))
        connection.execute(
            insert(cells).values(
                id=row_id, handle=handle, name=name, key_id=ring.current, nonce=nonce, data=sealed
            )
        )

    def open_cell(self, row: Row) -> bytes:
        """What a row of `cells` holds. Raises SealKeyGone, or SealBroken where it is not what was sealed there."""
        lock = self.ring().lock(row.key_id)
        if lock is None:
            raise SealKeyGone(name=row.name, key=row.key_id)
        try:
            return lock.decrypt(row.nonce, row.data, bound(row.handle, row.name, row.id, row.key_id))
        except (InvalidTag, ValueError):
            raise SealBroken(name=row.name) from None

    def cell(self, connection: Connection, handle: str, name: str) -> bytes | None:
        row = connection.execute(select(cells).where(cells.c.handle == handle, cells.c.name == name)).first()
        return None if row is None else self.open_cell(row)


def new_handle() -> str:
    """A fresh name for something sealed; it tells nothing."""
    return secrets.token_hex(20)


def bound(handle: str, name: str, row_id: str, key_id: str) -> bytes:
    """What a ciphertext is bound to: moved to any other place, it does not open."""
    return canonical_json([handle, name, row_id, key_id]).encode()


def _make_engine(url: str) -> Engine:
    """An engine that leaves as few traces as its database allows: overwritten when deleted, no log of writes kept."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return make_engine(url)
    engine = create_engine(
        parsed, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True, poolclass=NullPool
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record):
        connection.isolation_level = None  # the driver begins nothing by itself: see _begin
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA journal_mode = TRUNCATE")

    @event.listens_for(engine, "begin")
    def _begin(connection):
        writes = connection.get_execution_options().get("seal_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
