"""Errors as pages, in both languages, without a trace of the inside."""

import logging

from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf.csrf import CSRFError
from limits import RateLimitItemPerMinute
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from casebook import access, refused
from casebook.db import is_busy
from casebook.errors import (
    AttachmentNotFound,
    CasebookError,
    CaseNotFound,
    ComplaintNotFound,
    ConsultationNotFound,
    DamagedFile,
    NotAllowed,
    NotReady,
    PackNotFound,
    PrecedentNotFound,
    RecommendationNotFound,
    SealBroken,
    SealKeyGone,
    SealKeysMissing,
    SealKeysUnfit,
    StalePack,
    WrongStage,
)
from casebook.filetypes import LIMIT
from casebook.models import Case
from casebook.packs.current import PacksDoNotFit
from casebook.procedure.diagram import WHO
from casebook.procedure.second_opinion import StillBlind
from casebook.procedure.workflow import STEPS
from casebook.seal import openings
from casebook.search.saved import SearchNotFound
from web.auth import ask_to_sign_in, load_user
from web.complaints import door_faults, door_status
from web.config import LARGEST_REQUEST, MEGABYTE
from web.i18n import lang
from web.procedure import answer
from web.session import db_session

log = logging.getLogger("casebook.web")
_NO_CASES = ("/complaints/", "/clearances/", "/filings/", "/returns/")  # tables of steps with the same codes
_REFUSALS = RateLimitItemPerMinute(30)

PAGES = {
    400: (lazy("The request could not be read"), lazy("Go back and try once more. Nothing was changed.")),
    403: (
        lazy("Your account may not do this"),
        lazy("Nothing was changed. If you need this, ask your administrator."),
    ),
    404: (
        lazy("Page not found"),
        lazy("Check the address. A case that your account may not read is shown as not found."),
    ),
    405: (lazy("This address cannot be used in this way"), lazy("Go back and use the buttons of the page.")),
    409: (
        lazy("This step cannot be taken now"),
        lazy("Nothing was changed. Open the case to see where it stands."),
    ),
    413: (
        lazy("What you sent is too large"),
        lazy(
            "The form holds more text than one step takes, 2 MB. Nothing was stored. Go back and shorten it, or hand "
            "it in as a file."
        ),
    ),
    429: (
        lazy("Too many tries"),
        lazy("Wait a minute, then sign in again. Nobody has been locked out."),
    ),
    500: (
        lazy("Something went wrong on our side"),
        lazy(
            "Nothing of this step was saved. Try again; if it happens again, tell your administrator the time."
        ),
    ),
    503: (
        lazy("The store is busy"),
        lazy(
            "Others are writing just now, or an import or a command of the server. Nothing of this step was saved. Go "
            "back with the browser, where what you typed is as a rule still there, and send it again in a minute."
        ),
    ),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["LARGEST_UPLOAD"] = (
        LIMIT  # named by the page before it is sent, where there are scripts
    )
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    for kept in (ComplaintNotFound, PackNotFound):
        app.register_error_handler(
            kept, lambda error: page(404, error.message(lang()), refused_here=error.refused)
        )
    # A case that is kept from somebody has left its line already (casebook.queries); one that is none leaves as much.
    app.register_error_handler(
        CaseNotFound, lambda error: page(404, error.message(lang()), unknown_case=not error.refused)
    )
    for missing in (
        RecommendationNotFound, AttachmentNotFound, PrecedentNotFound, ConsultationNotFound, SearchNotFound,
    ):  # fmt: skip
        app.register_error_handler(missing, lambda error: page(404, error.message(lang())))
    app.register_error_handler(DamagedFile, lambda error: page(500, error.message(lang())))
    for sealed_for_good in (SealBroken, SealKeyGone, SealKeysMissing, SealKeysUnfit):
        app.register_error_handler(sealed_for_good, _sealed_for_good)
    for too_early in (WrongStage, NotReady, StalePack, PacksDoNotFit):
        app.register_error_handler(too_early, lambda error: page(409, error.message(lang())))
    app.register_error_handler(openings.Noted, _noted)
    app.register_error_handler(StillBlind, lambda error: page(403, error.message(lang())))
    app.register_error_handler(NotAllowed, lambda error: page(403, _whose_step(error)))
    app.register_error_handler(CasebookError, lambda error: page(400, error.message(lang())))
    app.register_error_handler(Exception, _broken)


def page(
    status: int, message: str = "", *, refused_here: bool = False, unknown_case: bool = False
) -> tuple[str, int]:
    """One error page; whatever the request had begun is rolled back.

    `refused_here`: there was something, and it was kept from this person. The log says so, the page does not.
    `unknown_case`: a case was asked for by a number that none has.
    """
    if "db_session" in g:
        g.db_session.rollback()
    if status < 500:
        load_user()  # refused before anyone asked who it is; the page speaks to the signed-in person all the same
    if (status == 403 or refused_here or unknown_case) and g.user is not None:
        _note_refusal(unknown_case)
    title, advice = PAGES.get(status, PAGES[500 if status >= 500 else 400])
    if status >= 500 and request.method == "POST" and g.get("committed"):
        advice = _(
            "What was entered before the fault is recorded; only the page after it could not be shown. See where the "
            "matter stands before you send anything again."
        )
    case = _case_asked_for(status)
    if status == 403 and case is not None:
        advice = _(
            "This is for somebody else in this case. Nothing was changed. The case says whom it waits for."
        )
    html = render_template(
        "errors/error.html", status=status, title=title, message=message or advice, case=case
    )
    return html, status


def _case_asked_for(status: int) -> Case | None:
    """The case to go back to, if the request was about one that this person may open."""
    number = (request.view_args or {}).get("number")
    if status not in (400, 403, 409, 413) or g.user is None or not isinstance(number, str):
        return None
    if "\0" in number:  # PostgreSQL keeps no such text, so no case has it
        return None
    case = db_session().scalar(select(Case).where(Case.number == number))
    return case if case is not None and access.may(g.user, access.READ_CASE, case) else None


def _whose_step(error: NotAllowed) -> str:
    """Whose step it is that was refused, where the table of steps of a case has it; else the general advice stands."""
    step = STEPS.get(error.action)
    if step is None or request.path.startswith(_NO_CASES):
        return ""
    who = _(", ").join(WHO[part].message(lang()) for part in step.by)
    return _(
        "“%(step)s” is not yours in this case. It is for: %(who)s. Nothing was changed.",
        step=step.label(lang()),
        who=who,
    )


def _note_refusal(unknown_case: bool) -> None:
    """Log who was refused where, and nothing of what they sent; of a flood about nothing single only the begin.

    Whether that succeeds, and whether there is anything of that number, changes nothing of the answer.
    """
    number = (request.view_args or {}).get("number")
    single = isinstance(number, str) and (unknown_case or request.path.startswith(_NO_CASES))
    limiter = current_app.extensions["casebook.limiter"].limiter
    if not single and not limiter.hit(_REFUSALS, "refused", str(g.user.id)):
        return
    try:
        refused.note(db_session(), g.user, request.endpoint or "", number if single else "")
        db_session().commit()
    except Exception:
        log.exception("a refusal at %s could not be noted", request.endpoint)
        db_session().rollback()


def _noted(error: openings.Noted):
    """The attempt at what is sealed stays in the log; nothing else was written."""
    db_session().commit()
    return page(409, error.message(lang()))


def _http_error(error: HTTPException):
    if error.code is None or error.code < 400:
        return error
    sent = request.content_length or 0
    if error.code == 413 and sent > LARGEST_REQUEST:
        at_door = request.blueprint == door_status.blueprint.name
        words = door_status.too_large_words if at_door else _too_large_words
        return page(413, words(sent // MEGABYTE, LIMIT // MEGABYTE))
    return page(error.code)


def _too_large_words(found: int, most: int) -> str:
    return _(
        "You sent about %(found)d MB; one upload takes %(most)d MB at most, all its files together. Nothing was "
        "stored. Go back with the browser: what you typed beside the file is as a rule still there. Choose a smaller "
        "file, or divide it and hand in the parts one after the other.",
        found=found,
        most=most,
    )


def _stale_form(_error: CSRFError):
    if request.blueprint == answer.blueprint.name:
        return answer.ask_again(request.view_args["token"])
    if request.blueprint == door_status.blueprint.name:
        return door_status.ask_again()
    load_user()
    if g.user is None and request.endpoint != "auth.sign_in_submit":
        return ask_to_sign_in()  # signed out in another tab: what was typed is kept
    return page(
        400,
        _(
            "This form was opened too long ago, or in another sign-in. Open the page again and send it once more."
        ),
    )


def _sealed_for_good(error: CasebookError):
    """What is sealed does not open: the log says why, the page only where it is about the content."""
    answer_page = _broken(error)
    told = isinstance(error, SealBroken) and request.blueprint != door_status.blueprint.name
    return page(500, error.message(lang())) if told else answer_page


def _broken(error: Exception):
    at_door = request.blueprint == door_status.blueprint.name
    if at_door:
        door_faults.note(error)
    else:
        log.error("%s %s failed", request.method, request.endpoint, exc_info=error)
    try:
        return page(503 if is_busy(error) else 500)
    except Exception:
        if not at_door:
            log.exception("the error page failed as well")
        return "出错了，本次操作没有保存。 / Something went wrong; nothing was saved.", 500
