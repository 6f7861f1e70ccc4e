"""How long a rehearsal over very many stored cases takes, reading included, and what memory.

    python -m benchmarks.rehearsal [--cases 1000000] [--folder FOLDER] [--database-url URL]

The store is filled once (some minutes; 3 GB for a million cases of twenty facts) and used again if it is there. The
changed library has one step of the chain lead to another disposition, so that every case is read under both.

Seconds depend on what else the machine does. What is compared with it is measured in the same run, by processor time:
reading alone, without an answer, and `assess` of a few cases one by one, for which its readers are compiled already.
"""

import argparse
import resource
import time
from datetime import date
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from benchmarks.store_of_cases import fill
from casebook import apart
from casebook.db import make_engine
from casebook.home import Home
from casebook.models import Case, Organisation
from casebook.packs.rehearse import rehearse
from casebook.packs.replay import spans, stored
from casebook.recommend import read_facts
from rules.assess import assess
from rules.conduct import Conduct
from rules.library import Library, library, read_library

AS_OF = date(2026, 11, 22)
WHO = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--folder", type=Path, default=Path("var/rehearsal"), help="where the store is kept")
    options.add_argument("--database-url", default="", help="an empty PostgreSQL database instead of SQLite")
    chosen = options.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    home = Home(
        chosen.folder, chosen.database_url or f"sqlite:///{chosen.folder.absolute()}/{chosen.cases}.db"
    )
    ensure_filled(home.url, chosen.cases)
    old = library()
    new = changed(old)
    engine = create_engine(home.url)
    # A site's processes are children of the one that they are forked from; the system counts here only our own.
    apart._context = get_context("spawn")  # noqa: SLF001
    with Session(engine) as session:
        organ = session.get(Organisation, 1)
        begun, start = processor_time(), time.perf_counter()
        found = rehearse(session, old, new, AS_OF, organ, Told(start))
        seconds = time.perf_counter() - start
        moved = sum(number for (_, before, after), number in found.counts.items() if before != after)
        print(
            f"{found.cases:,} cases, {moved:,} moved: {seconds:.1f} s, {found.cases / seconds:,.0f} cases a second"
        )
        used, own, others = processor_time() - begun, *map(resource.getrusage, WHO)
        each = used / found.cases
        print(f"processor time: {used:.1f} s in all processes, {each * 1e6:.0f} µs a case under both laws")
        print(
            f"peak memory: {own.ru_maxrss / 1024:.0f} MiB here, {others.ru_maxrss / 1024:.0f} in the largest process"
        )
        reading, single = reading_alone(session), assessed_alone(session, old)
    print(f"reading alone: {reading * 1e6:.0f} µs a case, {reading / each:.0%} of that")
    print(
        f"`assess` under one law: {single * 1e3:.1f} ms a case, {2 * single / each:,.0f} times as much for both"
    )


def reading_alone(session: Session) -> float:
    """Seconds of the processor for reading a case, of those that are read first."""
    organs, rows, start = list(session.scalars(select(Organisation.id))), 0, time.process_time()
    for first, last in islice(spans(1, session.scalar(select(func.max(Case.id)))), 20):
        rows += len(session.connection().execute(stored(organs, first, last)).cursor.fetchall())
    return (time.process_time() - start) / rows


def assessed_alone(session: Session, packs: Library) -> float:
    """Seconds of the processor for one of a few cases under the same law, each assessed by itself."""
    wanted = (
        select(Case)
        .where(Case.region == "370000", Case.conduct >= "2025-03", Case.conduct < "2025-06")
        .limit(20)
    )
    cases = [
        (read_facts(session, one), Conduct.parse(one.conduct), one.region) for one in session.scalars(wanted)
    ]
    for turn in range(2):
        start = time.process_time()
        for facts, conduct, region in cases[:1] if turn == 0 else cases:
            assess(facts, conduct, AS_OF, region, packs)
    return (time.process_time() - start) / len(cases)


def processor_time() -> float:
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, WHO))


class Told:
    """Prints each tenth of the way."""

    def __init__(self, start: float):
        self.start, self.tenth = start, 0

    def __call__(self, done: int, total: int) -> None:
        if done * 10 // total > self.tenth:
            self.tenth = done * 10 // total
            print(
                f"  {done:>10,} of {total:,} read after {time.perf_counter() - self.start:6.1f} s", flush=True
            )


def ensure_filled(url: str, cases: int) -> None:
    engine = make_engine(url)
    try:
        if _count(engine) != cases:
            raise SystemExit("the store holds another number of cases; name an empty one")
    except SQLAlchemyError:  # no such table
        if engine.dialect.name == "sqlite":
            event.listen(
                engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF")
            )
        fill(engine, cases)
    engine.dispose()


def _count(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Case))


def changed(packs: Library) -> Library:
    """The shipped packs with the first step that tolerates leading to correction instead."""
    text = packs.texts["method.yaml"].replace("disposition: tolerate\n", "disposition: correct\n", 1)
    return read_library(packs.texts | {"method.yaml": text}, packs.vocabulary)


if __name__ == "__main__":
    main()
