"""What the rules say follows from a finding: advice with reasons, shown beside what people decide and never stored."""

from datetime import date

from casebook.models import AuthorFinding, Complaint
from rules.complaints import judge_complaint

_DAYS = {
    "received_on": "complaint_received_date",
    "accepted_on": "complaint_accepted_date",
    "concluded_on": "complaint_concluded_date",
    "told_on": "complainant_notified_date",
    "fed_back_on": "result_fed_back_date",
}


def facts_of(complaint: Complaint) -> dict[str, object]:
    """What the record of a complaint establishes, as the rules read it; what it does not know is left out."""
    facts: dict[str, object] = {"complaint_named": str(complaint.naming)}
    if complaint.kind:
        facts["complaint_kind"] = complaint.kind
    if complaint.own_chief is not None:
        facts["respondent_is_own_chief"] = complaint.own_chief
    if complaint.disposed_on is not None:
        facts["disposition_kind"] = complaint.disposition
    if complaint.finding is not None and complaint.concluded_on is not None:
        facts["complaint_outcome"] = str(complaint.finding)
    if complaint.author_finding in (AuthorFinding.HONEST, AuthorFinding.MISTAKEN):
        facts["intent_to_frame"] = False
    for column, fact in _DAYS.items():
        if (day := getattr(complaint, column)) is not None:
            facts[fact] = day.isoformat()
    return facts


def advice(complaint: Complaint, on: date) -> dict:
    """The advice of the rules on a concluded complaint, as of a day."""
    return judge_complaint(facts_of(complaint), on)
