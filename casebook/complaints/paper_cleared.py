"""Papers of a clearance: the proposed points, the letter, the approval, the record. Nothing of any author.

A letter says the specific points found untrue and no more (中国共产党党员权利保障条例第三十四条).
"""

import re
from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from casebook.clearance.grounds import Ground, ground_of
from casebook.clearance.texts import is_channel
from casebook.complaints.paper_parts import (
    DAY,
    NUMBER,
    PERSON,
    STATED,
    Prepared,
    Wanted,
    decision_values,
    person_of,
    reasons_of,
)
from casebook.errors import Problem
from casebook.models import Clearance, ClearanceState, Reach
from casebook.papers import words
from casebook.papers.blocks import day_words
from casebook.papers.record import Gathered, check_dated, id_of, missing, not_of_case
from casebook.precedents.folding import bare

POINT = Problem("不属实的具体问题", "a point found untrue")
_AGAIN = re.compile(
    r"^经(?:过)?(?:核查|调查|核实|查|审查)(?:核实)?[，,：:、]\s*"
)  # the form says it before each point
_NO_APPRAISAL = "全面评价"
_REPAIRED = {"restored": "已恢复", "made_good": "已补救", "not_possible": "无法恢复"}
_ADVICE = {
    "yes": "应当澄清", "assess": "经评估认为确有必要的，予以澄清", "no": "不予澄清", "refer": "提请集体研究",
    "open": "事实尚未查明，暂不能作出提示",
}  # fmt: skip


def _clearance(
    session: Session,
    clearance: Clearance,
    on: date,
    more: dict,
    ref: str = "",
    wanted: tuple[Wanted, ...] = (),
) -> Prepared:
    """What every paper of a clearance shares."""
    if not clearance.points:
        raise missing(
            "没有登记不属实的具体问题。请先逐项填写。", "No point found untrue is entered. Enter them first."
        )
    check_dated(on, clearance.asked_on, "提出澄清之日", "the day it was proposed")
    organ = clearance.organisation
    values = {
        "organ": {"name": organ.name_zh, "head": organ.name_zh},
        "paper": {"number": "", "on": on},
        "person": person_of(clearance.name, clearance.unit, clearance.post),
        "points": [
            {"alleged": words.clause(one.alleged), "found": words.sentence(_AGAIN.sub("", one.found))}
            for one in clearance.points
        ],
        "forms": [words.fact_value("clearance_method", form) for form in clearance.forms],
        "decision": clearance.decision and _decision(session, clearance),
    } | more  # fmt: skip
    stated = (
        (PERSON, clearance.name), *((POINT, one["alleged"]) for one in values["points"]),
        *((POINT, one["found"]) for one in values["points"]), *wanted,
    )  # fmt: skip
    decision = [clearance.decision] if clearance.decision else []
    rows = (
        clearance,
        *clearance.points,
        *clearance.reach,
        *clearance.repairs,
        *clearance.visits,
        *decision,
        organ,
    )
    return Prepared(Gathered(ref, organ, on, values), rows, clearance.number, clearance.name, stated)


def notice(session: Session, clearance: Clearance, on: date, ref: str) -> Prepared:
    _from(clearance, (ClearanceState.CHECKED, ClearanceState.APPROVED))
    # The person cleared is not told that a petition office is among those who heard: it tells of a complaint.
    hides = ground_of(clearance) is Ground.COMPLAINT
    reach = [
        words.clause(row.name)
        for row in clearance.reach
        if not row.gone_why and not (hides and is_channel(row.name))
    ]
    return _clearance(session, clearance, on, {"reach": reach}, wanted=((STATED, _NO_APPRAISAL),))


def letter(session: Session, clearance: Clearance, on: date, ref: str) -> Prepared:
    _from(clearance, (ClearanceState.APPROVED, ClearanceState.CLOSED))
    check_dated(on, clearance.decided_on or on, "批准澄清之日", "the approval of the clearance")
    wanted = id_of(ref, "reach")
    row = next((row for row in clearance.reach if row.id == wanted), None)
    if row is None or _is_own(clearance, row):
        if wanted is not None and row is None:
            raise not_of_case()
        values = {"to": f"{clearance.name}同志", "own": True}
        return _clearance(session, clearance, on, values, "", ((STATED, _NO_APPRAISAL),))
    if row.gone_why:
        raise missing("该知悉对象已确认无法送达。", "This recipient is declared out of reach.")
    if row.approved_by_id is None:
        raise missing(
            "该知悉对象尚未经机关主要负责人批准列入澄清范围。",
            "The main leader has not yet taken this recipient into the scope of the clearance.",
        )
    to = words.clause(row.name)
    return _clearance(
        session, clearance, on, {"to": to, "own": False}, _ref(row), ((STATED, _NO_APPRAISAL), (STATED, to))
    )


def approval(session: Session, clearance: Clearance, on: date, ref: str) -> Prepared:
    advice = clearance.advice or {}
    return _clearance(session, clearance, on, {
        "clearance": {
            "number": clearance.number, "asked_on": clearance.asked_on,
            "by": (clearance.proposed_by or clearance.by).name,
            "asked_by": "本人申请" if clearance.asked_by == "respondent" else "组织提出",
        },
        "effects": [words.fact_value("adverse_effect_on_respondent", one) for one in clearance.effects],
        "advice": _ADVICE.get(advice.get("clearance_due", ""), "没有规则提示"),
        "reasons": reasons_of(advice),
        "departs_why": words.sentences(clearance.departs_why),
        "opinion": words.sentences(clearance.opinion_words),
        "reach": [words.clause(row.name) for row in clearance.reach],
        "check": clearance.checked_on and {
            "facts": words.sentences(clearance.facts_checked),
            "procedure": words.sentences(clearance.procedure_checked),
            "verdict": "同意" if clearance.checked_ok else "不同意",
            "by": clearance.checked_by.name, "on": clearance.checked_on,
        },
        "decided": clearance.decided_on and _decided(clearance),
    }, wanted=((NUMBER, clearance.number),))  # fmt: skip


def record(session: Session, clearance: Clearance, on: date, ref: str) -> Prepared:
    _from(clearance, (ClearanceState.APPROVED, ClearanceState.CLOSED))
    return _clearance(session, clearance, on, {
        "clearance": {"number": clearance.number}, "decided": _decided(clearance), "closed_on": clearance.closed_on,
        "reached": [
            {"name": words.clause(row.name), "form": words.fact_value("clearance_method", row.form),
             "on": row.corrected_on, "how": words.clause(row.corrected_how), "present": row.present or 0,
             "gone": words.clause(row.gone_why)}
            for row in clearance.reach
        ],
        "repairs": [
            {"lost": words.clause(row.lost), "responsible": words.clause(row.responsible), "due_on": row.due_on,
             "result": _REPAIRED.get(row.result, ""), "on": row.done_on, "words": words.clause(row.result_words)}
            for row in clearance.repairs
        ],
        "visits": [
            {"on": visit.visited_on, "by": visit.by.name, "words": words.sentences(visit.words),
             "further": words.sentences(visit.further)}
            for visit in clearance.visits
        ],
    }, wanted=(
        (NUMBER, clearance.number), *((STATED, words.clause(row.name)) for row in clearance.reach),
        *((DAY, day_words(visit.visited_on)) for visit in clearance.visits),
    ))  # fmt: skip


def letters(clearance: Clearance) -> Iterator[tuple[str, Problem]]:
    """To whom a letter may go: the person, and each other recipient on the reach map and within its approved scope."""
    yield "", Problem(f"致{clearance.name}本人", f"to {clearance.name} in person")
    for row in clearance.reach:
        if row.approved_by_id and not row.gone_why and not _is_own(clearance, row):
            yield _ref(row), Problem(f"致{row.name}", f"to {row.name}")


def _decided(clearance: Clearance) -> dict:
    agreed = clearance.state != ClearanceState.REFUSED
    return {
        "verdict": "同意" if agreed else "不同意", "reason": words.clause(clearance.decided_reason),
        "by": clearance.decided_by.name, "on": clearance.decided_on,
    }  # fmt: skip


def _from(clearance: Clearance, states: tuple[ClearanceState, ...]) -> None:
    """Raise NotReady unless the clearance stands at one of these states."""
    if clearance.state not in states:
        step = "复核事实和程序" if ClearanceState.CHECKED in states else "报机关主要负责人批准"
        raise missing(
            f"澄清尚未完成“{step}”，或者已不予澄清，不能制发这一文书。",
            "The clearance is not that far, or is refused; this paper cannot be issued.",
        )


def _ref(row: Reach) -> str:
    return f"reach:{row.id}"


def _is_own(clearance: Clearance, row: Reach) -> bool:
    """Whether a recipient is the person cleared."""
    return row.kind == "person" and bare(row.name) == bare(clearance.name)


def _decision(session: Session, clearance: Clearance) -> dict:
    """The decision behind it, and whether it fell or made nothing out."""
    fell = ground_of(clearance) is Ground.FELL
    return decision_values(session, clearance.decision) | {"fell": fell}
