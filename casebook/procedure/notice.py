"""The notice of facts and grounds: what may be told, drafting it, and telling it (政务处分法第四十三条)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import events, recommend
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Case, Notice, PersonalLink, Point, Recommendation, Review, User
from casebook.procedure import ceiling, workflow
from casebook.procedure.ceiling import governing_day
from casebook.procedure.dates import check_day, day_of
from casebook.procedure.panel import OUTCOMES
from rules.measures import measures_on, misfits, months_allowed, refusal
from rules.offered import rules_of
from rules.vocabulary import vocabulary

HOW_TOLD = {
    "in_person": Problem("当面告知", "In person"),
    "served": Problem("送达书面告知", "Served in writing"),
    "link": Problem("通过本人链接告知", "Through the personal link"),
}
LONGEST_POINT = 2000
_NEVER_TOLD = {"complaint", "clearance", "decision_process", "reinstatement"}  # sections of the vocabulary
_NEVER_TOLD_FACTS = {"case_source"}
SHOWS_COMPLAINT = re.compile(
    r"(?<!被)(?:举报|检举|控告|反映|投诉|信访|来信|写信)人|举报(?:信|件|材料|线索|电话)|检举(?:信|件|材料)|控告(?:信|件|材料)|"
    r"信访件|来信|匿名信|群众(?:举报|来信)|"
    r"complainant|informant|whistle-?blower|petitioner|anonymous (?:letter|report|tip)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Offer:
    """A fact or a rule that may be told; `carries` where the recommendation rests on it by a provision."""

    kind: str
    ref: str
    carries: bool


@dataclass(frozen=True)
class PointText:
    """One point as the officer words it."""

    kind: str
    ref: str
    text: str


def offers(document: dict) -> list[Offer]:
    """The facts established and the rules met on which a recommendation rests, and nothing that shows a complaint.

    A rule that reads, even through others, what only a complaint tells is left out with its facts (检举控告工作规则
    第四十七条).
    """
    rules = {
        rule_id: rule
        for rule_id, rule in document["rules"].items()
        if rule["status"] == "fired" and not any(map(_is_withheld, _facts_behind(document, rule_id)))
    }
    relied_on = _relied_on(document, rules)
    facts: dict[str, bool] = {}
    for rule_id in rules:
        for fact_id in _facts_behind(document, rule_id):
            facts[fact_id] = facts.get(fact_id, False) or rule_id in relied_on
    known = [fact_id for fact_id in vocabulary().facts if fact_id in facts and fact_id in document["facts"]]
    found = [Offer("fact", fact_id, facts[fact_id]) for fact_id in known]
    grounds = [rule_id for rule_id in sorted(rules) if rule_id in relied_on or _is_provision(rules[rule_id])]
    return found + [Offer("rule", rule_id, rule_id in relied_on) for rule_id in grounds or sorted(rules)]


def notices_of(session: Session, case: Case) -> list[Notice]:
    """The notices of a case by round, without the drafts that were replaced before they were told."""
    of_case = select(Notice).where(Notice.case_id == case.id).order_by(Notice.round)
    return [row for row in session.scalars(of_case) if row.told_on is not None or row.closed_at is None]


def current_notice(session: Session, case: Case) -> Notice | None:
    """The last notice, drafted or told; None if there is none yet."""
    found = notices_of(session, case)
    return found[-1] if found else None


def draft_notice(
    session: Session,
    case: Case,
    by: User,
    *,
    points: Sequence[PointText],
    disposition: str,
    measures: Sequence[str],
    on: date,
    new_facts: Sequence[str] = (),
    months: int | None = None,
) -> Notice:
    """Draft the notice from the latest recommendation; a draft not yet told is replaced, and kept.

    `months` is the period in view for every measure whose period people set. `new_facts` are the newly shown facts
    that let it be heavier than what was told before (casebook.procedure.ceiling).
    Raises BadFields; NotReady if the recommendation does not know the case as it is, or the outcome is too heavy.
    """
    workflow.ensure(session, by, "tell", case)
    recommendation = fresh_recommendation(session, case)
    errors: dict[str, Problem] = {}
    kept = _checked_points(errors, recommendation.content, points)
    codes = list(dict.fromkeys(measures))
    if disposition not in in_view(session, case):
        errors["disposition"] = Problem(
            "拟作出的处理应当与处理建议或者审核意见一致；提请集体研究的，须写明具体处理。",
            "The outcome in view must be that of the recommendation or of the review; “refer” says none.",
        )
    elif problem := _measure_problem(recommendation.content, disposition, codes, on):
        errors["measures"] = problem
    if errors:
        raise BadFields(errors)
    law_day = governing_day(recommendation.content)
    periods = _periods(errors, recommendation.content, codes, months, on)
    if errors:
        raise BadFields(errors)
    heavier = ceiling.check_notice(session, case, disposition, codes, new_facts, law_day, months=periods)
    replaced = _drop_draft(session, case)
    last = session.scalar(select(func.max(Notice.round)).where(Notice.case_id == case.id))
    notice = Notice(
        case=case, round=(last or 0) + 1, case_version=case.version, recommendation=recommendation,
        disposition=disposition, measures=codes, months=periods, new_facts=sorted(set(new_facts)) if heavier else [],
        by_id=by.id, at=utc_now(),
        points=[Point(no=no, kind=one.kind, ref=one.ref, text=one.text) for no, one in enumerate(kept, 1)],
    )  # fmt: skip
    session.add(notice)
    session.flush()
    events.record(
        session, "notice.drafted", by, case, rows=[*replaced, notice, *notice.points],
        notice=notice.id, disposition=disposition, measures=codes, heavier=bool(notice.new_facts),
    )  # fmt: skip
    session.flush()
    return notice


def tell(session: Session, case: Case, by: User, *, told_on: date, how: str) -> Notice:
    """Record that the drafted notice was told to the respondent; what it says binds from now on.

    Raises BadFields; NotReady if nothing is drafted, the case has changed since, or the outcome has become too heavy.
    """
    workflow.ensure(session, by, "tell", case)
    notice = current_notice(session, case)
    if notice is None or notice.told_on is not None:
        raise NotReady([Problem("请先拟好告知内容。", "Draft the notice first.")])
    if (
        notice.case_version != case.version
        or notice.recommendation_id != fresh_recommendation(session, case).id
    ):
        raise NotReady([Problem(
            "拟稿之后案件事实或者处理建议有变动，请重新拟稿。",
            "The case or its recommendation has changed since the notice was drafted. Draft it again.",
        )])  # fmt: skip
    errors: dict[str, Problem] = {}
    check_day(errors, "told_on", told_on, since=day_of(notice.recommendation.created_at))
    if how not in HOW_TOLD:
        errors["how"] = Problem("请选择告知方式。", "Say how it was told.")
    elif how == "link" and not _has_link(session, case):
        errors["how"] = Problem(
            "还没有有效的本人链接。请先生成链接并交给当事人。",
            "There is no living personal link. Create one and hand it over first.",
        )
    if errors:
        raise BadFields(errors)
    law_day = governing_day(notice.recommendation.content)
    ceiling.check_notice(
        session, case, notice.disposition, notice.measures, notice.new_facts, law_day, months=notice.months
    )
    notice.told_on, notice.told_how = told_on, how
    events.record(
        session, "notice.told", by, case, rows=[notice],
        notice=notice.id, how=how, told_on=told_on.isoformat(), heavier=bool(notice.new_facts),
    )  # fmt: skip
    ref = f"notice:{notice.id}"
    deadlines.meet(session, case, "told", told_on, by, ref=ref)
    deadlines.start(session, case, "told", told_on, by, ref=ref)
    session.flush()
    return notice


def in_view(session: Session, case: Case) -> list[str]:
    """The outcomes a notice may have in view: what the recommendation or the review proposes; any, if both refer."""
    recommended = recommend.latest_recommendation(session, case)
    reviewed = session.scalar(
        select(Review.disposition)
        .where(Review.case_id == case.id, Review.second.is_(False), Review.submitted_at.is_not(None))
        .order_by(Review.round.desc())
        .limit(1)
    )
    return [one for one in OUTCOMES if one in (recommended and recommended.disposition, reviewed)] or list(
        OUTCOMES
    )


def _measure_problem(document: dict, disposition: str, codes: Sequence[str], on: date) -> Problem | None:
    """What is wrong with the measures in view: unknown, not for this person, or unfit for the disposition."""
    known = measures_on(governing_day(document), on)
    if unknown := [code for code in codes if code not in known]:
        return Problem(
            f"没有这些措施：{'、'.join(unknown)}。", f"There are no such measures: {', '.join(unknown)}."
        )
    found = [why for code in codes if (why := refusal(known[code], document["facts"]))]
    found += misfits(disposition, codes)
    if not found:
        return None
    return Problem("".join(one.zh for one in found), " ".join(one.en for one in found))


def _periods(
    errors: dict[str, Problem], document: dict, codes: Sequence[str], months: int | None, on: date
) -> dict[str, int]:
    """The period in view of each measure whose period people set; a wrong one goes into `errors`."""
    if months is None:
        return {}
    known = measures_on(governing_day(document), on)
    breaches = int(document["facts"].get("multiple_violations") or 1)
    allowed = {code: months_allowed(known[code], breaches) for code in codes}
    found = {code: months for code, span in allowed.items() if span and span[0] <= months <= span[1]}
    if not found or not isinstance(months, int):
        errors["months"] = Problem(
            "所选措施的期间由规定确定，或者填写的月数超出规定范围。",
            "The period of these measures is fixed by law, or this number of months lies outside it.",
        )
    return found


def _drop_draft(session: Session, case: Case) -> list[Notice]:
    """Put aside the draft that was never told, if there is one."""
    draft = current_notice(session, case)
    if draft is None or draft.told_on is not None:
        return []
    draft.closed_at = utc_now()
    return [draft]


def _has_link(session: Session, case: Case) -> bool:
    living = select(PersonalLink.id).where(
        PersonalLink.case_id == case.id,
        PersonalLink.revoked_at.is_(None),
        PersonalLink.expires_at > utc_now(),
    )
    return session.scalar(living.limit(1)) is not None


def fresh_recommendation(session: Session, case: Case) -> Recommendation:
    """The recommendation a notice rests on. Raises NotReady unless the latest knows the case as it stands."""
    recommendation = recommend.fresh_recommendation(session, case)
    if recommendation is None:
        raise NotReady([Problem(
            "处理建议没有反映案件现在的事实，不能据以告知。请退回承办人重新生成处理建议。",
            "The recommendation does not know the case as it stands, so nothing can be told from it. Send the "
            "case back to the officer for a new one.",
        )])  # fmt: skip
    return recommendation


def _checked_points(
    errors: dict[str, Problem], document: dict, points: Sequence[PointText]
) -> list[PointText]:
    allowed = {(offer.kind, offer.ref) for offer in offers(document)}
    kept = []
    for one in points:
        name = f"{one.kind}:{one.ref}"
        if (one.kind, one.ref) not in allowed:
            errors[name] = Problem(
                "只能告知处理建议所依据的事实和规则。",
                "Only facts and rules behind the recommendation may be told.",
            )
            continue
        text = check_text(errors, name, one.text, LONGEST_POINT, required=True)
        if problem := complaint_shown(text):
            errors[name] = problem
        kept.append(PointText(one.kind, one.ref, text))
    if not any(one.kind == "fact" for one in kept) or not any(one.kind == "rule" for one in kept):
        errors["points"] = Problem(
            "至少告知一项事实和一项依据（政务处分法第四十三条）。",
            "Tell at least one fact and one ground (Law on Administrative Discipline for Public Officials, art. 43).",
        )
    if len({(one.kind, one.ref) for one in kept}) < len(kept):
        errors["points"] = Problem("同一项内容只告知一次。", "Tell each point once.")
    return kept


def complaint_shown(text: str) -> Problem | None:
    """What in a text that the respondent reads may show that somebody complained; None if nothing does."""
    if not (shown := SHOWS_COMPLAINT.search(text)):
        return None
    return Problem(
        f"“{shown[0]}”可能透露举报情况，告知内容不得出现（检举控告工作规则第四十七条）。请改为中性表述。",
        f"“{shown[0]}” may show that somebody complained; word it neutrally (Rules on complaints, art. 47).",
    )


def check_told(errors: dict[str, Problem], **texts: str) -> None:
    """Note under its field each text for the respondent's eyes that may show a complaint."""
    for name, text in texts.items():
        if name not in errors and (problem := complaint_shown(text)):
            errors[name] = problem


def _is_withheld(fact_id: str) -> bool:
    return fact_id in _NEVER_TOLD_FACTS or vocabulary().facts[fact_id].section in _NEVER_TOLD


def _facts_behind(document: dict, rule_id: str) -> set[str]:
    """The facts that decided a rule, followed through the findings it reads."""
    facts: set[str] = set()
    seen: set[str] = set()

    def visit(one: str) -> None:
        if one in seen:
            return
        seen.add(one)
        for leaf in document["rules"][one]["because"]:
            if "fact" in leaf:
                facts.add(leaf["fact"])
            else:
                for other, rule in document["rules"].items():
                    if leaf["finding"] in rule["establishes"] and rule["status"] == "fired":
                        visit(other)

    visit(rule_id)
    return facts


def _relied_on(document: dict, rules: Mapping[str, dict]) -> set[str]:
    """The rules among these that the recommendation's reasons name, the method's own only where no provision is.

    A provision that is still open, or that shows a complaint, is no ground and takes the place of none.
    """
    named = set(document["mitigating"]) | set(document["aggravating"]) | set(document["gravity"]["grounds"])
    for part in ("outcomes", "corrections"):
        named |= {rule_id for one in document[part] for rule_id in rules_of(one)}
    for part in ("gates", "refer"):
        named |= {rule_id for one in document[part] for rule_id in one["rules"]}
    for one in (*document["red_lines"], *document["tolerances"]):
        if one["status"] == "established":
            named |= set(one["rules"])
    named &= rules.keys()
    return {rule_id for rule_id in named if _is_provision(rules[rule_id])} or named


def _is_provision(rule: dict) -> bool:
    return rule["confidence"] != "DESIGN"
