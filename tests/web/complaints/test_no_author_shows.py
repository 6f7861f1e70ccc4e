"""Nothing of an author is on the pages, in the papers, their files or the figures of this room."""

import zipfile
from io import BytesIO

import pytest

from casebook.complaints import false_accusation
from casebook.procedure.dates import today
from tests.casebook.complaints.test_false_accusation import GROUNDS
from tests.casebook.papers.records import pdf_text
from tests.complaints import SEALED, a_complaint
from tests.stages import Cast

MARKS = (
    *(SEALED[name] for name in ("name", "contact", "identity_number", "text", "earlier")),
    SEALED["text"][:12],
    "村里的会计",
    "没人理我",
)


@pytest.fixture
def cast(session):
    return Cast(session)


def said_in(answer) -> str:
    """Everything of an answer in which a mark could stand: its heads, its bytes, what is packed in it."""
    texts = [str(answer.headers), answer.data.decode("utf-8", "replace")]
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(answer.data)) as packed:
            texts += [name + packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    if answer.data.startswith(b"%PDF"):
        texts.append(pdf_text(answer.data))
    return "\n".join(texts)


def test_no_mark_of_the_sealed_text_reaches_any_page_paper_or_file(as_, session, cast, app):
    seal = app.extensions["casebook.seal"]
    complaint = a_complaint(session, cast, seal, "told")
    false_accusation.propose(session, complaint, cast.officer, **{**GROUNDS, "seal": seal, "today": today()})
    session.commit()
    receiver = as_(cast.receiver, "en")
    receiver.get(f"/complaints/{complaint.number}/papers")
    receiver.send("Issue the paper", paper="result_feedback")
    receiver.send("Issue the paper", paper="acceptance_notice")

    for who in ("receiver", "officer", "chief", "superior", "auditor"):
        client = as_(getattr(cast, who)).client
        for path in (
            "false-accusation",
            "papers",
            "papers/1/pdf",
            "papers/1/docx",
            "papers/2/pdf",
            "papers/2/docx",
        ):
            said = said_in(client.get(f"/complaints/{complaint.number}/{path}", buffered=True))
            assert not [mark for mark in MARKS if mark in said], (who, path)
        for path in ("/figures", "/figures.xlsx"):
            said = said_in(client.get(path, buffered=True))
            assert not [mark for mark in MARKS if mark in said], (who, path)
            assert complaint.number not in said


def test_a_refused_proposal_does_not_put_the_author_s_words_on_the_page_of_anybody_else(
    as_, session, cast, app
):
    complaint = a_complaint(session, cast, app.extensions["casebook.seal"], "concluded")
    session.commit()
    officer, chief = as_(cast.officer, "en"), as_(cast.chief, "en")
    address = f"/complaints/{complaint.number}/false-accusation"
    officer.get(address)
    fields = {name: GROUNDS[name] for name in ("fabrication_is", "intent_is", "intent")}
    officer.send("Propose the file", **fields, fabrication=f"{SEALED['name']}伪造截图，经鉴定属实。")
    summary = officer.page.select_one(".govuk-error-summary").get_text()
    assert SEALED["name"] not in summary

    chief.get(address)
    assert SEALED["name"] not in chief.text()
