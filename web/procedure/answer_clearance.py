"""Behind the personal link: the person asks for their name to be cleared, with a receipt, and reads the answer.

The form and its words are the same for everybody; nothing on these pages tells whether anybody complained.
"""

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as lazy
from wtforms import TextAreaField

from casebook import events
from casebook.clearance import requests
from casebook.errors import BadFields, NotReady
from casebook.models import ClearanceRequest, PersonalLink
from web.auth import admits
from web.fields import plain_lines
from web.forms import BaseForm
from web.procedure.answer_key import ask_again, blueprint, remember, shown_code
from web.refusals import show_problems
from web.session import db_session
from web.widgets import TextArea

__all__ = ["blueprint"]
UNTRUE, HEARD = "words-untrue", "words-heard"


class RequestForm(BaseForm):
    """The prefix keeps what was typed when the code is asked again."""

    untrue = TextAreaField(
        lazy("What is said of you and is not so"), widget=TextArea(),
        description=lazy("Point by point, and what is so instead. Name what can show it, if you know."),
    )  # fmt: skip
    heard = TextAreaField(
        lazy("Who heard of it (optional)"), widget=TextArea(),
        description=lazy("Units, meetings or persons, as far as you know; and what you lost by it."),
    )  # fmt: skip


@blueprint.get("/answer/<token>/clearance")
@admits()
def clearance(token: str):
    link = shown_code(token)
    if link is None:
        return redirect(url_for("answer.show", token=token))
    return clearance_page(token, link, RequestForm(prefix="words-"))


@blueprint.post("/answer/<token>/clearance")
@admits()
def clearance_submit(token: str):
    link = shown_code(token)
    if link is None:
        return ask_again(token)
    form = RequestForm(request.form, prefix="words-")
    typed = {"untrue": plain_lines(form.untrue.data), "heard": plain_lines(form.heard.data)}
    try:
        row = requests.send(db_session(), link, typed)
    except BadFields as bad:
        db_session().rollback()
        show_problems(form, bad)
        return clearance_page(token, link, form, status=422)
    except NotReady as not_yet:
        db_session().rollback()
        return clearance_page(token, link, form, refused=not_yet, status=409)
    number = row.receipt
    db_session().commit()
    return remember(redirect(url_for("answer.clearance_receipt", token=token, number=number), 303))


@blueprint.get("/answer/<token>/clearance/<number>")
@admits()
def clearance_receipt(token: str, number: str):
    link = shown_code(token)
    if link is None:
        return redirect(url_for("answer.show", token=token))
    row = next((one for one in _requests(link) if one.receipt == number), None)
    if row is None:
        abort(404)
    events.record(db_session(), "link.printed", None, link.case, link=link.id)
    html = render_template(
        "answer/clearance_receipt.html", token=token, row=row, organ=link.case.organisation
    )
    db_session().commit()
    return remember(current_app.make_response(html))


def clearance_page(
    token: str, link: PersonalLink, form: RequestForm, refused=None, notice: str = "", status: int = 200
):
    """The form, what was asked before and what was answered."""
    events.record(db_session(), "link.read", None, link.case, link=link.id)
    html = render_template(
        "answer/clearance.html", token=token, form=form, rows=_requests(link)[::-1], refused=refused, notice=notice,
        may_ask=requests.may_ask(db_session(), link), organ=link.case.organisation, answers=requests.ANSWERS,
    )  # fmt: skip
    db_session().commit()
    return remember(current_app.make_response((html, status)))


def typed_again(kept: dict[str, str]) -> RequestForm | None:
    """The form with what had been typed before the code was asked again; None: that was another form."""
    if UNTRUE not in kept and HEARD not in kept:
        return None
    return RequestForm(prefix="words-", data={"untrue": kept.get(UNTRUE, ""), "heard": kept.get(HEARD, "")})


def _requests(link: PersonalLink) -> list[ClearanceRequest]:
    return requests.of_case(db_session(), link.case)
