"""The respondent's own pages, behind a link and a code. Nothing here knows who is signed in on the site.

Whoever has shown the code carries a short cookie of its own; after thirty minutes without a page the code is asked
again, and what was typed is kept meanwhile. Every wrong, expired or unknown link looks the same.
"""

import hashlib

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from itsdangerous import BadSignature, URLSafeTimedSerializer

from casebook.errors import BadFields, NotReady
from casebook.models import PersonalLink
from casebook.procedure import personal_link
from casebook.procedure.answers import ADOPTED, HOW_ANSWERED, STANCES
from casebook.procedure.respondent_view import View, read_link
from web.auth import admits, limit_guesses, load_user
from web.procedure.hearing_forms import AnswerBoxes
from web.session import db_session

blueprint = Blueprint("answer", __name__)
COOKIE = "casebook_answer"
IDLE_SECONDS = 30 * 60
KEPT_SECONDS = 24 * 3600
WORDS = {"stances": STANCES, "adopted": ADOPTED, "answered": HOW_ANSWERED}


def init_app(app: Flask) -> None:
    app.extensions["casebook.answer"] = URLSafeTimedSerializer(app.secret_key, salt="personal link")
    app.extensions["casebook.answer_kept"] = URLSafeTimedSerializer(app.secret_key, salt="kept answers")
    limit_guesses(app, "answer.open_submit", 401, get_remote_address, _token_asked)


@blueprint.get("/answer/<token>")
@admits()
def show(token: str):
    link = _shown_code(token)
    if link is None:
        return _door(token)
    view = read_link(db_session(), link)
    return _page(token, link, view, _boxes(view))


@blueprint.post("/answer/<token>")
@admits()
def open_submit(token: str):
    typed = request.form.get("code", "")
    if personal_link.was_mistyped(typed):
        return _door(
            token, _("This is not a whole code. Compare it sign by sign; the last sign checks the others.")
        ), 422
    link = personal_link.open_link(db_session(), token, typed)
    if link is None:
        db_session().commit()
        return _door(token, _("The link and the code do not fit, or the link is no longer open. "
                              "Ask the organ that gave it to you.")), 401  # fmt: skip
    kept = _kept_fields(token, request.form.get("kept", ""))
    if kept is None:
        db_session().commit()
        return _remember(redirect(url_for("answer.show", token=token)), link)
    view = read_link(db_session(), link)
    notice = _("You are in again. What you had typed is below and is not saved yet.")
    return _page(token, link, view, _boxes(view, kept), notice=notice)


@blueprint.post("/answer/<token>/answers")
@admits()
def answer_submit(token: str):
    link = _shown_code(token)
    if link is None:
        return ask_again(token)
    view = read_link(db_session(), link)
    boxes = _boxes(view, request.form)
    sends = request.form.get("then") == "send"
    try:
        if sends:
            receipt = personal_link.send_answers(db_session(), link, boxes.entries())
        else:
            personal_link.save_draft(db_session(), link, boxes.entries())
    except BadFields as bad:
        boxes.refuse(bad.errors)
        return _page(token, link, view, boxes, status=422)
    except NotReady as not_ready:
        return _page(token, link, read_link(db_session(), link), boxes, missing=not_ready.missing, status=409)
    db_session().commit()
    if sends:
        return _remember(redirect(url_for("answer.receipt", token=token, number=receipt)), link)
    flash(_("Saved. Nobody reads it until you send it; you can come back until the hearing ends."))
    return _remember(redirect(url_for("answer.show", token=token)), link)


@blueprint.get("/answer/<token>/receipt/<number>")
@admits()
def receipt(token: str, number: str):
    link = _shown_code(token)
    if link is None:
        return redirect(url_for("answer.show", token=token))
    view = read_link(db_session(), link, kind="link.printed")
    said = [
        (notice, point, answer)
        for notice in view.notices
        for point in notice.points
        for answer in point.said
        if answer.receipt == number
    ]
    if not said:
        abort(404)
    db_session().commit()
    page = render_template(
        "answer/receipt.html", token=token, number=number, said=said, view=view, table=WORDS
    )
    return _remember(current_app.make_response(page), link)


@blueprint.post("/answer/<token>/leave")
@admits()
def leave_submit(token: str):
    response = redirect(url_for("answer.show", token=token))
    response.delete_cookie(COOKIE, path="/answer")
    return response


def ask_again(token: str):
    """The door once more for somebody whose thirty minutes are over; what they typed is carried along, signed."""
    load_user()  # a form may be refused before anyone asked who is there; the page then has no language yet
    fields = [[name, value] for name, value in request.form.items() if name.startswith(("stance-", "words-"))]
    kept = current_app.extensions["casebook.answer_kept"].dumps([_sha256(token), fields]) if fields else ""
    message = _("Thirty minutes have passed. Enter the code again; what you typed is kept.")
    return _door(token, message, kept), 401


def _door(token: str, message: str = "", kept: str = "") -> str:
    kept = kept or request.form.get("kept", "")
    return render_template("answer/door.html", token=token, message=message, kept=kept)


def _page(
    token: str,
    link: PersonalLink,
    view: View,
    boxes: AnswerBoxes,
    *,
    missing=(),
    notice="",
    status: int = 200,
):
    page = render_template(
        "answer/show.html", token=token, view=view, boxes=boxes, errors=boxes.error_list, missing=missing,
        table=WORDS, notice=notice,
    )  # fmt: skip
    db_session().commit()
    return _remember(current_app.make_response((page, status)), link)


def _boxes(view: View, fields=None) -> AnswerBoxes:
    """The boxes of the notice that may be answered now, with what was saved or typed."""
    points = view.to_answer.points if view.to_answer else ()
    kept = {point.id: {"stance": point.draft_stance, "words": point.draft_words} for point in points}
    return AnswerBoxes(points, fields, kept)


def _shown_code(token: str) -> PersonalLink | None:
    """The link, if this browser has shown its code and not been idle too long."""
    try:
        link_id = current_app.extensions["casebook.answer"].loads(
            request.cookies.get(COOKIE, ""), max_age=IDLE_SECONDS
        )
    except BadSignature:
        return None
    return personal_link.find_link(db_session(), token, link_id) if isinstance(link_id, int) else None


def _remember(response, link: PersonalLink):
    """Begin the thirty minutes anew."""
    response.set_cookie(
        COOKIE, current_app.extensions["casebook.answer"].dumps(link.id), path="/answer", httponly=True,
        samesite="Strict", secure=current_app.config["HTTPS_ONLY"] or request.is_secure,
    )  # fmt: skip
    return response


def _kept_fields(token: str, kept: str) -> dict[str, str] | None:
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
