"""Every precedent that is alive on one day, measured by its law and read as decided, as plain rows in memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.db import json_sha256
from casebook.errors import Problem
from casebook.models import Life, Precedent, PrecedentFact, PrecedentIssue, Tier
from casebook.precedents import ageing
from rules.factor import OUTCOMES
from rules.factors import measured
from rules.library import library

RED_LINE = "red_line"
_NOT_SAID = ("id", "case_id", "organisation_id", "published_at")


@dataclass(frozen=True, slots=True)
class Kept:
    """One precedent as it is compared: what was measured in it, what it found on each issue, and what is said of it.

    `provisions` are the red lines it was decided under. `findings` has for each issue the outcome and the reasons.
    """

    id: int
    code: str
    published_at: datetime
    tier: Tier
    organisation_id: int
    case_id: int | None
    body: str
    title: str
    region: str
    decided_on: date | None
    collective: bool
    outcome: str
    measure: str
    rules_sha256: str
    provisions: frozenset[str]
    findings: Mapping[str, tuple[int, frozenset[str]]]
    facts: Mapping[str, bool | float]
    digest: str


@dataclass(frozen=True)
class Shelf:
    """Every precedent that is alive on a day, by code, and of those the stale ones, each with the reason."""

    token: str
    day: date
    law: tuple
    kept: Mapping[str, Kept]
    stale: Mapping[str, Problem]

    def counts(self) -> Iterator[Kept]:
        return (one for code, one in self.kept.items() if code not in self.stale)

    def past(self) -> Iterator[Kept]:
        """Those that are stale."""
        return (self.kept[code] for code in self.stale)

    @cached_property
    def of_case(self) -> Mapping[int, frozenset[str]]:
        """The codes of the precedents made from each case of this office."""
        found: dict[int, set[str]] = {}
        for one in self.kept.values():
            if one.case_id is not None:
                found.setdefault(one.case_id, set()).add(one.code)
        return {case_id: frozenset(codes) for case_id, codes in found.items()}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the precedents that are alive, with their facts, and which of them count."""
        lines = [[code, one.digest, code in self.stale] for code, one in sorted(self.kept.items())]
        return json_sha256(lines)


def load_shelf(session: Session, on: date, token: str, law: tuple, before: Mapping[int, Kept]) -> Shelf:
    alive = select(Precedent).where(Precedent.life == Life.ALIVE)
    rows = session.execute(
        alive.with_only_columns(
            Precedent.id, Precedent.code, Precedent.published_at, Precedent.tier, Precedent.organisation_id,
            Precedent.case_id, Precedent.body, Precedent.title, Precedent.region, Precedent.decided_on,
            Precedent.collective, Precedent.outcome, Precedent.measure, Precedent.rules_sha256, Precedent.articles,
        ).order_by(Precedent.id)
    ).all()  # fmt: skip
    # the day and time of publication, too: what was published in a transaction that failed may come back otherwise
    fresh = {row.id for row in rows if not _is(before.get(row.id), row)}
    facts: dict[int, dict] = {key: {} for key in fresh}
    findings: dict[int, dict] = {key: {} for key in fresh}
    if fresh:
        first = min(fresh)  # they were entered last: everything before need not be read
        known = select(PrecedentFact.precedent_id, PrecedentFact.fact_id, PrecedentFact.value)
        known = known.join(Precedent).where(Precedent.life == Life.ALIVE, PrecedentFact.state == "known")
        for key, fact_id, value in session.execute(known.where(PrecedentFact.precedent_id >= first)):
            if key in fresh:
                facts[key][fact_id] = value
        found = select(
            PrecedentIssue.precedent_id, PrecedentIssue.issue, PrecedentIssue.outcome, PrecedentIssue.reasons
        )
        found = found.join(Precedent).where(Precedent.life == Life.ALIVE)
        for key, issue, outcome, reasons in session.execute(
            found.where(PrecedentIssue.precedent_id >= first)
        ):
            if key in fresh:
                findings[key][issue] = OUTCOMES.index(outcome), frozenset(reasons)
    kept = {}
    for row in rows:
        said = row._asdict()
        articles = said.pop("articles")
        one = before.get(row.id)
        if row.id in fresh:
            one = Kept(
                **said, provisions=provisions_of(articles), findings=findings[row.id],
                facts=measured(facts[row.id], on, decided=True),
                digest=_digest(said, articles, facts[row.id], findings[row.id]),
            )  # fmt: skip
        kept[row.code] = one
    stale = {one.code: one.why for one in ageing.due(session, on) if one.code in kept}
    return Shelf(token, on, law, kept, stale)


def _is(one: Kept | None, row) -> bool:
    return one is not None and (one.code, one.published_at) == (row.code, row.published_at)


def _digest(said: dict, articles: object, facts: dict, findings: dict) -> str:
    plain = {
        **{name: str(value) for name, value in said.items() if name not in _NOT_SAID},
        "articles": articles, "facts": facts,
        "issues": {issue: [rank, sorted(reasons)] for issue, (rank, reasons) in findings.items()},
    }  # fmt: skip
    return json_sha256(plain)


def provisions_of(articles: Iterable) -> frozenset[str]:
    """The red lines among what a precedent rests on, by their codes."""
    by_rule, by_article = _red_lines()
    found: set[str] = set()
    for article in articles:
        if isinstance(article, str):
            found |= by_rule.get(article.partition("@")[0], frozenset())
        else:
            named, place = str(article.get("instrument", "")), str(article.get("article", ""))
            for (instrument, title, whole), code in by_article.items():
                if named in (instrument, title) and place and whole.startswith(place):
                    found.add(code)
    return frozenset(found)


@cache
def _red_lines() -> tuple[dict[str, frozenset[str]], dict[tuple[str, str, str], str]]:
    """The red line of each rule that draws one, and of each article behind such a rule."""
    by_rule: dict[str, frozenset[str]] = {}
    by_article: dict[tuple[str, str, str], str] = {}
    for pack in library().packs.values():
        for rule in pack.rules:
            if RED_LINE in rule.effect and rule.enabled:
                code = rule.effect[RED_LINE]
                by_rule[rule.id] = by_rule.get(rule.id, frozenset()) | {code}
                by_article[rule.instrument, pack.sources[rule.instrument].title.zh, rule.article] = code
    return by_rule, by_article
