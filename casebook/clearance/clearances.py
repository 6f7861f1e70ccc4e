"""Clearing a name (澄清正名): opened, opinion given, re-checked, decided by the main leader, worked off, closed.

From a concluded complaint, a decision that fell on appeal or one that made nothing out. Only the specific points found
untrue are said (RTS2020 34). Functions flush and never commit.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import accounts, events, office
from casebook.clearance import grounds, reach, steps
from casebook.clearance.ending import ORGAN, RESPONDENT, close, missing_to_close, tell
from casebook.clearance.grounds import SCOPE, Ground, ground_of
from casebook.clearance.opinions import CLEAR, NOT, Opinion, PointText, forget_check, give_opinion
from casebook.clearance.reach import WRITTEN
from casebook.clearance.signature import digest
from casebook.clearance.steps import ONLY_POINTS
from casebook.clearance.texts import Guard
from casebook.complaints import log, numbers
from casebook.complaints import steps as complaint_steps
from casebook.complaints.steps import CLEARED
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.models import (
    Case,
    Clearance,
    ClearanceState,
    Complaint,
    Decision,
    Reach,
    Service,
    User,
)
from casebook.procedure.dates import check_day
from casebook.procedure.decide import check_signature
from casebook.seal.store import Seal
from rules.vocabulary import vocabulary

__all__ = [
    "CLEAR", "NOT", "ORGAN", "RESPONDENT", "WRITTEN", "Opinion", "PointText", "close", "give_opinion",
    "missing_to_close", "tell",
]  # fmt: skip
LONGEST = {"words": 4000, "reason": 2000}
LATEST_VISIT = timedelta(days=730)


def ask(
    session: Session,
    by: User,
    *,
    complaint: Complaint | None = None,
    decision: Decision | None = None,
    asked_by: str = RESPONDENT,
    asked_on: date,
) -> Clearance:
    """Open a clearance that has no opinion yet: asked for by the person, or begun by the organ.

    Raises BadFields, NotAllowed, NotReady (not concluded, the decision stands, opened already).
    """
    _ensure_may_open(session, by, complaint, decision)
    errors: dict[str, Problem] = {}
    since = complaint.concluded_on if complaint is not None else grounds.since(decision)
    check_day(errors, "asked_on", asked_on, since=since)
    if asked_by not in (RESPONDENT, ORGAN):
        errors["asked_by"] = Problem("请选择由谁提出。", "Choose who asked for it.")
    if errors:
        raise BadFields(errors)
    return _open(session, by, complaint=complaint, decision=decision, asked_by=asked_by, asked_on=asked_on)


def propose(
    session: Session,
    by: User,
    opinion: Opinion,
    *,
    complaint: Complaint | None = None,
    decision: Decision | None = None,
    asked_by: str = ORGAN,
    asked_on: date | None = None,
    on: date,
    seal: Seal | None = None,
) -> Clearance:
    """Open a clearance and give the opinion at once; what cannot be kept of either leaves nothing.

    Raises BadFields, NotAllowed, NotReady.
    """
    clearance = ask(
        session, by, complaint=complaint, decision=decision, asked_by=asked_by, asked_on=asked_on or on
    )
    return give_opinion(session, clearance, by, opinion, on=on, seal=seal)


def open_for_reversal(
    session: Session, case: Case, old_decision: Decision, by: User, on: date, services: Iterable[Service]
) -> Clearance:
    """Open the clearance of a decision revoked on appeal, in its original scope (PD2020 60, SOE2024 45).

    Called within the step that decides the appeal; whoever was served or told of the decision is on the reach map.
    """
    clearance = _open(session, by, decision=old_decision, asked_by=ORGAN, asked_on=on)
    reach.add_services(session, clearance, by, services)
    return clearance


def check(
    session: Session,
    clearance: Clearance,
    by: User,
    *,
    ok: bool,
    facts: str,
    procedure: str,
    on: date,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Clearance:
    """Re-check the facts and the earlier procedure, by another person; a fault found goes back to who proposed.

    Raises BadFields, NotAllowed (whoever proposed it or handled what it is about), NotReady, WrongStage.
    """
    step = steps.ensure(session, by, "check", clearance, seen_version)
    if clearance.checked_ok is False:  # another's fault is answered by the opinion, not by one more re-check
        raise NotReady([
            Problem(
                "复核已提出问题，请先由承办人修改澄清意见，再行复核。",
                "The re-check found fault: the opinion is revised first, and then re-checked again.",
            ).by(step.law)
        ])  # fmt: skip
    guard, errors = Guard(clearance, seal, by), {}
    facts = guard.check(errors, "facts", facts, LONGEST["words"])
    procedure = guard.check(errors, "procedure", procedure, LONGEST["words"])
    check_day(errors, "on", on, since=clearance.opinion_on)
    if not isinstance(ok, bool):
        errors["ok"] = Problem("请选择复核意见。", "Choose the result of the re-check.")
    if errors:
        raise BadFields(errors)
    clearance.facts_checked, clearance.procedure_checked = facts, procedure
    clearance.checked_ok, clearance.checked_by_id, clearance.checked_on = ok, by.id, on
    if ok:
        clearance.state = step.to
    steps.touch(clearance)
    log.record(session, "clearance.checked" if ok else "clearance.faulted", by, clearance, rows=[clearance])
    return clearance


def decide(
    session: Session,
    clearance: Clearance,
    by: User,
    *,
    approve: bool,
    reason: str,
    password: str,
    on: date,
    visit_due_on: date | None = None,
    seen_version: int | None = None,
    seal: Seal | None = None,
    hasher: PasswordHasher = accounts.HASHER,
) -> Clearance:
    """Approve or refuse as the organ's main leader, signed with one's own password (CHG2020 50).

    Approval takes every recipient listed into the scope and sets the day of the return visit. Raises BadFields,
    NotAllowed (whoever proposed it, or is cleared by it), NotReady, WrongStage.
    """
    step = steps.ensure(session, by, "approve" if approve else "refuse", clearance, seen_version)
    if not isinstance(approve, bool):
        raise BadFields(
            {"answer": Problem("请选择批准澄清或者不予澄清。", "Choose whether to approve or refuse.")}
        )
    guard, errors = Guard(clearance, seal, by), {}
    reason = guard.check(errors, "reason", reason, LONGEST["reason"])
    check_day(errors, "on", on, since=clearance.checked_on or clearance.opinion_on)
    visit_due_on = visit_due_on or on + timedelta(
        days=office.setting(session, clearance.organisation_id, "return_visit_days")
    )
    if approve and not on < visit_due_on <= on + LATEST_VISIT:
        errors["visit_due_on"] = Problem(
            "回访日期应当在批准之后两年以内。", "The return visit is due within two years after the approval."
        )
    if errors:
        raise BadFields(errors)
    if missing := _missing_to_approve(clearance, by) if approve else _missing_to_refuse(clearance):
        raise NotReady(missing)
    check_signature(session, by, password, hasher=hasher)
    clearance.state, clearance.decided_by_id, clearance.decided_on = step.to, by.id, on
    clearance.decided_reason = reason
    rows: list = [clearance]
    if approve:
        clearance.visit_due_on = visit_due_on
        for row in clearance.reach:
            if not row.gone_why:
                row.approved_by_id = by.id
                rows.append(row)
        clearance.signature = digest(clearance)
    steps.touch(clearance)
    kind = "clearance.approved" if approve else "clearance.refused"
    log.record(session, kind, by, clearance, rows=rows, reach=len(clearance.reach))
    return clearance


def send_back(
    session: Session,
    clearance: Clearance,
    by: User,
    *,
    reason: str,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Clearance:
    """Send it back to be revised, as the main leader; it is then re-checked anew. Raises BadFields, NotAllowed."""
    step = steps.ensure(session, by, "send_back", clearance, seen_version)
    reason = Guard(clearance, seal, by).reason(reason, LONGEST["reason"])
    clearance.state, clearance.decided_reason = step.to, reason
    forget_check(clearance)
    steps.touch(clearance)
    log.record(session, "clearance.sent_back", by, clearance, rows=[clearance])
    return clearance


def of_complaint(session: Session, complaint: Complaint) -> list[Clearance]:
    """The clearances because of one complaint, the newest first."""
    found = select(Clearance).where(Clearance.complaint_id == complaint.id)
    return list(session.scalars(found.order_by(Clearance.id.desc())))


def of_case(session: Session, case: Case) -> list[Clearance]:
    """The clearances because of decisions of one case, the newest first."""
    found = select(Clearance).where(Clearance.case_id == case.id)
    return list(session.scalars(found.order_by(Clearance.id.desc())))


def note_refused_signature(session: Session, clearance: Clearance, by: User) -> None:
    """Log that somebody tried to sign with a wrong password, after what the try had begun is rolled back."""
    log.record(session, "clearance.signature_refused", by, clearance)


def _ensure_may_open(
    session: Session, by: User, complaint: Complaint | None, decision: Decision | None
) -> None:
    if (complaint is None) == (decision is None):
        raise TypeError("expected a complaint or a decision")
    if complaint is not None:
        complaint_steps.ensure(session, by, "clear", complaint)
        if not complaint.respondent_name:
            raise NotReady(
                [Problem("没有登记被反映人，无从澄清。", "No person is named; there is nobody to clear.")]
            )
        if complaint.finding is None:
            raise NotReady([Problem("尚无核查结论。", "There is no finding yet.").by(CLEARED)])
    else:
        events.lock(session)
        session.expire_all()
        if not steps.may_open(by, case=decision.case):
            raise NotAllowed("clear")
        if grounds.ground_in(decision) is None:
            raise NotReady([Problem(
                "原决定没有撤销，也没有认定反映的问题不成立。",
                "The decision was not revoked, and it did not find that nothing was made out.",
            ).by(SCOPE)])  # fmt: skip
    if present := _present(session, complaint, decision):
        raise NotReady([Problem(
            f"已有澄清件 {present.number}。", f"There is a clearance already: {present.number}."
        )])  # fmt: skip


def _present(session: Session, complaint: Complaint | None, decision: Decision | None) -> Clearance | None:
    found = select(Clearance).where(Clearance.state != ClearanceState.REFUSED)
    if complaint is not None:
        found = found.where(Clearance.complaint_id == complaint.id)
    else:
        found = found.where(Clearance.decision_id == decision.id)
    return session.scalar(found.limit(1))


def _open(
    session: Session,
    by: User,
    *,
    complaint: Complaint | None = None,
    decision: Decision | None = None,
    asked_by: str,
    asked_on: date,
) -> Clearance:
    events.lock(session)
    case = decision.case if decision is not None else None
    organ = complaint.organisation if complaint is not None else case.organisation
    if complaint is not None:
        who = (complaint.respondent_name, complaint.respondent_unit, complaint.respondent_post)
    else:
        who = (case.respondent.name, case.respondent.unit, case.respondent.post)
    clearance = Clearance(
        number=numbers.next_number(session, organ, "clearance", asked_on.year), organisation_id=organ.id,
        complaint_id=complaint and complaint.id, case_id=case and case.id, decision_id=decision and decision.id,
        state=ClearanceState.OPENED, name=who[0], unit=who[1], post=who[2], asked_by=asked_by, asked_on=asked_on,
        effects=[], facts={}, advice={}, forms=[WRITTEN], by_id=by.id, at=utc_now(),
    )  # fmt: skip
    session.add(clearance)
    session.flush()
    log.record(session, "clearance.opened", by, clearance, case=case, rows=[clearance], asked_by=asked_by)
    return clearance


def _missing_to_approve(clearance: Clearance, by: User) -> list[Problem]:
    found = []
    if clearance.opinion != CLEAR or not clearance.points:
        found.append(Problem(
            "没有列明失实的具体问题，不能批准澄清。", "No points are listed; it cannot be approved."
        ).by(ONLY_POINTS))  # fmt: skip
    if not clearance.checked_ok or clearance.checked_by_id == by.id:
        found.append(
            Problem("尚未经其他人员复核。", "It was not re-checked by another person.").by(steps.JIANGXI)
        )
    found += reach.no_longer_untrue(clearance)
    left_out = [row for row in clearance.reach if not row.gone_why and row.form not in clearance.forms]
    found += [_form_missing(row) for row in left_out]
    return found


def _form_missing(row: Reach) -> Problem:
    method = vocabulary().facts["clearance_method"]
    return Problem(
        f"“{row.name}”拟采取的方式“{method.choice_label(row.form, 'zh')}”不在拟采取的澄清方式之内。",
        f"“{row.name}” is to be told by “{method.choice_label(row.form, 'en')}”, not among the forms proposed.",
    )


def _missing_to_refuse(clearance: Clearance) -> list[Problem]:
    if ground_of(clearance) is not Ground.FELL:
        return []
    return [Problem(
        "原处分决定已经撤销，依法应当恢复名誉，不能不予澄清。",
        "The sanction was revoked: the name is to be restored by law, and this cannot be refused.",
    ).by(SCOPE)]  # fmt: skip
