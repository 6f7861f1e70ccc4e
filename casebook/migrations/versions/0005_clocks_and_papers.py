"""working days, deadlines, papers."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime
from casebook.migrations.triggers import refuse_changes

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "rule_texts",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "name", sa.String(length=100), nullable=False, comment="of its file; packs are read in this order"
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_rule_texts")),
    )
    op.create_table(
        "paper_counters",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_paper_counters_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "year", name=op.f("pk_paper_counters")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_calendar_feeds_token_sha256")),
    )
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feeds_user_id"), ["user_id"], unique=False)

    op.create_table(
        "calendar_years",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="NULL: all organs"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="1, 2, 3 for this organ and year; the newest counts",
        ),
        sa.Column(
            "days",
            Json(),
            nullable=False,
            comment="the days named by the source: [date, working, name]; all others go by the week",
        ),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True, comment="NULL: the command line"),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_calendar_years_by_id_users")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_calendar_years_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_years")),
        sa.UniqueConstraint(
            "organisation_id", "year", "version", name=op.f("uq_calendar_years_organisation_id_year_version")
        ),
    )
    op.create_table(
        "paper_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_paper_templates_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_templates")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_paper_templates_kind_version")),
    )
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "limit_code",
            sa.String(length=60),
            nullable=False,
            comment="of rules/limits.yaml; 'own': set by a person",
        ),
        sa.Column("title", sa.String(length=300), nullable=False, comment="only where a person set it"),
        sa.Column("ref", sa.String(length=60), nullable=False, comment="what it belongs to, as correction:3"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column(
            "due_on", sa.Date(), nullable=True, comment="NULL: the provision gives no number, or no calendar"
        ),
        sa.Column(
            "without",
            sa.String(length=20),
            nullable=False,
            comment="why there is no day: no_number, no_calendar, no_limit",
        ),
        sa.Column("state", sa.String(length=20), nullable=False, comment="running, paused, met, stopped"),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadlines_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadlines_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_deadlines_state_due_on", ["state", "due_on"], unique=False)

    op.create_table(
        "papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False, comment="what it is about, as decision:1"),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False, comment="as printed: QX〔2026〕3号"),
        sa.Column("template", sa.String(length=80), nullable=False, comment="kind and version, or 'shipped'"),
        sa.Column("content", Json(), nullable=False, comment="the blocks both files were made from"),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("docx_sha256", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_papers_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_papers_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_papers_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint(
            "organisation_id", "year", "seq", name=op.f("uq_papers_organisation_id_year_seq")
        ),
    )
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_papers_case_id"), ["case_id"], unique=False)

    op.create_table(
        "deadline_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="paused, resumed, extended, dated, met, stopped",
        ),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True, comment="NULL: the command line"),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_deadline_changes_by_id_users")),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadlines.id"], name=op.f("fk_deadline_changes_deadline_id_deadlines")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_changes")),
    )
    with op.batch_alter_table("deadline_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_changes_deadline_id"), ["deadline_id"], unique=False)
    refuse_changes(op.get_bind(), "deadline_changes", "paper_templates", "papers", "rule_texts")


def downgrade() -> None:
    op.drop_table("deadline_changes")
    op.drop_table("papers")
    op.drop_table("deadlines")
    op.drop_table("paper_templates")
    op.drop_table("calendar_years")
    op.drop_table("calendar_feeds")
    op.drop_table("paper_counters")
    op.drop_table("rule_texts")
