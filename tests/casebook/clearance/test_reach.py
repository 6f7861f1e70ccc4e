"""The reach map: who is on it, who takes them into the scope, and what a correction must say."""

from datetime import timedelta

import pytest

from casebook.audit import verify
from casebook.clearance import clearances, reach, repairs
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import ComplaintState
from casebook.procedure.dates import today
from tests.clearances import a_clearance
from tests.factories import CHEAP, PASSWORD

BODY = {"kind": "body", "name": "县委组织部", "heard": "干部考察时征求意见", "form": "written"}


def add(session, cast, clearance, **fields):
    return reach.add(session, clearance, cast.officer, **{**BODY, **fields})


def test_one_found_after_the_approval_waits_for_the_leader_and_is_not_corrected_before(session, cast):
    clearance = a_clearance(session, cast, "approved")
    row = add(session, cast, clearance)

    with pytest.raises(NotReady) as refused:
        reach.correct(session, clearance, cast.officer, row.id, on=today(), how="送达")
    assert "主要负责人" in refused.value.missing[0].zh

    with pytest.raises(NotAllowed):
        reach.approve(session, clearance, cast.officer, row.id)
    reach.approve(session, clearance, cast.chief, row.id)
    reach.correct(session, clearance, cast.officer, row.id, on=today(), how="送达澄清函")
    assert (row.corrected_on, row.approved_by_id) == (today(), cast.chief.id)
    assert verify(session).ok


def test_a_form_that_was_not_approved_is_refused_afterwards(session, cast):
    clearance = a_clearance(session, cast, "approved")

    with pytest.raises(BadFields) as refused:
        add(session, cast, clearance, form="circular")

    assert refused.value.errors.keys() == {"form"}


def test_a_row_whose_form_is_not_proposed_stops_the_approval(session, cast):
    clearance = a_clearance(session, cast)
    add(session, cast, clearance, form="circular")

    clearances.check(session, clearance, cast.reviewer, ok=True, facts="清楚", procedure="合规", on=today())
    with pytest.raises(NotReady) as refused:
        clearances.decide(
            session, clearance, cast.chief, approve=True, reason="同意", password=PASSWORD, on=today(), hasher=CHEAP
        )  # fmt: skip

    assert "县委组织部" in refused.value.missing[0].zh


@pytest.mark.parametrize("name", ["青石镇党委", "青石镇 党委", "青石鎮党委", "青石镇党委\u200b"])
def test_the_same_recipient_is_listed_once_however_it_is_written(session, cast, name):
    clearance = a_clearance(session, cast)

    with pytest.raises(BadFields) as refused:
        add(session, cast, clearance, kind="unit", name=name)

    assert refused.value.errors.keys() == {"name"}


@pytest.mark.parametrize("present", [None, 0, -3, 1_000_000])
def test_at_a_meeting_how_many_were_there_is_said(session, cast, present):
    clearance = a_clearance(session, cast, "approved")
    meeting = clearance.reach[-1]

    with pytest.raises(BadFields) as refused:
        reach.correct(
            session, clearance, cast.officer, meeting.id, on=today(), how="会上宣读", present=present
        )

    assert refused.value.errors.keys() == {"present"}


def test_a_correction_is_not_entered_for_a_day_before_the_approval_nor_in_the_future(session, cast):
    clearance = a_clearance(session, cast, "approved")
    row = clearance.reach[0]

    for day in (today() - timedelta(days=1), today() + timedelta(days=1)):
        with pytest.raises(BadFields) as refused:
            reach.correct(session, clearance, cast.officer, row.id, on=day, how="送达")
        assert refused.value.errors.keys() == {"on"}


def test_a_correction_is_entered_once(session, cast):
    clearance = a_clearance(session, cast, "approved")
    row = clearance.reach[0]
    reach.correct(session, clearance, cast.officer, row.id, on=today(), how="送达")

    with pytest.raises(NotReady):
        reach.correct(session, clearance, cast.officer, row.id, on=today(), how="再次送达")
    with pytest.raises(NotReady):
        reach.gone(session, clearance, cast.chief, row.id, reason="已调离")


def test_nobody_is_told_while_the_complaint_is_verified_once_more(session, cast):
    clearance = a_clearance(session, cast, "approved")
    clearance.complaint.state = ComplaintState.HANDLING
    session.flush()

    with pytest.raises(NotReady):
        reach.correct(session, clearance, cast.officer, clearance.reach[0].id, on=today(), how="送达")


def test_only_the_leader_declares_one_out_of_reach_and_the_row_stays(session, cast):
    clearance = a_clearance(session, cast, "approved")
    row = clearance.reach[1]

    with pytest.raises(NotAllowed):
        reach.gone(session, clearance, cast.officer, row.id, reason="单位已撤销")
    reach.gone(session, clearance, cast.chief, row.id, reason="单位已撤销，档案移交县档案馆")

    assert (row.gone_by_id, len(clearance.reach)) == (cast.chief.id, 3)
    assert reach.progress(clearance) == reach.Progress(3, 0, 1, 0)


def test_nothing_is_corrected_before_the_approval_or_by_others(session, cast):
    proposed = a_clearance(session, cast)
    with pytest.raises(WrongStage):
        reach.correct(session, proposed, cast.officer, proposed.reach[0].id, on=today(), how="送达")

    approved = a_clearance(session, cast, "approved")
    for who in (cast.reviewer, cast.chief, cast.auditor, cast.officer2, cast.stranger, cast.receiver):
        with pytest.raises(NotAllowed):
            reach.correct(session, approved, who, approved.reach[0].id, on=today(), how="送达")


def test_a_recipient_of_another_clearance_is_not_found(session, cast):
    one, other = a_clearance(session, cast, "approved"), a_clearance(session, cast, "approved")

    with pytest.raises(NotReady):
        reach.correct(session, one, cast.officer, other.reach[0].id, on=today(), how="送达")


def test_that_nothing_can_be_made_good_is_for_the_leader_to_say(session, cast):
    clearance = a_clearance(session, cast, "approved")
    row = repairs.add(
        session, clearance, cast.officer, kind="election", lost="未列为换届候选人", responsible="镇党委",
        due_on=today() + timedelta(days=30), today=today(),
    )  # fmt: skip
    given = {"result": "not_possible", "words": "换届已经结束", "on": today()}

    with pytest.raises(BadFields) as refused:
        repairs.finish(session, clearance, cast.officer, row.id, **given)
    assert refused.value.errors.keys() == {"result"}
    assert repairs.finish(session, clearance, cast.chief, row.id, **given).done_by_id == cast.chief.id


@pytest.mark.parametrize("days", [0, -5, 6 * 366])
def test_a_repair_has_a_day_after_today_and_within_five_years(session, cast, days):
    clearance = a_clearance(session, cast)

    with pytest.raises(BadFields) as refused:
        repairs.add(
            session, clearance, cast.officer, kind="pay", lost="绩效奖金", responsible="镇财政所",
            due_on=today() + timedelta(days=days), today=today(),
        )  # fmt: skip

    assert refused.value.errors.keys() == {"due_on"}
