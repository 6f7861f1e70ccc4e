"""One's own account: password, language, and where one is signed in."""

import pytest

from casebook import accounts
from casebook.models import User
from tests.factories import PASSWORD
from tests.web.visitor import Visitor

NEW = "another long enough phrase"


@pytest.mark.parametrize("role", ["officer", "reviewer", "panel", "chief", "auditor", "administrator"])
def test_every_role_sees_its_own_account(another_browser, people, role):
    browser = another_browser(getattr(people, role))

    browser.get("/account")

    assert role in browser.text()
    assert "Our organ" in browser.text()


def change(visitor, current=PASSWORD, new=NEW, again=NEW):
    visitor.get("/account")
    return visitor.send("Change the password", current=current, new=new, again=again)


def test_changing_the_password_ends_every_other_sign_in(visitor, another_browser, people, session):
    elsewhere = another_browser(people.officer)
    elsewhere.get("/cases")
    assert elsewhere.path == "/cases"

    change(visitor)

    assert "every other sign-in has ended" in visitor.text()
    elsewhere.get("/cases")
    assert elsewhere.path == "/sign-in"
    session.expire_all()
    assert accounts.check_password(session, "officer", NEW) is not None


BAD = {
    "Enter your current password.": {"current": ""},
    "The current password is wrong.": {"current": "wrong"},
    "The two new passwords differ.": {"again": "something else entirely"},
    "The password must have 12 to 200 characters.": {"new": "short", "again": "short"},
    "The password is too simple": {"new": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"},
}


@pytest.mark.parametrize(("message", "typed"), BAD.items(), ids=BAD)
def test_a_password_that_cannot_be_taken_is_named_and_nothing_changes(visitor, session, message, typed):
    change(visitor, **typed)

    assert visitor.status == 422
    assert [error for error in visitor.errors if error.startswith(message)]
    assert visitor.value("new") == ""
    assert accounts.check_password(session, "officer", PASSWORD) is not None


def test_other_sign_ins_are_listed_and_can_be_ended_together(visitor, another_browser, people):
    visitor.get("/account")
    assert len(visitor.page.select("tbody tr")) == 1
    assert not [b for b in visitor.page.select("button") if b.get_text() == "End the other sign-ins"]
    elsewhere, stranger = another_browser(people.officer), another_browser(people.stranger)

    visitor.get("/account")
    assert len(visitor.page.select("tbody tr")) == 2
    visitor.send("End the other sign-ins")

    assert "Other sign-ins ended: 1." in visitor.text()
    elsewhere.get("/cases")
    assert elsewhere.path == "/sign-in"
    stranger.get("/cases")
    assert stranger.path == "/cases"
    visitor.get("/cases")
    assert visitor.path == "/cases"


def test_the_language_setting_is_kept_with_the_account(visitor, people, session, app):
    visitor.get("/account")

    visitor.send("Save the language", language="zh")

    assert visitor.page.html["lang"] == "zh-CN"
    session.expire_all()
    assert session.get(User, people.officer.id).language == "zh"
    session.commit()


def test_a_language_we_do_not_speak_is_refused(visitor, people, session):
    visitor.get("/account")

    visitor.send("Save the language", language="tlh")

    assert visitor.status == 400
    session.expire_all()
    assert session.get(User, people.officer.id).language is None


def test_a_guest_has_no_account_page(client):
    guest = Visitor(client)
    guest.get("/account")

    assert guest.path == "/sign-in"


def test_guessing_the_current_password_is_stopped(visitor):
    for _ in range(5):
        visitor.get("/account")
        visitor.send("Change the password", current="wrong", new="an entirely new passphrase", again="an entirely new passphrase")
        assert visitor.status == 422

    visitor.get("/account")
    visitor.send("Change the password", current="wrong", new="an entirely new passphrase", again="an entirely new passphrase")

    assert visitor.status == 429
