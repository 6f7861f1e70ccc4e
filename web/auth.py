"""Who is asking, and may this address be asked by them: sign in, sign out, and the door before every view."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from casebook import accounts
from casebook.models import Role, User
from web import keep
from web.forms import SignInForm
from web.session import db_session

blueprint = Blueprint("auth", __name__)

CASE_READERS = (Role.OFFICER, Role.REVIEWER, Role.PANEL, Role.CHIEF, Role.AUDITOR)
CASE_HANDLERS = (Role.OFFICER, Role.REVIEWER, Role.PANEL, Role.CHIEF)
CASE_WRITERS = (Role.OFFICER,)
EVERYONE = tuple(Role)
OPEN = ()


@dataclass(frozen=True)
class Viewer:
    """What the page's head says of the signed-in person; safe to read after the session is closed."""

    name: str
    role: Role
    login: str


def admits(*roles: Role) -> Callable:
    """Say which roles a view admits; none at all means that nobody need be signed in."""

    def mark(view: Callable) -> Callable:
        view.roles = roles
        return view

    return mark


def init_app(app: Flask) -> None:
    app.before_request(load_user)
    app.before_request(_check_door)
    app.context_processor(lambda: {"viewer": g.get("viewer"), "signed_in": g.get("viewer") is not None})
    limit_guesses(app, "auth.sign_in_submit", 401, get_remote_address, _typed_login)
    limit_guesses(app, "account.change_password_submit", 422, _own_login)


def limit_guesses(app: Flask, endpoint: str, failure: int, *keys: Callable[[], str]) -> None:
    """Refuse a view to whoever failed there too often, counted by each key; `failure` is the status of a failure."""
    limiter = app.extensions["casebook.limiter"]
    limited = view = app.view_functions[endpoint]
    for limit in app.extensions["casebook"].sign_in_limits:
        for key in keys:
            limited = limiter.limit(
                limit, key_func=key, deduct_when=lambda response: response.status_code == failure
            )(limited)
    limited.roles = view.roles
    app.view_functions[endpoint] = limited


def _own_login() -> str:
    return f"password:{g.user.id if g.user else 0}"


def _typed_login() -> str:
    return "login:" + accounts.normal_login(request.form.get("login", "")[:64])


def load_user() -> None:
    """Find the sign-in behind the cookie, once for a request; static files need none."""
    if "user_loaded" in g:
        return
    g.user = None
    if request.endpoint == "static" or request.blueprint == "door":  # at the public door nobody is anybody
        return
    token = session.get("sign_in")
    if token:
        sign_in = accounts.find_sign_in(db_session(), token)
        if sign_in is not None:
            remember(sign_in.user)
            g.sign_in = sign_in
        db_session().commit()
    g.user_loaded = True


def remember(user: User) -> None:
    g.user = user
    g.viewer = Viewer(user.name, user.role, user.login)


def _check_door():
    """Refuse every view that does not say whom it admits, and everyone it does not admit."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    roles = getattr(view, "roles", None)
    if roles is None:
        abort(403)
    if roles == OPEN:
        return None
    if g.user is None:
        return ask_to_sign_in()
    if g.user.role not in roles:
        abort(403)
    return None


def ask_to_sign_in():
    """Send to sign-in; what a form held is carried along, sealed, and offered again afterwards."""
    if request.method != "POST":
        return redirect(url_for("auth.sign_in", next=_this_page()))
    kept = keep.seal(session.get("user_id"))
    message = (
        _("Your sign-in has ended. What you typed is kept: sign in with the same account and send it again.")
        if kept
        else _("Your sign-in has ended. Sign in again.")
    )
    form = SignInForm()
    return render_template("auth/sign_in.html", form=form, kept=kept, message=message, next_page=""), 401


def _this_page() -> str | None:
    return None if request.path == "/" else request.full_path.rstrip("?")


def _local(target: str) -> str | None:
    """The address to go on to, if it is one of our own pages."""
    parts = urlsplit(target)
    ours = (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and not parts.netloc
        and not parts.scheme
    )
    return target if ours and "\n" not in target and "\r" not in target else None


def home() -> str:
    """The first page of each role."""
    if g.user.role == Role.RECEIVER:
        return url_for("desk.list_complaints")
    reads_cases = g.user.role in CASE_READERS
    return url_for("cases.list_cases" if reads_cases else "account.show")


@blueprint.get("/")
@admits(*EVERYONE)
def index():
    return redirect(home())


@blueprint.get("/sign-in")
@admits()
def sign_in():
    if g.user is not None:
        return redirect(_local(request.args.get("next", "")) or home())
    return render_template(
        "auth/sign_in.html", form=SignInForm(), kept="", message="", next_page=request.args.get("next", "")
    )


@blueprint.post("/sign-in")
@admits()
def sign_in_submit():
    form = SignInForm(request.form)
    kept, next_page = request.form.get("kept", ""), request.form.get("next", "")
    user = None
    if form.validate():
        user = accounts.check_password(db_session(), form.login.data.strip(), form.password.data)
        if user is None:
            form.password.errors = [_("The account or the password is not right.")]
    if user is None:
        db_session().commit()
        page = render_template("auth/sign_in.html", form=form, kept=kept, message="", next_page=next_page)
        return page, 401
    if g.user is not None:
        accounts.revoke_sign_in(db_session(), g.sign_in, g.user)
    token = accounts.start_sign_in(db_session(), user)
    db_session().commit()
    session.clear()
    session["sign_in"], session["user_id"] = token, user.id
    remember(user)
    g.pop("lang", None)
    if kept:
        return keep.offer_again(kept, user.id) or redirect(home())
    return redirect(_local(next_page) or home())


@blueprint.post("/sign-out")
@admits(*EVERYONE)
def sign_out():
    accounts.revoke_sign_in(db_session(), g.sign_in, g.user)
    db_session().commit()
    session.clear()
    session["user_id"] = g.user.id  # whose typed text another tab may still hold
    return redirect(url_for("auth.sign_in", out="1"))
