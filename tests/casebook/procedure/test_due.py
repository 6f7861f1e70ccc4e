"""What waits for whom: one step at a time is named, to the person whose step it is."""

import pytest

from casebook.models import Stage
from casebook.procedure import answers, decide, hearing, notice, panel, people, workflow
from casebook.procedure.dates import today
from casebook.procedure.due import AT_WILL, due_of_others, due_steps
from casebook.procedure.service import notify
from tests import panels
from tests.reviews import leave_intake
from tests.stages import IN_VIEW, Cast, bring, make_case, recommended_case


@pytest.fixture
def cast(session):
    return Cast(session)


def waits(session, case, **people_of) -> dict[str, set[str]]:
    """For each person named, what waits for them."""
    return {name: {step.code for step in due_steps(session, user, case)} for name, user in people_of.items()}


def of(session, cast, case) -> dict[str, set[str]]:
    """Everyone of the cast for whom something waits."""
    names = (
        "officer",
        "reviewer",
        "reviewer2",
        "chief",
        "member",
        "member2",
        "superior",
        "auditor",
        "stranger",
    )
    found = waits(session, case, **{name: getattr(cast, name) for name in names})
    return {name: codes for name, codes in found.items() if codes}


def test_a_case_with_its_officer_is_to_be_handed_in_and_then_needs_a_reviewer(session, cast):
    make_case(session, cast.officer)
    case = recommended_case(session, cast)
    assert of(session, cast, case) == {"officer": {"submit"}}

    leave_intake(session, cast, case)

    assert of(session, cast, case) == {"chief": {"assign_reviewer"}}


def test_the_hearing_is_told_heard_weighed_and_closed_in_turn(session, cast):
    case = bring(session, cast, Stage.HEARING)
    assert of(session, cast, case) == {"officer": {"tell"}}

    outcome = notice.in_view(session, case)[0]
    content = notice.fresh_recommendation(session, case).content
    notice.draft_notice(
        session, case, cast.officer, disposition=outcome, on=today(), measures=[IN_VIEW[outcome][0]],
        points=[
            notice.PointText(one.kind, one.ref, "经查属实")
            for kind in ("fact", "rule")
            for one in [next(offer for offer in notice.offers(content) if offer.kind == kind)]
        ],
    )  # fmt: skip
    told = notice.tell(session, case, cast.officer, told_on=today(), how="in_person")
    assert of(session, cast, case) == {"officer": {"hear"}}

    disputed = {
        told.points[0].id: answers.AnswerEntry("disputes", "并非本人所为"),
        told.points[1].id: answers.AnswerEntry("agrees"),
    }
    answers.enter_answers(session, case, cast.officer, disputed, how="spoken")
    assert of(session, cast, case) == {"officer": {"hear"}, "reviewer": {"weigh"}}

    hearing.record_hearing(
        session, case, cast.officer, heard_on=today(), how="meeting", organ=["张一", "李二"], others=["周某"],
        record="当面听取。",
    )  # fmt: skip
    answer = told.points[0].answers[0]
    answers.weigh(
        session, case, answer, cast.reviewer, adopted="none", checked="核对签字", reason="签字系本人"
    )
    assert of(session, cast, case) == {"officer": {"close_hearing"}}


def test_in_the_panel_the_members_vote_before_the_chair_and_nobody_waits_twice(session, cast):
    case = bring(session, cast, Stage.PANEL)
    assert of(session, cast, case) == {"chief": {"seat_panel"}}

    panels.meet(session, cast, case)
    assert of(session, cast, case) == {"member": {"vote"}, "member2": {"vote"}}

    outcome = notice.current_notice(session, case).disposition
    for member in (cast.member, cast.member2):
        panel.vote(session, case, member, outcome, "同意")
    assert of(session, cast, case) == {"chief": {"vote"}}

    panel.vote(session, case, cast.chief, outcome, "同意")
    assert of(session, cast, case) == {"chief": {"meet"}}

    panel.close_meeting(session, case, cast.chief, minutes="一致同意")
    assert of(session, cast, case) == {"chief": {"decide"}}

    panels.draft(session, cast, case)
    assert of(session, cast, case) == {"chief": {"sign"}}


def test_a_decision_is_served_concluded_and_put_into_force_in_turn(session, cast):
    case = bring(session, cast, Stage.DECIDED)
    assert of(session, cast, case) == {"officer": {"serve"}}

    panels.serve(session, cast, case, "person", "unit")
    assert "notify" in of(session, cast, case)["officer"]

    notify(session, case, cast.officer)
    assert of(session, cast, case) == {"officer": {"enforce", "order_correction"}}

    panels.leave_notified(session, cast, case)
    assert of(session, cast, case) == {"officer": {"order_correction"}}
    assert decide.standing_decision(session, case).disposition == "correct"


def test_a_recusal_that_somebody_asks_for_waits_for_whoever_decides_it(session, cast):
    case = bring(session, cast, Stage.REVIEW)

    people.ask_recusal(session, case, cast.officer, cast.chief, "organ", ["interest"], "与项目有利害关系")

    assert "decide_recusal" in of(session, cast, case)["superior"]


def test_what_is_done_at_will_is_never_said_to_wait(session, cast):
    assert set(workflow.STEPS) >= AT_WILL
    for stage in (Stage.REVIEW, Stage.HEARING, Stage.PANEL, Stage.DECIDED):
        case = bring(session, Cast(session), stage)
        for codes in of(session, cast, case).values():
            assert not codes & AT_WILL


def test_everyone_else_is_told_whom_a_case_waits_for_and_nobody_that_a_second_opinion_is_asked(session, cast):
    make_case(session, cast.officer)
    case = recommended_case(session, cast)
    leave_intake(session, cast, case)

    def others(user):
        return [
            (one.login, [step.code for step in steps]) for one, steps in due_of_others(session, user, case)
        ]

    assert others(cast.officer) == [(cast.chief.login, ["assign_reviewer"])]
    assert others(cast.chief) == []

    people.assign(session, case, "reviewer", cast.reviewer, cast.chief)
    people.assign(session, case, "second_reviewer", cast.reviewer2, cast.chief)
    assert {login for login, _codes in others(cast.officer)} == {cast.reviewer.login}
