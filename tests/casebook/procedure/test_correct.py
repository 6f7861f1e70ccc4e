"""Corrections: ordered, done with evidence, verified by another; a failed one is followed, and nothing is left open."""

import itertools
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casebook import audit
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Deadline, Decision, Event, ImposedMeasure, Recommendation, Stage
from casebook.procedure import correct
from casebook.procedure.correction_state import (
    all_of,
    missing_to_finish,
    raised,
    read_corrections,
    times_failed,
)
from tests.factories import attach
from tests.stages import Cast, bring, leave_in_force, recommended_case, skip_to

TODAY = date(2026, 11, 21)
SOON = TODAY + timedelta(days=30)
_count = itertools.count(1)


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    """A case in force, with another of the same officer as noise."""
    other = skip_to(session, recommended_case(session, cast), Stage.IN_FORCE)
    order(session, other, cast.officer)
    case = skip_to(session, recommended_case(session, cast), Stage.IN_FORCE)
    session.info["other"] = other
    assign_reviewer(session, cast, case)
    assign_reviewer(session, cast, other)
    return case


def assign_reviewer(session, cast, case):
    from casebook import events
    from casebook.db import utc_now
    from casebook.models import Assignment, Part

    row = Assignment(
        case_id=case.id, part=Part.REVIEWER, user_id=cast.reviewer.id, by_id=cast.chief.id, at=utc_now()
    )
    session.add(row)
    session.flush()
    events.record(session, "assignment.made", cast.chief, case, rows=[row])
    session.expire(case)


def order(session, case, by, **changes):
    fields = {
        "error_code": "approval_missing", "error": "未取得用地批准先行开工", "responsible": "周某", "unit": "青石镇",
        "measure_code": "formalities", "measure": "补办用地审批手续", "due_on": SOON, "today": TODAY, **changes,
    }  # fmt: skip
    return correct.order(session, case, by, **fields)


def report(session, home, case, by, correction, **changes):
    if "attachment_id" not in changes:
        evidence = attach(session, home, case, by=by, filename=f"proof{next(_count)}.txt")
        changes["attachment_id"] = evidence.id
    fields = {"done_on": TODAY, "words": "已取得批复", "today": TODAY, **changes}
    return correct.report_done(session, case, by, correction.id, **fields)


def verify(session, case, by, correction, **changes):
    fields = {"passed": True, "words": "已核对批复原件", "verified_on": TODAY, "today": TODAY, **changes}
    return correct.verify(session, case, by, correction.id, **fields)


def fail(session, home, case, cast, correction):
    report(session, home, case, cast.officer, correction)
    return verify(session, case, cast.reviewer, correction, passed=False, failure_code="partly")


def decided(session, case, disposition="tolerate", **fields):
    """A signed decision, as the panel's room leaves it."""
    from casebook import events
    from casebook.db import utc_now

    recommendation = session.scalar(select(Recommendation).where(Recommendation.case_id == case.id))
    number = next(_count)
    row = Decision(
        case_id=case.id, seq=number, recommendation_id=recommendation.id, disposition=disposition, facts_found="",
        reason="", departs=False, departure_rules=[], drafted_by_id=case.officer_id, at=utc_now(), signed_at=utc_now(),
        decided_on=TODAY, **fields,
    )  # fmt: skip
    session.add(row)
    session.flush()
    events.record(session, "case.read", None, case, rows=[row])
    return row


def kinds(session, case) -> list[str]:
    return list(session.scalars(select(Event.kind).where(Event.case_id == case.id).order_by(Event.seq)))


def deadline_of(session, correction) -> Deadline:
    return session.scalar(
        select(Deadline).where(Deadline.ref == f"correction:{correction.id}", Deadline.limit_code == "own")
    )


def problems(caught) -> str:
    return " ".join(problem.en for problem in caught.value.missing)


def test_a_correction_names_error_person_unit_measure_and_day(session, cast, case):
    correction = order(session, case, cast.officer)

    assert (correction.state, correction.responsible, correction.unit) == ("open", "周某", "青石镇")
    assert (correction.error_code, correction.measure_code, correction.due_on) == (
        "approval_missing", "formalities", SOON,
    )  # fmt: skip
    assert "correction.ordered" in kinds(session, case)
    deadline = deadline_of(session, correction)
    assert (deadline.case_id, deadline.due_on, deadline.state) == (case.id, SOON, "running")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("error_code", "no_such"), ("error", "  "), ("error", "长" * 2001), ("responsible", ""),
        ("responsible", "周某\n李某"), ("unit", ""), ("measure_code", "none_already"), ("measure_code", "dismiss"),
        ("measure", ""), ("due_on", TODAY), ("due_on", TODAY - timedelta(days=1)), ("due_on", date(9999, 12, 31)),
        ("due_on", None),
    ],
)  # fmt: skip
def test_an_order_that_lacks_something_is_refused_at_its_field(session, cast, case, field, value):
    with pytest.raises(BadFields) as caught:
        order(session, case, cast.officer, **{field: value})

    assert list(caught.value.errors) == [field]
    assert all_of(session, case) == []


def test_a_correction_is_done_with_evidence_and_verified_by_another(session, home, cast, case):
    correction = order(session, case, cast.officer)
    report(session, home, case, cast.officer, correction)

    assert (correction.state, correction.done_on, correction.done_by_id) == ("done", TODAY, cast.officer.id)
    assert correction.attachment.case_id == case.id
    verify(session, case, cast.reviewer, correction)
    assert (correction.state, correction.verified_by_id) == ("verified", cast.reviewer.id)
    assert missing_to_finish(session, case) == []
    assert deadline_of(session, correction).state == "met"
    session.commit()
    assert audit.verify(session, home).ok


def test_the_chief_may_verify_too(session, home, cast, case):
    correction = order(session, case, cast.officer)
    report(session, home, case, cast.officer2, correction)

    assert verify(session, case, cast.chief, correction).state == "verified"


@pytest.mark.parametrize("who", ["officer", "officer2", "member", "superior", "auditor", "stranger"])
def test_verifying_is_refused_to_everyone_but_reviewer_and_chief(session, home, cast, case, who):
    correction = order(session, case, cast.officer)
    report(session, home, case, cast.officer, correction)

    with pytest.raises(NotAllowed):
        verify(session, case, getattr(cast, who), correction)
    assert correction.state == "done"


def test_who_entered_the_completion_can_not_verify_it_even_as_reviewer(session, home, cast, case):
    correction = order(session, case, cast.officer)
    report(session, home, case, cast.officer, correction)
    correction.done_by_id = cast.reviewer.id

    with pytest.raises(NotReady):
        verify(session, case, cast.reviewer, correction)


@pytest.mark.parametrize(
    "name", ["孙复核", " 孙 复核 ", "孙复核　", "李某、孙复核", "孙复核（组长）", "组长：孙复核"]
)
def test_the_responsible_person_can_not_verify_under_their_own_account(session, home, cast, case, name):
    cast.reviewer.name = "孙复核"
    correction = order(session, case, cast.officer, responsible=name)
    report(session, home, case, cast.officer, correction)

    with pytest.raises(NotReady) as caught:
        verify(session, case, cast.reviewer, correction)
    assert "another person" in problems(caught)
    assert verify(session, case, cast.chief, correction).state == "verified"


def test_another_organs_officer_can_neither_order_nor_report(session, home, cast, case):
    correction = order(session, case, cast.officer)
    evidence = attach(session, home, case)

    with pytest.raises(NotAllowed):
        order(session, case, cast.stranger)
    with pytest.raises(NotAllowed):
        report(session, home, case, cast.stranger, correction, attachment_id=evidence.id)


@pytest.mark.parametrize("who", ["reviewer", "chief", "member", "superior", "auditor", "administrator"])
def test_only_an_officer_orders(session, cast, case, who):
    with pytest.raises(NotAllowed):
        order(session, case, getattr(cast, who))


@pytest.mark.parametrize("stage", [s for s in Stage if s not in (Stage.NOTIFIED, Stage.IN_FORCE)])
def test_nothing_is_ordered_before_the_decision_is_notified_nor_after_the_end(session, cast, case, stage):
    skip_to(session, case, stage)

    with pytest.raises(WrongStage):
        order(session, case, cast.officer)


def test_evidence_from_another_case_is_refused(session, home, cast, case):
    correction = order(session, case, cast.officer)
    theirs = attach(session, home, session.info["other"])

    with pytest.raises(BadFields) as caught:
        report(session, home, case, cast.officer, correction, attachment_id=theirs.id)
    assert list(caught.value.errors) == ["attachment_id"]


@pytest.mark.parametrize("attachment_id", [None, 99999])
def test_completion_without_evidence_is_refused(session, home, cast, case, attachment_id):
    correction = order(session, case, cast.officer)

    with pytest.raises(BadFields) as caught:
        report(session, home, case, cast.officer, correction, attachment_id=attachment_id)
    assert list(caught.value.errors) == ["attachment_id"]


def test_a_file_from_before_the_order_shows_nothing(session, home, cast, case):
    early = attach(session, home, case)
    correction = order(session, case, cast.officer)

    with pytest.raises(BadFields) as caught:
        report(session, home, case, cast.officer, correction, attachment_id=early.id)
    assert "before the order" in caught.value.errors["attachment_id"].en


@pytest.mark.parametrize(
    ("done_on", "said"),
    [
        (TODAY - timedelta(days=1), "cannot be before"),
        (TODAY + timedelta(days=1), "future"),
        (None, "Write"),
    ],
)
def test_a_completion_before_the_order_or_in_the_future_is_refused(session, home, cast, case, done_on, said):
    correction = order(session, case, cast.officer)

    with pytest.raises(BadFields) as caught:
        report(session, home, case, cast.officer, correction, done_on=done_on)
    assert said in caught.value.errors["done_on"].en
    assert correction.state == "open"


@pytest.mark.parametrize(
    ("verified_on", "said"),
    [
        (TODAY - timedelta(days=1), "cannot be before"),
        (TODAY + timedelta(days=1), "future"),
        (None, "Write"),
    ],
)
def test_a_verification_before_the_completion_or_in_the_future_is_refused(
    session, home, cast, case, verified_on, said
):
    correction = order(session, case, cast.officer)
    report(session, home, case, cast.officer, correction)

    with pytest.raises(BadFields) as caught:
        verify(session, case, cast.reviewer, correction, verified_on=verified_on)
    assert said in caught.value.errors["verified_on"].en


def test_what_is_not_done_yet_can_not_be_verified_and_what_is_verified_not_reported_again(
    session, home, cast, case
):
    correction = order(session, case, cast.officer)

    with pytest.raises(NotReady):
        verify(session, case, cast.reviewer, correction)
    report(session, home, case, cast.officer, correction)
    verify(session, case, cast.reviewer, correction)
    with pytest.raises(NotReady):
        report(session, home, case, cast.officer, correction)
    with pytest.raises(NotReady):
        verify(session, case, cast.chief, correction)


def test_a_correction_of_another_case_can_not_be_reported_under_this_one(session, home, cast, case):
    theirs = all_of(session, session.info["other"])[0]

    with pytest.raises(NotReady):
        report(session, home, case, cast.officer, theirs)
    assert theirs.state == "open"


def test_failing_needs_a_coded_reason(session, home, cast, case):
    correction = order(session, case, cast.officer)
    report(session, home, case, cast.officer, correction)

    with pytest.raises(BadFields) as caught:
        verify(session, case, cast.reviewer, correction, passed=False)
    assert list(caught.value.errors) == ["failure_code"]


def test_a_failed_correction_is_followed_by_another_with_a_new_day(session, home, cast, case):
    first = fail(session, home, case, cast, order(session, case, cast.officer))

    assert (first.state, first.failure_code) == ("failed", "partly")
    assert "follow-up" in missing_to_finish(session, case)[0].en
    assert raised(all_of(session, case)) == []
    second = order(session, case, cast.officer, follows_id=first.id, due_on=SOON + timedelta(days=30))
    assert second.follows_id == first.id
    assert deadline_of(session, first).state == "met"
    assert deadline_of(session, second).due_on == SOON + timedelta(days=30)
    report(session, home, case, cast.officer, second)
    verify(session, case, cast.reviewer, second)
    assert missing_to_finish(session, case) == []


def test_failing_again_raises_organisational_handling_and_does_nothing_by_itself(session, home, cast, case):
    first = fail(session, home, case, cast, order(session, case, cast.officer))
    assert "correction.raised" not in kinds(session, case)
    second = fail(session, home, case, cast, order(session, case, cast.officer, follows_id=first.id))

    every = all_of(session, case)
    assert [one.id for one in raised(every)] == [second.id]
    assert times_failed(every, second) == 1
    assert kinds(session, case).count("correction.raised") == 1
    assert len(every) == 2
    third = order(session, case, cast.officer, follows_id=second.id, measure_code="organisational")
    assert raised(all_of(session, case)) == []
    assert times_failed(all_of(session, case), third) == 2


@pytest.mark.parametrize("measure", ["organisational", "admonition"])
def test_what_weighs_on_a_person_is_no_correction_until_it_is_decided(session, home, cast, case, measure):
    decided(session, case, "tolerate")

    with pytest.raises(BadFields) as caught:
        order(session, case, cast.officer, measure_code=measure)
    assert "第四十三条" in caught.value.errors["measure_code"].zh
    first = fail(session, home, case, cast, order(session, case, cast.officer))
    with pytest.raises(BadFields):
        order(session, case, cast.officer, measure_code=measure, follows_id=first.id)

    decision = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    regime, code = {"organisational": ("organisational_handling", "6"), "admonition": ("correction", "3")}[
        measure
    ]
    decision.measures.append(ImposedMeasure(regime=regime, code=code, basis=""))
    session.flush()
    order(session, case, cast.officer, measure_code=measure, follows_id=first.id)


def test_a_follow_up_takes_the_place_of_a_failed_correction_of_this_case_once(session, home, cast, case):
    still_open = order(session, case, cast.officer)
    first = fail(session, home, case, cast, order(session, case, cast.officer))
    order(session, case, cast.officer, follows_id=first.id)

    for wrong in (still_open.id, first.id, all_of(session, session.info["other"])[0].id, 99999):
        with pytest.raises(NotReady):
            order(session, case, cast.officer, follows_id=wrong)


def test_finishing_with_one_open_is_refused_and_says_which(session, home, cast, case):
    done = order(session, case, cast.officer)
    report(session, home, case, cast.officer, done)
    verify(session, case, cast.reviewer, done)
    order(session, case, cast.officer, error_code="hazard", measure_code="hazard")

    with pytest.raises(NotReady) as caught:
        correct.finish(session, case, cast.officer, TODAY)
    assert problems(caught).startswith("No. 2 (A hazard left behind) is not done yet")
    assert case.stage == Stage.IN_FORCE


def test_finishing_with_one_unverified_is_refused(session, home, cast, case):
    report(session, home, case, cast.officer, order(session, case, cast.officer))

    with pytest.raises(NotReady) as caught:
        correct.finish(session, case, cast.officer, TODAY)
    assert "not verified yet" in problems(caught)


@pytest.mark.parametrize("disposition", ["tolerate", "correct", "hold_accountable"])
def test_an_error_tolerated_or_not_is_never_left_without_a_correction(session, cast, case, disposition):
    decided(session, case, disposition)

    with pytest.raises(NotReady) as caught:
        correct.finish(session, case, cast.officer, TODAY)
    assert "tolerated or not" in problems(caught)
    assert "容纠并举" in caught.value.message("zh")


def test_where_nothing_was_established_there_is_nothing_to_correct(session, cast, case):
    decided(session, case, "not_established")

    correct.finish(session, case, cast.officer, TODAY)

    assert case.stage == Stage.CORRECTED


def test_a_statement_that_nothing_is_left_counts_once_another_has_verified_it(session, cast, case):
    decided(session, case)
    said = correct.state_nothing_left(
        session, case, cast.officer, error_code="approval_missing", error="未批先建", reason_code="none_already",
        words="2026年3月已取得批复", today=TODAY,
    )  # fmt: skip

    with pytest.raises(NotReady):
        correct.finish(session, case, cast.officer, TODAY)
    with pytest.raises(NotAllowed):
        verify(session, case, cast.officer, said)
    verify(session, case, cast.reviewer, said)
    correct.finish(session, case, cast.officer, TODAY)
    assert case.stage == Stage.CORRECTED


@pytest.mark.parametrize(
    ("field", "value"), [("error_code", ""), ("error", ""), ("reason_code", "none"), ("words", " ")]
)
def test_a_statement_without_code_or_words_is_refused(session, cast, case, field, value):
    fields = {
        "error_code": "loss",
        "error": "超支",
        "reason_code": "none_already",
        "words": "已追回",
        field: value,
    }

    with pytest.raises(BadFields) as caught:
        correct.state_nothing_left(session, case, cast.officer, **fields, today=TODAY)
    assert list(caught.value.errors) == [field]


def test_a_revoked_decision_lifts_what_is_not_settled(session, home, cast, case):
    kept = order(session, case, cast.officer)
    report(session, home, case, cast.officer, kept)
    verify(session, case, cast.reviewer, kept)
    waiting = order(session, case, cast.officer)
    failed = fail(session, home, case, cast, order(session, case, cast.officer))
    noise = all_of(session, session.info["other"])[0]

    lifted = correct.lift_all(session, case, cast.superior, "申诉后原决定已撤销")

    assert [one.id for one in lifted] == [waiting.id, failed.id]
    assert (kept.state, waiting.state, failed.state, noise.state) == ("verified", "lifted", "lifted", "open")
    assert deadline_of(session, waiting).state == "stopped"
    assert missing_to_finish(session, case) == []
    assert correct.lift_all(session, case, cast.superior, "再次") == []
    session.commit()
    assert audit.verify(session, home).ok


def test_a_new_decision_with_an_error_asks_for_a_correction_again_after_the_old_ones_were_lifted(
    session, cast, case
):
    order(session, case, cast.officer)
    correct.lift_all(session, case, cast.superior, "原决定已变更")
    decided(session, case, "hold_accountable", ended_on=TODAY)
    assert missing_to_finish(session, case) == []
    decided(session, case, "tolerate")

    assert len(missing_to_finish(session, case)) == 1


def test_only_an_officer_of_the_organ_finishes_and_only_in_force(session, cast, case):
    for who in (cast.reviewer, cast.chief, cast.stranger, cast.superior):
        with pytest.raises(NotAllowed):
            correct.finish(session, case, who, TODAY)
    skip_to(session, case, Stage.NOTIFIED)
    with pytest.raises(WrongStage):
        correct.finish(session, case, cast.officer, TODAY)


def test_no_words_that_somebody_wrote_are_in_the_log(session, home, cast, case):
    correction = order(session, case, cast.officer, error="极为独特的失误", responsible="独特某")
    report(session, home, case, cast.officer, correction, words="独特的完成情况")
    verify(
        session, case, cast.reviewer, correction, words="独特的核验意见", passed=False, failure_code="partly"
    )

    details = [str(e.detail) for e in session.scalars(select(Event).where(Event.case_id == case.id))]
    assert not [text for text in details if "独特" in text]


def test_reading_is_logged(session, cast, case):
    order(session, case, cast.officer)

    assert len(read_corrections(session, cast.reviewer, case)) == 1
    assert kinds(session, case)[-1] == "corrections.read"


def test_a_correction_changed_behind_the_log_is_found(session, home, cast, case):
    correction = order(session, case, cast.officer)
    session.commit()
    correction.due_on = SOON + timedelta(days=300)
    session.commit()

    assert audit.verify(session, home).why == "row"


def test_a_case_leaves_the_stage_in_force_with_every_correction_verified(session, home):
    cast = Cast(session, home)
    case = skip_to(session, recommended_case(session, cast), Stage.IN_FORCE)
    decided(session, case)

    leave_in_force(session, cast, case)

    assert case.stage == Stage.CORRECTED
    assert [one.state for one in all_of(session, case)] == ["verified"]
    session.commit()
    assert audit.verify(session, home).ok


def test_a_name_that_only_begins_like_that_of_the_account_is_another_person(session, home, cast, case):
    cast.reviewer.name = "孙复"
    correction = order(session, case, cast.officer, responsible="孙复核")
    report(session, home, case, cast.officer, correction)

    assert verify(session, case, cast.reviewer, correction).state == "verified"


def test_a_statement_that_fails_keeps_its_reason_and_is_followed_by_a_real_correction(
    session, home, cast, case
):
    said = correct.state_nothing_left(
        session, case, cast.officer, error_code="loss", error="超支", reason_code="none_elsewhere", words="审计局已处理",
        today=TODAY,
    )  # fmt: skip
    verify(session, case, cast.chief, said, passed=False, failure_code="no_proof")

    assert (said.measure_code, said.failure_code) == ("none_elsewhere", "no_proof")
    assert len(missing_to_finish(session, case)) == 1
    followed = order(session, case, cast.officer, follows_id=said.id, measure_code="recover_loss")
    report(session, home, case, cast.officer, followed)
    verify(session, case, cast.chief, followed)
    assert missing_to_finish(session, case) == []


def test_a_case_that_really_came_this_far_ends_with_its_corrections_and_an_intact_record(session, home):
    case = bring(session, Cast(session, home), Stage.CORRECTED)

    assert [one.state for one in all_of(session, case)] == ["verified"]
    session.commit()
    assert audit.verify(session, home).ok
