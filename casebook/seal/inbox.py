"""What came in through the door, by receipt. Written to the sealed store alone; of the moment only the day is kept."""

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from sqlalchemy import Connection, delete, insert, select, update

from casebook.procedure.code import normal
from casebook.seal import files as sealed_files
from casebook.seal import messages, outbox
from casebook.seal.cells import RECEIPT
from casebook.seal.outbox import act
from casebook.seal.store import FIELD, Seal, new_handle
from casebook.seal.tables import cells, inbox

IDENTITY = ("name", "contact", "identity_number")
TEXT = ("about_name", "about_unit", "about_post", "text", "earlier")


@dataclass(frozen=True)
class Waiting:
    """Something that came in and is not yet in the main store."""

    handle: str
    day: date
    naming: str


def submit(
    seal: Seal,
    *,
    receipt: str,
    day: date,
    fields: Mapping[str, str],
    files: Iterable[tuple[str, BinaryIO]] = (),
    naming: str,
    organ_code: str,
    letters: Iterable[str] = (),
    notes: Mapping[str, str] | None = None,
    by_hand: bool = False,
) -> str:
    """Keep what was handed in, all of it or nothing, and return its handle.

    The same receipt again keeps nothing more: the form was sent twice (see `differs`), or twice at once. `files` are
    pairs of a name and a stream, `letters` the author's first messages, `notes` fields that stand beside the words.
    `by_hand`: it is being entered in the main store, so it waits for nobody; it is erased again if that comes to
    nothing (casebook.seal.together.begun). Raises BadUpload.
    """
    if unknown := fields.keys() - {*IDENTITY, *TEXT}:
        raise ValueError(f"found the fields {sorted(unknown)}; expected some of {(*IDENTITY, *TEXT)}")
    checked = [sealed_files.check(name, stream) for name, stream in files]
    with seal.writing() as connection:
        hashed = _hashed(seal, receipt)
        if known := connection.scalar(select(inbox.c.handle).where(inbox.c.receipt == hashed)):
            return known
        handle = new_handle()
        connection.execute(
            insert(inbox).values(
                handle=handle, receipt=hashed, day=day, naming=str(naming), organ_code=organ_code,
                taken=by_hand, stub=False, seen=0,
            )
        )  # fmt: skip
        for name, text in {**fields, **(notes or {})}.items():
            if text:
                seal.put_cell(connection, handle, FIELD + name, text.encode())
        seal.enlist(connection, handle, add={RECEIPT})
        for text in letters:
            messages.add(seal, connection, handle, messages.AUTHOR, text, day)
        for file in checked:
            sealed_files.keep(seal, connection, handle, file)
        if by_hand:
            outbox.begin(seal, connection, handle, "complaint")
    return handle


def differs(seal: Seal, handle: str, fields: Mapping[str, str]) -> bool:
    """Whether a form sent again under its receipt says something other than what was kept of it the first time."""
    kept = seal.read_all(handle, seal.names(handle))
    return kept != {name: text for name, text in fields.items() if text}


def find(seal: Seal, receipt: str) -> str | None:
    """The handle behind a receipt as somebody typed it; None: nobody was given that one."""
    with seal.reading() as connection:
        return connection.scalar(select(inbox.c.handle).where(inbox.c.receipt == _hashed(seal, receipt)))


def waiting(seal: Seal, organ_code: str) -> list[Waiting]:
    """What an organ has not taken in yet, in random order."""
    with seal.reading() as connection:
        rows = connection.execute(
            select(inbox.c.handle, inbox.c.day, inbox.c.naming).where(
                inbox.c.organ_code == organ_code, inbox.c.taken.is_(False)
            )
        )
        found = [Waiting(*row) for row in rows]
    secrets.SystemRandom().shuffle(found)
    return found


@act("taken")
def _taken(_seal: Seal, connection: Connection, handle: str) -> None:
    """The main store has it. Until then it waits on; whoever takes in looks whether the main store knows it already."""
    connection.execute(update(inbox).where(inbox.c.handle == handle).values(taken=True))


@act("stub")
def _stub(_seal: Seal, connection: Connection, handle: str) -> None:
    """All that was handed in and said goes; that the receipt exists stays, so that its holder is not lost."""
    connection.execute(delete(cells).where(cells.c.handle == handle))
    connection.execute(update(inbox).where(inbox.c.handle == handle).values(stub=True, taken=True))


def unknown(seal: Seal, known: set[str]) -> list[str]:
    """The handles that are said to be taken in and are none of those the main store knows."""
    with seal.reading() as connection:
        found = connection.scalars(select(inbox.c.handle).where(inbox.c.taken, inbox.c.stub.is_(False)))
        return sorted(set(found) - known)


def wait_again(seal: Seal, handles: Iterable[str]) -> None:
    """Have these taken in once more."""
    with seal.writing() as connection:
        connection.execute(update(inbox).where(inbox.c.handle.in_(handles)).values(taken=False))


def is_stub(seal: Seal, handle: str) -> bool:
    """Whether it was sent up and nothing of it is held here."""
    with seal.reading() as connection:
        return bool(connection.scalar(select(inbox.c.stub).where(inbox.c.handle == handle)))


def _hashed(seal: Seal, receipt: str) -> str:
    return hmac.new(seal.ring().lookup, normal(receipt).encode(), "sha256").hexdigest()
