"""A written inquiry (函询): the day it reached the person, and the day of the answer, which a local rule limits.

The days only: what was asked and answered is in the file of the inquiry. Functions flush and never commit.
"""

from datetime import date

from sqlalchemy.orm import Session

from casebook.complaints import due, moves, steps
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Complaint, ComplaintState, Feedback, User
from casebook.procedure.dates import check_day

TALK_OR_INQUIRY = "talk_inquiry"


def may_reach(complaint: Complaint) -> bool:
    """Whether an inquiry was approved and none waits for its answer."""
    return _approved(complaint) and due.unanswered(complaint) is None


def may_answer(complaint: Complaint) -> bool:
    """Whether an inquiry reached the person and is not answered."""
    return _approved(complaint) and due.unanswered(complaint) is not None


def reached(session: Session, complaint: Complaint, by: User, *, on: date | None, today: date) -> Feedback:
    """Enter the day on which the inquiry reached the person. Raises BadFields, NotReady, NotAllowed, WrongStage."""
    step = steps.ensure(session, by, "note_inquiry", complaint)
    if not may_reach(complaint):
        raise NotReady([Problem(
            "没有批准谈话函询，或者上一次函询尚未回复。",
            "No inquiry was approved, or the last one is not answered yet.",
        ).by(step.law)])  # fmt: skip
    return _enter(session, step, complaint, by, due.INQUIRY, on, complaint.disposed_on, today)


def answered(session: Session, complaint: Complaint, by: User, *, on: date | None, today: date) -> Feedback:
    """Enter the day on which the person answered. Raises BadFields, NotReady, NotAllowed, WrongStage."""
    step = steps.ensure(session, by, "note_inquiry", complaint)
    waiting = due.unanswered(complaint)
    if waiting is None:
        raise NotReady([Problem("没有待回复的函询。", "No inquiry waits for an answer.")])
    return _enter(session, step, complaint, by, due.INQUIRY_ANSWER, on, waiting.given_on, today)


def _approved(complaint: Complaint) -> bool:
    handled = complaint.state == ComplaintState.HANDLING and complaint.disposed_on is not None
    return handled and complaint.disposition == TALK_OR_INQUIRY


def _enter(
    session: Session,
    step: steps.Step,
    complaint: Complaint,
    by: User,
    kind: str,
    on: date | None,
    since: date,
    today: date,
) -> Feedback:
    errors: dict[str, Problem] = {}
    check_day(errors, "given_on", on, since=since, until=today)
    if errors:
        raise BadFields(errors)
    row = Feedback(complaint_id=complaint.id, kind=kind, given_on=on, how="", by_id=by.id, at=utc_now())
    session.add(row)
    session.flush()
    session.expire(complaint, ["told"])
    moves.done(session, step, complaint, by, f"complaint.{kind}", rows=[row])
    return row
