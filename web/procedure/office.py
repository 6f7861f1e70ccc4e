"""The page of an organ: what its chief sets, and how far first and second opinions agree."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy import select
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from casebook import office
from casebook.access import MANAGE_OFFICE, may
from casebook.errors import BadFields
from casebook.models import Organisation, Role
from casebook.procedure import two_step
from casebook.procedure.agreement import DISPOSITION, FEWEST, Published, read_agreement
from rules.vocabulary import vocabulary
from web.auth import admits
from web.fields import normal_digits
from web.forms import BaseForm
from web.i18n import lang
from web.labels import DISTINCTIONS
from web.refusals import show_problems
from web.session import db_session
from web.widgets import Radios, TextInput

blueprint = Blueprint("office", __name__)


class OfficeForm(BaseForm):
    second_opinion_rate = StringField(
        lazy("Blind second opinions, in percent of the passed reviews"), widget=TextInput(),
        description=lazy("Chance draws the cases. 0 draws none, 100 draws every case."),
    )  # fmt: skip
    early_warning_days = StringField(
        lazy("Early warning, in days before a deadline ends"), widget=TextInput()
    )
    two_step_view = RadioField(
        lazy("Two-step view"), widget=Radios(), validate_choice=False,
        choices=[SelectChoice("0", lazy("No")), SelectChoice("1", lazy("Yes"))],
        description=lazy(
            "The reviewer, first or second, judges the conduct first; consequences, summary and recommendation open "
            "after that. It holds for reviewers named from now on."
        ),
    )  # fmt: skip
    return_visit_days = StringField(
        lazy("Return visit, in days after a clearance is approved"), widget=TextInput(),
        description=lazy("No provision gives a number; the approval may set another day."),
    )  # fmt: skip


@blueprint.get("/office")
@admits(Role.CHIEF, Role.AUDITOR)
def show():
    return _page(None)


@blueprint.post("/office")
@admits(Role.CHIEF)
def change_submit():
    form = OfficeForm(request.form)
    wanted = {field.name: _whole_number(field.data) for field in form}
    try:
        office.change_settings(db_session(), g.user, **wanted)
    except BadFields as bad:
        show_problems(form, bad)
        return _page(form), 422
    db_session().commit()
    flash(_("The settings of your organ are saved."))
    return redirect(url_for("office.show"))


def _page(form: OfficeForm | None):
    session, user = db_session(), g.user
    organs = [user.organisation]
    if user.role == Role.AUDITOR:
        organs = list(session.scalars(select(Organisation).order_by(Organisation.code)))
    organ = next((one for one in organs if one.code == request.args.get("organ")), user.organisation)
    lines = read_agreement(session, user, organ)
    moved = two_step.moves(session, user, organ)
    rows = office.own_settings(session, organ)
    values = {key: office.setting(session, organ.id, key) for key in office.SETTINGS}
    manages = may(user, MANAGE_OFFICE)
    if form is None:
        form = OfficeForm(data={key: str(value) for key, value in values.items()})
    html = render_template(
        "procedure/office.html", organ=organ, organs=organs, form=form if manages else None, lines=lines,
        values=values, own=set(rows), moved=moved, fewest=FEWEST, item_name=_item_name, percent=_percent,
        interval=_interval,
    )  # fmt: skip
    session.commit()
    return html


def _whole_number(text: str | None) -> int | None:
    digits = normal_digits(text or "").removesuffix("%").strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 6 else None


def _item_name(line: Published) -> str:
    if line.item == DISPOSITION:
        return _("Disposition proposed")
    if line.item in DISTINCTIONS:
        return str(DISTINCTIONS[line.item])
    return next(factor.label(lang()) for factor in vocabulary().factors if factor.id == line.item)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _interval(line: Published) -> str:
    found = line.agreement
    if found is None or found.low is None:
        return ""
    return _("%(low)s to %(high)s", low=f"{found.low:.2f}", high=f"{found.high:.2f}")
