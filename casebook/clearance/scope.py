"""Decisions because of which a name is to be cleared and is not yet: by law it is, wherever they had been made known.

A decision that was revoked (政务处分法第六十条): the reversal opens the clearance itself (casebook.procedure.reversal);
one revoked before there were any waits here. One that made nothing out and was served (党内监督条例第四十一条) waits
here until the officer begins it. Functions flush and never commit.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from casebook import access
from casebook.clearance import clearances, reach, steps
from casebook.clearance.ending import ORGAN
from casebook.clearance.grounds import NOT_ESTABLISHED, REVOKED
from casebook.models import Case, Clearance, ClearanceState, Decision, Service, User


def awaits() -> ColumnElement[bool]:
    """Whether a name waits to be cleared because of a decision of a case, as a condition on the list of cases."""
    return exists(_uncleared().where(Decision.case_id == Case.id))


def uncleared(session: Session, case: Case) -> list[Decision]:
    """The decisions of a case because of which the name is to be cleared and is not, oldest first."""
    found = select(Decision).where(Decision.id.in_(_uncleared()), Decision.case_id == case.id)
    return list(session.scalars(found.order_by(Decision.id)))


def listed(session: Session, user: User) -> list[Decision]:
    """The same in all cases in which this person may begin the clearance; logged by the caller."""
    cases = access.visible_cases(user).with_only_columns(Case.id)
    found = select(Decision).where(Decision.id.in_(_uncleared()), Decision.case_id.in_(cases))
    found = found.order_by(Decision.case_id, Decision.id).options(joinedload(Decision.case))
    return [one for one in session.scalars(found) if steps.may_open(user, case=one.case)]


def begin(session: Session, decision: Decision, by: User, on: date, asked_by: str = ORGAN) -> Clearance:
    """Open the clearance because of a decision in its original scope: whoever was served or told is on the map.

    Raises NotAllowed, NotReady (nothing in it clears anybody, it is cleared already).
    """
    clearance = clearances.ask(session, by, decision=decision, asked_by=asked_by, asked_on=on)
    served = select(Service).where(Service.decision_id == decision.id).order_by(Service.id)
    reach.add_services(session, clearance, by, session.scalars(served).all())
    return clearance


def _uncleared():
    """What `grounds.ground_in` says, as one query. That nothing was made out may be answered with a refusal, once."""
    of = select(Clearance.id).where(Clearance.decision_id == Decision.id)
    told = select(Service.id).where(Service.decision_id == Decision.id, Service.kind == "person")
    fell = and_(
        Decision.disposition != NOT_ESTABLISHED, Decision.ended_how == REVOKED,
        ~exists(of.where(Clearance.state != ClearanceState.REFUSED)),
    )  # fmt: skip
    nothing = and_(
        Decision.disposition == NOT_ESTABLISHED, Decision.ended_on.is_(None), Decision.appeal_id.is_(None),
        exists(told), ~exists(of),
    )  # fmt: skip
    return select(Decision.id).where(Decision.signed_at.is_not(None), or_(fell, nothing))
