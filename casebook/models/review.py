"""The review of a case: the reviewer's own words on every factor, what was sent back, the blind second opinion."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, Recommendation, Stage, User, words
from casebook.models.people import Assignment


class Review(Base):
    """One reviewer's view of one recommendation; a draft until `submitted_at`. Round 2 follows a return to intake."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("case_id", "round", "second"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int] = mapped_column(comment="1, 2, 3 within the case")
    second: Mapped[bool] = mapped_column(comment="the blind second opinion")
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    reviewer_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), comment="NULL: drawn for a second opinion, nobody assigned yet"
    )
    disposition: Mapped[str] = mapped_column(String(30), default="", comment="what the reviewer proposes")
    reason: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: a draft")

    case: Mapped[Case] = relationship()
    recommendation: Mapped[Recommendation] = relationship()
    reviewer: Mapped[User | None] = relationship()
    views: Mapped[list["FactorView"]] = relationship(back_populates="review", order_by="FactorView.id")


class FactorView(Base):
    """What a reviewer says of one of the six factors or three distinctions, neutral ones included."""

    __tablename__ = "factor_views"
    __table_args__ = (UniqueConstraint("review_id", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    item: Mapped[str] = mapped_column(String(40), comment="factor M C P N R S, or distinction T1 T2 T3")
    ledger: Mapped[str] = mapped_column(String(20), comment="the verdict of the recommendation's ledger")
    view: Mapped[str] = mapped_column(String(20), comment="tolerable, intolerable, mixed, open, neutral")
    words_for: Mapped[str] = mapped_column(Text, default="")
    words_against: Mapped[str] = mapped_column(Text, default="")
    grounds: Mapped[object | None] = mapped_column(
        Json, comment="what the ledger listed when it was answered"
    )

    review: Mapped[Review] = relationship(back_populates="views")


class ConductView(Base):
    """What a reviewer thought of the conduct before its consequences were shown: a guard against judging by the result.

    Made with the assignment where the organ wants it; until `at` the case is closed to its reviewer but for the page
    of the conduct. What was said first is never changed; what the consequences made of it stands beside it.
    """

    __tablename__ = "conduct_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), unique=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    recommendation_id: Mapped[int | None] = mapped_column(
        ForeignKey("recommendations.id"), comment="whose facts were shown; NULL: not yet"
    )
    disposition: Mapped[str] = mapped_column(String(30), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="from then on the consequences are shown; NULL: still owed"
    )
    read_before: Mapped[bool] = mapped_column(
        default=False, comment="had read the case before it was assigned, and so may have known the consequences"
    )
    after_disposition: Mapped[str] = mapped_column(String(30), default="")
    after_reason: Mapped[str] = mapped_column(Text, default="")
    after_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="NULL: not confirmed or changed yet"
    )

    case: Mapped[Case] = relationship(back_populates="conduct_views")
    assignment: Mapped[Assignment] = relationship()
    reviewer: Mapped[User] = relationship()

    @property
    def moved(self) -> bool:
        """Whether the consequences changed the view."""
        return self.after_at is not None and self.after_disposition != self.disposition


class SendBack(Base):
    """One return of a case to an earlier stage, with its coded reason; counted, never by person."""

    __tablename__ = "send_backs"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    from_stage: Mapped[Stage] = mapped_column(words(Stage, "from_stage"))
    to_stage: Mapped[Stage] = mapped_column(words(Stage, "to_stage"))
    code: Mapped[str] = mapped_column(String(40), index=True)
    reason: Mapped[str] = mapped_column(Text)
    items: Mapped[list] = mapped_column(Json, comment="facts or factors it is about")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User] = relationship()
