"""What is in force on a site is proved by a command and when the site starts, and the record is kept."""

from datetime import datetime
from types import SimpleNamespace

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from casebook.db import BEIJING, utc_now
from casebook.models import Event, PackCheck, PackLife, PackVersion
from casebook.packs import everything
from casebook.packs.current import digest_of
from casebook.procedure.dates import today
from tests.packs import NAME, broken_complaints, county_pack
from web import cli
from web.cli import main
from web.packs import jobs
from web.prove_cli import prove_what_is_new


@pytest.fixture
def prove(home, monkeypatch):
    """Run the command over packs of which the proof is real and takes no time; they contradict each other."""
    packs = broken_complaints()
    monkeypatch.setattr(everything, "prove_all", lambda *_: (everything.digest_of_all([packs]), [packs]))

    def run(language: str):
        settings = {"CASEBOOK_HOME": str(home.path), "DATABASE_URL": home.url}
        result = CliRunner().invoke(main, ["--lang", language, "prove"], env=settings)
        assert "Traceback" not in result.output
        return result

    return run


def kept(session) -> list[PackCheck]:
    rows = list(session.scalars(select(PackCheck).order_by(PackCheck.id)))
    session.commit()  # a session that goes on reading keeps everybody from writing
    return rows


def test_the_command_keeps_the_proof_and_names_the_page_on_which_the_case_opens(
    prove, session, people, as_, app
):
    for number, (language, said) in enumerate(
        (("zh", "登录后以表单打开"), ("en", "as a form, once signed in"))
    ):
        result = prove(language)
        assert result.exit_code == 1
        row = kept(session)[number]
        assert "complaints.exempt@" in result.output
        assert f"{said}{'：' if language == 'zh' else ': '}/site-packs/trial/{row.id}/0" in result.output
        assert row.digest in result.output
    assert (row.by_id, row.pack_id, row.passed) == (None, None, False)
    event = session.scalars(select(Event).where(Event.kind == "packs.proved").order_by(Event.seq)).all()[-1]
    assert (event.by_id, event.detail["command"], event.detail["passed"]) == (None, "prove", False)
    session.commit()

    browser = as_(people.auditor, "en")
    browser.get(f"/site-packs/trial/{row.id}/0")
    assert (browser.value("complaint_named"), browser.value("intent_to_frame")) == ("real_name", "yes")
    assert "complaints.intended" in browser.page.select_one(".cb-ledger").text
    browser.send("Try it out", intent_to_frame="no")
    assert browser.status == 200
    assert "complaints.intended" not in browser.page.select_one(".cb-ledger").text


def test_a_site_proves_what_is_in_force_when_it_starts_and_only_once(app, session, people, monkeypatch):
    proof = SimpleNamespace(
        proved=True, digests={}, vocabulary="v", factors="f", tables={}, as_json=lambda: {"properties": []}
    )
    monkeypatch.setattr(jobs, "prove_apart", lambda *_, **__: proof)

    prove_what_is_new(app)
    assert app.extensions["casebook.pack_jobs"]._jobs[jobs.ALL].over.wait(60)
    (row,) = kept(session)
    assert (row.by_id, row.passed) == (None, True)
    assert (
        session.scalars(select(Event.detail).where(Event.kind == "packs.proved")).one()["command"] == "serve"
    )
    session.rollback()
    prove_what_is_new(app)
    assert app.extensions["casebook.pack_jobs"]._jobs[jobs.ALL].over.wait(60)
    assert kept(session) == [row]


def locked(*_):
    raise OperationalError("SELECT", {}, Exception("database is locked"))


def test_a_proof_that_broke_off_is_begun_again_after_an_hour_and_takes_its_place(
    app, session, people, monkeypatch
):
    runs = app.extensions["casebook.pack_jobs"]
    proof = SimpleNamespace(
        proved=True, digests={}, vocabulary="v", factors="f", tables={}, as_json=lambda: {"properties": []}
    )
    monkeypatch.setattr(jobs, "prove_apart", lambda *_, **__: proof)
    with time_machine.travel("2026-11-24T00:00:00+08:00", tick=False) as clock:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(everything, "keep_proof_of_all", locked)
            prove_what_is_new(app)
            broke_off = runs._jobs[jobs.ALL]
            assert broke_off.over.wait(60)
        clock.shift(59 * 60)
        prove_what_is_new(app)
        assert runs.of(jobs.ALL) is broke_off
        clock.shift(60)
        prove_what_is_new(app)
        assert runs._jobs[jobs.ALL].over.wait(60)

    assert runs.of(jobs.ALL) is None
    assert [row.passed for row in kept(session)] == [True]


def test_a_site_gets_ready_when_a_day_begins_in_china_and_looks_every_ten_minutes_what_is_not_proved(
    app, monkeypatch, caplog
):
    ready, looked = [], []

    def now() -> str:
        return f"{utc_now().astimezone(BEIJING):%d %H:%M}"

    def warm_up(day):
        ready.append((day.isoformat(), now()))
        locked()

    def look(_app):
        looked.append(now())
        locked()

    monkeypatch.setattr(cli.recommend, "warm_up", warm_up)
    monkeypatch.setattr(cli, "prove_what_is_new", look)

    with time_machine.travel("2026-11-23T23:57:00+08:00", tick=False) as clock:

        def sleep(seconds):
            clock.shift(seconds)
            if utc_now() > datetime(2026, 11, 24, 0, 20, tzinfo=BEIJING):
                raise StopIteration

        monkeypatch.setattr(cli.time, "sleep", sleep)
        with pytest.raises(StopIteration):
            cli.keep_ready(app)

    assert ready == [("2026-11-23", "23 23:57"), ("2026-11-24", "24 00:00")]
    assert looked == ["23 23:57", "24 00:00", "24 00:07", "24 00:17"]
    assert caplog.text.count("what makes the rules ready broke off") == len(ready + looked)


def test_a_site_whose_packs_cannot_be_read_starts_without_a_proof(app, session, people):
    text = county_pack().replace("purpose, is", "no_such_fact, is")
    session.add(
        PackVersion(
            name=NAME, number=1, organisation=people.reviewer.organisation, life=PackLife.APPROVED, reason="x",
            text=text, digest=digest_of(text), by=people.reviewer, at=utc_now(), from_on=today(),
        )
    )  # fmt: skip
    session.commit()

    prove_what_is_new(app)

    assert jobs.ALL not in app.extensions["casebook.pack_jobs"]._jobs


def test_the_help_of_the_two_commands_says_which_keeps_a_record(home):
    for command, named in (("check-packs", "casebook prove"), ("prove", "casebook check-packs --prove")):
        said = CliRunner().invoke(main, [command, "--help"]).output
        assert named in " ".join(said.split())
