"""What follows: corrections and their proof, talks, and the sourced record of commitment (担当记录)."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, UtcDateTime
from casebook.models.case import Attachment, Case, User


class Correction(Base):
    """One error to be put right (纠错): by whom, how, until when, shown how, and verified by somebody else."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    error_code: Mapped[str] = mapped_column(String(60), index=True, comment="kind of error, for patterns")
    error: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))
    measure_code: Mapped[str] = mapped_column(
        String(60), comment="of the pack corrections, or why there is nothing to put right"
    )
    measure: Mapped[str] = mapped_column(Text)
    ordered_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), index=True, comment="open, done, verified, failed, lifted")
    done_on: Mapped[date | None] = mapped_column(Date)
    done_words: Mapped[str] = mapped_column(Text, default="")
    done_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), comment="who entered the completion"
    )
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"), comment="evidence of it")
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verified_on: Mapped[date | None] = mapped_column(Date)
    verified_words: Mapped[str] = mapped_column(Text, default="")
    failure_code: Mapped[str] = mapped_column(String(40), default="", comment="why it failed")
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("corrections.id"), comment="the failed one it takes the place of"
    )

    case: Mapped[Case] = relationship()
    by: Mapped[User] = relationship(foreign_keys=by_id)
    done_by: Mapped[User | None] = relationship(foreign_keys=done_by_id)
    verified_by: Mapped[User | None] = relationship(foreign_keys=verified_by_id)
    attachment: Mapped[Attachment | None] = relationship()


class Talk(Base):
    """A talk (约谈, 谈心谈话 ...) with what was raised, what was promised, and what became of it."""

    __tablename__ = "talks"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    person: Mapped[str] = mapped_column(String(100))
    held_on: Mapped[date] = mapped_column(Date)
    held_by: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text)
    raised: Mapped[str] = mapped_column(Text)
    promised: Mapped[str] = mapped_column(Text, default="")
    follow_up_on: Mapped[date | None] = mapped_column(Date, comment="NULL: none agreed")
    followed_up_on: Mapped[date | None] = mapped_column(Date)
    follow_up_words: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    by: Mapped[User] = relationship()


class CommitmentEntry(Base):
    """One sourced observation beside a case (担当指数 of the seeds); read by no rule and summed into no number."""

    __tablename__ = "commitment_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    observed_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User] = relationship()
