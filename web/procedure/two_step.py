"""The two-step view: the conduct first, then what came of it, and whether that moved the view."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from casebook.access import owes_first_view
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Case, ConductView, Part, Step
from casebook.procedure import people, two_step, workflow
from casebook.recommend import read_facts
from rules.vocabulary import vocabulary
from web.auth import CASE_HANDLERS, admits
from web.cases import load_case
from web.forms import BaseForm
from web.labels import DISPOSITIONS
from web.refusals import show_problems
from web.session import db_session
from web.widgets import Radios, TextArea

blueprint = Blueprint("two_step", __name__)


class ViewForm(BaseForm):
    """A view of the case: what should come of it, and why."""

    disposition = RadioField(
        lazy("What do you propose, on the conduct alone?"), widget=Radios(), validate_choice=False
    )
    reason = TextAreaField(lazy("Why"), widget=TextArea())

    def __init__(self, *args, after: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.disposition.choices = [
            SelectChoice(code, str(words)) for code, (words, _c) in DISPOSITIONS.items()
        ]
        if after:
            self.disposition.label.text = _("What do you propose now?")
            self.reason.label.text = _("Why the consequences change it, or do not")


@blueprint.app_context_processor
def _words() -> dict:
    return {"conduct_views": lambda case: two_step.finished(db_session(), g.user, case)}


@blueprint.get("/cases/<number>/conduct")
@admits(*CASE_HANDLERS)
def show(number: str):
    return _page(_own_case(number))


@blueprint.post("/cases/<number>/conduct")
@admits(*CASE_HANDLERS)
def record_submit(number: str):
    case = _own_case(number)
    form = ViewForm(request.form)
    try:
        two_step.record(db_session(), case, g.user, **_typed(form))
    except (BadFields, NotReady, WrongStage) as refused:
        return _refused(case, form, refused)
    db_session().commit()
    flash(_("Your view of the conduct is kept. Below is what came of it."))
    return redirect(url_for("two_step.show", number=number))


@blueprint.post("/cases/<number>/conduct/after")
@admits(*CASE_HANDLERS)
def confirm_submit(number: str):
    case = _own_case(number)
    form = ViewForm(request.form, after=True)
    try:
        two_step.confirm(db_session(), case, g.user, **_typed(form))
    except (BadFields, NotReady, WrongStage) as refused:
        return _refused(case, form, refused)
    db_session().commit()
    flash(_("Your view is kept. Now write the review."))
    return redirect(_review_of(two_step.view_of(case, g.user)))


def _own_case(number: str) -> Case:
    """The case of its reviewer, first or second; nobody else has a view to give here."""
    case = load_case(number)
    if two_step.view_of(case, g.user) is None:
        raise NotAllowed("first_view")
    return case


def _review_of(view: ConductView) -> str:
    """The page of the review that the view belongs to."""
    second = view.assignment.part == Part.SECOND_REVIEWER
    return url_for("review.second" if second else "review.show", number=view.case.number)


def _typed(form: ViewForm) -> dict[str, str]:
    return {"disposition": form.disposition.data or "", "reason": form.reason.data or ""}


def _refused(case: Case, form: ViewForm, refused):
    if isinstance(refused, BadFields):
        show_problems(form, refused)
        return _page(case, form), 422
    return _page(case, form, refused), 409


def _page(case: Case, form: ViewForm | None = None, refused=None):
    session = db_session()
    view = two_step.view_of(case, g.user)
    first = owes_first_view(g.user, case)
    declared = people.find_declaration(session, case, g.user, Step.ASSIGNMENT)
    shown = {
        "case": case, "view": view, "first": first, "refused": refused, "declared": declared,
        "open": two_step.step_of(view) in workflow.open_steps(g.user, case), "review": _review_of(view),
    }  # fmt: skip
    if first:
        facts = two_step.see_conduct(session, case, g.user).facts if declared and not declared.grounds else {}
    else:
        known, conduct = read_facts(session, case), vocabulary().first_look
        facts = {fact_id: value for fact_id, value in known.items() if fact_id not in conduct}
    if form is None:
        form = ViewForm(after=True, data=_kept(view)) if not first else ViewForm()
    page = render_template("procedure/two_step.html", **shown, form=form, groups=_by_section(facts))
    session.commit()
    return page


def _kept(view) -> dict[str, str]:
    """What stands in the second form at first: the first view, so that keeping it is one press and a reason."""
    return {"disposition": view.after_disposition or view.disposition, "reason": view.after_reason}


def _by_section(facts: dict[str, object]) -> list[tuple]:
    words = vocabulary()
    groups = [
        (section, [(one, facts[one]) for one in words.facts if one in facts and words.facts[one].section == section.id])
        for section in words.sections
    ]  # fmt: skip
    return [(section, rows) for section, rows in groups if rows]
