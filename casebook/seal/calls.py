"""What authors call for besides, in codes: protection, retaliation. One for each call, until a task for it is over."""

from collections import Counter

from sqlalchemy import Connection

from casebook.seal.outbox import act
from casebook.seal.store import FIELD, Seal

NAME = "care"  # the sealed field


def counted(seal: Seal, handle: str) -> Counter[str]:
    """How many calls of each kind were made and not answered by a task that is over."""
    return Counter((seal.read(handle, NAME) or "").split())


def add(seal: Seal, connection: Connection, handle: str, kind: str) -> None:
    """Note one call, in a transaction that is under way."""
    _keep(seal, connection, handle, _kept(seal, connection, handle) + Counter([kind]))


@act("heard")
def _heard(seal: Seal, connection: Connection, handle: str, kind: str, count: int) -> None:
    """A task for so many of them is over; what was called for meanwhile stands."""
    _keep(seal, connection, handle, _kept(seal, connection, handle) - Counter({kind: count}))


def _kept(seal: Seal, connection: Connection, handle: str) -> Counter[str]:
    return Counter((seal.cell(connection, handle, FIELD + NAME) or b"").decode().split())


def _keep(seal: Seal, connection: Connection, handle: str, calls: Counter[str]) -> None:
    seal.put_cell(connection, handle, FIELD + NAME, " ".join(sorted(calls.elements())).encode())
