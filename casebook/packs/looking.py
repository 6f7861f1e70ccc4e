"""What is looked at of a version: its text checked, proved and rehearsed beside the packs it would stand with.

A version is looked at beside the packs in force on its first day and, where others begin or end later, on those days
too. What takes long runs on a `Bench`, which needs no session.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from casebook import apart
from casebook.db import plain_engine
from casebook.errors import Problem
from casebook.models import Organisation, PackVersion
from casebook.packs.checking import Stood, faults
from casebook.packs.current import Own, approved, library_of, library_with, own_on, turning_days
from casebook.packs.entitled import top
from casebook.packs.proving import prove_apart
from casebook.packs.rehearse import Rehearsal, rehearse
from rules.factors import book
from rules.library import Library, library
from rules.pack import PackError
from rules.proofs import Verdict
from rules.proofs.prover import prover

CHECK_SECONDS = 60  # of processor time: what is written with care takes one or two
CHECK, PROOF, REHEARSAL = "check", "proof", "rehearsal"
KINDS = {
    CHECK: Problem("检查", "check"),
    PROOF: Problem("证明", "proof"),
    REHEARSAL: Problem("演练", "rehearsal"),
}


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
        # It may not reach behind its own first day, whatever begins later beside it.
        first = self.settings[0].day
        for setting, packs, before in zip(self.settings, self.libraries, self.befores, strict=True):
            if isinstance(packs, PackError):
                wrong = [packs]
            else:
                wrong = faults(
                    packs, self.name, before.packs.get(self.name), first, back=self.back, stood=self.stood
                )
            found.append(Seen(CHECK, setting.beside, not wrong, [fault_as_json(one) for one in wrong]))
        return found

    def prove(
        self,
        at: datetime,
        tell: Callable[[Verdict], object] = lambda _: None,
        go_on: Callable[[], None] = lambda: None,
    ) -> list[Seen]:
        """Prove its properties beside all others; a text that cannot be loaded proves nothing.

        `go_on` is asked again and again meanwhile; what it raises ends the proof.
        """
        found = []
        for setting, packs in zip(self.settings, self.libraries, strict=True):
            if not isinstance(packs, PackError):
                proof = prove_apart(packs, self.name, at, tell=tell, go_on=go_on)
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


def check_apart(
    url: str, pack_id: int, today: date, *, go_on: Callable[[], None] = lambda: None
) -> tuple[str, list[Seen]]:
    """Check a version of the store at this address as `Bench.check` does, in a process of its own.

    A text may be written to have no end already while it is read.

    Returns the digest of the text with what was found. Raises casebook.apart.Spent, and what `go_on` raises.
    """
    return apart.run(_check, url, pack_id, today, seconds=CHECK_SECONDS, go_on=go_on)


def _check(_tell: Callable, url: str, pack_id: int, today: date) -> tuple[str, list[Seen]]:
    engine = plain_engine(url)
    try:
        with Session(engine) as session:
            looked = bench(session, session.get_one(PackVersion, pack_id), today)
    finally:
        engine.dispose()
    return looked.digest, looked.check()


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
