"""What a version must have been through before anyone approves it: check, proof and rehearsal, of exactly its text.

Each is kept with the digest of the text and those of everything it stood beside, and counts for these bytes only. A
version is looked at beside the packs in force on its first day and, where others begin or end later, on those days too.
What takes long runs on a `Bench`, which needs no session; its results are then kept in one transaction.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.db import json_sha256, utc_now
from casebook.errors import Problem
from casebook.models import Organisation, PackCheck, PackLife, PackRehearsal, PackVersion, User
from casebook.packs.checking import Stood, faults
from casebook.packs.current import (
    Own,
    PacksDoNotFit,
    approved,
    library_of,
    library_on,
    library_with,
    own_on,
    turning_days,
)
from casebook.packs.drafts import OPEN, name_taken
from casebook.packs.entitled import top
from casebook.packs.rehearse import Rehearsal, rehearse
from rules.factors import book
from rules.library import TASKS, Library, library, task_library
from rules.pack import PackError
from rules.proofs import Verdict, prove
from rules.proofs.prove import Proof
from rules.proofs.prover import prover

CHECK, PROOF, REHEARSAL = "check", "proof", "rehearsal"
KINDS = {
    CHECK: Problem("检查", "check"),
    PROOF: Problem("证明", "proof"),
    REHEARSAL: Problem("演练", "rehearsal"),
}
_DONE = {CHECK: PackLife.CHECKED, PROOF: PackLife.PROVED}


@dataclass(frozen=True)
class Setting:
    """The packs that a version stands beside from a day on, and their digests."""

    day: date
    own: tuple[Own, ...]
    beside: dict


@dataclass(frozen=True)
class Seen:
    """What was found of a text in one setting, ready to be kept."""

    kind: str
    beside: dict
    passed: bool
    report: object


@dataclass(frozen=True)
class Bench:
    """Everything that a check, a proof or a rehearsal reads of one text, out of the store."""

    pack_id: int
    name: str
    digest: str
    text: str
    back: bool
    settings: tuple[Setting, ...]
    libraries: tuple[Library | PackError, ...]
    befores: tuple[Library, ...]
    stood: tuple[Stood, ...]

    def check(self) -> list[Seen]:
        """Load it beside the others, and run its examples; where it cannot be loaded, that is its one fault."""
        found: list[Seen] = []
        first = self.settings[
            0
        ].day  # it may not reach behind its own first day, whatever begins later beside it
        for setting, packs, before in zip(self.settings, self.libraries, self.befores, strict=True):
            if isinstance(packs, PackError):
                wrong = [packs]
            else:
                wrong = faults(
                    packs, self.name, before.packs.get(self.name), first, back=self.back, stood=self.stood
                )
            found.append(Seen(CHECK, setting.beside, not wrong, [fault_as_json(one) for one in wrong]))
        return found

    def prove(self, at: datetime, tell: Callable[[Verdict], None] = lambda _: None) -> list[Seen]:
        """Prove its properties beside all others; a text that cannot be loaded proves nothing."""
        found = []
        for setting, packs in zip(self.settings, self.libraries, strict=True):
            if not isinstance(packs, PackError):
                proof = prove(packs, self.name, at, tell=tell)
                found.append(Seen(PROOF, setting.beside, proof.proved, proof.as_json()))
        return found


def settings(session: Session, pack: PackVersion, today: date) -> list[Setting]:
    """Each set of other packs that the version would stand beside, from its first day on."""
    versions = approved(session)
    first = max(pack.proposed_from or today, today)
    found: list[Setting] = []
    for day in turning_days(versions, first):
        own = tuple(own_on(versions, day))
        beside = _beside(own, pack.name) | {"from": first.isoformat()}
        if all(one.beside != beside for one in found):
            found.append(Setting(day, own, beside))
    return found


def bench(session: Session, pack: PackVersion, today: date) -> Bench:
    """Read everything that looking at a version takes."""
    found = settings(session, pack, today)
    libraries: list[Library | PackError] = []
    for setting in found:
        try:
            libraries.append(library_with(session, setting.own, pack.name, pack.text))
        except PackError as error:
            libraries.append(error)
    befores = tuple(_before(session, setting, pack.name) for setting in found)
    return Bench(
        pack.id, pack.name, pack.digest, pack.text, pack.back_to_id is not None, tuple(found), tuple(libraries),
        befores, tuple(_stood(session, pack.name, found[0].day)),
    )  # fmt: skip


def _stood(session: Session, name: str, first: date) -> Iterable[Stood]:
    """Every text of the name that was law before the day: the shipped one, and those approved here.

    One that today's product no longer reads is passed over: nothing of it can be compared.
    """
    versions = [one for one in approved(session) if one.name == name and one.from_on < first]
    shipped = library().packs.get(name)
    if shipped is not None:
        yield shipped, versions[0].from_on if versions else first
    for number, one in enumerate(versions, 1):
        ends = [first, *(later.from_on for later in versions[number:])]
        if one.to_on is not None:
            ends.append(one.to_on + timedelta(days=1))
        until = min(ends)
        if one.from_on < until:
            try:
                yield library_of(session, [one]).packs[name], until
            except PackError:
                continue


def _before(session: Session, setting: Setting, name: str) -> Library:
    """The rules without the version. One of its name that can no longer be read says nothing: it is to be mended."""
    others = [one for one in setting.own if one.name != name]
    for own in (setting.own, others):
        try:
            return library_of(session, own)
        except PackError:
            continue
    return library()


def keep(session: Session, pack: PackVersion, by: User, digest: str, seen: Iterable[Seen]) -> list[PackCheck]:
    """Keep what was found of the text with this digest; the version moves on if that is still its text."""
    events.lock(session)
    session.refresh(pack)
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


def run_rehearsal(
    session: Session, looked: Bench, organ: Organisation, tell: Callable[[int, int], object]
) -> Rehearsal | None:
    """Assess every case it would bind, those of the organ, of each above and of all below these, with and without the
    version; None if it cannot be loaded.
    """
    after = looked.libraries[0]
    if isinstance(after, PackError):
        return None
    return rehearse(session, looked.befores[0], after, looked.settings[0].day, top(organ), tell)


def keep_rehearsal(
    session: Session, pack: PackVersion, by: User, looked: Bench, found: Rehearsal
) -> PackRehearsal:
    """Keep what a rehearsal came to; that cases were read for it is part of its event."""
    events.lock(session)
    session.refresh(pack)
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
        moved=len(row.changed),
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
            continue
        if any(not row.passed for row in done if row.beside in [one.beside for one in places]):
            zh, en = f"{name.zh}没有通过", f"The {name.en} failed"
        elif done:
            zh = f"{name.zh}之后，与之并存的规则包有变动"
            en = f"Since the {name.en} the packs beside it have changed"
        else:
            zh, en = f"现有文本尚未{name.zh}", f"This text has had no {name.en}"
        found.append(Problem(f"{zh}。请重新进行{name.zh}。", f"{en}. Run the {name.en} again."))
    return found


def last_rehearsal(session: Session, pack: PackVersion) -> PackRehearsal | None:
    rows = select(PackRehearsal).where(PackRehearsal.pack_id == pack.id)
    return session.scalar(rows.order_by(PackRehearsal.id.desc()).limit(1))


def latest(pack: PackVersion, kind: str) -> list[PackCheck]:
    """The last results of this kind for the text as it is: one for each setting they were run in together."""
    rows = [row for row in pack.checks if row.kind == kind and row.digest == pack.digest]
    return [row for row in rows if row.at == rows[-1].at]


def fault_as_json(fault: PackError) -> dict:
    """A fault as it is kept: where it stands, what was found, what to write, and both in Chinese."""
    return {
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "found": fault.found,
        "expected": fault.expected,
        "zh": fault.zh or f"内容有误：{fault.found}；应为：{fault.expected}",
    }


def prove_all(session: Session, today: date) -> tuple[str, list[Library]]:
    """Everything in force today as it is proved together: its digest, and the libraries."""
    libraries = [library_on(session, today), *(task_library(task) for task in TASKS)]
    return _digest_of_all(libraries), libraries


def keep_proof_of_all(session: Session, by: User, digest: str, proofs: Iterable[Proof]) -> PackCheck:
    """Keep the proof of everything in force."""
    proofs = list(proofs)
    events.lock(session)
    beside = {name: one for proof in proofs for name, one in proof.digests.items()}
    beside |= {
        "vocabulary.yaml": proofs[0].vocabulary,
        "factors.yaml": proofs[0].factors,
        "prover": prover(),
    }
    row = PackCheck(
        pack_id=None, kind=PROOF, digest=digest, beside=beside,
        passed=all(proof.proved for proof in proofs), report=[proof.as_json() for proof in proofs], by=by, at=utc_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    events.record(session, "packs.proved", by, rows=[row], digest=digest, passed=row.passed)
    return row


def proof_of_all(session: Session, today: date) -> tuple[PackCheck | None, bool]:
    """The last proof of everything in force, and whether it is of exactly what is in force today; it is not where that
    cannot even be read.
    """
    rows = select(PackCheck).where(PackCheck.pack_id.is_(None), PackCheck.kind == PROOF)
    last = session.scalar(rows.order_by(PackCheck.id.desc()).limit(1))
    try:
        return last, last is not None and last.digest == prove_all(session, today)[0]
    except PacksDoNotFit:
        return last, False


def unfit(session: Session, today: date) -> PacksDoNotFit | None:
    """Why the packs in force today cannot be read together; None if they can."""
    try:
        library_on(session, today)
    except PacksDoNotFit as error:
        return error
    return None


def _digest_of_all(libraries: Iterable[Library]) -> str:
    named = {name: pack.digest for one in libraries for name, pack in one.packs.items()}
    return json_sha256([named, library().vocabulary.digest, book().digest, prover()])


def _beside(own: Iterable[Own], name: str) -> dict:
    """The digests of everything a pack of this name stands beside, and of what it takes the place of."""
    packs = {one.name: one.digest for one in (*library().packs.values(), *own)}
    replaces = packs.pop(name, None)
    return (
        packs
        | {
            "vocabulary.yaml": library().vocabulary.digest,
            "factors.yaml": book().digest,
            "prover": prover(),  # a proof by other lines of reasoning, or of another way of reading, is another proof
            "replaces": replaces,
        }
    )


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
