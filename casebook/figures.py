"""Figures over the cases a person may see: outcomes, times, returns, departures, agreement, appeals. Never by person.

Only the decision that stands counts; one that was varied or revoked counts as a reversal and as nothing else. Small
numbers are hidden so that none can be worked out (casebook.hiding).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.hiding import FEW, Table, hide
from casebook.models import Appeal, Case, Decision, Event, Organisation, SendBack, Stage, User
from casebook.procedure import second_opinion
from casebook.procedure.agreement import FEWEST
from casebook.procedure.appeal_ways import DECIDED, REFUSED, REVOKE, VARY, WITHDRAWN
from casebook.procedure.panel import OUTCOMES
from rules.agreement import Agreement, agreement
from rules.channels import channels

MOVES = (
    "case.submitted", "review.passed", "review.returned", "hearing.closed", "hearing.returned", "panel.returned",
    "decision.signed", "decision.notified", "decision.enforced", "corrections.finished", "case.closed",
)  # fmt: skip
RESULTS = (*DECIDED, WITHDRAWN, REFUSED)
COUNT = "count"
DAY = 86400


@dataclass(frozen=True)
class Times:
    """How long cases stayed at a stage, in whole days; None where they are too few to tell."""

    stage: str
    count: int | None
    lower: int | None
    median: int | None
    upper: int | None


@dataclass(frozen=True)
class Figures:
    """Everything the page and the spreadsheet show; codes, not words, and organs by their id."""

    organs: dict[int, Organisation]
    stages: Table
    outcomes: Table
    times: list[Times]
    returns: Table
    departures: Table
    rules: list[tuple[str, int]]
    agreements: dict[str, Agreement | None]
    appeals: Table
    reversals: dict[str, float | None]
    grounds: Table | None


def figures(session: Session, by: User) -> Figures:
    """The figures over the cases this person may list; logged. Raises NotAllowed."""
    access.ensure(by, access.READ_FIGURES)
    cases = session.execute(
        access.visible_cases(by).with_only_columns(Case.id, Case.organisation_id, Case.stage)
    ).all()
    organ_of = {row.id: row.organisation_id for row in cases}
    organs = {
        organ.id: organ
        for organ in session.scalars(select(Organisation).order_by(Organisation.code))
        if organ.id in set(organ_of.values())
    }
    seen = access.visible_cases(by).with_only_columns(Case.id)
    names = [str(organ) for organ in organs]
    appeals, reversals, grounds = _appeals(session, seen)
    signed = list(
        session.scalars(select(Decision).where(Decision.case_id.in_(seen), Decision.signed_at.is_not(None)))
    )
    standing = [one for one in signed if one.ended_on is None]
    returns = Counter(session.scalars(select(SendBack.code).where(SendBack.case_id.in_(seen))))
    found = Figures(
        organs=organs,
        stages=hide(names, list(Stage), Counter((str(row.organisation_id), str(row.stage)) for row in cases)),
        outcomes=hide(
            names, list(OUTCOMES), Counter((str(organ_of[one.case_id]), one.disposition) for one in standing)
        ),
        times=_times(session, seen),
        returns=_list(returns),
        departures=_list(Counter(one.departure_code for one in standing if one.departs)),
        rules=_rules(standing),
        agreements={
            item: agreement(pairs) if len(pairs) >= FEWEST else None
            for item, pairs in sorted(second_opinion.pairs(session, organs).items())
        },
        appeals=appeals, reversals=reversals, grounds=grounds,
    )  # fmt: skip
    events.record(session, "figures.read", by, cases=len(cases))
    return found


def record_export(session: Session, by: User) -> None:
    """Log that the figures left the site as a spreadsheet."""
    access.ensure(by, access.READ_FIGURES)
    events.record(session, "figures.exported", by)


def _list(counts: Counter) -> Table:
    """A list of codes with its total, as it may be shown."""
    return hide(sorted(counts), (COUNT,), {(code, COUNT): number for code, number in counts.items()})


def _rules(standing: Sequence[Decision]) -> list[tuple[str, int]]:
    """The rules departed from often enough to be told; several may stand behind one decision, so they have no sum."""
    counts = Counter(rule for one in standing if one.departs for rule in one.departure_rules)
    return sorted(
        ((rule, number) for rule, number in counts.items() if number >= FEW), key=lambda row: (-row[1], row)
    )


def _times(session: Session, seen) -> list[Times]:
    """Quartiles of the whole days from one move to the next; where a case is now is not over and not counted."""
    opened = {
        row.id: row.created_at
        for row in session.execute(select(Case.id, Case.created_at).where(Case.id.in_(seen)))
    }
    moves = session.execute(
        select(Event.case_id, Event.at, Event.detail)
        .where(Event.case_id.in_(seen), Event.kind.in_(MOVES))
        .order_by(Event.seq)
    )
    days: dict[str, list[float]] = defaultdict(list)
    since = dict(opened)
    for case_id, at, detail in moves:
        if "stage" in detail and "from" in detail:
            days[detail["from"]].append((at - since[case_id]).total_seconds() / DAY)
            since[case_id] = at
    found = []
    for stage in Stage:
        spent = days[stage]
        if len(spent) < FEW:
            found.append(Times(str(stage), None if spent else 0, None, None, None))
            continue
        lower, middle, upper = quantiles(spent, n=4, method="inclusive")
        found.append(Times(str(stage), len(spent), round(lower), round(middle), round(upper)))
    return found


def _appeals(session: Session, seen) -> tuple[Table, dict[str, float | None], Table | None]:
    """Appeals that are over by channel and result, the share reversed of those decided, and the grounds.

    The grounds add up to the columns varied and revoked: they are shown only where those are.
    """
    ended = list(session.scalars(select(Appeal).where(Appeal.case_id.in_(seen), Appeal.outcome != "")))
    used = [code for code in channels().channels if any(one.channel == code for one in ended)]
    table = hide(used, RESULTS, Counter((one.channel, one.outcome) for one in ended))
    rates: dict[str, float | None] = {}
    for place, code in enumerate([*used, ""]):
        line = dict(zip(RESULTS, table.cells[place], strict=False))
        decided = [line[outcome] for outcome in DECIDED]
        known = None not in decided and sum(decided) >= FEW
        rates[code] = (line[VARY] + line[REVOKE]) / sum(decided) if known else None
    totals = dict(zip(RESULTS, table.totals, strict=False))
    if totals[VARY] is None or totals[REVOKE] is None:
        return table, rates, None
    return table, rates, _list(Counter(one.ground_code for one in ended if one.outcome in (VARY, REVOKE)))
