"""Attempts to interfere with a matter: a register of its own, in which nothing is changed or taken out."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, UtcDateTime
from casebook.models.case import Case, Organisation, User
from casebook.models.complaints import Complaint


class Interference(Base):
    """Somebody pleaded, asked or meddled (说情、打听、过问), as whoever met it wrote it (SUP2024 66); immutable."""

    __tablename__ = "interferences"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), comment="casebook.complaints.interference.KINDS")
    how: Mapped[str] = mapped_column(String(20), comment="casebook.complaints.interference.HOW")
    who: Mapped[str] = mapped_column(String(100), comment="who did it")
    who_post: Mapped[str] = mapped_column(String(200), comment="their unit and post; '' not known")
    happened_on: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Text, comment="what was asked or said, and the answer")
    past_chief: Mapped[bool] = mapped_column(comment="read by those above and the auditor, not by the organ's chief")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    complaint: Mapped[Complaint | None] = relationship()
    case: Mapped[Case | None] = relationship()
    by: Mapped[User] = relationship()
