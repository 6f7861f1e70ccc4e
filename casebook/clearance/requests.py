"""The person of a case asks, through their own link, for their name to be cleared; whoever can begin it answers.

The form is the same whether or not anybody complained, and says nothing of it (检举控告工作规则第四十七条). The
answer is read behind the same link. Functions flush and never commit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clearance import clearances, scope, steps
from casebook.clearance.ending import RESPONDENT
from casebook.clearance.grounds import LAW, Ground, ground_in, since
from casebook.clearance.texts import Guard
from casebook.complaints import steps as complaint_steps
from casebook.complaints.marks import secret_problem
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.fields import check_text
from casebook.models import (
    Case,
    Clearance,
    ClearanceRequest,
    ClearanceState,
    Complaint,
    Decision,
    PersonalLink,
    Service,
    Stage,
    User,
)
from casebook.procedure import personal_link
from casebook.procedure.code import new_code
from casebook.procedure.dates import day_of
from casebook.seal.store import Seal

BEGUN, DECLINED = "begun", "declined"
ANSWERS = {
    "": Problem("正在办理", "Being looked at"),
    BEGUN: Problem("已启动澄清", "Clearance begun"),
    DECLINED: Problem("未予启动", "Not begun"),
}
LONGEST = {"untrue": 4000, "heard": 2000, "words": 2000}
RECEIPT_LENGTH = 8
MOST = 20  # requests of one person in one case, answered and not: nobody keeps an officer answering for ever
_ASKED = Problem(
    "关于做好失实检举控告澄清工作的意见（2020）、参照江西省、枣庄市有关规定",
    "Opinions on clearance after unfounded complaints (2020); after the rules of Jiangxi and Zaozhuang",
)


@dataclass(frozen=True)
class Basis:
    """What a clearance of the person can rest on: a decision that fell or made nothing out, or a verification."""

    decision: Decision | None = None
    complaint: Complaint | None = None
    present: Clearance | None = None


def may_ask(session: Session, link: PersonalLink) -> bool:
    """Whether the person may ask now: they were told the outcome or the case is over, and no request waits."""
    case = link.case
    told = select(Service.id).join(Decision).where(
        Decision.case_id == case.id, Decision.signed_at.is_not(None), Service.kind == "person"
    )  # fmt: skip
    over = case.stage == Stage.CLOSED or session.scalar(told.limit(1)) is not None
    return over and not any(one.answer == "" for one in of_case(session, case))


def send(session: Session, link: PersonalLink, fields: Mapping[str, str]) -> ClearanceRequest:
    """Hand in a request: what was not so, and who heard of it; it gets a receipt.

    The code of the link was shown. Raises BadFields, NotReady: it ended meanwhile, a request waits, too many were made.
    """
    events.lock(session)
    session.expire_all()
    if not personal_link.is_alive(link):
        raise NotReady([Problem(
            "这一链接已经失效，请与承办人联系。您填写的内容保留在页面上。",
            "This link has ended; ask the officer in charge. What you wrote is kept on the page.",
        )])  # fmt: skip
    if len(of_case(session, link.case)) >= MOST:
        raise NotReady([Problem(
            f"已经提出 {MOST} 次申请，不能再从这里提出；有新的情况，请与承办人联系。",
            f"{MOST} requests were made here already; if there is anything new, ask the officer in charge.",
        )])  # fmt: skip
    if not may_ask(session, link):
        raise NotReady([Problem(
            "您的申请正在办理，或者现在还不能提出申请。", "A request of yours is being looked at, or it is too early."
        )])  # fmt: skip
    errors: dict[str, Problem] = {}
    untrue = check_text(errors, "untrue", fields.get("untrue", ""), LONGEST["untrue"], required=True)
    heard = check_text(errors, "heard", fields.get("heard", ""), LONGEST["heard"])
    for name, text in (("untrue", untrue), ("heard", heard)):
        if name not in errors and (problem := secret_problem(text)):
            errors[name] = problem
    if errors:
        raise BadFields(errors)
    row = ClearanceRequest(
        case_id=link.case_id, link_id=link.id, receipt=new_code(RECEIPT_LENGTH), untrue=untrue, heard=heard,
        at=utc_now(), answer="", answer_words="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    events.record(session, "clearance.requested", None, link.case, rows=[row], request=row.id)
    return row


def of_case(session: Session, case: Case) -> list[ClearanceRequest]:
    """The requests of the person of a case, oldest first."""
    found = select(ClearanceRequest).where(ClearanceRequest.case_id == case.id)
    return list(session.scalars(found.order_by(ClearanceRequest.id)))


def awaits() -> ColumnElement[bool]:
    """Whether a request waits in a case, as a condition on the list of cases."""
    return exists(
        select(ClearanceRequest.id).where(ClearanceRequest.case_id == Case.id, ClearanceRequest.answer == "")
    )


def may_answer(user: User | None, case: Case) -> bool:
    """Whether this person may answer a request in a case: whoever may begin a clearance in it."""
    return steps.may_open(user, case=case)


def basis_of(session: Session, user: User, case: Case) -> Basis | None:
    """What this person can begin the clearance on, the decision that fell first; None: nothing that they may see."""
    waiting = scope.uncleared(session, case)
    if fell := [one for one in waiting if ground_in(one) is Ground.FELL]:
        return Basis(decision=fell[-1])
    complaints = session.scalars(select(Complaint).where(Complaint.case_id == case.id).order_by(Complaint.id))
    clear_of = [one for one in complaints if complaint_steps.may_do(user, "clear", one)]
    for one in [*clearances.of_case(session, case), *_because_of(session, clear_of)]:
        if one.state != ClearanceState.REFUSED and steps.may_read(session, user, one):
            return Basis(present=one)
    if waiting:
        return Basis(decision=waiting[-1])
    return next((Basis(complaint=one) for one in clear_of if one.finding is not None), None)


def begin(
    session: Session,
    request: ClearanceRequest,
    by: User,
    *,
    words: str = "",
    on: date,
    seal: Seal | None = None,
) -> Clearance:
    """Begin the clearance that was asked for, on what it can rest on. Raises BadFields, NotAllowed, NotReady."""
    _ensure(session, request, by)
    found = basis_of(session, by, request.case)
    if found is None:
        raise NotReady([Problem(
            "没有可以据以澄清的决定或者核查结论：本案决定没有撤销，也没有认定反映的问题不成立，您也没有承办的相关核查件。请说明理由答复本人，或者转请核查部门提出。",
            "There is nothing it could rest on: no decision of the case was revoked or made nothing out, and you "
            "handled no verification about it. Answer with the reason, or ask the department that verified to propose "
            "it.",
        ).by(_ASKED)])  # fmt: skip
    asked_on = day_of(request.at)
    if found.decision is not None:
        clearance = scope.begin(session, found.decision, by, max(asked_on, since(found.decision)), RESPONDENT)
    elif found.present is not None:
        clearance = found.present
    else:
        first = max(asked_on, found.complaint.concluded_on)
        clearance = clearances.ask(
            session, by, complaint=found.complaint, asked_by=RESPONDENT, asked_on=first
        )
    request.clearance_id = clearance.id
    _answer(session, request, by, BEGUN, words, on, seal, required=False)
    return clearance


def decline(
    session: Session, request: ClearanceRequest, by: User, *, words: str, on: date, seal: Seal | None = None
) -> ClearanceRequest:
    """Answer that no clearance is begun, and why; the person reads it behind their link.

    Raises BadFields, NotAllowed, NotReady: where a decision fell or made nothing out, a clearance is begun by law.
    """
    _ensure(session, request, by)
    if found := scope.uncleared(session, request.case):
        raise NotReady([Problem(
            "本案的决定已经撤销，或者已认定反映的问题不成立，依法应当启动澄清，不能答复不予启动。",
            "A decision of this case was revoked, or made nothing out: by law a clearance is begun, and this cannot be "
            "declined.",
        ).by(LAW[ground_in(found[-1])])])  # fmt: skip
    _answer(session, request, by, DECLINED, words, on, seal, required=True)
    return request


def _ensure(session: Session, request: ClearanceRequest, by: User) -> None:
    events.lock(session)
    session.expire_all()
    if not may_answer(by, request.case):
        raise NotAllowed("clearance.request")
    if request.answer:
        raise NotReady([Problem("这一申请已经答复。", "This request is answered already.")])


def _answer(
    session: Session,
    request: ClearanceRequest,
    by: User,
    answer: str,
    words: str,
    on: date,
    seal: Seal | None,
    *,
    required: bool,
) -> None:
    errors: dict[str, Problem] = {}
    words = Guard(request.case, seal, by).check(errors, "words", words, LONGEST["words"], required=required)
    if errors:
        raise BadFields(errors)
    request.answer, request.answer_words, request.answered_by_id, request.answered_on = (
        answer,
        words,
        by.id,
        on,
    )
    session.flush()
    events.record(
        session, "clearance.request_answered", by, request.case, rows=[request], request=request.id, answer=answer
    )  # fmt: skip


def _because_of(session: Session, complaints: list[Complaint]) -> list[Clearance]:
    return [one for complaint in complaints for one in clearances.of_complaint(session, complaint)]
