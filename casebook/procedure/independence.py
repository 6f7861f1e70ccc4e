"""Who may not take which part in a case, read from everything a person ever did in it, whatever their role is now."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import (
    Answer,
    Appeal,
    Assignment,
    Attachment,
    Case,
    Decision,
    Event,
    FactChange,
    Meeting,
    Notice,
    Part,
    Point,
    Recommendation,
    Recusal,
    Review,
    Role,
    User,
    Vote,
)
from casebook.procedure.workflow import PART_ROLES

APPEAL_PARTS = {Part.APPEAL_HANDLER, Part.APPEAL_DECIDER}
_ORIGINAL_PARTS = set(Part) - APPEAL_PARTS
_DISCUSSING = {Part.PANEL, Part.CHAIR}
# What a reviewer may have opened in a case and still judge it afresh; anything else may show the first opinion.
_SHOWS_NO_OPINION = {
    "case.read", "case.refused", "case.listed", "recommendation.read", "recommendation.printed", "attachment.read",
}  # fmt: skip
# What an officer does for the first decision that leaves no other row with their name.
_OFFICERS_STEPS = (
    "case.submitted", "notice.told", "hearing.answered", "hearing.recorded", "hearing.closed", "link.created",
)  # fmt: skip

ESTABLISHED = Problem(
    "此人经办过本案（录入过事实、上传过材料或者申请过处理建议），不能再审核、审议本案。请另选一人。",
    "This person worked on the case as an officer and cannot judge it. Choose another.",
)
JUDGED = Problem(
    "此人已在本案担任其他审核、审议职责，不能兼任。请另选一人。",
    "This person already has another part in judging this case. Choose another.",
)
HANDLED = Problem(
    "此人办理过原案，不得办理申诉（政务处分法第四十七条，国有企业管理人员处分条例第四十条）。请另选一人。",
    "This person handled the first decision and may not handle the appeal "
    "(Law on Administrative Discipline for Public Officials, art. 47; "
    "Regulation on sanctions for managers of state-owned enterprises, art. 40). Choose another.",
)
OTHER_APPEAL = Problem(
    "此人办理过本案前一次申诉，不能再办理这一次。请另选一人。",
    "This person handled another appeal in this case. Choose another.",
)
RECUSED = Problem(
    "此人在本案已经回避或者正等待回避决定。请另选一人。",
    "This person stands back from this case, or a recusal is still to be decided. Choose another.",
)
WRONG_ROLE = Problem(
    "此人的角色、单位或者账户状态不适合这一职责。请从名单中选择。",
    "This person's role, organ or account does not fit this part. Choose from the list.",
)
NOT_BLIND = Problem(
    "此人已经看过本案的审核意见，复评不再独立。请另选一人。",
    "This person has already read an opinion in this case, so a second one would not be blind. Choose another.",
)


def worked_as_officer(session: Session, case: Case, user: User) -> bool:
    """Whether this person is or was the officer, wrote a fact, handed in a file, or took any step of the officer's."""
    return case.officer_id == user.id or _any(
        session,
        select(FactChange.id).where(FactChange.case_id == case.id, FactChange.by_id == user.id),
        select(Attachment.id).where(Attachment.case_id == case.id, Attachment.by_id == user.id),
        select(Recommendation.id).where(
            Recommendation.case_id == case.id, Recommendation.created_by_id == user.id
        ),
        select(Notice.id).where(Notice.case_id == case.id, Notice.by_id == user.id),
        select(Event.seq).where(
            Event.case_id == case.id, Event.by_id == user.id, Event.kind.in_(_OFFICERS_STEPS)
        ),
    )


def judged(session: Session, case: Case, user: User, parts: set[Part]) -> bool:
    """Whether this person ever held one of these parts of the first handling, or did what belongs to it."""
    held = select(Assignment.id).where(
        Assignment.case_id == case.id, Assignment.user_id == user.id, Assignment.part.in_(parts)
    )
    asked = [held]
    if Part.REVIEWER in parts or Part.SECOND_REVIEWER in parts:
        seconds = [second for second in (False, True) if _reviewing(second) in parts]
        asked.append(
            select(Review.id).where(
                Review.case_id == case.id, Review.reviewer_id == user.id, Review.second.in_(seconds)
            )
        )
    if Part.REVIEWER in parts:
        answers = select(Answer.id).join(Point).join(Notice)
        asked.append(answers.where(Notice.case_id == case.id, Answer.decided_by_id == user.id))
    if parts & _DISCUSSING:
        asked += [
            select(Vote.id).join(Meeting).where(Meeting.case_id == case.id, Vote.user_id == user.id),
            select(Meeting.id).where(Meeting.case_id == case.id, Meeting.chair_id == user.id),
            select(Decision.id).where(
                Decision.case_id == case.id, Decision.appeal_id.is_(None),
                or_(Decision.signed_by_id == user.id, Decision.drafted_by_id == user.id),
            ),
        ]  # fmt: skip
    return _any(session, *asked)


def handled_first(session: Session, case: Case, user: User) -> bool:
    """Whether this person took any part in the first handling of the case (PD2020 47, SOE2024 40)."""
    return worked_as_officer(session, case, user) or judged(session, case, user, _ORIGINAL_PARTS)


def stands_back(session: Session, case: Case, user: User) -> bool:
    """Whether a recusal of this person in this case is granted or waits for its decision."""
    mine = select(Recusal.id).where(Recusal.case_id == case.id, Recusal.user_id == user.id)
    return _any(session, mine.where(Recusal.granted.is_not(False)))


def why_not(
    session: Session, case: Case, part: Part, user: User, appeal: Appeal | None = None
) -> Problem | None:
    """Why this person may not take this part now, or None."""
    if not user.active or user.role not in PART_ROLES[part] or not _within_reach(case, part, user):
        return WRONG_ROLE
    if stands_back(session, case, user):
        return RECUSED
    if part in APPEAL_PARTS:
        if handled_first(session, case, user):
            return HANDLED
        return OTHER_APPEAL if _other_appeal(session, case, user, appeal) else None
    if worked_as_officer(session, case, user):
        return ESTABLISHED
    same = _DISCUSSING if part in _DISCUSSING else {part}
    if judged(session, case, user, _ORIGINAL_PARTS - same) or _other_appeal(session, case, user, None):
        return JUDGED
    if part == Part.SECOND_REVIEWER and _has_read_an_opinion(session, case, user):
        return NOT_BLIND
    return None


def _reviewing(second: bool) -> Part:
    return Part.SECOND_REVIEWER if second else Part.REVIEWER


def _within_reach(case: Case, part: Part, user: User) -> bool:
    """The organ of the case or, except for its officers, one above it."""
    if user.role == Role.OFFICER:
        return user.organisation_id == case.organisation_id
    return case.organisation.is_within(user.organisation)


def _other_appeal(session: Session, case: Case, user: User, appeal: Appeal | None) -> bool:
    held = select(Assignment.id).where(Assignment.case_id == case.id, Assignment.user_id == user.id)
    decided = select(Appeal.id).where(Appeal.case_id == case.id, Appeal.decided_by_id == user.id)
    if appeal is None:
        return _any(session, held.where(Assignment.part.in_(APPEAL_PARTS)), decided)
    return _any(
        session,
        held.where(Assignment.part.in_(APPEAL_PARTS), Assignment.appeal_id != appeal.id),
        decided.where(Appeal.id != appeal.id),
    )


def _has_read_an_opinion(session: Session, case: Case, user: User) -> bool:
    """Whether this person opened anything of the case that may show an opinion, once there was one."""
    first = (
        select(Review.submitted_at)
        .where(Review.case_id == case.id, Review.second.is_(False), Review.submitted_at.is_not(None))
        .order_by(Review.submitted_at)
        .limit(1)
    )
    since = session.scalar(first)
    if since is None:
        return False
    opened = select(Event.seq).where(Event.case_id == case.id, Event.by_id == user.id, Event.at >= since)
    return _any(session, opened.where(Event.kind.not_in(_SHOWS_NO_OPINION)))


def _any(session: Session, *asked) -> bool:
    return any(session.scalar(select(exists(one))) for one in asked)
