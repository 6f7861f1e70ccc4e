"""Opening what is sealed: the requests and what became of them, asking, answering, and the page where it is read.

The same pages serve complaints and advance filings; the endpoints of the latter end in `_filing`.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from casebook.complaints import log, steps
from casebook.complaints.names import visible
from casebook.errors import BadFields, CasebookError, ComplaintNotFound, NotAllowed, NotReady, WrongStage
from casebook.models import AdvanceFiling, Opening, Role, Scope
from casebook.procedure.dates import today
from casebook.seal import consent, openings
from casebook.seal.consent import About
from casebook.seal.messages import ORGAN
from casebook.seal.purposes import NO_UNMASKING, PURPOSES
from web.auth import admits
from web.complaints.loading import COMPLAINT_HANDLERS, COMPLAINT_READERS
from web.complaints.opening_forms import AnswerForm, AskForm
from web.i18n import lang
from web.refusals import show_problems
from web.session import db_session, sealed

blueprint = Blueprint("openings", __name__)
SCOPES = {Scope.TEXT: lazy("Words of the complaint"), Scope.IDENTITY: lazy("Identity of the author")}
FIELDS = {
    "name": lazy("Name of the author"),
    "contact": lazy("Contact"),
    "identity_number": lazy("Identity number"),
    "about_name": lazy("Person complained of"),
    "about_unit": lazy("Unit"),
    "about_post": lazy("Post"),
    "text": lazy("Original words"),
    "earlier": lazy("Reported earlier"),
}
USUAL_DAYS = 7
_ID = "<int(max=2147483647):opening_id>"
_SCOPE = "<any(text, identity):scope>"


def _both(method: str, rule: str, roles: tuple[Role, ...]) -> Callable:
    """Register a view under a complaint and under an advance filing."""

    def register(view: Callable) -> Callable:
        view = admits(*roles)(view)
        for kind, suffix in (("complaints", ""), ("filings", "_filing")):
            blueprint.add_url_rule(
                f"/{kind}/<number>{rule}",
                view.__name__ + suffix,
                view,
                methods=[method],
                defaults={"kind": kind},
            )
        return view

    return register


def address(name: str, about: About, **values) -> str:
    """The address of one of these pages for a complaint or a filing."""
    suffix = "_filing" if isinstance(about, AdvanceFiling) else ""
    return url_for(f"openings.{name}{suffix}", number=about.number, **values)


@blueprint.app_context_processor
def _words() -> dict:
    return {
        "opening_address": address,
        "opening_home": _home,
        "opening_scope": _scope_words,
        "opening_purpose": lambda code: PURPOSES[code].label(lang()) if code in PURPOSES else code,
        "opening_state": _state,
    }


@blueprint.get("/openings")
@admits(*COMPLAINT_READERS)
def waiting():
    """What waits for this person's answer, and what they may read themselves."""
    session, user, day = db_session(), g.user, today()
    answers = [
        (opening, consent.about_of(session, opening)) for opening in consent.waiting_for(session, user)
    ]
    mine = [
        (opening, about)
        for opening in session.scalars(
            select(Opening).where(Opening.asked_by_id == user.id).order_by(Opening.id)
        )
        for about in [consent.about_of(session, opening)]
        if not consent.is_over(opening, day) and consent.may_hold(user, about)
    ]
    openings.listed(session, user)
    html = render_template("openings/waiting.html", answers=answers, mine=mine)
    session.commit()
    return html


@_both("GET", "/openings", COMPLAINT_READERS)
def show(kind: str, number: str):
    return _page(_load(kind, number))


@_both("GET", f"/openings/ask/{_SCOPE}", COMPLAINT_HANDLERS)
def ask(kind: str, number: str, scope: str):
    return _ask_page(_load(kind, number), Scope(scope))


@_both("POST", f"/openings/ask/{_SCOPE}", COMPLAINT_HANDLERS)
def ask_submit(kind: str, number: str, scope: str):
    about = _load(kind, number)
    form = AskForm(request.form, purposes=_purposes(about, Scope(scope)))
    try:
        openings.ask(
            db_session(),
            about,
            g.user,
            scope=scope,
            purpose=form.purpose.data or "",
            reason=form.reason.data or "",
            seal=sealed(),
        )
    except BadFields as bad:
        show_problems(form, bad)
        return _ask_page(about, Scope(scope), form), 422
    except (NotReady, WrongStage) as refused:
        return _ask_page(about, Scope(scope), form, refused), 409
    db_session().commit()
    flash(_("The request is recorded. It waits for the consent of another person."))
    return redirect(address("show", about))


@_both("POST", f"/openings/{_ID}/answer", COMPLAINT_HANDLERS)
def answer_submit(kind: str, number: str, opening_id: int):
    about = _load(kind, number)
    opening = _opening(about, opening_id)
    form = AnswerForm(request.form, prefix=f"o{opening.id}")
    if not consent.may_be_second(g.user, opening, about):
        raise NotAllowed("answer_opening")
    if form.granted.data not in ("yes", "no"):
        form.add_error("granted", _("Choose whether you consent."))
    granted = form.granted.data == "yes"
    if granted and not form.until.validate(form):
        form.granted.errors = list(form.granted.errors)
    if form.errors:
        return _page(about, answers={opening.id: form}), 422
    try:
        openings.answer(
            db_session(), opening, g.user, granted=granted, reason=form.reason.data or "",
            until=form.until.day if granted else None, on=today(), seal=sealed(),
        )  # fmt: skip
    except BadFields as bad:
        show_problems(form, bad)
        return _page(about, answers={opening.id: form}), 422
    except (NotReady, WrongStage) as refused:
        return _page(about, refused=refused), 409
    db_session().commit()
    flash(_("Your consent is recorded.") if granted else _("Your refusal is recorded and stays visible."))
    return redirect(address("show", about))


@_both("POST", f"/openings/{_ID}/end", COMPLAINT_HANDLERS)
def end_submit(kind: str, number: str, opening_id: int):
    about = _load(kind, number)
    try:
        openings.hand_back(db_session(), _opening(about, opening_id), g.user)
    except NotReady as refused:
        return _page(about, refused=refused), 409
    db_session().commit()
    flash(_("The opening is over."))
    return redirect(address("show", about))


@_both("GET", f"/sealed/{_SCOPE}", COMPLAINT_HANDLERS)
def read(kind: str, number: str, scope: str):
    """What is sealed, read under an opening; the line in the log is committed before anything is shown."""
    return _read(_load(kind, number), Scope(scope), "page")


@_both("POST", f"/sealed/{_SCOPE}/print", COMPLAINT_HANDLERS)
def print_submit(kind: str, number: str, scope: str):
    """The same on a page that goes to paper, with a line of its own in the log."""
    return _read(_load(kind, number), Scope(scope), "print")


@_both("GET", "/sealed/files/<file_id>", COMPLAINT_HANDLERS)
def read_file(kind: str, number: str, file_id: str):
    about = _load(kind, number)
    try:
        found = openings.read_file(db_session(), sealed(), about, g.user, today(), file_id)
    except NotReady as refused:
        return _page(about, refused=refused), 409
    db_session().commit()
    if found is None:
        abort(404)
    file, content = found
    response = send_file(
        BytesIO(content),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.filename,
        etag=False,
    )
    response.headers["Cache-Control"] = "no-store"  # send_file says no-cache, which lets a browser keep it
    return response


def _read(about: About, scope: Scope, what: str):
    try:
        reading = openings.read(db_session(), sealed(), about, g.user, scope, today(), what=what)
    except NotReady as refused:
        return _page(about, refused=refused), 409
    db_session().commit()
    names = {} if isinstance(about, AdvanceFiling) else FIELDS
    shown = [
        (names.get(name, _("Content of the filing")), visible(text)) for name, text in reading.fields.items()
    ]
    return render_template(
        "openings/read.html", about=about, scope=scope, opening=reading.opening, shown=shown, files=reading.files,
        messages=[(message.who == ORGAN, message.day, visible(message.text)) for message in reading.messages],
        on_paper=what == "print", of_complaint=not isinstance(about, AdvanceFiling),
    )  # fmt: skip


def _load(kind: str, number: str) -> About:
    """The complaint or filing of that number. Raises ComplaintNotFound where this person may not see it."""
    if kind == "complaints":
        return steps.get(db_session(), g.user, number)
    filing = db_session().scalar(select(AdvanceFiling).where(AdvanceFiling.number == number))
    if filing is None or not consent.may_see_filing(g.user, filing):
        raise ComplaintNotFound(number, refused=True)
    return filing


def _opening(about: About, opening_id: int) -> Opening:
    """One request about it; that of another is none."""
    found = (one for one in consent.of_about(db_session(), about) if one.id == opening_id)
    return next(found, None) or abort(404)


def _purposes(about: About, scope: Scope) -> list:
    return consent.purposes(db_session(), about, scope)


def _ask_page(about: About, scope: Scope, form: AskForm | None = None, refused: CasebookError | None = None):
    if not consent.may_ask(g.user, about):
        raise NotAllowed("ask_opening")
    if refused is None:
        try:
            openings.ensure_no_unmasking(db_session(), about, g.user, scope)
        except openings.Unmasking as tried:
            refused = tried
    form = form or AskForm(purposes=_purposes(about, scope))
    html = render_template("openings/ask.html", about=about, scope=scope, form=form, refused=refused)
    db_session().commit()
    return html


def _page(about: About, *, answers: dict | None = None, refused: CasebookError | None = None):
    session, user, day = db_session(), g.user, today()
    rows = consent.of_about(session, about)
    read = log.history(session, about, kinds=("seal.read",))
    counted = Counter(event.detail["opening"] for event in read)
    usual = {"until": day + timedelta(days=USUAL_DAYS)}
    forms = {
        row.id: (answers or {}).get(row.id) or AnswerForm(prefix=f"o{row.id}", data=usual)
        for row in rows
        if consent.may_answer(user, row, about)
    }
    held = [scope for scope in Scope if openings.active(session, about, user, scope, day)]
    asks = [scope for scope in Scope if consent.may_ask(user, about) and _purposes(about, scope)]
    ends = {
        row.id
        for row in rows
        if not consent.is_over(row, day)
        and (row.asked_by_id == user.id or (row.granted and consent.may_be_second(user, row, about)))
    }
    openings.listed(session, user, about)
    html = render_template(
        "openings/show.html", about=about, rows=list(reversed(rows)), counted=counted, forms=forms, held=held,
        asks=asks, ends=ends, refused=refused, anonymous=consent.is_unmasking(about, Scope.IDENTITY),
        no_unmasking=NO_UNMASKING.message(lang()),
    )  # fmt: skip
    session.commit()
    return html


def _home(about: About) -> str:
    """The page of the complaint or the filing itself."""
    page = "filings.show" if isinstance(about, AdvanceFiling) else "complaint.show"
    return url_for(page, number=about.number)


def _scope_words(scope: Scope, about: About | None = None) -> str:
    if isinstance(about, AdvanceFiling):
        return _("Content of the filing")
    return str(SCOPES[scope])


def _state(opening: Opening) -> tuple[str, str]:
    """The state of a request and its colour."""
    if opening.granted is False:
        return _("Refused"), "red"
    if opening.ended_at is not None:
        return (_("Ended"), "grey") if opening.granted else (_("Withdrawn"), "grey")
    if opening.granted is None:
        return _("Waits for an answer"), "amber"
    if consent.is_over(opening, today()):
        return _("Expired"), "grey"
    return _("Opening in force"), "green"
