"""Appeals are entered in time, in order and by the right channel; a late one only where the law lets it be heard."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casebook import audit
from casebook.clocks import calendar
from casebook.clocks.deadlines import open_deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Appeal, Assignment, Deadline, FactChange, Part, Stage, Step
from casebook.procedure import appeal as appeals
from casebook.procedure import people
from casebook.procedure.appeal_ways import appeals_of, openings, received_on
from rules.counting import after
from tests.appealed import MEMBER, SERVED_ON, assign, decide, decided, file, seeded
from tests.factories import attach
from tests.stages import Cast, recommended_case, skip_to

LAST_DAY = date(2026, 10, 10)  # one month after the service; a Saturday that 2026 works
SERVANT = {"deciding_body": "appointing_body", "subject_category": "civil_servant"}
MANAGER = {"deciding_body": "appointing_body", "subject_category": "soe_manager"}
TODAY = date(2026, 11, 21)


@pytest.fixture
def cast(session):
    seeded(session)
    cast = Cast(session)
    decided(session, cast)  # another case, appealed too: noise
    return cast


@pytest.fixture
def case(session, cast):
    return decided(session, cast)


def opened(session, case, on=TODAY):
    return {one.way.code: one for one in openings(session, case, on)}


def problem(refused, field):
    return refused.value.errors[field].message("zh")


def test_the_channels_of_a_decision_are_named_with_their_last_day(session, cast, case):
    found = opened(session, case)

    assert list(found) == ["supervision_review", "supervision_reexamination"]
    assert found["supervision_review"].last_day == LAST_DAY
    assert found["supervision_review"].is_open
    assert "应当先经“复审”" in found["supervision_reexamination"].closed.zh


def test_each_regime_has_its_own_channel_and_clock(session, cast):
    case = decided(session, cast, ("G2", "P1"), **MEMBER)

    found = opened(session, case)

    assert list(found) == ["supervision_review", "supervision_reexamination", "party_member_appeal"]
    assert found["party_member_appeal"].last_day is None
    assert "没有规定申请期限" in found["party_member_appeal"].no_day.zh


def test_before_the_decision_is_served_no_time_runs(session, cast):
    case = decided(session, cast, served_on=None)

    assert received_on(session, opened(session, case)["supervision_review"].decision) is None
    assert "尚未送达" in opened(session, case)["supervision_review"].no_day.zh
    assert file(session, cast, case).late is False


def test_without_a_decision_there_is_nothing_to_appeal_against(session, cast):
    case = skip_to(session, recommended_case(session, cast), Stage.NOTIFIED)

    assert openings(session, case, TODAY) == []
    with pytest.raises(BadFields) as refused:
        file(session, cast, case)
    assert "channel" in refused.value.errors


def test_an_appeal_in_time_starts_the_clock_of_the_organ_and_ends_that_of_the_respondent(session, cast, case):
    before = {row.limit_code for row in open_deadlines(session, case)}

    appeal = file(session, cast, case)

    running = {row.limit_code: row for row in open_deadlines(session, case)}
    assert "appeal.ask_review_state" in before - running.keys()
    assert running["appeal.decide_review_state"].due_on == date(2026, 10, 20)
    assert running["appeal.decide_review_state"].ref == f"appeal:{appeal.id}"
    assert (appeal.seq, appeal.ask_by, appeal.late, appeal.outcome) == (1, LAST_DAY, False, "")
    assert audit.verify(session).ok


def test_execution_is_not_suspended(session, cast, case):
    file(session, cast, case)

    assert case.stage == Stage.NOTIFIED


@pytest.mark.parametrize(("day", "refused"), [(LAST_DAY, False), (LAST_DAY + timedelta(1), True)])
def test_the_last_day_counts_and_the_day_after_does_not(session, cast, case, day, refused):
    if not refused:
        assert not file(session, cast, case, filed_on=day).late
        return
    with pytest.raises(BadFields) as late:
        file(session, cast, case, filed_on=day)

    assert str(LAST_DAY) in problem(late, "filed_on")
    assert "监察法" in problem(late, "filed_on")
    assert session.scalar(select(Appeal).where(Appeal.case_id == case.id)) is None


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2025, 6, 1), date(2026, 8, 31)))
def test_the_last_day_is_the_counted_one_or_the_next_working_day(shipped, day):
    from rules.channels import channels
    from rules.limits import limits

    for code in ("supervision_review", "civil_servant_review", "civil_servant_appeal", "soe_review"):
        ask = channels().way(code, day).ask
        counted = after(day, ask.amount, ask.unit, shipped)
        last = limits().last_day(ask, day, shipped)
        assert last >= counted
        assert shipped.is_working(last)
        assert not any(shipped.is_working(counted + timedelta(n)) for n in range((last - counted).days))


@pytest.fixture(scope="module")
def shipped():
    from rules.counting import WorkingDays

    return WorkingDays(lambda year: {day: working for day, working, _ in calendar.library_days(year)})


def test_where_the_calendar_is_missing_a_day_that_is_in_time_anyhow_is_taken_and_another_is_not_guessed(
    session,
):
    cast = Cast(session)
    case = decided(session, cast)

    assert "2026" in opened(session, case)["supervision_review"].no_day.zh
    with pytest.raises(NotReady, match="calendar"):
        file(session, cast, case, filed_on=LAST_DAY + timedelta(1))
    assert not file(session, cast, case, filed_on=LAST_DAY).late


def test_an_appeal_cannot_be_older_than_what_it_is_against_nor_lie_ahead(session, cast, case):
    with pytest.raises(BadFields) as early:
        file(session, cast, case, filed_on=date(2026, 8, 31))
    with pytest.raises(BadFields) as ahead:
        file(session, cast, case, filed_on=date(2999, 1, 1))

    assert "2026年9月1日" in problem(early, "filed_on")
    assert "不能晚于今天" in problem(ahead, "filed_on")


def test_grounds_are_required_and_every_fault_is_named_at_once(session, cast, case):
    with pytest.raises(BadFields) as refused:
        file(session, cast, case, grounds=" ", channel="inquiry_complaint")

    assert refused.value.errors.keys() == {"grounds", "channel"}


def test_the_second_step_before_the_first_is_refused_with_the_provision(session, cast, case):
    with pytest.raises(NotReady, match="comes first") as refused:
        file(session, cast, case, "supervision_reexamination")

    assert "第五十六条" in refused.value.message("zh")


def test_a_second_appeal_while_one_is_open_is_refused(session, cast, case):
    file(session, cast, case)

    with pytest.raises(NotReady, match="still open"):
        file(session, cast, case)


def test_an_appeal_by_another_regimes_channel_may_run_beside_it(session, cast):
    case = decided(session, cast, ("G2", "P1"), **MEMBER)
    file(session, cast, case)

    beside = file(session, cast, case, "party_member_appeal")

    assert [one.seq for one in appeals_of(session, case)] == [1, 2]
    assert not any(row.due_on for row in open_deadlines(session, case) if row.ref == f"appeal:{beside.id}")


def test_the_next_step_opens_with_the_service_of_the_result_of_the_first(session, cast, case):
    first = file(session, cast, case)
    decide(session, case, first, assign(session, cast, case, first))

    assert "尚未送达" in opened(session, case)["supervision_reexamination"].closed.zh
    appeals.serve(session, case, first, cast.officer, served_on=date(2026, 10, 12), how="直接送达")
    found = opened(session, case)

    assert found["supervision_reexamination"].last_day == date(2026, 11, 12)
    assert "不能重复申请" in found["supervision_review"].closed.zh
    second = file(session, cast, case, "supervision_reexamination", filed_on=date(2026, 11, 12))
    assert second.after_id == first.id
    assert {row.limit_code: row.due_on for row in open_deadlines(session, case)}[
        "appeal.decide_recheck_state"
    ] == date(2027, 1, 12)
    assert audit.verify(session).ok


def test_the_ladder_ends(session, cast, case):
    first = file(session, cast, case)
    decide(session, case, first, assign(session, cast, case, first))
    appeals.serve(session, case, first, cast.officer, served_on=date(2026, 10, 12), how="直接送达")
    second = file(session, cast, case, "supervision_reexamination", filed_on=date(2026, 10, 20))
    decide(
        session, case, second, assign(session, cast, case, second, cast.superior),
        discussed_on=date(2026, 11, 2), on=date(2026, 11, 3),
    )  # fmt: skip

    assert all(one.closed for one in opened(session, case).values())


def test_a_direct_appeal_takes_the_place_of_the_re_examination(session, cast):
    case = decided(session, cast, **SERVANT)
    direct = file(session, cast, case, "civil_servant_direct_appeal")

    with pytest.raises(NotReady):
        file(session, cast, case, "civil_servant_review")
    decide(session, case, direct, assign(session, cast, case, direct))

    assert opened(session, case)["civil_servant_review"].closed
    assert opened(session, case)["civil_servant_appeal"].closed


def test_thirty_days_are_counted_for_a_civil_servant(session, cast):
    case = decided(session, cast, **SERVANT)

    found = opened(session, case)

    assert found["civil_servant_review"].last_day == SERVED_ON + timedelta(30)
    assert found["civil_servant_direct_appeal"].last_day == SERVED_ON + timedelta(30)


def test_where_the_text_was_not_seen_the_law_office_must_have_answered(session, cast):
    case = decided(session, cast, ("6",), subject_is_leading_cadre=True)

    assert list(opened(session, case)) == ["handling_appeal"]
    with pytest.raises(BadFields) as refused:
        file(session, cast, case, "handling_appeal")
    assert "法规部门" in problem(refused, "advice")

    appeal = file(session, cast, case, "handling_appeal", advice="法规室答复：按上级规定受理。")
    assert (appeal.ask_by, appeal.late) == (None, False)
    assert not any(row.due_on for row in open_deadlines(session, case) if row.ref == f"appeal:{appeal.id}")


LATE = {
    "filed_on": date(2026, 10, 30), "late_code": "force_majeure", "late_reason": "洪水封路",
    "obstacle_ended_on": date(2026, 10, 16),
}  # fmt: skip


def test_an_enterprise_manager_may_ask_for_more_time_within_ten_working_days(session, cast):
    case = decided(session, cast, **MANAGER)

    appeal = file(session, cast, case, "soe_review", **LATE)

    assert appeal.late
    assert appeal.waits
    assert not [row for row in open_deadlines(session, case) if row.ref == f"appeal:{appeal.id}"]
    with pytest.raises(NotReady):
        appeals.assign(session, case, appeal, Part.APPEAL_DECIDER, cast.superior_member, cast.chief)
    appeals.admit_late(
        session, case, appeal, cast.chief, admitted=True, reason="情况属实", on=date(2026, 11, 3)
    )
    assert not appeal.waits
    due = [row.due_on for row in open_deadlines(session, case) if row.ref == f"appeal:{appeal.id}"]
    assert due == [date(2026, 12, 3)]
    assert audit.verify(session).ok


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"obstacle_ended_on": date(2026, 10, 15)}, "obstacle_ended_on", "2026-10-29"),
        ({"obstacle_ended_on": None}, "obstacle_ended_on", "障碍消除"),
        ({"obstacle_ended_on": date(2026, 9, 9)}, "obstacle_ended_on", "障碍消除"),
        ({"obstacle_ended_on": date(2026, 10, 31)}, "obstacle_ended_on", "障碍消除"),
        ({"late_code": "forgot"}, "late_code", "逾期原因"),
        ({"late_reason": ""}, "late_reason", "写明"),
        ({"late_code": ""}, "filed_on", "已经逾期"),
    ],
)
def test_more_time_asked_for_too_late_or_without_reason_is_refused(session, cast, changes, field, words):
    case = decided(session, cast, **MANAGER)

    with pytest.raises(BadFields) as refused:
        file(session, cast, case, "soe_review", **{**LATE, **changes})

    assert words in problem(refused, field)


def test_a_late_appeal_that_is_not_admitted_is_over_and_another_may_come(session, cast):
    case = decided(session, cast, **MANAGER)
    appeal = file(session, cast, case, "soe_review", **LATE)

    with pytest.raises(BadFields):
        appeals.admit_late(session, case, appeal, cast.chief, admitted=False, reason="", on=date(2026, 11, 3))
    appeals.admit_late(
        session, case, appeal, cast.chief, admitted=False, reason="不属实", on=date(2026, 11, 3)
    )

    assert (appeal.outcome, appeal.is_open) == ("refused", False)
    with pytest.raises(NotReady):
        appeals.admit_late(
            session, case, appeal, cast.chief, admitted=True, reason="改", on=date(2026, 11, 3)
        )
    assert opened(session, case)["soe_review"].is_open


def test_the_officer_cannot_admit_a_late_appeal(session, cast, case):
    appeal = file(
        session, cast, case, filed_on=date(2026, 10, 30), late_code="other_obstacle", late_reason="住院"
    )

    with pytest.raises(NotAllowed):
        appeals.admit_late(
            session, case, appeal, cast.officer, admitted=True, reason="属实", on=date(2026, 11, 3)
        )


def test_no_lateness_is_kept_of_an_appeal_in_time(session, cast, case):
    appeal = file(session, cast, case, late_code="force_majeure", late_reason="x")

    assert (appeal.late, appeal.late_code, appeal.late_reason) == (False, "", "")


def test_an_appeal_is_withdrawn_once_and_may_be_filed_again_in_time(session, cast, case):
    appeal = file(session, cast, case)
    assign(session, cast, case, appeal)

    appeals.withdraw(session, case, appeal, cast.officer, reason="本人书面撤回", on=date(2026, 9, 25))

    assert appeal.outcome == "withdrawn"
    assert appeals.holders(case, appeal, Part.APPEAL_DECIDER) == []
    assert not [row for row in open_deadlines(session, case) if row.ref == f"appeal:{appeal.id}"]
    with pytest.raises(NotReady):
        appeals.withdraw(session, case, appeal, cast.officer, reason="再撤", on=date(2026, 9, 25))
    assert file(session, cast, case).seq == 2
    assert audit.verify(session).ok


@pytest.mark.parametrize("who", ["reviewer", "chief", "superior", "auditor", "administrator", "stranger"])
def test_only_an_officer_of_the_organ_enters_an_appeal(session, cast, case, who):
    with pytest.raises(NotAllowed):
        appeals.file_appeal(
            session,
            case,
            getattr(cast, who),
            channel="supervision_review",
            filed_on=SERVED_ON,
            grounds="不服",
        )


def test_before_the_decision_is_notified_there_is_no_appeal(session, cast):
    case = decided(session, cast, stage=Stage.DECIDED)

    with pytest.raises(WrongStage, match="Enter an appeal"):
        file(session, cast, case)


# ---- who handles and decides


EARLIER = ["officer", "attacher", "reviewer", "reviewer2", "chief", "member", "fact_writer"]


@pytest.mark.parametrize("who", EARLIER)
@pytest.mark.parametrize("part", appeals.PARTS)
def test_nobody_who_handled_the_first_decision_gets_a_part_in_the_appeal(
    session, home, cast, case, who, part
):
    user = handled(session, home, cast, case, who)
    appeal = file(session, cast, case)

    with pytest.raises(BadFields) as refused:
        appeals.assign(session, case, appeal, part, user, cast.superior)

    assert "user_id" in refused.value.errors
    assert user not in appeals.candidates(session, case, appeal, part)


@pytest.mark.parametrize("who", EARLIER)
def test_nor_decides_it_when_slipped_into_the_part_by_other_means(session, home, cast, case, who):
    user = handled(session, home, cast, case, who)
    appeal = file(session, cast, case)
    session.add(
        Assignment(
            case_id=case.id, part=Part.APPEAL_DECIDER, user_id=user.id, by_id=cast.superior.id, at=utc_now(),
            appeal_id=appeal.id,
        )
    )  # fmt: skip
    session.flush()
    session.expire_all()
    with suppress(NotAllowed):  # an officer has no question to answer
        people.declare(session, case, user, Step.APPEAL, [], appeal=appeal)

    with pytest.raises(NotAllowed):
        decide(session, case, appeal, user)

    assert appeal.is_open


def handled(session, home, cast, case, who):
    """Somebody who took part in the first handling, as the record tells."""
    if who == "attacher":
        attach(session, home, case, by=cast.officer2)
        return cast.officer2
    if who == "fact_writer":
        first = session.scalar(select(FactChange).where(FactChange.case_id == case.id))
        columns = {name: getattr(first, name) for name in first.__table__.columns.keys() if name != "id"}  # noqa: SIM118
        session.add(FactChange(**{**columns, "by_id": cast.member2.id}))
        return cast.member2
    return getattr(cast, who)


def test_the_decider_of_one_appeal_does_not_decide_the_next(session, cast, case):
    first = file(session, cast, case)
    decider = assign(session, cast, case, first)
    decide(session, case, first, decider)
    appeals.serve(session, case, first, cast.officer, served_on=date(2026, 10, 12), how="直接送达")
    second = file(session, cast, case, "supervision_reexamination", filed_on=date(2026, 10, 20))

    with pytest.raises(BadFields):
        appeals.assign(session, case, second, Part.APPEAL_DECIDER, decider, cast.superior)
    with pytest.raises(NotAllowed):
        decide(session, case, second, decider)


def test_the_organ_above_decides_the_second_step_and_its_chief_chooses_who(session, cast, case):
    first = file(session, cast, case)
    decide(session, case, first, assign(session, cast, case, first))
    appeals.serve(session, case, first, cast.officer, served_on=date(2026, 10, 12), how="直接送达")
    second = file(session, cast, case, "supervision_reexamination", filed_on=date(2026, 10, 20))

    with pytest.raises(NotAllowed):
        appeals.assign(session, case, second, Part.APPEAL_DECIDER, cast.superior, cast.chief)
    with pytest.raises(BadFields) as refused:
        appeals.assign(session, case, second, Part.APPEAL_DECIDER, cast.member2, cast.superior)

    assert "上级机关" in problem(refused, "user_id")
    assert appeals.candidates(session, case, second, Part.APPEAL_DECIDER) == [cast.superior]


def test_a_handler_may_not_decide_and_a_part_in_judging_is_not_given_here(session, cast, case):
    appeal = file(session, cast, case)
    appeals.assign(session, case, appeal, Part.APPEAL_HANDLER, cast.superior_reviewer, cast.chief)
    people.declare(session, case, cast.superior_reviewer, Step.APPEAL, [], appeal=appeal)

    with pytest.raises(NotAllowed):
        decide(session, case, appeal, cast.superior_reviewer)
    with pytest.raises(NotAllowed):
        appeals.assign(session, case, appeal, Part.PANEL, cast.superior_member, cast.chief)


def test_an_appeal_of_another_case_is_not_reached_through_this_one(session, cast, case):
    other = decided(session, cast)
    appeal = file(session, cast, other)

    with pytest.raises(NotAllowed):
        appeals.withdraw(session, case, appeal, cast.officer, reason="撤回", on=TODAY)
    with pytest.raises(NotAllowed):
        appeals.assign(session, case, appeal, Part.APPEAL_DECIDER, cast.superior_member, cast.superior)


def test_the_result_is_served_once_and_not_before_it_is_decided(session, cast, case):
    appeal = file(session, cast, case)
    with pytest.raises(NotReady):
        appeals.serve(session, case, appeal, cast.officer, served_on=date(2026, 10, 12), how="直接送达")
    decide(session, case, appeal, assign(session, cast, case, appeal))
    with pytest.raises(BadFields) as refused:
        appeals.serve(session, case, appeal, cast.officer, served_on=date(2026, 10, 8), how="")
    assert refused.value.errors.keys() == {"served_on", "how"}

    appeals.serve(session, case, appeal, cast.officer, served_on=date(2026, 10, 12), how="直接送达")

    with pytest.raises(NotReady):
        appeals.serve(session, case, appeal, cast.officer, served_on=date(2026, 10, 12), how="直接送达")
    asks = [row for row in session.scalars(select(Deadline)) if row.limit_code == "appeal.ask_recheck_state"]
    assert [row.ref for row in asks] == [f"appeal:{appeal.id}"]
