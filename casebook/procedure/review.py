"""The review (审核): handing a case in, naming the reviewer, the reviewer's words, passing on or sending back."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import access, events
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Assignment, Case, Part, Review, Role, SendBack, Stage, Step, User
from casebook.procedure import drafts, people, two_step, workflow
from casebook.procedure.items import CENTRAL, Answer
from casebook.procedure.returns import checked_return
from casebook.procedure.second_opinion import StillBlind, draw, is_blind
from rules.vocabulary import vocabulary

RETURN_FIELDS = ("code", "words", "about")


def submit(session: Session, case: Case, by: User, *, on: date) -> None:
    """Hand the case in for review; what runs from there begins to run.

    Raises NotReady without a recommendation for the present facts, the respondent's unit and post (PD2020 45), or
    the officer's answer on recusal (PD2020 47); NotAllowed, WrongStage.
    """
    step = workflow.ensure(session, by, "submit", case)
    drafts.current_recommendation(session, case)
    if missing := missing_particulars(case):
        raise NotReady(missing)
    for officer in {by.id: by, case.officer_id: case.officer}.values():
        people.ensure_declared(session, case, officer, Step.ASSIGNMENT)
    workflow.move(session, case, step, by, "case.submitted", version=case.version)
    _clock(session, case, "submitted", on, by)


def missing_particulars(case: Case) -> list[Problem]:
    """What a decision must say of its person and cannot be entered once the case has left its officer (PD2020 45)."""
    if case.respondent.unit and case.respondent.post:
        return []
    return [
        Problem(
            "请先在“修改案件信息”中填写当事人的单位和职务：决定书必须写明（政务处分法第四十五条）。",
            "Enter the respondent's unit and post under “Change the particulars” first: a decision has to state them "
            "(State sanctions law, art. 45).",
        )
    ]


def assign_reviewer(session: Session, case: Case, reviewer: User, by: User, *, on: date) -> Assignment:
    """Name the reviewer, who is never the officer (PD2020 47). Raises BadFields, NotAllowed, WrongStage."""
    assignment = people.assign(session, case, Part.REVIEWER, reviewer, by)
    _clock(session, case, "review_assigned", on, by)
    return assignment


def save_review(
    session: Session,
    case: Case,
    by: User,
    answers: Mapping[str, Answer],
    *,
    disposition: str = "",
    reason: str = "",
    seen: str = drafts.NONE_YET,
) -> Review:
    """Keep the review as far as it is. Raises BadFields, StaleDraft, NotReady (recusal), NotAllowed, WrongStage."""
    workflow.ensure(session, by, "review", case)
    people.ensure_declared(session, case, by, Step.ASSIGNMENT)
    two_step.ensure_given(case, by)
    review, _ = drafts.write_draft(
        session, case, by, answers, disposition=disposition, reason=reason, seen=seen, second=False
    )
    events.record(session, "review.saved", by, case, rows=drafts.rows_of(review), review=review.id)
    return review


def pass_review(
    session: Session,
    case: Case,
    by: User,
    answers: Mapping[str, Answer],
    *,
    disposition: str,
    reason: str,
    seen: str = drafts.NONE_YET,
    on: date,
) -> Review:
    """Finish the review and send the case on to the hearing; chance says whether it gets a second opinion.

    Every factor and distinction is answered. Raises BadFields with everything that is missing, StaleDraft, NotReady
    (recusal), NotAllowed, WrongStage; nothing is written then.
    """
    step = workflow.ensure(session, by, "pass_review", case)
    people.ensure_declared(session, case, by, Step.ASSIGNMENT)
    two_step.ensure_finished(case, by)
    drafts.ensure_whole(session, case, by, answers, disposition, reason, second=False)
    review, _ = drafts.write_draft(
        session, case, by, answers, disposition=disposition, reason=reason, seen=seen, second=False
    )
    review.submitted_at = utc_now()
    drawn, rows, rate = draw(session, case, review)
    workflow.move(
        session, case, step, by, "review.passed", rows=[*drafts.rows_of(review), *rows],
        review=review.id, round=review.round, rate=rate, drawn=drawn,
    )  # fmt: skip
    _clock(session, case, "review_passed", on, by)
    return review


def return_to_officer(
    session: Session,
    case: Case,
    by: User,
    answers: Mapping[str, Answer],
    *,
    code: str,
    words: str,
    about: Sequence[str] = (),
    disposition: str = "",
    reason: str = "",
    seen: str = drafts.NONE_YET,
    on: date,
) -> SendBack:
    """Send the case back to its officer with a coded reason; the review as far as it is stays readable.

    `about` names facts or factors; a return for new evidence names its facts. Raises BadFields, StaleDraft, NotReady
    (recusal), NotAllowed, WrongStage.
    """
    step = workflow.ensure(session, by, "return_to_officer", case)
    people.ensure_declared(session, case, by, Step.ASSIGNMENT)
    two_step.ensure_finished(case, by)
    errors: dict[str, Problem] = {}
    beside = {*CENTRAL, *(factor.id for factor in vocabulary().factors)}
    checked = checked_return(errors, Stage.REVIEW, code, words, about, beside=beside, fields=RETURN_FIELDS)
    if errors:
        raise BadFields(errors)
    review, _ = drafts.write_draft(
        session, case, by, answers, disposition=disposition, reason=reason, seen=seen, second=False
    )
    now = utc_now()
    review.submitted_at, review.disposition = now, ""
    send_back = SendBack(
        case_id=case.id, from_stage=case.stage, to_stage=Stage.INTAKE, by_id=by.id, at=now, **checked
    )
    session.add(send_back)
    workflow.move(
        session, case, step, by, "review.returned", rows=[send_back, *drafts.rows_of(review)],
        review=review.id, round=review.round, code=code,
    )  # fmt: skip
    deadlines.meet(session, case, "review_passed", on, by)
    return send_back


def hides_reviews(session: Session, by: User, case: Case) -> bool:
    """Whether the reviews of the case are closed to this person so that a second opinion stays blind.

    Closed to the second reviewer until theirs is given, and, while one is wanted, to every reviewer who might still
    be asked for it.
    """
    if is_blind(by, case):
        return True
    if by.role != Role.REVIEWER or case.stage not in access.BEFORE_DECISION:
        return False
    mine = any(row.user_id == by.id and row.part == Part.REVIEWER for row in case.assignments)
    return not mine and drafts.open_review(session, case, second=True) is not None


def read_reviews(session: Session, by: User, case: Case) -> list[Review]:
    """The finished reviews of the case, first opinions and second ones, latest round first; logged.

    A second opinion is listed once it is given. Raises StillBlind where `hides_reviews`.
    """
    access.ensure(by, access.READ_CASE, case)
    if hides_reviews(session, by, case):
        raise StillBlind("review.read")
    done = select(Review).where(Review.case_id == case.id, Review.submitted_at.is_not(None))
    whole = selectinload(Review.views), joinedload(Review.reviewer), joinedload(Review.recommendation)
    found = list(session.scalars(done.options(*whole).order_by(Review.round.desc(), Review.second)))
    events.record(session, "review.read", by, case)
    return found


def send_backs(session: Session, by: User, case: Case) -> list[SendBack]:
    """Every return of the case, latest first. Raises StillBlind where `hides_reviews`."""
    access.ensure(by, access.READ_CASE, case)
    if hides_reviews(session, by, case):
        raise StillBlind("review.read")
    rows = select(SendBack).where(SendBack.case_id == case.id).options(joinedload(SendBack.by))
    return list(session.scalars(rows.order_by(SendBack.id.desc())))


def _clock(session: Session, case: Case, trigger: str, on: date, by: User) -> None:
    deadlines.meet(session, case, trigger, on, by)
    deadlines.start(session, case, trigger, on, by)
