"""meetings, votes, decisions, appeals; the roles and stages they need."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime
from casebook.migrations.triggers import refuse_changes

revision = "0002"
down_revision = "0001"
ROLES = ("officer", "reviewer", "auditor", "administrator")


def _roles(*more: str) -> sa.Enum:
    return sa.Enum(*ROLES, *more, name="role", native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.alter_column("role", existing_type=_roles(), type_=_roles("panel", "chief"), nullable=False)
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=False),
        sa.Column("others", sa.Text(), nullable=False, comment="who else was there, without a vote"),
        sa.Column("absences", Json(), nullable=False, comment="members who were not there: user and reason"),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "closed_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: votes may still be given"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_meetings_case_id_cases")),
        sa.ForeignKeyConstraint(["chair_id"], ["users.id"], name=op.f("fk_meetings_chair_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_case_id"), ["case_id"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="1, 2, 3 within the case"),
        sa.Column("meeting_id", sa.Integer(), nullable=True, comment="NULL: made on appeal"),
        sa.Column(
            "appeal_id",
            sa.Integer(),
            nullable=True,
            comment="made on this appeal; NULL: by the panel. No foreign key: the two tables would refer to each other",
        ),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=30), nullable=False),
        sa.Column("facts_found", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "considered",
            sa.Text(),
            nullable=False,
            comment="what speaks on the other side, and why it does not prevail",
        ),
        sa.Column("departs", sa.Boolean(), nullable=False, comment="differs from the recommendation"),
        sa.Column("departure_code", sa.String(length=40), nullable=False),
        sa.Column("departure_reason", sa.Text(), nullable=False),
        sa.Column(
            "departure_rules",
            Json(),
            nullable=False,
            comment="rules that carried the recommendation departed from",
        ),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True, comment="NULL: not signed yet"),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "signed_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: a draft without effect"
        ),
        sa.Column(
            "signature",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 over what was signed; empty: not signed",
        ),
        sa.Column("ended_on", sa.Date(), nullable=True, comment="NULL: stands"),
        sa.Column("ended_how", sa.String(length=20), nullable=False, comment="varied, revoked, replaced"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["users.id"], name=op.f("fk_decisions_drafted_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_decisions_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendations.id"],
            name=op.f("fk_decisions_recommendation_id_recommendations"),
        ),
        sa.ForeignKeyConstraint(["signed_by_id"], ["users.id"], name=op.f("fk_decisions_signed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_decisions_case_id_seq")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_departure_code"), ["departure_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_disposition"), ["disposition"], unique=False)

    op.create_table(
        "votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=30), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_votes_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_votes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
        sa.UniqueConstraint("meeting_id", "user_id", name=op.f("uq_votes_meeting_id_user_id")),
    )
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False, comment="code of rules/channels.yaml"),
        sa.Column(
            "after_id",
            sa.Integer(),
            nullable=True,
            comment="the earlier step of the same ladder; NULL: the first",
        ),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column(
            "ask_by",
            sa.Date(),
            nullable=True,
            comment="last day for handing it in; NULL: the provision gives no number, or its text was not seen",
        ),
        sa.Column(
            "advice",
            sa.Text(),
            nullable=False,
            comment="what the law office answered where the text was not seen",
        ),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("late_code", sa.String(length=40), nullable=False, comment="force_majeure, other_obstacle"),
        sa.Column("late_reason", sa.Text(), nullable=False, comment="what kept the respondent from it"),
        sa.Column("obstacle_ended_on", sa.Date(), nullable=True),
        sa.Column(
            "admitted_on",
            sa.Date(),
            nullable=True,
            comment="a late one is heard from here on; NULL: in time, or not admitted",
        ),
        sa.Column("admitted_by_id", sa.Integer(), nullable=True),
        sa.Column("admitted_reason", sa.Text(), nullable=False, comment="also why it was not admitted"),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.String(length=20),
            nullable=False,
            comment="uphold, vary, revoke, withdrawn, refused (late); empty: open",
        ),
        sa.Column("ground_code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("discussed_on", sa.Date(), nullable=True, comment="collective discussion of the result"),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("signed_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: without effect"),
        sa.Column("served_on", sa.Date(), nullable=True, comment="the result, on the respondent"),
        sa.Column("corrected", Json(), nullable=False, comment="every derived record it corrected"),
        sa.ForeignKeyConstraint(
            ["admitted_by_id"], ["users.id"], name=op.f("fk_appeals_admitted_by_id_users")
        ),
        sa.ForeignKeyConstraint(["after_id"], ["appeals.id"], name=op.f("fk_appeals_after_id_appeals")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_appeals_case_id_cases")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_appeals_decided_by_id_users")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["users.id"], name=op.f("fk_appeals_entered_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_appeals_case_id_seq")),
    )
    op.create_table(
        "imposed_measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("regime", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True, comment="NULL: the provision gives no period"),
        sa.Column(
            "basis",
            sa.String(length=200),
            nullable=False,
            comment="provision for months that people set; empty: as the measure has them",
        ),
        sa.Column("starts_on", sa.Date(), nullable=True, comment="NULL: not in force yet"),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="last day of the period; NULL: none"),
        sa.Column("released_on", sa.Date(), nullable=True, comment="NULL: runs, or never ran"),
        sa.Column("released_why", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_imposed_measures_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imposed_measures")),
        sa.UniqueConstraint("decision_id", "code", name=op.f("uq_imposed_measures_decision_id_code")),
    )
    with op.batch_alter_table("imposed_measures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imposed_measures_regime"), ["regime"], unique=False)

    op.create_table(
        "services",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="person, unit, announced, filed, formalities",
        ),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("how", sa.String(length=200), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_services_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_services_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_services_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_services_case_id"), ["case_id"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "stage",
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
                    name="stage",
                    native_enum=False,
                    create_constraint=True,
                    length=20,
                ),
                nullable=False,
                server_default="intake",
            )
        )
        batch_op.create_index(batch_op.f("ix_cases_stage"), ["stage"], unique=False)
    refuse_changes(op.get_bind(), "services", "votes")


def downgrade() -> None:
    op.drop_table("services")
    op.drop_table("imposed_measures")
    op.drop_table("appeals")
    op.drop_table("votes")
    op.drop_table("decisions")
    op.drop_table("meetings")
    with op.batch_alter_table("cases") as cases:
        cases.drop_index("ix_cases_stage")
        cases.drop_constraint(op.f("ck_cases_stage"), type_="check")
        cases.drop_column("stage")
    op.execute(
        "DELETE FROM sign_ins WHERE user_id IN (SELECT id FROM users WHERE role IN ('panel', 'chief'))"
    )
    op.execute("UPDATE users SET role = 'auditor', active = false WHERE role IN ('panel', 'chief')")
    with op.batch_alter_table("users") as users:
        users.alter_column("role", existing_type=_roles("panel", "chief"), type_=_roles(), nullable=False)
