"""The engine, the column types that read the same on SQLite and PostgreSQL, and the base of all tables."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

from sqlalchemy import URL, DateTime, Dialect, Engine, MetaData, Text, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

BUSY_SECONDS = 15
BEIJING = timezone(timedelta(hours=8))


class Base(DeclarativeBase):
    """The base of all tables; every constraint has a name, because SQLite migrations need one."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator):
    """A moment. Naive values are refused, and what comes back is aware and in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"found {value!r}, a moment without a time zone; pass an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator):
    """A JSON value kept as canonical text, so that both databases store and return the same bytes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else json.loads(value)


def canonical_json(value: object) -> str:
    """The one text of a JSON value: sorted keys, no spaces, characters as they are, no NaN or infinity."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def json_sha256(value: object) -> str:
    """SHA-256 of that text: equal values have the same, wherever and whenever it is worked out."""
    return sha256(canonical_json(value).encode()).hexdigest()


def utc_now() -> datetime:
    return datetime.now(UTC)


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None: there is none."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def make_engine(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine for SQLite or PostgreSQL on which one transaction writes at a time and the others wait.

    On SQLite every transaction begins with BEGIN IMMEDIATE: almost every one writes, if only an event, and one
    that began by reading could not be turned into a writing one once another has written. On PostgreSQL the
    head of the event chain is the lock (see casebook.events.lock). What is written stays out of error messages,
    and with them out of the service's log.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        options = f"-c timezone=utc -c lock_timeout={int(busy_seconds * 1000)}"
        return create_engine(
            parsed, isolation_level="READ COMMITTED", pool_pre_ping=True, connect_args={"options": options},
            hide_parameters=True,
        )  # fmt: skip
    engine = create_engine(parsed, connect_args={"timeout": busy_seconds}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record):
        connection.isolation_level = None  # the driver begins nothing by itself: see _begin
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reading_engine(engine: Engine) -> Engine:
    """For what only reads: an engine that begins no transaction, which on SQLite would keep everybody from writing.

    On PostgreSQL it takes the connections of the site's own; a transaction open as long as a run would keep the store
    from clearing away what is replaced meanwhile.
    """
    if engine.dialect.name != "sqlite":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return plain_engine(engine.url)


def plain_engine(url: str | URL) -> Engine:
    """An engine without transactions and without what a site sets on its own: for long reading beside the requests."""
    return create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)


def is_busy(error: BaseException) -> bool:
    """Whether a step waited too long for its turn to write: others write, or an import or a command of the server."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):  # those that the module raises by itself carry no code of the store
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(cause, "sqlstate", None) == "55P03"  # lock_not_available


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after the commit, so that rendering a page begins no new transaction."""
    return sessionmaker(engine, expire_on_commit=False)
