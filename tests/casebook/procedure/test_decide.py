"""The decision: as the majority voted, within the law for its person, never heavier than told, signed or without effect."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from casebook.audit import verify
from casebook.clocks.deadlines import open_deadlines
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Decision, Event, Stage, Step
from casebook.procedure import decide, panel, people
from casebook.procedure.dates import today
from casebook.procedure.outcome import Chosen
from casebook.procedure.signature import is_intact
from tests.factories import PASSWORD
from tests.panels import (
    CADRE,
    GRAVE,
    TEXTS,
    VILLAGE,
    conclude,
    draft,
    leave_panel,
    meet,
    sign,
    told,
    vote_all,
)
from tests.stages import Cast, bring, skip_to


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    bring(session, cast, Stage.PANEL)  # another case stands beside it
    return bring(session, cast, Stage.PANEL, **CADRE)


@pytest.fixture
def grave(session, cast):
    return told(session, cast, "hold_accountable", ["P2", "G3", "7c", "3"], **GRAVE)


def test_the_decision_is_drafted_signed_and_its_periods_run(session, cast, grave):
    conclude(session, cast, grave, "hold_accountable")
    drafted = draft(session, cast, grave, "P2", "G1", "G2", "3")
    assert drafted.signed_at is None
    assert all(one.starts_on is None for one in drafted.measures)
    signed = sign(session, grave, cast.chief, drafted)
    assert grave.stage == Stage.DECIDED
    assert signed.decided_on == signed.effective_on == today()
    assert is_intact(signed)
    days = {one.code: (one.starts_on, one.ends_on) for one in signed.measures}
    assert days["G1"] == (None, None)
    assert days["3"] == (None, None)
    assert days["G2"][0] == days["P2"][0] == today()
    assert days["G2"][1] < days["P2"][1]
    assert verify(session).ok
    assert decide.standing_decision(session, grave) == signed


def test_signing_starts_the_clocks_of_its_regimes(session, cast, grave):
    conclude(session, cast, grave, "hold_accountable")
    signed = sign(session, grave, cast.chief, draft(session, cast, grave, "G2"))
    codes = {row.limit_code for row in open_deadlines(session, grave) if row.ref == f"decision:{signed.id}"}
    assert {"decision.serve_sanction_person", "decision.serve_sanction_unit"} <= codes
    assert "decision.announce_party" not in codes


def test_the_event_of_a_signature_names_neither_words_nor_the_password(session, cast, case):
    leave_panel(session, cast, case)
    detail = str([event.detail for event in session.scalars(select(Event).where(Event.case_id == case.id))])
    assert PASSWORD not in detail
    assert TEXTS["reason"] not in detail


# -- before the draft


@pytest.mark.parametrize("field", ["facts_found", "reason"])
def test_what_the_respondent_will_read_of_a_decision_shows_no_complaint(session, cast, case, field):
    conclude(session, cast, case, "correct")
    with pytest.raises(BadFields) as bad:
        draft(session, cast, case, "1a", **{field: "据信访件反映，经查属实。"})
    assert "第四十七条" in bad.value.errors[field].zh


def test_no_draft_without_closed_minutes(session, cast, case):
    meet(session, cast, case)
    vote_all(session, cast, case, "correct")
    with pytest.raises(NotReady, match="close the minutes first"):
        draft(session, cast, case)


def test_no_draft_without_a_majority(session, cast, case):
    conclude(session, cast, case, "correct", "tolerate", "hold_accountable")
    with pytest.raises(NotReady, match="no majority"):
        draft(session, cast, case)


@pytest.mark.parametrize("who", ["member", "officer", "reviewer", "superior", "auditor"])
def test_only_the_chair_drafts_and_signs(session, cast, case, who):
    conclude(session, cast, case, "correct")
    with pytest.raises(NotAllowed):
        decide.draft_decision(session, case, getattr(cast, who), measures=[Chosen("1a")], on=today(), **TEXTS)
    drafted = draft(session, cast, case, "1a")
    with pytest.raises(NotAllowed):
        sign(session, case, getattr(cast, who), drafted)


@pytest.mark.parametrize("field", ["facts_found", "reason", "considered"])
def test_facts_and_reasons_on_both_sides_are_required(session, cast, case, field):
    conclude(session, cast, case, "correct")
    with pytest.raises(BadFields) as bad:
        draft(session, cast, case, "1a", **{field: " "})
    assert list(bad.value.errors) == [field]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([], "至少应有一项"),
        (["2", "G1"], "与处理结论不符"),
        (["0b"], "与处理结论不符"),
        (["1a", "G9"], "没有可以适用的措施"),
    ],
)
def test_a_measure_that_does_not_fit_the_disposition_is_refused(session, cast, case, codes, said):
    conclude(session, cast, case, "correct")
    with pytest.raises(BadFields) as bad:
        decide.draft_decision(
            session, case, cast.chief, measures=[Chosen(code) for code in codes], on=today(), **TEXTS
        )
    assert said in bad.value.errors["measures"].zh


def test_the_same_measure_twice_is_refused(session, cast, case):
    conclude(session, cast, case, "correct")
    with pytest.raises(BadFields, match="each measure once"):
        draft(session, cast, case, "1a", "1a")


def test_a_measure_known_from_memory_only_is_refused(session, cast, grave):
    conclude(session, cast, grave, "hold_accountable")
    for code in ("5", "8"):
        with pytest.raises(BadFields) as bad:
            draft(session, cast, grave, code)
        assert "尚未核对原文" in bad.value.errors["measures"].zh


def test_a_village_manager_is_not_demoted(session, cast):
    village = told(session, cast, "hold_accountable", ["G4"], **VILLAGE)
    conclude(session, cast, village, "hold_accountable")
    with pytest.raises(BadFields) as bad:
        draft(session, cast, village, "G4")
    assert "第二十二条" in bad.value.errors["measures"].zh
    assert sign(session, village, cast.chief, draft(session, cast, village, "G3")).signature


def test_who_somebody_is_must_be_established_first(session, cast):
    unknown = told(session, cast, "hold_accountable", ["P1"], **{**GRAVE, "subject_is_party_member": None})
    conclude(session, cast, unknown, "hold_accountable")
    with pytest.raises(BadFields, match="First establish"):
        draft(session, cast, unknown, "P1")


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        (Chosen("G1", 12, "政务处分法第十五条"), "months-G1"),
        (Chosen("P1", 6, "酌情"), "months-P1"),
        (Chosen("3", 6), "basis-3"),
        (Chosen("3", 61, "某地规定"), "months-3"),
        (Chosen("3", 6, "一\n二"), "basis-3"),
    ],
)
def test_months_that_the_law_does_not_leave_open_are_refused(session, cast, grave, chosen, field):
    conclude(session, cast, grave, "hold_accountable")
    with pytest.raises(BadFields) as bad:
        decide.draft_decision(
            session, grave, cast.chief, measures=[chosen, Chosen("G2")], on=today(), **TEXTS
        )
    assert field in bad.value.errors


def test_people_set_months_on_a_provision_where_no_text_states_them(session, cast, grave):
    conclude(session, cast, grave, "hold_accountable")
    drafted = decide.draft_decision(
        session, grave, cast.chief, measures=[Chosen("3", 6, "某省诫勉办法第十条")], on=today(), **TEXTS
    )
    signed = sign(session, grave, cast.chief, drafted)
    assert (signed.measures[0].months, signed.measures[0].basis) == (6, "某省诫勉办法第十条")
    assert signed.measures[0].ends_on is not None


def test_several_breaches_let_like_sanctions_add_up_to_forty_eight_months(session, cast):
    case = told(session, cast, "hold_accountable", ["G3"], **GRAVE, multiple_violations=4)
    conclude(session, cast, case, "hold_accountable")
    for months, right in ((49, False), (17, False), (30, True)):
        chosen = [Chosen("G3", months, "政务处分法第十五条")]
        if not right:
            with pytest.raises(BadFields):
                decide.draft_decision(session, case, cast.chief, measures=chosen, on=today(), **TEXTS)
        else:
            drafted = decide.draft_decision(session, case, cast.chief, measures=chosen, on=today(), **TEXTS)
            assert drafted.measures[0].months == months


def test_a_new_draft_replaces_the_one_before_and_both_are_kept(session, cast, case):
    conclude(session, cast, case, "correct")
    first = draft(session, cast, case, "1a")
    second = draft(session, cast, case, "1b")
    assert (first.ended_how, second.ended_how, second.seq) == ("replaced", "", first.seq + 1)
    assert decide.current_draft(session, case) == second
    with pytest.raises(NotReady, match="Draft the decision of the last meeting"):
        sign(session, case, cast.chief, first)
    assert verify(session).ok


# -- departing


def test_a_departure_needs_a_coded_reason_and_words_and_names_the_rules(session, cast, grave):
    conclude(session, cast, grave, "correct")
    with pytest.raises(BadFields) as bad:
        draft(session, cast, grave, "3")
    assert set(bad.value.errors) == {"departure_code", "departure_reason"}
    with pytest.raises(BadFields):
        draft(session, cast, grave, "3", departure_code="because", departure_reason="说明")
    drafted = draft(
        session, cast, grave, "3", departure_code="equal_treatment", departure_reason="同类案件均未追究"
    )
    assert drafted.departs
    assert drafted.departure_rules
    assert set(drafted.departure_rules) <= set(drafted.recommendation.content["rules"])


def test_new_evidence_at_the_meeting_carries_no_decision(session, cast, grave):
    conclude(session, cast, grave, "correct")
    with pytest.raises(BadFields) as bad:
        draft(session, cast, grave, "3", departure_code="new_evidence", departure_reason="会上出示新材料")
    assert "退回" in bad.value.errors["departure_code"].zh


def test_a_decision_that_follows_keeps_no_departure_even_if_one_is_given(session, cast, grave):
    conclude(session, cast, grave, "hold_accountable")
    drafted = draft(session, cast, grave, "P1", departure_code="proportion", departure_reason="并不偏离")
    assert (drafted.departs, drafted.departure_code, drafted.departure_rules) == (False, "", [])


def test_a_sanction_the_recommendation_does_not_name_is_a_departure(session, cast, grave):
    conclude(session, cast, grave, "hold_accountable")
    named = {one["measure"] for one in decide.ground_of(session, grave).recommendation.content["outcomes"]}
    assert "P1" in named
    beside = next(code for code in ("P5", "P3") if code not in named)
    with pytest.raises(BadFields) as bad:
        draft(session, cast, grave, beside)
    assert "departure_code" in bad.value.errors


def test_what_the_recommendation_referred_the_panel_decides_without_departing(session, cast, case):
    assert decide.ground_of(session, case).recommendation.disposition == "refer"
    conclude(session, cast, case, "correct")
    assert not draft(session, cast, case, "1a").departs
    event = session.scalars(select(Event).where(Event.kind == "decision.drafted")).all()[-1]
    assert event.detail["panel_decided"]


# -- the signature


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper()])
def test_a_wrong_password_signs_nothing(session, cast, case, password):
    conclude(session, cast, case, "correct")
    drafted = draft(session, cast, case, "1a")
    with pytest.raises(BadFields) as bad:
        sign(session, case, cast.chief, drafted, password)
    assert list(bad.value.errors) == ["password"]
    assert (case.stage, drafted.signed_at, drafted.signature) == (Stage.PANEL, None, "")


def test_nothing_is_signed_twice(session, cast, case):
    leave_panel(session, cast, case)
    decision = decide.standing_decision(session, case)
    with pytest.raises(WrongStage):
        sign(session, case, cast.chief, decision)


def test_a_decision_heavier_than_told_is_refused(session, cast):
    case = told(session, cast, "hold_accountable", ["P1"], **GRAVE)
    conclude(session, cast, case, "hold_accountable")
    with pytest.raises(NotReady) as heavier:
        sign(session, case, cast.chief, draft(session, cast, case, "P2"))
    assert "重于" in heavier.value.message("zh")
    assert case.stage == Stage.PANEL
    assert sign(session, case, cast.chief, draft(session, cast, case, "P1")).signature


def test_a_heavier_disposition_than_told_is_refused(session, cast, case):
    conclude(session, cast, case, "hold_accountable")
    drafted = draft(session, cast, case, "P1", departure_code="proportion", departure_reason="后果较重")
    with pytest.raises(NotReady, match="heavier"):
        sign(session, case, cast.chief, drafted)


def test_a_decision_without_a_hearing_is_refused_with_the_provision(session, cast):
    case = skip_to(session, bring(session, cast, Stage.REVIEW, **CADRE), Stage.PANEL)
    conclude(session, cast, case, "correct")
    with pytest.raises(NotReady) as missing:
        sign(session, case, cast.chief, draft(session, cast, case, "1a"))
    assert "第四十三条" in missing.value.message("zh")


def test_a_recusal_declared_after_the_vote_keeps_the_decision_unsigned(session, cast, case):
    conclude(session, cast, case, "correct")
    drafted = draft(session, cast, case, "1a")
    people.declare(session, case, cast.member, Step.DECISION, ["interest"], "亲属系当事人下属")
    with pytest.raises(NotReady) as missing:
        sign(session, case, cast.chief, drafted)
    assert cast.member.name in missing.value.message("zh")


def test_a_case_that_changed_after_the_draft_is_not_signed(session, cast, case):
    conclude(session, cast, case, "correct")
    drafted = draft(session, cast, case, "1a")
    case.version += 1
    with pytest.raises(NotReady, match="changed since its recommendation"):
        sign(session, case, cast.chief, drafted)
    case.version += 1
    with pytest.raises(NotReady, match="changed since its recommendation"):
        draft(session, cast, case, "1a")


def test_a_chair_who_did_not_vote_does_not_sign(session, cast, case):
    conclude(session, cast, case, "correct")
    drafted = draft(session, cast, case, "1a")
    chair = panel.sitting(case)[0]
    people.end_assignment(session, case, chair, cast.chief, "因病")
    panel.seat_panel(session, case, cast.chief, cast.superior_member, [cast.member, cast.member2])
    with pytest.raises(NotReady, match="must have voted"):
        sign(session, case, cast.superior_member, drafted)


def test_a_state_sanction_takes_effect_on_the_day_it_is_made(session, cast, grave):
    conclude(session, cast, grave, "hold_accountable")
    drafted = draft(session, cast, grave, "G1")
    later = today() + timedelta(days=5)
    with pytest.raises(BadFields) as bad:
        decide.sign(session, grave, cast.chief, drafted, PASSWORD, on=today(), effective_on=later)
    assert "第八条" in bad.value.errors["effective_on"].zh
    with pytest.raises(BadFields):
        decide.sign(session, grave, cast.chief, drafted, PASSWORD, on=today(), effective_on=date(2020, 1, 1))
    with pytest.raises(BadFields):
        decide.sign(session, grave, cast.chief, drafted, PASSWORD, on=later)


def test_no_decision_is_dated_before_the_meeting_that_made_it(session, cast, grave):
    conclude(session, cast, grave, "hold_accountable")
    drafted = draft(session, cast, grave, "G1")
    with pytest.raises(BadFields) as bad:
        decide.sign(session, grave, cast.chief, drafted, PASSWORD, on=today() - timedelta(days=1))
    assert "before" in bad.value.errors["on"].en
    assert drafted.signed_at is None


def test_a_party_sanction_runs_from_the_day_it_is_approved(session, cast, grave):
    conclude(session, cast, grave, "hold_accountable")
    drafted = draft(session, cast, grave, "P1")
    later = today() + timedelta(days=5)
    signed = decide.sign(session, grave, cast.chief, drafted, PASSWORD, on=today(), effective_on=later)
    assert (signed.decided_on, signed.measures[0].starts_on) == (today(), later)


@pytest.mark.parametrize("later", [today() + timedelta(days=367), date.max])
def test_no_decision_waits_for_years_to_take_effect(session, cast, grave, later):
    conclude(session, cast, grave, "hold_accountable")
    drafted = draft(session, cast, grave, "P1")
    with pytest.raises(BadFields, match="heavier"):
        decide.sign(session, grave, cast.chief, drafted, PASSWORD, on=today(), effective_on=later)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decisions SET reason = 'something else'",
        "UPDATE decisions SET disposition = 'tolerate'",
        "UPDATE decisions SET effective_on = '2030-01-01'",
        "UPDATE imposed_measures SET ends_on = '2030-01-01'",
        "DELETE FROM imposed_measures",
    ],
)
def test_a_signed_decision_changed_behind_the_record_is_found(session, cast, case, change):
    leave_panel(session, cast, case)
    assert verify(session).ok
    session.execute(text(change))
    session.expire_all()
    assert not verify(session).ok
    assert not is_intact(session.scalars(select(Decision).where(Decision.case_id == case.id)).one())


def test_a_draft_has_no_effect(session, cast, case):
    conclude(session, cast, case, "correct")
    draft(session, cast, case, "1a")
    assert decide.standing_decision(session, case) is None
    assert decide.signed_decisions(session, case) == []
