"""The tables. Facts of a case change and every change is kept; recommendations and events never change."""

import json
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime

if TYPE_CHECKING:
    from casebook.models.people import Assignment, Recusal
    from casebook.models.review import ConductView, Review


class Role(StrEnum):
    """What a person may do; the table is in casebook.access."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    PANEL = "panel"
    CHIEF = "chief"
    AUDITOR = "auditor"
    RECEIVER = "receiver"
    ADMINISTRATOR = "administrator"


class Status(StrEnum):
    """Where a case stands: `draft` also after a change that its latest recommendation does not know."""

    DRAFT = "draft"
    RECOMMENDED = "recommended"
    WITHHELD = "withheld"


class Stage(StrEnum):
    """How far the case is on its way from intake to the end; the moves are in casebook.procedure.workflow."""

    INTAKE = "intake"
    REVIEW = "review"
    HEARING = "hearing"
    PANEL = "panel"
    DECIDED = "decided"
    NOTIFIED = "notified"
    IN_FORCE = "in_force"
    CORRECTED = "corrected"
    CLOSED = "closed"


class Standing(StrEnum):
    """How well a fact is established. Only documented and verified facts are read by the rules."""

    CLAIMED = "claimed"
    DOCUMENTED = "documented"
    VERIFIED = "verified"
    DISPUTED = "disputed"


def words(kind: type[StrEnum], name: str, length: int = 20) -> Enum:
    """A column that holds one of the words; a plain string with a check, the same on both databases."""
    return Enum(
        kind, native_enum=False, create_constraint=True, length=length, name=name,
        values_callable=lambda words: [word.value for word in words],
    )  # fmt: skip


class Organisation(Base):
    """An organ; they form a tree. Its code opens the number of each of its cases."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id"), index=True, comment="NULL: a root"
    )

    parent: Mapped["Organisation | None"] = relationship(remote_side=[id])
    chiefs: Mapped[list["User"]] = relationship(
        primaryjoin="and_(User.organisation_id == Organisation.id, User.role == 'chief', User.active)",
        order_by="User.id", viewonly=True,
    )  # fmt: skip

    def name(self, lang: str) -> str:
        return self.name_zh if lang == "zh" else self.name_en

    def is_within(self, other: "Organisation") -> bool:
        """Whether this is the other organ or one below it."""
        return any(one.id == other.id for one in self.and_above())

    def and_above(self) -> Iterator["Organisation"]:
        """This organ, the one above it, and so on to the root of its tree."""
        organisation: Organisation | None = self
        while organisation is not None:
            yield organisation
            organisation = organisation.parent


class User(Base):
    """A person with one role in one organ."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(words(Role, "role"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(8), comment="zh, en, or NULL: as the browser asks")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()


class SignIn(Base):
    """One sign-in of one person on one browser. Only the SHA-256 of its token is kept."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: not revoked")

    user: Mapped[User] = relationship()


class CaseCounter(Base):
    """The last number given by one organ in one year."""

    __tablename__ = "case_counters"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Case(Base):
    """One misstep to be judged. `version` grows with every change of its facts or fields."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_organisation_id_status", "organisation_id", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    conduct: Mapped[object | None] = mapped_column(
        Json, comment="when it happened, see rules.conduct; NULL: not known"
    )
    region: Mapped[str | None] = mapped_column(String(100), comment="NULL: national rules only")
    status: Mapped[Status] = mapped_column(words(Status, "status"))
    stage: Mapped[Stage] = mapped_column(words(Stage, "stage"), default=Stage.INTAKE, index=True)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    organisation: Mapped[Organisation] = relationship()
    officer: Mapped[User] = relationship()
    respondents: Mapped[list["Respondent"]] = relationship(back_populates="case", order_by="Respondent.id")
    assignments: Mapped[list["Assignment"]] = relationship(back_populates="case", order_by="Assignment.id")
    recusals: Mapped[list["Recusal"]] = relationship(back_populates="case", order_by="Recusal.id")
    conduct_views: Mapped[list["ConductView"]] = relationship(
        back_populates="case", order_by="ConductView.id"
    )
    reviews: Mapped[list["Review"]] = relationship(viewonly=True, order_by="Review.id")

    @property
    def respondent(self) -> "Respondent":
        """The official whose conduct is judged."""
        return self.respondents[0]


class Respondent(Base):
    """The official whose conduct is judged, as named in the case."""

    __tablename__ = "respondents"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    post: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))

    case: Mapped[Case] = relationship(back_populates="respondents")


class CaseFact(Base):
    """The present state of one fact of one case."""

    __tablename__ = "case_facts"
    __table_args__ = (UniqueConstraint("case_id", "fact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    fact_id: Mapped[str] = mapped_column(String(80))
    value: Mapped[object | None] = mapped_column(Json, comment="NULL: not established")
    standing: Mapped[Standing] = mapped_column(words(Standing, "standing"))
    evidence: Mapped[str] = mapped_column(String(500))
    note: Mapped[str] = mapped_column(Text)
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    updated_by: Mapped[User] = relationship()

    @property
    def is_read(self) -> bool:
        """Whether the rules read it: it has a value, and that is documented or verified."""
        return self.value is not None and self.standing in (Standing.DOCUMENTED, Standing.VERIFIED)


class FactChange(Base):
    """One change of one fact, kept for good; also of a field of the case, under ids such as "case.title"."""

    __tablename__ = "fact_changes"
    __table_args__ = (Index("ix_fact_changes_case_id_case_version", "case_id", "case_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_seq: Mapped[int] = mapped_column(ForeignKey("events.seq"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    case_version: Mapped[int] = mapped_column(comment="the version of the case that this change made")
    fact_id: Mapped[str] = mapped_column(String(80))
    old_value: Mapped[object | None] = mapped_column(Json, comment="NULL: was not established")
    old_standing: Mapped[str | None] = mapped_column(String(20), comment="NULL: had never been entered")
    old_evidence: Mapped[str] = mapped_column(String(500))
    old_note: Mapped[str] = mapped_column(Text)
    new_value: Mapped[object | None] = mapped_column(Json, comment="NULL: not established")
    new_standing: Mapped[str | None] = mapped_column(
        String(20), comment="NULL: a field of the case, not a fact"
    )
    new_evidence: Mapped[str] = mapped_column(String(500))
    new_note: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User] = relationship()


class Attachment(Base):
    """A file of a case; its content lies once under files/ab/<sha256>, however often it was handed in."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    fact_id: Mapped[str | None] = mapped_column(String(80), comment="NULL: belongs to the case as a whole")
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(comment="bytes")
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User] = relationship()


class Recommendation(Base):
    """One assessment of one version of a case; immutable. `document` is the canonical text that was hashed."""

    __tablename__ = "recommendations"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int] = mapped_column(comment="1, 2, 3 within the case")
    case_version: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    disposition: Mapped[str] = mapped_column(String(30), index=True)
    certainty: Mapped[str] = mapped_column(String(20))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    created_by: Mapped[User] = relationship()

    _parsed: ClassVar[tuple[str, dict]] = "", {}

    @property
    def content(self) -> dict:
        """The assessment document, read from its text once: nobody changes anything in it."""
        if self._parsed[0] is not self.document:
            self._parsed = self.document, json.loads(self.document)
        return self._parsed[1]


class Event(Base):
    """One thing that happened; append-only, each chained by hash to the one before."""

    __tablename__ = "events"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), index=True, comment="NULL: the command line"
    )
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("cases.id"), index=True, comment="NULL: no single case"
    )
    detail: Mapped[dict] = mapped_column(Json)
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    by: Mapped[User | None] = relationship()


class ChainHead(Base):
    """How many events there are and the hash of the last: notices a chain cut short. One row; the writers' lock."""

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
