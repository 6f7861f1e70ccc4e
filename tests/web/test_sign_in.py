"""Signing in and out, and what happens to typed text when a sign-in ends under it."""

import base64
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from casebook import accounts, queries
from casebook.db import utc_now
from casebook.models import Event, SignIn
from tests.factories import PASSWORD
from tests.web.visitor import Visitor


@pytest.fixture
def guest(client, people):
    return Visitor(client, "en")


def sign_in_by_form(visitor, login="officer", password=PASSWORD):
    visitor.get("/sign-in")
    return visitor.send("Sign in", login=login, password=password)


def test_an_officer_signs_in_and_sees_their_cases(guest, case):
    sign_in_by_form(guest)

    assert guest.path == "/cases"
    assert case.number in guest.text()
    assert "Officer" in guest.page.select_one("header").get_text()


def test_signing_in_leads_on_to_the_page_that_was_asked_for(guest, case):
    guest.get(f"/cases/{case.number}/check")
    assert guest.path == "/sign-in"

    guest.send("Sign in", login="officer", password=PASSWORD)

    assert guest.path == f"/cases/{case.number}/check"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(guest, target):
    guest.get("/sign-in", next=target)

    answer = guest.client.post(
        "/sign-in",
        data={
            "csrf_token": guest.value("csrf_token"),
            "login": "officer",
            "password": PASSWORD,
            "next": target,
        },
    )

    assert answer.headers["Location"] == "/cases"


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(guest):
    answers = []
    for login in ("officer", "nobody-here"):
        sign_in_by_form(guest, login, "not the password")
        answers.append((guest.status, guest.errors, guest.value("password")))

    assert answers[0] == answers[1] == (401, ["The account or the password is not right."], "")


def test_empty_fields_are_named(guest):
    sign_in_by_form(guest, "", "")

    assert guest.errors == ["Enter your account name.", "Enter your password."]
    assert guest.page.select_one("#login").get("aria-describedby") == "login-error"


def test_the_sixth_wrong_try_in_a_minute_is_refused_and_the_right_password_then_too(guest, people):
    for _ in range(5):
        sign_in_by_form(guest, "officer", "wrong")
        assert guest.status == 401

    sign_in_by_form(guest)

    assert guest.status == 429
    assert guest.heading == "Too many tries"


def test_wrong_tries_from_many_addresses_against_one_account_are_refused(app, people):
    for number in range(6):
        guest = Visitor(app.test_client(), "en")
        guest.client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        sign_in_by_form(guest, " OFFICER", "wrong")

    assert guest.status == 429


def test_right_passwords_do_not_count_as_tries(app, people):
    for _ in range(7):
        guest = Visitor(app.test_client(), "en")
        sign_in_by_form(guest)
        assert guest.path == "/cases"


def test_signing_out_ends_the_sign_in_for_good(guest, session):
    sign_in_by_form(guest)
    stolen = guest.client.get_cookie("casebook").value

    guest.send(form="header form")

    assert guest.path == "/sign-in"
    assert "You are signed out." in guest.text()
    guest.client.set_cookie("casebook", stolen)
    guest.get("/cases")
    assert guest.path == "/sign-in"
    assert session.scalar(select(SignIn)).revoked_at is not None


@pytest.mark.parametrize("away", [timedelta(minutes=31), timedelta(hours=12, minutes=1)])
def test_a_sign_in_ends_after_idling_and_after_half_a_day(guest, people, away):
    with time_machine.travel(utc_now(), tick=False) as clock:
        sign_in_by_form(guest)
        clock.shift(away)

        guest.get("/cases")

        assert guest.path == "/sign-in"


def test_a_sign_in_in_use_lasts_but_not_longer_than_half_a_day(guest, people):
    with time_machine.travel(utc_now(), tick=False) as clock:
        sign_in_by_form(guest)
        for _ in range(28):
            clock.shift(timedelta(minutes=25))
            guest.get("/cases")
            assert guest.path == "/cases"
        clock.shift(timedelta(minutes=25))

        guest.get("/cases")

        assert guest.path == "/sign-in"


def test_a_person_set_inactive_is_out_at_once(visitor, session, people):
    visitor.get("/cases")
    assert visitor.path == "/cases"

    accounts.set_active(session, people.officer, None, active=False)
    session.commit()

    visitor.get("/cases")
    assert visitor.path == "/sign-in"


def open_form_then_expire(visitor, case, clock):
    visitor.get(f"/cases/{case.number}/facts/consequences")
    clock.shift(timedelta(minutes=45))
    return visitor.send("Save and continue", deaths="3", deaths__note="抄自事故报告\n第二页")


def test_what_was_typed_when_the_sign_in_ended_is_offered_again_and_can_be_saved(visitor, case, session):
    with time_machine.travel(utc_now(), tick=False) as clock:
        open_form_then_expire(visitor, case, clock)
        assert visitor.status == 401
        assert "What you typed is kept" in visitor.text()

        visitor.send("Sign in", login="officer", password=PASSWORD)
        assert visitor.heading == "What you typed is still here"
        visitor.send("Send what I typed")

    saved = queries.facts_of(session, case)["deaths"]
    assert (saved.value, saved.note) == (3, "抄自事故报告\n第二页")


def test_a_wrong_password_in_between_keeps_what_was_typed(visitor, case, session):
    with time_machine.travel(utc_now(), tick=False) as clock:
        open_form_then_expire(visitor, case, clock)

        visitor.send("Sign in", login="officer", password="wrong")
        visitor.send("Sign in", login="officer", password=PASSWORD)
        visitor.send("Send what I typed")

    assert queries.facts_of(session, case)["deaths"].value == 3


def test_what_was_typed_is_never_shown_to_another_account(visitor, case, people):
    with time_machine.travel(utc_now(), tick=False) as clock:
        open_form_then_expire(visitor, case, clock)

        visitor.send("Sign in", login="colleague", password=PASSWORD)

    assert visitor.path == "/cases"
    assert "belongs to another account" in visitor.text()
    assert "抄自事故报告" not in visitor.page.get_text()


def test_a_forged_keepsake_is_dropped(guest, people):
    guest.get("/sign-in")

    guest.post("/sign-in", {"login": "officer", "password": PASSWORD, "kept": "forged.text"})

    assert guest.path == "/cases"
    assert "could not be read again" in guest.text()


def test_passwords_are_never_kept_or_logged(visitor, session):
    with time_machine.travel(utc_now(), tick=False) as clock:
        visitor.get("/account")
        clock.shift(timedelta(hours=1))
        visitor.send(
            "Change the password",
            current="the old secret phrase",
            new="a new secret phrase",
            again="a new secret phrase",
        )

    kept = visitor.client.application.extensions["casebook.keep"].decrypt(visitor.value("kept"))
    assert b"secret" not in kept
    assert not [event for event in session.scalars(select(Event)) if "secret" in str(event.detail)]


def test_what_is_kept_cannot_be_read_in_the_page_that_carries_it(visitor, case):
    visitor.get(f"/cases/{case.number}/facts/consequences")
    form, path = visitor.page, visitor.path
    visitor.send("Sign out", form="header form")

    visitor.page, visitor.path = form, path
    visitor.send("Save and continue", note_deaths="only for the record")

    kept = visitor.value("kept")
    carried = base64.urlsafe_b64decode(kept)
    assert kept
    assert b"only for the record" not in visitor.response.data + carried
    assert b"note_deaths" not in carried
    for wrong in (kept[:-4] + "AAAA", "中文", "", "A" * 100):
        visitor.send("Sign in", login="officer", password=PASSWORD, kept=wrong)
        assert visitor.status == 200, wrong
        visitor.send("Sign out", form="header form")


def test_what_was_typed_when_another_tab_signed_out_is_kept_as_well(visitor, case, session):
    visitor.get(f"/cases/{case.number}/facts/consequences")
    form = visitor.page
    visitor.send("Sign out", form="header form")

    visitor.page = form
    visitor.path = f"/cases/{case.number}/facts/consequences"
    visitor.send("Save and continue", deaths="4")
    assert "What you typed is kept" in visitor.text()
    visitor.send("Sign in", login="officer", password=PASSWORD)
    visitor.send("Send what I typed")

    assert queries.facts_of(session, case)["deaths"].value == 4


def test_a_form_from_nobody_is_not_said_to_be_kept(guest, case):
    guest.get("/sign-in")
    guest.post(f"/cases/{case.number}/facts/consequences", {"deaths": "4"})

    assert guest.status == 401
    assert "What you typed is kept" not in guest.text()


def test_the_spelling_of_a_login_gives_no_further_tries(app, people):
    for number, login in enumerate(("officer", "ＯFFICER", "ｏfficer", "oｆficer", "Officer")):
        tries = Visitor(app.test_client())
        tries.client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        tries.get("/sign-in")
        tries.send("Sign in", login=login, password="wrong")
        assert tries.status == 401
    tries.client.environ_base["REMOTE_ADDR"] = "10.0.0.99"

    tries.send("Sign in", login="offiｃer", password=PASSWORD)

    assert tries.status == 429


def test_signing_in_as_another_person_ends_the_sign_in_before(guest, people, session):
    guest.get("/sign-in")
    guest.send("Sign in", login="officer", password=PASSWORD)
    with guest.client.session_transaction() as cookie:
        before = cookie["sign_in"]
    guest.get("/cases")
    guest.post("/sign-in", {"login": "reviewer", "password": PASSWORD})

    assert accounts.find_sign_in(session, before) is None
