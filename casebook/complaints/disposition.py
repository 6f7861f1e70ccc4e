"""What is done with a clue (线索处置): discussed collectively, proposed, approved by the chief (CHG2020 17, 18)."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from casebook.complaints import moves, steps, texts
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Complaint, ComplaintState, User


@dataclass(frozen=True)
class Disposition:
    """A way to deal with a clue; `verifies` where findings are entered under it."""

    name: Problem
    verifies: bool = True


# The values of the fact disposition_kind that an organ decides on for itself; to transfer is a step of screening.
DISPOSITIONS = {
    "talk_inquiry": Disposition(Problem("谈话函询", "Talk or written inquiry")),
    "preliminary_check": Disposition(Problem("初步核实", "Preliminary verification")),
    "hold": Disposition(Problem("暂存待查", "Hold"), verifies=False),
    "close": Disposition(Problem("予以了结", "Close")),
}
LONGEST_MINUTES, LONGEST_REASON = 5000, 2000


def propose(
    session: Session,
    complaint: Complaint,
    by: User,
    *,
    disposition: str,
    minutes: str,
    today: date,
) -> Complaint:
    """Propose how to deal with the clue, with what the collective discussion said (CHG2020 17).

    A clue that is dealt with already may be dealt with otherwise, in the same way: proposed and approved.
    Raises BadFields, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "propose_disposition", complaint)
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "minutes", minutes, LONGEST_MINUTES)
    if disposition not in DISPOSITIONS:
        errors["disposition"] = Problem("请选择处置方式。", "Choose the disposition.").by(step.law)
    if errors:
        raise BadFields(errors)
    if complaint.state == ComplaintState.HANDLING:
        _refuse_what_is_no_change(complaint, disposition)
    complaint.disposition, complaint.disposition_minutes = disposition, words
    complaint.disposition_proposed_on, complaint.disposition_by_id = today, by.id
    complaint.disposed_on = complaint.disposed_by_id = None
    complaint.returned_why = ""
    complaint.found_on = complaint.found_by_id = None  # whatever was found is laid before the chief again
    moves.done(session, step, complaint, by, "complaint.disposition_proposed", disposition=disposition)
    return complaint


def approve(session: Session, complaint: Complaint, by: User, *, today: date) -> Complaint:
    """Approve what was proposed; its verification begins. Raises NotReady, NotAllowed, WrongStage."""
    step = _waiting(session, complaint, by)
    complaint.disposed_on, complaint.disposed_by_id = today, by.id
    moves.done(session, step, complaint, by, "complaint.disposed", disposition=complaint.disposition)
    return complaint


def send_back(session: Session, complaint: Complaint, by: User, *, reason: str) -> Complaint:
    """Send the proposal back with a reason. Raises BadFields, NotReady, NotAllowed, WrongStage."""
    step = _waiting(session, complaint, by)
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "reason", reason, LONGEST_REASON)
    if errors:
        raise BadFields(errors)
    complaint.returned_why, complaint.disposition = words, ""
    complaint.disposition_proposed_on = None
    moves.done(session, replace(step, to=None), complaint, by, "complaint.disposition_returned")
    return complaint


def waits_for_approval(complaint: Complaint) -> bool:
    """Whether a proposal is with the chief."""
    return complaint.disposition_proposed_on is not None and complaint.disposed_on is None


def _waiting(session: Session, complaint: Complaint, by: User) -> steps.Step:
    step = steps.ensure(session, by, "approve_disposition", complaint)
    if not waits_for_approval(complaint):
        raise NotReady([
            Problem(
                "没有待批准的处置意见。请先由登记审查人或者承办人提出。",
                "No disposition waits for approval; whoever screens or handles the complaint proposes one first.",
            ).by(step.law)
        ])  # fmt: skip
    if complaint.disposition_by_id == by.id:
        raise NotReady([
            Problem(
                "提出处置意见的人不得批准自己的意见。", "Whoever proposed the disposition cannot approve it."
            ).by(step.law)
        ])  # fmt: skip
    return step


def _refuse_what_is_no_change(complaint: Complaint, disposition: str) -> None:
    if complaint.disposed_on is not None and complaint.disposition == disposition:
        raise BadFields({
            "disposition": Problem(
                "已按这一方式处置，无需再次提出。", "The clue is dealt with in this way already."
            )
        })  # fmt: skip
