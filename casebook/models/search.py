"""What is searched, what people search for, and what they are told without searching.

None of it says what was done in a case, so none is sealed: entries can be made anew from what they were made from
(`casebook search check` compares them), a saved search is its owner's alone to change, an alert only points to what
happened.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casebook.db import Base, Json, UtcDateTime
from casebook.models.case import Case, User, words
from casebook.models.precedents import Precedent


class SeenBy(StrEnum):
    """Who finds an entry: everyone who may read it; or of these all but, or only, who owes a blind second opinion."""

    EVERYONE = "everyone"
    SIGHTED = "sighted"
    BLIND = "blind"


class SearchEntry(Base):
    """The folded text of one precedent or case. The larger its id, the newer what it is about.

    The index over the grams is made by the migration: on PostgreSQL it is a GIN index, on SQLite the table search_grams
    (FTS5), which triggers keep in step.
    """

    __tablename__ = "search_entries"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
        comment="by day, see casebook.search.index",
    )
    precedent_id: Mapped[int | None] = mapped_column(ForeignKey("precedents.id"), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    seen_by: Mapped[SeenBy] = mapped_column(words(SeenBy, "search_seen_by"))
    text: Mapped[str] = mapped_column(Text, comment="folded, see casebook.search.grams")
    grams: Mapped[str] = mapped_column(
        Text().with_variant(TSVECTOR(), "postgresql"), deferred=True, comment="what the text is indexed by"
    )
    tags: Mapped[str] = mapped_column(
        Text, comment="grams for what it is filtered by, see casebook.search.tags"
    )
    made_with: Mapped[str] = mapped_column(
        String(16), comment="the tokenizer and the words of facts it was made with"
    )


class SavedSearch(Base):
    """What one person searched for. Without a name it is only their recent search, kept so that no URL has it."""

    __tablename__ = "saved_searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(
        String(32), unique=True, comment="its address; opens it for its owner only"
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), default="", comment="empty: a recent search, not saved")
    query: Mapped[str] = mapped_column(String(200), default="")
    filters: Mapped[dict] = mapped_column(Json, default=dict)
    tells: Mapped[bool] = mapped_column(
        default=False, comment="alert its owner when a new precedent meets it"
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class Alert(Base):
    """Something one person is told: a precedent or a rule touches their open case, or meets a search they saved."""

    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_user_id_seen_at", "user_id", "seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(20), comment="precedent, rules, search")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True, comment="NULL: a search")
    precedent_id: Mapped[int | None] = mapped_column(ForeignKey("precedents.id"), index=True)
    search_id: Mapped[int | None] = mapped_column(ForeignKey("saved_searches.id"))
    detail: Mapped[dict] = mapped_column(Json, default=dict, comment="codes only: standing, side, rules")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="NULL: not seen yet")

    user: Mapped[User] = relationship()
    case: Mapped[Case | None] = relationship()
    precedent: Mapped[Precedent | None] = relationship()
    search: Mapped[SavedSearch | None] = relationship()


class Likeness(Base):
    """The vector of one precedent's text, where the extra for meaning is installed. Never part of a decision."""

    __tablename__ = "likenesses"
    __table_args__ = (UniqueConstraint("precedent_id", "model"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    precedent_id: Mapped[int] = mapped_column(ForeignKey("precedents.id"))
    model: Mapped[str] = mapped_column(String(60))
    text_sha256: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
