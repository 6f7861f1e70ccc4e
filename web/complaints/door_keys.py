"""What the public door hands out and takes back: numbers of forms, the pass behind a receipt, and its counters.

None of it is stored. A form carries a signed random number instead of a CSRF token, because it must still be sent when
the browser has forgotten its session. That keeps no more than it has to keep out: nobody is signed in here, so another
site that makes a browser send a report gains nothing it could not have sent itself; and a browser that says it was
another site is refused before any view (web.security). What is behind a receipt has the ordinary token.
"""

import secrets
import threading
import time
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Blueprint, Flask, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from web.complaints.tries import SENDER, SENDERS, Taken, Tries

blueprint = Blueprint("door", __name__)
COOKIE = "casebook_report"
PATH = "/report"
IDLE_SECONDS = 30 * 60
_NONCE = 12


def init_app(app: Flask) -> None:
    app.extensions["casebook.door_forms"] = URLSafeSerializer(app.secret_key, salt="report form")
    # A key of this process: what was left before a start is forgotten, so no pass given before it may open anything.
    app.extensions["casebook.door_pass"] = AESGCM(AESGCM.generate_key(256))
    app.extensions["casebook.door_left"] = Left()
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


@dataclass(frozen=True)
class Pass:
    """What a browser was given: until when, for which visit, and what it opens."""

    until: int
    visit: str
    handle: str


class Left:
    """The visits that were left while their passes still ran. In memory, and only until those would have ended."""

    def __init__(self):
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def note(self, visit: str) -> None:
        now = time.time()
        with self._lock:
            while self._until and next(iter(self._until.values())) < now:  # the oldest stands first
                del self._until[next(iter(self._until))]
            self._until.setdefault(visit, now + IDLE_SECONDS)

    def __contains__(self, visit: str) -> bool:
        return visit in self._until


def give_pass(response, handle: str):
    """Let in, for thirty minutes from now, the browser in which the receipt of this was just entered.

    What it keeps tells nobody else anything. A visit that goes on under the same receipt keeps its name.
    """
    shown = _shown()
    goes_on = shown is not None and shown.handle == handle
    return _give(response, shown.visit if goes_on else secrets.token_hex(16), handle)


def keep_pass(response):
    """Thirty minutes more for the visit that this browser is in; one that was left meanwhile is not begun again.

    The pass keeps the name of the visit, so that leaving ends every copy of it that was ever given.
    """
    shown = _shown()
    return response if shown is None else _give(response, shown.visit, shown.handle)


def _give(response, visit: str, handle: str):
    nonce = secrets.token_bytes(_NONCE)
    content = f"{int(time.time()) + IDLE_SECONDS}:{visit}:{handle}".encode()
    sealed = nonce + current_app.extensions["casebook.door_pass"].encrypt(nonce, content, None)
    response.set_cookie(
        COOKIE, sealed.hex(), path=PATH, httponly=True, samesite="Strict",
        secure=current_app.config["HTTPS_ONLY"] or request.is_secure,
    )  # fmt: skip
    return response


def shown_pass() -> str | None:
    """The handle this browser has shown the receipt of within the last thirty minutes, unless it has left since."""
    shown = _shown()
    return None if shown is None else shown.handle


def take_pass(response):
    """Let this browser in no more, nor whoever kept a copy of its pass."""
    if (shown := _shown()) is not None:
        current_app.extensions["casebook.door_left"].note(shown.visit)
    response.delete_cookie(COOKIE, path=PATH)
    return response


def _shown() -> Pass | None:
    try:
        sealed = bytes.fromhex(request.cookies.get(COOKIE, ""))
        content = current_app.extensions["casebook.door_pass"].decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        until, visit, handle = content.decode().split(":")
    except (ValueError, InvalidTag):
        return None
    if int(until) < time.time() or visit in current_app.extensions["casebook.door_left"]:
        return None
    return Pass(int(until), visit, handle)
