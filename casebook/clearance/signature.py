"""What the main leader's signature covers: the points, the forms and every recipient approved."""

from casebook.db import json_sha256
from casebook.models import Clearance
from casebook.sealing import plain

_SIGNED = (
    "number", "complaint_id", "decision_id", "name", "unit", "post", "opinion_words", "departs_why", "forms",
    "facts_checked", "procedure_checked", "checked_by_id", "decided_by_id", "decided_on", "decided_reason",
    "visit_due_on",
)  # fmt: skip


def digest(clearance: Clearance) -> str:
    """SHA-256 over what was approved; recipients taken in later have their own event and are not in it."""
    return json_sha256({
        "clearance": {name: plain(getattr(clearance, name)) for name in _SIGNED},
        "points": [[point.seq, point.alleged, point.found] for point in clearance.points],
        "reach": [row.id for row in clearance.reach if row.approved_by_id is not None and not row.gone_why],
    })  # fmt: skip
