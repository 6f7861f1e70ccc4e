"""The draft of a review: kept as typed, never over what another window kept meanwhile, prefilled in a new round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook.db import json_sha256, utc_now
from casebook.errors import BadFields, CasebookError, NotReady, Problem
from casebook.fields import text_problem
from casebook.models import Case, FactorView, Recommendation, Review, User
from casebook.procedure.items import (
    LONGEST_REASON,
    Answer,
    Item,
    answer_problems,
    draft_problems,
    items_of,
    opinion_problems,
)
from casebook.recommend import fresh_recommendation
from rules.pack import DISPOSITIONS

NONE_YET = ""  # the mark of a draft that was never kept


@dataclass(frozen=True)
class Draft:
    """A review as its author sees it: the items, what is answered, and which answers rest on another ledger."""

    recommendation: Recommendation
    round: int
    items: tuple[Item, ...]
    answers: Mapping[str, Answer]
    unconfirmed: frozenset[str]  # items whose ledger changed since they were answered
    disposition: str
    reason: str
    mark: str  # stands for what is kept; sent back with a change so that nothing is overwritten unseen


class StaleDraft(CasebookError):
    """The draft was kept from another window meanwhile; nothing was written. `kept` is the draft as it stands."""

    zh = "这份意见已在另一个窗口保存过。您刚才填写的内容没有丢失，请与已保存的内容核对后再保存。"
    en = "This review was saved from another window meanwhile. Nothing you typed is lost; compare and save again."

    def __init__(self, kept: Draft):
        self.kept = kept
        super().__init__()


def current_recommendation(session: Session, case: Case) -> Recommendation:
    """The recommendation for the case as it stands. Raises NotReady if there is none, or it is withheld."""
    if case.status == "withheld":
        raise NotReady([Problem(
            "本案暂不出具处理建议（两套独立计算的结果不一致），不能提请审核。请联系管理员。",
            "The recommendation of this case is withheld: two independent evaluations differ. Tell the administrator.",
        )])  # fmt: skip
    fresh = fresh_recommendation(session, case)
    if fresh is None:
        raise NotReady([Problem(
            "还没有针对现有事实的处理建议。请先重新生成处理建议，再提请审核。",
            "There is no recommendation for the facts as they stand. Get a new recommendation first.",
        )])  # fmt: skip
    return fresh


def rounds_before(session: Session, case: Case) -> int:
    """How many first reviews of the case are finished, passed or sent back."""
    done = select(func.count()).where(
        Review.case_id == case.id, Review.second.is_(False), Review.submitted_at.is_not(None)
    )
    return session.scalar(done)


def open_review(session: Session, case: Case, *, second: bool) -> Review | None:
    """The review being written, or the second opinion that was drawn and is not given yet."""
    opened = select(Review).where(
        Review.case_id == case.id, Review.second.is_(second), Review.submitted_at.is_(None)
    )
    whole = selectinload(Review.views), joinedload(Review.recommendation), joinedload(Review.reviewer)
    return session.scalar(opened.options(*whole).order_by(Review.id.desc()).limit(1))


def see_draft(session: Session, case: Case, by: User, *, second: bool) -> Draft:
    """The draft of this person: as kept, else from their own last review of the case, else from the ledger."""
    review = open_review(session, case, second=second)
    recommendation = review.recommendation if review else current_recommendation(session, case)
    items = tuple(items_of(recommendation.content))
    if review is None or review.reviewer_id not in (None, by.id) or not any(v.view for v in review.views):
        source = _own_last(session, case, by, second=second)
    else:
        source = review
    answers = _answers(source)
    number = review.round if review else rounds_before(session, case) + 1
    return Draft(
        recommendation, number, items, answers, unconfirmed=_unconfirmed(items, source),
        disposition=source.disposition if source else "", reason=source.reason if source else "",
        mark=mark(review),
    )  # fmt: skip


def mark(review: Review | None) -> str:
    """What stands for the content of a draft."""
    if review is None or not review.views:
        return NONE_YET
    content = [review.id, review.disposition, review.reason, review.recommendation_id]
    content += [
        [view.item, view.view, view.words_for, view.words_against, view.grounds] for view in review.views
    ]
    return json_sha256(content)[:32]


def write_draft(
    session: Session,
    case: Case,
    by: User,
    answers: Mapping[str, Answer],
    *,
    disposition: str,
    reason: str,
    seen: str,
    second: bool,
) -> tuple[Review, frozenset[str]]:
    """Keep what was typed, whole or not; returns the review, and the items whose ledger changed and is not confirmed.

    The rows written are the review and its views: the caller seals them with an event. Raises BadFields, StaleDraft.
    """
    before = see_draft(session, case, by, second=second)
    errors = draft_problems(before.items, answers)
    if disposition and disposition not in DISPOSITIONS:
        errors["disposition"] = Problem("请从所列处理意见中选择。", "Choose one of the listed dispositions.")
    if problem := text_problem(reason, LONGEST_REASON):
        errors["reason"] = problem
    if errors:
        raise BadFields(errors)
    answers = {item.id: _tidy(answers.get(item.id, Answer())) for item in before.items}
    if seen != before.mark and not _same(before, answers, disposition, reason.strip()):
        raise StaleDraft(before)
    review = open_review(session, case, second=second)
    if review is None:
        review = Review(
            case_id=case.id, round=before.round, second=second, recommendation_id=before.recommendation.id,
            started_at=utc_now(),
        )  # fmt: skip
        session.add(review)
    review.reviewer_id, review.disposition, review.reason = by.id, disposition, reason.strip()
    unconfirmed = {item for item in before.unconfirmed if not answers[item].confirmed and answers[item].view}
    _write_views(review, before.items, answers, unconfirmed, before)
    session.flush()
    return review, frozenset(unconfirmed)


def ensure_whole(
    session: Session,
    case: Case,
    by: User,
    answers: Mapping[str, Answer],
    disposition: str,
    reason: str,
    *,
    second: bool,
) -> None:
    """Raise BadFields with everything that keeps this from being a whole review."""
    draft = see_draft(session, case, by, second=second)
    unconfirmed = {item for item in draft.unconfirmed if not answers.get(item, Answer()).confirmed}
    errors = answer_problems(draft.items, answers, unconfirmed) | opinion_problems(disposition, reason)
    if errors:
        raise BadFields(errors)


def rows_of(review: Review) -> list:
    """The rows an event seals for a review."""
    return [review, *review.views]


def _write_views(
    review: Review,
    items: Sequence[Item],
    answers: Mapping[str, Answer],
    unconfirmed: set[str],
    before: Draft,
) -> None:
    present = {view.item: view for view in review.views}
    for item in items:
        view, answer = present.get(item.id), answers[item.id]
        if view is None:
            view = FactorView(item=item.id)
            review.views.append(view)
        view.ledger = item.ledger
        view.view, view.words_for, view.words_against = answer.view, answer.words_for, answer.words_against
        if item.id not in unconfirmed:
            view.grounds = dict(item.grounds)
        elif view.grounds is None:
            view.grounds = {"of_round": before.round - 1}  # carried over, not looked at again yet


def _tidy(answer: Answer) -> Answer:
    return Answer(answer.view, answer.words_for.strip(), answer.words_against.strip(), answer.confirmed)


def _same(draft: Draft, answers: Mapping[str, Answer], disposition: str, reason: str) -> bool:
    """Whether what is kept is what was typed."""
    typed = {item: (a.view, a.words_for, a.words_against) for item, a in answers.items()}
    kept = {
        item.id: (a.view, a.words_for, a.words_against)
        for item in draft.items
        for a in [draft.answers.get(item.id, Answer())]
    }
    return typed == kept and (disposition, reason) == (draft.disposition, draft.reason)


def _own_last(session: Session, case: Case, by: User, *, second: bool) -> Review | None:
    """The last finished review of this person in this case: a new round begins from it."""
    own = select(Review).where(
        Review.case_id == case.id, Review.reviewer_id == by.id, Review.second.is_(second),
        Review.submitted_at.is_not(None),
    )  # fmt: skip
    return session.scalar(own.options(selectinload(Review.views)).order_by(Review.round.desc()).limit(1))


def _answers(review: Review | None) -> dict[str, Answer]:
    return {
        view.item: Answer(view.view, view.words_for, view.words_against)
        for view in (review.views if review else ())
    }


def _unconfirmed(items: Sequence[Item], review: Review | None) -> frozenset[str]:
    given_on = {view.item: view.grounds for view in (review.views if review else ()) if view.view}
    return frozenset(item.id for item in items if item.id in given_on and given_on[item.id] != item.grounds)
