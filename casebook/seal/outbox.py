"""What is still to be done in the sealed store, itself under seal until it is done.

Done and taken off the list in one transaction: once, whatever fails meanwhile. Whether it is to be done or given up
depends on whether the main store has committed; casebook.seal.together finds that out.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from casebook.db import canonical_json
from casebook.errors import SealBroken, SealKeyGone
from casebook.seal.cells import OUTBOX, PENDING, Cells
from casebook.seal.tables import cells

ACTS: dict[str, Callable] = {}


def act(what: str) -> Callable[[Callable], Callable]:
    """Mark what may be done later: a function of the store, a connection, a handle and plain values."""

    def keep(do: Callable) -> Callable:
        ACTS[what] = do
        return do

    return keep


@dataclass(frozen=True)
class Act:
    """One thing to be done, under one handle."""

    what: str
    handle: str
    words: Mapping[str, str | int]


@dataclass(frozen=True)
class Pending:
    """What is done if the main store has the proof, and what otherwise."""

    name: str
    proof: Mapping[str, list | str]
    then: list[Act]
    otherwise: list[Act]


def hold(
    seal: Cells,
    connection: Connection,
    proof: Mapping[str, list | str],
    *,
    then: Iterable[Act] = (),
    otherwise: Iterable[Act] = (),
    name: str = "",
) -> str:
    """Seal what is to be done, and return its name."""
    name = name or PENDING + secrets.token_hex(16)
    content = {
        "proof": proof,
        "then": [asdict(one) for one in then],
        "otherwise": [asdict(one) for one in otherwise],
    }
    seal.put_cell(connection, OUTBOX, name, canonical_json(content).encode())
    return name


def begin(seal: Cells, connection: Connection, handle: str, table: str) -> None:
    """Have what is sealed under a handle erased again, unless the main store comes to know it as one of these.

    It is over with the act "entered".
    """
    otherwise = [Act("erase", handle, {})]
    hold(seal, connection, {table: handle}, otherwise=otherwise, name=begun_as(handle))


def begun_as(handle: str) -> str:
    """The name of what is pending while something is entered."""
    return PENDING + handle


@act("entered")
def _entered(seal: Cells, connection: Connection, handle: str) -> None:
    seal.drop_cells(connection, OUTBOX, begun_as(handle))


def pending(seal: Cells) -> list[Pending]:
    """What is still to be done, in the order of the record; what does not open is left to verification to tell."""
    with seal.reading() as connection:
        rows = connection.execute(
            select(cells).where(cells.c.handle == OUTBOX, cells.c.name.startswith(PENDING))
        ).all()
    found = []
    for row in rows:
        try:
            found.append(_read(row.name, seal.open_cell(row)))
        except (SealBroken, SealKeyGone):
            continue
    return sorted(found, key=lambda one: one.proof.get("event", [0]))


def finish(seal: Cells, name: str, *, committed: bool) -> None:
    """Do it, or give it up, and take it off; nothing happens if somebody else has done so."""
    with seal.writing() as connection:
        data = seal.cell(connection, OUTBOX, name)
        if data is None:
            return
        found = _read(name, data)
        for one in found.then if committed else found.otherwise:
            ACTS[one.what](seal, connection, one.handle, **one.words)
        seal.drop_cells(connection, OUTBOX, name)


def _read(name: str, data: bytes) -> Pending:
    content = json.loads(data)
    then, otherwise = ([Act(**one) for one in content[which]] for which in ("then", "otherwise"))
    return Pending(name, content["proof"], then, otherwise)
