"""What is due in the cases a person sees: as a list, and as a month."""

import calendar
import re
from datetime import date, timedelta

from flask import g, render_template, request
from flask_babel import gettext as _

from casebook.clearance import tasks
from casebook.clocks import upcoming
from casebook.clocks.calendar import days_of, may_keep
from casebook.clocks.deadlines import NO_CALENDAR
from casebook.clocks.working import in_use
from casebook.models import Role
from casebook.office import setting
from casebook.procedure.dates import today
from rules.limits import limits
from web.auth import CASE_READERS, admits
from web.clocks.shared import amount_words, blueprint, extension_words, shown, weekday
from web.i18n import lang
from web.session import db_session

GROUPS = (upcoming.OVERDUE, upcoming.SOON, upcoming.LATER, upcoming.STILL, upcoming.WITHOUT)
CLEARERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF)
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@blueprint.get("/clocks")
@admits(*CASE_READERS)
def list_deadlines():
    now, mine = today(), _mine()
    found = upcoming.overview(db_session(), g.user, now, mine=mine)
    groups = [(code, found.count(code), [shown(line, now) for line in found.of(code)]) for code in GROUPS]
    clearing = tasks.dated(db_session(), g.user, now) if g.user.role in CLEARERS else []
    uncounted = any(line.deadline.without == NO_CALENDAR for line in found.of(upcoming.WITHOUT))
    page = render_template(
        "clocks/list.html", groups=[group for group in groups if group[1]], mine=mine, today=now,
        warning_days=setting(db_session(), g.user.organisation_id, "early_warning_days"),
        unknown_year=_unknown_year(now, uncounted), may_keep=may_keep(g.user, g.user.organisation),
        weekday=weekday, clearing=clearing,
    )  # fmt: skip
    db_session().commit()
    return page


@blueprint.get("/clocks/calendar")
@admits(*CASE_READERS)
def month():
    now, mine = today(), _mine()
    first = _first_of(request.args.get("month", ""), now)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    due: dict[date, list] = {}
    for line in upcoming.month(db_session(), g.user, first, last, now, mine=mine):
        due.setdefault(line.deadline.due_on, []).append(shown(line, now))
    row = in_use(db_session(), g.user.organisation, first.year)
    named = {day: (working, name) for day, working, name in days_of(row)} if row else {}
    weeks = [
        [_day(day, first.month, named, due, now) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    page = render_template(
        "clocks/month.html", first=first, weeks=weeks, mine=mine, known=row is not None,
        count=sum(map(len, due.values())), before=_neighbour(first - timedelta(days=1)),
        after=_neighbour(last + timedelta(days=1)), weekdays=[weekday(date(2024, 1, day)) for day in range(1, 8)],
        may_keep=may_keep(g.user, g.user.organisation),
    )  # fmt: skip
    db_session().commit()
    return page


@blueprint.get("/clocks/limits")
@admits(*CASE_READERS)
def list_limits():
    """Every limit the clocks know, also those that are not used."""
    loaded = limits()
    rows = [(limit, loaded.cite(limit, lang())) for limit in loaded.limits]
    return render_template(
        "clocks/limits.html", rows=rows, amount_words=amount_words, extension_words=extension_words
    )


def _mine() -> bool:
    """Whether only one's own cases are shown: the first thing asked for, unless one handles none."""
    wished = request.args.get("whose", "")
    return wished == "mine" or (wished != "all" and g.user.role != Role.AUDITOR)


def _unknown_year(now: date, uncounted: bool) -> int | None:
    """The year whose working days are wanted and missing: this one; late in it, or where something waits, the next."""
    for year in (now.year, now.year + 1) if uncounted or now.month >= 11 else (now.year,):
        if in_use(db_session(), g.user.organisation, year) is None:
            return year
    return None


def _first_of(text: str, now: date) -> date:
    found = _MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else now.replace(day=1)


def _neighbour(day: date) -> str | None:
    text = f"{day:%Y-%m}"
    return text if _MONTH.fullmatch(text) else None


def _day(day: date, month: int, named: dict, due: dict, now: date) -> dict:
    working, name = named.get(day, (day.weekday() < 5, ""))
    if name and working:
        name = _("%(feast)s, worked", feast=name)
    return {
        "day": day, "inside": day.month == month, "off": not working, "name": name, "today": day == now,
        "due": due.get(day, []),
    }  # fmt: skip
