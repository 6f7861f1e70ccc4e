"""What a paper about a complaint, a clearance or a return prints, and what it must state. Nothing of any author.

A letter of clearance says the specific points found untrue and no more (中国共产党党员权利保障条例第三十四条); a paper
to the author says the result and no more (检举控告工作规则第二十七条、第三十六条).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.db import Base
from casebook.errors import Problem
from casebook.models import (
    Case,
    Clearance,
    ClearanceState,
    Complaint,
    Decision,
    Finding,
    Naming,
    Reach,
    Reinstatement,
)
from casebook.papers import words
from casebook.papers.blocks import day_words
from casebook.papers.record import (
    Gathered,
    check_dated,
    decision_number,
    id_of,
    measures_of,
    missing,
    not_of_case,
)
from casebook.procedure.dates import day_of

Wanted = tuple[Problem, str]
RESULTS = {
    Finding.SUBSTANTIATED: "经核查，所反映的问题属实，本机关已依规依纪依法予以办理。",
    Finding.PARTLY: "经核查，所反映的问题部分属实，对属实的问题，本机关已依规依纪依法予以办理。",
    Finding.UNSUBSTANTIATED: "经核查，所反映的问题不属实。",
    Finding.CANNOT_VERIFY: "经核查，根据现有证据，对所反映的问题尚不能认定，也不能排除。",
    Finding.NO_VIOLATION: "经核查，所反映的情况存在，但不构成违纪违法。",
}
NUMBER = Problem("编号", "the number")
PERSON = Problem("姓名", "the person's name")
POINT = Problem("不属实的具体问题", "a point found untrue")
STATED = Problem("应载明的内容", "what it must state")
DAY = Problem("日期", "the day")
_NO_APPRAISAL = "全面评价"
TO_PERSON = "person"
_REPAIRED = {"restored": "已恢复", "made_good": "已补救", "not_possible": "无法恢复"}
_OPINIONS = {
    "discipline": "纪检监察机关意见", "inquiry": "考察了解情况", "approval": "审批意见",
    "superior": "上级组织（人事）部门审批意见", "appointment": "任职决定",
}  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """What a paper prints, the rows it is compared with, the name and number it is about, what it must state."""

    gathered: Gathered
    rows: tuple[Base, ...]
    own: str
    person: str
    wanted: tuple[Wanted, ...]


def prepare(session: Session, about: Base, kind: str, on: date, ref: str) -> Prepared:
    """Gather one kind; an empty `ref` is the whole, or the latest of its sort.

    Raises NotReady naming the step still to be taken, BadFields for a `ref` of something else or too early a day.
    """
    return _GATHER[kind](session, about, on, ref)


def _acceptance(session: Session, complaint: Complaint, on: date, ref: str) -> Prepared:
    _named(complaint)
    if complaint.accepted_on is None:
        raise missing(
            "尚未受理。请先登记审查并受理（检举控告工作规则第二十六条）。",
            "It is not accepted yet. Screen it and accept it first (CHG2020 art. 26).",
        )
    return _to_author(complaint, on, {"accepted_on": complaint.accepted_on}, complaint.accepted_on)


def _feedback(session: Session, complaint: Complaint, on: date, ref: str) -> Prepared:
    _named(complaint)
    if complaint.concluded_on is None or complaint.finding is None:
        raise missing(
            "尚未办结。请先填写核查结论并报批（检举控告工作规则第二十七条）。",
            "It is not concluded yet. Enter what was found and have it approved first (CHG2020 art. 27).",
        )
    said = {"concluded_on": complaint.concluded_on, "result": RESULTS[complaint.finding]}
    made = _to_author(complaint, on, said, complaint.concluded_on)
    more = (
        (STATED, said["result"]),
        (Problem("保密要求", "the notice of secrecy"), "请你对本反馈的内容保密"),
    )
    return Prepared(made.gathered, made.rows, made.own, made.person, (*made.wanted, *more))


def _to_author(complaint: Complaint, on: date, said: dict, since: date) -> Prepared:
    """Only days that the author may know are there to be printed; the person it is about is not."""
    check_dated(on, since, day_words(since), "the day it states")
    organ = complaint.organisation
    values = {
        "organ": {"name": organ.name_zh, "head": organ.name_zh}, "paper": {"number": "", "on": on},
        "complaint": {"number": complaint.number}, **said,
    }  # fmt: skip
    wanted = ((NUMBER, complaint.number), (DAY, day_words(since)))
    return Prepared(Gathered("", organ, on, values), (complaint, organ), complaint.number, "", wanted)


def _named(complaint: Complaint) -> None:
    if complaint.naming != Naming.REAL_NAME:
        raise missing(
            "只有实名检举控告才制发这一文书；匿名的，通过查询码答复（检举控告工作规则第二十六条、第三十条）。",
            "Only a real-name complaint gets this paper; an anonymous author is answered through the receipt "
            "(CHG2020 arts. 26, 30).",
        )


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
        "person": _person(clearance.name, clearance.unit, clearance.post),
        "points": [
            {"alleged": words.clause(one.alleged), "found": words.sentence(one.found)} for one in clearance.points
        ],
        "forms": [words.fact_value("clearance_method", form) for form in clearance.forms],
        "decision": clearance.decision and _decision(session, clearance.decision),
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


def _notice(session: Session, clearance: Clearance, on: date, ref: str) -> Prepared:
    _from(clearance, (ClearanceState.CHECKED, ClearanceState.APPROVED))
    reach = [words.clause(row.name) for row in clearance.reach if not row.gone_why]
    return _clearance(session, clearance, on, {"reach": reach}, wanted=((STATED, _NO_APPRAISAL),))


def _letter(session: Session, clearance: Clearance, on: date, ref: str) -> Prepared:
    _from(clearance, (ClearanceState.APPROVED, ClearanceState.CLOSED))
    check_dated(on, clearance.decided_on or on, "批准澄清之日", "the approval of the clearance")
    if ref == TO_PERSON:
        return _clearance(
            session, clearance, on, {"to": f"{clearance.name}同志"}, ref, ((STATED, _NO_APPRAISAL),)
        )
    wanted = id_of(ref, "reach")
    row = next((row for row in clearance.reach if row.id == wanted), None)
    if wanted is not None and row is None:
        raise not_of_case()
    if row is not None and row.approved_by_id is None:
        raise missing(
            "该知悉对象尚未经机关主要负责人批准列入澄清范围。",
            "The main leader has not yet taken this recipient into the scope of the clearance.",
        )
    to = words.clause(row.name if row else clearance.unit)
    return _clearance(session, clearance, on, {"to": to}, _ref(row), ((STATED, _NO_APPRAISAL), (STATED, to)))


def _approval(session: Session, clearance: Clearance, on: date, ref: str) -> Prepared:
    advice = clearance.advice or {}
    return _clearance(session, clearance, on, {
        "clearance": {
            "number": clearance.number, "asked_on": clearance.asked_on,
            "by": (clearance.proposed_by or clearance.by).name,
            "asked_by": "本人申请" if clearance.asked_by == "respondent" else "组织提出",
        },
        "effects": [words.fact_value("adverse_effect_on_respondent", one) for one in clearance.effects],
        "advice": ADVICE.get(advice.get("clearance_due", ""), "没有规则提示"),
        "reasons": _reasons(advice),
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


def _record(session: Session, clearance: Clearance, on: date, ref: str) -> Prepared:
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


def _period_end(session: Session, about: Reinstatement | Case, on: date, ref: str) -> Prepared:
    decision = _decision_of(session, about, ref)
    periods = [one for one in measures_of(decision) if one["ends_on"]]
    if not periods:
        raise missing("所作处理没有影响期。", "No measure of the decision has an influence period.")
    ended_on = max(one["ends_on"] for one in periods)
    if ended_on >= on:
        raise missing(
            f"影响期至{day_words(ended_on)}，尚未届满。",
            f"The influence period runs until {ended_on}; it is not over.",
        )
    measures = [
        {key: one[key] for key in ("name", "regime", "starts_on", "ends_on")} for one in periods
    ]  # fmt: skip
    wanted = (
        (DAY, day_words(ended_on)), *((STATED, one["name"]) for one in measures),
        (Problem("不恢复原职务的说明", "that the old post is not restored"), "不等于恢复原职务"),
    )  # fmt: skip
    return _of_decision(session, decision, on, {"measures": measures, "ended_on": ended_on}, wanted)


def _return_form(session: Session, about: Reinstatement, on: date, ref: str) -> Prepared:
    check_dated(on, about.reported_on, "本人报告之日", "the person's report")
    advice = about.advice or {}
    made = _of_decision(session, about.decision, on, {
        "return": {"number": about.number, "reported_on": about.reported_on, "post": words.clause(about.post)},
        "measures": measures_of(about.decision),
        "verdict": ELIGIBLE.get(advice.get("eligible", ""), "没有规则审核结论"),
        "reasons": _reasons(advice),
        "unmet": [words.clause(_zh(one)) for one in advice.get("unmet", ())],
        "opinions": [
            {"kind": _OPINIONS.get(one.kind, "意见"), "verdict": "同意" if one.favourable else "不同意",
             "words": words.sentences(one.words), "organ": words.clause(one.organ), "on": one.given_on}
            for one in about.opinions
        ],
        "restored": words.sentences(about.restored), "not_restored": words.sentences(about.not_restored),
    }, (
        (NUMBER, about.number), (DAY, day_words(about.reported_on)),
        *((DAY, day_words(one.given_on)) for one in about.opinions),
    ))  # fmt: skip
    return Prepared(
        made.gathered, (*made.rows, about, *about.opinions), about.number, made.person, made.wanted
    )


def _of_decision(
    session: Session, decision: Decision, on: date, more: dict, wanted: tuple[Wanted, ...]
) -> Prepared:
    case, organ = decision.case, decision.case.organisation
    person = case.respondent
    values = {
        "organ": {"name": organ.name_zh, "head": organ.name_zh}, "paper": {"number": "", "on": on},
        "case": {"number": case.number}, "person": _person(person.name, person.unit, person.post),
        "decision": _decision(session, decision),
    } | more  # fmt: skip
    stated = ((PERSON, person.name), (Problem("案号", "the number of the case"), case.number), *wanted)
    rows = (case, person, decision, *decision.measures, organ)
    return Prepared(
        Gathered(f"decision:{decision.id}", organ, on, values), rows, case.number, person.name, stated
    )


def _decision_of(session: Session, about: Reinstatement | Case, ref: str) -> Decision:
    """The decision a period belongs to: that of the return, or the one named or last signed of a case."""
    if isinstance(about, Reinstatement):
        return about.decision
    wanted = id_of(ref, "decision")
    signed = [row for row in _decisions(session, about) if row.signed_at and row.ended_on is None]
    found = [row for row in signed if wanted in (None, row.id)]
    if wanted is not None and not found:
        raise not_of_case()
    if not found:
        raise missing("案件没有签署的决定。", "The case has no signed decision.")
    return found[-1]


def _decisions(session: Session, case: Case) -> list[Decision]:
    return list(session.scalars(select(Decision).where(Decision.case_id == case.id).order_by(Decision.seq)))


def _decision(session: Session, decision: Decision) -> dict:
    return {
        "decided_on": decision.decided_on or day_of(decision.at),
        "disposition": words.DISPOSITIONS[decision.disposition],
        "number": decision_number(session, decision),
    }


def _decided(clearance: Clearance) -> dict:
    agreed = clearance.state != ClearanceState.REFUSED
    return {
        "verdict": "同意" if agreed else "不同意", "reason": words.clause(clearance.decided_reason),
        "by": clearance.decided_by.name, "on": clearance.decided_on,
    }  # fmt: skip


def _person(name: str, unit: str, post: str) -> dict:
    return {
        "name": name, "unit": unit or "待查", "post": post or "待查", "place": f"{unit}{post}" or "工作单位和职务待查",
    }  # fmt: skip


def _reasons(advice: dict) -> list[str]:
    return [words.sentence(_zh(one)) for one in advice.get("reasons", ())][:8]


def _zh(one: object) -> str:
    return str(one.get("zh", "")) if isinstance(one, dict) else str(one)


def _from(clearance: Clearance, states: tuple[ClearanceState, ...]) -> None:
    """Raise NotReady unless the clearance stands at one of these states."""
    if clearance.state not in states:
        step = "复核事实和程序" if ClearanceState.CHECKED in states else "报机关主要负责人批准"
        raise missing(
            f"澄清尚未完成“{step}”，或者已不予澄清，不能制发这一文书。",
            "The clearance is not that far, or is refused; this paper cannot be issued.",
        )


def _ref(row: Reach | None) -> str:
    return f"reach:{row.id}" if row else ""


ADVICE = {
    "yes": "应当澄清", "assess": "经评估认为确有必要的，予以澄清", "no": "不予澄清", "refer": "提请集体研究",
    "open": "事实尚未查明，暂不能作出提示",
}  # fmt: skip
ELIGIBLE = {"yes": "具备重新任职的资格条件", "no": "不具备重新任职的资格条件", "open": "有关情况尚未查明"}
_GATHER: dict[str, Callable[[Session, Base, date, str], Prepared]] = {
    "acceptance_notice": _acceptance,
    "result_feedback": _feedback,
    "clearance_notice": _notice,
    "clearance_letter": _letter,
    "clearance_approval": _approval,
    "clearance_record": _record,
    "period_end_notice": _period_end,
    "return_form": _return_form,
}


def refs(about: Base, kind: str) -> Iterator[tuple[str, Problem]]:
    """What a paper of this kind may be of, besides the whole: each with its name."""
    if kind == "clearance_letter":
        yield "", Problem(f"致{about.unit}", f"to {about.unit}")
        yield TO_PERSON, Problem("致本人", "to the person")
        for row in about.reach:
            if row.approved_by_id and not row.gone_why:
                yield _ref(row), Problem(f"致{row.name}", f"to {row.name}")
    else:
        yield "", Problem("", "")
