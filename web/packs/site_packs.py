"""The site's own rule packs: the register, one version with all that was found of it, and each step of its life."""

from collections.abc import Callable

from flask import Blueprint, Flask, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import access, events
from casebook.errors import BadFields, NotAllowed, NotReady, StalePack
from casebook.models import PackLife, PackVersion, Role
from casebook.packs import approval, drafts, entitled, everything, evidence, looking, told
from casebook.packs.current import approved, file_of, own_on
from casebook.procedure.dates import today
from rules.library import library
from web.auth import admits, limit_guesses
from web.forms import BaseForm
from web.i18n import lang
from web.packs import jobs, words
from web.packs.forms import ApproveForm, EndForm, RefuseForm
from web.refusals import show_problems
from web.rulebook.pages import tools
from web.session import db_session, reading

blueprint = Blueprint("site_packs", __name__)
READERS = (Role.REVIEWER, Role.CHIEF, Role.AUDITOR)
WRITERS = (Role.REVIEWER,)
SECOND = (Role.CHIEF,)
PACK = "/site-packs/<int(max=2147483647):pack_id>"


def init_app(app: Flask) -> None:
    jobs.init_app(app)
    for endpoint in ("site_packs.approve", "site_packs.end"):
        limit_guesses(app, endpoint, 422, lambda: f"signature:{g.user.id if g.user else 0}")


@blueprint.get("/site-packs")
@admits(*READERS)
def register():
    day = today()
    log = jobs.jobs().first_reading(jobs.ALL, g.user.id)
    rows = drafts.listing(db_session(), g.user, log=log)
    now = {one.id for one in own_on(approved(db_session()), day)}
    proof, holds = everything.proof_of_all(db_session(), day)
    job = jobs.jobs().of(jobs.ALL)
    html = render_template(
        "packs/register.html", rows=[(row, words.title(row), words.life(row, day)) for row in rows], now=now,
        proof=proof, holds=holds, job=job, stages=words.STAGES, today=day,
        may_draft=access.may(g.user, access.DRAFT_PACK),
        failures=words.failures(proof) if proof else [],
        said=words.sayings() if proof and not proof.passed else {}, unfit=everything.unfit(db_session(), day),
        assumed=_assumed(proof) if proof else [],
    )  # fmt: skip
    db_session().commit()
    return _asked_again(html, job)


@blueprint.post("/site-packs/prove")
@admits(*READERS)
def prove_all():
    access.ensure(g.user, access.READ_PACKS)
    unfit = everything.unfit(db_session(), today())
    db_session().commit()
    if unfit is None:
        jobs.prove_everything(g.user.id, today())
    return redirect(url_for("site_packs.register"), 303)


@blueprint.get(PACK)
@admits(*READERS)
def show(pack_id: int):
    pack = drafts.load(db_session(), g.user, pack_id)
    return page(_logged(pack) if jobs.first_reading(pack, g.user.id) else pack, 200)


@blueprint.post(PACK + "/run")
@admits(Role.REVIEWER, Role.CHIEF)
def run(pack_id: int):
    pack = load(pack_id)
    if pack.life not in drafts.UNFINISHED or not pack.organisation.is_within(g.user.organisation):
        raise NotAllowed(access.DRAFT_PACK)
    db_session().commit()
    try:
        jobs.look_at(pack.id, g.user.id, today())
    except NotReady as busy:
        return page(pack, 409, busy.message(lang()))
    return redirect(url_for("site_packs.show", pack_id=pack_id), 303)


@blueprint.post(PACK + "/propose")
@admits(*WRITERS)
def propose(pack_id: int):
    pack = load(pack_id)
    seen = _number(request.form.get("seen", ""))
    return _take(
        pack,
        lambda: approval.propose(db_session(), pack, g.user, seen=seen, today=today()),
        _("Proposed. The chief of the organ that stands above all others here decides on it."),
    )


@blueprint.post(PACK + "/withdraw")
@admits(*WRITERS)
def withdraw(pack_id: int):
    pack = load(pack_id)
    return _take(
        pack, lambda: drafts.withdraw(db_session(), pack, g.user), _("Withdrawn. It stays on record.")
    )


@blueprint.post(PACK + "/approve")
@admits(*SECOND)
def approve(pack_id: int):
    pack = load(pack_id)
    form = ApproveForm(request.form)

    def act():
        return approval.approve(
            db_session(), pack, g.user, digest=form.digest.data or "", password=form.password.data or "",
            words=form.words.data or "", today=today(),
        )  # fmt: skip

    return _take(pack, act, _("Approved and signed. It is in force from its first day."), "approve", form)


@blueprint.post(PACK + "/refuse")
@admits(*SECOND)
def refuse(pack_id: int):
    pack = load(pack_id)
    form = RefuseForm(request.form)

    def act():
        return approval.refuse(
            db_session(), pack, g.user, digest=form.digest.data or "", why=form.why.data or ""
        )

    return _take(pack, act, _("Refused. Its author is shown the reason."), "refuse", form)


@blueprint.post(PACK + "/end")
@admits(*SECOND)
def end(pack_id: int):
    pack = load(pack_id)
    form = EndForm(request.form)

    def act():
        return approval.end(
            db_session(), pack, g.user, last_on=form.last_on.day, reason=form.reason.data or "",
            password=form.password.data or "", today=today(),
        )  # fmt: skip

    return _take(
        pack, act, _("Ended. It is read for nothing that is decided after its last day."), "end", form
    )


@blueprint.get(PACK + "/rehearsal")
@admits(*READERS)
def rehearsal(pack_id: int):
    pack = load(pack_id)
    row = evidence.last_rehearsal(db_session(), pack)
    if row is None:
        return redirect(url_for("site_packs.show", pack_id=pack_id))
    html = render_template(
        "packs/rehearsal.html", pack=pack, row=row, stale=row.digest != pack.digest,
        told=told.read(db_session(), row, g.user, _number(request.args.get("page", "1"))), title=words.title(pack),
        own=words.sentences(pack), said=words.sayings(),
    )  # fmt: skip
    db_session().commit()
    return html


def load(pack_id: int) -> PackVersion:
    """The version, with its reading logged; 404 if there is none or this person may not see it."""
    return _logged(drafts.load(db_session(), g.user, pack_id))


def _logged(pack: PackVersion) -> PackVersion:
    events.record(db_session(), "pack.read", g.user, pack=pack.id, digest=pack.digest)
    return pack


def page(pack: PackVersion, status: int, problem: str = "", **typed: BaseForm):
    """The page of a version, with the forms as they were typed where something was wrong with them."""
    day, session, by = today(), db_session(), g.user
    answers = pack.life == PackLife.PROPOSED and approval.may_answer(pack, by)
    may_end = approval.may_answer(pack, by) and approval.may_end(session, pack, day)
    not_entitled = entitled.not_entitled(session, pack, by) if answers or may_end else None
    forms: dict[str, BaseForm] = {}
    if answers and not_entitled is None:
        forms["approve"] = ApproveForm(data={"digest": pack.digest})
    if answers:
        forms["refuse"] = RefuseForm(data={"digest": pack.digest})
    if may_end and not_entitled is None:
        forms["end"] = EndForm()
    forms |= {name: form for name, form in typed.items() if name in forms}
    unfinished = pack.life in drafts.UNFINISHED
    job = jobs.of(pack) if unfinished else None
    checks, proofs = evidence.latest(pack, looking.CHECK), evidence.latest(pack, looking.PROOF)
    runs = (
        unfinished and by.role in (Role.REVIEWER, Role.CHIEF) and pack.organisation.is_within(by.organisation)
    )
    rehearsal = evidence.last_rehearsal(session, pack) if told.may_see(pack, by) else None
    read = checks and not any(row.report for row in checks) and not (job and not job.over.is_set())
    books = None
    if read:
        session.commit()  # to load a text may take seconds: nobody is kept from writing
        with reading() as unlocked:
            books = words.shelf_with(unlocked, pack)
    html = render_template(
        "packs/show.html", rules=books.packs[pack.name].rules if books else (), **(tools(books) if books else {}),
        pack=pack, title=words.title(pack), life=words.life(pack, day), forms=forms, job=job,
        stages=words.STAGES, problem=problem, checks=checks, proofs=proofs, rehearsal=rehearsal,
        told=told.told(session, rehearsal, by) if rehearsal else None, knows=told.may_see(pack, by),
        since=evidence.since_rehearsal(session, rehearsal, by) if rehearsal and unfinished else 0,
        not_entitled=not_entitled, accepted=words.accepted(proofs), comes_back=pack.name in library().packs,
        faults=[words.quoted(one, pack.text, file_of(pack.name)) for row in checks for one in row.report],
        failures=[(row, words.failures(row)) for row in proofs],
        said=words.sayings(pack) if any(not row.passed for row in proofs) else {},
        missing=evidence.missing(session, pack, day) if unfinished else [], may_edit=drafts.may_edit(pack, by),
        wrong=[one for form in forms.values() for one in form.error_list], may_run=runs,
        may_withdraw=unfinished and pack.by_id == by.id and by.role == Role.REVIEWER,
        may_bring_back=drafts.may_bring_back(session, pack), may_draft=access.may(by, access.DRAFT_PACK), today=day,
        lines=pack.text.split("\n"),
    )  # fmt: skip
    session.commit()
    return _asked_again(html, job), status


def _take(
    pack: PackVersion, act: Callable[[], object], done: str, name: str = "", form: BaseForm | None = None
):
    """One step of a version: commit once, or show the page again with what was typed and why it was refused."""
    typed = {name: form} if form is not None else {}
    if form is not None and not form.validate():
        return page(pack, 422, **typed)
    try:
        act()
    except BadFields as bad:
        show_problems(form, bad)
        db_session().rollback()
        if "password" in bad.errors:
            approval.note_refused_signature(db_session(), pack, g.user)
        return page(pack, 422, **typed)
    except (NotReady, StalePack) as refused:
        db_session().rollback()
        return page(pack, 409, refused.message(lang()), **typed)
    db_session().commit()
    flash(done)
    return redirect(url_for("site_packs.show", pack_id=pack.id), 303)


def _asked_again(html: str, job: jobs.Job | None):
    """A page that asks for itself again while a run is under way, without scripts."""
    response = make_response(html)
    if job is not None and not job.over.is_set():
        response.headers["Refresh"] = str(jobs.SECONDS)
    return response


def _assumed(proof) -> list[dict]:
    """What the proofs of all tasks take for granted of a case, each once; older proofs do not say."""
    every = (one for report in proof.report for one in report.get("assumed", ()))
    return list({one["zh"]: one for one in every}.values())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
