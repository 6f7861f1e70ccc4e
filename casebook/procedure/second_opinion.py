"""The blind second opinion (复评): a sample drawn by chance, judged by somebody who has not seen the first."""

import secrets
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import NotAllowed, NotReady, Problem
from casebook.models import Assignment, Case, Part, Review, Step, User
from casebook.office import setting
from casebook.procedure import drafts, people, two_step, workflow
from casebook.procedure.items import Answer

# What a second reviewer still finds in the history of the case: everything else may show the first opinion.
OPEN_TO_THE_BLIND = (
    "case.opened",
    "case.amended",
    "case.read",
    "facts.",
    "attachment.",
    "recommendation.",
    "worklist.",
    "law_of_day.",
    "recusal.",
)


class StillBlind(NotAllowed):
    """Something that may show the first opinion, asked for by whoever owes the second."""

    zh = "您承担本案的复评。提交复评意见之前，不能查看审核意见及其后的办案情况。"
    en = (
        "You are to give the second opinion in this case. Until it is given, the first review and what followed it "
        "stay closed to you."
    )


def ensure_not_blind(user: User | None, case: Case) -> None:
    """Raise StillBlind if this person owes a second opinion in this case."""
    if is_blind(user, case):
        raise StillBlind("read")


def is_blind(user: User | None, case: Case) -> bool:
    """Whether this person owes a second opinion, and so may see nothing of the first nor of what followed it."""
    return (
        user is not None
        and case.stage in access.BEFORE_DECISION
        and any(
            row.user_id == user.id and row.part == Part.SECOND_REVIEWER and row.ended_at is None
            for row in case.assignments
        )
    )


def draw(session: Session, case: Case, first: Review) -> tuple[bool, list[Review], int]:
    """Let chance say whether the case gets a second opinion; one still owed is owed on the new round.

    Returns whether, the rows written, and the rate in percent. The caller's event keeps all three.
    """
    rate = setting(session, case.organisation_id, "second_opinion_rate")
    owed = drafts.open_review(session, case, second=True)
    if owed is not None:
        owed.round, owed.recommendation_id = first.round, first.recommendation_id
        return True, drafts.rows_of(owed), rate
    if secrets.randbelow(100) >= rate:
        return False, [], rate
    drawn = Review(
        case_id=case.id, round=first.round, second=True, recommendation_id=first.recommendation_id,
        started_at=utc_now(),
    )  # fmt: skip
    session.add(drawn)
    session.flush()
    return True, [drawn], rate


def assign_second(session: Session, case: Case, reviewer: User, by: User) -> Assignment:
    """Name who gives the second opinion. Raises NotReady if none is wanted, BadFields, NotAllowed, WrongStage."""
    workflow.ensure(session, by, "assign_second", case)
    owed = drafts.open_review(session, case, second=True)
    if owed is None:
        raise NotReady([Problem("本案没有待完成的复评。", "No second opinion is wanted in this case.")])
    assignment = people.assign(session, case, Part.SECOND_REVIEWER, reviewer, by)
    if owed.reviewer_id != reviewer.id:
        owed.reviewer_id = reviewer.id
        events.record(session, "second_review.assigned", by, case, rows=drafts.rows_of(owed), review=owed.id)
    return assignment


def save_second(
    session: Session,
    case: Case,
    by: User,
    answers: Mapping[str, Answer],
    *,
    disposition: str = "",
    reason: str = "",
    seen: str = drafts.NONE_YET,
) -> Review:
    """Keep the second opinion as far as it is. Raises BadFields, StaleDraft, NotReady, NotAllowed, WrongStage."""
    _ensure_owed(session, case, by)
    two_step.ensure_given(case, by)
    review, _ = drafts.write_draft(
        session, case, by, answers, disposition=disposition, reason=reason, seen=seen, second=True
    )
    events.record(session, "second_review.saved", by, case, rows=drafts.rows_of(review), review=review.id)
    return review


def submit_second(
    session: Session,
    case: Case,
    by: User,
    answers: Mapping[str, Answer],
    *,
    disposition: str,
    reason: str,
    seen: str = drafts.NONE_YET,
) -> Review:
    """Give the second opinion for good; from here on both may be read side by side.

    Raises BadFields with everything that is missing, StaleDraft, NotReady (recusal), NotAllowed, WrongStage.
    """
    _ensure_owed(session, case, by)
    two_step.ensure_finished(case, by)
    drafts.ensure_whole(session, case, by, answers, disposition, reason, second=True)
    review, _ = drafts.write_draft(
        session, case, by, answers, disposition=disposition, reason=reason, seen=seen, second=True
    )
    now = utc_now()
    review.submitted_at = now
    held = [
        row
        for row in case.assignments
        if row.user_id == by.id and row.part == Part.SECOND_REVIEWER and row.ended_at is None
    ]
    for assignment in held:
        assignment.ended_at, assignment.ended_why = now, "given"
    events.record(
        session, "second_review.submitted", by, case, rows=[*drafts.rows_of(review), *held], review=review.id
    )
    return review


def pairs(session: Session, organisation_ids: Iterable[int]) -> dict[str, list[tuple[str, str]]]:
    """The views of first and second reviewers on the same recommendation, by item and for the disposition.

    Without any name: what is published of them is about distinctions and factors, never about persons.
    """
    first, second = aliased(Review), aliased(Review)
    both = (
        select(first, second)
        .join(second, (second.case_id == first.case_id) & (second.round == first.round))
        .join(Case, Case.id == first.case_id)
        .where(
            Case.organisation_id.in_(list(organisation_ids)), first.second.is_(False), second.second.is_(True),
            first.submitted_at.is_not(None), second.submitted_at.is_not(None), first.disposition != "",
        )
        .options(selectinload(first.views), selectinload(second.views))
        .order_by(first.id)
    )  # fmt: skip
    found: dict[str, list[tuple[str, str]]] = {}
    for one, other in session.execute(both):
        theirs = {view.item: view.view for view in other.views}
        for view in one.views:
            if view.item in theirs:
                found.setdefault(view.item, []).append((view.view, theirs[view.item]))
        found.setdefault("disposition", []).append((one.disposition, other.disposition))
    return found


def _ensure_owed(session: Session, case: Case, by: User) -> None:
    workflow.ensure(session, by, "second_review", case)
    people.ensure_declared(session, case, by, Step.ASSIGNMENT)
    if drafts.open_review(session, case, second=True) is None:
        raise NotReady([Problem("本案没有待完成的复评。", "No second opinion is wanted in this case.")])
