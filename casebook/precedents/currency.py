"""Which precedents were decided again by the rules of the day, and what came out."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.models import PrecedentReplay
from rules.library import library

SAME, NEVER = "same", "never"


def rules_digest() -> str:
    try:
        from casebook.precedents.ageing import rules_digest as digest
    except ImportError:
        return library().vocabulary.digest
    return digest()


def standings(session: Session, on: date) -> dict[int, str]:
    """What the last replay by these rules said of each precedent; none at all is left out."""
    rows = select(PrecedentReplay.precedent_id, PrecedentReplay.result)
    rows = rows.where(PrecedentReplay.rules_sha256 == rules_digest(), PrecedentReplay.as_of <= on)
    return dict(session.execute(rows.order_by(PrecedentReplay.as_of, PrecedentReplay.id)).all())
