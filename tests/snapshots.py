"""What a test prepares the same way as a hundred others is prepared once: a copy of the SQLite store, put back at need.

A store knows the preparations it has gone through, in their order. Only where nothing else was written to it, with an
event or without, is it replaced by a copy that went through the same and one more, so that ids are the same. A sealed
store that a preparation is given goes with it: every test's home has the same keys, and the bytes of its file tell
whether something else has happened. On PostgreSQL, and wherever a test did something of its own in between, the long way
is taken; only what the rules say of the same facts is not worked out again.
"""

import pickle
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import is_dataclass
from functools import wraps
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import inspect, make_url, select, tuple_
from sqlalchemy.orm import Session

from casebook import recommend
from casebook.db import Base
from casebook.home import Home
from casebook.models import ChainHead
from casebook.precedents.ageing import rules_digest
from casebook.procedure.dates import today
from casebook.seal.store import Seal
from rules.library import Library

_kept: dict[Hashable, tuple[sqlite3.Connection, bytes | None, object]] = {}


def prepared(make: Callable) -> Callable:
    """Go through a preparation once for each history of a store and each way it is called.

    What it returns must be a row, a sequence or mapping of rows and plain values, or nothing; its arguments rows and
    plain values, a cast, or a sealed store; and all it does must be in the stores.
    """

    @wraps(make)
    def once(session: Session, *args, **kwargs):
        if session.info.get("preparing"):
            return make(session, *args, **kwargs)
        if session.bind.dialect.name != "sqlite":
            return _made(make, session, *args, **kwargs)
        called = make.__module__, make.__qualname__, today(), _named(args), _named(kwargs)
        sealed = next((_file(one) for one in (*args, *kwargs.values()) if isinstance(one, Seal)), None)
        before = _history(session)
        key = None if before is None else (*before, called)
        if key in _kept:
            copy, sealed_copy, made = _kept[key]
            _replace(session, copy)
            if sealed:
                sealed.write_bytes(sealed_copy)
        else:
            result = _made(make, session, *args, **kwargs)
            if key is None:
                return result
            made = _named(result)
            _keep(session, key, sealed, made)
        session.info["history"] = key, _written(session)
        rows = _read(session, _rows_in(made))  # held until each is found
        found = _found(session, made)
        del rows
        session.commit()  # a page asked for next finds nobody writing
        return found

    return once


def _made(make: Callable, session: Session, *args, **kwargs) -> object:
    session.info["preparing"] = True
    assess, recommend.assess = recommend.assess, _said_once(recommend.assess)
    try:
        return make(session, *args, **kwargs)
    finally:
        session.info["preparing"] = False
        recommend.assess = assess


def _said_once(assess: Callable) -> Callable:
    """What the rules say in a preparation: worked out once for the same facts, conduct, day and place."""

    def said(*asked) -> dict:
        named = [rules_digest(one) if isinstance(one, Library) else one for one in asked]
        key = assess, pickle.dumps(named)
        if key not in _said:
            _said[key] = pickle.dumps(assess(*asked))
        return pickle.loads(_said[key])  # noqa: S301 - pickled above

    return said


_said: dict[Hashable, bytes] = {}


def _written(session: Session) -> tuple:
    """What tells whether anything is written to the store, with an event or without, by this connection or another."""
    store = session.connection().connection.driver_connection
    return id(store), store.total_changes, store.execute("PRAGMA data_version").fetchone()


def _history(session: Session) -> tuple | None:
    """The preparations of a store in which nothing else has happened; None: something has."""
    session.flush()
    if "history" not in session.info:
        store = session.connection().connection.driver_connection
        return None if store.total_changes or session.scalar(select(ChainHead.count)) else ()
    key, written = session.info["history"]
    return key if _written(session) == written else None


def _replace(session: Session, copy: sqlite3.Connection) -> None:
    """Put a copy in place of the store; what the test holds of it stays readable, as after a commit."""
    session.commit()
    store = session.connection().connection.driver_connection
    session.rollback()
    copy.backup(store)
    held = [("row", type(row), inspect(row).identity) for row in session]
    session.expire_all()
    _read(session, held)


def _keep(session: Session, key: Hashable, sealed: Path | None, made: object) -> None:
    session.commit()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    store = session.connection().connection.driver_connection
    session.rollback()
    store.backup(copy)
    _kept[key] = copy, sealed.read_bytes() if sealed else None, made


def _read(session: Session, named: Iterable[tuple]) -> list[Base]:
    """Rows, all of a table read at once."""
    of_table: dict[type, list[tuple]] = {}
    for _row, table, identity in named:
        of_table.setdefault(table, []).append(identity)
    found: list[Base] = []
    for table, identities in of_table.items():
        key = tuple_(*inspect(table).primary_key)
        found += session.scalars(select(table).where(key.in_(identities)))
    return found


def _file(seal: Seal) -> Path:
    return Path(make_url(seal.url).database)


def _named(value: object) -> Hashable:
    """A value with each row in it named by its table and key."""
    if isinstance(value, dict):
        return dict, tuple((name, _named(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(map(_named, value))
    if isinstance(value, Base):
        return "row", type(value), inspect(value).identity
    if isinstance(value, Seal):
        return "seal", sha256(value.keys_path.read_bytes() + _file(value).read_bytes()).digest()
    if is_dataclass(value) or isinstance(value, SimpleNamespace):  # a cast: its people
        said = (one for one in vars(value).values() if not isinstance(one, Session | Home))
        return type(value), tuple(map(_named, said))
    return "plain", value


def _rows_in(named: tuple) -> Iterator[tuple]:
    if named[0] == "row":
        yield named
    elif named[0] is dict:
        for _name, one in named[1]:
            yield from _rows_in(one)
    elif named[0] != "plain":
        for one in named[1]:
            yield from _rows_in(one)


def _found(session: Session, named: tuple) -> object:
    kind, *rest = named
    if kind == "row":
        return session.get(*rest)
    if kind is dict:
        return {name: _found(session, one) for name, one in rest[0]}
    if kind == "plain":
        return rest[0]
    return kind(_found(session, one) for one in rest[0])
