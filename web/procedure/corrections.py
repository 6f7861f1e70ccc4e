"""Corrections: what is to be put right in a case and how far it is, and the patterns of error over many."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from casebook import access, queries, recommend
from casebook.errors import BadFields, BadUpload
from casebook.models import Case, Correction, Role
from casebook.procedure import correct, workflow
from casebook.procedure import correction_state as state
from casebook.procedure.dates import today
from casebook.procedure.patterns import FEW, patterns
from rules.corrections import Proposal, proposals, provisions, table
from web.auth import CASE_READERS, CASE_WRITERS, admits
from web.cases import load_case
from web.files import attach_upload
from web.forms import BaseForm
from web.i18n import lang
from web.procedure.correction_forms import DoneForm, NothingLeftForm, OrderForm, VerifyForm
from web.refusals import show_problems
from web.session import db_session

blueprint = Blueprint("corrections", __name__)
VERIFIERS = (Role.REVIEWER, Role.CHIEF)


@blueprint.get("/corrections/patterns")
@admits(Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.AUDITOR)
def show_patterns():
    found = patterns(db_session(), g.user)
    db_session().commit()
    return render_template("procedure/patterns.html", found=found, few=FEW)


@blueprint.get("/cases/<number>/corrections")
@admits(*CASE_READERS)
def show(number: str):
    case = load_case(number)
    rows = state.read_corrections(db_session(), g.user, case)
    latest = recommend.latest_recommendation(db_session(), case)
    document = latest.content if latest else {"corrections": [], "facts": {}, "rules": {}}
    page = render_template(
        "procedure/corrections.html", case=case, rows=rows, known=table(), state=state, today=today(),
        due=state.due_days(db_session(), case), missing=state.missing_to_finish(db_session(), case),
        proposed=_proposed(case, rows, document), raised=state.raised(rows), user=g.user,
        cited=lambda code: provisions(document, code),
        may=workflow.open_steps(g.user, case),
        patterns_open=access.may(g.user, access.READ_FIGURES),
    )  # fmt: skip
    db_session().commit()
    return page


@blueprint.get("/cases/<number>/corrections/order")
@admits(*CASE_WRITERS)
def order(number: str):
    case = load_case(number)
    if not workflow.may_do(g.user, "order_correction", case):
        return _back(case)
    respondent = case.respondent
    data = {"responsible": respondent.name, "unit": respondent.unit}
    data["error_code"], data["measure_code"] = request.args.get("error", ""), request.args.get("measure", "")
    rows = state.corrections_of(db_session(), case)
    follows = _of_case(rows, request.args.get("follows", type=int))
    if follows:
        names = ("error_code", "error", "measure_code", "measure", "responsible", "unit")
        data = {name: getattr(follows, name) for name in names}
        if follows in state.raised(rows):
            data["measure_code"] = ""
    return _form_page("order", case, OrderForm(data=data), rows, follows)


@blueprint.post("/cases/<number>/corrections/order")
@admits(*CASE_WRITERS)
def order_submit(number: str):
    case = load_case(number)
    form = OrderForm(request.form)
    rows = state.corrections_of(db_session(), case)
    follows = _of_case(rows, request.form.get("follows", type=int))
    if form.validate():
        try:
            correct.order(
                db_session(), case, g.user, error_code=form.error_code.data, error=form.error.data,
                responsible=form.responsible.data, unit=form.unit.data, measure_code=form.measure_code.data,
                measure=form.measure.data, due_on=form.due_on.day, today=today(),
                follows_id=request.form.get("follows", type=int),
            )  # fmt: skip
        except BadFields as bad:
            show_problems(form, bad)
        else:
            db_session().commit()
            flash(_("The correction is ordered."))
            return _back(case)
    return _form_page("order", case, form, rows, follows, 422)


@blueprint.get("/cases/<number>/corrections/nothing")
@admits(*CASE_WRITERS)
def nothing(number: str):
    case = load_case(number)
    if not workflow.may_do(g.user, "order_correction", case):
        return _back(case)
    return _form_page("nothing", case, NothingLeftForm(data={"error_code": request.args.get("error", "")}))


@blueprint.post("/cases/<number>/corrections/nothing")
@admits(*CASE_WRITERS)
def nothing_submit(number: str):
    case = load_case(number)
    form = NothingLeftForm(request.form)
    if form.validate():
        try:
            correct.state_nothing_left(
                db_session(), case, g.user, error_code=form.error_code.data, error=form.error.data,
                reason_code=form.reason_code.data or "", words=form.words.data, today=today(),
            )  # fmt: skip
        except BadFields as bad:
            show_problems(form, bad)
        else:
            db_session().commit()
            flash(_("The statement is entered; another person verifies it."))
            return _back(case)
    return _form_page("nothing", case, form, status=422)


@blueprint.get("/cases/<number>/corrections/<int(max=2147483647):correction_id>/done")
@admits(*CASE_WRITERS)
def done(number: str, correction_id: int):
    case, correction = _loaded(number, correction_id)
    if correction.state != state.OPEN or not workflow.may_do(g.user, "report_correction", case):
        return _back(case)
    return _form_page("done", case, DoneForm(data={"done_on": today().isoformat()}), follows=correction)


@blueprint.post("/cases/<number>/corrections/<int(max=2147483647):correction_id>/done")
@admits(*CASE_WRITERS)
def done_submit(number: str, correction_id: int):
    case, correction = _loaded(number, correction_id)
    form = DoneForm(request.form)
    if form.validate():
        try:
            correct.report_done(
                db_session(), case, g.user, correction_id, done_on=form.done_on.day, words=form.words.data,
                attachment_id=_evidence(case, form), today=today(),
            )  # fmt: skip
        except BadUpload as bad:
            form.add_error("file", bad.message(lang()))
        except BadFields as bad:
            show_problems(form, bad, {} if form.attachment_id.data else {"attachment_id": "file"})
        else:
            db_session().commit()
            flash(_("The completion is entered; another person verifies it."))
            return _back(case)
        db_session().rollback()  # a file handed in with a completion that is refused is not kept
    return _form_page("done", case, form, follows=correction, status=422)


@blueprint.get("/cases/<number>/corrections/<int(max=2147483647):correction_id>/verify")
@admits(*VERIFIERS)
def verify(number: str, correction_id: int):
    case, correction = _loaded(number, correction_id)
    may = workflow.may_do(g.user, "verify_correction", case) and state.may_verify(correction, g.user)
    if correction.state != state.DONE or not may:
        return _back(case)
    return _form_page(
        "verify", case, VerifyForm(data={"verified_on": today().isoformat()}), follows=correction
    )


@blueprint.post("/cases/<number>/corrections/<int(max=2147483647):correction_id>/verify")
@admits(*VERIFIERS)
def verify_submit(number: str, correction_id: int):
    case, correction = _loaded(number, correction_id)
    form = VerifyForm(request.form)
    if form.validate() and not form.errors:
        try:
            correct.verify(
                db_session(), case, g.user, correction_id, passed=form.passed.data == "yes", words=form.words.data,
                verified_on=form.verified_on.day, failure_code=form.failure_code.data or "", today=today(),
            )  # fmt: skip
        except BadFields as bad:
            show_problems(form, bad)
        else:
            db_session().commit()
            flash(_("The verification is entered."))
            return _back(case)
    return _form_page("verify", case, form, follows=correction, status=422)


@blueprint.post("/cases/<number>/corrections/finish")
@admits(*CASE_WRITERS)
def finish(number: str):
    case = load_case(number)
    correct.finish(db_session(), case, g.user, today())
    db_session().commit()
    flash(_("The corrections are concluded."))
    return redirect(url_for("cases.show_case", number=number), 303)


def _back(case: Case):
    number = case.number
    return redirect(url_for("corrections.show", number=number), 303)


def _loaded(number: str, correction_id: int) -> tuple[Case, Correction]:
    case = load_case(number)
    correction = _of_case(state.corrections_of(db_session(), case), correction_id)
    if correction is None:
        abort(404)
    return case, correction


def _of_case(rows: list[Correction], correction_id: int | None) -> Correction | None:
    return next((row for row in rows if row.id == correction_id), None)


def _form_page(
    name: str,
    case: Case,
    form: BaseForm,
    rows: list[Correction] = (),
    follows: Correction | None = None,
    status=200,
):
    """One of the forms; `follows` is the correction it is about."""
    if name == "done":
        form.attachment_id.choices = [SelectChoice("", _("No file chosen"))] + [
            SelectChoice(str(file.id), file.filename)
            for file in queries.attachments_of(db_session(), case)
            if file.at >= follows.at
        ]
    page = render_template(
        f"procedure/correction_{name}.html", case=case, form=form, follows=follows, known=table(), state=state,
        raised=bool(follows) and follows in state.raised(rows),
    )  # fmt: skip
    db_session().commit()
    return page, status


def _proposed(case: Case, rows: list[Correction], document: Mapping) -> list[Proposal]:
    """What the latest recommendation proposes and nobody has ordered yet."""
    ordered = {row.error_code for row in rows if row.state != state.LIFTED}
    found = proposals(document)
    return [
        mine for one in found if one.error.code not in ordered and (mine := _orderable(case, one)) is not None
    ]


def _orderable(case: Case, proposed: Proposal) -> Proposal | None:
    """The proposal with a measure that may be ordered without a decision of its own; None if it has none."""
    if correct.may_order(db_session(), case, proposed.measure.code):
        return proposed
    others = [code for code in proposed.error.measures if correct.may_order(db_session(), case, code)]
    return Proposal(proposed.error, table().measures[others[0]], ()) if others else None


def _evidence(case: Case, form: DoneForm) -> int | None:
    """The file handed in with the form, or the one chosen."""
    if (kept := attach_upload(case)) is not None:
        return kept.id
    chosen = form.attachment_id.data or ""
    return int(chosen) if chosen.isdecimal() else None
