"""The calendar feed: opening and ending one's own, and the door through which calendar programs read it."""

from flask import Flask, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from casebook.clocks import ics
from casebook.clocks.ics import FeedNotFound
from casebook.procedure.dates import today
from web import errors
from web.auth import CASE_READERS, admits
from web.clocks.shared import blueprint
from web.i18n import lang
from web.session import db_session

LIMITS = ("60 per hour",)  # readings of one feed, and misses from one address


@blueprint.get("/clocks/feed")
@admits(*CASE_READERS)
def manage_feed():
    return _page()


@blueprint.post("/clocks/feed")
@admits(*CASE_READERS)
def open_feed_submit():
    """The address is shown in this answer and never again: only its hash is kept, and no cookie carries it."""
    token = ics.open_feed(db_session(), g.user)
    return _page(url_for("clocks.feed", token=token, _external=True))


@blueprint.post("/clocks/feed/revoke")
@admits(*CASE_READERS)
def revoke_feed_submit():
    ics.revoke_feed(db_session(), g.user)
    db_session().commit()
    flash(_("The feed is ended. Calendar programs get nothing more from its address."))
    return redirect(url_for("clocks.manage_feed"), 303)


@blueprint.get("/feed/<token>.ics")
@admits()
def feed(token: str):
    known = request.if_none_match
    mark = next(iter(known.as_set()), "") if known else ""
    try:
        found = ics.read_feed(db_session(), token, today(), mark)
    except FeedNotFound as missing:
        return errors.page(404, missing.message(lang()))
    db_session().commit()
    answer = Response(found.content, 200 if found.content else 304, mimetype="text/calendar")
    answer.set_etag(found.mark)
    answer.headers["Cache-Control"] = "private, no-cache"  # may be kept, but asked about each time
    return answer


def limit_readings(app: Flask) -> None:
    """Refuse a feed that is read too often, and whoever tries too many addresses."""
    limiter = app.extensions["casebook.limiter"]
    limited = view = app.view_functions["clocks.feed"]
    for limit in LIMITS:
        limited = limiter.limit(limit, key_func=_feed)(limited)
        limited = limiter.limit(
            limit, key_func=get_remote_address, deduct_when=lambda answer: answer.status_code == 404
        )(limited)
    limited.roles = view.roles
    app.view_functions["clocks.feed"] = limited


def _feed() -> str:
    return "feed:" + str((request.view_args or {}).get("token", ""))[:100]


def _page(address: str = ""):
    opened = ics.feed_of(db_session(), g.user)
    page = render_template("clocks/feed.html", address=address, since=opened.at if opened else None)
    db_session().commit()
    return page
