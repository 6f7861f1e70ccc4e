"""The texts that recommendations were made with, kept for good so that each can be made again."""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casebook.db import Base


class RuleText(Base):
    """One text of a rule pack or of the vocabulary, under the digest that recommendations name."""

    __tablename__ = "rule_texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), comment="of its file; packs are read in this order")
    text: Mapped[str] = mapped_column(Text)


class RuleUse(Base):
    """That the last recommendation of a case rests on a rule. Made from its document, and with each one anew."""

    __tablename__ = "rule_uses"
    __table_args__ = (Index("ix_rule_uses_case_id", "case_id"),)

    rule: Mapped[str] = mapped_column(String(120), primary_key=True, comment="id and first day, as cited")
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(comment="of the recommendation within the case")
