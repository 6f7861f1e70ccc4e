"""The one table of what may be done with a clearance: in which state, by whom, to which state, on which provision.

Whatever it does not grant is refused. The person cleared never reaches it, whatever their role; whoever verified
clears (谁核实谁澄清), another person re-checks, the organ's main leader approves.
"""

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.access import LIST_CLEARANCES, PROPOSE_CLEARANCE, may, organs_within
from casebook.clearance.grounds import SCOPE, law_behind
from casebook.complaints import steps as complaint_steps
from casebook.complaints.steps import CLEARED, Step
from casebook.errors import ComplaintNotFound, NotAllowed, NotReady, Problem, WrongStage
from casebook.models import Case, Clearance, ClearanceState, Complaint, ComplaintDuty, Recusal, Role, User
from casebook.precedents.folding import bare
from casebook.procedure.independence import handled_first

STATES = {
    ClearanceState.OPENED: Problem("已启动", "Opened"),
    ClearanceState.PROPOSED: Problem("已提出意见", "Proposed"),
    ClearanceState.CHECKED: Problem("已复核", "Re-checked"),
    ClearanceState.APPROVED: Problem("已批准，正在澄清", "Approved, being carried out"),
    ClearanceState.CLOSED: Problem("已办结", "Closed"),
    ClearanceState.REFUSED: Problem("不予澄清", "Refused"),
}
WHAT = Problem("澄清件", "clearance")
JIANGXI = Problem(
    "参照江西省关于为受到不实举报对象澄清正名的实施办法（试行）",
    "after the Jiangxi measures on clearing the names of persons wrongly reported (trial)",
)
JILIN = Problem(
    "参照吉林省纪检监察机关失实检举控告澄清工作实施意见",
    "after the Jilin opinions on clearance after unfounded reports",
)
WRITTEN_TOO = Problem(
    "关于做好失实检举控告澄清工作的意见（2020）", "Opinions on clearance after unfounded complaints (2020)"
)
ONLY_POINTS = Problem(
    "中国共产党党员权利保障条例第三十四条", "Regulation on safeguarding the rights of Party members, art. 34"
)

WORKER, CHECKER, CHIEF, SUPERIOR, AUDITOR = "worker", "checker", "chief", "superior", "auditor"
OPENED, PROPOSED, CHECKED, APPROVED, CLOSED, REFUSED = (
    ClearanceState.OPENED,
    ClearanceState.PROPOSED,
    ClearanceState.CHECKED,
    ClearanceState.APPROVED,
    ClearanceState.CLOSED,
    ClearanceState.REFUSED,
)
BEFORE = (OPENED, PROPOSED, CHECKED)


STEPS = {
    step.code: step
    for step in (
        Step("give_opinion", "提出澄清意见", "Give the opinion", (OPENED,), (WORKER,), PROPOSED, CLEARED),
        Step("revise", "修改澄清意见", "Revise the opinion", (PROPOSED,), (WORKER,), None, CLEARED),
        Step("check", "复核", "Re-check it", (PROPOSED,), (CHECKER,), CHECKED, JIANGXI),
        Step("approve", "批准澄清", "Approve it", (CHECKED,), (CHIEF, SUPERIOR), APPROVED, CLEARED),
        Step("refuse", "不予澄清", "Refuse it", (PROPOSED, CHECKED), (CHIEF, SUPERIOR), REFUSED, CLEARED),
        Step("send_back", "退回修改", "Send it back", (CHECKED,), (CHIEF, SUPERIOR), PROPOSED, CLEARED),
        Step("tell", "答复申请人", "Tell who asked", (APPROVED, REFUSED, CLOSED), (WORKER,), None, JIANGXI),
        Step("add_reach", "登记知悉对象", "Add who had heard", (*BEFORE, APPROVED), (WORKER,), None, WRITTEN_TOO),
        Step("approve_reach", "批准知悉对象", "Take a recipient into the scope",
             (APPROVED,), (CHIEF, SUPERIOR), None, CLEARED),
        Step("correct", "登记已澄清", "Enter a correction received", (APPROVED,), (WORKER,), None, WRITTEN_TOO),
        Step("gone", "确认无法送达", "Declare a recipient out of reach",
             (*BEFORE, APPROVED), (CHIEF, SUPERIOR)),
        Step("amend_reach", "更正知悉对象", "Put right what is entered of a recipient",
             (*BEFORE, APPROVED), (WORKER, CHIEF, SUPERIOR), None, WRITTEN_TOO),
        Step("take_back", "撤回送达登记", "Put a recipient back on the list",
             (APPROVED,), (WORKER, CHIEF, SUPERIOR), None, WRITTEN_TOO),
        Step("add_repair", "登记补救事项", "Add what is to be made good",
             (*BEFORE, APPROVED, CLOSED), (WORKER, CHIEF, SUPERIOR), None, SCOPE),
        Step("finish_repair", "登记补救结果", "Enter the result of a repair",
             (APPROVED, CLOSED), (WORKER, CHIEF, SUPERIOR), None, SCOPE),
        Step("amend_repair", "更正补救事项", "Put right what is entered of a repair",
             (*BEFORE, APPROVED, CLOSED), (WORKER, CHIEF, SUPERIOR), None, SCOPE),
        Step("visit", "登记回访", "Enter a return visit", (APPROVED, CLOSED), (WORKER,), None, JILIN),
        Step("close", "办结", "Close it", (APPROVED,), (WORKER,), CLOSED),
        Step("reopen", "重新启动", "Open it again", (CLOSED,), (WORKER, CHIEF, SUPERIOR), APPROVED, WRITTEN_TOO),
        Step("issue_paper", "制发文书", "Issue a paper", (PROPOSED, CHECKED, APPROVED, CLOSED, REFUSED),
             (WORKER, CHIEF, SUPERIOR), None, JILIN),
    )
}  # fmt: skip


def is_cleared(user: User, clearance: Clearance) -> bool:
    """Whether the clearance is about this person, as far as names tell; spaces and look-alikes do not matter."""
    return bare(user.name) == bare(clearance.name)


def stands_back(user: User, clearance: Clearance) -> bool:
    """Whether a ground of recusal this person declared, in the complaint or in the case, keeps them away."""
    if clearance.complaint is not None:
        for duty in clearance.complaint.duties:
            if duty.user_id == user.id and duty.grounds:
                return True
    return clearance.case is not None and access.stands_back(user, clearance.case)


def parts_of(session: Session, user: User | None, clearance: Clearance) -> set[str]:
    """What this person is in this clearance. Whoever it clears, or must stand back, is nothing."""
    if user is None or not user.active or is_cleared(user, clearance) or stands_back(user, clearance):
        return set()
    parts = set()
    within = clearance.organisation.is_within(user.organisation)
    own = clearance.organisation_id == user.organisation_id
    if _works_on(user, clearance):
        parts.add(WORKER)
    if user.role == Role.REVIEWER and within and not _took_part(session, user, clearance):
        parts.add(CHECKER)
    if user.role == Role.CHIEF and within and not _proposed(user, clearance):
        parts.add(CHIEF if own else SUPERIOR)
    return parts


def may_read(session: Session, user: User | None, clearance: Clearance) -> bool:
    """Whether this person may see the clearance at all."""
    if user is None or not may(user, LIST_CLEARANCES):
        return False
    if is_cleared(user, clearance) or stands_back(user, clearance):
        return False
    if user.role == Role.AUDITOR or _works_on(user, clearance):
        return True
    return user.role in _LOOKS_DOWN and clearance.organisation.is_within(user.organisation)


_LOOKS_DOWN = (Role.REVIEWER, Role.CHIEF)


def may_do(session: Session, user: User | None, code: str, clearance: Clearance) -> bool:
    """Whether this person may take this step now."""
    step = STEPS.get(code)
    return (
        step is not None
        and clearance.state in step.states
        and not parts_of(session, user, clearance).isdisjoint(step.by)
    )


def open_steps(session: Session, user: User | None, clearance: Clearance) -> list[Step]:
    """The steps this person may take now, in the order of the table."""
    return steps_of(parts_of(session, user, clearance), clearance)


def steps_of(parts: set[str], clearance: Clearance) -> list[Step]:
    """The steps open now to whoever has these parts."""
    return [
        step for step in STEPS.values() if clearance.state in step.states and not parts.isdisjoint(step.by)
    ]


def may_open(user: User | None, *, complaint: Complaint | None = None, case: Case | None = None) -> bool:
    """Whether this person may open a clearance: because of a complaint, or of a case whose decision fell."""
    if complaint is not None:
        return complaint_steps.may_do(user, "clear", complaint)
    return (
        case is not None
        and may(user, PROPOSE_CLEARANCE)
        and access.may_read(user, case)
        and not access.stands_back(user, case)
        and user.role == Role.OFFICER
        and case.organisation_id == user.organisation_id
        and bare(case.respondent.name) != bare(user.name)
    )


def get(session: Session, user: User, number: str) -> Clearance:
    """The clearance of that number, if this person may see it; the caller logs it. Raises ComplaintNotFound."""
    clearance = session.scalar(select(Clearance).where(Clearance.number == number))
    if clearance is None or not may_read(session, user, clearance):
        raise ComplaintNotFound(number, refused=True)
    return clearance


def ensure(
    session: Session, user: User | None, code: str, clearance: Clearance, seen_version: int | None = None
) -> Step:
    """Take the writers' lock, read the clearance as it is now, and raise unless this person may take this step now.

    `seen_version` is the version their page showed. Raises NotAllowed for the wrong person, WrongStage for the wrong
    moment, NotReady where somebody changed it meanwhile.
    """
    events.lock(session)
    session.expire_all()
    step = STEPS[code]
    if parts_of(session, user, clearance).isdisjoint(step.by):
        raise NotAllowed(code)
    if clearance.state not in step.states:
        raise WrongStage(
            stage=STATES[clearance.state], step=Problem(step.zh, step.en), law=law_behind(clearance, step.law),
            wanted=[STATES[state] for state in step.states], what=WHAT,
        )  # fmt: skip
    if seen_version is not None and seen_version != clearance.version:
        raise NotReady([Problem(
            "您打开页面之后，这件澄清已经有新的办理情况。您填写的内容保留在页面上，请核对后再提交。",
            "Something was done in this clearance after you opened the page. What you typed is kept; compare and send "
            "it again.",
        )])  # fmt: skip
    return step


def touch(clearance: Clearance) -> None:
    """Another page of it that is open elsewhere is out of date from now on."""
    clearance.version += 1


def visible(session: Session, user: User) -> Select[tuple[Clearance]]:
    """The clearances this person may list: the same rule as `may_read`, as one query."""
    clearances = select(Clearance)
    if not may(user, LIST_CLEARANCES):
        return clearances.where(false())
    own = bare(user.name)
    names = [name for name in session.scalars(select(Clearance.name).distinct()) if bare(name) == own]
    clearances = clearances.where(Clearance.name.not_in(names))
    mine = ComplaintDuty.user_id == user.id
    conflicted = select(ComplaintDuty.complaint_id).where(mine, ComplaintDuty.grounds != [])
    clearances = clearances.where(
        or_(Clearance.complaint_id.is_(None), Clearance.complaint_id.not_in(conflicted))
    )
    recused = select(Recusal.case_id).where(Recusal.user_id == user.id, Recusal.granted.is_not(False))
    clearances = clearances.where(or_(Clearance.case_id.is_(None), Clearance.case_id.not_in(recused)))
    if user.role == Role.AUDITOR:
        return clearances
    roles = complaint_steps.PART_ROLES[complaint_steps.HANDLER]
    handled = select(ComplaintDuty.complaint_id).where(
        mine, ComplaintDuty.part == complaint_steps.HANDLER, ComplaintDuty.ended_at.is_(None),
        ComplaintDuty.grounds == [],
    )  # fmt: skip
    proposed = or_(Clearance.by_id == user.id, Clearance.proposed_by_id == user.id)
    reached = [Clearance.complaint_id.is_not(None) & proposed]
    if user.role in roles:
        reached.append(Clearance.complaint_id.in_(handled))
    if user.role == Role.OFFICER:
        reached.append((Clearance.organisation_id == user.organisation_id) & Clearance.complaint_id.is_(None))
    if user.role in _LOOKS_DOWN:
        reached.append(Clearance.organisation_id.in_(organs_within(user.organisation_id)))
    return clearances.where(or_(*reached))


def _works_on(user: User, clearance: Clearance) -> bool:
    """Whoever opened or proposed it or handles its complaint; without one, the officers of the organ of its case."""
    if not may(user, LIST_CLEARANCES):
        return False
    if clearance.complaint is not None:
        handles = str(complaint_steps.HANDLER) in complaint_steps.parts_of(user, clearance.complaint)
        return handles or _proposed(user, clearance)
    return user.role == Role.OFFICER and clearance.organisation_id == user.organisation_id


def _proposed(user: User, clearance: Clearance) -> bool:
    return user.id in (clearance.by_id, clearance.proposed_by_id)


def _took_part(session: Session, user: User, clearance: Clearance) -> bool:
    """Whether this person had a hand in it, in its complaint or in the first handling of its case."""
    if _proposed(user, clearance):
        return True
    if clearance.complaint is not None and any(
        duty.user_id == user.id for duty in clearance.complaint.duties
    ):
        return True
    return clearance.case is not None and handled_first(session, clearance.case, user)
