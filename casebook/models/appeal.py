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
    ask_by: Mapped[date | None] = mapped_column(
        Date,
        comment="last day for handing it in; NULL: the provision gives no number, or its text was not seen",
    )
    advice: Mapped[str] = mapped_column(
        Text, default="", comment="what the law office answered where the text was not seen"
    )
    late: Mapped[bool]
    late_code: Mapped[str] = mapped_column(String(40), default="", comment="force_majeure, other_obstacle")
    late_reason: Mapped[str] = mapped_column(Text, default="", comment="what kept the respondent from it")
    obstacle_ended_on: Mapped[date | None] = mapped_column(Date)
    admitted_on: Mapped[date | None] = mapped_column(
        Date, comment="a late one is heard from here on; NULL: in time, or not admitted"
    )
    admitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    admitted_reason: Mapped[str] = mapped_column(Text, default="", comment="also why it was not admitted")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(
        String(20), default="", comment="uphold, vary, revoke, withdrawn, refused (late); empty: open"
    )
    ground_code: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    discussed_on: Mapped[date | None] = mapped_column(Date, comment="collective discussion of the result")
    decided_on: Mapped[date | None] = mapped_column(Date)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: without effect")
    served_on: Mapped[date | None] = mapped_column(Date, comment="the result, on the respondent")
    corrected: Mapped[list] = mapped_column(Json, default=list, comment="every derived record it corrected")

    case: Mapped[Case] = relationship()
    decision: Mapped[Decision] = relationship(foreign_keys=decision_id)
    new_decision: Mapped[Decision | None] = relationship(
        primaryjoin="foreign(Decision.appeal_id) == Appeal.id", viewonly=True, uselist=False
    )
    after: Mapped["Appeal | None"] = relationship(remote_side=[id])
    entered_by: Mapped[User] = relationship(foreign_keys=entered_by_id)
    admitted_by: Mapped[User | None] = relationship(foreign_keys=admitted_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    @property
    def waits(self) -> bool:
        """Whether it came too late and nobody has yet said whether it is heard all the same."""
        return self.late and self.admitted_on is None and not self.outcome

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def accepted_on(self) -> date:
        """The day from which the organ's own limit runs: the day it was handed in, or admitted although late."""
        return self.admitted_on or self.filed_on
