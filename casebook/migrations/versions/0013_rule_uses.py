"""Which rules a recommendation rests on, by rule; a reviewer's first view of the conduct belongs to the assignment."""

import json

import sqlalchemy as sa
from alembic import op

from casebook.db import UtcDateTime
from rules.carrying import carrying

revision = "0013"
down_revision = "0012"

CHUNK = 200


def upgrade() -> None:
    op.create_table(
        "rule_uses",
        sa.Column("rule", sa.String(length=120), nullable=False, comment="id and first day, as cited"),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="of the recommendation within the case"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_rule_uses_case_id_cases")),
        sa.PrimaryKeyConstraint("rule", "case_id", name=op.f("pk_rule_uses")),
    )
    op.create_index("ix_rule_uses_case_id", "rule_uses", ["case_id"], unique=False)
    _fill(op.get_bind())
    op.drop_table("conduct_views")  # nothing wrote it yet
    op.create_table(
        "conduct_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column(
            "recommendation_id", sa.Integer(), nullable=True, comment="whose facts were shown; NULL: not yet"
        ),
        sa.Column("disposition", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "at",
            UtcDateTime(timezone=True),
            nullable=True,
            comment="from then on the consequences are shown; NULL: still owed",
        ),
        sa.Column(
            "read_before",
            sa.Boolean(),
            nullable=False,
            comment="had read the case before it was assigned, and so may have known the consequences",
        ),
        sa.Column("after_disposition", sa.String(length=30), nullable=False),
        sa.Column("after_reason", sa.Text(), nullable=False),
        sa.Column(
            "after_at",
            UtcDateTime(timezone=True),
            nullable=True,
            comment="NULL: not confirmed or changed yet",
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_conduct_views_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_conduct_views_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendations.id"],
            name=op.f("fk_conduct_views_recommendation_id_recommendations"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["users.id"], name=op.f("fk_conduct_views_reviewer_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_views")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_conduct_views_assignment_id")),
    )
    for column in ("case_id", "reviewer_id"):
        op.create_index(op.f(f"ix_conduct_views_{column}"), "conduct_views", [column], unique=False)


def _fill(connection: sa.Connection) -> None:
    """The rules behind the last recommendation of each case that has one."""
    last = sa.text(
        "SELECT r.id, r.case_id, r.seq, r.document FROM recommendations r WHERE r.id > :after AND r.seq ="
        " (SELECT max(seq) FROM recommendations WHERE case_id = r.case_id) ORDER BY r.id LIMIT :most"
    )
    insert = sa.text("INSERT INTO rule_uses (rule, case_id, seq) VALUES (:rule, :case_id, :seq)")
    after = 0
    while rows := connection.execute(last, {"after": after, "most": CHUNK}).all():
        uses = []
        for row in rows:
            document = json.loads(row.document)
            for rule_id in carrying(document):
                version = document["rules"][rule_id]["version"]
                uses.append({"rule": version, "case_id": row.case_id, "seq": row.seq})
        if uses:
            connection.execute(insert, uses)
        after = rows[-1].id


def downgrade() -> None:
    op.drop_table("conduct_views")
    op.create_table(
        "conduct_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendations.id"],
            name=op.f("fk_conduct_views_recommendation_id_recommendations"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_conduct_views_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_views")),
        sa.UniqueConstraint("review_id", name=op.f("uq_conduct_views_review_id")),
    )
    op.drop_index("ix_rule_uses_case_id", table_name="rule_uses")
    op.drop_table("rule_uses")
