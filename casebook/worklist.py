"""The records still to obtain in a case: what is unknown and matters, who holds it, what each answer would leave."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.errors import Withheld
from casebook.models import Case, CaseFact, User
from casebook.packs.current import library_on
from rules.assess import ReadersDiffer, assess, with_presumptions
from rules.conduct import Conduct
from rules.engine import EngineError
from rules.law import governing_law
from rules.library import Library, library
from rules.places import placed
from rules.vocabulary import Fact
from rules.worklist import Asked, left_by_answers

WHEN = "conduct_end_date"  # of the case itself, not of its facts: when it happened


@dataclass(frozen=True)
class Item:
    """One fact to be established: what is entered of it so far, and what its answers would lead to.

    `changes` maps answers to the disposition each would give today, all else as it is; `asked` to what each leaves.
    """

    fact: Fact
    entered: CaseFact | None
    changes: dict[str, str]
    asked: Asked


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
    document = assess(facts, when, as_of, region, packs)
    unknown = {one["fact"]: one for one in document["decisive_unknowns"]}
    asked = [fact_id for fact_id in unknown if fact_id != WHEN]
    place, known = placed(region, facts)
    law = governing_law(packs, when, as_of, known, with_presumptions(packs.vocabulary, known), place)
    items = [
        Item(packs.vocabulary.facts[one.fact], rows.get(one.fact), unknown[one.fact]["changes"], one)
        for one in left_by_answers(law, known, asked, document["reachable"])
    ]
    return Worklist(document["disposition"], tuple(document["reachable"]), tuple(items), WHEN in unknown)
