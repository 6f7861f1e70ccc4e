"""Papers about a complaint, a clearance, a return or the end of a period: those issued, issuing one, their files."""

from datetime import date

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from casebook.clearance import returns
from casebook.clearance import steps as clearance_steps
from casebook.complaints import papers as record
from casebook.complaints import secrecy
from casebook.complaints.paper_kinds import KINDS
from casebook.complaints.secrecy import TellsTooMuch
from casebook.db import Base
from casebook.errors import BadFields, CasebookError, NotReady, WrongStage
from casebook.papers import store
from casebook.papers.templates import BadTemplate
from casebook.procedure.dates import today
from web.auth import admits
from web.cases import load_case
from web.complaints.loading import COMPLAINT_HANDLERS, COMPLAINT_READERS, load_complaint
from web.complaints.paper_forms import IssueForm
from web.i18n import lang
from web.session import db_session

blueprint = Blueprint("complaint_papers", __name__)
PLACE = "/<any(complaints, clearances, returns, periods):what>/<number>/papers"


@blueprint.get(PLACE)
@admits(*COMPLAINT_READERS)
def show(what: str, number: str):
    return _page(what, _load(what, number), IssueForm(data={"on": today().isoformat()}))


@blueprint.post(PLACE)
@admits(*COMPLAINT_HANDLERS)
def issue_submit(what: str, number: str):
    about = _load(what, number)
    form = IssueForm(request.form)
    if not form.validate():
        return _page(what, about, form, 422)
    kind, ref = form.wanted
    home = current_app.extensions["casebook"].home
    try:
        record.issue(db_session(), home, about, kind, g.user, date.fromisoformat(form.on.data), ref=ref)
    except BadFields as bad:
        for name, problem in bad.errors.items():
            form.add_error("on" if name == "on" else "paper", problem.message(lang()))
        return _refused(what, number, form, 422)
    except (NotReady, WrongStage, BadTemplate) as early:
        for problem in early.missing if isinstance(early, NotReady) else [early]:
            form.add_error("paper", problem.message(lang()))
        return _refused(what, number, form, 409, early)
    db_session().commit()
    flash(_("The paper is issued."))
    return redirect(url_for("complaint_papers.show", what=what, number=number), 303)


@blueprint.get(f"{PLACE}/<int(max=2147483647):paper_id>/<any(pdf, docx):form>")
@admits(*COMPLAINT_READERS)
def download(what: str, number: str, paper_id: int, form: str):
    about = _load(what, number)
    home = current_app.extensions["casebook"].home
    paper, path = record.read_paper(db_session(), home, g.user, about, paper_id, form)
    name = f"{paper.number} {KINDS[paper.kind].zh}.{form}"
    db_session().commit()
    response = send_file(
        path, mimetype=store.FORMATS[form], as_attachment=True, download_name=name, conditional=False, etag=False
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _load(what: str, number: str) -> Base:
    """What the papers are about, if this person may see it."""
    session = db_session()
    if what == "complaints":
        return load_complaint(number)
    if what == "clearances":
        return clearance_steps.get(session, g.user, number)
    if what == "returns":
        return returns.get(session, g.user, number)
    return load_case(number)


def _refused(what: str, number: str, form: IssueForm, status: int, why: CasebookError | None = None):
    """The page once more, after everything the refused issue had begun is rolled back."""
    db_session().rollback()
    if isinstance(why, TellsTooMuch):
        secrecy.note(db_session(), g.user, why)
    return _page(what, _load(what, number), form, status)


def _page(what: str, about: Base, form: IssueForm, status: int = 200):
    session = db_session()
    issued = record.read_papers(session, g.user, about)
    options = record.options(session, g.user, about, today())
    form.offer(options)
    page = render_template(
        "complaints/papers.html", what=what, about=about, papers=issued, kinds=KINDS, form=form,
        ready=any(option.refs for option in options), waiting=[one for one in options if not one.refs],
    )  # fmt: skip
    session.commit()
    return page, status
