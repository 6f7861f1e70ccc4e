"""Complaints, what of them is sealed, advance filings; the role of who receives complaints."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime
from casebook.migrations.triggers import refuse_changes

revision = "0008"
down_revision = "0007"
ROLES = ("officer", "reviewer", "auditor", "administrator", "panel", "chief")


def _roles(*more: str) -> sa.Enum:
    return sa.Enum(*ROLES, *more, name="role", native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.alter_column("role", existing_type=_roles(), type_=_roles("receiver"), nullable=False)
    op.create_table(
        "complaint_counters",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "register",
            sa.String(length=20),
            nullable=False,
            comment="complaint, clearance, filing, reinstatement, paper",
        ),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_complaint_counters_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "year", "register", name=op.f("pk_complaint_counters")),
    )
    op.create_table(
        "complaint_papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "about",
            sa.String(length=20),
            nullable=False,
            comment="complaint, clearance, filing, reinstatement",
        ),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False, comment="what of it, as reach:3"),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False, comment="as printed"),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("content", Json(), nullable=False, comment="the blocks both files were made from"),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("docx_sha256", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_complaint_papers_by_id_users")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_complaint_papers_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_papers")),
        sa.UniqueConstraint(
            "organisation_id", "year", "seq", name=op.f("uq_complaint_papers_organisation_id_year_seq")
        ),
    )
    op.create_table(
        "advance_filings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=False, comment="in the sealed store"),
        sa.Column(
            "sha256", sa.String(length=64), nullable=False, comment="of the canonical text of what was filed"
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column(
            "filed_by",
            sa.String(length=100),
            nullable=False,
            comment="who files it, by name: this is no complaint",
        ),
        sa.Column("filed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("adds_to_id", sa.Integer(), nullable=True, comment="a supplement of it"),
        sa.Column("case_id", sa.Integer(), nullable=True, comment="evidence in this case"),
        sa.Column("linked_by_id", sa.Integer(), nullable=True),
        sa.Column("linked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["adds_to_id"], ["advance_filings.id"], name=op.f("fk_advance_filings_adds_to_id_advance_filings")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_advance_filings_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["linked_by_id"], ["users.id"], name=op.f("fk_advance_filings_linked_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_advance_filings_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advance_filings")),
        sa.UniqueConstraint("handle", name=op.f("uq_advance_filings_handle")),
        sa.UniqueConstraint("number", name=op.f("uq_advance_filings_number")),
    )
    with op.batch_alter_table("advance_filings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advance_filings_case_id"), ["case_id"], unique=False)

    op.create_table(
        "complaints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "handle",
            sa.String(length=40),
            nullable=True,
            comment="in the sealed store; NULL: nothing is held here (a stub)",
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "letter",
                "visit",
                "call",
                "transfer",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "naming",
            sa.Enum(
                "real_name",
                "unverifiable_name",
                "anonymous",
                name="naming",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("registered_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "registered",
                "accepted",
                "handling",
                "concluded",
                "closed",
                "refused",
                "passed_on",
                "stub",
                name="complaint_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
            comment="of the fact complaint_kind; '' not screened",
        ),
        sa.Column("respondent_name", sa.String(length=100), nullable=False),
        sa.Column("respondent_unit", sa.String(length=100), nullable=False),
        sa.Column("respondent_post", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("own_chief", sa.Boolean(), nullable=True, comment="NULL: not asked yet (CHG2020 15)"),
        sa.Column("extract", sa.Text(), nullable=False, comment="neutral words; '' not written yet"),
        sa.Column("extract_by_id", sa.Integer(), nullable=True),
        sa.Column("repeat_of_id", sa.Integer(), nullable=True, comment="the first of the same"),
        sa.Column("passed_to", sa.String(length=200), nullable=False, comment="stub or passed on: to whom"),
        sa.Column("passed_on", sa.Date(), nullable=True),
        sa.Column(
            "passed_receipt", sa.String(length=200), nullable=False, comment="reference of the transfer"
        ),
        sa.Column("screened_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True, comment="real name: told that it is accepted"),
        sa.Column(
            "disposition", sa.String(length=40), nullable=False, comment="of the fact disposition_kind"
        ),
        sa.Column("disposition_proposed_on", sa.Date(), nullable=True),
        sa.Column("disposition_minutes", sa.Text(), nullable=False, comment="the collective discussion"),
        sa.Column("disposition_by_id", sa.Integer(), nullable=True, comment="who proposed it"),
        sa.Column("disposed_on", sa.Date(), nullable=True, comment="approved"),
        sa.Column("disposed_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "assigned_from", sa.String(length=200), nullable=False, comment="the organ that assigned it down"
        ),
        sa.Column(
            "finding",
            sa.Enum(
                "substantiated",
                "partly",
                "unsubstantiated",
                "cannot_verify_or_exclude",
                "true_but_no_violation",
                name="finding",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
            comment="NULL: not concluded",
        ),
        sa.Column("finding_reason", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=True, comment="laid before the chief; NULL: sent back"),
        sa.Column("found_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "returned_why",
            sa.Text(),
            nullable=False,
            comment="why the chief last sent a disposition or a finding back",
        ),
        sa.Column(
            "author_finding",
            sa.Enum(
                "not_examined",
                "honest",
                "mistaken",
                "malicious",
                name="author_finding",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("author_reason", sa.Text(), nullable=False),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("concluded_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "conclusion_minutes",
            sa.Text(),
            nullable=False,
            comment="assigned down: the collective review of the result (CHG2020 23)",
        ),
        sa.Column("fed_back_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_why", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True, comment="opened because verified"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_complaints_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["concluded_by_id"], ["users.id"], name=op.f("fk_complaints_concluded_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["disposed_by_id"], ["users.id"], name=op.f("fk_complaints_disposed_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["disposition_by_id"], ["users.id"], name=op.f("fk_complaints_disposition_by_id_users")
        ),
        sa.ForeignKeyConstraint(["found_by_id"], ["users.id"], name=op.f("fk_complaints_found_by_id_users")),
        sa.ForeignKeyConstraint(
            ["extract_by_id"], ["users.id"], name=op.f("fk_complaints_extract_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_complaints_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["users.id"], name=op.f("fk_complaints_registered_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["repeat_of_id"], ["complaints.id"], name=op.f("fk_complaints_repeat_of_id_complaints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("handle", name=op.f("uq_complaints_handle")),
        sa.UniqueConstraint("number", name=op.f("uq_complaints_number")),
    )
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaints_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_complaints_organisation_id_state", ["organisation_id", "state"], unique=False
        )

    op.create_table(
        "complaint_duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "screener",
                "handler",
                name="complaint_part",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "grounds",
            Json(),
            nullable=True,
            comment="codes of handler_conflict they declared; empty: none; NULL: not asked yet",
        ),
        sa.Column("declared_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_complaint_duties_by_id_users")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_complaint_duties_complaint_id_complaints")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_complaint_duties_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_duties")),
    )
    with op.batch_alter_table("complaint_duties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_duties_complaint_id"), ["complaint_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_duties_user_id"), ["user_id"], unique=False)

    op.create_table(
        "complaint_events",
        sa.Column("event_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["events.seq"], name=op.f("fk_complaint_events_event_seq_events")
        ),
        sa.PrimaryKeyConstraint("event_seq", "about", "about_id", name=op.f("pk_complaint_events")),
    )
    with op.batch_alter_table("complaint_events", schema=None) as batch_op:
        batch_op.create_index("ix_complaint_events_about_about_id", ["about", "about_id"], unique=False)

    op.create_table(
        "complaint_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("alleged", sa.Text(), nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "substantiated",
                "partly",
                "unsubstantiated",
                "cannot_verify_or_exclude",
                "true_but_no_violation",
                name="point_finding",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_complaint_points_complaint_id_complaints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_points")),
        sa.UniqueConstraint("complaint_id", "seq", name=op.f("uq_complaint_points_complaint_id_seq")),
    )
    op.create_table(
        "false_accusations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=20),
            nullable=False,
            comment="proposed, approved, refused, routed, closed",
        ),
        sa.Column("fabrication", sa.Text(), nullable=False, comment="the evidence that facts were invented"),
        sa.Column("intent", sa.Text(), nullable=False, comment="the evidence of intent to frame"),
        sa.Column("facts", Json(), nullable=False, comment="of the vocabulary, as read by the rules"),
        sa.Column("advice", Json(), nullable=False, comment="what the rules answered, as it was"),
        sa.Column("accuser_status", sa.String(length=40), nullable=False, comment="'' unknown, and stays so"),
        sa.Column("aggravators", Json(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("approval_level", sa.String(length=20), nullable=False, comment="city, province, central"),
        sa.Column("approval_organ", sa.String(length=200), nullable=False),
        sa.Column("approval_reference", sa.String(length=200), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=False),
        sa.Column("route", sa.String(length=60), nullable=False, comment="codes, one or more, with commas"),
        sa.Column("routed_to", sa.String(length=200), nullable=False),
        sa.Column("routed_on", sa.Date(), nullable=True),
        sa.Column(
            "gains", sa.Text(), nullable=False, comment="gains of the accuser to be undone (CHG2020 43)"
        ),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_false_accusations_answered_by_id_users")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_false_accusations_by_id_users")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_false_accusations_complaint_id_complaints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_false_accusations")),
    )
    with op.batch_alter_table("false_accusations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_false_accusations_complaint_id"), ["complaint_id"], unique=False)

    op.create_table(
        "feedbacks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="accepted, result, objection, objection_answer",
        ),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False, comment="receipt, letter, talk, call"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=True, comment="the objection that this answers"),
        sa.Column("new_evidence", sa.Boolean(), nullable=True, comment="an objection: whether it brings any"),
        sa.Column("checked", sa.Text(), nullable=False, comment="what its verification found, neutral"),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("stands", sa.Boolean(), nullable=True, comment="whether the finding holds all the same"),
        sa.Column("reopened_on", sa.Date(), nullable=True, comment="verified once more because of it"),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["feedbacks.id"], name=op.f("fk_feedbacks_answers_id_feedbacks")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["users.id"], name=op.f("fk_feedbacks_checked_by_id_users")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_feedbacks_by_id_users")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_feedbacks_complaint_id_complaints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedbacks")),
    )
    with op.batch_alter_table("feedbacks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedbacks_complaint_id"), ["complaint_id"], unique=False)

    op.create_table(
        "openings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=True),
        sa.Column("filing_id", sa.Integer(), nullable=True),
        sa.Column(
            "scope",
            sa.Enum("text", "identity", name="scope", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(length=40), nullable=False, comment="of a closed list"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True, comment="NULL: waits for the second person"),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True, comment="last day on which it may be read"),
        sa.Column(
            "ended_at",
            UtcDateTime(timezone=True),
            nullable=True,
            comment="handed back, or taken back, before that",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_openings_answered_by_id_users")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_openings_asked_by_id_users")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_openings_complaint_id_complaints")
        ),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["advance_filings.id"], name=op.f("fk_openings_filing_id_advance_filings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
    )
    with op.batch_alter_table("openings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_openings_complaint_id"), ["complaint_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_openings_filing_id"), ["filing_id"], unique=False)

    op.create_table(
        "protections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="protection, retaliation"),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column(
            "new_complaint_id", sa.Integer(), nullable=True, comment="retaliation: the clue registered of it"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_protections_by_id_users")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["users.id"], name=op.f("fk_protections_closed_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_protections_complaint_id_complaints")
        ),
        sa.ForeignKeyConstraint(
            ["new_complaint_id"], ["complaints.id"], name=op.f("fk_protections_new_complaint_id_complaints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protections")),
    )
    with op.batch_alter_table("protections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_protections_complaint_id"), ["complaint_id"], unique=False)
    refuse_changes(op.get_bind(), "complaint_events", "complaint_papers")


def downgrade() -> None:
    op.drop_table("protections")
    op.drop_table("openings")
    op.drop_table("feedbacks")
    op.drop_table("false_accusations")
    op.drop_table("complaint_points")
    op.drop_table("complaint_events")
    op.drop_table("complaint_duties")
    op.drop_table("complaints")
    op.drop_table("advance_filings")
    op.drop_table("complaint_papers")
    op.drop_table("complaint_counters")
    op.execute("DELETE FROM sign_ins WHERE user_id IN (SELECT id FROM users WHERE role = 'receiver')")
    op.execute("UPDATE users SET role = 'auditor', active = false WHERE role = 'receiver'")
    with op.batch_alter_table("users") as users:
        users.alter_column("role", existing_type=_roles("receiver"), type_=_roles(), nullable=False)
