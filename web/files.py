"""The files of a case: handing one in, the list, giving one out."""

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from casebook import intake, queries
from casebook.access import ATTACH_FILE, may
from casebook.errors import BadUpload
from casebook.models import Attachment, Case
from web import sections
from web.auth import CASE_READERS, CASE_WRITERS, admits
from web.cases import load_case
from web.forms import UploadForm
from web.i18n import lang
from web.session import db_session

blueprint = Blueprint("files", __name__)


@blueprint.get("/cases/<number>/files")
@admits(*CASE_READERS)
def list_files(number: str):
    return _render(load_case(number), UploadForm(data={"fact_id": request.args.get("fact", "")}))


@blueprint.post("/cases/<number>/files")
@admits(*CASE_WRITERS)
def attach_submit(number: str):
    case = load_case(number)
    if not may(g.user, ATTACH_FILE, case):
        abort(403)
    form = UploadForm(request.form)
    try:
        kept = attach_upload(case, _known(form.fact_id.data))
    except BadUpload as bad:
        form.file.errors = [f"{request.files['file'].filename}: {bad.message(lang())}"]
        return _render(case, form), 422
    if kept is None:
        form.file.errors = [_("Choose a file first.")]
        return _render(case, form), 422
    db_session().commit()
    flash(_("The file is kept."))  # without its name: the message travels in a cookie
    return redirect(url_for("files.list_files", number=number))


@blueprint.get("/cases/<number>/files/<int(max=2147483647):attachment_id>")
@admits(*CASE_READERS)
def download(number: str, attachment_id: int):
    case = load_case(number)
    home = current_app.extensions["casebook"].home
    attachment, path = queries.read_attachment(db_session(), home, g.user, case, attachment_id)
    db_session().commit()
    response = send_file(
        path, mimetype=attachment.media_type, as_attachment=True, download_name=attachment.filename,
        conditional=False, etag=False,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"  # send_file says no-cache, which lets a browser keep it
    return response


def attach_upload(case: Case, fact_id: str | None = None) -> Attachment | None:
    """Keep the file sent with a form; None if none was chosen. Raises BadUpload."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    home = current_app.extensions["casebook"].home
    return intake.attach_file(
        db_session(), home, case, g.user, filename=upload.filename, stream=upload.stream, fact_id=fact_id
    )


def _known(fact_id: str | None) -> str | None:
    return (
        fact_id
        if fact_id and any(fact.id == fact_id for page in sections.pages() for fact in page.asked)
        else None
    )


def _render(case: Case, form: UploadForm):
    files = queries.attachments_of(db_session(), case)
    for attachment in files:
        attachment.by.name  # noqa: B018 - loaded while the session is open
    db_session().commit()
    none = SelectChoice("", _("The case as a whole"))
    form.fact_id.choices = [none] + [
        SelectChoice(fact.id, fact.label(lang()), optgroup=page.title)
        for page in sections.pages()
        for fact in page.asked
    ]
    return render_template(
        "files/list_files.html", case=case, form=form, files=files, may_write=may(g.user, ATTACH_FILE, case)
    )
