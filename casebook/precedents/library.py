"""The library of precedents: who reads which, what each stands for here, and what becomes of it.

What a precedent says never changes; `change_life` alone changes where it stands, with a line in its history.
"""

from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, PrecedentNotFound, Problem
from casebook.fields import text_problem
from casebook.models import (
    Case,
    Life,
    Organisation,
    Precedent,
    PrecedentChange,
    PrecedentCoding,
    PrecedentReplay,
    Role,
    Tier,
    User,
)
from casebook.precedents import identity
from casebook.precedents.entering import Finding, Found, enter
from casebook.precedents.finding import listing, readable
from casebook.precedents.markers import markers_of
from casebook.precedents.words import LIVES
from casebook.search.index import index_precedent

__all__ = [
    "Finding", "Found", "alive", "base_token", "change_life", "ensure_tells_nobody", "enter",
    "get", "history", "listing", "may_publish", "own_case", "publish", "readable", "refuse", "shows_people", "tier_for",
    "withdraw",
]  # fmt: skip

_ENDS = {Life.REVERSED, Life.WITHDRAWN, Life.SUPERSEDED}
PATHS = {
    Life.CODING: {Life.PROPOSED, Life.REFUSED, Life.REVERSED, Life.WITHDRAWN},
    Life.PROPOSED: {Life.ALIVE, Life.REFUSED, Life.REVERSED, Life.WITHDRAWN},
    Life.REFUSED: {Life.CODING, Life.PROPOSED, Life.REVERSED, Life.WITHDRAWN},
    Life.ALIVE: {Life.REVIEW, Life.FLIPPED, *_ENDS},
    Life.REVIEW: {Life.ALIVE, Life.FLIPPED, *_ENDS},
    Life.FLIPPED: {Life.ALIVE, Life.REVIEW, *_ENDS},
}
LONGEST_WHY = 2000
_LOADED = (
    joinedload(Precedent.organisation), selectinload(Precedent.facts), selectinload(Precedent.issues),
)  # fmt: skip


def get(session: Session, by: User, code: str) -> Precedent:
    """The precedent with this code, with everything it says; logged. Raises PrecedentNotFound, NotAllowed."""
    access.ensure(by, access.READ_PRECEDENTS)
    found = None
    if "\0" not in code:  # PostgreSQL keeps no such text, so no precedent has it
        query = readable(by).where(Precedent.code == code)
        found = session.scalar(
            query.options(
                *_LOADED, selectinload(Precedent.codings).joinedload(PrecedentCoding.coder),
                selectinload(Precedent.history).joinedload(PrecedentChange.by),
                joinedload(Precedent.proposed_by), joinedload(Precedent.approved_by),
            )
        )  # fmt: skip
    if found is None:
        raise PrecedentNotFound(code=code)
    events.record(session, "precedent.read", by, precedent=found.id)
    return found


def alive(session: Session) -> list[Precedent]:
    """The precedents that may be relied on, in the order in which they were entered, with facts and findings."""
    query = select(Precedent).where(Precedent.life == Life.ALIVE).order_by(Precedent.id)
    return list(session.scalars(query.options(*_LOADED)))


def tier_for(precedent: Precedent, organisation: Organisation) -> Tier:
    """How much a precedent weighs in this organ: its own, of an organ above it, or of any other."""
    if precedent.tier in (Tier.GUIDING, Tier.TYPICAL) or precedent.organisation_id == organisation.id:
        return precedent.tier
    above = organisation.is_within(precedent.organisation)
    return Tier.SUPERIOR if above and precedent.tier != Tier.ELSEWHERE else Tier.ELSEWHERE


def base_token(session: Session) -> str:
    """Another text whenever a precedent was entered, changed its standing or was replayed: a key for caches."""
    parts = []
    for table in (PrecedentChange, PrecedentReplay):
        last = select(table.id, table.at).order_by(table.id.desc()).limit(1)
        parts.append(tuple(session.execute(last).one_or_none() or ()))
        parts.append(session.scalar(select(func.count()).select_from(table)))
    return sha256(repr(parts).encode()).hexdigest()


def own_case(precedent: Precedent, by: User) -> Case | None:
    """The case a precedent was decided in, for those who may read that case; nobody else learns that there is one.

    Nor does who may still code it: they code from its text alone.
    """
    case = precedent.case
    if case is None or not access.may_read(by, case):
        return None
    uncoded = precedent.life in (Life.CODING, Life.REFUSED) and precedent.proposed_by_id != by.id
    return None if uncoded and access.may(by, access.CODE_PRECEDENT) else case


def history(precedent: Precedent, by: User) -> list[PrecedentChange]:
    """The lines of its history that this person is shown.

    Why an office's own went back before it was published may tell who it was: that is for those who work on it.
    """
    lines = list(precedent.history)
    if precedent.tier != Tier.OWN or _works_on(precedent, by):
        return lines
    published = next((place for place, one in enumerate(lines) if one.life == Life.ALIVE), len(lines))
    return lines[published:]


def shows_people(precedent: Precedent, by: User) -> bool:
    """Whether this person is told who entered and approved it: the names would tell others which organ decided."""
    own = precedent.organisation_id == by.organisation_id
    return precedent.tier != Tier.OWN or own or _works_on(precedent, by)


def _works_on(precedent: Precedent, by: User) -> bool:
    above = access.may(by, access.APPROVE_PRECEDENT) and precedent.organisation.is_within(by.organisation)
    return above or by.role == Role.AUDITOR or precedent.proposed_by_id == by.id


def change_life(
    session: Session,
    precedent: Precedent,
    life: Life,
    by: User | None,
    *,
    on: date,
    why: str = "",
    law: str = "",
) -> PrecedentChange:
    """Move a precedent to another standing, with its line in the history. Who may do so is for the caller to ask.

    Raises NotReady where no way leads there; BadFields for the reason.
    """
    events.lock(session)
    session.refresh(precedent, ["life"])
    if life not in PATHS.get(precedent.life, ()):
        was, wanted = LIVES[precedent.life], LIVES[life]
        raise NotReady(
            [
                Problem(
                    f"先例 {precedent.code} 现为“{was.zh}”，不能转为“{wanted.zh}”。",
                    f"Precedent {precedent.code} is {was.en}; it cannot become {wanted.en}.",
                )
            ]
        )
    for field, text, longest in (("why", why, LONGEST_WHY), ("law", law, 300)):
        if problem := text_problem(text, longest):
            raise BadFields({field: problem})
    before, precedent.life = precedent.life, life
    change = PrecedentChange(life=life, on=on, why=why.strip(), law=law.strip(), by=by, at=utc_now())
    precedent.history.append(change)
    session.flush()
    rows = [precedent, change]
    events.record(session, "precedent.changed", by, rows=rows, precedent=precedent.id, life=str(life))
    index_precedent(session, precedent)
    from casebook.search import alerts  # noqa: PLC0415 - alerts rest on the library

    alerts.precedent_changed(session, precedent, before, by, on=on)
    return change


def may_publish(precedent: Precedent, by: User) -> bool:
    """Whether this person may approve it: a second person of its organ or one above; of the command line's, a chief."""
    return (
        access.may(by, access.APPROVE_PRECEDENT)
        and precedent.life == Life.PROPOSED
        and precedent.organisation.is_within(by.organisation)
        and (by.role == Role.CHIEF if precedent.proposed_by_id is None else by.id != precedent.proposed_by_id)
    )


def publish(session: Session, precedent: Precedent, by: User, on: date, why: str = "") -> Precedent:
    """Approve a precedent: from now on it is relied on, and what it supersedes no longer is.

    Raises NotReady unless it waits for approval, and for one made from a case of this office whose facts are not
    settled (casebook.precedents.publish settles them); NotAllowed for whoever proposed it.
    """
    _ensure_waiting(session, precedent, by)
    if precedent.decision_id is not None and not precedent.facts:
        raise NotReady(
            [
                Problem(
                    f"先例 {precedent.code} 由本机关案件提出，应在“待办先例”中核对编码后批准。",
                    f"Precedent {precedent.code} comes from a case of this office: approve it with its coding.",
                )
            ]
        )
    precedent.approved_by, precedent.published_at = by, utc_now()
    change_life(session, precedent, Life.ALIVE, by, on=on, why=why)
    if precedent.supersedes_id is not None:
        old = session.get_one(Precedent, precedent.supersedes_id)
        why = f"由先例 {precedent.code} 替代 / superseded by {precedent.code}"
        change_life(session, old, Life.SUPERSEDED, by, on=on, why=why)
    return precedent


def refuse(session: Session, precedent: Precedent, by: User, on: date, why: str) -> Precedent:
    """Do not approve it, for a reason. Raises as `publish`; BadFields without a reason."""
    _ensure_waiting(session, precedent, by)
    _ensure_reason(why)
    change_life(session, precedent, Life.REFUSED, by, on=on, why=why)
    return precedent


def withdraw(
    session: Session, precedent: Precedent, by: User, on: date, why: str, law: str = ""
) -> Precedent:
    """Take a precedent out of the library (出库): the chief of its organ or one above, with a reason.

    Raises NotAllowed, BadFields, NotReady.
    """
    if not may_withdraw(precedent, by):
        raise NotAllowed(access.APPROVE_PRECEDENT)
    _ensure_reason(why)
    ensure_tells_nobody(session, precedent, why=why, law=law)
    change_life(session, precedent, Life.WITHDRAWN, by, on=on, why=why, law=law)
    return precedent


def may_withdraw(precedent: Precedent, by: User) -> bool:
    """Whether this person may take it out of the library."""
    return (
        access.may(by, access.APPROVE_PRECEDENT)
        and by.role == Role.CHIEF
        and precedent.organisation.is_within(by.organisation)
        and Life.WITHDRAWN in PATHS.get(precedent.life, ())
    )


def ensure_tells_nobody(session: Session, precedent: Precedent, **said: str) -> None:
    """Raise BadFields where what everybody will read of an office's own precedent would tell who it was."""
    if precedent.tier != Tier.OWN:
        return
    markers = markers_of(session, precedent.case) if precedent.case is not None else ()
    if problems := identity.problems(identity.check(said, markers, **identity.told(precedent))):
        raise BadFields(problems)


def _ensure_waiting(session: Session, precedent: Precedent, by: User) -> None:
    events.lock(session)
    session.refresh(precedent, ["life"])
    if access.may(by, access.APPROVE_PRECEDENT) and precedent.life != Life.PROPOSED:
        was = LIVES[precedent.life]
        raise NotReady(
            [
                Problem(
                    f"先例 {precedent.code} 现为“{was.zh}”，不在待批准之列。",
                    f"Precedent {precedent.code} is {was.en}; it does not wait for approval.",
                )
            ]
        )
    if not may_publish(precedent, by):
        raise NotAllowed(access.APPROVE_PRECEDENT)


def _ensure_reason(why: str) -> None:
    if problem := text_problem(why, LONGEST_WHY, required=True):
        raise BadFields({"why": problem})
