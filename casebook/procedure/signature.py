"""What a signature covers: everything a decision says, so that a signed decision cannot say anything else."""

from casebook.db import json_sha256
from casebook.models import Decision
from casebook.sealing import plain

_SIGNED = (
    "case_id", "seq", "meeting_id", "appeal_id", "disposition", "facts_found", "reason", "considered", "departs",
    "departure_code", "departure_reason", "departure_rules", "decided_on", "effective_on", "signed_by_id", "signed_at",
)  # fmt: skip
_MEASURE = ("regime", "code", "months", "basis", "starts_on", "ends_on")
_DEPARTURE = ("precedent_id", "code", "factors", "newer", "reason", "by_id")


def decision_digest(decision: Decision) -> str:
    """SHA-256 over the decision, its measures with their days, its votes and the recommendation it was made on.

    With why it departs from precedents, where it does: what was signed before there were any stays as it was signed.
    """
    votes = decision.meeting.votes if decision.meeting else ()
    content = {
        "case": decision.case.number,
        "decision": {name: plain(getattr(decision, name)) for name in _SIGNED},
        "measures": [{name: plain(getattr(one, name)) for name in _MEASURE} for one in decision.measures],
        "recommendation": decision.recommendation.sha256,
        "votes": [[vote.user_id, vote.disposition, vote.words] for vote in votes],
    }
    if decision.precedent_departures:
        content["precedents"] = [
            {name: plain(getattr(one, name)) for name in _DEPARTURE} for one in decision.precedent_departures
        ]
    return json_sha256(content)


def is_intact(decision: Decision) -> bool:
    """Whether a signed decision still says what was signed."""
    return bool(decision.signature) and decision.signature == decision_digest(decision)
