"""The list of cases shows each person what waits for them, and nothing that waits for somebody else."""

import pytest

from casebook import queries
from casebook.models import Case, Part, Stage, Step
from casebook.office import change_settings
from casebook.procedure import people, review, second_opinion
from tests.factories import make_case
from tests.reviews import leave_intake, whole_review
from tests.stages import TODAY, Cast, recommended_case, skip_to

NAMES = (
    "officer",
    "officer2",
    "reviewer",
    "reviewer2",
    "chief",
    "member",
    "superior",
    "superior_reviewer",
    "auditor",
)


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    """A case of the officer, beside a closed one that waits for nobody."""
    skip_to(session, make_case(session, cast.officer), Stage.CLOSED)
    return recommended_case(session, cast)


def waiting(session, cast, case: Case) -> set[str]:
    """The names of everyone for whom this case waits."""
    return {
        name
        for name in NAMES
        if case.number
        in {row.number for row in queries.list_cases(session, getattr(cast, name), waiting=True)}
    }


def test_a_case_waits_for_each_person_in_turn(session, cast, case):
    change_settings(session, cast.chief, second_opinion_rate=100)
    assert waiting(session, cast, case) == {"officer"}

    leave_intake(session, cast, case)
    assert waiting(session, cast, case) == {"chief"}

    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    assert waiting(session, cast, case) == {"reviewer"}

    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    answers = whole_review(session, case, cast.reviewer)
    review.pass_review(
        session, case, cast.reviewer, answers, disposition="correct", reason="同意处理建议", on=TODAY
    )
    assert waiting(session, cast, case) == {"officer", "chief"}

    second_opinion.assign_second(session, case, cast.reviewer2, cast.chief)
    assert waiting(session, cast, case) == {"officer", "reviewer2"}

    skip_to(session, case, Stage.PANEL)
    assert waiting(session, cast, case) == {"chief", "reviewer2"}
    people.assign(session, case, Part.CHAIR, cast.member, cast.chief)
    assert waiting(session, cast, case) == {"member", "reviewer2"}

    skip_to(session, case, Stage.CORRECTED)
    assert waiting(session, cast, case) == {"chief"}


def test_a_recusal_waits_for_whoever_decides_it(session, cast, case):
    people.declare(session, case, cast.officer, Step.ASSIGNMENT, ["interest"])
    assert waiting(session, cast, case) == {"chief"}

    people.decide_recusal(session, case, case.recusals[0], cast.chief, granted=True)
    assert waiting(session, cast, case) == {"chief"}  # to hand the case to another officer
    people.hand_over(session, case, cast.officer2, cast.chief)
    assert waiting(session, cast, case) == {"officer2"}


def test_a_recusal_of_the_chief_waits_for_the_organ_above(session, cast, case):
    people.ask_recusal(session, case, cast.officer, cast.chief, "organ", ["interest"], "有人反映")

    assert waiting(session, cast, case) == {"officer", "superior"}


def test_the_count_and_the_stage_filter_agree_with_the_list(session, cast, case):
    skip_to(session, recommended_case(session, cast), Stage.PANEL)

    assert queries.count_cases(session, cast.chief, waiting=True) == 1
    assert [row.stage for row in queries.list_cases(session, cast.chief, stage="panel")] == [Stage.PANEL]
    assert queries.count_cases(session, cast.chief, stage="intake") == 1
