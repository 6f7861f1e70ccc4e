"""Pausing, resuming and extending: the arithmetic, and who may."""

from dataclasses import replace
from datetime import date

import pytest

from casebook import audit
from casebook.clocks import changes, deadlines, recount
from casebook.clocks.changes import DeadlineNotFound
from casebook.clocks.working import working_days
from casebook.errors import BadFields, NotAllowed, NotReady
from rules.limit import Extension
from tests.factories import make_case, save
from tests.stages import Cast

TODAY = date(2026, 11, 21)
WHY = "被调查人住院"


@pytest.fixture
def cast(seeded):
    return Cast(seeded)


@pytest.fixture
def case(seeded, cast):
    other = make_case(seeded, cast.officer)
    deadlines.start(seeded, other, "submitted", date(2026, 9, 1), cast.officer)
    case = make_case(seeded, cast.officer)
    save(seeded, case, subject_category="civil_servant", deciding_body="appointing_body")
    return case


def begun(session, case, trigger, on, limit):
    made = deadlines.start(session, case, trigger, on, case.officer, regimes={"state_sanction"})
    return next(row for row in made if row.limit_code == limit)


def act(what, session, case, row, by, **more):
    given = {"reason": WHY, "today": TODAY, **more}
    return what(session, case, row.id, by, **given)


def test_a_limit_in_working_days_has_as_many_left_after_a_pause_as_before(session, cast, case):
    row = begun(session, case, "complaint_received_named", date(2026, 9, 14), "complaint.tell_accepted")
    assert row.due_on == date(2026, 10, 10)

    act(changes.pause, session, case, row, cast.chief, on=date(2026, 9, 22))
    assert (row.state, row.paused_on, row.due_on) == ("paused", date(2026, 9, 22), date(2026, 10, 10))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 10, 19))

    # left on 22 September: 22, 23, 24, 28, 29, 30, then 8, 9, 10 October, which are nine
    assert (row.state, row.paused_on, row.due_on) == ("running", None, date(2026, 10, 29))
    assert [change.kind for change in row.changes] == ["paused", "resumed"]
    assert audit.verify(session).ok


def test_a_limit_in_months_moves_by_the_days_it_stood_still(session, cast, case):
    row = begun(session, case, "filed", date(2026, 5, 6), "sanction.decide_civil_servant")
    assert row.due_on == date(2026, 11, 6)

    act(changes.pause, session, case, row, cast.chief, on=date(2026, 6, 1))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 7, 1))

    assert row.due_on == date(2026, 12, 6)


def test_a_right_moved_on_for_a_day_off_is_not_moved_twice_by_a_pause(session, cast, case):
    row = begun(session, case, "person_served", date(2026, 10, 15), "appeal.ask_review_civil_servant")
    assert row.due_on == date(2026, 11, 16)  # a Saturday, so Monday

    act(changes.pause, session, case, row, cast.chief, on=date(2026, 10, 20))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 10, 21))

    assert row.due_on == date(2026, 11, 16)  # Sunday, so Monday


def test_a_pause_into_a_year_without_a_calendar_leaves_the_day_open(session, cast, case):
    row = begun(session, case, "complaint_received_named", date(2026, 11, 20), "complaint.tell_accepted")

    act(changes.pause, session, case, row, cast.chief, on=date(2026, 11, 23), today=date(2026, 12, 30))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 12, 28), today=date(2026, 12, 30))

    assert (row.due_on, row.without) == (None, "no_calendar")


def test_an_extension_goes_as_far_as_the_provision_and_no_further(session, cast, case):
    row = begun(session, case, "filed", date(2026, 5, 6), "sanction.decide_civil_servant")

    with pytest.raises(BadFields) as refused:
        act(changes.extend, session, case, row, cast.chief, due_on=date(2027, 5, 7))
    assert "《行政机关公务员处分条例》第四十四条" in refused.value.message("zh")
    assert "2027-05-06" in refused.value.message("en")
    assert (row.due_on, row.changes) == (date(2026, 11, 6), [])

    act(changes.extend, session, case, row, cast.chief, due_on=date(2027, 5, 6))
    assert row.due_on == date(2027, 5, 6)
    assert audit.verify(session).ok


def test_a_pause_moves_the_furthest_day_of_an_extension_too(session, cast, case):
    row = begun(session, case, "filed", date(2026, 5, 6), "sanction.decide_civil_servant")
    act(changes.pause, session, case, row, cast.chief, on=date(2026, 6, 1))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 6, 11))

    assert changes.furthest_day(session, case, row) == date(2027, 5, 16)

    act(changes.extend, session, case, row, cast.chief, due_on=date(2027, 1, 10))
    act(changes.pause, session, case, row, cast.chief, on=date(2026, 11, 1))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 11, 11))

    assert row.due_on == date(2027, 1, 20)
    assert changes.furthest_day(session, case, row) == date(2027, 5, 26)


def test_a_limit_without_an_extension_is_not_extended_and_the_provision_is_named(session, cast, case):
    row = begun(session, case, "complaint_received_named", date(2026, 9, 14), "complaint.tell_accepted")

    with pytest.raises(NotReady, match=r"art\. 26"):
        act(changes.extend, session, case, row, cast.chief, due_on=date(2026, 12, 1))

    assert changes.furthest_day(session, case, row) is None


def test_ones_own_limit_is_extended_freely_and_paused_by_calendar_days(session, cast, case):
    row = deadlines.set_own(session, case, "督办", date(2026, 11, 30), cast.officer, on=date(2026, 11, 2))

    act(changes.extend, session, case, row, cast.chief, due_on=date(2027, 8, 1))
    act(changes.pause, session, case, row, cast.chief, on=date(2026, 11, 10))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 11, 15))

    assert row.due_on == date(2027, 8, 6)


def test_what_can_be_done_is_offered_and_nothing_else(session, cast, case):
    prompt = begun(session, case, "submitted", date(2026, 11, 2), "tolerance.recognise")
    short = begun(session, case, "complaint_received_named", date(2026, 11, 9), "complaint.tell_accepted")
    long = begun(session, case, "filed", date(2026, 11, 9), "sanction.decide_civil_servant")
    unknown = begun(session, case, "complaint_concluded_named", date(2026, 12, 30), "complaint.feed_back")
    own = deadlines.set_own(session, case, "督办", date(2026, 11, 30), cast.officer, on=date(2026, 11, 2))

    def offered(by):
        return [changes.acts(session, case, row, by) for row in (prompt, short, long, unknown, own)]

    pausing = ["finish", "pause"]
    assert offered(cast.chief) == [[], pausing, ["pause", "extend"], pausing, [*pausing, "extend"]]
    assert offered(cast.officer) == [[], ["finish"], [], ["finish"], ["finish"]]
    assert offered(cast.reviewer) == offered(cast.auditor) == [[]] * 5

    act(changes.pause, session, case, short, cast.chief, on=TODAY)
    assert changes.acts(session, case, short, cast.chief) == ["finish", "resume"]
    deadlines.stop(session, case, cast.officer, "结案")
    assert changes.acts(session, case, short, cast.chief) == []


def test_the_officer_enters_that_a_deadline_is_met_which_no_step_ends(session, cast, case):
    row = deadlines.set_own(session, case, "督办", date(2026, 11, 10), cast.officer, on=date(2026, 11, 2))

    with pytest.raises(BadFields):
        act(changes.finish, session, case, row, cast.officer, on=date(2026, 11, 1))
    act(changes.finish, session, case, row, cast.officer, on=date(2026, 11, 12), reason="已补办手续")

    assert (row.state, row.ended_on, row.due_on) == ("met", date(2026, 11, 12), date(2026, 11, 10))
    assert audit.verify(session).ok


def test_what_a_step_of_the_case_ends_is_not_entered_as_met_by_hand(session, cast, case):
    row = begun(session, case, "filed", date(2026, 5, 6), "sanction.decide_civil_servant")

    with pytest.raises(NotReady, match="take that step"):
        act(changes.finish, session, case, row, cast.officer, on=TODAY)

    assert row.state == "running"


def test_what_has_no_day_is_not_extended_and_what_has_no_number_not_paused(session, cast, case):
    row = begun(session, case, "submitted", date(2026, 11, 2), "tolerance.recognise")

    with pytest.raises(NotReady):
        act(changes.pause, session, case, row, cast.chief, on=TODAY)

    with pytest.raises(NotReady):
        act(changes.extend, session, case, row, cast.chief, due_on=date(2026, 12, 1))


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        (date(2026, 11, 22), WHY, "on"),  # tomorrow
        (date(2026, 11, 1), WHY, "on"),  # before it began
        (None, WHY, "on"),
        (date(2026, 11, 10), " ", "reason"),
        (date(2026, 11, 10), "x" * 1001, "reason"),
    ],
)
def test_a_pause_needs_a_day_in_its_time_and_a_reason(session, cast, case, on, reason, field):
    row = deadlines.set_own(session, case, "督办", date(2026, 11, 30), cast.officer, on=date(2026, 11, 2))

    with pytest.raises(BadFields) as refused:
        act(changes.pause, session, case, row, cast.chief, on=on, reason=reason)

    assert set(refused.value.errors) == {field}
    assert (row.state, row.changes) == ("running", [])


def test_an_extension_must_be_later(session, cast, case):
    row = deadlines.set_own(session, case, "督办", date(2026, 11, 30), cast.officer, on=date(2026, 11, 2))

    for due_on in (date(2026, 11, 30), None):
        with pytest.raises(BadFields):
            act(changes.extend, session, case, row, cast.chief, due_on=due_on)


def test_a_second_pause_may_not_begin_before_the_first_was_over(session, cast, case):
    row = deadlines.set_own(session, case, "督办", date(2026, 11, 30), cast.officer, on=date(2026, 11, 2))
    act(changes.pause, session, case, row, cast.chief, on=date(2026, 11, 5))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 11, 10))

    with pytest.raises(BadFields):
        act(changes.pause, session, case, row, cast.chief, on=date(2026, 11, 7))


def test_steps_out_of_order_are_refused(session, cast, case):
    row = deadlines.set_own(session, case, "督办", date(2026, 11, 10), cast.officer, on=date(2026, 11, 2))

    with pytest.raises(NotReady):
        act(changes.resume, session, case, row, cast.chief, on=TODAY)
    with pytest.raises(NotReady):
        act(changes.pause, session, case, row, cast.chief, on=date(2026, 11, 11))  # over since the 10th
    act(changes.pause, session, case, row, cast.chief, on=date(2026, 11, 9))
    for again in (changes.pause, changes.extend):
        given = {"on": TODAY} if again is changes.pause else {"due_on": date(2026, 12, 1)}
        with pytest.raises(NotReady):
            act(again, session, case, row, cast.chief, **given)
    deadlines.stop(session, case, cast.officer, "结案")
    with pytest.raises(NotReady):
        act(changes.resume, session, case, row, cast.chief, on=TODAY)


@pytest.mark.parametrize(
    "who", ["officer", "officer2", "superior", "auditor", "administrator", "stranger", "member"]
)
def test_only_the_chief_and_the_reviewer_of_the_case_change_a_deadline(session, cast, case, who):
    row = deadlines.set_own(session, case, "督办", date(2026, 11, 30), cast.officer, on=date(2026, 11, 2))
    by = getattr(cast, who)

    with pytest.raises(NotAllowed):
        act(changes.pause, session, case, row, by, on=date(2026, 11, 10))
    with pytest.raises(NotAllowed):
        act(changes.extend, session, case, row, by, due_on=date(2026, 12, 10))
    with pytest.raises(NotAllowed):
        changes.add_own(session, case, by, title="督办", due_on=date(2026, 12, 10), today=TODAY)


def test_a_deadline_of_another_case_is_not_reached_through_this_one(session, cast, case):
    other = make_case(session, cast.officer)
    row = deadlines.set_own(session, other, "督办", date(2026, 11, 30), cast.officer, on=date(2026, 11, 2))

    for deadline_id in (row.id, 10**6):
        with pytest.raises(DeadlineNotFound):
            changes.pause(session, case, deadline_id, cast.chief, on=TODAY, reason=WHY, today=TODAY)


def test_the_chief_sets_a_limit_where_no_source_gives_one(session, cast, case):
    row = changes.add_own(session, case, cast.chief, title="容错认定", due_on=date(2026, 12, 10), today=TODAY)

    assert (row.limit_code, row.due_on, row.starts_on) == ("own", date(2026, 12, 10), TODAY)
    assert audit.verify(session).ok


def test_an_extension_into_a_year_without_a_calendar_is_refused_with_what_to_do(session, cast, case):
    save(session, case, subject_category="soe_manager")
    row = begun(session, case, "person_served", date(2026, 11, 2), "appeal.ask_review_soe")
    assert row.due_on == date(2026, 12, 2)
    limit = replace(deadlines.limit_of(row), extension=Extension(2, "m", False))

    with pytest.raises(NotReady, match="2027"):
        changes._furthest(session, case, row, limit)


def test_a_pause_of_an_extended_right_settles_on_a_working_day_or_stays_open(
    session, cast, case, monkeypatch
):
    [row] = [
        one
        for one in deadlines.start(session, case, "person_served", date(2026, 11, 2), cast.officer,
                                   regimes={"state_sanction"})
        if one.limit_code == "appeal.ask_review_civil_servant"
    ]  # fmt: skip
    limit = replace(deadlines.limit_of(row), extension=Extension(20, "cd", False))
    monkeypatch.setattr(changes, "limit_of", lambda _: limit)
    act(changes.extend, session, case, row, cast.chief, due_on=date(2026, 12, 10))
    act(changes.pause, session, case, row, cast.chief, on=date(2026, 11, 10))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 11, 12))
    assert row.due_on == date(2026, 12, 14)  # from Saturday the 12th

    act(changes.pause, session, case, row, cast.chief, on=date(2026, 11, 13))
    act(changes.resume, session, case, row, cast.chief, on=date(2026, 12, 31), today=date(2026, 12, 31))
    assert (row.due_on, row.without) == (None, "no_calendar")
    assert changes.furthest_day(session, case, row) is None
    assert recount.last_day(row, working_days(session, cast.county)) == (None, "no_calendar")
