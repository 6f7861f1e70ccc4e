"""Calls for help through the door: each opens a priority task when the receiver next takes in, not when it was made."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.access import REGISTER_COMPLAINT, ensure
from casebook.complaints import door, protection, steps
from casebook.models import Complaint, Protection, User
from casebook.procedure.dates import today
from casebook.seal.calls import NAME
from casebook.seal.store import Seal


def unheard(session: Session, seal: Seal, by: User) -> list[tuple[Complaint, str]]:
    """What authors of this organ ask for that no open task stands for: the complaint and the kind."""
    held = select(Complaint).where(
        Complaint.organisation_id == by.organisation_id, Complaint.state.in_(steps.HELD), Complaint.handle.is_not(None)
    )  # fmt: skip
    tasks = select(Protection.complaint_id, Protection.kind).where(Protection.closed_on.is_(None))
    raised = {tuple(row) for row in session.execute(tasks)}
    calling = seal.having(NAME)
    return [
        (complaint, kind)
        for complaint in session.scalars(held.order_by(Complaint.id))
        if complaint.handle in calling
        for kind in sorted(door.cares(seal, complaint.handle))
        if (complaint.id, kind) not in raised and steps.may_do(by, "protect", complaint)
    ]


def take_up(session: Session, seal: Seal, by: User) -> int:
    """Open a task for each of them; returns how many. Raises NotAllowed."""
    ensure(by, REGISTER_COMPLAINT)
    found = unheard(session, seal, by)
    for complaint, kind in found:
        protection.ask(session, complaint, by, kind=kind, raised_on=today(), today=today())
    return len(found)
