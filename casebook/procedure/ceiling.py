"""The ceiling: no outcome becomes heavier because the respondent spoke or appealed.

Whatever outcome was in view when the respondent was told binds every later notice and decision
(政务处分法第四十三条). Only evidence that comes from elsewhere, named fact by fact, allows a new and heavier
notice. What was decided before an appeal binds without exception (政务处分法第五十六条、公务员法第九十六条).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.changes import NEVER_ENTERED, FactEntry
from casebook.errors import NotReady, Problem
from casebook.models import Appeal, Case, CaseFact, Decision, Event, FactChange, Notice, SendBack, Stage
from casebook.procedure.returns import NEW_EVIDENCE
from casebook.procedure.sources import EVIDENCE, READ, read_value
from rules.graver import is_graver
from rules.measures import Words, heavier, measure_named
from rules.vocabulary import vocabulary

LAW = Problem(
    "政务处分法第四十三条、第五十六条，公务员法第九十六条",
    "Law on Administrative Discipline for Public Officials, arts. 43 and 56, Civil Servants Law, art. 96",
)


@dataclass(frozen=True)
class Bound:
    """An outcome that nothing later may exceed; `final` after an appeal, when no new evidence lifts it."""

    disposition: str
    measures: tuple[str, ...]
    ref: str
    final: bool
    months: tuple[tuple[str, int | None], ...] = ()

    def label(self) -> Problem:
        """Where the bound comes from, in words."""
        kind = self.ref.partition(":")[0]
        return {
            "notice": Problem("已经告知当事人的处理", "what the respondent was told"),
            "decision": Problem("申诉前已经作出的决定", "what was decided before the appeal"),
        }[kind]


@dataclass(frozen=True)
class _Wanted:
    """An outcome that somebody wants to tell or to decide."""

    disposition: str
    measures: tuple[str, ...]
    on: date
    months: dict


def bounds(session: Session, case: Case) -> list[Bound]:
    """Every outcome that binds: told since the last lawful heavier notice, and, after an appeal, decided."""
    told = _told(session, case)
    first = max((place for place, notice in enumerate(told) if notice.new_facts), default=0)
    found = [
        Bound(row.disposition, tuple(row.measures), f"notice:{row.id}", False, _months_told(row))
        for row in told[first:]
    ]
    if session.scalar(select(Appeal.id).where(Appeal.case_id == case.id).limit(1)) is not None:
        signed = select(Decision).where(Decision.case_id == case.id, Decision.signed_at.is_not(None))
        found += [
            Bound(
                row.disposition, tuple(one.code for one in row.measures), f"decision:{row.id}", True,
                tuple((one.code, one.months) for one in row.measures),
            )
            for row in session.scalars(signed.order_by(Decision.seq))
        ]  # fmt: skip
    return found


def governing_day(document: dict) -> date:
    """The day whose law a recommendation applied."""
    return date.fromisoformat(next(version["date"] for version in document["law"] if version["governs"]))


def ceiling(session: Session, case: Case, on: date) -> Bound | None:
    """The mildest outcome already told or, before an appeal, decided; None while nothing binds."""
    mildest = None
    for bound in bounds(session, case):
        if mildest is None or not _reasons(
            mildest, _Wanted(bound.disposition, bound.measures, on, dict(bound.months))
        ):
            mildest = bound
    return mildest


def check(
    session: Session,
    case: Case,
    disposition: str,
    measure_codes: Iterable[str],
    on: date,
    *,
    months: Mapping[str, int | None] | None = None,
) -> None:
    """Raise NotReady if this outcome is heavier than any that binds; `months` are the periods, where chosen.

    `on` is the day whose law governs the conduct, as in rules.measures.
    """
    _refuse(bounds(session, case), _Wanted(disposition, tuple(measure_codes), on, dict(months or {})))


def check_notice(
    session: Session,
    case: Case,
    disposition: str,
    measure_codes: Sequence[str],
    new_facts: Sequence[str],
    on: date,
    *,
    months: Mapping[str, int | None] | None = None,
) -> bool:
    """Raise NotReady unless a notice may have this outcome in view; returns whether new evidence made it heavier.

    A heavier one names the facts newly shown since the last notice: each sent back by the reviewer as new evidence,
    entered with evidence as its source, and graver than it was when told. Nothing lifts what was decided before an
    appeal.
    """
    wanted = _Wanted(disposition, tuple(measure_codes), on, dict(months or {}))
    excess = [bound for bound in bounds(session, case) if _reasons(bound, wanted)]
    if not excess:
        return False
    if not new_facts or any(bound.final for bound in excess):
        _refuse(excess, wanted)
    unfit = [problem for fact_id in new_facts if (problem := _unfit(session, case, fact_id))]
    if unfit:
        raise NotReady(unfit)
    return True


def newly_shown(session: Session, case: Case) -> list[str]:
    """The facts that would allow a heavier notice now, in the order of the vocabulary."""
    told = _told(session, case)
    return [fact_id for fact_id in vocabulary().facts if told and _unfit(session, case, fact_id) is None]


def facts_at(session: Session, case: Case, version: int) -> dict[str, FactEntry]:
    """Every fact of the case as it stood at an earlier version."""
    rows = session.scalars(select(CaseFact).where(CaseFact.case_id == case.id))
    facts = {row.fact_id: FactEntry.of(row) for row in rows}
    later = select(FactChange).where(FactChange.case_id == case.id, FactChange.case_version > version)
    for change in session.scalars(later.order_by(FactChange.id.desc())):
        facts[change.fact_id] = FactEntry(
            change.old_value, change.old_standing, change.old_evidence, change.old_note
        )
    return facts


def _told(session: Session, case: Case) -> list[Notice]:
    told = select(Notice).where(Notice.case_id == case.id, Notice.told_on.is_not(None))
    return list(session.scalars(told.order_by(Notice.round)))


def _months_told(notice: Notice) -> tuple[tuple[str, int], ...]:
    """The period of each measure as told: as people set it, else as the law stated it that the notice applied.

    Without it, a later day of the conduct would bring the longer period of a later law under the same name.
    """
    law_day = governing_day(notice.recommendation.content)
    stated = {code: measure_named(code, law_day, notice.told_on).months for code in notice.measures}
    return tuple(({code: months for code, months in stated.items() if months} | notice.months).items())


def _reasons(bound: Bound, wanted: _Wanted) -> tuple[Words, ...]:
    """In what the outcome wanted is heavier than one that binds.

    Where no text states a period and the notice named none, the notice binds the measure and not its length.
    """
    months = dict(bound.months)
    if not bound.final:
        unstated = [code for code in bound.measures if measure_named(code, wanted.on).months is None]
        months = {code: wanted.months.get(code) for code in unstated} | months
    return heavier(
        wanted.disposition, wanted.measures, bound.disposition, bound.measures, wanted.on,
        new_months=wanted.months, old_months=months,
    )  # fmt: skip


def _refuse(binding: Sequence[Bound], wanted: _Wanted) -> None:
    problems = []
    for bound in binding:
        reasons = _reasons(bound, wanted)
        if not reasons:
            continue
        zh, en = "；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons)
        source = bound.label()
        advice = (
            Problem("请改为不重于原决定的处理。", "Choose an outcome that is no heavier.")
            if bound.final
            else Problem(
                "请改为不重于告知的处理；确有与申辩无关的新证据的，由审核人以“发现新证据”退回，"
                "逐项列明后重新告知并提交集体审议。",
                "Choose an outcome that is no heavier; if there is new evidence apart from the statement, the reviewer "
                "sends the case back for it, and a new notice names each fact and goes before the panel.",
            )
        )
        problems.append(
            Problem(
                f"拟作处理重于{source.zh}（{zh}）。不得因陈述申辩或者申诉加重处理（{LAW.zh}）。{advice.zh}",
                f"This is heavier than {source.en} ({en}). Nobody may come off worse for having spoken or appealed "
                f"({LAW.en}). {advice.en}",
            )
        )
    if problems:
        raise NotReady(problems)


def _unfit(session: Session, case: Case, fact_id: str) -> Problem | None:
    """Why this fact does not allow a heavier notice, or None if it does."""
    told = _told(session, case)
    fact = vocabulary().facts.get(fact_id)
    if not told or fact is None:
        return Problem(f"没有可以列明的事实“{fact_id}”。", f"There is no fact “{fact_id}” to be named.")
    last = told[-1]
    before = facts_at(session, case, last.case_version).get(fact_id, NEVER_ENTERED)
    changes = session.execute(
        select(FactChange, Event.detail)
        .join(Event, Event.seq == FactChange.event_seq)
        .where(
            FactChange.case_id == case.id, FactChange.fact_id == fact_id,
            FactChange.case_version > last.case_version,
        )
        .order_by(FactChange.id)
    ).all()  # fmt: skip
    if changes:
        change, detail = changes[-1]
        now = FactEntry(change.new_value, change.new_standing, change.new_evidence)
        shown = (
            detail.get("source") == EVIDENCE and change.new_standing in READ and change.new_evidence.strip()
        )
        if shown and is_graver(fact_id, read_value(before), read_value(now)):
            if _sent_back_for(session, case, last, fact_id):
                return None
            return Problem(
                f"“{fact.zh}”没有列入审核人以“发现新证据”退回的事实。",
                f"“{fact.en}” is not among the facts for which the reviewer sent the case back as new evidence.",
            )
    return Problem(
        f"“{fact.zh}”不能作为加重的依据：须在上次告知之后，以“新查明的证据”为来源、写明证据并核实，且比告知时更重。",
        f"“{fact.en}” does not allow a heavier notice: it must have been entered after the last notice, with new "
        "evidence as its source, documented or verified, and be graver than what was told.",
    )


def _sent_back_for(session: Session, case: Case, last: Notice, fact_id: str) -> bool:
    returns = select(SendBack).where(
        SendBack.case_id == case.id, SendBack.to_stage == Stage.INTAKE, SendBack.code == NEW_EVIDENCE,
        SendBack.at > last.at,
    )  # fmt: skip
    return any(fact_id in row.items for row in session.scalars(returns))
