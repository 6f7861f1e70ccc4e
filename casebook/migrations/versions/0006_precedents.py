"""precedents, their coding and their life, consultations, departures, the quiz."""

import sqlalchemy as sa
from alembic import op

from casebook.db import Json, UtcDateTime
from casebook.migrations.triggers import refuse_changes

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="1, 2, 3 within the case"),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=True),
        sa.Column(
            "base_sha256",
            sa.String(length=64),
            nullable=False,
            comment="of the precedents that were alive, with their facts",
        ),
        sa.Column("rules_sha256", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_consultations_by_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_consultations_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendations.id"],
            name=op.f("fk_consultations_recommendation_id_recommendations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_consultations_case_id_seq")),
    )
    op.create_table(
        "precedents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False, comment="how it is cited"),
        sa.Column(
            "tier",
            sa.Enum(
                "guiding",
                "typical",
                "superior",
                "own",
                "elsewhere",
                name="precedent_tier",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
            comment="as seen from the organ that entered it",
        ),
        sa.Column(
            "life",
            sa.Enum(
                "coding",
                "proposed",
                "refused",
                "alive",
                "review",
                "flipped",
                "reversed",
                "withdrawn",
                "superseded",
                name="precedent_life",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "organisation_id", sa.Integer(), nullable=False, comment="the organ that decided or entered it"
        ),
        sa.Column("body", sa.String(length=200), nullable=False, comment="the body that decided"),
        sa.Column("region", sa.String(length=100), nullable=False),
        sa.Column("sector", sa.String(length=60), nullable=False, comment="a value of conduct_sector"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "summary", sa.Text(), nullable=False, comment="the facts, without anything that names a person"
        ),
        sa.Column("holding", sa.Text(), nullable=False, comment="the reason of the decision, in its words"),
        sa.Column("notes", sa.Text(), nullable=False, comment="discretion, factors expressly rejected"),
        sa.Column("conduct", Json(), nullable=True, comment="when it happened, see rules.conduct"),
        sa.Column("decided_on", sa.Date(), nullable=True, comment="NULL: not stated"),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True, comment="NULL: no end was set"),
        sa.Column(
            "outcome", sa.String(length=30), nullable=False, comment="tolerate, correct, hold_accountable"
        ),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column(
            "articles",
            Json(),
            nullable=False,
            comment="what it rests on: rule ids, or instrument and article",
        ),
        sa.Column(
            "rules_sha256",
            sa.String(length=64),
            nullable=False,
            comment="digest of the vocabulary and packs it was coded against",
        ),
        sa.Column("collective", sa.Boolean(), nullable=False, comment="adopted by a committee or panel"),
        sa.Column("source_title", sa.String(length=300), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False, comment="of the published text"),
        sa.Column("paragraphs", Json(), nullable=False, comment="anchors in the published text"),
        sa.Column(
            "case_id",
            sa.Integer(),
            nullable=True,
            comment="NULL: not decided in this office; shown to nobody",
        ),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True, comment="NULL: the command line"),
        sa.Column("proposed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "published_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: never relied on yet"
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name=op.f("fk_precedents_approved_by_id_users")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_precedents_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_precedents_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_precedents_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_precedents_proposed_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["precedents.id"], name=op.f("fk_precedents_supersedes_id_precedents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedents")),
        sa.UniqueConstraint("code", name=op.f("uq_precedents_code")),
    )
    with op.batch_alter_table("precedents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precedents_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_precedents_decided_on"), ["decided_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_precedents_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index("ix_precedents_life_tier", ["life", "tier"], unique=False)
        batch_op.create_index(batch_op.f("ix_precedents_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_precedents_outcome"), ["outcome"], unique=False)
        batch_op.create_index(batch_op.f("ix_precedents_region"), ["region"], unique=False)
        batch_op.create_index(batch_op.f("ix_precedents_sector"), ["sector"], unique=False)

    op.create_table(
        "precedent_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("precedent_id", sa.Integer(), nullable=False),
        sa.Column(
            "life",
            sa.Enum(
                "coding",
                "proposed",
                "refused",
                "alive",
                "review",
                "flipped",
                "reversed",
                "withdrawn",
                "superseded",
                name="precedent_change_life",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "law", sa.String(length=300), nullable=False, comment="provision or rules that brought it about"
        ),
        sa.Column("by_id", sa.Integer(), nullable=True, comment="NULL: the command line"),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_precedent_changes_by_id_users")),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_precedent_changes_precedent_id_precedents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedent_changes")),
    )
    with op.batch_alter_table("precedent_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precedent_changes_precedent_id"), ["precedent_id"], unique=False)

    op.create_table(
        "precedent_codings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("precedent_id", sa.Integer(), nullable=False),
        sa.Column("coder_id", sa.Integer(), nullable=False),
        sa.Column("facts", Json(), nullable=False, comment="by fact id: value and state"),
        sa.Column("issues", Json(), nullable=False, comment="by issue: outcome and reasons"),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", UtcDateTime(timezone=True), nullable=True, comment="NULL: a draft"),
        sa.ForeignKeyConstraint(["coder_id"], ["users.id"], name=op.f("fk_precedent_codings_coder_id_users")),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_precedent_codings_precedent_id_precedents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedent_codings")),
        sa.UniqueConstraint(
            "precedent_id", "coder_id", name=op.f("uq_precedent_codings_precedent_id_coder_id")
        ),
    )
    with op.batch_alter_table("precedent_codings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precedent_codings_coder_id"), ["coder_id"], unique=False)

    op.create_table(
        "precedent_departures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("precedent_id", sa.Integer(), nullable=False),
        sa.Column(
            "code",
            sa.String(length=40),
            nullable=False,
            comment="distinguished, superseded, wrongly_decided, fact_disputed",
        ),
        sa.Column("factors", Json(), nullable=False, comment="factors it is distinguished by"),
        sa.Column(
            "newer",
            sa.String(length=300),
            nullable=False,
            comment="superseded: the newer precedent or provision",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_precedent_departures_by_id_users")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_precedent_departures_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_precedent_departures_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_precedent_departures_precedent_id_precedents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedent_departures")),
        sa.UniqueConstraint(
            "decision_id", "precedent_id", name=op.f("uq_precedent_departures_decision_id_precedent_id")
        ),
    )
    with op.batch_alter_table("precedent_departures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precedent_departures_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_precedent_departures_code"), ["code"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_precedent_departures_precedent_id"), ["precedent_id"], unique=False
        )

    op.create_table(
        "precedent_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("precedent_id", sa.Integer(), nullable=False),
        sa.Column("fact_id", sa.String(length=80), nullable=False),
        sa.Column("value", Json(), nullable=True, comment="NULL: unknown, or does not apply"),
        sa.Column("state", sa.String(length=20), nullable=False, comment="known, unknown, not_applicable"),
        sa.Column(
            "how", sa.String(length=40), nullable=False, comment="stated, inferred, documented, verified"
        ),
        sa.Column("evidence", sa.String(length=500), nullable=False, comment="paragraph or document"),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_precedent_facts_precedent_id_precedents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedent_facts")),
        sa.UniqueConstraint("precedent_id", "fact_id", name=op.f("uq_precedent_facts_precedent_id_fact_id")),
    )
    with op.batch_alter_table("precedent_facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precedent_facts_fact_id"), ["fact_id"], unique=False)

    op.create_table(
        "precedent_issues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("precedent_id", sa.Integer(), nullable=False),
        sa.Column("issue", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("reasons", Json(), nullable=False, comment="factors the finding relied on (R)"),
        sa.Column("rejected", Json(), nullable=False, comment="factors expressly given no weight"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_precedent_issues_precedent_id_precedents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedent_issues")),
        sa.UniqueConstraint("precedent_id", "issue", name=op.f("uq_precedent_issues_precedent_id_issue")),
    )
    with op.batch_alter_table("precedent_issues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precedent_issues_issue"), ["issue"], unique=False)

    op.create_table(
        "precedent_replays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("precedent_id", sa.Integer(), nullable=False),
        sa.Column("rules_sha256", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "result", sa.String(length=20), nullable=False, comment="same, other, departed, cannot_run"
        ),
        sa.Column("disposition", sa.String(length=30), nullable=False),
        sa.Column("reachable", Json(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_precedent_replays_precedent_id_precedents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedent_replays")),
    )
    with op.batch_alter_table("precedent_replays", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precedent_replays_precedent_id"), ["precedent_id"], unique=False)
    op.create_table(
        "quiz_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("precedent_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("reasons", Json(), nullable=False, comment="factors chosen"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_quiz_answers_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["precedent_id"], ["precedents.id"], name=op.f("fk_quiz_answers_precedent_id_precedents")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_quiz_answers_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_answers")),
        sa.UniqueConstraint("precedent_id", "user_id", name=op.f("uq_quiz_answers_precedent_id_user_id")),
    )
    with op.batch_alter_table("quiz_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quiz_answers_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_quiz_answers_user_id"), ["user_id"], unique=False)
    refuse_changes(
        op.get_bind(), "consultations", "precedent_changes", "precedent_departures", "precedent_replays"
    )


def downgrade() -> None:
    op.drop_table("quiz_answers")
    op.drop_table("precedent_replays")
    op.drop_table("precedent_issues")
    op.drop_table("precedent_facts")
    op.drop_table("precedent_departures")
    op.drop_table("precedent_codings")
    op.drop_table("precedent_changes")
    op.drop_table("precedents")
    op.drop_table("consultations")
