"""The desk in the browser: the list, taking in, entering, assigning; and who gets nowhere."""

import io
import re
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from casebook.complaints import door
from casebook.models import Complaint, Event
from casebook.procedure import code
from casebook.procedure.dates import today
from casebook.seal import inbox, openings
from tests.casebook.complaints.test_desk import drop
from tests.complaints import NEUTRAL, SEALED, a_complaint, handler
from tests.factories import make_user
from tests.stages import Cast

ENTRY = {
    "channel": "letter", "naming": "real_name", "received_on-year": "2026", "received_on-month": "11",
    "received_on-day": "16", **SEALED,
}  # fmt: skip


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def visit(as_):
    """A browser of its own for a person, in English."""
    return partial(as_, language="en")


def test_a_receiver_comes_to_the_desk_and_registers_what_waits(visit, session, seal, cast):
    drop(seal, cast, 3)
    receiver = visit(cast.receiver)
    receiver.get("/")
    assert receiver.path == "/complaints"
    assert "Some online complaints wait" in receiver.text()
    assert "3" not in receiver.text()
    receiver.send("Register them")
    assert "Registered" in receiver.text()
    assert len(receiver.page.select("tbody tr")) == 3
    assert SEALED["text"] not in str(receiver.page)
    assert "wait to be registered" not in receiver.text()


def test_five_and_more_are_counted(visit, seal, cast):
    drop(seal, cast, 5)
    receiver = visit(cast.receiver)
    receiver.get("/complaints")
    assert "5 online complaints wait" in receiver.text()


def test_a_call_for_protection_stands_on_top_once_it_is_taken_in(visit, session, seal, cast):

    complaint = a_complaint(session, cast, seal, "accepted")
    door.write(seal, complaint.handle, "retaliation", "他们停了我的工", today())
    receiver = visit(cast.receiver)
    receiver.get("/complaints")
    assert "asks for protection, or reports retaliation" in receiver.text()
    receiver.send("Register them")
    assert "Retaliation reported" in receiver.text()
    assert "停了我的工" not in str(receiver.page)
    receiver.get("/complaints")
    assert "asks for protection, or reports retaliation" not in receiver.text()


def test_a_letter_is_entered_with_its_enclosure_and_the_receipt_is_shown_once(visit, session, seal, cast):
    receiver = visit(cast.receiver)
    receiver.get("/complaints/new")
    receiver.send("Enter and seal", files={"file": (io.BytesIO("账页".encode()), "账页.txt")}, **ENTRY)
    assert receiver.heading.endswith("Entered and sealed")
    receipt = code.normal(receiver.page.select_one(".cb-receipt").get_text())
    assert code.is_whole(receipt)
    handle = inbox.find(seal, receipt)
    assert {name: seal.read(handle, name) for name in SEALED} == SEALED
    assert [file.filename for file in seal.files(handle)] == ["账页.txt"]
    assert receipt not in receiver.path
    receiver.get("/complaints", whose="all")
    for words in (SEALED["name"], SEALED["contact"], SEALED["text"], "账页", receipt):
        assert words not in str(receiver.page)


def test_the_same_form_sent_again_shows_the_same_receipt_and_makes_no_second_complaint(visit, session, cast):
    receiver = visit(cast.receiver)
    receiver.get("/complaints/new")
    fields = {**ENTRY, "form": receiver.value("form")}
    receiver.post("/complaints/new", fields)
    first = receiver.page.select_one(".cb-receipt").get_text()
    receiver.get("/complaints/new")
    receiver.post("/complaints/new", fields)
    assert receiver.page.select_one(".cb-receipt").get_text() == first
    receiver.get("/complaints/new")
    receiver.post("/complaints/new", {**fields, "text": "改了以后的内容"})
    assert receiver.status == 422
    assert "was entered as" in receiver.errors[0]
    assert len(session.scalars(select(Complaint)).all()) == 1


def test_bad_input_loses_nothing_not_even_the_enclosure(visit, session, seal, cast):
    receiver = visit(cast.receiver)
    receiver.get("/complaints/new")
    receiver.send(
        "Enter and seal", files={"file": (io.BytesIO("账页".encode()), "账页.txt")},
        **{**ENTRY, "contact": "", "received_on-day": "31"},
    )  # fmt: skip
    assert receiver.status == 422
    assert receiver.value("text") == SEALED["text"]
    assert "账页.txt" in receiver.text()
    receiver.send("Enter and seal", **{"received_on-day": "16"})
    [error] = receiver.errors
    assert error.startswith("A real-name complaint needs a contact")
    receiver.send("Enter and seal", naming="unverifiable_name")
    assert receiver.status == 200
    [handle] = session.scalars(select(Complaint.handle))
    assert [file.filename for file in seal.files(handle)] == ["账页.txt"]


@pytest.mark.parametrize(
    ("filename", "content"), [("x.exe", b"MZ"), ("x.pdf", b"no pdf"), ("x.docm", b"PK"), ("empty.txt", b"")]
)
def test_a_hostile_file_is_refused_and_what_was_typed_stays(visit, session, cast, filename, content):
    receiver = visit(cast.receiver)
    receiver.get("/complaints/new")
    receiver.send("Enter and seal", files={"file": (io.BytesIO(content), filename)}, **ENTRY)
    assert receiver.status == 422
    assert filename in receiver.errors[0]
    assert receiver.value("text") == SEALED["text"]
    assert session.scalars(select(Complaint)).all() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("about_name", "周\u200b某"), ("name", "ｗang\u202e"), ("text", "绝密★"), ("text", "")],
)
def test_tricks_in_names_and_marks_of_classification_are_named(visit, session, cast, field, value):
    receiver = visit(cast.receiver)
    receiver.get("/complaints/new")
    receiver.send("Enter and seal", **{**ENTRY, field: value})
    assert receiver.status == 422
    assert receiver.page.select_one(f"#{field}-error")
    assert session.scalars(select(Complaint)).all() == []


def test_the_chief_names_one_screener_for_those_ticked(visit, session, seal, cast):
    complaints = [a_complaint(session, cast, seal) for _ in range(3)]
    numbers, receiver = [one.number for one in complaints[:2]], str(cast.receiver.id)
    chief = visit(cast.chief)
    chief.get("/complaints")
    chief.send("Assign", number=numbers, screener=receiver)
    assert "screens 2 complaints" in chief.text()
    session.expire_all()
    assert [[duty.user_id for duty in one.duties] for one in complaints] == [[cast.receiver.id]] * 2 + [[]]


def test_whoever_cannot_be_named_for_one_is_named_for_the_others(visit, session, seal, cast):
    plain = a_complaint(session, cast, seal)
    about = a_complaint(session, cast, seal, text=f"窗口的{cast.receiver.name}收了卡")
    numbers, receiver = [plain.number, about.number], str(cast.receiver.id)
    chief = visit(cast.chief)
    chief.get("/complaints")
    chief.send("Assign", number=numbers, screener=receiver)
    assert chief.status == 409
    assert numbers[1] in chief.errors[0]
    session.expire_all()
    assert len(plain.duties) == 1
    assert about.duties == []


@pytest.mark.parametrize("fields", [{}, {"screener": "x"}, {"screener": "999999"}])
def test_an_assignment_without_a_person_or_a_tick_is_refused(visit, session, seal, cast, fields):
    complaint = a_complaint(session, cast, seal)
    chief = visit(cast.chief)
    chief.get("/complaints")
    chief.post("/complaints/screeners", {"number": complaint.number, **fields})
    assert chief.status == 422
    chief.post("/complaints/screeners", {"screener": str(cast.receiver.id)})
    assert chief.status == 422
    chief.post("/complaints/screeners", {"screener": str(cast.receiver.id), "number": "OTHER-X2026-0001"})
    assert chief.status == 404


def test_the_list_shows_each_their_own(visit, session, seal, cast):
    held = a_complaint(session, cast, seal, "accepted")
    handler(session, cast, held)
    other = a_complaint(session, cast, seal, "accepted", respondent_name="吴某")
    about_chief = a_complaint(session, cast, seal, "accepted", respondent_name=cast.chief.name)
    seen = {}
    elsewhere = make_user(session, "receiver", organisation=cast.city)
    for name, user in {"officer": cast.officer, "officer2": cast.officer2, "chief": cast.chief, "receiver2": cast.receiver2,
                       "superior": cast.superior, "stranger": cast.stranger, "auditor": cast.auditor, "elsewhere": elsewhere}.items():  # fmt: skip
        browser = visit(user)
        browser.get("/complaints", whose="all")
        shown = browser.text()
        seen[name] = {one.number for one in (held, other, about_chief) if one.number in shown}
        assert NEUTRAL["extract"] not in shown
        assert ("周某" in shown) == (name in ("officer", "chief", "superior")), name
    everything = {held.number, other.number, about_chief.number}
    assert seen == {
        "officer": {held.number}, "officer2": set(), "chief": everything - {about_chief.number}, "receiver2": everything,
        "superior": everything, "stranger": set(), "auditor": everything, "elsewhere": set(),
    }  # fmt: skip


def test_a_handler_is_not_shown_how_or_when_it_came_in_or_that_it_is_signed(visit, session, seal, cast):
    complaint = a_complaint(session, cast, seal, "accepted")
    handler(session, cast, complaint)
    officer = visit(cast.officer)
    officer.get("/complaints", whose="all")
    for words in ("Letter", "received", "16 Nov", "Real name", "real-name", "Tell the author"):
        assert words not in officer.text()


def test_a_stub_shows_its_day_and_where_it_went_and_nothing_else(visit, session, seal, cast):
    stub = a_complaint(session, cast, seal, "stub")
    receiver = visit(cast.receiver2)
    receiver.get("/complaints", whose="all", state="stub")
    [row] = receiver.page.select("tbody tr")
    words = row.get_text(" ", strip=True)
    assert stub.number in words
    assert "Sent to 市纪委监委" in words
    assert "Letter" not in words


def test_the_list_is_filtered_by_state_and_organ_and_paged(visit, session, seal, cast):
    for _ in range(26):
        a_complaint(session, cast, seal)
    accepted, organ = a_complaint(session, cast, seal, "accepted").number, cast.county.code
    superior = visit(cast.superior)
    superior.get("/complaints", whose="all")
    assert len(superior.page.select("tbody tr")) == 25
    superior.get(superior.link("Next"))
    assert len(superior.page.select("tbody tr")) == 2
    superior.get("/complaints", whose="all", state="accepted", organ=organ)
    assert [one.get_text() for one in superior.page.select("tbody a")] == [accepted]
    superior.get("/complaints", whose="nonsense", state="'", organ="nothing", page="-5")
    assert superior.status == 200


def test_every_listing_is_logged_with_the_numbers_shown(visit, session, seal, cast):
    complaint = a_complaint(session, cast, seal)
    visit(cast.receiver).get("/complaints", whose="all")
    session.expire_all()
    [listed] = session.scalars(select(Event).where(Event.kind == "complaint.listed"))
    assert (listed.by_id, listed.detail) == (cast.receiver.id, {"numbers": [complaint.number]})


@pytest.mark.parametrize("who", ["officer", "chief", "auditor", "administrator", "member"])
def test_only_receivers_come_to_the_entry_page(visit, cast, who):
    browser = visit(getattr(cast, who))
    browser.get("/complaints/new")
    assert browser.status == 403
    browser.get("/account")
    browser.post("/complaints/new", ENTRY)
    assert browser.status == 403
    browser.get("/account")
    browser.post("/complaints/take-in")
    assert browser.status == 403


def test_nothing_of_the_author_is_in_an_address_a_header_or_a_log_of_the_entry(visit, session, cast, caplog):
    receiver = visit(cast.receiver)
    receiver.get("/complaints/new")
    receiver.send("Enter and seal", **ENTRY)
    receipt = receiver.page.select_one(".cb-receipt").get_text()
    told = " ".join([*map(str, receiver.response.headers), caplog.text])
    for words in (*SEALED.values(), receipt, re.sub("-", "", receipt)):
        assert words not in told
    assert "no-store" in receiver.response.headers["Cache-Control"]


def test_what_an_author_wrote_waits_for_the_screener_in_the_list_and_on_the_page_until_it_is_read(
    visit, session, seal, cast
):
    complaint = a_complaint(session, cast, seal, "concluded", naming="anonymous", name="", contact="")
    a_complaint(session, cast, seal, "handling")
    asked = openings.ask(
        session, complaint, cast.receiver, scope="text", purpose="correspondence", reason="补充线索"
    )
    openings.answer(session, asked, cast.chief, granted=True, until=today() + timedelta(days=7), on=today())
    session.commit()
    door.write(seal, complaint.handle, "message", "门面在老车站对面", today())

    receiver = visit(cast.receiver)
    receiver.get("/complaints", whose="waiting")
    row = next(row for row in receiver.page.select("tbody tr") if complaint.number in row.get_text())
    assert "The author wrote" in row.get_text()
    receiver.get(f"/complaints/{complaint.number}")
    link = receiver.page.find("a", string="Read what the author wrote, and answer")
    handling_officer = visit(cast.officer)
    handling_officer.get(f"/complaints/{complaint.number}")
    assert "the author wrote" not in handling_officer.text()
    receiver.get(link["href"])
    assert "老车站" in receiver.text()
    receiver.get(f"/complaints/{complaint.number}")
    assert "Read what the author wrote" not in receiver.text()


def test_a_chief_above_is_not_offered_their_own_people_for_a_complaint_of_another_organ(
    visit, session, seal, cast
):
    make_user(session, "receiver", organisation=cast.city)
    complaint = a_complaint(session, cast, seal)
    session.commit()

    above = visit(cast.superior)
    above.get("/complaints", whose="all")
    assert complaint.number in above.text()
    assert not above.page.select("input[name=number]")
    own = visit(cast.chief)
    own.get("/complaints", whose="all")
    assert [one["value"] for one in own.page.select("input[name=number]")] == [complaint.number]
