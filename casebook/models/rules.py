"""The texts that recommendations were made with, kept for good so that each can be made again."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casebook.db import Base


class RuleText(Base):
    """One text of a rule pack or of the vocabulary, under the digest that recommendations name."""

    __tablename__ = "rule_texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), comment="of its file; packs are read in this order")
    text: Mapped[str] = mapped_column(Text)
