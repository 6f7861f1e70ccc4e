"""What a complaint waits for now, and in whose part: nothing of it is stored, all follows from its rows."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook.complaints import due, objections, protection, steps
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
    Protection,
    User,
)
from casebook.seal import consent

PARTS = {
    SCREENER: Problem("登记审查人", "Screener"),
    HANDLER: Problem("承办人", "Handler"),
    CHIEF: Problem("主要负责人", "Chief"),
    SUPERIOR: Problem("上一级主要负责人", "Chief of the organ above"),
    RECEIVER: Problem("信访受理人员", "Receiver"),
}
_ASSIGNED = {SCREENER: "assign_screener", HANDLER: "assign_handler"}


@dataclass(frozen=True)
class Awaited:
    """One step that is due, the part it is due from, and the row it is about (0: the complaint itself)."""

    step: str
    part: str
    of: int = 0


@dataclass(frozen=True)
class LooseEnds:
    """The rows of all complaints that wait for somebody: few, and read once for a whole page."""

    tasks: dict[int, list[Protection]] = field(default_factory=lambda: defaultdict(list))
    asked: dict[int, list[Opening]] = field(default_factory=lambda: defaultdict(list))
    accused: set[int] = field(default_factory=set)


def loose_ends(session: Session, complaint: Complaint | None = None) -> LooseEnds:
    """What waits in one complaint, or in all."""
    found = LooseEnds()
    tasks = select(Protection).where(Protection.closed_on.is_(None)).order_by(Protection.id)
    asked = select(Opening).where(
        Opening.granted.is_(None), Opening.ended_at.is_(None), Opening.complaint_id.is_not(None)
    )
    accused = select(FalseAccusation.complaint_id).where(FalseAccusation.state == "proposed")
    if complaint is not None:
        tasks = tasks.where(Protection.complaint_id == complaint.id)
        asked = asked.where(Opening.complaint_id == complaint.id)
        accused = accused.where(FalseAccusation.complaint_id == complaint.id)
    for row in session.scalars(tasks):
        found.tasks[row.complaint_id].append(row)
    for row in session.scalars(asked.options(joinedload(Opening.asked_by)).order_by(Opening.id)):
        found.asked[row.complaint_id].append(row)
    found.accused.update(session.scalars(accused))
    return found


def awaited(session: Session, complaint: Complaint, ends: LooseEnds | None = None) -> list[Awaited]:
    """The steps that are due in a complaint as it is, the most urgent first; `ends` where they are known already."""
    ends = ends or loose_ends(session, complaint)
    decider = steps.decider(complaint)
    urgent = [
        Awaited("protect", _protector(complaint, row, decider), row.id)
        for row in ends.tasks.get(complaint.id, ())
    ]
    urgent += [
        Awaited("answer_opening", consent.decides(row.asked_by, complaint), row.id)
        for row in ends.asked.get(complaint.id, ())
    ]
    by_state = {
        ComplaintState.REGISTERED: _registered,
        ComplaintState.ACCEPTED: _accepted,
        ComplaintState.HANDLING: _handled,
        ComplaintState.CONCLUDED: _concluded,
        ComplaintState.CLOSED: _after_the_end,
    }.get(complaint.state)
    found = by_state(complaint, decider, complaint.id in ends.accused) if by_state else []
    return urgent + _unheld(complaint, decider, urgent + found) + found


def due_for(
    session: Session, user: User, complaint: Complaint, ends: LooseEnds | None = None
) -> list[Awaited]:
    """Of these, what this person may do now."""
    ends = ends or loose_ends(session, complaint)
    parts = steps.parts_of(user, complaint)
    asked = {row.id: row for row in ends.asked.get(complaint.id, ())}
    return [
        one
        for one in awaited(session, complaint, ends)
        if one.part in parts
        and steps.may_do(user, one.step, complaint)
        and (one.step != "answer_opening" or consent.may_answer(user, asked[one.of], complaint))
    ]


def holders(complaint: Complaint, part: str) -> list[str]:
    """The names of those who hold a part that is assigned."""
    if part not in list(ComplaintPart):
        return []
    return [duty.user.name for duty in _duties(complaint, ComplaintPart(part))]


def _protector(complaint: Complaint, row: Protection, decider: str) -> str:
    """Whose turn a task is: a receiver registers its clue; a leak is not for those who may have leaked."""
    if row.kind in protection.CLUES and row.new_complaint_id is None:
        return RECEIVER
    if row.kind == protection.LEAK:
        return decider
    return next((part for part in (HANDLER, SCREENER) if holds(complaint, part)), decider)


def _registered(complaint: Complaint, decider: str, accused: bool) -> list[Awaited]:
    if not holds(complaint, SCREENER):
        return []
    if complaint.screened_on is None:
        return [Awaited("screen", SCREENER)]
    step = {"accusation": "accept", "no_substance": "refuse", "other_channel": "refuse"}
    return [Awaited(step.get(complaint.kind, "pass_on"), SCREENER)]


def _accepted(complaint: Complaint, decider: str, accused: bool) -> list[Awaited]:
    found = _untold(complaint)
    if waits_for_approval(complaint):
        return [*found, Awaited("approve_disposition", decider)]
    return [*found, Awaited("propose_disposition", HANDLER if holds(complaint, HANDLER) else SCREENER)]


def _handled(complaint: Complaint, decider: str, accused: bool) -> list[Awaited]:
    found = _untold(complaint)
    if waits_for_approval(complaint):
        found.append(Awaited("approve_disposition", decider))
    elif waits_for_conclusion(complaint):
        found.append(Awaited("conclude", decider))
    elif may_verify(complaint):
        found.append(Awaited("find", HANDLER))
    return found


def _concluded(complaint: Complaint, decider: str, accused: bool) -> list[Awaited]:
    found = _untold(complaint)
    if complaint.fed_back_on is None and (complaint.naming == Naming.REAL_NAME or complaint.channel == "web"):
        found.append(Awaited("feed_back", SCREENER))
    found += _after_the_end(complaint, decider, accused)
    if all(
        one.step == "report_inside" for one in found
    ):  # due by the end of the quarter; it holds up nothing
        found.append(Awaited("close", SCREENER))
    return found


def _after_the_end(complaint: Complaint, decider: str, accused: bool) -> list[Awaited]:
    """What may still come of it, also when it is closed: a file on a false accusation, objections, the unit told."""
    found = [Awaited("answer_false", decider)] if accused else []
    for row in objections.unanswered_of(complaint.told):
        if row.new_evidence and row.stands is None:
            found.append(Awaited("check_objection", HANDLER, row.id))
        elif objections.waits_to_be_reopened(row):
            found.append(Awaited("reopen", decider))
        else:
            found.append(Awaited("answer_objection", SCREENER, row.id))
    if complaint.concluded_on is not None and due.reported_inside(complaint) is None:
        found.append(Awaited("report_inside", HANDLER))
    return found


def _unheld(complaint: Complaint, decider: str, found: list[Awaited]) -> list[Awaited]:
    """Whom to name: what waits for a part needs somebody in it, and while it is open somebody reads its letters."""
    wanted = {one.part for one in found}
    if complaint.state in steps.OPEN:
        wanted.add(SCREENER)
    if complaint.state in (ComplaintState.ACCEPTED, ComplaintState.HANDLING):
        wanted.add(HANDLER)
    return [
        Awaited(step, decider)
        for part, step in _ASSIGNED.items()
        if part in wanted and not holds(complaint, part)
    ]


def _untold(complaint: Complaint) -> list[Awaited]:
    signed = complaint.naming == Naming.REAL_NAME and complaint.repeat_of_id is None
    return [Awaited("tell_accepted", SCREENER)] if signed and complaint.told_on is None else []


def _duties(complaint: Complaint, part: ComplaintPart) -> list[ComplaintDuty]:
    return [duty for duty in complaint.duties if duty.part == part and duty.ended_at is None]


def holds(complaint: Complaint, part: ComplaintPart) -> bool:
    """Whether somebody has that part now."""
    return bool(_duties(complaint, part))
