"""The question of recusal (回避): its grounds, who answered it when, and what a declared ground does at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import events
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Appeal, Assignment, Case, Declaration, Recusal, Step, User
from casebook.procedure import workflow
from casebook.procedure.independence import stands_back
from rules.vocabulary import vocabulary

LONGEST_REASON = 1000


def grounds() -> list[str]:
    """The codes of the grounds of recusal, in the order of the vocabulary."""
    return list(vocabulary().facts["handler_conflict"].values)


def ground_label(code: str, lang: str) -> str:
    return vocabulary().facts["handler_conflict"].choice_label(code, lang)


def declare(
    session: Session,
    case: Case,
    by: User,
    step: Step,
    grounds: list[str],
    reason: str = "",
    *,
    appeal: Appeal | None = None,
) -> Declaration:
    """Answer the question of recusal; an empty list says there is no ground.

    A declared ground asks for the recusal at once: until it is decided the person does nothing in the case
    (PD2020 47). Raises BadFields, NotAllowed.
    """
    workflow.ensure(session, by, "ask_recusal", case)
    errors: dict[str, Problem] = {}
    found = checked_grounds(errors, grounds)
    reason = checked_reason(errors, reason, required="other" in found)
    if errors:
        raise BadFields(errors)
    now = utc_now()
    parts = [str(row.part) for row in current(case) if row.user_id == by.id]
    declaration = Declaration(
        case_id=case.id, user_id=by.id, step=Step(step), part=parts[0] if parts else _standing_part(by, case),
        appeal_id=appeal.id if appeal else None, grounds=found, reason=reason, at=now,
    )  # fmt: skip
    rows = [declaration]
    if found:
        rows.append(
            Recusal(
                case_id=case.id, user_id=by.id, asked_by="self", entered_by_id=by.id, grounds=found,
                reason=reason, at=now,
            )
        )  # fmt: skip
    session.add_all(rows)
    session.flush()
    events.record(session, "recusal.declared", by, case, rows=rows, step=str(step), grounds=len(found))
    session.expire(case, ["recusals"])
    return declaration


def find_declaration(
    session: Session, case: Case, user: User, step: Step, *, appeal: Appeal | None = None
) -> Declaration | None:
    """The last answer of this person for this step, given since they were last assigned in the case."""
    given = select(Declaration).where(
        Declaration.case_id == case.id, Declaration.user_id == user.id, Declaration.step == Step(step),
        Declaration.appeal_id.is_not_distinct_from(appeal.id if appeal else None),
    )  # fmt: skip
    since = [row.at for row in current(case) if row.user_id == user.id]
    if since:
        given = given.where(Declaration.at >= max(since))
    return session.scalar(given.order_by(Declaration.id.desc()).limit(1))


def ensure_declared(
    session: Session, case: Case, user: User, step: Step, *, appeal: Appeal | None = None
) -> None:
    """Raise NotReady unless this person answered the question of recusal for this step, and nothing stands in the way.

    A declared ground stands in the way until whoever decides has refused the recusal.
    """
    declaration = find_declaration(session, case, user, step, appeal=appeal)
    if declaration is None:
        raise NotReady([_not_declared(user, Step(step))])
    if not declaration.grounds:
        return
    refused = any(
        row.granted is False and row.user_id == user.id and set(declaration.grounds) <= set(row.grounds)
        for row in case.recusals
    )
    if not refused or stands_back(session, case, user):
        raise NotReady(
            [
                Problem(
                    f"{user.name} 申报了回避情形，在作出不予回避的决定之前不得继续办理。",
                    f"{user.name} has declared a ground of recusal and may not go on until the recusal is refused.",
                ).by(workflow.RECUSED)
            ]
        )


def declarations_of(session: Session, case: Case) -> list[Declaration]:
    """Every answer to the question of recusal, latest first."""
    rows = select(Declaration).where(Declaration.case_id == case.id).options(joinedload(Declaration.user))
    return list(session.scalars(rows.order_by(Declaration.id.desc())))


def current(case: Case) -> list[Assignment]:
    """The assignments that have not ended."""
    return [row for row in case.assignments if row.ended_at is None]


def checked_grounds(errors: dict[str, Problem], found: list[str]) -> list[str]:
    known = grounds()
    if not isinstance(found, list | tuple) or not set(found) <= set(known):
        errors["grounds"] = Problem("请从所列回避情形中选择。", "Choose from the listed grounds of recusal.")
        return []
    return [code for code in known if code in found]


def checked_reason(errors: dict[str, Problem], reason: str, *, required: bool) -> str:
    return check_text(errors, "reason", reason, LONGEST_REASON, required=required)


def _not_declared(user: User, step: Step) -> Problem:
    moment = {
        Step.ASSIGNMENT: ("接手本案时", "when taking on the case"),
        Step.DECISION: ("作出决定前", "before the decision"),
        Step.APPEAL: ("办理申诉前", "before the appeal"),
    }[step]
    return Problem(
        f"{user.name} 尚未就回避作出{moment[0]}的声明，请先在“回避”页声明。",
        f"{user.name} has not answered the question of recusal {moment[1]}. Answer it on the page “Recusal” first.",
    ).by(workflow.RECUSED)


def _standing_part(user: User, case: Case) -> str:
    parts = workflow.parts_of(user, case)
    return next(part for part in (workflow.OFFICER, workflow.CHIEF, *sorted(parts)) if part in parts)
