"""The one way a precedent comes into the library: everything it says is checked, then kept as it is for good."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields
from casebook.models import (
    Case,
    Decision,
    Life,
    Organisation,
    Precedent,
    PrecedentChange,
    PrecedentFact,
    PrecedentIssue,
    Tier,
    User,
)
from casebook.precedents import checking

BEGINS = (Life.CODING, Life.PROPOSED)  # whatever is relied on has been approved by a second person


@dataclass(frozen=True)
class Found:
    """One fact of a precedent as it was found; `state` is known, unknown or not_applicable."""

    value: object = None
    state: str = "known"
    how: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Finding:
    """What a precedent found on one issue, the factors that carried it and those expressly given no weight."""

    outcome: str
    reasons: Sequence[str] = ()
    rejected: Sequence[str] = ()
    words: str = ""


def enter(
    session: Session,
    by: User | None,
    *,
    title: str,
    summary: str,
    outcome: str,
    body: str,
    tier: Tier | str,
    facts: Mapping[str, object],
    on: date,
    issues: Mapping[str, Finding] | None = None,
    life: Life = Life.PROPOSED,
    code: str = "",
    region: str = "",
    sector: str = "",
    holding: str = "",
    notes: str = "",
    conduct: object = None,
    decided_on: date | None = None,
    effective_from: date | None = None,
    effective_to: date | None = None,
    measure: str = "",
    articles: Sequence = (),
    rules_sha256: str = "",
    collective: bool = False,
    source_title: str = "",
    source_sha256: str = "",
    paragraphs: Sequence[str] = (),
    organisation: Organisation | None = None,
    case: Case | None = None,
    decision: Decision | None = None,
    supersedes: Precedent | None = None,
) -> Precedent:
    """Keep one precedent with its facts and findings, waiting to be approved (or to be coded).

    A fact is a plain value or a Found; what is left out was not stated. The outcome is also its finding on the issue
    `disposition`. `by` None is the command line, which has to name the organisation. Without a code it gets the next
    of its organ and year. Raises BadFields with everything that is wrong, NotAllowed.
    """
    if by is not None:
        access.ensure(by, access.CODE_PRECEDENT if life == Life.CODING else access.PROPOSE_PRECEDENT)
    organisation = organisation or (by and by.organisation)
    if organisation is None or life not in BEGINS:
        raise TypeError("a precedent needs its organ, and begins by being coded or proposed")
    found = {fact: one if isinstance(one, Found) else Found(one) for fact, one in facts.items()}
    findings = {"disposition": Finding(outcome), **(issues or {})}
    fields = {
        "title": title, "summary": summary, "outcome": outcome, "body": body, "tier": tier, "region": region,
        "sector": sector, "holding": holding, "notes": notes, "conduct": conduct, "decided_on": decided_on,
        "effective_from": effective_from, "effective_to": effective_to, "measure": measure,
        "articles": list(articles), "rules_sha256": rules_sha256, "collective": collective,
        "source_title": source_title, "source_sha256": source_sha256, "paragraphs": list(paragraphs),
    }  # fmt: skip
    events.lock(session)
    errors: dict = {}
    kept = checking.checked(session, fields, found, findings, on, errors)
    kept_code = checking.code(session, errors, code) if code else _next_code(session, organisation, on)
    checking.supersedes(errors, supersedes, organisation)
    if errors:
        raise BadFields(errors)
    precedent = Precedent(
        code=kept_code, life=life, organisation=organisation, case=case, decision=decision,
        supersedes_id=supersedes and supersedes.id, proposed_by=by, proposed_at=utc_now(), **kept,
    )  # fmt: skip
    precedent.facts = [
        PrecedentFact(
            fact_id=fact, value=one.value, state=one.state, how=one.how, evidence=one.evidence.strip()
        )
        for fact, one in sorted(found.items())
    ]
    precedent.issues = [
        PrecedentIssue(
            issue=issue, outcome=one.outcome, reasons=list(one.reasons), rejected=list(one.rejected),
            words=one.words.strip(),
        )
        for issue, one in sorted(findings.items())
    ]  # fmt: skip
    change = PrecedentChange(life=life, on=on, why="", law="", by=by, at=precedent.proposed_at)
    precedent.history = [change]
    precedent.codings = []
    session.add(precedent)
    session.flush()
    rows = [precedent, *precedent.facts, *precedent.issues, change]
    events.record(session, "precedent.entered", by, rows=rows, precedent=precedent.id, life=str(life))
    return precedent


def _next_code(session: Session, organisation: Organisation, on: date) -> str:
    """The next free code of the organ and year; asked for under the writers' lock."""
    start = f"{organisation.code}-P{on.year}-"
    taken = session.scalars(select(Precedent.code).where(func.substr(Precedent.code, 1, len(start)) == start))
    numbers = [int(code[len(start) :]) for code in taken if re.fullmatch(r"\d{1,9}", code[len(start) :])]
    return f"{start}{max(numbers, default=0) + 1:04d}"
