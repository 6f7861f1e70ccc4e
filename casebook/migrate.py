"""Bringing a database to the tables of this version."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from casebook.errors import StoreTooNew

FOLDER = Path(__file__).with_name("migrations")


def is_current(engine: Engine) -> bool:
    """Whether the database has the tables of this version; quick, because every start asks."""
    return _present(engine) == _newest()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Create or migrate all tables. Raises StoreTooNew for a database of a later version of the product."""
    if _present(engine) > _newest():
        raise StoreTooNew
    _run(engine, "upgrade", revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to an earlier revision; "base" removes all tables."""
    _run(engine, "downgrade", revision)


def _newest() -> str:
    return max(path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def _present(engine: Engine) -> str:
    """The revision of the database; empty before the first migration."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def _run(engine: Engine, direction: str, revision: str) -> None:
    # Read here because the everyday start migrates nothing and should not wait for it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    step = getattr(command, direction)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        if engine.dialect.name != "sqlite":
            with connection.begin():
                step(config, revision)
            return
        # A migration that rebuilds a table drops it. The setting is ignored inside a transaction.
        driver = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                step(config, revision)
                _check_references(connection)
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"the migration leaves rows that refer to nothing: {broken[:5]}")
