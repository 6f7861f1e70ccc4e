"""The one table of what may be done with a complaint: in which state, by whom, to which state, on which provision.

Whatever it does not grant is refused. Nobody who is named in a complaint reaches it, whatever their role; whoever has a
part does nothing before saying that no ground of recusal stands in the way (CHG2020 48).
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, and_, false, not_, or_, select
from sqlalchemy.orm import Session

from casebook import events
from casebook.access import LIST_COMPLAINTS, may, organs_within
from casebook.errors import ComplaintNotFound, NotAllowed, Problem, WrongStage
from casebook.fields import plain_name
from casebook.models import Complaint, ComplaintDuty, ComplaintPart, ComplaintState, Role, User

STATES = {
    ComplaintState.REGISTERED: Problem("已登记", "Registered"),
    ComplaintState.ACCEPTED: Problem("已受理", "Accepted"),
    ComplaintState.HANDLING: Problem("核查中", "Being verified"),
    ComplaintState.CONCLUDED: Problem("已办结", "Concluded"),
    ComplaintState.CLOSED: Problem("已归档", "Closed"),
    ComplaintState.REFUSED: Problem("不予受理", "Not accepted"),
    ComplaintState.PASSED_ON: Problem("已转送", "Passed on"),
    ComplaintState.STUB: Problem("已径送上级（仅留登记）", "Sent up (nothing kept but the entry)"),
}
WHAT = Problem("检举控告件", "complaint")
_RULES = "Rules on handling complaints by discipline inspection and supervision organs (2020)"


def provision(articles_zh: str, articles_en: str) -> Problem:
    """An article of the rules on complaints, in both languages."""
    return Problem(f"纪检监察机关处理检举控告工作规则{articles_zh}", f"{_RULES}, {articles_en}")


DESIGN = Problem("本系统办理流程", "choice of this system")
SCREENED = provision("第十三条至第十六条", "arts. 13 to 16")
DISPOSED = provision("第十七条", "art. 17")
REPORTED = provision("第十八条", "art. 18")
TOLD = provision("第二十六条", "art. 26")
FED_BACK = provision("第二十七条", "art. 27")
PROTECTED = provision("第三十五条", "art. 35")
ASKED = provision("第三十八条", "art. 38")
FALSE = provision("第三十九条、第四十五条", "arts. 39 and 45")
SECRET = provision("第四十七条", "art. 47")
RECUSED = provision("第四十八条", "art. 48")
CLEARED = provision("第五十条", "art. 50")

RECEIVER, CHIEF, SUPERIOR = "receiver", "chief", "superior"
SCREENER, HANDLER = ComplaintPart.SCREENER, ComplaintPart.HANDLER
PART_ROLES = {SCREENER: {Role.RECEIVER}, HANDLER: {Role.OFFICER, Role.REVIEWER}}
REGISTERED, ACCEPTED, HANDLING, CONCLUDED, CLOSED = (
    ComplaintState.REGISTERED,
    ComplaintState.ACCEPTED,
    ComplaintState.HANDLING,
    ComplaintState.CONCLUDED,
    ComplaintState.CLOSED,
)
OPEN = (REGISTERED, ACCEPTED, HANDLING, CONCLUDED)
HELD = (*OPEN, CLOSED, ComplaintState.REFUSED)


@dataclass(frozen=True)
class Step:
    """One thing that may be done with a complaint or a clearance; `to` None leaves its state as it is."""

    code: str
    zh: str
    en: str
    states: tuple[StrEnum, ...]
    by: tuple[str, ...]
    to: StrEnum | None = None
    law: Problem = DESIGN

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


STEPS = {
    step.code: step
    for step in (
        Step("assign_screener", "指定登记审查人", "Assign who screens it", HELD, (CHIEF, SUPERIOR), None, SECRET),
        Step("assign_handler", "指定承办人", "Assign who handles it", (*OPEN, CLOSED), (CHIEF, SUPERIOR), None, SECRET),
        Step("screen", "登记审查", "Screen it", (REGISTERED,), (SCREENER,), None, SCREENED),
        Step("accept", "受理", "Accept it", (REGISTERED,), (SCREENER,), ACCEPTED, SCREENED),
        Step("refuse", "不予受理", "Refuse it", (REGISTERED,), (SCREENER,), ComplaintState.REFUSED, SCREENED),
        Step("pass_on", "转送有管辖权的机关", "Pass it on to the organ it belongs to",
             (REGISTERED, ACCEPTED), (SCREENER,), ComplaintState.PASSED_ON, SCREENED),
        Step("send_up", "径送上级，仅留登记", "Send it up and keep only the entry",
             (REGISTERED, ACCEPTED), (SCREENER,), ComplaintState.STUB, SCREENED),
        Step("tell_accepted", "告知受理", "Tell the author that it is accepted",
             (ACCEPTED, HANDLING, CONCLUDED), (SCREENER,), None, TOLD),
        Step("propose_disposition", "提出处置意见", "Propose the disposition",
             (ACCEPTED, HANDLING), (SCREENER, HANDLER), None, DISPOSED),
        Step("approve_disposition", "批准处置意见", "Approve the disposition",
             (ACCEPTED, HANDLING), (CHIEF, SUPERIOR), HANDLING, DISPOSED),
        Step("note_inquiry", "登记函询送达和回复", "Enter when an inquiry arrived and was answered",
             (HANDLING,), (HANDLER,), None, DISPOSED),
        Step("write", "与检举控告人联系", "Write to the author", HELD, (SCREENER,), None, SECRET),
        Step("screen_again", "重新登记审查", "Screen it again", (ComplaintState.REFUSED,), (SCREENER,),
             REGISTERED, SCREENED),
        Step("find", "填写核查结论", "Enter what was found", (HANDLING,), (HANDLER,), None, FED_BACK),
        Step("conclude", "批准办结", "Approve the conclusion", (HANDLING,), (CHIEF, SUPERIOR), CONCLUDED, FED_BACK),
        Step("return_finding", "退回核查", "Send the finding back", (HANDLING,), (CHIEF, SUPERIOR), None, FED_BACK),
        Step("feed_back", "反馈结果", "Feed back the result", (CONCLUDED, CLOSED), (SCREENER,), None, FED_BACK),
        Step("object", "登记异议", "Enter an objection", (CONCLUDED, CLOSED), (SCREENER,), None, FED_BACK),
        Step("check_objection", "核查异议提供的新证据", "Verify the new evidence of an objection",
             (CONCLUDED, CLOSED), (HANDLER,), None, FED_BACK),
        Step("reopen", "重新核查", "Verify it once more", (CONCLUDED, CLOSED), (CHIEF, SUPERIOR), HANDLING, FED_BACK),
        Step("answer_objection", "答复异议", "Answer an objection", (CONCLUDED, CLOSED), (SCREENER,), None, FED_BACK),
        Step("report_inside", "向信访举报部门反馈办结情况", "Tell the petition unit that it is concluded",
             (CONCLUDED, CLOSED), (HANDLER,), None, REPORTED),
        Step("tell_respondent", "向被反映人反馈核查结论", "Tell the respondent what was found",
             (CONCLUDED, CLOSED), (HANDLER,), None, ASKED),
        Step("close", "归档", "Close it", (CONCLUDED,), (SCREENER,), CLOSED),
        Step("open_case", "转为案件", "Open a case from it", (HANDLING, CONCLUDED), (HANDLER,)),
        Step("examine_author", "登记对检举控告人的认定", "Enter what was found of the author",
             (CONCLUDED, CLOSED), (HANDLER,), None, FALSE),
        Step("propose_false", "提请认定诬告陷害", "Propose a file on a false accusation",
             (CONCLUDED, CLOSED), (HANDLER,), None, FALSE),
        Step("answer_false", "登记诬告陷害审批结果", "Enter the approval of that file",
             (CONCLUDED, CLOSED), (CHIEF, SUPERIOR), None, FALSE),
        Step("follow_false", "登记诬告陷害后续处理", "Enter what followed of that file",
             (CONCLUDED, CLOSED), (HANDLER,), None, FALSE),
        Step("protect", "保护检举控告人", "Protect the author", HELD,
             (RECEIVER, SCREENER, HANDLER, CHIEF, SUPERIOR), None, PROTECTED),
        Step("consent", "登记检举控告人是否同意宣传", "Enter whether the author agrees to publicity",
             (CONCLUDED, CLOSED), (SCREENER,), None, SECRET),
        Step("ask_opening", "申请调阅密封内容", "Ask to open what is sealed",
             HELD, (SCREENER, HANDLER, CHIEF), None, SECRET),
        Step("answer_opening", "审批调阅申请", "Answer a request to open", HELD, (CHIEF, SUPERIOR), None, SECRET),
        Step("clear", "提请澄清", "Propose a clearance", (CONCLUDED, CLOSED), (HANDLER, CHIEF), None, CLEARED),
    )
}  # fmt: skip


def parts_of(user: User | None, complaint: Complaint) -> set[str]:
    """What this person is in this complaint. Whoever it names, or declared a ground of recusal, is nothing."""
    if user is None or not user.active or is_named(user, complaint):
        return set()
    duties = [duty for duty in complaint.duties if duty.user_id == user.id]
    if any(duty.grounds for duty in duties):
        return set()
    parts = {
        str(duty.part)
        for duty in duties
        if duty.ended_at is None and duty.grounds is not None and user.role in PART_ROLES[duty.part]
    }
    if user.role == Role.RECEIVER and complaint.organisation_id == user.organisation_id:
        parts.add(RECEIVER)
    elif user.role == Role.CHIEF and complaint.organisation_id == user.organisation_id:
        if not _goes_past_its_chief(complaint):
            parts.add(CHIEF)
    elif user.role == Role.CHIEF and complaint.organisation.is_within(user.organisation):
        parts.add(SUPERIOR)
    return parts


def _goes_past_its_chief(complaint: Complaint) -> bool:
    """Whether the organ's own chief is not to reach it: it is about them, or was sent up and may have been."""
    return complaint.own_chief is True or complaint.state == ComplaintState.STUB


def decider(complaint: Complaint) -> str:
    """The part that decides in it: the chief's; where the organ has none whom it lets in, that of the one above."""
    chiefs = complaint.organisation.chiefs
    return CHIEF if any(CHIEF in parts_of(chief, complaint) for chief in chiefs) else SUPERIOR


def is_named(user: User, complaint: Complaint) -> bool:
    """Whether the complaint is about this person, as far as names tell: alone, among others, or with a title."""
    return plain_name(user.name) in plain_name(complaint.respondent_name)


def must_declare(user: User | None, complaint: Complaint) -> ComplaintDuty | None:
    """The part this person was given and has not yet answered the question of recusal for."""
    if user is None or not user.active or is_named(user, complaint):
        return None
    duties = [duty for duty in complaint.duties if duty.user_id == user.id]
    if any(duty.grounds for duty in duties):
        return None
    return next(
        (
            duty
            for duty in duties
            if duty.ended_at is None and duty.grounds is None and user.role in PART_ROLES[duty.part]
        ),
        None,
    )


def may_read(user: User | None, complaint: Complaint) -> bool:
    """Whether this person may see the complaint: its number and state, and what its parts are given."""
    if user is None or not may(user, LIST_COMPLAINTS) or is_named(user, complaint):
        return False
    return user.role == Role.AUDITOR or bool(parts_of(user, complaint)) or bool(must_declare(user, complaint))


def may_do(user: User | None, code: str, complaint: Complaint) -> bool:
    """Whether this person may take this step now."""
    step = STEPS.get(code)
    return (
        step is not None
        and complaint.state in step.states
        and not parts_of(user, complaint).isdisjoint(step.by)
    )


def open_steps(user: User | None, complaint: Complaint) -> list[Step]:
    """The steps this person may take now, in the order of the table."""
    return [step for code, step in STEPS.items() if may_do(user, code, complaint)]


def get(session: Session, user: User, number: str) -> Complaint:
    """The complaint of that number, if this person may see it; the caller logs it. Raises ComplaintNotFound."""
    complaint = session.scalar(select(Complaint).where(Complaint.number == number))
    if complaint is None or not may_read(user, complaint):
        raise ComplaintNotFound(number, refused=True)
    return complaint


def ensure(session: Session, user: User | None, code: str, complaint: Complaint) -> Step:
    """Take the writers' lock, read the complaint as it is now, and raise unless this person may take this step now.

    Raises NotAllowed for the wrong person and WrongStage for the wrong moment.
    """
    events.lock(session)
    session.expire_all()
    step = STEPS[code]
    if parts_of(user, complaint).isdisjoint(step.by):
        raise NotAllowed(code)
    if complaint.state not in step.states:
        raise WrongStage(
            stage=STATES[complaint.state], step=Problem(step.zh, step.en), law=step.law,
            wanted=[STATES[state] for state in step.states], what=WHAT,
        )  # fmt: skip
    return step


def visible(user: User) -> Select[tuple[Complaint]]:
    """The complaints this person may list: the same rule as `may_read`, as one query."""
    complaints = select(Complaint)
    if not may(user, LIST_COMPLAINTS):
        return complaints.where(false())
    named = Complaint.respondent_plain.contains(plain_name(user.name), autoescape=True)
    complaints = complaints.where(not_(named))
    if user.role == Role.AUDITOR:
        return complaints
    own = ComplaintDuty.user_id == user.id
    conflicted = select(ComplaintDuty.complaint_id).where(own, ComplaintDuty.grounds != [])
    complaints = complaints.where(Complaint.id.not_in(conflicted))
    roles = [part for part, roles in PART_ROLES.items() if user.role in roles]
    held = select(ComplaintDuty.complaint_id).where(
        and_(own, ComplaintDuty.ended_at.is_(None), ComplaintDuty.part.in_(roles))
    )
    reached = [Complaint.id.in_(held)]
    if user.role == Role.RECEIVER:
        reached.append(Complaint.organisation_id == user.organisation_id)
    elif user.role == Role.CHIEF:
        within = Complaint.organisation_id.in_(organs_within(user.organisation_id))
        past_their_chief = or_(Complaint.own_chief.is_(True), Complaint.state == ComplaintState.STUB)
        below = Complaint.organisation_id != user.organisation_id
        reached.append(and_(within, or_(below, not_(past_their_chief))))
    return complaints.where(or_(*reached))
