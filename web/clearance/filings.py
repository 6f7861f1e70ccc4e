"""Advance filings: the public page where one is made and proved, the register, and making one evidence.

A public form carries a signed random number instead of a CSRF token, as the complainants' door does: nobody is signed
in there, and it must still be sent when the browser has forgotten its session.
"""

import secrets
from datetime import date
from io import BytesIO

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from casebook import queries
from casebook.clearance import filing_papers, filing_proof, filings
from casebook.complaints.names import visible
from casebook.errors import BadFields, BadUpload, CaseNotFound, NotAllowed, NotReady
from casebook.models import AdvanceFiling, Case, Organisation, Role, Scope, User
from casebook.procedure.code import ALPHABET, grouped, is_whole, normal
from casebook.procedure.dates import today
from casebook.seal import drafts, openings
from web.auth import admits
from web.clearance.filing_forms import CheckForm, FilingForm, LinkForm
from web.complaints import door_keys
from web.i18n import lang
from web.refusals import show_problems
from web.security import csrf
from web.session import db_session, sealed

blueprint = Blueprint("filings", __name__)
READERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.AUDITOR)
LINKERS = (Role.OFFICER, Role.REVIEWER)
LARGEST_CERTIFICATE = 1024 * 1024


def init_app(app: Flask) -> None:
    app.extensions["casebook.filing_forms"] = URLSafeSerializer(app.secret_key, salt="advance filing")
    app.jinja_env.globals.update(
        filing_facts=filings.FACTS, filings_of=_filings_of, filing_precedes=filings.precedes
    )


@blueprint.get("/advance-filing")
@admits()
def form():
    return _form_page(FilingForm(organs=_organs()), _new_form())


@blueprint.post("/advance-filing")
@csrf.exempt  # see above
@admits()
def form_submit():
    """Take files, remove one, or file it all."""
    typed, signed = FilingForm(request.form, organs=_organs()), request.form.get("form", "")
    number = _form_number(signed)
    if number is None:
        typed.add_error(
            "title",
            _("This form has a number that is not known here. Nothing you typed is lost: send it once more."),
        )
        return _form_page(typed, _new_form(), status=422)
    taken = door_keys.try_sending()
    if taken.wait:
        return _too_often(_form_page(typed, signed)[0], taken.wait)
    then, day = request.form.get("then", ""), today()
    if then.startswith("remove-"):
        filings.remove_file(sealed(), number, then.removeprefix("remove-"), day)
    problems = _receive(number, day)
    if problems or then != "file":
        return _form_page(typed, signed, problems, 422 if problems else 200)
    filed = _file(typed, number, day)
    if filed is None:
        db_session().rollback()
        return _form_page(typed, signed, status=422)
    proof = filing_proof.proof_of(db_session(), filed.filing)
    page = render_template(
        "filings/receipt.html", filed=filed, proof=proof, code=grouped(filed.receipt).split("-"),
        alphabet=" ".join(ALPHABET), shown=visible(filed.text),
    )  # fmt: skip
    db_session().commit()
    filings.forget_drafts(sealed(), number, day)
    return page


@blueprint.post("/advance-filing/certificate")
@csrf.exempt
@admits()
def certificate_submit():
    """The certificate of a filing, for whoever has its receipt; with the text if they send the very text."""
    taken = door_keys.try_receipt()
    if taken.wait:
        return _too_often(_check_page(CheckForm())[0], taken.wait)
    filing = filings.find(db_session(), sealed(), request.form.get("receipt", ""))
    if filing is None:
        form = CheckForm()
        form.add_error(
            "text", _("No filing has this receipt. Compare it sign by sign with what you wrote down.")
        )
        return _check_page(form, status=404)
    taken.give_back()
    if request.form.get("as") == "pdf":
        content = filing_papers.certify(db_session(), current_app.extensions["casebook"].home, filing)
        db_session().commit()
        return _download(content, "application/pdf", f"{filing.number}.pdf")
    proof = filing_proof.proof_of(db_session(), filing)
    content = filing_proof.certificate(proof, filings.normalised(request.form.get("text", "")))
    return _download(content.encode(), "text/plain; charset=utf-8", f"{proof.number}.txt")


@blueprint.get("/advance-filing/check")
@admits()
def check():
    return _check_page(CheckForm())


@blueprint.post("/advance-filing/check")
@csrf.exempt
@admits()
def check_submit():
    form = CheckForm(request.form)
    taken = door_keys.try_sending()
    if taken.wait:
        return _too_often(_check_page(form)[0], taken.wait)
    text = form.text.data or ""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        content = upload.stream.read(filing_papers.LARGEST + 1)
        if filing_papers.is_pdf(content):
            return _check_page_of_pdf(form, content)
        text = content[:LARGEST_CERTIFICATE].decode("utf-8", errors="replace")
    asked = filing_proof.read_asked(text)
    if asked is None:
        form.add_error("text", _("Paste the text or its SHA-256, or choose the certificate."))
        return _check_page(form, status=422)
    return _check_page(form, asked, filing_proof.check(db_session(), asked))


@blueprint.get("/filings")
@admits(*READERS)
def index():
    words = request.args.get("q", "")[:100]
    rows = filings.listed(db_session(), g.user, words)
    page = render_template("filings/list.html", rows=rows, words=words)
    db_session().commit()
    return page


@blueprint.get("/filings/<number>")
@admits(*READERS)
def show(number: str):
    return _page(filings.get(db_session(), g.user, number))


@blueprint.post("/filings/<number>/link")
@admits(*LINKERS)
def link_submit(number: str):
    filing = filings.get(db_session(), g.user, number)
    form = LinkForm(request.form)
    if not form.validate():
        return _page(filing, form, status=422)
    try:
        case = queries.get_case(db_session(), g.user, form.case.data.strip())
        filings.link(db_session(), filing, g.user, case, today())
    except CaseNotFound as missing:
        form.add_error("case", missing.message(lang()))
        return _page(filing, form, status=422)
    except NotReady as refused:
        return _page(filing, form, refused=refused, status=409)
    number = case.number
    db_session().commit()
    return redirect(url_for("files.list_files", number=number), 303)


def _organs() -> list[Organisation]:
    """The organs that take filings: those with a chief, who can consent to open one."""
    led = select(User.organisation_id).where(User.role == Role.CHIEF, User.active)
    return list(
        db_session().scalars(select(Organisation).where(Organisation.id.in_(led)).order_by(Organisation.code))
    )


def _file(form: FilingForm, number: str, day: date) -> filings.Filed | None:
    """File what was typed; None, with what is wrong at its field."""
    first = None
    if (form.first.data or "").strip():
        taken = door_keys.try_receipt()
        first = None if taken.wait else filings.find(db_session(), sealed(), form.first.data)
        if first is None:
            form.add_error("first", _first_problem(form.first.data, taken.wait))
        else:
            taken.give_back()
    organ = form.organs.get(form.organ.data)
    if organ is None:
        form.add_error("organ", _("Choose the organ to which it goes."))
        organ = next(iter(form.organs.values()), None)
    if organ is None:
        return None
    try:
        if form.errors:  # nothing is sealed; whatever else is wrong is told together with it
            filings.checked(form.typed, organ, first)
            return None
        return filings.submit(
            db_session(), sealed(), number, organ=organ, fields=form.typed, adds_to=first, today=day
        )
    except BadFields as bad:
        show_problems(form, bad)
        return None


def _first_problem(typed: str, wait: int) -> str:
    if wait:
        return _("Too many receipts were wrong. Wait %(seconds)d seconds and send it again.", seconds=wait)
    if not is_whole(normal(typed)):
        return _("This receipt was mistyped. Compare it sign by sign; the last sign checks the others.")
    return _("No filing has this receipt. Compare it sign by sign with what you wrote down.")


def _receive(number: str, day: date) -> list[str]:
    """Keep every file of this request; returns what is wrong with those that were refused."""
    problems = []
    for upload in request.files.getlist("file"):
        if not upload.filename:
            continue
        try:
            filings.add_file(sealed(), number, upload.filename, upload.stream, day)
        except BadUpload as bad:
            problems.append(f"{visible(upload.filename)[:200]}: {bad.message(lang())}")
    return problems


def _form_page(form: FilingForm, signed: str, problems: list[str] = (), status: int = 200):
    number = _form_number(signed)
    kept = filings.files_of(sealed(), number, today()) if number and request.method == "POST" else []
    errors = [*form.error_list, *({"text": problem, "href": "#file"} for problem in problems)]
    return render_template(
        "filings/form.html",
        form=form,
        signed=signed,
        files=kept,
        errors=errors,
        problems=problems,
        limits=drafts,
    ), status


def _check_page(form: CheckForm, asked=None, proof=None, paper=None, status: int = 200):
    return render_template("filings/check.html", form=form, asked=asked, proof=proof, paper=paper), status


def _check_page_of_pdf(form: CheckForm, content: bytes):
    if len(content) > filing_papers.LARGEST:
        form.add_error("text", _("This PDF is larger than a certificate. Choose the certificate itself."))
        return _check_page(form, status=422)
    return _check_page(form, paper=filing_papers.check_pdf(db_session(), content))


def _download(content: bytes, media_type: str, name: str):
    return send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name, etag=False, max_age=0
    )


def _page(filing: AdvanceFiling, form: LinkForm | None = None, refused=None, status: int = 200):
    session = db_session()
    may_link = g.user.role in LINKERS and filing.case_id is None
    is_open = openings.active(session, filing, g.user, Scope.TEXT, today()) is not None
    case = filing.case
    page = render_template(
        "filings/show.html", filing=filing, proof=filing_proof.proof_of(session, filing), refused=refused,
        supplements=filings.supplements(session, filing), first=session.get(AdvanceFiling, filing.adds_to_id or 0),
        form=(form or LinkForm()) if may_link and is_open else None, is_open=is_open,
        case=case if case is not None and _may_see(case) else None, linked=case is not None,
    )  # fmt: skip
    session.commit()
    return page, status


def _may_see(case: Case) -> bool:
    try:
        queries.get_case(db_session(), g.user, case.number)
    except (CaseNotFound, NotAllowed):
        return False
    return True


def _filings_of(case: Case) -> list[AdvanceFiling]:
    return list(filings.evidence(db_session(), case))


def _too_often(page: str, wait: int):
    response = current_app.make_response((page, 429))
    response.headers["Retry-After"] = str(wait)
    return response


def _new_form() -> str:
    return current_app.extensions["casebook.filing_forms"].dumps(secrets.token_hex(16))


def _form_number(signed: str) -> str | None:
    try:
        return current_app.extensions["casebook.filing_forms"].loads(signed)
    except BadSignature:
        return None
