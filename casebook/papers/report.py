"""What the recommendation report says: the facts, the ledger, the provisions and the proposal, for those who decide."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import Case, Recommendation
from casebook.papers import words
from casebook.papers.record import (
    Candidate,
    Gathered,
    check_dated,
    common,
    facts_of,
    grounds_of,
    is_open,
    missing,
)
from casebook.procedure.dates import day_of
from rules.at_odds import in_document
from rules.law_of_day import compared
from rules.phrases import LIGHTNESS
from rules.vocabulary import vocabulary


def gather(session: Session, case: Case, on: date, ref: str) -> Gathered:
    """Raises NotReady without a recommendation that knows the case as it is."""
    made = _recommendation(session, case)
    made_on = day_of(made.created_at)
    check_dated(on, made_on, "处理建议生成之日", "its recommendation")
    document = made.content
    return Gathered("", case.organisation, on, common(case, case.organisation, on) | {
        "conduct": words.conduct_time(case.conduct),
        "facts": facts_of(session, case, document),
        "contradictions": [one.zh for one in in_document(document) if all(map(is_open, one.facts))],
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
        "law": law_of(document),
        "lightness": words.cited(LIGHTNESS["zh"]),
        "proposal": {
            "headline": words.clause(document["headline"]["zh"]),
            "outcomes": [
                {"regime": words.REGIMES.get(one["regime"], one["regime"]), "measure": one["title"]["zh"]}
                for one in document["outcomes"]
            ],
            "corrections": [one["title"]["zh"] for one in document["corrections"]],
            "version": made.case_version,
            "seq": made.seq,
            "made_on": made_on,
        },
        "questions": [one["question"]["zh"] for one in document["refer"]],
        "unknowns": [
            vocabulary().facts[one["fact"]].zh for one in document["decisive_unknowns"][:8] if is_open(one["fact"])
        ],
    })  # fmt: skip


def law_of(document: dict) -> list[str]:
    """从旧兼从轻 in words: old and later law beside each other, which governs and why, and what was left open."""
    notes = (note["text"]["zh"] for note in document["law_notes"] if note["code"] != "lighter")
    return [one["zh"] for one in compared(document)] + list(
        notes
    )  # that the later one governs stands in the first


def candidates(session: Session, case: Case) -> list[Candidate]:
    """The one recommendation that knows the case; raises NotReady where there is none."""
    made = _recommendation(session, case)
    return [Candidate("", Problem(f"第{made.seq}号处理建议", f"recommendation no. {made.seq}"))]


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
            "处理建议生成后案件内容有变动。请先重新“生成处理建议”，再制发报告。",
            "The case has changed since its recommendation. Get a new one, then issue the report.",
        )
    return made


def _verdict(factor: dict) -> str:
    pulls = bool(factor["for"]), bool(factor["against"])
    return {
        (True, False): "有利于容错", (False, True): "不利于容错", (True, True): "有利与不利的情况并存",
        (False, False): "已查明的事实没有偏向" if factor["facts"] else "有关事实尚未查明",
    }[pulls]  # fmt: skip
