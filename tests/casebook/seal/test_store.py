"""What is sealed opens in its own place, and nowhere else."""

import json
import os
import sqlite3
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import delete, insert, select, update

from casebook.errors import (
    BadUpload,
    SealBroken,
    SealKeyGone,
    SealKeysMissing,
    SealKeysUnfit,
    StoreNotReady,
    StoreTooNew,
)
from casebook.home import Home
from casebook.seal import inbox, messages, rotation
from casebook.seal.files import PIECE
from casebook.seal.keys import AES, SM4, KeyRing, read_ring
from casebook.seal.store import new_handle
from casebook.seal.tables import cells, store

HERE, ELSEWHERE = "a" * 40, "b" * 40
WORDS = "举报人张某的原话：二〇二六年三月"


def row_of(seal, handle, name):
    with seal.reading() as connection:
        return connection.execute(
            select(cells).where(cells.c.handle == handle, cells.c.name == f"field:{name}")
        ).one()


def change(seal, row, **values):
    with seal.writing() as connection:
        connection.execute(update(cells).where(cells.c.id == row.id).values(**values))


def test_what_is_put_is_read_again_and_replaced_by_what_is_put_later(seal):
    seal.put(HERE, "text", WORDS)
    seal.put(ELSEWHERE, "text", "别的")
    assert seal.read(HERE, "text") == WORDS
    seal.put(HERE, "text", "更正")
    seal.put(HERE, "name", "")
    assert (seal.read(HERE, "text"), seal.read(HERE, "name"), seal.read(HERE, "contact")) == (
        "更正",
        "",
        None,
    )
    assert seal.names(HERE) == ["name", "text"]


def test_nothing_of_a_field_stands_in_the_files_of_the_home(sealed_home, seal, server_url):
    handle = inbox.submit(
        seal, receipt="ABCD", day=date(2026, 3, 1), fields={"text": WORDS, "name": "张某某"},
        files=[("张某某的证据.txt", BytesIO(b"MARKER-OF-A-FILE"))], naming="real_name", organ_code="QX",
    )  # fmt: skip
    assert seal.read(handle, "name") == "张某某"
    for file in sealed_home.path.iterdir():
        content = file.read_bytes() if file.is_file() else b""
        for word in (WORDS, "张某某", "ABCD", "MARKER-OF-A-FILE", "证据"):
            assert word.encode() not in content, file


def test_what_is_erased_is_gone_and_only_that(seal):
    handle = inbox.submit(
        seal, receipt="ABCD", day=date(2026, 3, 1), fields={"text": WORDS}, naming="anonymous", organ_code="QX",
        files=[("a.txt", BytesIO(b"something"))],
    )  # fmt: skip
    seal.put(ELSEWHERE, "text", "别的")
    seal.erase(handle)
    assert (seal.names(handle), seal.files(handle), inbox.find(seal, "ABCD")) == ([], [], None)
    assert seal.read(ELSEWHERE, "text") == "别的"


def test_a_byte_changed_anywhere_in_a_row_is_refused_by_name(seal):
    seal.put(HERE, "text", WORDS)
    row = row_of(seal, HERE, "text")
    spoiled = [
        {"data": bytes([row.data[0] ^ 1]) + row.data[1:]},
        {"data": row.data[:-1] + bytes([row.data[-1] ^ 1])},
        {"data": row.data[:-1]},
        {"data": b""},
        {"nonce": bytes([row.nonce[0] ^ 1]) + row.nonce[1:]},
        {"nonce": b""},
        {"id": "0" * 32},
    ]
    for values in spoiled:
        change(seal, row, **values)
        with pytest.raises(SealBroken) as refused:
            seal.read(HERE, "text")
        assert "text" in refused.value.message("zh")
        assert "不予显示" in refused.value.message("zh")
        assert "not what was sealed" in refused.value.message("en")
        with seal.writing() as connection:
            connection.execute(delete(cells))
            connection.execute(insert(cells).values(row._asdict()))
    assert seal.read(HERE, "text") == WORDS


def test_the_text_of_one_complaint_put_in_the_place_of_another_is_refused(seal):
    seal.put(HERE, "text", WORDS)
    seal.put(ELSEWHERE, "text", "另一件")
    one, other = row_of(seal, HERE, "text"), row_of(seal, ELSEWHERE, "text")
    change(seal, one, data=other.data, nonce=other.nonce)
    with pytest.raises(SealBroken):
        seal.read(HERE, "text")
    change(seal, other, handle="c" * 40)
    change(seal, one, handle=ELSEWHERE)
    for handle in (ELSEWHERE, "c" * 40):
        with pytest.raises(SealBroken):
            seal.read(handle, "text")


def test_a_name_put_in_the_place_of_the_text_is_refused(seal):
    seal.put_all(HERE, {"text": WORDS, "name": "张某某"})
    name = row_of(seal, HERE, "name")
    with seal.writing() as connection:
        connection.execute(delete(cells).where(cells.c.name == "field:text"))
        connection.execute(update(cells).where(cells.c.id == name.id).values(name="field:text"))
    with pytest.raises(SealBroken):
        seal.read(HERE, "text")


def test_a_row_that_names_another_key_is_refused(seal):
    seal.put(HERE, "text", WORDS)
    row = row_of(seal, HERE, "text")
    seal.ring().with_new_key(AES).write(seal.keys_path)
    change(seal, row, key_id=seal.ring().current)
    with pytest.raises(SealBroken):
        seal.read(HERE, "text")
    change(seal, row, key_id="gone")
    with pytest.raises(SealKeyGone, match="gone"):
        seal.read(HERE, "text")


@pytest.mark.parametrize("cipher", [AES, SM4])
def test_both_ciphers_keep_and_refuse_alike(tmp_path, cipher):
    home = Home(tmp_path / "home", seal_cipher=cipher)
    home.create()
    seal = home.seal()
    seal.put(HERE, "text", WORDS)
    assert set(seal.ring().ciphers.values()) == {cipher}
    assert seal.read(HERE, "text") == WORDS
    row = row_of(seal, HERE, "text")
    for data in (row.data[:-1] + bytes([row.data[-1] ^ 1]), row.data[:5]):
        change(seal, row, data=data)
        with pytest.raises(SealBroken):
            seal.read(HERE, "text")


def test_the_same_words_never_look_the_same(seal):
    seal.put_all(HERE, {"text": WORDS, "earlier": WORDS})
    assert row_of(seal, HERE, "text").data != row_of(seal, HERE, "earlier").data
    before = row_of(seal, HERE, "text")
    seal.put(HERE, "text", WORDS)
    after = row_of(seal, HERE, "text")
    assert (before.id, before.nonce, before.data) != (after.id, after.nonce, after.data)


# -- keys ---------------------------------------------------------------------------------------------------------


def test_the_key_ring_is_readable_by_its_owner_only_and_is_never_shown(sealed_home, seal):
    path = sealed_home.path / "seal_keys"
    assert path.stat().st_mode & 0o777 == 0o600
    ring = seal.ring()
    shown = repr(ring) + repr(seal) + repr(sealed_home)
    assert all(
        key.hex() not in shown and repr(key) not in shown for key in [*ring.keys.values(), ring.lookup]
    )


def test_a_store_without_its_keys_says_so_and_makes_no_new_ones(sealed_home, seal):
    seal.put(HERE, "text", WORDS)
    (sealed_home.path / "seal_keys").rename(sealed_home.path / "kept")
    for act in (
        lambda: seal.read(HERE, "text"),
        lambda: seal.put(HERE, "text", "x"),
        seal.create,
        sealed_home.create,
    ):
        with pytest.raises(SealKeysMissing, match="seal_keys"):
            act()
    assert not (sealed_home.path / "seal_keys").exists()
    (sealed_home.path / "kept").rename(sealed_home.path / "seal_keys")
    assert seal.read(HERE, "text") == WORDS


def test_the_ring_of_another_store_opens_nothing(sealed_home, seal):
    seal.put(HERE, "text", WORDS)
    KeyRing.new(AES).write(sealed_home.path / "seal_keys")
    with pytest.raises(SealKeyGone) as refused:
        seal.read(HERE, "text")
    assert "从备份恢复" in refused.value.message("zh")


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", "null", '{"version": 2}', '{"version": 1, "current": "a", "keys": {}, "lookup": "00"}',
        '{"version": 1, "current": "a", "keys": {"a": {"cipher": "rot13", "key": "00"}}, "lookup": "00"}',
    ],
)  # fmt: skip
def test_a_damaged_ring_is_refused_without_telling_what_is_in_it(tmp_path, content):
    path = tmp_path / "ring"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(SealKeysUnfit, match="ring") as refused:
        read_ring(path)
    assert "cipher" not in refused.value.message("en")


def test_a_ring_with_a_shortened_key_is_refused(sealed_home, seal):
    path = sealed_home.path / "seal_keys"
    kept = json.loads(path.read_text())
    secret = kept["keys"][kept["current"]]["key"]
    kept["keys"][kept["current"]]["key"] = secret[:-2]
    path.write_text(json.dumps(kept))
    with pytest.raises(SealKeysUnfit) as refused:
        seal.put(HERE, "text", WORDS)
    assert secret[:8] not in str(refused.value) + repr(refused.value.__context__)


def test_a_ring_that_everybody_may_read_is_refused(sealed_home, seal):
    (sealed_home.path / "seal_keys").chmod(0o604)
    with pytest.raises(SealKeysUnfit, match="chmod 600"):
        seal.put(HERE, "text", WORDS)


def test_an_unknown_cipher_is_refused_when_a_key_is_made(tmp_path):
    with pytest.raises(SealKeysUnfit, match="CASEBOOK_SEAL_CIPHER"):
        Home(tmp_path / "home", seal_cipher="rot13").create()


def test_the_settings_name_the_store_its_ring_and_the_cipher(tmp_path):
    home = Home.from_env({
        "CASEBOOK_HOME": str(tmp_path / "home"), "CASEBOOK_SEALED_URL": f"sqlite:///{tmp_path / 'other.db'}",
        "CASEBOOK_SEAL_KEYS": str(tmp_path / "ring"), "CASEBOOK_SEAL_CIPHER": SM4,
    })  # fmt: skip
    home.create()
    assert (tmp_path / "other.db").stat().st_mode & 0o777 == 0o600
    assert list(read_ring(tmp_path / "ring").ciphers.values()) == [SM4]
    assert not (home.path / "sealed.db").exists()
    assert replace(home).seal().read(HERE, "text") is None


# -- the store ----------------------------------------------------------------------------------------------------


def test_a_store_of_a_later_version_is_refused(sealed_home, seal):
    with seal.writing() as connection:
        connection.execute(update(store).values(version=999))
    later = sealed_home.seal()
    for act in (lambda: later.read(HERE, "text"), lambda: later.put(HERE, "text", "x"), later.create):
        with pytest.raises(StoreTooNew):
            act()
    later.close()


def test_a_store_from_before_there_were_lists_gets_them_once_and_misses_what_is_taken_out_later(
    sealed_home, seal
):
    handle = inbox.submit(
        seal, receipt="ABCD", day=date(2026, 3, 1), fields={"text": WORDS, "name": "张某"}, naming="anonymous",
        organ_code="QX", files=[("a.txt", BytesIO(b"something"))],
    )  # fmt: skip
    seal.put(ELSEWHERE, "text", "别的")
    with seal.writing() as connection:  # as it was: no lists
        connection.execute(delete(cells).where(cells.c.name == "list"))
        connection.execute(update(store).values(version=1))
    messages.post(seal, handle, "author", "补充", date(2026, 3, 2))  # and one that was begun late
    assert not rotation.verify(seal).ok
    older = sealed_home.seal()
    with pytest.raises(StoreNotReady, match="casebook init"):
        older.read(handle, "text")

    sealed_home.create()

    assert older.read(handle, "text") == WORDS
    assert rotation.verify(older).ok
    with older.writing() as connection:
        connection.execute(delete(cells).where(cells.c.handle == handle, cells.c.name == "field:name"))
    sealed_home.create()  # only once: what is missing stays missing
    assert rotation.verify(older).broken == [(handle, "field:name")]
    older.close()


def test_a_store_that_was_not_made_is_not_ready(tmp_path):
    seal = Home(tmp_path).seal()
    with pytest.raises(StoreNotReady):
        seal.read(HERE, "text")


def test_making_it_again_changes_nothing(sealed_home, seal):
    seal.put(HERE, "text", WORDS)
    ring = (sealed_home.path / "seal_keys").read_text()
    sealed_home.create()
    assert seal.read(HERE, "text") == WORDS
    assert (sealed_home.path / "seal_keys").read_text() == ring


def test_rows_have_no_order_of_arrival_and_the_file_tells_only_a_day(sealed_home, seal, server_url):
    if server_url:
        pytest.skip("of the SQLite file")
    handles = [new_handle() for _ in range(20)]
    for handle in handles:
        seal.put(handle, "text", WORDS)
    path = sealed_home.path / "sealed.db"
    moment = path.stat().st_mtime
    with sqlite3.connect(path) as connection:
        for query in ("SELECT rowid FROM seal_cells", "SELECT rowid FROM seal_inbox"):
            with pytest.raises(sqlite3.OperationalError, match="rowid"):
                connection.execute(query)
        found = [
            handle
            for (handle,) in connection.execute(
                "SELECT handle FROM seal_cells NOT INDEXED WHERE name <> 'list'"
            )
        ]
    connection.close()
    assert sorted(found) == sorted(handles)
    assert found != handles
    assert (moment + 8 * 3600) % (24 * 3600) == 0


def test_deleted_content_is_overwritten(sealed_home, seal, server_url):
    if server_url:
        pytest.skip("of the SQLite file")
    seal.put(HERE, "text", WORDS)
    sealed = row_of(seal, HERE, "text").data
    path = sealed_home.path / "sealed.db"
    assert sealed in path.read_bytes()
    seal.erase(HERE)
    assert sealed not in path.read_bytes()
    assert (sealed_home.path / "sealed.db-journal").stat().st_size == 0


# -- files --------------------------------------------------------------------------------------------------------


def test_a_file_of_several_pieces_comes_back_whole_under_its_own_name(seal):
    content = os.urandom(100) + b"x" * (PIECE * 2)
    content = b"%PDF-1.7\n" + content
    file_id = seal.put_file(HERE, "../../材料\u202e.pdf", BytesIO(content))
    (file,) = seal.files(HERE)
    assert (file.id, file.filename, file.media_type, file.size) == (
        file_id,
        "材料.pdf",
        "application/pdf",
        len(content),
    )
    assert seal.read_file(HERE, file_id) == (file, content)
    assert seal.read_file(HERE, "none") is None
    assert seal.read_file(ELSEWHERE, file_id) is None


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"MZ\x90", "content"), ("a.exe", b"MZ\x90", "type"), ("a.txt", b"", "empty"),
        ("a.txt", b"\x00\x01", "content"), ("\u200b", b"x", "name"), ("a.docx", b"PK\x03\x04rubbish", "content"),
        ("a.txt", b"x" * (20 * 1024 * 1024 + 1), "too_large"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_kept(seal, name, content, reason):
    with pytest.raises(BadUpload) as refused:
        seal.put_file(HERE, name, BytesIO(content))
    assert refused.value.reason == reason
    assert seal.files(HERE) == []


def test_a_piece_of_a_file_missing_or_exchanged_is_refused(seal):
    content = b"%PDF-" + bytes(range(256)) * 2048
    file_id = seal.put_file(HERE, "a.pdf", BytesIO(content))
    with seal.writing() as connection:
        pieces = connection.execute(
            select(cells).where(cells.c.name.startswith("piece:")).order_by(cells.c.name)
        ).all()
        first, second = pieces[0], pieces[1]
        connection.execute(delete(cells).where(cells.c.id == second.id))
    with pytest.raises(SealBroken):
        seal.read_file(HERE, file_id)
    change(seal, first, name=second.name)
    with pytest.raises(SealBroken):
        seal.read_file(HERE, file_id)
