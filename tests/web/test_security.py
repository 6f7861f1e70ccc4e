"""What every answer carries, and what no page contains."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import web
from tests.conftest import at_work
from tests.web.visitor import Visitor
from web import create_app
from web.config import Config
from web.security import csrf

TEMPLATES = sorted((Path(web.__file__).parent / "templates").rglob("*.html"))
STATIC = Path(web.__file__).parent / "static"
PAGES = [
    "/sign-in",
    "/help",
    "/cases",
    "/cases/new",
    "/rules",
    "/rules/facts",
    "/rules/packs/redlines/diagram",
    "/account",
    "/nowhere",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_strict_headers(visitor, path):
    visitor.get(path)

    headers = visitor.response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_anything_of_another_address_or_carries_inline_script_or_style(visitor, path):
    page = visitor.get(path)

    addresses = [
        tag[name]
        for tag in page.select("[href], [src], [action]")
        for name in ("href", "src", "action")
        if tag.has_attr(name)
    ]
    assert [address for address in addresses if re.match(r"[a-z]+:|//", address)] == []
    assert not page.select("style, [style], script:not([src])")
    assert not [tag for tag in page.select("*") if any(name.startswith("on") for name in tag.attrs)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_carries_inline_script_style_or_unescaped_text(template):
    text = template.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:|\|\s*safe|autoescape", text)
    assert all(tag.has_attr("src") for tag in BeautifulSoup(text, "html.parser").select("script"))


# Sent by people without a session, so that a form left open for days still goes: they act for nobody who is signed in,
# and a browser that says the form came from another site is refused (web.complaints.door_keys).
WITHOUT_SESSION = {
    "door.form_submit", "door.send_submit", "filings.form_submit", "filings.check_submit", "filings.certificate_submit",
}  # fmt: skip


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_posting_form_carries_the_token(template):
    forms = re.findall(r'<form[^>]*method="post".*?</form>', template.read_text(encoding="utf-8"), re.S)
    open_to_all = tuple(f"url_for('{endpoint}')" for endpoint in WITHOUT_SESSION)

    assert [
        form[:80] for form in forms if "csrf" not in form and not any(one in form for one in open_to_all)
    ] == []


def test_only_what_is_sent_without_a_session_is_spared_the_token(app):
    spared = {view.rpartition(".")[2] for view in csrf._exempt_views}

    assert spared == {endpoint.rpartition(".")[2] for endpoint in WITHOUT_SESSION}
    for endpoint in WITHOUT_SESSION:
        address = next(str(rule) for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        answer = app.test_client().post(address, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, endpoint


def test_the_style_sheet_reaches_for_nothing_outside_and_uses_no_borrowed_face():
    style = (STATIC / "casebook.css").read_text(encoding="utf-8")

    assert not re.search(r"url\(|@import|@font-face|GDS|crown", style, re.I)


def test_a_form_without_the_token_is_refused_with_a_page(visitor):
    answer = visitor.client.post("/account/revoke")

    assert answer.status_code == 400
    assert "opened too long ago" in answer.text


def test_a_form_sent_by_another_site_is_refused_whatever_it_carries(visitor):
    visitor.get("/account")
    visitor.headers = {"Sec-Fetch-Site": "cross-site"}

    visitor.post("/account/revoke")

    assert visitor.status == 403


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client):
    cookie = client.get("/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_tls_the_cookie_is_secure(client):
    assert "Secure" in client.get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]


def test_a_site_that_is_only_reached_over_tls_says_so(home, templates):
    with at_work(create_app(Config(home=home, https=True, testing=True)), templates) as app:
        answer = app.test_client().get("/sign-in")

    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]


def test_forms_work_over_tls_although_no_page_sends_a_referrer(client, people):
    client.get("/sign-in", base_url="https://localhost")
    visitor = Visitor(client, "en")
    page = BeautifulSoup(client.get("/sign-in", base_url="https://localhost").text, "html.parser")

    answer = client.post(
        "/sign-in", base_url="https://localhost",
        data={"csrf_token": page.select_one("[name=csrf_token]")["value"], "login": "officer", "password": "wrong"},
    )  # fmt: skip

    assert answer.status_code == 401
    assert visitor.page is None


def test_style_and_script_are_kept_for_a_year_under_the_hash_of_their_content(client):
    page = BeautifulSoup(client.get("/help").text, "html.parser")
    address = page.select_one("link[rel=stylesheet]")["href"]

    assert "immutable" in client.get(address, buffered=True).headers["Cache-Control"]
    assert client.get("/static/casebook.css", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/static/casebook.css?v=old", buffered=True).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/cases/%00", "/cases/A%00/panel", "/cases?q=%00x", "/answer/%00"])
def test_an_address_with_a_nul_in_it_is_refused_before_any_database_sees_it(visitor, path):
    assert visitor.client.get(path).status_code == 400


def test_a_request_that_is_too_large_is_refused_with_a_page(visitor):
    visitor.get("/account")

    answer = visitor.client.post(
        "/account/revoke", data=b"x" * (22 * 1024 * 1024), content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413
    assert "too large" in answer.text
