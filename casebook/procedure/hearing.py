"""The hearing of the respondent: its record, how it ends, and the way back (政务处分法第四十三条)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Answer, Case, Notice, Point, SendBack, Stage, User
from casebook.procedure import workflow
from casebook.procedure.answers import needs_weighing, not_yet, open_notice
from casebook.procedure.dates import check_day
from casebook.procedure.notice import current_notice, notices_of
from casebook.procedure.returns import ADOPTED, checked_return

HOW_HEARD = {
    "meeting": Problem("当面听取", "In a meeting"),
    "paper": Problem("书面陈述申辩", "In writing"),
    "link": Problem("通过本人链接陈述申辩", "Through the personal link"),
    "waived": Problem("本人放弃陈述申辩", "The respondent waived it"),
    "absent": Problem("给予机会，本人未到场、未答复", "Offered, but the respondent did not come or answer"),
}
WITHOUT_ANSWER = ("waived", "absent")
LONGEST = {"present": 500, "record": 20_000}


def record_hearing(
    session: Session,
    case: Case,
    by: User,
    *,
    heard_on: date,
    how: str,
    organ: Sequence[str] = (),
    others: Sequence[str] = (),
    record: str = "",
) -> Notice:
    """Record how the respondent was heard, or how the chance was given to one who waived it or stayed away.

    A meeting needs at least two of the organ (政务处分法第四十二条). What was recorded stays: a later hearing, of
    someone who had first waived it, is added. Raises BadFields, NotReady.
    """
    workflow.ensure(session, by, "hear", case)
    notice = open_notice(session, case)
    errors: dict[str, Problem] = {}
    check_day(errors, "heard_on", heard_on, since=notice.told_on)
    if how not in HOW_HEARD:
        errors["how"] = Problem("请选择听取的方式。", "Say how the respondent was heard.")
    present = [_names(errors, name, people) for name, people in (("organ", organ), ("others", others))]
    if how == "meeting" and "organ" not in errors and len(present[0]) < 2:
        errors["organ"] = Problem(
            "当面听取应当由二人以上进行，请逐行写明（政务处分法第四十二条、第四十三条）。",
            "At least two of the organ hear the respondent; write one a line "
            "(Law on Administrative Discipline for Public Officials, arts. 42 and 43).",
        )
    record = check_text(
        errors, "record", record, LONGEST["record"], required=how in ("meeting", *WITHOUT_ANSWER)
    )
    if errors:
        raise BadFields(errors)
    if notice.heard_how and not (notice.heard_how in (*WITHOUT_ANSWER, "link") and how not in WITHOUT_ANSWER):
        raise NotReady([Problem(
            "已经登记过听取情况，不再改动。补充的内容请作为申辩登记。",
            "The hearing is on record already and stays so. Enter anything further as an answer.",
        )])  # fmt: skip
    set_heard(session, notice, heard_on, how, by)
    notice.present = "\n".join("、".join(names) for names in present) if any(present) else notice.present
    notice.record = "\n\n".join(part for part in (notice.record, record) if part)
    events.record(
        session, "hearing.recorded", by, case, rows=[notice],
        notice=notice.id, how=how, heard_on=heard_on.isoformat(), of_organ=len(present[0]),
    )  # fmt: skip
    session.flush()
    return notice


def set_heard(session: Session, notice: Notice, heard_on: date, how: str, by: User | None) -> None:
    """Note the day of the hearing and tell the clocks; the caller records the event."""
    notice.heard_on, notice.heard_how = heard_on, how
    ref = f"notice:{notice.id}"
    deadlines.meet(session, notice.case, "heard", heard_on, by, ref=ref)
    deadlines.start(session, notice.case, "heard", heard_on, by, ref=ref)


def missing_to_close(session: Session, case: Case) -> list[Problem]:
    """Everything that still stands between this hearing and the panel, each with its provision."""
    notice = current_notice(session, case)
    if notice is None or notice.told_on is None:
        return [not_yet("尚未告知当事人事实和依据", "The respondent has not been told the facts and grounds")]
    missing = []
    if notice.case_version != case.version:
        missing.append(
            not_yet(
                "告知之后案件事实有变动，应当重新告知",
                "The case has changed since the notice: tell the respondent anew",
            )
        )
    if notice.heard_on is None:
        missing.append(
            not_yet(
                "尚未登记听取陈述申辩的情况，或者如何给予了机会",
                "It is not on record how the respondent was heard or given the chance",
            )
        )
    silent = [point.no for point in notice.points if not point.answers]
    if silent and notice.heard_how not in WITHOUT_ANSWER:
        zh, en = _numbers(silent)
        missing.append(
            not_yet(
                f"第{zh}项没有登记当事人的意见（不发表意见的也应登记）",
                f"No answer is on record to point {en}; silence is recorded too",
            )
        )
    told = [point for one in notices_of(session, case) for point in one.points]
    waiting = {point.no for point in told if any(map(needs_weighing, point.answers))}
    if waiting:
        zh, en = _numbers(sorted(waiting))
        missing.append(
            not_yet(
                f"对第{zh}项的申辩还没有核实并决定是否采纳",
                f"What was said to point {en} is not verified and decided yet",
            )
        )
    return missing


def close_hearing(session: Session, case: Case, by: User, on: date) -> Notice:
    """End the hearing and take the case to the panel. Raises NotReady with everything that is missing."""
    step = workflow.ensure(session, by, "close_hearing", case)
    if missing := missing_to_close(session, case):
        raise NotReady(missing)
    notice = current_notice(session, case)
    rows = []
    if notice.closed_at is None:
        notice.closed_at = utc_now()
        rows = [notice]
    workflow.move(
        session, case, step, by, "hearing.closed", rows=rows, notice=notice.id, heavier=bool(notice.new_facts)
    )
    deadlines.meet(session, case, "hearing_closed", on, by, ref=f"notice:{notice.id}")
    deadlines.start(session, case, "hearing_closed", on, by)
    session.flush()
    return notice


def return_from_hearing(
    session: Session, case: Case, by: User, *, code: str, reason: str, items: Sequence[str] = ()
) -> SendBack:
    """Send the case back to the officer, with a coded reason and the facts it is about; the hearing ends with it.

    Raises BadFields; NotReady where a statement is said to be adopted and no answer is.
    """
    step = workflow.ensure(session, by, "return_from_hearing", case)
    errors: dict[str, Problem] = {}
    checked = checked_return(errors, Stage.HEARING, code, reason, items)
    if errors:
        raise BadFields(errors)
    if code == ADOPTED and not _adopted_any(session, case):
        raise NotReady([not_yet(
            "没有一项申辩被采纳，不能以采纳申辩为由退回", "No answer has been adopted, so this cannot be the reason",
        )])  # fmt: skip
    back = SendBack(
        case_id=case.id, from_stage=case.stage, to_stage=step.to, by_id=by.id, at=utc_now(), **checked
    )
    session.add(back)
    session.flush()
    rows: list = [back]
    notice = current_notice(session, case)
    if notice is not None and notice.closed_at is None:
        notice.closed_at = utc_now()
        rows.append(notice)
    workflow.move(session, case, step, by, "hearing.returned", rows=rows, code=code, facts=back.items)
    deadlines.go_back(session, case, by)
    return back


def _adopted_any(session: Session, case: Case) -> bool:
    adopted = (
        select(Answer.id)
        .join(Point)
        .join(Notice)
        .where(Notice.case_id == case.id, Answer.adopted.in_(["all", "partly"]))
    )
    return session.scalar(adopted.limit(1)) is not None


def _names(errors: dict[str, Problem], field: str, people: Sequence[str]) -> list[str]:
    """The names without empty ones and repetitions."""
    names = [check_text(errors, field, name, LONGEST["present"], one_line=True) for name in people]
    return list(dict.fromkeys(name for name in names if name))


def _numbers(numbers: Sequence[int]) -> tuple[str, str]:
    """The numbers of points in both languages."""
    words = [str(number) for number in numbers]
    return "、".join(words), ", ".join(words)
