"""What a clearance rests on: a complaint found untrue, a decision that fell, or one that made nothing out."""

from datetime import date
from enum import StrEnum

from casebook.complaints.steps import CLEARED
from casebook.errors import Problem
from casebook.models import Clearance, Decision
from casebook.procedure.dates import day_of

NOT_ESTABLISHED = "not_established"
REVOKED = "revoked"
SCOPE = Problem("政务处分法第六十条", "Law on Administrative Discipline for Public Officials, art. 60")
NOTHING_IMPROPER = Problem(
    "中国共产党党内监督条例第四十一条", "Regulation on inner-Party supervision, art. 41"
)


class Ground(StrEnum):
    """Why a name is cleared."""

    COMPLAINT = "complaint"  # found untrue, in whole or in part
    FELL = "fell"  # a decision that was revoked on appeal
    NOTHING = "nothing"  # a case that ended with nothing made out, its decision stands


LAW = {Ground.COMPLAINT: CLEARED, Ground.FELL: SCOPE, Ground.NOTHING: NOTHING_IMPROPER}


def ground_of(clearance: Clearance) -> Ground:
    """What a clearance rests on."""
    return Ground.COMPLAINT if clearance.decision is None else _of(clearance.decision)


def law_behind(clearance: Clearance, law: Problem) -> Problem:
    """The provision of a step; where that is the one on complaints, the one that this clearance rests on."""
    return LAW[ground_of(clearance)] if law is CLEARED else law


def ground_in(decision: Decision) -> Ground | None:
    """What a clearance can rest on in this decision: that it fell, or that it made nothing out and stands.

    A decision made on appeal makes nothing out because the one before it fell: that one is cleared.
    """
    found = _of(decision)
    stands = decision.ended_on is None and decision.appeal_id is None
    holds = decision.ended_how == REVOKED if found is Ground.FELL else stands
    return found if holds and decision.signed_at is not None else None


def since(decision: Decision) -> date:
    """The day from which the name can be cleared because of a decision."""
    fell = decision.ended_on if _of(decision) is Ground.FELL else None
    return fell or day_of(decision.signed_at)


def _of(decision: Decision) -> Ground:
    """A decision that made nothing out took no name: that it falls clears nobody."""
    return Ground.NOTHING if decision.disposition == NOT_ESTABLISHED else Ground.FELL
