"""What stood before in a clearance, in words: each entry put right, with who did it and why."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session, object_session

from casebook.clearance import changes, reach, repairs
from casebook.models import Clearance, ClearanceChange, Reach, Repair, User
from rules.vocabulary import vocabulary
from web.i18n import both, format_day, lang

_HIDDEN = {"corrected_by_id", "gone_by_id", "done_by_id", "closed_by_id"}
_PEOPLE = {"approved_by_id"}


@dataclass(frozen=True)
class Earlier:
    """One change: what stood there, each thing with its name, and who changed it when and why."""

    was: list[tuple[str, str]]
    reason: str
    by: str
    at: datetime


def earlier(clearance: Clearance, row: Reach | Repair) -> list[Earlier]:
    """What was put right of a recipient or a repair, latest first."""
    return [_said(change) for change in changes.of_row(clearance, row)[::-1]]


def reopenings(clearance: Clearance) -> list[Earlier]:
    """Every time it was opened again, oldest first."""
    return [_said(change) for change in clearance.changes if change.what == changes.REOPENED]


def _said(change: ClearanceChange) -> Earlier:
    kinds = repairs.KINDS if change.what == changes.REPAIR else reach.KINDS
    session = object_session(change)
    was = [
        (_name(field), _person(session, value) if field in _PEOPLE else _words(field, value, kinds))
        for field, value in change.was.items()
        if field not in _HIDDEN
    ]
    return Earlier(was, change.reason, change.by.name, change.at)


def _person(session: Session, user_id: int | None) -> str:
    return session.get_one(User, user_id).name if user_id else _("nobody yet")


def _name(field: str) -> str:
    return {
        "kind": _("Kind"), "name": _("Name of the recipient"), "heard": _("How it came to them"), "form": _("Form"),
        "corrected_on": _("Corrected on"), "corrected_how": _("How they were told"),
        "present": _("How many were present"), "gone_why": _("Out of reach"), "lost": _("What was lost"),
        "responsible": _("Who makes it good"), "due_on": _("By when"), "result": _("Result"),
        "result_words": _("What was done"), "done_on": _("Done on"), "closed_on": _("Closed on"),
        "approved_by_id": _("Taken into the scope by"),
    }[field]  # fmt: skip


def _words(field: str, value: object, kinds: dict) -> str:
    if value in (None, ""):
        return _("not done yet")
    if field == "kind":
        return both(kinds[value])
    if field == "result":
        return both(repairs.RESULTS[value])
    if field == "form":
        return vocabulary().facts["clearance_method"].choice_label(value, lang())
    return format_day(date.fromisoformat(value)) if field.endswith("_on") else str(value)
