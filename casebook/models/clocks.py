"""Time: the working days an office keeps, the deadlines of a case, and the feeds that carry them."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, User


class CalendarYear(Base):
    """One version of the working days of one year; a year without a row is never guessed, none is ever changed."""

    __tablename__ = "calendar_years"
    __table_args__ = (UniqueConstraint("organisation_id", "year", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id"), comment="NULL: all organs"
    )
    year: Mapped[int]
    version: Mapped[int] = mapped_column(comment="1, 2, 3 for this organ and year; the newest counts")
    days: Mapped[list] = mapped_column(
        Json, comment="the days named by the source: [date, working, name]; all others go by the week"
    )
    source: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), comment="NULL: the command line")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User | None] = relationship()


class Deadline(Base):
    """One limit running on one case, from a provision or set by a person."""

    __tablename__ = "deadlines"
    __table_args__ = (Index("ix_deadlines_state_due_on", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    limit_code: Mapped[str] = mapped_column(
        String(60), comment="of rules/limits.yaml; 'own': set by a person"
    )
    title: Mapped[str] = mapped_column(String(300), default="", comment="only where a person set it")
    ref: Mapped[str] = mapped_column(String(60), default="", comment="what it belongs to, as correction:3")
    starts_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(
        Date, comment="NULL: the provision gives no number, or no calendar"
    )
    without: Mapped[str] = mapped_column(
        String(20), default="", comment="why there is no day: no_number, no_calendar, no_limit"
    )
    state: Mapped[str] = mapped_column(String(20), comment="running, paused, met, stopped")
    ended_on: Mapped[date | None] = mapped_column(Date)
    paused_on: Mapped[date | None] = mapped_column(Date)

    case: Mapped[Case] = relationship()
    changes: Mapped[list["DeadlineChange"]] = relationship(order_by="DeadlineChange.id")


class DeadlineChange(Base):
    """A pause, a resumption, an extension, a day found once its year was known, or an end, with its reason."""

    __tablename__ = "deadline_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), comment="paused, resumed, extended, dated, met, stopped")
    changed_on: Mapped[date] = mapped_column(Date)
    old_due_on: Mapped[date | None] = mapped_column(Date)
    new_due_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), comment="NULL: the command line")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User | None] = relationship()


class CalendarFeed(Base):
    """A person's own address for calendar programs; only the hash of its secret is kept."""

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
