"""Whoever owes a blind second opinion consults precedents, and sees nothing of the first review there."""

import pytest

from casebook.models import Part, Stage, Step
from casebook.office import change_settings
from casebook.precedents import consult
from casebook.procedure import people, review, second_opinion
from casebook.procedure.dates import today
from tests.consulted import KNOWN
from tests.precedents import a_precedent
from tests.reviews import leave_intake, whole_review
from tests.stages import TODAY, Cast, recommended_case, skip_to


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def blind(session, cast):
    """A case whose first review is passed and whose second opinion reviewer2 owes; the first reviewer has consulted."""
    a_precedent(session, cast.reviewer, facts=KNOWN, code="OWN-1")
    change_settings(session, cast.chief, second_opinion_rate=100)
    case = recommended_case(session, cast)
    leave_intake(session, cast, case)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    review.pass_review(
        session, case, cast.reviewer, whole_review(session, case, cast.reviewer), disposition="correct",
        reason="同意处理建议的分析", on=TODAY,
    )  # fmt: skip
    second_opinion.assign_second(session, case, cast.reviewer2, cast.chief)
    consult.consult(session, case, cast.reviewer, today())
    return case


def test_a_blind_second_reviewer_reads_and_keeps_a_consultation_of_their_own(as_, session, cast, blind):
    second = as_(cast.reviewer2)
    second.get(f"/cases/{blind.number}/precedents")
    assert second.status == 200
    assert "OWN-1" in second.text()
    second.send("把本次查阅结果存入案卷")
    assert "第 2 次查阅记录" in second.text()


def test_and_sees_no_consultation_of_anybody_else(as_, cast, blind):
    second = as_(cast.reviewer2)
    second.get(f"/cases/{blind.number}/precedents")
    assert cast.reviewer.name not in second.text()
    assert "第 1 次查阅记录" not in second.text()
    second.get(f"/cases/{blind.number}/precedents/consultations/1")
    assert second.status == 404
    second.get(f"/cases/{blind.number}/history")
    assert "类案检索结果存入案卷" not in second.text()
    first = as_(cast.reviewer)
    first.get(f"/cases/{blind.number}/precedents/consultations/1")
    assert first.status == 200


def test_the_review_stays_closed_to_them(as_, cast, blind):
    second = as_(cast.reviewer2)
    second.get(f"/cases/{blind.number}/review")
    assert second.status == 403


def test_a_panel_member_reads_only_once_assigned(as_, session, cast, blind):
    member = as_(cast.member)
    member.get(f"/cases/{blind.number}/precedents")
    assert member.status == 404
    skip_to(session, blind, Stage.PANEL)
    people.assign(session, blind, Part.CHAIR, cast.member, cast.chief)
    member.get(f"/cases/{blind.number}/precedents")
    assert member.status == 200
