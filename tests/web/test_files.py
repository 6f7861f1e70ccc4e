"""Files of a case: handing in, listing, giving out, refusing."""

import io

import pytest
from sqlalchemy import func, select

from casebook.models import Attachment, Event
from casebook.uploads import place_of
from tests.factories import make_case

PDF = b"%PDF-1.7\nbody"


def hand_in(visitor, case, content=PDF, name="批复.pdf", **fields):
    visitor.get(f"/cases/{case.number}/files")
    button = next(b.get_text(strip=True) for b in visitor.page.select("main form[enctype] button"))
    return visitor.send(button, files={"file": (io.BytesIO(content), name)}, **fields)


def test_a_file_is_handed_in_listed_and_given_out_as_it_was(visitor, case, session):
    hand_in(visitor, case, fact_id="pilot_authorisation")

    assert "The file is kept." in visitor.text()
    assert "批复.pdf" in visitor.page.select_one("tbody").get_text()
    visitor.get(visitor.page.select_one("tbody a")["href"])
    headers = visitor.response.headers
    assert visitor.response.data == PDF
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment")
    assert "%E6%89%B9%E5%A4%8D.pdf" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    kinds = list(session.scalars(select(Event.kind)))
    assert "attachment.added" in kinds
    assert "attachment.read" in kinds


def test_a_file_says_which_fact_it_supports(visitor, case, session):
    hand_in(visitor, case, fact_id="deaths")
    assert "Deaths" in visitor.page.select_one("tbody").get_text()
    hand_in(visitor, case, name="other.pdf", fact_id="no_such_fact")
    assert session.scalar(select(Attachment.fact_id).where(Attachment.filename == "other.pdf")) is None


REFUSED = {
    "a program": (b"MZ...", "tool.exe"),
    "a page": (b"<html>", "page.html"),
    "a picture that is none": (b"not a png", "scan.png"),
    "an empty file": (b"", "empty.txt"),
    "text that is no text": (b"\x00\x01\x02", "notes.txt"),
}


@pytest.mark.parametrize(("content", "name"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_kept_is_refused_by_name_and_not_stored(visitor, officer_zh, case, session, home, content, name):
    for language in ("en", "zh"):
        visitor.client.set_cookie("casebook_lang", language)
        hand_in(visitor, case, content, name)
        assert visitor.status == 422
        assert visitor.errors[0].startswith(name)

    assert session.scalar(select(func.count()).select_from(Attachment)) == 0
    assert [path for path in home.files.rglob("*") if path.is_file()] == []


def test_a_file_over_the_limit_is_refused(visitor, case, session):
    hand_in(visitor, case, PDF + b"x" * (20 * 1024 * 1024), "large.pdf")

    assert visitor.status == 422
    assert "larger than 20 MB" in visitor.errors[0]
    hand_in(visitor, case, PDF + b"x" * (22 * 1024 * 1024), "larger.pdf")
    assert visitor.status == 413
    assert session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_sending_no_file_is_named(visitor, case):
    visitor.get(f"/cases/{case.number}/files")

    visitor.send("Hand in")

    assert visitor.errors == ["Choose a file first."]


def test_a_file_name_cannot_lead_out_of_its_folder_nor_into_the_page(visitor, case, session):
    hand_in(visitor, case, PDF, "../../etc/<b>x.pdf")

    assert session.scalar(select(Attachment.filename)) == "<b>x.pdf"
    assert not visitor.page.select("main b")


def test_a_file_of_another_case_is_not_given_out(visitor, case, session, people):
    other = make_case(session, people.officer)
    session.commit()
    hand_in(visitor, case)
    kept = session.scalar(select(Attachment.id))
    session.commit()

    visitor.get(f"/cases/{other.number}/files/{kept}")

    assert visitor.status == 404


def test_a_damaged_file_is_not_given_out(visitor, case, session, home):
    hand_in(visitor, case)
    kept = session.scalar(select(Attachment))
    session.commit()
    place_of(home, kept.sha256).write_bytes(b"something else")

    visitor.get(f"/cases/{case.number}/files/{kept.id}")

    assert visitor.status == 500
    assert "missing or differs" in visitor.text()


def test_a_reviewer_reads_files_but_hands_none_in(another_browser, people, visitor, case):
    hand_in(visitor, case)
    reviewer = another_browser(people.reviewer)

    reviewer.get(f"/cases/{case.number}/files")

    assert "批复.pdf" in reviewer.text()
    assert not reviewer.page.select("main form")
