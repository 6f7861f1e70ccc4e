"""Entering facts: the pages of the intake, what to do when two people change one fact, and checking the answers."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import intake, queries
from casebook.access import WRITE_CASE, may
from casebook.errors import BadFacts, BadFields, Conflict, StaleCase
from casebook.intake import FactEntry
from casebook.models import Case, CaseFact
from casebook.procedure.dates import today
from casebook.procedure.sources import SOURCES, is_told
from rules.assess import ReadersDiffer
from rules.at_odds import at_odds
from rules.conduct import Conduct
from rules.contradictions import Contradiction, contradictions
from rules.engine import EngineError
from rules.vocabulary import BadValue, check_value, vocabulary
from web import sections
from web.auth import CASE_READERS, CASE_WRITERS, admits
from web.cases import load_case, writable_case
from web.fact_form import SectionForm
from web.i18n import lang
from web.in_force import rules_today
from web.labels import READ_BY_RULES
from web.session import db_session
from web.widgets import date_params

blueprint = Blueprint("intake", __name__)
SETTLED = "settle__"  # the name of the choice between two versions of one fact ends in the fact's id


@dataclass(frozen=True)
class Clash:
    """One fact that two people changed: what the other entered, what this person typed, and which is chosen."""

    fact_id: str
    theirs: FactEntry
    by_name: str
    at: object
    mine: FactEntry
    chosen: str


def _page_or_404(section: str) -> sections.Page:
    page = sections.find_page(section)
    if page is None:
        abort(404)
    return page


@blueprint.get("/cases/<number>/facts/<section>")
@admits(*CASE_READERS)
def section(number: str, section: str):
    page = _page_or_404(section)
    case = load_case(number)
    stored = queries.facts_of(db_session(), case)
    db_session().commit()
    if not may(g.user, WRITE_CASE, case):
        return redirect(url_for("intake.check", number=number))
    return _render(page, case, SectionForm(page.asked, stored), stored)


@blueprint.post("/cases/<number>/facts/<section>")
@admits(*CASE_WRITERS)
def section_submit(number: str, section: str):
    page = _page_or_404(section)
    case = writable_case(number)
    stored = queries.facts_of(db_session(), case)
    form = SectionForm(page.asked, stored, request.form)
    if not form.validate():
        db_session().commit()
        return _render(page, case, form, stored), 422
    clashes = []
    try:
        clashes = _save(case, form)
    except BadFacts as bad:
        for fault in bad.errors.values():
            form.refuse(fault)
    except BadFields as bad:
        if not bad.errors.keys() <= {"reason", "source"}:
            abort(400)
        errors = {name: problem.message(lang()) for name, problem in bad.errors.items()}
        form.reason_error, form.source_error = errors.get("reason", ""), errors.get("source", "")
    if clashes:
        db_session().rollback()
        case = writable_case(number)
        db_session().commit()
        return _render(page, case, form, stored, clashes), 409
    if form.error_list:
        db_session().rollback()
        return _render(page, writable_case(number), form, stored), 422
    db_session().commit()
    flash(_("Saved: %(page)s.", page=page.title))
    return redirect(_after(page, number))


def _after(page: sections.Page, number: str) -> str:
    """Where to go once a page is saved: on, or back to the workbench."""
    if request.form.get("then") == "later":
        return url_for("cases.list_cases")
    following = sections.next_page(page)
    if page.id == sections.KEY or following is None:
        return url_for("intake.check", number=number)
    return url_for("intake.section", number=number, section=following.id)


def _save(case: Case, form: SectionForm) -> list[Clash]:
    """Save what was entered; returns the facts over which this person must still choose, and then nothing is saved.

    What was chosen against the version shown in an earlier round is saved against that version, everything else
    against the version this person first saw: changes others made elsewhere stay.
    """
    seen = request.form.get("seen_version", 0, type=int)
    settled_version = request.form.get("settled_version", seen, type=int)
    chosen = {
        name.removeprefix(SETTLED): value for name, value in request.form.items() if name.startswith(SETTLED)
    }
    open_ids = set(request.form.getlist("clash")) - {
        fact_id for fact_id, value in chosen.items() if value in ("mine", "theirs")
    }
    mine = {fact_id: entry for fact_id, entry in form.entries.items() if chosen.get(fact_id) == "mine"}
    rest = {
        fact_id: entry
        for fact_id, entry in form.entries.items()
        if fact_id not in chosen and fact_id not in open_ids
    }
    said = {name: request.form.get(name, "").strip() for name in ("reason", "source")}
    conflicts: list[Conflict] = _still_open(case, open_ids)
    for entries, version in ((rest, seen), (mine, settled_version)):
        try:
            intake.save_facts(db_session(), case, entries, g.user, seen_version=version, **said)
        except StaleCase as stale:
            conflicts += stale.conflicts
    if not conflicts:
        return []
    found = {conflict.fact_id: conflict for conflict in conflicts}
    return [
        Clash(fact_id, conflict.theirs, conflict.by_name, conflict.at, form.entries[fact_id], chosen.get(fact_id, ""))
        for fact_id, conflict in found.items() if fact_id in form.entries
    ]  # fmt: skip


def _still_open(case: Case, open_ids: set[str]) -> list[Conflict]:
    """The clashes of the round before for which no side was chosen, as they stand now."""
    stored: dict[str, CaseFact] = queries.facts_of(db_session(), case)
    return [
        Conflict(fact_id, FactEntry.of(stored[fact_id]), stored[fact_id].updated_by.name, stored[fact_id].updated_at)
        for fact_id in sorted(open_ids) if fact_id in stored
    ]  # fmt: skip


def _render(page: sections.Page, case: Case, form: SectionForm, stored, clashes=()):
    """The page of a section. After a clash it carries both versions: the one first seen and the one shown beside it."""
    first_seen = request.form.get("seen_version", case.version) if request.method == "POST" else case.version
    settled = {name: value for name, value in request.form.items() if name.startswith(SETTLED)}
    sources = SOURCES if is_told(db_session(), case) else {}
    db_session().commit()
    errors = list(form.error_list)
    if clashes:
        errors += [
            {"text": _("%(fact)s: choose which answer stands.", fact=vocabulary().facts[clash.fact_id].label(lang())),
             "href": f"#{SETTLED}{clash.fact_id}"}
            for clash in clashes
        ]  # fmt: skip
    asked = {fact.id for fact in page.asked}
    return render_template(
        "intake/section.html", page=page, case=case, form=form, stored=stored, clashes=clashes, errors=errors,
        clash_ids={clash.fact_id for clash in clashes}, seen_version=first_seen, settled_version=case.version,
        settled=settled, key=sections.KEY, fact_url=sections.fact_url, date_params=date_params,
        sources=sources, contradictions=[one for one in _contradictions(case, stored) if asked & {*one.facts}],
    )  # fmt: skip


def _contradictions(case: Case, stored: dict[str, CaseFact]) -> list[Contradiction]:
    """Answers that do not go together, whatever their standing; those the law tells, by the day and place of the
    conduct, only if its readers answer."""
    values = {fact_id: row.value for fact_id, row in stored.items() if row.value is not None and _fits(row)}
    try:
        return at_odds(values, Conduct.parse(case.conduct), today(), rules_today(), case.region)
    except (ReadersDiffer, EngineError):
        return contradictions(values)


def _fits(row: CaseFact) -> bool:
    """Whether the fact still takes what is stored; if not, the form shows it, to be put right."""
    try:
        check_value(vocabulary().facts[row.fact_id], row.value)
    except (BadValue, KeyError):
        return False
    return True


@blueprint.get("/cases/<number>/check")
@admits(*CASE_READERS)
def check(number: str):
    case = load_case(number)
    stored = queries.facts_of(db_session(), case)
    missing = queries.missing_core_facts(db_session(), case)
    files = queries.attachments_of(db_session(), case)
    respondent = case.respondent
    db_session().commit()
    answered = {fact_id: row for fact_id, row in stored.items() if row.value is not None}
    groups = []
    for page in sections.pages():
        rows = [(fact, answered[fact.id]) for fact in page.asked if fact.id in answered]
        if rows:
            groups.append((page, rows))
    return render_template(
        "intake/check.html", case=case, respondent=respondent, groups=groups, missing=missing, files=files,
        contradictions=_contradictions(case, stored),
        unread=[(fact_id, row) for fact_id, row in answered.items() if row.standing not in READ_BY_RULES],
        may_write=may(g.user, WRITE_CASE, case), fact_url=sections.fact_url,
    )  # fmt: skip
