"""What was lost because of the allegation or the decision, and whether it was made good (补救), followed to its end.

A selection, an election, an award, an appraisal, a post, pay: each with who is responsible and until when. Functions
flush and never commit.
"""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from casebook.clearance import steps
from casebook.clearance.texts import Guard
from casebook.complaints import log
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Clearance, Repair, User
from casebook.procedure.dates import check_day, day_of
from casebook.seal.store import Seal

KINDS = {
    "selection": Problem("选拔任用", "Selection or promotion"),
    "election": Problem("换届选举", "Election"),
    "award": Problem("评先评优", "Award"),
    "appraisal": Problem("年度考核", "Appraisal"),
    "post": Problem("职务职级", "Post or rank"),
    "pay": Problem("工资待遇", "Pay"),
    "other": Problem("其他", "Other"),
}
RESTORED, MADE_GOOD, NOT_POSSIBLE = "restored", "made_good", "not_possible"
RESULTS = {
    RESTORED: Problem("已恢复", "Restored"),
    MADE_GOOD: Problem("已采取其他方式补救", "Made good in another way"),
    NOT_POSSIBLE: Problem("无法补救", "Not possible"),
}
LONGEST = {"lost": 2000, "responsible": 200, "words": 2000}
_LEADERS = {steps.CHIEF, steps.SUPERIOR}
LATEST = timedelta(days=5 * 366)
MOST = 100


def open_repairs(clearance: Clearance) -> list[Repair]:
    """Those without a result yet."""
    return [row for row in clearance.repairs if not row.result]


def add(
    session: Session,
    clearance: Clearance,
    by: User,
    *,
    kind: str,
    lost: str,
    responsible: str,
    due_on: date,
    today: date,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Repair:
    """List one thing that was lost, who makes it good, and until when. Raises BadFields, NotAllowed, WrongStage."""
    steps.ensure(session, by, "add_repair", clearance, seen_version)
    errors: dict[str, Problem] = {}
    found = checked(errors, Guard(clearance, seal, by), kind, lost, responsible, due_on, today)
    if len(clearance.repairs) >= MOST:
        errors["lost"] = Problem(f"最多登记 {MOST} 项。", f"At most {MOST} items.")
    if errors:
        raise BadFields(errors)
    row = Repair(clearance_id=clearance.id, by_id=by.id, at=utc_now(), result="", result_words="", **found)
    _write(session, "clearance.repair_added", clearance, by, row)
    return row


def checked(
    errors: dict[str, Problem],
    guard: Guard,
    kind: str,
    lost: str,
    responsible: str,
    due_on: date | None,
    today: date | None,
) -> dict:
    """The columns of a repair as they are kept; what is wrong goes into `errors`. `today` None: the day stays."""
    lost = guard.check(errors, "lost", lost, LONGEST["lost"])
    responsible = guard.check(
        errors, "responsible", responsible, LONGEST["responsible"], one_line=True, body=True
    )
    if kind not in KINDS:
        errors["kind"] = Problem("请选择受影响的事项。", "Choose what was affected.")
    if not isinstance(due_on, date):
        errors["due_on"] = Problem("请填写完成期限。", "Enter the day by which it is to be done.")
    elif today is not None and not today < due_on <= today + LATEST:
        errors["due_on"] = Problem(
            "完成期限应当在今天之后、五年以内。", "The day must lie after today and within five years."
        )
    return {"kind": kind, "lost": lost, "responsible": responsible, "due_on": due_on}


def checked_result(
    errors: dict[str, Problem],
    session: Session,
    clearance: Clearance,
    by: User,
    guard: Guard,
    result: str,
    words: str,
) -> str:
    """The words on a result as they are kept; that nothing can be done is for the main leader to say."""
    if result not in RESULTS:
        errors["result"] = Problem("请选择补救结果。", "Choose the result.")
    elif result == NOT_POSSIBLE and not _LEADERS & steps.parts_of(session, by, clearance):
        errors["result"] = Problem(
            "“无法补救”须由主要负责人确认。", "That nothing can be done is for the main leader to say."
        )
    return guard.check(errors, "words", words, LONGEST["words"])


def finish(
    session: Session,
    clearance: Clearance,
    by: User,
    repair_id: int,
    *,
    result: str,
    words: str,
    on: date,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Repair:
    """Enter what became of it; that nothing can be done is for the main leader to say.

    Raises BadFields, NotAllowed, NotReady, WrongStage.
    """
    steps.ensure(session, by, "finish_repair", clearance, seen_version)
    row = next((row for row in clearance.repairs if row.id == repair_id), None)
    if row is None or row.result:
        raise NotReady([Problem(
            "没有这一补救事项，或者已有结果。请刷新页面核对。",
            "There is no such repair, or it has its result already. Load the page again.",
        )])  # fmt: skip
    errors: dict[str, Problem] = {}
    words = checked_result(errors, session, clearance, by, Guard(clearance, seal, by), result, words)
    check_day(errors, "on", on, since=day_of(row.at))
    if errors:
        raise BadFields(errors)
    row.result, row.result_words, row.done_on, row.done_by_id = result, words, on, by.id
    _write(session, "clearance.repair_finished", clearance, by, row, result=result)
    return row


def _write(session: Session, kind: str, clearance: Clearance, by: User, row: Repair, **detail) -> None:
    session.add(row)
    steps.touch(clearance)
    session.flush()
    session.expire(clearance, ["repairs"])
    log.record(session, kind, by, clearance, rows=[clearance, row], repair=row.id, **detail)
