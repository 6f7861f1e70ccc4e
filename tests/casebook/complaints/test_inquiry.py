"""A written inquiry: when it reached the person and was answered; only where a local rule says so does a time run."""

from datetime import date, timedelta

import pytest

from casebook import events
from casebook.audit import verify
from casebook.clocks import calendar
from casebook.clocks.working import working_days
from casebook.complaints import due, handling, inquiry
from casebook.errors import BadFields, NotAllowed, NotReady
from tests import handled
from tests.complaints import a_complaint
from tests.stages import Cast

DAY = date(2026, 11, 2)  # a Monday


@pytest.fixture
def cast(session):
    calendar.seed(session, None)
    return Cast(session)


def inquired(session, cast, seal, region):
    complaint = a_complaint(session, cast, seal, "handling", region=region)
    handling.propose_disposition(
        session,
        complaint,
        cast.officer,
        disposition="talk_inquiry",
        minutes="专题会议研究，一致同意函询。",
        today=DAY,
    )
    handling.approve_disposition(session, complaint, cast.chief, today=DAY)
    return complaint


def clock(session, complaint):
    found = due.deadlines(complaint, working_days(session, complaint.organisation))
    return [(one.due_on, one.met_on) for one in found if one.limit.id == "inquiry.answer"]


def test_in_changzhou_the_answer_is_due_within_fifteen_working_days_and_nowhere_else(session, cast, seal):
    here, elsewhere = (inquired(session, cast, seal, region) for region in ("320402", "360302"))
    for complaint in (here, elsewhere):
        inquiry.reached(session, complaint, cast.officer, on=DAY, today=DAY)

    assert clock(session, elsewhere) == []
    assert clock(session, here) == [(date(2026, 11, 23), None)]
    inquiry.answered(session, here, cast.officer, on=DAY + timedelta(days=8), today=DAY + timedelta(days=8))
    assert clock(session, here) == [(date(2026, 11, 23), DAY + timedelta(days=8))]
    assert {"complaint.inquiry", "complaint.inquiry_answer"} <= events.KINDS.keys()
    assert verify(session).ok


def test_a_second_inquiry_waits_for_the_answer_to_the_first_and_has_its_own_time(session, cast, seal):
    complaint = inquired(session, cast, seal, "320400")
    with pytest.raises(NotReady):
        inquiry.answered(session, complaint, cast.officer, on=DAY, today=DAY)
    inquiry.reached(session, complaint, cast.officer, on=DAY, today=DAY)
    with pytest.raises(NotReady):
        inquiry.reached(session, complaint, cast.officer, on=DAY, today=DAY)
    inquiry.answered(session, complaint, cast.officer, on=DAY, today=DAY)

    inquiry.reached(session, complaint, cast.officer, on=DAY, today=DAY)

    assert [met for _due, met in clock(session, complaint)] == [DAY, None]


def test_an_inquiry_that_was_never_answered_runs_no_longer_once_the_complaint_is_concluded(
    session, cast, seal
):
    complaint = inquired(session, cast, seal, "320400")
    inquiry.reached(session, complaint, cast.officer, on=DAY, today=DAY)
    assert clock(session, complaint) != []
    handled.find(session, cast, complaint)
    handled.conclude(session, cast, complaint)

    assert clock(session, complaint) == []


def test_only_its_handler_enters_it_for_a_day_since_the_approval_and_of_an_approved_inquiry(
    session, cast, seal
):
    complaint = inquired(session, cast, seal, "320400")
    for other in (cast.receiver, cast.chief, cast.auditor, None):
        with pytest.raises(NotAllowed):
            inquiry.reached(session, complaint, other, on=DAY, today=DAY)
    for wrong in (None, DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(BadFields) as refused:
            inquiry.reached(session, complaint, cast.officer, on=wrong, today=DAY)
        assert set(refused.value.errors) == {"given_on"}
    checked = a_complaint(session, cast, seal, "handling")
    with pytest.raises(NotReady):
        inquiry.reached(session, checked, cast.officer, on=DAY, today=DAY)
