"""The deadlines of a clearance, worked out from its dates and rules/limits.yaml: nothing of them is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from casebook.clearance import visits
from casebook.clearance.changes import REOPENED
from casebook.clearance.reach import is_waiting
from casebook.clearance.repairs import KINDS
from casebook.clearance.steps import JILIN
from casebook.complaints.steps import DESIGN
from casebook.errors import Problem
from casebook.models import Clearance, ClearanceState
from casebook.procedure.dates import day_of
from rules.counting import NoCalendar, WorkingDays, after
from rules.limits import limits

ENDED = (ClearanceState.CLOSED, ClearanceState.REFUSED)
# A step that a limit is for, and the codes that meet it.
_OPINION = (Problem("提出意见", "opinion"), ("give_opinion",))
_CHECK = (Problem("复核", "re-check"), ("check", "revise"))
_DECISION = (Problem("批准", "decision"), ("approve",))
_ANSWER = (Problem("答复申请人", "answer to who asked"), ("tell",))
_REACHING = ("correct", "approve_reach")


@dataclass(frozen=True)
class Due:
    """One deadline: what is due, from which day, until which, and since when it is done.

    `due_on` None: the calendar of the year is not known. `stopped`: it no longer matters and was never met. `steps`
    are those that meet it.
    """

    code: str
    title: Problem
    law: Problem
    starts_on: date
    due_on: date | None
    met_on: date | None
    stopped: bool = False
    steps: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.met_on is None and not self.stopped

    def is_late(self, today: date) -> bool:
        """Whether it was missed, or met too late."""
        return self.due_on is not None and not self.stopped and (self.met_on or today) > self.due_on


def deadlines(clearance: Clearance, working: WorkingDays) -> list[Due]:
    """Every deadline that ran or runs, in the order in which they began."""
    found = [*_of_law(clearance, working), *_visit(clearance), *_repairs(clearance)]
    return sorted(found, key=lambda due: (due.starts_on, due.due_on or date.max))


def next_due(clearance: Clearance, working: WorkingDays) -> date | None:
    """The first day on which something is due; None: nothing is."""
    days = [due.due_on for due in deadlines(clearance, working) if due.is_open and due.due_on]
    return min(days, default=None)


def _of_law(clearance: Clearance, working: WorkingDays) -> Iterator[Due]:
    asked = clearance.asked_by == "respondent"
    opened, ended = day_of(clearance.at), clearance.state in ENDED
    if asked:
        yield from _limit(
            clearance, "clearance_accepted", clearance.asked_on, clearance.opinion_on, working, stopped=ended,
            steps=("give_opinion",),
        )  # fmt: skip
    else:
        yield from _step(clearance, _OPINION, opened, clearance.opinion_on, working, ended)
    if clearance.opinion_on:
        met = clearance.checked_on if clearance.checked_ok else None
        yield from _step(clearance, _CHECK, clearance.opinion_on, met, working, ended)
    if clearance.checked_on and clearance.checked_ok:
        yield from _step(clearance, _DECISION, clearance.checked_on, clearance.decided_on, working, ended)
    if clearance.decided_on and asked:
        yield from _step(clearance, _ANSWER, clearance.decided_on, clearance.told_on, working, False)
    if clearance.decided_on and clearance.state in (ClearanceState.APPROVED, ClearanceState.CLOSED):
        yield from _reaching(clearance, working, ended)


def _reaching(clearance: Clearance, working: WorkingDays, ended: bool) -> Iterator[Due]:
    """The time to reach everyone: from the approval, and anew from each day on which it was opened again."""
    begun = clearance.decided_on
    what = Problem("全部知悉对象收到澄清", "everyone on the reach map corrected")
    for again in [one for one in clearance.changes if one.what == REOPENED]:
        closed = date.fromisoformat(again.was["closed_on"])
        days = [
            row.corrected_on for row in clearance.reach if row.corrected_on and row.corrected_on <= closed
        ]
        met = max(days, default=closed)
        yield from _limit(
            clearance, "clearance_joint_step_begun", begun, met, working, what, stopped=False, steps=_REACHING
        )
        begun = day_of(again.at)
    met = None
    if not any(map(is_waiting, clearance.reach)):
        met = max([begun, *(row.corrected_on for row in clearance.reach if row.corrected_on)])
    yield from _limit(
        clearance, "clearance_joint_step_begun", begun, met, working, what, stopped=ended, steps=_REACHING
    )


def _step(
    clearance: Clearance,
    of: tuple[Problem, tuple[str, ...]],
    begun: date,
    met: date | None,
    working: WorkingDays,
    stopped: bool,
) -> Iterator[Due]:
    yield from _limit(
        clearance, "clearance_step_begun", begun, met, working, of[0], stopped=stopped, steps=of[1]
    )


def _limit(
    clearance: Clearance,
    trigger: str,
    begun: date,
    met: date | None,
    working: WorkingDays,
    what: Problem | None = None,
    *,
    stopped: bool,
    steps: tuple[str, ...],
) -> Iterator[Due]:
    for limit in limits().started_by(trigger, begun):
        if not limit.concerns(clearance.facts or {}, region=_region(clearance)):
            continue
        try:
            due_on = after(begun, limit.amount, limit.unit, working)
        except NoCalendar:
            due_on = None
        title = Problem(limit.title.zh, limit.title.en)
        if what is not None:
            title = Problem(f"{title.zh}：{what.zh}", f"{title.en}: {what.en}")
        law = Problem(limits().cite(limit, "zh"), limits().cite(limit, "en"))
        yield Due(limit.id, title, law, begun, due_on, met, stopped and met is None, steps)


def _visit(clearance: Clearance) -> Iterator[Due]:
    """The visit set at the approval, and every further one that a visit called for."""
    if clearance.visit_due_on is None:
        return
    begun, due_on = clearance.decided_on, clearance.visit_due_on
    for visit in clearance.visits:
        yield Due(
            "visit", Problem("回访", "Return visit"), JILIN, begun, due_on, visit.visited_on, steps=("visit",)
        )
        begun, due_on = visit.visited_on, visit.next_on
        if due_on is None:
            return
    if visits.next_due(clearance) is not None:
        yield Due("visit", Problem("回访", "Return visit"), JILIN, begun, due_on, None, steps=("visit",))


def _repairs(clearance: Clearance) -> Iterator[Due]:
    for row in clearance.repairs:
        kind = KINDS[row.kind]
        title = Problem(f"补救：{kind.zh}", f"Repair: {kind.en}")
        yield Due("repair", title, DESIGN, day_of(row.at), row.due_on, row.done_on, steps=("finish_repair",))


def _region(clearance: Clearance) -> str:
    if clearance.complaint is not None:
        return clearance.complaint.region
    return (clearance.case and clearance.case.region) or ""
