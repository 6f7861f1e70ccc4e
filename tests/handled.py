"""What happens to a complaint after its acceptance, through the functions the site uses."""

from datetime import date

from sqlalchemy.orm import Session

from casebook.complaints import handling
from casebook.models import Complaint, ComplaintState, Finding
from casebook.seal.store import Seal
from tests.stages import Cast

PROPOSED = date(2026, 11, 17)
APPROVED = date(2026, 11, 18)
FOUND = date(2026, 11, 19)
CONCLUDED = date(2026, 11, 20)
TOLD = date(2026, 11, 20)
CLOSED = date(2026, 11, 21)
MINUTES = "11月17日专题会议研究，与会人员一致同意。"
CHECKED = "调取合同、招标公告和付款凭证，与村账核对一致，未见反映的情形。"


def on_from_accepted(session: Session, cast: Cast, seal: Seal, complaint: Complaint, state: str) -> None:
    """From acceptance to "proposed", "handling", "found", "concluded", "told" or "closed"; every point untrue."""
    propose(session, cast, complaint)
    if state == "proposed":
        return
    handling.approve_disposition(session, complaint, cast.chief, today=APPROVED)
    if state == ComplaintState.HANDLING:
        return
    find(session, cast, complaint)
    if state == "found":
        return
    conclude(session, cast, complaint)
    if state == ComplaintState.CONCLUDED:
        return
    tell(session, cast, seal, complaint)
    if state == "told":
        return
    handling.close(session, complaint, cast.receiver, why="fed_back", today=CLOSED)
    assert complaint.state == state, f"no way from {complaint.state} to {state}"


def propose(session: Session, cast: Cast, complaint: Complaint, disposition="preliminary_check", **fields):
    fields = {"minutes": MINUTES, "today": PROPOSED, **fields}
    return handling.propose_disposition(session, complaint, cast.officer, disposition=disposition, **fields)


def find(
    session: Session,
    cast: Cast,
    complaint: Complaint,
    *findings: Finding,
    whole: Finding = Finding.UNSUBSTANTIATED,
    today: date = FOUND,
) -> Complaint:
    """The finding of each point in turn; without any, all are untrue."""
    points = [point for point in complaint.points if point.alleged]
    found = findings or [Finding.UNSUBSTANTIATED] * len(points)
    return handling.find(
        session, complaint, cast.officer, whole=whole, reason=CHECKED, today=today,
        points={point.id: (one, CHECKED) for point, one in zip(points, found, strict=True)},
    )  # fmt: skip


def conclude(session: Session, cast: Cast, complaint: Complaint, today: date = CONCLUDED, minutes=MINUTES):
    return handling.conclude(session, complaint, cast.chief, today=today, minutes=minutes)


def tell(session: Session, cast: Cast, seal: Seal, complaint: Complaint, **fields):
    """The result, under the receipt."""
    wanted = {
        "words": "经核查，反映的问题不属实。",
        "how": "receipt",
        "given_on": TOLD,
        "today": TOLD,
        **fields,
    }
    return handling.feed_back(session, seal, complaint, cast.receiver, **wanted)
