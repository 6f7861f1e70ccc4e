"""Papers: those of a case, issuing one, giving its files out; and the templates an administrator keeps."""

from datetime import date

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _

from casebook.complaints import secrecy
from casebook.complaints.secrecy import TellsTooMuch
from casebook.errors import BadFields, CasebookError, NotReady
from casebook.models import Case, Role
from casebook.papers import numbering, store, templates, trial
from casebook.papers.blocks import Sheet
from casebook.papers.issue import issue, options, read_paper, read_papers
from casebook.papers.kinds import KINDS
from casebook.papers.pdf import make_pdf
from casebook.papers.templates import BadTemplate
from casebook.procedure import workflow
from casebook.procedure.dates import today
from web.auth import CASE_HANDLERS, CASE_READERS, admits
from web.cases import load_case
from web.i18n import lang
from web.paper_forms import IssueForm, TemplateForm, WordForm
from web.session import db_session

blueprint = Blueprint("papers", __name__)


@blueprint.get("/cases/<number>/papers")
@admits(*CASE_READERS)
def of_case(number: str):
    return _papers_page(load_case(number), IssueForm(data={"on": today().isoformat()}))


@blueprint.post("/cases/<number>/papers")
@admits(*CASE_HANDLERS)
def issue_submit(number: str):
    case = load_case(number)
    form = IssueForm(request.form)
    if not form.paper.data:
        form.add_error("paper", _("Choose the paper to issue."))
    if not form.validate() or form.paper.errors:
        return _papers_page(case, form, 422)
    kind, ref = form.wanted
    home = current_app.extensions["casebook"].home
    try:
        issue(db_session(), home, case, kind, g.user, date.fromisoformat(form.on.data), ref=ref)
    except BadFields as bad:
        for name, problem in bad.errors.items():
            form.add_error("on" if name == "on" else "paper", problem.message(lang()))
        return _refused(number, form, 422)
    except (NotReady, BadTemplate) as early:
        problems = early.missing if isinstance(early, NotReady) else [early]
        for problem in problems:
            form.add_error("paper", problem.message(lang()))
        return _refused(number, form, 409, early)
    db_session().commit()
    flash(_("The paper is issued."))
    return redirect(url_for("papers.of_case", number=number), 303)


@blueprint.get("/cases/<number>/papers/<int(max=2147483647):paper_id>/<any(pdf, docx):form>")
@admits(*CASE_READERS)
def download(number: str, paper_id: int, form: str):
    case = load_case(number)
    home = current_app.extensions["casebook"].home
    paper, path = read_paper(db_session(), home, g.user, case, paper_id, form)
    name = f"{paper.number} {KINDS[paper.kind].zh}.{form}"
    db_session().commit()
    response = send_file(
        path,
        mimetype=store.FORMATS[form],
        as_attachment=True,
        download_name=name,
        conditional=False,
        etag=False,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/office/numbers")
@admits(Role.CHIEF)
def word():
    organ = g.user.organisation
    return _word_page(WordForm(data={"word": numbering.organ_word(db_session(), organ)}))


@blueprint.post("/office/numbers")
@admits(Role.CHIEF)
def word_submit():
    form = WordForm(request.form)
    try:
        numbering.set_word(db_session(), g.user, form.word.data or "")
    except BadFields as bad:
        form.add_error("word", bad.errors["word"].message(lang()))
        return _word_page(form, 422)
    db_session().commit()
    flash(_("The settings of your organ are saved."))
    return redirect(url_for("papers.word"), 303)


@blueprint.get("/templates")
@admits(Role.ADMINISTRATOR)
def list_templates():
    session = db_session()
    saved = trial.read_templates(session, g.user)
    rows = [(kind, saved[kind.code]) for kind in KINDS.values()]
    page = render_template("papers/templates.html", rows=rows)
    session.commit()
    return page


@blueprint.get("/templates/<kind>")
@admits(Role.ADMINISTRATOR)
def edit_template(kind: str):
    _known(kind)
    _, text = trial.current_text(db_session(), kind)
    return _template_page(kind, TemplateForm(data={"text": text}))


@blueprint.post("/templates/<kind>")
@admits(Role.ADMINISTRATOR)
def save_template_submit(kind: str):
    _known(kind)
    form = TemplateForm(request.form)
    if not form.validate():
        return _template_page(kind, form, status=422)
    try:
        trial.save_template(db_session(), g.user, kind, form.text.data, form.reason.data or "")
    except BadFields as bad:
        for name, problem in bad.errors.items():
            form.add_error("reason" if name == "reason" else "text", problem.message(lang()))
    except BadTemplate as wrong:
        form.add_error("text", wrong.message(lang()))
    else:
        db_session().commit()
        flash(_("The template is saved and used from now on."))
        return redirect(url_for("papers.list_templates"), 303)
    return _template_page(kind, form, status=422)


@blueprint.post("/templates/<kind>/try")
@admits(Role.ADMINISTRATOR)
def try_template_submit(kind: str):
    """Show what the template makes of the invented data; nothing is kept."""
    sheet, form = _tried(kind)
    return _template_page(kind, form, sheet, 200 if sheet else 422)


@blueprint.post("/templates/<kind>/try.pdf")
@admits(Role.ADMINISTRATOR)
def try_template_pdf(kind: str):
    sheet, form = _tried(kind)
    if sheet is None:
        return _template_page(kind, form, status=422)
    response = make_response(make_pdf(sheet, current_app.extensions["casebook"].home.fonts))
    response.headers["Content-Type"] = store.FORMATS["pdf"]
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/templates/<kind>/<int(max=2147483647):version>")
@admits(Role.ADMINISTRATOR)
def show_template(kind: str, version: int):
    """One version as it was; 0 is the shipped one."""
    _known(kind)
    saved = trial.read_versions(db_session(), g.user, kind)
    row = next((one for one in saved if one.version == version), None)
    if row is None and version:
        abort(404)
    text = row.text if row else templates.shipped(kind)
    page = render_template(
        "papers/template_version.html", kind=KINDS[kind], row=row, text=text, version=version
    )
    db_session().commit()
    return page


def _known(kind: str) -> None:
    if kind not in KINDS:
        abort(404)


def _tried(kind: str) -> tuple[Sheet | None, TemplateForm]:
    _known(kind)
    form = TemplateForm(request.form)
    if form.validate():
        try:
            return trial.try_template(kind, form.text.data.replace("\r\n", "\n")), form
        except BadTemplate as wrong:
            form.add_error("text", wrong.message(lang()))
    return None, form


def _template_page(kind: str, form: TemplateForm, sheet: Sheet | None = None, status: int = 200):
    session = db_session()
    saved = trial.read_versions(session, g.user, kind)
    page = render_template(
        "papers/template.html", kind=KINDS[kind], form=form, saved=saved, sheet=sheet and sheet.as_json(),
        sample=_leaves(trial.samples()[kind]["values"]),
    )  # fmt: skip
    session.commit()
    return page, status


def _leaves(values: dict, before: str = "") -> list[str]:
    """What a template of the kind may print, by name; the parts of a list after its name and two brackets."""
    found = []
    for name, value in values.items():
        match value:
            case dict():
                found += _leaves(value, f"{before}{name}.")
            case [dict() as first, *_]:
                found += _leaves(first, f"{before}{name}[].")
            case list():
                found.append(f"{before}{name}[]")
            case _:
                found.append(f"{before}{name}")
    return found


def _refused(number: str, form: IssueForm, status: int, why: CasebookError | None = None):
    """The page once more, after everything the refused issue had begun is rolled back."""
    db_session().rollback()
    if isinstance(why, TellsTooMuch):
        secrecy.note(db_session(), g.user, why)
    return _papers_page(load_case(number), form, status)


def _papers_page(case: Case, form: IssueForm, status: int = 200):
    session = db_session()
    papers = read_papers(session, g.user, case)
    may_issue = workflow.may_do(g.user, "issue_paper", case)
    found = options(session, case)
    form.offer(found)
    page = render_template(
        "papers/of_case.html", case=case, papers=papers, kinds=KINDS, form=form, may_issue=may_issue,
        ready=any(option.records for option in found), waiting=[option for option in found if not option.records],
        is_chief=g.user.role == Role.CHIEF and case.organisation_id == g.user.organisation_id,
    )  # fmt: skip
    session.commit()
    return page, status


def _word_page(form: WordForm, status: int = 200):
    organ = g.user.organisation
    example = numbering.printed(numbering.organ_word(db_session(), organ), today().year, 1)
    page = render_template("papers/word.html", form=form, organ=organ, example=example)
    db_session().commit()
    return page, status
