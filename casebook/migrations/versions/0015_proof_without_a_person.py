"""A proof of everything in force may be run by a command, and then by no person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from casebook.migrations.triggers import refuse_changes, trigger_statements

revision = "0015"
down_revision = "0014"

RUN_BY = "NULL: run by a command on the server"


def upgrade() -> None:
    _may_be_nobody(True)


def downgrade() -> None:
    """What no person ran has no place in the earlier table."""
    on = " ON pack_checks" if _dialect() == "postgresql" else ""
    for name in trigger_statements(_dialect(), "pack_checks"):
        op.execute(text(f"DROP TRIGGER {name}{on}"))
    op.execute(text("DELETE FROM pack_checks WHERE by_id IS NULL"))
    _may_be_nobody(False)
    if _dialect() == "postgresql":
        refuse_changes(op.get_bind(), "pack_checks")


def _may_be_nobody(nullable: bool) -> None:
    with op.batch_alter_table("pack_checks", schema=None) as checks:
        checks.alter_column(
            "by_id", existing_type=sa.Integer(), nullable=nullable, comment=RUN_BY if nullable else None,
            existing_comment=None if nullable else RUN_BY,
        )  # fmt: skip
    if _dialect() == "sqlite":  # where the table was rebuilt, and its guards went with the old one
        refuse_changes(op.get_bind(), "pack_checks")


def _dialect() -> str:
    return op.get_bind().dialect.name
