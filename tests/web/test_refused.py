"""What is refused leaves a line about what was wanted, is shown to whoever watches, and tells the refused no more."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy.event
from sqlalchemy import func, select

from casebook import events, queries, refused
from casebook.audit import verify
from casebook.complaints import log
from casebook.db import utc_now
from casebook.errors import CaseNotFound, NotAllowed
from casebook.event_kinds import KINDS
from casebook.models import ChainHead, Event
from tests.clearances import a_clearance
from tests.complaints import a_complaint
from tests.factories import make_case
from tests.stages import Cast
from web.refused import PLACES


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def make(session, cast, seal):
    def make(state="handling", **fields):
        a_complaint(session, cast, seal, name="旁人甲", contact="13000000001")  # noise
        complaint = a_complaint(session, cast, seal, state, **fields)
        session.commit()
        return complaint

    return make


def tried(session, about) -> list[tuple[str, int]]:
    session.rollback()
    return [
        (event.kind, event.by_id)
        for event in log.history(session, about, reads=True)
        if event.kind in refused.KINDS
    ]


@pytest.mark.parametrize("page", ["", "/openings", "/sealed/identity", "/papers", "/step/findings"])
def test_whoever_has_no_part_in_a_complaint_is_refused_and_it_shows_there(session, cast, make, as_, page):
    complaint = make()

    stranger = as_(cast.officer2)
    stranger.get(f"/complaints/{complaint.number}{page}")
    hidden = (stranger.status, stranger.text().replace(complaint.number, "X"))
    stranger.get(f"/complaints/A-X2026-9999{page}")

    assert hidden == (404, stranger.text().replace("A-X2026-9999", "X"))
    assert tried(session, complaint) == [("access.refused", cast.officer2.id)]


def test_a_step_of_somebody_else_is_refused_and_nothing_of_what_was_sent_is_kept(session, cast, make, as_):
    complaint = make("concluded")

    page = as_(cast.officer)
    page.get(f"/complaints/{complaint.number}")
    page.post(f"/complaints/{complaint.number}/step/reopening", {"reason": "MARKER"})

    assert page.status == 403
    assert tried(session, complaint) == [("access.refused", cast.officer.id)]
    (event,) = session.scalars(select(Event).where(Event.kind == "access.refused"))
    assert event.detail == {"complaint": complaint.id, "endpoint": "complaint.step_submit"}
    assert verify(session).ok


def test_a_step_of_a_complaint_is_not_taken_for_the_step_of_a_case_with_the_same_code(cast, make, as_):
    complaint = make("concluded")

    page = as_(cast.officer)
    page.get(f"/complaints/{complaint.number}/step/closing")

    assert page.status == 403
    assert "案" not in page.text().replace("检举控告", "")


def test_the_person_a_complaint_is_about_leaves_a_line_and_learns_nothing(session, cast, make, as_):
    complaint = make("screened", respondent_name=cast.chief.name)

    chief = as_(cast.chief)
    chief.get(f"/complaints/{complaint.number}")

    assert chief.status == 404
    assert tried(session, complaint) == [("access.refused", cast.chief.id)]


@pytest.mark.parametrize("method", ["get", "post"])
def test_asking_who_an_anonymous_author_is_stays(session, cast, make, as_, method):
    complaint = make(naming="anonymous", name="", contact="", identity_number="")
    page = as_(cast.officer)
    page.get(f"/complaints/{complaint.number}")
    address = f"/complaints/{complaint.number}/openings/ask/identity"

    if method == "get":
        page.get(address)
    else:
        page.post(address, {"purpose": "feedback", "reason": "想知道是谁写的"})

    assert "不得" in page.text()
    assert tried(session, complaint) == [("seal.unmasking_refused", cast.officer.id)]


def test_reading_what_is_sealed_without_an_opening_stays(session, cast, make, as_):
    complaint = make()

    page = as_(cast.officer)
    page.get(f"/complaints/{complaint.number}/sealed/text")

    assert page.status == 409
    assert tried(session, complaint) == [("seal.refused", cast.officer.id)]


def test_a_clearance_is_watched_in_the_same_way(session, cast, seal, as_):
    clearance = a_clearance(session, cast, "proposed")
    session.commit()

    as_(cast.stranger).get(f"/clearances/{clearance.number}")

    assert tried(session, clearance) == [("access.refused", cast.stranger.id)]


def test_a_flood_elsewhere_covers_no_attempt_at_a_complaint(session, cast, make, as_):
    complaint = make()
    page = as_(cast.officer2)
    for _ in range(31):
        page.get("/complaints/waiting")  # of receivers alone

    page.get(f"/complaints/{complaint.number}")

    assert tried(session, complaint) == [("access.refused", cast.officer2.id)]


def test_who_was_refused_shows_to_the_chief_and_the_auditor_and_not_to_the_handler(session, cast, make, as_):
    complaint = make()
    as_(cast.officer2).get(f"/complaints/{complaint.number}")

    shown = {}
    for user in (cast.chief, cast.auditor, cast.officer, cast.receiver):
        page = as_(user)
        page.get(f"/complaints/{complaint.number}")
        assert page.status == 200
        shown[user.id] = "操作被拒绝" in page.text()

    assert shown == {
        cast.chief.id: True,
        cast.auditor.id: True,
        cast.officer.id: False,
        cast.receiver.id: False,
    }


def test_the_auditor_sees_every_refusal_together(session, cast, make, as_):
    first, second = make(), make()
    as_(cast.officer2).get(f"/complaints/{first.number}")
    as_(cast.stranger).get(f"/complaints/{second.number}/openings")
    as_(cast.member).get("/figures")

    auditor = as_(cast.auditor)
    auditor.get("/refusals")

    text = auditor.text()
    assert first.number in text
    assert second.number in text
    assert cast.member.name in text
    assert "操作被拒绝" in text


def test_an_auditor_is_not_told_of_what_is_kept_from_them(session, cast, make, as_):
    about_them, other = make(respondent_name=cast.auditor.name), make()
    as_(cast.officer2).get(f"/complaints/{about_them.number}")
    as_(cast.officer2).get(f"/complaints/{other.number}")
    auditor = as_(cast.auditor)
    auditor.get(f"/complaints/{about_them.number}")

    rows = refused.latest(session, cast.auditor)
    auditor.get("/refusals")

    assert [row.number for row in rows] == [other.number]
    assert about_them.number not in auditor.text()


def test_the_list_goes_on_where_it_was_left_and_passes_over_what_is_hidden(session, cast, make):
    hidden, shown = make(respondent_name=cast.auditor.name), make()
    for by in (cast.officer2, cast.reviewer2, cast.receiver2, cast.member, cast.member2, cast.stranger):
        for _ in range(refused.MOST):
            refused.note(session, by, "complaint.show", hidden.number)
            refused.note(session, by, "complaint.show", shown.number)

    first = refused.latest(session, cast.auditor, limit=40)
    rest = refused.latest(session, cast.auditor, before=first[-1].event.seq, limit=40)

    assert [row.number for row in first + rest] == [shown.number] * 60
    assert len({row.event.seq for row in first + rest}) == 60


def test_whoever_knocks_without_end_hides_nobody_elses_try(session, cast, make, as_):
    complaint = make()
    refused.note(session, cast.stranger, "complaint.show", complaint.number)
    for place in range(120):
        refused.note(session, cast.officer2, f"figures.show{place}")
        events.record(session, "link.refused", None)
    refused.note(session, cast.member, "figures.show")
    session.commit()

    auditor = as_(cast.auditor)
    auditor.get("/refusals")
    assert (complaint.number in auditor.text(), cast.member.name in auditor.text()) == (True, True)
    rows = refused.latest(session, cast.auditor)
    session.rollback()
    assert Counter(row.event.by_id for row in rows) == {
        cast.officer2.id: refused.OF_ONE, None: refused.OF_ONE, cast.stranger.id: 1, cast.member.id: 1,
    }  # fmt: skip
    assert [row.last for row in rows].count(True) == 2

    for link, count in zip(auditor.page.select("main a[href*='by=']"), (50, 50), strict=True):
        auditor.get(link["href"])
        names = [one.get_text() for one in auditor.page.select("td[data-label='操作人']")]
        assert (len(names), len(set(names))) == (count, 1)
        auditor.get(auditor.page.select("main a[href*='before=']")[0]["href"])
        assert set(names) == {one.get_text() for one in auditor.page.select("td[data-label='操作人']")}
    log = select(Event.detail).where(Event.kind == "refusals.listed").order_by(Event.seq.desc())
    assert session.scalars(log).first() == {"account": 0 if names[0] == "—" else cast.officer2.id}


def test_nobody_else_reads_that_list(session, cast, as_):
    for user in (cast.chief, cast.officer, cast.receiver, cast.administrator):
        with pytest.raises(NotAllowed):
            refused.latest(session, user)
        page = as_(user)
        page.get("/refusals")
        assert page.status == 403


def test_of_a_flood_about_one_complaint_the_first_ten_are_listed_and_the_last_says_that_it_went_on(
    session, cast, make, as_
):
    complaint, other = make(), make()
    for _ in range(25):
        refused.note(session, cast.officer2, "complaint.show", complaint.number)
        refused.note(session, cast.officer2, "complaint.show", "A-X2026-9999")
        refused.note(session, cast.officer2, "complaint.show", "A-X2026-9998")
    refused.note(session, cast.officer2, "complaint.show", other.number)
    refused.note(session, cast.stranger, "complaint.show", complaint.number)
    session.commit()

    lines = log.history(session, complaint, kinds=("access.refused",))

    assert [event.by_id for event in lines] == [cast.officer2.id] * refused.MOST + [cast.stranger.id]
    assert [event.detail.get("more") for event in lines[-3:]] == [None, True, None]
    assert tried(session, other) == [("access.refused", cast.officer2.id)]
    auditor = as_(cast.auditor)
    auditor.get("/refusals")
    assert auditor.text().count("此后的尝试不再逐条列出") == 3
    found = [event.detail for event in all_refused(session) if event.by_id == cast.officer2.id]
    assert len(found) == 3 * refused.MOST + 1  # as many of a number nobody was given
    assert "9999" not in str(found)


def test_ever_new_numbers_do_not_make_the_log_grow_and_those_that_are_there_count_as_those_that_are_not(
    session, cast, make, monkeypatch
):
    monkeypatch.setattr(refused, "MOST_OF_ALL", 6)
    there = [make().number for _ in range(4)]
    for by, numbers in (
        (cast.officer2, [*there, "A-X2026-1", "A-X2026-2", "A-X2026-3", there[0]]),
        (cast.stranger, ["A-X2026-1", "A-X2026-2", *there, "A-X2026-3", there[0]]),
    ):
        for place, number in enumerate(numbers):
            refused.note(session, by, "complaint.show", number)
            lines = [event for event in all_refused(session, keep=True) if event.by_id == by.id]
            assert len(lines) == min(place + 1, 6)
        assert [event.detail.get("more") for event in lines] == [None] * 5 + [True]
    for _ in range(3):
        refused.note(session, cast.member, "figures.show")  # about nothing single
    refused.note(session, cast.member, "complaint.show", there[0])

    assert len([event for event in all_refused(session, keep=True) if event.by_id == cast.member.id]) == 4


def test_of_a_flood_about_one_case_as_many_lines_are_left_as_of_a_case_that_does_not_exist(
    session, cast, as_
):
    case, other = make_case(session, cast.officer), make_case(session, cast.officer)
    stranger = as_(cast.stranger)
    for _ in range(refused.MOST + 3):
        stranger.get(f"/cases/{case.number}")
        stranger.get("/cases/T1-2020-00001")
        assert stranger.status == 404
    stranger.get(f"/cases/{other.number}/history")

    found = [event for event in all_refused(session, "case.refused") if event.by_id == cast.stranger.id]
    unknown = [event for event in all_refused(session) if event.by_id == cast.stranger.id]
    assert [event.case_id for event in found] == [case.id] * refused.MOST + [other.id]
    assert len(unknown) == refused.MOST
    for lines in (found[:-1], unknown):
        assert [event.detail.get("more") for event in lines] == [None] * (refused.MOST - 1) + [True]


def test_case_after_case_fills_the_log_no_further_than_number_after_number(session, cast, monkeypatch):
    monkeypatch.setattr(refused, "MOST_OF_ALL", 5)
    cases = [make_case(session, cast.officer) for _ in range(4)]
    for case in cases:
        with pytest.raises(CaseNotFound):
            queries.get_case(session, cast.stranger, case.number)
    for number in ("T1-2020-00001", "T1-2020-00002"):
        refused.note(session, cast.stranger, "cases.show_case", number)
    with pytest.raises(CaseNotFound):
        queries.get_case(session, cast.stranger, cases[0].number)

    lines = all_refused(session, "case.refused", keep=True) + all_refused(session, keep=True)
    assert [event.detail.get("more") for event in lines] == [None] * 4 + [True]


def test_an_hour_later_a_try_is_listed_again(session, cast, make, monkeypatch):
    complaint = make()
    for _ in range(12):
        refused.note(session, cast.officer2, "complaint.show", complaint.number)
    later = utc_now() + refused.SPAN + timedelta(seconds=1)
    monkeypatch.setattr(refused, "utc_now", lambda: later)

    refused.note(session, cast.officer2, "complaint.show", complaint.number)

    assert len(log.history(session, complaint, kinds=("access.refused",))) == refused.MOST + 1


def test_the_list_names_the_room_in_words_and_costs_no_query_for_each_line(session, cast, make, as_):
    for by in (cast.officer2, cast.stranger, cast.member):
        as_(by).get(f"/complaints/{make().number}/openings")
    auditor, asked = as_(cast.auditor), []

    @sqlalchemy.event.listens_for(session.get_bind(), "before_cursor_execute")
    def _note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    auditor.get("/refusals")
    few = len(asked)
    for place, by in enumerate((cast.officer2, cast.stranger, cast.member)):
        complaint = make()
        refused.note(session, by, f"complaint.show{place}", complaint.number)
    session.commit()
    asked.clear()
    auditor.get("/refusals")

    assert "调阅密封内容" in auditor.text()
    assert "openings.show" not in auditor.text()
    assert len(asked) == few


def test_every_try_that_is_refused_is_in_that_list_and_no_decision_of_an_organ_is():
    decided = {
        "appeal.refused", "clearance.refused", "complaint.refused", "false_accusation.refused", "opening.refused",
        "pack.refused",
    }  # fmt: skip
    of_nobody = {"sign_in.refused"}
    known = {kind for kind in KINDS if kind.rpartition(".")[2].endswith("refused")}

    assert known - decided - of_nobody == set(refused.KINDS)


def test_every_room_has_its_words(app):
    assert set(app.blueprints) <= set(PLACES)


def all_refused(session, kind="access.refused", *, keep=False) -> list[Event]:
    if not keep:
        session.rollback()
    found = select(Event).where(Event.kind == kind).order_by(Event.seq)
    return list(session.scalars(found))


@pytest.mark.parametrize(
    "page", ["complaints/{}", "complaints/{}/openings", "clearances/{}", "filings/{}", "returns/{}"]
)
def test_a_number_nobody_was_given_leaves_as_much_as_one_that_is_kept_from_them(
    session, cast, make, as_, page
):
    """Whoever sees the chain grow, here or in a number shown elsewhere, learns nothing of which numbers there are."""
    complaint = make()
    stranger = as_(cast.officer2)

    grown = []
    for number in (complaint.number, "A-X2026-9999", complaint.number, "A-X2026-9999"):
        before = session.scalar(select(ChainHead.count))
        session.rollback()
        stranger.get("/" + page.format(number))
        assert stranger.status == 404
        grown.append(session.scalar(select(ChainHead.count)) - before)
        session.rollback()

    assert grown == [1] * 4
    assert len({event.detail["endpoint"] for event in all_refused(session)}) == 1
    assert verify(session).ok


@pytest.mark.parametrize("there", [True, False])
def test_a_case_nobody_opened_leaves_a_line_like_one_that_is_kept_from_them(session, cast, as_, there):
    number = make_case(session).number if there else "OURS-2026-09999"
    stranger = as_(cast.reviewer)
    before = session.scalar(select(func.count()).select_from(Event))
    session.commit()

    lines = []
    for _time in range(2):
        stranger.get(f"/cases/{number}")
        lines.append(session.scalar(select(func.count()).select_from(Event)) - before)

    assert (stranger.status, lines) == (404, [1, 2])
    assert number not in str([one.detail for one in session.scalars(select(Event)) if "refused" in one.kind])


def test_that_it_could_not_be_noted_changes_nothing_of_the_answer(cast, make, as_, monkeypatch):
    complaint = make()
    stranger = as_(cast.officer2)
    answers = []
    for number in (complaint.number, "A-X2026-9999"):
        with monkeypatch.context() as broken:
            broken.setattr(refused.events, "record", lambda *_args, **_words: 1 / 0)
            stranger.get(f"/complaints/{number}")
        answers.append((stranger.status, stranger.text().replace(number, "X")))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_a_number_no_database_can_keep_is_about_nothing(session, cast):
    refused.note(session, cast.officer, "complaint.show", "A\0")
    refused.note(session, cast.officer, "complaint.show", "")

    assert [row.number for row in refused.latest(session, cast.auditor)] == ["", ""]


def test_only_the_auditor_is_shown_the_number_of_a_line_in_the_chain(cast, make, as_):
    complaint = make()

    shown = {}
    for user in (cast.chief, cast.officer, cast.auditor):
        page = as_(user)
        page.get(f"/complaints/{complaint.number}")
        shown[user.id] = "日志第" in page.text()

    assert shown == {cast.chief.id: False, cast.officer.id: False, cast.auditor.id: True}
