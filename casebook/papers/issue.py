"""Issuing a paper: gather, number, render, check, make both files and keep them, or nothing at all."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady
from casebook.home import Home
from casebook.models import Case, Paper, User
from casebook.papers import check, data, numbering, store, templates, trial
from casebook.papers.docx import make_docx
from casebook.papers.kinds import KINDS, unknown_kind
from casebook.papers.pdf import Unprintable, make_pdf
from casebook.procedure import workflow


def issue(session: Session, home: Home, case: Case, kind: str, by: User, on: date, *, ref: str = "") -> Paper:
    """Issue one paper of a case, dated `on`; `ref` names what it is about, as "decision:3"; empty: the latest.

    Raises BadFields for an unknown kind or day; NotReady while the record it rests on is not there, or with what and
    where in the paper does not match the case; BadTemplate; NotAllowed. Then nothing was written, no number used.
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


def papers_of(session: Session, case: Case) -> list[Paper]:
    """The papers issued in a case, newest first."""
    of_case = select(Paper).where(Paper.case_id == case.id).order_by(Paper.id.desc())
    return list(session.scalars(of_case))
