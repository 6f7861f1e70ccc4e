"""What takes seconds runs beside the requests, one at a time: each page says how far it is, and asks again by itself.

Runs over a version wait for each other; so do the checks of texts just saved, which wait for no run. A job lives in
the memory of this server. If the server stops it is gone, nothing half is kept, and it is started anew. One that takes
beyond all measure is stopped, so that the others have their turn.
"""

import logging
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casebook.apart import Spent
from casebook.db import utc_now
from casebook.errors import NotReady, Problem
from casebook.models import PackVersion, User
from casebook.packs import everything, evidence, looking
from casebook.packs.proving import prove_apart
from rules.proofs import PROPERTIES

log = logging.getLogger("casebook.web")
ALL = 0  # the job that is about everything in force, not about one version
SECONDS = 2  # until a waiting page asks again
# Minutes that a run may take from its turn on. A proof takes some ten seconds for each day on which the packs beside it
# change, a rehearsal minutes for a million cases: what is not done by then is not going to be.
MINUTES = 15
CHECK_MINUTES = 2  # a check of a text that was just saved
AT_ONCE = 2  # seconds that whoever saves a text waits for its check, before a page says that it runs
MOST = 3  # runs of one person that are under way or wait: they are taken in turn, and others wait too


class TooManyRuns(NotReady):
    def __init__(self):
        super().__init__(
            [
                Problem(
                    f"您已有 {MOST} 项检查、证明或者演练正在进行或者等候，请待其中一项结束后再试。",
                    f"{MOST} of your runs are under way or wait their turn. Try again when one of them is over.",
                )
            ]
        )


class Stopped(Exception):
    """Raised in a run that was stopped, wherever it next says how far it is or is about to keep something."""


@dataclass
class Job:
    """One run: what it is at, how much of that is done, and whether it broke off; `late`, because it took too much."""

    stage: str = "waits"
    done: int = 0
    total: int = 0
    failed: bool = False
    late: bool = False
    readers: set[tuple[int, str]] = field(default_factory=set)  # who was logged as reading what while it ran
    over: threading.Event = field(default_factory=threading.Event)
    by_id: int | None = None  # None: a command of the server
    begun: datetime = field(default_factory=utc_now)

    def go_on(self) -> None:
        if self.late:
            raise Stopped

    def at(self, stage: str, total: int = 0) -> None:
        self.go_on()
        self.stage, self.done, self.total = stage, 0, total

    def tell_part(self, done: int, total: int) -> None:
        """Of a hundred parts: how many cases there are is not for everybody."""
        self.go_on()
        self.done, self.total = 100 * done // max(total, 1), 100

    def one_more(self, *_: object) -> None:
        self.done += 1


class Jobs:
    """The runs of this server, by what they are about; each has its turn for at most so many minutes."""

    def __init__(self, minutes: float):
        self._jobs: dict[Hashable, Job] = {}
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self.minutes = minutes

    def start(self, key: Hashable, by_id: int | None, work: Callable[[Job], None]) -> Job:
        """Start the work, unless it is under way already. Raises TooManyRuns."""
        with self._lock:
            if key in self._jobs and not self._jobs[key].over.is_set():
                return self._jobs[key]
            if sum(job.by_id == by_id and not job.over.is_set() for job in self._jobs.values()) >= MOST:
                raise TooManyRuns
            for done in [one for one, job in self._jobs.items() if job.over.is_set() and not job.failed]:
                del self._jobs[done]  # each text has a key of its own: they would gather as long as the server runs
            job = self._jobs[key] = Job(by_id=by_id)
        threading.Thread(target=self._run, args=(job, work), name=f"pack-{key}", daemon=True).start()
        return job

    def of(self, key: Hashable) -> Job | None:
        """The run of a version that is under way, or broke off; None once it is done."""
        job = self._jobs.get(key)
        return None if job is None or (job.over.is_set() and not job.failed) else job

    def first_reading(self, key: Hashable, reader: int, digest: str = "") -> bool:
        """Whether to log a reading: while a run is under way, a page that asks again for itself is one reading."""
        job = self._jobs.get(key)
        if job is None or job.over.is_set():
            return True
        first = (reader, digest) not in job.readers
        job.readers.add((reader, digest))
        return first

    def _run(self, job: Job, work: Callable[[Job], None]) -> None:
        """Do the work when its turn has come, and give the turn on after those minutes, whatever it is stuck in."""
        with self._turn:
            threading.Thread(target=self._work, args=(job, work), name="pack-run", daemon=True).start()
            if not job.over.wait(self.minutes * 60):
                job.late = job.failed = True
                job.over.set()
                log.error("a run over a rule pack was stopped after %s minutes", self.minutes)

    def _work(self, job: Job, work: Callable[[Job], None]) -> None:
        try:
            work(job)
        except Stopped:
            log.info("a run over a rule pack that had been stopped has ended")
        except Spent:
            log.warning("a run over a rule pack was stopped: it took more time or memory than it may")
            job.late = job.failed = True
        except Exception:
            log.exception("a run over a rule pack broke off")
            job.failed = True
        finally:
            job.over.set()


def init_app(app: Flask) -> None:
    app.extensions["casebook.pack_jobs"] = Jobs(MINUTES)
    app.extensions["casebook.pack_checks"] = Jobs(CHECK_MINUTES)


def jobs() -> Jobs:
    return current_app.extensions["casebook.pack_jobs"]


def checks() -> Jobs:
    return current_app.extensions["casebook.pack_checks"]


def of(pack: PackVersion) -> Job | None:
    """What is under way for a version as it is, or else broke off."""
    found = [one for one in (jobs().of(pack.id), checks().of((pack.id, pack.digest))) if one is not None]
    return min(found, key=lambda one: one.over.is_set(), default=None)


def first_reading(pack: PackVersion, reader: int) -> bool:
    """Whether to log a reading of the page of a version."""
    key = pack.id, pack.digest
    return all([
        jobs().first_reading(pack.id, reader, pack.digest), checks().first_reading(key, reader, pack.digest)
    ])  # fmt: skip


def look_at(pack_id: int, by_id: int, today: date) -> Job:
    """Check, prove and rehearse a version; each result is kept as soon as it is there."""
    sessions, plain = _stores()

    def work(job: Job) -> None:
        if not _check(job, sessions, plain, pack_id, by_id, today):
            return
        with Session(plain) as session:  # what passed its check can be read here as well
            looked = looking.bench(session, session.get_one(PackVersion, pack_id), today)
        job.at("proof", len(PROPERTIES) * len(looked.settings))
        _keep(job, sessions, pack_id, by_id, looked.digest, looked.prove(utc_now(), job.one_more, job.go_on))
        job.at("rehearsal")
        with Session(plain) as session:
            organ = session.get_one(PackVersion, pack_id).organisation
            found = looking.run_rehearsal(session, looked, organ, job.tell_part)
        job.go_on()
        if found is not None:
            with sessions() as session:
                pack, by = session.get_one(PackVersion, pack_id), session.get_one(User, by_id)
                evidence.keep_rehearsal(session, pack, by, looked, found)
                session.commit()

    return jobs().start(pack_id, by_id, work)


def check(pack: PackVersion, by_id: int, today: date) -> Job:
    """Check a text that was just saved. Raises TooManyRuns."""
    sessions, plain = _stores()
    pack_id = pack.id

    def work(job: Job) -> None:
        _check(job, sessions, plain, pack_id, by_id, today)

    return checks().start((pack_id, pack.digest), by_id, work)


def prove_everything(by_id: int | None, today: date, command: str = "") -> Job:
    """Prove all packs in force today together, and keep the record: of the person, or of the command that asked."""
    sessions, plain = _stores()

    def work(job: Job) -> None:
        with Session(plain) as session:
            digest, libraries = everything.prove_all(session, today)
        job.at("proof", len(PROPERTIES) * len(libraries))
        proofs = [prove_apart(one, at=utc_now(), tell=job.one_more, go_on=job.go_on) for one in libraries]
        job.go_on()
        with sessions() as session:
            by = None if by_id is None else session.get_one(User, by_id)
            everything.keep_proof_of_all(session, by, digest, proofs, command)
            session.commit()

    return jobs().start(ALL, by_id, work)


def _stores() -> tuple[Callable[[], Session], Engine]:
    """What opens sessions that keep something, and where to read: nobody is kept from writing while a run reads."""
    return current_app.extensions["casebook.sessions"], current_app.extensions["casebook.reading"]


def _check(
    job: Job, sessions: Callable[[], Session], plain: Engine, pack_id: int, by_id: int, today: date
) -> bool:
    """Check a version and keep what was found; whether it passed."""
    job.at("check")
    url = plain.url.render_as_string(hide_password=False)
    return _keep(job, sessions, pack_id, by_id, *looking.check_apart(url, pack_id, today, go_on=job.go_on))


def _keep(
    job: Job,
    sessions: Callable[[], Session],
    pack_id: int,
    by_id: int,
    digest: str,
    seen: list[looking.Seen],
) -> bool:
    """Keep results in a transaction of their own; whether all of them passed."""
    job.go_on()
    with sessions() as session:
        pack, by = session.get_one(PackVersion, pack_id), session.get_one(User, by_id)
        evidence.keep(session, pack, by, digest, seen)
        session.commit()
    return all(one.passed for one in seen)
