"""Records that papers are issued from, and what the produced files say."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from docx import Document
from pypdf import PdfReader
from sqlalchemy.orm import Session

from casebook.home import Home
from casebook.models import Case, Paper, Stage
from casebook.papers.issue import issue
from casebook.papers.store import path_of
from casebook.precedents import consult
from casebook.procedure.dates import today
from tests import appealed
from tests.precedents import a_precedent
from tests.stages import Cast, bring

TOLERATED = {
    "conduct_nature": "exploratory_error", "lack_of_experience_pilot": True,
    "rule_status_at_time": "silent_exploratory", "subject_is_party_member": True, "subject_is_leading_cadre": True,
    "deciding_body": "supervisory_organ", "subject_category": "civil_servant", "evidence_status": "sufficient",
    "direct_economic_loss_cny": 12345.6,
}  # fmt: skip
ONCE = (
    "recommendation_report",
    "notice",
    "hearing_record",
    "tolerance_decision",
    "correction_order",
    "filing_form",
    "similar_case_report",
)
KINDS = (*ONCE, "decision", "appeal_result")


@dataclass
class Record:
    """A case that went all the way and was tolerated, and one that was held accountable and appealed."""

    session: Session
    home: Home
    cast: Cast
    tolerated: Case
    sanctioned: Case

    def case_of(self, kind: str) -> Case:
        return self.tolerated if kind in ONCE else self.sanctioned

    def issue(self, kind: str, **fields) -> Paper:
        given = {"by": self.cast.officer, "on": today(), **fields}
        case = given.pop("case", None) or self.case_of(kind)
        return issue(self.session, self.home, case, kind, **given)

    def content(self, paper: Paper, form: str = "pdf") -> bytes:
        return path_of(self.home, paper, form).read_bytes()


def make_record(session: Session, home: Home) -> Record:
    appealed.seeded(session)
    cast = Cast(session)
    cast.home = home
    cast.county.name_zh, cast.city.name_zh = "青溪县纪委监委", "云山市纪委监委"
    tolerated = bring(session, cast, Stage.CORRECTED, **TOLERATED)
    sanctioned = appealed.decided(session, cast, ("G2", "P1"), **appealed.MEMBER)
    appeal = appealed.file(session, cast, sanctioned)
    by = appealed.assign(session, cast, sanctioned, appeal)
    appealed.decide(
        session, sanctioned, appeal, by, outcome="vary", ground_code="circumstances_misjudged",
        anew=appealed.anew("hold_accountable", "G1"),
    )  # fmt: skip
    a_precedent(session, cast.reviewer, outcome="correct", facts=TOLERATED)
    a_precedent(session, cast.reviewer, outcome="hold_accountable", title="与他案不同")
    consult.consult(session, tolerated, cast.officer, today())
    return Record(session, home, cast, tolerated, sanctioned)


def pdf_text(content: bytes) -> str:
    """All text of a PDF without white space and page numbers."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return "".join("".join(re.sub(r"—\s*\d+\s*—\s*$", "", text).split()) for text in pages)


def pdf_lines(page) -> dict[float, list[tuple[float, str]]]:
    """What stands on a page, line by line: the characters with their places, by their height on the page."""
    lines: dict[float, list[tuple[float, str]]] = {}

    def note(text, page, line, _, __):
        if text.strip():
            across = line[4] * page[0] + line[5] * page[2] + page[4]
            up = line[4] * page[1] + line[5] * page[3] + page[5]
            lines.setdefault(round(up, 1), []).append((across, text.replace("\n", "")))

    page.extract_text(visitor_text=note)
    return lines


def docx_text(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "".join("".join(text.split()) for text in (*(line.text for line in document.paragraphs), *cells))


def docx_part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode()
