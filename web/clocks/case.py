"""The deadlines of one case, and changing one: pause, resume, extend, set one's own."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import queries
from casebook.clocks import changes, upcoming
from casebook.clocks.changes import STEP
from casebook.clocks.deadlines import OPEN
from casebook.errors import BadFields, NotReady
from casebook.models import Case, Deadline, Role
from casebook.procedure import workflow
from casebook.procedure.dates import today
from web.auth import CASE_READERS, admits
from web.cases import load_case
from web.clocks.forms import ChangeForm, ExtendForm, FinishForm, OwnForm
from web.clocks.shared import Shown, amount_words, blueprint, extension_words, shown, weekday
from web.i18n import lang
from web.refusals import show_problems
from web.session import db_session

CHANGERS = (Role.CHIEF, Role.REVIEWER)
FINISHERS = (Role.OFFICER, *CHANGERS)
ACTS = {"finish": FinishForm, "pause": ChangeForm, "resume": ChangeForm, "extend": ExtendForm}
_ACT = "/cases/<number>/clocks/<int(max=2147483647):deadline_id>/<any(finish, pause, resume, extend):act>"


@blueprint.get("/cases/<number>/clocks")
@admits(*CASE_READERS)
def of_case(number: str):
    case, now = load_case(number), today()
    found = [shown(line, now) for line in upcoming.of_case(db_session(), g.user, case, now)]
    page = render_template(
        "clocks/case.html", case=case, running=[one for one in found if one.deadline.state in OPEN],
        ended=[one for one in found if one.deadline.state not in OPEN], weekday=weekday, kinds=_kinds(),
        may_change=workflow.may_do(g.user, STEP, case), amount_words=amount_words,
        extension_words=extension_words, unknown=_unknown(case, found),
        may_act={one.deadline.id: changes.acts(db_session(), case, one.deadline, g.user) for one in found},
    )  # fmt: skip
    db_session().commit()
    return page


@blueprint.get("/cases/<number>/clocks/new")
@admits(*CHANGERS)
def new_own(number: str):
    case = load_case(number)
    if not workflow.may_do(g.user, STEP, case):
        return _back(case)
    return _page("new.html", case, OwnForm(data={"title": request.args.get("title", "")[:300]}))


@blueprint.post("/cases/<number>/clocks/new")
@admits(*CHANGERS)
def new_own_submit(number: str):
    case = load_case(number)
    form = OwnForm(request.form)
    if form.validate():
        try:
            changes.add_own(
                db_session(), case, g.user, title=form.title.data, due_on=form.due_on.day, today=today()
            )
        except BadFields as bad:
            show_problems(form, bad)
        else:
            db_session().commit()
            flash(_("The deadline is set."))
            return _back(case)
    return _page("new.html", case, form, status=422)


@blueprint.get(_ACT)
@admits(*FINISHERS)
def change(number: str, deadline_id: int, act: str):
    case = load_case(number)
    deadline = _deadline(case, deadline_id)
    if act not in changes.acts(db_session(), case, deadline, g.user):
        return _back(case)
    return _page("change.html", case, ACTS[act](), deadline, act)


@blueprint.post(_ACT)
@admits(*FINISHERS)
def change_submit(number: str, deadline_id: int, act: str):
    case = load_case(number)
    deadline = _deadline(case, deadline_id)
    form = ACTS[act](request.form)
    if form.validate():
        day = form.due_on if act == "extend" else form.on
        given = {day.name: day.day, "reason": form.reason.data, "today": today()}
        try:
            getattr(changes, act)(db_session(), case, deadline_id, g.user, **given)
        except BadFields as bad:
            show_problems(form, bad)
        except NotReady as refused:
            day.errors = [refused.message(lang())]
            return _page("change.html", case, form, deadline, act, 409)
        else:
            db_session().commit()
            flash(_("The deadline is changed. The change and its reason are kept."))
            return _back(case)
    return _page("change.html", case, form, deadline, act, 422)


def _back(case: Case):
    return redirect(url_for("clocks.of_case", number=case.number), 303)


def _deadline(case: Case, deadline_id: int) -> Deadline:
    deadline = db_session().get(Deadline, deadline_id)
    if deadline is None or deadline.case_id != case.id:
        abort(404)
    return deadline


def _page(
    template: str, case: Case, form, deadline: Deadline | None = None, act: str = "", status: int = 200
):
    now = today()
    one = shown(upcoming.line(db_session(), deadline, now), now) if deadline else None
    furthest = changes.furthest_day(db_session(), case, deadline) if deadline else None
    page = render_template(
        f"clocks/{template}", case=case, form=form, one=one, act=act, weekday=weekday,
        furthest=furthest, extension_words=extension_words,
    )  # fmt: skip
    db_session().commit()
    return page, status


def _unknown(case: Case, found: list[Shown]) -> dict[int, list[tuple[str, list[str]]]]:
    """The facts on which it turns whether a deadline concerns the case at all, and that are not established."""
    facts = {fact_id for fact_id, row in queries.facts_of(db_session(), case).items() if row.is_read}
    return {
        one.deadline.id: [(fact, list(values)) for fact, values in one.limit.who.items() if fact not in facts]
        for one in found
        if one.limit
    }


def _kinds() -> dict[str, str]:
    """What was done to a deadline, in words."""
    return {
        "paused": _("Paused"), "resumed": _("Resumed"), "extended": _("Extended"), "met": _("Done"),
        "stopped": _("Stopped"), "dated": _("Counted anew by the working-day calendar"),
    }  # fmt: skip
