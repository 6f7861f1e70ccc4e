"""What the pages of time share: their blueprint, and deadlines in words."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import ngettext

from casebook.clocks.deadlines import NO_CALENDAR, NO_LIMIT
from casebook.clocks.upcoming import ENDED, LAPSED, LATER, OVERDUE, SOON, STILL, Line
from casebook.models import Case, Deadline
from rules.limit import Limit
from rules.limits import limits
from web.i18n import lang

blueprint = Blueprint("clocks", __name__)


@dataclass(frozen=True)
class Shown:
    """A deadline as a page shows it; safe to read after the session is closed."""

    line: Line
    title: str
    left: str
    colour: str

    @property
    def deadline(self) -> Deadline:
        return self.line.deadline

    @property
    def case(self) -> Case:
        return self.line.case

    @property
    def limit(self) -> Limit | None:
        return self.line.limit

    @property
    def cited(self) -> str:
        """The provision behind it; empty where a person set it."""
        return limits().cite(self.limit, lang()) if self.limit else ""

    @property
    def rightly(self) -> bool:
        """Whether it is a right of the person concerned and no duty of the organ."""
        return self.limit is not None and self.limit.whose == "person"


def shown(line: Line, today: date) -> Shown:
    return Shown(line, line.title(lang()), left_words(line, today), _COLOURS.get(line.standing, ""))


_COLOURS = {OVERDUE: "red", SOON: "amber", LATER: "", STILL: "blue", ENDED: "", LAPSED: ""}


def left_words(line: Line, today: date) -> str:
    """How a deadline stands, in two or three words."""
    if line.standing == ENDED:
        return _ended_words(line.deadline)
    if line.standing == STILL:
        return _("Paused")
    if line.standing == LAPSED:
        return _("Lapsed")
    if line.deadline.due_on is None:
        return without_words(line.deadline)
    days = line.days_left(today)
    if days < 0:
        return ngettext("%(num)d day overdue", "%(num)d days overdue", -days)
    return _("Due today") if days == 0 else ngettext("%(num)d day left", "%(num)d days left", days)


def without_words(deadline: Deadline) -> str:
    """Why a deadline has no last day, in two or three words."""
    if deadline.without == NO_CALENDAR:
        return _("Cannot be counted yet")
    return _("No limit configured") if deadline.without == NO_LIMIT else _("Without delay")


def _ended_words(deadline: Deadline) -> str:
    if deadline.state == "stopped":
        return _("Stopped")
    late = deadline.due_on is not None and deadline.ended_on > deadline.due_on
    return _("Done late") if late else _("Done")


def amount_words(limit: Limit) -> str:
    """The length of a limit as its provision has it."""
    if limit.unit == "prompt":
        return _("no number: without delay")
    if limit.unit == "unset":
        return _("no number in any source read")
    return _amount(limit.amount, limit.unit)


def extension_words(limit: Limit) -> str:
    """How far a limit may be extended; empty if not at all."""
    if limit.extension is None:
        return ""
    length = _amount(limit.extension.amount, limit.extension.unit)
    if limit.extension.total:
        return _("may be extended, to %(length)s in all", length=length)
    return _("may be extended by %(length)s", length=length)


def _amount(amount: int, unit: str) -> str:
    if unit == "wd":
        return ngettext("%(num)d working day", "%(num)d working days", amount)
    if unit == "m":
        return ngettext("%(num)d month", "%(num)d months", amount)
    return ngettext("%(num)d day", "%(num)d days", amount)


def weekday(day: date) -> str:
    names = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    return names[day.weekday()]
