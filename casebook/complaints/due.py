"""The deadlines of a complaint, worked out from the days in its row and the limits complaint.*; nothing is stored."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from sqlalchemy.orm import object_session

from casebook.complaints import log
from casebook.models import Complaint, ComplaintState, Feedback, Naming
from rules.counting import NoCalendar, WorkingDays, add_months
from rules.limit import Limit
from rules.limits import limits

_ELSEWHERE = ("other_organ", "belongs_subordinate", "claim", "suggestion")
_GONE = (ComplaintState.REFUSED, ComplaintState.PASSED_ON, ComplaintState.STUB)
_QUARTER = 3
INSIDE = "petition_unit"  # the kind of a Feedback that tells the unit which received it
INQUIRY, INQUIRY_ANSWER = (
    "inquiry",
    "inquiry_answer",
)  # kinds, too: it reached the person, the person answered
RESPONDENT = "respondent"  # and of one that tells the respondent


@dataclass(frozen=True)
class Due:
    """One deadline. `possible`: it runs only if screening finds so. `missing_year`: no calendar, so no last day.

    `lapsed`: the provision is no longer in force and its successor was not read; the day is for guidance.
    """

    limit: Limit
    starts_on: date
    due_on: date | None
    met_on: date | None
    possible: bool = False
    missing_year: int | None = None
    lapsed: bool = False

    def is_late(self, on: date) -> bool:
        """Whether it was met after its last day, or is not met and that day is over."""
        return self.due_on is not None and (self.met_on or on) > self.due_on

    @property
    def runs(self) -> bool:
        return self.met_on is None


def deadlines(complaint: Complaint, working: WorkingDays) -> list[Due]:
    """Every deadline of a complaint, in the order of its way; one that may not come about is marked so."""
    c, found = complaint, []
    unscreened = not c.kind and c.state == ComplaintState.REGISTERED

    def add(limit_id: str, start: date, met: date | None, *, possible: bool = False) -> None:
        found.append(_due(limit_id, start, met, working, possible))

    if c.state == ComplaintState.STUB or c.kind == "belongs_superior" or c.own_chief or unscreened:
        add("complaint.report_up", c.received_on, c.passed_on, possible=unscreened)
    if c.channel == "transfer" and c.state != ComplaintState.STUB:
        add("complaint.accept_transferred", c.received_on, c.accepted_on or c.passed_on or _if_refused(c))
    if c.kind in _ELSEWHERE or unscreened:
        add("complaint.transfer", c.received_on, c.passed_on or _if_refused(c), possible=unscreened)
    if _is_told(c):
        add("complaint.tell_accepted", c.received_on, c.told_on)
    if c.assigned_from and c.state not in _GONE:
        add("complaint.assigned_report", c.received_on, c.concluded_on)
    for asked, answer in _inquiries(c):
        if (
            answer is None and c.state != ComplaintState.HANDLING
        ):  # no answer is waited for, nor can one be entered
            continue
        limit = limits().find("inquiry.answer", asked.given_on)
        if limit.in_force(asked.given_on) and limit.concerns({}, region=c.region or ""):  # a local rule
            add(limit.id, asked.given_on, answer and answer.given_on)
    if c.concluded_on is not None:
        if c.naming == Naming.REAL_NAME:
            add("complaint.feed_back", c.concluded_on, c.fed_back_on)
        add("complaint.quarterly_feedback", c.concluded_on, reported_inside(c))
    return found


def reported_inside(complaint: Complaint) -> date | None:
    """The day on which the petition unit was told of the conclusion as it stands; None: not yet."""
    row = _told(complaint, INSIDE)
    return row and row.given_on


def told_respondent(complaint: Complaint) -> Feedback | None:
    """That the respondent was told of the conclusion as it stands; None: not yet."""
    return _told(complaint, RESPONDENT)


def _told(complaint: Complaint, kind: str) -> Feedback | None:
    if complaint.concluded_on is None:
        return None
    told = (row for row in complaint.told if row.kind == kind)
    return next((row for row in told if _of_this_conclusion(complaint, row)), None)


def _of_this_conclusion(complaint: Complaint, row: Feedback) -> bool:
    """Whether a person was told of the conclusion as it stands, not of one that was reopened since.

    Days tell, but where it was reopened and concluded anew on the day they were told: then the moments of the record.
    """
    day = complaint.concluded_on
    if row.given_on != day or all(one.reopened_on != day for one in complaint.told):
        return row.given_on >= day
    concluded = log.history(object_session(complaint), complaint, kinds=("complaint.concluded",))
    return row.at >= concluded[-1].at


def unanswered(complaint: Complaint) -> Feedback | None:
    """The inquiry that reached the person and is not answered; None: there is none."""
    return next((asked for asked, answer in _inquiries(complaint) if answer is None), None)


def _inquiries(complaint: Complaint) -> list[tuple[Feedback, Feedback | None]]:
    """Each inquiry that reached the person, in order, with its answer."""
    asked = [row for row in complaint.told if row.kind == INQUIRY]
    answers = [row for row in complaint.told if row.kind == INQUIRY_ANSWER]
    return list(zip_longest(asked, answers))


def next_due(complaint: Complaint, working: WorkingDays) -> Due | None:
    """The deadline that still runs and ends first, those that surely run before those that may."""
    running = [due for due in deadlines(complaint, working) if due.runs and due.due_on is not None]
    return min(running, key=lambda due: (due.due_on, due.possible), default=None)


def _due(limit_id: str, start: date, met: date | None, working: WorkingDays, possible: bool) -> Due:
    limit = limits().find(limit_id, start)
    lapsed = not limit.in_force(start)
    if limit.amount is None:  # each quarter
        return Due(limit, start, _quarter_end(start), met, possible, None, lapsed)
    try:
        return Due(limit, start, limits().last_day(limit, start, working), met, possible, None, lapsed)
    except NoCalendar as missing:
        return Due(limit, start, None, met, possible, missing.year, lapsed)


def _is_told(complaint: Complaint) -> bool:
    """Whether its author is to be told that it is accepted: of a repeat not again (CHG2020 26)."""
    first = complaint.naming == Naming.REAL_NAME and complaint.repeat_of_id is None
    return first and complaint.kind in ("", "accusation") and complaint.state not in _GONE


def _if_refused(complaint: Complaint) -> date | None:
    return complaint.closed_on if complaint.state == ComplaintState.REFUSED else None


def _quarter_end(day: date) -> date:
    """The last day of the quarter in which a day falls."""
    first = date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1)
    return add_months(first, _QUARTER) - timedelta(days=1)
