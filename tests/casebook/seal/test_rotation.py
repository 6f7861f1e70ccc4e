"""A rotation leaves everything readable whenever it is cut off, and removes a key only when nothing needs it."""

import subprocess
import sys
import time
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import delete, select, update

from casebook.home import Home
from casebook.seal import drafts, files, inbox, messages, rotation, tables
from casebook.seal.keys import AES, SM4
from casebook.seal.tables import cells
from tests.casebook.seal.conftest import do

DAY = date(2026, 3, 1)
PDF = b"%PDF-" + bytes(range(256)) * 4096


@pytest.fixture
def handles(seal):
    """Forty complaints, one of them with messages and a file of several pieces."""
    found = [
        inbox.submit(
            seal, receipt=f"R{number}", day=DAY, fields={"text": f"原话 {number}", "name": "张某"},
            naming="real_name", organ_code="QX", files=[("a.pdf", BytesIO(PDF))] if number == 7 else [],
        )
        for number in range(40)
    ]  # fmt: skip
    messages.post(seal, found[7], "author", "补充", DAY)
    messages.post(seal, found[7], "organ", "收到", DAY)
    return found


def whole(seal, handles):
    """Whether everything that was kept is read as it was."""
    assert [seal.read(handle, "text") for handle in handles] == [f"原话 {number}" for number in range(40)]
    assert [message.text for message in messages.all(seal, handles[7])] == ["补充", "收到"]
    (file,) = seal.files(handles[7])
    assert seal.read_file(handles[7], file.id)[1] == PDF
    assert inbox.find(seal, "R3") == handles[3]
    return True


def keys_in_use(seal):
    with seal.reading() as connection:
        return set(connection.scalars(select(cells.c.key_id)))


def test_everything_is_sealed_again_under_a_new_key_and_the_old_one_is_gone(seal, handles):
    old = seal.ring().current
    with seal.reading() as connection:
        before = {row.data for row in connection.execute(select(cells))}
    told = []
    done = rotation.rotate(seal, batch=7, progress=lambda done, total: told.append((done, total)))
    assert (done.done, done.resumed, done.broken) == (len(before), False, [])
    assert told[-1] == (len(before), len(before))
    assert set(seal.ring().keys) == {done.key} == keys_in_use(seal)
    assert old != done.key
    with seal.reading() as connection:
        assert not before & {row.data for row in connection.execute(select(cells))}
    assert whole(seal, handles)


@pytest.mark.parametrize("batches", [0, 1, 3])
def test_a_rotation_cut_off_is_gone_on_with_and_all_is_readable_meanwhile(
    sealed_home, seal, handles, batches
):
    class Cut(Exception):
        pass

    def stop(done, _total):
        if done >= batches * 7:
            raise Cut

    old = seal.ring().current
    with pytest.raises(Cut):
        rotation.rotate(seal, batch=7, progress=stop)
    assert set(seal.ring().keys) == {old, seal.ring().current}
    key = seal.ring().current
    assert whole(seal, handles)
    with sealed_home.seal() as again:
        done = rotation.rotate(again, batch=7)
    assert (done.resumed, done.key) == (True, key)
    assert set(seal.ring().keys) == {key} == keys_in_use(seal)
    assert whole(seal, handles)


def test_a_rotation_killed_at_any_moment_loses_nothing(sealed_home, seal, handles, server_url):
    """A real process, really killed, three times; then the fourth is let through."""
    program = (
        "import sys; from pathlib import Path; from casebook.home import Home; from casebook.seal import rotation\n"
        "seal = Home(Path(sys.argv[1]), sealed_url=sys.argv[2]).seal(); print('ready', flush=True)\n"
        "rotation.rotate(seal, batch=2); print('done')"
    )
    command = [
        sys.executable,
        "-c",
        program,
        str(sealed_home.path),
        sealed_home.sealed_url if server_url else "",
    ]
    for pause in (0.01, 0.06, 0.12):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(pause)
            process.kill()
        assert whole(seal, handles)
    rotation.rotate(seal)
    assert whole(seal, handles)
    assert set(seal.ring().keys) == keys_in_use(seal)


def test_what_is_sealed_while_it_runs_is_sealed_with_the_new_key(sealed_home, seal, handles):
    site = sealed_home.seal()
    site.put("a" * 40, "text", "先写")

    def write(done, _total):
        if done == 7:
            site.put("a" * 40, "earlier", "同时写")

    done = rotation.rotate(seal, batch=7, progress=write)
    site.put("b" * 40, "text", "后写")
    assert keys_in_use(seal) == {done.key}
    assert [site.read("a" * 40, "text"), site.read("a" * 40, "earlier"), site.read("b" * 40, "text")] == [
        "先写", "同时写", "后写",
    ]  # fmt: skip
    site.close()


def test_the_cipher_is_changed_by_rotating(sealed_home, seal, handles, sealed_url):
    with Home(sealed_home.path, sealed_url=sealed_url, seal_cipher=SM4).seal() as chinese:
        rotation.rotate(chinese)
    assert set(seal.ring().ciphers.values()) == {SM4}
    assert whole(seal, handles)
    rotation.rotate(seal)
    assert set(seal.ring().ciphers.values()) == {AES}
    assert whole(seal, handles)


def test_what_is_broken_is_told_left_as_it_is_and_keeps_its_key(seal, handles):
    old = seal.ring().current
    with seal.writing() as connection:
        connection.execute(
            update(cells)
            .where(cells.c.handle == handles[2], cells.c.name == "field:text")
            .values(data=b"x" * 40)
        )
    done = rotation.rotate(seal, batch=7)
    assert done.broken == [(handles[2], "field:text")]
    assert set(seal.ring().keys) == {old, done.key}
    assert keys_in_use(seal) == {old, done.key}
    assert seal.read(handles[3], "text") == "原话 3"
    again = rotation.rotate(seal, fresh=True, batch=7)
    assert not again.resumed
    assert set(seal.ring().keys) == {
        old,
        done.key,
        again.key,
    }  # an older key stays as long as one thing needs it


def test_verification_finds_what_is_changed_missing_and_cut(seal, handles):
    assert rotation.verify(seal, handles).ok
    assert sum(rotation.verify(seal).by_key.values()) == 120 + 2 + 1 + len(range(0, len(PDF), files.PIECE))
    (file,) = seal.files(handles[7])
    with seal.writing() as connection:
        connection.execute(
            update(cells)
            .where(cells.c.handle == handles[1], cells.c.name == "field:name")
            .values(data=b"x" * 40)
        )
        connection.execute(delete(cells).where(cells.c.handle == handles[2]))
        connection.execute(delete(cells).where(cells.c.name.startswith("message:000001")))
        connection.execute(
            delete(cells).where(cells.c.name.startswith("piece:"), cells.c.name.endswith(":0001"))
        )
    found = rotation.verify(seal, handles)
    assert found.broken == sorted([
        (handles[1], "field:name"), (handles[2], "-"), (handles[2], "receipt"), (handles[7], "message"),
        (handles[7], f"message:000001:author:{DAY}"), (handles[7], f"file:{file.id}"),
    ])  # fmt: skip
    assert not found.ok


@pytest.mark.parametrize(
    ("taken", "missed"),
    [
        (cells.c.name == "field:name", "field:name"),
        (cells.c.name.startswith("message:000002"), f"message:000002:organ:{DAY}"),
        (cells.c.name == "list", "field:name"),
    ],
)
def test_a_row_taken_out_of_the_store_is_missed_even_after_a_rotation(seal, handles, taken, missed):
    with seal.writing() as connection:
        connection.execute(delete(cells).where(cells.c.handle == handles[7], taken))

    assert (handles[7], missed) in rotation.verify(seal, handles).broken
    rotation.rotate(seal)
    assert (handles[7], missed) in rotation.verify(seal, handles).broken
    assert {handle for handle, _name in rotation.verify(seal, handles).broken} == {handles[7]}


def test_a_receipt_taken_away_from_its_author_is_missed(seal, handles):
    with seal.writing() as connection:
        connection.execute(delete(tables.inbox).where(tables.inbox.c.handle == handles[4]))

    assert rotation.verify(seal, handles).broken == [(handles[4], "receipt")]


def test_what_was_erased_or_replaced_by_right_is_not_missed(seal, handles):
    do(seal, "stub", handles[1])
    seal.put(handles[2], "text", "改过的话")
    drafts.add(seal, "form", "a.txt", BytesIO(b"one"), DAY)
    drafts.add(seal, "form", "b.txt", BytesIO(b"two"), DAY)
    drafts.remove(seal, "form", drafts.kept(seal, "form", DAY)[0][1].id, DAY)

    assert rotation.verify(seal, [handle for handle in handles if handle != handles[1]]).ok
    drafts.erase(seal, "form", DAY)
    assert rotation.verify(seal).ok


def test_a_letter_is_taken_although_the_list_was_spoiled(seal, handles):
    with seal.writing() as connection:
        connection.execute(
            update(cells).where(cells.c.handle == handles[7], cells.c.name == "list").values(data=b"x" * 40)
        )

    messages.post(seal, handles[7], "author", "再补充", DAY)

    assert messages.all(seal, handles[7])[-1].text == "再补充"
    assert rotation.verify(seal, handles).broken == [(handles[7], "list")]
