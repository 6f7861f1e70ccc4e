"""One complaint: its page, the question of recusal, and the pages on which its steps are taken."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from casebook import events
from casebook.clearance import clearances
from casebook.clearance import steps as clearance_steps
from casebook.complaints import advice, due, duties, findings, listing, objections, protection, steps, telling
from casebook.complaints.author import FINDINGS as AUTHOR_FINDINGS
from casebook.complaints.awaited import PARTS
from casebook.complaints.disposition import DISPOSITIONS, waits_for_approval
from casebook.complaints.ending import CLOSED_WHY
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Clearance, Complaint, ComplaintState, Scope
from casebook.procedure.dates import today
from casebook.procedure.declarations import ground_label, grounds
from casebook.seal import openings
from rules.limits import limits
from rules.vocabulary import vocabulary
from web.auth import admits
from web.complaints import overview
from web.complaints.loading import COMPLAINT_HANDLERS, COMPLAINT_READERS, load_complaint
from web.complaints.step_pages import NEED_A_ROW, PAGES, StepPage
from web.complaints.words import CHANNELS, COLOURS, NAMINGS
from web.forms import BaseForm
from web.i18n import lang
from web.refusals import show_problems
from web.session import db_session, said, sealed

blueprint = Blueprint("complaint", __name__)
STEP = "/complaints/<number>/step/<page>"
STEP_OF = f"{STEP}/<int(max=2147483647):of>"
TOLD = {
    "accepted": lazy("Told that it is accepted"),
    "result": lazy("Result fed back"),
    "objection": lazy("Objection"),
    "objection_answer": lazy("Objection answered"),
}
_CONCLUDED = (ComplaintState.CONCLUDED, ComplaintState.CLOSED)


@blueprint.get("/complaints/<number>")
@admits(*COMPLAINT_READERS)
def show(number: str):
    complaint = load_complaint(number)
    return _show(complaint)


@blueprint.post("/complaints/<number>/recusal")
@admits(*COMPLAINT_HANDLERS)
def declare_submit(number: str):
    """One's own answer to the question of recusal, before the first step of a part, or when a ground is noticed."""
    complaint = load_complaint(number)
    none = request.form.get("none") == "yes"
    given = request.form.getlist("grounds")
    if not none and not given:
        db_session().commit()
        return _show(complaint, recusal=_("Choose at least one ground; or say that there is none.")), 422
    try:
        duties.declare(db_session(), complaint, g.user, [] if none else given)
    except BadFields as bad:
        return _show(complaint, recusal=bad.message(lang())), 422
    db_session().commit()
    flash(
        _("Your answer is recorded: no ground of recusal.")
        if none
        else _("Your declaration is recorded; your part in this complaint has ended.")
    )
    if not steps.may_read(g.user, complaint):
        return redirect(url_for("auth.index"), 303)
    return redirect(url_for("complaint.show", number=number), 303)


@blueprint.get(STEP)
@blueprint.get(STEP_OF)
@admits(*COMPLAINT_HANDLERS)
def step(number: str, page: str, of: int = 0):
    complaint, known = _loaded(number, page, of)
    form = known.form(complaint)(data=known.start(complaint))
    return _step_page(complaint, page, known, form, of)


@blueprint.post(STEP)
@blueprint.post(STEP_OF)
@admits(*COMPLAINT_HANDLERS)
def step_submit(number: str, page: str, of: int = 0):
    complaint, known = _loaded(number, page, of)
    form = known.form(complaint)(request.form)
    try:
        steps.ensure(db_session(), g.user, known.step, complaint)
        if not form.validate():
            return _step_page(complaint, page, known, form, of), 422
        known.act(complaint, form, of)
    except BadFields as bad:
        show_problems(form, bad)
        return _step_page(complaint, page, known, form, of), 422
    except (NotReady, WrongStage) as refused:
        return _step_page(complaint, page, known, form, of, refused), 409
    db_session().commit()
    flash(said(known.done))
    return redirect(url_for("complaint.show", number=number), 303)


def _loaded(number: str, page: str, of: int) -> tuple[Complaint, StepPage]:
    """The complaint and the page; 404 for a page there is not, 403 for whoever never takes that step."""
    known = PAGES.get(page)
    if known is None or (page in NEED_A_ROW) != bool(of):
        abort(404)
    complaint = load_complaint(number)
    if steps.parts_of(g.user, complaint).isdisjoint(steps.STEPS[known.step].by):
        raise NotAllowed(known.step)
    return complaint, known


def _step_page(
    complaint: Complaint, code: str, known: StepPage, form: BaseForm, of: int, refused=None
) -> str:
    said = _messages(complaint) if known.shows == "messages" else None
    objection = next((row for row in objections.all_of(db_session(), complaint) if row.id == of), None)
    consents = protection.consents(sealed(), complaint) if known.shows == "consent" else None
    page = render_template(
        "complaints/step.html", complaint=complaint, page=known, code=code, of=of, form=form, refused=refused,
        points=findings.points_of(complaint), law=steps.STEPS[known.step].law, messages=said,
        objection=objection, consents=consents, advice=_advice(complaint), **_words(),
    )  # fmt: skip
    db_session().commit()
    return page


def _messages(complaint: Complaint) -> list | None:
    """What was written under the receipt, where an opening of the text is in force; its reading leaves a line."""
    if openings.active(db_session(), complaint, g.user, Scope.TEXT, today()) is None:
        return None
    return openings.read_messages(db_session(), sealed(), complaint, g.user, today())


def _show(complaint: Complaint, recusal: str = "") -> str:
    duty = steps.must_declare(g.user, complaint)
    told = objections.all_of(db_session(), complaint)
    if not overview.knows_the_way_in(complaint):  # what was told shows whether it is signed
        told = [row for row in told if row.kind == "objection"]
    told = [row for row in told if row.kind in TOLD]
    page = render_template(
        "complaints/show.html", complaint=complaint, path=overview.path(complaint), duty=duty, recusal=recusal,
        written=bool(listing.written_to(sealed(), g.user, [complaint])), clearances=_clearances(complaint),
        mine=overview.mine(complaint), others=overview.others(complaint), possible=overview.possible(complaint),
        rooms=overview.rooms(complaint), deadlines=overview.deadlines(complaint), today=today(),
        way_in=overview.knows_the_way_in(complaint), points=findings.points_of(complaint),
        told=told, tasks=protection.of_complaint(db_session(), complaint, g.user), clues=protection.CLUES,
        may_take=lambda row: protection.may_take(g.user, row), shown=overview.knows_what(complaint),
        respondent_told=due.told_respondent(complaint),
        history=overview.history(complaint), tried=overview.tried(complaint), advice=_advice(complaint),
        holding=duties.current(complaint),
        own_duties=[one for one in duties.current(complaint) if g.user and one.user_id == g.user.id],
        may=lambda code: steps.may_do(g.user, code, complaint), grounds=grounds(), **_words(),
    )  # fmt: skip
    db_session().commit()
    return page


def _clearances(complaint: Complaint) -> list[Clearance]:
    """The clearances because of it that this person may see, newest first."""
    found = clearances.of_complaint(db_session(), complaint)
    return [one for one in found if clearance_steps.may_read(db_session(), g.user, one)]


def _advice(complaint: Complaint) -> dict | None:
    """What the rules say, once there is a finding that the chief approved."""
    return advice.advice(complaint, today()) if complaint.state in _CONCLUDED else None


def _words() -> dict:
    known = vocabulary()
    return {
        "states": steps.STATES, "colours": COLOURS, "channels": CHANNELS, "namings": NAMINGS, "parts": PARTS,
        "dispositions": {code: one.name for code, one in DISPOSITIONS.items()}, "finding_words": findings.FINDINGS,
        "author_words": AUTHOR_FINDINGS, "how_words": telling.HOW, "keep_secret": telling.KEEP_SECRET,
        "protection_kinds": protection.KINDS, "protection_laws": protection.LAWS, "closed_words": CLOSED_WHY,
        "waits_for_approval": waits_for_approval, "waits_for_conclusion": findings.waits_for_conclusion,
        "kind_words": lambda code: known.facts["complaint_kind"].choice_label(code, lang()),
        "form_words": lambda code: known.facts["clearance_method"].choice_label(code, lang()),
        "fact_words": lambda code: known.facts[code].label(lang()),
        "clearance_states": clearance_steps.STATES, "law_of": lambda limit: limits().cite(limit, lang()),
        "told_words": TOLD, "event_label": lambda kind: events.label(kind, lang()),
        "ground_words": lambda code: ground_label(code, lang()),
    }  # fmt: skip
