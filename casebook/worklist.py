"""The records still to obtain in a case: what is unknown and matters, who holds it, what each answer would leave."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.errors import Withheld
from casebook.models import Case, CaseFact, User
from casebook.packs.current import library_on
from rules.assess import WHEN, ReadersDiffer, decisive_by_law, weigh
from rules.conduct import Conduct
from rules.engine import EngineError
from rules.law import Outlook
from rules.library import Library, library
from rules.vocabulary import Fact
from rules.worklist import Asked, left_by_answers


@dataclass(frozen=True)
class Item:
    """One fact to be established: what is entered of it so far, and what its answers would lead to.

    `under` holds the first and last days of conduct of earlier laws under which it matters, where it does not under the
    latest that may govern; otherwise empty.
    """

    fact: Fact
    entered: CaseFact | None
    asked: Asked
    under: tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class Worklist:
    """What is still to be obtained, most decisive first, and where the case stands without it.

    `when` says that the time of the conduct itself is among it.
    """

    disposition: str
    reachable: tuple[str, ...]
    items: tuple[Item, ...]
    when: bool

    @property
    def settled(self) -> bool:
        return len(self.reachable) == 1


def outstanding(session: Session, case: Case, by: User, as_of: date, *, printed: bool = False) -> Worklist:
    """Work the list out of the facts as they stand, logged as read or printed.

    Raises NotAllowed; Withheld when the two readers of the rules disagree or one does not answer.
    """
    access.ensure(by, access.READ_CASE, case)
    rows = {row.fact_id: row for row in session.scalars(select(CaseFact).where(CaseFact.case_id == case.id))}
    try:
        found = worklist(rows, case.conduct, case.region, as_of, library_on(session, as_of))
    except (ReadersDiffer, EngineError) as differ:
        raise Withheld(case, sorted(map(str, getattr(differ, "rules", ())))) from differ
    events.record(session, "worklist.printed" if printed else "worklist.read", by, case, version=case.version)
    return found


def worklist(
    rows: dict[str, CaseFact],
    conduct: object,
    region: str | None,
    as_of: date,
    packs: Library | None = None,
) -> Worklist:
    """The same from the facts entered: only what is documented or verified counts as known."""
    packs = packs or library()
    facts = {fact_id: row.value for fact_id, row in rows.items() if row.is_read}
    when = Conduct.parse(conduct)
    one = weigh(facts, when, as_of, region, packs)
    decisive = decisive_by_law(one, packs.vocabulary)
    items = [
        Item(
            packs.vocabulary.facts[asked.fact],
            rows.get(asked.fact),
            asked,
            _days(decisive[asked.fact]),
        )
        for asked in left_by_answers(one.law, one.known, decisive, one.reachable)
    ]
    when_open = any(unknown.fact == WHEN for unknown in one.unknowns)
    return Worklist(one.disposition, tuple(one.reachable), tuple(items), when_open)


def _days(laws: tuple[Outlook, ...]) -> tuple[tuple[date, date], ...]:
    """The days of conduct under these laws, joined where they follow one another."""
    joined: list[tuple[date, date]] = []
    for first, last in sorted(days for law in laws for days in law.stretches):
        if joined and joined[-1][1] + timedelta(days=1) == first:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return tuple(joined)
