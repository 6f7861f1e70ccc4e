"""What the respondent says to each point, and what is made of it: adopted, in part or not, with the reason.

A statement has to be heard, recorded and verified, reasonably adopted, and what is not adopted needs a reason
(政务处分法第四十三条、党员权利保障条例第三十五条).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casebook import events
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Answer, Attachment, Case, Notice, User
from casebook.procedure import workflow
from casebook.procedure.notice import check_told, current_notice

STANCES = {
    "agrees": Problem("认可", "Agrees"),
    "partly": Problem("部分有异议", "Disputes in part"),
    "disputes": Problem("有异议", "Disputes"),
    "silent": Problem("不发表意见", "Says nothing"),
}
HOW_ANSWERED = {
    "paper": Problem("书面", "On paper"),
    "spoken": Problem("口头", "Spoken"),
    "link": Problem("本人链接", "Personal link"),
}
ADOPTED = {
    "all": Problem("采纳", "Adopted"),
    "partly": Problem("部分采纳", "Adopted in part"),
    "none": Problem("不采纳", "Not adopted"),
}
LONGEST = {"words": 10_000, "checked": 4000, "reason": 4000}
_LAW = ("（政务处分法第四十三条）", " (Law on Administrative Discipline for Public Officials, art. 43)")


@dataclass(frozen=True)
class AnswerEntry:
    """What was said to one point."""

    stance: str
    words: str = ""


def open_notice(session: Session, case: Case) -> Notice:
    """The notice that may be answered now. Raises NotReady if nothing was told, or its hearing has ended."""
    notice = current_notice(session, case)
    if notice is None or notice.told_on is None:
        raise NotReady(
            [
                not_yet(
                    "尚未告知当事人事实和依据，请先告知", "The respondent has not been told yet: tell first"
                )
            ]
        )
    if notice.closed_at is not None:
        raise NotReady([not_yet("本次告知的听取程序已经结束", "The hearing of this notice has ended")])
    return notice


def enter_answers(
    session: Session,
    case: Case,
    by: User,
    entries: Mapping[int, AnswerEntry],
    *,
    how: str,
    attachment: Attachment | None = None,
) -> list[Answer]:
    """Enter what the respondent said to some points, by the id of the point; earlier answers stay.

    Raises BadFields ("stance-<id>", "words-<id>"); NotReady.
    """
    workflow.ensure(session, by, "hear", case)
    notice = open_notice(session, case)
    errors: dict[str, Problem] = {}
    if how not in ("paper", "spoken"):
        errors["how"] = Problem("请选择书面或者口头。", "Say whether on paper or spoken.")
    if attachment is not None and attachment.case_id != case.id:
        errors["attachment"] = Problem("没有这份材料。", "There is no such file.")
    answers = new_answers(errors, notice, entries, how=how)
    if errors:
        raise BadFields(errors)
    for answer in answers:
        answer.entered_by_id, answer.attachment = by.id, attachment
    add_answers(session, notice, answers)
    events.record(
        session, "hearing.answered", by, case, rows=answers,
        notice=notice.id, points=[answer.point.no for answer in answers], how=how,
    )  # fmt: skip
    return answers


def new_answers(
    errors: dict[str, Problem], notice: Notice, entries: Mapping[int, AnswerEntry], *, how: str
) -> list[Answer]:
    """The rows for these answers, not yet added; what is wrong goes into `errors`."""
    points = {point.id: point for point in notice.points}
    answers = []
    for point_id, entry in entries.items():
        if point_id not in points:
            errors[f"stance-{point_id}"] = Problem("本次告知没有这一项。", "This notice has no such point.")
            continue
        said = f"words-{point_id}"
        words = check_text(
            errors, said, entry.words, LONGEST["words"], required=entry.stance in ("partly", "disputes")
        )
        if entry.stance not in STANCES:
            errors[f"stance-{point_id}"] = Problem(
                "请选择对这一项的态度。", "Say how this point is answered."
            )
        elif entry.stance == "silent" and words:
            errors[said] = Problem(
                "写有内容的，请选择相应的态度。", "Something is written: choose the answer that fits it."
            )
        answers.append(Answer(point_id=point_id, stance=entry.stance, words=words, how=how, at=utc_now()))
    if not entries:
        errors["answers"] = Problem("请至少填写一项。", "Answer at least one point.")
    return answers


def add_answers(session: Session, notice: Notice, answers: Sequence[Answer]) -> None:
    """Add checked answers to their points."""
    session.add_all(answers)
    session.flush()
    for point in notice.points:
        session.expire(point, ["answers"])


def weigh(
    session: Session, case: Case, answer: Answer, by: User, *, adopted: str, checked: str, reason: str = ""
) -> Answer:
    """Decide what is made of one answer: adopted, in part or not, how it was verified, and why not in full.

    What is decided once stands; a further answer is weighed by itself. The respondent reads the reason, never how it
    was verified. Raises BadFields, NotReady.
    """
    workflow.ensure(session, by, "weigh", case)
    errors: dict[str, Problem] = {}
    if answer.point.notice.case_id != case.id:
        errors["answer"] = Problem("本案没有这项申辩。", "This case has no such answer.")
    if adopted not in ADOPTED:
        errors["adopted"] = Problem("请选择是否采纳。", "Say whether it is adopted.")
    checked = check_text(errors, "checked", checked, LONGEST["checked"], required=True)
    reason = check_text(errors, "reason", reason, LONGEST["reason"], required=adopted in ("partly", "none"))
    check_told(errors, reason=reason)
    if errors:
        raise BadFields(errors)
    if answer.adopted:
        raise NotReady([Problem(
            "这项申辩已经作出是否采纳的决定，不再改动。当事人另有意见的，作为新的申辩登记。",
            "This answer has been decided and stays so. Enter anything further as a new answer.",
        )])  # fmt: skip
    answer.adopted, answer.checked, answer.adopted_reason = adopted, checked, reason
    answer.decided_by_id, answer.decided_at = by.id, utc_now()
    events.record(session, "hearing.weighed", by, case, rows=[answer], answer=answer.id, adopted=adopted)
    session.flush()
    return answer


def needs_weighing(answer: Answer) -> bool:
    """Whether somebody has to say what is made of an answer: it disputes something, or says something."""
    return not answer.adopted and (answer.stance in ("partly", "disputes") or bool(answer.words.strip()))


def not_yet(zh: str, en: str) -> Problem:
    """Something the provision asks for before the next step."""
    return Problem(f"{zh}{_LAW[0]}。", f"{en}{_LAW[1]}.")
