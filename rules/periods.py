"""From when to when a measure has effect, and what several measures of one decision make together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from rules.counting import ONE, add_months
from rules.measure_reader import Combining, Ladder, Measure

MOST_MONTHS = 48
STATE = "state_sanction"
SOE = "soe_manager"


@dataclass(frozen=True)
class Imposed:
    """A measure and the months people gave it; None leaves it as the provision says."""

    code: str
    months: int | None = None


@dataclass(frozen=True)
class Period:
    """When one measure has effect. Both days None: it has no period of its own, or another one is carried out."""

    code: str
    months: int | None
    starts_on: date | None
    ends_on: date | None
    lasting: bool
    probation_ends_on: date | None
    reasons: tuple[Combining, ...]


@dataclass(frozen=True)
class Together:
    """The period that counts among all measures. `ends_on` None and not `lasting`: there is none that a text states.

    `unstated` names the measures whose period no text that was read states.
    """

    starts_on: date
    ends_on: date | None
    lasting: bool
    code: str
    unstated: tuple[str, ...]
    reasons: tuple[Combining, ...]


@dataclass(frozen=True)
class Periods:
    each: tuple[Period, ...]
    together: Together


def last_day(starts_on: date, months: int) -> date:
    """The last day of so many months whose first day is `starts_on`; no months at all end the day before."""
    end = add_months(starts_on, months)
    return end if end.day < starts_on.day else end - ONE


def months_allowed(measure: Measure, breaches: int = 1) -> tuple[int, int] | None:
    """The least and the most months people may give a measure; None where the period is not theirs to set.

    Several like State sanctions up to removal may add up, to forty-eight months (PD2020 15, SOE2024 9). Where no
    text that has been read states a period, people set it on a provision they name.
    """
    if measure.lasting:
        return None
    if measure.months is None:
        return 1, 60
    if measure.regime == STATE and breaches > 1:
        return measure.months, max(measure.months, min(MOST_MONTHS, measure.months * breaches))
    return None


def carried_out(measures: Iterable[Measure]) -> set[str]:
    """The measures that are carried out: of several State sanctions only the heaviest (PD2020 15, SOE2024 9)."""
    measures = list(measures)
    state = [measure for measure in measures if measure.regime == STATE]
    heaviest = max((measure.rank for measure in state), default=0)
    return {measure.code for measure in measures if measure.regime != STATE or measure.rank == heaviest}


def work_out(
    ladder: Ladder,
    measure_of: Callable[[str], Measure],
    imposed: Iterable[Imposed],
    starts_on: date,
    breaches: int,
    category: str,
) -> Periods:
    """The period of each measure and the one that counts, whatever the order in which they are given."""
    given = {one.code: one for one in imposed}
    measures = [measure_of(code) for code in ladder.versions if code in given]
    kept = carried_out(measures)
    reason = ladder.combining
    suffix = "_soe" if category == SOE else ""
    each = []
    for measure in measures:
        months = _months(measure, given[measure.code].months, breaches)
        if measure.code not in kept:
            each.append(Period(measure.code, months, None, None, False, None, (reason["heaviest" + suffix],)))
            continue
        reasons = [reason[_START.get(measure.regime, "start_other")]]
        ends_on = last_day(starts_on, months) if months else None
        if ends_on:
            reasons.append(reason["last_day"])
        if months != measure.months and measure.months:
            reasons.append(reason["accumulate" + suffix])
        if measure.probation:
            reasons.append(reason["after_rights"])
        probation = last_day(starts_on, measure.probation) if measure.probation else None
        runs = bool(ends_on) or measure.lasting or probation is not None
        each.append(
            Period(
                measure.code,
                months,
                starts_on if runs else None,
                ends_on,
                measure.lasting,
                probation,
                tuple(reasons) if runs else (),
            )
        )
    return Periods(tuple(each), _together(starts_on, each, reason["longest"]))


_START = {STATE: "start_state", "party_discipline": "start_party"}


def _months(measure: Measure, asked: int | None, breaches: int) -> int | None:
    if asked is None or asked == measure.months:
        return measure.months
    allowed = months_allowed(measure, breaches)
    if allowed is None or not allowed[0] <= asked <= allowed[1]:
        raise ValueError(f"found {asked} months for {measure.code}; expected {allowed or measure.months}")
    return asked


def _together(starts_on: date, each: list[Period], longest: Combining) -> Together:
    """The longest of the periods; one without an end is longer than any."""
    running = [period for period in each if period.ends_on or period.lasting]
    unstated = tuple(period.code for period in each if period.months is None and not period.lasting)
    counts = max(running, key=lambda period: (period.lasting, period.ends_on or date.max), default=None)
    reasons = (longest,) if len(running) > 1 else ()
    return Together(
        starts_on,
        counts.ends_on if counts else None,
        counts.lasting if counts else False,
        counts.code if counts else "",
        unstated,
        reasons,
    )
