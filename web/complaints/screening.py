"""Screening one complaint: the original beside the form, and what is done with it."""

from collections.abc import Callable
from io import BytesIO

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from casebook.complaints import repeats, screening, steps
from casebook.complaints.screening import ADVICE, PASSABLE, REFUSABLE
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Complaint, ComplaintPart, Role, Scope
from casebook.procedure.dates import today
from casebook.seal import openings
from web.auth import admits
from web.complaints.loading import load_complaint
from web.complaints.screening_forms import (
    DayForm,
    RepeatForm,
    ScreeningForm,
    SendUpForm,
    TransferForm,
)
from web.complaints.words import CHANNELS, NAMINGS
from web.forms import BaseForm
from web.i18n import lang
from web.refusals import show_problems
from web.session import db_session, said, sealed

blueprint = Blueprint("screening", __name__)
SCREENERS = (Role.RECEIVER,)
PREFIX = {"accept": "accept-", "refuse": "refuse-", "pass_on": "pass-", "send_up": "up-"}
WAYS = tuple(PREFIX)


@blueprint.get("/complaints/<number>/screening")
@admits(*SCREENERS)
def show(number: str):
    complaint = _own(number)
    if not any(steps.may_do(g.user, step, complaint) for step in ("screen", *WAYS)):
        return _leave(complaint)
    return _page(complaint)


@blueprint.post("/complaints/<number>/screening")
@admits(*SCREENERS)
def screen_submit(number: str):
    complaint = _own(number)
    form = ScreeningForm(request.form)
    if request.form.get("then") == "draft":
        return _try(
            complaint, {"screen": form},
            lambda: screening.save_draft(db_session(), sealed(), complaint, g.user, form.typed()),
            _("The draft is kept, sealed. Only you have it back."),
        )  # fmt: skip
    if form.own_chief.data == "yes":
        db_session().commit()
        return redirect(url_for("screening.show", number=number, up="1") + "#send-up", 303)
    if not form.validate():
        return _page(complaint, {"screen": form}), 422
    return _try(
        complaint, {"screen": form},
        lambda: screening.screen(db_session(), sealed(), complaint, g.user, form.given()),
        _("The screening is kept and the original is closed."),
    )  # fmt: skip


@blueprint.post("/complaints/<number>/screening/repeat")
@admits(*SCREENERS)
def repeat_submit(number: str):
    complaint = _own(number)
    hints = repeats.hints(db_session(), complaint, g.user)
    form = RepeatForm(request.form, hints=hints)
    first = next((hint.complaint for hint in hints if hint.number == form.first.data), None)
    return _try(
        complaint, {"repeat": form}, lambda: repeats.mark(db_session(), complaint, g.user, first), _("Noted.")
    )


@blueprint.post("/complaints/<number>/screening/accept")
@admits(*SCREENERS)
def accept_submit(number: str):
    complaint, form = _own(number), DayForm(request.form, prefix=PREFIX["accept"])
    return _decide(
        complaint, "accept", form,
        lambda: screening.accept(db_session(), complaint, g.user, form.on.day), _("It is accepted."),
    )  # fmt: skip


@blueprint.post("/complaints/<number>/screening/refuse")
@admits(*SCREENERS)
def refuse_submit(number: str):
    complaint, form = _own(number), DayForm(request.form, prefix=PREFIX["refuse"])
    return _decide(
        complaint, "refuse", form,
        lambda: screening.refuse(db_session(), complaint, g.user, form.on.day),
        _("It is not accepted. The author reads why, and where to turn, under the receipt."),
    )  # fmt: skip


@blueprint.post("/complaints/<number>/screening/pass-on")
@admits(*SCREENERS)
def pass_on_submit(number: str):
    complaint, form = _own(number), TransferForm(request.form, prefix=PREFIX["pass_on"])
    return _decide(
        complaint, "pass_on", form,
        lambda: screening.pass_on(
            db_session(), complaint, g.user, to=form.to.data, reference=form.reference.data, on=form.on.day
        ),
        _("It is passed on."),
    )  # fmt: skip


@blueprint.post("/complaints/<number>/screening/send-up")
@admits(*SCREENERS)
def send_up_submit(number: str):
    complaint, form = _own(number), SendUpForm(request.form, prefix=PREFIX["send_up"])
    return _decide(
        complaint, "send_up", form,
        lambda: screening.send_up(
            db_session(), sealed(), complaint, g.user, to=form.to.data, reference=form.reference.data, on=form.on.day
        ),
        _("It is sent up. Nothing but the entry is kept here."),
    )  # fmt: skip


@blueprint.get("/complaints/<number>/screening/files/<file_id>")
@admits(*SCREENERS)
def read_file(number: str, file_id: str):
    complaint = _own(number)
    found = openings.read_file(db_session(), sealed(), complaint, g.user, today(), file_id)
    db_session().commit()
    if found is None:
        abort(404)
    described, content = found
    response = send_file(
        BytesIO(content), mimetype=described.media_type, as_attachment=True, download_name=described.filename,
        conditional=False, etag=False,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _own(number: str) -> Complaint:
    """The complaint, for whoever screens it and has answered the question of recusal; 403 for other receivers."""
    complaint = load_complaint(number)
    if ComplaintPart.SCREENER not in steps.parts_of(g.user, complaint):
        raise NotAllowed("screen")
    return complaint


def _decide(complaint: Complaint, way: str, form: BaseForm, act: Callable[[], object], done: str):
    if not form.validate():
        return _page(complaint, {way: form}), 422
    return _try(complaint, {way: form}, act, done, leaves=True)


def _try(complaint: Complaint, typed: dict[str, BaseForm], act: Callable, done: str, *, leaves: bool = False):
    """Take a step and go on; else the page again with everything typed. What was tried stays in the log either way."""
    [form] = typed.values()
    try:
        act()
    except BadFields as bad:
        db_session().commit()
        show_problems(form, _on_lines(bad), {"handed_over": "to"})
        return _page(complaint, typed), 422
    except (NotReady, WrongStage) as refused:
        return _page(complaint, typed, refused=refused), 409
    number = complaint.number
    db_session().commit()
    flash(said(done))
    if leaves:
        return redirect(url_for("desk.list_complaints"), 303)
    return redirect(url_for("screening.show", number=number), 303)


def _on_lines(bad: BadFields) -> BadFields:
    """Points are typed one to a line of one box: the message says which."""
    errors = {}
    for name, problem in bad.errors.items():
        field, _dash, place = name.partition("-")
        if field == "points" and name != field:
            line = int(place) + 1
            problem = type(problem)(f"第 {line} 条：{problem.zh}", f"Point {line}: {problem.en}")  # noqa: PLW2901
            field = "points"
        errors.setdefault(field, problem)
    return BadFields(errors)


def _leave(complaint: Complaint):
    db_session().commit()
    return redirect(url_for("complaint.show", number=complaint.number), 303)


def _page(complaint: Complaint, typed: dict[str, BaseForm] | None = None, refused=None):
    session, typed = db_session(), typed or {}
    may_screen = steps.may_do(g.user, "screen", complaint)
    reading = None
    if may_screen and openings.active(session, complaint, g.user, Scope.TEXT, today()):
        reading = openings.read(session, sealed(), complaint, g.user, Scope.TEXT, today())
    kept = screening.draft(sealed(), complaint, g.user) if may_screen else {}
    form = typed.get("screen") or (ScreeningForm(data=kept) if kept else ScreeningForm.of(complaint))
    day = {"on": today().isoformat()}
    forms = {
        "accept": DayForm(data=day, prefix=PREFIX["accept"]),
        "refuse": DayForm(data=day, prefix=PREFIX["refuse"]),
        "pass_on": TransferForm(data=day, prefix=PREFIX["pass_on"]),
        "send_up": SendUpForm(data=day, prefix=PREFIX["send_up"]),
        **typed,
    }
    hints = repeats.hints(session, complaint, g.user) if complaint.screened_on else []
    chosen = complaint.repeat_of.number if complaint.repeat_of_id else ""
    page = render_template(
        "desk/screening.html", complaint=complaint, reading=reading, form=form, forms=forms, refused=refused,
        may={step: steps.may_do(g.user, step, complaint) for step in ("screen", *WAYS)}, has_draft=bool(kept),
        repeat=typed.get("repeat") or RepeatForm(data={"first": chosen}, hints=hints), hints=hints,
        may_be={
            "accept": complaint.kind == screening.ACCUSATION, "refuse": complaint.kind in REFUSABLE,
            "pass_on": complaint.kind in PASSABLE or complaint.state == "accepted",
        },
        advice=ADVICE.get(complaint.kind), channels=CHANNELS, namings=NAMINGS, lang_=lang(),
        going_up="up" in request.args or bool(typed.get("send_up")), kind_label=screening.kind_label,
    )  # fmt: skip
    session.commit()
    return page
