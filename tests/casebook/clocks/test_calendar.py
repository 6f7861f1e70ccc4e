"""The working-day calendar of an office: seeded, imported, replaced, and never guessed."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook import audit
from casebook.clocks import calendar, deadlines
from casebook.clocks.calendar_file import BadCalendar, read_calendar
from casebook.clocks.working import in_use, working_days
from casebook.errors import NotAllowed
from casebook.models import CalendarYear, Event
from rules.counting import NoCalendar
from tests.casebook.clocks.test_changes import TODAY
from tests.factories import make_case, make_organisation
from tests.stages import Cast

NEXT = "day,working,name\n2027-01-01,0,元旦\n2027-01-02,0,元旦\n2027-01-09,1,元旦\n"


def imported(session, organisation=None, year=2027, text=NEXT, by=None):
    days = read_calendar(text.encode(), year)
    return calendar.keep_year(session, organisation, year, days, "国办通知", by)


def test_the_years_the_library_knows_are_kept_once(session):
    seeded = calendar.seed(session, None)

    assert seeded[0] == 2004
    assert {2024, 2025, 2026} <= set(seeded)
    assert 2027 not in seeded
    assert calendar.seed(session, None) == []
    assert session.query(Event).filter_by(kind="calendar.kept").count() == 1
    assert audit.verify(session).ok


def test_a_feast_is_named_in_chinese(seeded):
    row = in_use(seeded, None, 2026)

    assert (date(2026, 10, 1), False, "国庆节") in calendar.days_of(row)
    assert (date(2026, 10, 10), True, "国庆节") in calendar.days_of(row)


def test_a_year_nobody_imported_is_refused(seeded):
    with pytest.raises(NoCalendar):
        working_days(seeded, make_organisation(seeded)).is_working(date(2027, 1, 4))


def test_an_office_goes_by_its_own_year_before_the_shared_one_and_others_do_not(seeded):
    cast = Cast(seeded)
    imported(seeded)
    own = NEXT + "2027-03-08,0,本地停工\n"

    imported(seeded, cast.county, text=own, by=cast.chief)

    assert not working_days(seeded, cast.county).is_working(date(2027, 3, 8))
    assert working_days(seeded, cast.city).is_working(date(2027, 3, 8))
    assert [row.organisation_id for row in calendar.years(seeded, cast.county)][-1] == cast.county.id
    assert [row.organisation_id for row in calendar.years(seeded, cast.city)][-1] is None


def test_a_year_imported_again_is_a_new_version_and_the_old_one_stays(session):
    first = imported(session)
    second = imported(session, text=NEXT + "2027-02-08,0,春节\n")

    assert (first.version, second.version) == (1, 2)
    assert in_use(session, None, 2027) is second
    assert session.query(CalendarYear).count() == 2
    assert [row.version for row in calendar.years(session, None)] == [2]
    assert audit.verify(session).ok


def test_a_day_altered_in_the_store_is_found(session):
    row = imported(session)
    row.days = [*row.days, ["2027-03-08", False, ""]]
    session.flush()

    report = audit.verify(session)

    assert (report.ok, report.why) == (False, "row")


def test_deadlines_left_open_get_their_day_once_the_year_is_there(seeded):
    cast = Cast(seeded)
    case, elsewhere = make_case(seeded, cast.officer), make_case(seeded, cast.stranger)
    made = {
        one.id: deadlines.start(seeded, one, "complaint_received_named", date(2026, 12, 24), one.officer)
        for one in (case, elsewhere)
    }
    done = deadlines.start(
        seeded, make_case(seeded, cast.officer), "complaint_received_named", date(2026, 12, 24), None
    )
    deadlines.stop(seeded, done[0].case, None, "")

    imported(seeded, cast.county, by=cast.chief)

    # 25, 28 to 31 December, 4 to 8, 9 (worked), 11 to 14 January
    assert (made[case.id][0].due_on, made[case.id][0].without) == (date(2027, 1, 14), "")
    assert [change.kind for change in made[case.id][0].changes] == ["dated"]
    assert made[elsewhere.id][0].without == "no_calendar"
    assert done[0].due_on is None

    imported(seeded)

    assert made[elsewhere.id][0].due_on == date(2027, 1, 14)
    assert audit.verify(seeded).ok


def test_a_changed_arrangement_moves_running_deadlines_but_no_day_a_person_set(seeded):
    cast = Cast(seeded)
    case = make_case(seeded, cast.officer)
    imported(seeded)
    [row] = deadlines.start(seeded, case, "complaint_received_named", date(2026, 12, 24), cast.officer)
    own = deadlines.set_own(seeded, case, "督办", date(2027, 1, 14), cast.officer, on=TODAY)

    imported(seeded, text=NEXT + "2027-01-13,0,临时放假\n")

    assert row.due_on == date(2027, 1, 15)
    assert own.due_on == date(2027, 1, 14)


def test_pauses_and_extensions_survive_a_recount(seeded):
    from casebook.clocks import changes

    cast = Cast(seeded)
    case = make_case(seeded, cast.officer)
    [row] = deadlines.start(seeded, case, "complaint_received_named", date(2026, 11, 2), cast.officer)
    changes.pause(seeded, case, row.id, cast.chief, on=date(2026, 11, 9), reason="等待鉴定", today=TODAY)
    changes.resume(seeded, case, row.id, cast.chief, on=date(2026, 11, 16), reason="鉴定完毕", today=TODAY)
    assert row.due_on == date(2026, 11, 30)

    imported(seeded, year=2026, text="day,working,name\n2026-11-27,0,临时放假\n")

    assert row.due_on == date(2026, 12, 1)

    [long] = [
        one
        for one in deadlines.start(seeded, case, "filed", date(2026, 5, 6), cast.officer)
        if one.limit_code == "sanction.decide_civil_servant"
    ]
    changes.extend(seeded, case, long.id, cast.chief, due_on=date(2027, 1, 4), reason="案情复杂", today=TODAY)
    imported(seeded)
    assert long.due_on == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("who", "own"),
    [("officer", True), ("reviewer", True), ("auditor", False), ("stranger", False), ("member", True),
     ("chief", False), ("superior", True), ("administrator", True)],
)  # fmt: skip
def test_only_the_chief_keeps_the_calendar_of_an_office_and_only_an_administrator_the_shared_one(
    seeded, who, own
):
    cast = Cast(seeded)
    by = getattr(cast, who)

    with pytest.raises(NotAllowed):
        imported(seeded, cast.county if own else None, by=by)

    assert in_use(seeded, cast.county, 2027) is None


def test_an_administrator_keeps_and_seeds_the_shared_calendar(session):
    cast = Cast(session)

    assert 2026 in calendar.seed(session, cast.administrator)
    assert imported(session, by=cast.administrator).organisation_id is None
    with pytest.raises(NotAllowed):
        calendar.seed(session, cast.chief)


# -- the file


@pytest.mark.parametrize(
    "text",
    [
        NEXT,
        NEXT.replace("-", "/"),
        NEXT.replace("2027-01-01", "2027/1/1"),
        NEXT.replace("day,working,name\n", ""),
        NEXT.replace("day,working,name", "日期,是否上班,名称").replace(",0,", ",休,").replace(",1,", ",班,"),
        "\n" + NEXT.replace("day,working,name\n", "") + "\n\n",
        NEXT.replace("\n", "\r\n"),
    ],
)
def test_a_file_is_read_however_a_spreadsheet_wrote_it(text):
    expected = [
        (date(2027, 1, 1), False, "元旦"),
        (date(2027, 1, 2), False, "元旦"),
        (date(2027, 1, 9), True, "元旦"),
    ]

    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        assert read_calendar(text.encode(encoding), 2027) == expected


def test_every_wrong_row_is_named_and_nothing_is_kept(session):
    text = (
        NEXT
        + "2027-02-30,0,x\n2027-03-01,maybe,x\n2026-12-31,0,x\n2027-01-01,0,x\nfriday,0\n2027-05-01\n2027-05-02,0,a,b\n"
    )

    with pytest.raises(BadCalendar) as refused:
        imported(session, text=text)

    rows = refused.value.message("en").splitlines()
    assert [row.split(":")[0] for row in rows] == [f"Row {number}" for number in range(5, 12)]
    assert "第5行" in refused.value.message("zh")
    assert session.query(CalendarYear).count() == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no weekday off"),
        (b"day,working,name\n", "no weekday off"),
        (b"2027-01-09,1,x\n", "no weekday off"),
        (b"\xff\xff\xff", "not CSV"),
        (b"PK\x03\x04\0\0", "not CSV"),
        (b"x" * 100_001, "too large"),
        (("2027-01-01,0," + "x" * 51).encode(), "At most 50"),
        (b"2027-01-01,0,\x07bell", "control characters"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(content, says):
    with pytest.raises(BadCalendar, match=says):
        read_calendar(content, 2027)


def test_a_file_with_a_thousand_faults_names_the_first_twenty():
    with pytest.raises(BadCalendar) as refused:
        read_calendar(b"x,0,\n" * 1000, 2027)

    assert len(refused.value.missing) == 21
    assert "980" in refused.value.message("en")


@pytest.mark.parametrize("year", [0, 1989, 2101, 99999])
def test_a_year_far_from_ours_is_refused(year):
    with pytest.raises(BadCalendar, match="between"):
        read_calendar(NEXT.encode(), year)


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_whatever_the_file_holds_it_is_a_calendar_or_refused(content):
    with contextlib.suppress(BadCalendar):
        assert all(day.year == 2027 for day, _, _ in read_calendar(content, 2027))
