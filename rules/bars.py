"""What somebody may not be given because of a measure, from the first to the last day; it ends by itself.

Read from measures.yaml. Nothing here is stored: whoever asks on a later day gets the answer of that day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rules.measure_reader import BarKind, Barred, Provision
from rules.measures import Measure, Words, ladder, last_day, measure_named
from rules.pack import NEVER_ENABLED


@dataclass(frozen=True)
class Running:
    """A measure that has taken effect. `ends_on` None: no period of its own is known, or it lasts."""

    code: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Bar:
    """One thing barred by one measure on one provision. `ends_on` None: for good.

    Not `enabled`: the provision is known from memory only; it bars nothing.
    """

    kind: BarKind
    measure: Measure
    provision: Provision
    starts_on: date
    ends_on: date | None
    enabled: bool

    def runs(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    @property
    def cite(self) -> Words:
        return self.provision.cite


def bars(
    measures: Iterable[Running], day: date, decided_on: date, facts: Mapping[str, object], region: str = ""
) -> tuple[Bar, ...]:
    """What the measures bar, in the order of the table.

    `day` is the law of the conduct, as in `measures_on`; `facts` are those of the person; `region` is the code of
    the place whose local rules hold, and no other place's are told.
    """
    return tuple(
        bar
        for running in measures
        for row in ladder().barred
        if (bar := _bar(row, running, day, decided_on, facts, region)) is not None
    )


def _bar(
    row: Barred, running: Running, day: date, decided_on: date, facts: Mapping[str, object], region: str
) -> Bar | None:
    measure = measure_named(running.code, day, decided_on)
    by_conduct = ladder().regimes[measure.regime].governed_by == "conduct"
    of_measure = running.code in row.measures and row.in_force(day if by_conduct else decided_on)
    here = region.startswith(row.region)
    if not of_measure or not here or not any(group.has(facts) for group in row.groups):
        return None
    ends_on = _ends_on(row, measure, running)
    if ends_on is None and not measure.lasting:
        return None
    enabled = row.provision.confidence not in NEVER_ENABLED
    return Bar(row.kind, measure, row.provision, running.starts_on, ends_on, enabled)


def _ends_on(row: Barred, measure: Measure, running: Running) -> date | None:
    """The last day of what a row bars: its own months, the end of the year, or as long as the measure runs."""
    if row.until == "year":
        return date(running.starts_on.year, 12, 31)
    months = measure.probation if row.until == "probation" else row.months
    return last_day(running.starts_on, months) if months else running.ends_on
