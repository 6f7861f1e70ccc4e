"""The blind second opinion: who may give it, what they may not see until then, and the agreement published."""

import secrets

import pytest
from sqlalchemy import func, select

from casebook import audit, queries
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Event, OfficeSetting, Part, Review, Stage, Step
from casebook.office import change_settings, setting
from casebook.procedure import drafts, people, review, second_opinion
from casebook.procedure.agreement import read_agreement
from casebook.procedure.items import Answer
from casebook.procedure.second_opinion import StillBlind, is_blind
from tests.factories import make_case, save
from tests.reviews import leave_intake, whole_review
from tests.stages import TODAY, Cast, bring, recommended_case, skip_to


@pytest.fixture
def cast(session):
    cast = Cast(session)
    change_settings(session, cast.chief, second_opinion_rate=100)
    return cast


def passed_case(session, cast):
    case = recommended_case(session, cast)
    leave_intake(session, cast, case)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    pass_it(session, cast, case)
    return case


def pass_it(session, cast, case):
    answers = whole_review(session, case, cast.reviewer)
    mark = drafts.see_draft(session, case, cast.reviewer, second=False).mark
    return review.pass_review(
        session,
        case,
        cast.reviewer,
        answers,
        disposition="correct",
        reason="同意处理建议",
        seen=mark,
        on=TODAY,
    )


@pytest.fixture
def case(session, cast):
    """A case passed by the first reviewer and drawn; another case of the organ as noise."""
    make_case(session, cast.officer)
    return passed_case(session, cast)


@pytest.fixture
def owed(session, cast, case):
    """The same with its second reviewer, who has answered on recusal."""
    second_opinion.assign_second(session, case, cast.reviewer2, cast.chief)
    people.declare(session, case, cast.reviewer2, Step.ASSIGNMENT, [])
    return case


def give(session, cast, case, **views):
    answers = whole_review(session, case, cast.reviewer2, second=True, **views)
    mark = drafts.see_draft(session, case, cast.reviewer2, second=True).mark
    return second_opinion.submit_second(
        session,
        case,
        cast.reviewer2,
        answers,
        disposition="hold_accountable",
        reason="另有看法如下",
        seen=mark,
    )


def sound(session) -> bool:
    report = audit.verify(session)
    return report.ok or pytest.fail(report.message("en"))


def test_a_passed_review_that_is_drawn_waits_for_a_second_reviewer(session, cast, case):
    drawn = session.scalar(select(Review).where(Review.second))

    assert (drawn.round, drawn.reviewer_id, drawn.submitted_at) == (1, None, None)
    event = session.scalar(select(Event).where(Event.kind == "review.passed"))
    assert (event.detail["drawn"], event.detail["rate"]) == (True, 100)
    assert sound(session)


def test_at_a_rate_of_zero_nothing_is_drawn_and_that_is_recorded(session, cast):
    change_settings(session, cast.chief, second_opinion_rate=0)

    passed_case(session, cast)

    assert session.scalar(select(Review).where(Review.second)) is None
    event = session.scalar(select(Event).where(Event.kind == "review.passed"))
    assert (event.detail["drawn"], event.detail["rate"]) == (False, 0)


@pytest.mark.parametrize(("lot", "drawn"), [(0, True), (29, True), (30, False), (99, False)])
def test_chance_decides_at_the_rate_of_the_organ(session, cast, monkeypatch, lot, drawn):
    change_settings(session, cast.chief, second_opinion_rate=30)
    monkeypatch.setattr(secrets, "randbelow", lambda below: lot if below == 100 else pytest.fail(str(below)))

    passed_case(session, cast)

    assert (session.scalar(select(Review).where(Review.second)) is not None) == drawn


@pytest.mark.parametrize("name", ["officer", "reviewer", "member", "superior", "auditor"])
def test_only_the_chief_names_the_second_reviewer(session, cast, case, name):
    with pytest.raises(NotAllowed):
        second_opinion.assign_second(session, case, cast.reviewer2, getattr(cast, name))


def test_no_second_reviewer_is_named_where_nothing_was_drawn(session, cast):
    change_settings(session, cast.chief, second_opinion_rate=0)
    case = passed_case(session, cast)

    with pytest.raises(NotReady):
        second_opinion.assign_second(session, case, cast.reviewer2, cast.chief)


def test_neither_the_first_reviewer_nor_the_officer_gives_the_second_opinion(session, cast, case):
    for user in (cast.reviewer, cast.officer):
        with pytest.raises(BadFields):
            second_opinion.assign_second(session, case, user, cast.chief)


def test_whoever_has_read_the_first_review_cannot_be_blind(session, cast):
    case = recommended_case(session, cast)
    leave_intake(session, cast, case)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    review.return_to_officer(
        session,
        case,
        cast.reviewer,
        whole_review(session, case, cast.reviewer),
        code="other",
        words="请补充",
        on=TODAY,
    )
    assert len(review.read_reviews(session, cast.superior_reviewer, case)) == 1
    queries.get_case(session, cast.reviewer2, case.number)
    review.submit(session, case, cast.officer, on=TODAY)
    pass_it(session, cast, case)

    with pytest.raises(BadFields) as refused:
        second_opinion.assign_second(session, case, cast.superior_reviewer, cast.chief)
    assert "already read an opinion" in refused.value.message("en")
    assert people.candidates(session, case, Part.SECOND_REVIEWER) == [cast.reviewer2]


def test_until_it_is_given_the_second_reviewer_sees_nothing_of_the_first(session, cast, owed):
    assert is_blind(cast.reviewer2, owed)
    for reading in (review.read_reviews, review.send_backs):
        with pytest.raises(StillBlind):
            reading(session, cast.reviewer2, owed)
    draft = drafts.see_draft(session, owed, cast.reviewer2, second=True)
    assert not any(answer.words_for or answer.view for answer in draft.answers.values())
    assert (draft.disposition, draft.reason) == ("", "")


def test_the_history_shows_a_blind_reviewer_only_what_was_established(session, cast, owed):
    skip_to(session, owed, Stage.PANEL)

    kinds = {row.kind for row in queries.case_history(session, cast.reviewer2, owed)}

    assert {"case.opened", "facts.saved", "recommendation.made"} <= kinds
    assert not {kind for kind in kinds if kind.startswith(("review.", "case.submitted", "assignment"))}
    whole = {row.kind for row in queries.case_history(session, cast.officer, owed)}
    assert {"review.passed", "assignment.made", "case.submitted"} <= whole


def test_a_reviewer_who_may_still_be_asked_does_not_read_the_first_review_either(session, cast, case):
    with pytest.raises(StillBlind):
        review.read_reviews(session, cast.reviewer2, case)
    assert len(review.read_reviews(session, cast.reviewer, case)) == 1
    assert len(review.read_reviews(session, cast.officer, case)) == 1


def test_once_given_both_stand_side_by_side(session, cast, owed):
    give(session, cast, owed)

    assert not is_blind(cast.reviewer2, owed)
    found = review.read_reviews(session, cast.reviewer2, owed)
    assert [(row.round, row.second) for row in found] == [(1, False), (1, True)]
    assert sound(session)


def test_nobody_else_reads_a_second_opinion_before_it_is_given(session, cast, owed):
    second_opinion.save_second(session, owed, cast.reviewer2, {"T1": Answer("tolerable", "初步看法")})

    for user in (cast.reviewer, cast.chief, cast.officer, cast.auditor):
        assert [row.second for row in review.read_reviews(session, user, owed)] == [False]


def test_a_second_opinion_is_given_once_and_by_its_reviewer_only(session, cast, owed):
    for name in ("reviewer", "officer", "chief", "superior_reviewer"):
        with pytest.raises(NotAllowed):
            second_opinion.save_second(session, owed, getattr(cast, name), {})
    give(session, cast, owed)
    with pytest.raises(NotAllowed):
        give(session, cast, owed)


def test_a_second_opinion_answers_every_item_too(session, cast, owed):
    with pytest.raises(BadFields) as refused:
        second_opinion.submit_second(session, owed, cast.reviewer2, {}, disposition="", reason="")

    assert len(refused.value.errors) == 20
    assert is_blind(cast.reviewer2, owed)


def test_a_second_opinion_needs_the_answer_on_recusal(session, cast, case):
    second_opinion.assign_second(session, case, cast.reviewer2, cast.chief)

    with pytest.raises(NotReady):
        give(session, cast, case)


def test_after_the_decision_a_second_opinion_comes_too_late(session, cast, owed):
    skip_to(session, owed, Stage.DECIDED)

    with pytest.raises(WrongStage):
        give(session, cast, owed)
    assert not is_blind(cast.reviewer2, owed)


def test_a_second_opinion_still_owed_passes_to_the_new_round(session, cast, owed):
    second_opinion.save_second(session, owed, cast.reviewer2, {"T1": Answer("tolerable", "初步看法")})
    skip_to(session, owed, Stage.INTAKE)
    save(session, owed, deaths=1)
    from casebook.recommend import recommend

    made = recommend(session, owed, cast.officer, TODAY)
    assert is_blind(cast.reviewer2, owed)
    review.submit(session, owed, cast.officer, on=TODAY)
    pass_it(session, cast, owed)

    drawn = session.scalars(select(Review).where(Review.second)).all()
    assert [(row.round, row.recommendation_id) for row in drawn] == [(2, made.id)]
    assert "T1" not in drafts.see_draft(session, owed, cast.reviewer2, second=True).unconfirmed
    give(session, cast, owed)
    assert sound(session)


def test_a_second_reviewer_who_is_replaced_leaves_no_words_behind(session, cast, owed):
    second_opinion.save_second(
        session, owed, cast.reviewer2, {"T1": Answer("tolerable", "初步看法")}, reason="初稿"
    )

    second_opinion.assign_second(session, owed, cast.superior_reviewer, cast.chief)

    draft = drafts.see_draft(session, owed, cast.superior_reviewer, second=True)
    assert draft.reason == ""
    assert not any(answer.view for answer in draft.answers.values())
    assert session.scalar(select(Review.reviewer_id).where(Review.second)) == cast.superior_reviewer.id
    assert sound(session)


def test_agreement_is_published_from_five_pairs_on_and_without_names(session, cast):
    for number in range(5):
        if number == 4:
            early = {line.item: line for line in read_agreement(session, cast.chief, cast.county)}
        case = passed_case(session, cast)
        second_opinion.assign_second(session, case, cast.reviewer2, cast.chief)
        people.declare(session, case, cast.reviewer2, Step.ASSIGNMENT, [])
        give(session, cast, case, **({"T3": "open"} if number == 0 else {}))

    lines = {line.item: line for line in read_agreement(session, cast.auditor, cast.county)}
    assert (early["T3"].n, early["T3"].agreement) == (4, None)
    assert (lines["T3"].n, lines["T3"].agreement.agreed) == (5, 4)
    assert (lines["T1"].agreement.raw, lines["T1"].agreement.kappa) == (1.0, None)
    assert lines["disposition"].agreement.agreed == 0
    assert len(lines) == 10
    assert {line.item: line.n for line in read_agreement(session, cast.superior, cast.city)}["T1"] == 0


@pytest.mark.parametrize("name", ["officer", "reviewer", "member", "administrator", "superior"])
def test_the_agreement_of_an_organ_is_for_its_own_chief(session, cast, name):
    with pytest.raises(NotAllowed):
        read_agreement(session, getattr(cast, name), cast.county)


def test_a_setting_is_the_default_until_the_chief_changes_it(session, cast):
    assert setting(session, cast.city.id, "second_opinion_rate") == 10
    change_settings(session, cast.superior, second_opinion_rate=25, early_warning_days=7)

    assert setting(session, cast.city.id, "second_opinion_rate") == 25
    assert setting(session, cast.county.id, "second_opinion_rate") == 100
    count = session.scalar(select(func.count()).select_from(OfficeSetting))
    assert change_settings(session, cast.superior, second_opinion_rate=25) == []
    assert count == 2  # what stays at its default is not written
    assert sound(session)


@pytest.mark.parametrize("name", ["officer", "reviewer", "member", "auditor", "administrator"])
def test_only_a_chief_changes_the_settings(session, cast, name):
    with pytest.raises(NotAllowed):
        change_settings(session, getattr(cast, name), second_opinion_rate=0)


@pytest.mark.parametrize("value", [-1, 101, "50", None, 9.5])
def test_a_rate_outside_the_possible_is_refused(session, cast, value):
    with pytest.raises(BadFields) as refused:
        change_settings(session, cast.chief, second_opinion_rate=value)
    assert set(refused.value.errors) == {"second_opinion_rate"}


def test_a_case_of_the_noise_is_not_drawn_with_it(session, cast, case):
    bring(session, cast, Stage.REVIEW)

    assert session.scalar(select(func.count()).where(Review.second)) == 1
