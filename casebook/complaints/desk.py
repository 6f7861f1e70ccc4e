"""The desk: what waits in the sealed store is taken in, and letters, visits and calls are entered.

Of a complaint that came through the door only the day is known here, and the order of the register is drawn by lot.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.access import REGISTER_COMPLAINT, ensure
from casebook.complaints import log, numbers
from casebook.complaints.marks import secret_problem
from casebook.db import utc_now
from casebook.errors import BadFields, Problem
from casebook.fields import check_text
from casebook.models import Channel, Complaint, ComplaintState, Naming, Organisation, Role, User
from casebook.procedure import code
from casebook.procedure.dates import check_day, today
from casebook.seal import inbox, together
from casebook.seal.store import Seal

BY_HAND = (Channel.LETTER, Channel.VISIT, Channel.CALL, Channel.TRANSFER)
RECEIPT_SIGNS = 20
MOST_AT_ONCE = 200
LONGEST_LINE, LONGEST_TEXT = 200, 50_000
FEW = (
    5  # below that many only "some" is said: a number would tell when the one who was seen at the gate wrote
)
_REGISTERED = {"taken": "complaint.taken_in", "entered": "complaint.entered"}
_LINES = ("name", "contact", "identity_number", "about_name", "about_unit", "about_post", "earlier")


def take_in(session: Session, seal: Seal, by: User) -> list[Complaint]:
    """Register what waits for the organ of this receiver, in random order, and return it; so many at once that nobody
    else waits long for the store.

    What the main store knows already is only marked as taken. Raises NotAllowed.
    """
    ensure(by, REGISTER_COMPLAINT)
    events.lock(session)
    together.settle(session, seal)
    waiting = inbox.waiting(seal, by.organisation.code)
    known = _known(session, [item.handle for item in waiting])
    for handle in known:
        together.afterwards(session, seal, "taken", handle)
    new = [item for item in waiting if item.handle not in known]
    secrets.SystemRandom().shuffle(new)
    return [
        _register(
            session, seal, by, "taken", handle=item.handle, channel=Channel.WEB,
            naming=Naming(item.naming), received_on=item.day,
        )
        for item in new[:MOST_AT_ONCE]
    ]  # fmt: skip


def waits(session: Session, seal: Seal, organisation: Organisation) -> int:
    """How many wait to be taken in: 0, or `FEW` and more as counted; one to four are reported as 1."""
    handles = [item.handle for item in inbox.waiting(seal, organisation.code)]
    count = len(handles) - len(_known(session, handles))
    return min(count, 1) if count < FEW else count


def enter(
    session: Session,
    seal: Seal,
    by: User,
    *,
    channel: Channel | str,
    naming: Naming | str,
    received_on: date,
    fields: Mapping[str, str],
    files: Iterable[tuple[str, BinaryIO]] = (),
    assigned_from: str = "",
    receipt: str = "",
) -> tuple[Complaint, str]:
    """Enter a letter, a visit, a call or an item transferred in; returns it with the receipt for its author.

    Who wrote and what goes into the sealed store only. Real-name needs a name and a contact, else it counts as
    unverifiable or anonymous (CHG2020 24, 30). `receipt` given: the same form sent again is the same complaint.
    Raises NotAllowed, BadFields, BadUpload.
    """
    ensure(by, REGISTER_COMPLAINT)
    errors: dict[str, Problem] = {}
    channel = _choice(errors, "channel", channel, BY_HAND)
    naming = _choice(errors, "naming", naming, tuple(Naming))
    check_day(errors, "received_on", received_on)
    kept = {
        name: check_text(errors, name, fields.get(name, ""), LONGEST_LINE, one_line=True) for name in _LINES
    }
    kept["text"] = check_text(errors, "text", fields.get("text", ""), LONGEST_TEXT, required=True)
    assigned_from = check_text(errors, "assigned_from", assigned_from, LONGEST_LINE, one_line=True)
    for name, text in {**kept, "assigned_from": assigned_from}.items():
        if name not in errors and (problem := secret_problem(text)):
            errors[name] = problem
    if channel == Channel.TRANSFER and not assigned_from and "assigned_from" not in errors:
        errors["assigned_from"] = Problem("请填写转来或者交办的机关。", "Write which organ transferred it.")
    if naming == Naming.REAL_NAME:
        for name in ("name", "contact"):
            if not kept[name] and name not in errors:
                errors[name] = unsigned(name)
    if errors:
        raise BadFields(errors)
    events.lock(session)
    together.settle(session, seal)  # an earlier try that came to nothing is gone before it is tried again
    receipt = receipt or code.new_code(RECEIPT_SIGNS)
    handle = inbox.submit(
        seal, receipt=receipt, day=received_on, fields=kept, files=files, naming=naming,
        organ_code=by.organisation.code, by_hand=True,
    )  # fmt: skip
    together.begun(session, handle)
    before = session.scalar(select(Complaint).where(Complaint.handle == handle))
    if before is not None:
        if inbox.differs(seal, handle, kept):
            raise BadFields({"text": _sent_before(before)})
        return before, receipt
    complaint = _register(
        session, seal, by, "entered", handle=handle, channel=channel, naming=naming,
        received_on=received_on, assigned_from=assigned_from if channel == Channel.TRANSFER else "",
    )  # fmt: skip
    return complaint, receipt


def receivers(session: Session, organisation: Organisation) -> list[User]:
    """Those of an organ who may be named to screen, by name."""
    found = select(User).where(
        User.organisation_id == organisation.id, User.active.is_(True), User.role == Role.RECEIVER
    )
    return list(session.scalars(found.order_by(User.name, User.id)))


def unsigned(name: str) -> Problem:
    """What to do about a real-name complaint without its name or its contact."""
    what = {
        "name": ("真实姓名或者单位名称", "the true name, or that of the unit"),
        "contact": ("联系方式", "a contact"),
    }
    zh, en = what[name]
    return Problem(
        f"实名检举控告须有{zh}；没有的，请选“署名无法验证”或者“匿名”（依据：纪检监察机关处理检举控告工作规则第二十四条、第三十条）。",
        f"A real-name complaint needs {en}; without it choose “name cannot be verified” or “anonymous” "
        "(basis: rules on handling complaints, arts. 24 and 30).",
    )


def _sent_before(complaint: Complaint) -> Problem:
    return Problem(
        f"本表已登记为 {complaint.number}，其后的改动没有保存。确需另行登记的，请新开一页填写。",
        f"This form was entered as {complaint.number}; later changes are not kept. Open a new page for another.",
    )


def read(session: Session, by: User, complaint: Complaint) -> None:
    """Log that the page of a complaint was read."""
    log.record(session, "complaint.read", by, complaint)


def _known(session: Session, handles: list[str]) -> set[str]:
    """Those of the handles that the main store has."""
    if not handles:
        return set()
    return set(session.scalars(select(Complaint.handle).where(Complaint.handle.in_(handles))))


def _register(session: Session, seal: Seal, by: User, how: str, *, handle: str, **fields) -> Complaint:
    complaint = Complaint(
        number=numbers.next_number(session, by.organisation, "complaint", today().year),
        organisation=by.organisation, handle=handle, registered_at=utc_now(), registered_by=by,
        state=ComplaintState.REGISTERED, **fields,
    )  # fmt: skip
    session.add(complaint)
    session.flush()
    log.record(session, _REGISTERED[how], by, complaint, rows=[complaint])
    together.afterwards(session, seal, how, handle)
    return complaint


def _choice(errors: dict[str, Problem], field: str, value: object, among: tuple) -> object:
    if value in among:
        return type(among[0])(value)
    errors[field] = Problem("请选择一项。", "Choose one.")
    return None
