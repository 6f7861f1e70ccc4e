"""The calendar feed: who gets what, and what is never in it."""

from datetime import date

import icalendar
import pytest

from casebook import accounts, audit
from casebook.clocks import deadlines, ics
from casebook.clocks.ics import FeedNotFound
from casebook.errors import NotAllowed
from casebook.models import Assignment, CalendarFeed, Event
from tests.factories import make_case, make_organisation
from tests.stages import TODAY, Cast


@pytest.fixture
def cast(seeded):
    return Cast(seeded)


@pytest.fixture
def case(seeded, cast):
    case = make_case(
        seeded, cast.officer, title="李某违规审批", respondent_name="李某某", summary="李某某的事"
    )
    deadlines.start(seeded, case, "complaint_received_named", date(2026, 11, 16), cast.officer)
    deadlines.set_own(seeded, case, "找李某某谈话", date(2026, 12, 1), cast.officer, on=TODAY)
    for other in (make_case(seeded, cast.officer2), make_case(seeded, cast.stranger)):
        deadlines.start(seeded, other, "complaint_received_named", date(2026, 11, 16), None)
    return case


def entries(session, token, today=TODAY):
    return icalendar.Calendar.from_ical(ics.read_feed(session, token, today).content).walk("VEVENT")


def test_a_feed_holds_the_days_of_ones_own_cases_by_number_and_title(session, cast, case):
    found = entries(session, ics.open_feed(session, cast.officer))

    assert [(str(one["summary"]), one.decoded("dtstart")) for one in found] == [
        (f"{case.number} 本机关设定的期限", date(2026, 12, 1)),
        (f"{case.number} 告知实名检举控告人受理情况", date(2026, 12, 7)),
    ]
    assert [one.decoded("dtend") for one in found] == [date(2026, 12, 2), date(2026, 12, 8)]


def test_no_name_title_or_typed_word_leaves_the_house(session, cast, case):
    content = ics.read_feed(session, ics.open_feed(session, cast.officer), TODAY).content.decode()

    for word in ("李某", "违规", "谈话", cast.officer.name, cast.county.name_zh):
        assert word not in content.replace("\r\n ", "")


def test_a_feed_speaks_its_owners_language(session, cast, case):
    accounts.set_language(session, cast.officer, "en")

    assert "Real-name complainant" in str(
        entries(session, ics.open_feed(session, cast.officer))[1]["summary"]
    )


def test_the_secret_is_kept_nowhere_and_in_no_event(session, cast, case):
    token = ics.open_feed(session, cast.officer)
    ics.read_feed(session, token, TODAY)

    feed = session.query(CalendarFeed).one()
    assert len(token) >= 43
    assert token not in (feed.token_sha256, *(str(event.detail) for event in session.query(Event)))
    assert audit.verify(session).ok


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "\ud800", "' OR 1=1 --", "a" * 5000])
def test_a_wrong_secret_opens_nothing(session, cast, case, token):
    ics.open_feed(session, cast.officer)

    with pytest.raises(FeedNotFound):
        ics.read_feed(session, token, TODAY)


def test_the_hash_in_the_store_is_no_key(session, cast, case):
    ics.open_feed(session, cast.officer)

    with pytest.raises(FeedNotFound):
        ics.read_feed(session, session.query(CalendarFeed).one().token_sha256, TODAY)


def test_a_feed_revoked_or_replaced_opens_no_more(session, cast, case):
    first = ics.open_feed(session, cast.officer)
    second = ics.open_feed(session, cast.officer)

    with pytest.raises(FeedNotFound):
        ics.read_feed(session, first, TODAY)
    assert entries(session, second)

    assert ics.revoke_feed(session, cast.officer)
    assert not ics.revoke_feed(session, cast.officer)
    assert ics.feed_of(session, cast.officer) is None
    with pytest.raises(FeedNotFound):
        ics.read_feed(session, second, TODAY)


def test_revoking_ones_own_feed_leaves_that_of_another(session, cast, case):
    other = ics.open_feed(session, cast.officer2)

    ics.revoke_feed(session, cast.officer)

    assert len(entries(session, other)) == 1


def test_a_feed_ends_with_the_account_and_with_the_role(session, cast, case):
    token = ics.open_feed(session, cast.officer)
    accounts.set_active(session, cast.officer, None, active=False)
    with pytest.raises(FeedNotFound):
        ics.read_feed(session, token, TODAY)

    accounts.set_active(session, cast.officer, None, active=True)
    cast.officer.role = "administrator"
    with pytest.raises(FeedNotFound):
        ics.read_feed(session, token, TODAY)
    with pytest.raises(NotAllowed):
        ics.open_feed(session, cast.administrator)


def test_whoever_leaves_an_office_no_longer_gets_its_cases(session, cast, case):
    token = ics.open_feed(session, cast.officer)
    cast.officer.organisation = make_organisation(session)
    session.flush()

    assert entries(session, token) == []


def test_an_assigned_person_gets_the_case_until_the_part_ends(session, cast, case):
    from casebook import events
    from casebook.db import utc_now

    token = ics.open_feed(session, cast.member)
    assert entries(session, token) == []
    part = Assignment(
        case_id=case.id, part="panel", user_id=cast.member.id, by_id=cast.chief.id, at=utc_now()
    )
    session.add(part)
    events.record(session, "case.read", cast.chief, case, rows=[part])
    session.expire_all()
    assert len(entries(session, token)) == 2

    part.ended_at = utc_now()
    session.flush()
    assert entries(session, token) == []


def test_the_chief_gets_the_whole_office_and_the_superior_nothing_of_it(session, cast, case):
    assert len(entries(session, ics.open_feed(session, cast.chief))) == 3
    assert entries(session, ics.open_feed(session, cast.superior)) == []


def test_what_is_met_stopped_or_paused_is_in_no_calendar(session, cast, case):
    token = ics.open_feed(session, cast.officer)

    deadlines.stop(session, case, cast.officer, "结案")

    assert entries(session, token) == []


def test_a_reading_that_brings_nothing_new_is_not_logged(session, cast, case):
    token = ics.open_feed(session, cast.officer)
    first = ics.read_feed(session, token, TODAY)
    again = ics.read_feed(session, token, TODAY, first.mark)

    assert (again.content, again.mark) == (b"", first.mark)
    assert session.query(Event).filter_by(kind="feed.read").count() == 1

    deadlines.stop(session, case, cast.officer, "结案")
    assert ics.read_feed(session, token, TODAY, first.mark).content
    assert [event.detail["numbers"] for event in session.query(Event).filter_by(kind="feed.read")] == [
        [case.number],
        [],
    ]
