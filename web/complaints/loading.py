"""The complaint behind an address, for the pages of every room."""

from flask import g

from casebook.complaints import desk, steps
from casebook.models import Complaint, Role
from web.session import db_session

# Who may come to a complaint at all; which of them to which one is decided in casebook.complaints.steps.
COMPLAINT_READERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.RECEIVER, Role.AUDITOR)
COMPLAINT_HANDLERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.RECEIVER)


def load_complaint(number: str) -> Complaint:
    """The complaint of that number, its reading logged; 404 if there is none or this person may not see it."""
    complaint = steps.get(db_session(), g.user, number)
    desk.read(db_session(), g.user, complaint)
    return complaint
