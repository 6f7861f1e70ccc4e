"""Putting right (纠错): every error found is ordered corrected, reported done with evidence, and verified by another.

A failed correction is followed by another with a new day; failing again raises the question of organisational
handling, which people decide. Sources: 容纠并举 of the Opinions of 2018; ADM2005 art. 5 for what is not corrected.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Attachment, Case, Correction, User
from casebook.procedure import workflow
from casebook.procedure.correction_state import (
    DONE,
    FAILED,
    FAILURES,
    LIFTED,
    NOTHING_LEFT,
    OPEN,
    VERIFIED,
    all_of,
    follower,
    may_verify,
    missing_to_finish,
    raised,
    ref_of,
    standing_decision,
    times_failed,
)
from casebook.procedure.dates import check_day
from rules.corrections import table

# Corrective measures that the ladder has too: the measures of a decision that carry each.
DECIDED_FIRST = {
    "admonition": lambda imposed: imposed.code in ("3", "3q"),
    "organisational": lambda imposed: imposed.regime == "organisational_handling",
}
_LATEST = timedelta(days=5 * 366)
_LONGEST = {"error": 2000, "measure": 2000, "words": 5000, "responsible": 100, "unit": 100}


def order(
    session: Session,
    case: Case,
    by: User,
    *,
    error_code: str,
    error: str,
    responsible: str,
    unit: str,
    measure_code: str,
    measure: str,
    due_on: date,
    today: date,
    follows_id: int | None = None,
) -> Correction:
    """Open a correction: what went wrong, who puts it right, how and until when.

    `follows_id` names the failed correction whose place it takes. Raises BadFields, NotReady, NotAllowed, WrongStage.
    """  # fmt: skip
    workflow.ensure(session, by, "order_correction", case)
    errors: dict[str, Problem] = {}
    texts = _texts(errors, error=error, responsible=responsible, unit=unit, measure=measure)
    _check_kind(errors, error_code)
    if measure_code not in table().measures:
        errors["measure_code"] = Problem("请从列出的纠错措施中选择。", "Choose one of the measures listed.")
    elif not may_order(session, case, measure_code, follows_id):
        errors["measure_code"] = _to_be_decided(measure_code)
    if not isinstance(due_on, date):
        errors["due_on"] = Problem("请填写整改期限。", "Enter the day by which it is to be done.")
    elif due_on <= today:
        errors["due_on"] = Problem(
            "整改期限应当在今天之后。", "The day by which it is to be done must lie after today."
        )
    elif due_on - today > _LATEST:
        errors["due_on"] = Problem("整改期限最长为五年。", "The time limit is five years at most.")
    if errors:
        raise BadFields(errors)
    if follows_id is not None:
        _may_follow(all_of(session, case), follows_id)
    correction = Correction(
        case_id=case.id, error_code=error_code, measure_code=measure_code, ordered_on=today, due_on=due_on,
        by_id=by.id, at=utc_now(), state=OPEN, follows_id=follows_id, **texts,
    )  # fmt: skip
    session.add(correction)
    events.record(
        session, "correction.ordered", by, case, rows=_flushed(session, correction), correction=correction.id,
        error=error_code, measure=measure_code, follows=follows_id,
    )  # fmt: skip
    title = table().errors[error_code].title.zh
    deadlines.set_own(session, case, f"整改到位：{title}", due_on, by, ref=ref_of(correction), on=today)
    deadlines.start(session, case, "correction_ordered", today, by, ref=ref_of(correction))
    return correction


def may_order(session: Session, case: Case, measure_code: str, follows_id: int | None = None) -> bool:
    """Whether an officer may order this measure: one that weighs on a person has been decided, or a failure raised it.

    Else it would come without notice, hearing and panel, heavier than what was told or than an appeal left
    (PD2020 43, 56).
    """
    if measure_code not in DECIDED_FIRST:
        return True
    decision = standing_decision(session, case)
    if decision is not None and any(DECIDED_FIRST[measure_code](one) for one in decision.measures):
        return True
    return any(one.id == follows_id for one in raised(all_of(session, case)))


def state_nothing_left(
    session: Session,
    case: Case,
    by: User,
    *,
    error_code: str,
    error: str,
    reason_code: str,
    words: str,
    today: date,
) -> Correction:
    """Say of an error why there is nothing to put right; another person verifies it like any correction.

    Raises BadFields, NotAllowed, WrongStage.
    """  # fmt: skip
    workflow.ensure(session, by, "order_correction", case)
    errors: dict[str, Problem] = {}
    texts = _texts(errors, error=error, words=words)
    _check_kind(errors, error_code)
    if reason_code not in NOTHING_LEFT:
        errors["reason_code"] = Problem("请选择无需整改的理由。", "Choose why there is nothing to put right.")
    if errors:
        raise BadFields(errors)
    respondent = case.respondent
    correction = Correction(
        case_id=case.id, error_code=error_code, error=texts["error"], responsible=respondent.name,
        unit=respondent.unit, measure_code=reason_code, measure="", ordered_on=today, due_on=today, by_id=by.id,
        at=utc_now(), state=DONE, done_on=today, done_words=texts["words"], done_by_id=by.id,
    )  # fmt: skip
    session.add(correction)
    events.record(
        session, "correction.nothing_left", by, case, rows=_flushed(session, correction),
        correction=correction.id, error=error_code, reason=reason_code,
    )  # fmt: skip
    return correction


def report_done(
    session: Session,
    case: Case,
    by: User,
    correction_id: int,
    *,
    done_on: date,
    words: str,
    attachment_id: int | None,
    today: date,
) -> Correction:
    """Enter that a correction was carried out, with the file that shows it.

    The file is one of this case, handed in after the order: what came before shows nothing of it. Raises BadFields,
    NotReady, NotAllowed, WrongStage.
    """  # fmt: skip
    workflow.ensure(session, by, "report_correction", case)
    correction = _one(all_of(session, case), correction_id, OPEN)
    errors: dict[str, Problem] = {}
    texts = _texts(errors, words=words)
    check_day(errors, "done_on", done_on, since=correction.ordered_on, until=today)
    files = session.scalars(select(Attachment).where(Attachment.case_id == case.id))
    attachment = next((file for file in files if file.id == attachment_id), None)
    if attachment is None:
        errors["attachment_id"] = Problem(
            "请选择本案卷内的一份材料作为整改证明。", "Choose a file of this case as evidence."
        )
    elif attachment.at < correction.at:
        errors["attachment_id"] = Problem(
            "这份材料在下达纠错任务之前入卷，不能证明任务已完成。请上传整改后的材料。",
            "This file was handed in before the order and can not show that it was carried out. Hand in a later one.",
        )
    if errors:
        raise BadFields(errors)
    correction.state, correction.done_on, correction.done_words = DONE, done_on, texts["words"]
    correction.done_by_id, correction.attachment_id = by.id, attachment.id
    _record(session, "correction.reported", by, case, correction, attachment=attachment.id)
    deadlines.meet(session, case, "correction_done", done_on, by, ref=ref_of(correction))
    return correction


def verify(
    session: Session,
    case: Case,
    by: User,
    correction_id: int,
    *,
    passed: bool,
    words: str,
    verified_on: date,
    today: date,
    failure_code: str = "",
) -> Correction:
    """Say whether a correction that was reported done is done. A failed one needs a follow-up.

    Never by who reported it, nor by the person responsible for it (their name is their account's). Failing again
    leaves the event "correction.raised": organisational handling is to be considered (ADM2005 art. 5), by people.
    Raises BadFields, NotReady, NotAllowed, WrongStage.
    """  # fmt: skip
    workflow.ensure(session, by, "verify_correction", case)
    every = all_of(session, case)
    correction = _one(every, correction_id, DONE)
    _ensure_another(correction, by)
    errors: dict[str, Problem] = {}
    texts = _texts(errors, words=words)
    check_day(errors, "verified_on", verified_on, since=correction.done_on, until=today)
    if not passed and failure_code not in FAILURES:
        errors["failure_code"] = Problem("请选择核验不通过的原因。", "Choose why it failed.")
    if errors:
        raise BadFields(errors)
    correction.state = VERIFIED if passed else FAILED
    correction.verified_by_id, correction.verified_on = by.id, verified_on
    correction.verified_words = texts["words"]
    if passed:
        _record(session, "correction.verified", by, case, correction)
        deadlines.meet(session, case, "correction_verified", verified_on, by, ref=ref_of(correction))
        return correction
    correction.failure_code = failure_code
    _record(session, "correction.failed", by, case, correction, reason=failure_code)
    if times := times_failed(every, correction):
        events.record(session, "correction.raised", by, case, correction=correction.id, times=times + 1)
    return correction


def lift_all(session: Session, case: Case, by: User, reason: str) -> list[Correction]:
    """Lift every correction that is not settled, because the decision behind it fell. Returns those lifted.

    Called within the step that takes the decision away; what was verified stays as it is.
    """
    events.lock(session)
    every = all_of(session, case)
    lifted = [
        one
        for one in every
        if one.state in (OPEN, DONE) or (one.state == FAILED and not follower(every, one))
    ]
    for correction in lifted:
        correction.state, correction.verified_words = LIFTED, reason
        deadlines.stop(session, case, by, reason, ref=ref_of(correction))
    if lifted:
        ids = [correction.id for correction in lifted]
        events.record(session, "correction.lifted", by, case, rows=lifted, corrections=ids)
    return lifted


def finish(session: Session, case: Case, by: User, today: date) -> None:
    """Conclude the corrections of a case: nothing is left open, and no error found was left without an answer.

    Raises NotReady with everything that is missing, NotAllowed, WrongStage.
    """
    step = workflow.ensure(session, by, "finish_corrections", case)
    if missing := missing_to_finish(session, case):
        raise NotReady(missing)
    count = len(all_of(session, case))
    workflow.move(session, case, step, by, "corrections.finished", corrections=count)
    deadlines.meet(session, case, "corrections_finished", today, by)


def _ensure_another(correction: Correction, by: User) -> None:
    if not may_verify(correction, by):
        raise NotReady([
            Problem(
                "登记完成的人员和整改责任人本人不得核验，请由其他人员核验。",
                "Neither who reported the correction nor who is responsible for it may verify it; another person must.",
            )
        ])  # fmt: skip


def _one(every: Sequence[Correction], correction_id: int, state: str) -> Correction:
    correction = next((one for one in every if one.id == correction_id), None)
    if correction is None or correction.state != state:
        raise NotReady([
            Problem(
                "这项纠错任务不存在，或者其状态已经变化。请刷新页面核对。",
                "There is no such correction, or it has moved on meanwhile. Load the page again.",
            )
        ])  # fmt: skip
    return correction


def _may_follow(every: Sequence[Correction], follows_id: int) -> None:
    if follower(every, _one(every, follows_id, FAILED)):
        raise NotReady([
            Problem("这项任务已经重新下达。", "A follow-up of this correction has been ordered already.")
        ])  # fmt: skip


def _to_be_decided(measure_code: str) -> Problem:
    title = table().measures[measure_code].title
    return Problem(
        f"现行决定没有“{title.zh}”，不能作为纠错措施直接下达：应当先告知、听取陈述申辩并经集体审议（政务处分法第四十三条）。",
        f"The decision that stands has no “{title.en}”; it is not ordered as a correction before notice, hearing and "
        "panel (State sanctions law, art. 43).",
    )


def _check_kind(errors: dict[str, Problem], error_code: str) -> None:
    if error_code not in table().errors:
        errors["error_code"] = Problem(
            "请从列出的失误类型中选择。", "Choose one of the kinds of error listed."
        )


def _texts(errors: dict[str, Problem], **texts: str) -> dict[str, str]:
    return {
        name: check_text(
            errors, name, text, _LONGEST[name], required=True, one_line=name in ("responsible", "unit")
        )
        for name, text in texts.items()
    }


def _record(session: Session, kind: str, by: User, case: Case, correction: Correction, **detail) -> None:
    events.record(session, kind, by, case, rows=[correction], correction=correction.id, **detail)


def _flushed(session: Session, *rows: Correction) -> list[Correction]:
    """Rows with their numbers, so that the event can name them."""
    session.flush()
    return list(rows)
