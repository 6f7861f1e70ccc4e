"""What a version must have been through before anyone approves it: check, proof and rehearsal, of exactly its text.

Each is kept, in one transaction, with the digest of the text and those of everything it stood beside, and counts for
these bytes only.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import Problem
from casebook.models import Case, Event, PackCheck, PackLife, PackRehearsal, PackVersion, User
from casebook.packs.current import Own, approved
from casebook.packs.drafts import OPEN, locked, name_taken
from casebook.packs.entitled import top, with_those_below
from casebook.packs.looking import CHECK, KINDS, REHEARSAL, Bench, Seen, settings
from casebook.packs.rehearse import Rehearsal

ONE_IN = 100  # of the cases read: as many may be opened or changed since, and the rehearsal still speaks of the cases
_CHANGING = ("case.opened", "case.amended", "facts.saved")


def keep(session: Session, pack: PackVersion, by: User, digest: str, seen: Iterable[Seen]) -> list[PackCheck]:
    """Keep what was found of the text with this digest; the version moves on if that is still its text."""
    locked(session, pack)
    at = utc_now()
    rows = [
        PackCheck(pack=pack, kind=one.kind, digest=digest, beside=one.beside, passed=one.passed, report=one.report,
                  by=by, at=at)
        for one in seen
    ]  # fmt: skip
    if not rows:
        return []
    session.add_all(rows)
    kind, passed = rows[0].kind, all(row.passed for row in rows)
    changed = []
    if digest == pack.digest and pack.life in OPEN:
        life = _moved(pack.life, kind, passed)
        if life != pack.life:
            pack.life, changed = life, [pack]
    session.flush()
    events.record(
        session, "pack.checked" if kind == CHECK else "pack.proved", by, rows=[*rows, *changed], pack=pack.id,
        digest=digest, passed=passed,
    )  # fmt: skip
    return rows


def _moved(life: PackLife, kind: str, passed: bool) -> PackLife:
    if kind == CHECK:
        return PackLife.DRAFT if not passed else PackLife.CHECKED if life == PackLife.DRAFT else life
    return (
        PackLife.PROVED if passed and life != PackLife.DRAFT else min(life, PackLife.CHECKED, key=OPEN.index)
    )


def keep_rehearsal(
    session: Session, pack: PackVersion, by: User, looked: Bench, found: Rehearsal
) -> PackRehearsal:
    """Keep what a rehearsal came to; that cases were read for it is part of its event."""
    locked(session, pack)
    row = PackRehearsal(
        pack=pack, digest=looked.digest, as_of=looked.settings[0].day, organisation_id=top(pack.organisation).id,
        cases=found.cases, counts=found.counts_as_json(), changed=found.moved_as_json(), by=by, at=utc_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    report = {"rehearsal": row.id, "cases": row.cases, "moved": len(row.changed), "unread": len(row.unread)}
    seen = PackCheck(
        pack=pack, kind=REHEARSAL, digest=looked.digest, beside=looked.settings[0].beside, passed=True, report=report,
        by=by, at=row.at,
    )  # fmt: skip
    session.add(seen)
    session.flush()
    events.record(
        session, "pack.rehearsed", by, rows=[row, seen], pack=pack.id, digest=row.digest, cases=row.cases,
        moved=len(row.changed), read_at=found.read_at,
    )  # fmt: skip
    return row


def missing(session: Session, pack: PackVersion, today: date) -> list[Problem]:
    """Why this text cannot be proposed or approved as things stand, with what to do; nothing if it can."""
    found = []
    if taken := name_taken(session, pack.organisation, pack.name):
        found.append(taken)  # approved by another organ after this draft was begun
    if pack.proposed_from is None or pack.proposed_from < today:
        found.append(_day_passed(pack))
    elif earlier := _begins_before(session, pack):
        found.append(
            Problem(
                f"第 {earlier.number} 版自 {earlier.from_on} 起施行，本版不能早于它；请改定施行日期。",
                f"Version {earlier.number} begins on {earlier.from_on}; this one cannot begin before it. "
                "Set another first day.",
            )
        )
    wanted = settings(session, pack, today)
    for kind, name in KINDS.items():
        done = [row for row in pack.checks if row.kind == kind and row.digest == pack.digest]
        places = wanted[:1] if kind == REHEARSAL else wanted
        if all(_passed(done, one.beside) for one in places):
            rehearsal = last_rehearsal(session, pack) if kind == REHEARSAL else None
            if rehearsal is not None and _outlived(session, rehearsal):
                found.append(
                    Problem(
                        f"演练之后新立的、改动过事实的案件，已超过所演练案件的{ONE_IN}分之一，演练结果不再反映现有案件。"
                        "请重新进行演练。",
                        f"Since the rehearsal more cases were opened, or had their facts changed, than one in {ONE_IN} "
                        "of those it read: it no longer speaks of the cases there are. Run the rehearsal again.",
                    )
                )
            continue
        if any(not row.passed for row in done if row.beside in [one.beside for one in places]):
            zh = f"{name.zh}没有通过。请按下面指出的问题修改文本，再重新进行{name.zh}。"
            en = f"The {name.en} failed. Mend the text where the faults below say, then run the {name.en} again."
        elif done:
            zh = f"{name.zh}之后，与之并存的规则包有变动。请重新进行{name.zh}。"
            en = f"Since the {name.en} the packs beside it have changed. Run the {name.en} again."
        else:
            zh, en = f"现有文本尚未{name.zh}。请进行{name.zh}。", f"This text has had no {name.en}. Run it."
        found.append(Problem(zh, en))
    return found


def last_rehearsal(session: Session, pack: PackVersion) -> PackRehearsal | None:
    """That of the text as it is; where it had none, the last one of an earlier text."""
    rows = select(PackRehearsal).where(PackRehearsal.pack_id == pack.id)
    return session.scalar(
        rows.order_by(PackRehearsal.digest != pack.digest, PackRehearsal.id.desc()).limit(1)
    )


def since_rehearsal(session: Session, rehearsal: PackRehearsal, by: User) -> int:
    """How many cases that this person may read were opened, or had their facts changed, since the rehearsal."""
    changed = _changed_since(session, rehearsal)
    mine = access.visible_cases(by).where(Case.id.in_(changed)).with_only_columns(func.count())
    return session.scalar(mine)


def _outlived(session: Session, rehearsal: PackRehearsal) -> bool:
    """Whether more than one in `ONE_IN` of the cases that the rehearsal read came or changed since."""
    changed = _changed_since(session, rehearsal)
    return session.scalar(select(func.count()).select_from(changed.subquery())) * ONE_IN > rehearsal.cases


def _changed_since(session: Session, rehearsal: PackRehearsal) -> Select[tuple[int]]:
    """The cases the pack would bind that were opened or changed since the rehearsal began.

    One logged without its beginning counts from its end; one that the log does not know has read no case.
    """
    runs = select(Event.seq, Event.detail).where(Event.kind == "pack.rehearsed").order_by(Event.seq.desc())
    logged = (
        detail.get("read_at", seq)
        for seq, detail in session.execute(runs)
        if (detail["pack"], detail["digest"]) == (rehearsal.pack_id, rehearsal.digest)
    )
    seq = next(logged, 0)
    bound = with_those_below(session, top(rehearsal.pack.organisation))
    changed = select(Event.case_id).join(Case, Case.id == Event.case_id)
    changed = changed.where(Event.seq > seq, Event.kind.in_(_CHANGING), Case.organisation_id.in_(bound))
    return changed.distinct()


def latest(pack: PackVersion, kind: str) -> list[PackCheck]:
    """The last results of this kind for the text as it is: one for each setting they were run in together."""
    rows = [row for row in pack.checks if row.kind == kind and row.digest == pack.digest]
    return [row for row in rows if row.at == rows[-1].at]


def _day_passed(pack: PackVersion) -> Problem:
    if pack.life == PackLife.PROPOSED:
        return Problem(
            "施行日期已经过去，已提请的版本不能改动。请起草人撤回，再以此文本另起一版并写明新的施行日期。",
            "The first day has passed, and what was proposed cannot be changed. Its author withdraws it and drafts a "
            "new version from this text with another first day.",
        )
    return Problem(
        "施行日期已经过去。请起草人改定施行日期。", "The first day has passed. Its author sets another."
    )


def _begins_before(session: Session, pack: PackVersion) -> Own | None:
    """The version of this name that begins later than this one would, if there is one."""
    later = (one for one in approved(session) if one.name == pack.name and one.from_on > pack.proposed_from)
    return next(later, None)


def _passed(rows: Iterable[PackCheck], beside: dict) -> bool:
    """Whether the last look in this setting found no fault."""
    last = [row for row in rows if row.beside == beside]
    return bool(last) and last[-1].passed
