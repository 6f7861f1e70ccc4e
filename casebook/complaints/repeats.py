"""Hints that a complaint may be the same as an earlier one: by whom it is about and what it says, never by its author.

A hint gives its reasons in words. There is no score and no threshold, and nothing follows from a hint by itself.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session, selectinload

from casebook.complaints import leaks, steps
from casebook.complaints.moves import done
from casebook.errors import NotReady, Problem
from casebook.models import Complaint, ComplaintState, Finding, User

CLEAR = (Finding.SUBSTANTIATED, Finding.UNSUBSTANTIATED, Finding.NO_VIOLATION)
_MOST = 10
_SHOWN = 20


@dataclass(frozen=True)
class Hint:
    """An earlier complaint, and why it may be the same."""

    complaint: Complaint
    reasons: list[Problem]
    concluded: bool  # after a clear finding

    @property
    def number(self) -> str:
        return self.complaint.number


def hints(session: Session, complaint: Complaint, by: User) -> list[Hint]:
    """Earlier complaints of the same organ about the same person that this person may see, newest first."""
    if not complaint.respondent_name:
        return []
    earlier = (
        steps.visible(by)
        .where(
            Complaint.organisation_id == complaint.organisation_id,
            Complaint.id != complaint.id,
            Complaint.respondent_name == complaint.respondent_name,
            Complaint.registered_at <= complaint.registered_at,
            Complaint.state != ComplaintState.STUB,
        )
        .options(selectinload(Complaint.points))
        .order_by(Complaint.id.desc())
    )
    found = []
    for other in session.scalars(earlier):
        if (
            other.respondent_unit
            and complaint.respondent_unit
            and other.respondent_unit != complaint.respondent_unit
        ):
            continue  # of the same name elsewhere
        found.append(Hint(other, _reasons(complaint, other), other.finding in CLEAR))
    found.sort(key=lambda hint: len(hint.reasons) == 1)  # those that share more than the person come first
    return found[:_MOST]


def mark(session: Session, complaint: Complaint, by: User, first: Complaint | None) -> Complaint:
    """Say that it is the same as an earlier one, or (None) that it is not: a repeat is not told again (CHG2020 26).

    Raises NotAllowed, WrongStage, NotReady.
    """
    steps.ensure(session, by, "screen", complaint)
    if first is not None and first.id not in {hint.complaint.id for hint in hints(session, complaint, by)}:
        raise NotReady(
            [Problem("只能与所提示的在先件合并。", "Only one of the earlier ones hinted at can be named.")]
        )
    complaint.repeat_of_id = None if first is None else first.repeat_of_id or first.id
    done(session, steps.STEPS["screen"], complaint, by, "complaint.repeat_marked")
    session.expire(complaint, ["repeat_of"])
    return complaint


def _reasons(complaint: Complaint, other: Complaint) -> list[Problem]:
    unit = complaint.respondent_unit and complaint.respondent_unit == other.respondent_unit
    reasons = [
        Problem("被反映人姓名、单位相同", "Same name and unit of the respondent") if unit
        else Problem("被反映人姓名相同，单位未填全", "Same name of the respondent; one unit is not given")
    ]  # fmt: skip
    names = [complaint.respondent_name, complaint.respondent_unit, complaint.respondent_post]
    for point in complaint.points:
        for before in other.points:
            if words := leaks.shared(point.alleged, before.alleged, names):
                shown = words if len(words) <= _SHOWN else words[:_SHOWN] + "…"
                reasons.append(
                    Problem(
                        f"第 {point.seq} 条与该件第 {before.seq} 条均提到“{shown}”",
                        f"Point {point.seq} and its point {before.seq} both say “{shown}”",
                    )
                )
                break
    if other.finding in CLEAR:
        day = other.concluded_on
        reasons.append(
            Problem(
                f"该件已于 {day} 作出明确结论" if day else "该件已有明确结论",
                f"It was concluded with a clear finding on {day}" if day else "It has a clear finding",
            )
        )
    return reasons
