"""first tables."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime
from casebook.migrations.triggers import create_head, refuse_changes

revision = "0001"
down_revision = None

KEPT_FOR_GOOD = ("events", "recommendations", "fact_changes")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def _refers(
    name: str, target: str, *, index: bool = False, nullable: bool = False, comment: str | None = None
):
    return sa.Column(
        name, sa.Integer(), sa.ForeignKey(target), index=index, nullable=nullable, comment=comment
    )


def _moment(name: str, *, index: bool = False, nullable: bool = False, comment: str | None = None):
    return sa.Column(name, UtcDateTime(), index=index, nullable=nullable, comment=comment)


def _text(name: str, length: int | None = None, **options):
    return sa.Column(name, sa.String(length) if length else sa.Text(), **{"nullable": False, **options})


def upgrade() -> None:
    _people()
    _cases()
    _record()
    create_head(op.get_bind())
    refuse_changes(op.get_bind(), *KEPT_FOR_GOOD)


def _people() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("code", 12, unique=True),
        _text("name_zh", 100),
        _text("name_en", 200),
        _refers("parent_id", "organisations.id", index=True, nullable=True, comment="NULL: a root"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("login", 64, unique=True),
        _text("name", 100),
        _text("password_hash", 200),
        sa.Column("role", _words("role", "officer", "reviewer", "auditor", "administrator"), nullable=False),
        _refers("organisation_id", "organisations.id", index=True),
        _text("language", 8, nullable=True, comment="zh, en, or NULL: as the browser asks"),
        sa.Column("active", sa.Boolean(), nullable=False),
        _moment("created_at"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("token_sha256", 64, unique=True),
        _refers("user_id", "users.id", index=True),
        _moment("created_at"),
        _moment("last_seen_at"),
        _moment("expires_at"),
        _moment("revoked_at", nullable=True, comment="NULL: not revoked"),
    )


def _cases() -> None:
    op.create_table(
        "case_counters",
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisations.id"), primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("number", 40, unique=True),
        _text("title", 200),
        _text("summary"),
        _refers("organisation_id", "organisations.id"),
        _refers("officer_id", "users.id", index=True),
        sa.Column(
            "conduct", Json(), nullable=True, comment="when it happened, see rules.conduct; NULL: not known"
        ),
        _text("region", 100, nullable=True, comment="NULL: national rules only"),
        sa.Column("status", _words("status", "draft", "recommended", "withheld"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at"),
        _moment("updated_at", index=True),
    )
    op.create_index("ix_cases_organisation_id_status", "cases", ["organisation_id", "status"])
    op.create_table(
        "respondents",
        sa.Column("id", sa.Integer(), primary_key=True),
        _refers("case_id", "cases.id", index=True),
        _text("name", 100),
        _text("post", 100),
        _text("unit", 100),
    )
    op.create_table(
        "case_facts",
        sa.Column("id", sa.Integer(), primary_key=True),
        _refers("case_id", "cases.id"),
        _text("fact_id", 80),
        sa.Column("value", Json(), nullable=True, comment="NULL: not established"),
        sa.Column(
            "standing", _words("standing", "claimed", "documented", "verified", "disputed"), nullable=False
        ),
        _text("evidence", 500),
        _text("note"),
        _refers("updated_by_id", "users.id"),
        _moment("updated_at"),
        sa.UniqueConstraint("case_id", "fact_id"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), primary_key=True),
        _refers("case_id", "cases.id", index=True),
        _text("fact_id", 80, nullable=True, comment="NULL: belongs to the case as a whole"),
        _text("filename", 200),
        _text("media_type", 100),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        _text("sha256", 64, index=True),
        _refers("by_id", "users.id"),
        _moment("at"),
    )


def _record() -> None:
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _text("hash", 64),
    )
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        _moment("at"),
        _text("kind", 40, index=True),
        _refers("by_id", "users.id", index=True, nullable=True, comment="NULL: the command line"),
        _refers("case_id", "cases.id", index=True, nullable=True, comment="NULL: no single case"),
        sa.Column("detail", Json(), nullable=False),
        _text("previous_hash", 64, unique=True),
        _text("hash", 64, unique=True),
    )
    op.create_table(
        "fact_changes",
        sa.Column("id", sa.Integer(), primary_key=True),
        _refers("event_seq", "events.seq", index=True),
        _refers("case_id", "cases.id"),
        sa.Column(
            "case_version",
            sa.Integer(),
            nullable=False,
            comment="the version of the case that this change made",
        ),
        _text("fact_id", 80),
        sa.Column("old_value", Json(), nullable=True, comment="NULL: was not established"),
        _text("old_standing", 20, nullable=True, comment="NULL: had never been entered"),
        _text("old_evidence", 500),
        _text("old_note"),
        sa.Column("new_value", Json(), nullable=True, comment="NULL: not established"),
        _text("new_standing", 20, nullable=True, comment="NULL: a field of the case, not a fact"),
        _text("new_evidence", 500),
        _text("new_note"),
        _text("reason"),
        _refers("by_id", "users.id"),
        _moment("at"),
    )
    op.create_index("ix_fact_changes_case_id_case_version", "fact_changes", ["case_id", "case_version"])
    op.create_table(
        "recommendations",
        sa.Column("id", sa.Integer(), primary_key=True),
        _refers("case_id", "cases.id"),
        sa.Column("seq", sa.Integer(), nullable=False, comment="1, 2, 3 within the case"),
        sa.Column("case_version", sa.Integer(), nullable=False),
        _text("document"),
        _text("sha256", 64),
        _text("disposition", 30, index=True),
        _text("certainty", 20),
        _refers("created_by_id", "users.id"),
        _moment("created_at"),
        sa.UniqueConstraint("case_id", "seq"),
    )


def downgrade() -> None:
    for table in (
        "recommendations", "fact_changes", "events", "chain_head", "attachments", "case_facts", "respondents",
        "cases", "case_counters", "sign_ins", "users", "organisations",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION casebook_refuse()")
