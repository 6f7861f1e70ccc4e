"""Advance filings (事前报备): what somebody wrote down before a pilot, sealed, and its hash in the chain of events.

This is no complaint: it is made under one's own name, and its moment is kept. Nobody reads it before it is opened as
evidence; nobody changes or dates it back, because the event that received it carries the hash of what was filed.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.access import READ_FILINGS, may, organs_within
from casebook.complaints import log
from casebook.complaints.names import name_problem
from casebook.complaints.numbers import next_number
from casebook.db import BEIJING, utc_now
from casebook.errors import BadFields, ComplaintNotFound, NotAllowed, NotReady, Problem
from casebook.fields import check_text
from casebook.models import AdvanceFiling, Case, Organisation, Role, Scope, Stage, User
from casebook.procedure.code import is_whole, normal
from casebook.seal import drafts, files, openings, outbox, together
from casebook.seal.marks import classified
from casebook.seal.store import FIELD, Seal
from rules.conduct import Conduct

LINES = {"title": 200, "name": 100, "unit": 100}
TEXTS = {"plan": 20_000, "risks": 20_000, "told": 5000}
LABELS = {
    "title": "报备事项", "name": "报备人", "unit": "单位", "plan": "改革试点或者工作方案",
    "risks": "风险研判与应对措施", "told": "已报告、告知的对象和时间",
}  # fmt: skip
SEALED_AS = "text"
# The facts beside which a filing is shown: whether something was filed or reported before acting (KM2023).
FACTS = ("advance_filing_done", "pilot_authorization", "superior_consulted", "filing_missing")


@dataclass(frozen=True)
class Filed:
    """What became of a form. `again`: it had been sent before; `differs`: and said something else then."""

    filing: AdvanceFiling
    receipt: str
    text: str
    again: bool = False
    differs: bool = False


def normalised(text: str) -> str:
    """The text without what is lost on the way through a printer, a mail or a clipboard: its hash stays the same."""
    lines = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def hash_of(text: str) -> str:
    """SHA-256 of the text as it is normalised."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()


def canonical(
    organ: Organisation, fields: Mapping[str, str], files: Iterable[tuple[str, str]], number: str = ""
) -> str:
    """The whole of what is filed as one text in the order of the form; `files` are names with their SHA-256.

    `number` is the filing that it adds to.
    """
    lines = ["事前报备", f"受理机关：{organ.name_zh}（{organ.code}）"]
    if number:
        lines.append(f"补充的报备：{number}")
    lines += [f"{LABELS[name]}：{fields[name]}" for name in LINES]
    for name in TEXTS:
        lines += ["", f"【{LABELS[name]}】", fields[name]]
    attached = [f"{name} SHA-256 {digest}" for name, digest in files]
    return normalised("\n".join([*lines, "", "【附件】", *(attached or ["无"])]))


def submit(
    session: Session,
    seal: Seal,
    form: str,
    *,
    organ: Organisation,
    fields: Mapping[str, str],
    adds_to: AdvanceFiling | None = None,
    today: date,
) -> Filed:
    """Receive a filing with the files its form has collected, at this moment; the same form again keeps nothing more.

    A supplement has a number, a moment and a receipt of its own; what it adds to stays as it was. Raises BadFields.
    """
    receipt = drafts.receipt_of(seal, _form(form))
    typed = checked(fields, organ, adds_to)
    attached = [(name, stream.getvalue()) for name, stream in drafts.contents(seal, _form(form), today)]
    digests = [(name, hashlib.sha256(content).hexdigest()) for name, content in attached]
    text = canonical(organ, typed, digests, adds_to.number if adds_to else "")
    events.lock(session)
    if (before := find(session, seal, receipt)) is not None:
        return Filed(before, receipt, text, again=True, differs=before.sha256 != hash_of(text))
    together.settle(session, seal)  # what a broken connection left of the same form is gone
    handle = _handle(seal, receipt)
    with seal.writing() as connection:
        seal.put_cell(connection, handle, FIELD + SEALED_AS, text.encode())
        for name, content in attached:
            files.keep(seal, connection, handle, files.check(name, BytesIO(content)))
        outbox.begin(seal, connection, handle, "filing")
    together.begun(session, handle)
    now = utc_now()
    filing = AdvanceFiling(
        number=next_number(session, organ, "filing", now.astimezone(BEIJING).year), organisation_id=organ.id,
        handle=handle, sha256=hash_of(text), title=typed["title"], unit=typed["unit"], filed_by=typed["name"],
        filed_at=now, adds_to_id=adds_to.id if adds_to else None,
    )  # fmt: skip
    session.add(filing)
    session.flush()
    log.record(session, "filing.made", None, filing, rows=[filing], sha256=filing.sha256)
    together.afterwards(session, seal, "entered", handle)
    return Filed(filing, receipt, text)


def add_file(seal: Seal, form: str, name: str, stream, today: date) -> None:
    """Keep one file for a form that is not sent yet. Raises BadUpload."""
    drafts.add(seal, _form(form), name, stream, today)


def files_of(seal: Seal, form: str, today: date) -> list:
    """The files kept for a form that is not sent yet."""
    return [file for _handle, file in drafts.kept(seal, _form(form), today)]


def remove_file(seal: Seal, form: str, file_id: str, today: date) -> None:
    drafts.remove(seal, _form(form), file_id, today)


def forget_drafts(seal: Seal, form: str, today: date) -> None:
    """Erase what a form had collected: it is filed and committed."""
    drafts.erase(seal, _form(form), today)


def find(session: Session, seal: Seal, receipt: str) -> AdvanceFiling | None:
    """The filing behind a receipt as somebody typed it; None: nobody was given that one."""
    receipt = normal(receipt)
    if not is_whole(receipt):
        return None
    return session.scalar(select(AdvanceFiling).where(AdvanceFiling.handle == _handle(seal, receipt)))


def supplements(session: Session, filing: AdvanceFiling) -> list[AdvanceFiling]:
    """What was added to a filing, oldest first."""
    return list(
        session.scalars(
            select(AdvanceFiling).where(AdvanceFiling.adds_to_id == filing.id).order_by(AdvanceFiling.id)
        )
    )


def visible(user: User) -> Select[tuple[AdvanceFiling]]:
    """The filings whose entry this person may see: those of their organ; a chief's, also of the organs below."""
    filings = select(AdvanceFiling).order_by(AdvanceFiling.id.desc())
    if not may(user, READ_FILINGS):
        return filings.where(false())
    if user.role == Role.AUDITOR:
        return filings
    if user.role == Role.CHIEF:
        return filings.where(AdvanceFiling.organisation_id.in_(organs_within(user.organisation_id)))
    return filings.where(AdvanceFiling.organisation_id == user.organisation_id)


def listed(session: Session, by: User, words: str = "") -> list[AdvanceFiling]:
    """The entries this person may see, newest first, by words of title, unit or name; the reading is logged."""
    events.record(session, "filings.listed", by)
    found = visible(by)
    if words := words.strip():
        like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        columns = (AdvanceFiling.number, AdvanceFiling.title, AdvanceFiling.unit, AdvanceFiling.filed_by)
        found = found.where(or_(*(column.like(like, escape="\\") for column in columns)))
    return list(session.scalars(found))


def get(session: Session, user: User, number: str) -> AdvanceFiling:
    """The entry of that number, if this person may see it; the reading is logged. Raises ComplaintNotFound."""
    filing = session.scalar(visible(user).where(AdvanceFiling.number == number))
    if filing is None:
        raise ComplaintNotFound(number, refused=True)
    log.record(session, "filing.read", user, filing)
    return filing


def may_link(user: User | None, filing: AdvanceFiling, case: Case) -> bool:
    """Whether this person may make it evidence in that case."""
    return (
        may(user, READ_FILINGS)
        and user.role in (Role.OFFICER, Role.REVIEWER)
        and user.organisation_id == filing.organisation_id
        and access.may_read(user, case)
        and not access.stands_back(user, case)
        and case.stage != Stage.CLOSED
    )


def link(session: Session, filing: AdvanceFiling, by: User, case: Case, on: date) -> None:
    """Make a filing evidence in a case, by whoever has it open; it stays there.

    Raises NotAllowed, NotReady without an opening in force, or where it is evidence already.
    """
    events.lock(session)
    session.expire_all()
    if not may_link(by, filing, case):
        raise NotAllowed("filing.link")
    if filing.case_id is not None:
        raise NotReady([Problem("这份报备已经列为案件证据。", "This filing is evidence in a case already.")])
    if openings.active(session, filing, by, Scope.TEXT, on) is None:
        raise NotReady(
            [
                Problem(
                    "请先申请调阅，经另一人批准后核对内容，再列为证据。",
                    "First ask to open it, have another person consent, and compare it; then make it evidence.",
                )
            ]
        )
    filing.case_id, filing.linked_by_id, filing.linked_on = case.id, by.id, on
    log.record(session, "filing.linked", by, filing, case=case, rows=[filing])


def evidence(session: Session, case: Case) -> Sequence[AdvanceFiling]:
    """The filings that are evidence in a case, oldest first."""
    return session.scalars(
        select(AdvanceFiling).where(AdvanceFiling.case_id == case.id).order_by(AdvanceFiling.filed_at)
    ).all()


def precedes(filing: AdvanceFiling, case: Case) -> bool | None:
    """Whether it was filed before the conduct began; None: the time of the conduct leaves that open."""
    first, last = Conduct.parse(case.conduct).begins
    filed_on = filing.filed_at.astimezone(BEIJING).date()
    if first is not None and filed_on < first:
        return True
    return False if last is not None and filed_on > last else None


def checked(fields: Mapping[str, str], organ: Organisation, adds_to: AdvanceFiling | None) -> dict[str, str]:
    """What was typed as it is filed, the texts normalised. Raises BadFields."""
    errors: dict[str, Problem] = {}
    typed = {
        name: check_text(errors, name, fields.get(name, ""), longest, required=True, one_line=True)
        for name, longest in LINES.items()
    }
    typed |= {
        name: check_text(errors, name, fields.get(name, ""), longest, required=True)
        for name, longest in TEXTS.items()
    }
    for name in ("name", "unit"):
        if name not in errors and (problem := name_problem(typed[name])):
            errors[name] = problem
    for name, text in typed.items():
        if name not in errors and classified(text):
            errors[name] = Problem(
                "含有密级标志。国家秘密不得在本系统填写，请按保密规定当面递交。",
                "It bears a classification mark. State secrets must not be entered here; hand them over in person.",
            )
    if adds_to is not None and adds_to.organisation_id != organ.id:
        errors["organ"] = Problem(
            "补充报备应当向原受理机关提出。", "A supplement goes to the organ that has the first filing."
        )
    if errors:
        raise BadFields(errors)
    return {name: normalised(text) for name, text in typed.items()}


def _form(form: str) -> str:
    """The number of a form of ours, apart from those of the complainants' door."""
    return f"filing:{form}"


def _handle(seal: Seal, receipt: str) -> str:
    """Found by the receipt and by nothing else; nobody works out the one from the other without the ring."""
    return "b" + hmac.digest(seal.ring().lookup, f"advance filing:{receipt}".encode(), "sha256").hex()[:39]
