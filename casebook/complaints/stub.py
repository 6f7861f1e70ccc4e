"""What is left of a complaint that was sent up: number, day, to whom and reference (CHG2020 15, SEC-05).

Columns that may not be empty hold the same value in every stub, so that they say nothing of the one they stand in. Who
had a part in it and who opened what is sealed stays, without a word of what they wrote: that is the record of those who
saw it, not of the complaint. A paper that was issued stays as issued, and nobody reads it any more: that it was
accepted, in fixed words, and nothing of the matter.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.db import Base
from casebook.models import Channel, Complaint, ComplaintState, Feedback, Naming, Opening, Protection

CHANNEL, NAMING = Channel.TRANSFER, Naming.ANONYMOUS  # of every stub
HISTORY = (
    "complaint.sent_up",
    "opening.asked",
    "opening.granted",
    "opening.refused",
    "opening.ended",
    "seal.read",
)
"""What the page of a stub tells of its past: no step that shows how it came in, how it was signed or what it said."""


def blank(session: Session, complaint: Complaint) -> list[Base]:
    """Leave nothing of what it said, of whom, how it came in or why it went up; returns the other rows written."""
    complaint.channel, complaint.naming = CHANNEL, NAMING
    complaint.handle = None
    complaint.kind = complaint.extract = complaint.region = complaint.assigned_from = ""
    complaint.respondent_name = complaint.respondent_unit = complaint.respondent_post = ""
    complaint.own_chief = complaint.extract_by_id = complaint.repeat_of_id = None
    complaint.screened_on = complaint.accepted_on = complaint.told_on = None
    complaint.disposition = complaint.disposition_minutes = complaint.returned_why = ""
    complaint.disposition_proposed_on = complaint.disposition_by_id = None
    rows: list[Base] = list(complaint.points)
    for point in complaint.points:
        point.alleged = ""
    for opening in _of(session, Opening, complaint):
        opening.reason = opening.answer_reason = ""
        rows.append(opening)
    for told in _of(session, Feedback, complaint):
        told.kind = told.how = ""
        rows.append(told)
    for task in _of(session, Protection, complaint):
        task.kind = task.measures = task.outcome = ""
        task.new_complaint_id, task.closed_on = None, task.closed_on or task.raised_on
        rows.append(task)
    for other in session.scalars(select(Complaint).where(Complaint.repeat_of_id == complaint.id)):
        other.repeat_of_id = None  # else the one that is kept would say what the stub was about
        rows.append(other)
    for duty in complaint.duties:
        duty.ended_why = ""
        rows.append(duty)
    for task in session.scalars(select(Protection).where(Protection.new_complaint_id == complaint.id)):
        task.new_complaint_id = (
            task.complaint_id
        )  # its clue was registered; that it became this stub is not said
        rows.append(task)
    return rows


def is_stub(complaint: Complaint) -> bool:
    return complaint.state == ComplaintState.STUB


def _of(session: Session, table: type, complaint: Complaint) -> list:
    return list(session.scalars(select(table).where(table.complaint_id == complaint.id).order_by(table.id)))
