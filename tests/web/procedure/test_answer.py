"""The respondent's pages: one answer to every wrong key, and nothing of the case but what was told."""

import re
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from casebook.changes import FactEntry
from casebook.models import Answer, Event, PersonalLink, Stage
from casebook.procedure import answers, hearing, notice, personal_link
from casebook.procedure.code import new_code
from casebook.procedure.dates import today
from casebook.recommend import recommend
from tests.factories import CHEAP, attach, save
from tests.hearings import at_hearing, draft, told
from tests.stages import TODAY, Cast, skip_to
from tests.web.visitor import Visitor
from web import passes


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def case(session, cast):
    return at_hearing(session, cast)


@pytest.fixture
def door(session, cast, case):
    """A told notice and the link to it: token and code."""
    told(session, cast, case)
    _, token, code = personal_link.create_link(session, case, cast.officer, hasher=CHEAP)
    session.commit()
    return token, code


@pytest.fixture
def respondent(client):
    return Visitor(client, "en")


def enter(respondent, door) -> Visitor:
    token, code = door
    respondent.get(f"/answer/{token}")
    respondent.send("Continue", code=code)
    return respondent


def fields(session, case, stance="disputes", words="我已经如实报告") -> dict:
    points = notice.current_notice(session, case).points
    found = {f"stance-{point.id}": stance for point in points}
    found |= {f"words-{point.id}": words for point in points}
    session.commit()
    return found


def test_behind_the_code_stand_points_outcome_and_rights(respondent, door):
    enter(respondent, door)

    assert respondent.status == 200
    text = respondent.text()
    assert "经查：concealed_or_falsified" in text
    assert "记过" in text or "demerit" in text.lower()
    assert "Nothing becomes heavier because you speak" in text
    assert "you may appeal" in text.lower()


def test_the_pages_speak_chinese_as_well(client, door):
    visitor = Visitor(client, "zh")
    token, code = door
    visitor.get(f"/answer/{token}")
    assert visitor.heading == "输入验证码"

    visitor.send("继续", code=code)

    assert "您的权利" in visitor.text()
    assert "有异议" in visitor.text()


@pytest.mark.parametrize("state", ["unknown", "wrong", "expired", "ended", "locked"])
def test_every_key_that_does_not_fit_gets_the_same_answer(respondent, session, cast, case, door, state):
    token, code = door
    link = session.scalar(select(PersonalLink).where(PersonalLink.case_id == case.id))
    if state == "expired":
        link.expires_at = link.at
    elif state == "ended":
        link.revoked_at = link.at
    elif state == "locked":
        link.failures = personal_link.TRIES
    session.commit()
    asked = "nobody-knows-this-number" if state == "unknown" else token
    before = respondent.get(f"/answer/{asked}")
    shown = _without_token(before, asked)

    respondent.send("Continue", code=new_code() if state in ("wrong", "unknown") else code)

    assert respondent.status == 401
    assert respondent.errors == [
        "The link and the code do not fit, or the link is no longer open. Ask the organ that gave it to you."
    ]
    respondent.get("/answer/another-unknown-number")
    assert shown == _without_token(respondent.page, "another-unknown-number")


def _without_token(page, token: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*', "", str(page).replace(token, "X"))


def test_the_same_headers_protect_the_respondent(respondent, door):
    enter(respondent, door)

    headers = respondent.response.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Cache-Control"] == "no-store"


def test_a_slip_of_the_pen_is_told_apart_from_a_guess_and_not_counted(respondent, session, door):
    token, code = door
    respondent.get(f"/answer/{token}")

    for _ in range(personal_link.TRIES + 1):
        respondent.send("Continue", code=code[:-1] + ("3" if code[-1] != "3" else "4"))
        assert respondent.status == 422
    respondent.send("Continue", code=code.lower())

    assert respondent.status == 200


def test_guesses_are_slowed_down_by_address_and_by_link(respondent, door):
    token, _ = door
    respondent.get(f"/answer/{token}")

    statuses = []
    for _ in range(6):
        respondent.get(f"/answer/{token}")
        respondent.send("Continue", code=new_code())
        statuses.append(respondent.status)

    assert statuses == [401] * 5 + [429]


def test_what_was_saved_is_there_when_one_comes_back_and_nobody_was_told(respondent, session, case, door):
    enter(respondent, door)
    typed = fields(session, case)
    first = next(iter(typed))

    respondent.send("Save without sending", **{first: "partly", first.replace("stance", "words"): "先写一半"})

    assert session.scalar(select(Answer)) is None
    session.commit()
    assert respondent.status == 200
    assert respondent.value(first) == "partly"
    assert respondent.value(first.replace("stance", "words")).strip() == "先写一半"


def test_what_is_sent_gets_a_receipt_and_a_copy_on_paper(respondent, session, case, door):
    enter(respondent, door)

    respondent.send("Send to the organ", **fields(session, case))

    rows = list(session.scalars(select(Answer)))
    session.commit()
    assert rows
    assert {row.entered_by_id for row in rows} == {None}
    assert rows[0].receipt in respondent.heading
    assert respondent.text().count("我已经如实报告") == len(rows)
    respondent.get(respondent.link("Back to the page"))
    assert "Add to what you said" in respondent.text()


def test_the_line_breaks_of_the_respondent_stay(respondent, session, case, door):
    enter(respondent, door)

    respondent.send("Send to the organ", **fields(session, case, words="第一点\r\n第二点"))

    assert session.scalar(select(Answer)).words == "第一点\n第二点"


def test_points_left_open_are_named_and_nothing_typed_is_lost(respondent, session, case, door):
    enter(respondent, door)
    typed = fields(session, case)
    missing = [name for name in typed if name.startswith("stance")][-1]

    respondent.send("Send to the organ", **{**typed, missing: None})

    assert respondent.status == 422
    assert len(respondent.errors) == 1
    assert respondent.value(missing.replace("stance", "words")).strip() == "我已经如实报告"
    assert session.scalar(select(Answer)) is None


def test_another_receipt_number_shows_nothing(respondent, session, case, door):
    enter(respondent, door)

    respondent.get(f"/answer/{door[0]}/receipt/3AAA")

    assert respondent.status == 404


def test_without_the_code_no_page_behind_the_door_opens(respondent, session, case, door):
    token, _ = door
    session.commit()

    respondent.get(f"/answer/{token}/receipt/3AAA")
    assert respondent.path == f"/answer/{token}"
    assert respondent.heading == "Enter your code"
    respondent.post(f"/answer/{token}/answers", {"then": "send", **fields(session, case)})
    assert respondent.status == 401
    assert session.scalar(select(Answer)) is None


def test_a_cookie_of_one_link_opens_no_other(respondent, session, cast, door):
    enter(respondent, door)
    other = at_hearing(session, cast)
    told(session, cast, other)
    _, token, _ = personal_link.create_link(session, other, cast.officer, hasher=CHEAP)
    session.commit()

    respondent.get(f"/answer/{token}")

    assert respondent.heading == "Enter your code"


@pytest.mark.parametrize("renewed", [False, True])
def test_a_copy_of_the_cookie_opens_nothing_once_the_pages_were_left(app, respondent, door, renewed):
    token, _code = door
    enter(respondent, door)
    copy = respondent.client.get_cookie("casebook_answer", path="/answer").value
    if renewed:
        respondent.get(f"/answer/{token}")
        assert respondent.client.get_cookie("casebook_answer", path="/answer").value != copy
    respondent.post(f"/answer/{token}/leave", {})
    thief = Visitor(app.test_client(), "en")
    thief.client.set_cookie("casebook_answer", copy, path="/answer")

    thief.get(f"/answer/{token}")

    assert thief.heading == "Enter your code"
    enter(respondent, door)
    assert respondent.heading != "Enter your code"


def test_after_half_an_hour_the_code_is_asked_again_and_what_was_typed_is_kept(
    respondent, session, case, door, monkeypatch
):
    _, code = door
    enter(respondent, door)
    typed = fields(session, case)
    later = time.time() + passes.IDLE_SECONDS + 2
    monkeypatch.setattr(passes, "time", SimpleNamespace(time=lambda: later))
    respondent.send("Send to the organ", **typed)
    assert respondent.status == 401
    assert session.scalar(select(Answer)) is None
    session.commit()
    monkeypatch.undo()

    respondent.send("Continue", code=code)

    first = next(iter(typed))
    assert respondent.status == 200
    assert respondent.value(first) == "disputes"
    assert respondent.value(first.replace("stance", "words")).strip() == "我已经如实报告"
    respondent.send("Send to the organ")
    assert session.scalar(select(Answer)).words == "我已经如实报告"


def test_a_form_whose_session_is_lost_asks_for_the_code_and_never_for_an_account(
    respondent, session, case, door
):
    _, code = door
    enter(respondent, door)
    typed = fields(session, case)

    respondent.client.delete_cookie("casebook")
    respondent.send("Send to the organ", **typed)

    assert respondent.status == 401
    assert respondent.heading == "Enter your code"
    respondent.send("Continue", code=code)
    assert respondent.value(next(iter(typed))) == "disputes"


def test_what_was_kept_behind_one_link_is_not_shown_behind_another(respondent, session, cast, case, door):
    enter(respondent, door)
    typed = fields(session, case, words="只给自己看的话")
    respondent.client.delete_cookie("casebook_answer", path="/answer")
    respondent.send("Send to the organ", **typed)
    kept = respondent.value("kept")
    other = at_hearing(session, cast)
    told(session, cast, other)
    _, token, code = personal_link.create_link(session, other, cast.officer, hasher=CHEAP)
    session.commit()

    respondent.get(f"/answer/{token}")
    respondent.post(f"/answer/{token}", {"code": code, "kept": kept})

    assert respondent.status == 200
    assert "只给自己看的话" not in respondent.page.get_text()


def test_leaving_closes_the_door(respondent, door):
    enter(respondent, door)

    respondent.send("Leave", form="header form")

    assert respondent.heading == "Enter your code"


def test_a_link_that_was_ended_shuts_out_who_is_inside(respondent, session, cast, case, door):
    enter(respondent, door)
    personal_link.revoke_links(session, case, cast.officer)
    session.commit()

    respondent.get(f"/answer/{door[0]}")

    assert respondent.heading == "Enter your code"


def test_nothing_is_sent_when_the_hearing_has_ended_meanwhile(respondent, session, cast, case, door):
    enter(respondent, door)
    typed = fields(session, case)
    skip_to(session, case, Stage.PANEL)
    session.commit()

    respondent.send("Send to the organ", **typed)

    assert respondent.status == 409
    assert "This hearing has ended" in respondent.text()
    assert session.scalar(select(Answer)) is None


def test_the_respondent_is_no_user_of_the_site_and_a_user_is_no_respondent(
    respondent, another_browser, session, cast, case, door
):
    enter(respondent, door)
    respondent.get("/cases")
    assert respondent.path == "/sign-in"

    officer = another_browser(cast.officer)
    officer.get(f"/answer/{door[0]}")
    assert officer.heading == "Enter your code"
    officer.send("Continue", code=door[1])
    assert cast.officer.name not in officer.page.get_text()
    assert case.number not in officer.page.get_text()


def test_before_the_telling_the_page_says_that_nothing_was_told(respondent, session, cast, case):
    draft(session, cast, case)
    _, token, code = personal_link.create_link(session, case, cast.officer, hasher=CHEAP)
    session.commit()

    enter(respondent, (token, code))

    assert "Nothing has been told yet" in respondent.text()
    assert "经查" not in respondent.text()


def test_no_page_of_the_respondent_shows_a_trace_of_the_complaint_or_of_the_file(
    respondent, another_browser, session, home, cast, case
):
    """Everything that was not told carries a marker; the name of the complainant is one of them."""
    case.title, case.summary = "MARKER标题", "MARKER经过"
    save(
        session, skip_to(session, case, Stage.INTAKE),
        case_source=FactEntry("real_name_report", "verified", "MARKER举报信", "MARKER王五举报"),
        complaint_named=FactEntry("real_name", "verified", "MARKER", "MARKER"),
        accuser_motive=FactEntry("grudge", "verified", "MARKER", "MARKER"),
        deaths=FactEntry(0, "verified", "MARKER证据", "MARKER备注"),
    )  # fmt: skip
    recommend(session, case, cast.officer, TODAY)
    skip_to(session, case, Stage.HEARING)
    attach(session, home, case, b"MARKER", "MARKER.txt")
    session.commit()
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{case.number}/hearing/notice")
    officer.send("Keep the draft", measures=["G2"])  # in the words the site itself offers
    officer.send("It was told", how="in_person")
    _, token, code = personal_link.create_link(session, case, cast.officer, hasher=CHEAP)
    session.commit()
    seen = []

    def look(page=None):
        seen.append(str(respondent.get(page) if page else respondent.page))

    enter(respondent, (token, code))
    look()
    respondent.send("Save without sending", **fields(session, case))
    look()
    respondent.send("Send to the organ")
    look()
    session.expire_all()
    one = notice.current_notice(session, case)
    hearing.record_hearing(
        session,
        case,
        cast.officer,
        heard_on=today(),
        how="meeting",
        organ=["MARKER甲", "MARKER乙"],
        record="MARKER",
    )
    for point in one.points:
        answers.weigh(
            session,
            case,
            point.answers[0],
            cast.reviewer,
            adopted="none",
            checked="MARKER核实",
            reason="与记录不符",
        )
    hearing.close_hearing(session, case, cast.officer, today())
    session.commit()
    look(f"/answer/{token}")
    assert "与记录不符" in seen[-1]

    for page in seen:
        for trace in (
            "MARKER", "real_name", "grudge", "举报", "检举", "控告", "信访", "complain", case.number,
            cast.officer.name, cast.reviewer.name, cast.officer.login,
        ):  # fmt: skip
            assert trace not in page, trace


def test_every_step_of_the_respondent_is_logged_without_a_word_of_it(respondent, session, case, door):
    enter(respondent, door)
    respondent.send("Save without sending", **fields(session, case, words="私密的话"))
    respondent.send("Send to the organ", **fields(session, case, words="私密的话"))

    logged = list(session.scalars(select(Event).where(Event.kind.startswith("link."))))
    kinds = {event.kind for event in logged}
    assert {"link.opened", "link.read", "link.saved", "link.answered", "link.printed"} <= kinds
    assert all(event.by_id is None for event in logged if event.kind != "link.created")
    assert not any("私密" in str(event.detail) for event in logged)
