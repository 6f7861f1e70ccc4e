"""The steps of an appeal on its way: admitted, assigned, withdrawn, decided, served. Recusal is asked in its room."""

from flask import Flask, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.models import Appeal, Case, Part
from casebook.procedure import appeal as appeals
from casebook.procedure import people
from casebook.procedure.appeal_decide import Anew, available, contradicted, decide_appeal, is_reached
from casebook.procedure.appeal_ways import REVOKE, VARY
from casebook.procedure.dates import today
from casebook.procedure.decide import note_refused_signature, standing_decision
from casebook.procedure.outcome import Chosen
from rules.channels import channels
from rules.measures import measure_named
from web.auth import CASE_HANDLERS, admits, limit_guesses
from web.cases import load_case
from web.forms import BaseForm
from web.i18n import lang
from web.procedure.appeal_forms import (
    AdmitForm,
    AssignForm,
    DecideForm,
    ServeForm,
    WithdrawForm,
)
from web.procedure.appeals import back, blueprint, may_now
from web.procedure.gate_form import DepartureForms
from web.procedure.review_form import person_words
from web.refusals import show_problems
from web.session import db_session

FORMS = {
    "admit": AdmitForm, "assign": AssignForm, "withdraw": WithdrawForm, "serve": ServeForm,
}  # fmt: skip


def init_app(app: Flask) -> None:
    """A signature is guessed no more often than a sign-in, whichever page asks for it."""
    limit_guesses(app, "appeals.decide_submit", 422, lambda: f"signature:{g.user.id if g.user else 0}")


@blueprint.get(
    "/cases/<number>/appeals/<int(max=2147483647):appeal_id>/<any(admit,assign,withdraw,serve):step>"
)
@admits(*CASE_HANDLERS)
def step(number: str, appeal_id: int, step: str):
    case, appeal = _loaded(number, appeal_id)
    if step not in may_now(case, appeal):
        return back(case)
    return _step_page(case, appeal, step, FORMS[step](data={"part": request.args.get("part", "")}))


@blueprint.post(
    "/cases/<number>/appeals/<int(max=2147483647):appeal_id>/<any(admit,assign,withdraw,serve):step>"
)
@admits(*CASE_HANDLERS)
def step_submit(number: str, appeal_id: int, step: str):
    case, appeal = _loaded(number, appeal_id)
    if step not in may_now(case, appeal):
        raise NotAllowed(step)
    form = FORMS[step](request.form)
    if form.validate() and not form.errors:
        try:
            message = _TAKEN[step](case, appeal, form)
        except BadFields as bad:
            show_problems(form, bad)
        except NotReady as refused:
            next(iter(form)).errors = [refused.message(lang())]
            return _step_page(case, appeal, step, form, 409)
        else:
            db_session().commit()
            flash(message)
            return back(case)
    return _step_page(case, appeal, step, form, 422)


@blueprint.get("/cases/<number>/appeals/<int(max=2147483647):appeal_id>/decide")
@admits(*CASE_HANDLERS)
def decide(number: str, appeal_id: int):
    case, appeal = _loaded(number, appeal_id)
    if "decide" not in may_now(case, appeal):
        return back(case)
    decision = standing_decision(db_session(), case)
    reached = [one.code for one in decision.measures if is_reached(appeal, one.regime)]
    data = {"disposition": decision.disposition, "measures": reached, "facts_found": decision.facts_found}
    return _decide_page(case, appeal, DecideForm(data=data), DepartureForms(()))


@blueprint.post("/cases/<number>/appeals/<int(max=2147483647):appeal_id>/decide")
@admits(*CASE_HANDLERS)
def decide_submit(number: str, appeal_id: int):
    case, appeal = _loaded(number, appeal_id)
    if "decide" not in may_now(case, appeal):
        raise NotAllowed("decide_appeal")
    form = DecideForm(request.form)
    departures = _departures(case, form)
    if form.validate():
        try:
            decide_appeal(
                db_session(), case, appeal, g.user, outcome=form.outcome.data or "", reason=form.reason.data,
                discussed_on=form.discussed_on.day, password=form.password.data, on=today(),
                ground_code=form.ground_code.data or "", anew=_anew(case, form), precedent_reasons=departures.answers(),
            )  # fmt: skip
        except BadFields as bad:
            if left := departures.refuse(bad.errors):
                show_problems(form, BadFields(left))
        except NotReady as refused:
            form.add_error("outcome", refused.message(lang()))
            db_session().rollback()
            return _decide_page(case, appeal, form, departures, 409)
        else:
            db_session().commit()
            flash(_("The appeal is decided and signed."))
            return redirect(url_for("appeals.show", number=number) + f"#appeal-{appeal_id}", 303)
        db_session().rollback()
        if form.password.errors:
            note_refused_signature(db_session(), case, g.user)
    return _decide_page(case, appeal, form, departures, 422)


def _admit(case: Case, appeal: Appeal, form: AdmitForm) -> str:
    admitted = form.admitted.data == "yes"
    appeals.admit_late(
        db_session(), case, appeal, g.user, admitted=admitted, reason=form.admitted_reason.data, on=today()
    )
    return _("The late appeal is heard.") if admitted else _("The late appeal is not heard.")


def _assign(case: Case, appeal: Appeal, form: AssignForm) -> str:
    part = Part(form.part.data)
    chosen = [
        user
        for user in appeals.candidates(db_session(), case, appeal, part)
        if str(user.id) == form.user_id.data
    ]
    if not chosen:
        raise BadFields(
            {
                "user_id": Problem(
                    "请从名单中选择适合这一职责的人员。",
                    "Choose somebody from the list who may take this part.",
                )
            }
        )
    appeals.assign(db_session(), case, appeal, part, chosen[0], g.user)
    return _("The part is assigned.")


def _withdraw(case: Case, appeal: Appeal, form: WithdrawForm) -> str:
    appeals.withdraw(db_session(), case, appeal, g.user, reason=form.withdrawn_reason.data, on=today())
    return _("The withdrawal is entered.")


def _serve(case: Case, appeal: Appeal, form: ServeForm) -> str:
    appeals.serve(db_session(), case, appeal, g.user, served_on=form.served_on.day, how=form.how.data)
    return _("The service is entered.")


_TAKEN = {"admit": _admit, "assign": _assign, "withdraw": _withdraw, "serve": _serve}


def _anew(case: Case, form: DecideForm) -> Anew:
    """What is to take the place of the old decision; a measure that stays keeps the months it had."""
    before = {one.code: one for one in standing_decision(db_session(), case).measures}
    chosen = [
        Chosen(code, before[code].months, before[code].basis) if code in before else Chosen(code)
        for code in form.measures.data or []
    ]
    return Anew(
        disposition=form.disposition.data or "", measures=chosen, facts_found=form.facts_found.data,
        considered=form.considered.data, error_fell_away=bool(form.error_fell_away.data),
        follow_up_by=form.follow_up_by.day,
    )  # fmt: skip


def _loaded(number: str, appeal_id: int) -> tuple[Case, Appeal]:
    case = load_case(number)
    appeal = db_session().get(Appeal, appeal_id)
    if appeal is None or appeal.case_id != case.id:
        abort(404)
    return case, appeal


def _step_page(case: Case, appeal: Appeal, step: str, form: BaseForm, status: int = 200):
    candidates = {}
    if step == "assign":
        candidates = {part: appeals.candidates(db_session(), case, appeal, part) for part in appeals.PARTS}
        users = {user.id: user for found in candidates.values() for user in found}
        form.user_id.choices = [SelectChoice("", _("Choose"))] + [
            SelectChoice(str(user.id), person_words(user)) for user in users.values()
        ]
    page = render_template(
        "procedure/appeal_step.html", case=case, appeal=appeal, step=step, form=form, candidates=candidates,
        channel=appeals.channel_of(appeal), parts=people.PART_NAMES,
    )  # fmt: skip
    db_session().commit()
    return page, status


def _departures(case: Case, form: DecideForm) -> DepartureForms:
    """The precedents that the disposition chosen contradicts, with the reasons the decision before gave."""
    if form.outcome.data not in (VARY, REVOKE):
        return DepartureForms(())
    found = contradicted(db_session(), case, form.disposition.data or "", today())
    return DepartureForms(found, request.form, standing_decision(db_session(), case))


def _decide_page(case: Case, appeal: Appeal, form: DecideForm, departures: DepartureForms, status: int = 200):
    decision = standing_decision(db_session(), case)
    form.measures.choices = [
        SelectChoice(measure.code, measure.label(lang()))
        for measure in available(db_session(), case, appeal, today())
    ]
    page = render_template(
        "procedure/appeal_decide.html", case=case, appeal=appeal, form=form, decision=decision, departures=departures,
        channel=appeals.channel_of(appeal), measure_named=measure_named, today=today(),
        kept=[
            measure_named(one.code, today()).label(lang())
            for one in decision.measures
            if not is_reached(appeal, one.regime)
        ],
        grounds=channels().grounds.values(),
    )  # fmt: skip
    db_session().commit()
    return page, status
