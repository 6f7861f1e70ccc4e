"""One's own account: language, password, and where one is signed in."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from casebook import accounts
from casebook.db import utc_now
from casebook.errors import BadFields
from casebook.models import SignIn, User
from web.auth import EVERYONE, admits
from web.forms import LanguageForm, PasswordForm
from web.i18n import COOKIE, lang
from web.session import db_session

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@admits(*EVERYONE)
def show():
    return _render(PasswordForm())


@blueprint.post("/account/password")
@admits(*EVERYONE)
def change_password_submit():
    form = PasswordForm(request.form)
    if form.validate():
        try:
            accounts.change_password(
                db_session(), g.user, g.user, form.new.data, current=form.current.data, but=g.sign_in
            )
        except BadFields as bad:
            for name, problem in bad.errors.items():
                form.add_error(name, problem.message(lang()))
        else:
            db_session().commit()
            flash(_("The password is changed, and every other sign-in has ended."))
            return redirect(url_for("account.show"))
    db_session().rollback()
    return _render(form), 422


@blueprint.post("/account/language")
@admits(*EVERYONE)
def set_language_submit():
    form = LanguageForm(request.form)
    if not form.validate():
        abort(400)
    accounts.set_language(db_session(), g.user, form.language.data)
    db_session().commit()
    response = redirect(url_for("account.show"))
    response.delete_cookie(COOKIE)
    return response


@blueprint.post("/account/revoke")
@admits(*EVERYONE)
def revoke_others_submit():
    ended = accounts.revoke_sign_ins(db_session(), g.user, g.user, but=g.sign_in)
    db_session().commit()
    flash(_("Other sign-ins ended: %(count)d.", count=ended))
    return redirect(url_for("account.show"))


def _render(form: PasswordForm):
    user, here = g.user, g.sign_in
    sign_ins = _living_sign_ins(user)
    organisation = user.organisation.name(lang())
    db_session().commit()
    return render_template(
        "account/show.html", form=form, language=LanguageForm(data={"language": user.language or lang()}),
        user=user, organisation=organisation, sign_ins=sign_ins, here=here,
    )  # fmt: skip


def _living_sign_ins(user: User) -> list[SignIn]:
    """Where a person is signed in now, latest first."""
    now = utc_now()
    living = select(SignIn).where(
        SignIn.user_id == user.id, SignIn.revoked_at.is_(None), SignIn.expires_at > now,
        SignIn.last_seen_at > now - accounts.IDLE_LASTS,
    )  # fmt: skip
    return list(db_session().scalars(living.order_by(SignIn.created_at.desc())))
