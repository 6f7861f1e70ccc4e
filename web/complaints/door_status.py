"""Behind the receipt: how far it is, letters both ways, files, an objection, a call for protection; and leaving."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.complaints import door, public
from casebook.complaints.public import Public
from casebook.complaints.telling import KEEP_SECRET
from casebook.errors import BadUpload
from casebook.procedure.dates import today
from casebook.seal import inbox, messages
from web.auth import admits
from web.complaints import door_keys
from web.complaints.door_files import receive_files
from web.complaints.door_forms import LetterForm, ReceiptForm
from web.i18n import both, lang
from web.session import db_session, sealed

blueprint = door_keys.blueprint


@blueprint.get("/report/status")
@admits()
def status():
    handle = _handle()
    return _ask() if handle is None else _page(handle)


@blueprint.post("/report/status")
@admits()
def status_submit():
    form = ReceiptForm(request.form)
    receipt = form.whole
    if not receipt:
        return _ask(form), 422
    taken = door_keys.try_receipt()
    if taken.wait:
        form.add_error("receipt", wait_words(taken.wait))
        response = current_app.make_response((_ask(form), 429))
        response.headers["Retry-After"] = str(taken.wait)
        return response
    handle = inbox.find(sealed(), receipt)
    if handle is None:
        form.add_error(
            "receipt",
            _("The receipt is written correctly, but nothing was ever handed in under it here. Check whether it "
              "was given by this site."),
        )  # fmt: skip
        return _ask(form), 404
    taken.give_back()
    kept = _kept()
    if kept["words"] or kept["kind"]:
        notice = _("You are in again. What you had typed is below and has not been sent yet.")
        return door_keys.give_pass(
            current_app.make_response(_page(handle, LetterForm(data=kept), notice)), handle
        )
    return door_keys.give_pass(redirect(url_for("door.status")), handle)


@blueprint.post("/report/status/write")
@admits()
def write_submit():
    handle = _handle()
    if handle is None:
        return ask_again()
    form = LetterForm(request.form)
    if not form.read():
        return _answer(handle, form, 422)
    if not _status(handle).open or (form.kind.data == "objection" and not _status(handle).may_object):
        form.add_error("kind", _("This can no longer be sent, or not yet. See how far your report is."))
        return _answer(handle, form, 422)
    taken = door_keys.try_sending()
    if taken.wait:
        form.add_error("words", wait_words(taken.wait))
        return _answer(handle, form, 429, wait=taken.wait)
    try:
        door.write(sealed(), handle, form.kind.data, form.typed("words"), today())
    except BadUpload as bad:
        form.add_error("words", bad.message(lang()))
        return _answer(handle, form, 422)
    return door_keys.keep_pass(redirect(url_for("door.status", _anchor="letters")))


@blueprint.post("/report/status/files")
@admits()
def files_submit():
    handle = _handle()
    if handle is None:
        return ask_again()
    if not _status(handle).open:
        return _answer(handle, LetterForm(), 422, problems=[_("Nothing more can be added to this report.")])
    taken = door_keys.try_sending()
    if taken.wait:
        return _answer(handle, LetterForm(), 429, problems=[wait_words(taken.wait)], wait=taken.wait)
    before = len(sealed().files(handle))
    problems = receive_files(lambda name, stream: door.add_file(sealed(), handle, name, stream))
    added = len(sealed().files(handle)) - before
    if added:
        door.note_files(sealed(), handle, added, today())
    elif not problems:
        problems = [_("Choose a file first.")]
    if problems:
        return _answer(handle, LetterForm(), 422, problems=problems)
    return door_keys.keep_pass(redirect(url_for("door.status", _anchor="files")))


@blueprint.post("/report/leave")
@admits()
def leave_submit():
    return door_keys.take_pass(redirect(url_for("door.left")))


@blueprint.get("/report/left")
@admits()
def left():
    return render_template("report/left.html")


def ask_again():
    """The receipt once more, for somebody whose thirty minutes are over or whose browser forgot; nothing is lost."""
    form = ReceiptForm(request.form)
    message = _("Thirty minutes have passed, or the browser keeps no cookies. Enter the receipt again.")
    if _kept()["words"]:
        message = _("Thirty minutes have passed, or the browser keeps no cookies. Enter the receipt again; what you "
                    "typed is kept.")  # fmt: skip
    form.add_error("receipt", message)
    return _ask(form), 401


def wait_words(seconds: int) -> str:
    """When to come back, said so that nobody thinks they were shut out."""
    if seconds <= 60:
        return _("There were too many tries from this connection, perhaps not yours. Nothing is lost and nobody is "
                 "locked out: try again in %(count)d seconds.", count=seconds)  # fmt: skip
    return _("There were too many tries from this connection, perhaps not yours. Nothing is lost and nobody is "
             "locked out: try again in %(count)d minutes.", count=-(-seconds // 60))  # fmt: skip


def too_large_words(found: int, most: int) -> str:
    """What to do when more was sent at once than is taken; the words are on the page before."""
    return _(
        "You sent about %(found)d MB; one upload takes %(most)d MB at most, and nothing of it was received. Go back: "
        "the page with your words and the files received so far is still there. If the browser asks whether to send "
        "it again, say yes; nothing goes to the organ by that. Then choose a smaller file, or send the files one at a "
        "time.",
        found=found,
        most=most,
    )


def _meaning(shown: Public) -> str:
    """What a stage means for whoever waits, in plain words."""
    return {
        "received": _("It lies sealed until it is registered. You need do nothing."),
        "registered": _(
            "It is being looked at whether it belongs here. If something is asked, it stands below."
        ),
        "accepted": _("It belongs here and will be dealt with. How is being decided."),
        "handling": _("The facts are being verified. If something is asked, it stands below."),
        "concluded": _("The verification is over. The answer was given; what was written of it stands below.")
        if shown.fed_back_on
        else _("The verification is over. The answer stands below as soon as it is given."),
        "refused": _("It does not fall to this organ to deal with it."),
        "passed_on": _("Another organ is responsible and has it now. Ask there how far it is."),
        "sent_up": _(
            "It was sent straight to the organ above, as the rules demand. Nothing of it is held here any more."
        ),
    }[shown.stage]


def _secret(shown: Public, letters: list[tuple]) -> str:
    """The duty to keep the result secret, where no letter under the receipt says it already."""
    said = any(KEEP_SECRET.zh in words for one, _kind, words in letters if one.who != messages.AUTHOR)
    return both(KEEP_SECRET) if shown.fed_back_on and not said else ""


def _handle() -> str | None:
    """The handle behind the pass of this browser, if there is still a receipt for it."""
    handle = door_keys.shown_pass()
    return handle if handle is not None and door.is_known(sealed(), handle) else None


def _status(handle: str) -> public.Public:
    shown = public.status(db_session(), handle, stub=inbox.is_stub(sealed(), handle))
    db_session().rollback()
    return shown


def _kept() -> dict[str, str]:
    return {
        "kind": request.form.get("kept_kind") or request.form.get("kind", ""),
        "words": request.form.get("kept_words") or request.form.get("words", ""),
    }


def _ask(form: ReceiptForm | None = None) -> str:
    return render_template("report/ask.html", form=form or ReceiptForm(), kept=_kept())


def _page(handle: str, form: LetterForm | None = None, notice: str = "", problems: list[str] = ()) -> str:
    shown = _status(handle)
    letters = [
        (one, *(door.heading(one.text) if one.who == messages.AUTHOR else (None, one.text)))
        for one in messages.all(sealed(), handle)
    ]
    form = form or LetterForm()
    form.offer(shown.may_object)
    errors = form.error_list + [{"text": problem, "href": "#file"} for problem in problems]
    return render_template(
        "report/status.html", status=shown, letters=letters, form=form, errors=errors, notice=notice,
        problems=problems, meaning=_meaning(shown), files=sealed().files(handle), secret=_secret(shown, letters),
    )  # fmt: skip


def _answer(handle: str, form: LetterForm, status: int, *, problems: list[str] = (), wait: int = 0):
    response = current_app.make_response((_page(handle, form, problems=problems), status))
    if wait:
        response.headers["Retry-After"] = str(wait)
    return door_keys.keep_pass(response)
