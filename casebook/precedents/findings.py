"""What the precedents say of a case, issue by issue, as plain data that can be kept, printed and checked again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.models import Case, PrecedentFact, Tier
from casebook.packs.current import library_on
from casebook.precedents import ageing
from casebook.precedents.bases import base_for, shelf
from casebook.precedents.nearest import nearest
from casebook.precedents.own_rules import OwnRules
from casebook.precedents.readings import Reading, conflicts, proofs, read
from casebook.precedents.shelf import RED_LINE, Kept, Shelf
from casebook.precedents.turning import asking, leaving_the_bound
from casebook.recommend import latest_recommendation, read_facts
from rules.factor import OUTCOMES, WHOLE
from rules.factors import book, measured
from rules.precedents import Base

FORMAT = 1
YEARS = 3  # outside the guiding ones, those of the last three years come first
MOST_STALE = 5


@dataclass(frozen=True)
class Findings:
    """What the precedents say of one version of a case on one day; `content` is plain data, as it is kept."""

    content: dict
    base_sha256: str
    rules_sha256: str
    recommendation_id: int | None

    @property
    def whole(self) -> dict:
        """The issue `disposition`: what is said of it is said of the case."""
        return self.content["issues"][0]


def look(session: Session, case: Case, on: date) -> Findings:
    """What the precedents say of the case as it stands, by the law of the day; writes nothing.

    The same case, library and rules give the same content.
    """
    raw = read_facts(session, case)
    recommendation = latest_recommendation(session, case)
    rules = OwnRules(recommendation, case)
    seen = _Look(session, case, on, shelf(session, on), raw, rules)
    issues = [seen.issue(issue, provision) for issue, provision in seen.asked()]
    cited = _cited(session, seen.on_shelf, _codes(issues), case, on)
    _mark_presumed(issues, cited, on)
    rules_sha256 = ageing.rules_digest(library_on(session, on))
    content = {
        "format": FORMAT,
        "case": {"number": case.number, "version": case.version, "organisation": case.organisation.code},
        "as_of": on.isoformat(),
        "base_sha256": seen.on_shelf.digest,
        "rules_sha256": rules_sha256,
        "factors_sha256": book().digest,
        "facts": dict(sorted(raw.items())),
        "recommendation": rules.content(),
        "library": {"alive": len(seen.on_shelf.kept), "stale": len(seen.on_shelf.stale)},
        "factors": {
            name: {"zh": one.zh, "en": one.en, "graver": one.graver} for name, one in book().factors.items()
        },
        "issues": issues,
        "cited": cited,
    }
    return Findings(content, seen.on_shelf.digest, rules_sha256, recommendation and recommendation.id)


@dataclass(frozen=True)
class _Look:
    """One look at one case."""

    session: Session
    case: Case
    on: date
    on_shelf: Shelf
    raw: Mapping[str, object]
    rules: OwnRules

    def asked(self) -> Iterator[tuple[str, str]]:
        """The issues, the whole first; the red lines one by one, as nothing is compared across them."""
        yield WHOLE, ""
        for issue in book().issues:
            if issue == RED_LINE:
                deciding = (one for one in self.on_shelf.kept.values() if issue in one.findings)
                drawn = {code for one in deciding for code in one.provisions}
                at_stake = sorted(code for code in drawn if self.rules.red_line(code) != "not_established")
                yield from ((issue, code) for code in at_stake or [""])
            elif issue != WHOLE:
                yield issue, ""

    def base(self, issue: str, provision: str, **kind: bool) -> Base:
        return base_for(
            self.session, self.case.organisation, issue, self.on, provision=provision, without_case=self.case.id,
            on_shelf=self.on_shelf, **kind,
        )  # fmt: skip

    def issue(self, issue: str, provision: str) -> dict:
        if issue == RED_LINE and not provision:  # no red line at stake has a precedent: nothing is compared
            return self._none_at_stake(issue)
        everything = self.base(issue, provision)
        relied_on = self.base(issue, provision, elsewhere=False)
        strict_facts = measured(self.raw, self.on)
        ordinary = measured({}, self.on, decided=True)
        strict = read(relied_on, strict_facts)
        decided = read(relied_on, measured(self.raw, self.on, decided=True))
        requiring = strict if strict.requires else decided
        near = nearest(everything, relied_on, strict_facts, ordinary)
        stale = self._stale(issue, provision)
        also = {(one.precedent.id, one.side) for one in strict.holding}
        only_decided = tuple(one for one in decided.holding if (one.precedent.id, one.side) not in also)
        return {
            **self._head(issue, provision),
            "counted": len(relied_on.precedents),
            "elsewhere": len(everything.precedents) - len(relied_on.precedents),
            "strict": strict.content(),
            "decided": decided.content(),
            "rules": self.rules.beside(
                issue, provision, requiring.combined.bounds if requiring.requires else None
            ),
            "binding": proofs(relied_on, strict, strict.holding, strict_facts, ordinary),
            "binding_if_decided": proofs(relied_on, decided, only_decided, strict_facts, ordinary),
            "only_decided": len(only_decided),
            "nearest": near,
            "conflicts": conflicts(relied_on, requiring),
            "questions": asking(relied_on, strict, self.raw),
            "leaving": leaving_the_bound(relied_on, requiring) if requiring.requires else [],
            "stale": stale,
            "why_none": _why_none(relied_on, everything, strict, stale),
            "closest": _closest(near, relied_on),
        }

    def _head(self, issue: str, provision: str) -> dict:
        named = book().issues[issue]
        title = {"zh": named.zh, "en": named.en}
        return {
            "issue": issue,
            "title": title,
            "provision": provision,
            "provision_title": self.rules.titled(provision),
        }

    def _none_at_stake(self, issue: str) -> dict:
        nothing = read(Base(book().schema(issue), []), {})
        return {
            **self._head(issue, ""), "counted": 0, "elsewhere": 0, "strict": nothing.content(),
            "decided": nothing.content(), "rules": self.rules.beside(issue, "", None), "binding": [],
            "binding_if_decided": [], "only_decided": 0, "nearest": {outcome: [] for outcome in OUTCOMES},
            "conflicts": {"count": 0, "pairs": []}, "questions": [], "leaving": [],
            "stale": {"count": 0, "binding": [], "would": 0}, "why_none": "no_precedent", "closest": None,
        }  # fmt: skip

    def _stale(self, issue: str, provision: str) -> dict:
        """Those that do not count, as they were not decided again by the rules of the day; first those that would."""
        past = self.base(issue, provision, elsewhere=False, stale=True)
        would = read(past, measured(self.raw, self.on, decided=True))
        binding = list(dict.fromkeys(one.precedent.id for one in would.holding))
        return {"count": len(past.precedents), "binding": binding[:MOST_STALE], "would": len(binding)}


def _why_none(relied_on: Base, everything: Base, strict: Reading, stale: Mapping) -> str:
    """Why nothing binds on the established facts; "" where something does."""
    if strict.requires:
        return ""
    if strict.status == "open":
        return "facts_missing"
    if relied_on.precedents:
        return "distinguished"
    if stale["count"]:
        return "only_stale"
    return "only_elsewhere" if everything.precedents else "no_precedent"


def _closest(near: Mapping[str, list[dict]], relied_on: Base) -> dict | None:
    """The precedent with the fewest distinctions and in what it differs: told when nothing binds, never relied on.

    One of elsewhere only where there is no other.
    """
    every = [(len(one["weaker"]), place, one) for listed in near.values() for place, one in enumerate(listed)]
    here = {one.id for one in relied_on.precedents}
    every = [item for item in every if item[2]["code"] in here] or every
    if not every:
        return None
    best = min(every, key=lambda item: item[:2])[2]
    return {"code": best["code"], "differs": best["weaker"], "unknown": best["unknown"]}


def _codes(issues: Iterable[dict]) -> list[str]:
    """Every precedent that is named, each once."""
    found: dict[str, None] = {}
    for issue in issues:
        for one in [*issue["binding"], *issue["binding_if_decided"]]:
            found[one["code"]] = None
        for listed in issue["nearest"].values():
            found |= dict.fromkeys(one["code"] for one in listed)
        for pair in issue["conflicts"]["pairs"]:
            found |= dict.fromkeys((pair["below"], pair["above"]))
        found |= dict.fromkeys(issue["stale"]["binding"])
    return list(found)


def _cited(session: Session, on_shelf: Shelf, codes: list[str], case: Case, on: date) -> dict[str, dict]:
    """What is said of each precedent that is named, with its raw facts: enough to compare it again."""
    ids = {on_shelf.kept[code].id: code for code in codes}
    facts: dict[str, dict] = {code: {} for code in codes}
    known = select(PrecedentFact.precedent_id, PrecedentFact.fact_id, PrecedentFact.value)
    known = known.where(PrecedentFact.precedent_id.in_(list(ids)), PrecedentFact.state == "known")
    for precedent_id, fact_id, value in session.execute(known.order_by(PrecedentFact.fact_id)):
        facts[ids[precedent_id]][fact_id] = value
    tiers = {
        one.id: one.tier
        for base in (
            base_for(session, case.organisation, WHOLE, on, on_shelf=on_shelf, stale=stale)
            for stale in (False, True)
        )
        for one in base.precedents
        if one.id in facts
    }
    return {
        code: _said(on_shelf.kept[code], tiers[code], facts[code], on, on_shelf) for code in sorted(codes)
    }


def _said(one: Kept, tier: str, facts: dict, on: date, on_shelf: Shelf) -> dict:
    stale = on_shelf.stale.get(one.code)
    return {
        "tier": tier,
        "body": one.body,
        "title": one.title,
        "region": one.region,
        "decided_on": one.decided_on and one.decided_on.isoformat(),
        "collective": one.collective,
        "outcome": one.outcome,
        "measure": one.measure,
        "rules_sha256": one.rules_sha256,
        "old": tier != Tier.GUIDING and one.decided_on is not None and one.decided_on < _years_before(on),
        "stale": stale and {"zh": stale.zh, "en": stale.en},
        "digest": one.digest,
        "facts": facts,
    }


def _mark_presumed(issues: Iterable[dict], cited: Mapping[str, dict], on: date) -> None:
    """Say in each row of a proof where the fact of the precedent was not found, and was read by its burden."""
    found: dict[str, Mapping] = {}
    for issue in issues:
        for one in [*issue["binding"], *issue["binding_if_decided"]]:
            code = one["code"]
            if code not in found:
                found[code] = measured(cited[code]["facts"], on)
            for row in one["rows"]:
                row["there_presumed"] = row["there"] is not None and row["factor"] not in found[code]


def _years_before(on: date) -> date:
    try:
        return on.replace(year=on.year - YEARS)
    except ValueError:  # 29 February
        return on.replace(year=on.year - YEARS, day=28)
