"""What the papers after a decision say: the order to put an error right, and the result of an appeal."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import Appeal, Case, Correction, Decision
from casebook.papers import words
from casebook.papers.record import (
    Candidate,
    Gathered,
    check_dated,
    common,
    decision_number,
    id_of,
    measures_of,
    missing,
    not_of_case,
    read_facts,
    ways_of,
)
from casebook.procedure.appeal_ways import DECIDED, REFUSED, REVOKE, UPHOLD, VARY
from casebook.procedure.correction_state import FAILURES, all_of
from casebook.procedure.dates import day_of
from casebook.recommend import latest_recommendation
from rules.channels import channels
from rules.corrections import provisions, table

RESULTS = {
    UPHOLD: "维持原决定",
    VARY: "变更原决定",
    REVOKE: "撤销原决定，重新作出决定",
    REFUSED: "逾期提出，不予受理",
}


def gather_order(session: Session, case: Case, on: date, ref: str) -> Gathered:
    """Raises NotReady where no correction was ordered, or there was nothing to put right."""
    row = _correction(session, case, ref)
    check_dated(on, row.ordered_on, "下达纠错任务之日", "the order")
    measure = table().measures[row.measure_code]
    made = latest_recommendation(session, case)
    grounds = provisions(made.content, row.measure_code) if made is not None else []
    failed = session.get(Correction, row.follows_id) if row.follows_id else None
    return Gathered(f"correction:{row.id}", case.organisation, on, common(case, case.organisation, on) | {
        "responsible": row.responsible,
        "unit": row.unit,
        "kind": table().errors[row.error_code].title.zh,
        "error": words.sentences(row.error),
        "measure": measure.title.zh,
        "todo": words.sentences(row.measure),
        "due_on": row.due_on,
        "grounds": [
            words.titled(one.source.zh) + one.article for one in grounds if one.article.startswith("第")
        ][:3],
        "failed": failed and {
            "due_on": failed.due_on, "why": FAILURES[failed.failure_code].zh if failed.failure_code in FAILURES else "",
        },
    })  # fmt: skip


def gather_result(session: Session, case: Case, on: date, ref: str) -> Gathered:
    """Raises NotReady before the appeal is decided and signed. The paper is that of the organ that decided it."""
    appeal = _appeal(session, case, ref)
    channel = channels().channels[appeal.channel]
    refused = appeal.outcome == REFUSED
    by = appeal.admitted_by if refused else appeal.decided_by
    organ = by.organisation if by else case.organisation
    dated = appeal.decided_on or appeal.admitted_on or day_of(appeal.at)
    check_dated(on, dated, "作出决定之日", "the result")
    new = session.scalar(select(Decision).where(Decision.appeal_id == appeal.id).limit(1))
    standing = new or appeal.decision
    regimes = {row.regime for row in appeal.decision.measures}
    ground = channels().grounds.get(appeal.ground_code)
    return Gathered(f"appeal:{appeal.id}", organ, dated, common(case, organ, on) | {
        "channel": words.clause(channel.zh),
        "filed_on": appeal.filed_on,
        "decided_on": dated,
        "discussed_on": appeal.discussed_on,
        "refused": refused,
        "result": RESULTS[appeal.outcome],
        "first": {
            "organ": case.organisation.name_zh,
            "decided_on": appeal.decision.decided_on,
            "number": decision_number(session, appeal.decision),
            "disposition": words.DISPOSITIONS[appeal.decision.disposition],
        },
        "ground": ground and {"text": ground.zh, "article": _article(ground.article(channel.family))},
        "reason": words.sentences(appeal.admitted_reason if refused else appeal.reason),
        "new": new and {
            "facts_found": words.sentences(new.facts_found), "disposition": words.DISPOSITIONS[new.disposition],
            "measures": measures_of(new),
        },
        "cleared": appeal.outcome == REVOKE,
        "ways": [] if refused else ways_of(case, regimes, read_facts(standing), on, appeal.channel),
    })  # fmt: skip


def order_candidates(session: Session, case: Case) -> list[Candidate]:
    """The corrections ordered; raises NotReady where there is none."""
    return [
        Candidate(
            f"correction:{row.id}", Problem(f"纠错任务：{row.error[:20]}", f"correction: {row.error[:20]}")
        )
        for row in _ordered(all_of(session, case))
    ]


def result_candidates(session: Session, case: Case) -> list[Candidate]:
    """The appeals decided; raises NotReady where there is none."""
    return [
        Candidate(f"appeal:{row.id}", Problem(f"第{row.seq}号申诉", f"appeal no. {row.seq}"))
        for row in _decided(_appeals(session, case))
    ]


def _article(text: str) -> str:
    """An article as it is cited: 《政务处分法》第五十七条第一项."""
    title, mark, article = text.partition("第")
    return words.titled(title) + mark + article if title and mark else text


def _correction(session: Session, case: Case, ref: str) -> Correction:
    return _chosen(all_of(session, case), id_of(ref, "correction"), _ordered)


def _appeal(session: Session, case: Case, ref: str) -> Appeal:
    return _chosen(_appeals(session, case), id_of(ref, "appeal"), _decided)


def _chosen(found: list, wanted: int | None, fit: Callable[[list], list]):
    """The record that is named, else the last that fits."""
    if wanted is None:
        return fit(found)[-1]
    named = [row for row in found if row.id == wanted]
    if not named:
        raise not_of_case()
    return fit(named)[0]


def _appeals(session: Session, case: Case) -> list[Appeal]:
    return list(session.scalars(select(Appeal).where(Appeal.case_id == case.id).order_by(Appeal.seq)))


def _ordered(found: list[Correction]) -> list[Correction]:
    ordered = [row for row in found if row.measure]
    if not ordered:
        raise missing(
            "尚未下达纠错任务，或者已写明无需整改。请先“下达纠错任务”。",
            "No correction is ordered, or there is nothing to put right. Order a correction first.",
        )
    return ordered


def _decided(found: list[Appeal]) -> list[Appeal]:
    decided = [row for row in found if row.outcome == REFUSED or (row.outcome in DECIDED and row.signed_at)]
    if not decided:
        raise missing(
            "申诉尚未作出决定并签署。请先“作出申诉决定”（政务处分法第五十五条）。",
            "The appeal is not decided and signed yet. Decide it first (政务处分法 art. 55).",
        )
    return decided
