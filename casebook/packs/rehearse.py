"""The rehearsal of a changed library: which stored cases would come out differently, and by which rules."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.models import Case, CaseFact, Organisation, Stage, Standing
from rules.assess import assess, with_presumptions
from rules.conduct import Conduct
from rules.law import governing_law
from rules.library import Library
from rules.places import placed

__all__ = ["Moved", "Rehearsal", "rehearse"]


@dataclass(frozen=True)
class Moved:
    """One case that would come out differently, and the rules behind it: of those that reason towards a disposition the
    ones that fire only before, only after, or each time for another finding.
    """

    case_id: int
    closed: bool
    before: str
    after: str
    rules: tuple[str, ...]


@dataclass
class Rehearsal:
    """What a change of the rules would do to the cases of an office.

    `counts` holds how many cases went from which disposition to which, closed cases (True) and open ones apart;
    those that stay where they are are in it too.
    """

    cases: int = 0
    counts: Counter = field(default_factory=Counter)  # (closed, before, after)
    moved: list[Moved] = field(default_factory=list)

    def counts_as_json(self) -> dict[str, dict[str, dict[str, int]]]:
        """{"closed" or "open": {before: {after: how many}}}."""
        found: dict = {"closed": {}, "open": {}}
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
    """Assess every case of the organ and of those below it under both libraries, decided on `as_of`.

    Only documented and verified facts are read, as a recommendation reads them. It reads what was committed, through
    connections of its own, and writes nothing. `tell` is told now and then how many cases are done, and of how many.
    """
    found = Rehearsal()
    ids = _with_those_below(session, organisation)
    total = len(session.scalars(select(Case.id).where(Case.organisation_id.in_(ids))).all())
    for case_id, stage, conduct, region, facts in _stored(session, ids):
        before, after = (_answer(packs, conduct, region, facts, as_of) for packs in (old, new))
        closed = stage == Stage.CLOSED
        found.cases += 1
        found.counts[closed, before[0], after[0]] += 1
        if before[0] != after[0]:
            behind = tuple(sorted({rule_id for rule_id, _ in before[1] ^ after[1]}))
            found.moved.append(Moved(case_id, closed, before[0], after[0], behind))
        tell(found.cases, total)
    return found


def _with_those_below(session: Session, organisation: Organisation) -> list[int]:
    """The ids of the organ and of every organ below it."""
    above = dict(session.execute(select(Organisation.id, Organisation.parent_id)).all())
    found = [organisation.id]
    for one in found:
        found += [child for child, parent in above.items() if parent == one]
    return found


def _stored(session: Session, ids: list[int]) -> Iterator[tuple]:
    facts: dict[int, dict] = {}
    read = select(CaseFact.case_id, CaseFact.fact_id, CaseFact.value).join(Case, Case.id == CaseFact.case_id)
    known = CaseFact.standing.in_([Standing.DOCUMENTED, Standing.VERIFIED])
    for case_id, fact, value in session.execute(read.where(Case.organisation_id.in_(ids), known)):
        if value is not None:
            facts.setdefault(case_id, {})[fact] = value
    cases = select(Case.id, Case.stage, Case.conduct, Case.region).where(Case.organisation_id.in_(ids))
    for case_id, stage, conduct, region in session.execute(cases.order_by(Case.id)):
        yield case_id, stage, conduct, region, facts.get(case_id, {})


def _answer(
    packs: Library, conduct: object, region: str | None, facts: dict, as_of: date
) -> tuple[str, set[tuple]]:
    """The disposition, and the rules that fire under the law that governs, with what they establish."""
    when = Conduct.parse(conduct)
    place, known = placed(region, facts)
    law = governing_law(packs, when, as_of, facts, with_presumptions(packs.vocabulary, known), place)
    verdicts = law.chosen.provisional.rules
    nodes = [node for level in law.chosen.program.reasoning for node in level]
    fired = {(node.id, node.rule.establishes) for node in nodes if verdicts[node.id]}
    return assess(facts, when, as_of, region, packs)["disposition"], fired
