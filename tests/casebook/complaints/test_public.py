"""What the holder of a receipt is told: stages and days, no name, no finding, and no trace of the asking."""

import pytest
from sqlalchemy import func, select

from casebook.complaints import public
from casebook.models import Event
from tests.complaints import NEUTRAL, a_complaint
from tests.stages import Cast


@pytest.mark.parametrize(
    ("state", "stage"),
    [("registered", "registered"), ("screened", "registered"), ("accepted", "accepted"), ("refused", "refused"), ("passed_on", "passed_on")],
)  # fmt: skip
def test_each_state_has_its_stage_in_words(session, seal, state, stage):
    cast = Cast(session)
    noise = a_complaint(session, cast, seal)
    complaint = a_complaint(session, cast, seal, state)
    told = public.status(session, complaint.handle)
    assert told.stage == stage
    assert told.words.zh
    assert public.status(session, noise.handle).stage == "registered"


def test_what_is_not_taken_in_is_received_and_a_stub_was_sent_up(session):
    assert public.status(session, "nobody knows it").stage == "received"
    assert public.status(session, "nobody knows it", stub=True) == public.Public("sent_up", open=False)


def test_whoever_is_refused_is_told_where_to_turn_and_whoever_is_passed_on_to_whom(session, seal):
    cast = Cast(session)
    refused = public.status(session, a_complaint(session, cast, seal, "refused").handle)
    passed = public.status(session, a_complaint(session, cast, seal, "passed_on").handle)
    assert "不予受理" in refused.advice.zh
    assert passed.passed_to == "市生态环境局"
    assert passed.advice is None
    assert refused.open  # who reads it: casebook.complaints.listing.written_to
    assert not passed.open


def test_nothing_of_what_it_is_about_is_told(session, seal):
    cast = Cast(session)
    told = str(public.status(session, a_complaint(session, cast, seal, "accepted").handle))
    for words in (NEUTRAL["respondent_unit"], NEUTRAL["extract"], cast.receiver.name, cast.chief.name):
        assert words not in told


def test_asking_leaves_no_trace(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "accepted")
    before = session.scalar(select(func.count()).select_from(Event))
    public.status(session, complaint.handle)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Event)) == before
