"""Writing a version: typed or from a file, begun from another text, changed, or brought back from an earlier one."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import access, apart
from casebook.errors import BadFields, NotReady, StalePack
from casebook.models import PackVersion
from casebook.packs import drafts, evidence, looking
from casebook.packs.drafts import BadPack
from casebook.procedure.dates import today
from rules.library import library
from web.auth import admits
from web.i18n import lang
from web.packs import jobs, words
from web.packs.forms import BackForm, DraftForm
from web.packs.site_packs import PACK, WRITERS, blueprint, load
from web.refusals import show_problems
from web.session import db_session


@blueprint.get("/site-packs/new")
@admits(*WRITERS)
def new():
    """An empty text, that of a version one may read (?from=3), or that of a shipped pack of a place (?of=henan)."""
    text, begun = "", request.args.get("from", "")
    if begun.isascii() and begun.isdigit() and len(begun) < 10:
        text = load(int(begun)).text
        db_session().commit()
    elif shipped := library().packs.get(request.args.get("of", "")):
        text = next(
            (library().texts[name] for name in library().texts if name.endswith(f"/{shipped.name}.yaml")), ""
        )
    return _page(DraftForm(data={"text": text}))


@blueprint.post("/site-packs/new")
@admits(*WRITERS)
def new_submit():
    form = DraftForm(request.form)

    def act() -> PackVersion:
        return drafts.draft(
            db_session(), g.user, text=form.text.data or "", reason=form.reason.data, from_on=form.from_on.day,
            today=today(),
        )  # fmt: skip

    return _keep(form, act)


@blueprint.get(PACK + "/edit")
@admits(*WRITERS)
def edit(pack_id: int):
    pack = load(pack_id)
    if not drafts.may_edit(pack, g.user):
        return redirect(url_for("site_packs.show", pack_id=pack_id))
    db_session().commit()
    data = {
        "text": pack.text,
        "reason": pack.reason,
        "from_on": pack.proposed_from and pack.proposed_from.isoformat(),
        "seen": str(pack.version),
    }
    return _page(DraftForm(data=data), pack)


@blueprint.post(PACK + "/edit")
@admits(*WRITERS)
def edit_submit(pack_id: int):
    pack = load(pack_id)
    form = DraftForm(request.form)

    def act() -> PackVersion:
        seen = form.seen.data or ""
        return drafts.revise(
            db_session(), pack, g.user, text=form.text.data or "", reason=form.reason.data, from_on=form.from_on.day,
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1, today=today(),
        )  # fmt: skip

    return _keep(form, act, pack)


@blueprint.get(PACK + "/back")
@admits(*WRITERS)
def back(pack_id: int):
    pack = load(pack_id)
    html = render_template("packs/back.html", pack=pack, form=BackForm(), refused="")
    db_session().commit()
    return html


@blueprint.post(PACK + "/back")
@admits(*WRITERS)
def back_submit(pack_id: int):
    pack = load(pack_id)
    form, refused, status = BackForm(request.form), "", 422
    if form.validate():
        try:
            made = drafts.roll_back(
                db_session(), pack, g.user, reason=form.reason.data, from_on=form.from_on.day, today=today()
            )
        except BadFields as bad:
            show_problems(form, bad)
        except NotReady as early:
            refused, status = early.message(lang()), 409
        else:
            return _checked(made)
    db_session().rollback()
    return render_template("packs/back.html", pack=pack, form=form, refused=refused), status


def _keep(form: DraftForm, act, pack: PackVersion | None = None):
    """Keep a text and check it at once; whatever is wrong, the page comes back with everything that was typed."""
    form.take_file()
    from_file = list(form.file.errors)
    valid = form.validate() and not from_file
    form.file.errors = from_file
    if valid:
        try:
            made = act()
        except BadPack as bad:
            show_problems(form, bad)
            db_session().rollback()
            return _page(form, pack, 422, words.quoted_error(bad.fault, form.text.data or ""))
        except BadFields as bad:
            show_problems(form, bad)
        except StalePack as stale:
            db_session().rollback()
            return _page(form, pack, 409, stale=stale.message(lang()))
        else:
            return _checked(made)
    db_session().rollback()
    return _page(form, pack, 422)


def _checked(pack: PackVersion):
    """Commit what was written and check it: a text with faults is kept all the same, and its faults with it.

    Whoever wrote it waits a moment, in which most texts are checked; of another, its page says that it is under way.
    """
    db_session().commit()
    shown = redirect(url_for("site_packs.show", pack_id=pack.id), 303)
    try:
        job = jobs.check(pack, g.user.id, today())
    except NotReady as busy:
        flash(_("Saved, and not checked yet: ") + busy.message(lang()))
        return shown
    db_session().commit()  # nobody is kept from writing meanwhile, the check least of all
    if not job.over.wait(jobs.AT_ONCE) or job.failed:
        flash(_("Saved."))
        return shown
    db_session().refresh(pack)
    if all(row.passed for row in evidence.latest(pack, looking.CHECK)):
        flash(_("Saved. The text can be read and its examples come out as they should."))
    else:
        flash(_("Saved. The text has faults, which are listed below."))
    return shown


def _page(
    form: DraftForm,
    pack: PackVersion | None = None,
    status: int = 200,
    fault: words.Quoted | None = None,
    stale: str = "",
):
    access.ensure(g.user, access.DRAFT_PACK)
    apart.get_ready()  # while the text is being written
    if pack is not None and pack.by_id != g.user.id:
        abort(403)
    html = render_template("packs/write.html", form=form, pack=pack, fault=fault, stale=stale)
    return html, status
