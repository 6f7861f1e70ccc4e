"""Clearances in any state, brought there through the functions the site uses."""

from datetime import date

from sqlalchemy.orm import Session

from casebook.clearance import clearances, reach, visits
from casebook.clearance.clearances import Opinion, PointText
from casebook.complaints import log, numbers
from casebook.db import utc_now
from casebook.models import (
    Channel,
    Clearance,
    ClearanceState,
    Complaint,
    ComplaintDuty,
    ComplaintPart,
    ComplaintPoint,
    ComplaintState,
    Finding,
    Naming,
)
from casebook.procedure.dates import today
from tests.factories import CHEAP, PASSWORD
from tests.snapshots import prepared
from tests.stages import Cast

RECEIVED_ON = date(2026, 3, 17)
CONCLUDED_ON = date(2026, 6, 2)
POINTS = (
    ("在农村危房改造中收受施工方现金", Finding.UNSUBSTANTIATED),
    ("将扶贫项目指定给亲属承建", Finding.UNSUBSTANTIATED),
    ("挪用村级工程款", Finding.CANNOT_VERIFY),
)
FOUND = (
    "经调取银行流水并向施工方、村委会核实，工程款均经镇财政所转入施工方对公账户，没有现金往来。",
    "经查阅招标、评标资料，该项目由县公共资源交易中心公开招标，中标单位与周某没有亲属关系。",
)


@prepared
def a_concluded_complaint(session: Session, cast: Cast, **fields) -> Complaint:
    """A complaint of the county about 周某, verified by the officer and found untrue in two of three points."""
    row = Complaint(**{
        "number": numbers.next_number(session, cast.county, "complaint", RECEIVED_ON.year),
        "organisation_id": cast.county.id, "handle": None, "channel": Channel.LETTER, "naming": Naming.REAL_NAME,
        "received_on": RECEIVED_ON, "registered_at": utc_now(), "registered_by_id": cast.receiver.id,
        "state": ComplaintState.CONCLUDED, "kind": "accusation", "respondent_name": "周某", "respondent_unit": "青石镇",
        "respondent_post": "镇长", "own_chief": False, "extract": "反映周某在工程建设中的廉洁问题。",
        "extract_by_id": cast.receiver.id, "screened_on": RECEIVED_ON, "accepted_on": RECEIVED_ON,
        "finding": Finding.UNSUBSTANTIATED, "finding_reason": "经核查，所反映问题失实。", "concluded_on": CONCLUDED_ON,
        "concluded_by_id": cast.chief.id, **fields,
    })  # fmt: skip
    session.add(row)
    session.flush()
    rows = [
        ComplaintPoint(complaint_id=row.id, seq=place, alleged=alleged, finding=finding, reason="见核查报告")
        for place, (alleged, finding) in enumerate(POINTS, 1)
    ]
    rows.append(
        ComplaintDuty(
            complaint_id=row.id, part=ComplaintPart.HANDLER, user_id=cast.officer.id, by_id=cast.chief.id,
            at=utc_now(), grounds=[], declared_at=utc_now(),
        )
    )  # fmt: skip
    session.add_all(rows)
    session.flush()
    log.record(session, "complaint.concluded", cast.chief, row, rows=[row, *rows])
    session.expire(row)
    return row


def opinion_on(complaint: Complaint | None = None, **fields) -> Opinion:
    """The two points found untrue, said as a letter says them; works and selection were affected."""
    points = [PointText(FOUND[0], "在项目建设中收受现金"), PointText(FOUND[1], "将项目指定给亲属承建")]
    if complaint is not None:
        points = [
            PointText(found, complaint_point_id=row.id)
            for row, found in zip(complaint.points, FOUND, strict=False)
        ]
    given = {
        "points": points, "effects": ("selection", "work_or_life"), "forms": ("written", "meeting"),
        "words": "所反映的具体问题失实，已影响本人选拔任用，建议在原知悉范围内澄清。", **fields,
    }  # fmt: skip
    return Opinion(**given)


@prepared
def a_clearance(
    session: Session,
    cast: Cast,
    state: str = "proposed",
    *,
    complaint: Complaint | None = None,
    asked_by: str = "organ",
    **fields,
) -> Clearance:
    """A clearance of 周某 in one of the states, by the officer, the reviewer and the chief of the county.

    On its reach map are 周某, the town's Party committee (written) and a meeting of the town's cadres. `fields` are
    those of the opinion.
    """
    complaint = complaint or a_concluded_complaint(session, cast)
    day = today()
    clearance = clearances.ask(session, cast.officer, complaint=complaint, asked_by=asked_by, asked_on=day)
    if state == ClearanceState.OPENED:
        return clearance
    clearances.give_opinion(session, clearance, cast.officer, opinion_on(complaint, **fields), on=day)
    for kind, name, form in (
        ("unit", "青石镇党委", "written"),
        ("meeting", "青石镇干部大会", "meeting"),
    ):
        reach.add(session, clearance, cast.officer, kind=kind, name=name, heard="考察谈话中知悉", form=form)
    if state == ClearanceState.PROPOSED:
        return clearance
    clearances.check(
        session, clearance, cast.reviewer, ok=True, facts="已核对银行流水和招标资料，事实清楚。",
        procedure="核查程序合规，已听取本人说明。", on=day,
    )  # fmt: skip
    if state == ClearanceState.CHECKED:
        return clearance
    clearances.decide(
        session, clearance, cast.chief, approve=state != ClearanceState.REFUSED, reason="同意复核意见。",
        password=PASSWORD, on=day, hasher=CHEAP,
    )  # fmt: skip
    if state in (ClearanceState.APPROVED, ClearanceState.REFUSED):
        return clearance
    work_off(session, cast, clearance)
    clearances.close(session, clearance, cast.officer, on=day)
    return clearance


def work_off(session: Session, cast: Cast, clearance: Clearance) -> None:
    """Everyone on the map is corrected, who asked is told, and the return visit made."""
    day = today()
    for row in [row for row in clearance.reach if reach.is_waiting(row)]:
        reach.correct(
            session, clearance, cast.officer, row.id, on=day, how="送达澄清函，当面说明",
            present=46 if row.form == "meeting" else None,
        )  # fmt: skip
    if clearance.asked_by == "respondent":
        clearances.tell(session, clearance, cast.officer, on=day, how="当面送达")
    visits.enter(session, clearance, cast.officer, visited_on=day, words="本人表示已消除顾虑，安心工作。")
