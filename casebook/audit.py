"""Checking the record against itself: the chain of events, and everything whose digest an event holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.changes import FIELD, FactEntry, digest
from casebook.complaints.log import ABOUT
from casebook.db import Base
from casebook.events import GENESIS, event_hash
from casebook.fields import plain_name
from casebook.home import Home
from casebook.intake import case_fields
from casebook.models import (
    Attachment,
    Case,
    CaseFact,
    ChainHead,
    Complaint,
    ComplaintEvent,
    Event,
    FactChange,
    Recommendation,
    RuleText,
    Stage,
    User,
)
from casebook.sealing import SEALED
from casebook.sealing import digest as row_digest
from casebook.uploads import file_sha256, place_of

_REASONS = {
    "missing": ("这一条不见了", "this event is missing"),
    "altered": ("内容与其哈希值不符", "its content does not match its hash"),
    "unlinked": ("没有连到上一条", "it is not linked to the event before"),
    "head": ("末尾与链头记录不符", "it differs from the recorded head of the chain"),
    "beyond_head": ("超出链头记录的条数", "it lies beyond the recorded head of the chain"),
    "noted": ("与以前记下的链头不符", "it differs from the head noted earlier"),
    "no_head": ("链头记录缺失", "the record of the head of the chain is missing"),
    "changes": ("其事实修改记录已被改动或删除", "the changes of facts it kept were altered or removed"),
    "recommendation": ("其处理建议已被改动或删除", "the recommendation it made was altered or removed"),
    "present": ("其后案件内容未经记录被改动", "what it kept was changed afterwards without a record"),
    "unrecorded": (
        "存在没有经过记录的处理建议或案件内容",
        "a recommendation or content of a case has no event",
    ),
    "row": ("它写入的办案记录已被改动或删除", "a record it wrote was altered or removed"),
    "stage": ("其后案件所处阶段未经记录被改动", "the stage of its case was changed without a record"),
    "officer": ("其后案件承办人未经记录被改动", "the officer of its case was changed without a record"),
    "account": (
        "其后账户的角色、单位、登录名或状态未经记录被改动",
        "the role, organ, login or state of its account was changed without a record",
    ),
    "about": (
        "它不再列在其检举控告、澄清、报备或者复出的记录之下",
        "it stands no longer in the record of its complaint, clearance, filing or return",
    ),
    "rules": ("存档的规则全文已被改动", "a kept text of the rules was altered"),
    "file": ("其上传的材料缺失或已被改动", "the file it added is missing or altered"),
    "paper": ("其制发的文书文件缺失或已被改动", "a file of the paper it issued is missing or altered"),
}


@dataclass(frozen=True)
class AuditReport:
    """What was found. `first_broken` is the number of the first bad event; 0 if no single event is to blame."""

    ok: bool
    checked: int
    head: str
    first_broken: int | None = None
    why: str = ""

    def message(self, lang: str) -> str:
        if self.ok:
            return (
                f"完好：共核对 {self.checked} 条事件，链头 {self.head}"
                if lang == "zh"
                else f"Intact: {self.checked} events checked, head {self.head}"
            )
        reason = _REASONS[self.why][0 if lang == "zh" else 1]
        if lang == "zh":
            return f"已损坏：第 {self.first_broken} 条事件：{reason}"
        return f"Broken: event {self.first_broken}: {reason}"


def verify(session: Session, home: Home | None = None, noted: tuple[int, str] | None = None) -> AuditReport:
    """Check the whole chain, then what its events sealed: changes, recommendations, present facts, files.

    The earliest fault is named. Without `home` the files are not looked at. A chain rewritten from some event to
    its end, head included, is consistent in itself: `noted`, a count and a head kept elsewhere, betrays it.
    """
    faults: list[tuple[int, str]] = []
    sealed: dict[str, list[Event]] = {}
    rows: dict[tuple[str, int], tuple[int, str]] = {}
    stages: dict[int, tuple[int, str]] = {}
    officers: dict[int, tuple[int, int]] = {}
    about: set[tuple[int, str, int]] = set()
    count, last = 0, GENESIS
    everything = select(Event).order_by(Event.seq).execution_options(yield_per=500)
    with session.scalars(everything) as chain:
        for event in chain:
            fault = _link_fault(event, count, last)
            if fault:
                faults.append(fault)
                break
            count, last = count + 1, event.hash
            if noted and count == noted[0] and last != noted[1]:
                faults.append((count, "noted"))
                break
            if event.kind in _SEALING:
                sealed.setdefault(event.kind, []).append(event)
            for table, row_id, seal in event.detail.get("rows", ()):
                rows[table, row_id] = event.seq, seal
            if event.kind in ("case.opened", "case.handed_over"):
                officers[event.case_id] = event.seq, event.detail.get("officer", event.by_id)
            about |= {
                (event.seq, what, event.detail[what]) for what in ABOUT.values() if what in event.detail
            }
            if "stage" in event.detail:
                stages[event.case_id] = event.seq, event.detail["stage"]
    if not faults:
        faults.extend(_head_faults(session, count, last))
        if noted and count < noted[0]:
            faults.append((count + 1, "missing"))
        faults.extend(_change_faults(session, sealed))
        faults.extend(_place_faults(session, sealed.get("case.opened", [])))
        faults.extend(_recommendation_faults(session, sealed.get("recommendation.made", [])))
        faults.extend(_row_faults(session, rows))
        faults.extend(_stage_faults(session, stages))
        faults.extend(_officer_faults(session, officers))
        faults.extend(_about_faults(session, about))
        faults.extend(
            _account_faults(session, [event for kind in _OF_ACCOUNTS for event in sealed.get(kind, [])])
        )
        faults.extend(_text_faults(session))
        if home:
            faults.extend(_file_faults(session, home, sealed.get("attachment.added", [])))
            faults.extend(_paper_faults(home, [event for kind in _PAPERS for event in sealed.get(kind, [])]))
    if faults:
        first, why = min(faults)
        return AuditReport(False, count, last, first, why)
    return AuditReport(True, count, last)


_CHANGING = ("case.opened", "case.amended", "facts.saved")
_OF_ACCOUNTS = ("account.created", "account.activated", "account.deactivated")
_PAPERS = ("paper.issued", "complaint_paper.issued")
_SEALING = {*_CHANGING, *_OF_ACCOUNTS, "recommendation.made", "attachment.added", *_PAPERS}


def _link_fault(event: Event, before: int, last: str) -> tuple[int, str] | None:
    if event.seq != before + 1:
        return before + 1, "missing"
    if event.previous_hash != last:
        return event.seq, "unlinked"
    if event_hash(event) != event.hash:
        return event.seq, "altered"
    return None


def _head_faults(session: Session, count: int, last: str) -> Iterator[tuple[int, str]]:
    head = session.execute(select(ChainHead.count, ChainHead.hash)).one_or_none()
    if head is None:
        yield 0, "no_head"
    elif head.count > count:
        yield count + 1, "missing"
    elif head.count < count:
        yield head.count + 1, "beyond_head"
    elif head.hash != last:
        yield count, "head"


def _change_faults(session: Session, sealed: dict[str, list[Event]]) -> Iterator[tuple[int, str]]:
    """Changes against the digest in their event, and what stands now against the last change of each fact."""
    rows = session.scalars(select(FactChange).order_by(FactChange.event_seq, FactChange.id))
    changes = {seq: list(group) for seq, group in groupby(rows, key=lambda change: change.event_seq)}
    events = [event for kind in _CHANGING for event in sealed.get(kind, [])]
    for event in events:
        kept = changes.get(event.seq, [])
        if digest(kept) != event.detail["digest"] or {change.case_id for change in kept} != {event.case_id}:
            yield event.seq, "changes"
    for seq in changes.keys() - {event.seq for event in events}:
        yield seq, "changes"
    recorded = {}
    for seq in sorted(changes):
        for change in changes[seq]:
            recorded[change.case_id, change.fact_id] = change
    present = _present(session)
    for key, change in recorded.items():
        entry = FactEntry(change.new_value, change.new_standing, change.new_evidence, change.new_note)
        if present.pop(key, None) != entry:
            yield change.event_seq, "present"
    if present:
        yield 0, "unrecorded"


def _present(session: Session) -> dict[tuple[int, str], FactEntry]:
    """Every fact and field of every case as it stands."""
    entries = {(row.case_id, row.fact_id): FactEntry.of(row) for row in session.scalars(select(CaseFact))}
    for case in session.scalars(select(Case)):
        for field, value in case_fields(case).items():
            entries[case.id, FIELD + field] = FactEntry(value, standing=None)
    return entries


def _place_faults(session: Session, opened: list[Event]) -> Iterator[tuple[int, str]]:
    """Cases that now stand under another number or in another organ than the one that opened them."""
    rows = session.execute(select(Case.id, Case.number, Case.organisation_id))
    places = {case_id: (number, organisation) for case_id, number, organisation in rows}
    for event in opened:
        if "number" not in event.detail:
            continue  # written before the place was sealed
        if places.get(event.case_id) != (event.detail["number"], event.detail["organisation"]):
            yield event.seq, "present"


def _recommendation_faults(session: Session, made: list[Event]) -> Iterator[tuple[int, str]]:
    kept = {(row.case_id, row.seq): row for row in session.scalars(select(Recommendation))}
    for event in made:
        row = kept.pop((event.case_id, event.detail["seq"]), None)
        right = row is not None and sha256(row.document.encode()).hexdigest() == row.sha256
        if (
            not right
            or row.sha256 != event.detail["sha256"]
            or (row.disposition, row.certainty) != (event.detail["disposition"], event.detail["certainty"])
            or (row.case_version, row.created_by_id) != (event.detail["version"], event.by_id)
        ):
            yield event.seq, "recommendation"
    if kept:
        yield 0, "unrecorded"


def _row_faults(
    session: Session, sealed: dict[tuple[str, int], tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """Rows that differ from the last seal they got, are gone, or were never sealed."""
    for table, model in SEALED.items():
        for row in session.scalars(select(model).execution_options(yield_per=500)):
            seq, seal = sealed.pop((table, row.id), (0, ""))
            if not seq:
                yield 0, "unrecorded"
            elif row_digest(row) != seal or not _derived_stands(row):
                yield seq, "row"
    for seq, _ in sealed.values():
        yield seq, "row"


def _derived_stands(row: Base) -> bool:
    """Whether what a row keeps worked out from its other columns, and no seal holds, is what they give."""
    return not isinstance(row, Complaint) or row.respondent_plain == plain_name(row.respondent_name)


def _stage_faults(session: Session, stages: dict[int, tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Cases that stand at another stage than the last step took them to."""
    for case_id, stage in session.execute(select(Case.id, Case.stage)):
        seq, recorded = stages.get(case_id, (0, Stage.INTAKE))
        if stage != recorded:
            yield seq, "stage"


def _officer_faults(session: Session, officers: dict[int, tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Cases that are another officer's than whoever opened them or was handed them last."""
    for case_id, officer_id in session.execute(select(Case.id, Case.officer_id)):
        seq, recorded = officers.get(case_id, (0, None))
        if officer_id != recorded:
            yield seq, "officer"


def _about_faults(session: Session, recorded: set[tuple[int, str, int]]) -> Iterator[tuple[int, str]]:
    """Events that the history of what they are about does not show, or shows under something else."""
    shown = set(
        session.execute(select(ComplaintEvent.event_seq, ComplaintEvent.about, ComplaintEvent.about_id))
    )
    for seq, _about, _id in recorded ^ {tuple(row) for row in shown}:
        yield seq, "about"


def _account_faults(session: Session, log: list[Event]) -> Iterator[tuple[int, str]]:
    """Accounts that may now do something else, or elsewhere, than those who manage them were recorded to say."""
    recorded: dict[int, tuple[int, tuple]] = {}
    for event in sorted(log, key=lambda event: event.seq):
        detail = event.detail
        if event.kind == "account.created":
            state = (detail["login"], detail["role"], detail["organisation"], True)
        else:
            state = (*recorded[detail["user"]][1][:3], event.kind == "account.activated")
        recorded[detail["user"]] = event.seq, state
    for user in session.scalars(select(User)):
        seq, state = recorded.pop(user.id, (0, ()))
        if (user.login, user.role, user.organisation_id, user.active) != state:
            yield seq, "account"
    for seq, _ in recorded.values():
        yield seq, "account"


def _text_faults(session: Session) -> Iterator[tuple[int, str]]:
    """Texts of rules that are not the ones recommendations were made with."""
    for row in session.scalars(select(RuleText)):
        if sha256(row.text.encode()).hexdigest() != row.sha256:
            yield 0, "rules"


def _file_faults(session: Session, home: Home, added: list[Event]) -> Iterator[tuple[int, str]]:
    kept = {row.id: row for row in session.scalars(select(Attachment))}
    for event in added:
        row = kept.pop(event.detail["attachment"], None)
        recorded = event.detail["sha256"]
        path = place_of(home, recorded)
        sealed = (event.case_id, event.by_id, event.detail["fact"], recorded, event.detail["size"])
        right = row is not None and (row.case_id, row.by_id, row.fact_id, row.sha256, row.size) == sealed
        if not right or not path.is_file() or file_sha256(path) != recorded:
            yield event.seq, "file"
    if kept:
        yield 0, "unrecorded"


def _paper_faults(home: Home, issued: list[Event]) -> Iterator[tuple[int, str]]:
    """Both files of a paper lie where their checksums say, with that content."""
    for event in issued:
        for form in ("pdf", "docx"):
            path = place_of(home, event.detail[form])
            if not path.is_file() or file_sha256(path) != event.detail[form]:
                yield event.seq, "paper"
                break
