"""A version becomes law here: proposed by its author, approved by a second person with a password, ended by a chief."""

from dataclasses import replace
from datetime import date, timedelta

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from casebook import access, accounts, events
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem, StalePack
from casebook.fields import check_text
from casebook.models import PackLife, PackVersion, User
from casebook.packs.current import Own, approved, digest_of, library_of, library_on, own_on, turning_days
from casebook.packs.drafts import OPEN, ensure_author, locked
from casebook.packs.entitled import not_entitled
from casebook.packs.evidence import last_rehearsal, missing
from casebook.procedure.decide import check_signature
from casebook.recommend import keep_rules
from rules.pack import PackError


def propose(session: Session, pack: PackVersion, by: User, *, seen: int, today: date) -> PackVersion:
    """Put a version before the second person. Raises NotAllowed, StalePack, NotReady with everything missing."""
    ensure_author(session, pack, by)
    if pack.life not in OPEN or pack.version != seen:
        raise StalePack
    if problems := missing(session, pack, today):
        raise NotReady(problems)
    pack.life, pack.proposed_by, pack.proposed_at = PackLife.PROPOSED, by, utc_now()
    pack.version += 1
    events.record(
        session, "pack.proposed", by, rows=[pack], pack=pack.id, digest=pack.digest,
        from_on=pack.proposed_from.isoformat(),
    )  # fmt: skip
    return pack


def may_answer(pack: PackVersion, by: User) -> bool:
    """Whether this person is the second one: a chief of its organ or one above who neither wrote nor proposed it."""
    return (
        access.may(by, access.APPROVE_PACK)
        and pack.organisation.is_within(by.organisation)
        and by.id not in (pack.by_id, pack.proposed_by_id)
    )


def approve(
    session: Session,
    pack: PackVersion,
    by: User,
    *,
    digest: str,
    password: str,
    words: str = "",
    today: date,
    hasher: PasswordHasher = accounts.HASHER,
) -> PackVersion:
    """Sign a proposed version; it is in force from its day. `digest` is that of the text this person was shown.

    Raises NotAllowed, StalePack, NotReady where check, proof and rehearsal are not those of this text beside the packs
    as they now are, or where this organ makes no law for every case of the place; BadFields (the password, and no word
    on cases that the rehearsal could not assess).
    """
    _ensure_answers(session, pack, by, digest)
    if problems := missing(session, pack, today):
        raise NotReady(problems)
    _ensure_entitled(session, pack, by)
    words = _words(words, "words")
    rehearsal = last_rehearsal(session, pack)
    if rehearsal is not None and rehearsal.unread and not words:
        raise BadFields(
            {
                "words": Problem(
                    "演练中有案件因时间或者事实无法读取而未能判断，请写明如何处理。",
                    "The rehearsal could not assess some cases, whose time or facts cannot be read; say what is done "
                    "about them.",
                )
            }
        )
    check_signature(session, by, password, hasher=hasher)
    pack.life, pack.from_on = PackLife.APPROVED, pack.proposed_from
    _answered(pack, by, words)
    events.record(
        session, "pack.approved", by, rows=[pack], pack=pack.id, name=pack.name, number=pack.number,
        digest=pack.digest, from_on=pack.from_on.isoformat(),
    )  # fmt: skip
    keep_rules(session, library_on(session, pack.from_on))
    return pack


def refuse(session: Session, pack: PackVersion, by: User, *, digest: str, why: str) -> PackVersion:
    """Refuse a proposed version for good, with the reason; its author may write another."""
    _ensure_answers(session, pack, by, digest)
    why = _words(why, "why", required=True)
    pack.life = PackLife.REFUSED
    _answered(pack, by, why)
    events.record(session, "pack.refused", by, rows=[pack], pack=pack.id, digest=pack.digest)
    return pack


def end(
    session: Session,
    pack: PackVersion,
    by: User,
    *,
    last_on: date | None,
    reason: str,
    password: str,
    today: date,
    hasher: PasswordHasher = accounts.HASHER,
) -> PackVersion:
    """Take an approved version out of every decision after a last day, which is not past.

    One that has not begun is ended before it begins. Raises NotAllowed, StalePack, BadFields, NotReady where other
    packs cannot do without it.
    """
    _ensure_second(session, pack, by)
    if not may_end(session, pack, today):
        raise StalePack
    _ensure_entitled(session, pack, by)
    errors: dict[str, Problem] = {}
    reason = check_text(errors, "reason", reason, 2000, required=True)
    if pack.from_on > today:
        last_on = pack.from_on - timedelta(days=1)
    elif last_on is None:
        errors["last_on"] = Problem("请写明最后一天。", "Say which day is the last.")
    elif last_on < today:
        errors["last_on"] = Problem(
            "最后一天不能早于今天：已作出的决定不受影响。",
            "The last day cannot be past: what has been decided stays as it was decided.",
        )
    if errors:
        raise BadFields(errors)
    _ensure_nothing_worse(session, pack, last_on, today)
    check_signature(session, by, password, hasher=hasher)
    pack.to_on, pack.ended_by, pack.ended_at, pack.end_reason = last_on, by, utc_now(), reason
    pack.version += 1
    events.record(
        session, "pack.ended", by, rows=[pack], pack=pack.id, digest=pack.digest, to_on=last_on.isoformat()
    )
    return pack


def may_end(session: Session, pack: PackVersion, today: date) -> bool:
    """Whether it is, or is still to be, in force and no last day is set."""
    if pack.life != PackLife.APPROVED or pack.to_on is not None:
        return False
    versions = approved(session)
    return pack.from_on > today or pack.id in {one.id for one in own_on(versions, today)}


def note_refused_signature(session: Session, pack: PackVersion, by: User) -> None:
    """Log a wrong password, after what the try had begun is rolled back."""
    events.record(session, "pack.signature_refused", by, pack=pack.id)


def _ensure_answers(session: Session, pack: PackVersion, by: User, digest: str) -> None:
    _ensure_second(session, pack, by)
    if pack.life != PackLife.PROPOSED or pack.digest != digest or digest_of(pack.text) != digest:
        raise StalePack


def _ensure_second(session: Session, pack: PackVersion, by: User) -> None:
    access.ensure(by, access.APPROVE_PACK)
    locked(session, pack)
    if not may_answer(pack, by):
        raise NotAllowed(access.APPROVE_PACK)


def _ensure_entitled(session: Session, pack: PackVersion, by: User) -> None:
    if problem := not_entitled(session, pack, by):
        raise NotReady([problem])


def _ensure_nothing_worse(session: Session, pack: PackVersion, last_on: date, today: date) -> None:
    """Refuse an end after which the packs of some day to come cannot be read, though with it they can be."""
    now = approved(session)
    then = [replace(one, to_on=last_on) if one.id == pack.id else one for one in now]
    then = [one for one in then if one.begins]
    for day in turning_days(then, max(last_on + timedelta(days=1), today)):
        broken = _broken(session, own_on(then, day))
        if broken is not None and _broken(session, own_on(now, day)) is None:
            raise NotReady(
                [
                    Problem(
                        f"停用后，自 {day} 起其余规则包无法读取：{broken.message('zh')}",
                        f"Without it the other packs cannot be read from {day} on: {broken.message('en')}",
                    )
                ]
            )


def _broken(session: Session, own: list[Own]) -> PackError | None:
    try:
        library_of(session, own)
    except PackError as error:
        return error
    return None


def _answered(pack: PackVersion, by: User, words: str) -> None:
    pack.answered_by, pack.answered_at, pack.answer_words = by, utc_now(), words
    pack.version += 1


def _words(text: str, field: str, *, required: bool = False) -> str:
    errors: dict[str, Problem] = {}
    text = check_text(errors, field, text, 2000, required=required)
    if errors:
        raise BadFields(errors)
    return text
