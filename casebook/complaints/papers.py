"""Issuing a paper about a complaint, a clearance or a return: gather, number, render, check, make both files, or none.

Papers to the author and papers to anybody else never mix: the first say nothing of the respondent, the others nothing
of an author (检举控告工作规则第四十七条). The files carry no name, no program user and no time but the day they bear.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.clearance import returns
from casebook.clearance import steps as clearance_steps
from casebook.complaints import log, paper_data, secrecy
from casebook.complaints import steps as complaint_steps
from casebook.complaints.paper_kinds import KINDS, TO_AUTHOR
from casebook.complaints.stub import is_stub
from casebook.db import Base, utc_now
from casebook.errors import BadFields, ComplaintNotFound, NotAllowed, NotReady, Problem
from casebook.home import Home
from casebook.models import (
    Case,
    Clearance,
    Complaint,
    ComplaintCounter,
    ComplaintPaper,
    Event,
    Organisation,
    Reinstatement,
    User,
)
from casebook.papers import check, store, templates
from casebook.papers.blocks import Sheet
from casebook.papers.docx import make_docx
from casebook.papers.kinds import Kind, unknown_kind
from casebook.papers.numbering import organ_word, printed
from casebook.papers.pdf import Unprintable, make_pdf
from casebook.procedure import workflow

SERIES = "函"  # a row of numbers of its own, so that no gap in the other tells how many of these there are
_STEPS = {"acceptance_notice": "tell_accepted", "result_feedback": "feed_back"}
_COMPLAINT_NUMBER = re.compile(r"[A-Za-z0-9]-X\d{4}-\d{4}(?!\d)")
APPRAISAL = re.compile(
    r"一贯|一向|历来|表现(?:良好|优秀|突出|较好)|政治(?:坚定|可靠|过硬)|清正廉洁|廉洁(?:自律|奉公)|作风(?:优良|过硬|扎实)|"
    r"德才兼备|品行端正|优秀(?:干部|党员)|好干部"
)
_ONLY_POINTS = frozenset({"clearance_notice", "clearance_letter"})


class PaperNotFound(ComplaintNotFound):
    zh = "没有这份文书，或者您无权查看。"
    en = "There is no such paper, or you may not see it."

    def __init__(self):
        super().__init__("")


@dataclass(frozen=True)
class Option:
    """A kind of paper that may be issued now and of what, or what is still missing for it."""

    kind: Kind
    refs: tuple[tuple[str, Problem], ...] = ()
    missing: tuple[Problem, ...] = ()


def issue(
    session: Session, home: Home, about: Base, kind: str, by: User, on: date, *, ref: str = ""
) -> ComplaintPaper:
    """Issue one paper dated `on` about a complaint, a clearance, a return, or (the end of a period) a case.

    Raises BadFields for an unknown kind or day; NotReady while what it rests on is not there, or with what and where
    in the paper does not match; secrecy.TellsTooMuch (roll back, note it); NotAllowed, WrongStage. Then nothing was
    written and no number used.
    """
    if kind not in KINDS or not _fits(about, kind):
        raise BadFields({"kind": unknown_kind(kind)})
    _ensure(session, by, about, kind)
    made = paper_data.prepare(session, about, kind, on, ref)
    organ, values = made.gathered.organ, made.gathered.values
    text = templates.shipped(kind)
    seq, number = _next_number(session, organ, on.year)
    values["paper"]["number"] = number
    sheet = templates.render(text, values, red=KINDS[kind].red)
    known = check.known_from(session, made.rows, made.gathered, on)
    wrong = check.compare(
        sheet, made.gathered, known, number, text,
        own=made.own, person=made.person, wanted=made.wanted, to_author=kind in TO_AUTHOR,
    )  # fmt: skip
    if wrong := [*wrong, *_unfit(kind, sheet)]:
        raise NotReady(wrong)
    if kind not in TO_AUTHOR:
        secrecy.ensure_tells_nothing(session, home, about, by, sheet)
    try:
        pdf, docx = make_pdf(sheet, home.fonts, nameless=True), make_docx(sheet, nameless=True)
    except Unprintable as hole:
        raise NotReady([hole.problem()]) from hole
    paper = ComplaintPaper(
        about=_about(about), about_id=about.id, kind=kind, ref=made.gathered.ref, organisation_id=organ.id,
        year=on.year, seq=seq, number=number, template="shipped", content=sheet.as_json(),
        pdf_sha256=store.keep(home, pdf), docx_sha256=store.keep(home, docx), by=by, at=utc_now(),
    )  # fmt: skip
    session.add(paper)
    session.flush()
    _record(
        session, "complaint_paper.issued", by, about, rows=[paper],
        paper=paper.id, of=kind, number=number, pdf=paper.pdf_sha256, docx=paper.docx_sha256,
    )  # fmt: skip
    session.flush()
    return paper


def options(session: Session, by: User, about: Base, on: date) -> list[Option]:
    """Every kind of paper this person may issue about it: of what, or which step it waits for."""
    found = []
    for kind in KINDS.values():
        if not _fits(about, kind.code) or not _may_issue(session, by, about, kind.code):
            continue
        try:
            paper_data.prepare(session, about, kind.code, on, "")
            found.append(Option(kind, tuple(paper_data.refs(about, kind.code))))
        except NotReady as early:
            found.append(Option(kind, missing=tuple(early.missing)))
        except BadFields as bad:
            found.append(Option(kind, missing=tuple(bad.errors.values())))
    return found


def papers_of(session: Session, about: Base) -> list[ComplaintPaper]:
    """The papers issued about it, newest first."""
    of = select(ComplaintPaper).where(
        ComplaintPaper.about == _about(about), ComplaintPaper.about_id == about.id
    )
    return list(session.scalars(of.options(joinedload(ComplaintPaper.by)).order_by(ComplaintPaper.id.desc())))


def read_papers(session: Session, by: User, about: Base) -> list[ComplaintPaper]:
    """The papers issued about it, newest first; the reading is logged. Raises NotAllowed."""
    _ensure_reads(session, by, about)
    _record(session, "complaint_papers.listed", by, about)
    return papers_of(session, about)


def read_paper(
    session: Session, home: Home, by: User, about: Base, paper_id: int, form: str
) -> tuple[ComplaintPaper, Path]:
    """One paper and where its file lies; the reading is logged.

    Raises PaperNotFound for one about something else, DamagedPaper if its bytes are not those issued, NotAllowed.
    """
    _ensure_reads(session, by, about)
    paper = session.get(ComplaintPaper, paper_id)
    if (
        paper is None
        or (paper.about, paper.about_id) != (_about(about), about.id)
        or form not in store.FORMATS
    ):
        raise PaperNotFound
    path = store.path_of(home, paper, form)
    _record(session, "complaint_paper.read", by, about, paper=paper.id, form=form)
    return paper, path


def may_read(session: Session, user: User, about: Base) -> bool:
    """Whether this person may see the papers about it: whoever may see the thing itself."""
    match about:
        case Complaint():
            return complaint_steps.may_read(user, about) and not is_stub(about)
        case Clearance():
            return clearance_steps.may_read(session, user, about)
        case Reinstatement():
            return returns.may_read(user, about)
        case Case():
            return access.may_read(user, about)
    return False


def _ensure_reads(session: Session, by: User, about: Base) -> None:
    if not may_read(session, by, about):
        raise NotAllowed("complaint_papers.read")


def _fits(about: Base, kind: str) -> bool:
    what = _about(about)
    return KINDS[kind].about == what or (kind == "period_end_notice" and what == "case")


def _ensure(session: Session, by: User, about: Base, kind: str) -> None:
    """Raise NotAllowed or WrongStage unless this person may issue this kind now; takes the writers' lock."""
    match about:
        case Complaint():
            complaint_steps.ensure(session, by, _STEPS[kind], about)
        case Clearance():
            clearance_steps.ensure(session, by, "issue_paper", about)
        case Case():
            workflow.ensure(session, by, "issue_paper", about)
        case _:
            events.lock(session)
            session.expire_all()
            if not _may_issue(session, by, about, kind):
                raise NotAllowed("issue_paper")


def _may_issue(session: Session, by: User, about: Base, kind: str) -> bool:
    match about:
        case Complaint():
            return complaint_steps.may_do(by, _STEPS[kind], about)
        case Clearance():
            return clearance_steps.may_do(session, by, "issue_paper", about)
        case Case():
            return workflow.may_do(by, "issue_paper", about)
        case Reinstatement():
            return workflow.may_do(by, "issue_paper", about.case)
    return False


def _unfit(kind: str, sheet: Sheet) -> Iterator[Problem]:
    """What may stand in no such paper: the number of a complaint, and in a clearance praise of the person."""
    for where, text in sheet.texts():
        if kind not in TO_AUTHOR and (shown := _COMPLAINT_NUMBER.search(text)):
            yield Problem(
                f"{where}：“{shown[0]}”是检举控告编号，不得出现在这一文书中（检举控告工作规则第四十七条）。",
                f"{where}: “{shown[0]}” is the number of a complaint and may not stand here (CHG2020 art. 47).",
            )
        if kind in _ONLY_POINTS and (shown := APPRAISAL.search(text)):
            yield Problem(
                f"{where}：“{shown[0]}”属于对本人的评价。澄清只就失实的具体问题作出说明（党员权利保障条例第三十四条）。",
                f"{where}: “{shown[0]}” appraises the person. A clearance says only the specific points found untrue "
                "(RTS2020 art. 34).",
            )


def _next_number(session: Session, organ: Organisation, year: int) -> tuple[int, str]:
    """The next number of the organ's series for these papers, as 青纪监函〔2026〕3号; a rollback gives it back."""
    key = {"organisation_id": organ.id, "year": year, "register": "paper"}
    counter = session.get(ComplaintCounter, tuple(key.values()), populate_existing=True)
    if counter is None:
        counter = ComplaintCounter(**key, last=0)
        session.add(counter)
    counter.last += 1
    return counter.last, printed(organ_word(session, organ) + SERIES, year, counter.last)


def _about(about: Base) -> str:
    return "case" if isinstance(about, Case) else log.ABOUT[about.__tablename__]


def _record(session: Session, kind: str, by: User, about: Base, *, rows=(), **detail) -> Event:
    if isinstance(about, Case):
        return events.record(session, kind, by, about, rows=rows, **detail)
    return log.record(session, kind, by, about, rows=rows, **detail)
