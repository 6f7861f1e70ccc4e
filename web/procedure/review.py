"""The review of a case: one page for whoever has something to do there, and for everybody else to read."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casebook import queries
from casebook.errors import BadFields, NotAllowed, NotReady, Problem, WrongStage
from casebook.models import Case, Part, Review, SendBack, Step, User
from casebook.procedure import drafts, people, returns, review, second_opinion, two_step, workflow
from casebook.procedure.dates import today
from casebook.procedure.drafts import Draft, StaleDraft
from casebook.procedure.items import VIEWS, items_of, wanted_sides
from rules.vocabulary import vocabulary
from web.auth import CASE_HANDLERS, CASE_READERS, admits
from web.cases import load_case
from web.i18n import both, lang
from web.labels import DISTINCTIONS
from web.procedure.review_form import PersonForm, ReviewForm, item_title
from web.report import Report
from web.session import db_session
from web.values import fact_label

blueprint = Blueprint("review", __name__)


@blueprint.app_context_processor
def _words() -> dict:
    return {"view_words": _view_words, "send_back_words": _send_back_words, "about_words": _about_words}


def _view_words(code: str) -> str:
    return VIEWS[code].message(lang()) if code in VIEWS else ""


def _send_back_words(back: SendBack) -> str:
    return both(returns.words(back.code, back.from_stage))


def _about_words(item: str) -> str:
    """What a return concerns: a distinction, a factor or a fact."""
    factor = next((one for one in vocabulary().factors if one.id == item), None)
    if item in DISTINCTIONS:
        return str(DISTINCTIONS[item])
    return factor.label(lang()) if factor else fact_label(item)


@blueprint.get("/cases/<number>/review")
@admits(*CASE_READERS)
def show(number: str):
    return _page(load_case(number))


@blueprint.post("/cases/<number>/review/submit")
@admits(*CASE_HANDLERS)
def submit_submit(number: str):
    case = load_case(number)
    try:
        review.submit(db_session(), case, g.user, on=today())
    except (NotReady, WrongStage) as refused:
        return _page(case, refused=refused), 409
    db_session().commit()
    name = _holders(case).get(Part.REVIEWER)
    if name:
        flash(_("The case is handed in. %(name)s reviews it.", name=name))
    else:
        flash(_("The case is handed in. The chief names the reviewer."))
    return redirect(url_for("cases.show_case", number=number))


@blueprint.post("/cases/<number>/review/reviewer")
@admits(*CASE_HANDLERS)
def assign_submit(number: str):
    return _assign(load_case(number), Part.REVIEWER)


@blueprint.post("/cases/<number>/review/second-reviewer")
@admits(*CASE_HANDLERS)
def assign_second_submit(number: str):
    return _assign(load_case(number), Part.SECOND_REVIEWER)


@blueprint.post("/cases/<number>/review")
@admits(*CASE_HANDLERS)
def review_submit(number: str):
    """Keep, pass on or send back: one form, so that nothing typed is lost whichever button is pressed."""
    case = load_case(number)
    if Part.REVIEWER not in workflow.parts_of(g.user, case):
        raise NotAllowed("review")
    draft = drafts.see_draft(db_session(), case, g.user, second=False)
    form = ReviewForm.of_draft(draft, request.form)
    given = {**form.opinion, "seen": form.seen.data or ""}
    answers = form.answers(draft.items)
    then = request.form.get("then")
    try:
        if then == "pass":
            review.pass_review(db_session(), case, g.user, answers, **given, on=today())
            message = _("The review is passed. The case goes on to the hearing.")
        elif then == "return":
            review.return_to_officer(
                db_session(), case, g.user, answers, code=form.code.data or "", words=form.words.data or "",
                about=form.concerned, **given, on=today(),
            )  # fmt: skip
            message = _("The case is back with its officer.")
        else:
            review.save_review(db_session(), case, g.user, answers, **given)
            message = _("The draft is kept. Only you can read it.")
    except (BadFields, StaleDraft, NotReady, WrongStage) as refused:
        return refused_review(case, draft, form, refused, _page)
    db_session().commit()
    flash(message)
    page = "review.show" if then not in ("pass", "return") else "cases.show_case"
    return redirect(url_for(page, number=number))


@blueprint.get("/cases/<number>/second-review")
@admits(*CASE_READERS)
def second(number: str):
    return _second_page(load_case(number))


@blueprint.post("/cases/<number>/second-review")
@admits(*CASE_HANDLERS)
def second_submit(number: str):
    case = load_case(number)
    if Part.SECOND_REVIEWER not in workflow.parts_of(g.user, case):
        raise NotAllowed("second_review")
    draft = drafts.see_draft(db_session(), case, g.user, second=True)
    form = ReviewForm.of_draft(draft, request.form)
    given = {**form.opinion, "seen": form.seen.data or ""}
    whole = request.form.get("then") == "give"
    act = second_opinion.submit_second if whole else second_opinion.save_second
    try:
        act(db_session(), case, g.user, form.answers(draft.items), **given)
    except (BadFields, StaleDraft, NotReady, WrongStage) as refused:
        return refused_review(case, draft, form, refused, _second_page)
    db_session().commit()
    flash(
        _("Your opinion is given. Both opinions can be read now.")
        if whole
        else _("The draft is kept. Only you can read it.")
    )
    return redirect(url_for("review.second", number=number))


def refused_review(case: Case, draft: Draft, form: ReviewForm, refused, page):
    """The form again with everything typed: faults at their fields, or what another window kept beside it."""
    if isinstance(refused, BadFields):
        form.refuse(refused.errors, draft.items)
        return page(case, draft=draft, form=form), 422
    if isinstance(refused, StaleDraft):
        form.seen.data = refused.kept.mark
        return page(case, draft=refused.kept, form=form, kept=refused.kept), 409
    return page(case, draft=draft, form=form, refused=refused), 409


def _assign(case: Case, part: Part):
    chosen = people.candidates(db_session(), case, part)
    form = PersonForm.among(chosen, part, _part_label(part), request.form)
    user = form.person(chosen)
    if user is None:
        form.add_error("user_id", _("Choose a person from the list."))
        workflow.ensure(db_session(), g.user, people.ASSIGNING[part], case)
        return _page(case, assign={part: form}), 422
    try:
        if part == Part.REVIEWER:
            review.assign_reviewer(db_session(), case, user, g.user, on=today())
        else:
            second_opinion.assign_second(db_session(), case, user, g.user)
    except BadFields as bad:
        form.add_error("user_id", bad.message(lang()))
        return _page(case, assign={part: form}), 422
    db_session().commit()
    flash(_("The part is assigned."))
    return redirect(url_for("review.show", number=case.number))


def _page(case: Case, *, draft=None, form=None, kept=None, refused=None, assign=None):
    """What this person has to do here, and what everybody may read, on one page."""
    session, user = db_session(), g.user
    may = workflow.open_steps(user, case)
    hidden = review.hides_reviews(session, user, case)
    shown = {
        "case": case, "may": may, "hidden": hidden, "refused": refused,
        "done": [] if hidden else _rounds(review.read_reviews(session, user, case)),
        "returns": [] if hidden else review.send_backs(session, user, case),
        "holders": _holders(case), "owed": None if hidden else drafts.open_review(session, case, second=True),
        "tasks": {}, "declared": None, "form": None, "own_view": two_step.view_of(case, user),
    }  # fmt: skip
    if "submit" in may:
        shown["missing"] = _missing_to_submit(session, case, user)
        shown["declared"] = people.find_declaration(session, case, user, Step.ASSIGNMENT)
    shown["tasks"] = _assignments(session, case, may, shown["owed"], assign or {})
    if "review" in may or form is not None:
        shown |= _form_part(session, case, user, draft, form, kept, second=False)
    html = render_template("procedure/review.html", **shown)
    db_session().commit()
    return html


def _second_page(case: Case, *, draft=None, form=None, kept=None, refused=None):
    session, user = db_session(), g.user
    may = workflow.open_steps(user, case)
    shown = {
        "case": case,
        "may": may,
        "refused": refused,
        "form": None,
        "pairs": [],
        "owed": None,
        "hidden": False,
        "own_view": two_step.view_of(case, user),
    }
    owed = drafts.open_review(session, case, second=True)
    writes = "second_review" in may and owed is not None
    if writes or form is not None:
        shown |= _form_part(session, case, user, draft, form, kept, second=True)
    elif review.hides_reviews(session, user, case):
        shown["hidden"] = True
    else:
        shown["owed"] = owed
        shown["pairs"] = [row for row in _rounds(review.read_reviews(session, user, case)) if row["second"]]
    html = render_template("procedure/second_review.html", **shown)
    db_session().commit()
    return html


def _form_part(session: Session, case: Case, user: User, draft, form, kept, *, second: bool) -> dict:
    declared = people.find_declaration(session, case, user, Step.ASSIGNMENT)
    draft = draft or drafts.see_draft(session, case, user, second=second)
    form = form or ReviewForm.of_draft(draft)
    form.offer_facts(queries.facts_of(session, case))
    return {
        "declared": declared, "draft": draft, "form": form, "kept": kept, "item_title": item_title,
        "wanted": {item.id: wanted_sides(item, form[f"view_{item.id}"].data or "") for item in draft.items},
        "report": Report(draft.recommendation.content), "printed": True, "differs": _differs(draft, form, kept),
    }  # fmt: skip


def _differs(draft: Draft, form: ReviewForm, kept: Draft | None) -> list:
    """The items another window kept otherwise than they are typed here."""
    if kept is None:
        return []
    typed = form.answers(draft.items)
    found = []
    for item in draft.items:
        theirs, mine = kept.answers.get(item.id), typed[item.id]
        if theirs and (theirs.view, theirs.words_for, theirs.words_against) != (
            mine.view, mine.words_for.strip(), mine.words_against.strip(),
        ):  # fmt: skip
            found.append((item_title(item), theirs))
    return found


def _rounds(reviews: list[Review]) -> list[dict]:
    """Each round: its first review, the second opinion if given, and the items with both views."""
    found: dict[int, dict] = {}
    for row in reviews:
        entry = found.setdefault(row.round, {"round": row.round, "first": None, "second": None, "items": []})
        entry["second" if row.second else "first"] = row
    for entry in found.values():
        base = entry["first"] or entry["second"]
        views = {
            side: {view.item: view for view in (entry[side].views if entry[side] else ())}
            for side in ("first", "second")
        }
        entry["items"] = [
            (item_title(item), item, views["first"].get(item.id), views["second"].get(item.id))
            for item in items_of(base.recommendation.content)
        ]
    return list(found.values())


def _holders(case: Case) -> dict[str, str]:
    parts = (Part.REVIEWER, Part.SECOND_REVIEWER)
    return {row.part: row.user.name for row in case.assignments if row.part in parts and row.ended_at is None}


def _missing_to_submit(session: Session, case: Case, user: User) -> list[Problem]:
    """What is missing beside the person's own answer on recusal, which the page asks for."""
    found = review.missing_particulars(case)
    try:
        drafts.current_recommendation(session, case)
    except NotReady as missing:
        found += missing.missing
    try:
        if case.officer_id != user.id:
            people.ensure_declared(session, case, case.officer, Step.ASSIGNMENT)
    except NotReady as missing:
        found += missing.missing
    return found


def _assignments(session: Session, case: Case, may: set[str], owed: Review | None, typed: dict) -> dict:
    """The forms with which the chief names the reviewers, where there is somebody to name."""
    wanted = {}
    if "assign_reviewer" in may:
        wanted[Part.REVIEWER] = people.candidates(session, case, Part.REVIEWER)
    if "assign_second" in may and owed is not None:
        wanted[Part.SECOND_REVIEWER] = people.candidates(session, case, Part.SECOND_REVIEWER)
    return {
        part: typed.get(part) or PersonForm.among(chosen, part, _part_label(part))
        for part, chosen in wanted.items()
    }


def _part_label(part: Part) -> str:
    return _("Reviewer") if part == Part.REVIEWER else _("Second reviewer")
