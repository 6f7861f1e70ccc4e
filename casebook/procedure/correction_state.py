"""How far the corrections of a case are: open, failed and followed, and what stands in the way of the end."""

import re
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from casebook import events
from casebook.clocks.deadlines import OWN
from casebook.errors import Problem
from casebook.fields import plain_name
from casebook.models import Case, Correction, Deadline, User
from casebook.procedure.decide import standing_decision
from casebook.procedure.workflow import PUT_RIGHT
from rules.corrections import table

OPEN, DONE, VERIFIED, FAILED, LIFTED = "open", "done", "verified", "failed", "lifted"
FAILURES = {
    "not_done": Problem("未实际整改", "Nothing was done"),
    "partly": Problem("整改不到位", "Done in part only"),
    "no_proof": Problem("证明材料不足或者不实", "The evidence is missing or untrue"),
    "recurred": Problem("问题反弹", "The error has come back"),
}
# Stands as the measure of an error that needs none.
NOTHING_LEFT = {
    "none_already": Problem("作出决定前已经整改到位", "Put right before the decision"),
    "none_irreparable": Problem("客观上已无法补救", "It can no longer be remedied"),
    "none_elsewhere": Problem(
        "其他机关已责令整改并跟踪", "Another organ has ordered the correction and follows it up"
    ),
}
_BETWEEN_NAMES = re.compile(r"[、，,；;/（）()：:]+")
WITH_ERROR = ("tolerate", "correct", "hold_accountable")


def ref_of(correction: Correction) -> str:
    return f"correction:{correction.id}"


def all_of(session: Session, case: Case) -> list[Correction]:
    """The corrections of a case, oldest first."""
    return list(session.scalars(_of(case)))


def corrections_of(session: Session, case: Case) -> list[Correction]:
    """The corrections of a case, oldest first, with the people and files that a page names."""
    named = (Correction.by, Correction.done_by, Correction.verified_by, Correction.attachment)
    return list(session.scalars(_of(case).options(*map(joinedload, named))))


def read_corrections(session: Session, by: User, case: Case) -> list[Correction]:
    """The same for a page; the reading is logged."""
    events.record(session, "corrections.read", by, case)
    return corrections_of(session, case)


def missing_to_finish(session: Session, case: Case) -> list[Problem]:
    """What still stands in the way of concluding the corrections."""
    every = all_of(session, case)
    found = []
    for correction in every:
        if problem := _unsettled(every, correction):
            found.append(problem)
    answered = any(correction.state != LIFTED for correction in every)
    decision = standing_decision(session, case)
    if decision and decision.disposition in WITH_ERROR and not answered:
        found.append(
            Problem(
                "查明有失误（含予以容错的），至少应当下达一项纠错任务，或者写明无需整改的理由。",
                "An error was found, tolerated or not: order at least one correction, or say why there is nothing to "
                "put right.",
            ).by(PUT_RIGHT)
        )
    return found


def due_days(session: Session, case: Case) -> dict[int, date]:
    """The day by which each correction is to be done, as it stands after extensions, by the correction's number."""
    rows = session.scalars(
        select(Deadline).where(
            Deadline.case_id == case.id, Deadline.limit_code == OWN, Deadline.ref.startswith("correction:")
        )
    )
    return {int(row.ref.partition(":")[2]): row.due_on for row in rows}


def follower(every: Sequence[Correction], correction: Correction) -> Correction | None:
    """The correction that took the place of a failed one."""
    return next((one for one in every if one.follows_id == correction.id), None)


def times_failed(every: Sequence[Correction], correction: Correction) -> int:
    """How many corrections before this one failed in its place."""
    by_id = {one.id: one for one in every}
    times = 0
    while correction.follows_id is not None:
        times, correction = times + 1, by_id[correction.follows_id]
    return times


def raised(every: Sequence[Correction]) -> list[Correction]:
    """Those that failed again, whose follow-up is to be ordered: organisational handling is to be considered."""
    return [one for one in every if one.state == FAILED and one.follows_id and not follower(every, one)]


def is_responsible(correction: Correction, user: User) -> bool:
    """Whether the person named as responsible, or one of several, has the name of this account."""
    named = {
        plain_name(part) for part in (correction.responsible, *_BETWEEN_NAMES.split(correction.responsible))
    }
    return plain_name(user.name) in named


def may_verify(correction: Correction, user: User) -> bool:
    """Whether this person is neither who reported the correction nor who is responsible for it."""
    return correction.done_by_id != user.id and not is_responsible(correction, user)


def _of(case: Case) -> Select[tuple[Correction]]:
    return select(Correction).where(Correction.case_id == case.id).order_by(Correction.id)


def _unsettled(every: Sequence[Correction], correction: Correction) -> Problem | None:
    name = table().errors[correction.error_code].title
    if correction.state == OPEN:
        return Problem(
            f"第 {_place(every, correction)} 项（{name.zh}）尚未整改完成，请登记完成情况。",
            f"No. {_place(every, correction)} ({name.en}) is not done yet: enter its completion.",
        )
    if correction.state == DONE:
        return Problem(
            f"第 {_place(every, correction)} 项（{name.zh}）尚未核验，请由其他人员核验。",
            f"No. {_place(every, correction)} ({name.en}) is not verified yet: another person verifies it.",
        )
    if correction.state == FAILED and not follower(every, correction):
        return Problem(
            f"第 {_place(every, correction)} 项（{name.zh}）核验不通过，请重新下达并确定新的期限。",
            f"No. {_place(every, correction)} ({name.en}) failed: order a follow-up with a new day.",
        )
    return None


def _place(every: Sequence[Correction], correction: Correction) -> int:
    return [one.id for one in every].index(correction.id) + 1
