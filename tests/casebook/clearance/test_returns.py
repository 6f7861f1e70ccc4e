"""Return to office: the report, the answer of the rules, and the steps that people take, each by another."""

from datetime import date

import pytest
from sqlalchemy import select, update

from casebook import access
from casebook.audit import verify
from casebook.clearance import return_steps, returns
from casebook.clearance.return_steps import (
    APPROVAL,
    DISCIPLINE,
    INQUIRY,
    give,
    in_the_way,
    may_give,
    restore,
    waits_for,
)
from casebook.clearance.returns import ask, enter_facts, notes, visible
from casebook.complaints import log
from casebook.errors import BadFields, ComplaintNotFound, NotAllowed, NotReady, WrongStage
from casebook.models import Event, Reinstatement, ReinstatementOpinion, Stage, User
from tests.appealed import decided
from tests.panels import CADRE, VILLAGE
from tests.stages import Cast, recommended_case

AFTER = date(2027, 9, 1)  # a demerit of 2026-09-01 has ended the day before
MET = {
    "performance_after": "good", "incident_settled": True, "reflection_ok": True, "suitable_post_exists": True,
    "no_other_impediment": True,
}  # fmt: skip
ROLES = ("officer2", "reviewer", "reviewer2", "chief", "superior", "superior_reviewer", "superior_member", "member",
         "auditor", "administrator", "stranger", "receiver")  # fmt: skip


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    noise = decided(session, cast, ("G3",), **CADRE)
    ask(session, noise, cast.officer, reported_on=AFTER, on=AFTER)
    return decided(session, cast, ("G2",), stage=Stage.CLOSED, **CADRE)


def report(session, case, by, on=AFTER, **fields):
    given = {"reported_on": on, "post": "镇人民政府副镇长", "post_level": "equal", "by_hand": MET, **fields}
    return ask(session, case, by, **given, on=on)


def opinion(session, row, by, kind, favourable=True, on=AFTER, **fields):
    given = {"words": "同意，理由见附件。", "given_on": on, **fields}
    return give(session, row, by, kind, favourable=favourable, **given, on=on)


def examined(session, cast, case, on=AFTER, **fields):
    row = report(session, case, cast.officer, on, **fields)
    opinion(session, row, cast.reviewer, "discipline", on=on)
    opinion(session, row, cast.officer2, "inquiry", on=on)
    return row


# -- the report and the answer


def test_what_the_record_knows_is_filled_in_and_the_rules_answer_with_reasons(session, cast, case):
    row = report(session, case, cast.officer)

    assert row.number.split("-")[1].startswith("F2027")
    assert row.facts["outcome_kind"] == ["G2"]
    assert row.facts["sanction_kind"] == ["G2"]
    assert row.facts["outcome_effective_date"] == "2026-09-01"
    assert row.facts["influence_period_end"] == "2027-08-31"
    assert row.facts["influence_period_expired"] is True
    assert row.facts["assessment_date"] == "2027-09-01"
    assert row.facts["subject_category"] == "civil_servant"
    assert row.advice["eligible"] == "yes"
    assert row.advice["reasons"]
    assert all(
        {"zh", "en", "instrument", "article", "confidence"} <= set(one) for one in row.advice["reasons"]
    )
    session.commit()
    assert verify(session).ok


def test_on_the_last_day_of_the_period_nobody_is_eligible_and_on_the_next_they_are(session, cast, case):
    row = report(session, case, cast.officer, date(2027, 8, 31))

    assert row.advice["eligible"] == "no"
    assert "influence_period" in [one["id"] for one in row.advice["unmet"]]
    enter_facts(session, row, cast.officer, MET, AFTER)
    assert row.advice["eligible"] == "yes"


def test_what_nobody_has_established_is_left_open_and_named(session, cast, case):
    row = report(session, case, cast.officer, by_hand={**MET, "incident_settled": None, "reflection_ok": ""})

    assert row.advice["eligible"] == "open"
    assert {"incident_settled", "reflection_ok"} <= set(row.advice["decisive_unknowns"])
    assert "incident_settled" not in row.facts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("incident_settled", False),
        ("no_other_impediment", False),
        ("suitable_post_exists", False),
        ("reflection_ok", False),
    ],
)
def test_a_condition_that_is_not_met_is_named(session, cast, case, name, value):
    row = report(session, case, cast.officer, by_hand={**MET, name: value})

    assert row.advice["eligible"] == "no"
    assert len(row.advice["unmet"]) == 1


def test_a_measure_whose_period_no_text_states_leaves_the_answer_open(session, cast):
    case = decided(session, cast, ("3",), disposition="correct", **CADRE)

    row = report(session, case, cast.officer)

    assert "influence_period_end" not in row.facts
    assert "influence_period_expired" not in row.facts
    assert row.advice["eligible"] == "open"


def test_whoever_was_dismissed_has_texts_of_their_own(session, cast):
    case = decided(session, cast, ("G6",), **CADRE)

    with pytest.raises(NotReady) as refused:
        report(session, case, cast.officer)

    assert "开除" in refused.value.missing[0].zh
    assert session.scalars(select(Reinstatement)).all() == []


def test_the_notes_say_what_the_rules_do_not_apply(session):
    said = [note.words.zh for note in notes({"G5"}, "soe_manager")]

    assert any("不视为恢复原级别、原职务" in words for words in said)
    assert any("各自的任职规定" in words for words in said)
    assert [note.rule for note in notes(set(), "civil_servant")] == [True]


def test_a_second_report_waits_until_the_first_is_answered(session, cast, case):
    row = examined(session, cast, case)
    with pytest.raises(NotReady):
        report(session, case, cast.officer)
    opinion(session, row, cast.chief, "approval", favourable=False, departs_why="群众意见较大，暂缓。")

    assert report(session, case, cast.officer).number != row.number


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"reported_on": date(2027, 9, 2)}, "reported_on"),
        ({"reported_on": date(2026, 8, 31)}, "reported_on"),
        ({"reported_on": None}, "reported_on"),
        ({"post": "长" * 201}, "post"),
        ({"post": "副\n镇长"}, "post"),
        ({"post_level": "top"}, "post_level"),
        ({"by_hand": {"performance_after": "splendid"}}, "performance_after"),
        ({"by_hand": {"incident_settled": "maybe"}}, "incident_settled"),
    ],
)
def test_a_report_that_cannot_be_so_is_refused_and_names_its_field(session, cast, case, fields, name):
    before = len(session.scalars(select(Reinstatement)).all())
    with pytest.raises(BadFields) as bad:
        report(session, case, cast.officer, **fields)
    assert list(bad.value.errors) == [name]
    assert len(session.scalars(select(Reinstatement)).all()) == before


def test_a_fact_of_the_record_cannot_be_entered_by_hand(session, cast, case):
    with pytest.raises(ValueError, match="influence_period_expired"):
        report(session, case, cast.officer, by_hand={"influence_period_expired": True})


@pytest.mark.parametrize("who", [who for who in ROLES if who != "officer2"])
def test_only_an_officer_of_the_organ_enters_a_report(session, cast, case, who):
    with pytest.raises(NotAllowed):
        report(session, case, getattr(cast, who))


def test_no_report_before_a_decision(session, cast):
    with pytest.raises(WrongStage):
        report(session, recommended_case(session, cast), cast.officer)


# -- the steps


def test_opinion_inquiry_and_approval_are_given_by_four_different_people(session, cast, case):
    row = examined(session, cast, case)
    assert str(row.state) == "examined"
    opinion(session, row, cast.chief, "approval")
    assert str(row.state) == "approved"
    restore(
        session,
        row,
        cast.officer,
        restored="任命为副镇长",
        not_restored="原镇长职务不予恢复",
        given_on=AFTER,
        on=AFTER,
    )

    assert str(row.state) == "restored"
    assert [one.kind for one in row.opinions] == ["discipline", "inquiry", "approval", "appointment"]
    assert len({row.by_id, *(one.by_id for one in row.opinions[:3])}) == 4
    assert row.not_restored == "原镇长职务不予恢复"
    assert waits_for(row) == []
    assert [event.kind for event in log.history(session, row)] == [
        "return.asked", "return.opinion", "return.opinion", "return.opinion", "return.restored",
    ]  # fmt: skip
    session.commit()
    assert verify(session).ok


def test_the_opinions_come_in_either_order_and_approval_waits_for_both(session, cast, case):
    row = report(session, case, cast.officer)
    opinion(session, row, cast.officer2, "inquiry")
    assert [kind.code for kind in waits_for(row)] == ["discipline"]
    with pytest.raises(NotAllowed):
        opinion(session, row, cast.chief, "approval")
    opinion(session, row, cast.reviewer, "discipline", favourable=False)

    assert [kind.code for kind in waits_for(row)] == ["approval"]


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        ("discipline", "officer"), ("discipline", "officer2"), ("discipline", "chief"), ("discipline", "stranger"),
        ("discipline", "auditor"), ("inquiry", "officer"), ("inquiry", "superior_reviewer"), ("inquiry", "chief"),
        ("approval", "chief"), ("superior", "superior"), ("appointment", "officer"), ("nonsense", "chief"),
    ],
)  # fmt: skip
def test_nobody_gives_an_opinion_that_is_not_theirs_or_out_of_turn(session, cast, case, kind, who):
    row = report(session, case, cast.officer)
    with pytest.raises(NotAllowed):
        opinion(session, row, getattr(cast, who), kind)
    assert session.scalars(select(ReinstatementOpinion)).all() == []


def test_nobody_speaks_twice(session, cast, case):
    row = report(session, case, cast.officer)
    opinion(session, row, cast.reviewer, "discipline")
    with pytest.raises(NotAllowed):
        opinion(session, row, cast.reviewer, "inquiry")
    with pytest.raises(NotAllowed):
        opinion(session, row, cast.reviewer2, "discipline")


def test_the_person_themselves_neither_sees_nor_judges_their_return(session, cast, case):
    row = report(session, case, cast.officer)
    cast.reviewer.name = case.respondent.name
    session.flush()

    assert not may_give(cast.reviewer, row, "discipline")
    with pytest.raises(ComplaintNotFound):
        returns.get(session, cast.reviewer, row.number)
    assert row not in returns.listed(session, cast.reviewer)


def test_an_approval_against_the_rules_needs_a_reason_which_stays(session, cast, case):
    row = examined(session, cast, case, by_hand={**MET, "incident_settled": False})
    with pytest.raises(BadFields) as bad:
        opinion(session, row, cast.chief, "approval")
    assert list(bad.value.errors) == ["departs_why"]
    assert str(row.state) == "examined"

    given = opinion(session, row, cast.chief, "approval", departs_why="个别信访事项已依法终结。")

    assert given.departs_why == "个别信访事项已依法终结。"
    assert str(row.state) == "approved"


def test_a_refusal_against_the_rules_needs_a_reason_too_and_one_that_agrees_does_not(session, cast, case):
    row = examined(session, cast, case)
    with pytest.raises(BadFields):
        opinion(session, row, cast.chief, "approval", favourable=False)
    opinion(session, row, cast.chief, "approval", favourable=False, departs_why="职数不足。")
    again = examined(session, cast, case, by_hand={**MET, "incident_settled": False})
    given = opinion(session, again, cast.chief, "approval", favourable=False, departs_why="写了也无妨")

    assert (str(row.state), str(again.state), given.departs_why) == ("refused", "refused", "")


def test_nobody_approves_a_post_that_a_running_period_bars_whatever_the_reason(session, cast):
    case = decided(session, cast, ("7c",), **CADRE)
    row = examined(session, cast, case, on=date(2027, 8, 31))

    with pytest.raises(NotReady) as refused:
        opinion(session, row, cast.chief, "approval", on=date(2027, 8, 31), departs_why="工作需要")

    assert "领导职务" in refused.value.missing[0].zh
    assert {bar.kind.code for bar in in_the_way(session, row, date(2027, 8, 31))} == {"leadership"}
    assert in_the_way(session, row, date(2027, 9, 1)) == []
    opinion(session, row, cast.chief, "approval", on=date(2027, 9, 1), departs_why="一年已满，平级安排")
    assert row.advice["unmet"] == []
    assert str(row.state) == "approved"


def test_the_rules_are_asked_again_on_the_day_of_the_approval(session, cast, case):
    row = examined(session, cast, case, on=date(2027, 8, 30))
    assert row.advice["eligible"] == "no"

    opinion(session, row, cast.chief, "approval", on=AFTER)

    assert (row.advice["eligible"], row.facts["assessment_date"]) == ("yes", "2027-09-01")


def test_where_the_organ_above_has_to_approve_its_chief_does_so_last(session, cast, case):
    row = examined(session, cast, case, superior_needed=True)
    with pytest.raises(NotAllowed):
        opinion(session, row, cast.superior, "superior")
    opinion(session, row, cast.chief, "approval")
    assert [kind.code for kind in waits_for(row)] == ["superior"]
    with pytest.raises(NotAllowed):
        restore(session, row, cast.officer, restored="副镇长", not_restored="镇长", given_on=AFTER, on=AFTER)

    opinion(session, row, cast.superior, "superior")

    assert str(row.state) == "approved"
    assert row.facts["superior_approval_obtained"] is True


def test_the_organ_above_may_refuse(session, cast, case):
    row = examined(session, cast, case, superior_needed=True)
    opinion(session, row, cast.chief, "approval")
    opinion(session, row, cast.superior, "superior", favourable=False, departs_why="上级不同意")

    assert str(row.state) == "refused"


def test_nothing_is_restored_without_saying_what_was_not(session, cast, case):
    row = examined(session, cast, case)
    opinion(session, row, cast.chief, "approval")
    with pytest.raises(BadFields) as bad:
        restore(session, row, cast.officer, restored="副镇长", not_restored=" ", given_on=AFTER, on=AFTER)
    assert list(bad.value.errors) == ["not_restored"]


def test_after_the_approval_nobody_enters_other_conditions(session, cast, case):
    row = examined(session, cast, case)
    opinion(session, row, cast.chief, "approval")
    with pytest.raises(NotAllowed):
        enter_facts(session, row, cast.officer, {"incident_settled": False}, AFTER)


def test_an_advice_changed_behind_the_log_is_found(session, cast, case):
    row = examined(session, cast, case, by_hand={**MET, "incident_settled": False})
    session.commit()
    assert verify(session).ok

    session.execute(
        update(Reinstatement).where(Reinstatement.id == row.id).values(advice={"eligible": "yes"})
    )
    session.commit()

    assert not verify(session).ok


def test_nothing_written_reaches_an_event(session, cast, case):
    row = examined(session, cast, case, by_hand={**MET, "incident_settled": False})
    opinion(session, row, cast.chief, "approval", words="MARKER-W", departs_why="MARKER-D")

    details = " ".join(str(event.detail) for event in session.scalars(select(Event)))

    assert "MARKER" not in details
    assert "副镇长" not in details


def test_returns_are_listed_by_whoever_may_read_the_case(session, cast, case):
    row = report(session, case, cast.officer)

    for who in ("officer", "officer2", "reviewer", "chief", "superior", "auditor"):
        assert row in session.scalars(visible(getattr(cast, who))).all(), who
    for who in ("stranger", "administrator", "receiver", "member", "superior_member"):
        assert session.scalars(visible(getattr(cast, who))).all() == [], who


def test_a_village_manager_is_told_of_other_texts(session, cast):
    case = decided(session, cast, ("G1",), **VILLAGE)
    row = report(session, case, cast.officer)

    assert row.advice["eligible"] == "open"


def test_the_list_of_cases_waits_for_whoever_may_take_the_next_step_of_a_return(session, cast, case):
    row = report(session, case, cast.officer)
    people = session.scalars(select(User)).all()

    def listed():
        return {
            user.login
            for user in people
            if case in session.scalars(access.visible_cases(user).where(return_steps.awaits(user))).all()
        }

    def may():
        return {user.login for user in people if return_steps.open_kinds(user, row)}

    assert listed() == may() - {cast.superior_reviewer.login} != set()
    for kind, by in ((DISCIPLINE, cast.reviewer), (INQUIRY, cast.officer2), (APPROVAL, cast.chief)):
        opinion(session, row, by, kind, departs_why="工作需要")
        assert listed() == may(), kind
    assert listed() == {cast.officer.login, cast.officer2.login}


def test_the_opinion_is_asked_of_a_reviewer_above_where_the_organ_has_none_left(session, cast, case):
    report(session, case, cast.officer)
    for user in session.scalars(
        select(User).where(User.organisation_id == cast.county.id, User.role == "reviewer")
    ):
        user.active = False
    session.flush()

    above = access.visible_cases(cast.superior_reviewer)
    assert case in session.scalars(above.where(return_steps.awaits(cast.superior_reviewer))).all()
