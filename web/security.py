"""What every answer carries and every request must pass: headers, CSRF, cookies, rate limits."""

from flask import Flask, Response, abort, current_app, request
from flask.sessions import SecureCookieSessionInterface
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
csrf = CSRFProtect()


class CookieInterface(SecureCookieSessionInterface):
    """The session cookie is marked Secure whenever the request came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return app.config["HTTPS_ONLY"] or request.is_secure


def init_app(app: Flask) -> None:
    app.session_interface = CookieInterface()
    app.extensions["casebook.limiter"] = Limiter(
        get_remote_address, app=app, storage_uri="memory://", strategy="moving-window"
    )
    app.before_request(_refuse_nul)
    app.before_request(_refuse_other_origins)
    csrf.init_app(app)
    app.after_request(_add_headers)


def _refuse_nul() -> None:
    """No page has an address with a NUL in it, and PostgreSQL takes none into a query."""
    if any("\0" in text for text in (request.path, *request.args.values())):
        abort(400)


def _refuse_other_origins() -> None:
    """A browser that says a form came from another site is believed."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        abort(403)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["HTTPS_ONLY"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    response.headers.setdefault("Cache-Control", "no-store")
    return response
