"""The whole case as one file, for whoever may take it out."""

from tempfile import TemporaryFile

from flask import Blueprint, current_app, g, send_file

from casebook.casefile import export
from casebook.db import utc_now
from casebook.models import Case, Role
from web.auth import admits
from web.cases import load_case
from web.session import db_session

blueprint = Blueprint("casefile", __name__)
EXPORTERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.AUDITOR)


@blueprint.app_template_global()
def may_export(case: Case) -> bool:
    return export.may_export(g.user, case)


@blueprint.get("/cases/<number>/file")
@admits(*EXPORTERS)
def export_file(number: str):
    case = load_case(number)
    home = current_app.extensions["casebook"].home
    made = export.export(db_session(), home, case, g.user, utc_now())
    out = TemporaryFile()  # noqa: SIM115 - closed with the answer that carries it
    made.write(out)
    db_session().commit()
    out.seek(0)
    response = send_file(
        out, mimetype="application/zip", as_attachment=True, download_name=f"{number}.casefile", etag=False
    )
    response.headers["Cache-Control"] = "no-store"
    return response
