"""What the author and the organ write to each other under one receipt; both sides by day only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select, update

from casebook.seal.outbox import act
from casebook.seal.store import Seal
from casebook.seal.tables import cells, inbox

AUTHOR, ORGAN = "author", "organ"
_NAME = "message:"


@dataclass(frozen=True)
class Message:
    """One message: `who` is "author" or "organ"."""

    who: str
    text: str
    day: date


def post(seal: Seal, handle: str, who: str, text: str, day: date) -> None:
    """Add a message to the end. Its place, its side and its day are bound to it."""
    with seal.writing() as connection:
        add(seal, connection, handle, who, text, day)


def add(seal: Seal, connection: Connection, handle: str, who: str, text: str, day: date) -> None:
    """The same in a transaction that is under way."""
    if who not in (AUTHOR, ORGAN):
        raise ValueError(f"found {who!r}; expected {AUTHOR!r} or {ORGAN!r}")
    name = f"{_NAME}{count(connection, handle) + 1:06d}:{who}:{day.isoformat()}"
    seal.put_cell(connection, handle, name, text.encode())


def count(connection: Connection, handle: str, who: str = "") -> int:
    """How many messages there are under a handle, of one side if it is named."""
    found = select(func.count()).where(cells.c.handle == handle, cells.c.name.startswith(_NAME))
    return connection.scalar(found.where(cells.c.name.contains(f":{who}:")) if who else found)


def all(seal: Seal, handle: str) -> list[Message]:
    """The messages under a handle, oldest first. Raises SealBroken where one was altered."""
    with seal.reading() as connection:
        rows = connection.execute(
            select(cells)
            .where(cells.c.handle == handle, cells.c.name.startswith(_NAME))
            .order_by(cells.c.name)
        ).all()
        found = []
        for row in rows:
            _, _, who, day = row.name.split(":")
            found.append(Message(who, seal.open_cell(row).decode(), date.fromisoformat(day)))
    return found


def unread(seal: Seal, handles: Iterable[str]) -> set[str]:
    """Those handles whose author wrote something the organ has not seen."""
    wanted = set(handles)
    with seal.reading() as connection:
        seen = {row.handle: row.seen for row in connection.execute(select(inbox.c.handle, inbox.c.seen))}
        rows = connection.execute(
            select(cells.c.handle, cells.c.name).where(
                cells.c.name.startswith(_NAME), cells.c.name.contains(f":{AUTHOR}:")
            )
        )
        return {
            row.handle
            for row in rows
            if row.handle in wanted and int(row.name.split(":")[1]) > seen.get(row.handle, 0)
        }


@act("letter")
def _letter(seal: Seal, connection: Connection, handle: str, who: str, text: str, day: str) -> None:
    add(seal, connection, handle, who, text, date.fromisoformat(day))


@act("seen")
def _seen(_seal: Seal, connection: Connection, handle: str, count: int) -> None:
    """The organ has had so many of them before it. Nothing is noted of what the author has seen."""
    of_handle = update(inbox).where(inbox.c.handle == handle, inbox.c.seen < count)
    connection.execute(of_handle.values(seen=count))
