"""Issuing a paper: gather, number, render, check, make both files and keep them, or nothing at all."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.complaints import secrecy
from casebook.db import utc_now
from casebook.errors import BadFields, CasebookError, NotReady, Problem
from casebook.home import Home
from casebook.models import Case, Paper, User
from casebook.papers import check, data, numbering, store, templates, trial
from casebook.papers.docx import make_docx
from casebook.papers.kinds import KINDS, Kind, unknown_kind
from casebook.papers.pdf import Unprintable, make_pdf
from casebook.papers.record import Candidate
from casebook.procedure import workflow


class PaperNotFound(CasebookError):
    zh = "案件 {number} 没有这份文书。"
    en = "Case {number} has no such paper."


def issue(session: Session, home: Home, case: Case, kind: str, by: User, on: date, *, ref: str = "") -> Paper:
    """Issue one paper of a case, dated `on`; `ref` names what it is about, as "decision:3"; empty: the latest.

    Raises BadFields for an unknown kind or day; NotReady while the record it rests on is not there, or with what and
    where in the paper does not match the case; TellsTooMuch (casebook.complaints.secrecy: roll back, note it);
    BadTemplate; NotAllowed. Then nothing was written, no number used.
    """
    workflow.ensure(session, by, "issue_paper", case)
    if kind not in KINDS:
        raise BadFields({"kind": unknown_kind(kind)})
    gathered = data.gather(session, case, kind, on, ref)
    organ, values = gathered.organ, gathered.values
    template, text = trial.current_text(session, kind)
    seq, number = numbering.next_number(session, organ, on.year)
    values["paper"]["number"] = number
    sheet = templates.render(text, values, red=KINDS[kind].red)
    if wrong := check.problems(session, case, kind, sheet, gathered, number, text):
        raise NotReady(wrong)
    secrecy.ensure_tells_nothing(session, home, case, by, sheet)
    try:
        pdf, docx = make_pdf(sheet, home.fonts), make_docx(sheet)
    except Unprintable as hole:
        raise NotReady([hole.problem()]) from hole
    paper = Paper(
        case=case, kind=kind, ref=gathered.ref, organisation_id=organ.id, year=on.year, seq=seq, number=number,
        template=template, content=sheet.as_json(), pdf_sha256=store.keep(home, pdf),
        docx_sha256=store.keep(home, docx), by=by, at=utc_now(),
    )  # fmt: skip
    session.add(paper)
    session.flush()
    events.record(
        session, "paper.issued", by, case, rows=[paper],
        paper=paper.id, of=kind, ref=gathered.ref, number=number, pdf=paper.pdf_sha256, docx=paper.docx_sha256,
    )  # fmt: skip
    session.flush()
    return paper


@dataclass(frozen=True)
class Option:
    """A kind of paper that may be issued now with the records it may be of, or what is still missing for it."""

    kind: Kind
    records: tuple[Candidate, ...] = ()
    missing: tuple[Problem, ...] = ()


def options(session: Session, case: Case) -> list[Option]:
    """Every kind of paper: what it may be issued of, or which step it waits for."""
    found = []
    for kind in KINDS.values():
        try:
            found.append(Option(kind, tuple(data.candidates(session, case, kind.code))))
        except NotReady as early:
            found.append(Option(kind, missing=tuple(early.missing)))
    return found


def read_papers(session: Session, by: User, case: Case) -> list[Paper]:
    """The papers issued in a case, newest first; the reading is logged."""
    access.ensure(by, access.READ_CASE, case)
    events.record(session, "papers.listed", by, case)
    return papers_of(session, case)


def read_paper(
    session: Session, home: Home, by: User, case: Case, paper_id: int, form: str
) -> tuple[Paper, Path]:
    """One paper of a case and where its file lies; the reading is logged.

    Raises PaperNotFound for one of another case, DamagedPaper if its bytes are not those that were issued.
    """
    access.ensure(by, access.READ_CASE, case)
    paper = session.get(Paper, paper_id)
    if paper is None or paper.case_id != case.id or form not in store.FORMATS:
        raise PaperNotFound(number=case.number)
    path = store.path_of(home, paper, form)
    events.record(session, "paper.read", by, case, paper=paper.id, form=form)
    return paper, path


def papers_of(session: Session, case: Case) -> list[Paper]:
    """The papers issued in a case, newest first."""
    of_case = select(Paper).where(Paper.case_id == case.id).options(joinedload(Paper.by))
    return list(session.scalars(of_case.order_by(Paper.id.desc())))
