"""The language of a request: ?lang=zh|en, then the cookie, then the user's own setting, then Chinese.

Two short names travel through the code, "zh" and "en"; the browser sees "zh-CN" and "en".
"""

from flask import Flask, Response, g, request, url_for
from flask_babel import Babel, format_date, format_datetime

from rules.articles import article_words

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
TAGS = {"zh": "zh-CN", "en": "en"}
COOKIE = "casebook_lang"
A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")  # the language in which messages are written
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    Babel(app, locale_selector=lambda: LOCALES[lang()])
    app.jinja_env.globals.update(
        lang=lang, both=both, html_lang=lambda: TAGS[lang()], other_language=other_language
    )
    app.jinja_env.filters.update(
        day=format_day, moment=format_moment, article=lambda text: article_words(text, lang())
    )
    app.after_request(_remember)


def lang() -> str:
    """The language of this request: "zh" or "en"."""
    if "lang" not in g:
        user = g.get("user")
        wishes = (request.args.get("lang"), request.cookies.get(COOKIE), getattr(user, "language", None))
        chosen = next((wish for wish in wishes if wish in LOCALES), "zh")
        if user is None and "user_loaded" not in g:
            return chosen  # asked before sign-in was looked up: answer, but do not settle on it
        g.lang = chosen
    return g.lang


def both(text) -> str:
    """The text of this request's language out of {"zh", "en"} (a dictionary, or anything with those attributes)."""
    if not text:
        return ""
    if isinstance(text, dict):
        return text.get(lang()) or text.get("en") or ""
    return getattr(text, lang())


def other_language() -> tuple[str, str, str] | None:
    """Address, tag and name of the same page in the other language; None where switching would lose typed text."""
    if request.method != "GET" or request.endpoint is None:
        return None
    other = "en" if lang() == "zh" else "zh"
    values = {**(request.view_args or {}), **request.args.to_dict(), "lang": other}
    return url_for(request.endpoint, **values), TAGS[other], {"zh": "中文", "en": "English"}[other]


def format_day(value) -> str:
    return format_date(value, "yyyy年M月d日" if lang() == "zh" else "d MMMM yyyy") if value else ""


def format_moment(value) -> str:
    return (
        format_datetime(value, "yyyy年M月d日 HH:mm" if lang() == "zh" else "d MMM yyyy, HH:mm")
        if value
        else ""
    )


def _remember(response: Response) -> Response:
    chosen = request.args.get("lang")
    if chosen in LOCALES and request.cookies.get(COOKIE) != chosen:
        # the device of an author, who may read the rules too, is to remember nothing
        kept = None if request.blueprint in ("door", "rulebook") and not g.get("user") else A_YEAR
        response.set_cookie(
            COOKIE, chosen, max_age=kept, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response
