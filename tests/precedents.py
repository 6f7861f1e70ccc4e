"""Precedents for tests, entered and approved through the functions the site uses; any detail can be overridden."""

import itertools
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.db import utc_now
from casebook.models import Life, Precedent, PrecedentReplay, Role, User
from casebook.precedents import library
from casebook.procedure.dates import today
from rules.library import library as library_of_rules
from tests.factories import make_user
from tests.snapshots import prepared

_count = itertools.count(1)

TOLERATED = {
    "purpose": "public", "private_gain_self": False, "mental_state": "ordinary_negligence", "deaths": 0,
    "knew_of_prohibition": False,
}  # fmt: skip
HELD = {
    "purpose": "private", "private_gain_self": True, "mental_state": "intentional", "knew_of_prohibition": True,
    "circumstances_grade": "relatively_serious",
}  # fmt: skip


@prepared
def a_precedent(
    session: Session,
    by: User | None = None,
    *,
    outcome: str = "tolerate",
    facts: dict | None = None,
    tier: str = "own",
    life: str = "alive",
    current: bool = True,
    **fields,
) -> Precedent:
    """A precedent of the organ of `by` (a reviewer of a new one), brought to a standing by the right people.

    `current`: replayed under the rules of today, with the same outcome.
    """
    number = next(_count)
    by = by or make_user(session, "reviewer")
    named = {
        "code": f"T-{number}", "title": f"先例{number}：未批先建村道", "body": by.organisation.name_zh, "tier": tier,
        "summary": "镇政府为方便群众出行，未取得用地批准即组织施工，事后补办手续，没有造成损失。",
        "decided_on": date(2025, 6, 1), "conduct": "2024-03", "on": today(),
        "source_title": "指导性案例汇编" if tier in ("guiding", "typical") else "",
    }  # fmt: skip
    if facts is None:
        facts = HELD if outcome == "hold_accountable" else TOLERATED
    begins = Life.CODING if life == Life.CODING else Life.PROPOSED
    precedent = library.enter(session, by, outcome=outcome, facts=facts, life=begins, **{**named, **fields})
    if life in (Life.CODING, Life.PROPOSED):
        return precedent
    if life == Life.REFUSED:
        return library.refuse(session, precedent, a_second_person(session, by), today(), "事实不清")
    library.publish(session, precedent, a_second_person(session, by), today())
    if life != Life.ALIVE:
        library.change_life(session, precedent, Life(life), None, on=today(), why="测试")
    if current:
        replayed(session, precedent)
    return precedent


def a_second_person(session: Session, by: User) -> User:
    """A chief of the same organ who is not the one who proposed."""
    chiefs = select(User).where(
        User.organisation_id == by.organisation_id, User.role == Role.CHIEF, User.active, User.id != by.id
    )
    found = session.scalars(chiefs.order_by(User.id)).first()
    return found or make_user(session, "chief", organisation=by.organisation)


def replayed(session: Session, precedent: Precedent, result: str = "same", on: date | None = None) -> None:
    """Decided again by the rules of the day."""
    row = PrecedentReplay(
        precedent_id=precedent.id, rules_sha256=_digest(), as_of=on or today(), result=result,
        disposition=precedent.outcome, reachable=[precedent.outcome], at=utc_now(),
    )  # fmt: skip
    session.add(row)
    events.record(session, "precedent.changed", None, rows=[row], precedent=precedent.id)


def _digest() -> str:
    try:
        from casebook.precedents.ageing import rules_digest
    except ImportError:
        return library_of_rules().vocabulary.digest
    return rules_digest()
