"""Attempts to interfere; the name of a respondent as it is compared with another."""

import sqlalchemy as sa
from alembic import op

from casebook.db import UtcDateTime
from casebook.fields import plain_name
from casebook.migrations.triggers import refuse_changes

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "interferences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="casebook.complaints.interference.KINDS"
        ),
        sa.Column(
            "how", sa.String(length=20), nullable=False, comment="casebook.complaints.interference.HOW"
        ),
        sa.Column("who", sa.String(length=100), nullable=False, comment="who did it"),
        sa.Column(
            "who_post", sa.String(length=200), nullable=False, comment="their unit and post; '' not known"
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, comment="what was asked or said, and the answer"),
        sa.Column(
            "past_chief", sa.Boolean(), nullable=False,
            comment="read by those above and the auditor, not by the organ's chief",
        ),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_interferences_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_interferences_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_interferences_complaint_id_complaints")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_interferences_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interferences")),
        sa.UniqueConstraint("number", name=op.f("uq_interferences_number")),
    )
    with op.batch_alter_table("interferences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interferences_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interferences_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interferences_complaint_id"), ["complaint_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_interferences_organisation_id"), ["organisation_id"], unique=False
        )

    op.add_column(
        "complaints",
        sa.Column(
            "respondent_plain", sa.Text(), nullable=False, server_default="",
            comment="the name as it is compared with another",
        ),
    )  # fmt: skip
    connection = op.get_bind()
    named = sa.table(
        "complaints", sa.column("id"), sa.column("respondent_name"), sa.column("respondent_plain")
    )
    for row in connection.execute(sa.select(named.c.id, named.c.respondent_name)).all():
        changed = sa.update(named).where(named.c.id == row.id)
        connection.execute(changed.values(respondent_plain=plain_name(row.respondent_name)))
    refuse_changes(connection, "interferences")


def downgrade() -> None:
    op.drop_column("complaints", "respondent_plain")
    op.drop_table("interferences")
