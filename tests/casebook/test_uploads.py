"""Files handed in: what is refused before it is stored, and what is stored once."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from casebook import uploads
from casebook.db import session_factory
from casebook.errors import AttachmentNotFound, BadFields, BadUpload, DamagedFile
from casebook.models import Attachment, Case, Event
from casebook.queries import attachments_of, read_attachment
from tests.factories import attach, make_case


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return packed.getvalue()


PDF = b"%PDF-1.7\n..."
PNG = b"\x89PNG\r\n\x1a\n...."
JPG = b"\xff\xd8\xff\xe0...."
DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


def stored(home) -> list[Path]:
    return [path for path in home.files.rglob("*") if path.is_file()]


@pytest.fixture
def case(session):
    make_case(session)
    return make_case(session)


@pytest.mark.parametrize(
    ("filename", "content", "media_type"),
    [
        ("报告.pdf", PDF, "application/pdf"),
        ("old.PDF", b"junk before\n" + PDF, "application/pdf"),
        ("照片.png", PNG, "image/png"),
        ("a.jpg", JPG, "image/jpeg"),
        ("a.jpeg", JPG, "image/jpeg"),
        ("决定.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("清单.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("说明.txt", "情况说明\r\n".encode(), "text/plain"),
        ("说明.txt", "情况说明".encode("gb18030"), "text/plain"),
    ],
)
def test_a_file_whose_content_fits_its_name_is_kept(session, home, case, filename, content, media_type):
    attachment = attach(session, home, case, content, filename)

    assert (attachment.filename, attachment.media_type, attachment.size) == (
        filename,
        media_type,
        len(content),
    )
    [path] = stored(home)
    assert path.read_bytes() == content
    assert path.relative_to(home.files).parts == (attachment.sha256[:2], attachment.sha256)
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("filename", "content", "reason"),
    [
        ("a.exe", b"MZ", "type"), ("a", PDF, "type"), ("a.pdf.html", PDF, "type"), ("a.svg", b"<svg/>", "type"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "type"), ("a.docm", DOCX, "type"), ("a.zip", DOCX, "type"),
        ("a.pdf", PNG, "content"), ("a.pdf", b"x" * 2000 + PDF, "content"), ("a.png", JPG, "content"),
        ("a.jpg", PNG, "content"),
        ("a.docx", XLSX, "content"), ("a.xlsx", DOCX, "content"), ("a.docx", archive("readme"), "content"),
        ("a.docx", DOCX[:-30], "content"), ("a.docx", b"PK\x03\x04 not a zip", "content"),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
        ("a.txt", b"\x00\x01\x02", "content"), ("a.txt", b"MZ\x90\x00", "content"),
        ("a.txt", b"\xff\xfe\xff\xff", "content"),
        ("a.txt", b"", "empty"), ("", PDF, "name"), ("../..", PDF, "name"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused_before_it_is_stored(
    session, home, case, filename, content, reason
):
    with pytest.raises(BadUpload) as refused:
        attach(session, home, case, content, filename)

    assert refused.value.reason == reason
    assert refused.value.message("zh") != refused.value.message("en")
    assert "{" not in refused.value.message("zh") + refused.value.message("en")
    assert stored(home) == []
    assert attachments_of(session, case) == []
    assert not session.scalars(select(Event).where(Event.kind == "attachment.added")).all()


def test_reading_stops_as_soon_as_a_file_is_too_large(session, home, case, monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 1024 * 1024)

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(BadUpload) as refused, uploads.receive(home, "a.txt", stream):
        pass

    assert refused.value.reason == "too_large"
    assert "1 MB" in refused.value.message("en")
    assert stream.given <= 1024 * 1024 + 64 * 1024
    assert stored(home) == []


def test_a_file_of_exactly_the_limit_is_kept(session, home, case, monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 1000)

    attach(session, home, case, b"x" * 1000)

    with pytest.raises(BadUpload):
        attach(session, home, case, b"x" * 1001)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"), ("C:\\Users\\me\\报告.txt", "报告.txt"),
        ("a\x00b\u202etxt.txt", "abtxt.txt"),
        (" . 隐藏.txt ", "隐藏.txt"), ("长" * 300 + ".txt", "长" * 196 + ".txt"),
    ],
)  # fmt: skip
def test_only_the_last_part_of_a_name_is_kept_and_nothing_invisible(session, home, case, given, kept):
    assert attach(session, home, case, filename=given).filename == kept


def test_the_same_content_is_stored_once_however_often_it_is_handed_in(session, home, case):
    other = make_case(session)

    first = attach(session, home, case)
    again = attach(session, home, case)
    attach(session, home, case, filename="other.txt")
    attach(session, home, case, fact_id="deaths")
    attach(session, home, other)

    assert again.id == first.id
    assert len(attachments_of(session, case)) == 3
    assert len(stored(home)) == 1


def test_a_file_of_an_unknown_fact_is_refused(session, home, case):
    with pytest.raises(BadFields):
        attach(session, home, case, fact_id="no_such_fact")


def test_reading_a_file_gives_its_place_and_is_logged(session, home, case):
    attachment = attach(session, home, case, b"the memo")

    found, path = read_attachment(session, home, case.officer, case, attachment.id)

    assert found is attachment
    assert path.read_bytes() == b"the memo"
    event = session.scalars(select(Event).where(Event.kind == "attachment.read")).one()
    assert event.detail == {"attachment": attachment.id}


def test_a_file_of_another_case_is_not_found(session, home, case):
    attachment = attach(session, home, make_case(session))

    for attachment_id in (attachment.id, 999):
        with pytest.raises(AttachmentNotFound):
            read_attachment(session, home, case.officer, case, attachment_id)


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"forged"), lambda path: path.unlink()])
def test_a_damaged_file_is_not_given_out(session, home, case, damage):
    attachment = attach(session, home, case)
    damage(stored(home)[0])

    with pytest.raises(DamagedFile) as damaged:
        read_attachment(session, home, case.officer, case, attachment.id)

    assert attachment.filename in damaged.value.message("zh")


def test_handing_a_damaged_file_in_again_mends_it(session, home, case):
    attachment = attach(session, home, case)
    stored(home)[0].write_bytes(b"forged")

    attach(session, home, case)

    assert read_attachment(session, home, case.officer, case, attachment.id)


def test_what_a_failed_transaction_left_is_swept_and_what_is_named_stays(engine, session, home, case):
    kept = attach(session, home, case, b"kept")
    session.commit()
    with session_factory(engine)() as failing:
        attach(failing, home, failing.get(Case, case.id), b"left over")
        failing.rollback()
    (home.files / "incoming" / "killed").write_bytes(b"half a file")
    assert len(stored(home)) == 3

    removed = uploads.sweep(session, home)

    assert len(removed) == 2
    assert [path.name for path in stored(home)] == [kept.sha256]
    assert session.scalars(select(Attachment)).all() == [kept]


def test_a_directory_of_very_many_parts_is_refused_before_it_is_read(session, home, case, monkeypatch):
    entry = b"PK\x01\x02" + bytes(42)
    crafted = DOCX[:-22] + entry * 10_001 + DOCX[-22:]
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_given: pytest.fail("its directory was read"))

    with pytest.raises(BadUpload):
        attach(session, home, case, crafted, "a.docx")


def test_a_failure_while_a_file_is_kept_leaves_no_temporary_file(session, home, case, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _descriptor: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        attach(session, home, case)

    assert stored(home) == []
