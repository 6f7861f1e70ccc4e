"""Issuing papers: what is written, the numbers, and that nothing is half-done."""

from casebook.papers.issue import issue
from casebook.papers.store import path_of
from tests.casebook.papers.records import today
from tests.stages import Cast, recommended_case


def test_a_report_is_issued_with_its_number_and_both_files(session, home):
    cast = Cast(session)
    case = recommended_case(session, cast)
    paper = issue(session, home, case, "recommendation_report", cast.officer, today())
    assert paper.number == f"{cast.county.code}〔{today().year}〕1号"
    assert path_of(home, paper, "pdf").read_bytes().startswith(b"%PDF-")
    assert path_of(home, paper, "docx").read_bytes().startswith(b"PK")
