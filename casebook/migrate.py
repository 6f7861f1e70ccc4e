"""Bringing a database to the tables of this version."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

_FOLDER = Path(__file__).with_name("migrations")


def is_current(engine: Engine) -> bool:
    """Whether the database has the tables of this version; quick, because it asks before every start."""
    newest = max(path.name.split("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*_*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.scalar(text("SELECT version_num FROM alembic_version")) == newest


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Create or migrate all tables."""
    _run(engine, "upgrade", revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to an earlier revision; "base" removes all tables."""
    _run(engine, "downgrade", revision)


def _run(engine: Engine, direction: str, revision: str) -> None:
    # Read here because the everyday start migrates nothing and should not wait for it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        if engine.dialect.name != "sqlite":
            with connection.begin():
                getattr(command, direction)(config, revision)
            return
        driver = connection.connection.dbapi_connection
        driver.execute(
            "PRAGMA foreign_keys = OFF"
        )  # a rebuilt table is dropped; ignored inside a transaction
        try:
            with connection.begin():
                getattr(command, direction)(config, revision)
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError(f"the migration leaves rows that refer to nothing: {broken[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
