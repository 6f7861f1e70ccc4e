"""What is really to be done next in a case by one person: of the steps the table allows, those that now have an object.

The table says what may be done; a page that offers all of it every time hides the one thing that waits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from casebook.clearance import periods
from casebook.models import Appeal, Case, Correction, Decision, Notice, Part, Role, User
from casebook.procedure import answers, decide, hearing, notice, panel, service, workflow
from casebook.procedure.correction_state import corrections_of, may_verify, missing_to_finish
from casebook.procedure.dates import today


@dataclass(frozen=True)
class _State:
    """What the rooms of a case hold, read once each and only where it is asked."""

    session: Session
    case: Case
    user: User

    @cached_property
    def notice(self) -> Notice | None:
        found = notice.current_notice(self.session, self.case)
        return found if found is not None and found.closed_at is None else None

    @cached_property
    def standing(self) -> Decision | None:
        return decide.standing_decision(self.session, self.case)

    @cached_property
    def tasks(self) -> list[service.Task]:
        return service.tasks(self.session, self.standing) if self.standing else []

    @cached_property
    def corrections(self) -> list[Correction]:
        return corrections_of(self.session, self.case)

    @cached_property
    def appeals(self) -> list[Appeal]:
        return list(self.session.scalars(select(Appeal).where(Appeal.case_id == self.case.id)))

    @cached_property
    def meeting(self):
        return panel.current_meeting(self.session, self.case)

    def holds(self, part: Part, user: User | None = None, appeal: Appeal | None = None) -> bool:
        """Whether anybody, or this person, now has a part."""
        return any(
            row.part == part and row.ended_at is None and (user is None or row.user_id == user.id)
            and (appeal is None or row.appeal_id == appeal.id)
            for row in self.case.assignments
        )  # fmt: skip


_UNTOLD = {"assign_second", "second_review"}
# Steps that nothing waits for: done whenever there is a reason, from the page of their room.
AT_WILL = {
    "save", "recommend", "attach", "personal_link", "talk", "note_commitment", "ask_recusal", "hand_over",
    "change_deadline", "finish_deadline", "issue_paper", "return_to_officer", "return_from_hearing",
    "return_from_panel", "ask_return", "file_appeal", "withdraw_appeal", "consult", "propose_precedent",
}  # fmt: skip


def due_steps(session: Session, user: User, case: Case) -> list[workflow.Step]:
    """The steps that wait for this person in this case now, in the order of the table."""
    state = _State(session, case, user)
    return [
        step
        for step in workflow.next_steps(user, case)
        if step.code not in AT_WILL and _WAITS.get(step.code, lambda _: True)(state)
    ]


def due_of_others(session: Session, user: User, case: Case) -> list[tuple[User, list[workflow.Step]]]:
    """Everyone but this person for whom something waits in the case, each with their steps; by name.

    The second opinion is told to nobody: who gives the first is not to know that another is asked.
    """
    held = {row.user_id for row in case.assignments if row.ended_at is None} | {case.officer_id}
    chiefs = and_(
        User.role == Role.CHIEF,
        User.organisation_id.in_([organ.id for organ in case.organisation.and_above()]),
    )
    people = session.scalars(
        select(User)
        .where(User.active, User.id != user.id, or_(User.id.in_(held), chiefs))
        .order_by(User.name)
    )
    found = []
    for one in people.all():
        steps = [step for step in due_steps(session, one, case) if step.code not in _UNTOLD]
        if steps:
            found.append((one, steps))
    return found


def _open_appeals(state: _State) -> list[Appeal]:
    return [row for row in state.appeals if row.is_open and not row.waits]


def _votes(state: _State) -> bool:
    meeting = state.meeting
    if meeting is None or meeting.closed_at is not None:
        return False
    waiting = {row.user_id for row in panel.not_voted(state.case, meeting)}
    others_first = state.user.id == meeting.chair_id and waiting - {state.user.id}
    return state.user.id in waiting and not others_first


def _meets(state: _State) -> bool:
    """A meeting is to be opened, or its minutes closed, or opened again because nobody had a majority."""
    meeting = state.meeting
    if meeting is None:
        return True
    return (
        not panel.not_voted(state.case, meeting) if meeting.closed_at is None else not panel.majority(meeting)
    )


_WAITS: dict[str, Callable[[_State], bool]] = {
    "assign_reviewer": lambda state: not state.holds(Part.REVIEWER),
    "assign_second": lambda state: any(
        row.second and row.submitted_at is None and row.reviewer_id is None for row in state.case.reviews
    ),
    "tell": lambda state: state.notice is None or state.notice.told_on is None,
    "hear": lambda state: (
        state.notice is not None and state.notice.told_on is not None and state.notice.heard_on is None
    ),
    "weigh": lambda state: state.notice is not None and any(
        answers.needs_weighing(answer) for point in state.notice.points for answer in point.answers
    ),
    "close_hearing": lambda state: not hearing.missing_to_close(state.session, state.case),
    "seat_panel": lambda state: len(panel.sitting(state.case)) < panel.FEWEST,
    "meet": _meets,
    "vote": _votes,
    "decide": lambda state: (
        state.meeting is not None and state.meeting.closed_at is not None and bool(panel.majority(state.meeting))
        and decide.current_draft(state.session, state.case) is None
    ),
    "sign": lambda state: decide.current_draft(state.session, state.case) is not None,
    "serve": lambda state: any(task.open for task in state.tasks),
    "notify": lambda state: not any(task.open and task.kind in ("person", "unit") for task in state.tasks),
    "enforce": lambda state: not any(task.open for task in state.tasks),
    "order_correction": lambda state: not state.corrections,
    "report_correction": lambda state: any(row.state == "open" for row in state.corrections),
    "verify_correction": lambda state: any(
        row.state == "done" and may_verify(row, state.user) for row in state.corrections
    ),
    "finish_corrections": lambda state: not missing_to_finish(state.session, state.case),
    "close": lambda state: not service.closing_problems(state.session, state.case),
    "admit_late_appeal": lambda state: any(row.waits for row in state.appeals),
    "assign_appeal": lambda state: any(
        not state.holds(Part.APPEAL_DECIDER, appeal=row) for row in _open_appeals(state)
    ),
    "decide_appeal": lambda state: any(
        state.holds(Part.APPEAL_DECIDER, state.user, row) for row in _open_appeals(state)
    ),
    "serve_appeal": lambda state: any(row.signed_at and row.served_on is None for row in state.appeals),
    "period_notice": lambda state: periods.notice_is_due(state.session, state.case, today()),
    "decide_recusal": lambda state: any(
        row.granted is None and row.user_id != state.user.id for row in state.case.recusals
    ),
}  # fmt: skip
