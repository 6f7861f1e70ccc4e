"""What verification found: point by point, then on the whole; stated by a person, approved by the chief.

None of it says anything of the author (casebook.complaints.author).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from casebook.complaints import moves, steps, texts
from casebook.complaints.disposition import DISPOSITIONS, waits_for_approval
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Complaint, ComplaintPoint, ComplaintState, Finding, User

FINDINGS = {
    Finding.SUBSTANTIATED: Problem("属实", "Substantiated"),
    Finding.PARTLY: Problem("部分属实", "Partly substantiated"),
    Finding.UNSUBSTANTIATED: Problem("失实", "Unsubstantiated"),
    Finding.CANNOT_VERIFY: Problem("难以查实又不能排除", "Cannot be verified, cannot be excluded"),
    Finding.NO_VIOLATION: Problem("事实存在但不构成违纪违法", "True, but no violation"),
}
LONGEST_REASON, LONGEST_MINUTES = 5000, 5000


def whole_of(points: Iterable[Finding]) -> tuple[Finding, Problem]:
    """What the findings of the points make of the whole, and why. With one point open the whole is not untrue."""
    found = set(points)
    if not found:
        raise ValueError("found no finding; expected at least one")
    if len(found) == 1:
        (only,) = found
        same = FINDINGS[only]
        return only, Problem(
            f"各项问题均为“{same.zh}”，整件应与之一致。", f"Every point is “{same.en}”; so is the whole."
        )
    if found & {Finding.SUBSTANTIATED, Finding.PARTLY}:
        return Finding.PARTLY, Problem(
            "有的问题属实或者部分属实，其余并非全部属实，整件应为“部分属实”。",
            "Some points are substantiated or partly so, but not all are: the whole is “Partly substantiated”.",
        )
    if Finding.CANNOT_VERIFY in found:
        return Finding.CANNOT_VERIFY, Problem(
            "有的问题难以查实又不能排除，不能认定整件失实，整件应为“难以查实又不能排除”。",
            "One point can be neither verified nor excluded, so the whole is not untrue: "
            "it is “Cannot be verified, cannot be excluded”.",
        )
    return Finding.NO_VIOLATION, Problem(
        "有的问题事实存在但不构成违纪违法，其余失实，整件应为“事实存在但不构成违纪违法”；失实的问题可以逐项澄清。",
        "Some facts are true without a violation and the rest untrue: the whole is “True, but no violation”; "
        "what is untrue can be cleared point by point.",
    )


def find(
    session: Session,
    complaint: Complaint,
    by: User,
    *,
    points: Mapping[int, tuple[str, str]],
    whole: str,
    reason: str,
    today: date,
) -> Complaint:
    """Enter the finding of each point, by its id, with its reason, and of the whole; it goes before the chief.

    Words are neutral: nothing that shows who complained. Raises BadFields (`point_<id>`, `reason_<id>`, `whole`,
    `reason`), NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "find", complaint)
    _ensure_verified(complaint, step.law)
    errors: dict[str, Problem] = {}
    entered: dict[int, tuple[Finding, str]] = {}
    alleged = points_of(complaint)
    for point in alleged:
        finding, words = points.get(point.id, ("", ""))
        kept = texts.check(errors, f"reason_{point.id}", words, LONGEST_REASON)
        if finding in list(Finding):
            entered[point.id] = Finding(finding), kept
        else:
            errors[f"point_{point.id}"] = Problem(
                f"请填写第 {point.seq} 项问题的核查结论。", f"State the finding of point {point.seq}."
            )
    if points.keys() - {point.id for point in alleged}:
        errors["points"] = Problem(
            "有的问题不属于本件。", "Some of the points do not belong to this complaint."
        )
    kept_reason = texts.check(errors, "reason", reason, LONGEST_REASON)
    if whole not in list(Finding):
        errors["whole"] = Problem("请填写整件的核查结论。", "State the finding of the whole.")
    elif len(entered) == len(alleged):
        expected, why = whole_of(finding for finding, _ in entered.values())
        if whole != expected:
            errors["whole"] = why
    if errors:
        raise BadFields(errors)
    for point in alleged:
        point.finding, point.reason = entered[point.id]
    complaint.finding, complaint.finding_reason = Finding(whole), kept_reason
    complaint.found_on, complaint.found_by_id, complaint.returned_why = today, by.id, ""
    moves.done(session, step, complaint, by, "complaint.found", rows=alleged, finding=whole)
    return complaint


def conclude(
    session: Session, complaint: Complaint, by: User, *, today: date, minutes: str = ""
) -> Complaint:
    """Approve the finding; the complaint is concluded.

    The result of an item that was assigned down goes up only after a collective review, whose minutes are kept
    (CHG2020 23). Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = _with_a_finding(session, complaint, by, "conclude")
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "minutes", minutes, LONGEST_MINUTES, required=bool(complaint.assigned_from))
    if errors:
        raise BadFields(errors)
    complaint.concluded_on, complaint.concluded_by_id = today, by.id
    complaint.conclusion_minutes = words
    moves.done(session, step, complaint, by, "complaint.concluded", finding=str(complaint.finding))
    return complaint


def return_finding(session: Session, complaint: Complaint, by: User, *, reason: str) -> Complaint:
    """Send the finding back with a reason. Raises BadFields, NotReady, NotAllowed, WrongStage."""
    step = _with_a_finding(session, complaint, by, "return_finding")
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "reason", reason, LONGEST_REASON)
    if errors:
        raise BadFields(errors)
    complaint.returned_why = words
    complaint.found_on = complaint.found_by_id = None
    moves.done(session, step, complaint, by, "complaint.finding_returned")
    return complaint


def points_of(complaint: Complaint) -> list[ComplaintPoint]:
    """What is alleged, point by point; one that the screener struck out is left blank."""
    return [point for point in complaint.points if point.alleged]


def waits_for_conclusion(complaint: Complaint) -> bool:
    """Whether a finding is with the chief."""
    return complaint.state == ComplaintState.HANDLING and complaint.found_on is not None


def may_verify(complaint: Complaint) -> bool:
    """Whether findings may be entered under the disposition as it stands."""
    known = DISPOSITIONS.get(complaint.disposition)
    return known is not None and known.verifies and not waits_for_approval(complaint)


def _ensure_verified(complaint: Complaint, law: Problem) -> None:
    if not points_of(complaint):
        raise NotReady([
            Problem("没有逐项列出反映的问题。", "The points alleged have not been written down one by one.").by(law)
        ])  # fmt: skip
    if not may_verify(complaint):
        raise NotReady([
            Problem(
                "该线索处于暂存待查或者处置意见尚未批准。请先提出新的处置意见并报批。",
                "The clue is on hold, or its disposition is not approved. Propose a disposition and have it approved.",
            ).by(steps.DISPOSED)
        ])  # fmt: skip


def _with_a_finding(session: Session, complaint: Complaint, by: User, code: str) -> steps.Step:
    step = steps.ensure(session, by, code, complaint)
    if not waits_for_conclusion(complaint):
        raise NotReady([
            Problem(
                "没有待批准的核查结论。请先由承办人填写。",
                "No finding waits for approval; whoever handles the complaint enters it first.",
            ).by(step.law)
        ])  # fmt: skip
    if complaint.found_by_id == by.id:
        raise NotReady([
            Problem(
                "填写核查结论的人不得批准自己的结论。", "Whoever entered the finding cannot approve it."
            ).by(step.law)
        ])  # fmt: skip
    return step
