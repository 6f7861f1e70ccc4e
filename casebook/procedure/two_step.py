"""The two-step view (两步审阅): a reviewer judges the conduct first, and only then sees what came of it.

A guard against judging conduct by its result. Which facts tell of the conduct is said by the vocabulary; until the
first view is given, everything else of the case is closed to its reviewer (casebook.access). Whoever gives the blind
second opinion is veiled in the same way, so that both opinions begin alike. Source: none; an organ that wants it sets
`two_step_view`.
"""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.fields import check_text
from casebook.hiding import Table, hide
from casebook.models import Assignment, Case, ConductView, Event, Organisation, Part, Stage, Step, User
from casebook.office import setting
from casebook.procedure import declarations, workflow
from casebook.recommend import fresh_recommendation, read_facts
from rules.pack import DISPOSITIONS
from rules.vocabulary import vocabulary

LONGEST = 2000
STEPS = {
    Part.REVIEWER: "review",
    Part.SECOND_REVIEWER: "second_review",
}  # of each part whose holder is veiled
_READ = ("case.", "recommendation.", "attachment.", "worklist.")


@dataclass(frozen=True)
class Conduct:
    """What is shown before the first view: the facts of the conduct that the rules read, and nothing else."""

    view: ConductView
    facts: dict[str, object]


def owe(session: Session, case: Case, assignment: Assignment) -> list[ConductView]:
    """A first view owed with this assignment, where the organ wants it; the rows for the event of the assignment.

    None is owed at a stage at which it could not be given, as by who takes over a review that is finished.
    """
    step = STEPS.get(assignment.part)
    if step is None or case.stage not in workflow.STEPS[step].stages:
        return []
    if not setting(session, case.organisation_id, "two_step_view"):
        return []
    kinds = or_(*(Event.kind.startswith(kind, autoescape=True) for kind in _READ))
    read = select(Event.seq).where(Event.case_id == case.id, Event.by_id == assignment.user_id, kinds)
    view = ConductView(
        case_id=case.id, assignment_id=assignment.id, reviewer_id=assignment.user_id,
        read_before=session.scalar(read.where(Event.kind != "case.refused").limit(1)) is not None,
    )  # fmt: skip
    session.add(view)
    session.flush()
    return [view]


def view_of(case: Case, user: User) -> ConductView | None:
    """The view of whoever reviews the case now, owed or given; None where the organ does not ask for one."""
    mine = (
        row for row in case.conduct_views if row.reviewer_id == user.id and row.assignment.ended_at is None
    )
    return next(mine, None)


def owed_by(session: Session, user: User) -> list[Case]:
    """The cases in which this person owes a first view; of each, no more than its number may be shown."""
    owed = select(Case).where(Case.id.in_(access.first_views_owed(user)))
    return list(session.scalars(owed.order_by(Case.number)))


def see_conduct(session: Session, case: Case, by: User) -> Conduct:
    """The facts of the conduct, for whoever owes a first view; logged. Raises NotReady (recusal), NotAllowed."""
    view = _mine(case, by)
    declarations.ensure_declared(session, case, by, Step.ASSIGNMENT)
    shown = vocabulary().first_look
    known = read_facts(session, case)
    facts = {fact_id: known[fact_id] for fact_id in vocabulary().facts if fact_id in shown & known.keys()}
    events.record(session, "first_view.facts_read", by, case, facts=sorted(facts))
    return Conduct(view, facts)


def record(session: Session, case: Case, by: User, *, disposition: str, reason: str) -> ConductView:
    """Give the first view for good; from then on the whole case is open. Raises BadFields, NotReady, WrongStage.

    NotAllowed where none is owed, as after it was given.
    """
    view = _mine(case, by)
    workflow.ensure(session, by, step_of(view), case)
    declarations.ensure_declared(session, case, by, Step.ASSIGNMENT)
    if view.at is not None:
        raise NotAllowed("first_view")
    reason = _checked(disposition, reason)
    recommendation = fresh_recommendation(session, case)
    view.disposition, view.reason, view.at = disposition, reason, utc_now()
    view.recommendation_id = recommendation.id if recommendation else None
    events.record(session, "first_view.recorded", by, case, rows=[view], read_before=view.read_before)
    session.flush()
    return view


def confirm(session: Session, case: Case, by: User, *, disposition: str, reason: str) -> ConductView:
    """Say whether the consequences changed the view, and why; until the review is finished it may be said anew.

    Raises BadFields, NotAllowed where no first view was given, WrongStage.
    """
    view = _mine(case, by)
    workflow.ensure(session, by, step_of(view), case)
    if view.at is None:
        raise NotAllowed("first_view")
    reason = _checked(disposition, reason)
    view.after_disposition, view.after_reason, view.after_at = disposition, reason, utc_now()
    events.record(session, "first_view.confirmed", by, case, rows=[view], moved=view.moved)
    session.flush()
    return view


def ensure_given(case: Case, by: User) -> None:
    """Raise NotAllowed while this person owes a first view: nothing is written of a case that they have not read."""
    if access.owes_first_view(by, case):
        raise NotAllowed("first_view")


def ensure_finished(case: Case, by: User) -> None:
    """Raise NotReady while this person owes a first view, or has not said what the consequences made of it."""
    view = view_of(case, by)
    if view is not None and view.after_at is None:
        raise NotReady([
            Problem(
                "本单位实行两步审阅。请先在“两步审阅”中记录对行为的意见，并在查看后果之后确认或者改变。",
                "This organ asks for the two-step view: record your view of the conduct first, then confirm or change "
                "it once you have seen the consequences.",
            )
        ])  # fmt: skip


def finished(session: Session, by: User, case: Case) -> list[ConductView]:
    """The views that whoever may read the reviews of a case finds there, each with what became of it.

    That of a second reviewer is shown with the second opinion, not before.
    """
    access.ensure(by, access.READ_CASE, case)
    return [row for row in case.conduct_views if row.after_at is not None and is_with_its_review(row)]


def is_with_its_review(row: ConductView) -> bool:
    """Whether the review or second opinion that the view belongs to has left its writer's hands."""
    if row.assignment.part == Part.SECOND_REVIEWER:
        return row.assignment.ended_why == "given"
    return row.case.stage != Stage.REVIEW


def step_of(row: ConductView) -> str:
    """The step of the table at which this view is given."""
    return STEPS[row.assignment.part]


def moves(session: Session, by: User, organisation: Organisation) -> Table:
    """How many views of an organ the consequences moved, and how many they left; small numbers hidden.

    Of cases whose review is over, and never by person. Raises NotAllowed.
    """
    access.ensure(by, access.READ_OFFICE)
    rows = (
        select(ConductView.disposition, ConductView.after_disposition)
        .join(ConductView.case)
        .join(ConductView.assignment)
        .where(
            Case.organisation_id == organisation.id, ConductView.after_at.is_not(None),
            or_(Assignment.part == Part.REVIEWER, Assignment.ended_why == "given"), Case.stage != Stage.REVIEW,
        )
    )  # fmt: skip
    counts = Counter(
        ("", "moved" if before != after else "stayed") for before, after in session.execute(rows)
    )
    return hide(("",), ("moved", "stayed"), counts)


def _mine(case: Case, by: User) -> ConductView:
    view = view_of(case, by)
    if view is None:
        raise NotAllowed("first_view")
    return view


def _checked(disposition: str, reason: str) -> str:
    errors: dict[str, Problem] = {}
    if disposition not in DISPOSITIONS:
        errors["disposition"] = Problem("请选择一项处理意见。", "Choose one of the dispositions.")
    reason = check_text(errors, "reason", reason, LONGEST, required=True)
    if errors:
        raise BadFields(errors)
    return reason
