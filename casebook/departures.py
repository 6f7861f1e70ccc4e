"""The ledger of departures: which rules and precedents are departed from, and why. By reason, never by person."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.models import Case, Decision, Precedent, PrecedentDeparture, User

NO_RULE = ""  # the recommendation was carried by no single rule


@dataclass(frozen=True)
class Departure:
    """How often one rule was departed from for one reason, and when first and last."""

    rule: str
    code: str
    count: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class FromPrecedent:
    """How often one precedent was departed from for one reason, and when first and last."""

    precedent: Precedent
    code: str
    count: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Ledger:
    """`rows` are departures by rule, in decisions of panels; `precedents` by precedent, in those on appeal too."""

    rows: list[Departure]
    decisions: int
    departed: int
    precedents: list[FromPrecedent]


def ledger(session: Session, by: User) -> Ledger:
    """Departures in the cases this person may list, the most frequent first. Raises NotAllowed."""
    access.ensure(by, access.READ_FIGURES)
    cases = access.visible_cases(by).with_only_columns(Case.id)
    signed = select(Decision).where(
        Decision.case_id.in_(cases), Decision.signed_at.is_not(None), Decision.appeal_id.is_(None)
    )
    decisions = list(session.scalars(signed))
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for decision in decisions:
        if decision.departs:
            for rule in decision.departure_rules or [NO_RULE]:
                days[rule, decision.departure_code].append(decision.decided_on)
    rows = [Departure(rule, code, len(found), min(found), max(found)) for (rule, code), found in days.items()]
    rows.sort(key=lambda row: (-row.count, row.rule, row.code))
    events.record(session, "departures.read", by, count=len(rows))
    return Ledger(
        rows,
        len(decisions),
        sum(decision.departs for decision in decisions),
        _from_precedents(session, cases),
    )


def _from_precedents(session: Session, cases: Select) -> list[FromPrecedent]:
    """Departures from precedents in signed decisions of these cases, the most frequent first."""
    number, last = func.count(), func.max(Decision.decided_on)
    counted = (
        select(Precedent, PrecedentDeparture.code, number, func.min(Decision.decided_on), last)
        .join(PrecedentDeparture, PrecedentDeparture.precedent_id == Precedent.id)
        .join(Decision, Decision.id == PrecedentDeparture.decision_id)
        .where(PrecedentDeparture.case_id.in_(cases), Decision.signed_at.is_not(None))
        .group_by(Precedent.id, PrecedentDeparture.code)
        .order_by(number.desc(), Precedent.code, PrecedentDeparture.code)
    )
    return [FromPrecedent(*row) for row in session.execute(counted)]
