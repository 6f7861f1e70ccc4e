"""Clearing a name (澄清正名): who had heard, what was lost, the visit. Advance filings. Return to office."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, Organisation, User, words
from casebook.models.complaints import Complaint
from casebook.models.decision import Decision


class ClearanceState(StrEnum):
    """How far a clearance is; the moves are in casebook.clearance.steps."""

    OPENED = "opened"
    PROPOSED = "proposed"
    CHECKED = "checked"
    APPROVED = "approved"
    CLOSED = "closed"
    REFUSED = "refused"


class ReinstatementState(StrEnum):
    """How far a return to office is."""

    REPORTED = "reported"
    EXAMINED = "examined"
    APPROVED = "approved"
    REFUSED = "refused"
    RESTORED = "restored"


class Clearance(Base):
    """One clearance of one person: because a complaint was found untrue, or an accountability decision wrongful."""

    __tablename__ = "clearances"
    __table_args__ = (Index("ix_clearances_organisation_id_state", "organisation_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), comment="the wrongful one")
    state: Mapped[ClearanceState] = mapped_column(words(ClearanceState, "clearance_state"))
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))
    post: Mapped[str] = mapped_column(String(100))

    asked_by: Mapped[str] = mapped_column(String(20), comment="respondent, organ")
    asked_on: Mapped[date] = mapped_column(Date)
    effects: Mapped[list] = mapped_column(Json, comment="codes of adverse_effect_on_respondent")
    facts: Mapped[dict] = mapped_column(Json, comment="of the vocabulary, as read by the rules")
    advice: Mapped[dict] = mapped_column(Json, comment="what the rules answered, as it was")
    departs_why: Mapped[str] = mapped_column(
        Text, default="", comment="why a person departs from the rules' answer"
    )
    forms: Mapped[list] = mapped_column(
        Json, comment="codes of clearance_method; written is always among them"
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), comment="who opened it")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    opinion: Mapped[str] = mapped_column(
        String(20), default="", comment="of who works on it: clear, not; '' not given yet"
    )
    opinion_words: Mapped[str] = mapped_column(Text, default="")
    opinion_on: Mapped[date | None] = mapped_column(Date)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), comment="who gave the opinion")

    facts_checked: Mapped[str] = mapped_column(Text, default="", comment="re-check of the facts")
    procedure_checked: Mapped[str] = mapped_column(
        Text, default="", comment="re-check of the earlier procedure"
    )
    checked_ok: Mapped[bool | None] = mapped_column(comment="NULL: not re-checked yet")
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    checked_on: Mapped[date | None] = mapped_column(Date)
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), comment="the organ's main leader"
    )
    decided_on: Mapped[date | None] = mapped_column(Date)
    decided_reason: Mapped[str] = mapped_column(Text, default="")
    signature: Mapped[str] = mapped_column(
        String(64), default="", comment="SHA-256 of what the leader approved"
    )
    told_on: Mapped[date | None] = mapped_column(Date, comment="who asked was told the answer")
    told_how: Mapped[str] = mapped_column(String(200), default="")
    visit_due_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    organisation: Mapped[Organisation] = relationship()
    complaint: Mapped[Complaint | None] = relationship()
    case: Mapped[Case | None] = relationship()
    decision: Mapped[Decision | None] = relationship()
    by: Mapped[User] = relationship(foreign_keys=by_id)
    proposed_by: Mapped[User | None] = relationship(foreign_keys=proposed_by_id)
    checked_by: Mapped[User | None] = relationship(foreign_keys=checked_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)
    closed_by: Mapped[User | None] = relationship(foreign_keys=closed_by_id)
    points: Mapped[list["ClearancePoint"]] = relationship(
        back_populates="clearance",
        order_by="ClearancePoint.seq",
        primaryjoin="and_(ClearancePoint.clearance_id == Clearance.id, ClearancePoint.struck.is_(False))",
    )
    reach: Mapped[list["Reach"]] = relationship(back_populates="clearance", order_by="Reach.id")
    repairs: Mapped[list["Repair"]] = relationship(back_populates="clearance", order_by="Repair.id")
    visits: Mapped[list["ReturnVisit"]] = relationship(back_populates="clearance", order_by="ReturnVisit.id")
    changes: Mapped[list["ClearanceChange"]] = relationship(  # noqa: F821  in a module of its own
        back_populates="clearance", order_by="ClearanceChange.id"
    )


class ClearancePoint(Base):
    """One specific thing found untrue, and what is so instead: all that a letter of clearance says (RTS2020 34)."""

    __tablename__ = "clearance_points"
    __table_args__ = (UniqueConstraint("clearance_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clearance_id: Mapped[int] = mapped_column(ForeignKey("clearances.id"))
    seq: Mapped[int]
    complaint_point_id: Mapped[int | None] = mapped_column(ForeignKey("complaint_points.id"))
    alleged: Mapped[str] = mapped_column(Text)
    found: Mapped[str] = mapped_column(Text)
    struck: Mapped[bool] = mapped_column(default=False, comment="left out when the opinion was revised")

    clearance: Mapped[Clearance] = relationship(back_populates="points")


class Reach(Base):
    """One of those who received the allegation, and the correction they received: the reach map."""

    __tablename__ = "reaches"

    id: Mapped[int] = mapped_column(primary_key=True)
    clearance_id: Mapped[int] = mapped_column(ForeignKey("clearances.id"), index=True)
    kind: Mapped[str] = mapped_column(
        String(20), comment="person, unit, body, meeting, selection_file, public"
    )
    name: Mapped[str] = mapped_column(String(200))
    heard: Mapped[str] = mapped_column(Text, comment="how, and as far as known when, it came to them")
    form: Mapped[str] = mapped_column(String(20), comment="of clearance_method: how they are to be corrected")
    added_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), comment="NULL: not within the approved scope yet"
    )
    corrected_on: Mapped[date | None] = mapped_column(Date, comment="NULL: not reached yet")
    corrected_how: Mapped[str] = mapped_column(Text, default="")
    present: Mapped[int | None] = mapped_column(comment="a meeting: how many were there")
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    gone_why: Mapped[str] = mapped_column(
        Text, default="", comment="cannot be reached any more; said and approved by the main leader"
    )
    gone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    clearance: Mapped[Clearance] = relationship(back_populates="reach")
    approved_by: Mapped[User | None] = relationship(foreign_keys=approved_by_id)
    corrected_by: Mapped[User | None] = relationship(foreign_keys=corrected_by_id)


class Repair(Base):
    """One thing that was lost because of the allegation or the decision, followed until it is made good."""

    __tablename__ = "repairs"

    id: Mapped[int] = mapped_column(primary_key=True)
    clearance_id: Mapped[int] = mapped_column(ForeignKey("clearances.id"), index=True)
    kind: Mapped[str] = mapped_column(
        String(20), comment="selection, election, award, appraisal, post, pay, other"
    )
    lost: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(
        String(20), default="", comment="restored, made_good, not_possible; '' open"
    )
    result_words: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None] = mapped_column(Date)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    clearance: Mapped[Clearance] = relationship(back_populates="repairs")


class ReturnVisit(Base):
    """A visit after the clearance: how the person is, and what is still to be done (JL2020)."""

    __tablename__ = "return_visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    clearance_id: Mapped[int] = mapped_column(ForeignKey("clearances.id"), index=True)
    visited_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    words: Mapped[str] = mapped_column(Text)
    further: Mapped[str] = mapped_column(Text, default="", comment="what is still to be done; '' nothing")
    next_on: Mapped[date | None] = mapped_column(Date, comment="NULL: no further visit")

    clearance: Mapped[Clearance] = relationship(back_populates="visits")
    by: Mapped[User] = relationship()


class AdvanceFiling(Base):
    """A sealed note before a pilot (事前报备), read by nobody until opened as evidence; the chain holds its hash."""

    __tablename__ = "advance_filings"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    handle: Mapped[str] = mapped_column(String(40), unique=True, comment="in the sealed store")
    sha256: Mapped[str] = mapped_column(String(64), comment="of the canonical text of what was filed")
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(100))
    filed_by: Mapped[str] = mapped_column(String(100), comment="who files it, by name: this is no complaint")
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    adds_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("advance_filings.id"), comment="a supplement of it"
    )
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("cases.id"), index=True, comment="evidence in this case"
    )
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    linked_on: Mapped[date | None] = mapped_column(Date)

    organisation: Mapped[Organisation] = relationship()
    case: Mapped[Case | None] = relationship()


class FilingPaper(Base):
    """A certificate of an advance filing as a PDF that was handed out: its hash proves the very file."""

    __tablename__ = "filing_papers"

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("advance_filings.id"), index=True)
    pdf_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    filing: Mapped[AdvanceFiling] = relationship()


class Reinstatement(Base):
    """Whether a person may return to office (复出): asked on a day, answered by rules and then by people."""

    __tablename__ = "reinstatements"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    state: Mapped[ReinstatementState] = mapped_column(words(ReinstatementState, "reinstatement_state"))
    version: Mapped[int] = mapped_column(default=1)
    reported_on: Mapped[date] = mapped_column(Date, comment="the written report of the person")
    post: Mapped[str] = mapped_column(String(200), comment="the post in view; '' none named")
    post_level: Mapped[str] = mapped_column(String(20), default="", comment="of proposed_post_level")
    facts: Mapped[dict] = mapped_column(Json, comment="of the vocabulary, as read by the rules")
    advice: Mapped[dict] = mapped_column(Json, comment="what the rules answered, as it was")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    superior_needed: Mapped[bool] = mapped_column(
        comment="the organ above has to approve, as the place has it"
    )
    restored: Mapped[str] = mapped_column(Text, default="")
    not_restored: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[Case] = relationship()
    decision: Mapped[Decision] = relationship()
    by: Mapped[User] = relationship()
    opinions: Mapped[list["ReinstatementOpinion"]] = relationship(
        back_populates="reinstatement", order_by="ReinstatementOpinion.id"
    )


class ReinstatementOpinion(Base):
    """One step towards a return: the discipline organ's opinion, the inquiry, the approval, the superior's approval."""

    __tablename__ = "reinstatement_opinions"

    id: Mapped[int] = mapped_column(primary_key=True)
    reinstatement_id: Mapped[int] = mapped_column(ForeignKey("reinstatements.id"), index=True)
    kind: Mapped[str] = mapped_column(
        String(20), comment="discipline, inquiry, approval, superior, appointment"
    )
    given_on: Mapped[date] = mapped_column(Date)
    organ: Mapped[str] = mapped_column(String(200))
    favourable: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    departs_why: Mapped[str] = mapped_column(
        Text, default="", comment="why it departs from the rules' answer; '' it does not"
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    reinstatement: Mapped[Reinstatement] = relationship(back_populates="opinions")
    by: Mapped[User] = relationship()


class PeriodNotice(Base):
    """That a person was told their period is over: given once for a decision, after its last day."""

    __tablename__ = "period_notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    ended_on: Mapped[date] = mapped_column(Date, comment="last day of the last period")
    given_on: Mapped[date] = mapped_column(Date)
    recipient: Mapped[str] = mapped_column(String(200))
    how: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User] = relationship()
