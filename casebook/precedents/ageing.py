"""Precedents age with the law: each is decided again by the rules of the day, and only what still stands is relied on.

Same outcome: it lives. Another, because the law changed: it is flipped, not citable, and kept for history; a later law
may bring it back. Cannot be decided again: a person looks at it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from casebook import access, events
from casebook.db import json_sha256, utc_now
from casebook.errors import NotAllowed, Problem
from casebook.models import Decision, Life, Precedent, PrecedentChange, PrecedentReplay, Role, User
from casebook.packs.current import library_on
from casebook.precedents import library
from casebook.precedents.again import CANNOT_RUN, DEPARTED, OTHER, SAME, decide_again
from rules.factors import book
from rules.library import Library
from rules.library import library as shipped

REPLAYED = (Life.ALIVE, Life.FLIPPED, Life.REVIEW)
_FALLS = dict.fromkeys((Life.CODING, Life.PROPOSED, Life.REFUSED, *REPLAYED), Life.REVERSED)
_BATCH = 50
SHOWN = 50


@dataclass
class Report:
    """What replaying several precedents came to; `changed` holds those that changed their standing, by code."""

    replayed: int = 0
    results: dict[str, int] = field(default_factory=dict)
    changed: list[tuple[str, Life, Life]] = field(default_factory=list)


@dataclass(frozen=True)
class Due:
    """A precedent that is not current, and why."""

    precedent_id: int
    code: str
    title: str
    why: Problem


NEVER = Problem("尚未按现行规定复核", "never decided again")
RULES_CHANGED = Problem("规则或者事实词表已更新", "the rules, the vocabulary or the factors have changed")
LAW_CHANGED = Problem("其后有规定施行或者失效", "a provision has come into force or ended since")


def rules_digest(packs: Library | None = None) -> str:
    """SHA-256 over everything a replay is made by: the packs, the vocabulary and the factors."""
    packs = packs or shipped()
    parts = {name: pack.digest for name, pack in packs.packs.items()}
    return digest_of_rules(parts, packs.vocabulary.digest)


def digest_of_rules(packs: Mapping[str, str], vocabulary: str) -> str:
    """The same from the digests of the packs, by name, and of the vocabulary."""
    return json_sha256([packs, vocabulary, book().digest])


def replay(
    session: Session, precedent: Precedent, on: date, packs: Library | None = None, *, by: User | None = None
) -> PrecedentReplay:
    """Decide a precedent again by the rules of the day, keep what came out, and move its standing accordingly.

    Replayed twice under the same rules for the same day, the first stands. Whoever may do so is for the caller to ask.
    """
    events.lock(session)
    session.refresh(precedent, ["life"])
    packs = packs or library_on(session, on)
    digest = rules_digest(packs)
    before = latest(session, precedent)
    if before is not None and (before.rules_sha256, before.as_of) == (digest, on):
        return before
    facts = precedent.known_facts
    found = decide_again(facts, precedent.outcome, precedent.conduct, precedent.decided_on, on, packs)
    row = PrecedentReplay(
        precedent_id=precedent.id, rules_sha256=digest, as_of=on, result=found.result,
        disposition=found.disposition, reachable=list(found.reachable), why=_both(found.why), at=utc_now(),
    )  # fmt: skip
    session.add(row)
    events.record(session, "precedent.replayed", by, rows=[row], precedent=precedent.id, result=found.result)
    life = _standing(session, precedent, found.result, before)
    if life != precedent.life:
        library.change_life(session, precedent, life, by, on=on, why=_both(found.why), law=found.law)
    return row


def _standing(session: Session, precedent: Precedent, result: str, before: PrecedentReplay | None) -> Life:
    """Where a precedent stands after a replay.

    What a replay flipped or put under review comes back with its outcome; what a person put under review stays there.
    One that stood and now appears to have departed from the start means that the rules of its own day were mended: a
    person looks.
    """
    life = precedent.life
    if life not in REPLAYED:
        return life
    if result == OTHER:
        return Life.FLIPPED
    if result == CANNOT_RUN:
        return Life.REVIEW
    if result == DEPARTED:
        stood = life == Life.ALIVE and before is not None and before.result == SAME
        return Life.REVIEW if stood else life
    return life if life == Life.REVIEW and not _fell_by_replay(session, precedent) else Life.ALIVE


def _fell_by_replay(session: Session, precedent: Precedent) -> bool:
    """Whether its last change is one that a replay made: in the words of that replay."""
    query = select(PrecedentReplay.id).where(
        PrecedentReplay.precedent_id == precedent.id, PrecedentReplay.why == precedent.history[-1].why
    )
    return session.scalar(query.limit(1)) is not None


def is_current(session: Session, precedent: Precedent, on: date, packs: Library | None = None) -> bool:
    """Whether it was last replayed under the rules as they are, and no rule has begun or ended from then to `on`."""
    packs = packs or library_on(session, on)
    return _why_due(latest(session, precedent), on, packs, rules_digest(packs)) is None


def current_ids(session: Session, on: date) -> set[int]:
    """The ids of all precedents that are current on the day."""
    packs = library_on(session, on)
    digest = rules_digest(packs)
    rows = session.execute(_latest_rows())
    return {row.precedent_id for row in rows if not _why_due(row, on, packs, digest)}


def due(session: Session, on: date, packs: Library | None = None) -> list[Due]:
    """The precedents that are to be replayed, and why, in the order in which they were entered."""
    packs = packs or library_on(session, on)
    digest = rules_digest(packs)
    latest = {row.precedent_id: row for row in session.execute(_latest_rows())}
    found = []
    columns = select(Precedent.id, Precedent.code, Precedent.title).where(Precedent.life.in_(REPLAYED))
    for row in session.execute(columns.order_by(Precedent.id)):
        if why := _why_due(latest.get(row.id), on, packs, digest):
            found.append(Due(row.id, row.code, row.title, why))
    return found


def replay_all(
    session: Session,
    by: User | None,
    on: date,
    *,
    ids: Iterable[int] | None = None,
    progress: Callable[[int, int], None] | None = None,
    keep: Callable[[], None] | None = None,
) -> Report:
    """Replay every precedent that is not current (or those named), each wholly or not at all; says what changed.

    `keep` is called after every few and may commit, so that others can write meanwhile; whatever was interrupted is
    still due afterwards. No more than those few are held at a time.
    """
    waiting = list(ids) if ids is not None else [one.precedent_id for one in due(session, on)]
    report = Report()
    for start in range(0, len(waiting), _BATCH):
        query = select(Precedent).where(Precedent.id.in_(waiting[start : start + _BATCH]))
        for precedent in session.scalars(
            query.order_by(Precedent.id).options(selectinload(Precedent.facts))
        ).all():
            before = precedent.life
            with session.begin_nested():
                row = replay(session, precedent, on, by=by)
            report.replayed += 1
            report.results[row.result] = report.results.get(row.result, 0) + 1
            if precedent.life != before:
                report.changed.append((precedent.code, before, precedent.life))
            if progress:
                progress(report.replayed, len(waiting))
        if keep:
            keep()
            session.expunge_all()
    from casebook.search import alerts  # noqa: PLC0415 - alerts rest on what is current

    alerts.rules_changed(session, by, packs=library_on(session, on))
    return report


def replay_due(session: Session, by: User, on: date, most: int) -> tuple[Report, int]:
    """Replay up to so many of those due, for a chief; returns what changed and how many are left. Raises NotAllowed."""
    if not access.may(by, access.APPROVE_PRECEDENT) or by.role != Role.CHIEF:
        raise NotAllowed(access.APPROVE_PRECEDENT)
    waiting = [one.precedent_id for one in due(session, on)]
    return replay_all(session, by, on, ids=waiting[:most]), max(len(waiting) - most, 0)


def standing(
    session: Session, by: User, on: date
) -> tuple[list[Due], list[tuple[PrecedentChange, Precedent]]]:
    """What is to be replayed and why, and what replays changed, the latest first; logged. Raises NotAllowed."""
    access.ensure(by, access.READ_PRECEDENTS)
    by_replay = select(PrecedentReplay.id).where(
        PrecedentReplay.precedent_id == PrecedentChange.precedent_id,
        PrecedentReplay.why == PrecedentChange.why,
    )
    changes = select(PrecedentChange, Precedent).join(Precedent, Precedent.id == PrecedentChange.precedent_id)
    changes = changes.where(PrecedentChange.why != "", by_replay.exists())
    waiting = due(session, on)
    events.record(session, "replays.read", by, found=len(waiting))
    rows = session.execute(changes.order_by(PrecedentChange.id.desc()).limit(SHOWN))
    return waiting, [tuple(row) for row in rows]


def withdraw_resting_on(session: Session, decision: Decision, by: User | None, on: date) -> list[Precedent]:
    """Take every precedent made from a decision that fell out of use, whatever it stood at; returns them."""
    query = select(Precedent).where(Precedent.decision_id == decision.id).order_by(Precedent.id)
    fallen = []
    for precedent in session.scalars(query):
        if precedent.life in _FALLS:
            why = "所依据的决定被变更或者撤销 / the decision it rests on was varied or revoked"
            library.change_life(session, precedent, _FALLS[precedent.life], by, on=on, why=why)
            fallen.append(precedent)
    return fallen


def _both(words: Problem) -> str:
    return f"{words.zh} / {words.en}"


def latest(session: Session, precedent: Precedent) -> PrecedentReplay | None:
    """What came out when it was last decided again."""
    query = select(PrecedentReplay).where(PrecedentReplay.precedent_id == precedent.id)
    return session.scalar(query.order_by(PrecedentReplay.id.desc()).limit(1))


def _latest_rows():
    """The last replay of each precedent."""
    last = select(func.max(PrecedentReplay.id)).group_by(PrecedentReplay.precedent_id)
    columns = (PrecedentReplay.precedent_id, PrecedentReplay.rules_sha256, PrecedentReplay.as_of)
    return select(*columns).where(PrecedentReplay.id.in_(last))


def _why_due(row, on: date, packs: Library, digest: str) -> Problem | None:
    if row is None:
        return NEVER
    if row.rules_sha256 != digest:
        return RULES_CHANGED
    return LAW_CHANGED if packs.stretch(row.as_of, row.as_of) != packs.stretch(on, on) else None
