"""The panel: who sits, who votes, the chair last, minutes that name who is missing, and the way back."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from casebook.audit import verify
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Part, Stage, Step
from casebook.procedure import panel, people
from casebook.procedure.dates import today
from tests.panels import conclude, declare_all, meet, seat, vote_all
from tests.stages import Cast, bring


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    bring(session, cast, Stage.REVIEW)  # another case stands beside it
    return bring(session, cast, Stage.PANEL)


def test_the_chief_seats_a_chair_and_two_members(session, cast, case):
    seat(session, cast, case)
    assert [(row.part, row.user_id) for row in panel.sitting(case)] == [
        (Part.CHAIR, cast.chief.id), (Part.PANEL, cast.member.id), (Part.PANEL, cast.member2.id),
    ]  # fmt: skip


def test_seating_again_replaces_who_is_not_named(session, cast, case):
    seat(session, cast, case)
    panel.seat_panel(session, case, cast.chief, cast.member, [cast.member2, cast.superior_member])
    assert [row.user_id for row in panel.sitting(case)] == [
        cast.member.id, cast.member2.id, cast.superior_member.id,
    ]  # fmt: skip
    assert verify(session).ok


@pytest.mark.parametrize(
    ("chair", "members", "field"),
    [
        (None, ["member", "member2"], "chair"),
        ("chief", ["member"], "members"),
        ("chief", ["member", "member"], "members"),
        ("chief", ["chief", "member", "member2"], "members"),
        ("officer", ["member", "member2"], "chair"),
        ("chief", ["reviewer", "member"], "members"),
        ("chief", ["stranger", "member"], "members"),
        ("auditor", ["member", "member2"], "chair"),
    ],
)
def test_a_panel_that_may_not_sit_is_refused(session, cast, case, chair, members, field):
    with pytest.raises(BadFields) as bad:
        panel.seat_panel(
            session,
            case,
            cast.chief,
            chair and getattr(cast, chair),
            [getattr(cast, name) for name in members],
        )
    assert field in bad.value.errors


@pytest.mark.parametrize(
    "who", ["officer", "reviewer", "member", "superior", "auditor", "administrator", "stranger"]
)
def test_nobody_but_the_chief_seats_the_panel(session, cast, case, who):
    with pytest.raises(NotAllowed):
        panel.seat_panel(session, case, getattr(cast, who), cast.chief, [cast.member, cast.member2])


def test_no_meeting_before_there_is_a_panel(session, cast, case):
    panel.seat_panel(session, case, cast.chief, cast.chief, [cast.member, cast.member2])
    people.end_assignment(session, case, panel.sitting(case)[1], cast.chief, "另有任务")
    with pytest.raises(NotReady, match="fewer than 3"):
        panel.open_meeting(session, case, cast.chief, held_on=today(), place="会议室")


def test_no_meeting_before_the_respondent_was_heard(session, cast, case):
    seat(session, cast, case)
    people.declare(session, case, cast.chief, Step.DECISION, [])
    case.created_at -= timedelta(days=10)
    with pytest.raises(BadFields) as bad:
        panel.open_meeting(session, case, cast.chief, held_on=today() - timedelta(days=1), place="会议室")
    assert "before" in bad.value.errors["held_on"].en
    assert panel.open_meeting(session, case, cast.chief, held_on=today(), place="会议室").held_on == today()


def test_no_meeting_before_the_chair_has_answered_the_question_of_recusal(session, cast, case):
    seat(session, cast, case)
    with pytest.raises(NotReady):
        panel.open_meeting(session, case, cast.chief, held_on=today(), place="会议室")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"place": " "}, "place"),
        ({"place": "一\n二"}, "place"),
        ({"held_on": today() + timedelta(days=1)}, "held_on"),
        ({"held_on": today() - timedelta(days=900)}, "held_on"),
        ({"held_on": None}, "held_on"),
    ],
)
def test_a_meeting_needs_a_place_and_a_day_that_can_be(session, cast, case, fields, field):
    seat(session, cast, case)
    declare_all(session, case)
    with pytest.raises(BadFields) as bad:
        panel.open_meeting(session, case, cast.chief, **{"held_on": today(), "place": "会议室", **fields})
    assert field in bad.value.errors


def test_members_vote_themselves_and_the_chair_last(session, cast, case):
    meeting = meet(session, cast, case)
    with pytest.raises(NotReady) as early:
        panel.vote(session, case, cast.chief, "correct", "同意")
    assert cast.member.name in early.value.message("zh")
    assert "末位" in early.value.message("zh")
    vote_all(session, cast, case, "correct")
    assert [vote.user_id for vote in meeting.votes] == [cast.member.id, cast.member2.id, cast.chief.id]
    assert panel.majority(meeting) == "correct"


@pytest.mark.parametrize(
    "who", ["officer", "reviewer", "superior", "superior_member", "auditor", "administrator"]
)
def test_who_does_not_sit_does_not_vote(session, cast, case, who):
    meet(session, cast, case)
    with pytest.raises(NotAllowed):
        panel.vote(session, case, getattr(cast, who), "correct", "同意")


def test_nobody_votes_twice_nor_changes_a_vote(session, cast, case):
    meeting = meet(session, cast, case)
    panel.vote(session, case, cast.member, "correct", "同意")
    with pytest.raises(NotReady, match="a vote never changes"):
        panel.vote(session, case, cast.member, "tolerate", "改变主意")
    session.commit()
    with pytest.raises(DatabaseError):
        session.execute(text("UPDATE votes SET disposition = 'tolerate'"))
    session.rollback()
    assert [vote.disposition for vote in meeting.votes] == ["correct"]


def test_a_vote_for_somebody_else_cannot_be_said(session, cast, case):
    """There is no argument for another person's vote: `by` is who votes."""
    meeting = meet(session, cast, case)
    panel.vote(session, case, cast.member, "correct", "同意")
    with pytest.raises(TypeError):
        panel.vote(session, case, cast.member, "correct", "代为表决", user=cast.member2)
    assert panel.voters(meeting) == {cast.member.id}


@pytest.mark.parametrize(
    ("outcome", "words", "field"), [("correct", " ", "words"), ("refer", "上交", "disposition")]
)
def test_a_vote_is_for_an_outcome_and_in_the_members_own_words(session, cast, case, outcome, words, field):
    meet(session, cast, case)
    with pytest.raises(BadFields) as bad:
        panel.vote(session, case, cast.member, outcome, words)
    assert field in bad.value.errors


def test_no_vote_before_a_meeting_is_open(session, cast, case):
    seat(session, cast, case)
    declare_all(session, case)
    with pytest.raises(NotReady, match="No meeting is open"):
        panel.vote(session, case, cast.member, "correct", "同意")


def test_a_member_who_declares_a_ground_does_not_vote(session, cast, case):
    meet(session, cast, case)
    people.declare(session, case, cast.member, Step.DECISION, ["interest"], "与当事人合伙")
    with pytest.raises((NotReady, NotAllowed)):
        panel.vote(session, case, cast.member, "correct", "同意")


def test_a_member_who_has_not_answered_does_not_vote(session, cast, case):
    seat(session, cast, case)
    people.declare(session, case, cast.chief, Step.DECISION, [])
    panel.open_meeting(session, case, cast.chief, held_on=today(), place="会议室")
    with pytest.raises(NotReady):
        panel.vote(session, case, cast.member, "correct", "同意")


def test_minutes_are_not_closed_while_somebody_has_not_voted_and_the_person_is_named(session, cast, case):
    meet(session, cast, case)
    panel.vote(session, case, cast.member, "correct", "同意")
    with pytest.raises(NotReady) as missing:
        panel.close_meeting(session, case, cast.chief, minutes="记录")
    said = missing.value.message("zh")
    assert cast.member2.name in said
    assert cast.chief.name in said
    assert cast.member.name not in said


def test_an_absent_member_is_noted_with_the_reason_and_may_still_come(session, cast, case):
    panel.seat_panel(session, case, cast.chief, cast.chief, [cast.member, cast.member2, cast.superior_member])
    declare_all(session, case)
    meeting = panel.open_meeting(session, case, cast.chief, held_on=today(), place="会议室")
    panel.mark_absent(session, case, cast.chief, cast.superior_member, "公差")
    assert panel.absent(meeting) == {cast.superior_member.id: "公差"}
    with pytest.raises(NotReady, match="noted as absent"):
        panel.vote(session, case, cast.superior_member, "correct", "同意")
    panel.mark_present(session, case, cast.chief, cast.superior_member)
    panel.vote(session, case, cast.superior_member, "tolerate", "建议容错，情有可原。")
    panel.mark_absent(session, case, cast.chief, cast.member2, "病假")
    for user in (cast.member, cast.chief):
        panel.vote(session, case, user, "correct", "同意")
    panel.close_meeting(session, case, cast.chief, minutes="记录")
    assert panel.majority(meeting) == "correct"
    assert verify(session).ok


@pytest.mark.parametrize(
    ("who", "reason"), [("chief", "公差"), ("reviewer", "公差"), ("member2", ""), ("member", "公差")]
)
def test_only_a_member_who_has_not_voted_is_absent_and_for_a_reason(session, cast, case, who, reason):
    meet(session, cast, case)
    panel.vote(session, case, cast.member, "correct", "同意")
    with pytest.raises(BadFields):
        panel.mark_absent(session, case, cast.chief, getattr(cast, who), reason)


def test_too_few_at_the_table_conclude_nothing(session, cast, case):
    meet(session, cast, case)
    panel.mark_absent(session, case, cast.chief, cast.member2, "公差")
    for user in (cast.member, cast.chief):
        panel.vote(session, case, user, "correct", "同意")
    with pytest.raises(NotReady, match="Fewer than 3"):
        panel.close_meeting(session, case, cast.chief, minutes="记录")


def test_a_vote_after_the_minutes_are_closed_is_refused(session, cast, case):
    conclude(session, cast, case, "correct")
    for call in (
        lambda: panel.vote(session, case, cast.member, "tolerate", "迟到的意见"),
        lambda: panel.mark_absent(session, case, cast.chief, cast.member, "迟"),
        lambda: panel.mark_present(session, case, cast.chief, cast.member),
        lambda: panel.close_meeting(session, case, cast.chief, minutes="另一份"),
        lambda: panel.open_meeting(session, case, cast.chief, held_on=today(), place="会议室"),
        lambda: seat(session, cast, case),
    ):
        with pytest.raises(NotReady):
            call()


def test_minutes_are_required(session, cast, case):
    meet(session, cast, case)
    vote_all(session, cast, case, "correct")
    with pytest.raises(BadFields) as bad:
        panel.close_meeting(session, case, cast.chief, minutes=" ")
    assert list(bad.value.errors) == ["minutes"]


def test_without_a_majority_the_panel_meets_again(session, cast, case):
    first = conclude(session, cast, case, "correct", "tolerate", "hold_accountable")
    assert panel.majority(first) == ""
    again = panel.open_meeting(session, case, cast.chief, held_on=today(), place="会议室")
    assert panel.current_meeting(session, case) == again
    vote_all(session, cast, case, "correct", "tolerate", "correct")
    panel.close_meeting(session, case, cast.chief, minutes="再议")
    assert panel.majority(again) == "correct"
    assert panel.meetings_of(session, case) == [first, again]


def test_only_one_meeting_is_open(session, cast, case):
    meet(session, cast, case)
    with pytest.raises(NotReady, match="open already"):
        panel.open_meeting(session, case, cast.chief, held_on=today(), place="会议室")


def test_the_panel_sends_back_for_a_reason_and_meets_anew(session, cast, case):
    meeting = meet(session, cast, case)
    back = panel.return_from_panel(
        session, case, cast.chief, code="facts_unclear", reason="损失数额待核", items=["deaths"]
    )
    assert (case.stage, back.code, back.from_stage) == (Stage.REVIEW, "facts_unclear", Stage.PANEL)
    assert meeting.closed_at is not None
    assert panel.current_meeting(session, case) is None
    with pytest.raises(WrongStage):
        panel.open_meeting(session, case, cast.chief, held_on=today(), place="会议室")
    assert verify(session).ok


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"code": "because"}, "code"), ({"reason": ""}, "reason"), ({"items": ["no_such_fact"]}, "items")],
)
def test_a_return_without_a_coded_reason_and_words_is_refused(session, cast, case, fields, field):
    seat(session, cast, case)
    with pytest.raises(BadFields) as bad:
        panel.return_from_panel(session, case, cast.chief, **{"code": "other", "reason": "说明", **fields})
    assert list(bad.value.errors) == [field]
    assert case.stage == Stage.PANEL


def test_only_the_chair_leads_the_meeting(session, cast, case):
    seat(session, cast, case)
    declare_all(session, case)
    for call in (
        lambda: panel.open_meeting(session, case, cast.member, held_on=today(), place="会议室"),
        lambda: panel.close_meeting(session, case, cast.member, minutes="记录"),
        lambda: panel.return_from_panel(session, case, cast.member, code="other", reason="说明"),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_a_member_who_left_after_voting_keeps_the_minutes_open(session, cast, case):
    meet(session, cast, case)
    panel.vote(session, case, cast.member, "correct", "同意")
    panel.seat_panel(session, case, cast.chief, cast.chief, [cast.member2, cast.superior_member])
    people.declare(session, case, cast.superior_member, Step.DECISION, [])
    for user in (cast.member2, cast.superior_member, cast.chief):
        panel.vote(session, case, user, "correct", "同意")
    with pytest.raises(NotReady, match="no longer sits"):
        panel.close_meeting(session, case, cast.chief, minutes="记录")
