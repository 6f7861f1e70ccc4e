"""What a complaint waits for now, and in whose part: nothing of it is stored, all follows from its rows."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.complaints import objections, protection, steps
from casebook.complaints.disposition import waits_for_approval
from casebook.complaints.findings import may_verify, waits_for_conclusion
from casebook.complaints.steps import CHIEF, HANDLER, RECEIVER, SCREENER, SUPERIOR
from casebook.errors import Problem
from casebook.models import (
    Complaint,
    ComplaintDuty,
    ComplaintPart,
    ComplaintState,
    FalseAccusation,
    Naming,
    Opening,
    User,
)

PARTS = {
    SCREENER: Problem("登记审查人", "Screener"),
    HANDLER: Problem("承办人", "Handler"),
    CHIEF: Problem("主要负责人", "Chief"),
    SUPERIOR: Problem("上一级主要负责人", "Chief of the organ above"),
    RECEIVER: Problem("信访受理人员", "Receiver"),
}


@dataclass(frozen=True)
class Awaited:
    """One step that is due, the part it is due from, and the row it is about (0: the complaint itself)."""

    step: str
    part: str
    of: int = 0


def awaited(session: Session, complaint: Complaint) -> list[Awaited]:
    """The steps that are due in a complaint as it is, the most urgent first."""
    decider = SUPERIOR if complaint.own_chief else CHIEF
    found = [
        Awaited("protect", HANDLER if _holder(complaint, ComplaintPart.HANDLER) else SCREENER, row.id)
        for row in protection.of_complaint(session, complaint)
        if row.closed_on is None
    ]
    asked = select(Opening.id).where(
        Opening.complaint_id == complaint.id, Opening.granted.is_(None), Opening.ended_at.is_(None)
    )
    if session.scalar(asked.limit(1)) is not None:
        found.append(Awaited("answer_opening", decider))
    by_state = {
        ComplaintState.REGISTERED: _registered,
        ComplaintState.ACCEPTED: _accepted,
        ComplaintState.HANDLING: _handled,
        ComplaintState.CONCLUDED: _concluded,
        ComplaintState.CLOSED: _after_the_end,
    }.get(complaint.state)
    return found + (by_state(session, complaint, decider) if by_state else [])


def due_for(session: Session, user: User, complaint: Complaint) -> list[Awaited]:
    """Of these, what this person may do now."""
    parts = steps.parts_of(user, complaint)
    return [
        one
        for one in awaited(session, complaint)
        if one.part in parts and steps.may_do(user, one.step, complaint)
    ]


def holders(complaint: Complaint, part: str) -> list[str]:
    """The names of those who hold a part that is assigned."""
    if part not in list(ComplaintPart):
        return []
    return [duty.user.name for duty in _duties(complaint, ComplaintPart(part))]


def _registered(session: Session, complaint: Complaint, decider: str) -> list[Awaited]:
    if not _holder(complaint, ComplaintPart.SCREENER):
        return [Awaited("assign_screener", decider)]
    if complaint.screened_on is None:
        return [Awaited("screen", SCREENER)]
    step = {"accusation": "accept", "no_substance": "refuse", "other_channel": "refuse"}
    return [Awaited(step.get(complaint.kind, "pass_on"), SCREENER)]


def _accepted(session: Session, complaint: Complaint, decider: str) -> list[Awaited]:
    found = _untold(complaint)
    handled = _holder(complaint, ComplaintPart.HANDLER)
    if not handled:
        found.append(Awaited("assign_handler", decider))
    if waits_for_approval(complaint):
        found.append(Awaited("approve_disposition", decider))
    else:
        found.append(Awaited("propose_disposition", HANDLER if handled else SCREENER))
    return found


def _handled(session: Session, complaint: Complaint, decider: str) -> list[Awaited]:
    found = _untold(complaint)
    if not _holder(complaint, ComplaintPart.HANDLER):
        found.append(Awaited("assign_handler", decider))
    if waits_for_approval(complaint):
        found.append(Awaited("approve_disposition", decider))
    elif waits_for_conclusion(complaint):
        found.append(Awaited("conclude", decider))
    elif may_verify(complaint):
        found.append(Awaited("find", HANDLER))
    return found


def _concluded(session: Session, complaint: Complaint, decider: str) -> list[Awaited]:
    found = _untold(complaint)
    if complaint.fed_back_on is None and (complaint.naming == Naming.REAL_NAME or complaint.channel == "web"):
        found.append(Awaited("feed_back", SCREENER))
    found += _after_the_end(session, complaint, decider)
    return found or [Awaited("close", SCREENER)]


def _after_the_end(session: Session, complaint: Complaint, decider: str) -> list[Awaited]:
    """What may still come of it, also when it is closed: a file on a false accusation, objections."""
    waiting = select(FalseAccusation.id).where(
        FalseAccusation.complaint_id == complaint.id, FalseAccusation.state == "proposed"
    )
    found = [] if session.scalar(waiting.limit(1)) is None else [Awaited("answer_false", decider)]
    for row in objections.unanswered(session, complaint):
        if row.new_evidence and row.stands is None:
            found.append(Awaited("check_objection", HANDLER, row.id))
        elif objections.waits_to_be_reopened(row):
            found.append(Awaited("reopen", decider))
        else:
            found.append(Awaited("answer_objection", SCREENER, row.id))
    return found


def _untold(complaint: Complaint) -> list[Awaited]:
    signed = complaint.naming == Naming.REAL_NAME and complaint.repeat_of_id is None
    return [Awaited("tell_accepted", SCREENER)] if signed and complaint.told_on is None else []


def _duties(complaint: Complaint, part: ComplaintPart) -> list[ComplaintDuty]:
    return [duty for duty in complaint.duties if duty.part == part and duty.ended_at is None]


def _holder(complaint: Complaint, part: ComplaintPart) -> bool:
    return bool(_duties(complaint, part))
