"""What was typed when a sign-in ended: sealed into the sign-in form, offered again to the same person."""

from flask import Flask, current_app, flash, render_template, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

A_DAY = 24 * 3600
NEVER_KEPT = {"csrf_token", "password", "current", "new", "again"}


def init_app(app: Flask) -> None:
    app.extensions["casebook.keep"] = URLSafeTimedSerializer(app.secret_key, salt="kept form")


def seal(user_id: int | None) -> str:
    """The fields of this request as one signed text, bound to the person who typed them; "" if unknown.

    Files cannot be kept: a browser never hands out a file a second time by itself.
    """
    if user_id is None:
        return ""
    fields = [[name, value] for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    return current_app.extensions["casebook.keep"].dumps([user_id, request.path, fields, bool(request.files)])


def offer_again(kept: str, user_id: int):
    """A page from which the same person sends the kept fields once more, or None with a message why not."""
    try:
        owner, path, fields, had_files = current_app.extensions["casebook.keep"].loads(kept, max_age=A_DAY)
    except BadSignature:
        flash(_("What was typed before could not be read again."))
        return None
    if owner != user_id:
        flash(_("What was typed before belongs to another account and was dropped."))
        return None
    return render_template("auth/send_again.html", path=path, fields=fields, had_files=had_files)
