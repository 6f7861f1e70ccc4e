"""What is due, and whose."""

from datetime import date

import pytest

from casebook import office
from casebook.clocks import changes, deadlines, upcoming
from casebook.errors import NotAllowed
from casebook.models import Event
from tests.factories import make_case
from tests.stages import TODAY, Cast


@pytest.fixture
def cast(seeded):
    return Cast(seeded)


def own(session, case, due_on, title="督办"):
    return deadlines.set_own(session, case, title, due_on, case.officer, on=date(2026, 11, 1))


@pytest.fixture
def case(seeded, cast):
    case = make_case(seeded, cast.officer)
    own(seeded, case, date(2026, 11, 20), "昨天")
    own(seeded, case, TODAY, "今天")
    own(seeded, case, date(2026, 11, 28), "七天")
    own(seeded, case, date(2026, 11, 29), "八天")
    still = own(seeded, case, date(2026, 11, 25), "中止")
    changes.pause(seeded, case, still.id, cast.chief, on=TODAY, reason="等待", today=TODAY)
    deadlines.start(seeded, case, "submitted", TODAY, cast.officer)
    own(seeded, make_case(seeded, cast.officer2), date(2026, 11, 19), "同事")
    own(seeded, make_case(seeded, cast.stranger), date(2026, 11, 19), "外单位")
    return case


def titles(found, standing):
    return [line.title("zh") for line in found.of(standing)]


def test_deadlines_are_sorted_by_how_they_stand_today(session, cast, case):
    found = upcoming.overview(session, cast.officer, TODAY, mine=True)

    assert titles(found, "overdue") == ["昨天"]
    assert titles(found, "soon") == ["今天", "七天"]
    assert titles(found, "later") == ["八天"]
    assert titles(found, "paused") == ["中止"]
    assert titles(found, "without") == ["容错认定（申请、核实、认定、反馈、备案）"]
    assert [line.days_left(TODAY) for line in found.of("soon")] == [0, 7]


def test_the_warning_comes_as_early_as_the_office_says(session, cast, case):
    office.change_settings(session, cast.chief, early_warning_days=1)

    assert titles(upcoming.overview(session, cast.officer, TODAY, mine=True), "soon") == ["今天"]


def test_one_sees_the_deadlines_of_the_cases_one_may_read_and_no_others(session, cast, case):
    def seen(by, **more):
        found = upcoming.overview(session, by, TODAY, **more)
        return set(titles(found, "overdue"))

    assert seen(cast.officer) == {"昨天", "同事"}
    assert seen(cast.stranger) == {"外单位"}
    assert seen(cast.member) == set()
    assert seen(cast.superior) == {"昨天", "同事"}
    assert seen(cast.superior, mine=True) == set()
    assert seen(cast.auditor) == {"昨天", "同事", "外单位"}
    with pytest.raises(NotAllowed):
        upcoming.overview(session, cast.administrator, TODAY)


def test_a_right_not_used_in_time_has_lapsed_and_nobody_is_late(session, cast, case):
    deadlines.start(
        session, case, "person_served", date(2026, 1, 5), cast.officer, regimes={"state_sanction"}
    )

    found = upcoming.overview(session, cast.officer, TODAY, mine=True)
    listed = upcoming.of_case(session, cast.officer, case, TODAY)

    assert titles(found, "overdue") == ["昨天"]
    assert found.of("lapsed") == []
    assert {line.standing for line in listed if line.limit and line.limit.whose == "person"} == {"lapsed"}


def test_the_days_of_a_month_are_those_that_end_in_it(session, cast, case):
    own(session, case, date(2026, 12, 1), "下月")

    found = upcoming.month(session, cast.officer, date(2026, 11, 1), date(2026, 11, 30), TODAY, mine=True)

    assert [line.title("zh") for line in found] == ["昨天", "今天", "中止", "七天", "八天"]


def test_the_page_of_a_case_shows_what_has_ended_last(session, cast, case):
    deadlines.meet(session, case, "decided", TODAY, cast.officer)

    listed = upcoming.of_case(session, cast.officer, case, TODAY)

    assert listed[-1].standing == "ended"
    assert [line.standing for line in listed].count("ended") == 1


def test_every_list_is_logged_with_the_numbers_shown(session, cast, case):
    upcoming.overview(session, cast.officer, TODAY, mine=True)
    upcoming.of_case(session, cast.officer, case, TODAY)

    kinds = [(event.kind, event.detail) for event in session.query(Event).order_by(Event.seq)][-2:]
    assert kinds == [("clocks.listed", {"numbers": [case.number]}), ("clocks.read", {})]


def test_a_long_list_says_how_much_more_there_is(session, cast, case, monkeypatch):
    monkeypatch.setattr(upcoming, "LISTED", 1)

    found = upcoming.overview(session, cast.officer, TODAY)

    assert (len(found.of("soon")), found.count("soon")) == (1, 2)
