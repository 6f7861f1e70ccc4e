"""What every command of `casebook` shares: its language, and the store it works on."""

from contextlib import contextmanager

import click

from casebook import migrate
from casebook.db import session_factory
from casebook.errors import StoreNotReady
from casebook.home import Home


def lang() -> str:
    return click.get_current_context().find_root().obj or "en"


def words(zh: str, en: str) -> str:
    return zh if lang() == "zh" else en


def say(zh: str, en: str) -> None:
    click.echo(words(zh, en))


@contextmanager
def opened_store():
    """The site's home and a session on it; committed if all went well. Raises StoreNotReady."""
    home = Home.from_env()
    if not home.secret_key_file.exists():
        raise StoreNotReady
    with closing_engine(home) as engine:
        if not migrate.is_current(engine):
            raise StoreNotReady
        with session_factory(engine)() as session:
            yield home, session
            session.commit()


@contextmanager
def closing_engine(home: Home):
    engine = home.engine()
    try:
        yield engine
    finally:
        engine.dispose()
