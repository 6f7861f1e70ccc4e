"""What a test prepares the same way as a hundred others is prepared once: a copy of the SQLite store, put back at need.

A store knows the preparations it has gone through, in their order. Only where nothing else has happened in it, which
the number of its events tells, is it replaced by a copy that went through the same and one more, so that ids are the
same. On PostgreSQL, and wherever a test did something of its own in between, the long way is taken.
"""

import sqlite3
from collections.abc import Callable, Hashable
from dataclasses import is_dataclass
from functools import wraps
from types import SimpleNamespace

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from casebook.db import Base
from casebook.models import ChainHead
from casebook.procedure.dates import today

_kept: dict[Hashable, tuple[sqlite3.Connection, object]] = {}


def prepared(make: Callable) -> Callable:
    """Go through a preparation once for each history of a store and each way it is called.

    What it returns must be a row, a sequence or mapping of rows and plain values, or nothing; its arguments rows and
    plain values, or a cast; and all it does must be in the store.
    """

    @wraps(make)
    def once(session: Session, *args, **kwargs):
        if session.bind.dialect.name != "sqlite" or session.info.get("preparing"):
            return make(session, *args, **kwargs)
        called = make.__module__, make.__qualname__, today(), _named(args), _named(kwargs)
        before = _history(session)
        key = None if before is None else (*before, called)
        if key in _kept:
            copy, made = _kept[key]
            _replace(session, copy)
        else:
            session.info["preparing"] = True
            try:
                result = make(session, *args, **kwargs)
            finally:
                session.info["preparing"] = False
            if key is None:
                return result
            made = _named(result)
            _keep(session, key, made)
        session.info["history"] = key, _happened(session)
        found = _found(session, made)
        session.commit()  # a page asked for next finds nobody writing
        return found

    return once


def _happened(session: Session) -> int:
    """How many events the store has."""
    return session.scalar(select(ChainHead.count))


def _history(session: Session) -> tuple | None:
    """The preparations of a store in which nothing else has happened; None: something has."""
    key, happened = session.info.get("history", ((), 0))
    return key if _happened(session) == happened else None


def _replace(session: Session, copy: sqlite3.Connection) -> None:
    """Put a copy in place of the store; what the test holds of it stays readable, as after a commit."""
    session.commit()
    store = session.connection().connection.driver_connection
    session.rollback()
    copy.backup(store)
    held = list(session)
    session.expire_all()
    for row in held:
        session.refresh(row)


def _keep(session: Session, key: Hashable, made: object) -> None:
    session.commit()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    store = session.connection().connection.driver_connection
    session.rollback()
    store.backup(copy)
    _kept[key] = copy, made


def _named(value: object) -> Hashable:
    """A value with each row in it named by its table and key."""
    if isinstance(value, dict):
        return dict, tuple((name, _named(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(map(_named, value))
    if isinstance(value, Base):
        return "row", type(value), inspect(value).identity
    if is_dataclass(value) or isinstance(value, SimpleNamespace):  # a cast: its people
        return type(value), tuple(_named(one) for one in vars(value).values() if isinstance(one, Base))
    return "plain", value


def _found(session: Session, named: tuple) -> object:
    kind, *rest = named
    if kind == "row":
        return session.get(*rest)
    if kind is dict:
        return {name: _found(session, one) for name, one in rest[0]}
    if kind == "plain":
        return rest[0]
    return kind(_found(session, one) for one in rest[0])
