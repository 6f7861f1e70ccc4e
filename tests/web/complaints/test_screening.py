"""Screening in the browser: the original on the left until the words are kept, and then each way out."""

import io

import pytest
from sqlalchemy import func, select

from casebook.complaints import duties
from casebook.models import Complaint, ComplaintPart, ComplaintState, Event
from casebook.seal import inbox
from tests.complaints import NEUTRAL, SEALED, a_complaint
from tests.factories import make_user
from tests.stages import Cast

FORM = {
    **NEUTRAL, "own_chief": "no", "points": "\n".join(NEUTRAL["points"]),
}  # fmt: skip
DAY = {"on-year": "2026", "on-month": "11", "on-day": "17"}


def dated(prefix: str, **fields) -> dict[str, str]:
    return {prefix + name: value for name, value in {**DAY, **fields}.items()}


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def at(another_browser, session, seal, cast):
    """The screener before a complaint in a state: the browser on its screening page, and the complaint."""

    def at(state: str = "assigned", **fields):
        complaint = a_complaint(session, cast, seal, state, **fields)
        number = complaint.number
        browser = another_browser(cast.receiver)
        browser.get(f"/complaints/{number}/screening")
        return browser, complaint, number

    return at


def count(session, kind: str) -> int:
    found = session.scalar(select(func.count()).select_from(Event).where(Event.kind == kind))
    session.rollback()
    return found


def test_the_original_stands_beside_the_form_without_the_author_and_its_reading_is_logged(at, session):
    browser, _complaint, _number = at()
    assert SEALED["text"] in browser.text()
    for field in ("name", "contact", "identity_number"):
        assert SEALED[field] not in str(browser.page)
    assert count(session, "seal.read") == 1
    assert "no-store" in browser.response.headers["Cache-Control"]


def test_once_the_screening_is_kept_the_original_is_gone_from_the_page(at, session):
    browser, complaint, _number = at()
    browser.send("Keep the screening", **FORM)
    assert "the original is closed" in browser.text()
    assert SEALED["text"] not in str(browser.page)
    assert NEUTRAL["extract"] in browser.text()
    assert count(session, "seal.read") == 1
    session.refresh(complaint)
    assert [point.alleged for point in complaint.points] == list(NEUTRAL["points"])


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("extract", "称连招标公告都没贴出来", "word for word as in the original"),
        ("extract", f"据{SEALED['name']}反映", "contains the name of the author"),
        ("points", "未招标\n账上多付了八万块", "Point 2: Characters 1 to 8"),
        ("extract", "", "must not be empty"),
        ("kind", None, "Choose the kind"),
        ("own_chief", None, "chief of this organ"),
        ("respondent_unit", "青石镇，其外甥", "Only a name"),
        ("region", "江西", "2, 4 or 6 digits"),
    ],
)
def test_what_is_wrong_is_named_and_everything_typed_stays(at, session, field, value, said):
    browser, complaint, _number = at()
    browser.send("Keep the screening", **{**FORM, field: value})
    assert browser.status == 422
    assert said in browser.errors[0]
    for name in ("extract", "respondent_name", "points"):
        if name != field:
            assert browser.value(name).replace("\r\n", "\n") == FORM[name]
    session.refresh(complaint)
    assert complaint.screened_on is None


def test_that_the_author_was_named_in_the_words_stays_in_the_log(at, session):
    browser, _complaint, _number = at()
    browser.send("Keep the screening", **{**FORM, "extract": f"据{SEALED['name']}反映"})
    assert count(session, "complaint.extract_refused") == 1


def test_a_draft_comes_back_to_its_screener_only(at, session, another_browser, cast):
    browser, complaint, number = at()
    browser.send("Keep a draft", extract="刚写了一半", kind="accusation")
    assert browser.value("extract") == "刚写了一半"
    duties.assign(session, complaint, ComplaintPart.SCREENER, cast.receiver2, cast.chief)
    session.commit()
    browser.get(f"/complaints/{number}/screening")
    assert browser.status == 403
    assert "刚写了一半" not in str(browser.page)


def test_nothing_of_the_original_is_shown_before_the_question_of_recusal_is_answered(
    another_browser, session, seal, cast
):
    complaint = a_complaint(session, cast, seal)
    duties.assign(session, complaint, ComplaintPart.SCREENER, cast.receiver, cast.chief)
    number = complaint.number
    browser = another_browser(cast.receiver)
    browser.get(f"/complaints/{number}/screening")
    assert browser.status == 403
    assert SEALED["text"] not in str(browser.page)


@pytest.mark.parametrize(
    "who", ["receiver2", "officer", "chief", "auditor", "administrator", "superior", "stranger", "elsewhere"]
)
def test_nobody_but_the_screener_comes_to_the_page_or_takes_a_step(at, another_browser, session, cast, who):
    _browser, complaint, number = at("screened")
    user = (
        make_user(session, "receiver", organisation=cast.city) if who == "elsewhere" else getattr(cast, who)
    )
    other = another_browser(user)
    for way in ("", "/accept", "/refuse", "/pass-on", "/send-up", "/repeat"):
        other.get("/account")
        other.post(
            f"/complaints/{number}/screening{way}",
            {**FORM, **dated("accept-"), **dated("up-", to="市", reference="1")},
        )
        assert other.status in (403, 404), way
    other.get(f"/complaints/{number}/screening")
    assert other.status in (403, 404)
    assert NEUTRAL["extract"] not in str(other.page)
    session.refresh(complaint)
    assert complaint.state == ComplaintState.REGISTERED


def test_an_accusation_is_accepted_with_its_day(at, session):
    browser, complaint, _number = at("screened")
    browser.send("Accept", **dated("accept-"))
    assert "It is accepted" in browser.text()
    session.refresh(complaint)
    assert complaint.state == ComplaintState.ACCEPTED


@pytest.mark.parametrize("day", ["1", "99"])
def test_a_day_before_it_came_or_that_does_not_exist_is_refused_at_its_field(at, day):
    browser, _complaint, _number = at("screened")
    browser.send("Accept", **{**dated("accept-"), "accept-on-day": day})
    assert browser.status == 422
    assert browser.value("accept-on-day") == day


def test_a_refusal_shows_the_advice_before_it_is_made(at, session):
    browser, complaint, _number = at("screened", kind="other_channel", points=())
    assert "settled by court, arbitration" in browser.text()
    browser.send("Do not accept", **dated("refuse-"))
    session.refresh(complaint)
    assert complaint.state == ComplaintState.REFUSED


def test_what_belongs_elsewhere_is_refused_or_passed_on_from_one_page(at, session):
    browser, complaint, _number = at("screened", kind="other_organ", points=())
    ids = [tag["id"] for tag in browser.page.select("[id]")]
    assert len(ids) == len(set(ids))
    browser.send("Pass on", **dated("pass-", to="", reference="7"))
    assert browser.status == 422
    assert browser.value("pass-reference") == "7"
    browser.send("Pass on", **dated("pass-", to="市信访局", reference="7"))
    session.refresh(complaint)
    assert (complaint.state, complaint.passed_to) == (ComplaintState.PASSED_ON, "市信访局")


def test_what_concerns_the_chief_leads_to_sending_up_and_keeps_nothing(at, session, seal):
    browser, complaint, _number = at()
    handle = complaint.handle
    session.commit()
    browser.send("Keep the screening", **{**FORM, "own_chief": "yes"})
    assert browser.page.select_one("#send-up").has_attr("open")
    session.refresh(complaint)
    assert complaint.extract == complaint.respondent_name == ""
    session.commit()
    browser.send("Send up and erase", **dated("up-", to="市纪委监委", reference="〔2026〕3号"))
    assert browser.status == 422
    assert "handed over" in browser.errors[0]
    assert seal.read(handle, "text") == SEALED["text"]
    browser.send(
        "Send up and erase", **dated("up-", to="市纪委监委", reference="〔2026〕3号", handed_over="yes")
    )
    assert "sent up" in browser.text()
    session.refresh(complaint)
    assert complaint.state == ComplaintState.STUB
    assert inbox.is_stub(seal, handle)
    assert seal.names(handle) == []


def test_an_enclosure_is_read_while_the_original_is_open_and_not_afterwards(at, session, seal, cast):
    browser, complaint, number = at()
    file_id = seal.put_file(complaint.handle, "账页.txt", io.BytesIO("账页".encode()))
    session.commit()
    browser.get(f"/complaints/{number}/screening")
    address = browser.link("账页.txt")
    answer = browser.client.get(address)
    assert answer.data.decode() == "账页"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert count(session, "seal.read") == 3
    assert browser.client.get(address.replace(file_id, "nothing")).status_code == 404
    browser.get(f"/complaints/{number}/screening")
    browser.send("Keep the screening", **FORM)
    assert browser.client.get(address).status_code == 409
    assert count(session, "seal.refused") == 1


def test_markup_in_the_original_is_text_and_invisible_signs_are_seen(at):
    browser, _complaint, _number = at("assigned", text="<script>alert(1)</script>他\u202e收钱=HYPERLINK(1)")
    assert browser.page.select("main script") == []
    assert "<script>alert(1)</script>他[U+202E]收钱" in browser.text()


def test_a_hint_of_an_earlier_one_gives_reasons_and_is_noted_by_the_screener(at, session, seal, cast):
    first = a_complaint(session, cast, seal, "accepted").number
    browser, complaint, _number = at("screened")
    assert first in browser.text()
    assert "Same name and unit" in browser.text()
    browser.send("Note it", first=first)
    session.refresh(complaint)
    assert session.get(Complaint, complaint.repeat_of_id).number == first
    session.commit()
    browser.post(f"{browser.path}/repeat", {"first": "OTHER-X2026-0001"})
    session.refresh(complaint)
    assert complaint.repeat_of_id is None


def test_after_five_tries_to_name_the_author_another_screener_is_needed(at, session):
    browser, _complaint, _number = at()
    for _ in range(5):
        browser.send("Keep the screening", **{**FORM, "extract": f"据{SEALED['name']}反映"})
    browser.send("Keep the screening", **FORM)
    assert browser.status == 409
    assert "Ask the chief to name another screener" in browser.text()
    assert browser.value("extract") == FORM["extract"]


def test_the_page_speaks_chinese(another_browser, session, seal, cast):
    number = a_complaint(session, cast, seal, "assigned").number
    browser = another_browser(cast.receiver, "zh")
    browser.get(f"/complaints/{number}/screening")
    assert "密封内容，本次阅看已记录" in browser.text()
