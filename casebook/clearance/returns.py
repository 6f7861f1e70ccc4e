"""Return to office (复出): the report of the person, what the rules say of it, and the steps people take.

The rules give advice and decide nothing: the organ's chief approves, against the advice only with a reason, and never
while a provision that was read bars the post in view (党政领导干部选拔任用工作条例组织人事部门问答第四十四问).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.clearance import periods
from casebook.complaints import log
from casebook.complaints.numbers import next_number
from casebook.db import utc_now
from casebook.errors import BadFields, ComplaintNotFound, NotAllowed, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Case, Reinstatement, ReinstatementState, User
from casebook.procedure import workflow
from casebook.procedure.dates import check_day
from rules.complaints import judge_reinstatement
from rules.reinstatement import REMOVED
from rules.vocabulary import BadValue, check_value, vocabulary

STATES = {
    ReinstatementState.REPORTED: Problem("正在审核", "Being examined"),
    ReinstatementState.EXAMINED: Problem("待审批", "Waits for approval"),
    ReinstatementState.APPROVED: Problem("同意重新任职", "Approved"),
    ReinstatementState.REFUSED: Problem("不同意重新任职", "Refused"),
    ReinstatementState.RESTORED: Problem("已重新任职", "Returned to office"),
}
OPEN = (ReinstatementState.REPORTED, ReinstatementState.EXAMINED, ReinstatementState.APPROVED)
BEFORE_APPROVAL = (ReinstatementState.REPORTED, ReinstatementState.EXAMINED)
SUPERIOR = "superior_approval_obtained"
BY_HAND = (
    "performance_after", "incident_settled", "reflection_ok", "suitable_post_exists", "no_other_impediment",
    SUPERIOR,
)  # fmt: skip
OF_PERSON = (
    "subject_category", "subject_is_party_member", "subject_is_leading_cadre", "subject_retired_or_left",
    "conduct_region",
)  # fmt: skip
DISMISSED, DEMOTED = ("G6", "I4"), ("G4", "G5", "P3", "I3")
OWN_TEXTS = ("grassroots_org_manager", "soe_manager", "institution_manager", "institution_other")
LONGEST = {"post": 200, "words": 4000}


@dataclass(frozen=True)
class Note:
    """Something to keep in mind that is no rule here; `rule` names a provision that is shown and not applied."""

    words: Problem
    rule: bool = False


def notes(codes: set[str], category: str) -> list[Note]:
    """What a reader has to know beside the advice, by the measures and the person's category."""
    found = []
    if codes.intersection(DEMOTED):
        found.append(
            Note(Problem(
                "受降级、撤职或者撤销党内职务的，期满解除不视为恢复原级别、原职务，重新任职另按规定办理（政务处分法第二十六条）。",
                "Who was demoted or removed does not get the former grade or post back when the period is over; a "
                "new post follows the rules for it (Law on Administrative Discipline for Public Officials, art. 26).",
            ))
        )  # fmt: skip
    if category in OWN_TEXTS:
        found.append(
            Note(Problem(
                "村（社区）、国有企业和事业单位人员适用各自的任职规定，本审核意见仅供参考。",
                "Staff of villages, State enterprises and public institutions have texts of their own; the answer here "
                "is for orientation only.",
            ))
        )  # fmt: skip
    found.append(
        Note(Problem(
            "有的地方规定，干部群众意见分歧较大的，应当暂缓任用。该规定来源尚未核实，只作提示，不作为审核条件。",
            "Some places postpone a return where opinion on the person is strongly divided. The source is not "
            "verified: this is a note, no condition.",
        ), rule=True)
    )  # fmt: skip
    return found


def known_facts(session: Session, case: Case, post_level: str, on: date) -> dict:
    """What the record says of the outcome on that day, in the vocabulary of the rules."""
    found = periods.clock(session, case, on)
    if found is None:
        return {}
    steps = list(dict.fromkeys(line.measure.step for line in found.lines))
    facts: dict[str, object] = {
        name: value
        for name, value in found.decision.recommendation.content["facts"].items()
        if name in OF_PERSON and value is not None
    }
    facts["outcome_kind"] = steps
    if sanctions := [step for step in steps if step[0] in "PGI"]:
        facts["sanction_kind"] = sanctions
    facts["outcome_effective_date"] = found.decision.effective_on.isoformat()
    facts["assessment_date"] = on.isoformat()
    # Of a removal the rules know the year without office and the second one without a higher post apart.
    others = [line for line in found.lines if line.measure.step != REMOVED]
    ends = [line.ends_on for line in others if line.ends_on]
    if ends and not found.lasting and all(line.state != periods.UNSTATED for line in others):
        facts["influence_period_end"] = max(ends).isoformat()
    if found.expired is not None and len(others) == len(found.lines):
        facts["influence_period_expired"] = found.expired
    if post_level:
        facts["proposed_post_level"] = post_level
    return facts


def ask(
    session: Session,
    case: Case,
    by: User,
    *,
    reported_on: date,
    post: str = "",
    post_level: str = "",
    superior_needed: bool = False,
    by_hand: Mapping[str, object] | None = None,
    on: date,
) -> Reinstatement:
    """Enter the written report of a person who asks to return to office, with the advice of the rules on that day.

    Raises BadFields; NotReady where no decision stands, where the person was dismissed, or a report is open already.
    """
    workflow.ensure(session, by, "ask_return", case)
    found = periods.clock(session, case, on)
    if missing := impossible(session, case, found):
        raise NotReady(missing)
    errors: dict[str, Problem] = {}
    post = check_text(errors, "post", post, LONGEST["post"], one_line=True)
    check_day(errors, "reported_on", reported_on, since=found.decision.effective_on, until=on)
    if post_level and post_level not in vocabulary().facts["proposed_post_level"].values:
        errors["post_level"] = Problem("请选择拟任职务层级。", "Choose the level of the post.")
    known = _by_hand(errors, by_hand or {})
    if errors:
        raise BadFields(errors)
    facts = {**known_facts(session, case, post_level, on), **known}
    row = Reinstatement(
        number=next_number(session, case.organisation, "reinstatement", on.year),
        organisation_id=case.organisation_id, case_id=case.id, decision_id=found.decision.id,
        state=ReinstatementState.REPORTED, reported_on=reported_on, post=post, post_level=post_level,
        superior_needed=superior_needed, facts=facts, advice=judge_reinstatement(facts, on), by_id=by.id, at=utc_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    log.record(session, "return.asked", by, row, case=case, rows=[row])
    return row


def enter_facts(
    session: Session, row: Reinstatement, by: User, by_hand: Mapping[str, object], on: date
) -> Reinstatement:
    """Enter what the inquiry found of the conditions; the advice is asked anew, as of that day. Raises BadFields."""
    _ensure(session, row, by, "enter_facts")
    errors: dict[str, Problem] = {}
    known = _by_hand(errors, by_hand)
    if errors:
        raise BadFields(errors)
    ask_rules(session, row, on, known)
    row.version += 1
    log.record(session, "return.facts", by, row, case=row.case, rows=[row])
    return row


def ask_rules(
    session: Session, row: Reinstatement, on: date, by_hand: Mapping[str, object] | None = None
) -> None:
    """Put the facts of that day and the advice on them into the row; without `by_hand`, what was entered stays."""
    if by_hand is None:
        by_hand = {name: row.facts[name] for name in BY_HAND if name in row.facts}
    row.facts = {**known_facts(session, row.case, row.post_level, on), **by_hand}
    row.advice = judge_reinstatement(row.facts, on)


def conditions(row: Reinstatement) -> list[dict]:
    """Every condition as it stood when the rules were asked; an advice from before they were listed is read again."""
    if "conditions" in row.advice:
        return row.advice["conditions"]
    return judge_reinstatement(row.facts, date.fromisoformat(row.facts["assessment_date"]))["conditions"]


def returns_of(session: Session, case: Case) -> list[Reinstatement]:
    """The reports on a case, newest first."""
    return list(
        session.scalars(
            select(Reinstatement).where(Reinstatement.case_id == case.id).order_by(Reinstatement.id.desc())
        )
    )


def visible(user: User) -> Select[tuple[Reinstatement]]:
    """The returns this person may list: those of the cases they may read. Nobody lists their own."""
    if not access.may(user, access.LIST_RETURNS):
        return select(Reinstatement).where(false())
    cases = access.visible_cases(user).with_only_columns(Case.id)
    return select(Reinstatement).where(Reinstatement.case_id.in_(cases)).order_by(Reinstatement.id.desc())


def listed(session: Session, by: User) -> list[Reinstatement]:
    """The returns this person may list, newest first; the reading is logged."""
    events.record(session, "returns.listed", by)
    return [row for row in session.scalars(visible(by)) if may_read(by, row)]


def get(session: Session, user: User, number: str) -> Reinstatement:
    """The return of that number, if this person may see it; its reading is logged. Raises ComplaintNotFound."""
    row = session.scalar(select(Reinstatement).where(Reinstatement.number == number))
    if row is None or not may_read(user, row):
        raise ComplaintNotFound(number, refused=True)
    log.record(session, "return.read", user, row, case=row.case)
    return row


def may_read(user: User | None, row: Reinstatement) -> bool:
    """Whoever may read the case; never the person it is about."""
    return (
        access.may(user, access.LIST_RETURNS)
        and access.may_read(user, row.case)
        and user.name != row.case.respondent.name
    )


def may_enter_facts(user: User | None, row: Reinstatement) -> bool:
    """Whether this person may say now what was found of the conditions."""
    return (
        may_read(user, row)
        and row.state in BEFORE_APPROVAL
        and not any(one.kind == "approval" for one in row.opinions)
        and workflow.may_do(user, "ask_return", row.case)
    )


def _ensure(session: Session, row: Reinstatement, by: User, step: str) -> None:
    events.lock(session)
    session.expire_all()
    if not may_enter_facts(by, row):
        raise NotAllowed(step)


def impossible(session: Session, case: Case, found: periods.Clock | None) -> list[Problem]:
    """Why no report can be entered now, whoever enters it; `found` is the clock of the case."""
    if found is None:
        return [Problem("没有现行有效的决定。", "No decision stands.")]
    codes = {line.measure.code for line in found.lines}
    if codes.intersection(DISMISSED):
        return [
            Problem(
                "受开除处分的，人事关系已经解除，不适用重新任职程序；再次录用、聘用按有关规定办理",
                "Whoever was dismissed has no employment left to return to; a new one follows its own texts",
            ).by(workflow.RELEASED)
        ]
    if any(row.state in OPEN for row in returns_of(session, case)):
        return [
            Problem("已有一件重新任职申请正在办理。", "A report on the same case is being examined already.")
        ]
    return []


def _by_hand(errors: dict[str, Problem], given: Mapping[str, object]) -> dict:
    """The conditions that people enter; what is left open is left out."""
    found = {}
    for name, value in given.items():
        if name not in BY_HAND:
            raise ValueError(f"found the fact {name!r}; expected one of {BY_HAND}")
        if value is None or value == "":
            continue
        try:
            check_value(vocabulary().facts[name], value)
        except BadValue as bad:
            errors[name] = Problem(f"应为{bad.expected('zh')}。", f"Expected {bad.expected('en')}.")
        else:
            found[name] = value
    return found
