"""Proof that something was filed: the certificate, and whether what somebody holds is in the chain of events.

It tells whoever holds the text, its hash or the certificate when it was received, and nobody anything of its content.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clearance.filings import hash_of
from casebook.complaints import log
from casebook.db import BEIJING
from casebook.models import AdvanceFiling, Event
from casebook.sealing import digest

BEGIN, END = "----- 报备原文 -----", "----- 报备原文完 -----"
_HASH = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])")
_NUMBER = re.compile(r"[^\s:：（(]{1,30}-B\d{4}-\d{4,}")
_STATED = re.compile(r"^SHA-256\s*[:：]\s*([0-9a-fA-F]{64})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Proof:
    """What the chain says of one filing. Not `whole`: the event or the entry is not what it was."""

    number: str
    organ_zh: str
    organ_en: str
    filed_at: datetime
    sha256: str
    seq: int
    event_hash: str
    whole: bool


@dataclass(frozen=True)
class Asked:
    """What somebody brought: the hash of a text, the number it names, and whether text and stated hash agree."""

    sha256: str
    number: str = ""
    agrees: bool = True


def proof_of(session: Session, filing: AdvanceFiling) -> Proof | None:
    """What the event that received it says; None: no such event, so that the entry proves nothing."""
    made = next((event for event in log.history(session, filing) if event.kind == "filing.made"), None)
    if made is None:
        return None
    return Proof(
        filing.number, filing.organisation.name_zh, filing.organisation.name_en, made.at, made.detail["sha256"],
        made.seq, made.hash, _stands(session, made, filing),
    )  # fmt: skip


def check(session: Session, asked: Asked) -> Proof | None:
    """The filing whose event carries that hash; None: nothing like it was filed here, or not under that number."""
    wanted = or_(AdvanceFiling.sha256 == asked.sha256, AdvanceFiling.number == asked.number)
    for filing in session.scalars(select(AdvanceFiling).where(wanted).order_by(AdvanceFiling.id)):
        proof = proof_of(session, filing)
        if proof is not None and proof.sha256 == asked.sha256 and asked.number in ("", proof.number):
            return proof
    return None


def certificate(proof: Proof, text: str = "") -> str:
    """The certificate as plain text, to be printed or kept; with the text as filed where it is that text."""
    lines = [
        "事前报备回执凭证 / Certificate of an advance filing",
        "",
        f"编号: {proof.number}",
        f"受理机关: {proof.organ_zh} / {proof.organ_en}",
        f"收到时间: {proof.filed_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S} (北京时间, UTC+8)",
        f"SHA-256: {proof.sha256}",
        f"存证链校验值: {proof.event_hash}",
    ]
    if text and hash_of(text) == proof.sha256:
        lines += ["", BEGIN, text, END]
    return "\n".join(lines) + "\n"


def read_asked(text: str) -> Asked | None:
    """What somebody pasted or uploaded: a certificate, a hash alone, or the text as filed; None: nothing."""
    if not text.strip():
        return None
    if _HASH.fullmatch(text.strip()):
        return Asked(text.strip().lower())
    stated = _STATED.search(text)
    number = _NUMBER.search(text[: stated.start()]) if stated else None
    if BEGIN in text and END in text:
        inner = text.split(BEGIN, 1)[1].rsplit(END, 1)[0]
        said = stated[1].lower() if stated and stated.start() < text.index(BEGIN) else hash_of(inner)
        return Asked(hash_of(inner), number[0] if number else "", said == hash_of(inner))
    if stated and text.lstrip("\ufeff \n").startswith("事前报备回执凭证"):
        return Asked(stated[1].lower(), number[0] if number else "")
    return Asked(hash_of(text))


def _stands(session: Session, made: Event, filing: AdvanceFiling) -> bool:
    """Whether the event is what was chained, follows on the one before, and the entry is what was sealed last."""
    before = session.get(Event, made.seq - 1)
    chained = made.hash == events.event_hash(made) and (
        made.previous_hash == (before.hash if before else events.GENESIS)
    )
    seals = [
        sealed
        for event in log.history(session, filing)
        for table, row_id, sealed in event.detail.get("rows", ())
        if (table, row_id) == (AdvanceFiling.__tablename__, filing.id)
    ]
    same = (
        filing.sha256 == made.detail["sha256"] and abs((filing.filed_at - made.at).total_seconds()) < _CLOSE
    )
    return chained and same and bool(seals) and seals[-1] == digest(filing)


_CLOSE = 60  # seconds between the entry and its event
