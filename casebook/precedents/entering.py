"""The one way a precedent comes into the library: everything it says is checked, then kept as it is for good."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, Problem
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
from rules.factor import WHOLE

FIELDS = (
    "title", "summary", "outcome", "body", "tier", "region", "sector", "holding", "notes", "conduct", "decided_on",
    "effective_from", "effective_to", "measure", "articles", "rules_sha256", "collective", "source_title",
    "source_sha256", "paragraphs",
)  # fmt: skip
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


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a precedent says. A fact is a plain value or a Found; what is left out was not stated.

    The outcome is also the finding on the issue `disposition`. `articles` are rule ids, or instrument and article.
    """

    title: str
    summary: str
    outcome: str
    body: str
    tier: Tier | str
    facts: Mapping[str, object]
    issues: Mapping[str, Finding] | None = None
    region: str = ""
    sector: str = ""
    holding: str = ""
    notes: str = ""
    conduct: object = None
    decided_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    measure: str = ""
    articles: Sequence = ()
    rules_sha256: str = ""
    collective: bool = False
    source_title: str = ""
    source_sha256: str = ""
    paragraphs: Sequence[str] = ()

    def found(self) -> dict[str, Found]:
        return {fact: one if isinstance(one, Found) else Found(one) for fact, one in self.facts.items()}

    def findings(self) -> dict[str, Finding]:
        return {WHOLE: Finding(self.outcome), **(self.issues or {})}


def enter(
    session: Session,
    by: User | None,
    *,
    on: date,
    code: str = "",
    life: Life = Life.PROPOSED,
    organisation: Organisation | None = None,
    case: Case | None = None,
    decision: Decision | None = None,
    supersedes: Precedent | None = None,
    **said,
) -> Precedent:
    """Keep one precedent with its facts and findings, waiting to be approved (or to be coded).

    `said` are the fields of Said. `by` None is the command line, which has to name the organisation. Without a code
    it gets the next of its organ and year. Raises BadFields with everything that is wrong, NotAllowed.
    """
    if by is not None:
        may_code = life == Life.CODING and access.may(by, access.CODE_PRECEDENT)
        access.ensure(by, access.CODE_PRECEDENT if may_code else access.PROPOSE_PRECEDENT)
    organisation = organisation or (by and by.organisation)
    if organisation is None or life not in BEGINS:
        raise TypeError("a precedent needs its organ, and begins by being coded or proposed")
    said = Said(**said)
    events.lock(session)
    kept, errors = check(session, said, organisation, on, code=code, supersedes=supersedes)
    if errors:
        raise BadFields(errors)
    precedent = Precedent(
        code=code or next_code(session, f"{organisation.code}-P{on.year}-"), life=life, organisation=organisation,
        case=case, decision=decision, supersedes_id=supersedes and supersedes.id, proposed_by=by,
        proposed_at=utc_now(), **kept,
    )  # fmt: skip
    precedent.facts = [
        PrecedentFact(
            fact_id=fact, value=checking.plain(one.value), state=one.state, how=one.how,
            evidence=checking.plain(one.evidence),
        )
        for fact, one in sorted(said.found().items())
    ]  # fmt: skip
    precedent.issues = [
        PrecedentIssue(
            issue=issue, outcome=one.outcome, reasons=list(one.reasons), rejected=list(one.rejected),
            words=checking.plain(one.words),
        )
        for issue, one in sorted(said.findings().items())
    ]  # fmt: skip
    change = PrecedentChange(life=life, on=on, why="", law="", by=by, at=precedent.proposed_at)
    precedent.history = [change]
    precedent.codings = []
    session.add(precedent)
    session.flush()
    rows = [precedent, *precedent.facts, *precedent.issues, change]
    events.record(session, "precedent.entered", by, rows=rows, precedent=precedent.id, life=str(life))
    return precedent


def check(
    session: Session,
    said: Said,
    organisation: Organisation,
    on: date,
    *,
    code: object = "",
    supersedes: Precedent | None = None,
) -> tuple[dict[str, object], dict[str, Problem]]:
    """The fields as they would be kept, and everything that is wrong, by field; nothing is written."""
    errors: dict[str, Problem] = {}
    fields = {name: getattr(said, name) for name in FIELDS}
    kept = checking.checked(session, fields, said.found(), said.findings(), on, errors)
    if code != "":
        checking.code(session, errors, code)
    checking.supersedes(errors, supersedes, organisation)
    return kept, errors


def next_code(session: Session, start: str) -> str:
    """The next free code that begins so; asked for under the writers' lock."""
    taken = session.scalars(select(Precedent.code).where(func.substr(Precedent.code, 1, len(start)) == start))
    numbers = [int(code[len(start) :]) for code in taken if re.fullmatch(r"\d{1,9}", code[len(start) :])]
    return f"{start}{max(numbers, default=0) + 1:04d}"
