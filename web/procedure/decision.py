"""The signed decision: its measures and their days, its service, entry into force, the end; and departures by rule."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import access
from casebook.departures import ledger
from casebook.models import Case, Decision, Role
from casebook.procedure import decide, service, workflow
from casebook.procedure.dates import today
from casebook.procedure.outcome import Chosen, ground_from
from casebook.procedure.signature import is_intact
from rules.measure_reader import Provision, Words
from rules.measures import Periods, ladder
from web.auth import CASE_HANDLERS, CASE_READERS, CASE_WRITERS, admits
from web.cases import load_case
from web.i18n import both, lang
from web.in_force import rules_today
from web.procedure import gate_words
from web.procedure.decision_forms import CloseForm, EnforceForm, ServiceForm, service_kind
from web.procedure.draft_form import provision_words
from web.procedure.panel_forms import outcome_words
from web.refusals import take
from web.session import db_session

blueprint = Blueprint("decision", __name__)


@blueprint.app_context_processor
def _words() -> dict:
    return {
        "regime_name": lambda code: both(ladder().regimes[code].words),
        "departure_words": lambda code: (
            decide.DEPARTURES[code].message(lang()) if code in decide.DEPARTURES else ""
        ),
        "counted": counted,
        "provision_words": provision_words,
        "gate": gate_words,
    }


def counted(periods: Periods) -> list:
    """Every rule that was used to count the days, once."""
    return list({reason.words.zh: reason for period in periods.each for reason in period.reasons}.values())


@blueprint.get("/cases/<number>/decision")
@admits(*CASE_READERS)
def show(number: str):
    return _page(load_case(number))


@blueprint.post("/cases/<number>/decision/services")
@admits(*CASE_WRITERS)
def serve_submit(number: str):
    case, form = load_case(number), ServiceForm(request.form)
    form.offer([])
    return _take(
        case, "serve", form,
        lambda: service.record_service(
            db_session(), case, g.user, kind=form.kind.data or "", recipient=form.recipient.data or "",
            how=form.how.data or "", served_on=form.served_on.day,
        ),
        _("The service is on record."),
    )  # fmt: skip


@blueprint.post("/cases/<number>/decision/notify")
@admits(*CASE_WRITERS)
def notify_submit(number: str):
    case = load_case(number)
    return _take(
        case,
        "notify",
        None,
        lambda: service.notify(db_session(), case, g.user),
        _("The service is concluded."),
    )


@blueprint.post("/cases/<number>/decision/force")
@admits(*CASE_WRITERS)
def enforce_submit(number: str):
    case, form = load_case(number), EnforceForm(request.form)
    return _take(
        case, "enforce", form, lambda: service.enforce(db_session(), case, g.user, on=form.on.day),
        _("The decision is in force."),
    )  # fmt: skip


@blueprint.post("/cases/<number>/decision/close")
@admits(*CASE_HANDLERS)
def close_submit(number: str):
    case, form = load_case(number), CloseForm(request.form)
    return _take(
        case, "close", form,
        lambda: service.close(db_session(), case, g.user, code=form.code.data or "", on=today()),
        _("The case is closed."),
    )  # fmt: skip


@blueprint.get("/departures")
@admits(Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.AUDITOR)
def departures():
    found = ledger(db_session(), g.user)
    db_session().commit()
    return render_template("procedure/departures.html", found=found, rule_words=_rule_words)


def _take(case: Case, name: str, form, act, message: str):
    refused = take(case, name, act, _page, form, name)
    if refused is None:
        flash(message)
    return refused or redirect(url_for("decision.show", number=case.number))


def _page(case: Case, *, typed=None, refused=None):
    session, user = db_session(), g.user
    may = workflow.open_steps(user, case)
    signed = service.read_decisions(session, case, user)
    standing = next((one for one in reversed(signed) if one.ended_on is None), None)
    tasks = service.tasks(session, standing) if standing else []
    html = render_template(
        "procedure/decision.html", case=case, may=may, refused=refused, standing=standing, tasks=tasks,
        shown=[_shown(one) for one in reversed(signed)], services=_services(signed), kind_words=service_kind,
        forms=_forms(case, may, tasks, standing, typed or {}), outcome_words=outcome_words,
        closing=service.closing_problems(session, case) if "close" in may else [],
        may_figures=access.may(user, access.READ_FIGURES), today=today(),
    )  # fmt: skip
    session.commit()
    return html


def _shown(decision: Decision) -> dict:
    """A signed decision with its periods worked out again from what was signed."""
    ground = ground_from(decision.recommendation)
    chosen = [Chosen(one.code, one.months) for one in decision.measures]
    return {
        "decision": decision, "periods": ground.periods(chosen, decision.effective_on), "intact": is_intact(decision),
        "measure": lambda code: ground.measure(code, decision.effective_on),
        "referred": decision.recommendation.disposition == "refer",
    }  # fmt: skip


def _services(signed: list[Decision]) -> list:
    return [row for one in signed for row in service.services_of(db_session(), one)]


def _forms(case: Case, may: set[str], tasks: list, standing: Decision | None, typed: dict) -> dict:
    found = {}
    open_kinds = [task.kind for task in tasks if task.open]
    if "serve" in may and standing:
        recipient = case.respondent.name if open_kinds[:1] == ["person"] else case.respondent.unit
        found["serve"] = ServiceForm(data={"recipient": recipient, "served_on": today().isoformat()})
    if "enforce" in may and standing:
        found["enforce"] = EnforceForm(data={"on": today().isoformat()})
    if "close" in may:
        found["close"] = CloseForm()
    found |= {name: form for name, form in typed.items() if form.errors or name in found}
    if "serve" in found:
        found["serve"].offer(open_kinds)
    return found


def _rule_words(rule_id: str) -> tuple[str, str]:
    """A rule in words: what it says, and its provision; a rule that is no longer there keeps its name."""
    if not rule_id:
        return _("No single rule carried the recommendation"), ""
    for pack in rules_today().packs.values():
        for rule in reversed(pack.rules):
            if rule.id == rule_id:
                source = pack.sources[rule.instrument]
                return both(rule.explain), _cited(rule, source)
    return rule_id, ""


def _cited(rule, source) -> str:
    words = Words(source.title.zh, source.title.en)
    return provision_words(Provision(rule.instrument, words, rule.article, rule.confidence))
