"""The review: handing in, the reviewer's words, two windows, sending back and a new round."""

import pytest
from sqlalchemy import func, select

from casebook import audit
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.intake import amend_case
from casebook.models import Case, Deadline, Event, FactorView, Part, Review, SendBack, Stage, Status, Step
from casebook.procedure import drafts, people, review
from casebook.procedure.items import Answer
from casebook.recommend import recommend
from tests.factories import make_case, save
from tests.reviews import whole_review
from tests.stages import TODAY, Cast, bring, recommended_case


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    """A case under review with its reviewer, who has answered on recusal; another case as noise."""
    bring(session, cast, Stage.REVIEW)
    case = bring(session, cast, Stage.REVIEW)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    return case


def sound(session) -> bool:
    report = audit.verify(session)
    return report.ok or pytest.fail(report.message("en"))


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def pass_it(session, cast, case, **changes):
    answers = {**whole_review(session, case, cast.reviewer), **changes.pop("answers", {})}
    given = {"disposition": "correct", "reason": "事实清楚，同意处理建议", "on": TODAY, **changes}
    given.setdefault("seen", drafts.see_draft(session, case, cast.reviewer, second=False).mark)
    return review.pass_review(session, case, cast.reviewer, answers, **given)


def send_back(session, cast, case, answers=None, **changes):
    given = {
        "code": "fact_incomplete",
        "words": "损失数额没有核实",
        "about": ["direct_economic_loss_cny"],
        "on": TODAY,
    }
    given |= changes
    given.setdefault("seen", drafts.see_draft(session, case, cast.reviewer, second=False).mark)
    return review.return_to_officer(session, case, cast.reviewer, answers or {}, **given)


@pytest.mark.parametrize("field", ["respondent_unit", "respondent_post"])
def test_a_case_whose_decision_could_not_name_unit_and_post_is_not_handed_in(session, cast, today, field):
    case = recommended_case(session, cast)
    amend_case(session, case, cast.officer, seen_version=case.version, **{field: ""})
    recommend(session, case, cast.officer, today)
    people.declare(session, case, cast.officer, Step.ASSIGNMENT, [])

    with pytest.raises(NotReady) as refused:
        review.submit(session, case, cast.officer, on=TODAY)

    assert "政务处分法第四十五条" in refused.value.message("zh")
    assert case.stage == Stage.INTAKE


def test_a_case_with_a_recommendation_and_a_declaration_goes_to_review(session, cast):
    case = recommended_case(session, cast)
    people.declare(session, case, cast.officer, Step.ASSIGNMENT, [])

    review.submit(session, case, cast.officer, on=TODAY)

    assert case.stage == Stage.REVIEW
    assert sound(session)


def test_a_submission_without_a_declaration_names_the_provision(session, cast):
    case = recommended_case(session, cast)

    with pytest.raises(NotReady) as refused:
        review.submit(session, case, cast.officer, on=TODAY)

    assert "政务处分法第四十七条" in refused.value.message("zh")
    assert case.stage == Stage.INTAKE
    assert count(session, Deadline) == 0


def test_a_colleague_may_hand_in_only_when_both_have_declared(session, cast):
    case = recommended_case(session, cast)
    people.declare(session, case, cast.officer2, Step.ASSIGNMENT, [])

    with pytest.raises(NotReady):
        review.submit(session, case, cast.officer2, on=TODAY)
    people.declare(session, case, cast.officer, Step.ASSIGNMENT, [])
    review.submit(session, case, cast.officer2, on=TODAY)
    assert case.stage == Stage.REVIEW


def test_a_submission_without_a_recommendation_for_the_present_facts_is_refused(session, cast):
    never = make_case(session, cast.officer)
    stale = recommended_case(session, cast)
    save(session, stale, serious_injuries=2)
    withheld = recommended_case(session, cast)
    withheld.status = Status.WITHHELD
    session.flush()

    for case in (never, stale, withheld):
        people.declare(session, case, cast.officer, Step.ASSIGNMENT, [])
        with pytest.raises(NotReady):
            review.submit(session, case, cast.officer, on=TODAY)
        assert case.stage == Stage.INTAKE


def test_facts_are_not_changed_while_the_case_is_under_review(session, cast, case):
    with pytest.raises(NotAllowed):
        save(session, case, deaths=4)


def test_a_whole_review_sends_the_case_to_the_hearing(session, cast, case):
    passed = pass_it(session, cast, case)

    assert case.stage == Stage.HEARING
    assert (passed.round, passed.second, passed.disposition) == (1, False, "correct")
    assert len(passed.views) == 9
    assert sound(session)


def test_a_review_with_one_item_unanswered_changes_nothing(session, cast, case):
    with pytest.raises(BadFields) as refused:
        pass_it(session, cast, case, answers={"recovery": Answer()})

    assert set(refused.value.errors) == {"view-recovery", "for-recovery"}
    assert case.stage == Stage.REVIEW
    assert count(session, FactorView) == 0


def test_every_fault_is_named_at_once(session, cast, case):
    with pytest.raises(BadFields) as refused:
        review.pass_review(session, case, cast.reviewer, {}, disposition="", reason="", on=TODAY)

    assert (
        len(refused.value.errors) == 20
    )  # a view and words for each of nine, the disposition and its reason


def test_a_reviewer_who_has_not_answered_on_recusal_writes_nothing(session, cast):
    case = bring(session, cast, Stage.REVIEW)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)

    with pytest.raises(NotReady):
        review.save_review(session, case, cast.reviewer, {})
    with pytest.raises(NotReady):
        review.pass_review(session, case, cast.reviewer, {}, disposition="", reason="", on=TODAY)
    with pytest.raises(NotReady):
        send_back(session, cast, case, seen="")
    assert count(session, Review) == 0


@pytest.mark.parametrize(
    "name", ["officer", "officer2", "reviewer2", "chief", "member", "superior", "auditor"]
)
def test_nobody_but_the_assigned_reviewer_writes_passes_or_sends_back(session, cast, case, name):
    user = getattr(cast, name)

    with pytest.raises(NotAllowed):
        review.save_review(session, case, user, {})
    with pytest.raises(NotAllowed):
        review.pass_review(session, case, user, {}, disposition="correct", reason="同意处理建议", on=TODAY)
    with pytest.raises(NotAllowed):
        review.return_to_officer(session, case, user, {}, code="other", words="理由如下", on=TODAY)
    assert count(session, Review) == 0


def test_a_draft_is_kept_half_done(session, cast, case):
    review.save_review(
        session, case, cast.reviewer, {"T1": Answer("tolerable", "先行先试")}, reason="初步意见"
    )

    draft = drafts.see_draft(session, case, cast.reviewer, second=False)

    assert draft.answers["T1"] == Answer("tolerable", "先行先试")
    assert (draft.reason, draft.disposition, draft.round) == ("初步意见", "", 1)
    assert sound(session)


def test_another_window_does_not_overwrite_what_was_kept_meanwhile(session, cast, case):
    opened = drafts.see_draft(session, case, cast.reviewer, second=False).mark
    review.save_review(session, case, cast.reviewer, {"T1": Answer("tolerable", "第一个窗口")}, seen=opened)

    with pytest.raises(drafts.StaleDraft) as stale:
        review.save_review(session, case, cast.reviewer, {"T1": Answer("mixed", "第二个窗口")}, seen=opened)

    assert stale.value.kept.answers["T1"].words_for == "第一个窗口"
    review.save_review(
        session, case, cast.reviewer, {"T1": Answer("mixed", "第二个窗口")}, seen=stale.value.kept.mark
    )
    assert (
        drafts.see_draft(session, case, cast.reviewer, second=False).answers["T1"].words_for == "第二个窗口"
    )


def test_the_same_typed_in_two_windows_is_no_conflict(session, cast, case):
    for _ in range(2):
        review.save_review(session, case, cast.reviewer, {"T1": Answer("tolerable", "先行先试")}, seen="")

    assert count(session, Review) == 1


def test_a_stale_window_neither_passes_nor_sends_back(session, cast, case):
    review.save_review(session, case, cast.reviewer, {"T1": Answer("tolerable", "第一个窗口")})

    with pytest.raises(drafts.StaleDraft):
        pass_it(session, cast, case, seen="")
    with pytest.raises(drafts.StaleDraft):
        send_back(session, cast, case, seen="")
    assert (case.stage, count(session, SendBack)) == (Stage.REVIEW, 0)


def test_a_case_is_sent_back_with_a_coded_reason_that_is_counted(session, cast, case):
    row = send_back(session, cast, case, {"T1": Answer("tolerable", "先行先试")})

    assert case.stage == Stage.INTAKE
    assert (row.code, row.from_stage, row.to_stage, row.items) == (
        "fact_incomplete", Stage.REVIEW, Stage.INTAKE, ["direct_economic_loss_cny"],
    )  # fmt: skip
    assert sound(session)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"code": "because"}, "code"), ({"words": "  "}, "words"), ({"about": ["no_such_fact"]}, "about")],
)
def test_a_return_without_its_reason_is_refused(session, cast, case, changes, field):
    with pytest.raises(BadFields) as refused:
        send_back(session, cast, case, **changes)

    assert set(refused.value.errors) == {field}
    assert (case.stage, count(session, SendBack), count(session, Review)) == (Stage.REVIEW, 0, 0)


def again(session, cast, case, **facts):
    """The officer amends and hands in again."""
    from casebook.recommend import recommend

    save(session, case, cast.officer, **facts)
    recommend(session, case, cast.officer, TODAY)
    review.submit(session, case, cast.officer, on=TODAY)


def test_a_new_round_starts_from_the_earlier_words_and_asks_again_where_the_ledger_changed(
    session, cast, case
):
    answers = whole_review(session, case, cast.reviewer)
    send_back(session, cast, case, answers)
    again(session, cast, case, deaths=1)

    draft = drafts.see_draft(session, case, cast.reviewer, second=False)

    assert draft.round == 2
    assert draft.answers["T1"].words_for == answers["T1"].words_for
    assert "consequences" in draft.unconfirmed
    assert "procedure_method" not in draft.unconfirmed
    assert (
        session.scalar(select(func.count()).where(Review.submitted_at.is_not(None))) == 1
    )  # readable as it was


def test_a_changed_item_left_unconfirmed_keeps_the_review_open(session, cast, case):
    send_back(session, cast, case, whole_review(session, case, cast.reviewer))
    again(session, cast, case, deaths=1)
    answers = whole_review(session, case, cast.reviewer)
    unticked = Answer(answers["consequences"].view, "后果一面已核对过", "后果另一面已核对过")

    with pytest.raises(BadFields) as refused:
        pass_it(session, cast, case, answers={"consequences": unticked})
    assert set(refused.value.errors) == {"confirm-consequences"}
    review.save_review(session, case, cast.reviewer, {**answers, "consequences": unticked})
    assert "consequences" in drafts.see_draft(session, case, cast.reviewer, second=False).unconfirmed
    passed = pass_it(session, cast, case)
    assert passed.round == 2
    assert sound(session)


def test_another_reviewer_does_not_begin_from_the_first_one_s_words(session, cast, case):
    review.save_review(
        session, case, cast.reviewer, whole_review(session, case, cast.reviewer), reason="一稿"
    )

    review.assign_reviewer(session, case, cast.reviewer2, cast.chief, on=TODAY)
    people.declare(session, case, cast.reviewer2, Step.ASSIGNMENT, [])

    draft = drafts.see_draft(session, case, cast.reviewer2, second=False)
    assert not any(answer.view or answer.words_for for answer in draft.answers.values())
    assert draft.reason == ""
    review.pass_review(
        session, case, cast.reviewer2, whole_review(session, case, cast.reviewer2), disposition="refer",
        reason="建议提请审议", seen=draft.mark, on=TODAY,
    )  # fmt: skip
    assert sound(session)


def test_a_review_after_it_was_passed_is_out_of_order(session, cast, case):
    pass_it(session, cast, case)

    with pytest.raises(WrongStage):
        pass_it(session, cast, case)
    assert session.scalar(select(func.count()).select_from(Review)) == 1


def test_only_finished_reviews_are_read_and_the_reading_is_logged(session, cast, case):
    review.save_review(session, case, cast.reviewer, {"T1": Answer("tolerable", "先行先试")})

    assert review.read_reviews(session, cast.chief, case) == []
    pass_it(session, cast, case)
    found = review.read_reviews(session, cast.chief, case)
    assert [row.round for row in found] == [1]
    assert session.scalar(select(func.count()).where(Event.kind == "review.read")) == 2


def test_noise_is_left_alone(session, cast, case):
    pass_it(session, cast, case)

    others = session.scalars(select(Case).where(Case.id != case.id)).all()
    assert {other.stage for other in others} == {Stage.REVIEW}
    assert Part.REVIEWER not in {row.part for other in others for row in other.assignments}
