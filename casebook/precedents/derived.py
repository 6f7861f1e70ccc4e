"""What a precedent says of a decision beside people's words: facts, provisions, place and time as told."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.models import CaseFact, Decision, Standing, Tier
from casebook.precedents import ageing, citing, identity
from casebook.precedents.coding import COPIED
from casebook.precedents.entering import Found
from casebook.procedure.outcome import ground_from
from rules.carrying import carrying
from rules.measures import measure_named
from rules.vocabulary import vocabulary

_LEFT_OUT = {"complaint"}  # sections whose facts may show who complained


def facts_of_decision(session: Session, decision: Decision) -> dict[str, Found]:
    """What the recommendation behind a decision read, with how well it is established.

    Texts and days stay behind, and what may show who complained: they could tell who it was.
    """
    standing = {
        row.fact_id: row
        for row in session.scalars(select(CaseFact).where(CaseFact.case_id == decision.case_id))
    }
    known = vocabulary().facts
    return {
        name: Found(value, how=_how(standing.get(name), value))
        for name, value in decision.recommendation.content["facts"].items()
        if name in known and known[name].type in COPIED and not known[name].open_values
        and known[name].section not in _LEFT_OUT
    }  # fmt: skip


def articles_of(decision: Decision) -> list[dict[str, str]]:
    """The provisions of the rules that carried the recommendation, where the decision followed it."""
    content = decision.recommendation.content
    if content["disposition"] != decision.disposition:
        return []
    rules = content["rules"]
    found = [
        {"instrument": rules[rule]["source"]["zh"], "article": rules[rule]["article"]}
        for rule in carrying(content)
        if rules[rule]["confidence"] != "DESIGN"
    ]
    return [one for place, one in enumerate(found) if one not in found[:place]]


def derived(
    session: Session, decision: Decision, facts: Mapping[str, Found], place: str, period: str
) -> dict[str, object]:
    """What a precedent says beside its words, taken from the decision and generalised."""
    case, content = decision.case, decision.recommendation.content
    conduct = identity.time_of(case.conduct, period)
    articles, decided_on = _in_force(articles_of(decision), decision.decided_on, conduct, period)
    sector = facts.get("conduct_sector")
    digest = _rules_digest(content)
    return {
        "outcome": decision.disposition, "tier": Tier.OWN, "body": _body(facts), "conduct": conduct,
        "region": identity.region_of(case.region, place), "sector": str(sector.value) if sector else "",
        "decided_on": decided_on, "measure": _measures(decision), "articles": articles,
        "collective": decision.meeting_id is not None or decision.appeal_id is not None,
        "rules_sha256": digest if citing.knows_rules(session, digest) else "",
    }  # fmt: skip


def _in_force(
    articles: list[dict], decided_on: date, conduct: object, period: str
) -> tuple[list[dict], date]:
    """The articles, and the first day of the month or year of the decision on which all of them were in force.

    The day itself is not told.
    """
    articles = [one for one in articles if citing.problem(one, decided_on, conduct) is None]
    day = decided_on.replace(day=1) if period == "month" else decided_on.replace(month=1, day=1)
    while day < decided_on and any(citing.problem(one, day, conduct) for one in articles):
        day += timedelta(days=1)
    return articles, day


def _measures(decision: Decision) -> str:
    """The measures in words, without a name."""
    day = ground_from(decision.recommendation).law_of
    named = [(measure_named(one.code, day, decision.decided_on).zh, one.months) for one in decision.measures]
    return "、".join(f"{name}（{months} 个月）" if months else name for name, months in named)


def _body(facts: Mapping[str, Found]) -> str:
    found = facts.get("deciding_body")
    return (
        f"某{vocabulary().facts['deciding_body'].choice_label(found.value, 'zh')}"
        if found
        else "某纪检监察机关"
    )


def _rules_digest(content: Mapping) -> str:
    """The digest of the rules a recommendation was made by."""
    packs = {name: pack["digest"] for name, pack in content["packs"].items()}
    return ageing.digest_of_rules(packs, content["vocabulary"]["digest"])


def _how(row: CaseFact | None, value: object) -> str:
    return (
        str(row.standing)
        if row is not None and row.value == value and row.is_read
        else str(Standing.DOCUMENTED)
    )
