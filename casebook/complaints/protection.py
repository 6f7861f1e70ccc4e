"""Protecting whoever complained: priority tasks, retaliation and leaks as clues of their own, no publicity unasked.

CHG2020 35, 47 and 52, PET2022 18 and 46, SUP2024 73, PD2020 63. What the author said stays sealed; here are days,
measures and outcomes.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook.complaints import desk, log, moves, secrecy, steps, texts
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.models import Channel, Complaint, Naming, Protection, Role, Scope, User
from casebook.procedure.dates import check_day
from casebook.seal import calls, drafts, inbox, openings, together
from casebook.seal.store import Seal

LEAK = "leak"
CLUES = ("retaliation", LEAK)  # each becomes a clue of its own
KINDS = {
    "protection": Problem("请求保护", "Protection asked for"),
    "retaliation": Problem("反映打击报复", "Retaliation reported"),
    LEAK: Problem("反映或者发现泄密", "Leak reported or found"),
}
LAWS = {
    "protection": steps.PROTECTED,
    "retaliation": Problem(
        "纪检监察机关处理检举控告工作规则第三十五条、信访工作条例第十八条、监察法（2024）第七十三条",
        "Rules on handling complaints (2020), art. 35; Regulation on petition work, art. 18; Supervision Law (2024), "
        "art. 73",
    ),
    LEAK: Problem(
        "纪检监察机关处理检举控告工作规则第五十二条、公职人员政务处分法第六十三条、信访工作条例第四十六条",
        "Rules on handling complaints (2020), art. 52; State sanctions law, art. 63; Regulation on petition work, "
        "art. 46",
    ),
}
# What the record says of a leak: events of its own, as whoever works on the complaint may be the one who leaked.
LEAK_EVENTS = ("leak.asked", "leak.clue_registered", "leak.measures", "leak.closed")
LONGEST = 5000
_OF_LEAKS = {steps.CHIEF, steps.SUPERIOR}
_SEE_LEAKS = {*_OF_LEAKS, steps.RECEIVER}
CONSENT = "publicity_consent"  # the sealed field


def ask(
    session: Session, complaint: Complaint, by: User, *, kind: str, raised_on: date, today: date
) -> Protection:
    """Open a priority task: the author asks for protection or reports retaliation, or something of it has leaked.

    Raises BadFields, NotReady (such a task is open and shown to them), NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "protect", complaint)
    errors: dict[str, Problem] = {}
    if kind not in KINDS:
        errors["kind"] = Problem("请选择类别。", "Choose what it is.")
    check_day(errors, "raised_on", raised_on, since=complaint.received_on, until=today)
    if errors:
        raise BadFields(errors)
    # Of a leak that is not shown to them nobody learns by reporting one: theirs stands beside it.
    if any(row.kind == kind and row.closed_on is None for row in of_complaint(session, complaint, by)):
        raise NotReady([Problem("同类任务正在办理。", "Such a task is open already.").by(LAWS[kind])])
    row = Protection(complaint_id=complaint.id, kind=kind, raised_on=raised_on, by_id=by.id, at=utc_now())
    session.add(row)
    session.flush()
    moves.done(session, step, complaint, by, _event(row, "asked"), rows=[row], protection=row.id, what=kind)
    return row


def register_clue(
    session: Session, seal: Seal, row: Protection, by: User, *, fields: Mapping[str, str], today: date
) -> Complaint:
    """Register the retaliation, or the leak, as a complaint of its own.

    Who the author is stays under the old handle: the clue is anonymous, unless this person holds an opening of the
    identity for the protection of the author; then it goes along, and the line in the log says so. Of a leak it goes
    along only where the author reported it: what somebody else found the author did not sign. `fields` say who
    retaliates and how, as desk.enter takes them. Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    complaint = row.complaint
    step = steps.ensure(session, by, "protect", complaint)
    if row.kind not in CLUES or row.new_complaint_id is not None:
        raise NotReady([
            Problem(
                "无须另立线索，或者已经登记。", "No clue is to be registered of it, or it has been."
            ).by(LAWS[row.kind])
        ])  # fmt: skip
    told = {name: text for name, text in fields.items() if name in inbox.TEXT}
    signs = row.kind != LEAK or calls.counted(seal, complaint.handle)[LEAK] > 0
    opening = (
        openings.active(session, complaint, by, Scope.IDENTITY, today, purpose="protection")
        if signs
        else None
    )
    known = {}
    if opening is not None:
        known = {name: seal.read(complaint.handle, name) or "" for name in inbox.IDENTITY}
        log.record(session, "seal.read", by, complaint, opening=opening.id, scope="identity", what="clue")
    signed = all(known.get(name) for name in ("name", "contact"))
    channel = Channel.LETTER if complaint.channel in (Channel.WEB, Channel.TRANSFER) else complaint.channel
    clue, _ = desk.enter(
        session, seal, by, channel=channel, naming=complaint.naming if signed else Naming.ANONYMOUS,
        received_on=row.raised_on, fields={**known, **told}, receipt=_receipt(seal, row),
    )  # fmt: skip
    row.new_complaint_id = clue.id
    moves.done(
        session, step, complaint, by, _event(row, "clue_registered"), rows=[row], protection=row.id, clue=clue.id
    )  # fmt: skip
    return clue


def record_measures(
    session: Session, row: Protection, by: User, *, measures: str, seal: Seal | None = None
) -> Protection:
    """Enter what is done to protect the author, and what is written to whom, without saying who that is.

    Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = _ensure_open(session, row, by)
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "measures", measures, LONGEST)
    secrecy.check_words(session, seal, row.complaint, by, errors, {"measures": words})
    if errors:
        raise BadFields(errors)
    row.measures = words
    moves.done(session, step, row.complaint, by, _event(row, "measures"), rows=[row], protection=row.id)
    return row


def close(
    session: Session, row: Protection, by: User, *, outcome: str, today: date, seal: Seal | None = None
) -> Protection:
    """Close a task with its outcome, once measures stand in it and retaliation or a leak has become a clue.

    Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = _ensure_open(session, row, by)
    missing = []
    if not row.measures:
        missing.append(Problem("尚未登记采取的措施。", "No measures have been entered.").by(LAWS[row.kind]))
    if row.kind in CLUES and row.new_complaint_id is None:
        missing.append(
            Problem(
                "打击报复、泄密应当另立线索，由信访受理人员登记后再办结。",
                "Retaliation or a leak is a clue of its own; a receiver registers it first.",
            ).by(LAWS[row.kind])
        )
    if missing:
        raise NotReady(missing)
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "outcome", outcome, LONGEST)
    secrecy.check_words(session, seal, row.complaint, by, errors, {"outcome": words})
    if errors:
        raise BadFields(errors)
    row.outcome, row.closed_on, row.closed_by_id = words, today, by.id
    moves.done(session, step, row.complaint, by, _event(row, "closed"), rows=[row], protection=row.id)
    if seal is not None and (heard := calls.counted(seal, row.complaint.handle)[row.kind]):
        together.afterwards(session, seal, "heard", row.complaint.handle, kind=row.kind, count=heard)
    return row


def open_tasks(session: Session, user: User) -> list[Protection]:
    """The open tasks of all complaints this person may see, the oldest first: they stand above everything else."""
    seen = steps.visible(user).with_only_columns(Complaint.id)
    found = (
        select(Protection)
        .where(Protection.closed_on.is_(None), Protection.complaint_id.in_(seen))
        .options(joinedload(Protection.complaint).selectinload(Complaint.duties))
        .order_by(Protection.raised_on, Protection.id)
    )
    return [row for row in session.scalars(found) if may_see(user, row)]


def of_complaint(session: Session, complaint: Complaint, user: User) -> list[Protection]:
    """The tasks of one complaint that this person may see, oldest first."""
    return [row for row in _of(session, complaint) if may_see(user, row)]


def may_see(user: User, row: Protection) -> bool:
    """Whether this person sees a task: that something leaked is not shown to those who handle it."""
    parts = steps.parts_of(user, row.complaint)
    return row.kind != LEAK or user.role == Role.AUDITOR or not parts.isdisjoint(_SEE_LEAKS)


def may_take(user: User, row: Protection) -> bool:
    """Whether this person may enter measures or an outcome: of a leak the chief, or the one above, alone."""
    if not steps.may_do(user, "protect", row.complaint):
        return False
    return row.kind != LEAK or not _OF_LEAKS.isdisjoint(steps.parts_of(user, row.complaint))


def consent(
    session: Session, seal: Seal, complaint: Complaint, by: User, *, given: bool, words: str, on: date
) -> None:
    """Seal what the author said about publicity of their merit, and whether they agree (CHG2020 47).

    Raises BadFields, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "consent", complaint)
    errors: dict[str, Problem] = {}
    kept = texts.check(errors, "words", words, LONGEST)
    if not isinstance(given, bool):
        errors["given"] = Problem("请说明是否同意。", "Say whether they agree.")
    check_day(errors, "on", on, since=complaint.received_on)
    if errors:
        raise BadFields(errors)
    moves.done(session, step, complaint, by, "complaint.consented", given=given)
    sealed = f"{'yes' if given else 'no'} {on.isoformat()}\n{kept}"
    together.afterwards(session, seal, "field", complaint.handle, name=CONSENT, text=sealed)


def publicise(session: Session, seal: Seal, complaint: Complaint, by: User) -> None:
    """Note that the author's merit is made known; refused without their stored consent (CHG2020 47).

    Raises NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "consent", complaint)
    if not consents(seal, complaint):
        raise NotReady([
            Problem(
                "没有检举控告人本人同意的记录，不得宣传报道，不得公开其姓名、单位和事迹。",
                "There is no stored consent of the author: nothing of them may be made public.",
            ).by(step.law)
        ])  # fmt: skip
    log.record(session, "complaint.publicised", by, complaint)


def consents(seal: Seal, complaint: Complaint) -> bool:
    """Whether the author agreed to publicity, by what is stored last."""
    stored = seal.read(complaint.handle, CONSENT) if complaint.handle else None
    return stored is not None and stored.startswith("yes ")


def _of(session: Session, complaint: Complaint) -> list[Protection]:
    return list(
        session.scalars(
            select(Protection).where(Protection.complaint_id == complaint.id).order_by(Protection.id)
        )
    )


def _receipt(seal: Seal, row: Protection) -> str:
    """Always the same for one task, so that a second try makes no second clue."""
    return drafts.receipt_of(seal, f"protection-{row.complaint.handle}-{row.id}")


def _ensure_open(session: Session, row: Protection, by: User) -> steps.Step:
    step = steps.ensure(session, by, "protect", row.complaint)
    if not may_take(by, row):
        raise NotAllowed("protect")
    if row.closed_on is not None:
        raise NotReady([Problem("该任务已经办结。", "This task is closed.").by(LAWS[row.kind])])
    return step


def _event(row: Protection, what: str) -> str:
    return f"{LEAK if row.kind == LEAK else 'protection'}.{what}"
