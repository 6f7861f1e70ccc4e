"""Where a change of a fact comes from, once the respondent has been told what is held against them."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.changes import NEVER_ENTERED, FactEntry
from casebook.errors import BadFields, Problem
from casebook.models import Case, Notice, Standing
from rules.graver import is_graver
from rules.vocabulary import vocabulary

EVIDENCE, STATEMENT, APPEAL = "evidence", "statement", "appeal"
SOURCES = {
    EVIDENCE: Problem("新查明的证据（与申辩、申诉无关）", "New evidence, apart from any statement or appeal"),
    STATEMENT: Problem("当事人的陈述申辩", "What the respondent said"),
    APPEAL: Problem("当事人的申诉", "The respondent's appeal"),
}
READ = (Standing.DOCUMENTED, Standing.VERIFIED)


def is_told(session: Session, case: Case) -> bool:
    """Whether the respondent has ever been told facts and grounds in this case."""
    told = select(Notice.id).where(Notice.case_id == case.id, Notice.told_on.is_not(None))
    return session.scalar(told.limit(1)) is not None


def check_source(
    session: Session,
    case: Case,
    changed: Mapping[str, FactEntry],
    present: Mapping[str, FactEntry],
    source: str,
) -> None:
    """Raise BadFields if a fact becomes graver after the respondent was told, and not because of new evidence.

    Nobody may come off worse for having spoken or appealed (政务处分法第四十三条、第五十六条).
    """
    if source and source not in SOURCES:
        raise BadFields({"source": Problem("请选择列出的来源。", "Choose one of the sources listed.")})
    graver = [
        fact_id
        for fact_id, entry in changed.items()
        if is_graver(fact_id, read_value(present.get(fact_id, NEVER_ENTERED)), read_value(entry))
    ]
    if not graver or source == EVIDENCE or not is_told(session, case):
        return
    facts = [vocabulary().facts[fact_id] for fact_id in graver]
    zh, en = "、".join(fact.zh for fact in facts), ", ".join(fact.en for fact in facts)
    raise BadFields({"source": Problem(
        f"“{zh}”改得比告知当事人时更重。不得因陈述申辩或者申诉作不利的改动（政务处分法第四十三条、第五十六条）；"
        "确有与申辩、申诉无关的新证据的，请选择“新查明的证据”。",
        f"“{en}” would become graver after the respondent was told. Nothing may be changed to a graver value because "
        "of a statement or an appeal (Law on Administrative Discipline for Public Officials, "
        "arts. 43 and 56). If new evidence apart from them shows it, "
        "choose that.",
    )})  # fmt: skip


def read_value(entry: FactEntry) -> object:
    """The value as the rules read it: None unless documented or verified."""
    return entry.value if entry.standing in READ else None
