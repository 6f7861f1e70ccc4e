"""What waits for a person is found however many complaints there are, and what is over is not looked through for it."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from casebook.complaints import awaited, handling, listing, log, protection, steps
from casebook.db import utc_now
from casebook.models import (
    Channel,
    Complaint,
    ComplaintDuty,
    ComplaintPart,
    ComplaintState,
    Finding,
    Naming,
    User,
)
from casebook.procedure.dates import today
from casebook.seal import messages, openings
from tests import handled
from tests.casebook.complaints.test_author import a_file
from tests.complaints import a_complaint
from tests.stages import Cast

STATES = (
    "registered", "assigned", "screened", "accepted", "proposed", "handling", "found", "concluded", "told", "closed",
    "refused", "passed_on", "stub",
)  # fmt: skip


@pytest.fixture
def cast(session):
    return Cast(session)


def one_by_one(session, seal, by) -> list[Complaint]:
    """The same, looked for in every complaint there is."""
    rows = list(session.scalars(steps.visible(by).order_by(Complaint.id)))
    written = listing.written_to(seal, by, rows)
    return [
        one for one in rows
        if one in written or steps.must_declare(by, one) or awaited.due_for(session, by, one)
    ]  # fmt: skip


def people(cast) -> list:
    return [
        getattr(cast, who)
        for who in "officer officer2 reviewer chief superior receiver receiver2 auditor".split()
    ]


def test_nothing_that_waits_for_anybody_is_left_out(session, cast, seal):
    made = {state: a_complaint(session, cast, seal, state) for state in STATES}
    objected = a_complaint(session, cast, seal, "closed")
    row = handling.object_to(
        session, seal, objected, cast.receiver, how="letter", words="有异议", given_on=handled.TOLD, new_evidence=True,
        today=today(),
    )  # fmt: skip
    accused = a_complaint(session, cast, seal, "closed")
    a_file(session, cast, accused, state="proposed", approved_on=None)
    protection.ask(
        session, a_complaint(session, cast, seal, "closed"), cast.chief, kind="protection", raised_on=handled.TOLD,
        today=today(),
    )  # fmt: skip
    openings.ask(
        session, a_complaint(session, cast, seal, "closed"), cast.officer, scope="text", purpose="evidence",
        reason="核对证据是否充分",
    )  # fmt: skip
    messages.post(seal, a_complaint(session, cast, seal, "closed").handle, "author", "补充", today())
    late = a_complaint(session, cast, seal, "closed")
    session.add(
        ComplaintDuty(
            complaint_id=late.id,
            part=ComplaintPart.HANDLER,
            user_id=cast.reviewer.id,
            by_id=cast.chief.id,
            at=utc_now(),
        )
    )
    session.flush()
    session.expire_all()

    found = {user.login: listing.waiting_for(session, seal, user) for user in people(cast)}

    assert found == {user.login: one_by_one(session, seal, user) for user in people(cast)}
    assert {len(rows) > 0 for who, rows in found.items()} == {True, False}
    assert objected in found[cast.officer.login]
    assert accused in found[cast.chief.login]
    handling.check_objection(
        session, objected, cast.officer, row.id, checked="属实", stands=False, today=today()
    )
    for user in people(cast):
        assert listing.waiting_for(session, seal, user) == one_by_one(session, seal, user)
    assert made["registered"] in found[cast.chief.login]


def closed_ones(session, cast, count) -> None:
    """Complaints that are over; put there for their number alone."""
    rows = [
        Complaint(
            number=f"N-{place}", organisation_id=cast.county.id, registered_at=utc_now(), registered_by_id=cast.chief.id,
            kind="accusation", state=ComplaintState.CLOSED, finding=Finding.UNSUBSTANTIATED, naming=Naming.ANONYMOUS,
            channel=Channel.LETTER, received_on=today() - timedelta(days=90), screened_on=today(),
        )
        for place in range(count)
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    duties = [
        ComplaintDuty(
            complaint_id=row.id, part=part, user_id=user.id, by_id=cast.chief.id, at=utc_now(), grounds=[]
        )
        for row in rows
        for part, user in ((ComplaintPart.SCREENER, cast.receiver), (ComplaintPart.HANDLER, cast.officer))
    ]  # fmt: skip
    session.add_all(duties)
    session.flush()
    log.record(session, "complaint.listed", None, rows[0], rows=[*rows, *duties])
    session.expire_all()


def test_the_one_that_waits_is_found_behind_hundreds_that_are_over_and_they_are_not_loaded(
    session, cast, seal
):
    closed_ones(session, cast, 320)
    number = a_complaint(session, cast, seal, "handling").number
    users = [cast.officer.id, cast.receiver.id, cast.chief.id]
    session.flush()
    session.expunge_all()
    loaded = set()

    def note(row, _context):
        loaded.add(row.number)

    event.listen(Complaint, "load", note)
    try:
        found = [
            [row.number for row in listing.waiting_for(session, seal, session.get_one(User, user))]
            for user in users
        ]
    finally:
        event.remove(Complaint, "load", note)

    assert found[0] == [number]
    assert loaded == {number}
