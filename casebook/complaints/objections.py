"""What the author has against the result: recorded, new evidence verified, and answered (CHG2020 27)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.complaints import moves, steps, telling, texts
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Complaint, Feedback, Scope, User
from casebook.procedure.dates import check_day
from casebook.seal import messages, together
from casebook.seal.store import Seal

LONGEST_CHECKED = 5000


def all_of(session: Session, complaint: Complaint) -> list[Feedback]:
    """What the author was told and what they objected to, oldest first."""
    found = select(Feedback).where(Feedback.complaint_id == complaint.id).order_by(Feedback.id)
    return list(session.scalars(found))


def unanswered(session: Session, complaint: Complaint) -> list[Feedback]:
    """The objections that wait for an answer, oldest first."""
    return unanswered_of(all_of(session, complaint))


def unanswered_of(told: list[Feedback]) -> list[Feedback]:
    """Of everything that was told and objected to, the objections that wait for an answer."""
    answered = {row.answers_id for row in told}
    return [row for row in told if row.kind == "objection" and row.id not in answered]


def object_(
    session: Session,
    seal: Seal,
    complaint: Complaint,
    by: User,
    *,
    how: str,
    given_on: date,
    new_evidence: bool,
    today: date,
    words: str = "",
) -> Feedback:
    """Enter that the author objects to the result, and whether they bring new evidence.

    What they wrote under the receipt lies sealed already and is known through an opening of the text; what they said
    or wrote otherwise is sealed with `words`. Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "object", complaint)
    if complaint.fed_back_on is None:
        raise NotReady([
            Problem("结果尚未反馈，不能登记异议。", "The result has not been fed back yet.").by(step.law)
        ])  # fmt: skip
    errors: dict[str, Problem] = {}
    kept = texts.check(errors, "words", words, telling.LONGEST, required=how != "receipt")
    if how not in telling.HOW:
        errors["how"] = Problem("请选择提出方式。", "Choose how the objection came.")
    if not isinstance(new_evidence, bool):
        errors["new_evidence"] = Problem(
            "请说明是否提供了新的证据。", "Say whether new evidence was handed in."
        )
    check_day(errors, "given_on", given_on, since=complaint.fed_back_on, until=today)
    if errors:
        raise BadFields(errors)
    detail = {}
    if how == "receipt":
        detail["opening"] = telling.opened(session, complaint, by, Scope.TEXT, today)
    row = Feedback(
        complaint_id=complaint.id, kind="objection", given_on=given_on, how=how, by_id=by.id, at=utc_now(),
        new_evidence=new_evidence,
    )  # fmt: skip
    session.add(row)
    session.flush()
    moves.done(
        session, step, complaint, by, "complaint.objected", rows=[row], how=how, evidence_new=new_evidence, **detail
    )  # fmt: skip
    if kept:
        day = given_on.isoformat()
        together.afterwards(
            session, seal, "letter", complaint.handle, who=messages.AUTHOR, text=kept, day=day
        )
    return row


def check(
    session: Session, complaint: Complaint, by: User, objection_id: int, *, checked: str, stands: bool, today: date
) -> Feedback:  # fmt: skip
    """Enter what the verification of new evidence found, in neutral words, and whether the finding stands all the same.

    Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "check_objection", complaint)
    row = _waiting(session, complaint, objection_id)
    if not row.new_evidence:
        raise NotReady([
            Problem(
                "该异议没有提供新的证据，可以直接说明。", "This objection brings no new evidence; it can be answered."
            ).by(step.law)
        ])  # fmt: skip
    if row.stands is not None:
        raise NotReady(
            [Problem("新的证据已经核查。", "The new evidence has been verified already.").by(step.law)]
        )
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "checked", checked, LONGEST_CHECKED)
    if not isinstance(stands, bool):
        errors["stands"] = Problem("请说明原结论是否成立。", "Say whether the finding stands.")
    if errors:
        raise BadFields(errors)
    row.checked, row.stands, row.checked_on, row.checked_by_id = words, stands, today, by.id
    moves.done(session, step, complaint, by, "complaint.objection_checked", rows=[row], stands=stands)
    return row


def reopen(session: Session, complaint: Complaint, by: User, *, reason: str, today: date) -> Complaint:
    """Verify once more, because new evidence put the finding in doubt; it is found, concluded and fed back anew.

    Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "reopen", complaint)
    shaken = [row for row in unanswered(session, complaint) if waits_to_be_reopened(row)]
    if not shaken:
        raise NotReady([
            Problem(
                "只有异议提供的新证据经核查足以动摇原结论的，才重新核查。",
                "It is verified again only where new evidence of an objection was found to shake the finding.",
            ).by(step.law)
        ])  # fmt: skip
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "reason", reason, LONGEST_CHECKED)
    if errors:
        raise BadFields(errors)
    complaint.returned_why = words
    for name in ("found_on", "found_by_id", "concluded_on", "concluded_by_id", "fed_back_on", "closed_on"):
        setattr(complaint, name, None)
    complaint.closed_why = ""
    for row in shaken:
        row.reopened_on = today
    moves.done(session, step, complaint, by, "complaint.reopened", rows=shaken)
    return complaint


def waits_to_be_reopened(objection: Feedback) -> bool:
    """Whether its new evidence was found to shake the finding, and nothing has followed yet."""
    return objection.stands is False and objection.reopened_on is None


def answer(
    session: Session,
    seal: Seal,
    complaint: Complaint,
    by: User,
    objection_id: int,
    *,
    words: str,
    how: str,
    given_on: date,
    today: date,
) -> Feedback:
    """Answer an objection; one with new evidence only once that is verified and, if it told, concluded anew.

    Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "answer_objection", complaint)
    row = _waiting(session, complaint, objection_id)
    if row.new_evidence and row.stands is None:
        raise NotReady([
            Problem("新的证据尚未核查，不能答复。", "The new evidence has not been verified yet.").by(step.law)
        ])  # fmt: skip
    if waits_to_be_reopened(row):
        raise NotReady([
            Problem(
                "新的证据足以动摇原结论，应先重新核查并办结。",
                "The new evidence shakes the finding: verify it again and conclude it first.",
            ).by(step.law)
        ])  # fmt: skip
    return telling.told(
        session, seal, complaint, by, step, "objection_answer", words=words, how=how, given_on=given_on, today=today,
        since=row.given_on, answers=row, below=f"{telling.KEEP_SECRET.zh}\n{telling.KEEP_SECRET.en}",
    )  # fmt: skip


def _waiting(session: Session, complaint: Complaint, objection_id: int) -> Feedback:
    row = next((row for row in unanswered(session, complaint) if row.id == objection_id), None)
    if row is None:
        raise NotReady([
            Problem(
                "没有这项异议，或者已经答复。请刷新页面核对。",
                "There is no such objection, or it has been answered. Load the page again.",
            )
        ])  # fmt: skip
    return row
