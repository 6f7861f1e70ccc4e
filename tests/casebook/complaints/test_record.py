"""The record of a complaint: a line of it taken away, or laid to another complaint, is found out."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from casebook import audit
from casebook.models import Complaint, Scope
from casebook.procedure.dates import today
from casebook.seal import openings
from tests.complaints import a_complaint, handler
from tests.stages import Cast


@pytest.fixture
def opened(session, seal):
    """A complaint that was read under an opening, beside another; the seq of the reading."""
    cast = Cast(session)
    a_complaint(session, cast, seal, "accepted")
    complaint = a_complaint(session, cast, seal, "accepted")
    handler(session, cast, complaint)
    opening = openings.ask(
        session, complaint, cast.officer, scope=Scope.TEXT, purpose="checking", reason="核对第三点所述日期"
    )
    openings.answer(session, opening, cast.chief, granted=True, until=today(), on=today())
    openings.read(session, seal, complaint, cast.officer, Scope.TEXT, today())
    session.flush()
    assert audit.verify(session).ok
    return session.scalar(text("SELECT seq FROM events WHERE kind = 'seal.read'"))


def without_guards(session, table):
    """As somebody may change it who administers the database."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    else:
        for action in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{action}"))


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM complaint_events WHERE event_seq = :seq",
        "UPDATE complaint_events SET about_id = about_id - 1 WHERE event_seq = :seq",
        "UPDATE complaint_events SET about = 'clearance' WHERE event_seq = :seq",
        "INSERT INTO complaint_events (event_seq, about, about_id) VALUES (:seq, 'complaint', 99)",
    ],
)
def test_a_reading_hidden_from_the_record_of_its_complaint_is_noticed(session, opened, change):
    without_guards(session, "complaint_events")
    session.execute(text(change), {"seq": opened})

    report = audit.verify(session)

    assert (report.ok, report.first_broken, report.why) == (False, opened, "about")


@pytest.mark.parametrize(
    "statement", ["DELETE FROM complaint_events", "UPDATE complaint_events SET about_id = 1"]
)
def test_the_database_itself_keeps_every_line_of_the_record(session, opened, statement):
    with pytest.raises(DatabaseError, match="kept for good"), session.begin_nested():
        session.execute(text(statement))

    assert audit.verify(session).ok


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM openings WHERE granted",
        "UPDATE openings SET asked_by_id = answered_by_id",
        "UPDATE openings SET reason = '另一理由'",
        "UPDATE openings SET granted = NULL, answered_by_id = NULL, answered_at = NULL",
    ],
)
def test_a_request_removed_or_rewritten_is_noticed(session, opened, change):
    session.execute(text(change))

    assert audit.verify(session).why == "row"


def test_a_name_to_compare_with_that_is_not_that_of_the_respondent_is_noticed(session, opened):
    """No seal holds it, and it decides who lists a complaint."""
    session.execute(update(Complaint).values(respondent_plain="旁人"))
    session.expire_all()

    assert audit.verify(session).why == "row"
