"""What was typed when a sign-in ended: sealed into the sign-in form, offered again to the same person."""

import base64
import hashlib
import json

from cryptography.fernet import Fernet, InvalidToken
from flask import Flask, current_app, flash, render_template, request
from flask_babel import gettext as _

A_DAY = 24 * 3600
NEVER_KEPT = {"csrf_token", "password", "current", "new", "again"}


def init_app(app: Flask) -> None:
    """What is kept travels through a page that anybody at that desk may see, so it is encrypted, not only signed."""
    key = hashlib.sha256(f"kept form:{app.secret_key}".encode()).digest()
    app.extensions["casebook.keep"] = Fernet(base64.urlsafe_b64encode(key))


def seal(user_id: int | None) -> str:
    """The fields of this request as one sealed text, bound to the person who typed them; "" if unknown.

    Files cannot be kept: a browser never hands out a file a second time by itself.
    """
    if user_id is None:
        return ""
    fields = [[name, value] for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    kept = json.dumps([user_id, request.path, fields, bool(request.files)], ensure_ascii=False)
    return current_app.extensions["casebook.keep"].encrypt(kept.encode()).decode()


def offer_again(kept: str, user_id: int):
    """A page from which the same person sends the kept fields once more, or None with a message why not."""
    try:
        opened = current_app.extensions["casebook.keep"].decrypt(kept.encode(), ttl=A_DAY)
    except InvalidToken:
        flash(_("What was typed before could not be read again."))
        return None
    owner, path, fields, had_files = json.loads(opened)
    if owner != user_id:
        flash(_("What was typed before belongs to another account and was dropped."))
        return None
    return render_template("auth/send_again.html", path=path, fields=fields, had_files=had_files)
