"""Rule packs of a site: versions, checks and proofs, rehearsals; views of conduct before its consequences."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime
from casebook.migrations.triggers import refuse_changes

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "pack_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False, comment="of the pack, as its text says"),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 within the name"),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "life",
            sa.Enum(
                "draft",
                "checked",
                "proved",
                "proposed",
                "approved",
                "refused",
                "withdrawn",
                name="pack_life",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="of this row, so that no window overwrites another",
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why this version is made"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("proposed_from", sa.Date(), nullable=True, comment="first day asked for"),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True, comment="the second person"),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer_words", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True, comment="first day in force, set on approval"),
        sa.Column("to_on", sa.Date(), nullable=True, comment="last day in force; NULL: still"),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column(
            "back_to_id",
            sa.Integer(),
            nullable=True,
            comment="a rollback: the version whose text this one repeats",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_pack_versions_answered_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["back_to_id"], ["pack_versions.id"], name=op.f("fk_pack_versions_back_to_id_pack_versions")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_pack_versions_by_id_users")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_pack_versions_ended_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_pack_versions_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_pack_versions_proposed_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_versions")),
        sa.UniqueConstraint("name", "number", name=op.f("uq_pack_versions_name_number")),
    )
    with op.batch_alter_table("pack_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pack_versions_digest"), ["digest"], unique=False)
        batch_op.create_index("ix_pack_versions_life_from_on", ["life", "from_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_pack_versions_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "pack_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=True, comment="NULL: the shipped packs as they are"),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="check, proof"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="of the text that was looked at"),
        sa.Column(
            "beside", Json(), nullable=False, comment="name and digest of each other pack and the vocabulary"
        ),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column(
            "report", Json(), nullable=False, comment="faults, or properties with their counter-examples"
        ),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_pack_checks_by_id_users")),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["pack_versions.id"], name=op.f("fk_pack_checks_pack_id_pack_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_checks")),
    )
    with op.batch_alter_table("pack_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pack_checks_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_pack_checks_pack_id"), ["pack_id"], unique=False)

    op.create_table(
        "pack_rehearsals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="whose cases were read"),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column(
            "counts", Json(), nullable=False, comment="how many cases moved from which disposition to which"
        ),
        sa.Column(
            "changed",
            Json(),
            nullable=False,
            comment="id of each case that moved, before, after, the rules behind it",
        ),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_pack_rehearsals_by_id_users")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_pack_rehearsals_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["pack_versions.id"], name=op.f("fk_pack_rehearsals_pack_id_pack_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_rehearsals")),
    )
    with op.batch_alter_table("pack_rehearsals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pack_rehearsals_pack_id"), ["pack_id"], unique=False)

    op.create_table(
        "conduct_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "at",
            UtcDateTime(timezone=True),
            nullable=False,
            comment="from then on the consequences are shown",
        ),
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
    refuse_changes(op.get_bind(), "pack_checks", "pack_rehearsals")


def downgrade() -> None:
    op.drop_table("conduct_views")
    op.drop_table("pack_rehearsals")
    op.drop_table("pack_checks")
    op.drop_table("pack_versions")
