"""All that the respondent may see through the personal link, and nothing else: plain values, no rows of the store.

The notice as it was told, what they said, what was made of it once the hearing has ended, and the decision with its
periods once it was served. No note, no evidence, no name of anybody, nothing of a complaint
(检举控告工作规则第四十七条).
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clearance import periods
from casebook.models import Decision, Notice, PersonalLink, Point, Service, Stage
from casebook.procedure.dates import today
from casebook.procedure.notice import governing_day, notices_of
from rules.measures import Words, measure_named
from rules.vocabulary import vocabulary


@dataclass(frozen=True)
class SaidView:
    """One answer of the respondent; `adopted` and `reason` stay empty until the hearing has ended."""

    stance: str
    words: str
    how: str
    at: datetime
    receipt: str
    adopted: str
    reason: str


@dataclass(frozen=True)
class PointView:
    """One point as told; `about` names the fact or the source in both languages, for who reads no Chinese."""

    id: int
    no: int
    kind: str
    text: str
    about: Words
    article: str
    said: tuple[SaidView, ...]
    draft_stance: str
    draft_words: str


@dataclass(frozen=True)
class NoticeView:
    """One notice as told; `number` counts those that were told."""

    number: int
    told_on: date
    disposition: str
    measures: tuple[Words, ...]
    points: tuple[PointView, ...]
    open: bool


@dataclass(frozen=True)
class PeriodView:
    """One measure with the days on which it has effect, and whether it is over on the day of reading."""

    measure: Words
    starts_on: date
    ends_on: date | None
    over: bool


@dataclass(frozen=True)
class DecisionView:
    """The decision as served on the respondent, with its periods; those end by themselves (政务处分法第二十六条)."""

    disposition: str
    measures: tuple[Words, ...]
    facts_found: str
    reason: str
    decided_on: date
    effective_on: date | None
    served_on: date
    periods: tuple[PeriodView, ...] = ()


@dataclass(frozen=True)
class View:
    organ: Words
    notices: tuple[NoticeView, ...]
    decision: DecisionView | None
    expires_at: datetime

    @property
    def to_answer(self) -> NoticeView | None:
        """The notice that may be answered now."""
        return next((notice for notice in self.notices if notice.open), None)


def read_link(session: Session, link: PersonalLink, *, kind: str = "link.read") -> View:
    """What the respondent sees now; logged as their reading."""
    case = link.case
    events.record(session, kind, None, case, link=link.id)
    told = [notice for notice in notices_of(session, case) if notice.told_on is not None]
    hearing = case.stage == Stage.HEARING
    return View(
        organ=Words(case.organisation.name_zh, case.organisation.name_en),
        notices=tuple(_notice(number, notice, link, hearing) for number, notice in enumerate(told, 1)),
        decision=_decision(session, link),
        expires_at=link.expires_at,
    )


def _notice(number: int, notice: Notice, link: PersonalLink, hearing: bool) -> NoticeView:
    is_open = hearing and notice.closed_at is None
    document = notice.recommendation.content
    return NoticeView(
        number, notice.told_on, notice.disposition, _measures(notice.measures, notice.months, governing_day(document)),
        tuple(_point(point, document, link.draft if is_open else {}, is_open) for point in notice.points),
        is_open,
    )  # fmt: skip


def _point(point: Point, document: dict, draft: dict, is_open: bool) -> PointView:
    if point.kind == "fact":
        fact = vocabulary().facts[point.ref]
        about, article = Words(fact.zh, fact.en), ""
    else:
        rule = document["rules"][point.ref]
        about, article = Words(rule["source"]["zh"], rule["source"]["en"]), rule["article"]
    kept = draft.get(str(point.id), {})
    said = tuple(
        SaidView(
            answer.stance, answer.words, answer.how, answer.at, answer.receipt,
            "" if is_open else answer.adopted, "" if is_open else answer.adopted_reason,
        )
        for answer in point.answers
    )  # fmt: skip
    return PointView(
        point.id,
        point.no,
        point.kind,
        point.text,
        about,
        article,
        said,
        kept.get("stance", ""),
        kept.get("words", ""),
    )


def _decision(session: Session, link: PersonalLink) -> DecisionView | None:
    """The last signed decision that was handed to the respondent."""
    served = (
        select(Decision, Service.served_on)
        .join(Service, Service.decision_id == Decision.id)
        .where(Decision.case_id == link.case_id, Decision.signed_at.is_not(None), Service.kind == "person")
        .order_by(Decision.seq.desc(), Service.id.desc())
    )
    row = session.execute(served.limit(1)).first()
    if row is None:
        return None
    decision, served_on = row
    months = {measure.code: measure.months for measure in decision.measures}
    return DecisionView(
        decision.disposition, _measures(list(months), months, governing_day(decision.recommendation.content)),
        decision.facts_found, decision.reason, decision.decided_on, decision.effective_on, served_on,
        _periods(session, decision),
    )  # fmt: skip


def _periods(session: Session, decision: Decision) -> tuple[PeriodView, ...]:
    """The periods of the decision that stands; one that was varied or revoked runs no longer."""
    found = periods.clock(session, decision.case, today())
    if found is None or found.decision.id != decision.id:
        return ()
    return tuple(
        PeriodView(
            Words(line.measure.zh, line.measure.en), line.starts_on, line.ends_on, line.state == periods.OVER
        )
        for line in found.lines
        if line.starts_on
    )


def _measures(codes: list[str], months: dict[str, int | None], day: date) -> tuple[Words, ...]:
    """The measures in words, each with the period that people gave it."""
    found = []
    for code in codes:
        measure, count = measure_named(code, day), months.get(code)
        zh, en = (f"（{count}个月）", f" ({count} months)") if count else ("", "")
        found.append(Words(measure.zh + zh, measure.en + en))
    return tuple(found)
