"""Cases: the workbench, opening one, its task list, its particulars and its history."""

import json
from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import intake, queries, recommend
from casebook.access import WRITE_CASE, may
from casebook.clearance import tasks
from casebook.clocks import upcoming
from casebook.errors import BadFields, CaseNotFound, StaleCase
from casebook.intake import FactEntry
from casebook.models import Case, Role, SendBack, Stage, Status
from casebook.precedents import publish
from casebook.procedure import review, two_step, workflow
from casebook.procedure.dates import today
from casebook.procedure.decide import standing_decision
from casebook.search import alerts
from rules.local_law import packs_at
from rules.places import PLACE_FACT, code_of, place_of
from web import sections
from web.auth import CASE_READERS, CASE_WRITERS, admits
from web.fields import plain_lines
from web.forms import CaseForm, FilterForm
from web.in_force import rules_today
from web.labels import READ_BY_RULES
from web.paging import PER_PAGE, page_of
from web.procedure import blind, where
from web.refusals import show_problems
from web.session import db_session

blueprint = Blueprint("cases", __name__)
READINGS = ("read", "printed", "listed")  # how the kinds of events end that changed nothing
_ELSEWHERE = {"conduct": "conduct_from", "version": "title"}  # what the record finds wrong, and its field
_TEXTS = ("title", "summary", "respondent_name", "respondent_post", "respondent_unit")


def load_case(number: str) -> Case:
    """The case, with its reading logged; 404 if there is none or this person may not see it.

    Whoever owes a blind second opinion in it is refused the pages that may show the first; whoever owes a first view of
    the conduct is sent there from every other page.
    """
    try:
        case = queries.get_case(db_session(), g.user, number, first_view=blind.is_before_first_view())
    except CaseNotFound as missing:
        if missing.refused:
            db_session().commit()
        if number in [one.number for one in two_step.owed_by(db_session(), g.user)]:
            abort(redirect(url_for("two_step.show", number=number)))
        raise
    blind.guard(case)
    return case


def writable_case(number: str) -> Case:
    """The case, for a person who may write its facts now; raises WrongStage once it has left its officer."""
    case = load_case(number)
    if not may(g.user, WRITE_CASE, case):
        workflow.ensure(db_session(), g.user, "save", case)
        abort(403)
    return case


@dataclass(frozen=True)
class Task:
    """One line of the task list: a page of the intake and how far it is."""

    id: str
    title: str
    answered: int
    asked: int

    @property
    def state(self) -> str:
        if not self.answered:
            return "empty"
        return "full" if self.answered >= self.asked else "begun"


@blueprint.get("/cases")
@admits(*CASE_READERS)
def list_cases():
    form = FilterForm(request.args)
    status = form.status.data if form.status.data in list(Status) else None
    search = (form.q.data or "").strip()[:100]
    stage = form.stage.data if form.stage.data in list(Stage) else None
    waiting = queries.count_cases(db_session(), g.user, waiting=True)
    whose = request.args.get("whose")
    if whose not in form.whose_choices(g.user.role):
        whose = "mine" if g.user.role == Role.OFFICER else "waiting" if waiting else "all"
    form.whose.data = whose
    wanted = {
        "mine": whose == "mine", "waiting": whose == "waiting", "status": status, "stage": stage,
        "search": search,
    }  # fmt: skip
    total = queries.count_cases(db_session(), g.user, **wanted)
    page, pages = page_of(total)
    found = queries.list_cases(db_session(), g.user, **wanted, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    missing = queries.missing_core_facts_of(db_session(), found)
    latest = queries.latest_recommendations(db_session(), found)
    due = {case.id: where.due_words(case) for case in found} if whose == "waiting" else {}
    told = alerts.count(db_session(), g.user)
    owed = [case.number for case in two_step.owed_by(db_session(), g.user)]
    clearing = {task.clearance.id for task in tasks.waiting(db_session(), g.user, today())}
    db_session().commit()
    kept = {
        key: value for key, value in request.args.items() if key in ("q", "status", "stage", "whose", "lang")
    }
    return render_template(
        "cases/list_cases.html", form=form, cases=found, missing=missing, latest=latest, due=due,
        total=total, page=page, pages=pages, kept=kept, whose=whose, waiting=waiting, told=told,
        clearing=len(clearing), owed=owed,
    )  # fmt: skip


@blueprint.get("/cases/new")
@admits(*CASE_WRITERS)
def open_case():
    return render_template("cases/open_case.html", form=CaseForm(), conflicts=())


@blueprint.post("/cases/new")
@admits(*CASE_WRITERS)
def open_case_submit():
    form = CaseForm(request.form)
    if form.validate():
        try:
            case = intake.open_case(db_session(), g.user, **_fields_of(form))
            _carry_into_facts(case, None, None)
        except BadFields as bad:
            show_problems(form, bad, _ELSEWHERE)
        else:
            db_session().commit()
            return redirect(url_for("cases.show_case", number=case.number))
    return render_template("cases/open_case.html", form=form, conflicts=()), 422


@blueprint.get("/cases/<number>")
@admits(*CASE_READERS)
def show_case(number: str):
    case = load_case(number)
    facts = queries.facts_of(db_session(), case)
    files = queries.attachments_of(db_session(), case)
    latest = recommend.latest_recommendation(db_session(), case)
    respondent = case.respondent
    next_pages = where.next_pages(case)
    others_due = [] if next_pages else where.others_due(case)
    sent_back = _sent_back(case)
    may_propose = publish.possible(db_session(), g.user, case, today())
    told = alerts.of_case(db_session(), g.user, case)
    decision = standing_decision(db_session(), case) if blind.is_open("decision.show", case) else None
    deadline = (
        upcoming.next_of(db_session(), case, today()) if blind.is_open("clocks.of_case", case) else None
    )
    db_session().commit()
    answered = {fact_id for fact_id, row in facts.items() if row.value is not None}
    unread = [fact_id for fact_id in answered if facts[fact_id].standing not in READ_BY_RULES]
    tasks = [
        Task(page.id, page.title, sum(fact.id in answered for fact in page.asked), len(page.asked))
        for page in sections.pages() if page.asked
    ]  # fmt: skip
    return render_template(
        "cases/show_case.html", case=case, respondent=respondent, tasks=tasks, files=files, latest=latest,
        answered=len(answered), unread=len(unread), may_write=may(g.user, WRITE_CASE, case),
        next_pages=next_pages, others_due=others_due, sent_back=sent_back, decision=decision, deadline=deadline,
        alerts=told, may_propose=may_propose, local=_local_rules(case, facts),
    )  # fmt: skip


def _local_rules(case: Case, facts: dict) -> dict:
    """The place as the rules read it, and the local rules that hold there."""
    stated = facts.get(PLACE_FACT)
    known = {PLACE_FACT: stated.value} if stated and stated.standing in READ_BY_RULES else {}
    place = place_of(case.region, known)
    return {"code": code_of(place) if place else "", "packs": packs_at(rules_today(), place)}


def _sent_back(case: Case) -> SendBack | None:
    """The return that the officer has to answer, as long as the case is with them."""
    if (
        g.user.role != Role.OFFICER
        or case.stage != Stage.INTAKE
        or review.hides_reviews(db_session(), g.user, case)
    ):
        return None
    return next(iter(review.send_backs(db_session(), g.user, case)), None)


@blueprint.get("/cases/<number>/details")
@admits(*CASE_WRITERS)
def edit_case(number: str):
    case = writable_case(number)
    form = CaseForm(data=_form_values(case))
    db_session().commit()
    return render_template("cases/edit_case.html", case=case, form=form, conflicts=(), shown=_shown(case))


@blueprint.post("/cases/<number>/details")
@admits(*CASE_WRITERS)
def edit_case_submit(number: str):
    case = writable_case(number)
    form = CaseForm(request.form)
    conflicts = ()
    if form.validate():
        wanted = _fields_of(form)
        shown = _read_shown(request.form.get("shown", ""))
        changed = {name: value for name, value in wanted.items() if name not in shown or shown[name] != value}
        before = (case.conduct, case.region)
        try:
            intake.amend_case(
                db_session(), case, g.user, seen_version=_number(form.seen_version.data), **changed
            )
            _carry_into_facts(case, *before)
        except BadFields as bad:
            show_problems(form, bad, _ELSEWHERE)
        except StaleCase as stale:
            conflicts = stale.conflicts
            form.seen_version.data = case.version
        else:
            db_session().commit()
            flash(_("The particulars of the case are saved."))
            return redirect(url_for("cases.show_case", number=case.number))
    shown = _shown(case) if conflicts else request.form.get("shown", "")
    if conflicts:
        db_session().commit()  # what the page shows of the other person's changes counts as read
    return render_template(
        "cases/edit_case.html", case=case, form=form, conflicts=conflicts, shown=shown
    ), 409 if conflicts else 422


@blueprint.get("/cases/<number>/history")
@admits(*CASE_READERS)
def show_history(number: str):
    case = load_case(number)
    rows = queries.case_history(db_session(), g.user, case)
    for row in rows:
        for change in row.changes:
            change.by.name  # noqa: B018 - loaded while the session is open
    filenames = {file.id: file.filename for file in queries.attachments_of(db_session(), case)}
    db_session().commit()
    only = request.args.get("only", "changes")
    shown = rows if only == "all" else [row for row in rows if not row.kind.endswith(READINGS)]
    page, pages = page_of(len(shown))
    shown = shown[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render_template(
        "cases/show_history.html", case=case, rows=shown, page=page, pages=pages, only=only, readings=READINGS,
        filenames=filenames,
    )  # fmt: skip


def _fields_of(form: CaseForm) -> dict:
    texts = {name: plain_lines(form[name].data).strip() for name in _TEXTS}
    return {**texts, "conduct": form.conduct, "region": (form.region.data or "").strip() or None}


def _form_values(case: Case) -> dict:
    fields = intake.case_fields(case)
    return {**fields, **CaseForm.fields_of_conduct(fields["conduct"]), "seen_version": case.version}


def _shown(case: Case) -> str:
    """What the form shows, so that only what its author touched is sent on."""
    return json.dumps(intake.case_fields(case), ensure_ascii=False)


def _read_shown(text: str) -> dict:
    try:
        shown = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return shown if isinstance(shown, dict) else {}


def _number(text: object) -> int:
    return int(text) if str(text).isdecimal() and len(str(text)) < 10 else 0


def _carry_into_facts(case: Case, old_conduct: object, old_region: str | None) -> None:
    """Keep the facts about time and place in step with the particulars, unless someone entered something else there.

    So nobody types a date twice. A month, a year or a bound is not a day and carries nothing over.
    """
    facts = queries.facts_of(db_session(), case)
    before, after = _time_and_place(old_conduct, old_region), _time_and_place(case.conduct, case.region)
    entries = {}
    for fact_id, value in after.items():
        present = facts.get(fact_id)
        untouched = present is None or present.value is None or present.value == before.get(fact_id)
        if value != (present.value if present else None) and untouched:
            entries[fact_id] = FactEntry(
                value, "documented", "", _("Taken from the particulars of the case.")
            )
    if entries:
        intake.save_facts(db_session(), case, entries, g.user, seen_version=case.version)


def _time_and_place(conduct: object, region: str | None) -> dict:
    first = last = conduct if isinstance(conduct, str) else None
    if isinstance(conduct, dict) and "from" in conduct:
        first, last = conduct["from"], conduct["to"]
    days = {"conduct_start_date": first, "conduct_end_date": last, "conduct_region": region}
    return {
        fact_id: value
        for fact_id, value in days.items()
        if value and (fact_id == "conduct_region" or len(value) == 10)
    }
