"""Requests that were refused, for the auditor: who wanted what, and when. Nothing of what they sent."""

from flask import Blueprint, g, render_template, request

from casebook import events, refused
from casebook.models import Role
from web.auth import admits
from web.i18n import lang
from web.session import db_session

blueprint = Blueprint("refused", __name__)
PER_PAGE = 50
_LAST = 2**31 - 1


@blueprint.get("/refusals")
@admits(Role.AUDITOR)
def show():
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before <= _LAST:
        before = None
    rows = refused.latest(db_session(), g.user, before=before, limit=PER_PAGE)
    page = render_template(
        "refusals/show.html", rows=rows, label=lambda kind: events.label(kind, lang()),
        older=rows[-1].event.seq if len(rows) == PER_PAGE else None,
    )  # fmt: skip
    db_session().commit()
    return page
