"""The precedents that may be relied on in an organ, ready to be asked: measured once, kept until the library changes.

Only what is alive and was decided again, with the same outcome, by the rules of the day is asked; the rest is stale
and binds nobody. Decided cases are read as decided: what was not found stands as its burden of proof has it.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from types import SimpleNamespace
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from casebook.db import canonical_json
from casebook.models import Life, Organisation, Precedent, PrecedentFact, PrecedentIssue, Tier
from casebook.precedents import currency
from casebook.precedents.library import base_token, tier_for
from rules.factor import OUTCOMES
from rules.factors import book, measured
from rules.library import library
from rules.precedents import Base
from rules.precedents import Precedent as Decided

BINDING = (Tier.GUIDING, Tier.TYPICAL, Tier.SUPERIOR, Tier.OWN)  # cases of elsewhere are for reference only
RED_LINE = "red_line"
MOST_KEPT = 200_000  # precedents in all the bases that are kept; the base asked last always stays


@dataclass(frozen=True, slots=True)
class Kept:
    """One precedent as it is compared: what was measured in it, what it found on each issue, and what is said of it.

    `provisions` are the red lines it was decided under. `findings` has for each issue the outcome and the reasons.
    """

    id: int
    code: str
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
    """Every precedent that is alive on a day: those that count, by code, and those that are stale with the reason."""

    token: str
    day: date
    kept: Mapping[str, Kept]
    stale: Mapping[str, str]

    def counts(self) -> Iterator[Kept]:
        return (one for code, one in self.kept.items() if code not in self.stale)

    @property
    def digest(self) -> str:
        """SHA-256 over the precedents that are alive, with their facts, and which of them count."""
        lines = [[code, one.digest, code in self.stale] for code, one in sorted(self.kept.items())]
        return sha256(canonical_json(lines).encode()).hexdigest()


class _Kept:
    """What is kept for one store; filled by any thread, bounded by the number of precedents in it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.shelves: OrderedDict[tuple, Shelf] = OrderedDict()
        self.bases: OrderedDict[tuple, Base] = OrderedDict()

    def get(self, kind: OrderedDict, key: tuple):
        with self.lock:
            if key in kind:
                kind.move_to_end(key)
            return kind.get(key)

    def put(self, kind: OrderedDict, key: tuple, made, size) -> None:
        with self.lock:
            kind[key] = made
            while len(kind) > 1 and sum(map(size, kind.values())) > MOST_KEPT:
                kind.popitem(last=False)


_stores: WeakKeyDictionary = WeakKeyDictionary()
_stores_lock = threading.Lock()


def rules_digest() -> str:
    """SHA-256 of everything a comparison is made by: the rules of the day and the factors."""
    return sha256(f"{currency.rules_digest()} {book().digest}".encode()).hexdigest()


def shelf(session: Session, on: date) -> Shelf:
    """Every precedent that is alive, measured by the law of the day; loaded again only when the library changes."""
    kept = _store(session)
    key = base_token(session), rules_digest(), on
    found = kept.get(kept.shelves, key)
    if found is None:
        with kept.lock:
            before = {one.id: one for one in _alike(kept.shelves, key) for one in one.kept.values()}
        found = _load(session, on, ":".join(map(str, key)), before)
        kept.put(kept.shelves, key, found, lambda one: len(one.kept) + 100)
    return found


def base_for(
    session: Session,
    organisation: Organisation,
    issue: str,
    on: date,
    *,
    provision: str = "",
    without_case: int | None = None,
) -> Base:
    """The precedents with a finding on this issue as they weigh in this organ, those of elsewhere among them.

    They stand in the order in which equally near ones are shown: by tier, then the newest first. On the red lines
    only those under the one `provision`: never across different ones. A precedent made from a case does not bind it.
    """
    on_shelf = shelf(session, on)
    kept = _store(session)
    key = on_shelf.token, _chain(organisation), issue, provision
    found = kept.get(kept.bases, key)
    if found is None:
        found = make_base(session, organisation, issue, on_shelf.counts(), provision)
        kept.put(kept.bases, key, found, lambda one: len(one.precedents) + 100)
    own = {one.code for one in on_shelf.counts() if one.case_id == without_case} if without_case else ()
    if own:
        return Base(found.schema, [one for one in found.precedents if one.id not in own])
    return found


def make_base(
    session: Session, organisation: Organisation, issue: str, kept: Iterable[Kept], provision: str = ""
) -> Base:
    """The same of any precedents, kept by nobody."""
    tiers = _tiers(session, organisation)
    found = [
        Decided(
            one.code, one.facts, rank, str(tiers(one)), one.provisions, reasons, one.decided_on, one.collective
        )
        for one in kept
        for rank, reasons in [one.findings.get(issue, (None, None))]
        if rank is not None and (not provision or provision in one.provisions)
    ]  # fmt: skip
    order = {str(tier): place for place, tier in enumerate(Tier)}
    found.sort(key=lambda one: (order[one.tier], -(one.decided_on or date.min).toordinal(), one.id))
    return Base(book().schema(issue), found)


def of_tiers(base: Base, tiers: Iterable[str] = BINDING) -> Base:
    """The same base with only the precedents of these tiers: by default all that may bind."""
    wanted = {str(tier) for tier in tiers}
    if all(one.tier in wanted for one in base.precedents):
        return base
    return Base(base.schema, [one for one in base.precedents if one.tier in wanted])


def in_tier(session: Session, one: Decided, decided_by: Organisation, seen_from: Organisation) -> Decided:
    """A precedent of one organ as it weighs in another."""
    return replace(one, tier=str(tier_for(_stub(Tier.OWN, decided_by), seen_from)))


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


def _store(session: Session) -> _Kept:
    engine = session.get_bind().engine
    with _stores_lock:
        if engine not in _stores:
            _stores[engine] = _Kept()
        return _stores[engine]


def _alike(shelves: Mapping[tuple, Shelf], key: tuple) -> list[Shelf]:
    """The shelves of the same rules and day: what is published never changes, so it need not be measured again."""
    return [one for (_, rules, day), one in shelves.items() if (rules, day) == key[1:]][-1:]


def _load(session: Session, on: date, token: str, before: Mapping[int, Kept]) -> Shelf:
    alive = select(Precedent).where(Precedent.life == Life.ALIVE)
    rows = session.execute(
        alive.with_only_columns(
            Precedent.id, Precedent.code, Precedent.tier, Precedent.organisation_id, Precedent.case_id,
            Precedent.body, Precedent.title, Precedent.region, Precedent.decided_on, Precedent.collective,
            Precedent.outcome, Precedent.measure, Precedent.rules_sha256, Precedent.articles,
        ).order_by(Precedent.id)
    ).all()  # fmt: skip
    fresh = {row.id for row in rows if row.id not in before or before[row.id].code != row.code}
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
    standing = currency.standings(session, on)
    stale = {one.code: standing.get(one.id, currency.NEVER) for one in kept.values()}
    return Shelf(token, on, kept, {code: why for code, why in stale.items() if why != currency.SAME})


def _digest(said: dict, articles: object, facts: dict, findings: dict) -> str:
    plain = {
        **{name: str(value) for name, value in said.items() if name not in ("id", "case_id", "organisation_id")},
        "articles": articles, "facts": facts,
        "issues": {issue: [rank, sorted(reasons)] for issue, (rank, reasons) in findings.items()},
    }  # fmt: skip
    return sha256(canonical_json(plain).encode()).hexdigest()


def _chain(organisation: Organisation) -> tuple[int, ...]:
    """The organ and those above it: what the tiers of precedents go by."""
    found, organ = [], organisation
    while organ is not None:
        found.append(organ.id)
        organ = organ.parent
    return tuple(found)


def _tiers(session: Session, organisation: Organisation):
    """How each precedent weighs in this organ; asked once for every organ it may come from."""
    organs = {
        organ.id: organ for organ in session.scalars(select(Organisation).options(load_only(Organisation.id)))
    }
    found: dict[tuple, Tier] = {}

    def tier(one: Kept) -> Tier:
        key = one.tier, one.organisation_id
        if key not in found:
            found[key] = tier_for(_stub(one.tier, organs[one.organisation_id]), organisation)
        return found[key]

    return tier


def _stub(tier: Tier, organisation: Organisation):
    return SimpleNamespace(tier=tier, organisation=organisation, organisation_id=organisation.id)
