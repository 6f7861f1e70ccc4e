"""assignments, recusals, reviews, notices and answers."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime
from casebook.migrations.triggers import refuse_changes

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "office_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", Json(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_office_settings_by_id_users")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_office_settings_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_settings")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_office_settings_organisation_id_key")),
    )
    op.create_table(
        "personal_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: never opened"),
        sa.Column("revoked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "draft",
            Json(),
            nullable=False,
            comment="answers saved but not sent yet, by the id of their point",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_personal_links_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_personal_links_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_personal_links_token_sha256")),
    )
    with op.batch_alter_table("personal_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_links_case_id"), ["case_id"], unique=False)

    op.create_table(
        "recusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False, comment="who is to stand back"),
        sa.Column(
            "asked_by", sa.String(length=20), nullable=False, comment="self, respondent, complainant, organ"
        ),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("grounds", Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True, comment="NULL: not decided yet"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_recusals_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_recusals_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_recusals_entered_by_id_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recusals_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusals")),
    )
    with op.batch_alter_table("recusals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recusals_case_id"), ["case_id"], unique=False)

    op.create_table(
        "send_backs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "from_stage",
            sa.Enum(
                "intake",
                "review",
                "hearing",
                "panel",
                "decided",
                "notified",
                "in_force",
                "corrected",
                "closed",
                name="from_stage",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_stage",
            sa.Enum(
                "intake",
                "review",
                "hearing",
                "panel",
                "decided",
                "notified",
                "in_force",
                "corrected",
                "closed",
                name="to_stage",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("items", Json(), nullable=False, comment="facts or factors it is about"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_send_backs_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_send_backs_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_send_backs")),
    )
    with op.batch_alter_table("send_backs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_send_backs_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_send_backs_code"), ["code"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="1, 2, 3 within the case"),
        sa.Column(
            "case_version",
            sa.Integer(),
            nullable=False,
            comment="the version of the case whose facts were told",
        ),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column(
            "disposition",
            sa.String(length=30),
            nullable=False,
            comment="the outcome in view; nothing heavier later",
        ),
        sa.Column(
            "measures", Json(), nullable=False, comment="codes of the measures in view; nothing heavier later"
        ),
        sa.Column(
            "months",
            Json(),
            nullable=False,
            comment="periods in view by measure, where people set them; nothing longer later",
        ),
        sa.Column(
            "new_facts",
            Json(),
            nullable=False,
            comment="facts shown anew that let it be heavier than the one before; empty: none",
        ),
        sa.Column("told_on", sa.Date(), nullable=True, comment="NULL: drafted, not told yet"),
        sa.Column("told_how", sa.String(length=20), nullable=False, comment="in_person, served, link"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=True, comment="NULL: not heard yet"),
        sa.Column(
            "heard_how", sa.String(length=20), nullable=False, comment="meeting, paper, link, waived, absent"
        ),
        sa.Column(
            "present",
            sa.Text(),
            nullable=False,
            comment="first line: of the organ, at least two; second line: others",
        ),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column(
            "closed_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: the hearing is open"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_notices_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendations.id"],
            name=op.f("fk_notices_recommendation_id_recommendations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_notices_case_id_round")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="1, 2, 3 within the case"),
        sa.Column("second", sa.Boolean(), nullable=False, comment="the blind second opinion"),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column(
            "reviewer_id",
            sa.Integer(),
            nullable=True,
            comment="NULL: drawn for a second opinion, nobody assigned yet",
        ),
        sa.Column("disposition", sa.String(length=30), nullable=False, comment="what the reviewer proposes"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: a draft"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reviews_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendations.id"],
            name=op.f("fk_reviews_recommendation_id_recommendations"),
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name=op.f("fk_reviews_reviewer_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("case_id", "round", "second", name=op.f("uq_reviews_case_id_round_second")),
    )
    op.create_table(
        "factor_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column(
            "item",
            sa.String(length=40),
            nullable=False,
            comment="factor M C P N R S, or distinction T1 T2 T3",
        ),
        sa.Column(
            "ledger",
            sa.String(length=20),
            nullable=False,
            comment="the verdict of the recommendation's ledger",
        ),
        sa.Column(
            "view",
            sa.String(length=20),
            nullable=False,
            comment="tolerable, intolerable, mixed, open, neutral",
        ),
        sa.Column("words_for", sa.Text(), nullable=False),
        sa.Column("words_against", sa.Text(), nullable=False),
        sa.Column("grounds", Json(), nullable=True, comment="what the ledger listed when it was answered"),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_factor_views_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_views")),
        sa.UniqueConstraint("review_id", "item", name=op.f("uq_factor_views_review_id_item")),
    )
    op.create_table(
        "points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="fact, rule, or other"),
        sa.Column(
            "ref", sa.String(length=120), nullable=False, comment="the fact or the rule; empty for other"
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_points_notice_id_notices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points")),
        sa.UniqueConstraint("notice_id", "no", name=op.f("uq_points_notice_id_no")),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(length=20), nullable=False, comment="agrees, disputes, partly, silent"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False, comment="paper, link, spoken"),
        sa.Column(
            "entered_by_id",
            sa.Integer(),
            nullable=True,
            comment="NULL: by the respondent through the personal link",
        ),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "attachment_id",
            sa.Integer(),
            nullable=True,
            comment="the paper it was entered from; NULL: none kept",
        ),
        sa.Column(
            "receipt",
            sa.String(length=20),
            nullable=False,
            comment="number given to the respondent who sent it; empty: by the officer",
        ),
        sa.Column(
            "adopted", sa.String(length=20), nullable=False, comment="all, partly, none; empty: not decided"
        ),
        sa.Column("checked", sa.Text(), nullable=False, comment="how the answer was verified"),
        sa.Column("adopted_reason", sa.Text(), nullable=False, comment="required unless adopted in full"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_answers_attachment_id_attachments")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_answers_decided_by_id_users")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["users.id"], name=op.f("fk_answers_entered_by_id_users")),
        sa.ForeignKeyConstraint(["point_id"], ["points.id"], name=op.f("fk_answers_point_id_points")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_point_id"), ["point_id"], unique=False)

    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "reviewer",
                "second_reviewer",
                "panel",
                "chair",
                "appeal_handler",
                "appeal_decider",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: still in this part"),
        sa.Column("ended_why", sa.String(length=200), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=True, comment="NULL: not of an appeal"),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.id"], name=op.f("fk_assignments_appeal_id_appeals")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_assignments_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assignments_case_id_cases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_assignments_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index("ix_assignments_case_id_part", ["case_id", "part"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_user_id"), ["user_id"], unique=False)

    op.create_table(
        "declarations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "assignment",
                "decision",
                "appeal",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("part", sa.String(length=20), nullable=False, comment="officer, or a Part"),
        sa.Column("appeal_id", sa.Integer(), nullable=True),
        sa.Column("grounds", Json(), nullable=False, comment="codes of handler_conflict; empty: none"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeals.id"], name=op.f("fk_declarations_appeal_id_appeals")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_declarations_case_id_cases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_declarations_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declarations")),
    )
    with op.batch_alter_table("declarations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declarations_case_id"), ["case_id"], unique=False)
    refuse_changes(op.get_bind(), "send_backs")


def downgrade() -> None:
    op.drop_table("declarations")
    op.drop_table("assignments")
    op.drop_table("answers")
    op.drop_table("points")
    op.drop_table("factor_views")
    op.drop_table("reviews")
    op.drop_table("notices")
    op.drop_table("send_backs")
    op.drop_table("recusals")
    op.drop_table("personal_links")
    op.drop_table("office_settings")
