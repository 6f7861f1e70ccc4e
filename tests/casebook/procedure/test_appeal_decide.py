"""An appeal is decided afresh, never heavier; what is varied or revoked takes everything that rested on it along."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casebook import audit
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Appeal, Correction, Deadline, Decision, Part, Stage, Step
from casebook.procedure import appeal as appeals
from casebook.procedure import correct, people, reversal
from casebook.procedure.appeal_decide import available
from casebook.procedure.appeal_ways import openings
from casebook.procedure.dates import today
from casebook.procedure.decide import standing_decision
from casebook.procedure.signature import is_intact
from tests.appealed import DECIDED_ON, MEMBER, SUPERVISED, anew, assign, decide, decided, file, seeded
from tests.stages import Cast, bring

VARY = {"outcome": "vary", "ground_code": "improper"}
REVOKE = {"outcome": "revoke", "ground_code": "facts_unclear"}
NOTHING = {"error_fell_away": True}


@pytest.fixture
def cast(session):
    seeded(session)
    cast = Cast(session)
    other = decided(session, cast)
    file(session, cast, other)  # another case, appealed too: noise
    return cast


@pytest.fixture
def case(session, cast):
    return decided(session, cast)


@pytest.fixture
def appeal(session, cast, case):
    appeal = file(session, cast, case)
    assign(session, cast, case, appeal)
    return appeal


def kinds(appeal):
    return [item[0] for item in appeal.corrected]


def decisions(session, case):
    return list(session.scalars(select(Decision).where(Decision.case_id == case.id).order_by(Decision.seq)))


def test_upholding_leaves_the_decision_as_it_is(session, cast, case, appeal):
    decide(session, case, appeal, cast.superior_member)

    (decision,) = decisions(session, case)
    assert (appeal.outcome, appeal.ground_code, appeal.corrected) == ("uphold", "", [])
    assert appeal.signed_at is not None
    assert decision.ended_on is None
    assert appeals.holders(case, appeal, Part.APPEAL_DECIDER) == []
    assert audit.verify(session).ok


def test_varying_replaces_the_decision_and_signs_the_new_one(session, cast, case, appeal):
    decide(session, case, appeal, cast.superior_member, **VARY, anew=anew("hold_accountable", "G1"))

    old, new = decisions(session, case)
    assert (old.ended_how, old.ended_on) == ("varied", date(2026, 10, 9))
    assert (new.seq, new.appeal_id, new.signed_by_id) == (2, appeal.id, cast.superior_member.id)
    assert standing_decision(session, case).id == new.id
    assert appeal.new_decision.id == new.id
    assert is_intact(old)
    assert is_intact(new)
    assert case.stage == Stage.NOTIFIED
    assert audit.verify(session).ok


def test_the_time_already_borne_counts_for_the_lighter_measure(session, cast, case, appeal):
    decide(session, case, appeal, cast.superior_member, **VARY, anew=anew("hold_accountable", "G1"))

    old, new = (one.measures[0] for one in decisions(session, case))
    assert (old.code, old.released_on) == ("G2", date(2026, 10, 9))
    assert (new.code, new.starts_on, new.ends_on) == ("G1", DECIDED_ON, date(2027, 2, 28))
    assert new.ends_on < old.ends_on


def test_revoking_lists_everything_it_corrected(session, cast, case, appeal):
    decide(
        session, case, appeal, cast.superior_member, **REVOKE, anew=anew("not_established", "0a", **NOTHING)
    )

    assert {"decision", "period", "figures", "precedent", "paper", "clearance", "personnel_file"} <= set(
        kinds(appeal)
    )
    assert all(len(item) == 4 and all(item) for item in appeal.corrected)
    clearance = [item for item in appeal.corrected if item[0] == "clearance"]
    assert "政务处分法第六十条" in clearance[0][2]
    assert ["青石镇人民政府" in clearance[1][2], "青石镇机关全体干部" in clearance[2][2]] == [True, True]
    own = [row for row in session.scalars(select(Deadline)) if row.limit_code == "own"]
    assert [row.due_on for row in own] == [date(2026, 12, 31)] * 2
    assert own[0].title == "在原公布范围内恢复名誉、消除影响：青石镇人民政府、青石镇机关全体干部"
    assert {row.ref for row in own} == {f"appeal:{appeal.id}"}
    assert {row.state for row in own} == {"running"}
    assert decisions(session, case)[0].ended_how == "revoked"


def test_a_name_is_cleared_only_where_the_decision_is_revoked(session, cast, case, appeal):
    decide(session, case, appeal, cast.superior_member, **VARY, anew=anew("hold_accountable", "G1"))

    assert "clearance" not in kinds(appeal)
    assert "personnel_file" in kinds(appeal)


def test_the_clocks_of_the_old_decision_stop_and_those_of_the_next_step_begin_with_its_service(
    session, cast, case, appeal
):
    old = decisions(session, case)[0]

    decide(session, case, appeal, cast.superior_member, **VARY, anew=anew("hold_accountable", "G1"))

    rows = list(session.scalars(select(Deadline).where(Deadline.case_id == case.id)))
    assert not [row for row in rows if row.ref == f"decision:{old.id}" and row.state == "running"]
    assert [row.state for row in rows if row.limit_code == "appeal.decide_review_state"] == ["met"]
    appeals.serve(session, case, appeal, cast.officer, served_on=date(2026, 10, 12), how="直接送达")
    found = {one.way.code: one for one in openings(session, case, date(2026, 11, 1))}
    assert found["supervision_reexamination"].last_day == date(2026, 11, 12)
    asks = [row for row in session.scalars(select(Deadline)) if row.limit_code == "appeal.ask_review_state"]
    assert {row.state for row in asks if row.case_id == case.id} == {"met"}
    assert audit.verify(session).ok


def order(session, cast, case):
    return correct.order(
        session, case, cast.officer, error_code="approval_missing", error="未批先建", responsible="周某", unit="青石镇",
        measure_code="formalities", measure="补办手续", due_on=date(2027, 3, 1), today=date(2026, 11, 21),
    )  # fmt: skip


def test_corrections_are_lifted_where_the_error_itself_fell_away(session, cast, case, appeal):
    ordered = order(session, cast, case)

    decide(
        session, case, appeal, cast.superior_member, **REVOKE, anew=anew("not_established", "0a", **NOTHING)
    )

    assert ordered.state == "lifted"
    assert ["correction", f"correction:{ordered.id}"] in [item[:2] for item in appeal.corrected]
    assert audit.verify(session).ok


def test_corrections_stay_where_the_error_is_only_judged_otherwise(session, cast, case, appeal):
    ordered = order(session, cast, case)

    decide(session, case, appeal, cast.superior_member, **REVOKE, anew=anew("correct", "1a"))

    assert ordered.state == "open"
    assert "correction" not in kinds(appeal)


def test_a_failure_in_the_middle_leaves_nothing_half_done(session, cast, case, appeal, monkeypatch):
    ordered = order(session, cast, case)
    session.commit()

    def fail(*_):
        raise RuntimeError("the store is full")

    monkeypatch.setattr(reversal, "_leave_figures", fail)
    with pytest.raises(RuntimeError):
        decide(
            session,
            case,
            appeal,
            cast.superior_member,
            **REVOKE,
            anew=anew("not_established", "0a", **NOTHING),
        )
    session.rollback()

    assert appeal.is_open
    assert [one.ended_on for one in decisions(session, case)] == [None]
    assert decisions(session, case)[0].measures[0].released_on is None
    assert ordered.state == "open"
    assert len(appeals.holders(case, appeal, Part.APPEAL_DECIDER)) == 1
    assert audit.verify(session).ok
    monkeypatch.undo()
    decide(
        session, case, appeal, cast.superior_member, **REVOKE, anew=anew("not_established", "0a", **NOTHING)
    )
    assert audit.verify(session).ok


# ---- never heavier


@pytest.mark.parametrize(
    ("codes", "facts", "channel", "heavier"),
    [
        (("G1",), {}, "supervision_review", ("hold_accountable", "G2")),
        (("G2",), {}, "supervision_review", ("hold_accountable", "G2", "1a")),
        (("P1",), MEMBER, "party_member_appeal", ("hold_accountable", "P2")),
        (("I1",), {"deciding_body": "appointing_body", "subject_category": "institution_other"}, "institution_appeal",
         ("hold_accountable", "I2")),
        (("1a",), {}, "supervision_review", ("correct", "1a", "3")),
        (("1a",), {}, "supervision_review", ("hold_accountable", "G1")),
        (("6",), {"subject_is_leading_cadre": True}, "handling_appeal", ("hold_accountable", "7a")),
        (("G2",), {"deciding_body": "appointing_body"}, "civil_servant_review", ("hold_accountable", "G3")),
        (("G2",), {"deciding_body": "appointing_body", "subject_category": "soe_manager"}, "soe_review",
         ("hold_accountable", "G4")),
    ],
)  # fmt: skip
def test_no_regime_lets_an_appeal_end_heavier(session, cast, codes, facts, channel, heavier):
    first = "hold_accountable" if codes != ("1a",) else "correct"
    case = decided(session, cast, codes, disposition=first, **facts)
    appeal = file(session, cast, case, channel, advice="法规室已答复")
    decider = assign(session, cast, case, appeal)

    with pytest.raises(NotReady, match="heavier") as refused:
        decide(session, case, appeal, decider, **VARY, anew=anew(*heavier))

    assert "第五十六条" in refused.value.message("zh")
    assert appeal.is_open
    assert len(decisions(session, case)) == 1


@pytest.mark.parametrize("field", ["reason", "facts_found"])
def test_what_the_respondent_reads_of_the_result_shows_no_complaint(session, cast, case, field):
    appeal = file(session, cast, case)
    decider = assign(session, cast, case, appeal)
    said = {field: "与举报人所述不符。"}
    fields = {"reason": said["reason"]} if field == "reason" else {}
    new = anew("correct", "3", **({} if field == "reason" else said))

    with pytest.raises(BadFields) as bad:
        decide(session, case, appeal, decider, "vary", ground_code="improper", anew=new, **fields)
    assert "第四十七条" in bad.value.errors[field].zh
    assert appeal.is_open


def test_what_may_be_chosen_anew_is_no_heavier_and_within_the_channel(session, cast):
    case = decided(session, cast, ("G2", "P1"), **MEMBER)
    appeal = file(session, cast, case)

    codes = [measure.code for measure in available(session, case, appeal, date(2026, 10, 9))]

    assert {"G1", "G2", "1a"} <= set(codes)
    assert not {"G3", "P1", "P2"} & set(codes)


def test_the_measures_of_another_regime_are_carried_over_untouched(session, cast):
    case = decided(session, cast, ("G2", "P1"), **MEMBER)
    appeal = file(session, cast, case)
    decider = assign(session, cast, case, appeal)

    decide(session, case, appeal, decider, **REVOKE, anew=anew("hold_accountable"))

    old, new = decisions(session, case)
    assert [one.code for one in new.measures] == ["P1"]
    before = next(one for one in old.measures if one.code == "P1")
    assert (new.measures[0].starts_on, new.measures[0].ends_on) == (before.starts_on, before.ends_on)
    party = next(
        one for one in openings(session, case, date(2026, 11, 1)) if one.way.code == "party_member_appeal"
    )
    assert party.is_open
    assert any("维持不变" in item[2] for item in appeal.corrected)


def test_a_measure_of_another_regime_is_not_touched_by_this_channel(session, cast):
    case = decided(session, cast, ("G2", "P2"), **MEMBER)
    appeal = file(session, cast, case)
    decider = assign(session, cast, case, appeal)

    with pytest.raises(BadFields) as refused:
        decide(session, case, appeal, decider, **VARY, anew=anew("hold_accountable", "G1", "P1"))

    assert "自身渠道" in refused.value.errors["measures"].zh


def test_a_disposition_that_a_measure_of_another_regime_stands_against_is_refused_with_what_to_do(
    session, cast
):
    case = decided(session, cast, ("G2", "P1"), **MEMBER)
    appeal = file(session, cast, case)
    decider = assign(session, cast, case, appeal)

    with pytest.raises(BadFields) as refused:
        decide(session, case, appeal, decider, **REVOKE, anew=anew("not_established", "0a"))

    assert "“党内警告”不属于本渠道" in refused.value.errors["measures"].zh
    assert "请保留原处理结论" in refused.value.errors["measures"].zh


def test_an_appeal_that_ran_beside_another_is_decided_against_what_stands_now(session, cast):
    case = decided(session, cast, ("G2", "P1"), **MEMBER)
    state = file(session, cast, case)
    party = file(session, cast, case, "party_member_appeal")
    decide(
        session, case, state, assign(session, cast, case, state), **VARY, anew=anew("hold_accountable", "G1")
    )

    decide(
        session,
        case,
        party,
        assign(session, cast, case, party, cast.superior),
        **REVOKE,
        anew=anew("hold_accountable"),
    )

    assert [[m.code for m in one.measures] for one in decisions(session, case)] == [
        ["P1", "G2"],
        ["P1", "G1"],
        ["G1"],
    ]
    assert [one.ended_on is None for one in decisions(session, case)] == [False, False, True]
    assert audit.verify(session).ok


def test_a_replaced_decision_is_appealed_against_no_more(session, cast, case, appeal):
    decide(session, case, appeal, cast.superior_member, **VARY, anew=anew("hold_accountable", "G1"))

    with pytest.raises(NotReady):
        file(session, cast, case, filed_on=date(2026, 10, 10))
    assert {one.decision.seq for one in openings(session, case, date(2026, 10, 10))} == {2}


def test_a_second_reversal_may_not_go_back_to_what_fell(session, cast, case, appeal):
    decide(session, case, appeal, cast.superior_member, **VARY, anew=anew("hold_accountable", "G1"))
    appeals.serve(session, case, appeal, cast.officer, served_on=date(2026, 10, 12), how="直接送达")
    second = file(session, cast, case, "supervision_reexamination", filed_on=date(2026, 10, 20))
    decider = assign(session, cast, case, second, cast.superior)

    with pytest.raises(NotReady, match="heavier"):
        decide(
            session, case, second, decider, **VARY, anew=anew("hold_accountable", "G2"),
            discussed_on=date(2026, 11, 2), on=date(2026, 11, 3),
        )  # fmt: skip


# ---- who decides, and what must be there


def test_without_an_answer_to_the_question_of_recusal_nothing_is_decided(session, cast, case):
    appeal = file(session, cast, case)
    appeals.assign(session, case, appeal, Part.APPEAL_DECIDER, cast.superior_member, cast.superior)

    with pytest.raises(NotReady, match="recusal"):
        decide(session, case, appeal, cast.superior_member)


def test_the_handler_is_asked_too(session, cast, case, appeal):
    appeals.assign(session, case, appeal, Part.APPEAL_HANDLER, cast.superior_reviewer, cast.superior)

    with pytest.raises(NotReady, match="recusal"):
        decide(session, case, appeal, cast.superior_member)


def test_a_decider_who_declares_a_ground_decides_nothing(session, cast, case):
    appeal = file(session, cast, case)
    appeals.assign(session, case, appeal, Part.APPEAL_DECIDER, cast.superior_member, cast.superior)
    people.declare(
        session, case, cast.superior_member, Step.APPEAL, [people.grounds()[0]], "亲属", appeal=appeal
    )

    with pytest.raises((NotAllowed, NotReady)):
        decide(session, case, appeal, cast.superior_member)
    assert appeal.is_open


def test_a_wrong_password_signs_nothing(session, cast, case, appeal):
    with pytest.raises(BadFields) as refused:
        decide(session, case, appeal, cast.superior_member, password="not this one")

    assert refused.value.errors.keys() == {"password"}
    assert appeal.is_open


def test_an_appeal_is_decided_once(session, cast, case, appeal):
    decide(session, case, appeal, cast.superior_member)
    with pytest.raises(NotAllowed):
        decide(session, case, appeal, cast.superior_member)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": "worsen"}, "outcome"),
        ({"reason": " "}, "reason"),
        ({"discussed_on": date(2026, 9, 19)}, "discussed_on"),
        ({"discussed_on": None}, "discussed_on"),
        ({"on": date(2026, 10, 7)}, "on"),
        ({**VARY, "ground_code": "facts_unclear"}, "ground_code"),
        ({**REVOKE, "ground_code": ""}, "ground_code"),
        ({**VARY, "anew": None}, "disposition"),
        ({**VARY, "anew": anew("refer", "G1")}, "disposition"),
        ({**VARY, "anew": anew("hold_accountable", "G1", facts_found="")}, "facts_found"),
        ({**VARY, "anew": anew("hold_accountable", "G1", follow_up_by=None)}, "follow_up_by"),
        ({**VARY, "anew": anew("hold_accountable", "G1", follow_up_by=date(2026, 10, 9))}, "follow_up_by"),
        ({**VARY, "anew": anew("hold_accountable", "G1", **NOTHING)}, "error_fell_away"),
        ({**REVOKE, "anew": anew("not_established", "0a")}, "error_fell_away"),
        ({**VARY, "anew": anew("hold_accountable")}, "measures"),
        ({**VARY, "anew": anew("hold_accountable", "X9")}, "measures"),
        ({**VARY, "anew": anew("hold_accountable", "G2")}, "measures"),
    ],
)
def test_whatever_is_missing_or_wrong_is_named_and_nothing_is_written(
    session, cast, case, appeal, changes, field
):
    given = {"anew": anew("hold_accountable", "G1"), **changes}

    with pytest.raises(BadFields) as refused:
        decide(session, case, appeal, cast.superior_member, **given)

    assert field in refused.value.errors
    assert appeal.is_open
    assert len(decisions(session, case)) == 1


def test_a_revoked_decision_counts_as_such_once(session, cast, case, appeal):
    decide(session, case, appeal, cast.superior_member, **REVOKE, anew=anew("tolerate", "0c-state"))

    assert session.scalars(select(Appeal.outcome).where(Appeal.case_id == case.id)).all() == ["revoke"]
    assert session.scalars(select(Correction)).all() == []


def test_a_case_that_went_the_whole_way_is_appealed_and_reversed(session, cast):
    case = bring(session, cast, Stage.NOTIFIED, **SUPERVISED)
    appeal = file(session, cast, case, filed_on=today())
    decider = assign(session, cast, case, appeal)
    fields = {"discussed_on": today(), "on": today()}

    decide(
        session, case, appeal, decider, **REVOKE, **fields,
        anew=anew("not_established", "0a", **NOTHING, follow_up_by=today() + timedelta(days=60)),
    )  # fmt: skip

    assert standing_decision(session, case).disposition == "not_established"
    assert decisions(session, case)[0].ended_how == "revoked"
    assert case.stage == Stage.NOTIFIED
    appeals.serve(session, case, appeal, cast.officer, served_on=today(), how="直接送达")
    assert audit.verify(session).ok
