"""The library of precedents: decided cases as others may rely on them, who coded them, and what became of each.

What a precedent says never changes once it is published; only its standing does, with a line in its history.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, Organisation, User, words
from casebook.models.decision import Decision


class Tier(StrEnum):
    """How much a precedent weighs, the weightiest first; the last is for reference only and never binds."""

    GUIDING = "guiding"
    TYPICAL = "typical"
    SUPERIOR = "superior"
    OWN = "own"
    ELSEWHERE = "elsewhere"


class Life(StrEnum):
    """Where a precedent stands. Only what is alive is relied on."""

    CODING = "coding"
    PROPOSED = "proposed"
    REFUSED = "refused"
    ALIVE = "alive"
    REVIEW = "review"
    FLIPPED = "flipped"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Precedent(Base):
    """One decided case as a precedent, without names. `source_*` where it was published by another body."""

    __tablename__ = "precedents"
    __table_args__ = (Index("ix_precedents_life_tier", "life", "tier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True, comment="how it is cited")
    tier: Mapped[Tier] = mapped_column(
        words(Tier, "precedent_tier"), comment="as seen from the organ that entered it"
    )
    life: Mapped[Life] = mapped_column(words(Life, "precedent_life"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id"), index=True, comment="the organ that decided or entered it"
    )
    body: Mapped[str] = mapped_column(String(200), comment="the body that decided")
    region: Mapped[str] = mapped_column(String(100), default="", index=True)
    sector: Mapped[str] = mapped_column(
        String(60), default="", index=True, comment="a value of conduct_sector"
    )
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, comment="the facts, without anything that names a person")
    holding: Mapped[str] = mapped_column(Text, default="", comment="the reason of the decision, in its words")
    notes: Mapped[str] = mapped_column(Text, default="", comment="discretion, factors expressly rejected")
    conduct: Mapped[object | None] = mapped_column(Json, comment="when it happened, see rules.conduct")
    decided_on: Mapped[date | None] = mapped_column(Date, index=True, comment="NULL: not stated")
    effective_from: Mapped[date | None] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date, comment="NULL: no end was set")
    outcome: Mapped[str] = mapped_column(
        String(30), index=True, comment="tolerate, correct, hold_accountable"
    )
    measure: Mapped[str] = mapped_column(Text, default="")
    articles: Mapped[list] = mapped_column(
        Json, default=list, comment="what it rests on: rule ids, or instrument and article"
    )
    rules_sha256: Mapped[str] = mapped_column(
        String(64), default="", comment="digest of the vocabulary and packs it was coded against"
    )
    collective: Mapped[bool] = mapped_column(default=False, comment="adopted by a committee or panel")
    source_title: Mapped[str] = mapped_column(String(300), default="")
    source_sha256: Mapped[str] = mapped_column(String(64), default="", comment="of the published text")
    paragraphs: Mapped[list] = mapped_column(Json, default=list, comment="anchors in the published text")
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("cases.id"), index=True, comment="NULL: not decided in this office; shown to nobody"
    )
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("precedents.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), comment="NULL: the command line"
    )
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: never relied on yet")

    organisation: Mapped[Organisation] = relationship()
    case: Mapped[Case | None] = relationship()
    decision: Mapped[Decision | None] = relationship()
    proposed_by: Mapped[User | None] = relationship(foreign_keys=proposed_by_id)
    approved_by: Mapped[User | None] = relationship(foreign_keys=approved_by_id)
    facts: Mapped[list["PrecedentFact"]] = relationship(order_by="PrecedentFact.id")
    issues: Mapped[list["PrecedentIssue"]] = relationship(order_by="PrecedentIssue.id")
    codings: Mapped[list["PrecedentCoding"]] = relationship(order_by="PrecedentCoding.id")
    history: Mapped[list["PrecedentChange"]] = relationship(order_by="PrecedentChange.id")

    @property
    def known_facts(self) -> dict[str, object]:
        """The facts as they were found; what is left out is unknown."""
        return {fact.fact_id: fact.value for fact in self.facts if fact.state == "known"}


class PrecedentFact(Base):
    """One fact of a precedent as it was found. A fact without a row was not stated: it is unknown, never no."""

    __tablename__ = "precedent_facts"
    __table_args__ = (UniqueConstraint("precedent_id", "fact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    precedent_id: Mapped[int] = mapped_column(ForeignKey("precedents.id"))
    fact_id: Mapped[str] = mapped_column(String(80), index=True)
    value: Mapped[object | None] = mapped_column(Json, comment="NULL: unknown, or does not apply")
    state: Mapped[str] = mapped_column(String(20), comment="known, unknown, not_applicable")
    how: Mapped[str] = mapped_column(String(40), default="", comment="stated, inferred, documented, verified")
    evidence: Mapped[str] = mapped_column(String(500), default="", comment="paragraph or document")


class PrecedentIssue(Base):
    """What a precedent found on one issue (a distinction, the red lines, the gravity, the whole), and why."""

    __tablename__ = "precedent_issues"
    __table_args__ = (UniqueConstraint("precedent_id", "issue"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    precedent_id: Mapped[int] = mapped_column(ForeignKey("precedents.id"))
    issue: Mapped[str] = mapped_column(String(40), index=True)
    outcome: Mapped[str] = mapped_column(String(30))
    reasons: Mapped[list] = mapped_column(Json, default=list, comment="factors the finding relied on (R)")
    rejected: Mapped[list] = mapped_column(Json, default=list, comment="factors expressly given no weight")
    words: Mapped[str] = mapped_column(Text, default="")


class PrecedentCoding(Base):
    """One person's coding of a precedent, made without seeing the other's."""

    __tablename__ = "precedent_codings"
    __table_args__ = (UniqueConstraint("precedent_id", "coder_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    precedent_id: Mapped[int] = mapped_column(ForeignKey("precedents.id"))
    coder_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    facts: Mapped[dict] = mapped_column(Json, default=dict, comment="by fact id: value and state")
    issues: Mapped[dict] = mapped_column(Json, default=dict, comment="by issue: outcome and reasons")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: a draft")

    coder: Mapped[User] = relationship()


class PrecedentChange(Base):
    """One line in the life of a precedent; kept for good."""

    __tablename__ = "precedent_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    precedent_id: Mapped[int] = mapped_column(ForeignKey("precedents.id"), index=True)
    life: Mapped[Life] = mapped_column(words(Life, "precedent_change_life"))
    on: Mapped[date] = mapped_column("changed_on", Date)
    why: Mapped[str] = mapped_column(Text, default="")
    law: Mapped[str] = mapped_column(
        String(300), default="", comment="provision or rules that brought it about"
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), comment="NULL: the command line")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User | None] = relationship()


class PrecedentReplay(Base):
    """One precedent decided again by the rules of one day: what came out, kept for good."""

    __tablename__ = "precedent_replays"

    id: Mapped[int] = mapped_column(primary_key=True)
    precedent_id: Mapped[int] = mapped_column(ForeignKey("precedents.id"), index=True)
    rules_sha256: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date] = mapped_column(Date)
    result: Mapped[str] = mapped_column(String(20), comment="same, other, departed, cannot_run")
    disposition: Mapped[str] = mapped_column(String(30), default="")
    reachable: Mapped[list] = mapped_column(Json, default=list)
    why: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Consultation(Base):
    """What precedents said of a case when somebody consulted them; `content` never changes."""

    __tablename__ = "consultations"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int] = mapped_column(comment="1, 2, 3 within the case")
    case_version: Mapped[int]
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("recommendations.id"))
    base_sha256: Mapped[str] = mapped_column(
        String(64), comment="of the precedents that were alive, with their facts"
    )
    rules_sha256: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date] = mapped_column(Date)
    content: Mapped[dict] = mapped_column(Json)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    by: Mapped[User] = relationship()


class PrecedentDeparture(Base):
    """Why a decision departs from one precedent that binds it: a coded reason, in the words of who decided."""

    __tablename__ = "precedent_departures"
    __table_args__ = (UniqueConstraint("decision_id", "precedent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    precedent_id: Mapped[int] = mapped_column(ForeignKey("precedents.id"), index=True)
    code: Mapped[str] = mapped_column(
        String(40), index=True, comment="distinguished, superseded, wrongly_decided, fact_disputed"
    )
    factors: Mapped[list] = mapped_column(Json, default=list, comment="factors it is distinguished by")
    newer: Mapped[str] = mapped_column(
        String(300), default="", comment="superseded: the newer precedent or provision"
    )
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    decision: Mapped[Decision] = relationship(back_populates="precedent_departures")
    precedent: Mapped[Precedent] = relationship()
    by: Mapped[User] = relationship()


class QuizAnswer(Base):
    """One person's own outcome on a published precedent, given before seeing the decision. Never ranked."""

    __tablename__ = "quiz_answers"
    __table_args__ = (UniqueConstraint("precedent_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    precedent_id: Mapped[int] = mapped_column(ForeignKey("precedents.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(30))
    reasons: Mapped[list] = mapped_column(Json, default=list, comment="factors chosen")
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
