"""What was approved as law of the site can no longer be edited or removed, by nothing that writes to the store."""

from alembic import op
from sqlalchemy import text

from casebook.migrations.triggers import law_statements, refuse_rewriting_law

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    refuse_rewriting_law(op.get_bind())


def downgrade() -> None:
    on = " ON pack_versions" if op.get_bind().dialect.name == "postgresql" else ""
    for name in law_statements(op.get_bind().dialect.name):
        op.execute(text(f"DROP TRIGGER {name}{on}"))
