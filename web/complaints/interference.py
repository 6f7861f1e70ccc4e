"""The register of attempts to interfere: entering one, and reading those one may."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.complaints import interference
from casebook.complaints.interference import HOW, KINDS, LONGEST, LONGEST_NAME, LONGEST_POST
from casebook.errors import BadFields, NotReady
from casebook.models import Role
from casebook.procedure.dates import today
from web.auth import admits
from web.choices import worded
from web.fields import ChoicesField, DateField, Filled, plain_lines
from web.forms import MANY, BaseForm
from web.i18n import lang
from web.paging import PER_PAGE, page_of
from web.refusals import show_problems
from web.session import db_session, sealed
from web.widgets import Checkboxes, Radios, TextArea, TextInput

blueprint = Blueprint("interference", __name__)
WRITERS = (Role.OFFICER, Role.REVIEWER, Role.PANEL, Role.CHIEF, Role.RECEIVER)
_LONGEST_NUMBER = 40


class InterferenceForm(BaseForm):
    kind = RadioField(lazy("What was attempted"), widget=Radios(), validate_choice=False)
    who = StringField(
        lazy("Who did it"),
        [Filled(lazy("Write who did it.")), Length(max=LONGEST_NAME, message=MANY)],
        widget=TextInput(),
    )
    who_post = StringField(
        lazy("Their unit and post (optional)"), [Length(max=LONGEST_POST, message=MANY)], widget=TextInput()
    )
    happened_on = DateField(lazy("When"), [Filled(lazy("Enter the day."))])
    how = RadioField(lazy("In which way"), widget=Radios(), validate_choice=False)
    words = TextAreaField(
        lazy("What was asked or said, and what you answered"),
        [Filled(lazy("Write what was asked or said.")), Length(max=LONGEST, message=MANY)],
        widget=TextArea(),
        description=lazy("Nothing that shows who complained, when or how."),
    )
    about = StringField(
        lazy("Number of the case or complaint (optional)"),
        [Length(max=_LONGEST_NUMBER, message=MANY)],
        widget=TextInput(),
    )
    past_chief = ChoicesField(lazy("Who reads it"), widget=Checkboxes(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind.choices, self.how.choices = worded(KINDS), worded(HOW)
        self.past_chief.choices = [
            SelectChoice(
                "yes", _("It concerns the chief of this organ: only the organ above and the auditor read it")
            )
        ]


@blueprint.get("/interference")
@admits(*WRITERS, Role.AUDITOR)
def show():
    page, pages = page_of(interference.count(db_session(), g.user))
    rows = interference.listed(db_session(), g.user, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    shown = render_template(
        "complaints/interference.html", rows=rows, page=page, pages=pages, kinds=KINDS, ways=HOW, law=interference.LAW,
        watches=g.user.role in (Role.CHIEF, Role.AUDITOR), writes=g.user.role in WRITERS,
    )  # fmt: skip
    db_session().commit()
    return shown


@blueprint.get("/interference/new")
@admits(*WRITERS)
def enter():
    about = request.args.get("about", "")[:_LONGEST_NUMBER]
    return _page(InterferenceForm(data={"happened_on": today().isoformat(), "about": about}))


@blueprint.post("/interference/new")
@admits(*WRITERS)
def enter_submit():
    form = InterferenceForm(request.form)
    if not form.validate():
        return _page(form), 422
    try:
        row = interference.enter(
            db_session(), sealed(), g.user, kind=form.kind.data or "", how=form.how.data or "",
            who=form.who.data, who_post=form.who_post.data or "", happened_on=form.happened_on.day,
            words=plain_lines(form.words.data).strip(), past_chief=bool(form.past_chief.data),
            about=form.about.data or "",
        )  # fmt: skip
    except BadFields as bad:
        db_session().commit()  # that sealed words were tried stays
        show_problems(form, bad)
        return _page(form), 422
    except NotReady as refused:
        return _page(form, refused), 409
    number = row.number
    db_session().commit()
    flash(_("Entered as no. %(number)s. Nobody can change it or take it out.", number=number))
    return redirect(url_for("interference.show"), 303)


def _page(form: InterferenceForm, refused: NotReady | None = None) -> str:
    return render_template(
        "complaints/interference_new.html", form=form, law=interference.LAW,
        refused=[one.message(lang()) for one in refused.missing] if refused else [],
    )  # fmt: skip
