"""The deadlines of a complaint, counted on the working calendar and derived from the days in its row."""

from datetime import date

import pytest

from casebook.complaints import due
from casebook.models import Channel, Complaint, ComplaintState, Naming
from rules.counting import WorkingDays

HOLIDAYS = {date(2026, 10, day): False for day in range(1, 9)} | {date(2026, 10, 10): True}
WORKING = WorkingDays(lambda year: HOLIDAYS if year == 2026 else {} if year == 2025 else None)
RECEIVED = date(2026, 11, 2)  # a Monday


def row(**fields) -> Complaint:
    given = {
        "channel": Channel.WEB, "naming": Naming.ANONYMOUS, "received_on": RECEIVED, "kind": "accusation",
        "state": ComplaintState.REGISTERED, "assigned_from": "", **fields,
    }  # fmt: skip
    return Complaint(**given)


def by_limit(**fields) -> dict[str, due.Due]:
    return {
        found.limit.id.removeprefix("complaint."): found for found in due.deadlines(row(**fields), WORKING)
    }


@pytest.mark.parametrize(
    ("limit", "fields", "last_day", "met"),
    [
        ("tell_accepted", {"naming": "real_name"}, date(2026, 11, 23), None),
        ("tell_accepted", {"naming": "real_name", "told_on": date(2026, 11, 9)}, date(2026, 11, 23), date(2026, 11, 9)),
        ("tell_accepted", {"naming": "real_name", "received_on": date(2026, 9, 30)}, date(2026, 10, 28), None),
        ("report_up", {"kind": "belongs_superior"}, date(2026, 11, 9), None),
        ("report_up", {"own_chief": True}, date(2026, 11, 9), None),
        ("report_up", {"kind": "", "state": "stub", "passed_on": date(2026, 11, 10)}, date(2026, 11, 9), date(2026, 11, 10)),
        ("accept_transferred", {"channel": "transfer"}, date(2026, 11, 9), None),
        ("accept_transferred", {"channel": "transfer", "accepted_on": date(2026, 11, 4)}, date(2026, 11, 9), date(2026, 11, 4)),
        ("accept_transferred", {"channel": "transfer", "state": "refused", "closed_on": date(2026, 11, 5)},
         date(2026, 11, 9), date(2026, 11, 5)),
        ("transfer", {"kind": "other_organ"}, date(2026, 11, 9), None),
        ("transfer", {"kind": "other_organ", "state": "passed_on", "passed_on": date(2026, 11, 3)},
         date(2026, 11, 9), date(2026, 11, 3)),
        ("assigned_report", {"assigned_from": "市纪委监委"}, date(2027, 2, 2), None),
        ("assigned_report", {"assigned_from": "市", "received_on": date(2026, 11, 30)}, date(2027, 2, 28), None),
        ("feed_back", {"naming": "real_name", "concluded_on": date(2026, 11, 30)}, date(2026, 12, 21), None),
        ("quarterly_feedback", {"concluded_on": date(2026, 11, 30)}, date(2026, 12, 31), None),
        ("quarterly_feedback", {"concluded_on": date(2026, 3, 31)}, date(2026, 3, 31), None),
        ("quarterly_feedback", {"concluded_on": date(2026, 4, 1), "closed_on": date(2026, 5, 6)},
         date(2026, 6, 30), None),  # closing the file tells nobody
    ],
)  # fmt: skip
def test_each_limit_ends_on_its_day(limit, fields, last_day, met):
    found = by_limit(**fields)[limit]
    assert (found.due_on, found.met_on) == (last_day, met)
    assert not found.possible


def test_an_unscreened_complaint_warns_of_what_may_come_about():
    found = by_limit(kind="")
    assert {name for name, one in found.items() if one.possible} == {"report_up", "transfer"}
    assert set(found) == {"report_up", "transfer"}


@pytest.mark.parametrize("fields", [{}, {"naming": "unverifiable_name"}, {"naming": "real_name", "repeat_of_id": 7},
                                    {"naming": "real_name", "state": "passed_on", "kind": "claim"},
                                    {"naming": "real_name", "state": "refused"}])  # fmt: skip
def test_nobody_is_told_who_cannot_be_or_was_told_before(fields):
    assert "tell_accepted" not in by_limit(**fields)


def test_an_anonymous_author_is_owed_no_feedback_by_a_day():
    assert set(by_limit(concluded_on=date(2026, 11, 30))) == {"quarterly_feedback"}


def test_a_stub_owes_nothing_but_its_sending_up():
    assert set(by_limit(state="stub", kind="", naming="real_name", channel="transfer")) == {"report_up"}


def test_late_is_after_the_last_day_whether_met_or_not():
    [found] = due.deadlines(row(kind="belongs_superior"), WORKING)
    assert [found.is_late(date(2026, 11, day)) for day in (9, 10)] == [False, True]
    [met] = due.deadlines(row(kind="belongs_superior", passed_on=date(2026, 11, 9)), WORKING)
    assert not met.is_late(date(2027, 1, 1))
    assert not met.runs


def test_a_provision_no_longer_in_force_says_so():
    assert by_limit(kind="other_organ")["transfer"].lapsed
    assert not by_limit(kind="other_organ", received_on=date(2025, 3, 3))["transfer"].lapsed


def test_without_a_calendar_of_the_year_no_last_day_is_made_up():
    found = by_limit(naming="real_name", received_on=date(2026, 12, 28))["tell_accepted"]
    assert (found.due_on, found.missing_year) == (None, 2027)
    assert not found.is_late(date(2030, 1, 1))


def test_the_next_is_the_one_that_ends_first_and_still_runs():
    complaint = row(naming="real_name", channel="transfer", accepted_on=RECEIVED, assigned_from="市")
    assert due.next_due(complaint, WORKING).limit.id == "complaint.tell_accepted"
    assert due.next_due(row(), WORKING) is None
