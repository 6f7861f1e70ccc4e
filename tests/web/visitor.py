"""A visitor without scripts: reads parsed pages, follows links, fills in and sends forms as a browser does."""

import re
from functools import cache, partial
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.local import LocalProxy
from werkzeug.test import stream_encode_multipart

TOKEN = re.compile(r'<input[^>]*\bname="csrf_token"[^>]*\bvalue="([^"]+)"')


class Visitor:
    """One browser. `page` is the parsed page last shown, `status` and `path` say what it was."""

    def __init__(self, client: FlaskClient, language: str = "en"):
        self.client = client
        client.set_cookie("casebook_lang", language)
        self.response, self._parse = None, lambda: None
        self.headers: dict[str, str] = {}

    def get(self, path: str, **arguments) -> BeautifulSoup:
        return self._show(
            self.client.get(path, query_string=arguments or None, headers=self.headers, buffered=True)
        )

    def post(self, path: str, fields=None, files=None) -> BeautifulSoup:
        """Send fields as they are, with the token of the page last shown."""
        fields = list((fields or {}).items()) if not isinstance(fields, list) else fields
        token = TOKEN.search(self._words)
        if token and not any(name == "csrf_token" for name, _ in fields):
            fields = [*fields, ("csrf_token", token[1])]
        data = MultiDict(fields)
        for name, (stream, filename) in (files or {}).items():
            data.add(name, FileStorage(stream, filename, name))
        body, length, boundary = stream_encode_multipart(
            data, use_tempfile=False
        )  # a large one is never closed
        return self._show(
            self.client.post(
                path,
                input_stream=body,
                content_length=length,
                content_type=f'multipart/form-data; boundary="{boundary}"',
                headers=self.headers,
                buffered=True,
            )
        )

    def send(
        self, button: str | None = None, form: str | None = None, files=None, **changes
    ) -> BeautifulSoup:
        """Send a form of this page as shown, with some fields changed (None: not sent); by its button's text.

        A list sends several values under one name.
        """
        found = self._form(button, form)
        fields = [(name, value) for name, value in shown_fields(found) if name not in changes]
        for name, value in changes.items():
            values = value if isinstance(value, list) else [] if value is None else [value]
            fields += [(name, one) for one in values]
        pressed = next(
            (b for b in found.select("button") if button and b.get_text(strip=True) == button), None
        )
        if pressed is not None and pressed.get("name"):
            fields.append((pressed["name"], pressed["value"]))
        action = found.get("action") or self.path
        if found.get("method", "get").lower() == "get":
            return self.get(action, **dict(fields))
        return self.post(action, fields, files)

    @property
    def page(self) -> BeautifulSoup | None:
        return self._parse()

    @page.setter
    def page(self, page: BeautifulSoup) -> None:
        """Go back to a page that was shown before."""
        self._parse = lambda: page

    @property
    def _words(self) -> str:
        return self.response.get_data(as_text=True) if _is_page(self.response) else ""

    def text(self) -> str:
        """The words of the page's main part, with single spaces."""
        main = self.page.select_one("main") or self.page
        return " ".join(main.get_text(" ").split())

    @property
    def heading(self) -> str:
        return self.page.select_one("h1").get_text(" ", strip=True)

    @property
    def errors(self) -> list[str]:
        """What the error summary lists."""
        return [link.get_text(strip=True) for link in self.page.select(".govuk-error-summary__list a")]

    def link(self, text: str) -> str:
        """The address behind the link with this text."""
        return next(
            a["href"] for a in self.page.select("a[href]") if " ".join(a.get_text(" ").split()) == text
        )

    def value(self, name: str):
        """What a field of the page shows: its text, or the value chosen (None if none is)."""
        fields = dict(shown_fields(self.page))
        return fields.get(name)

    def _form(self, button: str | None, form: str | None):
        forms = self.page.select(form) if form else self.page.select("main form")
        if button:
            forms = [f for f in forms if any(b.get_text(strip=True) == button for b in f.select("button"))]
        assert forms, f"found no form with the button {button!r} on {self.path}"
        return forms[0]

    def _show(self, response) -> BeautifulSoup:
        while response.status_code in (301, 302, 303, 307):
            response = self.client.get(response.headers["Location"], headers=self.headers, buffered=True)
        self.response, self.status = response, response.status_code
        self.path = urlsplit(response.request.url).path
        self._parse = cache(partial(_parsed, response))  # parsed when it is looked at: that is dear
        return LocalProxy(self._parse)


def _is_page(response) -> bool:
    return response is not None and response.mimetype == "text/html"


def _parsed(response) -> BeautifulSoup | None:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser") if _is_page(response) else None


def shown_fields(form) -> list[tuple[str, str]]:
    """The names and values a browser would send for a form (or for all forms of a page)."""
    found = []
    for field in form.select("input[name], textarea[name], select[name]"):
        kind = field.get("type", "text")
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            found.append((field["name"], chosen["value"]))
        elif field.name == "textarea":
            found.append((field["name"], field.get_text()))
        elif kind in ("radio", "checkbox"):
            if field.has_attr("checked"):
                found.append((field["name"], field["value"]))
        elif kind not in ("file", "submit"):
            found.append((field["name"], field.get("value", "")))
    return found
