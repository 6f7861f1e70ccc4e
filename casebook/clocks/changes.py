"""Changing a deadline by hand: pause, resume, extend, finish, set one's own; each by name, with a reason, for good."""

from datetime import date
from itertools import pairwise

from sqlalchemy.orm import Session

from casebook import events
from casebook.clocks.deadlines import (
    LONGEST,
    MET,
    NO_CALENDAR,
    PAUSED,
    RUNNING,
    ends_by_itself,
    first_day,
    limit_of,
    set_own,
)
from casebook.clocks.recount import history
from casebook.clocks.working import no_calendar, working_days
from casebook.db import utc_now
from casebook.errors import BadFields, CasebookError, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Case, Deadline, DeadlineChange, User
from casebook.procedure import workflow
from casebook.procedure.dates import check_day
from rules.counting import NoCalendar, WorkingDays, moved, shifted
from rules.limit import Limit
from rules.limits import limits

STEP, FINISH = "change_deadline", "finish_deadline"


class DeadlineNotFound(CasebookError):
    zh = "案件 {number} 没有这项期限。"
    en = "Case {number} has no such deadline."


def pause(
    session: Session, case: Case, deadline_id: int, by: User, *, on: date, reason: str, today: date
) -> DeadlineChange:
    """Let a deadline stand still from this day on (中止). Raises NotAllowed, DeadlineNotFound, NotReady, BadFields."""
    deadline = _changeable(session, case, deadline_id, by)
    if deadline.state != RUNNING:
        raise NotReady(
            [Problem("此期限已经中止。请先恢复计算。", "This deadline is paused already. Resume it first.")]
        )
    if not _counts(deadline):
        raise NotReady(
            [
                Problem(
                    "此期限没有天数，无从中止。",
                    "This deadline has no number of days; there is nothing to pause.",
                )
            ]
        )
    if deadline.due_on and on and on > deadline.due_on:
        raise NotReady(
            [
                Problem(
                    f"此期限已于 {deadline.due_on} 届满，届满后不能中止。",
                    f"This deadline ended on {deadline.due_on}; what has ended cannot be paused.",
                )
            ]
        )
    reason = _checked(
        reason, {"on": _day_problem(on, max(deadline.starts_on, _last_change(deadline)), today)}
    )
    deadline.state, deadline.paused_on = PAUSED, on
    return _record(session, case, deadline, by, "paused", on, deadline.due_on, reason)


def resume(
    session: Session, case: Case, deadline_id: int, by: User, *, on: date, reason: str, today: date
) -> DeadlineChange:
    """Let a paused deadline run on from this day, which counts again; raises as `pause` does.

    What was left of it when it was paused is left now. A day that needs an unknown year stays open.
    """
    deadline = _changeable(session, case, deadline_id, by)
    if deadline.state != PAUSED:
        raise NotReady([Problem("此期限没有中止，无须恢复。", "This deadline is not paused.")])
    reason = _checked(reason, {"on": _day_problem(on, deadline.paused_on, today)})
    old = deadline.due_on
    deadline.due_on, deadline.without = _resumed(session, case, deadline, on)
    deadline.state, deadline.paused_on = RUNNING, None
    return _record(session, case, deadline, by, "resumed", on, old, reason)


def extend(
    session: Session, case: Case, deadline_id: int, by: User, *, due_on: date, reason: str, today: date
) -> DeadlineChange:
    """Give a deadline a later last day, as far as its provision allows; one's own as far as one likes.

    Raises as `pause` does; NotReady names the provision where it allows no extension, or none so long.
    """
    deadline = _changeable(session, case, deadline_id, by)
    if deadline.state != RUNNING:
        raise NotReady(
            [Problem("此期限已经中止。请先恢复计算。", "This deadline is paused. Resume it first.")]
        )
    if deadline.due_on is None:
        raise NotReady(
            [
                Problem(
                    "此期限没有到期日，无从延长。需要督办的，请另行设定期限。",
                    "This deadline has no last day to extend. Set a deadline of your own instead.",
                )
            ]
        )
    limit = limit_of(deadline)
    furthest = _furthest(session, case, deadline, limit) if limit else None
    reason = _checked(reason, {"due_on": _extension_problem(deadline, limit, due_on, furthest)})
    old, deadline.due_on = deadline.due_on, due_on
    return _record(session, case, deadline, by, "extended", today, old, reason)


def finish(
    session: Session, case: Case, deadline_id: int, by: User, *, on: date, reason: str, today: date
) -> DeadlineChange:
    """Enter that a deadline is met which no step of the case ends. Raises as `pause` does."""
    deadline = _changeable(session, case, deadline_id, by, FINISH)
    if ends_by_itself(deadline):
        raise NotReady(
            [
                Problem(
                    "此期限随办案步骤自动结束，不能另行登记办结。请办理相应步骤。",
                    "A step of the case ends this deadline; take that step instead of entering it here.",
                )
            ]
        )
    reason = _checked(
        reason, {"on": _day_problem(on, max(deadline.starts_on, _last_change(deadline)), today)}
    )
    deadline.state, deadline.ended_on, deadline.paused_on = MET, on, None
    return _record(session, case, deadline, by, "met", on, deadline.due_on, reason)


def add_own(session: Session, case: Case, by: User, *, title: str, due_on: date, today: date) -> Deadline:
    """Set a deadline that no provision gives, as where no limit is configured. Raises NotAllowed, BadFields."""
    workflow.ensure(session, by, STEP, case)
    return set_own(session, case, title, due_on, by, on=today)


def provision(limit: Limit) -> Problem:
    """The instrument and article behind a limit, in both languages."""
    return Problem(limits().cite(limit, "zh"), limits().cite(limit, "en"))


def furthest_day(session: Session, case: Case, deadline: Deadline) -> date | None:
    """The last day to which a deadline may be extended; None if no provision allows it, or nobody can say."""
    limit = limit_of(deadline)
    if limit is None or limit.extension is None or deadline.due_on is None:
        return None
    try:
        return _latest(deadline, limit, working_days(session, case.organisation))
    except NoCalendar:
        return None


def acts(session: Session, case: Case, deadline: Deadline, by: User) -> list[str]:
    """What this person can do with a deadline as it stands: finish, pause, extend, resume."""
    if deadline.state not in (RUNNING, PAUSED):
        return []
    found = [] if ends_by_itself(deadline) or not workflow.may_do(by, FINISH, case) else ["finish"]
    return [*found, *(_changes(session, case, deadline) if workflow.may_do(by, STEP, case) else ())]


def _changes(session: Session, case: Case, deadline: Deadline) -> list[str]:
    if deadline.state == PAUSED:
        return ["resume"]
    if not _counts(deadline):
        return []
    furthest = furthest_day(session, case, deadline)
    longer = deadline.due_on and (limit_of(deadline) is None or (furthest and furthest > deadline.due_on))
    return ["pause", *(["extend"] if longer else [])]


def _counts(deadline: Deadline) -> bool:
    """Whether time is counted at all: not where no provision gives a number."""
    return deadline.due_on is not None or deadline.without == NO_CALENDAR


def _changeable(session: Session, case: Case, deadline_id: int, by: User, step: str = STEP) -> Deadline:
    workflow.ensure(session, by, step, case)
    deadline = session.get(Deadline, deadline_id)
    if deadline is None or deadline.case_id != case.id:
        raise DeadlineNotFound(number=case.number)
    if deadline.state not in (RUNNING, PAUSED):
        raise NotReady(
            [Problem("此期限已经结束，不能再调整。", "This deadline has ended and cannot be changed.")]
        )
    return deadline


def _checked(reason: str, problems: dict[str, Problem | None]) -> str:
    errors = {field: problem for field, problem in problems.items() if problem}
    reason = check_text(errors, "reason", reason, LONGEST["reason"], required=True)
    if errors:
        raise BadFields(errors)
    return reason


def _day_problem(on: date, first: date, today: date) -> Problem | None:
    errors: dict[str, Problem] = {}
    check_day(errors, "on", on, since=first, until=today)
    return errors.get("on")


def _extension_problem(
    deadline: Deadline, limit: Limit | None, due_on: date, furthest: date | None
) -> Problem | None:
    if not isinstance(due_on, date):
        return Problem("请填写延长后的到期日。", "Enter the new last day.")
    if due_on <= deadline.due_on:
        return Problem(
            f"延长后的到期日应晚于现在的到期日 {deadline.due_on}。",
            f"The new last day must be later than the present one, {deadline.due_on}.",
        )
    if limit is not None and due_on > furthest:
        cited = provision(limit)
        return Problem(
            f"依据{cited.zh}，此期限最长可以延长至 {furthest}。",
            f"By {cited.en}, it may be extended to {furthest} at the latest.",
        )
    return None


def _furthest(session: Session, case: Case, deadline: Deadline, limit: Limit) -> date:
    """The last day the provision allows; raises NotReady where it allows no extension, or a year is unknown."""
    cited = provision(limit)
    if limit.extension is None:
        raise NotReady(
            [
                Problem(
                    f"{cited.zh}没有规定可以延长此期限。依法应当扣除的时间，请登记中止和恢复。",
                    f"{cited.en} allows no extension of this deadline. Where the law does not count a time, "
                    "record a pause and a resumption.",
                )
            ]
        )
    try:
        return _latest(deadline, limit, working_days(session, case.organisation))
    except NoCalendar as unknown:
        raise NotReady([no_calendar(unknown.year)]) from None


def _latest(deadline: Deadline, limit: Limit, working: WorkingDays) -> date:
    pauses = [
        (before.changed_on, change.changed_on)
        for before, change in pairwise(row for row in deadline.changes if row.kind in ("paused", "resumed"))
        if change.kind == "resumed"
    ]
    return limits().furthest(limit, deadline.starts_on, working, pauses)


def _resumed(session: Session, case: Case, deadline: Deadline, on: date) -> tuple[date | None, str]:
    """The last day once it runs again: worked out from its beginning, so that a day moved on is not moved twice."""
    limit, working = limit_of(deadline), working_days(session, case.organisation)
    pause = (deadline.paused_on, on)
    pauses, extended = history(deadline)
    if limit is None:
        return shifted(deadline.due_on, *pause, "cd", working), ""
    if extended is None:
        return first_day(limit, deadline.starts_on, working, [*pauses, pause])
    try:
        return limits().settled(limit, moved(extended, [*pauses, pause], limit.unit, working), working), ""
    except NoCalendar:
        return None, NO_CALENDAR


def _last_change(deadline: Deadline) -> date:
    return max(
        (change.changed_on for change in deadline.changes if change.kind == "resumed"), default=date.min
    )


def _record(
    session: Session,
    case: Case,
    deadline: Deadline,
    by: User,
    kind: str,
    on: date,
    old: date | None,
    reason: str,
) -> DeadlineChange:
    change = DeadlineChange(
        kind=kind, changed_on=on, old_due_on=old, new_due_on=deadline.due_on,
        reason=reason, by=by, at=utc_now(),
    )  # fmt: skip
    deadline.changes.append(change)
    events.record(
        session, f"deadline.{kind}", by, case, rows=[deadline, change], limit=deadline.limit_code,
        deadline=deadline.id,
    )  # fmt: skip
    return change
