"""How long the measures of a case have effect, what they bar on a day, and whether the person was told it is over.

Nothing of it is stored but the telling: whoever asks on a later day gets the answer of that day, so that what is
barred ends by itself (政务处分法第二十六条).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from casebook import events
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Case, Decision, ImposedMeasure, PeriodNotice, User
from casebook.procedure import workflow
from casebook.procedure.dates import check_day
from casebook.procedure.decide import standing_decision
from casebook.procedure.notice import governing_day
from rules.bars import Bar, Running, bars
from rules.measure_reader import BarKind
from rules.measures import Measure, ladder, measure_named
from rules.places import place_of

RUNS, OVER, LASTS, UNSTATED, NONE = "runs", "over", "lasts", "unstated", "none"
STATES = {
    RUNS: Problem("影响期内", "Running"),
    OVER: Problem("已届满", "Over"),
    LASTS: Problem("长期", "For good"),
    UNSTATED: Problem("期间未见规定", "No text states a period"),
    NONE: Problem("无影响期", "No period"),
}
LONGEST = 200


@dataclass(frozen=True)
class Line:
    """One measure with its days and how it stands on the day."""

    measure: Measure
    starts_on: date | None
    ends_on: date | None
    state: str


@dataclass(frozen=True)
class Barred:
    """One thing barred, however many measures bar it, until the last of them ends. `ends_on` None: for good."""

    kind: BarKind
    ends_on: date | None
    by: tuple[Bar, ...]
    over: bool

    @property
    def lifts_on(self) -> date | None:
        """The day from which it is barred no longer, without anybody's act; None: never."""
        return self.ends_on + timedelta(days=1) if self.ends_on else None


@dataclass(frozen=True)
class Clock:
    """What a decision still means on one day. `ends_on` None: no period that a text states, or one without an end."""

    decision: Decision
    on: date
    lines: tuple[Line, ...]
    ends_on: date | None
    bars: tuple[Bar, ...]

    @property
    def barred(self) -> list[Barred]:
        """What provisions that were read bar, each thing once; the longest counts."""
        kinds: dict[str, list[Bar]] = {}
        for bar in self.bars:
            if bar.enabled:
                kinds.setdefault(bar.kind.code, []).append(bar)
        found = []
        for of_kind in kinds.values():
            days = [bar.ends_on for bar in of_kind]
            over = not any(bar.runs(self.on) for bar in of_kind)
            found.append(Barred(of_kind[0].kind, None if None in days else max(days), tuple(of_kind), over))
        return found

    @property
    def lasting(self) -> bool:
        return any(line.state == LASTS for line in self.lines)

    @property
    def running(self) -> bool:
        return any(line.state in (RUNS, LASTS) for line in self.lines)

    @property
    def expired(self) -> bool | None:
        """Whether every period is over; None: none is running, and one is not stated by any text."""
        if self.running:
            return False
        return None if any(line.state == UNSTATED for line in self.lines) else True


def clock(session: Session, case: Case, on: date) -> Clock | None:
    """The periods of the decision that stands and what they bar on that day; None while no decision stands."""
    decision = standing_decision(session, case)
    if decision is None or decision.effective_on is None:
        return None
    content = decision.recommendation.content
    day = governing_day(content)
    lines = tuple(
        _line(one, measure_named(one.code, day, decision.effective_on), on) for one in decision.measures
    )
    started = [
        Running(line.measure.code, line.starts_on or decision.effective_on, line.ends_on)
        for line in lines
        if line.starts_on or line.state == UNSTATED
    ]
    place = place_of(case.region, content["facts"])
    known = bars(started, day, decision.effective_on, content["facts"], place)
    ends = [line.ends_on for line in lines if line.ends_on]
    lasting = any(line.state == LASTS for line in lines)
    return Clock(decision, on, lines, None if lasting else max(ends, default=None), known)


def bars_of(session: Session, case: Case, on: date) -> tuple[Bar, ...]:
    """What the measures of the case bar on that day, on provisions that have been read; nobody has to release it."""
    found = clock(session, case, on)
    return tuple(bar for bar in found.bars if bar.enabled and bar.runs(on)) if found else ()


def read_clock(session: Session, case: Case, by: User, on: date) -> Clock | None:
    """The same, with the reading logged."""
    events.record(session, "period.read", by, case)
    return clock(session, case, on)


def notice_of(session: Session, decision: Decision) -> PeriodNotice | None:
    return session.scalar(select(PeriodNotice).where(PeriodNotice.decision_id == decision.id))


def notice_is_due(session: Session, case: Case, on: date) -> bool:
    """Whether every period of the case has ended before that day and the person was not told."""
    return bool(session.scalar(select(Case.id).where(Case.id == case.id, awaits_notice(on))))


def awaits_notice(on: date) -> ColumnElement[bool]:
    """The same as a condition on the list of cases. Who was dismissed has no period that ends."""
    of_case = and_(Decision.case_id == Case.id, Decision.signed_at.is_not(None), Decision.ended_on.is_(None))
    last = (
        select(func.max(ImposedMeasure.ends_on))
        .join(Decision)
        .where(of_case)
        .correlate(Case)
        .scalar_subquery()
    )
    for_good = [code for code, versions in ladder().versions.items() if versions[0].lasting]
    lasting = select(ImposedMeasure.id).join(Decision).where(of_case, ImposedMeasure.code.in_(for_good))
    told = select(PeriodNotice.id).join(Decision).where(of_case)
    return and_(last < on, ~exists(lasting.correlate(Case)), ~exists(told.correlate(Case)))


def give_notice(
    session: Session, case: Case, by: User, *, recipient: str, how: str, given_on: date, on: date
) -> PeriodNotice:
    """Enter that the person was told that their period is over, once.

    Raises BadFields; NotReady while it runs, where there is none, or where it was told already.
    """
    workflow.ensure(session, by, "period_notice", case)
    found = clock(session, case, on)
    if found is None or found.ends_on is None:
        raise NotReady(
            [Problem("没有可以届满的影响期。", "There is no period that could end.").by(workflow.RELEASED)]
        )
    if found.expired is False:
        raise NotReady(
            [
                Problem(
                    f"影响期至{found.ends_on:%Y年%-m月%-d日}届满，期满前不能告知。",
                    f"The period runs until {found.ends_on:%-d %B %Y}; nobody is told before.",
                )
            ]
        )
    if notice_of(session, found.decision) is not None:
        raise NotReady([Problem("已经登记告知。", "It is on record that the person was told.")])
    errors: dict[str, Problem] = {}
    recipient = check_text(errors, "recipient", recipient, LONGEST, required=True, one_line=True)
    how = check_text(errors, "how", how, LONGEST, required=True, one_line=True)
    check_day(errors, "given_on", given_on, since=found.ends_on, until=on)
    if errors:
        raise BadFields(errors)
    notice = PeriodNotice(
        case_id=case.id, decision_id=found.decision.id, ended_on=found.ends_on, given_on=given_on,
        recipient=recipient, how=how, by_id=by.id, at=utc_now(),
    )  # fmt: skip
    session.add(notice)
    session.flush()
    events.record(
        session, "period.notice_given", by, case, rows=[notice], decision=found.decision.id,
        on=given_on.isoformat(),
    )  # fmt: skip
    return notice


def _line(imposed: ImposedMeasure, measure: Measure, on: date) -> Line:
    if measure.lasting and imposed.starts_on:
        state = LASTS
    elif imposed.ends_on:
        state = RUNS if on <= imposed.ends_on else OVER
    else:
        state = UNSTATED if measure.months is None and imposed.months is None else NONE
    return Line(measure, imposed.starts_on, imposed.ends_on, state)
