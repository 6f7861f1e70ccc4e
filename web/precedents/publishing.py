"""A decided case on its way into the library: proposing it, coding it a second time, settling and approving it."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import access, events
from casebook.errors import BadFields, NotReady, PrecedentNotFound
from casebook.models import Case, Life, Precedent, Role
from casebook.precedents import coding, identity, library, publish, words
from casebook.precedents.derived import derived, facts_of_decision
from casebook.precedents.markers import markers_of
from casebook.procedure import workflow
from casebook.procedure.dates import today
from casebook.procedure.decide import standing_decision
from rules.factors import book, measured
from web.auth import CASE_READERS, admits
from web.cases import load_case
from web.i18n import both, lang
from web.precedents.publishing_forms import (
    ProposeForm,
    RefuseForm,
    WordsForm,
    coding_form,
    difference_title,
    propose_form,
    settle_form,
    show_at_fields,
)
from web.session import db_session
from web.values import value_words

blueprint = Blueprint("publishing", __name__)
PROPOSERS = (Role.REVIEWER, Role.CHIEF)
CODERS = (Role.OFFICER, Role.REVIEWER)
_VERDICTS = {"tolerable": "tolerate", "intolerable": "hold_accountable"}


@blueprint.get("/cases/<number>/precedents/propose")
@admits(*CASE_READERS)
def propose(number: str):
    return _propose_page(load_case(number))


@blueprint.post("/cases/<number>/precedents/propose")
@admits(*PROPOSERS)
def propose_submit(number: str):
    case = load_case(number)
    workflow.ensure(db_session(), g.user, "propose_precedent", case)
    decision = standing_decision(db_session(), case)
    known = _measured(decision, facts_of_decision(db_session(), decision)) if decision else {}
    form = propose_form(decision.disposition if decision else "", known, request.form)
    if request.form.get("then") == "suggest":
        return _propose_page(case, _generalised(case, form))
    try:
        if form.validate():
            precedent = publish.propose(
                db_session(), case, g.user, **form.words, issues=form.findings(), place=form.place.data or "",
                period=form.period.data or "", on=today(),
            )  # fmt: skip
            db_session().commit()
            flash(_("Proposed. Somebody without a part in the case codes it next."))
            return redirect(url_for("publishing.show", code=precedent.code))
    except BadFields as bad:
        show_at_fields(form, bad.errors)
    except NotReady:
        return _propose_page(case, form), 409
    return _propose_page(case, form), 422


@blueprint.get("/precedents/waiting")
@admits(*CASE_READERS)
def waiting():
    found = publish.waiting(db_session(), g.user)
    html = render_template("precedents/publishing/waiting.html", rows=[(row, _task(row)) for row in found])
    db_session().commit()
    return html


@blueprint.get("/precedents/<code>/proposal")
@admits(*CASE_READERS)
def show(code: str):
    precedent = _load(code)
    if _task(precedent) == "code":
        return redirect(url_for("publishing.code", code=code))
    return _show_page(precedent)


@blueprint.post("/precedents/<code>/proposal/approve")
@admits(*PROPOSERS)
def approve(code: str):
    precedent = _load(code)
    access.ensure(g.user, access.APPROVE_PRECEDENT)
    first, second = coding.first_of(precedent), coding.second_of(precedent)
    found = coding.differences(first, second) if second else []
    form = settle_form(found, request.form)
    try:
        publish.approve(
            db_session(),
            precedent,
            g.user,
            settled=form.settled(found),
            alone=form.alone.data or "",
            on=today(),
        )
    except BadFields as bad:
        show_at_fields(form, bad.errors)
        return _show_page(precedent, settle=form), 422
    except NotReady as refused:
        return _show_page(precedent, settle=form, refused=refused), 409
    db_session().commit()
    flash(_("The precedent is in the library; it is relied on from now on."))
    return redirect(url_for("library.show", code=precedent.code))


@blueprint.post("/precedents/<code>/proposal/refuse")
@admits(*PROPOSERS)
def refuse(code: str):
    precedent = _load(code)
    form = RefuseForm(request.form)
    try:
        if not form.validate():
            publish.ensure_may_approve(precedent, g.user)
            return _show_page(precedent, refuse=form), 422
        publish.refuse(db_session(), precedent, g.user, why=form.why.data, on=today())
    except BadFields as bad:
        show_at_fields(form, bad.errors)
        return _show_page(precedent, refuse=form), 422
    except NotReady as refused:
        return _show_page(precedent, refuse=form, refused=refused), 409
    db_session().commit()
    flash(_("The proposal goes back to who made it."))
    return redirect(url_for("publishing.waiting"))


@blueprint.post("/precedents/<code>/proposal/revise")
@admits(*PROPOSERS)
def revise(code: str):
    precedent = _load(code)
    form = WordsForm(request.form)
    try:
        if not form.validate():
            publish.ensure_proposer(precedent, g.user)
            return _show_page(precedent, words_form=form), 422
        publish.revise(db_session(), precedent, g.user, **form.words, on=today())
    except BadFields as bad:
        show_at_fields(form, bad.errors)
        return _show_page(precedent, words_form=form), 422
    except NotReady as refused:
        return _show_page(precedent, words_form=form, refused=refused), 409
    db_session().commit()
    flash(_("Handed in again."))
    return redirect(url_for("publishing.show", code=code))


@blueprint.post("/precedents/<code>/proposal/withdraw")
@admits(*PROPOSERS)
def withdraw(code: str):
    precedent = _load(code)
    try:
        publish.withdraw(db_session(), precedent, g.user, on=today())
    except NotReady as refused:
        return _show_page(precedent, refused=refused), 409
    db_session().commit()
    flash(_("The proposal is taken back."))
    return redirect(url_for("publishing.waiting"))


@blueprint.get("/precedents/<code>/coding")
@admits(*CODERS)
def code(code: str):
    precedent = _codable(code)
    return _coding_page(precedent, coding_form(precedent, row=coding.own(precedent, g.user)))


@blueprint.post("/precedents/<code>/coding")
@admits(*CODERS)
def code_submit(code: str):
    precedent = _codable(code)
    form = coding_form(precedent, request.form)
    whole = request.form.get("then") == "give"
    try:
        if not form.validate():
            return _coding_page(precedent, form), 422
        given = {"facts": form.facts(), "issues": form.findings()}
        if whole:
            coding.submit(db_session(), precedent, g.user, **given, on=today())
        else:
            coding.save(db_session(), precedent, g.user, **given)
    except BadFields as bad:
        show_at_fields(form, bad.errors)
        return _coding_page(precedent, form), 422
    except NotReady as refused:
        return _coding_page(precedent, form, refused=refused), 409
    db_session().commit()
    flash(
        _("Your coding is given; it is compared with the first and goes to who approves.")
        if whole
        else _("The draft is kept. Only you can read it.")
    )
    return redirect(
        url_for("publishing.waiting" if whole else "publishing.code", code=None if whole else code)
    )


def _load(code: str) -> Precedent:
    return publish.load(db_session(), g.user, code)


def _codable(code: str) -> Precedent:
    """A proposal that this person may code; for anybody else there is none."""
    precedent = _load(code)
    if not coding.may_code(db_session(), precedent, g.user):
        raise PrecedentNotFound(code=code)
    return precedent


def _task(precedent: Precedent) -> str | None:
    return publish.task_of(db_session(), precedent, g.user)


def _propose_page(case: Case, form: ProposeForm | None = None):
    session = db_session()
    decision = standing_decision(session, case)
    may = workflow.may_do(g.user, "propose_precedent", case)
    problems = publish.missing(session, case, today()) if may else []
    shown = {"case": case, "may": may, "problems": problems, "form": None, "own": None}
    if may and decision is not None:
        shown["own"] = publish.own_proposal(session, decision, g.user)
    if may and not problems:
        facts = facts_of_decision(session, decision)
        form = form or _prefilled(case, decision, facts)
        shown |= {
            "form": form, "decision": decision, "facts": facts, "outcomes": words.OUTCOMES, "value_words": value_words,
            "derived": derived(session, decision, facts, **_told(form)), "issues": book().issues,
            "factors": book().factors, "fields": words.FIELDS,
        }  # fmt: skip
    html = render_template("precedents/propose.html", **shown)
    session.commit()
    return html


def _prefilled(case: Case, decision, facts) -> ProposeForm:
    """The words of the decision without what tells who it was, for whoever edits them."""
    session = db_session()
    plain = {name: one.value for name, one in facts.items()}
    place, period = identity.widest(session, case, plain)
    markers = markers_of(session, case)
    said = {
        "title": case.title, "summary": decision.facts_found, "holding": decision.reason, "notes": decision.considered
    }  # fmt: skip
    data: dict[str, object] = {
        name: identity.suggest(text, markers, place=place, period=period) for name, text in said.items()
    }
    for row in decision.recommendation.content["ledger"]:
        if outcome := _VERDICTS.get(row["verdict"]):
            data[f"issue_{row['id']}"] = outcome
    return propose_form(
        decision.disposition, _measured(decision, facts), data=data | {"place": place, "period": period}
    )


def _measured(decision, facts) -> dict:
    """The factors that the facts of a decision settle, by the law of its day."""
    return measured({name: one.value for name, one in facts.items()}, decision.decided_on)


def _generalised(case: Case, form: ProposeForm) -> ProposeForm:
    """The form as typed, with everything that tells who it was replaced by a suggestion."""
    markers = markers_of(db_session(), case)
    told = _told(form)
    for field in form:
        if field.name in publish.TEXTS or field.name.startswith("words_"):
            field.data = identity.suggest(field.data or "", markers, **told)
    return form


def _told(form: ProposeForm) -> dict[str, str]:
    """How much of where and when the form tells; as little as possible while it says nothing that is offered."""
    if form.place.data in identity.PLACES and form.period.data in identity.PERIODS:
        return {"place": form.place.data, "period": form.period.data}
    return {"place": "none", "period": "month"}


def _show_page(precedent: Precedent, *, settle=None, refuse=None, words_form=None, refused=None):
    session = db_session()
    may_approve = publish.may_approve(precedent, g.user)
    own = precedent.proposed_by_id == g.user.id
    first, second = coding.first_of(precedent), coding.second_of(precedent)
    found = coding.differences(first, second) if second else []
    if own and precedent.life == Life.REFUSED and words_form is None:
        words_form = WordsForm(data={name: getattr(precedent, name) for name in publish.TEXTS})
    events.record(session, "precedent.coding_read", g.user, precedent=precedent.id)
    case = library.own_case(precedent, g.user)
    html = render_template(
        "precedents/publishing/show.html", precedent=precedent, case=case, own=own, may_approve=may_approve,
        first=first if own or may_approve else None, second=second, found=found,
        agreement=coding.agreement_of(first, second) if second else None,
        settle=settle or settle_form(found), refuse=refuse or RefuseForm(), words_form=words_form, refused=refused,
        outcomes=words.OUTCOMES, said=_said, title_of=difference_title, issues=book().issues, factors=book().factors,
        asked=coding.asked_facts(), fields=words.FIELDS, TEXTS=publish.TEXTS, lives=words.LIVES,
    )  # fmt: skip
    session.commit()
    return html


def _coding_page(precedent: Precedent, form, *, refused=None):
    html = render_template(
        "precedents/publishing/coding.html", precedent=precedent, form=form, refused=refused, asked=coding.asked(),
        issues=book().issues, factors=book().factors, outcomes=words.OUTCOMES, fields=words.FIELDS,
    )  # fmt: skip
    db_session().commit()
    return html


def _said(one, side) -> str:
    """What one coder said, in words."""
    if one.kind == "issue":
        if not side:
            return _("Not decided")
        labels = [book().factors[name].label(lang()) for name in side["reasons"] if name in book().factors]
        return "；".join([both(words.OUTCOMES[side["outcome"]]), *labels])
    if side["state"] != "known":
        return _("Not stated in the text") if side["state"] == "unknown" else _("Does not apply")
    return value_words(one.name, side["value"])
