"""New keys for old: everything is sealed again under a fresh key, in pieces of work that may be cut off anywhere.

While it runs the site goes on. A key leaves the ring only when nothing sealed needs it any more.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Row, func, select

from casebook.errors import SealBroken, SealKeyGone
from casebook.seal import files
from casebook.seal.cells import LIST, LISTED, OUTBOX, RECEIPT, Cells
from casebook.seal.tables import cells, inbox

BATCH = 500
_BYTES = 8 * 1024 * 1024  # of one batch, so that nobody waits long for it


@dataclass(frozen=True)
class Rotation:
    """What was done: how many ciphertexts were sealed again, under which key, and what could not be opened."""

    done: int
    key: str
    resumed: bool
    broken: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Verified:
    """What was looked at: ciphertexts by key, what is broken or missing, by handle and name, how much is pending."""

    by_key: dict[str, int]
    broken: list[tuple[str, str]]
    pending: int = 0

    @property
    def ok(self) -> bool:
        return not self.broken


def rotate(
    seal: Cells,
    *,
    fresh: bool = False,
    batch: int = BATCH,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Rotation:
    """Add a key and seal everything again under it; an interrupted rotation is gone on with, unless `fresh`.

    What cannot be opened is left as it is, told, and its key kept.
    """
    with seal.writing():
        ring = seal.ring()
        resumed = len(ring.keys) > 1 and not fresh
        if not resumed:
            ring.with_new_key(seal.cipher).write(seal.keys_path)
    key = seal.ring().current
    with seal.reading() as connection:
        total = connection.scalar(select(func.count()).where(cells.c.key_id != key))
    done, broken = 0, {}
    tried = True
    while tried:
        tried, changed = _again(seal, key, batch, broken)
        done += changed
        progress(done, total)
    _drop_unused(seal, key)
    seal.compact()
    return Rotation(done, key, resumed, sorted(broken.values()))


def _again(seal: Cells, key: str, batch: int, broken: dict[str, tuple[str, str]]) -> tuple[bool, int]:
    """One piece of work: whether anything was left to try, and how many were sealed again."""
    changed = 0
    with seal.writing() as connection:
        sizes = connection.execute(
            select(cells.c.id, func.length(cells.c.data))
            .where(cells.c.key_id != key, cells.c.id.not_in(broken))
            .limit(batch)
        ).all()
        ids, room = [], _BYTES
        for row_id, size in sizes:
            if room <= 0:
                break
            ids.append(row_id)
            room -= size
        for row in connection.execute(select(cells).where(cells.c.id.in_(ids))).all():
            try:
                data = seal.open_cell(row)
            except (SealBroken, SealKeyGone):
                broken[row.id] = (row.handle, row.name)
                continue
            seal.replace_cell(connection, row.handle, row.name, data)
            changed += 1
    return bool(ids), changed


def _drop_unused(seal: Cells, key: str) -> None:
    """Take the older keys off the ring, unless something still needs one of them."""
    with seal.writing() as connection:
        left = connection.scalar(select(cells.c.id).where(cells.c.key_id != key).limit(1))
        if left is None:
            seal.ring().only_current().write(seal.keys_path)


def verify(seal: Cells, expected: Iterable[str] = ()) -> Verified:
    """Open every ciphertext and show none; find files with missing pieces, messages gone, handles with nothing left.

    `expected` are the handles under which the main store says something is held.
    """
    by_key: Counter[str] = Counter()
    broken: list[tuple[str, str]] = []
    whole: dict[tuple[str, str], dict] = {}
    numbers: dict[str, list[int]] = {}
    names: dict[str, set[str]] = {}
    lists: dict[str, set[str]] = {}
    handles, last = set(), ""
    while True:
        with seal.reading() as connection:
            rows = connection.execute(
                select(cells).where(cells.c.id > last).order_by(cells.c.id).limit(BATCH)
            ).all()
            for row in rows:
                by_key[row.key_id] += 1
                handles.add(row.handle)
                if row.name.startswith(LISTED):
                    names.setdefault(row.handle, set()).add(row.name)
                try:
                    data = seal.open_cell(row)
                except (SealBroken, SealKeyGone):
                    broken.append((row.handle, row.name))
                    continue
                if row.name == LIST:
                    lists[row.handle] = set(json.loads(data))
                _note(row, data, whole, numbers)
        if not rows:
            break
        last = rows[-1].id
    broken += _files(seal, whole)
    broken += [
        (handle, "message")
        for handle, found in numbers.items()
        if sorted(found) != list(range(1, len(found) + 1))
    ]
    broken += [(handle, "-") for handle in expected if handle not in handles]
    with seal.reading() as connection:
        for handle in connection.scalars(select(inbox.c.handle).where(inbox.c.stub.is_(False))):
            names.setdefault(handle, set()).add(RECEIPT)
    broken += _taken_out(
        seal, [one for one in names.keys() | lists.keys() if names.get(one) != lists.get(one)]
    )
    return Verified(dict(by_key), sorted(set(broken)), len(names.get(OUTBOX, ())))


def _note(row: Row, data: bytes, whole: dict, numbers: dict[str, list[int]]) -> None:
    kind, _, rest = row.name.partition(":")
    if kind == "file":
        whole[row.handle, rest] = json.loads(data)
    elif kind == "message":
        numbers.setdefault(row.handle, []).append(int(rest.split(":")[0]))


def _taken_out(seal: Cells, handles: Iterable[str]) -> list[tuple[str, str]]:
    """What a sealed list has and its handle has not, or the other way round; looked up again, as the site goes on."""
    broken = []
    for handle in sorted(handles):
        with seal.reading() as connection:
            stand = connection.scalars(select(cells.c.name).where(cells.c.handle == handle))
            found = {name for name in stand if name.startswith(LISTED)}
            if connection.scalar(
                select(inbox.c.handle).where(inbox.c.handle == handle, inbox.c.stub.is_(False))
            ):
                found.add(RECEIPT)
            row = connection.execute(
                select(cells).where(cells.c.handle == handle, cells.c.name == LIST)
            ).first()
            try:
                listed = set() if row is None else seal.listed(row)
            except (SealBroken, SealKeyGone):
                continue  # named already
        broken += [(handle, name) for name in found ^ listed]
    return broken


def _files(seal: Cells, whole: dict[tuple[str, str], dict]) -> list[tuple[str, str]]:
    broken = []
    for handle, file_id in whole:
        with seal.reading() as connection:
            try:
                files.content(seal, connection, handle, file_id)
            except (SealBroken, SealKeyGone):
                broken.append((handle, f"file:{file_id}"))
    return broken
