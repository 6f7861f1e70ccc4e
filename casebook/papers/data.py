"""What each kind of paper says, gathered from the record. A paper whose record is not there yet is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import NotReady, Problem
from casebook.intake import BEIJING
from casebook.models import Case, CaseFact, Organisation, Recommendation
from casebook.papers import words
from casebook.procedure import notice
from rules.vocabulary import vocabulary

# Sections and facts that could show who complained (检举控告工作规则第四十七条): in no paper, not even an internal one.
SECRET_SECTIONS = {"complaint", "clearance"}
SECRET_FACTS = {"case_source"}


def missing(zh: str, en: str) -> NotReady:
    return NotReady([Problem(zh, en)])


@dataclass(frozen=True)
class Gathered:
    """What a paper is about, the organ that issues it, and everything its template may print."""

    ref: str
    organ: Organisation
    values: dict


def gather(session: Session, case: Case, kind: str, on: date, ref: str) -> Gathered:
    """Gather one kind; an empty `ref` is the latest record of its sort.

    Raises NotReady naming the step that is still to be taken, BadFields for a `ref` that is not of this case.
    """
    ref, organ, values = GATHER[kind](session, case, on, ref)
    return Gathered(ref, organ, _common(case, organ, on) | values)


def _common(case: Case, organ: Organisation, on: date) -> dict:
    person = case.respondent
    return {
        "organ": {"name": organ.name_zh, "head": organ.name_zh},
        "paper": {"number": "", "on": on},
        "case": {"number": case.number, "title": words.clause(case.title), "summary": case.summary},
        "person": {
            "name": person.name,
            "post": person.post,
            "unit": person.unit,
            "place": f"{person.unit}{person.post}" or "单位及职务待查",
        },
    }


def _report(session: Session, case: Case, on: date, ref: str) -> tuple[str, Organisation, dict]:
    made = _recommendation(session, case)
    document = made.content
    evidence = {
        row.fact_id: row.evidence
        for row in session.scalars(select(CaseFact).where(CaseFact.case_id == case.id))
    }
    facts = [
        {"label": fact.zh, "value": words.clause(words.fact_value(fact_id, document["facts"][fact_id])),
         "evidence": words.clause(evidence.get(fact_id, ""))}
        for fact_id, fact in vocabulary().facts.items() if fact_id in document["facts"] and is_open(fact_id)
    ]  # fmt: skip
    return "", case.organisation, {
        "conduct": words.conduct_time(case.conduct),
        "facts": facts,
        "factors": [
            {"title": factor["title"]["zh"], "verdict": _verdict(factor)} for factor in document["factors"]
        ],
        "distinctions": [
            {"tolerable": entry["tolerable"]["zh"], "intolerable": entry["intolerable"]["zh"],
             "verdict": words.VERDICTS[entry["verdict"]]}
            for entry in document["ledger"] if entry["id"] in ("T1", "T2", "T3")
        ],
        "red_lines": [line["title"]["zh"] for line in document["red_lines"] if line["status"] == "established"],
        "grounds": grounds_of(document),
        "proposal": {
            "headline": words.clause(document["headline"]["zh"]),
            "outcomes": [
                {"regime": words.REGIMES.get(one["regime"], one["regime"]), "measure": one["title"]["zh"]}
                for one in document["outcomes"]
            ],
            "corrections": [one["title"]["zh"] for one in document["corrections"]],
            "version": made.case_version,
            "seq": made.seq,
            "made_on": made.created_at.astimezone(BEIJING).date(),
        },
        "questions": [one["question"]["zh"] for one in document["refer"]],
        "unknowns": [
            vocabulary().facts[one["fact"]].zh for one in document["decisive_unknowns"][:8] if is_open(one["fact"])
        ],
    }  # fmt: skip


def _recommendation(session: Session, case: Case) -> Recommendation:
    newest = (
        select(Recommendation).where(Recommendation.case_id == case.id).order_by(Recommendation.seq.desc())
    )
    made = session.scalar(newest.limit(1))
    if made is None:
        raise missing(
            "尚未生成处理建议。请承办人先“生成处理建议”。", "There is no recommendation yet. Get one first."
        )
    if made.case_version != case.version:
        raise missing(
            "处理建议生成后案件事实有变动。请先重新“生成处理建议”，再制发报告。",
            "The case has changed since its recommendation. Get a new one, then issue the report.",
        )
    return made


def is_open(fact_id: str) -> bool:
    """Whether a fact may stand in a paper: it tells nothing of who complained."""
    fact = vocabulary().facts.get(fact_id)
    return fact is not None and fact.section not in SECRET_SECTIONS and fact_id not in SECRET_FACTS


def grounds_of(document: dict) -> list[dict]:
    """The provisions a recommendation rests on, each with its article and what it says; carrying ones first."""
    offers = [one for one in notice.offers(document) if one.kind == "rule"]
    offers.sort(key=lambda one: not one.carries)
    found = {}
    for offer in offers:
        rule = document["rules"][offer.ref]
        if rule["confidence"] in ("SEEN", "EXCERPT") and rule["instrument"] != "METHOD":
            key = (rule["source"]["zh"], rule["article"], rule["explain"]["zh"])
            found[key] = {"source": words.titled(key[0]), "article": key[1], "text": words.sentence(key[2])}
    return list(found.values())[:12]


def _verdict(factor: dict) -> str:
    pulls = bool(factor["for"]), bool(factor["against"])
    return {
        (True, False): "有利于容错", (False, True): "不利于容错", (True, True): "有利与不利的情况并存",
        (False, False): "已查明的事实没有偏向" if factor["facts"] else "有关事实尚未查明",
    }[pulls]  # fmt: skip


GATHER: dict[str, Callable[[Session, Case, date, str], tuple[str, Organisation, dict]]] = {
    "recommendation_report": _report
}
