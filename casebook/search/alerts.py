"""Telling people, without being asked, that a precedent or a rule touches their open case, or meets a saved search.

Precedents of elsewhere bind nobody and alert nobody. An alert only points; what binds is read on the page of the case.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Text, func, or_, select, type_coerce
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import access, events
from casebook.db import utc_now
from casebook.models import (
    Alert,
    Case,
    Event,
    Life,
    Part,
    Precedent,
    Recommendation,
    SavedSearch,
    SearchEntry,
    Tier,
    User,
)
from casebook.packs.current import library_on
from casebook.precedents import ageing, library
from casebook.procedure.dates import today
from casebook.search.filters import Filters
from casebook.search.find import asked, entries
from casebook.search.open_cases import touched
from casebook.search.rule_changes import changed_rules
from rules.library import Library

PRECEDENT, RULES, SEARCH = "precedent", "rules", "search"
COMPARED = "alerts.rules_compared"
_TOLD = (Part.REVIEWER, Part.CHAIR)
_SHOWN = (
    joinedload(Alert.case), joinedload(Alert.precedent), joinedload(Alert.search),
)  # fmt: skip


def precedent_changed(
    session: Session, precedent: Precedent, before: Life, by: User | None, *, on: date
) -> list[Alert]:
    """Alert whom it concerns that a precedent came to count, or no longer counts. Logged with counts."""
    if (before == Life.ALIVE) == (precedent.life == Life.ALIVE):
        return []
    made = _of_cases(session, precedent, on)
    if precedent.life == Life.ALIVE:
        made += _of_searches(session, precedent)
    return _told(session, made, by, precedent=precedent.id)


def rules_changed(session: Session, by: User | None, *, packs: Library | None = None) -> list[Alert]:
    """Alert whom it concerns that a rule which reads their open case is not what it was when it was recommended.

    Compared are the rules themselves, from the texts kept with the recommendation; each set of rules alerts once, and
    one that was compared last is not compared again: whatever was recommended since rests on it.
    """
    packs = packs or library_on(session, today())
    digest = ageing.rules_digest(packs)[:16]
    if _last_compared(session) == digest:
        return []
    made = []
    for case, recommendation in _recommended(session, packs, digest):
        changed = changed_rules(session, recommendation.content, packs)
        if changed:
            detail = {"digest": digest, "rules": sorted(changed), "seq": recommendation.seq}
            made += [
                Alert(user_id=user.id, kind=RULES, case_id=case.id, detail=detail, at=utc_now())
                for user in whom(case)
            ]
    events.record(session, COMPARED, by, rules=digest)
    return _told(session, made, by, rules=digest)


def _last_compared(session: Session) -> str | None:
    """The rules with which the open cases were compared last; None: never."""
    last = select(Event).where(Event.kind == COMPARED).order_by(Event.seq.desc()).limit(1)
    event = session.scalar(last)
    return event.detail["rules"] if event is not None else None


def whom(case: Case) -> list[User]:
    """Who is told of an open case: its officer, reviewer and chair, as long as they may read it."""
    held = [row.user for row in case.assignments if row.ended_at is None and row.part in _TOLD]
    people = {user.id: user for user in (case.officer, *held)}
    return [
        user for user in people.values() if access.may_read(user, case) and not access.stands_back(user, case)
    ]


def listing(session: Session, by: User, *, limit: int, offset: int = 0) -> list[Alert]:
    """One's own alerts on what one may still read, those not seen yet first, then the latest; logged."""
    own = _own(by).order_by(Alert.seen_at.is_not(None), Alert.id.desc()).options(*_SHOWN)
    found = list(session.scalars(own.limit(limit).offset(offset)))
    events.record(session, "alerts.read", by, alerts=[alert.id for alert in found])
    return found


def count(session: Session, by: User, *, unseen: bool = True) -> int:
    own = _own(by).where(Alert.seen_at.is_(None)) if unseen else _own(by)
    return session.scalar(select(func.count()).select_from(own.subquery()))


def of_case(session: Session, by: User, case: Case) -> list[Alert]:
    """One's own alerts on this case that were not seen yet, the latest first."""
    own = _own(by).where(Alert.case_id == case.id, Alert.seen_at.is_(None))
    return list(session.scalars(own.order_by(Alert.id.desc()).options(*_SHOWN)))


def see(session: Session, by: User, ids: Iterable[int] | None = None) -> int:
    """Note that one has seen these alerts of one's own (None: all); returns how many that were not seen before."""
    events.lock(session)
    own = select(Alert).where(Alert.user_id == by.id, Alert.seen_at.is_(None))
    if ids is not None:
        own = own.where(Alert.id.in_(list(ids)))
    found = list(session.scalars(own))
    for alert in found:
        alert.seen_at = utc_now()
    if found:
        events.record(session, "alerts.seen", by, alerts=[alert.id for alert in found])
    return len(found)


def _own(by: User):
    visible = access.visible_cases(by).with_only_columns(Case.id)
    return select(Alert).where(
        Alert.user_id == by.id, or_(Alert.case_id.is_(None), Alert.case_id.in_(visible))
    )


def _told(session: Session, made: list[Alert], by: User | None, **detail) -> list[Alert]:
    if made:
        session.add_all(made)
        session.flush()
        events.record(session, "alerts.made", by, count=len(made), **detail)
    return made


def _of_cases(session: Session, precedent: Precedent, on: date) -> list[Alert]:
    found = touched(session, precedent, on)
    if not found:
        return []
    # an alert on the same precedent that was not seen yet is now out of date
    waiting = select(Alert).where(
        Alert.kind == PRECEDENT, Alert.precedent_id == precedent.id, Alert.seen_at.is_(None)
    )
    unseen = {(alert.case_id, alert.user_id): alert for alert in session.scalars(waiting)}
    cases = select(Case).where(Case.id.in_(found)).order_by(Case.id).options(*_WITH_PEOPLE)
    made = []
    for case in session.scalars(cases):
        if library.tier_for(precedent, case.organisation) == Tier.ELSEWHERE:
            continue
        detail = {"life": str(precedent.life), "how": found[case.id]}
        for user in whom(case):
            alert = unseen.get((case.id, user.id))
            if alert is not None:
                alert.detail, alert.at = detail, utc_now()
                continue
            made.append(
                Alert(
                    user_id=user.id, kind=PRECEDENT, case_id=case.id, precedent_id=precedent.id, detail=detail,
                    at=utc_now(),
                )
            )  # fmt: skip
    return made


_WITH_PEOPLE = (
    selectinload(Case.assignments), selectinload(Case.recusals), joinedload(Case.organisation),
    joinedload(Case.officer),
)  # fmt: skip


def _of_searches(session: Session, precedent: Precedent) -> list[Alert]:
    """The saved searches that a precedent which has just come to count meets, each for its owner."""
    made = []
    place = select(SearchEntry.id).where(SearchEntry.precedent_id == precedent.id)
    telling = select(SavedSearch).where(SavedSearch.tells, SavedSearch.name != "")
    for search in session.scalars(telling.options(joinedload(SavedSearch.user)).order_by(SavedSearch.id)):
        if not access.may(search.user, access.READ_PRECEDENTS):
            continue
        query, filters = asked(search.query, Filters.from_json(search.filters))
        met = entries(session, search.user, query, filters).where(SearchEntry.id.in_(place))
        if session.scalar(met) is not None:
            made.append(
                Alert(
                    user_id=search.user_id, kind=SEARCH, precedent_id=precedent.id, search_id=search.id, at=utc_now(),
                    detail={"life": str(precedent.life)},
                )
            )  # fmt: skip
    return made


def _recommended(session: Session, packs: Library, digest: str) -> Iterator[tuple[Case, Recommendation]]:
    """The open cases whose latest recommendation was made by other rules and which were not told of these yet.

    A few at a time, and sorted out by the database: each recommendation has 100 KiB and more.
    """
    last = select(Recommendation.case_id, func.max(Recommendation.seq).label("seq"))
    last = last.group_by(Recommendation.case_id).subquery()
    told = select(Alert.case_id).where(Alert.kind == RULES, type_coerce(Alert.detail, Text).contains(digest))
    digests = (packs.vocabulary.digest, *(pack.digest for pack in packs.packs.values()))
    rows = select(Case, Recommendation).join(Recommendation, Recommendation.case_id == Case.id)
    rows = rows.join(last, (last.c.case_id == Case.id) & (last.c.seq == Recommendation.seq))
    rows = rows.where(
        Case.stage.in_(access.BEFORE_DECISION), Case.id.not_in(told),
        or_(*(~Recommendation.document.contains(one) for one in digests)),
    )  # fmt: skip
    rows = rows.order_by(Case.id).options(*_WITH_PEOPLE)
    yield from session.execute(rows.execution_options(yield_per=20))
