"""Every read the pages need. Reading what a case says is logged; functions without `by` need a case already read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from casebook import access, events, refused
from casebook.access import may
from casebook.errors import AttachmentNotFound, CaseNotFound, DamagedFile, RecommendationNotFound
from casebook.home import Home
from casebook.models import (
    Attachment,
    Case,
    CaseFact,
    Event,
    FactChange,
    Recommendation,
    Recusal,
    Respondent,
    Stage,
    Status,
    User,
)
from casebook.procedure.second_opinion import OPEN_TO_THE_BLIND, is_blind
from casebook.procedure.waiting import waiting_for
from casebook.uploads import file_sha256, place_of
from rules.vocabulary import Fact, vocabulary

# What a page shows of a case beside its own columns, read at once so that it can be shown after the commit.
_NO_DOCUMENT = defer(
    Recommendation.document, raiseload=True
)  # lists show a line each; a document has 100 KiB and more
_SHOWN = (
    joinedload(Case.organisation), joinedload(Case.officer), selectinload(Case.respondents),
    selectinload(Case.assignments), selectinload(Case.conduct_views),
    selectinload(Case.recusals).joinedload(Recusal.user),
)  # fmt: skip


def get_case(session: Session, by: User, number: str, *, first_view: bool = False) -> Case:
    """The case with this number. Raises CaseNotFound, also when this person may not see it.

    `first_view`: for a page that shows nothing of it to whoever owes a first view of the conduct. A refusal is logged
    as "case.refused" (casebook.refused): where `refused` is true, the caller commits before it shows the error.
    """
    case = session.scalar(select(Case).where(Case.number == number).options(*_SHOWN))
    if case is None:
        raise CaseNotFound(number)
    if not (access.may_take_part(by, case) if first_view else may(by, access.READ_CASE, case)):
        refused.note_case(session, by, case)
        raise CaseNotFound(number, refused=True)
    # Whoever owes a first view gets a page that shows nothing of the case: that is not a reading of it.
    unseen = first_view and access.owes_first_view(by, case)
    events.record(session, "first_view.page_read" if unseen else "case.read", by, case)
    return case


def list_cases(
    session: Session,
    by: User,
    *,
    mine: bool = False,
    waiting: bool = False,
    status: str | None = None,
    stage: str | None = None,
    search: str = "",
    limit: int = 50,
    offset: int = 0,
) -> list[Case]:
    """The cases this person may see, latest change first; `search` looks in number, title and respondent's name.

    `mine`: of which this person is the officer; `waiting`: in which it is this person's turn.
    """
    access.ensure(by, access.LIST_CASES)
    cases = _filtered(by, mine, waiting, status, stage, search).order_by(
        Case.updated_at.desc(), Case.id.desc()
    )
    found = list(session.scalars(cases.options(*_SHOWN).limit(limit).offset(offset)))
    events.record(session, "case.listed", by, numbers=[case.number for case in found])
    return found


def count_cases(
    session: Session,
    by: User,
    *,
    mine: bool = False,
    waiting: bool = False,
    status: str | None = None,
    stage: str | None = None,
    search: str = "",
) -> int:
    """How many cases `list_cases` has in all with the same filters."""
    found = _filtered(by, mine, waiting, status, stage, search)
    return session.scalar(select(func.count()).select_from(found.subquery()))


def _filtered(
    by: User, mine: bool, waiting: bool, status: str | None, stage: str | None, search: str
) -> Select[tuple[Case]]:
    cases = access.visible_cases(by)
    if mine:
        cases = cases.where(Case.officer_id == by.id)
    if waiting:
        cases = cases.where(waiting_for(by))
    if status:
        cases = cases.where(Case.status == Status(status))
    if stage:
        cases = cases.where(Case.stage == Stage(stage))
    if search:
        named = select(Respondent.case_id).where(Respondent.name.icontains(search, autoescape=True))
        cases = cases.where(
            or_(
                Case.number.icontains(search, autoescape=True),
                Case.title.icontains(search, autoescape=True),
                Case.id.in_(named),
            )
        )
    return cases


def facts_of(session: Session, case: Case) -> dict[str, CaseFact]:
    """The facts entered for a case, by id, in the order of the vocabulary."""
    rows = {row.fact_id: row for row in session.scalars(select(CaseFact).where(CaseFact.case_id == case.id))}
    return {fact_id: rows[fact_id] for fact_id in vocabulary().facts if fact_id in rows}


def missing_core_facts(session: Session, case: Case, task: str = "disposition") -> list[Fact]:
    """The core facts that are still not established, in the order of the vocabulary."""
    return missing_core_facts_of(session, [case], task)[case.id]


def missing_core_facts_of(
    session: Session, cases: Iterable[Case], task: str = "disposition"
) -> dict[int, list[Fact]]:
    """The same for many cases at once, by the id of the case."""
    ids = [case.id for case in cases]
    established = select(CaseFact.case_id, CaseFact.fact_id).where(
        CaseFact.case_id.in_(ids), CaseFact.value.is_not(None)
    )
    known = {(case_id, fact_id) for case_id, fact_id in session.execute(established)}
    core = [fact for fact in vocabulary().facts.values() if fact.core and task in fact.tasks]
    return {case_id: [fact for fact in core if (case_id, fact.id) not in known] for case_id in ids}


def latest_recommendations(session: Session, cases: Iterable[Case]) -> dict[int, Recommendation]:
    """The last recommendation of each of many cases that has one, by the id of the case."""
    ids = [case.id for case in cases]
    last = (
        select(Recommendation.case_id, func.max(Recommendation.seq).label("seq"))
        .where(Recommendation.case_id.in_(ids))
        .group_by(Recommendation.case_id)
        .subquery()
    )
    rows = (
        select(Recommendation)
        .options(_NO_DOCUMENT)
        .join(last, (Recommendation.case_id == last.c.case_id) & (Recommendation.seq == last.c.seq))
    )
    return {row.case_id: row for row in session.scalars(rows)}


def list_recommendations(session: Session, case: Case) -> list[Recommendation]:
    """All recommendations of a case, latest first, for a list of links."""
    of_case = select(Recommendation).options(_NO_DOCUMENT).where(Recommendation.case_id == case.id)
    return list(session.scalars(of_case.order_by(Recommendation.seq.desc())))


def read_recommendation(
    session: Session, by: User, case: Case, seq: int | None = None, *, printed: bool = False
) -> Recommendation:
    """One recommendation (the last if `seq` is None), logged as read or printed. Raises RecommendationNotFound."""
    access.ensure(by, access.READ_CASE, case)
    of_case = select(Recommendation).where(Recommendation.case_id == case.id)
    of_case = of_case.options(joinedload(Recommendation.created_by))
    of_case = of_case.where(Recommendation.seq == seq) if seq is not None else of_case
    recommendation = session.scalar(of_case.order_by(Recommendation.seq.desc()).limit(1))
    if recommendation is None:
        raise RecommendationNotFound(number=case.number, seq=seq or 1)
    kind = "recommendation.printed" if printed else "recommendation.read"
    events.record(session, kind, by, case, seq=recommendation.seq)
    return recommendation


def attachments_of(session: Session, case: Case) -> list[Attachment]:
    """The files of a case, oldest first; to give out the content, use `read_attachment`."""
    of_case = select(Attachment).where(Attachment.case_id == case.id).options(joinedload(Attachment.by))
    return list(session.scalars(of_case.order_by(Attachment.id)))


def read_attachment(
    session: Session, home: Home, by: User, case: Case, attachment_id: int
) -> tuple[Attachment, Path]:
    """A file of a case and where its content lies, logged. Raises AttachmentNotFound, DamagedFile."""
    access.ensure(by, access.READ_CASE, case)
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.case_id != case.id:
        raise AttachmentNotFound(number=case.number)
    path = place_of(home, attachment.sha256)
    if not path.is_file() or file_sha256(path) != attachment.sha256:
        raise DamagedFile(filename=attachment.filename)
    events.record(session, "attachment.read", by, case, attachment=attachment.id)
    return attachment, path


@dataclass(frozen=True)
class HistoryRow:
    """One event of a case, with the changes it kept."""

    seq: int
    at: datetime
    kind: str
    by_name: str | None  # None: the command line
    detail: dict
    changes: tuple[FactChange, ...]

    def label(self, lang: str) -> str:
        return events.label(self.kind, lang)


def case_history(session: Session, by: User, case: Case) -> list[HistoryRow]:
    """Everything that happened to a case, latest first; also this reading, which is logged.

    Whoever owes a second opinion finds only what was established, and what they did themselves.
    """
    access.ensure(by, access.READ_CASE, case)
    events.record(session, "case.history_read", by, case)
    changes: dict[int, list[FactChange]] = {}
    of_case = select(FactChange).where(FactChange.case_id == case.id).options(joinedload(FactChange.by))
    for change in session.scalars(of_case.order_by(FactChange.id)):
        changes.setdefault(change.event_seq, []).append(change)
    of_case = select(Event).where(Event.case_id == case.id).options(joinedload(Event.by))
    if is_blind(by, case):
        open_kinds = (Event.kind.startswith(kind, autoescape=True) for kind in OPEN_TO_THE_BLIND)
        of_case = of_case.where(or_(Event.by_id == by.id, *open_kinds))
    return [
        HistoryRow(
            event.seq, event.at, event.kind, event.by.name if event.by else None, event.detail,
            tuple(changes.get(event.seq, ())),
        )
        for event in session.scalars(of_case.order_by(Event.seq.desc()))
    ]  # fmt: skip


def export_cases(session: Session, by: User | None) -> list[dict]:
    """The cases by number, each as one JSON-able row that the command line can judge again; logged.

    `by` None is the command line, which sees all. Names of respondents, evidence and notes are left out.
    """
    if by is not None:
        access.ensure(by, access.EXPORT_CASES)
    visible = access.visible_cases(by) if by else select(Case)
    cases = list(session.scalars(visible.order_by(Case.number).options(joinedload(Case.organisation))))
    events.record(session, "case.exported", by, numbers=[case.number for case in cases])
    latest = latest_recommendations(session, cases)
    facts: dict[int, dict[str, object]] = {case.id: {} for case in cases}
    for row in session.scalars(
        select(CaseFact).where(CaseFact.case_id.in_(facts)).order_by(CaseFact.fact_id)
    ):
        if row.is_read:
            facts[row.case_id][row.fact_id] = row.value
    return [_export_row(case, facts[case.id], latest.get(case.id)) for case in cases]


def _export_row(case: Case, facts: dict[str, object], recommendation: Recommendation | None) -> dict:
    return {
        "id": case.number,
        "title": case.title,
        "organisation": case.organisation.code,
        "status": str(case.status),
        "stage": str(case.stage),
        "version": case.version,
        "task": "disposition",
        "conduct_date": case.conduct,
        "region": case.region,
        "facts": facts,
        "disposition": recommendation.disposition if recommendation else None,
        "certainty": recommendation.certainty if recommendation else None,
    }
