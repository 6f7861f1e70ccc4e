"""The commands of the sealed store say how many and which, and never what."""

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from casebook.models import Event
from casebook.seal.tables import cells
from tests.complaints import SEALED, a_complaint
from tests.stages import Cast
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
