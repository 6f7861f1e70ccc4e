"""Errors as pages: in both languages, with advice, and without a trace of the inside."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    ImATeapot,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
)

from casebook import events
from casebook.db import make_engine, session_factory
from casebook.errors import CasebookError
from casebook.models import Case
from web import errors
from web.auth import admits
from web.session import db_session

KINDS = {
    400: BadRequest, 403: Forbidden, 404: NotFound, 418: ImATeapot, 429: TooManyRequests, 503: ServiceUnavailable,
}  # fmt: skip


def break_with(app, error) -> None:
    @admits()
    def view():
        raise error

    app.add_url_rule("/break", "break", view)


@pytest.mark.parametrize(("status", "kind"), KINDS.items())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_kind_of_error_has_a_page_in_the_language_of_the_reader(app, client, status, kind, language):
    break_with(app, kind())

    answer = client.get(f"/break?lang={language}")

    assert answer.status_code == status
    assert ("回到首页" in answer.text) == (language == "zh")
    assert answer.headers["Content-Security-Policy"]


def test_an_unexpected_error_shows_nothing_of_the_inside_and_is_logged(app, client, caplog):
    break_with(app, RuntimeError("the inside of the house"))

    answer = client.get("/break?lang=en")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "inside of the house" not in answer.text
    assert "the inside of the house" in caplog.text


def test_what_a_failed_view_had_begun_is_not_kept(app, visitor, case, session):
    @admits()
    def view():
        db_session().get(Case, case.id).title = "half done"
        db_session().flush()
        raise RuntimeError

    app.add_url_rule("/break", "break", view)

    visitor.get("/break")

    session.refresh(case)
    assert case.title == "道路改造未批先建"


@pytest.mark.parametrize(("language", "said"), [("en", "The store is busy"), ("zh", "数据库正忙")])
def test_who_waits_too_long_for_the_store_is_told_that_it_is_busy_and_to_come_back(
    app, home, as_, people, session, case, monkeypatch, language, said
):
    holder = {"en": "an import or a command of the server", "zh": "服务器上正在导入资料、执行命令"}
    impatient = make_engine(home.url, busy_seconds=0.02)
    monkeypatch.setitem(app.extensions, "casebook.sessions", session_factory(impatient))
    browser = as_(people.officer, language)

    with Session(session.get_bind()) as another:
        events.lock(another)
        browser.get(f"/cases/{case.number}")
        assert browser.status == 503
        assert said in browser.text()
        assert holder[language] in browser.text()  # a backup as the manual has it keeps nobody from writing
    browser.get(f"/cases/{case.number}")
    assert browser.status == 200
    impatient.dispose()


def test_what_the_store_itself_has_no_code_for_is_told_on_a_page_as_well(app, client, caplog):
    store = create_engine("sqlite://")

    @admits()
    def view():
        with store.connect() as connection:
            connection.exec_driver_sql("SELECT CAST(x'ff' AS TEXT)").all()

    app.add_url_rule("/break", "break", view)

    answer = client.get("/break?lang=en")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "Could not decode to UTF-8" in caplog.text
    assert "the error page failed" not in caplog.text
    store.dispose()


def test_an_error_of_the_record_is_told_in_its_own_words(app, client):
    break_with(app, CasebookError())

    answer = client.get("/break?lang=en")

    assert (answer.status_code, "The action was not completed." in answer.text) == (400, True)


def test_when_even_the_error_page_breaks_a_plain_line_is_left(app, client, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError

    monkeypatch.setattr(errors, "render_template", broken)
    break_with(app, RuntimeError())

    answer = client.get("/break")

    assert answer.status_code == 500
    assert "nothing was saved" in answer.text


def test_an_address_that_does_not_exist_and_a_wrong_method_have_pages(client):
    assert client.get("/no/such/page").status_code == 404
    assert client.post("/help").status_code in (400, 405)
    assert client.get("/sign-out?lang=en").status_code == 405
