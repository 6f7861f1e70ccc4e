"""Search: folded texts with what they are indexed by, saved searches, alerts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from casebook.db import Json, UtcDateTime

revision = "0007"
down_revision = "0006"

# The index over the grams. FTS5 reads them from search_entries (external content), so the triggers hand it what is
# taken out as well; a migration that rebuilds search_entries on SQLite has to make them again. Only which entries have
# a gram is kept, not where: whatever is longer than one gram is compared in the text itself.
_TAKE_OUT = "INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', old.id, old.grams);"
_PUT_IN = "INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams);"
_FTS5 = "grams, content='search_entries', content_rowid='id', tokenize='ascii', detail='none', columnsize=0"
_INDEX = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE search_grams USING fts5({_FTS5})",
        f"CREATE TRIGGER search_entries_add AFTER INSERT ON search_entries BEGIN {_PUT_IN} END",
        f"CREATE TRIGGER search_entries_remove AFTER DELETE ON search_entries BEGIN {_TAKE_OUT} END",
        f"CREATE TRIGGER search_entries_change AFTER UPDATE ON search_entries BEGIN {_TAKE_OUT} {_PUT_IN} END",
    ),
    "postgresql": (
        "CREATE INDEX ix_search_entries_grams ON search_entries USING gin (grams) WITH (fastupdate = off)",
    ),
}


def upgrade() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "key", sa.String(length=32), nullable=False, comment="its address; opens it for its owner only"
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False, comment="empty: a recent search, not saved"),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("filters", Json(), nullable=False),
        sa.Column(
            "tells", sa.Boolean(), nullable=False, comment="alert its owner when a new precedent meets it"
        ),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_searches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("key", name=op.f("uq_saved_searches_key")),
    )
    with op.batch_alter_table("saved_searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_searches_user_id"), ["user_id"], unique=False)

    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="precedent, rules, search"),
        sa.Column("case_id", sa.Integer(), nullable=True, comment="NULL: a search"),
        sa.Column("precedent_id", sa.Integer(), nullable=True),
        sa.Column("search_id", sa.Integer(), nullable=True),
        sa.Column("detail", Json(), nullable=False, comment="codes only: standing, side, rules"),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: not seen yet"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_alerts_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_alerts_precedent_id_precedents")
        ),
        sa.ForeignKeyConstraint(
            ["search_id"], ["saved_searches.id"], name=op.f("fk_alerts_search_id_saved_searches")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_alerts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alerts_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alerts_precedent_id"), ["precedent_id"], unique=False)
        batch_op.create_index("ix_alerts_user_id_seen_at", ["user_id", "seen_at"], unique=False)

    op.create_table(
        "likenesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("precedent_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=60), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_likenesses_precedent_id_precedents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likenesses")),
        sa.UniqueConstraint("precedent_id", "model", name=op.f("uq_likenesses_precedent_id_model")),
    )
    op.create_table(
        "search_entries",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
            comment="by day, see casebook.search.index",
        ),
        sa.Column("precedent_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column(
            "seen_by",
            sa.Enum(
                "everyone",
                "sighted",
                "blind",
                name="search_seen_by",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="folded, see casebook.search.grams"),
        sa.Column(
            "grams",
            sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"),
            nullable=False,
            comment="what the text is indexed by",
        ),
        sa.Column(
            "tags",
            sa.Text(),
            nullable=False,
            comment="grams for what it is filtered by, see casebook.search.tags",
        ),
        sa.Column(
            "made_with",
            sa.String(length=16),
            nullable=False,
            comment="the tokenizer and the words of facts it was made with",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_search_entries_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_search_entries_precedent_id_precedents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("precedent_id", name=op.f("uq_search_entries_precedent_id")),
    )
    with op.batch_alter_table("search_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_entries_case_id"), ["case_id"], unique=False)
    for statement in _INDEX[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_grams")
    op.drop_table("search_entries")
    op.drop_table("likenesses")
    op.drop_table("alerts")
    op.drop_table("saved_searches")
