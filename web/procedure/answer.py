"""The respondent's own pages, behind a link and a code. Nothing here knows who is signed in on the site."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.errors import BadFields, NotReady
from casebook.procedure import personal_link
from casebook.procedure.answers import ADOPTED, HOW_ANSWERED, STANCES
from casebook.procedure.respondent_view import View, read_link
from web.auth import admits
from web.procedure import answer_clearance
from web.procedure.answer_key import (
    ask_again,
    blueprint,
    door,
    init_app,
    kept_fields,
    leave,
    let_in,
    remember,
    shown_code,
)
from web.procedure.hearing_forms import AnswerBoxes
from web.session import db_session

__all__ = ["ask_again", "blueprint", "init_app"]
WORDS = {"stances": STANCES, "adopted": ADOPTED, "answered": HOW_ANSWERED}


@blueprint.get("/answer/<token>")
@admits()
def show(token: str):
    link = shown_code(token)
    if link is None:
        return door(token)
    view = read_link(db_session(), link)
    return _page(token, view, _boxes(view))


@blueprint.post("/answer/<token>")
@admits()
def open_submit(token: str):
    typed = request.form.get("code", "")
    if personal_link.was_mistyped(typed):
        return door(
            token, _("This is not a whole code. Compare it sign by sign; the last sign checks the others.")
        ), 422
    link = personal_link.open_link(db_session(), token, typed)
    if link is None:
        db_session().commit()
        return door(token, _("The link and the code do not fit, or the link is no longer open. "
                              "Ask the organ that gave it to you.")), 401  # fmt: skip
    kept = kept_fields(token, request.form.get("kept", ""))
    if kept is None:
        db_session().commit()
        return let_in(redirect(url_for("answer.show", token=token)), link)
    notice = _("You are in again. What you had typed is below and is not saved yet.")
    if (form := answer_clearance.typed_again(kept)) is not None:
        return let_in(answer_clearance.clearance_page(token, link, form, notice=notice), link)
    view = read_link(db_session(), link)
    return let_in(_page(token, view, _boxes(view, kept), notice=notice), link)


@blueprint.post("/answer/<token>/answers")
@admits()
def answer_submit(token: str):
    link = shown_code(token)
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
        return _page(token, view, boxes, status=422)
    except NotReady as not_ready:
        return _page(token, read_link(db_session(), link), boxes, missing=not_ready.missing, status=409)
    db_session().commit()
    if sends:
        return remember(redirect(url_for("answer.receipt", token=token, number=receipt)))
    flash(_("Saved. Nobody reads it until you send it; you can come back until the hearing ends."))
    return remember(redirect(url_for("answer.show", token=token)))


@blueprint.get("/answer/<token>/receipt/<number>")
@admits()
def receipt(token: str, number: str):
    link = shown_code(token)
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
    return remember(current_app.make_response(page))


@blueprint.post("/answer/<token>/leave")
@admits()
def leave_submit(token: str):
    return leave(redirect(url_for("answer.show", token=token)))


def _page(
    token: str,
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
    return remember(current_app.make_response((page, status)))


def _boxes(view: View, fields=None) -> AnswerBoxes:
    """The boxes of the notice that may be answered now, with what was saved or typed."""
    points = view.to_answer.points if view.to_answer else ()
    kept = {point.id: {"stance": point.draft_stance, "words": point.draft_words} for point in points}
    return AnswerBoxes(points, fields, kept)
