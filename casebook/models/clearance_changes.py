"""What stood in a clearance before it was corrected or reopened; and what the person asked for through their link."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, User
from casebook.models.clearance import Clearance


class ClearanceChange(Base):
    """What a recipient, a repair or the closing said before it was changed, by whom and why: nothing is deleted."""

    __tablename__ = "clearance_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    clearance_id: Mapped[int] = mapped_column(ForeignKey("clearances.id"), index=True)
    what: Mapped[str] = mapped_column(String(20), comment="reach, taken_back, repair, reopened")
    row_id: Mapped[int | None] = mapped_column(comment="of the recipient or the repair")
    was: Mapped[dict] = mapped_column(Json, comment="the columns that changed, as they were")
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    clearance: Mapped[Clearance] = relationship(back_populates="changes")
    by: Mapped[User] = relationship()


class ClearanceRequest(Base):
    """That the person of a case asks for their name to be cleared, in their own words, with a receipt."""

    __tablename__ = "clearance_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("personal_links.id"))
    receipt: Mapped[str] = mapped_column(String(20), unique=True)
    untrue: Mapped[str] = mapped_column(Text, comment="what was not so, as the person says")
    heard: Mapped[str] = mapped_column(Text, default="", comment="who heard it, as far as the person knows")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(20), default="", comment="begun, declined; '' open")
    answer_words: Mapped[str] = mapped_column(
        Text, default="", comment="read by the person behind their link"
    )
    clearance_id: Mapped[int | None] = mapped_column(ForeignKey("clearances.id"))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_on: Mapped[date | None] = mapped_column(Date)

    case: Mapped[Case] = relationship()
    clearance: Mapped[Clearance | None] = relationship()
    answered_by: Mapped[User | None] = relationship()
