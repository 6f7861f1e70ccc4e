"""How well precedents answer the published cases, each left out in turn: `python -m benchmarks.leave_one_out`.

Every published case is asked against all the others, as an open case (strict) and as it would be decided now. As
several people of one incident stand there side by side, each is also asked against the other incidents only.
"""

import collections
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fixtures.load import published_cases
from rules.assess import assess
from rules.conduct import Conduct
from rules.factors import book, measured
from rules.precedents import Base, Precedent
from rules.precedents.consistency import examine

AS_OF = date(2026, 11, 21)
SCHEMA = book().schema("disposition")
READINGS = {"strict": False, "decided": True}


@dataclass(frozen=True)
class Row:
    """A published case: as a precedent, its facts measured in both readings, its incident, what the rules say."""

    precedent: Precedent
    facts: dict
    incident: int
    rules: str


def rows() -> list[Row]:
    """The published dispositions in order; one that begins with “the same incident” belongs to the one before."""
    found, incident = [], 0
    for row in published_cases():
        if row["task"] != "disposition":
            continue
        incident += not row["summary_zh"].startswith("同一")
        facts = {name: measured(row["facts"], AS_OF, decided=decided) for name, decided in READINGS.items()}
        outcome = SCHEMA.outcomes.index(row["published_outcome"])
        answer = assess(row["facts"], Conduct.parse(row["conduct_date"]), AS_OF)["disposition"]
        found.append(Row(Precedent(row["id"], facts["decided"], outcome), facts, incident, answer))
    return found


def report(cases: list[Row]) -> Iterator[str]:
    total = len(cases)
    yield f"{total} published cases, {len({row.incident for row in cases})} incidents, {len(SCHEMA.names)} factors"
    yield "asked against    reading   bound  right  narrowed  right  open  none  conflict"
    for among, apart in (("all others", False), ("other incidents", True)):
        for reading in READINGS:
            found = collections.Counter(_asked(row, cases, reading, apart=apart) for row in cases)
            bound, narrowed = (
                (sum(found[status, right] for right in (True, False)), found[status, True])
                for status in ("bound", "narrowed")
            )
            rest = [
                sum(found[status, right] for right in (True, False))
                for status in ("open", "none", "conflict")
            ]
            yield (
                f"{among:16} {reading:8} {bound[0]:6} {bound[1]:6} {narrowed[0]:9} {narrowed[1]:6} "
                f"{rest[0]:5} {rest[1]:5} {rest[2]:9}"
            )
    yield ""
    yield "the outcome named by                      answers  right"
    for name, answers in _baselines(cases).items():
        given = [(row, answer) for row, answer in zip(cases, answers, strict=True) if answer is not None]
        right = sum(answer == row.precedent.outcome for row, answer in given)
        yield f"{name:40} {len(given):8} {right:6}"
    yield ""
    found = examine(Base(SCHEMA, [row.precedent for row in cases]))
    yield f"{found.count} conflicting pairs, {found.consistent} of {total} consistent, {len(found.landmarks)} landmarks"
    for graver, milder in found.conflicts():
        words = SCHEMA.outcomes
        yield f"  {graver.id} ({words[graver.outcome]}) is at least as grave as {milder.id} ({words[milder.outcome]})"


def _others(row: Row, cases: list[Row], *, apart: bool) -> Base:
    left = [one for one in cases if (one.incident != row.incident if apart else one is not row)]
    return Base(SCHEMA, [one.precedent for one in left])


def _asked(row: Row, cases: list[Row], reading: str, *, apart: bool) -> tuple[str, bool]:
    """The status, and whether what it allows includes the outcome that was published."""
    bounds = _others(row, cases, apart=apart).bounds(row.facts[reading])
    return bounds.status, bounds.low <= row.precedent.outcome <= bounds.high


def _baselines(cases: list[Row]) -> dict[str, list[int | None]]:
    """For each way of naming an outcome what it names for every case; None where it names none."""
    ranks = {outcome: rank for rank, outcome in enumerate(SCHEMA.outcomes)}
    most = collections.Counter(row.precedent.outcome for row in cases).most_common(1)[0][0]
    found = {"always the most frequent": [most] * len(cases)}
    found["the rules (refer: no answer)"] = [ranks.get(row.rules) for row in cases]
    for among, apart in (("all others", False), ("other incidents", True)):
        bases = [_others(row, cases, apart=apart) for row in cases]
        named = [_nearest(base, row) for base, row in zip(bases, cases, strict=True)]
        found[f"the nearest precedent, {among}"] = named
        forced = [_forced(base, row) for base, row in zip(bases, cases, strict=True)]
        found[f"what binds (decided), {among}"] = forced
        found[f"what binds, else the nearest, {among}"] = [
            other if one is None else one for one, other in zip(forced, named, strict=True)
        ]
    return found


def _forced(base: Base, row: Row) -> int | None:
    bounds = base.bounds(row.facts["decided"])
    return bounds.low if bounds.status == "bound" else None


def _nearest(base: Base, row: Row) -> int:
    """The outcome of the precedent with the fewest facts that differ, then the fewest unknown on one side only."""

    def apart(precedent: Precedent) -> tuple[int, int]:
        there, here = precedent.facts, row.facts["decided"]
        both = here.keys() & there.keys()
        return sum(here[name] != there[name] for name in both), len(here.keys() ^ there.keys())

    return min(base.precedents, key=apart).outcome


if __name__ == "__main__":
    for line in report(rows()):
        print(line)
