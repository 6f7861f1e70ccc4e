"""What the author is told: that it is accepted, what came of it, and messages (CHG2020 26, 27).

The words go into the sealed store, as the organ's own, where the receipt opens them. What is kept here is who told
them, on which day and how.
"""

from datetime import date

from sqlalchemy.orm import Session

from casebook.complaints import moves, steps, texts
from casebook.complaints.steps import Step
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Complaint, Feedback, Naming, Scope, User
from casebook.procedure.dates import check_day
from casebook.seal import messages, openings, together
from casebook.seal.store import Seal

HOW = {
    "receipt": Problem("通过查询码告知", "Under the receipt"),
    "letter": Problem("书面告知", "By letter"),
    "talk": Problem("当面告知", "In person"),
    "call": Problem("电话告知", "By telephone"),
}
LONGEST = 5000
# Put below every result (CHG2020 36): whoever is told it keeps it to themselves.
KEEP_SECRET = Problem(
    "请您对反馈的结果予以保密，不向他人透露、不在网络上传播（依据：纪检监察机关处理检举控告工作规则第三十六条）。"
    "如有异议，可以通过本查询码提出；提供新的证据的，我们将予以核查。",
    "Please keep this result to yourself and do not pass it on or publish it (basis: rules on handling complaints, "
    "art. 36). You may object under this receipt; new evidence will be verified.",
)


def tell_accepted(
    session: Session,
    seal: Seal,
    complaint: Complaint,
    by: User,
    *,
    words: str,
    how: str,
    given_on: date,
    today: date,
) -> Feedback:
    """Tell the author that the complaint is accepted, once, if it is signed (CHG2020 26).

    Raises BadFields, NotReady (not signed, a repeat, told already, no opening), NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "tell_accepted", complaint)
    missing = []
    if complaint.naming != Naming.REAL_NAME:
        missing.append(
            Problem("只有实名检举控告才告知受理情况。", "Only whoever signed is told of the acceptance.")
        )
    if complaint.repeat_of_id is not None:
        missing.append(
            Problem(
                "重复检举控告不再告知受理情况。", "Of a repeated complaint the acceptance is not told again."
            )
        )
    if complaint.told_on is not None:
        missing.append(Problem("受理情况已经告知。", "The author has been told already."))
    if missing:
        raise NotReady([problem.by(step.law) for problem in missing])
    return told(
        session, seal, complaint, by, step, "accepted", words=words, how=how, given_on=given_on, today=today,
        since=complaint.accepted_on, stamps="told_on",
    )  # fmt: skip


def feed_back(
    session: Session,
    seal: Seal,
    complaint: Complaint,
    by: User,
    *,
    words: str,
    how: str,
    given_on: date,
    today: date,
) -> Feedback:
    """Tell the author the result, with the duty to keep it secret below it (CHG2020 27, 36).

    A real name is told within 15 working days of the conclusion; an anonymous author finds it under the receipt.
    Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "feed_back", complaint)
    if complaint.fed_back_on is not None:
        raise NotReady([Problem("结果已经反馈。", "The result has been fed back already.").by(step.law)])
    if how != "receipt" and complaint.naming == Naming.ANONYMOUS:
        raise NotReady([
            Problem(
                "匿名检举控告只能通过查询码反馈，不得设法联系检举控告人。",
                "An anonymous author is told under the receipt only; nobody may try to reach them otherwise.",
            ).by(steps.provision("第二十九条", "art. 29"))
        ])  # fmt: skip
    return told(
        session, seal, complaint, by, step, "result", words=words, how=how, given_on=given_on, today=today,
        since=complaint.concluded_on, stamps="fed_back_on", below=f"{KEEP_SECRET.zh}\n{KEEP_SECRET.en}",
    )  # fmt: skip


def write(session: Session, seal: Seal, complaint: Complaint, by: User, *, words: str, today: date) -> None:
    """Write to the author under the receipt, while an opening of the text is in force.

    Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "write", complaint)
    opening = opened(session, complaint, by, Scope.TEXT, today)
    errors: dict[str, Problem] = {}
    kept = texts.check(errors, "words", words, LONGEST)
    if errors:
        raise BadFields(errors)
    moves.done(session, step, complaint, by, "complaint.written", opening=opening)
    _post(session, seal, complaint, kept, today)


def told(
    session: Session,
    seal: Seal,
    complaint: Complaint,
    by: User,
    step: Step,
    kind: str,
    *,
    words: str,
    how: str,
    given_on: date,
    since: date | None,
    today: date,
    stamps: str = "",
    below: str = "",
    answers: Feedback | None = None,
) -> Feedback:
    """Keep that the author was told something, and how; the words go to the sealed store once that is committed.

    `stamps` is the column of the complaint that takes the day, `below` what is always put under the words. Whoever
    tells it otherwise than under the receipt knows who the author is, and so needs an opening of the identity.
    """
    errors: dict[str, Problem] = {}
    kept = texts.check(errors, "words", words, LONGEST)
    if how not in HOW:
        errors["how"] = Problem("请选择告知方式。", "Choose how the author is told.")
    check_day(errors, "given_on", given_on, since=since, until=today)
    if errors:
        raise BadFields(errors)
    opening = None if how == "receipt" else opened(session, complaint, by, Scope.IDENTITY, today)
    if stamps:
        setattr(complaint, stamps, given_on)
    feedback = Feedback(
        complaint_id=complaint.id, kind=kind, given_on=given_on, how=how, by_id=by.id, at=utc_now(),
        answers_id=answers and answers.id,
    )  # fmt: skip
    session.add(feedback)
    session.flush()
    detail = {} if opening is None else {"opening": opening}
    moves.done(session, step, complaint, by, f"complaint.told_{kind}", rows=[feedback], how=how, **detail)
    _post(session, seal, complaint, "\n\n".join(filter(None, (kept, below))), given_on)
    return feedback


def opened(session: Session, complaint: Complaint, by: User, scope: Scope, today: date) -> int:
    """The opening under which this person knows the author, or their words. Raises NotReady without one."""
    opening = openings.active(session, complaint, by, scope, today)
    if opening is not None:
        return opening.id
    what = {
        Scope.TEXT: ("检举控告内容", "the words of the complaint"),
        Scope.IDENTITY: ("检举控告人身份和联系方式", "the identity of the author"),
    }[scope]
    raise NotReady([
        Problem(
            f"须先申请调阅{what[0]}，经另一人批准后在有效期内办理。",
            f"First ask to open {what[1]}; once another person has granted it, this can be done until its last day.",
        ).by(steps.SECRET)
    ])  # fmt: skip


def _post(session: Session, seal: Seal, complaint: Complaint, words: str, day: date) -> None:
    """What the organ writes is there for the author only once the record says that it was written."""
    together.afterwards(
        session, seal, "letter", complaint.handle, who=messages.ORGAN, text=words, day=day.isoformat()
    )
