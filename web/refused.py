"""Requests that were refused, for the auditor: who wanted what, and when. Nothing of what they sent."""

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from casebook import events, refused
from casebook.models import Role
from web.auth import admits
from web.i18n import lang
from web.session import db_session

blueprint = Blueprint("refused", __name__)
PER_PAGE = 50
_LAST = 2**31 - 1
# Which room of the site a request was for, by the blueprint of its page.
PLACES = {
    "account": lazy("Own account"), "ageing": lazy("Precedents and changed law"), "alerts": lazy("Saved searches"),
    "answer": lazy("Personal link of a respondent"), "appeals": lazy("Appeals"), "auth": lazy("Signing in"),
    "casefile": lazy("Case as one file"), "cases": lazy("Cases"), "clearance": lazy("Clearance"),
    "clocks": lazy("Deadlines and calendar"), "complaint": lazy("Complaints"), "complaint_papers": lazy("Papers"),
    "corrections": lazy("Corrections"), "decision": lazy("Decision"), "desk": lazy("Complaints"),
    "door": lazy("Public door"), "false_accusation": lazy("False accusation"), "figures": lazy("Figures"),
    "files": lazy("Files"), "filings": lazy("Advance filings"), "hearing": lazy("Notice and hearing"),
    "intake": lazy("Facts of a case"), "interference": lazy("Attempts to interfere"),
    "library": lazy("Library of precedents"), "office": lazy("Office"), "openings": lazy("Opening what is sealed"),
    "panel": lazy("Panel"), "papers": lazy("Papers"), "precedents": lazy("Library of precedents"),
    "publishing": lazy("Library of precedents"), "quiz": lazy("Practice with precedents"),
    "reading": lazy("Questions and answers"), "recommendation": lazy("Recommendation"), "recusal": lazy("Recusal"),
    "refused": lazy("Refused requests"), "returns": lazy("Return to office"), "review": lazy("Review"),
    "rulebook": lazy("Rules"), "screening": lazy("Screening"), "search": lazy("Search"), "talks": lazy("Talks"),
    "law_of_day": lazy("Law of a day"), "site_packs": lazy("Rules"), "two_step": lazy("Review"),
    "worklist": lazy("Records still to obtain"),
}  # fmt: skip
_SENT = "_submit"  # how every view that takes a form ends


@blueprint.get("/refusals")
@admits(Role.AUDITOR)
def show():
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before <= _LAST:
        before = None
    account = request.args.get("by", type=int)
    if account is not None and not refused.NOBODY <= account <= _LAST:
        account = None
    rows = refused.latest(db_session(), g.user, before=before, limit=PER_PAGE, account=account)
    page = render_template(
        "refusals/show.html", rows=rows, label=lambda kind: events.label(kind, lang()), account=account,
        place=_place, older=rows[-1].event.seq if len(rows) == PER_PAGE else None, of_one=refused.OF_ONE,
    )  # fmt: skip
    db_session().commit()
    return page


def _place(endpoint: str) -> str:
    """Where a request went, in words; one of which nothing is known is told by nothing."""
    blueprint, _dot, view = endpoint.partition(".")
    place = str(PLACES.get(blueprint, ""))
    return _("%(place)s, form sent", place=place) if place and view.endswith(_SENT) else place
