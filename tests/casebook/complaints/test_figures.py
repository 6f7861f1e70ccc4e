"""Figures of complaints and clearances: what counts, for whom, and that nothing small can be worked out."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casebook.complaints import figures, log
from casebook.complaints.figures import ENDINGS, complaint_figures, last_quarter_end
from casebook.db import utc_now
from casebook.errors import NotAllowed
from casebook.hiding import FEW, in_steps
from casebook.models import (
    Channel,
    Clearance,
    ClearanceState,
    Complaint,
    ComplaintState,
    Finding,
    Naming,
    Reach,
)
from tests.stages import Cast

ON = date(2026, 11, 21)
UNTIL = date(2026, 9, 30)


@pytest.fixture
def cast(session):
    return Cast(session)


def add(session, organ, count=1, **fields):
    """Complaints that ended; put there for the figures alone."""
    given = {
        "kind": "accusation", "state": ComplaintState.CLOSED, "finding": Finding.UNSUBSTANTIATED, "naming": Naming.REAL_NAME,
        "channel": Channel.WEB, "received_on": UNTIL - timedelta(days=60), "concluded_on": UNTIL, "screened_on": UNTIL,
        **fields,
    }  # fmt: skip
    by = given.pop("by")
    rows = [
        Complaint(
            number=f"N-{organ.id}-{next(_numbers)}",
            organisation_id=organ.id,
            registered_at=utc_now(),
            registered_by_id=by.id,
            **given,
        )
        for _ in range(count)
    ]
    session.add_all(rows)
    session.flush()
    log.record(session, "complaint.listed", None, rows[0], rows=rows)
    return rows


_numbers = iter(range(10**9))


def a_clearance(session, cast, **fields):
    given = {
        "state": ClearanceState.CLOSED, "asked_on": UNTIL - timedelta(days=70), "closed_on": UNTIL, "decided_on": UNTIL,
        "forms": ["written", "meeting"], **fields,
    }  # fmt: skip
    row = Clearance(
        number=f"C-{next(_numbers)}", organisation_id=cast.county.id, name="周正清", unit="某镇", post="镇长", asked_by="organ",
        effects=[], facts={}, advice={}, by_id=cast.officer.id, at=utc_now(), **given,
    )  # fmt: skip
    session.add(row)
    session.flush()
    log.record(session, "complaint.listed", None, row, rows=[row])
    return row


@pytest.mark.parametrize(
    ("on", "end"),
    [
        (date(2026, 1, 1), date(2025, 12, 31)),
        (date(2026, 3, 31), date(2025, 12, 31)),
        (date(2026, 4, 1), date(2026, 3, 31)),
        (date(2026, 11, 21), UNTIL),
    ],
)
def test_the_day_is_the_end_of_the_last_quarter(on, end):
    assert last_quarter_end(on) == end


def test_what_ended_in_time_is_counted_by_organ_kind_and_ending(session, cast):
    county, by = cast.county, cast.receiver
    add(session, county, 6, by=by)
    add(session, county, 7, by=by, finding=Finding.SUBSTANTIATED, concluded_on=UNTIL - timedelta(days=30))
    add(
        session,
        county,
        5,
        by=by,
        kind="no_substance",
        state=ComplaintState.REFUSED,
        finding=None,
        concluded_on=None,
    )
    add(session, county, 8, by=by, kind="other_organ", state=ComplaintState.PASSED_ON, finding=None, concluded_on=None, passed_on=UNTIL)  # fmt: skip
    add(session, cast.stranger.organisation, 9, by=by)

    found = complaint_figures(session, cast.chief, ON)

    row = dict(zip(ENDINGS, found.complaints.row(f"{county.id}/accusation"), strict=False))
    assert (row["unsubstantiated"], row["substantiated"], row["refused"]) == (
        5,
        5,
        None,
    )  # in steps, noughts hidden
    assert found.complaints.total == 20
    assert list(found.organs) == [county.id]
    times = {one.code: one for one in found.times}
    assert (times["unsubstantiated"].median, times["substantiated"].median) == (9, 4)
    assert times["partly"].count is None


@pytest.mark.parametrize(
    "fields",
    [
        {"concluded_on": UNTIL + timedelta(days=1)},
        {"state": ComplaintState.HANDLING},
        {"state": ComplaintState.REGISTERED, "finding": None},
        {"state": ComplaintState.STUB, "finding": None, "kind": ""},
        {"state": ComplaintState.REFUSED, "finding": None, "screened_on": UNTIL + timedelta(days=1)},
        {"state": ComplaintState.PASSED_ON, "finding": None, "passed_on": ON},
    ],
)
def test_nothing_moves_on_the_day_something_comes_in_or_ends(session, cast, fields):
    add(session, cast.county, 10, by=cast.receiver)
    before = complaint_figures(session, cast.chief, ON)

    add(session, cast.county, 6, by=cast.receiver, **fields)

    assert complaint_figures(session, cast.chief, ON) == before


def test_whoever_is_named_reads_the_same_numbers_as_everybody(session, cast):
    add(session, cast.county, 6, by=cast.receiver, respondent_name=cast.officer.name)

    assert (
        complaint_figures(session, cast.officer, ON).complaints
        == complaint_figures(session, cast.officer2, ON).complaints
    )


def test_each_reader_counts_their_organs_and_who_reads_no_figures_none(session, cast):
    add(session, cast.county, 6, by=cast.receiver)
    add(session, cast.city, 7, by=cast.receiver)
    add(session, cast.stranger.organisation, 8, by=cast.receiver)
    totals = {
        who: complaint_figures(session, getattr(cast, who), ON).complaints.total
        for who in ("officer", "reviewer", "chief", "superior", "auditor", "stranger")
    }
    assert totals == {"officer": 5, "reviewer": 5, "chief": 5, "superior": 10, "auditor": 15, "stranger": 5}
    for who in ("receiver", "member", "administrator"):
        with pytest.raises(NotAllowed):
            complaint_figures(session, getattr(cast, who), ON)


def test_there_are_no_numbers_by_channel_region_or_day(session, cast):
    add(session, cast.county, 6, by=cast.receiver, channel=Channel.VISIT, region="360302")
    said = str(complaint_figures(session, cast.chief, ON))

    for word in ("visit", "360302", "2026-09", "2026-08", "datetime.date(2026, 8"):
        assert word not in said


KINDS, OUTCOMES = ("accusation", "claim"), ("unsubstantiated", "partly")
ORGANS = (1, 2)


def ended_of(counts) -> list:
    """So many complaints by organ, kind and ending: `counts` has four numbers of each organ."""
    rows = []
    for organ, numbers in zip(ORGANS, counts, strict=True):
        for place, count in enumerate(numbers):
            kind, ending = KINDS[place // 2], OUTCOMES[place % 2]
            for number in range(count):
                row = SimpleNamespace(
                    id=number, organisation_id=organ, kind=kind, received_on=UNTIL - timedelta(days=20),
                    concluded_on=UNTIL,
                )  # fmt: skip
                rows.append((row, ending))
    return rows


def released(counts, organs) -> tuple:
    """Everything a reader of these organs is told of the numbers of complaints."""
    ended = [(row, ending) for row, ending in ended_of(counts) if row.organisation_id in organs]
    table = figures._by_kind(organs, ended)
    return table, figures._times(table, ended)


def views(counts) -> list:
    """What is told to whoever reads both organs, and to the readers of each."""
    return [released(counts, organs) for organs in (ORGANS, *((organ,) for organ in ORGANS))]


BEFORE = st.tuples(*[st.integers(0, 11)] * 4)
MORE = st.tuples(*[st.integers(0, 3)] * 4)


@settings(max_examples=8, deadline=None)
@example(((0, 0, 0, 0), (0, 0, 0, 0)), ((0, 0, 0, 0), (0, 0, 0, 1)))
@example(((9, 9, 9, 9), (9, 9, 9, 9)), ((0, 0, 0, 0), (0, 0, 0, 1)))
@given(st.tuples(BEFORE, BEFORE), st.tuples(MORE, MORE))
def test_from_two_quarters_and_two_organs_no_number_and_no_difference_below_five_is_recovered(before, more):
    """Brute force: whoever sees both quarters, of both organs together and of each alone, and tries every number.

    For each number five values fit all they saw, and for each difference between the quarters four at least.
    """
    after = tuple(
        tuple(old + new for old, new in zip(*pair, strict=True)) for pair in zip(before, more, strict=True)
    )
    seen = views(before), views(after)
    for organ, place in ((organ, place) for organ in range(2) for place in range(4)):
        then, now = (
            {value for value in range(21) if views(_with(counts, organ, place, value)) == shown}
            for counts, shown in zip((before, after), seen, strict=True)
        )
        assert len(then) == len(now) == FEW
        assert len({late - early for early in then for late in now if late >= early}) >= FEW - 1


def _with(counts, organ, place, value):
    """The same numbers with one of them changed."""
    return tuple(
        tuple(value if (o, p) == (organ, place) else one for p, one in enumerate(line))
        for o, line in enumerate(counts)
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1, max_size=3))
def test_what_is_shown_of_one_number_does_not_depend_on_any_other(counts):
    """So that nothing adds up: each cell is a step of its own number, and a total is the sum of the cells shown."""
    rows, columns = [f"r{place}" for place in range(len(counts))], ["a", "b", "c"]
    numbers = {(rows[r], columns[c]): one for r, line in enumerate(counts) for c, one in enumerate(line)}

    table = in_steps(rows, columns, numbers)

    for row, line in zip(rows, counts, strict=True):
        *cells, total = table.row(row)
        assert cells == [one - one % FEW or None for one in line]
        assert total == (sum(filter(None, cells)) or None)
    assert table.total == (sum(filter(None, (table.row(row)[-1] for row in rows))) or None)


def test_two_tables_differ_by_nought_or_by_five_at_least(session, cast):
    told = set()
    for _ in range(12):
        add(session, cast.county, 1, by=cast.receiver)
        told.add(complaint_figures(session, cast.chief, ON).complaints.total or 0)

    assert told == {0, 5, 10}


def test_a_kind_appears_only_with_five_of_it(session, cast):
    add(session, cast.county, 9, by=cast.receiver)
    add(
        session,
        cast.county,
        4,
        by=cast.receiver,
        kind="claim",
        state=ComplaintState.REFUSED,
        screened_on=UNTIL,
    )

    assert complaint_figures(session, cast.chief, ON).complaints.rows == (f"{cast.county.id}/accusation",)


def test_times_change_only_when_five_more_have_ended(session, cast):
    add(session, cast.county, 5, by=cast.receiver, received_on=UNTIL - timedelta(days=14))
    told = []
    for _ in range(5):
        add(session, cast.county, 1, by=cast.receiver, received_on=UNTIL - timedelta(days=140))
        times = {one.code: one for one in complaint_figures(session, cast.chief, ON).times}
        told.append((times["unsubstantiated"].count, times["unsubstantiated"].upper))

    assert told == [(5, 2)] * 4 + [(10, 20)]


def test_clearances_by_state_form_and_time(session, cast):
    for _ in range(6):
        a_clearance(session, cast)
    for _ in range(5):
        a_clearance(session, cast, forms=["written"], state=ClearanceState.REFUSED, closed_on=None)
    for _ in range(7):
        a_clearance(session, cast, closed_on=ON)  # closed after the quarter: under way then
    a_clearance(session, cast, asked_on=ON)

    found = complaint_figures(session, cast.chief, ON)

    assert found.clearances.row(str(cast.county.id)) == (5, 5, 5, 15)
    assert found.forms == [("meeting", 5)]
    assert (found.clearance_time.count, found.clearance_time.median) == (5, 10)


def test_a_form_of_few_is_not_told_and_every_other_in_steps(session, cast):
    for number in range(8):
        forms = ["written", *(["meeting"] if number < 6 else []), *(["circular"] if number < 3 else [])]
        a_clearance(session, cast, forms=forms)

    assert complaint_figures(session, cast.chief, ON).forms == [("meeting", 5)]


def test_the_reach_is_counted_by_kind_and_whether_it_was_corrected(session, cast):
    row = a_clearance(session, cast)
    for number in range(12):
        one = Reach(
            clearance_id=row.id, kind="unit", name=f"单位{number}", heard="会议", form="written", added_by_id=cast.officer.id,
            at=utc_now(), approved_by_id=cast.chief.id if number else None, corrected_on=UNTIL if number < 6 else None,
            gone_why="已撤销" if number > 99 else "",
        )  # fmt: skip
        session.add(one)
        session.flush()
        log.record(session, "complaint.listed", None, row, rows=[one])

    found = complaint_figures(session, cast.chief, ON)

    assert found.reach.row("unit") == (5, None, 5, 10)
