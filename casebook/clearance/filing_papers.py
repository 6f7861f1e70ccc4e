"""The certificate of an advance filing as a PDF: made once, its hash in the chain; and whether a PDF is that paper.

The very file is known by its hash. One that was saved again is read, and what it says is compared with the chain. It is
told only what agrees and what does not: nothing of a filing goes to whoever does not hold its hash.
"""

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clearance import filing_proof
from casebook.clearance.filing_proof import Proof
from casebook.complaints import log
from casebook.db import BEIJING, utc_now
from casebook.errors import Problem
from casebook.home import Home
from casebook.models import AdvanceFiling, FilingPaper
from casebook.papers.blocks import Head, Paragraph, Sheet, Table, Title
from casebook.papers.pdf import make_pdf
from casebook.procedure.dates import day_of

SAME, AGREES, DIFFERS, UNKNOWN, UNREAD = "same", "agrees", "differs", "unknown", "unread"
LARGEST = 5 * 1024 * 1024
_STATED = re.compile(r"sha-256[:：]?([0-9a-f]{64})")
_NUMBER = re.compile(r"(?<![a-z0-9])[a-z0-9]{1,12}-b\d{4}-\d{4,8}(?!\d)")
_LONGEST_TEXT, _MOST_NUMBERS = (
    20_000,
    20,
)  # a certificate is one page; the text of a stranger is read no further
_SECONDS = 10


@dataclass(frozen=True)
class Answer:
    """What became of a PDF: the very paper, one saved again that agrees, or not; `wrong` names what does not agree."""

    how: str
    proof: Proof | None = None
    wrong: tuple[Problem, ...] = ()


def certify(session: Session, home: Home, filing: AdvanceFiling) -> bytes | None:
    """The certificate as a PDF, the same bytes every time; the first one is kept in the chain by its hash.

    None: no event received the filing, so that nothing can be certified.
    """
    proof = filing_proof.proof_of(session, filing)
    if proof is None:
        return None
    content = make_pdf(_sheet(proof), home.fonts, nameless=True)
    sha256 = hashlib.sha256(content).hexdigest()
    events.lock(session)
    if session.scalar(select(FilingPaper.id).where(FilingPaper.pdf_sha256 == sha256)) is None:
        paper = FilingPaper(filing_id=filing.id, pdf_sha256=sha256, at=utc_now())
        session.add(paper)
        session.flush()
        log.record(session, "filing.certified", None, filing, rows=[paper], pdf=sha256)
    return content


def is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


def check_pdf(session: Session, content: bytes) -> Answer:
    """Whether a PDF is a certificate of ours: by its hash, else by what it says."""
    sha256 = hashlib.sha256(content).hexdigest()
    paper = session.scalar(select(FilingPaper).where(FilingPaper.pdf_sha256 == sha256))
    if paper is not None and _in_chain(session, paper):
        proof = filing_proof.proof_of(session, paper.filing)
        return (
            Answer(SAME, proof) if proof is not None and proof.whole else Answer(DIFFERS, wrong=(_ALTERED,))
        )
    text = read_text(content)
    return _compared(session, re.sub(r"\s+", "", text).lower()) if text else Answer(UNREAD)


def read_text(content: bytes) -> str:
    """The text of a PDF, read by a process of its own; '' where there is none, or it takes too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "casebook.clearance.pdf_text_child"],
            input=content, capture_output=True, timeout=_SECONDS, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()[:_LONGEST_TEXT]


def _compared(session: Session, text: str) -> Answer:
    """What the text of a paper says beside what the chain says; spaces and line ends do not matter."""
    if (stated := _STATED.search(text)) is not None:
        filing = session.scalar(select(AdvanceFiling).where(AdvanceFiling.sha256 == stated[1]))
        proof = filing and filing_proof.proof_of(session, filing)
        if proof is not None and proof.sha256 == stated[1]:
            wrong = [name for name, words in _lines(proof) if re.sub(r"\s+", "", words).lower() not in text]
            wrong += [] if proof.whole else [_ALTERED]
            return Answer(DIFFERS if wrong else AGREES, None if wrong else proof, tuple(wrong))
    numbers = {one.upper() for one in _NUMBER.findall(text)[:_MOST_NUMBERS]}
    known = session.scalar(select(AdvanceFiling.id).where(AdvanceFiling.number.in_(numbers)).limit(1))
    return Answer(DIFFERS, wrong=(_HASH,)) if known is not None else Answer(UNKNOWN)


def _sheet(proof: Proof) -> Sheet:
    rows = tuple((name.zh, words) for name, words in (*_lines(proof), (_HASH, proof.sha256)))
    said = (
        "本凭证载明上列报备由受理机关收到的时间，以及报备原文的校验值；不载明报备内容。"
        "原文改动一个字，校验值即不相同。可以在受理机关“核验报备”页面上传本凭证或者报备原文核验。"
    )
    blocks = (Title(("事前报备回执凭证",)), Table((26, 74), rows), Paragraph(said))
    return Sheet(Head(proof.organ_zh, proof.number, red=False), blocks, day_of(proof.filed_at))


def _lines(proof: Proof) -> tuple[tuple[Problem, str], ...]:
    """What a certificate states beside the hash of the filing, as it is printed."""
    return (
        (Problem("报备编号", "the number"), proof.number),
        (Problem("受理机关", "the organ"), proof.organ_zh),
        (
            Problem("收到时间", "the time of receipt"),
            f"{proof.filed_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}（北京时间，UTC+8）",
        ),
        (Problem("存证链校验值", "the hash of the chain"), proof.event_hash),
    )


def _in_chain(session: Session, paper: FilingPaper) -> bool:
    return any(
        event.kind == "filing.certified" and event.detail["pdf"] == paper.pdf_sha256
        and event.hash == events.event_hash(event)
        for event in log.history(session, paper.filing)
    )  # fmt: skip


_HASH = Problem("SHA-256", "the SHA-256")
_ALTERED = Problem("受理机关的登记在受理之后有改动", "the register of the organ was changed since")
