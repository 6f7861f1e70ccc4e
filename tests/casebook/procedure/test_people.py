"""Who takes which part: independence read from the record, declarations, recusal, handing a case over."""

import pytest
from sqlalchemy import select, update

from casebook import access, audit, queries
from casebook.access import may
from casebook.errors import BadFields, CaseNotFound, NotAllowed, NotReady
from casebook.models import Assignment, Case, Declaration, Event, Part, Recusal, Role, Stage, Step
from casebook.procedure import people, personal_link, workflow
from tests.factories import attach, make_case, make_organisation, make_user, save
from tests.snapshots import prepared
from tests.stages import Cast, bring, recommended_case, skip_to


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
@prepared
def case(session, cast):
    """A case under review, beside another of the same officer as noise."""
    make_case(session, cast.officer)
    return skip_to(session, recommended_case(session, cast), Stage.REVIEW)


def problem_of(action, *args, **kwargs) -> str:
    with pytest.raises(BadFields) as refused:
        action(*args, **kwargs)
    return refused.value.message("en")


def sound(session) -> bool:
    report = audit.verify(session)
    return report.ok or pytest.fail(report.message("en"))


def test_the_chief_assigns_a_reviewer_who_reads_and_reviews_the_case(session, cast, case):
    assignment = people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)

    assert (assignment.user_id, assignment.by_id, assignment.ended_at) == (
        cast.reviewer.id, cast.chief.id, None,
    )  # fmt: skip
    assert Part.REVIEWER in workflow.parts_of(cast.reviewer, case)
    assert sound(session)


def test_assigning_the_same_reviewer_again_writes_nothing(session, cast, case):
    first = people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)
    count = session.scalar(select(Event.seq).order_by(Event.seq.desc()))

    assert people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief) is first
    assert session.scalar(select(Event.seq).order_by(Event.seq.desc())) == count


def test_a_new_reviewer_takes_over_from_the_one_before(session, cast, case):
    first = people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)

    people.assign(session, case, Part.REVIEWER, cast.reviewer2, cast.chief)

    assert first.ended_at is not None
    assert first.ended_why == "replaced"
    assert Part.REVIEWER not in workflow.parts_of(cast.reviewer, case)
    assert sound(session)


@pytest.mark.parametrize(
    "name", ["officer", "reviewer", "member", "superior", "auditor", "administrator", "stranger"]
)
def test_only_the_chief_of_the_organ_assigns_a_reviewer(session, cast, case, name):
    with pytest.raises(NotAllowed):
        people.assign(session, case, Part.REVIEWER, cast.reviewer, getattr(cast, name))
    assert session.scalar(select(Assignment)) is None


def test_the_reviewer_is_never_the_officer_even_after_a_change_of_role(session, cast, case):
    cast.officer.role = Role.REVIEWER
    session.flush()

    assert "worked on the case" in problem_of(
        people.assign, session, case, Part.REVIEWER, cast.officer, cast.chief
    )


def test_whoever_wrote_one_fact_may_never_review_even_after_handing_the_case_over(session, cast):
    case = recommended_case(session, cast)
    save(session, case, cast.officer2, serious_injuries=0)
    skip_to(session, case, Stage.REVIEW)
    cast.officer2.role = Role.REVIEWER
    session.flush()

    assert "worked on the case" in problem_of(
        people.assign, session, case, Part.REVIEWER, cast.officer2, cast.chief
    )


def test_whoever_handed_in_a_file_may_never_sit_on_the_panel(session, home, cast, case):
    attach(session, home, case, by=cast.officer2)
    cast.officer2.role = Role.PANEL
    skip_to(session, case, Stage.PANEL)

    assert "worked on the case" in problem_of(
        people.assign, session, case, Part.PANEL, cast.officer2, cast.chief
    )


def test_whoever_asked_for_a_recommendation_may_never_review(session, cast, case):
    from casebook.recommend import recommend
    from tests.stages import TODAY

    skip_to(session, case, Stage.INTAKE)
    recommend(session, case, cast.officer2, TODAY)
    skip_to(session, case, Stage.REVIEW)
    cast.officer2.role = Role.REVIEWER
    session.flush()

    assert "worked on the case" in problem_of(
        people.assign, session, case, Part.REVIEWER, cast.officer2, cast.chief
    )


def test_whoever_heard_the_respondent_handles_no_appeal_without_any_change_of_role(session, cast):
    case = bring(session, cast, Stage.HEARING)
    personal_link.create_link(session, case, cast.officer2)
    skip_to(session, case, Stage.NOTIFIED)

    assert people.handled_first(session, case, cast.officer2)
    assert cast.officer2 not in people.candidates(session, case, Part.APPEAL_HANDLER)


@pytest.mark.parametrize("ended", [False, True])
def test_the_reviewer_is_neither_second_reviewer_nor_member_nor_chair(session, cast, case, ended):
    assignment = people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)
    if ended:
        people.end_assignment(session, case, assignment, cast.chief, "leaves")
    skip_to(session, case, Stage.PANEL)

    problem = problem_of(people.assign, session, case, Part.SECOND_REVIEWER, cast.reviewer, cast.chief)
    assert "already has another part" in problem
    cast.reviewer.role = Role.PANEL
    for part in (Part.PANEL, Part.CHAIR):
        assert "already has another part" in problem_of(
            people.assign, session, case, part, cast.reviewer, cast.chief
        )


def test_a_member_may_take_the_chair_but_never_review(session, cast, case):
    skip_to(session, case, Stage.PANEL)
    people.assign(session, case, Part.PANEL, cast.member, cast.chief)
    people.assign(session, case, Part.CHAIR, cast.member, cast.chief)
    skip_to(session, case, Stage.REVIEW)
    cast.member.role = Role.REVIEWER
    session.flush()

    assert "already has another part" in problem_of(
        people.assign, session, case, Part.REVIEWER, cast.member, cast.chief
    )


HANDLED = {
    "officer": lambda session, cast, case: cast.officer,
    "writer": lambda session, cast, case: _after(save(session, case, cast.officer2, deaths=1), cast.officer2),
    "reviewer": lambda session, cast, case: _held(session, case, Part.REVIEWER, cast.reviewer, cast.chief),
    "second reviewer": lambda session, cast, case: _held(
        session, case, Part.SECOND_REVIEWER, cast.reviewer2, cast.chief
    ),
    "member": lambda session, cast, case: _held(session, case, Part.PANEL, cast.member, cast.chief),
    "chair": lambda session, cast, case: _held(session, case, Part.CHAIR, cast.chief, cast.chief),
}


def _after(_done, user):
    return user


def _held(session, case, part, user, chief):
    skip_to(session, case, Stage.PANEL if part != Part.REVIEWER else Stage.REVIEW)
    assignment = people.assign(session, case, part, user, chief)
    people.end_assignment(session, case, assignment, chief, "leaves")
    return user


@pytest.mark.parametrize("who", HANDLED)
@pytest.mark.parametrize("part", [Part.APPEAL_HANDLER, Part.APPEAL_DECIDER])
@pytest.mark.parametrize("role", [Role.PANEL, Role.CHIEF])
def test_nobody_who_handled_the_first_decision_holds_a_part_in_the_appeal(session, cast, who, part, role):
    case = recommended_case(session, cast)
    user = HANDLED[who](session, cast, case)
    skip_to(session, case, Stage.NOTIFIED)
    user.role = role
    assigner = cast.superior
    session.flush()

    assert people.handled_first(session, case, user)
    assert "may not handle the appeal" in problem_of(people.assign, session, case, part, user, assigner)
    assert user not in people.candidates(session, case, part)


def test_somebody_fresh_may_handle_the_appeal_and_decide_it(session, cast, case):
    people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)
    skip_to(session, case, Stage.NOTIFIED)

    people.assign(session, case, Part.APPEAL_HANDLER, cast.superior_reviewer, cast.superior)
    people.assign(session, case, Part.APPEAL_DECIDER, cast.superior_member, cast.superior)

    assert not people.handled_first(session, case, cast.superior_member)
    assert Part.APPEAL_DECIDER in workflow.parts_of(cast.superior_member, case)
    assert sound(session)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (Part.REVIEWER, "officer2"),
        (Part.REVIEWER, "member"),
        (Part.REVIEWER, "auditor"),
        (Part.REVIEWER, "administrator"),
        (Part.REVIEWER, "stranger"),
    ],
)
def test_a_person_of_the_wrong_role_or_organ_is_refused(session, cast, case, part, name):
    problem = problem_of(people.assign, session, case, part, getattr(cast, name), cast.chief)

    assert "does not fit" in problem


def test_a_reviewer_of_another_organ_or_without_an_active_account_is_refused(session, cast, case):
    elsewhere = make_user(session, "reviewer", organisation=make_organisation(session))
    cast.reviewer2.active = False
    session.flush()

    for user in (elsewhere, cast.reviewer2):
        assert "does not fit" in problem_of(people.assign, session, case, Part.REVIEWER, user, cast.chief)
    names = {user.id for user in people.candidates(session, case, Part.REVIEWER)}
    assert names == {cast.reviewer.id, cast.superior_reviewer.id}


def test_an_officer_is_asked_for_recusal_before_the_case_goes_on(session, cast):
    case = recommended_case(session, cast)

    with pytest.raises(NotReady) as refused:
        people.ensure_declared(session, case, cast.officer, Step.ASSIGNMENT)
    assert "政务处分法第四十七条" in refused.value.message("zh")
    people.declare(session, case, cast.officer, Step.ASSIGNMENT, [])
    people.ensure_declared(session, case, cast.officer, Step.ASSIGNMENT)
    with pytest.raises(NotReady):
        people.ensure_declared(session, case, cast.officer, Step.DECISION)
    assert sound(session)


def test_an_answer_from_before_the_present_assignment_does_not_count(session, cast, case):
    first = people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    people.end_assignment(session, case, first, cast.chief, "ill")
    people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)

    with pytest.raises(NotReady):
        people.ensure_declared(session, case, cast.reviewer, Step.ASSIGNMENT)


def test_a_declared_ground_stops_the_person_at_once(session, cast, case):
    people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)

    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, ["interest"], "表亲在该公司任职")

    recusal = session.scalar(select(Recusal))
    assert (recusal.asked_by, recusal.granted, recusal.user_id) == ("self", None, cast.reviewer.id)
    assert workflow.parts_of(cast.reviewer, case) == set()
    with pytest.raises(NotAllowed):
        workflow.ensure(session, cast.reviewer, "review", case)
    assert may(cast.reviewer, access.READ_CASE, case)
    assert sound(session)


def test_a_refused_recusal_lets_the_person_go_on(session, cast, case):
    people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, ["interest"])
    recusal = session.scalar(select(Recusal))

    people.decide_recusal(session, case, recusal, cast.chief, granted=False, reason="该公司与本案无关")

    assert Part.REVIEWER in workflow.parts_of(cast.reviewer, case)
    people.ensure_declared(session, case, cast.reviewer, Step.ASSIGNMENT)
    assert sound(session)


def test_a_granted_recusal_ends_every_part_closes_the_case_and_bars_new_ones(session, cast, case):
    assignment = people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, ["relative_of_respondent"])
    recusal = session.scalar(select(Recusal))

    people.decide_recusal(session, case, recusal, cast.chief, granted=True)

    assert (assignment.ended_why, assignment.ended_at is None) == ("recused", False)
    assert "stands back" in problem_of(people.assign, session, case, Part.REVIEWER, cast.reviewer, cast.chief)
    with pytest.raises(CaseNotFound):
        queries.get_case(session, cast.reviewer, case.number)
    assert case.id not in set(session.scalars(access.visible_cases(cast.reviewer).with_only_columns(Case.id)))
    assert sound(session)


def test_an_officer_whose_recusal_is_asked_writes_no_fact_meanwhile(session, cast):
    case = recommended_case(session, cast)
    people.declare(session, case, cast.officer, Step.ASSIGNMENT, ["relative_of_respondent"])

    with pytest.raises(NotAllowed):
        save(session, case, cast.officer, deaths=3)
    assert not may(cast.officer, access.RECOMMEND, case)
    assert may(cast.officer2, access.WRITE_CASE, case)


def asked(session, case, by, user, who="organ"):
    return people.ask_recusal(session, case, by, user, who, ["interest"], "有人反映")


def test_nobody_decides_on_their_own_recusal(session, cast, case):
    recusal = asked(session, case, cast.officer, cast.chief)

    with pytest.raises(NotAllowed):
        people.decide_recusal(session, case, recusal, cast.chief, granted=False, reason="我认为无须回避")
    assert recusal.granted is None


@pytest.mark.parametrize(
    "name", ["officer", "officer2", "reviewer", "member", "superior", "auditor", "stranger"]
)
def test_only_the_chief_decides_on_others(session, cast, case, name):
    recusal = asked(session, case, cast.officer, cast.officer, "self")

    with pytest.raises(NotAllowed):
        people.decide_recusal(session, case, recusal, getattr(cast, name), granted=True)


def test_on_the_chief_decides_the_organ_above_and_nobody_else(session, cast, case):
    colleague = make_user(session, "chief", organisation=cast.county)
    recusal = asked(session, case, cast.officer, cast.chief, "respondent")

    for name in (colleague, cast.officer, cast.reviewer):
        with pytest.raises(NotAllowed):
            people.decide_recusal(session, case, recusal, name, granted=True)
    people.decide_recusal(session, case, recusal, cast.superior, granted=True)
    assert recusal.decided_by_id == cast.superior.id
    assert sound(session)


def test_where_no_organ_stands_above_another_chief_of_the_organ_enters_the_decision(session, cast):
    officer = make_user(session, organisation=cast.city)
    other = make_user(session, "chief", organisation=cast.city)
    case = make_case(session, officer)
    recusal = asked(session, case, officer, cast.superior)

    with pytest.raises(NotAllowed):
        people.decide_recusal(session, case, recusal, cast.superior, granted=True)
    people.decide_recusal(session, case, recusal, other, granted=True)
    assert recusal.granted


def test_the_chief_of_the_organ_above_acts_for_a_chief_who_stands_back(session, cast, case):
    people.decide_recusal(
        session, case, asked(session, case, cast.officer, cast.chief), cast.superior, granted=True
    )

    with pytest.raises(NotAllowed):
        people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)
    people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.superior)
    recusal = asked(session, case, cast.officer, cast.officer, "self")
    people.decide_recusal(session, case, recusal, cast.superior, granted=False, reason="无利害关系")


def test_a_recusal_is_decided_once(session, cast, case):
    recusal = asked(session, case, cast.chief, cast.officer)
    people.decide_recusal(session, case, recusal, cast.chief, granted=True)

    problem = problem_of(
        people.decide_recusal, session, case, recusal, cast.chief, granted=False, reason="又不回避了"
    )
    assert "already decided" in problem


def test_a_recusal_of_one_case_is_not_decided_through_another(session, cast, case):
    other = make_case(session, cast.officer)
    recusal = asked(session, case, cast.officer, cast.officer, "self")

    with pytest.raises(NotAllowed):
        people.decide_recusal(session, other, recusal, cast.chief, granted=False, reason="x")


def test_a_request_needs_a_ground_words_and_a_person_of_the_case(session, cast, case):
    with pytest.raises(BadFields) as refused:
        people.ask_recusal(session, case, cast.officer, cast.stranger, "self", [], " ")
    assert set(refused.value.errors) == {"grounds", "reason", "asked_by", "user_id"}
    with pytest.raises(BadFields) as refused:
        people.ask_recusal(session, case, cast.officer, cast.chief, "organ", ["made up"], "理由")
    assert set(refused.value.errors) == {"grounds"}
    assert session.scalar(select(Recusal)) is None


def test_a_second_request_while_the_first_waits_is_refused(session, cast, case):
    asked(session, case, cast.chief, cast.officer)

    assert "already asked" in problem_of(asked, session, case, cast.chief, cast.officer)


def test_refusing_a_recusal_needs_a_reason(session, cast, case):
    recusal = asked(session, case, cast.chief, cast.officer)

    with pytest.raises(BadFields) as refused:
        people.decide_recusal(session, case, recusal, cast.chief, granted=False)
    assert set(refused.value.errors) == {"reason"}


def test_an_other_ground_is_said_in_words(session, cast, case):
    with pytest.raises(BadFields) as refused:
        people.declare(session, case, cast.officer, Step.ASSIGNMENT, ["other"])
    assert set(refused.value.errors) == {"reason"}
    assert session.scalar(select(Declaration)) is None


def test_a_case_whose_officer_stands_back_goes_to_another_officer_of_the_organ(session, cast):
    case = recommended_case(session, cast)
    recusal = asked(session, case, cast.officer, cast.officer, "self")
    people.decide_recusal(session, case, recusal, cast.chief, granted=True)

    people.hand_over(session, case, cast.officer2, cast.chief)

    assert case.officer.id == cast.officer2.id
    assert people.handled_first(session, case, cast.officer)
    assert sound(session)


@pytest.mark.parametrize("name", ["officer", "stranger", "reviewer", "chief", "inactive", "recused"])
def test_a_case_goes_only_to_an_officer_who_fits(session, cast, name):
    case = recommended_case(session, cast)
    if name == "inactive":
        user = make_user(session, organisation=cast.county)
        user.active = False
        session.flush()
    elif name == "recused":
        user = cast.officer2
        recusal = people.declare(session, case, user, Step.ASSIGNMENT, ["interest"])
        assert recusal.grounds == ["interest"]
    else:
        user = getattr(cast, name)

    assert "Choose another" in problem_of(people.hand_over, session, case, user, cast.chief)
    with pytest.raises(NotAllowed):
        people.hand_over(session, case, cast.officer2, cast.officer)


def test_an_officer_changed_behind_the_back_of_the_record_is_found(session, cast):
    case = recommended_case(session, cast)
    session.execute(update(Case).where(Case.id == case.id).values(officer_id=cast.officer2.id))

    report = audit.verify(session)

    assert (report.ok, report.why) == (False, "officer")


def test_a_recusal_lifted_behind_the_back_of_the_record_is_found(session, cast, case):
    recusal = asked(session, case, cast.chief, cast.officer)
    people.decide_recusal(session, case, recusal, cast.chief, granted=True)
    session.execute(update(Recusal).values(granted=False))

    report = audit.verify(session)

    assert (report.ok, report.why) == (False, "row")
