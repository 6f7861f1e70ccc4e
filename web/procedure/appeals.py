"""Appeals: which channels are open until which day, what was handed in, who decides it, and all that it corrected."""

from datetime import date
from types import SimpleNamespace

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from casebook import events
from casebook.clocks.deadlines import limit_of, open_deadlines
from casebook.errors import BadFields, NotReady
from casebook.models import Appeal, Case, Part, Step
from casebook.procedure import appeal as appeals
from casebook.procedure import people, workflow
from casebook.procedure.appeal_decide import OUTCOMES
from casebook.procedure.appeal_ways import DECIDED, appeals_of, openings, ref_of
from casebook.procedure.dates import today
from casebook.procedure.decide import standing_decision
from rules.channels import channels
from web.auth import CASE_READERS, CASE_WRITERS, admits
from web.cases import load_case
from web.i18n import format_day, lang
from web.procedure.appeal_forms import FileForm
from web.refusals import show_problems
from web.session import db_session

blueprint = Blueprint("appeals", __name__)


@blueprint.app_template_global()
def appeal_openings(case: Case) -> list:
    """The channels the standing decision opens, for the page of the decision as well."""
    return openings(db_session(), case, today())


@blueprint.app_template_global()
def appeal_day() -> date:
    """Today, against which a last day is over or not."""
    return today()


@blueprint.get("/cases/<number>/appeals")
@admits(*CASE_READERS)
def show(number: str):
    case = load_case(number)
    events.record(db_session(), "appeal.read", g.user, case)
    found = appeals_of(db_session(), case)
    page = render_template(
        "procedure/appeals.html", case=case, rows=found, ways=appeal_openings(case), known=channels(),
        outcomes=OUTCOMES, late_codes=appeals.LATE_CODES, parts=people.PART_NAMES,
        decision=standing_decision(db_session(), case),
        due={row.id: _due(case, row) for row in found}, holders={row.id: _holders(case, row) for row in found},
        may={row.id: may_now(case, row) for row in found}, may_file=workflow.may_do(g.user, "file_appeal", case),
    )  # fmt: skip
    db_session().commit()
    return page


@blueprint.get("/cases/<number>/appeals/new")
@admits(*CASE_WRITERS)
def new(number: str):
    case = load_case(number)
    if not workflow.may_do(g.user, "file_appeal", case):
        return back(case)
    return _new_page(case, FileForm(data={"channel": request.args.get("channel", "")}))


@blueprint.post("/cases/<number>/appeals/new")
@admits(*CASE_WRITERS)
def new_submit(number: str):
    case = load_case(number)
    form = FileForm(request.form)
    if form.validate():
        try:
            appeals.file_appeal(
                db_session(), case, g.user, channel=form.channel.data or "", filed_on=form.filed_on.day,
                grounds=form.grounds.data, advice=form.advice.data or "", late_code=form.late_code.data or "",
                late_reason=form.late_reason.data, obstacle_ended_on=form.obstacle_ended_on.day,
            )  # fmt: skip
        except BadFields as bad:
            show_problems(form, bad)
        except NotReady as refused:
            form.add_error("channel", refused.message(lang()))
            return _new_page(case, form, 409)
        else:
            db_session().commit()
            flash(_("The appeal is entered."))
            return back(case)
    return _new_page(case, form, 422)


def may_now(case: Case, appeal: Appeal) -> set[str]:
    """What the signed-in person may do with an appeal now."""
    channel = appeals.channel_of(appeal)
    can = workflow.open_steps(g.user, case)
    mine = {
        part
        for part in appeals.PARTS
        for row in appeals.holders(case, appeal, part)
        if row.user_id == g.user.id
    }
    found = set()
    if appeal.is_open and "withdraw_appeal" in can:
        found.add("withdraw")
    if appeal.waits and "admit_late_appeal" in can and appeals.is_competent(g.user, case, channel):
        found.add("admit")
    if appeal.is_open and not appeal.waits:
        if "assign_appeal" in can and appeals.is_competent(g.user, case, channel):
            found.add("assign")
        if mine and people.find_declaration(db_session(), case, g.user, Step.APPEAL, appeal=appeal) is None:
            found.add("declare")
        elif Part.APPEAL_DECIDER in mine and "decide_appeal" in can:
            found.add("decide")
    if appeal.outcome in DECIDED and appeal.served_on is None and "serve_appeal" in can:
        found.add("serve")
    return found


def _holders(case: Case, appeal: Appeal) -> list[SimpleNamespace]:
    """Everyone who has or had a part in an appeal, and whether they have answered the question of recusal."""
    rows = [row for row in case.assignments if row.appeal_id == appeal.id]
    return [
        SimpleNamespace(
            part=row.part, name=row.user.name, ended=row.ended_at is not None,
            declared=people.find_declaration(db_session(), case, row.user, Step.APPEAL, appeal=appeal) is not None,
        )
        for row in rows
    ]  # fmt: skip


def _due(case: Case, appeal: Appeal) -> list[SimpleNamespace]:
    """What runs because of an appeal: the title and the last day of each deadline."""
    rows = [row for row in open_deadlines(db_session(), case) if row.ref == ref_of(appeal)]
    titled = [(row, limit_of(row)) for row in rows]
    return [
        SimpleNamespace(title=limit.title if limit else {"zh": row.title, "en": row.title}, due_on=row.due_on)
        for row, limit in titled
    ]


def _new_page(case: Case, form: FileForm, status: int = 200):
    ways = appeal_openings(case)
    form.channel.choices = [
        SelectChoice(one.way.code, f"{one.way.channel.label(lang())}（{_until(one)}）")
        for one in ways
        if one.is_open
    ]
    page = render_template("procedure/appeal_new.html", case=case, form=form, ways=ways)
    db_session().commit()
    return page, status


def _until(opening) -> str:
    if opening.last_day:
        return _("until %(day)s", day=format_day(opening.last_day))
    return opening.no_day.message(lang()).rstrip("。.")


def back(case: Case):
    return redirect(url_for("appeals.show", number=case.number), 303)
