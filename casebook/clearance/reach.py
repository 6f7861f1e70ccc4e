"""The reach map (知悉范围清单): everyone who received the allegation, and the correction each of them received.

Recipients are within the scope once the main leader approved them; only the main leader declares one out of reach.
Functions flush and never commit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casebook.clearance import steps
from casebook.clearance.grounds import LAW, Ground, ground_of
from casebook.clearance.texts import Guard
from casebook.complaints import log
from casebook.complaints.steps import CLEARED
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Clearance, ComplaintPoint, ComplaintState, Finding, Reach, Service, User
from casebook.precedents.folding import bare
from casebook.procedure.dates import check_day
from casebook.seal.store import Seal
from rules.vocabulary import vocabulary

WRITTEN, FACE_TO_FACE, MEETING, CIRCULAR = "written", "face_to_face", "meeting", "circular"
KINDS = {
    "person": Problem("个人", "Person"),
    "unit": Problem("单位", "Unit"),
    "body": Problem("机关、部门", "Organ or department"),
    "meeting": Problem("会议", "Meeting"),
    "selection_file": Problem("干部选任材料", "Selection file"),
    "public": Problem("网络、公众", "Online or public"),
}
UNTRUE = (Finding.UNSUBSTANTIATED, Finding.PARTLY, Finding.NO_VIOLATION)
LONGEST = {"name": 200, "heard": 1000, "how": 1000, "reason": 1000}
MOST = 300
LARGEST = 100_000
_OF_SERVICE = {"unit": ("unit", WRITTEN), "announced": ("meeting", MEETING), "filed": ("body", WRITTEN)}


@dataclass(frozen=True)
class Named:
    """One who received the allegation, as they are to be listed."""

    kind: str
    name: str
    heard: str
    form: str


@dataclass(frozen=True)
class Progress:
    """How far the reach map is worked off."""

    total: int
    corrected: int
    gone: int
    unapproved: int

    @property
    def waiting(self) -> int:
        return self.total - self.corrected - self.gone


def is_waiting(row: Reach) -> bool:
    """Whether a recipient has neither the correction nor been declared out of reach."""
    return row.corrected_on is None and not row.gone_why


def progress(clearance: Clearance) -> Progress:
    rows = clearance.reach
    return Progress(
        len(rows),
        sum(row.corrected_on is not None for row in rows),
        sum(bool(row.gone_why) for row in rows),
        sum(not row.gone_why and row.approved_by_id is None for row in rows),
    )


def add(
    session: Session,
    clearance: Clearance,
    by: User,
    *,
    kind: str,
    name: str,
    heard: str,
    form: str,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Reach:
    """List one who received the allegation, and how they are to be corrected.

    Found after the approval, they wait for the main leader to take them into the scope. Raises BadFields, NotAllowed,
    NotReady, WrongStage.
    """
    steps.ensure(session, by, "add_reach", clearance, seen_version)
    errors: dict[str, Problem] = {}
    named = checked(errors, clearance, Guard(clearance, seal, by), Named(kind, name, heard, form))
    if errors:
        raise BadFields(errors)
    row = new_row(clearance, by, named)
    _write(session, "clearance.reach_added", clearance, by, row)
    return row


def checked(
    errors: dict[str, Problem],
    clearance: Clearance,
    guard: Guard,
    named: Named,
    *,
    besides: Reach | None = None,
) -> Named:
    """What is entered of a recipient as it is kept; what is wrong with it goes into `errors`.

    `besides`: the row that it is to replace.
    """
    others = [row for row in clearance.reach if row is not besides]
    name = guard.check(errors, "name", named.name, LONGEST["name"], one_line=True, body=True)
    heard = guard.check(errors, "heard", named.heard, LONGEST["heard"])
    if named.kind not in KINDS:
        errors["kind"] = Problem("请选择知悉对象的类别。", "Choose what kind of recipient it is.")
    if named.form not in vocabulary().facts["clearance_method"].values:
        errors["form"] = Problem("请选择澄清方式。", "Choose the form.")
    elif clearance.decided_on is not None and named.form not in clearance.forms:
        errors["form"] = Problem("批准的澄清方式中没有这一种。", "This form is not among those approved.").by(
            scope_law(clearance)
        )
    if name and any(row.kind == named.kind and bare(row.name) == bare(name) for row in others):
        errors["name"] = Problem("已经登记这一知悉对象。", "This recipient is listed already.")
    if len(others) >= MOST:
        errors["name"] = Problem(f"最多登记 {MOST} 个对象。", f"At most {MOST} recipients.")
    return Named(named.kind, name, heard, named.form)


def approve(
    session: Session, clearance: Clearance, by: User, reach_id: int, *, seen_version: int | None = None
) -> Reach:
    """Take one found after the approval into the scope, as the main leader. Raises NotAllowed, NotReady, WrongStage."""
    steps.ensure(session, by, "approve_reach", clearance, seen_version)
    row = next((one for one in clearance.reach if one.id == reach_id and not one.gone_why), None)
    if row is None or row.approved_by_id is not None:
        raise NotReady([Problem("这一对象已经批准。", "This recipient is approved already.")])
    row.approved_by_id = by.id
    _write(session, "clearance.reach_approved", clearance, by, row)
    return row


def correct(
    session: Session,
    clearance: Clearance,
    by: User,
    reach_id: int,
    *,
    on: date,
    how: str,
    present: int | None = None,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Reach:
    """Enter that one recipient received the correction: when, how and, at a meeting, how many were there.

    Raises BadFields, NotAllowed, NotReady (not within the approved scope, corrected already), WrongStage.
    """
    steps.ensure(session, by, "correct", clearance, seen_version)
    row = _one(clearance, reach_id)
    errors: dict[str, Problem] = {}
    how = Guard(clearance, seal, by).check(errors, "how", how, LONGEST["how"], appraisal=True, about=row.name)
    check_day(errors, "on", on, since=clearance.decided_on)
    if row.form == MEETING and not counted(present):
        errors["present"] = Problem("请填写到会人数。", "Enter how many were present.")
    if errors:
        raise BadFields(errors)
    if row.approved_by_id is None:
        raise NotReady([Problem(
            f"“{row.name}”是批准之后登记的，须经主要负责人批准列入范围后再澄清。",
            f"“{row.name}” was listed after the approval; the main leader takes it into the scope first.",
        ).by(scope_law(clearance))])  # fmt: skip
    if problems := no_longer_untrue(clearance):
        raise NotReady(problems)
    row.corrected_on, row.corrected_how, row.corrected_by_id = on, how, by.id
    row.present = present if row.form == MEETING else None
    _write(session, "clearance.reach_corrected", clearance, by, row, present=row.present)
    return row


def gone(
    session: Session,
    clearance: Clearance,
    by: User,
    reach_id: int,
    *,
    reason: str,
    seen_version: int | None = None,
    seal: Seal | None = None,
) -> Reach:
    """Declare, as the main leader, that one cannot or need not be reached, and why. It stays on the list.

    Raises BadFields, NotAllowed, NotReady, WrongStage.
    """
    steps.ensure(session, by, "gone", clearance, seen_version)
    row = _one(clearance, reach_id)
    reason = Guard(clearance, seal, by).reason(reason, LONGEST["reason"])
    row.gone_why, row.gone_by_id = reason, by.id
    _write(session, "clearance.reach_gone", clearance, by, row)
    return row


def ensure_person(session: Session, clearance: Clearance, by: User) -> list[Reach]:
    """The person cleared is on the list from the first, in writing (CHG2020 50). Returns the row if it is new."""
    own = bare(clearance.name)
    if any(row.kind == "person" and bare(row.name) == own for row in clearance.reach):
        return []
    row = new_row(clearance, by, Named("person", clearance.name, "本人", WRITTEN))
    session.add(row)
    session.flush()
    session.expire(clearance, ["reach"])
    return [row]


def add_services(
    session: Session, clearance: Clearance, by: User, services: Iterable[Service]
) -> list[Reach]:
    """Everyone the old decision was served on, filed with or announced to: its original scope (PD2020 60)."""
    rows = ensure_person(session, clearance, by)
    seen: set[tuple[str, str]] = set()
    for service in services:
        if service.kind not in _OF_SERVICE:
            continue
        kind, form = _OF_SERVICE[service.kind]
        if (kind, bare(service.recipient)) in seen:
            continue
        seen.add((kind, bare(service.recipient)))
        heard = f"原决定于 {service.served_on} 送达或者公布（{service.how}）"
        rows.append(new_row(clearance, by, Named(kind, service.recipient, heard, form)))
    session.add_all(rows)
    clearance.forms = [form for form in (WRITTEN, MEETING) if any(row.form == form for row in rows)]
    steps.touch(clearance)
    session.flush()
    session.expire(clearance, ["reach"])
    log.record(session, "clearance.reach_added", by, clearance, rows=[clearance, *rows], count=len(rows))
    return rows


def counted(present: object) -> bool:
    """Whether that many can have been at a meeting."""
    return isinstance(present, int) and 1 <= present <= LARGEST


def no_longer_untrue(clearance: Clearance) -> list[Problem]:
    """What keeps a point from being said to anyone: its complaint is verified once more, or found otherwise since."""
    complaint = clearance.complaint
    if complaint is None:
        return _no_longer_nothing(clearance)
    if complaint.state not in (ComplaintState.CONCLUDED, ComplaintState.CLOSED):
        return [Problem(
            "所涉问题正在重新核查，核查结束之前不能澄清。",
            "What it is about is being verified once more; nothing is cleared before that is over.",
        ).by(CLEARED)]  # fmt: skip
    findings: dict[int, ComplaintPoint] = {point.id: point for point in complaint.points}
    return [
        Problem(
            f"第 {point.seq} 项的核查结论已经变化，不再是失实，请修改澄清意见。",
            f"Point {point.seq} is no longer found untrue; revise the opinion.",
        )
        for point in clearance.points
        if point.complaint_point_id is not None and findings[point.complaint_point_id].finding not in UNTRUE
    ]


def _no_longer_nothing(clearance: Clearance) -> list[Problem]:
    """That the decision which made nothing out no longer stands."""
    if ground_of(clearance) is not Ground.NOTHING or clearance.decision.ended_on is None:
        return []
    return [Problem(
        "认定反映的问题不成立的决定已不再有效，不能据以澄清。",
        "The decision that made nothing out no longer stands; nothing can be cleared because of it.",
    ).by(LAW[Ground.NOTHING])]  # fmt: skip


def scope_law(clearance: Clearance) -> Problem:
    """The provision that sets how far the name is to be cleared."""
    return LAW[ground_of(clearance)]


def new_row(clearance: Clearance, by: User, named: Named) -> Reach:
    """A recipient to be listed; the caller adds and seals it."""
    return Reach(
        clearance_id=clearance.id, kind=named.kind, name=named.name, heard=named.heard, form=named.form,
        added_by_id=by.id, at=utc_now(), corrected_how="", gone_why="",
    )  # fmt: skip


def _one(clearance: Clearance, reach_id: int) -> Reach:
    row = next((row for row in clearance.reach if row.id == reach_id), None)
    if row is None or not is_waiting(row):
        raise NotReady([Problem(
            "没有这一知悉对象，或者已经办理。请刷新页面核对。",
            "There is no such recipient, or it is settled already. Load the page again.",
        )])  # fmt: skip
    return row


def _write(session: Session, kind: str, clearance: Clearance, by: User, row: Reach, **detail) -> None:
    session.add(row)
    steps.touch(clearance)
    session.flush()
    session.expire(clearance, ["reach"])
    log.record(session, kind, by, clearance, rows=[clearance, row], reach=row.id, **detail)
