"""Clearing a name, what was lost, the return visit; return to office."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "clearances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True, comment="the wrongful one"),
        sa.Column(
            "state",
            sa.Enum(
                "opened",
                "proposed",
                "checked",
                "approved",
                "closed",
                "refused",
                name="clearance_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("post", sa.String(length=100), nullable=False),
        sa.Column("asked_by", sa.String(length=20), nullable=False, comment="respondent, organ"),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("effects", Json(), nullable=False, comment="codes of adverse_effect_on_respondent"),
        sa.Column("facts", Json(), nullable=False, comment="of the vocabulary, as read by the rules"),
        sa.Column("advice", Json(), nullable=False, comment="what the rules answered, as it was"),
        sa.Column(
            "departs_why", sa.Text(), nullable=False, comment="why a person departs from the rules' answer"
        ),
        sa.Column(
            "forms", Json(), nullable=False, comment="codes of clearance_method; written is always among them"
        ),
        sa.Column("by_id", sa.Integer(), nullable=False, comment="who opened it"),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "opinion",
            sa.String(length=20),
            nullable=False,
            comment="of who works on it: clear, not; '' not given yet",
        ),
        sa.Column("opinion_words", sa.Text(), nullable=False),
        sa.Column("opinion_on", sa.Date(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True, comment="who gave the opinion"),
        sa.Column("facts_checked", sa.Text(), nullable=False, comment="re-check of the facts"),
        sa.Column(
            "procedure_checked", sa.Text(), nullable=False, comment="re-check of the earlier procedure"
        ),
        sa.Column("checked_ok", sa.Boolean(), nullable=True, comment="NULL: not re-checked yet"),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True, comment="the organ's main leader"),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=False),
        sa.Column(
            "signature", sa.String(length=64), nullable=False, comment="SHA-256 of what the leader approved"
        ),
        sa.Column("told_on", sa.Date(), nullable=True, comment="who asked was told the answer"),
        sa.Column("told_how", sa.String(length=200), nullable=False),
        sa.Column("visit_due_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_clearances_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clearances_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["users.id"], name=op.f("fk_clearances_checked_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["users.id"], name=op.f("fk_clearances_closed_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_clearances_complaint_id_complaints")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_clearances_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_clearances_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_clearances_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_clearances_proposed_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearances")),
        sa.UniqueConstraint("number", name=op.f("uq_clearances_number")),
    )
    with op.batch_alter_table("clearances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clearances_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clearances_complaint_id"), ["complaint_id"], unique=False)
        batch_op.create_index(
            "ix_clearances_organisation_id_state", ["organisation_id", "state"], unique=False
        )

    op.create_table(
        "reinstatements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "examined",
                "approved",
                "refused",
                "restored",
                name="reinstatement_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False, comment="the written report of the person"),
        sa.Column("post", sa.String(length=200), nullable=False, comment="the post in view; '' none named"),
        sa.Column("post_level", sa.String(length=20), nullable=False, comment="of proposed_post_level"),
        sa.Column("facts", Json(), nullable=False, comment="of the vocabulary, as read by the rules"),
        sa.Column("advice", Json(), nullable=False, comment="what the rules answered, as it was"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "superior_needed",
            sa.Boolean(),
            nullable=False,
            comment="the organ above has to approve, as the place has it",
        ),
        sa.Column("restored", sa.Text(), nullable=False),
        sa.Column("not_restored", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_reinstatements_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reinstatements_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_reinstatements_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_reinstatements_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reinstatements")),
        sa.UniqueConstraint("number", name=op.f("uq_reinstatements_number")),
    )
    with op.batch_alter_table("reinstatements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reinstatements_case_id"), ["case_id"], unique=False)

    op.create_table(
        "clearance_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clearance_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("complaint_point_id", sa.Integer(), nullable=True),
        sa.Column("alleged", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column(
            "struck", sa.Boolean(), nullable=False, comment="left out when the opinion was revised"
        ),
        sa.ForeignKeyConstraint(
            ["clearance_id"], ["clearances.id"], name=op.f("fk_clearance_points_clearance_id_clearances")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_point_id"],
            ["complaint_points.id"],
            name=op.f("fk_clearance_points_complaint_point_id_complaint_points"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance_points")),
        sa.UniqueConstraint("clearance_id", "seq", name=op.f("uq_clearance_points_clearance_id_seq")),
    )
    op.create_table(
        "reaches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clearance_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="person, unit, body, meeting, selection_file, public",
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "heard", sa.Text(), nullable=False, comment="how, and as far as known when, it came to them"
        ),
        sa.Column(
            "form",
            sa.String(length=20),
            nullable=False,
            comment="of clearance_method: how they are to be corrected",
        ),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "approved_by_id",
            sa.Integer(),
            nullable=True,
            comment="NULL: not within the approved scope yet",
        ),
        sa.Column("corrected_on", sa.Date(), nullable=True, comment="NULL: not reached yet"),
        sa.Column("corrected_how", sa.Text(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=True, comment="a meeting: how many were there"),
        sa.Column("corrected_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "gone_why",
            sa.Text(),
            nullable=False,
            comment="cannot be reached any more; said and approved by the main leader",
        ),
        sa.Column("gone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_reaches_added_by_id_users")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name=op.f("fk_reaches_approved_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["clearance_id"], ["clearances.id"], name=op.f("fk_reaches_clearance_id_clearances")
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["users.id"], name=op.f("fk_reaches_corrected_by_id_users")
        ),
        sa.ForeignKeyConstraint(["gone_by_id"], ["users.id"], name=op.f("fk_reaches_gone_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reaches")),
    )
    with op.batch_alter_table("reaches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaches_clearance_id"), ["clearance_id"], unique=False)

    op.create_table(
        "reinstatement_opinions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reinstatement_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="discipline, inquiry, approval, superior, appointment",
        ),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("organ", sa.String(length=200), nullable=False),
        sa.Column("favourable", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "departs_why",
            sa.Text(),
            nullable=False,
            comment="why it departs from the rules' answer; '' it does not",
        ),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_reinstatement_opinions_by_id_users")),
        sa.ForeignKeyConstraint(
            ["reinstatement_id"],
            ["reinstatements.id"],
            name=op.f("fk_reinstatement_opinions_reinstatement_id_reinstatements"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reinstatement_opinions")),
    )
    with op.batch_alter_table("reinstatement_opinions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reinstatement_opinions_reinstatement_id"), ["reinstatement_id"], unique=False
        )

    op.create_table(
        "period_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False, comment="last day of the last period"),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("how", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_period_notices_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_period_notices_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_period_notices_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_notices")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_period_notices_decision_id")),
    )
    with op.batch_alter_table("period_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_notices_case_id"), ["case_id"], unique=False)

    op.create_table(
        "repairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clearance_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="selection, election, award, appraisal, post, pay, other",
        ),
        sa.Column("lost", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "result",
            sa.String(length=20),
            nullable=False,
            comment="restored, made_good, not_possible; '' open",
        ),
        sa.Column("result_words", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_repairs_by_id_users")),
        sa.ForeignKeyConstraint(
            ["clearance_id"], ["clearances.id"], name=op.f("fk_repairs_clearance_id_clearances")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_repairs_done_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    with op.batch_alter_table("repairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repairs_clearance_id"), ["clearance_id"], unique=False)

    op.create_table(
        "return_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clearance_id", sa.Integer(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("further", sa.Text(), nullable=False, comment="what is still to be done; '' nothing"),
        sa.Column("next_on", sa.Date(), nullable=True, comment="NULL: no further visit"),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_return_visits_by_id_users")),
        sa.ForeignKeyConstraint(
            ["clearance_id"], ["clearances.id"], name=op.f("fk_return_visits_clearance_id_clearances")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_visits")),
    )
    with op.batch_alter_table("return_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_visits_clearance_id"), ["clearance_id"], unique=False)


def downgrade() -> None:
    op.drop_table("return_visits")
    op.drop_table("period_notices")
    op.drop_table("repairs")
    op.drop_table("reinstatement_opinions")
    op.drop_table("reaches")
    op.drop_table("clearance_points")
    op.drop_table("reinstatements")
    op.drop_table("clearances")
