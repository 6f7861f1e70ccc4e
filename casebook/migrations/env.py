"""Run by Alembic: with the connection casebook.migrate hands over, or with that of this site's home."""

from alembic import context

from casebook import models  # noqa: F401 - fills the metadata
from casebook.db import Base
from casebook.home import Home


def _migrate(connection) -> None:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    _migrate(handed_over)
else:
    with Home.from_env().engine().begin() as own:
        _migrate(own)
