"""How a complaint ends: a case is opened from what was found true, and the file is closed."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import access, intake
from casebook.changes import FactEntry
from casebook.complaints import due, findings, moves, objections, steps
from casebook.complaints.telling import HOW
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Case, Complaint, FalseAccusation, Feedback, Finding, Naming, Protection, User
from casebook.procedure.dates import check_day
from casebook.procedure.notice import SHOWS_COMPLAINT

CLOSED_WHY = {
    "fed_back": Problem("已向检举控告人反馈结果", "The result has been fed back"),
    "anonymous": Problem("匿名或者署名无法验证，无须反馈", "Anonymous or not verifiable: nobody to tell"),
    "unreachable": Problem("按所留方式无法联系检举控告人", "The author cannot be reached as they said"),
}
RESPONDENT_HOW = {how: HOW[how] for how in ("talk", "letter", "call")}
_SOURCES = {Naming.REAL_NAME: "real_name_report"}
_TRUE = (Finding.SUBSTANTIATED, Finding.PARTLY)


def open_case(session: Session, complaint: Complaint, by: User, *, title: str, summary: str) -> Case:
    """Open a case from what was verified, in neutral words; the complaint knows its case, the case no complaint.

    Nothing in the case names the complaint, its number or its way in: papers, the personal link and the notice leave
    the source of the matter out. Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "open_case", complaint)
    access.ensure(by, access.OPEN_CASE)
    if complaint.case_id is not None:
        raise NotReady([Problem("本件已经转为案件。", "A case has been opened from this complaint already.")])
    if not any(point.finding in _TRUE for point in findings.points_of(complaint)):
        raise NotReady([
            Problem(
                "没有查实的问题，不得转为案件。请先填写核查结论。",
                "No point has been verified as true; enter the findings first.",
            )
        ])  # fmt: skip
    shown = {"title": title, "summary": summary}
    errors = {name: shows_complaint(text) for name, text in shown.items() if isinstance(text, str)}
    if errors := {name: problem for name, problem in errors.items() if problem}:
        raise BadFields(errors)
    case = intake.open_case(
        session, by, title=title, summary=summary, respondent_name=complaint.respondent_name,
        respondent_unit=complaint.respondent_unit, respondent_post=complaint.respondent_post,
        region=complaint.region or None,
    )  # fmt: skip
    source = FactEntry(_SOURCES.get(complaint.naming, "anonymous_report"), "documented")
    intake.save_facts(session, case, {"case_source": source}, by, seen_version=case.version)
    complaint = session.get(Complaint, complaint.id)
    complaint.case_id = case.id
    # Without case=: the history and the file of the case must not show that there was a complaint.
    moves.done(session, step, complaint, by, "complaint.case_opened", opened=case.id)
    return case


def report_inside(
    session: Session, complaint: Complaint, by: User, *, given_on: date | None, today: date
) -> Feedback:
    """Enter that the petition unit was told of the conclusion, which is due each quarter (CHG2020 18).

    Raises BadFields, NotReady (told already of this conclusion), NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "report_inside", complaint)
    if due.reported_inside(complaint) is not None:
        raise NotReady(
            [Problem("办结情况已经反馈。", "The petition unit has been told already.").by(step.law)]
        )
    errors: dict[str, Problem] = {}
    check_day(errors, "given_on", given_on, since=complaint.concluded_on, until=today)
    if errors:
        raise BadFields(errors)
    row = _told(session, complaint, by, due.INSIDE, given_on)
    moves.done(session, step, complaint, by, "complaint.reported_inside", rows=[row])
    return row


def tell_respondent(
    session: Session, complaint: Complaint, by: User, *, how: str, given_on: date | None, today: date
) -> Feedback:
    """Enter that the respondent was told, on their own request, what was found (CHG2020 38): the day and how, no words.

    Where a case was opened the case tells them, and shows no complaint. Raises BadFields, NotReady (nobody named, a
    case, told already of this conclusion), NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "tell_respondent", complaint)
    missing = []
    if not complaint.respondent_name:
        missing.append(Problem("没有填写被反映人。", "No respondent is named."))
    if complaint.case_id is not None:
        missing.append(
            Problem(
                "已转为案件，由案件依法告知当事人，不再从本件反馈。",
                "A case was opened: it tells the respondent what the law demands, and this complaint does not.",
            )
        )
    if due.told_respondent(complaint) is not None:
        missing.append(Problem("核查结论已经反馈。", "The respondent has been told already."))
    if missing:
        raise NotReady([problem.by(step.law) for problem in missing])
    errors: dict[str, Problem] = {}
    if how not in RESPONDENT_HOW:
        errors["how"] = Problem("请选择反馈方式。", "Choose how the respondent was told.")
    check_day(errors, "given_on", given_on, since=complaint.concluded_on, until=today)
    if errors:
        raise BadFields(errors)
    row = _told(session, complaint, by, due.RESPONDENT, given_on, how)
    moves.done(session, step, complaint, by, "complaint.told_respondent", rows=[row], how=how)
    return row


def _told(
    session: Session, complaint: Complaint, by: User, kind: str, given_on: date, how: str = ""
) -> Feedback:
    row = Feedback(
        complaint_id=complaint.id, kind=kind, given_on=given_on, how=how, by_id=by.id, at=utc_now()
    )
    session.add(row)
    session.flush()
    session.expire(complaint, ["told"])
    return row


def shows_complaint(text: str) -> Problem | None:
    """What to do about words of a case that show that somebody complained, or about a complaint's number."""
    found = SHOWS_COMPLAINT.search(text)
    if found is None:
        return None
    return Problem(
        f"“{found.group(0)}”会显示有人检举控告。案件会为被反映人及其单位所见，请改用中性表述。",
        f"“{found.group(0)}” shows that somebody complained. The respondent and the unit may come to see the case; "
        "use neutral words.",
    ).by(steps.SECRET)


def close(session: Session, complaint: Complaint, by: User, *, why: str, today: date) -> Complaint:
    """Close the file, for a coded reason. Raises BadFields, NotReady, NotAllowed, WrongStage."""
    step = steps.ensure(session, by, "close", complaint)
    if why not in CLOSED_WHY:
        raise BadFields({"why": Problem("请选择归档理由。", "Choose why it is closed.")})
    if (why == "fed_back") != (complaint.fed_back_on is not None):
        raise BadFields({
            "why": Problem("归档理由与反馈情况不符。", "That does not agree with whether the result was fed back.")
        })  # fmt: skip
    if why == "anonymous" and complaint.naming == Naming.REAL_NAME:
        raise BadFields({
            "why": Problem("实名检举控告应当反馈结果。", "Whoever signed is told the result.").by(steps.FED_BACK)
        })  # fmt: skip
    missing = []
    if objections.unanswered(session, complaint):
        missing.append(Problem("异议尚未答复。", "An objection has not been answered.").by(steps.FED_BACK))
    open_tasks = select(Protection.id).where(
        Protection.complaint_id == complaint.id, Protection.closed_on.is_(None)
    )
    if session.scalar(open_tasks.limit(1)) is not None:
        missing.append(
            Problem("保护检举控告人的任务尚未办结。", "A task to protect the author is still open.").by(
                steps.PROTECTED
            )
        )
    waiting = select(FalseAccusation.id).where(
        FalseAccusation.complaint_id == complaint.id, FalseAccusation.state == "proposed"
    )
    if session.scalar(waiting.limit(1)) is not None:
        missing.append(
            Problem("诬告陷害的认定尚未审批。", "A file on a false accusation waits for its approval.").by(
                steps.FALSE
            )
        )
    if missing:
        raise NotReady(missing)
    complaint.closed_on, complaint.closed_why = today, why
    moves.done(session, step, complaint, by, "complaint.closed", why=why)
    return complaint
