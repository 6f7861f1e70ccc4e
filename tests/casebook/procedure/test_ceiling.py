"""Attacks on the ceiling: by whatever way, nobody comes off worse for having spoken or appealed."""

import pytest

from casebook import intake, queries
from casebook.changes import FactEntry
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady
from casebook.models import Appeal, Decision, ImposedMeasure, Notice, SendBack, Stage
from casebook.procedure import ceiling, hearing, notice
from casebook.procedure.dates import today
from casebook.recommend import latest_recommendation, recommend
from tests.hearings import at_hearing, draft, heard, told, weighed
from tests.stages import TODAY, Cast, skip_to

LAW = ("第四十三条", "第五十六条", "第九十六条")


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    other = at_hearing(session, cast)
    told(session, cast, other, measures=["G1"])
    return at_hearing(session, cast)


def send_back(session, cast, case, code="new_evidence", items=("deaths",)):
    return hearing.return_from_hearing(
        session, case, cast.reviewer, code=code, reason="调取了事故调查报告", items=list(items)
    )


def enter(session, cast, case, source="", **values):
    entries = {
        fact_id: value if isinstance(value, FactEntry) else FactEntry(value, "verified", "事故调查报告第3页")
        for fact_id, value in values.items()
    }
    intake.save_facts(session, case, entries, cast.officer, seen_version=case.version, source=source)


def back_to_hearing(session, cast, case):
    recommend(session, case, cast.officer, TODAY)
    return skip_to(session, case, Stage.HEARING)


def refused(session, cast, case, **fields) -> None:
    """The notice is refused because it is heavier, and nothing is written."""
    before = session.query(Notice).count()
    with pytest.raises(NotReady) as not_ready:
        draft(session, cast, case, **fields)
    assert session.query(Notice).count() == before
    words = not_ready.value.message("zh")
    assert "加重" in words or "没有列入审核人" in words


def test_nothing_binds_before_the_respondent_was_told(session, cast, case):
    draft(session, cast, case, measures=["G6"])

    assert ceiling.ceiling(session, case, TODAY) is None
    ceiling.check(session, case, "hold_accountable", ["G6"], TODAY)


def test_what_was_told_binds_the_decision(session, cast, case):
    told(session, cast, case, measures=["G2"])

    bound = ceiling.ceiling(session, case, TODAY)

    assert (bound.disposition, bound.measures, bound.final) == ("hold_accountable", ("G2",), False)
    ceiling.check(session, case, "hold_accountable", ["G2"], TODAY)
    ceiling.check(session, case, "hold_accountable", ["G1"], TODAY)
    ceiling.check(session, case, "correct", ["2"], TODAY)


@pytest.mark.parametrize("measures", [["G3"], ["G2", "P1"], ["G6"], ["G2", "6"]])
def test_told_milder_then_decided_heavier_is_refused(session, cast, case, measures):
    told(session, cast, case, measures=["G2"])

    with pytest.raises(NotReady) as not_ready:
        ceiling.check(session, case, "hold_accountable", measures, TODAY)

    assert all(article in not_ready.value.message("zh") for article in LAW)
    assert not_ready.value.message("en")


def test_sent_back_and_told_heavier_without_new_facts_is_refused(session, cast, case):
    told(session, cast, case, measures=["G2"])
    heard(session, cast, case, "disputes", "并未造假")
    weighed(session, cast, case)
    send_back(session, cast, case, "more_inquiry", [])
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"])
    refused(session, cast, case, measures=["G3"], new_facts=["concealed_or_falsified"])


def test_between_two_notices_the_milder_binds(session, cast, case):
    told(session, cast, case, measures=["G3"])
    send_back(session, cast, case, "notice_wrong", [])
    back_to_hearing(session, cast, case)
    told(session, cast, case, measures=["G1"])

    assert ceiling.ceiling(session, case, TODAY).measures == ("G1",)
    with pytest.raises(NotReady):
        ceiling.check(session, case, "hold_accountable", ["G2"], TODAY)


def test_a_later_day_of_the_conduct_brings_no_longer_period_under_the_same_name(session, cast, case):
    skip_to(session, case, Stage.INTAKE)
    intake.amend_case(session, case, cast.officer, seen_version=case.version, conduct="2010-05-10")
    back_to_hearing(session, cast, case)
    told(session, cast, case, measures=["P2"])
    assert dict(ceiling.ceiling(session, case, TODAY).months) == {"P2": 12}
    send_back(session, cast, case, "notice_wrong", [])

    intake.amend_case(session, case, cast.officer, seen_version=case.version, conduct="2023-05-10")
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["P2"])
    draft(session, cast, case, measures=["P1"])


def test_a_draft_that_was_never_told_binds_nothing(session, cast, case):
    draft(session, cast, case, measures=["G1"])
    told(session, cast, case, measures=["G3"])

    assert ceiling.ceiling(session, case, TODAY).measures == ("G3",)


def test_a_draft_made_before_another_was_told_cannot_be_told_past_it(session, cast, case):
    first = draft(session, cast, case, measures=["G3"])
    first.closed_at = None
    told(session, cast, case, measures=["G1"])
    first.round += 10  # even a row slipped in behind the notice that was told
    session.flush()

    with pytest.raises(NotReady):
        notice.tell(session, case, cast.officer, told_on=today(), how="in_person")


@pytest.mark.parametrize("source", ["", "statement", "appeal"])
def test_what_the_respondent_said_makes_no_fact_graver(session, cast, case, source):
    told(session, cast, case)
    send_back(session, cast, case)

    with pytest.raises(BadFields) as bad:
        enter(session, cast, case, source, deaths=3)

    assert "第四十三条" in bad.value.errors["source"].zh
    assert queries.facts_of(session, case)["deaths"].value == 0


def test_a_graver_value_hidden_among_lighter_ones_is_refused_with_them(session, cast, case):
    told(session, cast, case)
    send_back(session, cast, case)

    with pytest.raises(BadFields):
        enter(session, cast, case, "statement", voluntary_disclosure=True, mental_state="intentional")

    assert "voluntary_disclosure" not in queries.facts_of(session, case)


def test_losing_a_ground_for_the_respondent_by_lowering_its_standing_is_graver_too(session, cast):
    case = at_hearing(session, cast, voluntary_disclosure=True)
    told(session, cast, case)
    send_back(session, cast, case)

    with pytest.raises(BadFields):
        enter(session, cast, case, "statement", voluntary_disclosure=FactEntry(True, "disputed", "本人陈述"))


def test_what_the_respondent_said_may_make_a_fact_lighter(session, cast, case):
    told(session, cast, case)
    send_back(session, cast, case)

    enter(session, cast, case, "statement", concealed_or_falsified=False)

    assert queries.facts_of(session, case)["concealed_or_falsified"].value is False


def test_before_the_respondent_is_told_facts_need_no_source(session, cast, case):
    hearing.return_from_hearing(session, case, cast.reviewer, code="more_inquiry", reason="补充核查")

    enter(session, cast, case, deaths=2)

    assert queries.facts_of(session, case)["deaths"].value == 2


def test_an_unknown_source_is_refused(session, cast, case):
    told(session, cast, case)
    send_back(session, cast, case)

    with pytest.raises(BadFields):
        enter(session, cast, case, "rumour", deaths=3)


def test_new_evidence_sent_back_for_by_the_reviewer_allows_a_heavier_notice_and_says_so(session, cast, case):
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case)
    enter(session, cast, case, "evidence", deaths=3)
    back_to_hearing(session, cast, case)

    assert ceiling.newly_shown(session, case) == ["deaths"]
    anew = told(session, cast, case, measures=["G3"], new_facts=["deaths"])

    assert anew.new_facts == ["deaths"]
    assert ceiling.ceiling(session, case, TODAY).measures == ("G3",)
    ceiling.check(session, case, "hold_accountable", ["G3"], TODAY)
    with pytest.raises(NotReady):
        ceiling.check(session, case, "hold_accountable", ["G4"], TODAY)


def test_a_heavier_notice_that_names_no_fact_is_refused_although_there_is_new_evidence(session, cast, case):
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case)
    enter(session, cast, case, "evidence", deaths=3)
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"])


def test_a_fact_the_reviewer_did_not_send_back_for_allows_nothing(session, cast, case):
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case, items=["serious_injuries"])
    enter(session, cast, case, "evidence", deaths=3)
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"], new_facts=["deaths"])


def test_a_return_for_another_reason_opens_no_way_to_a_heavier_notice(session, cast, case):
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case, "other", ["deaths"])
    enter(session, cast, case, "evidence", deaths=3)
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"], new_facts=["deaths"])


def test_a_new_fact_that_is_not_graver_allows_nothing(session, cast, case):
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case, items=["voluntary_disclosure"])
    enter(session, cast, case, "evidence", voluntary_disclosure=True)
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"], new_facts=["voluntary_disclosure"])


def test_new_evidence_without_a_word_of_evidence_allows_nothing(session, cast, case):
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case)
    enter(session, cast, case, "evidence", deaths=FactEntry(3, "verified", " "))
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"], new_facts=["deaths"])


def test_one_named_fact_that_does_not_qualify_spoils_the_notice(session, cast, case):
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case)
    enter(session, cast, case, "evidence", deaths=3)
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"], new_facts=["deaths", "mental_state"])


def test_new_evidence_lowered_and_raised_again_is_measured_against_what_was_told(session, cast):
    case = at_hearing(session, cast, deaths=1)
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case)
    enter(session, cast, case, "statement", deaths=0)
    enter(session, cast, case, "evidence", deaths=1)
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"], new_facts=["deaths"])


def test_evidence_entered_before_the_notice_cannot_be_used_after_it(session, cast):
    case = at_hearing(session, cast, deaths=3)
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case)
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"], new_facts=["deaths"])


def test_a_return_older_than_the_notice_opens_nothing(session, cast, case):
    session.add(SendBack(
        case_id=case.id, from_stage=Stage.HEARING, to_stage=Stage.INTAKE, code="new_evidence", reason="旧",
        items=["deaths"], by_id=cast.reviewer.id, at=utc_now(),
    ))  # fmt: skip
    told(session, cast, case, measures=["G2"])
    send_back(session, cast, case, "other", [])
    enter(session, cast, case, "evidence", deaths=3)
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"], new_facts=["deaths"])


def decided(session, cast, case, measure="G2", months=None) -> Decision:
    """A signed decision, as the panel leaves it."""
    skip_to(session, case, Stage.NOTIFIED)
    row = Decision(
        case_id=case.id, seq=session.query(Decision).filter_by(case_id=case.id).count() + 1,
        recommendation_id=latest_recommendation(session, case).id, disposition="hold_accountable",
        facts_found="查明", reason="理由", departs=False, departure_rules=[], drafted_by_id=cast.member.id,
        at=utc_now(), decided_on=TODAY, signed_by_id=cast.member.id, signed_at=utc_now(),
        measures=[ImposedMeasure(regime="state_sanction", code=measure, months=months)],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def appealed(session, cast, case, decision) -> None:
    session.add(Appeal(
        case_id=case.id, seq=1, decision_id=decision.id, channel="review", filed_on=TODAY, grounds="不服", late=False,
        entered_by_id=cast.officer.id, at=utc_now(),
    ))  # fmt: skip
    session.flush()


def test_after_an_appeal_the_decision_binds(session, cast, case):
    told(session, cast, case, measures=["G3"])
    appealed(session, cast, case, decided(session, cast, case, "G2"))

    assert ceiling.ceiling(session, case, TODAY).measures == ("G2",)
    ceiling.check(session, case, "hold_accountable", ["G2"], TODAY)
    with pytest.raises(NotReady) as not_ready:
        ceiling.check(session, case, "hold_accountable", ["G3"], TODAY)
    assert "第五十六条" in not_ready.value.message("zh")


def test_after_an_appeal_no_new_evidence_lifts_the_ceiling(session, cast, case):
    told(session, cast, case, measures=["G2"])
    appealed(session, cast, case, decided(session, cast, case, "G2"))
    skip_to(session, case, Stage.HEARING)
    send_back(session, cast, case)
    enter(session, cast, case, "evidence", deaths=3)
    back_to_hearing(session, cast, case)

    refused(session, cast, case, measures=["G3"], new_facts=["deaths"])


def test_a_longer_period_after_an_appeal_is_heavier(session, cast, case):
    told(session, cast, case, measures=["G5"])
    appealed(session, cast, case, decided(session, cast, case, "G5", 24))

    ceiling.check(session, case, "hold_accountable", ["G5"], TODAY, months={"G5": 24})
    with pytest.raises(NotReady):
        ceiling.check(session, case, "hold_accountable", ["G5"], TODAY, months={"G5": 48})


def test_every_later_decision_binds_a_second_appeal(session, cast, case):
    told(session, cast, case, measures=["G3"])
    first = decided(session, cast, case, "G3")
    appealed(session, cast, case, first)
    decided(session, cast, case, "G1")

    with pytest.raises(NotReady):
        ceiling.check(session, case, "hold_accountable", ["G2"], TODAY)


def test_a_longer_period_than_the_law_gives_one_sanction_has_to_be_told(session, cast):
    case = at_hearing(session, cast, multiple_violations=2)
    told(session, cast, case, measures=["G5"])

    with pytest.raises(NotReady):
        ceiling.check(session, case, "hold_accountable", ["G5"], TODAY, months={"G5": 48})

    ceiling.check(session, case, "hold_accountable", ["G5"], TODAY, months={"G5": 24})


def test_a_period_that_was_told_binds_as_the_measure_does(session, cast):
    case = at_hearing(session, cast, multiple_violations=2)
    one = told(session, cast, case, measures=["G5"], months=36)

    assert one.months == {"G5": 36}
    ceiling.check(session, case, "hold_accountable", ["G5"], TODAY, months={"G5": 36})
    with pytest.raises(NotReady):
        ceiling.check(session, case, "hold_accountable", ["G5"], TODAY, months={"G5": 37})


def test_where_no_text_states_a_period_and_none_was_told_the_notice_binds_the_measure_alone(
    session, cast, case
):
    told(session, cast, case, measures=["3"])

    ceiling.check(session, case, "hold_accountable", ["3"], TODAY, months={"3": 6})


def test_where_no_text_states_a_period_the_one_that_was_told_binds(session, cast, case):
    told(session, cast, case, measures=["3"], months=6)

    with pytest.raises(NotReady):
        ceiling.check(session, case, "hold_accountable", ["3"], TODAY, months={"3": 12})


@pytest.mark.parametrize(("measures", "months"), [(["G2"], 24), (["3"], 61), (["3"], 0), (["3"], 6.5)])
def test_a_period_the_law_does_not_leave_to_people_cannot_be_told(session, cast, case, measures, months):
    with pytest.raises(BadFields) as bad:
        draft(session, cast, case, measures=measures, months=months)

    assert list(bad.value.errors) == ["months"]
