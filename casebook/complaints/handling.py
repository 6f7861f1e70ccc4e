"""The steps of those who handle a complaint, gathered; each stands in the module of its room."""

from casebook.complaints.author import examine as examine_author
from casebook.complaints.disposition import approve as approve_disposition
from casebook.complaints.disposition import propose as propose_disposition
from casebook.complaints.disposition import send_back as return_disposition
from casebook.complaints.ending import close, open_case, report_inside, tell_respondent
from casebook.complaints.findings import conclude, find, return_finding
from casebook.complaints.objections import answer as answer_objection
from casebook.complaints.objections import check as check_objection
from casebook.complaints.objections import object_ as object_to
from casebook.complaints.objections import reopen
from casebook.complaints.telling import feed_back, tell_accepted, write

__all__ = [
    "answer_objection",
    "approve_disposition",
    "check_objection",
    "close",
    "conclude",
    "examine_author",
    "feed_back",
    "find",
    "object_to",
    "open_case",
    "propose_disposition",
    "reopen",
    "report_inside",
    "return_disposition",
    "return_finding",
    "tell_accepted",
    "tell_respondent",
    "write",
]
