"""Appeals against a decision: channel, time, who decides anew, the result and everything it corrected."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, User
from casebook.models.decision import Decision


class Appeal(Base):
    """One request to look at a decision again, by one of the channels the law gives for its regime."""

    __tablename__ = "appeals"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    channel: Mapped[str] = mapped_column(String(60), comment="code of rules/channels.yaml")
    after_id: Mapped[int | None] = mapped_column(
        ForeignKey("appeals.id"), comment="the earlier step of the same ladder; NULL: the first"
    )
    filed_on: Mapped[date] = mapped_column(Date)
    grounds: Mapped[str] = mapped_column(Text)
    late: Mapped[bool]
    late_reason: Mapped[str] = mapped_column(Text, default="", comment="why it is heard although late")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(
        String(20), default="", comment="uphold, vary, revoke, withdrawn; empty: open"
    )
    ground_code: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_on: Mapped[date | None] = mapped_column(Date)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: without effect")
    corrected: Mapped[list] = mapped_column(Json, default=list, comment="every derived record it corrected")

    case: Mapped[Case] = relationship()
    decision: Mapped[Decision] = relationship(foreign_keys=decision_id)
    new_decision: Mapped[Decision | None] = relationship(
        primaryjoin="foreign(Decision.appeal_id) == Appeal.id", viewonly=True, uselist=False
    )
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)
