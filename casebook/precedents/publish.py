"""A decided case becomes a precedent: proposed without names, coded a second time blind, approved by another person.

Until it is approved its facts and findings are kept with the codings alone, so that nothing shows them to who codes.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text, text_problem
from casebook.models import Case, Life, Precedent, PrecedentCoding, PrecedentFact, PrecedentIssue, User
from casebook.precedents import ageing, checking, coding, identity, library
from casebook.precedents.derived import derived, facts_of_decision
from casebook.precedents.entering import Finding, Found, next_code
from casebook.precedents.markers import markers_of
from casebook.precedents.proposals import (
    OPEN,
    ensure_may_approve,
    ensure_proposer,
    load,
    may_approve,
    own_proposal,
    task_of,
    waiting,
    waits_for,
)
from casebook.precedents.words import LIVES
from casebook.procedure import workflow
from casebook.procedure.appeal_ways import appeals_of, openings
from casebook.procedure.decide import standing_decision
from rules.factor import OUTCOMES

__all__ = [
    "approve", "ensure_may_approve", "ensure_proposer", "load", "may_approve", "missing", "own_proposal", "possible",
    "propose", "refuse", "revise", "task_of", "waiting", "waits_for", "withdraw",
]  # fmt: skip
TEXTS = ("title", "summary", "holding", "notes")
REQUIRED = ("title", "summary")


def missing(session: Session, case: Case, on: date) -> list[Problem]:
    """Everything that keeps the decision of a case from being proposed as a precedent now."""
    decision = standing_decision(session, case)
    if decision is None:
        return [Problem(
            "本案没有现行有效的决定，不能列为先例。", "The case has no decision that stands; it cannot be a precedent."
        )]  # fmt: skip
    found = []
    if decision.effective_on is None or decision.effective_on > on:
        found.append(Problem("决定尚未生效。", "The decision is not in force yet."))
    if decision.disposition not in OUTCOMES:
        found.append(Problem(
            "决定认定事实不成立，没有可供参照的处理结果。", "Nothing was established; there is no outcome to follow."
        ))  # fmt: skip
    if any(row.is_open for row in appeals_of(session, case)):
        found.append(Problem(
            "申诉正在办理，办结之后才能提议。", "An appeal is open; propose once it is decided."
        ))  # fmt: skip
    found += _time_to_appeal(session, case, on)
    query = select(Precedent.id).where(Precedent.decision_id == decision.id, Precedent.life != Life.WITHDRAWN)
    if session.scalar(query.limit(1)):
        found.append(Problem("这一决定已经提议过。", "This decision has been proposed already."))
    return found


def possible(session: Session, by: User, case: Case, on: date) -> bool:
    """Whether this person may propose the decision of this case as a precedent now."""
    return workflow.may_do(by, "propose_precedent", case) and not missing(session, case, on)


def propose(
    session: Session,
    case: Case,
    by: User,
    *,
    title: str,
    summary: str,
    holding: str = "",
    notes: str = "",
    issues: Mapping[str, Finding] | None = None,
    place: str = "none",
    period: str = "month",
    on: date,
) -> Precedent:
    """Propose the decision that stands as a precedent, to be coded a second time.

    The facts are those the recommendation of the decision read, but for texts and days; `place` and `period` say how
    much of where and when is told. Raises NotReady, BadFields (also for whatever would tell who it was), NotAllowed,
    WrongStage.
    """
    workflow.ensure(session, by, "propose_precedent", case)
    if problems := missing(session, case, on):
        raise NotReady(problems)
    decision = standing_decision(session, case)
    place = place if identity.region_of(case.region, "city") or place not in identity.PLACES else "none"
    facts, findings = facts_of_decision(session, decision), dict(issues or {})
    findings.setdefault("disposition", Finding(decision.disposition))
    texts = {"title": title, "summary": summary, "holding": holding, "notes": notes}
    errors = coding.finding_problems(findings, decision.disposition)
    errors |= _text_problems(texts)
    errors |= _told_too_much(session, case, texts, findings, facts, place, period)
    if errors:
        raise BadFields(errors)
    start = f"P{on.year}-"  # one row for all organs: a code does not tell which of them decided
    precedent = library.enter(
        session, by, **texts, **derived(session, decision, facts, place, period), facts={}, life=Life.CODING,
        organisation=case.organisation, case=case, decision=decision, code=next_code(session, start), on=on,
    )  # fmt: skip
    own = PrecedentCoding(
        precedent_id=precedent.id, coder_id=by.id, facts=coding.plain_facts(facts),
        issues=coding.plain_issues(findings), at=utc_now(), submitted_at=utc_now(),
    )  # fmt: skip
    session.add(own)
    events.record(session, "precedent.coded", by, rows=[own], precedent=precedent.id)
    events.record(session, "precedent.proposed", by, case, decision=decision.id)
    session.expire(precedent, ["codings"])
    return precedent


def revise(
    session: Session,
    precedent: Precedent,
    by: User,
    *,
    title: str,
    summary: str,
    holding: str,
    notes: str,
    on: date,
) -> Precedent:
    """Change the words of a proposal that was refused, and hand it in again; its codings stay as they were given.

    Raises NotAllowed for anybody but the proposer, NotReady, BadFields.
    """
    _lock(session, precedent)
    ensure_proposer(precedent, by)
    _ensure_life(precedent, Life.REFUSED)
    _ensure_stands(session, precedent)
    texts = {"title": title, "summary": summary, "holding": holding, "notes": notes}
    errors = _text_problems(texts) | identity.problems(
        identity.check(texts, markers_of(session, precedent.case), **identity.told(precedent))
    )
    if errors:
        raise BadFields(errors)
    for field, text in texts.items():
        setattr(precedent, field, text.strip())
    life = Life.PROPOSED if coding.second_of(precedent) else Life.CODING
    library.change_life(session, precedent, life, by, on=on, why="修改后再次提出 / handed in again, amended")
    return precedent


def withdraw(session: Session, precedent: Precedent, by: User, *, on: date) -> Precedent:
    """Take one's own proposal back. Raises NotAllowed, NotReady."""
    _lock(session, precedent)
    ensure_proposer(precedent, by)
    _ensure_life(precedent, *OPEN)
    library.change_life(
        session, precedent, Life.WITHDRAWN, by, on=on, why="提议人撤回 / taken back by who proposed it"
    )
    return precedent


def approve(
    session: Session,
    precedent: Precedent,
    by: User,
    *,
    settled: Mapping[str, coding.Settled] | None = None,
    alone: str = "",
    on: date,
) -> Precedent:
    """Approve a proposal: settle where the codings differ, keep facts and findings for good, and publish it.

    `settled` has a choice for every difference. Without a second coding `alone` says why none is waited for. Raises
    NotAllowed, NotReady (also where the decision fell or the words now tell too much), BadFields.
    """
    _lock(session, precedent)
    ensure_may_approve(precedent, by)
    _ensure_stands(session, precedent)
    first, second = coding.first_of(precedent), coding.second_of(precedent)
    errors: dict[str, Problem] = {}
    if second is None:
        alone = check_text(errors, "alone", alone, library.LONGEST_WHY, required=True)
        library.ensure_tells_nobody(session, precedent, alone=alone)
    else:
        errors |= coding.unsettled(first, second, settled or {})
    if errors:
        raise BadFields(errors)
    choice = coding.settle(first, second, settled or {}, by)
    _ensure_anonymous(session, precedent, choice)
    rows = _keep_content(session, precedent, choice)
    if second is not None:
        session.add(choice.row)
        rows.append(choice.row)
    else:
        library.change_life(session, precedent, Life.PROPOSED, by, on=on)
    session.flush()
    events.record(
        session, "precedent.settled", by, rows=rows, precedent=precedent.id, differences=len(choice.kept)
    )
    session.expire(precedent, ["facts", "issues", "codings"])
    library.publish(session, precedent, by, on, why=alone if second is None else "")
    ageing.replay(session, precedent, on, by=by)
    return precedent


def refuse(session: Session, precedent: Precedent, by: User, *, why: str, on: date) -> Precedent:
    """Send a proposal back to who made it, with the reason. Raises NotAllowed, NotReady, BadFields."""
    _lock(session, precedent)
    ensure_may_approve(precedent, by)
    if problem := text_problem(why, library.LONGEST_WHY, required=True):
        raise BadFields({"why": problem})
    library.change_life(session, precedent, Life.REFUSED, by, on=on, why=why)
    return precedent


def _time_to_appeal(session: Session, case: Case, on: date) -> list[Problem]:
    for one in openings(session, case, on):
        if not one.is_open or one.way.without or one.way.ask is None:
            continue
        if one.starts_on is None or (one.last_day is None and one.no_day):
            return [one.no_day]
        if one.last_day and on <= one.last_day:
            return [Problem(
                f"“{one.way.channel.zh}”的期限到 {one.last_day} 届满，届满之后才能提议。",
                f"The time for “{one.way.channel.en}” runs until {one.last_day}; propose once it is over.",
            )]  # fmt: skip
    return []


def _text_problems(texts: Mapping[str, str]) -> dict[str, Problem]:
    errors: dict[str, Problem] = {}
    for field, text in texts.items():
        check_text(
            errors, field, text, checking.LONGEST[field], required=field in REQUIRED,
            one_line=field == "title",
        )  # fmt: skip
    return errors


def _told_too_much(
    session: Session,
    case: Case,
    texts: Mapping[str, str],
    findings: Mapping[str, Finding],
    facts: Mapping[str, Found],
    place: str,
    period: str,
) -> dict[str, Problem]:
    errors: dict[str, Problem] = {}
    for field, value, known in (("place", place, identity.PLACES), ("period", period, identity.PERIODS)):
        if value not in known:
            errors[field] = Problem("请从所列选项中选择。", "Choose one of the listed.")
    if errors:
        return errors
    plain = {name: one.value for name, one in facts.items()}
    if problem := identity.combination(session, case, plain, place=place, period=period):
        errors["place"] = problem
    whole = {**texts, **{f"words_{issue}": one.words for issue, one in findings.items()}}
    hits = identity.check(whole, markers_of(session, case), place=place, period=period)
    return identity.problems(hits) | errors


def _ensure_anonymous(session: Session, precedent: Precedent, choice: coding.Choice) -> None:
    """Once more before it is published: people and words may have come into the case since."""
    words = {f"words_{issue}": one.words for issue, one in choice.issues.items()}
    words |= {f"why_{name}": one.why for name, one in choice.kept.items()}
    texts = {field: getattr(precedent, field) for field in TEXTS} | words
    case, shown = precedent.case, identity.told(precedent)
    found = identity.problems(identity.check(texts, markers_of(session, case), **shown))
    facts = {name: one.value for name, one in choice.facts.items()}
    if problem := identity.combination(session, case, facts, **shown):
        found["place"] = problem
    if found:
        raise NotReady(list(found.values()))


def _keep_content(session: Session, precedent: Precedent, choice: coding.Choice) -> list:
    """Facts and findings as they were settled, for good. Returns the rows written."""
    errors = coding.finding_problems(choice.issues, precedent.outcome)
    for name, one in choice.facts.items():
        checking.check_fact(errors, name, one)
    if errors:
        raise BadFields(errors)
    precedent.facts = [
        PrecedentFact(fact_id=name, value=one.value, state=one.state, how=one.how)
        for name, one in sorted(choice.facts.items())
    ]
    present = {row.issue: row for row in precedent.issues}
    for issue, one in choice.issues.items():
        row = present.get(issue)
        if row is None:
            row = PrecedentIssue(issue=issue)
            precedent.issues.append(row)
        row.outcome, row.words = one.outcome, one.words
        row.reasons, row.rejected = list(one.reasons), list(one.rejected)
    session.flush()
    return [*precedent.facts, *precedent.issues]


def _lock(session: Session, precedent: Precedent) -> None:
    events.lock(session)
    session.expire_all()
    session.refresh(precedent)


def _ensure_life(precedent: Precedent, *lives: Life) -> None:
    if precedent.life not in lives:
        was = LIVES[precedent.life]
        raise NotReady([Problem(
            f"先例 {precedent.code} 现为“{was.zh}”，不能这样办理。",
            f"Precedent {precedent.code} is {was.en}; this cannot be done with it.",
        )])  # fmt: skip


def _ensure_stands(session: Session, precedent: Precedent) -> None:
    """The decision still stands, and nobody appeals against it."""
    decision = standing_decision(session, precedent.case)
    if decision is None or decision.id != precedent.decision_id:
        raise NotReady([Problem("所依据的决定已不再有效。", "The decision it rests on no longer stands.")])
    if any(row.is_open for row in appeals_of(session, precedent.case)):
        raise NotReady(
            [Problem("申诉正在办理，办结之后再处理。", "An appeal is open; wait until it is decided.")]
        )
