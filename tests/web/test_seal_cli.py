"""The commands of the sealed store say how many and which, and never what."""

from datetime import date

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from casebook import events
from casebook.models import Event
from casebook.seal import inbox, messages, outbox, together
from casebook.seal.tables import cells
from tests.casebook.seal.conftest import do
from tests.complaints import SEALED, a_complaint
from tests.stages import Cast
from web import seal_cli
from web.cli import main


@pytest.fixture
def complaint(session, home, seal):
    complaint = a_complaint(session, Cast(session, home), seal, "accepted")
    session.commit()
    return complaint


@pytest.fixture
def run(home, session):
    settings = {"LC_ALL": "zh_CN.UTF-8", "CASEBOOK_HOME": str(home.path), "DATABASE_URL": home.url}

    def run(*command, code=0):
        session.commit()
        result = CliRunner().invoke(main, ["seal", *command], env=settings)
        assert result.exit_code == code, result.output
        shown = result.output
        assert not [word for word in SEALED.values() if word in shown]
        return shown

    return run


def test_a_rotation_is_told_in_numbers_and_stands_in_the_chain(run, session, seal, complaint):
    old = seal.ring().current
    keys = [key.hex() for key in seal.ring().keys.values()]
    shown = run("rotate")
    assert "已用密钥" in shown
    new = seal.ring().current
    assert new in shown
    assert old != new
    assert not [key for key in [*keys, *(key.hex() for key in seal.ring().keys.values())] if key in shown]
    (event,) = session.scalars(select(Event).where(Event.kind == "seal.rotated"))
    assert event.detail == {"cells": 9, "broken": 0}
    assert seal.read(complaint.handle, "text") == SEALED["text"]


def test_verification_ends_well_or_names_what_is_broken_by_its_random_handle(run, seal, complaint):
    assert "密封内容完好" in run("verify")
    with seal.writing() as connection:
        connection.execute(
            delete(cells).where(cells.c.handle == complaint.handle, cells.c.name != "field:text")
        )
        connection.execute(cells.update().where(cells.c.handle == complaint.handle).values(data=b"x" * 40))
    shown = run("verify", code=1)
    assert f"{complaint.handle}  field:text" in shown
    assert "请从备份恢复" in shown
    assert "field:text" in run("rotate", code=1)
    assert "另加" not in run("rotate", "--new-key", code=1)


def test_a_complaint_with_nothing_left_in_the_sealed_store_is_noticed(run, session, seal, complaint):
    handle = complaint.handle
    seal.erase(handle)
    assert f"{handle}  -" in run("verify", code=1)


def test_without_its_keys_the_command_says_what_to_do(run, seal, complaint):
    seal.keys_path.rename(seal.keys_path.with_name("elsewhere"))
    assert "从备份恢复该文件" in run("verify", code=1)
    assert "从备份恢复该文件" in run("rotate", code=1)
    assert not seal.keys_path.exists()


def test_what_a_fault_left_to_be_done_is_told_and_finished(run, session, seal, complaint, monkeypatch):
    handle = complaint.handle
    events.record(session, "openings.listed", None)
    together.afterwards(session, seal, "letter", handle, who="organ", text="答复", day="2026-03-01")
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "finish", lambda *_args, **_words: 1 / 0)
        session.commit()
        assert "1 项尚待完成" in run("settle", code=1)
    assert "1 项尚待完成" in run("verify")
    assert "没有待完成" in run("settle")
    assert [one.text for one in messages.all(seal, handle)] == ["答复"]
    assert "尚待完成" not in run("verify")


def test_what_an_older_main_store_no_longer_knows_is_told_and_taken_in_once_more(
    run, session, seal, complaint, tmp_path
):
    """The main store is put back from a backup made before something was taken in."""
    cast = Cast(session)
    lost = inbox.submit(
        seal, receipt="ABCD", day=date(2026, 3, 1), fields={"text": "后来的一件"}, naming="anonymous",
        organ_code=cast.county.code,
    )  # fmt: skip
    do(seal, "taken", lost)

    shown = run("verify", code=1)
    assert lost in shown
    assert complaint.handle not in shown
    run("settle", "--take-in-again")
    assert [one.handle for one in inbox.waiting(seal, cast.county.code)] == [lost]
    assert "密封内容完好" in run("verify")
    assert session.scalars(select(Event).where(Event.kind == "seal.waits_again")).one().detail == {}


def test_the_site_finishes_what_was_left_when_it_starts_and_starts_without_a_sealed_store(
    home, session, seal, complaint, monkeypatch, capsys
):
    events.record(session, "openings.listed", None)
    together.afterwards(session, seal, "letter", complaint.handle, who="organ", text="答复", day="2026-03-01")
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "finish", lambda *_args, **_words: 1 / 0)
        session.commit()
    with click.Context(main):
        seal_cli.settle_at_start(home, session)
        assert [one.text for one in messages.all(seal, complaint.handle)] == ["答复"]
        seal.keys_path.unlink()
        seal_cli.settle_at_start(home, session)
    assert "seal_keys" in capsys.readouterr().err
