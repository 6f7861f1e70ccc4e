"""What the holder of a receipt is told of how far their complaint is: stages and days, nobody's name, no finding.

Reading it logs nothing: who asks, and when, is kept nowhere.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.complaints import steps
from casebook.complaints.screening import ADVICE
from casebook.errors import Problem
from casebook.models import Complaint, ComplaintState

STAGES = {
    "received": Problem("已收到，等待登记", "Received, waiting to be registered"),
    "registered": Problem("已登记，正在审查", "Registered, being looked through"),
    "accepted": Problem("已受理", "Accepted"),
    "handling": Problem("正在办理", "Being dealt with"),
    "concluded": Problem("已办结", "Concluded"),
    "refused": Problem("不予受理", "Not accepted"),
    "passed_on": Problem("已转有权处理的机关", "Passed on to the organ it belongs to"),
    "sent_up": Problem("已径送上级机关", "Sent to the organ above"),
}
_STAGE_OF = {ComplaintState.CLOSED: "concluded", ComplaintState.STUB: "sent_up"}


@dataclass(frozen=True)
class Public:
    """How far it is. `advice`: where to turn instead; `may_object`: the result may be objected to now."""

    stage: str
    accepted_on: date | None = None
    concluded_on: date | None = None
    fed_back_on: date | None = None
    passed_to: str = ""
    advice: Problem | None = None
    may_object: bool = False
    open: bool = True

    @property
    def words(self) -> Problem:
        return STAGES[self.stage]


def status(session: Session, handle: str, *, stub: bool = False) -> Public:
    """The status of what lies under a handle; not yet taken in: "received". `stub` as casebook.seal.inbox says."""
    if stub:
        return Public("sent_up", open=False)
    complaint = session.scalar(select(Complaint).where(Complaint.handle == handle))
    if complaint is None:
        return Public("received")
    state = complaint.state
    return Public(
        _STAGE_OF.get(state, str(state)),
        accepted_on=complaint.accepted_on,
        concluded_on=complaint.concluded_on,
        fed_back_on=complaint.fed_back_on,
        passed_to=complaint.passed_to if state == ComplaintState.PASSED_ON else "",
        advice=ADVICE.get(complaint.kind) if state == ComplaintState.REFUSED else None,
        may_object=complaint.fed_back_on is not None,
        open=state
        in steps.HELD,  # somebody here reads what is written (casebook.complaints.listing.written_to)
    )
