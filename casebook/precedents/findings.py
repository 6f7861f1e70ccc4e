"""What the precedents say of a case, issue by issue."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casebook.models import Case


@dataclass(frozen=True)
class Findings:
    """What the precedents say of one version of a case on one day; `content` is plain data, as it is kept."""

    content: dict
    base_sha256: str
    rules_sha256: str
    recommendation_id: int | None


def look(session: Session, case: Case, on: date) -> Findings:
    """What the precedents say of the case; writes nothing."""
    raise NotImplementedError
