"""Which precedents a person may read, and which of them meet what they look for."""

import json
from datetime import date

from sqlalchemy import ColumnElement, Select, Text, and_, false, func, or_, select, type_coerce
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.models import (
    Life,
    Organisation,
    Precedent,
    PrecedentFact,
    PrecedentIssue,
    Role,
    Tier,
    User,
)
from rules.library import library

_MOST_RULES = 300  # carrying the words looked for; more say nothing of what is meant
_FIXED = (Tier.GUIDING, Tier.TYPICAL)


def readable(by: User) -> Select[tuple[Precedent]]:
    """The precedents this person may read: all that were ever published; others only for those who work on them.

    What was not approved yet may still tell who was meant.
    """
    precedents = select(Precedent)
    if not access.may(by, access.READ_PRECEDENTS):
        return precedents.where(false())
    if by.role == Role.AUDITOR:
        return precedents
    theirs = [Precedent.published_at.is_not(None), Precedent.proposed_by_id == by.id]
    if access.may(by, access.APPROVE_PRECEDENT):
        theirs.append(Precedent.organisation_id.in_(access.organs_within(by.organisation_id)))
    return precedents.where(or_(*theirs))


def listing(
    session: Session,
    by: User,
    *,
    limit: int | None = None,
    offset: int = 0,
    **filters,
) -> list[Precedent]:
    """The precedents that meet every filter of `matching`, the newest decisions first; logged. Raises NotAllowed."""
    access.ensure(by, access.READ_PRECEDENTS)
    query = matching(by, **filters).options(joinedload(Precedent.organisation))
    query = query.order_by(Precedent.decided_on.is_(None), Precedent.decided_on.desc(), Precedent.id.desc())
    found = list(session.scalars(query.limit(limit).offset(offset)))
    events.record(session, "precedents.listed", by, found=len(found))
    return found


def count(session: Session, by: User, **filters) -> int:
    """How many there are in all."""
    return session.scalar(select(func.count()).select_from(matching(by, **filters).subquery()))


def by_life(session: Session, by: User) -> dict[Life, int]:
    """How many precedents this person may read, by their standing."""
    found = readable(by).subquery()
    counted = session.execute(select(found.c.life, func.count()).group_by(found.c.life))
    return {Life(life): number for life, number in counted}


def matching(
    by: User,
    *,
    outcome: str = "",
    tier: str = "",
    life: str = "",
    issue: str = "",
    finding: str = "",
    fact: str = "",
    value: object = None,
    region: str = "",
    sector: str = "",
    since: date | None = None,
    until: date | None = None,
    article: str = "",
) -> Select[tuple[Precedent]]:
    """The readable precedents that meet every filter given. `tier` is as seen from the person's own organ."""
    query = readable(by)
    if outcome:
        query = query.where(Precedent.outcome == outcome)
    if life:
        query = query.where(Precedent.life == life)
    if tier:
        query = query.where(_of_tier(by.organisation, Tier(tier)))
    if issue:
        found = select(PrecedentIssue.precedent_id).where(PrecedentIssue.issue == issue)
        query = query.where(
            Precedent.id.in_(found.where(PrecedentIssue.outcome == finding) if finding else found)
        )
    if fact:
        known = select(PrecedentFact.precedent_id).where(
            PrecedentFact.fact_id == fact, PrecedentFact.state == "known"
        )
        query = query.where(
            Precedent.id.in_(known if value is None else known.where(PrecedentFact.value == value))
        )
    if region:
        query = query.where(Precedent.region == region)
    if sector:
        query = query.where(Precedent.sector == sector)
    if since:
        query = query.where(Precedent.decided_on >= since)
    if until:
        query = query.where(Precedent.decided_on <= until)
    if article:
        query = query.where(_rests_on(article))
    return query


def _rests_on(text: str) -> ColumnElement[bool]:
    """Whether it rests on a rule with this id, or on an article in whose citation these words stand."""
    kept = type_coerce(Precedent.articles, Text)
    wanted = [json.dumps(text, ensure_ascii=False)[1:-1]]
    for pack in library().packs.values():
        for rule in pack.rules:
            said = f"{rule.instrument} {pack.sources[rule.instrument].title.zh} {rule.article}"
            if text in said and len(wanted) <= _MOST_RULES:
                wanted.append(f'"{rule.id}"')
    return or_(*(kept.contains(one, autoescape=True) for one in dict.fromkeys(wanted)))


def _of_tier(organisation: Organisation, tier: Tier) -> ColumnElement[bool]:
    """`library.tier_for` as a condition."""
    if tier in _FIXED:
        return Precedent.tier == tier
    above = [organ.id for organ in organisation.and_above()][1:]
    here = Precedent.organisation_id == organisation.id
    near = Precedent.organisation_id.in_(above)
    own = and_(here, Precedent.tier == tier)
    if tier == Tier.OWN:
        return own
    if tier == Tier.SUPERIOR:
        return or_(own, and_(near, Precedent.tier.in_((Tier.OWN, Tier.SUPERIOR))))
    far = and_(Precedent.organisation_id != organisation.id, Precedent.tier.not_in(_FIXED))
    return or_(own, and_(far, or_(~near, Precedent.tier == Tier.ELSEWHERE)))
