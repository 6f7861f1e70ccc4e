"""The working days an office goes by: which years are known, one of them in full, seeding and importing."""

import re
from datetime import date, timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.clocks import calendar
from casebook.clocks.calendar_file import LARGEST, BadCalendar, read_calendar
from casebook.clocks.working import in_use
from casebook.models import Organisation, Role
from web.auth import admits
from web.clocks.forms import ImportForm
from web.clocks.shared import blueprint, weekday
from web.i18n import lang
from web.session import db_session

KEEPERS = (Role.CHIEF, Role.ADMINISTRATOR)


@blueprint.get("/calendar")
@admits(*KEEPERS)
def working_days():
    return _page(ImportForm())


@blueprint.post("/calendar/seed")
@admits(Role.ADMINISTRATOR)
def seed_submit():
    years = calendar.seed(db_session(), g.user)
    db_session().commit()
    flash(
        _("Years kept: %(count)d.", count=len(years))
        if years
        else _("Every year that the software knows is there already.")
    )
    return redirect(url_for("clocks.working_days"), 303)


@blueprint.post("/calendar/import")
@admits(*KEEPERS)
def import_submit():
    form = ImportForm(request.form)
    sound = form.validate()
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        form.file.errors = [_("Choose a file first.")]
        sound = False
    elif sound:
        year = form.year.number
        try:
            days = read_calendar(upload.stream.read(LARGEST + 1), year if isinstance(year, int) else 0)
        except BadCalendar as bad:
            form.file.errors = [problem.message(lang()) for problem in bad.missing]
            sound = False
    if not sound:
        db_session().rollback()
        return _page(form), 422
    row = calendar.keep_year(db_session(), _office(), year, days, form.source.data.strip(), g.user)
    kept = row.year
    db_session().commit()
    flash(_("The working days of %(year)d are kept; running deadlines are counted by them.", year=kept))
    return redirect(url_for("clocks.working_days", year=kept), 303)


def _office() -> Organisation | None:
    """Whose calendar this person keeps: the shared one for an administrator."""
    return None if g.user.role == Role.ADMINISTRATOR else g.user.organisation


def _page(form: ImportForm):
    office = _office()
    rows = calendar.years(db_session(), office)
    wished = request.args.get("year", "")
    chosen = in_use(db_session(), office, int(wished)) if re.fullmatch(r"\d{4}", wished, re.ASCII) else None
    missing = sorted(set(calendar.library_years()) - {row.year for row in rows})
    page = render_template(
        "clocks/working_days.html", form=form, rows=list(reversed(rows)), chosen=chosen, missing=missing,
        days=_stretches(calendar.days_of(chosen)) if chosen else [], shared=office is None, weekday=weekday,
        errors=_errors(form),
    )  # fmt: skip
    db_session().commit()
    return page


def _stretches(days: list[calendar.Day]) -> list[tuple[date, date, bool, str]]:
    """The days named by a year, those that follow one another under one name taken together."""
    found: list[tuple[date, date, bool, str]] = []
    for day, working, name in days:
        if found and found[-1][1:] == (day - timedelta(days=1), working, name):
            found[-1] = (found[-1][0], day, working, name)
        else:
            found.append((day, day, working, name))
    return found


def _errors(form: ImportForm) -> list[dict]:
    """Every row of the file that is wrong, not only the first."""
    rows = [{"text": str(text), "href": "#file"} for text in form.file.errors]
    return [error for error in form.error_list if error["href"] != "#file"] + rows
