"""What was entered of a recipient or a repair is put right, and what stood before is kept with the reason.

A recipient renamed after the approval waits for the main leader once more: nobody is told who was not approved.
Functions flush and never commit.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from casebook.clearance import reach, repairs, steps
from casebook.clearance.reach import MEETING, Named
from casebook.clearance.texts import Guard
from casebook.complaints import log
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Clearance, ClearanceChange, Reach, Repair, User
from casebook.precedents.folding import bare
from casebook.procedure.dates import check_day, day_of
from casebook.seal.store import Seal
from casebook.sealing import plain

REACH, TAKEN_BACK, REPAIR, REOPENED = "reach", "taken_back", "repair", "reopened"
LONGEST = 2000
_SCOPE = {"kind", "name", "form"}
_LEADERS = {steps.CHIEF, steps.SUPERIOR}


@dataclass(frozen=True)
class Told:
    """When and how a recipient was told, as it is to be entered."""

    on: date | None
    how: str
    present: int | None = None


@dataclass(frozen=True)
class RepairText:
    """A repair as it is to stand. `result` '': it has none, or not any more."""

    kind: str
    lost: str
    responsible: str
    due_on: date | None
    result: str = ""
    words: str = ""
    done_on: date | None = None


def keep(
    session: Session,
    clearance: Clearance,
    by: User,
    what: str,
    row_id: int | None,
    was: Mapping[str, object],
    reason: str,
) -> ClearanceChange:
    """Keep what stood before, with the reason; the caller seals it with its own event."""
    change = ClearanceChange(
        clearance_id=clearance.id, what=what, row_id=row_id, reason=reason, by_id=by.id, at=utc_now(),
        was={name: plain(value) for name, value in was.items()},
    )  # fmt: skip
    session.add(change)
    return change


def of_row(clearance: Clearance, row: Reach | Repair) -> list[ClearanceChange]:
    """What was changed of a recipient or a repair, oldest first."""
    kinds = (REACH, TAKEN_BACK) if isinstance(row, Reach) else (REPAIR,)
    return [one for one in clearance.changes if one.what in kinds and one.row_id == row.id]


def amend_reach(
    session: Session,
    clearance: Clearance,
    by: User,
    reach_id: int,
    named: Named,
    *,
    told: Told | None = None,
    reason: str,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Reach:
    """Put right what is entered of a recipient and, where they were told, when and how.

    After the approval another name, kind or form waits for the main leader, unless it is they who enter it. Raises
    BadFields, NotAllowed, NotReady, WrongStage.
    """
    steps.ensure(session, by, "amend_reach", clearance, seen_version)
    row = next((one for one in clearance.reach if one.id == reach_id), None)
    if row is None or row.gone_why:
        raise NotReady([Problem(
            "没有这一知悉对象，或者已经确认无法送达。", "There is no such recipient, or they are declared out of reach."
        )])  # fmt: skip
    guard, errors = Guard(clearance, seal, by), {}
    reason = guard.check(errors, "reason", reason, LONGEST)
    named = reach.checked(errors, clearance, guard, named, besides=row)
    if (
        bare(row.name) == bare(clearance.name)
        and row.kind == "person"
        and (named.kind != "person" or bare(named.name) != bare(row.name))
    ):
        errors["name"] = Problem(
            "本人必须列入知悉对象，不能改为他人。", "The person cleared stays on the list and is nobody else."
        )
    wanted = asdict(named)
    if row.corrected_on is not None:
        told = told or Told(row.corrected_on, row.corrected_how, row.present)
        how = guard.check(errors, "how", told.how, reach.LONGEST["how"], appraisal=True, about=named.name)
        check_day(errors, "on", told.on, since=clearance.decided_on)
        present = told.present if named.form == MEETING else None
        if named.form == MEETING and not reach.counted(present):
            errors["present"] = Problem("请填写到会人数。", "Enter how many were present.")
        wanted |= {"corrected_on": told.on, "corrected_how": how, "present": present}
    if errors:
        raise BadFields(errors)
    was = _changed(row, wanted)
    if _SCOPE & was.keys() and clearance.decided_on is not None:
        leads = _LEADERS & steps.parts_of(session, by, clearance)
        was["approved_by_id"] = row.approved_by_id
        row.approved_by_id = by.id if leads else None
    change = keep(session, clearance, by, REACH, row.id, was, reason)
    _write(session, "clearance.reach_amended", clearance, by, row, change, reach=row.id)
    return row


def amend_repair(
    session: Session,
    clearance: Clearance,
    by: User,
    repair_id: int,
    text: RepairText,
    *,
    reason: str,
    today: date,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Repair:
    """Put right what is entered of a repair, its day and its result; an empty result opens it again.

    Raises BadFields, NotAllowed, NotReady, WrongStage.
    """
    steps.ensure(session, by, "amend_repair", clearance, seen_version)
    row = next((one for one in clearance.repairs if one.id == repair_id), None)
    if row is None:
        raise NotReady([Problem("没有这一补救事项。", "There is no such repair.")])
    guard, errors = Guard(clearance, seal, by), {}
    reason = guard.check(errors, "reason", reason, LONGEST)
    moved_on = None if text.due_on == row.due_on else today
    wanted = repairs.checked(errors, guard, text.kind, text.lost, text.responsible, text.due_on, moved_on)
    wanted |= {"result": "", "result_words": "", "done_on": None, "done_by_id": None}
    if text.result:
        if not row.result:
            errors["result"] = Problem(
                "尚未登记结果。请在“登记补救结果”中填写。",
                "No result is entered yet; use the form for results.",
            )
        words = repairs.checked_result(errors, session, clearance, by, guard, text.result, text.words)
        check_day(errors, "done_on", text.done_on, since=day_of(row.at))
        wanted |= {
            "result": text.result, "result_words": words, "done_on": text.done_on, "done_by_id": row.done_by_id,
        }  # fmt: skip
    if errors:
        raise BadFields(errors)
    change = keep(session, clearance, by, REPAIR, row.id, _changed(row, wanted), reason)
    _write(session, "clearance.repair_amended", clearance, by, row, change, repair=row.id)
    return row


def _changed(row: Reach | Repair, wanted: Mapping[str, object]) -> dict:
    """Set what differs and return what stood there before. Raises NotReady where nothing does."""
    was = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if not was:
        raise NotReady([Problem("没有任何改动。", "Nothing was changed.")])
    for name in was:
        setattr(row, name, wanted[name])
    return was


def _write(
    session: Session,
    kind: str,
    clearance: Clearance,
    by: User,
    row: Reach | Repair,
    change: ClearanceChange,
    **detail,
) -> None:
    steps.touch(clearance)
    session.flush()
    session.expire(clearance, ["reach", "repairs", "changes"])
    log.record(session, kind, by, clearance, rows=[clearance, row, change], **detail)
