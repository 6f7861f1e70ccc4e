"""The end of a clearance: the answer to who asked, the closing, and what opens it again. Never commits.

Closed, it opens again when a further recipient turns up, or a correction proves not to have reached somebody; what was
issued and entered stays, and what stood before is kept with the reason.
"""

from datetime import date

from sqlalchemy.orm import Session

from casebook.clearance import reach, steps
from casebook.clearance.changes import REOPENED, TAKEN_BACK, keep
from casebook.clearance.grounds import LAW, ground_of
from casebook.clearance.reach import WRITTEN, Named
from casebook.clearance.repairs import open_repairs
from casebook.clearance.texts import Guard
from casebook.complaints import log
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Clearance, Reach, User
from casebook.procedure.dates import check_day
from casebook.seal.store import Seal

RESPONDENT, ORGAN = "respondent", "organ"
LONGEST = {"reason": 2000, "how": 200}
_SETTLED = ("corrected_on", "corrected_how", "present", "corrected_by_id", "gone_why", "gone_by_id")


def tell(
    session: Session,
    clearance: Clearance,
    by: User,
    *,
    on: date,
    how: str,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Clearance:
    """Enter that the person who asked was told the answer and, where it is no, why (JX2019).

    Raises BadFields, NotAllowed, NotReady, WrongStage.
    """
    steps.ensure(session, by, "tell", clearance, seen_version)
    errors: dict[str, Problem] = {}
    how = Guard(clearance, seal, by).check(errors, "how", how, LONGEST["how"], one_line=True)
    check_day(errors, "on", on, since=clearance.decided_on)
    if errors:
        raise BadFields(errors)
    if clearance.asked_by != RESPONDENT or clearance.told_on is not None:
        raise NotReady([Problem("没有待答复的申请。", "No request waits for an answer.")])
    clearance.told_on, clearance.told_how = on, how
    steps.touch(clearance)
    log.record(session, "clearance.told", by, clearance, rows=[clearance])
    return clearance


def close(
    session: Session, clearance: Clearance, by: User, *, on: date, seen_version: int | None = None
) -> Clearance:
    """Close it: everyone on the reach map corrected or declared out of reach, and the return visit made.

    Repairs may outlive it, each with who is responsible and until when. Raises NotReady naming all that is missing.
    """
    step = steps.ensure(session, by, "close", clearance, seen_version)
    if missing := missing_to_close(clearance):
        raise NotReady(missing)
    clearance.state, clearance.closed_on, clearance.closed_by_id = step.to, on, by.id
    steps.touch(clearance)
    log.record(
        session, "clearance.closed", by, clearance, rows=[clearance], repairs=len(open_repairs(clearance))
    )
    return clearance


def missing_to_close(clearance: Clearance) -> list[Problem]:
    """Everything that keeps it from being closed, recipient by recipient."""
    found = [
        Problem(f"“{row.name}”尚未收到澄清。", f"“{row.name}” has not received the correction.").by(
            LAW[ground_of(clearance)]
        )
        for row in clearance.reach
        if reach.is_waiting(row)
    ]
    found += [
        Problem(
            f"“{row.name}”的登记更正后，尚未经主要负责人确认。",
            f"What is entered of “{row.name}” was changed; the main leader has not confirmed it.",
        ).by(LAW[ground_of(clearance)])
        for row in clearance.reach
        if row.corrected_on is not None and row.approved_by_id is None
    ]
    if not any(row.form == WRITTEN and row.corrected_on for row in clearance.reach):
        found.append(Problem(
            "尚未送达任何书面澄清：采取当面、会议、通报方式的，应当同时采取书面方式。",
            "Nothing was given in writing: the other forms always go with a written one.",
        ).by(steps.WRITTEN_TOO))  # fmt: skip
    if clearance.asked_by == RESPONDENT and clearance.told_on is None:
        found.append(Problem("尚未答复申请人。", "Who asked has not been told the answer.").by(steps.JIANGXI))
    last = clearance.visits[-1] if clearance.visits else None
    if last is None:
        found.append(Problem("尚未回访。", "No return visit was made.").by(steps.JILIN))
    elif last.next_on is not None:
        found.append(Problem(
            f"约定的再次回访（{last.next_on}）尚未进行。", f"The further visit of {last.next_on} was not made."
        ))  # fmt: skip
    return found


def reopen(
    session: Session,
    clearance: Clearance,
    by: User,
    *,
    reason: str,
    further: Named | None = None,
    not_reached: int | None = None,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Clearance:
    """Open a closed clearance again: a further recipient had heard of it, or one proved not to have been reached.

    What was issued, entered and visited stays. Raises BadFields, NotAllowed, NotReady, WrongStage.
    """
    step = steps.ensure(session, by, "reopen", clearance, seen_version)
    guard, errors = Guard(clearance, seal, by), {}
    reason = guard.check(errors, "reason", reason, LONGEST["reason"])
    named = reach.checked(errors, clearance, guard, further) if further is not None else None
    row = next((one for one in clearance.reach if one.id == not_reached), None)
    if further is None and (row is None or reach.is_waiting(row)):
        errors["not_reached"] = Problem(
            "请选择实际没有收到澄清的对象。", "Choose who did not receive the correction after all."
        )
    if errors:
        raise BadFields(errors)
    ended = {"closed_on": clearance.closed_on, "closed_by_id": clearance.closed_by_id}
    rows = [clearance, keep(session, clearance, by, REOPENED, None, ended, reason)]
    clearance.state, clearance.closed_on, clearance.closed_by_id = step.to, None, None
    if named is not None:
        new = reach.new_row(clearance, by, named)
        session.add(new)
        rows.append(new)
    else:
        rows += [keep(session, clearance, by, TAKEN_BACK, row.id, _unsettle(row), reason), row]
    _write(session, "clearance.reopened", clearance, by, rows, further=named is not None)
    return clearance


def take_back(
    session: Session,
    clearance: Clearance,
    by: User,
    reach_id: int,
    *,
    reason: str,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Reach:
    """Put a recipient back on the list: the correction did not reach them, or they can be reached after all.

    Raises BadFields, NotAllowed, NotReady, WrongStage.
    """
    steps.ensure(session, by, "take_back", clearance, seen_version)
    row = next((one for one in clearance.reach if one.id == reach_id), None)
    if row is None or reach.is_waiting(row):
        raise NotReady([Problem(
            "这一对象还没有办理结果，没有可以更正的登记。", "Nothing is entered for this recipient yet."
        )])  # fmt: skip
    reason = Guard(clearance, seal, by).reason(reason, LONGEST["reason"])
    change = keep(session, clearance, by, TAKEN_BACK, row.id, _unsettle(row), reason)
    _write(session, "clearance.reach_taken_back", clearance, by, [clearance, change, row], reach=row.id)
    return row


def _unsettle(row: Reach) -> dict:
    """Empty what was entered of a recipient and return it."""
    was = {name: getattr(row, name) for name in _SETTLED if getattr(row, name)}
    row.corrected_on = row.present = row.corrected_by_id = row.gone_by_id = None
    row.corrected_how = row.gone_why = ""
    return was


def _write(session: Session, kind: str, clearance: Clearance, by: User, rows: list, **detail) -> None:
    steps.touch(clearance)
    session.flush()
    session.expire(clearance, ["reach", "changes"])
    log.record(session, kind, by, clearance, rows=rows, **detail)
