"""How long a rehearsal over very many stored cases takes, reading included, and what memory.

    python -m benchmarks.rehearsal [--cases 1000000] [--folder FOLDER] [--database-url URL]

The store is filled once (some minutes; 3 GB for a million cases of twenty facts) and used again if it is there. The
changed library has one step of the chain lead to another disposition, so that every case is read under both.
"""

import argparse
import resource
import time
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from benchmarks.store_of_cases import fill
from casebook.db import make_engine
from casebook.home import Home
from casebook.models import Case, Organisation
from casebook.packs.rehearse import rehearse
from rules.library import Library, library, read_library

AS_OF = date(2026, 11, 22)


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
    with Session(engine) as session:
        organ = session.get(Organisation, 1)
        start = time.perf_counter()
        found = rehearse(session, old, new, AS_OF, organ, Told(start))
        seconds = time.perf_counter() - start
    moved = sum(number for (_, before, after), number in found.counts.items() if before != after)
    own, largest = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{found.cases:,} cases, {moved:,} moved: {seconds:.1f} s, {found.cases / seconds:,.0f} cases a second"
    )
    print(f"peak memory: {own:.0f} MiB here, {largest:.0f} MiB in the largest process")
    print(f"processor time of the processes: {used.ru_utime + used.ru_stime:.1f} s")


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
