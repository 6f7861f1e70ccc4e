"""Who sees and does what with a clearance; the list follows the same rule as the page."""

import pytest
from sqlalchemy import select

from casebook import events
from casebook.clearance import reach, register, steps
from casebook.complaints import log
from casebook.errors import ComplaintNotFound
from casebook.models import Clearance, User
from casebook.procedure.dates import today
from tests.clearances import a_clearance, a_concluded_complaint
from tests.factories import make_user

EVERYONE = (
    "officer officer2 reviewer reviewer2 chief member member2 superior superior_reviewer superior_member auditor "
    "administrator stranger receiver receiver2"
).split()
READERS = {"officer", "reviewer", "reviewer2", "chief", "superior", "superior_reviewer", "auditor"}


def test_who_may_read_is_who_may_list(session, cast):
    clearance = a_clearance(session, cast)
    a_clearance(session, cast, "closed")
    a_clearance(
        session, cast, "refused", complaint=a_concluded_complaint(session, cast, respondent_name="吴某")
    )
    make_user(session, "reviewer", organisation=cast.county, name="吴某")
    make_user(session, "chief", organisation=cast.city, name="吴　某")
    people = session.scalars(select(User)).all()
    every = session.scalars(select(Clearance)).all()

    for user in people:
        listed = set(session.scalars(steps.visible(session, user)))
        assert listed == {one for one in every if steps.may_read(session, user, one)}, user.login
    readers = {name for name in EVERYONE if steps.may_read(session, getattr(cast, name), clearance)}
    assert readers == READERS


def test_every_step_is_refused_to_everyone_but_those_the_table_names(session, cast):
    clearance = a_clearance(session, cast, "approved")

    found = {
        name: {step.code for step in steps.open_steps(session, getattr(cast, name), clearance)}
        for name in EVERYONE
    }

    assert found["officer"] == {
        "tell", "add_reach", "correct", "amend_reach", "take_back", "add_repair", "finish_repair", "amend_repair",
        "visit", "close", "issue_paper",
    }  # fmt: skip
    leaders = {
        "approve_reach", "gone", "amend_reach", "take_back", "add_repair", "finish_repair", "amend_repair", "issue_paper",
    }  # fmt: skip
    assert found["chief"] == found["superior"] == leaders
    assert not any(found[name] for name in set(EVERYONE) - {"officer", "chief", "superior"})


def test_whoever_declared_a_ground_of_recusal_is_out(session, cast):
    clearance = a_clearance(session, cast)
    duty = clearance.complaint.duties[0]
    duty.grounds = ["relative_of_respondent"]
    log.record(session, "complaint.declared", cast.officer, clearance.complaint, rows=[duty])

    assert not steps.may_read(session, cast.officer, clearance)
    assert clearance not in session.scalars(steps.visible(session, cast.officer)).all()
    assert steps.open_steps(session, cast.officer, clearance) == []


def test_a_number_that_is_not_theirs_is_as_unknown_as_one_that_is_none(session, cast):
    clearance = a_clearance(session, cast)

    for number in (clearance.number, "QX-C2020-9999", "'; DROP TABLE clearances"):
        with pytest.raises(ComplaintNotFound):
            steps.get(session, cast.stranger, number)
    assert steps.get(session, cast.officer, clearance.number) is clearance


def test_the_register_finds_by_state_form_words_and_what_is_late(session, cast):
    open_one = a_clearance(session, cast, "approved")
    closed = a_clearance(session, cast, "closed", forms=("circular", "meeting"))

    def listed(**asked):
        rows, total = register.entries(session, cast.chief, **{"today": today(), **asked})
        assert total >= len(rows)
        return [row.clearance for row in rows]

    assert listed() == [open_one, closed]
    assert listed(state="open") == [open_one]
    assert listed(state="closed") == [closed]
    assert listed(form="circular") == [closed]
    assert listed(words=closed.number) == [closed]
    assert listed(words="青石镇") == [open_one, closed]
    assert listed(words="%") == []
    assert listed(due_by="late") == []
    assert listed(today=open_one.visit_due_on.replace(year=2090), due_by="late") == [open_one]
    assert register.entries(session, cast.stranger, today=today()) == ([], 0)


def test_the_progress_of_the_map_stands_in_the_register(session, cast):
    clearance = a_clearance(session, cast, "approved")
    reach.correct(session, clearance, cast.officer, clearance.reach[0].id, on=today(), how="送达")

    ((entry,), _total) = register.entries(session, cast.officer, today=today())

    assert (entry.reached.corrected, entry.reached.waiting, bool(entry.mine)) == (1, 2, True)
    assert entry.next_due == clearance.visit_due_on
    assert events.label("clearances.listed", "zh")


def test_a_long_register_is_read_a_page_at_a_time_what_is_due_before_what_is_over(session, cast):
    closed = [a_clearance(session, cast, "closed") for _ in range(3)]
    due = [a_clearance(session, cast, "approved") for _ in range(2)]
    wanted = [*due[::-1], *closed[::-1]]

    pages = [register.entries(session, cast.chief, today=today(), limit=2, offset=at) for at in (0, 2, 4, 6)]

    assert [entry.clearance for rows, _total in pages for entry in rows] == wanted
    assert {total for _rows, total in pages} == {5}
