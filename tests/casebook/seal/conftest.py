"""A sealed store of a test's own: SQLite, or a database of its own on the server of the run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from casebook.home import Home
from casebook.seal import outbox
from casebook.seal.store import Seal
from tests.conftest import _on_server, _server

_count = iter(range(1_000_000))


@pytest.fixture
def sealed_url(server_url: str) -> Iterator[str]:
    """Where the sealed store is; empty: SQLite in the home."""
    if not server_url:
        yield ""
        return
    name = f"casebook_seal_{os.getpid()}_{next(_count)}"
    with _server(server_url) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield _on_server(server_url, name)
    with _server(server_url) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def sealed_home(tmp_path: Path, sealed_url: str) -> Home:
    """A home whose sealed store is made; its main database is not."""
    home = Home(tmp_path / "sealed", sealed_url=sealed_url)
    home.create()
    return home


@pytest.fixture
def seal(sealed_home: Home) -> Iterator[Seal]:
    with sealed_home.seal() as seal:
        yield seal


def do(seal: Seal, what: str, handle: str, **words) -> None:
    """Have done at once what otherwise follows a commit of the main store."""
    with seal.writing() as connection:
        outbox.ACTS[what](seal, connection, handle, **words)
