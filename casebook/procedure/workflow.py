"""The one table of steps: from which stages, by whom, to which stage, and the provision behind it.

`docs/workflow.md` is drawn from this table. Whatever it does not grant is refused: the wrong person gets NotAllowed,
the wrong moment WrongStage.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from casebook import events
from casebook.access import may_take_part, stands_back
from casebook.db import utc_now
from casebook.errors import NotAllowed, Problem, WrongStage
from casebook.models import Case, Part, Role, Stage, User

STAGES = {
    Stage.INTAKE: Problem("承办", "With the officer"),
    Stage.REVIEW: Problem("审核", "With the reviewer"),
    Stage.HEARING: Problem("告知与听取申辩", "Hearing of the respondent"),
    Stage.PANEL: Problem("集体审议", "Before the panel"),
    Stage.DECIDED: Problem("已决定，待送达", "Decided, to be served"),
    Stage.NOTIFIED: Problem("已送达", "Notified"),
    Stage.IN_FORCE: Problem("已生效，执行中", "In force"),
    Stage.CORRECTED: Problem("纠错完成", "Corrected"),
    Stage.CLOSED: Problem("已结案", "Closed"),
}
AFTER_DECISION = (Stage.NOTIFIED, Stage.IN_FORCE, Stage.CORRECTED, Stage.CLOSED)
_SANCTIONS = "Law on Administrative Discipline for Public Officials"
DISCUSSED = Problem(
    "政务处分法第四条、监察法（2024）第五十一条",
    f"{_SANCTIONS}, art. 4; Supervision Law (2024 amendment), art. 51",
)
HEARD = Problem(
    "政务处分法第四十三条、党员权利保障条例第三十五条",
    f"{_SANCTIONS}, art. 43; Regulation on the rights of Party members, art. 35",
)
RECUSED = Problem(
    "政务处分法第四十七条、第四十八条、监察法（2024）第六十七条",
    f"{_SANCTIONS}, arts. 47 and 48; Supervision Law (2024 amendment), art. 67",
)
SERVED = Problem("政务处分法第四十五条、第四十六条", f"{_SANCTIONS}, arts. 45 and 46")
APPEALED = Problem(
    "监察法（2024）第五十六条、政务处分法第五十五条至第五十八条",
    f"Supervision Law (2024 amendment), art. 56; {_SANCTIONS}, arts. 55 to 58",
)
PUT_RIGHT = Problem(
    "关于进一步激励广大干部新时代新担当新作为的意见（容纠并举）",
    "Opinions on encouraging cadres to take responsibility (tolerate and correct together)",
)
LIKE_CASES = Problem(
    "最高人民法院关于统一法律适用加强类案检索的指导意见（试行，参照）",
    "Supreme People's Court, guiding opinion on searching similar cases (trial; applied by analogy)",
)
RELEASED = Problem("政务处分法第二十六条", f"{_SANCTIONS}, art. 26")
RETURNED = Problem(
    "党政领导干部选拔任用工作条例组织人事部门问答第四十四问、党员权利保障条例第三十六条",
    "Answers on the regulation on selecting leading cadres, no. 44; Regulation on the rights of Party members, art. 36",
)
DESIGN = Problem("本系统办案流程", "choice of this system")


@dataclass(frozen=True)
class Step:
    """One thing that may be done in a case. `by` names parts in the case; `to` None leaves the stage as it is."""

    code: str
    zh: str
    en: str
    stages: tuple[Stage, ...]
    by: tuple[str, ...]
    to: Stage | None = None
    law: Problem = DESIGN

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


# Which roles may hold a part that a person is assigned to.
PART_ROLES = {
    Part.REVIEWER: {Role.REVIEWER},
    Part.SECOND_REVIEWER: {Role.REVIEWER},
    Part.PANEL: {Role.PANEL, Role.CHIEF},
    Part.CHAIR: {Role.PANEL, Role.CHIEF},
    Part.APPEAL_HANDLER: {Role.OFFICER, Role.REVIEWER, Role.PANEL, Role.CHIEF},
    Part.APPEAL_DECIDER: {Role.PANEL, Role.CHIEF},
}
# Parts beside those a person is assigned to: the officer of the case's organ, its chief, the chief of an organ above.
OFFICER, CHIEF, SUPERIOR = "officer", "chief", "superior"
_ALL = tuple(Stage)
_OPEN = tuple(stage for stage in Stage if stage != Stage.CLOSED)

STEPS = {
    step.code: step
    for step in (
        Step("save", "填写事实", "Enter facts", (Stage.INTAKE,), (OFFICER,)),
        Step("recommend", "生成处理建议", "Get a recommendation", (Stage.INTAKE,), (OFFICER,)),
        Step("attach", "上传材料", "Hand in a file", _OPEN, (OFFICER,)),
        Step("submit", "提请审核", "Submit for review", (Stage.INTAKE,), (OFFICER,), Stage.REVIEW),
        Step("assign_reviewer", "指定审核人", "Assign the reviewer",
             (Stage.REVIEW, Stage.HEARING, Stage.NOTIFIED, Stage.IN_FORCE), (CHIEF,), None, RECUSED),
        Step("assign_second", "指定复评人", "Assign the second reviewer",
             (Stage.REVIEW, Stage.HEARING, Stage.PANEL), (CHIEF,), None, RECUSED),
        Step("review", "填写审核意见", "Write the review", (Stage.REVIEW,), (Part.REVIEWER,)),
        Step("second_review", "填写复评意见", "Write the second opinion",
             (Stage.REVIEW, Stage.HEARING, Stage.PANEL), (Part.SECOND_REVIEWER,)),
        Step("return_to_officer", "退回承办人", "Send back to the officer",
             (Stage.REVIEW,), (Part.REVIEWER,), Stage.INTAKE),
        Step("pass_review", "审核通过，转告知听辩", "Pass the review, on to the hearing",
             (Stage.REVIEW,), (Part.REVIEWER,), Stage.HEARING),
        Step("tell", "告知事实和依据", "Tell the respondent facts and grounds",
             (Stage.HEARING,), (OFFICER,), None, HEARD),
        Step("hear", "记录陈述申辩", "Record the statement and defence", (Stage.HEARING,), (OFFICER,), None, HEARD),
        Step("weigh", "决定是否采纳", "Decide what is adopted", (Stage.HEARING,), (Part.REVIEWER,), None, HEARD),
        Step("return_from_hearing", "申辩后退回承办人", "Send back to the officer after the hearing",
             (Stage.HEARING,), (Part.REVIEWER,), Stage.INTAKE, HEARD),
        Step("personal_link", "为当事人开通本人链接", "Open a personal link for the respondent",
             (Stage.HEARING, Stage.PANEL, Stage.DECIDED, *AFTER_DECISION), (OFFICER,), None, HEARD),
        Step("close_hearing", "听辩结束，转集体审议", "Close the hearing, on to the panel",
             (Stage.HEARING,), (OFFICER,), Stage.PANEL, HEARD),
        Step("seat_panel", "确定审议成员", "Seat the panel", (Stage.PANEL,), (CHIEF,), None, DISCUSSED),
        Step("meet", "召开审议会议", "Hold the meeting", (Stage.PANEL,), (Part.CHAIR,), None, DISCUSSED),
        Step("vote", "表决", "Vote", (Stage.PANEL,), (Part.CHAIR, Part.PANEL), None, DISCUSSED),
        Step("decide", "拟定决定", "Draft the decision", (Stage.PANEL,), (Part.CHAIR,), None, DISCUSSED),
        Step("return_from_panel", "退回审核人", "Send back to the reviewer",
             (Stage.PANEL,), (Part.CHAIR,), Stage.REVIEW, DISCUSSED),
        Step("sign", "签署决定", "Sign the decision", (Stage.PANEL,), (Part.CHAIR,), Stage.DECIDED, DISCUSSED),
        Step("serve", "登记送达", "Record the service",
             (Stage.DECIDED, Stage.NOTIFIED, Stage.IN_FORCE, Stage.CORRECTED), (OFFICER,), None, SERVED),
        Step("notify", "完成送达", "Complete the service", (Stage.DECIDED,), (OFFICER,), Stage.NOTIFIED, SERVED),
        Step("enforce", "登记生效执行", "Put into force", (Stage.NOTIFIED,), (OFFICER,), Stage.IN_FORCE, SERVED),
        Step("order_correction", "下达纠错任务", "Order a correction",
             (Stage.NOTIFIED, Stage.IN_FORCE), (OFFICER,), None, PUT_RIGHT),
        Step("report_correction", "登记整改完成", "Enter that a correction is done",
             (Stage.NOTIFIED, Stage.IN_FORCE), (OFFICER,), None, PUT_RIGHT),
        Step("verify_correction", "核验整改", "Verify a correction",
             (Stage.NOTIFIED, Stage.IN_FORCE), (Part.REVIEWER, CHIEF), None, PUT_RIGHT),
        Step("finish_corrections", "纠错完成", "Conclude the corrections",
             (Stage.IN_FORCE,), (OFFICER,), Stage.CORRECTED, PUT_RIGHT),
        Step("close", "结案", "Close the case", (Stage.CORRECTED,), (CHIEF,), Stage.CLOSED),
        Step("file_appeal", "登记申诉", "Enter an appeal", AFTER_DECISION, (OFFICER,), None, APPEALED),
        Step("admit_late_appeal", "决定是否准许逾期申请", "Decide whether a late appeal is heard",
             AFTER_DECISION, (CHIEF, SUPERIOR), None, APPEALED),
        Step("withdraw_appeal", "登记撤回申诉", "Enter that an appeal is withdrawn",
             AFTER_DECISION, (OFFICER,), None, APPEALED),
        Step("assign_appeal", "指定申诉办理人", "Assign who handles the appeal",
             AFTER_DECISION, (CHIEF, SUPERIOR), None, APPEALED),
        Step("decide_appeal", "作出申诉决定", "Decide the appeal",
             AFTER_DECISION, (Part.APPEAL_DECIDER,), None, APPEALED),
        Step("serve_appeal", "登记送达申诉决定", "Record the service of the result of an appeal",
             AFTER_DECISION, (OFFICER,), None, APPEALED),
        Step("consult", "查阅先例", "Consult precedents", _ALL,
             (OFFICER, CHIEF, *Part), None, LIKE_CASES),
        Step("propose_precedent", "提议列为先例", "Propose as a precedent",
             (Stage.IN_FORCE, Stage.CORRECTED, Stage.CLOSED), (Part.REVIEWER, CHIEF)),
        Step("period_notice", "告知影响期届满", "Tell the person that the period is over",
             AFTER_DECISION, (OFFICER,), None, RELEASED),
        Step("ask_return", "登记重新任职申请", "Enter a report asking to return to office",
             AFTER_DECISION, (OFFICER,), None, RETURNED),
        Step("talk", "登记谈话", "Record a talk", _ALL, (OFFICER, Part.REVIEWER, CHIEF)),
        Step("note_commitment", "登记担当记录", "Enter a commitment observation", _OPEN, (OFFICER, CHIEF)),
        Step("ask_recusal", "提出回避", "Ask for a recusal", _ALL,
             (OFFICER, CHIEF, *Part), None, RECUSED),
        Step("decide_recusal", "决定回避", "Decide a recusal", _ALL, (CHIEF, SUPERIOR), None, RECUSED),
        Step("hand_over", "改派承办人", "Hand the case to another officer", _OPEN, (CHIEF,), None, RECUSED),
        Step("finish_deadline", "登记期限事项办结", "Enter that a deadline is met",
             _ALL, (OFFICER, CHIEF, Part.REVIEWER)),
        Step("change_deadline", "调整期限", "Change a deadline", _ALL, (CHIEF, Part.REVIEWER)),
        Step("issue_paper", "制发文书", "Issue a paper", _ALL, (OFFICER, Part.REVIEWER, Part.CHAIR, CHIEF,
             Part.APPEAL_HANDLER, Part.APPEAL_DECIDER)),
    )
}  # fmt: skip


def parts_of(user: User | None, case: Case) -> set[str]:
    """What this person is in this case: officer, chief, superior, and every part they still hold.

    A part is nobody's whose role no longer fits it, and whoever ever judged the case is no officer of it. Whoever is
    to stand back is nothing in it until that is refused. Where the chief stands back, the chief of the organ above
    also does what is the chief's.
    """
    if user is None or not user.active or not may_take_part(user, case) or stands_back(user, case):
        return set()
    held = [row for row in case.assignments if row.user_id == user.id]
    parts = {str(row.part) for row in held if row.ended_at is None and user.role in PART_ROLES[row.part]}
    if user.role == Role.OFFICER:
        if not held:
            parts.add(OFFICER)
    elif user.role == Role.CHIEF:
        if case.organisation_id == user.organisation_id:
            parts.add(CHIEF)
        elif case.organisation.is_within(user.organisation):
            parts.add(SUPERIOR)
            if any(row.granted and _is_chief_of(row.user, case) for row in case.recusals):
                parts.add(CHIEF)
    return parts


def _is_chief_of(user: User, case: Case) -> bool:
    return user.role == Role.CHIEF and user.organisation_id == case.organisation_id


def may_do(user: User | None, code: str, case: Case) -> bool:
    """Whether this person may take this step now."""
    step = STEPS.get(code)
    return step is not None and case.stage in step.stages and not parts_of(user, case).isdisjoint(step.by)


def ensure(session: Session, user: User | None, code: str, case: Case) -> Step:
    """Take the writers' lock, read the case as it is now, and raise unless this person may take this step now.

    Raises NotAllowed for the wrong person and WrongStage for the wrong moment.
    """
    events.lock(session)
    session.expire_all()
    step = STEPS[code]
    if parts_of(user, case).isdisjoint(step.by):
        raise NotAllowed(code)
    if case.stage not in step.stages:
        raise WrongStage(
            stage=STAGES[case.stage], step=Problem(step.zh, step.en), law=step.law,
            wanted=[STAGES[stage] for stage in step.stages],
        )  # fmt: skip
    return step


def move(session: Session, case: Case, step: Step, by: User, kind: str, rows=(), **detail) -> None:
    """Take the case to the stage the step leads to, with the event that says so."""
    if step.to is None:
        raise ValueError(f"the step {step.code} leads to no other stage")
    events.record(
        session, kind, by, case, rows=rows, **{"from": str(case.stage), "stage": str(step.to), **detail}
    )
    case.stage, case.updated_at = step.to, utc_now()
    session.flush()


def open_steps(user: User | None, case: Case) -> set[str]:
    """The codes of the steps this person may take now."""
    parts = parts_of(user, case)
    return {
        code for code, step in STEPS.items() if case.stage in step.stages and not parts.isdisjoint(step.by)
    }


def next_steps(user: User | None, case: Case) -> list[Step]:
    """The steps this person may take now, in the order of the table."""
    found = open_steps(user, case)
    return [step for code, step in STEPS.items() if code in found]
