"""Collective discussion, votes, the signed decision with its measures, and what was served on whom."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, Recommendation, User

if TYPE_CHECKING:
    from casebook.models.precedents import PrecedentDeparture


class Meeting(Base):
    """One collective discussion of a case; closed when its minutes are final, and then never changed."""

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    held_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(200))
    chair_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    others: Mapped[str] = mapped_column(Text, default="", comment="who else was there, without a vote")
    absences: Mapped[list] = mapped_column(
        Json, default=list, comment="members who were not there: user and reason"
    )
    minutes: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: votes may still be given")

    chair: Mapped[User] = relationship()
    votes: Mapped[list["Vote"]] = relationship(back_populates="meeting", order_by="Vote.id")


class Vote(Base):
    """One member's vote, by the member; a dissent is kept in the member's own words."""

    __tablename__ = "votes"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    disposition: Mapped[str] = mapped_column(String(30))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    meeting: Mapped[Meeting] = relationship(back_populates="votes")
    user: Mapped[User] = relationship()


class Decision(Base):
    """What people decided. Without `signed_at` it has no effect; once signed only `ended_*` ever changes."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int] = mapped_column(comment="1, 2, 3 within the case")
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), comment="NULL: made on appeal")
    appeal_id: Mapped[int | None] = mapped_column(
        comment="made on this appeal; NULL: by the panel. No foreign key: the two tables would refer to each other"
    )
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    disposition: Mapped[str] = mapped_column(String(30), index=True)
    facts_found: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    considered: Mapped[str] = mapped_column(
        Text, default="", comment="what speaks on the other side, and why it does not prevail"
    )
    departs: Mapped[bool] = mapped_column(comment="differs from the recommendation")
    departure_code: Mapped[str] = mapped_column(String(40), default="", index=True)
    departure_reason: Mapped[str] = mapped_column(Text, default="")
    departure_rules: Mapped[list] = mapped_column(
        Json, comment="rules that carried the recommendation departed from"
    )
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_on: Mapped[date | None] = mapped_column(Date, comment="NULL: not signed yet")
    effective_on: Mapped[date | None] = mapped_column(Date)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: a draft without effect")
    signature: Mapped[str] = mapped_column(
        String(64), default="", comment="SHA-256 over what was signed; empty: not signed"
    )
    ended_on: Mapped[date | None] = mapped_column(Date, comment="NULL: stands")
    ended_how: Mapped[str] = mapped_column(String(20), default="", comment="varied, revoked, replaced")

    case: Mapped[Case] = relationship()
    recommendation: Mapped[Recommendation] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    signed_by: Mapped[User | None] = relationship(foreign_keys=signed_by_id)
    measures: Mapped[list["ImposedMeasure"]] = relationship(
        back_populates="decision", order_by="ImposedMeasure.id"
    )
    precedent_departures: Mapped[list["PrecedentDeparture"]] = relationship(
        back_populates="decision", order_by="PrecedentDeparture.id"
    )


class ImposedMeasure(Base):
    """One measure of one regime in a decision, with its own period as the law of that day gave it."""

    __tablename__ = "imposed_measures"
    __table_args__ = (UniqueConstraint("decision_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    regime: Mapped[str] = mapped_column(String(40), index=True)
    code: Mapped[str] = mapped_column(String(60))
    months: Mapped[int | None] = mapped_column(comment="NULL: the provision gives no period")
    basis: Mapped[str] = mapped_column(
        String(200),
        default="",
        comment="provision for months that people set; empty: as the measure has them",
    )
    starts_on: Mapped[date | None] = mapped_column(Date, comment="NULL: not in force yet")
    ends_on: Mapped[date | None] = mapped_column(Date, comment="last day of the period; NULL: none")
    released_on: Mapped[date | None] = mapped_column(Date, comment="NULL: runs, or never ran")
    released_why: Mapped[str] = mapped_column(String(200), default="")

    decision: Mapped[Decision] = relationship(back_populates="measures")


class Service(Base):
    """A decision handed to one person or body, announced, or filed with one."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    kind: Mapped[str] = mapped_column(String(20), comment="person, unit, announced, filed, formalities")
    recipient: Mapped[str] = mapped_column(String(200))
    how: Mapped[str] = mapped_column(String(200))
    served_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
