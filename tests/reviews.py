"""How a case leaves the intake and the review, through the functions the site uses."""

from datetime import date

from sqlalchemy.orm import Session

from casebook.models import Case, Organisation, Step, User
from casebook.office import change_settings
from casebook.procedure import people, review
from casebook.procedure.drafts import see_draft
from casebook.procedure.items import Answer

TODAY = date(2026, 11, 21)


def whole_review(session: Session, case: Case, by: User, *, second: bool = False, **views: str) -> dict:
    """Answers to every item that follow the ledger, each in words of its own; `views` gives some another view."""
    draft = see_draft(session, case, by, second=second)
    return {
        item.id: Answer(
            views.get(item.id, item.ledger),
            f"{item.title.zh}：可容一面已逐条核对",
            f"{item.title.zh}：不容一面未见依据",
            confirmed=True,
        )
        for item in draft.items
    }


def leave_intake(session: Session, cast, case: Case) -> None:
    people.declare(session, case, cast.officer, Step.ASSIGNMENT, [])
    review.submit(session, case, cast.officer, on=TODAY)


def leave_review(session: Session, cast, case: Case) -> None:
    """The reviewer agrees with the ledger; no second opinion, which chance would draw."""
    change_settings(session, cast.chief, second_opinion_rate=0)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    review.pass_review(
        session, case, cast.reviewer, whole_review(session, case, cast.reviewer), disposition="correct",
        reason="同意处理建议的分析", on=TODAY,
    )  # fmt: skip


def settle(session: Session, cast, *cases: Case) -> None:
    """Commit, and have everything at hand that a test reads between requests without a transaction of its own."""
    session.commit()
    for row in (*vars(cast).values(), *cases):
        if isinstance(row, User | Organisation | Case):
            session.refresh(row)
    session.commit()
