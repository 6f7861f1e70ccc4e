"""The commitment record (担当指数 of the seeds): sourced observations beside a case, by the channel they came by.

Words with a source and a date, read by people. No rule reads it, nothing counts, weighs or sums it, and what came in by
petition names no complainant.
"""

import re
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import events
from casebook.db import utc_now
from casebook.errors import BadFields, Problem
from casebook.fields import check_text
from casebook.models import Case, CommitmentEntry, User
from casebook.procedure import workflow
from casebook.procedure.dates import check_day

PETITIONS = "petitions"
CHANNELS = {
    "analysis": Problem("日常分析研判", "Daily analysis"),
    "appraisal": Problem("平时考核", "Routine appraisal"),
    "appointment": Problem("任前考察", "Check before appointment"),
    "inspection": Problem("巡察审计", "Inspection and audit"),
    PETITIONS: Problem("信访", "Petitions"),
    "supervision": Problem("监督", "Supervision"),
}
_LONGEST = {"source": 300, "text": 2000}
# What tells who wrote a petition: a telephone, an identity number, an address for mail, or a name said to be theirs.
_IDENTITY = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|[\w.+-]+@[\w-]+\.\w+"
    r"|(?:举报|检举|控告|信访|来信|上访|反映|投诉)人(?:员)?(?:姓名)?\s*(?:[:：]|是|为|叫|系)",
    re.ASCII,
)


def read_commitment(session: Session, by: User, case: Case) -> list[CommitmentEntry]:
    """What is recorded beside a case, by channel and then by date, for a page; the reading is logged."""
    events.record(session, "commitment.read", by, case)
    of_case = select(CommitmentEntry).where(CommitmentEntry.case_id == case.id)
    rows = session.scalars(of_case.options(joinedload(CommitmentEntry.by)).order_by(CommitmentEntry.id))
    order = list(CHANNELS)
    return sorted(rows, key=lambda row: (order.index(row.channel), row.observed_on, row.id))


def note(
    session: Session,
    case: Case,
    by: User,
    *,
    channel: str,
    observed_on: date,
    source: str,
    text: str,
    today: date,
) -> CommitmentEntry:
    """Enter one observation with its source. Raises BadFields, NotAllowed, WrongStage.

    By the channel of petitions neither text nor source may tell who complained (CHG2020 art. 47).
    """
    workflow.ensure(session, by, "note_commitment", case)
    errors: dict[str, Problem] = {}
    kept = {
        name: check_text(errors, name, words, _LONGEST[name], required=True, one_line=name == "source")
        for name, words in (("source", source), ("text", text))
    }
    if channel not in CHANNELS:
        errors["channel"] = Problem("请选择来源渠道。", "Choose the channel.")
    check_day(errors, "observed_on", observed_on, until=today)
    if channel == PETITIONS:
        for name, words in kept.items():
            if _IDENTITY.search(words):
                errors[name] = Problem(
                    "信访渠道的内容不得出现检举控告人的姓名、电话、证件号码、邮箱。请只写核实后的工作表现。",
                    "What came by petition may not tell who complained: no name, telephone, identity number or mail "
                    "address. Write only what was verified about the work.",
                )
    if errors:
        raise BadFields(errors)
    entry = CommitmentEntry(
        case_id=case.id, channel=channel, observed_on=observed_on, by_id=by.id, at=utc_now(), **kept
    )
    session.add(entry)
    session.flush()
    events.record(session, "commitment.noted", by, case, rows=[entry], entry=entry.id, channel=channel)
    return entry
