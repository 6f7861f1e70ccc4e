"""The desk: the list of complaints with what is due, taking in what waits, entering what came by hand, assigning.

Nothing on these pages is the author's: no name, no word, no moment, and no small number of what waits.
"""

import secrets
from collections.abc import Iterable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.access import REGISTER_COMPLAINT, may
from casebook.clocks.working import working_days
from casebook.complaints import awaited, calls, desk, due, duties, listing, protection, steps
from casebook.errors import BadFields, BadUpload, NotReady, WrongStage
from casebook.models import Complaint, ComplaintPart, ComplaintState, Naming, Role, User
from casebook.procedure.code import grouped
from casebook.procedure.dates import today
from casebook.seal import drafts
from rules.counting import WorkingDays
from rules.limits import limits
from web.auth import admits
from web.complaints import overview
from web.complaints.desk_forms import AssignForm, EntryForm, ListFilter
from web.complaints.door_files import receive_files
from web.complaints.loading import COMPLAINT_READERS
from web.complaints.words import CHANNELS, COLOURS, NAMINGS
from web.i18n import both, lang
from web.paging import PER_PAGE, page_of
from web.refusals import show_problems
from web.session import db_session, sealed

blueprint = Blueprint("desk", __name__)
RECEIVERS = (Role.RECEIVER,)
_MOST_AT_ONCE = 100
# Limits that exist only for a real-name author: whoever handles it is not shown them (SEC-02).
_TELLING = ("complaint.tell_accepted", "complaint.feed_back")
_FORM_SIGNS = 32


@blueprint.get("/complaints")
@admits(*COMPLAINT_READERS)
def list_complaints():
    return _list_page(AssignForm(people=_screeners()))


@blueprint.post("/complaints/take-in")
@admits(*RECEIVERS)
def take_in_submit():
    taken = desk.take_in(db_session(), sealed(), g.user)
    calls.take_up(db_session(), sealed(), g.user)
    db_session().commit()
    flash(
        _("Registered. The order was drawn by lot.") if taken else _("Nothing was waiting to be registered.")
    )
    return redirect(url_for("desk.list_complaints", whose="all"), 303)


@blueprint.post("/complaints/screeners")
@admits(Role.CHIEF)
def assign_submit():
    """Give the ticked complaints to one screener: those that can be are, and the others say why not."""
    form = AssignForm(request.form, people=_screeners())
    numbers = request.form.getlist("number")[:_MOST_AT_ONCE]
    if not form.validate():
        return _list_page(form, ticked=numbers), 422
    if not numbers:
        form.add_error("screener", _("Tick at least one complaint."))
        return _list_page(form), 422
    user = next((one for one in _screeners() if str(one.id) == form.screener.data), None)
    if user is None:
        form.add_error("screener", _("Choose who screens them."))
        return _list_page(form, ticked=numbers), 422
    refused, given = [], 0
    for number in numbers:
        complaint = steps.get(db_session(), g.user, number)
        try:
            duties.assign(db_session(), complaint, ComplaintPart.SCREENER, user, g.user, seal=sealed())
            given += 1
        except (NotReady, WrongStage) as why:
            refused.append((number, why.message(lang())))
    db_session().commit()
    for number, why in refused:
        form.add_error("screener", f"{number}: {why}")
    if refused:
        return _list_page(form, ticked=[number for number, _why in refused]), 409
    flash(_("%(name)s screens %(count)d complaints.", name=user.name, count=given))
    return redirect(url_for("desk.list_complaints"), 303)


@blueprint.get("/complaints/new")
@admits(*RECEIVERS)
def enter():
    form = EntryForm(data={"received_on": today().isoformat()})
    return _entry_page(form, secrets.token_hex(_FORM_SIGNS // 2))


@blueprint.post("/complaints/new")
@admits(*RECEIVERS)
def enter_submit():
    form, number = EntryForm(request.form), _form_number()
    held = _draft_name(number)
    then = request.form.get("then", "")
    if then.startswith("remove-"):
        drafts.remove(sealed(), held, then.removeprefix("remove-"), today())
    problems = receive_files(lambda name, stream: drafts.add(sealed(), held, name, stream, today()))
    whole = form.read()
    if then.startswith("remove-") or problems or not whole:
        return _entry_page(form, number, problems), 422
    try:
        complaint, receipt = desk.enter(
            db_session(), sealed(), g.user, channel=form.channel.data, naming=form.naming.data,
            received_on=form.received_on.day, fields=form.sealed(), assigned_from=form.assigned_from.data or "",
            files=drafts.contents(sealed(), held, today()), receipt=drafts.receipt_of(sealed(), held),
        )  # fmt: skip
    except BadFields as bad:
        show_problems(form, bad)
        return _entry_page(form, number), 422
    except BadUpload as bad:
        return _entry_page(form, number, [bad.message(lang())]), 422
    page = render_template(
        "desk/receipt.html", number=complaint.number, code=grouped(receipt).split("-"),
        real_name=complaint.naming == Naming.REAL_NAME,
    )  # fmt: skip
    db_session().commit()
    drafts.erase(sealed(), [held], today())
    return page


def _list_page(assign: AssignForm, ticked: list[str] | None = None):
    session, by = db_session(), g.user
    waiting = listing.waiting_for(session, sealed(), by)
    form = ListFilter(request.args, organs=listing.organs_of(session, by))
    if form.whose.data not in ("waiting", "all"):
        form.whose.data = "waiting" if waiting else "all"
    state = form.state.data if form.state.data in list(ComplaintState) else None
    organ = form.organ.data if form.organ.data in {code for code, *_rest in form.organ.choices} else ""
    if form.whose.data == "waiting":
        wanted = [
            one for one in waiting if state in (None, one.state) and organ in ("", one.organisation.code)
        ]
        page, pages = page_of(len(wanted))
        rows = wanted[(page - 1) * PER_PAGE : page * PER_PAGE]
        listing.log_listing(session, by, rows)
    else:
        page, pages = page_of(listing.count(session, by, state=state, organ=organ))
        rows = listing.page_of_list(
            session, by, state=state, organ=organ, limit=PER_PAGE, offset=(page - 1) * PER_PAGE
        )
    receives = may(by, REGISTER_COMPLAINT)
    kept = {key: value for key, value in request.args.items() if key in ("whose", "state", "organ")}
    shown = render_template(
        "desk/list.html", form=form, assign=assign, rows=_rows(rows), page=page, pages=pages, kept=kept,
        ticked=ticked or (), states=steps.STATES, colours=COLOURS, channels=CHANNELS, receives=receives,
        to_take_in=desk.waits(session, sealed(), by.organisation) if receives else 0,
        calls=len(calls.unheard(session, sealed(), by)) if receives else 0,
        tasks=protection.open_tasks(session, by) if by.role != Role.AUDITOR else [],
        kinds=protection.KINDS, several=len(form.organ.choices) > 2,
    )  # fmt: skip
    session.commit()
    return shown


def _rows(complaints: list[Complaint]) -> list[dict]:
    """What the list says of each complaint of a page; what waits in them is read once for all."""
    g.loose_ends = awaited.loose_ends(db_session())
    written = listing.written_to(sealed(), g.user, complaints)
    tried = listing.tried_upon(db_session(), g.user, complaints)
    return [_row(one, unread=one in written, tried=one in tried) for one in complaints]


def _row(complaint: Complaint, *, unread: bool, tried: bool) -> dict:
    by = g.user
    mine = steps.must_declare(by, complaint)
    steps_now = [] if mine else awaited.due_for(db_session(), by, complaint, g.loose_ends)
    way_in = listing.knows_the_way_in(by)
    others = [
        one
        for one in awaited.awaited(db_session(), complaint, g.loose_ends)
        if one not in steps_now and overview.is_told(by, complaint, one)
    ]
    assignable = (
        complaint.state == ComplaintState.REGISTERED
        and complaint.organisation_id
        == by.organisation_id  # from above: on its page, with the people of its organ
        and not duties.current(complaint, ComplaintPart.SCREENER)
        and steps.may_do(by, "assign_screener", complaint)
    )
    return {
        "complaint": complaint,
        "about": listing.knows_what(by, complaint),
        "declare": mine is not None,
        "mine": _once(steps.STEPS[one.step].label(lang()) for one in steps_now),
        "others": _once((_who(complaint, one.part), steps.STEPS[one.step].label(lang())) for one in others),
        "due": _due(complaint, way_in),
        "way_in": way_in,
        "assignable": assignable,
        "unread": unread,
        "tried": tried,
        "page": page_for(by, complaint),
    }


def _once(found: Iterable) -> list:
    return list(dict.fromkeys(found))


def page_for(by: User, complaint: Complaint) -> str:
    """Where the number in the list leads: to the screening, for whoever is to screen; else to the complaint."""
    screens = steps.may_do(by, "screen", complaint)
    return url_for("screening.show" if screens else "complaint.show", number=complaint.number)


def _due(complaint: Complaint, way_in: bool) -> dict | None:
    """What is due next, but for deadlines that tell how it is signed."""
    found = due.next_due(complaint, _working(complaint))
    if found is None or (not way_in and found.limit.id in _TELLING):
        return None
    return {
        "title": both(found.limit.title),
        "on": found.due_on,
        "late": found.is_late(today()),
        "possible": found.possible,
        "lapsed": found.lapsed,
        "law": limits().cite(found.limit, lang()),
    }


def _working(complaint: Complaint) -> WorkingDays:
    """The working days of an organ, read once for a page."""
    known = g.setdefault("working_of", {})
    if complaint.organisation_id not in known:
        known[complaint.organisation_id] = working_days(db_session(), complaint.organisation)
    return known[complaint.organisation_id]


def _who(complaint: Complaint, part: str) -> str:
    words, names = both(awaited.PARTS[part]), awaited.holders(complaint, part)
    if not names:
        return words
    return f"{words}（{'、'.join(names)}）" if lang() == "zh" else f"{words} ({', '.join(names)})"


def _screeners() -> list[User]:
    return desk.receivers(db_session(), g.user.organisation) if g.user.role == Role.CHIEF else []


def _entry_page(form: EntryForm, number: str, problems: list[str] = ()):
    files = [file for _handle, file in drafts.kept(sealed(), _draft_name(number), today())]
    return render_template(
        "desk/enter.html", form=form, number=number, files=files, problems=problems, namings=NAMINGS
    )


def _form_number() -> str:
    """The number the form came with; one that is none of ours is replaced."""
    number = request.form.get("form", "")
    fits = len(number) == _FORM_SIGNS and set(number) <= set("0123456789abcdef")
    return number if fits else secrets.token_hex(_FORM_SIGNS // 2)


def _draft_name(number: str) -> str:
    """Under what its files wait: nobody else's form, and none of the public door."""
    return f"desk-{g.user.id}-{number}"
