"""Figures of complaints and clearances: what counts, for whom, and that nothing small can be worked out."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.complaints import figures, log
from casebook.complaints.figures import ENDINGS, complaint_figures, last_quarter_end
from casebook.db import utc_now
from casebook.errors import NotAllowed
from casebook.hiding import FEW, Table
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
from tests.casebook.test_hiding import recovered
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
    assert (row["unsubstantiated"], row["substantiated"], row["refused"]) == (6, 7, 0)
    assert found.complaints.total == 26
    assert list(found.organs) == [county.id]
    times = {one.code: one for one in found.times}
    assert (times["unsubstantiated"].median, times["substantiated"].median) == (9, 4)
    assert times["partly"].count == 0


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
    assert totals == {"officer": 6, "reviewer": 6, "chief": 6, "superior": 13, "auditor": 21, "stranger": 8}
    for who in ("receiver", "member", "administrator"):
        with pytest.raises(NotAllowed):
            complaint_figures(session, getattr(cast, who), ON)


@pytest.mark.parametrize(
    ("named", "anonymous", "share"),
    [(10, 10, 0.5), (10, 4, None), (4, 10, None), (10, 0, None), (0, 0, None)],
)
def test_real_names_are_told_as_a_share_where_neither_side_is_small(session, cast, named, anonymous, share):
    for count, naming in ((named, Naming.REAL_NAME), (anonymous, Naming.ANONYMOUS)):
        if count:
            add(session, cast.county, count, by=cast.receiver, naming=naming)

    assert complaint_figures(session, cast.chief, ON).real_name_share == share


def test_there_are_no_numbers_by_channel_region_or_day(session, cast):
    add(session, cast.county, 6, by=cast.receiver, channel=Channel.VISIT, region="360302")
    said = str(complaint_figures(session, cast.chief, ON))

    for word in ("visit", "360302", "2026-09", "2026-08", "datetime.date(2026, 8"):
        assert word not in said


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=1, max_size=2))
def test_no_hidden_number_of_the_table_can_be_worked_out_even_with_the_other_tables(counts):
    full, narrow, times, share = _shown(counts)

    assert all(one is None or one == 0 or one >= FEW for line in full.cells for one in line)
    if narrow is not None:
        assert not recovered(narrow, 10)
    totals = dict(zip(ENDINGS, full.totals, strict=False))
    for one in times:
        assert one.count == totals[one.code]  # says nothing that the table does not
        assert one.median is None or one.count >= FEW
    if share is not None:
        assert full.total is not None


def _shown(counts):
    """What the tables tell of so many complaints by kind and finding; the table without the columns nobody fills.

    The narrow one is None where noughts of those columns had to be hidden as well: then there is more to guess.
    """
    kinds, endings = ("accusation", "claim"), ("unsubstantiated", "partly")
    ended = [
        (Complaint(organisation_id=1, kind=kinds[r], naming=list(Naming)[number % 2],
                   received_on=UNTIL - timedelta(days=number), concluded_on=UNTIL), endings[c])
        for r, line in enumerate(counts)
        for c, count in enumerate(line)
        for number in range(count)
    ]  # fmt: skip
    full = figures._by_kind([1], ended)
    places = [*(ENDINGS.index(one) for one in endings), len(ENDINGS)]
    narrow = Table(full.rows, endings, tuple(tuple(line[place] for place in places) for line in full.cells))
    others = [one for line in full.cells for place, one in enumerate(line) if place not in places]
    return full, None if None in others else narrow, figures._times(full, ended), figures._share(full, ended)


def test_clearances_by_state_form_and_time(session, cast):
    for _ in range(6):
        a_clearance(session, cast)
    for _ in range(5):
        a_clearance(session, cast, forms=["written"], state=ClearanceState.REFUSED, closed_on=None)
    for _ in range(7):
        a_clearance(session, cast, closed_on=ON)  # closed after the quarter: under way then
    a_clearance(session, cast, asked_on=ON)

    found = complaint_figures(session, cast.chief, ON)

    assert found.clearances.row(str(cast.county.id)) == (7, 6, 5, 18)
    assert found.forms == [("meeting", 6)]
    assert (found.clearance_time.count, found.clearance_time.median) == (6, 10)


def test_a_form_of_few_or_of_all_but_few_is_not_told(session, cast):
    for number in range(8):
        forms = ["written", *(["meeting"] if number < 6 else []), *(["circular"] if number < 3 else [])]
        a_clearance(session, cast, forms=forms)

    assert complaint_figures(session, cast.chief, ON).forms == []


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

    assert found.reach.row("unit") == (5, 0, 6, 11)
