"""What the papers share of the record: the person, facts and grounds, measures and ways of appeal, in Chinese."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Case, CaseFact, Decision, ImposedMeasure, Organisation, Paper
from casebook.papers import words
from casebook.papers.blocks import day_words
from casebook.procedure import notice
from casebook.procedure.outcome import ground_from
from rules.channels import NO_LIMIT, Way, channels
from rules.limit import Limit
from rules.pack import NEVER_ENABLED
from rules.vocabulary import vocabulary

# Sections and facts that could show who complained (检举控告工作规则第四十七条): in no paper, not even an internal one.
SECRET_SECTIONS = {"complaint", "clearance"}
SECRET_FACTS = {"case_source"}
WHERE = {"same": "本机关", "above": "上一级机关", "outside": "有管辖权的主管部门", "any": "有管辖权的机关"}
UNITS = {"m": "个月", "cd": "日", "wd": "个工作日"}


@dataclass(frozen=True)
class Gathered:
    """What a paper is about, the organ that issues it, the day it bears, and everything its template may print."""

    ref: str
    organ: Organisation
    dated: date
    values: dict


@dataclass(frozen=True)
class Candidate:
    """One record a paper could be issued of, in words."""

    ref: str
    label: Problem


def missing(zh: str, en: str) -> NotReady:
    return NotReady([Problem(zh, en)])


def id_of(ref: str, prefix: str) -> int | None:
    """The number in "decision:3"; None for an empty ref. Raises BadFields for anything else."""
    if not ref:
        return None
    kind, _, number = ref.partition(":")
    if kind != prefix or not number.isdecimal() or len(number) > 9:
        raise not_of_case()
    return int(number)


def not_of_case() -> BadFields:
    return BadFields(
        {
            "ref": Problem(
                "本案没有这一记录。请从列出的记录中选择。",
                "The case has no such record. Choose one of those listed.",
            )
        }
    )


def check_dated(on: date, since: date, zh: str, en: str) -> None:
    """Raise BadFields where a paper would be dated before what it states."""
    if on < since:
        raise BadFields(
            {
                "on": Problem(
                    f"文书日期不能早于{zh}（{day_words(since)}）。",
                    f"The paper cannot be dated before {en} ({since}).",
                )
            }
        )


def common(case: Case, organ: Organisation, on: date) -> dict:
    """What every paper may print."""
    person = case.respondent
    return {
        "organ": {"name": organ.name_zh, "head": organ.name_zh},
        "paper": {"number": "", "on": on},
        "case": {"number": case.number, "title": words.clause(case.title), "summary": case.summary},
        "person": {
            "name": person.name,
            "unit": person.unit or "待查",
            "post": person.post or "待查",
            "place": f"{person.unit}{person.post}" or "工作单位和职务待查",
        },
    }


def is_open(fact_id: str) -> bool:
    """Whether a fact may stand in a paper: it tells nothing of who complained."""
    fact = vocabulary().facts.get(fact_id)
    return fact is not None and fact.section not in SECRET_SECTIONS and fact_id not in SECRET_FACTS


def facts_of(session: Session, case: Case, document: Mapping) -> list[dict]:
    """The facts a recommendation read, in the order of the vocabulary, each with its value and its evidence."""
    rows = session.scalars(select(CaseFact).where(CaseFact.case_id == case.id))
    evidence = {row.fact_id: words.clause(row.evidence) for row in rows}
    return [
        {"label": fact.zh, "value": words.clause(words.fact_value(fact_id, document["facts"][fact_id])),
         "evidence": evidence.get(fact_id, "")}
        for fact_id, fact in vocabulary().facts.items()
        if fact_id in document["facts"] and is_open(fact_id)
    ]  # fmt: skip


def evidence_of(session: Session, case: Case, document: Mapping) -> list[str]:
    """What shows the facts, each once."""
    return list(
        dict.fromkeys(fact["evidence"] for fact in facts_of(session, case, document) if fact["evidence"])
    )


def grounds_of(document: Mapping, *, carrying: bool = False) -> list[dict]:
    """The provisions a recommendation rests on, each with its article and what it says.

    Those that carry it, and where none does all that were met, unless only the `carrying` are wanted.
    """
    offers = [one for one in notice.offers(document) if one.kind == "rule"]
    offers = [one for one in offers if one.carries] or ([] if carrying else offers)
    found = {}
    for offer in offers:
        rule = document["rules"][offer.ref]
        if rule["confidence"] in ("SEEN", "EXCERPT") and rule["instrument"] != "METHOD":
            key = (rule["source"]["zh"], rule["article"], rule["explain"]["zh"])
            found[key] = {"cited": words.titled(key[0]) + words.cited(key[1]), "text": words.sentence(key[2])}
    return list(found.values())[:12]


def measures_of(decision: Decision) -> list[dict]:
    """Each measure of a decision: its name, its provision, and its own period from the first to the last day."""
    known = ground_from(decision.recommendation).measures(decision.effective_on or decision.decided_on)
    return [_measure(row, known) for row in decision.measures]


def _measure(row: ImposedMeasure, known: Mapping) -> dict:
    measure = known[row.code]
    provision = measure.provision
    return {
        "name": measure.zh,
        "regime": words.REGIMES[row.regime],
        "cited": ""
        if provision.confidence == "DESIGN"
        else words.titled(provision.source.zh) + provision.article,
        "months": row.months or 0,
        "basis": row.basis,
        "starts_on": row.starts_on if row.ends_on else None,
        "ends_on": row.ends_on,
        "bar": words.clause(measure.bar.zh),
    }


def decision_number(session: Session, decision: Decision) -> str:
    """The number of the paper that states a decision; empty while none was issued."""
    newest = select(Paper.number).where(
        Paper.ref == f"decision:{decision.id}", Paper.kind.in_(("decision", "tolerance_decision"))
    )
    return session.scalar(newest.order_by(Paper.id.desc()).limit(1)) or ""


def ways_of(case: Case, regimes: Collection[str], facts: Mapping, on: date, after: str = "") -> list[dict]:
    """The channels of review and appeal that a decision opens, or that follow one step, with place and time limit.

    Where the text was not seen no number and no article is named.
    """
    ways = [
        way for way in channels().open_to(regimes, facts, on)
        if (after in way.channel.after if after else not way.channel.after)
    ]  # fmt: skip
    return [_way(way) for way in ways]


def _way(way: Way) -> dict:
    seen = way.confidence not in NEVER_ENABLED and not way.zh.endswith("未核对条文")
    where = WHERE[way.channel.decider]
    if way.without == NO_LIMIT:
        how = f"向{where}提出，没有规定提出的期限"
    elif way.needs_advice or way.ask is None:
        how = f"向{where}提出，提出的期限按照有关规定执行"
    else:
        how = f"自收到本文书之日起{limit_words(way.ask)}内向{where}提出"
    return {"name": way.channel.zh, "how": how, "cited": words.cited(way.zh) if seen else ""}


def limit_words(limit: Limit) -> str:
    """The number of a limit as papers say it: 一个月, 三十日."""
    number = {1: "一", 2: "二", 3: "三", 6: "六"}.get(limit.amount) if limit.unit == "m" else None
    return f"{number or limit.amount}{UNITS[limit.unit]}"


def read_facts(decision: Decision) -> Mapping:
    """The facts that the recommendation behind a decision read."""
    return decision.recommendation.content["facts"]
