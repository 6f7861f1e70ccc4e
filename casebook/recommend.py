"""From the facts of a case to a stored recommendation. The only caller of the rules' assessment."""

import gc
import hashlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import __version__, access, events
from casebook.changes import FactEntry
from casebook.db import canonical_json, utc_now
from casebook.errors import Withheld
from casebook.models import Case, CaseFact, Recommendation, RuleText, Status, User
from casebook.packs.current import library_on
from casebook.rulebook import note_uses
from rules.assess import ReadersDiffer, assess
from rules.conduct import Conduct
from rules.engine import EngineError
from rules.library import Library

__all__ = [
    "canonical_json", "fresh_recommendation", "latest_recommendation", "make_document", "read_facts",
    "recommend", "warm_up",
]  # fmt: skip


def recommend(session: Session, case: Case, by: User, as_of: date) -> Recommendation:
    """Assess the case as it stands and keep the result for good.

    Only documented and verified facts are read. Claimed and disputed ones count as not established and are listed
    in the document under "unread".

    The rules are those of this site on the day. Raises Withheld when the two readers of the rules disagree or one
    does not answer: the case then has no recommendation, and the caller commits, because the status and the event
    must stay. Raises NotAllowed, PacksDoNotFit.
    """
    access.ensure(by, access.RECOMMEND, case)
    events.lock(session)
    session.expire_all()
    rows = session.scalars(select(CaseFact).where(CaseFact.case_id == case.id))
    entries = {row.fact_id: FactEntry.of(row) for row in rows}
    packs = library_on(session, as_of)
    try:
        document = make_document(entries, case.conduct, case.region, as_of, case.number, case.version, packs)
    except (ReadersDiffer, EngineError) as differ:
        case.status = Status.WITHHELD
        rules = sorted(map(str, getattr(differ, "rules", ())))
        events.record(session, "recommendation.withheld", by, case, version=case.version, rules=rules)
        session.flush()
        raise Withheld(case, rules) from differ
    return _keep(session, case, by, document, packs)


def read_facts(session: Session, case: Case) -> dict[str, object]:
    """What the rules read of a case: the value of every fact that is documented or verified."""
    rows = session.scalars(select(CaseFact).where(CaseFact.case_id == case.id))
    return {row.fact_id: row.value for row in rows if row.is_read}


def latest_recommendation(session: Session, case: Case) -> Recommendation | None:
    """The last recommendation of a case. To show its content, use `casebook.queries.read_recommendation`."""
    of_case = select(Recommendation).where(Recommendation.case_id == case.id)
    return session.scalar(of_case.order_by(Recommendation.seq.desc()).limit(1))


def fresh_recommendation(session: Session, case: Case) -> Recommendation | None:
    """The last recommendation, if it knows the case as it stands."""
    latest = latest_recommendation(session, case)
    return latest if latest is not None and latest.case_version == case.version else None


def make_document(
    entries: Mapping[str, FactEntry],
    conduct: object,
    region: str | None,
    as_of: date,
    number: str,
    version: int,
    packs: Library | None = None,
) -> dict:
    """The whole document from what is entered in a case: the same bytes for the same arguments, whoever asks.

    Raises ReadersDiffer, EngineError.
    """
    known = {fact_id: entry for fact_id, entry in sorted(entries.items()) if entry.value is not None}
    facts = {fact_id: entry.value for fact_id, entry in known.items() if entry.is_read}
    unread = [
        {"fact": fact_id, "standing": str(entry.standing)}
        for fact_id, entry in known.items()
        if not entry.is_read
    ]
    document = assess(facts, Conduct.parse(conduct), as_of, region, packs)
    return {**document, "case": {"number": number, "version": version}, "unread": unread}


def warm_up(as_of: date) -> None:
    """Compile every version of the law once, and take what is then loaded out of the garbage collector's rounds.

    A case of unknown date needs all of them, seconds of work; a full round over the packs takes as long as three
    assessments.
    """
    assess({}, Conduct.parse(None), as_of)
    gc.collect()
    gc.freeze()


def _keep(session: Session, case: Case, by: User, document: dict, packs: Library) -> Recommendation:
    text = canonical_json(document)
    last = session.scalar(select(func.max(Recommendation.seq)).where(Recommendation.case_id == case.id))
    recommendation = Recommendation(
        case=case, seq=(last or 0) + 1, case_version=case.version, document=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(), disposition=document["disposition"],
        certainty=document["certainty"], created_by=by, created_at=utc_now(),
    )  # fmt: skip
    session.add(recommendation)
    case.status = Status.RECOMMENDED
    events.record(
        session, "recommendation.made", by, case,
        seq=recommendation.seq, version=case.version, sha256=recommendation.sha256,
        disposition=recommendation.disposition, certainty=recommendation.certainty, product=__version__,
    )  # fmt: skip
    keep_rules(session, packs)
    session.flush()
    note_uses(session, case, recommendation.seq, document)
    return recommendation


def keep_rules(session: Session, packs: Library) -> None:
    """Keep the texts of the rules for good: whoever has the document can then make it again."""
    texts = _rule_texts(tuple(packs.texts.items()), packs.vocabulary.text)
    kept = set(session.scalars(select(RuleText.sha256).where(RuleText.sha256.in_(texts))))
    session.add_all(
        RuleText(sha256=sha256, name=name, text=text)
        for sha256, (name, text) in texts.items()
        if sha256 not in kept
    )


@lru_cache(maxsize=4)
def _rule_texts(packs: tuple[tuple[str, str], ...], words: str) -> dict[str, tuple[str, str]]:
    """Every text that an answer is made from, by its digest: the packs and the vocabulary."""
    texts = [*packs, ("vocabulary.yaml", words)]
    return {hashlib.sha256(text.encode()).hexdigest(): (name, text) for name, text in texts}
