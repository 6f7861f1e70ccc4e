"""The respondent's door: a link that carries only a random number, opened with a code handed over apart from it.

The code is kept as argon2id, the number as its SHA-256. Whoever comes with a wrong, expired or unknown link gets the
same answer after the same work. What may be seen behind the door is in casebook.procedure.respondent_view.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.accounts import HASHER
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Case, PersonalLink, Stage, User
from casebook.procedure import workflow
from casebook.procedure.answers import AnswerEntry, add_answers, new_answers, open_notice
from casebook.procedure.code import is_whole, new_code, normal
from casebook.procedure.dates import day_of
from casebook.procedure.hearing import set_heard

DAYS = (7, 15, 30, 60)
TRIES = 5
MOST_SENT = 20  # answers to one point through links: nobody keeps a hearing open for ever
RECEIPT_LENGTH = 8


def create_link(
    session: Session, case: Case, by: User, *, days: int = 15, hasher: PasswordHasher = HASHER
) -> tuple[PersonalLink, str, str]:
    """Open a door for the respondent; returns it with its token and its code, which are stored nowhere.

    Any earlier link of the case ends. Raises BadFields.
    """
    workflow.ensure(session, by, "personal_link", case)
    if days not in DAYS:
        raise BadFields({"days": Problem("请选择列出的有效期。", "Choose one of the periods listed.")})
    now = utc_now()
    rows = living_links(session, case)
    for link in rows:
        link.revoked_at = now
    token, code = secrets.token_urlsafe(32), new_code()
    link = PersonalLink(
        case=case, token_sha256=_sha256(token), code_hash=hasher.hash(code), failures=0, by_id=by.id, at=now,
        expires_at=now + timedelta(days=days), draft={},
    )  # fmt: skip
    session.add(link)
    session.flush()
    events.record(
        session, "link.created", by, case, rows=[*rows, link], link=link.id, days=days, ended=len(rows)
    )
    session.flush()
    return link, token, code


def revoke_links(session: Session, case: Case, by: User) -> int:
    """End every living link of the case; returns how many there were."""
    workflow.ensure(session, by, "personal_link", case)
    rows = living_links(session, case)
    for link in rows:
        link.revoked_at = utc_now()
    if rows:
        events.record(session, "link.revoked", by, case, rows=rows, links=[link.id for link in rows])
        session.flush()
    return len(rows)


def living_links(session: Session, case: Case, now: datetime | None = None) -> list[PersonalLink]:
    """The links of a case that still open: neither revoked nor expired; a locked one is among them."""
    living = select(PersonalLink).where(
        PersonalLink.case_id == case.id, PersonalLink.revoked_at.is_(None),
        PersonalLink.expires_at > (now or utc_now()),
    )  # fmt: skip
    return list(session.scalars(living.order_by(PersonalLink.id)))


def open_link(
    session: Session, token: str, typed: str, now: datetime | None = None, *, hasher: PasswordHasher = HASHER
) -> PersonalLink | None:
    """The link, if the token and the code are right and it lives; None otherwise, after the same work.

    After five wrong codes in a row it is locked for good: the officer opens another. Commit either way: the refusal
    is counted and logged.
    """
    code = normal(typed)
    link = session.scalar(select(PersonalLink).where(PersonalLink.token_sha256 == _sha256(token)))
    try:
        hasher.verify(link.code_hash if link else _dummy_hash(hasher), code[:64])
        right = link is not None
    except (VerificationError, InvalidHashError):
        right = False
    events.lock(session)
    if link is None:
        events.record(session, "link.refused", None)
        return None
    session.refresh(link)
    alive = is_alive(link, now) and link.failures < TRIES
    if not (right and alive):
        if alive:
            link.failures += 1
        events.record(
            session, "link.refused", None, link.case, rows=[link], link=link.id, failures=link.failures
        )
        session.flush()
        return None
    link.failures = 0
    link.opened_at = link.opened_at or now or utc_now()
    events.record(session, "link.opened", None, link.case, rows=[link], link=link.id)
    session.flush()
    return link


def find_link(session: Session, token: str, link_id: int, now: datetime | None = None) -> PersonalLink | None:
    """The living link with this id behind this token, for somebody who has shown the code; None otherwise."""
    link = session.get(PersonalLink, link_id)
    if link is None or link.token_sha256 != _sha256(token) or not is_alive(link, now):
        return None
    return link


def was_mistyped(typed: str) -> bool:
    """Whether the code cannot be one of ours, so that nobody is counted as having guessed."""
    return not is_whole(normal(typed))


def save_draft(session: Session, link: PersonalLink, entries: Mapping[int, AnswerEntry]) -> None:
    """Keep what the respondent has written so far. Nothing of it is read by anybody until it is sent.

    Raises BadFields for texts that cannot be kept, NotReady once the hearing has ended.
    """
    notice = _open_notice(session, link)
    errors: dict[str, Problem] = {}
    kept = {point_id: entry for point_id, entry in entries.items() if entry.stance or entry.words.strip()}
    if kept:
        new_answers(errors, notice, kept, how="link")
    unfit = {
        name: problem
        for name, problem in errors.items()
        if name.startswith("words-") and entries[int(name.removeprefix("words-"))].words.strip()
        and entries[int(name.removeprefix("words-"))].stance != "silent"
    }  # fmt: skip
    if unfit or any(point_id not in {point.id for point in notice.points} for point_id in kept):
        raise BadFields(unfit or errors)
    link.draft = {
        str(point_id): {"stance": entry.stance, "words": entry.words} for point_id, entry in kept.items()
    }
    events.record(session, "link.saved", None, link.case, rows=[link], link=link.id, points=len(kept))
    session.flush()


def send_answers(
    session: Session, link: PersonalLink, entries: Mapping[int, AnswerEntry], now: datetime | None = None
) -> str:
    """Hand in what the respondent says to the points; returns the number of the receipt.

    Every point not answered before needs an answer, and silence is one. Raises BadFields, NotReady.
    """
    notice = _open_notice(session, link)
    errors: dict[str, Problem] = {}
    given = {point_id: entry for point_id, entry in entries.items() if entry.stance or entry.words.strip()}
    sent = [sum(one.how == "link" for one in point.answers) for point in notice.points if point.id in given]
    if max(sent, default=0) >= MOST_SENT:
        raise NotReady([Problem(
            f"通过链接已提交 {MOST_SENT} 次意见。如有新的意见，请与告知您的机关联系。",
            f"You have answered {MOST_SENT} times through the link. If you have more to say, turn to the organ that "
            "told you.",
        )])  # fmt: skip
    answers = new_answers(errors, notice, given, how="link")
    for point in notice.points:
        if point.id not in given and not point.answers:
            errors[f"stance-{point.id}"] = Problem(
                "请选择您的意见；也可以选择“不发表意见”。", "Choose an answer; you may also say nothing."
            )
    if errors:
        raise BadFields(errors)
    receipt = new_code(RECEIPT_LENGTH)
    for answer in answers:
        answer.receipt = receipt
    add_answers(session, notice, answers)
    link.draft = {}
    rows: list = [link, *answers]
    if not notice.heard_how:
        set_heard(session, notice, day_of(now or utc_now()), "link", None)
        rows.append(notice)
    events.record(
        session,
        "link.answered",
        None,
        link.case,
        rows=rows,
        link=link.id,
        notice=notice.id,
        answers=len(answers),
    )
    session.flush()
    return receipt


def _open_notice(session: Session, link: PersonalLink):
    """The notice of the link's case that may be answered now, under the writers' lock."""
    events.lock(session)
    session.expire_all()
    if link.case.stage != Stage.HEARING or not is_alive(link):
        raise NotReady([Problem(
            "本次听取陈述申辩已经结束。如有新的意见，请与告知您的机关联系。",
            "This hearing has ended. If you have more to say, turn to the organ that told you.",
        )])  # fmt: skip
    return open_notice(session, link.case)


def is_alive(link: PersonalLink, now: datetime | None = None) -> bool:
    """Whether it was neither ended nor has run out."""
    return link.revoked_at is None and (now or utc_now()) < link.expires_at


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_dummies: dict[PasswordHasher, str] = {}


def _dummy_hash(hasher: PasswordHasher) -> str:
    """A hash nobody has the code of, made with the same parameters."""
    if hasher not in _dummies:
        _dummies[hasher] = hasher.hash(secrets.token_urlsafe(32))
    return _dummies[hasher]
