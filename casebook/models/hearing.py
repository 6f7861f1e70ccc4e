"""The hearing: what the respondent was told, what they answered to each point, and what was made of it."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Attachment, Case, Recommendation, User


class Notice(Base):
    """The facts and grounds as told to the respondent before any decision, with the outcome then in view."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int] = mapped_column(comment="1, 2, 3 within the case")
    case_version: Mapped[int] = mapped_column(comment="the version of the case whose facts were told")
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendations.id"))
    disposition: Mapped[str] = mapped_column(String(30), comment="the outcome in view; nothing heavier later")
    measures: Mapped[list] = mapped_column(
        Json, comment="codes of the measures in view; nothing heavier later"
    )
    months: Mapped[dict] = mapped_column(
        Json, default=dict, comment="periods in view by measure, where people set them; nothing longer later"
    )
    new_facts: Mapped[list] = mapped_column(
        Json, default=list, comment="facts shown anew that let it be heavier than the one before; empty: none"
    )
    told_on: Mapped[date | None] = mapped_column(Date, comment="NULL: drafted, not told yet")
    told_how: Mapped[str] = mapped_column(String(20), default="", comment="in_person, served, link")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    heard_on: Mapped[date | None] = mapped_column(Date, comment="NULL: not heard yet")
    heard_how: Mapped[str] = mapped_column(
        String(20), default="", comment="meeting, paper, link, waived, absent"
    )
    present: Mapped[str] = mapped_column(
        Text, default="", comment="first line: of the organ, at least two; second line: others"
    )
    record: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: the hearing is open")

    case: Mapped[Case] = relationship()
    recommendation: Mapped[Recommendation] = relationship()
    points: Mapped[list["Point"]] = relationship(back_populates="notice", order_by="Point.no")


class Point(Base):
    """One fact or ground told to the respondent; never one that would show who complained."""

    __tablename__ = "points"
    __table_args__ = (UniqueConstraint("notice_id", "no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    no: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20), comment="fact, rule, or other")
    ref: Mapped[str] = mapped_column(String(120), comment="the fact or the rule; empty for other")
    text: Mapped[str] = mapped_column(Text)

    notice: Mapped[Notice] = relationship(back_populates="points")
    answers: Mapped[list["Answer"]] = relationship(back_populates="point", order_by="Answer.id")


class Answer(Base):
    """What the respondent says to one point, and what was made of it: adopted, partly or not, with the reason."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), index=True)
    stance: Mapped[str] = mapped_column(String(20), comment="agrees, disputes, partly, silent")
    words: Mapped[str] = mapped_column(Text)
    how: Mapped[str] = mapped_column(String(20), comment="paper, link, spoken")
    entered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), comment="NULL: by the respondent through the personal link"
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    attachment_id: Mapped[int | None] = mapped_column(
        ForeignKey("attachments.id"), comment="the paper it was entered from; NULL: none kept"
    )
    receipt: Mapped[str] = mapped_column(
        String(20), default="", comment="number given to the respondent who sent it; empty: by the officer"
    )
    adopted: Mapped[str] = mapped_column(
        String(20), default="", comment="all, partly, none; empty: not decided"
    )
    checked: Mapped[str] = mapped_column(Text, default="", comment="how the answer was verified")
    adopted_reason: Mapped[str] = mapped_column(Text, default="", comment="required unless adopted in full")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    point: Mapped[Point] = relationship(back_populates="answers")
    attachment: Mapped[Attachment | None] = relationship()
    entered_by: Mapped[User | None] = relationship(foreign_keys=entered_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)


class PersonalLink(Base):
    """A door for the respondent of one case: a link that only carries a number, opened with a code."""

    __tablename__ = "personal_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    failures: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: never opened")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    draft: Mapped[dict] = mapped_column(
        Json, default=dict, comment="answers saved but not sent yet, by the id of their point"
    )

    case: Mapped[Case] = relationship()
