"""What the law of a named day would have said of a case: a form with a day, and the comparison. It decides nothing."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as lazy

from casebook import law_of_day
from casebook.errors import BadFields, Withheld
from casebook.procedure.dates import today
from web.auth import CASE_READERS, admits
from web.cases import load_case
from web.fields import DateField
from web.forms import BaseForm
from web.i18n import lang
from web.report import Report
from web.session import db_session

blueprint = Blueprint("law_of_day", __name__)


class DayForm(BaseForm):
    day = DateField(lazy("Compare with the law in force on"))


@blueprint.get("/cases/<number>/law-of-day")
@admits(*CASE_READERS)
def show(number: str):
    case = load_case(number)
    form = DayForm(request.args)
    asked = "day-year" in request.args
    found = None
    if asked and form.validate():
        try:
            found = law_of_day.of_day(db_session(), case, g.user, form.day.day, today())
        except BadFields as bad:
            for name, problem in bad.errors.items():
                form.add_error(name, problem.message(lang()))
        except Withheld as withheld:
            db_session().rollback()
            flash(withheld.message(lang()))
            return redirect(url_for("cases.show_case", number=number))
    page = render_template(
        "recommendation/law_of_day.html", case=case, form=form, found=found,
        then=Report(found.then) if found else None, now=Report(found.now) if found else None,
    )  # fmt: skip
    if form.error_list:
        db_session().rollback()
        return page, 422
    db_session().commit()
    return page
