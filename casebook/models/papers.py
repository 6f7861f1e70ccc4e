"""Official papers: their numbers, their bytes, and the templates an administrator may change."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, User


class PaperCounter(Base):
    """The last number given by one organ in one year; a rolled back transaction gives its number back."""

    __tablename__ = "paper_counters"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class PaperTemplate(Base):
    """One version of the text of one kind of paper; the newest is used, none is ever changed."""

    __tablename__ = "paper_templates"
    __table_args__ = (UniqueConstraint("kind", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User] = relationship()


class Paper(Base):
    """One paper as it was issued; immutable. The files lie by their checksum beside the attachments."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("organisation_id", "year", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(60), default="", comment="what it is about, as decision:1")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    year: Mapped[int]
    seq: Mapped[int]
    number: Mapped[str] = mapped_column(String(60), comment="as printed: QX〔2026〕3号")
    template: Mapped[str] = mapped_column(String(80), comment="kind and version, or 'shipped'")
    content: Mapped[dict] = mapped_column(Json, comment="the blocks both files were made from")
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    docx_sha256: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    by: Mapped[User] = relationship()
