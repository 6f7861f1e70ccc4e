"""The rehearsal of a changed library: which stored cases would come out differently, and by which rules."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import events
from casebook.apart import run_all
from casebook.db import plain_engine
from casebook.models import Case, Organisation
from casebook.packs.entitled import with_those_below
from casebook.packs.replay import Replayed, replay, spans
from rules.library import Library

__all__ = ["Moved", "Rehearsal", "rehearse"]

FEW = 20_000  # cases that are read here; for more it pays to start processes
PROCESSES = 4  # at most, and no more than there are processors
SECONDS = 15 * 60  # of processor time for each of them; two read a million cases in 25


@dataclass(frozen=True, slots=True)
class Moved:
    """One case that would come out differently, and the rules behind it: of those that reason towards a disposition the
    ones that fire only before, only after, or each time for another finding.
    """

    case_id: int
    closed: bool
    before: str
    after: str
    rules: tuple[str, ...]


class Rehearsal:
    """What a change of the rules would do to the cases of an office.

    `cases` is how many were answered; `counts` how many of them went from which disposition to which, closed ones
    (True) and open ones apart, those that stay where they are included. `unread` holds the ids of cases that could
    not be answered: their time or a fact is none that the vocabulary takes. `read_at` is the last event before the
    first case was read.
    """

    def __init__(self, found: Replayed, read_at: int):
        self.read_at = read_at
        self._moved = found.moved
        self.counts: Counter[tuple[bool, str, str]] = found.counts
        self.unread = sorted(found.unread)

    @property
    def cases(self) -> int:
        return self.counts.total()

    @property
    def moved(self) -> Iterator[Moved]:
        """Each case that moved, closed ones first, those that went the same way for the same reason together."""
        for closed, before, after, rules in sorted(self._moved, key=lambda way: (not way[0], way)):
            for case_id in sorted(self._moved[closed, before, after, rules]):
                yield Moved(case_id, closed, before, after, rules)

    def counts_as_json(self) -> dict:
        """{"closed" or "open": {before: {after: how many}}, "unread": ids of cases that could not be assessed}."""
        found: dict = {"closed": {}, "open": {}, "unread": self.unread}
        for (closed, before, after), number in sorted(self.counts.items()):
            found["closed" if closed else "open"].setdefault(before, {})[after] = number
        return found

    def moved_as_json(self) -> list[dict]:
        """Each case that moved, by its id: closed or open, before, after, the rules behind it."""
        return [
            {
                "case": one.case_id,
                "closed": one.closed,
                "before": one.before,
                "after": one.after,
                "rules": list(one.rules),
            }
            for one in self.moved
        ]


def rehearse(
    session: Session,
    old: Library,
    new: Library,
    as_of: date,
    organisation: Organisation,
    tell: Callable[[int, int], object] = lambda done, total: None,
) -> Rehearsal:
    """Answer every case of the organ and of those below it under both libraries, as `assess` does, decided on `as_of`.

    Only documented and verified facts are read, as a recommendation reads them, and nothing is written. Many cases are
    read by processes with connections of their own, which see what was committed; the caller then best holds no
    transaction, which on SQLite keeps everybody else from writing. `tell` is told now and then how many cases have been
    read, and of how many. Both libraries have the same vocabulary.
    """
    read_at = events.last(session)
    organs = with_those_below(session, organisation)
    about = select(func.count(), func.min(Case.id), func.max(Case.id)).where(Case.organisation_id.in_(organs))
    total, first, last = session.execute(about).one()
    if not total:
        return Rehearsal(Replayed(), read_at)
    pieces, done = list(spans(first, last)), Counter()

    def more(number: int) -> None:
        done["read"] += number
        tell(done["read"], total)

    processes = min(len(os.sched_getaffinity(0)), PROCESSES)
    if total <= FEW or processes == 1:
        return Rehearsal(replay(session.connection(), old, new, as_of, organs, pieces, more), read_at)
    url = session.get_bind().engine.url.render_as_string(hide_password=False)
    parts = [
        (url, _bare(old), _bare(new), as_of, organs, pieces[start::processes]) for start in range(processes)
    ]
    found = Replayed()
    # Whoever is told may stop all of it, also while none of the processes has anything to say.
    for part in run_all(_replayed, parts, seconds=SECONDS, tell=more, go_on=lambda: more(0)):
        found.add(part)
    return Rehearsal(found, read_at)


def _bare(library: Library) -> tuple:
    """What a library is made of, for another process to make it again without reading its texts."""
    return library.packs, library.vocabulary


def _replayed(
    tell: Callable[[int], object], url: str, old: tuple, new: tuple, as_of: date, organs: list[int], pieces: list
) -> Replayed:
    """What each process finds. It only reads: no transaction of the site's own kind, which would lock the store."""
    engine = plain_engine(url)
    try:
        with engine.connect() as connection:
            return replay(connection, Library(*old), Library(*new), as_of, organs, pieces, tell)
    finally:
        engine.dispose()
