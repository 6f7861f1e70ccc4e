"""The library of precedents: what is in it, one precedent in full, how far they agree, and files in and out."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import access
from casebook.errors import BadFields, NotReady
from casebook.models import Life, Precedent, Role, Tier
from casebook.precedents import (
    ageing,
    citing,
    coding,
    consistency,
    exchange,
    finding,
    library,
    publish,
    sentences,
    words,
)
from casebook.precedents.records import SHOWN, BadImport
from casebook.precedents.sheets import LIMIT
from casebook.procedure.dates import today
from rules.articles import article_words
from rules.factors import book, measured
from web.auth import CASE_READERS, admits
from web.i18n import both, lang
from web.paging import PER_PAGE, asked_page, page_of
from web.precedents.library_forms import ImportForm, LibraryFilter, RefuseForm, WithdrawForm
from web.refusals import show_problems
from web.session import db_session
from web.values import fact_label

blueprint = Blueprint("library", __name__)
APPROVERS = (Role.REVIEWER, Role.CHIEF)
CONFLICTS_PER_PAGE = 10
LANDMARKS = 50
TIER_COLOURS = {"guiding": "violet", "typical": "violet", "superior": "amber", "own": "", "elsewhere": ""}
LIFE_COLOURS = {
    Life.ALIVE: "green", Life.PROPOSED: "amber", Life.CODING: "amber", Life.REVIEW: "amber", Life.FLIPPED: "red",
    Life.REVERSED: "red",
}  # fmt: skip
TYPES = {
    "jsonl": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Cited:
    """What a precedent rests on, as the page says it, with the page where the text of it is."""

    words: str
    href: str


@blueprint.app_context_processor
def _words() -> dict:
    return {"precedent_tier": tier_tag, "precedent_life": life_tag}


def tier_tag(precedent: Precedent) -> tuple[str, str]:
    """How much a precedent weighs for whoever is signed in, in a word, and its colour."""
    tier = library.tier_for(precedent, g.user.organisation)
    if _is_from_below(precedent):
        return _("of an organ below").capitalize(), TIER_COLOURS[tier]
    return both(words.TIERS[tier]).capitalize(), TIER_COLOURS[tier]


def _is_from_below(precedent: Precedent) -> bool:
    """Whether an organ below that of whoever is signed in decided it: it binds there, and is for reference here."""
    own = g.user.organisation
    return (
        precedent.tier == Tier.OWN
        and precedent.organisation_id != own.id
        and precedent.organisation.is_within(own)
    )


def life_tag(life: Life) -> tuple[str, str]:
    return both(words.LIVES[life]).capitalize(), LIFE_COLOURS.get(life, "")


@blueprint.get("/precedents")
@admits(*CASE_READERS)
def list_precedents():
    form = LibraryFilter(request.args)
    wanted = form.wanted()
    total = finding.count(db_session(), g.user, **wanted)
    page, pages = page_of(total)
    found = library.listing(db_session(), g.user, **wanted, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    html = render_template(
        "precedents/library/list.html", form=form, precedents=found, total=total, page=page, pages=pages,
        current=ageing.current_ids(db_session(), today()), batches=exchange.batches(db_session(), g.user),
        waiting=publish.waits_for(db_session(), g.user), lives=finding.by_life(db_session(), g.user),
        kept={key: value for key, value in request.args.items() if key in form or key == "lang"},
        rooms=_rooms(), may_import=access.may(g.user, access.PROPOSE_PRECEDENT),
    )  # fmt: skip
    db_session().commit()
    return html, 422 if form.errors else 200


@blueprint.get("/precedents/<code>")
@admits(*CASE_READERS)
def show(code: str):
    return _page(library.get(db_session(), g.user, code))


@blueprint.post("/precedents/<code>/withdraw")
@admits(Role.CHIEF)
def withdraw(code: str):
    precedent = library.get(db_session(), g.user, code)
    form = WithdrawForm(request.form)

    def act():
        library.withdraw(db_session(), precedent, g.user, today(), form.why.data, form.law.data or "")

    return _acted(precedent, "withdraw", form, act, _("The precedent is taken out of the library."))


@blueprint.post("/precedents/<code>/approve")
@admits(*APPROVERS)
def approve(code: str):
    precedent = _imported(code)

    def act():
        library.publish(db_session(), precedent, g.user, today())
        ageing.replay(db_session(), precedent, today(), by=g.user)

    return _acted(
        precedent, "approve", None, act, _("The precedent is approved; it is relied on from now on.")
    )


@blueprint.post("/precedents/<code>/refuse")
@admits(*APPROVERS)
def refuse(code: str):
    precedent = _imported(code)
    form = RefuseForm(request.form)

    def act():
        library.refuse(db_session(), precedent, g.user, today(), form.why.data)

    return _acted(precedent, "refuse", form, act, _("The precedent is not approved."))


@blueprint.get("/precedents/consistency")
@admits(*CASE_READERS)
def show_consistency():
    asked = request.args.get("issue", "")
    issue = asked if asked in consistency.ISSUES else consistency.ISSUES[0]
    page = asked_page()
    found = consistency.picture(
        db_session(), g.user, issue, today(), limit=CONFLICTS_PER_PAGE, offset=(page - 1) * CONFLICTS_PER_PAGE
    )
    _, pages = page_of(found.count, CONFLICTS_PER_PAGE)
    html = render_template(
        "precedents/library/consistency.html", found=found, page=page, pages=pages, factors=book().factors,
        issues=[book().issues[one] for one in consistency.ISSUES], sentences=sentences, today=today(),
        most_landmarks=LANDMARKS, tiers=words.TIERS,
    )  # fmt: skip
    db_session().commit()
    return html


@blueprint.get("/precedents/import")
@admits(*APPROVERS)
def import_file():
    return render_template("precedents/library/import.html", form=ImportForm(), faults=(), shown=SHOWN)


@blueprint.post("/precedents/import")
@admits(*APPROVERS)
def import_file_submit():
    form, faults = ImportForm(), ()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        form.add_error("file", _("Choose a file."))
    else:
        try:
            content = sent.stream.read(LIMIT + 1)
            taken = exchange.import_precedents(db_session(), g.user, content, sent.filename, on=today())
        except BadImport as bad:
            db_session().rollback()
            faults = bad.faults
            form.add_error("file", _("Nothing was imported. Faults: %(count)d.", count=len(faults)))
        else:
            db_session().commit()
            flash(_("Imported: %(count)d. They wait for approval by another person.", count=len(taken)))
            return redirect(url_for("library.list_precedents", life=Life.PROPOSED))
    page = render_template(
        "precedents/library/import.html", form=form, faults=faults, shown=SHOWN, field_name=_field_name
    )
    return page, 422


@blueprint.get("/precedents/imports/<int(max=2147483647):number>")
@admits(*APPROVERS)
def show_import(number: int):
    batch = _batch(number)
    html = render_template("precedents/library/show_import.html", batch=batch)
    db_session().commit()
    return html


@blueprint.post("/precedents/imports/<int(max=2147483647):number>")
@admits(*APPROVERS)
def approve_import(number: int):
    _batch(number)
    approved = exchange.approve_import(db_session(), number, g.user, today())
    db_session().commit()
    left = max(len(approved) - exchange.AT_ONCE, 0)
    flash(_("Approved: %(count)d.", count=len(approved)))
    if left:
        flash(_("Still to be decided again by the rules of today: %(count)d.", count=left))
    return redirect(url_for("library.list_precedents"))


@blueprint.get("/precedents/export.<any(jsonl,xlsx):kind>")
@admits(*CASE_READERS)
def export(kind: str):
    content = exchange.export(db_session(), g.user, "." + kind, lang=lang())
    db_session().commit()
    response = Response(content, content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="precedents.{kind}"'
    return response


def _page(
    precedent: Precedent, typed: Mapping | None = None, refused: NotReady | None = None, status: int = 200
):
    """The whole of one precedent, with what this person may do about it."""
    day = today()
    forms = {"withdraw": WithdrawForm(), "refuse": RefuseForm(), **(typed or {})}
    tier = library.tier_for(precedent, g.user.organisation)
    supersedes, superseded_by = _chain(precedent)
    html = render_template(
        "precedents/library/show.html", precedent=precedent, forms=forms, refused=refused, named=_named(),
        page_lang=lang(),
        tier="below" if _is_from_below(precedent) else tier, force=words.force(tier),
        current=ageing.is_current(db_session(), precedent, day),
        case=library.own_case(precedent, g.user), cited=cited(precedent), coded=coding.coded(precedent),
        trust=consistency.trust(db_session(), g.user, precedent, day), issues=book().issues, factors=book().factors,
        measured=_measured(precedent), facts=_facts(precedent), supersedes=supersedes, superseded_by=superseded_by,
        may_approve=library.may_publish(precedent, g.user) and precedent.case_id is None,
        may_withdraw=library.may_withdraw(precedent, g.user), history=library.history(precedent, g.user),
        shows_people=library.shows_people(precedent, g.user),
    )  # fmt: skip
    db_session().commit()
    return html, status


def _acted(precedent: Precedent, name: str, form, act, done: str):
    """Do one thing about a precedent, or show its page with what is wrong."""
    typed = {name: form} if form is not None else {}
    if form is not None and not form.validate():
        return _page(precedent, typed, status=422)
    try:
        act()
    except BadFields as bad:
        show_problems(form, bad)
        return _page(precedent, typed, status=422)
    except NotReady as refused:
        return _page(precedent, typed, refused, status=409)
    db_session().commit()
    flash(done)
    return redirect(url_for("library.show", code=precedent.code))


def _imported(code: str) -> Precedent:
    """A precedent that was not made from a case here: those are approved where their coding is settled."""
    precedent = library.get(db_session(), g.user, code)
    if precedent.case_id is not None:
        abort(404)
    return precedent


def _batch(number: int) -> exchange.Batch:
    """An import that this person may approve, else 404."""
    found = (one for one in exchange.batches(db_session(), g.user) if one.number == number)
    return next(found, None) or abort(404)


def _rooms() -> list[tuple[str, str]]:
    """The pages that are reached from here."""
    return [
        (url_for("search.start"), _("Search in full text")),
        (url_for("library.show_consistency"), _("Consistency of the precedents")),
        (url_for("precedents.compare"), _("Compare two precedents")),
        (url_for("ageing.show"), _("Precedents and the law of today")),
        *(
            [(url_for("quiz.show"), _("Practice on precedents"))]
            if access.may(g.user, access.TAKE_QUIZ)
            else []
        ),
        (url_for("library.export", kind="xlsx"), _("Export as a spreadsheet")),
        (url_for("library.export", kind="jsonl"), _("Export as JSON Lines")),
    ]


def _named() -> dict:
    return {"outcome": words.OUTCOMES, "state": words.STATES, "how": words.HOW, "field": words.FIELDS}


def _field_name(field: str) -> str:
    """A field of a file as the page calls it: the name of the column, the fact or the issue."""
    kind, _dot, rest = field.partition(".")
    if kind in words.FIELDS:
        return both(words.FIELDS[kind])
    name = rest.partition(".")[0]
    if kind == "facts" and name:
        return fact_label(name)
    return both(book().issues[name]) if kind == "issues" and name in book().issues else field


def _facts(precedent: Precedent) -> tuple[list, list]:
    """The facts that the findings rest on or expressly pass over, then all others."""
    named = {factor for issue in precedent.issues for factor in (*issue.reasons, *issue.rejected)}
    carried = {fact for name in named if name in book().factors for fact in book().factors[name].facts}
    weighed = [fact for fact in precedent.facts if fact.fact_id in carried]
    return weighed, [fact for fact in precedent.facts if fact not in weighed]


def _measured(precedent: Precedent) -> list[tuple[str, str]]:
    """What is compared of it: each factor that its facts settle, by the law of today and as it was decided."""
    found = measured(precedent.known_facts, today(), decided=True)
    return [
        (factor.label(lang()), factor.say(found[factor.id], lang(), today()))
        for factor in book().factors.values() if factor.id in found
    ]  # fmt: skip


def _chain(precedent: Precedent) -> tuple[Precedent | None, Precedent | None]:
    """The precedent it mends, and the one that mends it, as far as this person may read them."""
    readable = library.readable(g.user)
    before = precedent.supersedes_id and db_session().scalar(
        readable.where(Precedent.id == precedent.supersedes_id)
    )
    after = (
        db_session()
        .scalars(readable.where(Precedent.supersedes_id == precedent.id, Precedent.published_at.is_not(None)))
        .first()
    )
    return before or None, after


def cited(precedent: Precedent) -> list[Cited]:
    """What it rests on, each with the page of its rule, or of its instrument where its article has several."""
    found = []
    for article in precedent.articles:
        one = citing.resolve(article, precedent.decided_on, precedent.conduct)
        if one is None:
            found.append(Cited(citing.words(article), ""))
            continue
        href = (
            url_for("rulebook.rule", version=one.rules[0].version)
            if len(one.rules) == 1
            else url_for("rulebook.instrument", code=one.source.id)
        )
        found.append(Cited(f"{both(one.source.title)} {article_words(one.article, lang())}", href))
    return found
