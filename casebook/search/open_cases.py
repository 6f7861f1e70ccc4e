"""The open cases that a precedent touches: those in which, for some completion of the unknown, it rules out an outcome.

The same comparison as everywhere, with the open cases as the base and the precedent as the question: many open cases
cost one question.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook.access import BEFORE_DECISION
from casebook.models import Case, CaseFact, Precedent, Standing
from rules.factor import WHOLE
from rules.factors import book, measured, presumed_facts
from rules.precedents import Precedent as Decided
from rules.precedents.index import Index, members

CERTAIN, POSSIBLE = "certain", "possible"
_READ = (Standing.DOCUMENTED, Standing.VERIFIED)


@dataclass(frozen=True)
class _Open:
    """The open cases, measured once: as they would be decided now."""

    ids: tuple[int, ...]
    index: Index


def touched(session: Session, precedent: Precedent, on: date) -> dict[int, str]:
    """The open cases in which it rules something out: for every completion of the unknown facts, or for some."""
    schema = book().schema(WHOLE)
    if precedent.outcome not in schema.outcomes:
        return {}
    rank = schema.outcomes.index(precedent.outcome)
    facts = measured(precedent.known_facts, on, decided=True)
    facts = {name: facts[name] for name in schema.names if name in facts}
    opened = _open_cases(session, on)
    found: dict[int, str] = {}
    for lower, idle in ((True, 0), (False, schema.gravest)):
        if rank == idle:
            continue
        # asked of the cases: which are at least as grave as the precedent (it holds them from below), or as mild
        certain, possible = opened.index.binding(facts, not lower)
        for number in members(possible):
            case_id = opened.ids[number]
            if case_id != precedent.case_id and found.get(case_id) != CERTAIN:
                found[case_id] = CERTAIN if certain >> number & 1 else POSSIBLE
    return found


def _open_cases(session: Session, on: date) -> _Open:
    """Measured once for a session, until a case changes: a replay may change many precedents at once."""
    opened = Case.stage.in_(BEFORE_DECISION)
    key = (on, *session.execute(select(func.max(Case.updated_at), func.count()).where(opened)).one())
    kept = session.info.get("open_cases")
    if kept is not None and kept[0] == key:
        return kept[1]
    schema, factors = book().schema(WHOLE), book().factors
    used = {fact for name in schema.names for fact in factors[name].facts}
    facts: dict[int, dict[str, object]] = {
        case_id: {} for case_id in session.scalars(select(Case.id).where(opened).order_by(Case.id))
    }
    rows = select(CaseFact.case_id, CaseFact.fact_id, CaseFact.value).join(Case, Case.id == CaseFact.case_id)
    rows = rows.where(opened, CaseFact.standing.in_(_READ), CaseFact.fact_id.in_(used))
    for case_id, fact_id, value in session.execute(rows):
        facts[case_id][fact_id] = value
    measures = {name: factors[name].measure for name in schema.names}
    decided = []
    for case_id, known in facts.items():
        read = presumed_facts(known)
        found = {name: measure(read, on) for name, measure in measures.items()}
        decided.append(Decided(case_id, {name: one for name, one in found.items() if one is not None}, 0))
    result = _Open(tuple(facts), Index(schema, decided))
    session.info["open_cases"] = key, result
    return result
