"""What the commands of `casebook` share: the language, the store, a results file and a bar of progress."""

import sys
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

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


@contextmanager
def written(target: Path):
    """The results file, in place only when it is complete; a device or a pipe is written to as it is."""
    if str(target) == "-":
        out = TextIOWrapper(sys.stdout.buffer, "utf-8", "backslashreplace", "\n", write_through=True)
        yield out
        out.detach()
        return
    odd = target.exists() and not target.is_file()
    part = target if odd else target.with_name(target.name + ".part")
    try:
        # half a surrogate pair, which JSON may carry, is written as the escape it came as
        with part.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            yield out
        if not odd:
            part.replace(target)
    except OSError as error:
        raise click.ClickException(
            words(f"无法写入 {target}：{error.strerror}", f"Cannot write {target}: {error.strerror}")
        ) from None
    finally:
        if not odd:
            part.unlink(missing_ok=True)


@contextmanager
def progress(total: int | None):
    """A bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
