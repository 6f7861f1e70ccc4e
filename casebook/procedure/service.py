"""After the signature: service on person and unit, entry into force, the end of periods, and the end of the case.

Functions flush and never commit.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Appeal, Case, Correction, Decision, ImposedMeasure, Service, User
from casebook.procedure import workflow
from casebook.procedure.dates import check_day
from casebook.procedure.decide import signed_decisions, standing_decision

PERSON, UNIT, ANNOUNCED, FILED, FORMALITIES = "person", "unit", "announced", "filed", "formalities"
KINDS = {
    PERSON: Problem("送达本人", "Served on the person"),
    UNIT: Problem("送达所在单位", "Served on the unit"),
    ANNOUNCED: Problem("在一定范围内宣布", "Announced"),
    FILED: Problem("存入个人档案、报送备案", "Placed on the personal file and reported"),
    FORMALITIES: Problem("办理职务、工资等变更手续", "Formalities of post and pay"),
}
CLOSINGS = {
    "carried_out": Problem("决定已经执行，纠错已经完成", "The decision is carried out and corrected"),
    "tolerated": Problem("予以容错，纠错已经完成", "Tolerated, and corrected"),
    "withdrawn": Problem("撤销案件", "The case is withdrawn"),
    "revoked": Problem("原决定经申诉撤销，不再追究", "The decision was revoked on appeal"),
    "transferred": Problem("移送有管辖权的机关", "Transferred to the competent organ"),
}
HARD = (
    "party_accountability",
    "organisational_handling",
    "party_discipline",
    "state_sanction",
    "institution",
)
WITH_FORMALITIES = {"G4", "G5", "G6", "I3", "I4", "P3", "P4a", "P4b", "P5", "5", "6", "7a", "7b", "7c", "8"}
ANNOUNCED_BY = Problem(
    "政务处分法第四十六条", "Law on Administrative Discipline for Public Officials, art. 46"
)
FILED_BY = Problem("政务处分法第五十四条", "Law on Administrative Discipline for Public Officials, art. 54")
PARTY_ANNOUNCED_BY = Problem(
    "中国共产党纪律处分条例（条号待核）", "CPC disciplinary regulation (article still to be checked)"
)
LONGEST = {"recipient": 200, "how": 200}
_TRIGGERS = {PERSON: "person_served", UNIT: "unit_served"}


@dataclass(frozen=True)
class Task:
    """One thing that has to be done with a decision, the provision, and what was done."""

    kind: str
    law: Problem
    done: tuple[Service, ...]

    @property
    def open(self) -> bool:
        return not self.done


def tasks(session: Session, decision: Decision) -> list[Task]:
    """What is still to be served, announced, filed and formally done, by the measures of the decision."""
    regimes = {one.regime for one in decision.measures}
    codes = {one.code for one in decision.measures}
    law = {
        PERSON: workflow.SERVED if "state_sanction" in regimes else workflow.DESIGN,
        UNIT: workflow.SERVED if "state_sanction" in regimes else workflow.DESIGN,
    }
    if regimes & {"state_sanction", "institution"}:
        law[ANNOUNCED] = ANNOUNCED_BY
    elif regimes & {"party_discipline"}:
        law[ANNOUNCED] = PARTY_ANNOUNCED_BY
    if regimes & set(HARD) or codes & {"3"}:
        law[FILED] = FILED_BY if "state_sanction" in regimes else workflow.DESIGN
    if codes & WITH_FORMALITIES:
        law[FORMALITIES] = FILED_BY if "state_sanction" in regimes else workflow.DESIGN
    served = services_of(session, decision)
    return [
        Task(kind, law[kind], tuple(row for row in served if row.kind == kind))
        for kind in KINDS
        if kind in law
    ]


def record_service(
    session: Session,
    case: Case,
    by: User,
    *,
    kind: str,
    recipient: str,
    how: str,
    served_on: date,
) -> Service:
    """Record that the decision was served, announced, filed, or its formalities done. It stays as it is.

    Raises BadFields (also a second service on the person), NotReady where no decision stands.
    """
    workflow.ensure(session, by, "serve", case)
    decision = _standing(session, case)
    errors: dict[str, Problem] = {}
    if kind not in KINDS:
        errors["kind"] = Problem("请选择事项。", "Choose what was done.")
    elif kind == PERSON and any(row.kind == PERSON for row in services_of(session, decision)):
        errors["kind"] = Problem("已经登记送达本人。", "Service on the person is on record already.")
    recipient = check_text(errors, "recipient", recipient, LONGEST["recipient"], required=True, one_line=True)
    how = check_text(errors, "how", how, LONGEST["how"], required=True, one_line=True)
    check_day(errors, "served_on", served_on, since=decision.decided_on)
    if errors:
        raise BadFields(errors)
    first = not any(row.kind == kind for row in services_of(session, decision))
    service = Service(
        case_id=case.id, decision_id=decision.id, kind=kind, recipient=recipient, how=how, served_on=served_on,
        by_id=by.id, at=utc_now(),
    )  # fmt: skip
    session.add(service)
    session.flush()
    events.record(
        session, "decision.served", by, case, rows=[service], decision=decision.id, what=kind,
        served_on=served_on.isoformat(),
    )  # fmt: skip
    if first and kind in _TRIGGERS:
        _tell_clocks(session, case, _TRIGGERS[kind], served_on, by, decision)
    return service


def notify(session: Session, case: Case, by: User) -> Decision:
    """Conclude the service: person and unit have the decision. Raises NotReady naming who has not."""
    step = workflow.ensure(session, by, "notify", case)
    decision = _standing(session, case)
    served = {row.kind: row for row in services_of(session, decision)}
    missing = [_not_on_record(kind, workflow.SERVED) for kind in (PERSON, UNIT) if kind not in served]
    if missing:
        raise NotReady(missing)
    on = max(served[PERSON].served_on, served[UNIT].served_on)
    workflow.move(session, case, step, by, "decision.notified", decision=decision.id, on=on.isoformat())
    _tell_clocks(session, case, "notified", on, by, decision)
    return decision


def enforce(session: Session, case: Case, by: User, *, on: date) -> Decision:
    """Enter that the decision is in force and carried out from a day on; an appeal does not hold it up.

    Raises BadFields (before it takes effect), NotReady where formalities are not done.
    """
    step = workflow.ensure(session, by, "enforce", case)
    decision = _standing(session, case)
    errors: dict[str, Problem] = {}
    check_day(errors, "on", on, since=max(decision.effective_on, decision.decided_on))
    if errors:
        raise BadFields(errors)
    if missing := _open_tasks(session, decision):
        raise NotReady(missing)
    workflow.move(session, case, step, by, "decision.enforced", decision=decision.id, on=on.isoformat())
    _tell_clocks(session, case, "enforced", on, by, decision)
    return decision


def close(session: Session, case: Case, by: User, *, code: str, on: date) -> None:
    """Close the case, for a reason from the list. Periods run on by themselves; deadlines end.

    Raises BadFields, NotReady: an appeal is open, a correction is not done, something is not served or filed.
    """
    step = workflow.ensure(session, by, "close", case)
    if code not in CLOSINGS:
        raise BadFields({"code": Problem("请选择结案原因。", "Choose the reason.")})
    if missing := closing_problems(session, case):
        raise NotReady(missing)
    deadlines.meet(session, case, "closed", on, by)
    deadlines.stop(session, case, by, "结案")
    workflow.move(session, case, step, by, "case.closed", code=code, on=on.isoformat())


def closing_problems(session: Session, case: Case) -> list[Problem]:
    """What keeps the case open."""
    decision = standing_decision(session, case)
    missing = _open_tasks(session, decision) if decision else []
    corrections = select(Correction).where(
        Correction.case_id == case.id, Correction.state.in_(("open", "done"))
    )
    if session.scalars(corrections).first() is not None:
        missing.append(Problem("尚有纠错任务没有核验。", "A correction has not been verified."))
    appeals = select(Appeal).where(Appeal.case_id == case.id, Appeal.outcome == "")
    if session.scalars(appeals).first() is not None:
        missing.append(Problem("申诉尚未办结。", "An appeal is open.").by(workflow.APPEALED))
    return missing


def _open_tasks(session: Session, decision: Decision) -> list[Problem]:
    """What is not served, announced, filed or formally done yet."""
    return [_not_on_record(task.kind, task.law) for task in tasks(session, decision) if task.open]


def _not_on_record(kind: str, law: Problem) -> Problem:
    return Problem(f"尚未登记：{KINDS[kind].zh}。", f"Not on record: {KINDS[kind].en}.").by(law)


def read_decisions(session: Session, case: Case, by: User) -> list[Decision]:
    """Every signed decision of the case, oldest first; the reading is logged."""
    events.record(session, "decision.read", by, case)
    return signed_decisions(session, case)


def services_of(session: Session, decision: Decision) -> list[Service]:
    return list(
        session.scalars(select(Service).where(Service.decision_id == decision.id).order_by(Service.id))
    )


def release_due(session: Session, today: date, case: Case | None = None) -> list[ImposedMeasure]:
    """Release every measure whose period is over, as the law says, without anybody's request (政务处分法第二十六条).

    The day of release is the one after the last; an event says so. `case` None: in every case.
    """
    over = (
        select(ImposedMeasure)
        .join(Decision)
        .where(
            Decision.signed_at.is_not(None), Decision.ended_on.is_(None), ImposedMeasure.released_on.is_(None),
            ImposedMeasure.ends_on < today,
        )
        .order_by(Decision.case_id, ImposedMeasure.id)
    )  # fmt: skip
    if case is not None:
        over = over.where(Decision.case_id == case.id)
    if session.scalars(over.limit(1)).first() is None:
        return []
    events.lock(session)
    session.expire_all()
    found = list(session.scalars(over))
    for measure in found:
        measure.released_on, measure.released_why = measure.ends_on + timedelta(days=1), "影响期届满"
        events.record(
            session, "measure.released", None, measure.decision.case, rows=[measure],
            measure=measure.id, code=measure.code, on=measure.released_on.isoformat(),
        )  # fmt: skip
    return found


def _tell_clocks(session: Session, case: Case, trigger: str, on: date, by: User, decision: Decision) -> None:
    ref = f"decision:{decision.id}"
    regimes = frozenset(one.regime for one in decision.measures)
    deadlines.meet(session, case, trigger, on, by, ref=ref)
    deadlines.start(session, case, trigger, on, by, ref=ref, regimes=regimes)


def _standing(session: Session, case: Case) -> Decision:
    decision = standing_decision(session, case)
    if decision is None:
        raise NotReady([Problem("没有现行有效的决定。", "No decision stands.")])
    return decision
