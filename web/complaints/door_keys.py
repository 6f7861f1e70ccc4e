"""What the public door hands out and takes back: numbers of forms, the pass behind a receipt, and its counters.

None of it is stored. A form carries a signed random number instead of a CSRF token, because it must still be sent when
the browser has forgotten its session. That keeps no more than it has to keep out: nobody is signed in here, so another
site that makes a browser send a report gains nothing it could not have sent itself; and a browser that says it was
another site is refused before any view (web.security). What is behind a receipt has the ordinary token.
"""

import secrets

from flask import Blueprint, Flask, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from web.complaints.tries import SENDER, SENDERS, Taken, Tries
from web.passes import Passes

blueprint = Blueprint("door", __name__)


def init_app(app: Flask) -> None:
    app.extensions["casebook.door_forms"] = URLSafeSerializer(app.secret_key, salt="report form")
    app.extensions["casebook.door_passes"] = Passes("casebook_report", "/report")
    app.extensions["casebook.door_tries"] = Tries()
    app.extensions["casebook.door_sending"] = Tries(SENDER, SENDERS)


def new_form() -> str:
    """The signed number of a fresh form; it says nothing of when or for whom it was made."""
    return current_app.extensions["casebook.door_forms"].dumps(secrets.token_hex(16))


def form_number(signed: str) -> str | None:
    """The number of a form, if it is one of ours; however old."""
    try:
        return current_app.extensions["casebook.door_forms"].loads(signed)
    except BadSignature:
        return None


def try_receipt() -> Taken:
    """Count one try of a receipt from where this request comes."""
    return current_app.extensions["casebook.door_tries"].take(request.remote_addr or "")


def try_sending() -> Taken:
    """Count one thing handed in."""
    return current_app.extensions["casebook.door_sending"].take(request.remote_addr or "")


def give_pass(response, handle: str):
    """Let in the browser in which the receipt of this was just entered."""
    return _passes().give(response, handle)


def keep_pass(response):
    return _passes().keep(response)


def shown_pass() -> str | None:
    """The handle this browser has shown the receipt of, as long as its pass runs."""
    return _passes().shown()


def take_pass(response):
    return _passes().take(response)


def _passes() -> Passes:
    return current_app.extensions["casebook.door_passes"]
