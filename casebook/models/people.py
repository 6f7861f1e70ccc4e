"""Who does what in a case: assignments, recusals asked and decided, and what an office sets for itself."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, User, words


class Part(StrEnum):
    """What a person is assigned to do in one case."""

    REVIEWER = "reviewer"
    SECOND_REVIEWER = "second_reviewer"
    PANEL = "panel"
    CHAIR = "chair"
    APPEAL_HANDLER = "appeal_handler"
    APPEAL_DECIDER = "appeal_decider"


class Step(StrEnum):
    """The moment at which recusal is asked: when a part is taken on, before the decision, before the appeal."""

    ASSIGNMENT = "assignment"
    DECISION = "decision"
    APPEAL = "appeal"


class Assignment(Base):
    """One person in one part of one case; it stays when it has ended, so that who handled what is never lost."""

    __tablename__ = "assignments"
    __table_args__ = (Index("ix_assignments_case_id_part", "case_id", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    part: Mapped[Part] = mapped_column(words(Part, "part"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: still in this part")
    ended_why: Mapped[str] = mapped_column(String(200), default="")
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeals.id"), comment="NULL: not of an appeal")

    case: Mapped[Case] = relationship(back_populates="assignments")
    user: Mapped[User] = relationship(foreign_keys=user_id)


class Declaration(Base):
    """What a person answered when asked for grounds of recusal (回避); an empty list says that there are none."""

    __tablename__ = "declarations"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    step: Mapped[Step] = mapped_column(words(Step, "step"))
    part: Mapped[str] = mapped_column(String(20), comment="officer, or a Part")
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeals.id"))
    grounds: Mapped[list] = mapped_column(Json, comment="codes of handler_conflict; empty: none")
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class Recusal(Base):
    """A request that a person stand back, and its answer by whom the law says."""

    __tablename__ = "recusals"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), comment="who is to stand back")
    asked_by: Mapped[str] = mapped_column(String(20), comment="self, respondent, complainant, organ")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    grounds: Mapped[list] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted: Mapped[bool | None] = mapped_column(comment="NULL: not decided yet")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[Case] = relationship(back_populates="recusals")
    user: Mapped[User] = relationship(foreign_keys=user_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)


class OfficeSetting(Base):
    """One thing an organ sets for itself, such as the rate of second opinions."""

    __tablename__ = "office_settings"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    key: Mapped[str] = mapped_column(String(40))
    value: Mapped[object] = mapped_column(Json)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
