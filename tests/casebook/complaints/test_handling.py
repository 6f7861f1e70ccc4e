"""Disposition, findings and conclusion of a complaint, through the real store."""

import itertools
from datetime import date

import pytest

from casebook.complaints import findings, handling, log
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Finding
from tests import handled
from tests.complaints import a_complaint, handler
from tests.handled import MINUTES
from tests.stages import Cast

TODAY = date(2026, 11, 22)
TRUE, PARTLY, UNTRUE, OPEN, HARMLESS = Finding


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def make(session, cast, seal):
    def make(state: str, **fields):
        a_complaint(session, cast, seal, name="旁人甲", contact="13000000001")  # noise
        return a_complaint(session, cast, seal, state, **fields)

    return make


def test_a_clue_is_dealt_with_after_a_collective_discussion_and_on_the_chief_s_approval(session, cast, make):
    complaint = make("proposed")
    assert complaint.state == "accepted"

    handling.approve_disposition(session, complaint, cast.chief, today=TODAY)

    assert (complaint.state, complaint.disposition) == ("handling", "preliminary_check")
    assert (complaint.disposed_on, complaint.disposed_by_id) == (TODAY, cast.chief.id)
    assert complaint.disposition_minutes == MINUTES


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"disposition": "transfer"}, "disposition"),
        ({"disposition": ""}, "disposition"),
        ({"minutes": "  "}, "minutes"),
        ({"minutes": "一" * 5001}, "minutes"),
        ({"minutes": "会议纪要\n密级：机密"}, "minutes"),
    ],
)
def test_a_proposal_without_a_kind_or_minutes_is_refused_at_its_field(session, cast, make, wrong, field):
    complaint = make("accepted")
    handler(session, cast, complaint)

    with pytest.raises(BadFields) as refused:
        handled.propose(session, cast, complaint, **wrong)

    assert list(refused.value.errors) == [field]
    assert complaint.disposition_proposed_on is None


def test_nothing_is_approved_before_it_is_proposed(session, cast, make):
    with pytest.raises(NotReady):
        handling.approve_disposition(session, make("accepted"), cast.chief, today=TODAY)


def test_whoever_proposed_a_disposition_does_not_approve_it_even_as_chief_since(session, cast, make):
    complaint = make("proposed")
    complaint.disposition_by_id = cast.chief.id
    session.flush()

    with pytest.raises(NotReady) as refused:
        handling.approve_disposition(session, complaint, cast.chief, today=TODAY)

    assert "不得批准自己的意见" in refused.value.message("zh")


def test_a_disposition_sent_back_keeps_the_reason_until_the_next_proposal(session, cast, make):
    complaint = make("proposed")

    handling.return_disposition(session, complaint, cast.chief, reason="未说明不采用谈话函询的理由")

    assert complaint.state == "accepted"
    assert complaint.returned_why == "未说明不采用谈话函询的理由"
    with pytest.raises(NotReady):
        handling.approve_disposition(session, complaint, cast.chief, today=TODAY)
    handled.propose(session, cast, complaint, "talk_inquiry")
    assert complaint.returned_why == ""


def test_a_clue_on_hold_is_found_nothing_of_until_it_is_taken_up(session, cast, make):
    complaint = make("accepted")
    handler(session, cast, complaint)
    handled.propose(session, cast, complaint, "hold")
    handling.approve_disposition(session, complaint, cast.chief, today=TODAY)
    with pytest.raises(NotReady) as refused:
        handled.find(session, cast, complaint)
    assert "第十七条" in refused.value.message("zh")

    handled.propose(session, cast, complaint, "preliminary_check")
    with pytest.raises(NotReady):
        handled.find(session, cast, complaint)
    handling.approve_disposition(session, complaint, cast.chief, today=TODAY)
    handled.find(session, cast, complaint)

    assert complaint.finding == UNTRUE


def test_a_change_of_disposition_takes_a_finding_back_from_the_chief(session, cast, make):
    complaint = make("found")

    handled.propose(session, cast, complaint, "hold")

    with pytest.raises(NotReady):
        handled.conclude(session, cast, complaint)


def test_the_same_disposition_again_is_no_change(session, cast, make):
    with pytest.raises(BadFields):
        handled.propose(session, cast, make("handling"), "preliminary_check")


@pytest.mark.parametrize(
    ("points", "whole"),
    [
        ([TRUE, TRUE], TRUE),
        ([TRUE, UNTRUE], PARTLY),
        ([TRUE, OPEN], PARTLY),
        ([TRUE, HARMLESS], PARTLY),
        ([PARTLY], PARTLY),
        ([PARTLY, UNTRUE, OPEN], PARTLY),
        ([UNTRUE, UNTRUE, UNTRUE], UNTRUE),
        ([UNTRUE, OPEN], OPEN),
        ([HARMLESS, OPEN], OPEN),
        ([OPEN], OPEN),
        ([HARMLESS], HARMLESS),
        ([HARMLESS, UNTRUE], HARMLESS),
    ],
)
def test_the_whole_follows_from_the_points(points, whole):
    assert findings.whole_of(points)[0] == whole


def test_every_mixture_of_points_has_a_whole_that_is_untrue_only_if_every_point_is():
    for size in range(1, len(Finding) + 1):
        for points in itertools.combinations(Finding, size):
            whole, why = findings.whole_of(points)
            assert len({why.zh, why.en}) == 2
            assert (whole == UNTRUE) == (set(points) == {UNTRUE})
            assert (whole == TRUE) == (set(points) == {TRUE})


def test_a_whole_that_the_points_do_not_give_is_refused_and_explained(session, cast, make):
    complaint = make("handling")

    with pytest.raises(BadFields) as refused:
        handled.find(session, cast, complaint, UNTRUE, OPEN, UNTRUE, whole=UNTRUE)

    assert "难以查实又不能排除，不能认定整件失实" in refused.value.errors["whole"].zh
    assert complaint.finding is None


def test_every_point_needs_its_finding_and_its_reason(session, cast, make):
    complaint = make("handling")
    first, second, third = complaint.points

    with pytest.raises(BadFields) as refused:
        handling.find(
            session, complaint, cast.officer, whole="", reason="", today=TODAY,
            points={first.id: ("substantiated", "合同与发票一致"), second.id: ("true", "查过"), 999: ("partly", "别件")},
        )  # fmt: skip

    assert set(refused.value.errors) == {
        f"point_{second.id}", f"point_{third.id}", f"reason_{third.id}", "points", "whole", "reason",
    }  # fmt: skip


def test_points_of_another_complaint_cannot_be_written_to(session, cast, make):
    other, complaint = make("handling"), make("handling")
    points = {point.id: ("unsubstantiated", "查过") for point in (*complaint.points, *other.points)}

    with pytest.raises(BadFields):
        handling.find(
            session,
            complaint,
            cast.officer,
            points=points,
            whole="unsubstantiated",
            reason="查过",
            today=TODAY,
        )

    assert {point.finding for point in other.points} == {None}


def test_the_chief_concludes_what_was_found(session, cast, make):
    complaint = make("found")

    handled.conclude(session, cast, complaint)

    assert (complaint.state, complaint.concluded_by_id) == ("concluded", cast.chief.id)
    assert complaint.concluded_on == handled.CONCLUDED


def test_nothing_is_concluded_before_it_is_found(session, cast, make):
    with pytest.raises(NotReady):
        handled.conclude(session, cast, make("handling"))


def test_whoever_found_does_not_conclude(session, cast, make):
    complaint = make("found")
    complaint.found_by_id = cast.chief.id
    session.flush()

    with pytest.raises(NotReady):
        handled.conclude(session, cast, complaint)


def test_a_finding_sent_back_is_entered_again_before_it_is_concluded(session, cast, make):
    complaint = make("found")

    handling.return_finding(session, complaint, cast.chief, reason="付款凭证没有附")

    assert (complaint.state, complaint.returned_why) == ("handling", "付款凭证没有附")
    with pytest.raises(NotReady):
        handled.conclude(session, cast, complaint)
    handled.find(session, cast, complaint)
    handled.conclude(session, cast, complaint)
    assert complaint.returned_why == ""


def test_a_finding_is_sent_back_with_a_reason_only(session, cast, make):
    with pytest.raises(BadFields):
        handling.return_finding(session, make("found"), cast.chief, reason=" ")


def test_the_result_of_what_was_assigned_down_goes_up_after_a_collective_review(session, cast, make):
    complaint = make("found", channel="transfer")

    with pytest.raises(BadFields) as refused:
        handled.conclude(session, cast, complaint, minutes="")

    assert list(refused.value.errors) == ["minutes"]
    handled.conclude(session, cast, complaint)
    assert complaint.conclusion_minutes == MINUTES


def test_nobody_concludes_for_another_organ(session, cast, make):
    complaint = make("found")

    for other in (cast.officer, cast.receiver, cast.stranger, cast.auditor, cast.administrator, None):
        with pytest.raises(NotAllowed):
            handling.conclude(session, complaint, other, today=TODAY)
    handling.conclude(session, complaint, cast.superior, today=TODAY)  # the chief above may


def test_the_respondent_never_handles_or_concludes_what_is_said_of_them(session, cast, make):
    cast.chief.name = "周某"
    session.flush()
    complaint = make("registered")
    assert complaint.respondent_name == ""
    other = make("registered")
    other.respondent_name = "周某"
    session.flush()

    with pytest.raises(NotAllowed):
        handling.approve_disposition(session, other, cast.chief, today=TODAY)


def test_steps_out_of_order_name_the_state_and_the_provision(session, cast, make):
    complaint = make("concluded")

    with pytest.raises(WrongStage) as refused:
        handled.find(session, cast, complaint)

    assert "第二十七条" in refused.value.message("zh")


def test_no_event_of_handling_carries_a_word_that_was_typed(session, cast, make):
    marker = "MARKER甲乙丙"
    complaint = make("accepted")
    handler(session, cast, complaint)
    handled.propose(session, cast, complaint, minutes=marker)
    handling.return_disposition(session, complaint, cast.chief, reason=marker)
    handled.propose(session, cast, complaint, minutes=marker)
    handling.approve_disposition(session, complaint, cast.chief, today=TODAY)
    points = {point.id: ("unsubstantiated", marker) for point in complaint.points}
    handling.find(
        session, complaint, cast.officer, points=points, whole="unsubstantiated", reason=marker, today=TODAY
    )

    written = str([event.detail for event in log.history(session, complaint, reads=True)])

    assert "complaint.found" in {event.kind for event in log.history(session, complaint)}
    assert "MARKER" not in written
