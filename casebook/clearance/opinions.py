"""The opinion on a clearance: the points found untrue, what is so instead, the forms, and the answer of the rules.

Only what verification found untrue is said, point by point (RTS2020 34). Functions flush and never commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.clearance import reach, steps
from casebook.clearance.grounds import SCOPE, Ground, ground_of
from casebook.clearance.reach import UNTRUE, WRITTEN
from casebook.clearance.steps import ONLY_POINTS
from casebook.clearance.texts import Guard
from casebook.complaints import log
from casebook.errors import BadFields, Problem
from casebook.models import Clearance, ClearancePoint, ClearanceState, ComplaintPoint, User
from casebook.seal.store import Seal
from rules.complaints import judge_complaint
from rules.vocabulary import vocabulary

CLEAR, NOT = "clear", "not"
PUBLIC = {"media", "public_notice"}
LONGEST = {"alleged": 1000, "found": 2000, "words": 4000}
MOST_POINTS = 30
_NOT_PLAIN = ("no", "refer", "open")


@dataclass(frozen=True)
class PointText:
    """One point as it is to be said: what had been alleged, and what is so instead."""

    found: str
    alleged: str = ""
    complaint_point_id: int | None = None


@dataclass(frozen=True)
class Opinion:
    """What whoever works on it proposes; `clear` False: not to clear, with the reason in `words`."""

    points: Sequence[PointText] = ()
    effects: Sequence[str] = ()
    forms: Sequence[str] = (WRITTEN,)
    words: str = ""
    departs_why: str = ""
    clear: bool = True


def give_opinion(
    session: Session,
    clearance: Clearance,
    by: User,
    opinion: Opinion,
    *,
    on: date,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Clearance:
    """Say what was found untrue, what is so instead, and how it is to be made known; or why not to clear.

    The rules' answer is stored as it is; going on against it, or where they refer it to people, needs a reason. Given
    again after a re-check found fault, it starts the re-check anew. Raises BadFields, NotAllowed, NotReady, WrongStage.
    """
    code = "revise" if clearance.state == ClearanceState.PROPOSED else "give_opinion"
    steps.ensure(session, by, code, clearance, seen_version)
    guard = Guard(clearance, seal, by)
    facts = facts_for(clearance, opinion)
    advice = judge_complaint(facts, as_of=on)
    errors: dict[str, Problem] = {}
    points = _checked_points(errors, clearance, opinion, guard) if opinion.clear else []
    _check_effects(errors, clearance, opinion)
    forms = _checked_forms(errors, opinion.forms)
    words = guard.check(errors, "words", opinion.words, LONGEST["words"])
    departs = guard.check(errors, "departs_why", opinion.departs_why, LONGEST["words"], required=False)
    if not departs and "departs_why" not in errors:
        if must_explain(clearance, advice, opinion.clear):
            errors["departs_why"] = _explain(advice)
        elif opinion.clear and PUBLIC & set(forms):
            errors["departs_why"] = Problem(
                "通过媒体或者公告澄清在全国性规定中没有列明，应当集体研究，请说明研究情况和理由。",
                "No national text lists clearance by media or public notice: say how it was settled, and why.",
            )
    if ground_of(clearance) is Ground.FELL and not opinion.clear:
        errors["clear"] = Problem(
            "原处分决定已经撤销，依法应当在原公布范围内恢复名誉，不能提出不予澄清的意见。",
            "The sanction was revoked: by law the name is to be restored wherever it was made known.",
        ).by(SCOPE)
    if errors:
        raise BadFields(errors)
    clearance.effects, clearance.facts, clearance.advice = list(opinion.effects), facts, advice
    clearance.opinion, clearance.opinion_words = CLEAR if opinion.clear else NOT, words
    clearance.forms, clearance.departs_why = forms, departs
    clearance.opinion_on = clearance.opinion_on or on
    clearance.proposed_by_id = by.id
    forget_check(clearance)
    clearance.state = ClearanceState.PROPOSED
    rows = [clearance, *_keep_points(session, clearance, points)]
    rows += reach.ensure_person(session, clearance, by) if opinion.clear else []
    steps.touch(clearance)
    session.flush()
    log.record(
        session, "clearance.revised" if code == "revise" else "clearance.proposed", by, clearance, rows=rows,
        points=len(points), opinion=clearance.opinion, advice=advice["clearance_due"], departs=bool(departs),
    )  # fmt: skip
    return clearance


def facts_for(clearance: Clearance, opinion: Opinion) -> dict:
    """What the rules read: the finding, the effects, who asked, and the forms in view."""
    facts: dict = {
        "clearance_requested_by": clearance.asked_by,
        "clearance_method": sorted({WRITTEN, *opinion.forms}),
    }
    if opinion.effects:
        facts["adverse_effect_on_respondent"] = list(opinion.effects)
    if clearance.complaint is not None:
        facts["complaint_outcome"] = str(clearance.complaint.finding)
    elif ground_of(clearance) is Ground.FELL:
        facts["improper_accountability_found"] = True
    else:
        facts["no_improper_conduct_found"] = True
    return facts


def must_explain(clearance: Clearance, advice: dict, clear: bool) -> bool:
    """Whether going on needs a reason: against the rules' answer, or where they leave it to people."""
    if ground_of(clearance) is Ground.FELL:
        return False
    due = advice["clearance_due"]
    return due in _NOT_PLAIN if clear else due in ("yes", "refer", "open")


def forget_check(clearance: Clearance) -> None:
    clearance.facts_checked = clearance.procedure_checked = ""
    clearance.checked_ok = clearance.checked_by_id = clearance.checked_on = None


def _checked_points(
    errors: dict[str, Problem], clearance: Clearance, opinion: Opinion, guard: Guard
) -> list[PointText]:
    own = {row.id: row for row in clearance.complaint.points} if clearance.complaint is not None else {}
    found = []
    for place, point in enumerate(opinion.points):
        alleged = point.alleged
        if own:
            row: ComplaintPoint | None = own.get(point.complaint_point_id)
            if row is None or row.finding not in UNTRUE:
                errors[f"points-{place}-found"] = Problem(
                    "这一问题没有认定失实（查实、未核查，或者不能查实又不能排除的，不予澄清）。",
                    "This point was not found untrue: what was found true, was not examined, or can neither be "
                    "verified nor excluded is not cleared.",
                ).by(ONLY_POINTS)
                continue
            alleged = alleged.strip() or row.alleged
        alleged = guard.check(errors, f"points-{place}-alleged", alleged, LONGEST["alleged"], appraisal=True)
        text = guard.check(errors, f"points-{place}-found", point.found, LONGEST["found"], appraisal=True)
        found.append(PointText(text, alleged, point.complaint_point_id if own else None))
    if not opinion.points:
        errors["points"] = Problem(
            "请逐项列明失实的具体问题。", "List the specific points found untrue, one by one."
        ).by(ONLY_POINTS)
    elif len(opinion.points) > MOST_POINTS:
        errors["points"] = Problem(f"最多 {MOST_POINTS} 项。", f"At most {MOST_POINTS} points.")
    return found


def _check_effects(errors: dict[str, Problem], clearance: Clearance, opinion: Opinion) -> None:
    known = vocabulary().facts["adverse_effect_on_respondent"].values
    if set(opinion.effects) - set(known):
        errors["effects"] = Problem("请从所列选项中选择。", "Choose from the list.")
    elif "none" in opinion.effects and len(opinion.effects) > 1:
        errors["effects"] = Problem("“无影响”不能与其他影响并存。", "“None” does not go with another effect.")
    elif not opinion.effects and clearance.complaint_id is not None:
        errors["effects"] = Problem("请选择对本人造成的影响。", "Choose what effect it had on the person.")


def _checked_forms(errors: dict[str, Problem], forms: Sequence[str]) -> list[str]:
    known = list(vocabulary().facts["clearance_method"].values)
    if set(forms) - set(known):
        errors["forms"] = Problem("请从所列方式中选择。", "Choose from the list.")
    return [form for form in known if form == WRITTEN or form in forms]


def _explain(advice: dict) -> Problem:
    said = {
        "yes": Problem("规则提示应当澄清", "The rules say that it is due"),
        "no": Problem("规则提示不予澄清", "The rules say that it is not due"),
        "refer": Problem("规则提示提请集体研究", "The rules leave it to people"),
        "open": Problem("规则因事实不明没有结论", "The rules have no answer on these facts"),
    }[advice["clearance_due"]]
    return Problem(
        f"{said.zh}，继续办理的，请说明理由。", f"{said.en}; to go on nevertheless, give the reason."
    )


def _keep_points(session: Session, clearance: Clearance, points: Sequence[PointText]) -> list[ClearancePoint]:
    """The points as they now are; what was said before and is no longer, is struck out."""
    every = select(ClearancePoint).where(ClearancePoint.clearance_id == clearance.id)
    present = {row.seq: row for row in session.scalars(every)}
    rows = []
    for place in range(1, max(len(points), len(present)) + 1):
        row = present.get(place) or ClearancePoint(clearance_id=clearance.id, seq=place)
        row.struck = place > len(points)
        if not row.struck:
            point = points[place - 1]
            row.alleged, row.found = point.alleged, point.found
            row.complaint_point_id = point.complaint_point_id
        session.add(row)
        rows.append(row)
    session.flush()
    session.expire(clearance, ["points"])
    return rows
