"""Which channels of appeal are open against the decision that stands, until which day, and why one is not.

Several regimes in one decision have several channels, each with its own clock (C-18): nothing here chooses for the
respondent. The law of the day of the step governs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook.clocks.working import no_calendar, working_days
from casebook.errors import Problem
from casebook.models import Appeal, Case, Decision, Service
from casebook.procedure.decide import standing_decision
from casebook.recommend import read_facts
from rules.channels import NO_LIMIT, Way, channels
from rules.counting import NoCalendar, after
from rules.limit import Limit
from rules.limits import limits
from rules.measures import SOFT

UPHOLD, VARY, REVOKE, WITHDRAWN, REFUSED = "uphold", "vary", "revoke", "withdrawn", "refused"
DECIDED = (UPHOLD, VARY, REVOKE)
ANY_REGIME = frozenset(SOFT)  # goes with the appeal against any other regime


@dataclass(frozen=True)
class Opening:
    """One channel against the standing decision: from when and until when it may be used, or why not (`closed`).

    `no_day` says why there is no last day. `after` is the earlier step it follows.
    """

    way: Way
    decision: Decision
    after: Appeal | None
    starts_on: date | None
    last_day: date | None
    no_day: Problem | None
    closed: Problem | None
    unknown: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return self.closed is None


def ref_of(appeal: Appeal) -> str:
    return f"appeal:{appeal.id}"


def appeals_of(session: Session, case: Case) -> list[Appeal]:
    """The appeals of a case, oldest first, with what a page names of them."""
    of_case = select(Appeal).where(Appeal.case_id == case.id).order_by(Appeal.seq)
    named = (Appeal.decision, Appeal.decided_by, Appeal.entered_by, Appeal.admitted_by, Appeal.after)
    return list(session.scalars(of_case.options(*map(joinedload, named))))


def first_decision(session: Session, decision: Decision) -> Decision:
    """The decision of the panel that this one descends from through appeals."""
    while decision.appeal_id is not None:
        decision = session.get_one(Appeal, decision.appeal_id).decision
    return decision


def openings(session: Session, case: Case, on: date) -> list[Opening]:
    """Every channel the standing decision opens as of a day, open or not, in the order of the file."""
    decision = standing_decision(session, case)
    if decision is None:
        return []
    facts = read_facts(session, case)
    regimes = {measure.regime for measure in decision.measures}
    root = first_decision(session, decision)
    before = [
        appeal
        for appeal in appeals_of(session, case)
        if first_decision(session, appeal.decision).id == root.id
    ]
    return [
        _opening(session, case, way, decision, root, before, regimes, facts)
        for way in channels().open_to(regimes, facts, on)
    ]


def last_day(
    session: Session, case: Case, limit: Limit | None, start: date
) -> tuple[date | None, Problem | None]:
    """The last day of a limit from a day on, or why there is none: no number, or a year without a calendar."""
    if limit is None:
        return None, None
    try:
        return limits().last_day(limit, start, working_days(session, case.organisation)), None
    except NoCalendar as missing:
        return None, no_calendar(missing.year)


def earliest_last_day(session: Session, case: Case, limit: Limit, start: date) -> date | None:
    """The last day before it is moved off a day without work; None where even that needs a calendar that is missing.

    Whoever hands in by then is in time whatever the calendar says.
    """
    try:
        return after(start, limit.amount, limit.unit, working_days(session, case.organisation))
    except NoCalendar:
        return None


def received_on(session: Session, decision: Decision) -> date | None:
    """The day the respondent received a decision; None while it has not been served on them."""
    served = select(Service.served_on).where(Service.decision_id == decision.id, Service.kind == "person")
    return session.scalar(served.order_by(Service.served_on).limit(1))


def overlaps(one: str, other: str, regimes: set[str]) -> bool:
    """Whether two channels would look at the same measures of a decision of these regimes."""
    known = channels().channels
    shared = known[one].regimes & known[other].regimes & regimes
    return bool(shared - ANY_REGIME) or (bool(shared) and regimes <= ANY_REGIME)


def _opening(
    session: Session,
    case: Case,
    way: Way,
    decision: Decision,
    root: Decision,
    before: Sequence[Appeal],
    regimes: set[str],
    facts: dict[str, object],
) -> Opening:
    family = [one for one in before if channels().channels[one.channel].family == way.channel.family]
    decided = [one for one in family if one.outcome in DECIDED]
    running = next((one for one in before if one.is_open and overlaps(one.channel, way.code, regimes)), None)
    earlier = next((one for one in reversed(decided) if one.channel in way.channel.after), None)
    starts_on = received_on(session, root)
    if way.channel.after:
        starts_on = earlier and earlier.served_on
    closed = _closed(way, running, earlier, decided)
    day, no_day = None, None
    if way.without == NO_LIMIT:
        no_day = Problem("条文没有规定申请期限。", "The provision sets no time for asking.")
    elif way.needs_advice:
        no_day = Problem(
            "未见条文，系统不推算期限。请询问本机关法规部门。",
            "The text was not seen and no last day is worked out; ask the organ's law office.",
        )
    elif starts_on is None:
        no_day = Problem(
            "尚未送达本人，期限没有起算。", "Not served on the respondent yet; the time has not begun."
        )
    else:
        day, no_day = last_day(session, case, way.ask, starts_on)
    return Opening(way, decision, earlier, starts_on, day, no_day, closed, way.channel.unknown(facts))


def _closed(
    way: Way, running: Appeal | None, earlier: Appeal | None, decided: Sequence[Appeal]
) -> Problem | None:
    if running is not None:
        return Problem(
            f"第 {running.seq} 号申请正在办理，决定作出前不能就同一处理再次申请。",
            f"No. {running.seq} is still open; the same measure cannot be appealed again before it is decided.",
        )
    if way.channel.after:
        first = "”或者“".join(channels().channels[code].zh for code in way.channel.after)
        first_en = " or ".join(channels().channels[code].en for code in way.channel.after)
        if earlier is None:
            return Problem(
                f"应当先经“{first}”，对其决定不服的，才能申请（{way.cite('zh')}）。",
                f"“{first_en}” comes first; this is for those who do not accept its result ({way.cite('en')}).",
            )
        if earlier.served_on is None:
            return Problem(
                f"第 {earlier.seq} 号决定尚未送达本人，请先登记送达。",
                f"The result of no. {earlier.seq} has not been served on the respondent; record the service first.",
            )
        if any(one.seq > earlier.seq for one in decided):
            return _used(way)
    elif decided and way.without != NO_LIMIT:
        return _used(way)
    return None


def _used(way: Way) -> Problem:
    return Problem(
        f"“{way.channel.zh}”的程序已经走完，不能重复申请（{way.cite('zh')}）。",
        f"“{way.channel.en}” has been used; it is not given twice ({way.cite('en')}).",
    )
