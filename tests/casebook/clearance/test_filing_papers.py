"""The certificate of a filing as a PDF: the very file is known by its hash, one saved again by what it says."""

import io

import pytest
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select, update

from casebook.audit import verify
from casebook.clearance import filing_papers, filing_proof
from casebook.clearance.filing_papers import AGREES, DIFFERS, SAME, UNKNOWN, UNREAD, certify, check_pdf
from casebook.models import AdvanceFiling, Event, FilingPaper
from casebook.papers.blocks import Head, Paragraph, Sheet, Table, Title
from casebook.papers.pdf import make_pdf
from casebook.procedure.dates import today
from tests.casebook.clearance.test_filings import made
from tests.stages import Cast


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def filing(session, seal, cast):
    made(session, seal, cast, "noise", title="其他试点")
    return made(session, seal, cast).filing


def saved_again(content: bytes) -> bytes:
    """The same pages, as another program writes them."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.add_metadata({"/Producer": "another program"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def printed(session, filing, **changed) -> bytes:
    """A certificate that somebody set themselves, with one line changed."""
    proof = filing_proof.proof_of(session, filing)
    rows = (
        {name.zh: words for name, words in filing_papers._lines(proof)} | {"SHA-256": proof.sha256} | changed
    )
    blocks = (Title(("事前报备回执凭证",)), Table((26, 74), tuple(rows.items())), Paragraph("说明"))
    return make_pdf(Sheet(Head("某机关", "1", red=False), blocks, today()))


def test_the_certificate_is_made_once_and_known_by_its_hash(session, home, filing):
    content = certify(session, home, filing)

    assert certify(session, home, filing) == content
    assert len(session.scalars(select(FilingPaper)).all()) == 1
    assert len(session.scalars(select(Event).where(Event.kind == "filing.certified")).all()) == 1
    answer = check_pdf(session, content)
    assert (answer.how, answer.proof.number) == (SAME, filing.number)
    assert verify(session, home).ok


def test_a_certificate_saved_again_is_read_and_agrees(session, home, filing):
    content = saved_again(certify(session, home, filing))

    answer = check_pdf(session, content)

    assert (answer.how, answer.proof.number, answer.wrong) == (AGREES, filing.number, ())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("收到时间", "2020-01-01 08:00:00（北京时间，UTC+8）"),
        ("报备编号", "T2-B2020-0001"),
        ("存证链校验值", "0" * 64),
    ],
)
def test_a_paper_that_says_otherwise_is_refused_with_the_line_and_tells_nothing_more(
    session, filing, line, words
):
    answer = check_pdf(session, printed(session, filing, **{line: words}))

    assert answer.how == DIFFERS
    assert [one.zh for one in answer.wrong] == [line]
    assert answer.proof is None


def test_a_paper_with_another_hash_proves_nothing_and_tells_nothing_of_the_filing(session, filing):
    answer = check_pdf(session, printed(session, filing, **{"SHA-256": "a" * 64}))

    assert (answer.how, answer.proof) == (DIFFERS, None)
    assert [one.zh for one in answer.wrong] == ["SHA-256"]


def test_a_paper_of_something_else_and_no_paper_are_told_apart(session, filing):
    other = make_pdf(Sheet(Head("某机关", "1", red=False), (Title(("通知",)), Paragraph("正文")), today()))
    assert check_pdf(session, other).how == UNKNOWN
    for content in (
        b"%PDF-1.7 nothing",
        b"%PDF-1.7\n" + b"<<" * 50_000,
        b"",
        b"%PDF-" + bytes(range(256)) * 400,
    ):
        assert check_pdf(session, content).how == UNREAD


def test_a_register_changed_since_is_told_of_the_genuine_paper_too(session, home, filing):
    content = certify(session, home, filing)
    session.execute(update(AdvanceFiling).where(AdvanceFiling.id == filing.id).values(title="改过"))
    session.expire_all()

    answer = check_pdf(session, content)

    assert answer.how == DIFFERS
    assert "改动" in answer.wrong[0].zh


def test_what_takes_too_long_to_read_is_not_read(session, filing, monkeypatch):
    monkeypatch.setattr(filing_papers, "_SECONDS", 0.001)

    assert check_pdf(session, printed(session, filing)).how == UNREAD


def test_a_text_made_of_almost_numbers_is_cut_before_it_is_searched(session, filing, monkeypatch):
    monkeypatch.setattr(
        filing_papers, "read_text", lambda content: ("a" * 5_000_000)[: filing_papers._LONGEST_TEXT]
    )
    assert check_pdf(session, b"%PDF-").how == UNKNOWN

    many = "，".join(f"NO{n}-B2026-{n:04}" for n in range(2000))
    monkeypatch.setattr(filing_papers, "read_text", lambda content: many)
    assert check_pdf(session, b"%PDF-").how == UNKNOWN


def test_no_more_of_a_strangers_paper_is_read_than_a_certificate_holds(session, monkeypatch):
    class Done:
        stdout = b"a" * 1_000_000

    monkeypatch.setattr(filing_papers.subprocess, "run", lambda *_, **__: Done)

    assert len(filing_papers.read_text(b"%PDF-")) == filing_papers._LONGEST_TEXT
