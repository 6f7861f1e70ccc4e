"""Complaints: a neutral extract and what was done about it. Who wrote it, and the words, lie in the sealed store.

Nothing in these tables tells who complained. `handle` is a random name for what the sealed store (casebook.seal) holds.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from casebook.db import Base, Json, UtcDateTime
from casebook.fields import plain_name
from casebook.models.case import Case, Organisation, User, words


class Channel(StrEnum):
    """The way a complaint came in."""

    WEB = "web"
    LETTER = "letter"
    VISIT = "visit"
    CALL = "call"
    TRANSFER = "transfer"


class Naming(StrEnum):
    """Whether it is signed (CHG2020 24, 30): the values of the fact complaint_named."""

    REAL_NAME = "real_name"
    UNVERIFIABLE = "unverifiable_name"
    ANONYMOUS = "anonymous"


class ComplaintState(StrEnum):
    """How far a complaint is; the moves are in casebook.complaints.steps."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    REFUSED = "refused"
    PASSED_ON = "passed_on"
    STUB = "stub"


class Finding(StrEnum):
    """What verification found: the values of the fact complaint_outcome. None of them says anything of the author."""

    SUBSTANTIATED = "substantiated"
    PARTLY = "partly"
    UNSUBSTANTIATED = "unsubstantiated"
    CANNOT_VERIFY = "cannot_verify_or_exclude"
    NO_VIOLATION = "true_but_no_violation"


class AuthorFinding(StrEnum):
    """What was found of the author, apart from whether the complaint is true (CHG2020 39, 45)."""

    NOT_EXAMINED = "not_examined"
    HONEST = "honest"
    MISTAKEN = "mistaken"
    MALICIOUS = "malicious"


class ComplaintPart(StrEnum):
    """What a person is assigned to do with one complaint."""

    SCREENER = "screener"
    HANDLER = "handler"


class Scope(StrEnum):
    """What of the sealed store an opening is for."""

    TEXT = "text"
    IDENTITY = "identity"


class ComplaintCounter(Base):
    """The last number given by one organ in one year, by kind of register."""

    __tablename__ = "complaint_counters"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    register: Mapped[str] = mapped_column(
        String(20), primary_key=True, comment="complaint, clearance, filing, reinstatement, paper"
    )
    last: Mapped[int]


class Complaint(Base):
    """One complaint as those who handle it see it. Days, never moments, of what its author did."""

    __tablename__ = "complaints"
    __table_args__ = (Index("ix_complaints_organisation_id_state", "organisation_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    handle: Mapped[str | None] = mapped_column(
        String(40), unique=True, comment="in the sealed store; NULL: nothing is held here (a stub)"
    )
    channel: Mapped[Channel] = mapped_column(words(Channel, "channel"))
    naming: Mapped[Naming] = mapped_column(words(Naming, "naming"))
    received_on: Mapped[date] = mapped_column(Date)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[ComplaintState] = mapped_column(words(ComplaintState, "complaint_state"))
    version: Mapped[int] = mapped_column(default=1)

    kind: Mapped[str] = mapped_column(
        String(40), default="", comment="of the fact complaint_kind; '' not screened"
    )
    respondent_name: Mapped[str] = mapped_column(String(100), default="")
    respondent_plain: Mapped[str] = mapped_column(
        Text, default="", info={"derived": True}, comment="the name as it is compared with another"
    )
    respondent_unit: Mapped[str] = mapped_column(String(100), default="")
    respondent_post: Mapped[str] = mapped_column(String(100), default="")
    region: Mapped[str] = mapped_column(String(10), default="")
    own_chief: Mapped[bool | None] = mapped_column(comment="NULL: not asked yet (CHG2020 15)")
    extract: Mapped[str] = mapped_column(Text, default="", comment="neutral words; '' not written yet")
    extract_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    repeat_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("complaints.id"), comment="the first of the same"
    )
    passed_to: Mapped[str] = mapped_column(String(200), default="", comment="stub or passed on: to whom")
    passed_on: Mapped[date | None] = mapped_column(Date)
    passed_receipt: Mapped[str] = mapped_column(String(200), default="", comment="reference of the transfer")

    screened_on: Mapped[date | None] = mapped_column(Date)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    told_on: Mapped[date | None] = mapped_column(Date, comment="real name: told that it is accepted")
    disposition: Mapped[str] = mapped_column(String(40), default="", comment="of the fact disposition_kind")
    disposition_proposed_on: Mapped[date | None] = mapped_column(Date)
    disposition_minutes: Mapped[str] = mapped_column(Text, default="", comment="the collective discussion")
    disposition_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), comment="who proposed it")
    disposed_on: Mapped[date | None] = mapped_column(Date, comment="approved")
    disposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    assigned_from: Mapped[str] = mapped_column(
        String(200), default="", comment="the organ that assigned it down"
    )

    finding: Mapped[Finding | None] = mapped_column(
        words(Finding, "finding", 30), comment="NULL: not concluded"
    )
    finding_reason: Mapped[str] = mapped_column(Text, default="")
    found_on: Mapped[date | None] = mapped_column(Date, comment="laid before the chief; NULL: sent back")
    found_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    returned_why: Mapped[str] = mapped_column(
        Text, default="", comment="why the chief last sent a disposition or a finding back"
    )
    author_finding: Mapped[AuthorFinding] = mapped_column(
        words(AuthorFinding, "author_finding"), default=AuthorFinding.NOT_EXAMINED
    )
    author_reason: Mapped[str] = mapped_column(Text, default="")
    concluded_on: Mapped[date | None] = mapped_column(Date)
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    conclusion_minutes: Mapped[str] = mapped_column(
        Text, default="", comment="assigned down: the collective review of the result (CHG2020 23)"
    )
    fed_back_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_why: Mapped[str] = mapped_column(String(40), default="")
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("cases.id"), index=True, comment="opened because verified"
    )

    organisation: Mapped[Organisation] = relationship()
    registered_by: Mapped[User] = relationship(foreign_keys=registered_by_id)
    disposition_by: Mapped[User | None] = relationship(foreign_keys=disposition_by_id)
    disposed_by: Mapped[User | None] = relationship(foreign_keys=disposed_by_id)
    found_by: Mapped[User | None] = relationship(foreign_keys=found_by_id)
    concluded_by: Mapped[User | None] = relationship(foreign_keys=concluded_by_id)
    repeat_of: Mapped["Complaint | None"] = relationship(remote_side=[id])
    case: Mapped[Case | None] = relationship()
    points: Mapped[list["ComplaintPoint"]] = relationship(
        back_populates="complaint", order_by="ComplaintPoint.seq"
    )
    duties: Mapped[list["ComplaintDuty"]] = relationship(
        back_populates="complaint", order_by="ComplaintDuty.id"
    )
    openings: Mapped[list["Opening"]] = relationship(back_populates="complaint", order_by="Opening.id")
    told: Mapped[list["Feedback"]] = relationship(order_by="Feedback.id", viewonly=True)

    @validates("respondent_name")
    def _keep_plain(self, _column: str, name: str) -> str:
        self.respondent_plain = plain_name(name)
        return name


class ComplaintPoint(Base):
    """One thing alleged, in neutral words, with its own finding: clearance says only what was found untrue."""

    __tablename__ = "complaint_points"
    __table_args__ = (UniqueConstraint("complaint_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    seq: Mapped[int]
    alleged: Mapped[str] = mapped_column(Text)
    finding: Mapped[Finding | None] = mapped_column(words(Finding, "point_finding", 30))
    reason: Mapped[str] = mapped_column(Text, default="")

    complaint: Mapped[Complaint] = relationship(back_populates="points")


class ComplaintDuty(Base):
    """One person in one part of one complaint, from a day to a day; nobody else reaches it (SEC-06)."""

    __tablename__ = "complaint_duties"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    part: Mapped[ComplaintPart] = mapped_column(words(ComplaintPart, "complaint_part"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    grounds: Mapped[list | None] = mapped_column(
        Json, comment="codes of handler_conflict they declared; empty: none; NULL: not asked yet"
    )
    declared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str] = mapped_column(String(200), default="")

    complaint: Mapped[Complaint] = relationship(back_populates="duties")
    user: Mapped[User] = relationship(foreign_keys=user_id)


class Opening(Base):
    """A request to open something sealed: purpose, a second person's answer, and its end. Refusals stay."""

    __tablename__ = "openings"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"), index=True)
    filing_id: Mapped[int | None] = mapped_column(ForeignKey("advance_filings.id"), index=True)
    scope: Mapped[Scope] = mapped_column(words(Scope, "scope"))
    purpose: Mapped[str] = mapped_column(String(40), comment="of a closed list")
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted: Mapped[bool | None] = mapped_column(comment="NULL: waits for the second person")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_reason: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[date | None] = mapped_column(Date, comment="last day on which it may be read")
    ended_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="handed back, or taken back, before that"
    )

    complaint: Mapped[Complaint | None] = relationship(back_populates="openings")
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)


class Feedback(Base):
    """That the author was told something, or objected; the words lie in the sealed store (CHG2020 26, 27).

    Of the kind petition_unit: that the unit which received it was told of the conclusion (CHG2020 18).
    """

    __tablename__ = "feedbacks"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), comment="accepted, result, objection, objection_answer")
    given_on: Mapped[date] = mapped_column(Date)
    how: Mapped[str] = mapped_column(String(20), comment="receipt, letter, talk, call")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answers_id: Mapped[int | None] = mapped_column(
        ForeignKey("feedbacks.id"), comment="the objection that this answers"
    )
    new_evidence: Mapped[bool | None] = mapped_column(comment="an objection: whether it brings any")
    checked: Mapped[str] = mapped_column(Text, default="", comment="what its verification found, neutral")
    checked_on: Mapped[date | None] = mapped_column(Date)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    stands: Mapped[bool | None] = mapped_column(comment="whether the finding holds all the same")
    reopened_on: Mapped[date | None] = mapped_column(Date, comment="verified once more because of it")

    by: Mapped[User] = relationship(foreign_keys=by_id)
    checked_by: Mapped[User | None] = relationship(foreign_keys=checked_by_id)


class Protection(Base):
    """A priority task: the author asked for protection, or reports retaliation (CHG2020 35, PET2022 18)."""

    __tablename__ = "protections"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), comment="protection, retaliation")
    raised_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    measures: Mapped[str] = mapped_column(Text, default="")
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str] = mapped_column(Text, default="")
    new_complaint_id: Mapped[int | None] = mapped_column(
        ForeignKey("complaints.id"), comment="retaliation: the clue registered of it"
    )

    complaint: Mapped[Complaint] = relationship(foreign_keys=complaint_id)


class FalseAccusation(Base):
    """A file on a false accusation (诬告陷害): invention and intent both established, approved at the level of law."""

    __tablename__ = "false_accusations"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), comment="proposed, approved, refused, routed, closed")
    fabrication: Mapped[str] = mapped_column(Text, comment="the evidence that facts were invented")
    intent: Mapped[str] = mapped_column(Text, comment="the evidence of intent to frame")
    facts: Mapped[dict] = mapped_column(Json, comment="of the vocabulary, as read by the rules")
    advice: Mapped[dict] = mapped_column(Json, comment="what the rules answered, as it was")
    accuser_status: Mapped[str] = mapped_column(String(40), default="", comment="'' unknown, and stays so")
    aggravators: Mapped[list] = mapped_column(Json)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    approval_level: Mapped[str] = mapped_column(String(20), default="", comment="city, province, central")
    approval_organ: Mapped[str] = mapped_column(String(200), default="")
    approval_reference: Mapped[str] = mapped_column(String(200), default="")
    approved_on: Mapped[date | None] = mapped_column(Date)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer_reason: Mapped[str] = mapped_column(Text, default="")
    route: Mapped[str] = mapped_column(String(60), default="", comment="codes, one or more, with commas")
    routed_to: Mapped[str] = mapped_column(String(200), default="")
    routed_on: Mapped[date | None] = mapped_column(Date)
    gains: Mapped[str] = mapped_column(
        Text, default="", comment="gains of the accuser to be undone (CHG2020 43)"
    )
    outcome: Mapped[str] = mapped_column(Text, default="")
    closed_on: Mapped[date | None] = mapped_column(Date)

    complaint: Mapped[Complaint] = relationship()
    by: Mapped[User] = relationship(foreign_keys=by_id)
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)


class ComplaintEvent(Base):
    """Which events of the chain are about which complaint, clearance, filing or return: an index, not a record."""

    __tablename__ = "complaint_events"
    __table_args__ = (Index("ix_complaint_events_about_about_id", "about", "about_id"),)

    event_seq: Mapped[int] = mapped_column(ForeignKey("events.seq"), primary_key=True, autoincrement=False)
    about: Mapped[str] = mapped_column(String(20), primary_key=True)
    about_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class ComplaintPaper(Base):
    """One official paper about a complaint, a clearance or a return to office, as issued; immutable."""

    __tablename__ = "complaint_papers"
    __table_args__ = (UniqueConstraint("organisation_id", "year", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(20), comment="complaint, clearance, filing, reinstatement")
    about_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(60), default="", comment="what of it, as reach:3")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    year: Mapped[int]
    seq: Mapped[int]
    number: Mapped[str] = mapped_column(String(60), comment="as printed")
    template: Mapped[str] = mapped_column(String(80))
    content: Mapped[dict] = mapped_column(Json, comment="the blocks both files were made from")
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    docx_sha256: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User] = relationship()
