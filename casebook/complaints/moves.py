"""How every step on a complaint ends: its state, its version, and the one event that seals what was written."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from casebook.complaints import log
from casebook.complaints.steps import Step
from casebook.db import Base
from casebook.models import Complaint, Event, User


def done(
    session: Session,
    step: Step,
    complaint: Complaint,
    by: User,
    kind: str,
    *,
    rows: Iterable[Base] = (),
    **detail,
) -> Event:
    """Bring the complaint to the state the step leads to and append its event; `rows` are all other rows written."""
    if step.to is not None:
        complaint.state = step.to
    complaint.version += 1
    return log.record(session, kind, by, complaint, rows=[complaint, *rows], **detail)
