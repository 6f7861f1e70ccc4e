"""The key to the respondent's own pages: a link and a code, a short cookie, and the code asked again.

Whoever has shown the code carries a short cookie of its own; after thirty minutes without a page the code is asked
again, and what was typed is kept meanwhile. Every wrong, expired or unknown link looks the same.
"""

import hashlib

from flask import Blueprint, Flask, current_app, render_template, request
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from itsdangerous import BadSignature, URLSafeTimedSerializer

from casebook.models import PersonalLink
from casebook.procedure import personal_link
from web.auth import limit_guesses, load_user
from web.passes import Passes
from web.session import db_session

blueprint = Blueprint("answer", __name__)
KEPT_SECONDS = 24 * 3600


def init_app(app: Flask) -> None:
    app.extensions["casebook.answer_passes"] = Passes("casebook_answer", "/answer")
    app.extensions["casebook.answer_kept"] = URLSafeTimedSerializer(app.secret_key, salt="kept answers")
    limit_guesses(app, "answer.open_submit", 401, get_remote_address, _token_asked)


def ask_again(token: str):
    """The door once more for somebody whose thirty minutes are over; what they typed is carried along, signed."""
    load_user()  # a form may be refused before anyone asked who is there; the page then has no language yet
    fields = [[name, value] for name, value in request.form.items() if name.startswith(("stance-", "words-"))]
    kept = current_app.extensions["casebook.answer_kept"].dumps([_sha256(token), fields]) if fields else ""
    message = _("Thirty minutes have passed. Enter the code again; what you typed is kept.")
    return door(token, message, kept), 401


def door(token: str, message: str = "", kept: str = "") -> str:
    kept = kept or request.form.get("kept", "")
    return render_template("answer/door.html", token=token, message=message, kept=kept)


def shown_code(token: str) -> PersonalLink | None:
    """The link, if this browser has shown its code and not been idle too long."""
    shown = _passes().shown()
    return None if shown is None else personal_link.find_link(db_session(), token, int(shown))


def let_in(response, link: PersonalLink):
    """Begin the thirty minutes for the browser in which the code was just entered."""
    return _passes().give(response, str(link.id))


def remember(response):
    """Begin the thirty minutes anew, unless the pages were left meanwhile."""
    return _passes().keep(response)


def leave(response):
    """Ask for the code again, also of whoever kept a copy of the cookie."""
    return _passes().take(response)


def _passes() -> Passes:
    return current_app.extensions["casebook.answer_passes"]


def kept_fields(token: str, kept: str) -> dict[str, str] | None:
    """What was typed before the code was asked again, if it was typed behind this link."""
    try:
        owner, fields = current_app.extensions["casebook.answer_kept"].loads(kept, max_age=KEPT_SECONDS)
    except BadSignature:
        return None
    return dict(fields) if owner == _sha256(token) else None


def _token_asked() -> str:
    return "answer:" + _sha256((request.view_args or {}).get("token", ""))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
