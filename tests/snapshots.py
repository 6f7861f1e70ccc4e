"""What a test prepares the same way as a hundred others is prepared once: a copy of the SQLite store, put back at need.

Only a store in which nothing has happened since its people were made is replaced, so that ids are the same. On
PostgreSQL, and wherever a test did something first, the long way is taken.
"""

import sqlite3
from collections.abc import Hashable

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.models import ChainHead

_kept: dict[Hashable, tuple[sqlite3.Connection, int]] = {}


def happened(session: Session) -> int:
    """How many events the store has."""
    return session.scalar(select(ChainHead.count))


def put_back(session: Session, key: Hashable) -> int | None:
    """Put the copy with this key in place of the store; returns what was noted with it, None where there is none."""
    if key not in _kept:
        return None
    copy, noted = _kept[key]
    session.commit()
    store = session.connection().connection.driver_connection
    session.rollback()
    copy.backup(store)
    session.expire_all()
    return noted


def keep(session: Session, key: Hashable, noted: int) -> None:
    """Keep a copy of the store as it is now under this key; commits."""
    if session.bind.dialect.name != "sqlite":
        return
    session.commit()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    store = session.connection().connection.driver_connection
    session.rollback()
    store.backup(copy)
    _kept[key] = copy, noted
