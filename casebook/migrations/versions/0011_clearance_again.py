"""What was put right in a clearance, what a person asked for, certificates of filings."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime
from casebook.migrations.triggers import refuse_changes

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "filing_papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["advance_filings.id"], name=op.f("fk_filing_papers_filing_id_advance_filings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_papers")),
        sa.UniqueConstraint("pdf_sha256", name=op.f("uq_filing_papers_pdf_sha256")),
    )
    with op.batch_alter_table("filing_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filing_papers_filing_id"), ["filing_id"], unique=False)

    op.create_table(
        "clearance_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clearance_id", sa.Integer(), nullable=False),
        sa.Column(
            "what", sa.String(length=20), nullable=False, comment="reach, taken_back, repair, reopened"
        ),
        sa.Column("row_id", sa.Integer(), nullable=True, comment="of the recipient or the repair"),
        sa.Column("was", Json(), nullable=False, comment="the columns that changed, as they were"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_clearance_changes_by_id_users")),
        sa.ForeignKeyConstraint(
            ["clearance_id"], ["clearances.id"], name=op.f("fk_clearance_changes_clearance_id_clearances")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance_changes")),
    )
    with op.batch_alter_table("clearance_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clearance_changes_clearance_id"), ["clearance_id"], unique=False)

    op.create_table(
        "clearance_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("untrue", sa.Text(), nullable=False, comment="what was not so, as the person says"),
        sa.Column("heard", sa.Text(), nullable=False, comment="who heard it, as far as the person knows"),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False, comment="begun, declined; '' open"),
        sa.Column("answer_words", sa.Text(), nullable=False, comment="read by the person behind their link"),
        sa.Column("clearance_id", sa.Integer(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_clearance_requests_answered_by_id_users")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clearance_requests_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["clearance_id"], ["clearances.id"], name=op.f("fk_clearance_requests_clearance_id_clearances")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["personal_links.id"], name=op.f("fk_clearance_requests_link_id_personal_links")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance_requests")),
        sa.UniqueConstraint("receipt", name=op.f("uq_clearance_requests_receipt")),
    )
    with op.batch_alter_table("clearance_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clearance_requests_case_id"), ["case_id"], unique=False)
    refuse_changes(op.get_bind(), "clearance_changes", "filing_papers")


def downgrade() -> None:
    op.drop_table("clearance_requests")
    op.drop_table("clearance_changes")
    op.drop_table("filing_papers")
