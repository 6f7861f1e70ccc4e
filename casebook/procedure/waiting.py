"""Which cases wait for a person now: the same table of steps, as one condition on the list of cases."""

from sqlalchemy import ColumnElement, and_, exists, or_, select

from casebook import access
from casebook.clearance import periods, requests, return_steps, scope
from casebook.models import (
    Answer,
    Appeal,
    Assignment,
    Case,
    Correction,
    Notice,
    Part,
    Point,
    Recusal,
    Review,
    Role,
    Stage,
    User,
)
from casebook.procedure.dates import today

_WITH_OFFICER = (Stage.INTAKE, Stage.HEARING, Stage.DECIDED, Stage.NOTIFIED, Stage.IN_FORCE)
_BEFORE_DECISION = (Stage.REVIEW, Stage.HEARING, Stage.PANEL)


def waiting_for(user: User) -> ColumnElement[bool]:
    """The cases in which it is this person's turn, and nobody else's first."""
    turns = [_by_part(user), return_steps.awaits(user)]
    if user.role == Role.OFFICER:
        turns.append(and_(Case.officer_id == user.id, Case.stage.in_(_WITH_OFFICER)))
        turns.append(and_(Case.officer_id == user.id, periods.awaits_notice(today())))
        turns.append(and_(Case.officer_id == user.id, or_(scope.awaits(), requests.awaits())))
    elif user.role == Role.CHIEF:
        turns.append(and_(Case.organisation_id == user.organisation_id, or_(*_for_the_chief(user))))
        turns.append(_for_the_chief_above(user))
    own = select(Recusal.id).where(
        Recusal.case_id == Case.id, Recusal.user_id == user.id, Recusal.granted.is_not(False)
    )
    return and_(or_(*turns), ~exists(own))


def _by_part(user: User) -> ColumnElement[bool]:
    def held(*parts: Part):
        return exists(
            select(Assignment.id).where(
                Assignment.case_id == Case.id, Assignment.user_id == user.id, Assignment.part.in_(parts),
                Assignment.ended_at.is_(None),
            )
        )  # fmt: skip

    answered = (
        select(Answer.id)
        .join(Point)
        .join(Notice)
        .where(Notice.case_id == Case.id, Notice.closed_at.is_(None), Answer.adopted == "")
    )
    appeals = select(Assignment.id).join(Appeal, Appeal.id == Assignment.appeal_id).where(
        Assignment.case_id == Case.id, Assignment.user_id == user.id, Assignment.ended_at.is_(None),
        Appeal.outcome == "",
    )  # fmt: skip
    return or_(
        and_(Case.stage == Stage.REVIEW, held(Part.REVIEWER)),
        and_(Case.stage == Stage.HEARING, held(Part.REVIEWER), exists(answered)),
        and_(Case.stage.in_(_BEFORE_DECISION), held(Part.SECOND_REVIEWER)),
        and_(Case.stage == Stage.PANEL, held(Part.PANEL, Part.CHAIR)),
        exists(appeals),
    )


def _for_the_chief(user: User) -> list[ColumnElement[bool]]:
    def nobody(part: Part):
        return ~exists(
            select(Assignment.id).where(
                Assignment.case_id == Case.id, Assignment.part == part, Assignment.ended_at.is_(None)
            )
        )

    drawn = select(Review.id).where(
        Review.case_id == Case.id, Review.second, Review.submitted_at.is_(None), Review.reviewer_id.is_(None)
    )
    pending = select(Recusal.id).join(User, User.id == Recusal.user_id).where(
        Recusal.case_id == Case.id, Recusal.granted.is_(None),
        or_(User.role != Role.CHIEF, User.organisation_id != user.organisation_id),
    )  # fmt: skip
    officer_gone = select(Recusal.id).where(
        Recusal.case_id == Case.id, Recusal.user_id == Case.officer_id, Recusal.granted
    )
    done = select(Correction.id).where(Correction.case_id == Case.id, Correction.state == "done")
    return [
        and_(Case.stage == Stage.REVIEW, nobody(Part.REVIEWER)),
        and_(Case.stage.in_(_BEFORE_DECISION), exists(drawn)),
        and_(Case.stage == Stage.PANEL, nobody(Part.CHAIR)),
        Case.stage == Stage.CORRECTED,
        and_(Case.stage != Stage.CLOSED, exists(officer_gone)),
        exists(pending),
        exists(done),
        _appeal_without_decider(),
    ]


def _for_the_chief_above(user: User) -> ColumnElement[bool]:
    """Recusals of chiefs of the organs below, and appeals there that nobody decides yet."""
    chief = select(Recusal.id).join(User, User.id == Recusal.user_id).where(
        Recusal.case_id == Case.id, Recusal.granted.is_(None), User.role == Role.CHIEF,
        User.organisation_id != user.organisation_id,
    )  # fmt: skip
    return and_(
        Case.organisation_id.in_(access.organs_within(user.organisation_id)),
        Case.organisation_id != user.organisation_id,
        or_(exists(chief), _appeal_without_decider()),
    )


def _appeal_without_decider() -> ColumnElement[bool]:
    decider = select(Assignment.id).where(
        Assignment.appeal_id == Appeal.id, Assignment.part == Part.APPEAL_DECIDER,
        Assignment.ended_at.is_(None),
    )  # fmt: skip
    return exists(select(Appeal.id).where(Appeal.case_id == Case.id, Appeal.outcome == "", ~exists(decider)))
