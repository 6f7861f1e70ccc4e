"""The deadlines of a case: started and ended by what happens in it. Functions flush and never commit.

They are called inside the steps of other rooms, which have taken the lock and checked who may act; changing a
deadline by hand is in casebook.clocks.changes.
"""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clocks.working import working_days
from casebook.db import utc_now
from casebook.errors import BadFields, Problem
from casebook.fields import check_text
from casebook.models import Appeal, Case, Deadline, DeadlineChange, Decision, User
from casebook.procedure.dates import in_words, today
from casebook.recommend import read_facts
from rules.counting import NoCalendar, WorkingDays
from rules.limit import PROMPT, Limit
from rules.limits import limits

OWN = "own"
RUNNING, PAUSED, MET, STOPPED = "running", "paused", "met", "stopped"
OPEN = (RUNNING, PAUSED)
NO_NUMBER, NO_LIMIT, NO_CALENDAR = "no_number", "no_limit", "no_calendar"
LONGEST = {"title": 300, "reason": 1000}
# What the rooms of a case report here, beside it every step that other modules bring along.
REPORTED = frozenset(
    "submitted review_assigned review_passed told heard hearing_closed meeting_held decided person_served unit_served "
    "notified enforced correction_ordered correction_done correction_verified corrections_finished appeal_filed "
    "appeal_decided appeal_served talk_held admonition_followed_up closed".split()
)
_UNDER_WAY = ("review_assigned", "review_passed", "told", "heard", "hearing_closed", "meeting_held")
# What ends a deadline that a person set, by what it belongs to.
_ENDS_OWN = {
    "correction": ("correction_done", "correction_verified"),
    "appeal": ("appeal_decided",),
    "decision": ("enforced",),
    "notice": ("heard",),
}


def start(
    session: Session,
    case: Case,
    trigger: str,
    on: date,
    by: User | None,
    *,
    ref: str = "",
    regimes: Collection[str] = frozenset(),
) -> list[Deadline]:
    """Start every limit that this event starts, with the last day its provision gives; returns the deadlines made.

    A limit that runs already from the same day is left as it is; from another day it begins anew; one that facts
    established meanwhile contradict is ended. Where a provision gives no number, or a year has no calendar, the
    deadline has no day and says why. The submission also starts what runs from the day the case was filed (立案),
    where that day is established.
    """
    facts = read_facts(session, case)
    wanted = [(limit, on) for limit in limits().started_by(trigger, on)]
    if trigger == "submitted" and (filed := facts.get("case_filed_date")):
        filed_on = date.fromisoformat(filed)
        wanted += [(limit, filed_on) for limit in limits().started_by("filed", filed_on)]
    appeal = _appeal(session, ref)
    known = {
        "regimes": regimes, "measures": _measures(session, ref), "channel": appeal.channel if appeal else "",
        "region": str(facts.get("conduct_region") or case.region or ""),
    }  # fmt: skip
    on_appeal = _on_appeal(session, ref)
    wanted = [
        (limit, day)
        for limit, day in wanted
        if limit.concerns(facts, **known) and not (on_appeal and limit.asks)
    ]
    running = {(row.limit_code, row.ref): row for row in open_deadlines(session, case)}
    working = working_days(session, case.organisation)
    made, changed = [], []
    if gone := _contradicted(running.values(), facts, on, by):
        events.record(session, "deadline.stopped", by, case, rows=gone)
    for limit, day in wanted:
        before = running.get((limit.id, ref))
        if before is not None:
            if before.starts_on == day:
                continue
            changed += [before, _end(before, STOPPED, on, by, "重新起算")]
        due_on, without = first_day(limit, day, working)
        made.append(
            Deadline(
                case_id=case.id, limit_code=limit.id, ref=ref, starts_on=day, due_on=due_on, without=without,
                state=RUNNING,
            )
        )  # fmt: skip
    session.add_all(made)
    if made:
        events.record(
            session, "deadline.started", by, case, rows=[*made, *changed],
            trigger=trigger, limits=[row.limit_code for row in made],
        )  # fmt: skip
    return made


def _contradicted(
    open_rows: Iterable[Deadline], facts: dict[str, object], on: date, by: User | None
) -> list[Deadline | DeadlineChange]:
    """End what began while it was not known whom it concerns, and now is known not to concern the case."""
    changed: list[Deadline | DeadlineChange] = []
    for row in open_rows:
        limit = limit_of(row)
        if limit and any(facts.get(fact) not in (None, *values) for fact, values in limit.who.items()):
            changed += [row, _end(row, STOPPED, on, by, "有关事实查明后，此期限不适用于本案")]
    return changed


def meet(
    session: Session, case: Case, trigger: str, on: date, by: User | None, *, ref: str = ""
) -> list[Deadline]:
    """End what this event ends, in time or late; a deadline that belongs to something ends only with that."""
    appeal = _appeal(session, ref)
    ended = [
        row
        for row in open_deadlines(session, case)
        if trigger in _met_by(row) and (row.ref in ("", ref) or _asks_for(row, appeal))
    ]
    return _ended(session, case, ended, MET, on, by, "", trigger=trigger)


def set_own(
    session: Session,
    case: Case,
    title: str,
    due_on: date,
    by: User | None,
    *,
    ref: str = "",
    on: date | None = None,
) -> Deadline:
    """Set a last day that no provision gives, from today or `on`. Raises BadFields."""
    errors: dict[str, Problem] = {}
    title = check_text(errors, "title", title, LONGEST["title"], required=True, one_line=True)
    begins = on or today()
    if not isinstance(due_on, date):
        errors["due_on"] = Problem("请填写到期日。", "Enter the last day.")
    elif due_on < begins:
        words = in_words(begins)
        errors["due_on"] = Problem(
            f"到期日不能早于起算日{words.zh}。", f"The last day cannot lie before the first, {words.en}."
        )
    if errors:
        raise BadFields(errors)
    deadline = Deadline(
        case_id=case.id, limit_code=OWN, title=title, ref=ref, starts_on=begins, due_on=due_on, state=RUNNING
    )
    session.add(deadline)
    events.record(session, "deadline.set", by, case, rows=[deadline], ref=ref)
    return deadline


def stop(
    session: Session,
    case: Case,
    by: User | None,
    reason: str,
    *,
    ref: str | None = None,
    on: date | None = None,
    keep: Collection[str] = (),
) -> list[Deadline]:
    """End what has lost its object, without its having been met; `ref` None: every deadline of the case.

    Limits named in `keep` go on.
    """
    ended = [
        row
        for row in open_deadlines(session, case)
        if (ref is None or row.ref == ref) and row.limit_code not in keep
    ]
    return _ended(session, case, ended, STOPPED, on or today(), by, reason)


def go_back(session: Session, case: Case, by: User | None, *, on: date | None = None) -> list[Deadline]:
    """End what began between the review and the decision: the case goes back, and it begins anew when it returns."""
    ended = [
        row
        for row in open_deadlines(session, case)
        if (limit := limit_of(row)) is not None and limit.trigger in _UNDER_WAY
    ]
    return _ended(session, case, ended, STOPPED, on or today(), by, "案件已退回")


def open_deadlines(session: Session, case: Case) -> list[Deadline]:
    """The deadlines of a case that run or are paused, oldest first."""
    of_case = select(Deadline).where(Deadline.case_id == case.id, Deadline.state.in_(OPEN))
    return list(session.scalars(of_case.order_by(Deadline.id)))


def limit_of(deadline: Deadline) -> Limit | None:
    """The limit behind a deadline, in the version of the day it began; None where a person set it."""
    return None if deadline.limit_code == OWN else limits().find(deadline.limit_code, deadline.starts_on)


def first_day(
    limit: Limit, start_on: date, working: WorkingDays, pauses: Iterable[tuple[date, date]] = ()
) -> tuple[date | None, str]:
    """The last day a limit gives, and why there is none: no number, no limit in any source, no calendar."""
    if limit.amount is None:
        return None, NO_NUMBER if limit.unit == PROMPT else NO_LIMIT
    try:
        return limits().last_day(limit, start_on, working, pauses), ""
    except NoCalendar:
        return None, NO_CALENDAR


def _ended(
    session: Session,
    case: Case,
    ended: list[Deadline],
    state: str,
    on: date,
    by: User | None,
    reason: str,
    **detail,
) -> list[Deadline]:
    changes = [_end(row, state, on, by, reason) for row in ended]
    if ended:
        kind = "deadline.met" if state == MET else "deadline.stopped"
        events.record(session, kind, by, case, rows=[*ended, *changes], **detail)
    return ended


def _end(row: Deadline, state: str, on: date, by: User | None, reason: str) -> DeadlineChange:
    row.state, row.ended_on, row.paused_on = state, on, None
    change = DeadlineChange(
        kind=state, changed_on=on, old_due_on=row.due_on, new_due_on=row.due_on,
        reason=reason, by_id=by and by.id, at=utc_now(),
    )  # fmt: skip
    row.changes.append(change)
    return change


def ends_by_itself(row: Deadline) -> bool:
    """Whether some step of the case ends it; else a person has to say that it is met."""
    return not REPORTED.isdisjoint(_met_by(row))


def _met_by(row: Deadline) -> Iterable[str]:
    limit = limit_of(row)
    return limit.met_by if limit else _ENDS_OWN.get(row.ref.partition(":")[0], ())


def _asks_for(row: Deadline, appeal: Appeal | None) -> bool:
    """Whether this is the time to ask for just that appeal, against its decision or the step before it."""
    limit = limit_of(row)
    if appeal is None or limit is None or appeal.channel not in limit.asks:
        return False
    return row.ref in (f"decision:{appeal.decision_id}", f"appeal:{appeal.after_id}")


def _on_appeal(session: Session, ref: str) -> bool:
    """Whether it belongs to a decision made on appeal: the first step of the ladder does not begin again with it."""
    decision = session.get(Decision, number) if (number := _number(ref, "decision")) else None
    return decision is not None and decision.appeal_id is not None


def _measures(session: Session, ref: str) -> set[str]:
    """The codes of the measures of the decision that something belongs to."""
    decision = session.get(Decision, number) if (number := _number(ref, "decision")) else None
    return {measure.code for measure in decision.measures} if decision else set()


def _appeal(session: Session, ref: str) -> Appeal | None:
    return session.get(Appeal, number) if (number := _number(ref, "appeal")) else None


def _number(ref: str, kind: str) -> int | None:
    named, _, number = ref.partition(":")
    return int(number) if named == kind and number.isdecimal() else None
