"""What a decision would do as a precedent: whom it would contradict, what it would bind, whether it is new."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import access
from casebook.hiding import FEW
from casebook.models import Case, CaseFact, Organisation, Standing, User
from casebook.precedents.bases import base_for, in_tier
from casebook.recommend import read_facts
from rules.factor import OUTCOMES, WHOLE
from rules.factors import measured
from rules.precedents import Precedent as Decided
from rules.precedents.impact import impact

_FOR_READING = (joinedload(Case.organisation), selectinload(Case.assignments), selectinload(Case.recusals))


@dataclass(frozen=True)
class WhatIf:
    """What follows from one outcome.

    Open cases that the reader may not see are counted only, and few of them not at all: whoever may change the facts
    of the case asked about would learn from the count what was found in each of them.
    """

    outcome: str
    conflicts: tuple[str, ...]
    bound: tuple[Case, ...]
    bound_elsewhere: int
    landmark: bool
    first_of_its_kind: bool

    @property
    def needs_reasons(self) -> bool:
        """Whether it asks for written reasons and a collective review."""
        return self.landmark or self.first_of_its_kind


def what_if(
    session: Session,
    case: Case,
    outcome: str,
    on: date,
    by: User | None = None,
    *,
    cases: bool = True,
) -> WhatIf:
    """What follows if this case is decided so, read as it would be decided now.

    Only cases of its own organ and of those below can become bound: elsewhere it would be for reference only.
    Without `cases` none is looked at. Raises ValueError for an outcome that has no rank.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"found the outcome {outcome!r}; expected one of {', '.join(OUTCOMES)}")
    facts = measured(read_facts(session, case), on, decided=True)
    made = Decided(f"case {case.id}", facts, OUTCOMES.index(outcome), "own", decided_on=on)
    base = base_for(session, case.organisation, WHOLE, on, elsewhere=False, without_case=case.id)
    here = impact(base, made, {})
    bound: list[int] = []
    for organ, open_cases in (_open_cases(session, case, on) if cases else {}).items():
        theirs = base_for(session, organ, WHOLE, on, elsewhere=False, without_case=case.id)
        bound += impact(theirs, in_tier(made, case.organisation, organ), open_cases).newly_bound
    found = select(Case).where(Case.id.in_(bound)).order_by(Case.number).options(*_FOR_READING)
    seen = tuple(one for one in (session.scalars(found) if bound else ()) if access.may_read(by, one))
    unseen = len(bound) - len(seen)
    return WhatIf(
        outcome, tuple(str(one.id) for one in here.new_conflicts), seen, unseen if unseen >= FEW else 0, here.landmark,
        here.first_of_its_kind,
    )  # fmt: skip


def _open_cases(session: Session, case: Case, on: date) -> dict[Organisation, dict[int, dict]]:
    """What is measured in the cases not decided yet of the organ and those below, by organ and case."""
    rows = session.execute(
        select(Case.organisation_id, CaseFact.case_id, CaseFact.fact_id, CaseFact.value)
        .join(Case, Case.id == CaseFact.case_id)
        .where(
            Case.organisation_id.in_(access.organs_within(case.organisation_id)),
            Case.stage.in_(access.BEFORE_DECISION), Case.id != case.id,
            CaseFact.value.is_not(None), CaseFact.standing.in_((Standing.DOCUMENTED, Standing.VERIFIED)),
        )
    )  # fmt: skip
    facts: dict[int, dict[int, dict]] = {}
    for organ_id, case_id, fact_id, value in rows:
        facts.setdefault(organ_id, {}).setdefault(case_id, {})[fact_id] = value
    organs = session.scalars(select(Organisation).where(Organisation.id.in_(list(facts))))
    return {
        organ: {case_id: measured(known, on) for case_id, known in facts[organ.id].items()}
        for organ in organs
    }
