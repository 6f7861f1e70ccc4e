"""Papers on the end of an influence period and on a return to office: what ends, and what is not given back."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.complaints.paper_parts import (
    DAY,
    NUMBER,
    PERSON,
    STATED,
    Prepared,
    Wanted,
    chinese,
    decision_values,
    person_of,
    reasons_of,
)
from casebook.errors import Problem
from casebook.models import Case, Decision, Reinstatement
from casebook.papers import words
from casebook.papers.blocks import day_words
from casebook.papers.record import Gathered, check_dated, id_of, measures_of, missing, not_of_case

_OPINIONS = {
    "discipline": "纪检监察机关意见", "inquiry": "考察了解情况", "approval": "审批意见",
    "superior": "上级组织（人事）部门审批意见", "appointment": "任职决定",
}  # fmt: skip
_ELIGIBLE = {"yes": "具备重新任职的资格条件", "no": "不具备重新任职的资格条件", "open": "有关情况尚未查明"}


def period_end(session: Session, about: Reinstatement | Case, on: date, ref: str) -> Prepared:
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


def return_form(session: Session, about: Reinstatement, on: date, ref: str) -> Prepared:
    check_dated(on, about.reported_on, "本人报告之日", "the person's report")
    advice = about.advice or {}
    made = _of_decision(session, about.decision, on, {
        "return": {"number": about.number, "reported_on": about.reported_on, "post": words.clause(about.post)},
        "measures": measures_of(about.decision),
        "verdict": _ELIGIBLE.get(advice.get("eligible", ""), "没有规则审核结论"),
        "reasons": reasons_of(advice),
        "unmet": [words.clause(chinese(one)) for one in advice.get("unmet", ())],
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
        "case": {"number": case.number}, "person": person_of(person.name, person.unit, person.post),
        "decision": decision_values(session, decision),
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
