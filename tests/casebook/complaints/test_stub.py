"""A stub: number, day, to whom, reference. Two of them cannot be told apart by anything else."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect

from casebook.audit import verify
from casebook.complaints import duties, handling, objections, papers, protection, screening, stub
from casebook.models import Complaint, ComplaintPart, Opening
from casebook.procedure.dates import today
from casebook.seal import openings
from tests import handled
from tests.complaints import RECEIVED, a_complaint
from tests.stages import Cast

OWN = {"id", "number", "handle", "version", "registered_at", "registered_by_id", "organisation_id"}
KEPT = {"state", "received_on", "passed_to", "passed_on", "passed_receipt"}
SIGNED = {"channel": "visit"}
ANONYMOUS = {"naming": "anonymous", "name": "", "contact": "", "identity_number": "", "channel": "call"}


@pytest.fixture
def cast(session):
    return Cast(session)


def send_up(session, cast, seal, complaint) -> Complaint:
    screening.send_up(
        session, seal, complaint, cast.receiver, to="市纪委监委", reference="〔2026〕9号", on=today()
    )
    session.commit()
    return complaint


def columns(row, without=frozenset()) -> dict:
    return {
        name.key: getattr(row, name.key)
        for name in inspect(type(row)).column_attrs
        if name.key not in without
    }


def test_how_it_came_in_and_how_it_was_signed_do_not_stay(session, cast, seal):
    signed = send_up(session, cast, seal, a_complaint(session, cast, seal, "accepted", **SIGNED))
    unsigned = send_up(session, cast, seal, a_complaint(session, cast, seal, "assigned", **ANONYMOUS))

    assert columns(signed, OWN) == columns(unsigned, OWN)
    blanks = {"", None, 0, stub.CHANNEL, stub.NAMING, "not_examined"}
    assert {name for name, value in columns(signed, OWN).items() if value not in blanks} == KEPT


def test_nothing_beside_it_says_what_it_was_about(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "accepted", **SIGNED)
    asked = openings.ask(
        session, complaint, cast.receiver, scope="text", purpose="correspondence", reason="MARKER询问镇长一事"
    )
    openings.answer(
        session,
        asked,
        cast.chief,
        granted=True,
        reason="MARKER同意",
        until=today() + timedelta(days=3),
        on=today(),
    )
    handling.tell_accepted(
        session, seal, complaint, cast.receiver, words="已受理", how="receipt", given_on=handled.TOLD,
        today=handled.TOLD,
    )  # fmt: skip
    task = protection.ask(
        session, complaint, cast.receiver, kind="protection", raised_on=RECEIVED, today=today()
    )
    protection.record_measures(session, task, cast.receiver, measures="MARKER与镇上谈话")
    repeat = a_complaint(session, cast, seal, "accepted", name="旁人甲", contact="13000000001")
    repeat.repeat_of_id = complaint.id
    session.flush()

    send_up(session, cast, seal, complaint)

    assert "MARKER" not in str([columns(row) for row in session.query(Opening)] + [columns(task)])
    assert (task.kind, task.closed_on is not None) == ("", True)
    assert {(row.kind, row.how) for row in objections.all_of(session, complaint)} == {("", "")}
    assert repeat.repeat_of_id is None
    assert protection.open_tasks(session, cast.receiver) == []
    assert not papers.may_read(session, cast.receiver, complaint)
    report = verify(session)
    assert report.ok, report.why


def test_why_somebody_s_part_ended_and_whose_retaliation_it_told_of_do_not_stay(session, cast, seal):
    origin = a_complaint(session, cast, seal, "handling")
    task = protection.ask(
        session, origin, cast.officer, kind="retaliation", raised_on=RECEIVED, today=today()
    )
    fields = {"about_name": "周某", "text": "停了检举控告人的工作"}
    clue = protection.register_clue(session, seal, task, cast.receiver2, fields=fields, today=today())
    duties.assign(session, clue, ComplaintPart.SCREENER, cast.receiver2, cast.chief)
    duties.end(session, clue, duties.current(clue)[0], cast.chief, "MARKER与镇长是亲戚")
    duties.assign(session, clue, ComplaintPart.SCREENER, cast.receiver, cast.chief)
    duties.declare(session, clue, cast.receiver, [])

    send_up(session, cast, seal, clue)

    assert {duty.ended_why for duty in clue.duties} == {""}
    assert task.new_complaint_id == origin.id != clue.id
    protection.record_measures(session, task, cast.officer, measures="已恢复岗位")
    protection.close(session, task, cast.officer, outcome="已恢复", today=today())
    assert verify(session).ok
