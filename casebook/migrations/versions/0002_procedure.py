"""review, hearing, decision, correction, appeal, clocks, papers."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime
from casebook.migrations.triggers import refuse_changes

revision = "0002"
down_revision = "0001"

ROLES = ("officer", "reviewer", "auditor", "administrator")
KEPT_FOR_GOOD = ("deadline_changes", "papers", "paper_templates", "send_backs", "services", "votes")


def _roles(*more: str) -> sa.Enum:
    return sa.Enum(*ROLES, *more, name="role", native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.alter_column("role", existing_type=_roles(), type_=_roles("panel", "chief"), nullable=False)
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
        sa.UniqueConstraint("organisation_id", "year", name=op.f("uq_calendar_years_organisation_id_year")),
    )
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
        "calendar_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_year_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_year_id"],
            ["calendar_years.id"],
            name=op.f("fk_calendar_days_calendar_year_id_calendar_years"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
        sa.UniqueConstraint("calendar_year_id", "day", name=op.f("uq_calendar_days_calendar_year_id_day")),
    )
    op.create_table(
        "commitment_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_commitment_entries_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_commitment_entries_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_entries")),
    )
    with op.batch_alter_table("commitment_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_entries_case_id"), ["case_id"], unique=False)

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
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=False),
        sa.Column("others", sa.Text(), nullable=False, comment="who else was there, without a vote"),
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
        "talks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("held_by", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("raised", sa.Text(), nullable=False),
        sa.Column("promised", sa.Text(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True, comment="NULL: none agreed"),
        sa.Column("followed_up_on", sa.Date(), nullable=True),
        sa.Column("follow_up_words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_talks_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_talks_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
    )
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talks_case_id"), ["case_id"], unique=False)

    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=60), nullable=False, comment="kind of error, for patterns"),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("measure_code", sa.String(length=60), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "state", sa.String(length=20), nullable=False, comment="open, done, verified, failed, lifted"
        ),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_words", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=True, comment="who entered the completion"),
        sa.Column("attachment_id", sa.Integer(), nullable=True, comment="evidence of it"),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_words", sa.Text(), nullable=False),
        sa.Column("failure_code", sa.String(length=40), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True, comment="the failed one it takes the place of"),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_corrections_attachment_id_attachments")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_corrections_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_corrections_case_id_cases")),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_corrections_done_by_id_users")),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["corrections.id"], name=op.f("fk_corrections_follows_id_corrections")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["users.id"], name=op.f("fk_corrections_verified_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_corrections_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_corrections_error_code"), ["error_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_corrections_state"), ["state"], unique=False)

    op.create_table(
        "deadline_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="paused, resumed, extended, met, stopped"
        ),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_deadline_changes_by_id_users")),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadlines.id"], name=op.f("fk_deadline_changes_deadline_id_deadlines")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_changes")),
    )
    with op.batch_alter_table("deadline_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_changes_deadline_id"), ["deadline_id"], unique=False)

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
        sa.Column("told_on", sa.Date(), nullable=True, comment="NULL: drafted, not told yet"),
        sa.Column("told_how", sa.String(length=20), nullable=False, comment="in_person, served, link"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=True, comment="NULL: not heard yet"),
        sa.Column(
            "heard_how", sa.String(length=20), nullable=False, comment="meeting, paper, link, waived, absent"
        ),
        sa.Column("present", sa.Text(), nullable=False, comment="who was there; at least two of the organ"),
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
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("late_reason", sa.Text(), nullable=False, comment="why it is heard although late"),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.String(length=20),
            nullable=False,
            comment="uphold, vary, revoke, withdrawn; empty: open",
        ),
        sa.Column("ground_code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("signed_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: without effect"),
        sa.Column("corrected", Json(), nullable=False, comment="every derived record it corrected"),
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
        "imposed_measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("regime", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True, comment="NULL: the provision gives no period"),
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
            "adopted", sa.String(length=20), nullable=False, comment="all, partly, none; empty: not decided"
        ),
        sa.Column("checked", sa.Text(), nullable=False, comment="how the answer was verified"),
        sa.Column("adopted_reason", sa.Text(), nullable=False, comment="required unless adopted in full"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
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
    refuse_changes(op.get_bind(), *KEPT_FOR_GOOD)


def downgrade() -> None:
    op.execute(
        "DELETE FROM sign_ins WHERE user_id IN (SELECT id FROM users WHERE role IN ('panel', 'chief'))"
    )
    op.execute("UPDATE users SET role = 'auditor', active = false WHERE role IN ('panel', 'chief')")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_stage"))
        batch_op.drop_constraint(op.f("ck_cases_stage"), type_="check")
        batch_op.drop_column("stage")

    with op.batch_alter_table("declarations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declarations_case_id"))

    op.drop_table("declarations")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignments_user_id"))
        batch_op.drop_index("ix_assignments_case_id_part")

    op.drop_table("assignments")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answers_point_id"))

    op.drop_table("answers")
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_services_case_id"))

    op.drop_table("services")
    op.drop_table("points")
    with op.batch_alter_table("imposed_measures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imposed_measures_regime"))

    op.drop_table("imposed_measures")
    op.drop_table("factor_views")
    op.drop_table("appeals")
    op.drop_table("votes")
    op.drop_table("reviews")
    op.drop_table("notices")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_disposition"))
        batch_op.drop_index(batch_op.f("ix_decisions_departure_code"))

    op.drop_table("decisions")
    with op.batch_alter_table("deadline_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadline_changes_deadline_id"))

    op.drop_table("deadline_changes")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_corrections_state"))
        batch_op.drop_index(batch_op.f("ix_corrections_error_code"))
        batch_op.drop_index(batch_op.f("ix_corrections_case_id"))

    op.drop_table("corrections")
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talks_case_id"))

    op.drop_table("talks")
    with op.batch_alter_table("send_backs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_send_backs_code"))
        batch_op.drop_index(batch_op.f("ix_send_backs_case_id"))

    op.drop_table("send_backs")
    with op.batch_alter_table("recusals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recusals_case_id"))

    op.drop_table("recusals")
    with op.batch_alter_table("personal_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_links_case_id"))

    op.drop_table("personal_links")
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_papers_case_id"))

    op.drop_table("papers")
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetings_case_id"))

    op.drop_table("meetings")
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.drop_index("ix_deadlines_state_due_on")
        batch_op.drop_index(batch_op.f("ix_deadlines_case_id"))

    op.drop_table("deadlines")
    with op.batch_alter_table("commitment_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_entries_case_id"))

    op.drop_table("commitment_entries")
    op.drop_table("calendar_days")
    op.drop_table("paper_templates")
    op.drop_table("office_settings")
    op.drop_table("calendar_years")
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feeds_user_id"))

    op.drop_table("calendar_feeds")
    op.drop_table("paper_counters")
    with op.batch_alter_table("users") as users:
        users.alter_column("role", existing_type=_roles("panel", "chief"), type_=_roles(), nullable=False)
