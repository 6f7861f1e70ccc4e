"""Decisions that were revoked and whose name is not cleared yet: by law it is, wherever they had been made known.

A reversal opens the clearance itself (casebook.procedure.reversal); a decision revoked before there were any waits here
until the officer begins it (政务处分法第六十条). Functions flush and never commit.
"""

from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from casebook import access
from casebook.clearance import clearances, reach, steps
from casebook.clearance.ending import ORGAN
from casebook.models import Case, Clearance, ClearanceState, Decision, Service, User

REVOKED = "revoked"


def awaits() -> ColumnElement[bool]:
    """Whether a case has a revoked decision without a clearance, as a condition on the list of cases."""
    return exists(_uncleared().where(Decision.case_id == Case.id))


def uncleared(session: Session, case: Case) -> list[Decision]:
    """The decisions of a case that were revoked and are not cleared, oldest first."""
    found = select(Decision).where(Decision.id.in_(_uncleared()), Decision.case_id == case.id)
    return list(session.scalars(found.order_by(Decision.id)))


def listed(session: Session, user: User) -> list[Decision]:
    """The same in all cases in which this person may begin the clearance; logged by the caller."""
    cases = access.visible_cases(user).where(awaits()).order_by(Case.id)
    return [
        decision
        for case in session.scalars(cases)
        if steps.may_open(user, case=case)
        for decision in uncleared(session, case)
    ]


def begin(session: Session, decision: Decision, by: User, on: date, asked_by: str = ORGAN) -> Clearance:
    """Open the clearance of a revoked decision in its original scope: whoever was served or told is on the map.

    Raises NotAllowed, NotReady (it stands, it is cleared already).
    """
    clearance = clearances.ask(session, by, decision=decision, asked_by=asked_by, asked_on=on)
    served = select(Service).where(Service.decision_id == decision.id).order_by(Service.id)
    reach.add_services(session, clearance, by, session.scalars(served).all())
    return clearance


def _uncleared():
    cleared = select(Clearance.id).where(
        Clearance.decision_id == Decision.id, Clearance.state != ClearanceState.REFUSED
    )
    return select(Decision.id).where(Decision.ended_how == REVOKED, ~exists(cleared))
