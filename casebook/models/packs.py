"""Rule packs of a site: how a text becomes law here, from draft to its last day, and what was proved and rehearsed.

Shipped packs are files of the product and have no row. A row's text is open only while it is a draft; once approved
it is kept in `rule_texts` under its digest, and nothing of it is ever edited: a later version takes its place.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Organisation, User, words


class PackLife(StrEnum):
    """How far a version of a pack is. In force is an approved one between its first and its last day."""

    DRAFT = "draft"
    CHECKED = "checked"
    PROVED = "proved"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PackVersion(Base):
    """One version of one pack of the site; `digest` is the SHA-256 of its text, which every record of it names."""

    __tablename__ = "pack_versions"
    __table_args__ = (
        UniqueConstraint("name", "number"),
        Index("ix_pack_versions_life_from_on", "life", "from_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), comment="of the pack, as its text says")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 within the name")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    life: Mapped[PackLife] = mapped_column(words(PackLife, "pack_life"))
    version: Mapped[int] = mapped_column(
        default=1, comment="of this row, so that no window overwrites another"
    )
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    reason: Mapped[str] = mapped_column(Text, default="", comment="why this version is made")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    proposed_from: Mapped[date | None] = mapped_column(Date, comment="first day asked for")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), comment="the second person")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_words: Mapped[str] = mapped_column(Text, default="")
    from_on: Mapped[date | None] = mapped_column(Date, comment="first day in force, set on approval")
    to_on: Mapped[date | None] = mapped_column(Date, comment="last day in force; NULL: still")
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, default="")
    back_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("pack_versions.id"), comment="a rollback: the version whose text this one repeats"
    )

    organisation: Mapped[Organisation] = relationship()
    by: Mapped[User] = relationship(foreign_keys=by_id)
    proposed_by: Mapped[User | None] = relationship(foreign_keys=proposed_by_id)
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)
    ended_by: Mapped[User | None] = relationship(foreign_keys=ended_by_id)
    checks: Mapped[list["PackCheck"]] = relationship(back_populates="pack", order_by="PackCheck.id")
    rehearsals: Mapped[list["PackRehearsal"]] = relationship(
        back_populates="pack", order_by="PackRehearsal.id"
    )


class PackCheck(Base):
    """One check or proof of one text beside the other packs: what was looked at, what was found. Never changed."""

    __tablename__ = "pack_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int | None] = mapped_column(
        ForeignKey("pack_versions.id"), index=True, comment="NULL: the shipped packs as they are"
    )
    kind: Mapped[str] = mapped_column(String(10), comment="check, proof")
    digest: Mapped[str] = mapped_column(String(64), index=True, comment="of the text that was looked at")
    beside: Mapped[dict] = mapped_column(
        Json, comment="name and digest of each other pack and the vocabulary"
    )
    passed: Mapped[bool]
    report: Mapped[object] = mapped_column(Json, comment="faults, or properties with their counter-examples")
    by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), comment="NULL: run by a command on the server"
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    pack: Mapped[PackVersion | None] = relationship(back_populates="checks")
    by: Mapped[User | None] = relationship()


class PackRehearsal(Base):
    """What a text would have changed in the cases of an office, had it been in force. Never changed."""

    __tablename__ = "pack_rehearsals"

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack_versions.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date] = mapped_column(Date)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id"), comment="whose cases were read"
    )
    cases: Mapped[int]
    counts: Mapped[dict] = mapped_column(Json, comment="how many cases moved from which disposition to which")
    changed: Mapped[list] = mapped_column(
        Json, comment="id of each case that moved, before, after, the rules behind it"
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    pack: Mapped[PackVersion] = relationship(back_populates="rehearsals")
    organisation: Mapped[Organisation] = relationship()
    by: Mapped[User] = relationship()

    @property
    def unread(self) -> list[int]:
        """The ids of cases that could not be assessed."""
        return self.counts.get("unread", [])
