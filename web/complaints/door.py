"""The public door: how to report, the form, its files, and the receipt. Nobody signs in, and nothing is logged.

The form comes in two pages, so that a file that is refused, or a connection that breaks, takes no typed word with it:
what was typed travels in the second page itself, and only the files wait under seal for the form to be sent.
"""

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from casebook.complaints import door
from casebook.complaints.names import visible
from casebook.errors import BadUpload
from casebook.models import Organisation, Role, User
from casebook.procedure.code import ALPHABET, grouped
from casebook.procedure.dates import today
from casebook.seal import drafts
from web.auth import admits
from web.complaints import door_faults, door_files, door_keys, door_status
from web.complaints.door_files import receive_files
from web.complaints.door_forms import ReportForm
from web.i18n import lang
from web.security import csrf
from web.session import db_session, sealed

blueprint: Blueprint = door_keys.blueprint


def init_app(app: Flask) -> None:
    door_keys.init_app(app)
    door_files.init_app(app)
    door_faults.init_app(app)
    app.jinja_env.filters["visible"] = visible


def organs() -> list[Organisation]:
    """The organs that take reports: those that have somebody to receive them."""
    receives = select(User.organisation_id).where(User.role == Role.RECEIVER, User.active)
    found = select(Organisation).where(Organisation.id.in_(receives)).order_by(Organisation.code)
    session = db_session()
    rows = list(session.scalars(found))
    session.expunge_all()
    session.rollback()  # nobody waits for the main store while somebody hands in files
    return rows


@blueprint.get("/report")
@admits()
def start():
    return render_template("report/start.html", organs=organs())


@blueprint.get("/report/form")
@admits()
def form():
    if not (open_to := organs()):
        return redirect(url_for("door.start"))
    return _form_page(ReportForm(organs=open_to), door_keys.new_form())


@blueprint.post("/report/form")
@csrf.exempt  # see web.complaints.door_keys
@admits()
def form_submit():
    report, signed, known = _sent_form()
    if not known:
        return _form_page(report, signed, 422)
    if not report.read():
        return _form_page(report, signed, 422)
    return _check_page(report, signed)


@blueprint.post("/report/send")
@csrf.exempt  # see web.complaints.door_keys
@admits()
def send_submit():
    """The second page: take files, remove one, go back to the words, or send it all."""
    report, signed, known = _sent_form()
    if not known:
        return _form_page(report, signed, 422)
    taken = door_keys.try_sending()
    if taken.wait:
        return _too_often(_check_page, report, signed, taken.wait)
    then, number = request.form.get("then", ""), door_keys.form_number(signed)
    if then.startswith("remove-"):
        drafts.remove(sealed(), number, then.removeprefix("remove-"), today())
    problems = receive_files(lambda name, stream: drafts.add(sealed(), number, name, stream, today()))
    if then == "edit":
        return _form_page(report, signed)
    if not report.read():
        return _form_page(report, signed, 422)
    if problems or then != "send":
        return _check_page(report, signed, problems)
    try:
        sent = door.hand_in(
            sealed(), number, fields=report.sealed(), care=report.care.data, care_words=report.typed("care_words"),
            naming=report.naming.data, organ_code=report.organ.data, today=today(),
        )  # fmt: skip
    except BadUpload as bad:
        return _check_page(report, signed, [bad.message(lang())])
    return render_template(
        "report/receipt.html", sent=sent, code=grouped(sent.receipt).split("-"), alphabet=" ".join(ALPHABET),
        report=report, form_words=report.sealed()["text"], organ=report.organs[report.organ.data],
    )  # fmt: skip


def _sent_form() -> tuple[ReportForm, str, bool]:
    """The form that was sent, with its number; one that we did not number gets a new number and is shown again."""
    report, signed = ReportForm(request.form, organs=organs()), request.form.get("form", "")
    if door_keys.form_number(signed) is not None:
        return report, signed, True
    report.read()
    report.add_error(
        "text",
        _("This form has a number that is not known here. Nothing you typed is lost: send it once more."),
    )
    return report, door_keys.new_form(), False


def _form_page(report: ReportForm, signed: str, status: int = 200):
    held = _held(signed) if request.method == "POST" else []
    return render_template("report/form.html", form=report, signed=signed, files=held), status


def _check_page(report: ReportForm, signed: str, problems: list[str] = (), wait: int = 0):
    errors = [{"text": problem, "href": "#file"} for problem in problems]
    page = render_template(
        "report/check.html", form=report, signed=signed, files=_held(signed), errors=errors, wait=wait,
        wait_words=door_status.wait_words, limits=drafts, organ=report.organs.get(report.organ.data),
    )  # fmt: skip
    return page, 422 if errors else 200


def _too_often(page, report: ReportForm, signed: str, wait: int):
    response = current_app.make_response(page(report, signed, wait=wait)[0])
    response.status_code = 429
    response.headers["Retry-After"] = str(wait)
    return response


def _held(signed: str) -> list:
    number = door_keys.form_number(signed)
    return [file for _handle, file in drafts.kept(sealed(), number, today())] if number else []
