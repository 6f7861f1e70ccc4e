"""From the facts of a case to a stored recommendation. The only caller of the rules' assessment."""

import gc
import hashlib
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.db import canonical_json, utc_now
from casebook.errors import Withheld
from casebook.models import Case, CaseFact, Recommendation, Status, User
from rules.assess import ReadersDiffer, assess
from rules.conduct import Conduct
from rules.engine import EngineError

__all__ = ["canonical_json", "recommend", "warm_up"]


def recommend(session: Session, case: Case, by: User, as_of: date) -> Recommendation:
    """Assess the case as it stands and keep the result for good.

    Only documented and verified facts are read. Claimed and disputed ones count as not established and are listed
    in the document under "unread".

    Raises Withheld when the two readers of the rules disagree or one does not answer: the case then has no
    recommendation, and the caller commits, because the status and the event must stay. Raises NotAllowed.
    """
    access.ensure(by, access.RECOMMEND, case)
    events.lock(session)
    session.expire_all()
    rows = session.scalars(
        select(CaseFact).where(CaseFact.case_id == case.id).order_by(CaseFact.fact_id)
    ).all()
    facts = {row.fact_id: row.value for row in rows if row.is_read}
    unread = [
        {"fact": row.fact_id, "standing": str(row.standing)}
        for row in rows
        if row.value is not None and not row.is_read
    ]
    try:
        document = assess(facts, Conduct.parse(case.conduct), as_of, case.region)
    except (ReadersDiffer, EngineError) as differ:
        case.status = Status.WITHHELD
        rules = sorted(map(str, getattr(differ, "rules", ())))
        events.record(session, "recommendation.withheld", by, case, version=case.version, rules=rules)
        session.flush()
        raise Withheld(case, rules) from differ
    document = {**document, "case": {"number": case.number, "version": case.version}, "unread": unread}
    return _keep(session, case, by, document)


def warm_up(as_of: date) -> None:
    """Compile every version of the law once, and take what is then loaded out of the garbage collector's rounds.

    A case of unknown date needs all of them, seconds of work; a full round over the packs takes as long as three
    assessments.
    """
    assess({}, Conduct.parse(None), as_of)
    gc.collect()
    gc.freeze()


def _keep(session: Session, case: Case, by: User, document: dict) -> Recommendation:
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
        disposition=recommendation.disposition, certainty=recommendation.certainty,
    )  # fmt: skip
    session.flush()
    return recommendation
