"""The quiz: nothing gives the decision away, one answer each, seen by its author alone, and figures about nobody."""

import dataclasses
import json

import pytest
from sqlalchemy import select

from casebook import audit, events
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, PrecedentNotFound
from casebook.models import Event, Life, PrecedentCoding, Tier
from casebook.precedents import quiz
from casebook.procedure.decide import standing_decision
from tests.factories import make_organisation, make_user
from tests.precedents import a_precedent
from tests.stages import Cast, bring

REASONS = ["mental_state"]


@pytest.fixture
def reviewer(session):
    return make_user(session, "reviewer")


@pytest.fixture
def precedent(session, reviewer):
    return a_precedent(session, reviewer)


@pytest.fixture
def officer(session, reviewer):
    return make_user(session, "officer", organisation=reviewer.organisation)


def give(session, by, precedent, outcome="tolerate", reasons=REASONS, **more):
    return quiz.answer(session, by, precedent.id, outcome=outcome, reasons=reasons, **more)


def test_a_question_has_the_facts_and_nothing_of_the_decision(session, reviewer, officer):
    precedent = a_precedent(
        session, reviewer, code="YS-9-TELLTALE", tier="guiding", outcome="tolerate", measure="批评教育",
        holding="属于先行先试中的失误，予以容错。", source_title="指导性案例第9号", body="云山市纪委监委",
        title="某镇先建村道，予以容错",
        summary="镇政府未批先建村道。经研究，对其予以容错。事后补办了手续。后来给予诫勉处理",
    )  # fmt: skip
    asked = quiz.question(session, officer, precedent.id)

    assert (asked.summary, asked.shortened) == ("镇政府未批先建村道。事后补办了手续。", True)
    assert dict(asked.facts)["mental_state"] == "ordinary_negligence"
    text = json.dumps(dataclasses.asdict(asked), ensure_ascii=False)
    for told in ("TELLTALE", "guiding", "指导", "tolerate", "容错", "批评", "诫勉", "云山", "先行先试"):
        assert told not in text


def test_one_answers_sees_the_decision_and_may_not_answer_again(session, officer, precedent):
    with pytest.raises(PrecedentNotFound):
        quiz.result(session, officer, precedent.id)
    row = give(
        session, officer, precedent, "correct", ["knew_of_prohibition", "mental_state"], words=" 有过失 "
    )

    assert (row.outcome, row.reasons, row.words) == (
        "correct",
        ["mental_state", "knew_of_prohibition"],
        "有过失",
    )
    own, decided, replay = quiz.result(session, officer, precedent.id)
    assert (own, decided, replay.result) == (row, precedent, "same")
    with pytest.raises(NotReady):
        give(session, officer, precedent)
    assert quiz.next_one(session, officer) is None
    assert [one for one, _ in quiz.own_answers(session, officer)] == [row]
    assert audit.verify(session).ok


@pytest.mark.parametrize(
    ("outcome", "reasons", "words", "field"),
    [
        ("", REASONS, "", "outcome"),
        ("refer", REASONS, "", "outcome"),
        ("tolerate", [], "", "reasons"),
        ("tolerate", ["luck"], "", "reasons"),
        ("tolerate", ["mental_state", "luck"], "", "reasons"),
        ("tolerate", REASONS, "长" * 2001, "words"),
        ("tolerate", REASONS, "\0", "words"),
    ],
)
def test_an_answer_that_is_none_is_refused_and_may_be_given_anew(
    session, officer, precedent, outcome, reasons, words, field
):
    with pytest.raises(BadFields) as refused:
        give(session, officer, precedent, outcome, reasons, words=words)

    assert set(refused.value.errors) == {field}
    give(session, officer, precedent)


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_takes_no_part_in_judging_takes_no_quiz(session, precedent, role):
    other = make_user(session, role)
    for ask in (quiz.next_one, quiz.figure, quiz.own_answers):
        with pytest.raises(NotAllowed):
            ask(session, other)
    with pytest.raises(NotAllowed):
        give(session, other, precedent)


def test_the_one_fewest_answered_comes_first_then_the_one_entered_first(session, reviewer, officer):
    one, two, three = (a_precedent(session, reviewer) for _ in range(3))
    other = make_user(session, "chief")
    for answered in (one, three):
        give(session, other, answered)

    order = []
    while (key := quiz.next_one(session, officer)) is not None:
        order.append(key)
        quiz.answer(session, officer, key, outcome="tolerate", reasons=REASONS)
    assert order == [two.id, one.id, three.id]


@pytest.mark.parametrize(
    "life", [Life.CODING, Life.PROPOSED, Life.REFUSED, Life.FLIPPED, Life.WITHDRAWN, Life.REVIEW]
)
def test_only_what_is_published_and_alive_is_asked(session, reviewer, officer, life):
    precedent = a_precedent(session, reviewer, life=life)

    assert quiz.next_one(session, officer) is None
    with pytest.raises(PrecedentNotFound):
        quiz.question(session, officer, precedent.id)
    with pytest.raises(PrecedentNotFound):
        give(session, officer, precedent)


def test_nobody_is_asked_about_a_case_of_their_own_or_a_precedent_they_made(session, reviewer):
    cast = Cast(session)
    case = bring(session, cast, "in_force")
    own = a_precedent(session, reviewer, case=case, decision=standing_decision(session, case))
    people = [cast.officer, cast.reviewer, cast.chief, cast.member, cast.member2]
    coder = make_user(session, "officer")
    coding = PrecedentCoding(precedent_id=own.id, coder_id=coder.id, at=utc_now())
    session.add(coding)
    events.record(session, "precedent.changed", coder, rows=[coding], precedent=own.id)

    for person in (*people, coder, reviewer, own.approved_by):
        assert quiz.next_one(session, person) is None, person.role
        with pytest.raises(PrecedentNotFound):
            quiz.question(session, person, own.id)
    assert quiz.next_one(session, make_user(session, "officer")) == own.id


def test_nobody_sees_what_another_answered(session, officer, reviewer, precedent):
    give(session, officer, precedent, words="只有我看得到")
    other = make_user(session, "officer", organisation=officer.organisation)

    assert quiz.own_answers(session, other) == []
    with pytest.raises(PrecedentNotFound):
        quiz.result(session, other, precedent.id)
    for event in session.scalars(select(Event).where(Event.kind.in_(["quiz.answered", "quiz.read"]))):
        assert set(event.detail) <= {"rows"}  # not even which precedent
    assert "只有我看得到" not in json.dumps([event.detail for event in session.scalars(select(Event))])


def answered(session, organisation, precedents, *outcomes):
    """One new person for each of these, who gives these outcomes to the precedents in order."""
    for given in outcomes:
        person = make_user(session, "officer", organisation=organisation)
        for precedent, outcome in zip(precedents, given, strict=False):
            give(session, person, precedent, outcome)


def test_the_figure_of_an_organ_says_how_far_its_people_agree(session, reviewer, officer):
    precedents = [
        a_precedent(session, reviewer),
        a_precedent(session, reviewer, outcome="hold_accountable"),
    ]
    held = ("tolerate", "hold_accountable")
    answered(session, officer.organisation, precedents, *[held] * 5, *[("correct", "tolerate")] * 5)
    answered(session, make_organisation(session), precedents, *[("correct", "correct")] * 5)

    found = quiz.figure(session, officer)
    assert found.counts.row("answers") == (10, 10, 20)
    assert (found.agreement.n, found.agreement.raw) == (20, 0.5)
    assert found.agreement.kappa is not None


def test_too_few_answers_or_people_or_differences_tell_nothing(session, reviewer, officer):
    precedents = [a_precedent(session, reviewer) for _ in range(5)]
    organ = officer.organisation

    answered(session, organ, precedents, ["tolerate"] * 5)  # one person, five answers
    assert quiz.figure(session, officer).agreement is None
    assert quiz.figure(session, officer).counts.row("answers") == (0, 0, 0)

    answered(session, organ, precedents[:1], ["tolerate"], ["tolerate"], ["tolerate"])
    assert quiz.figure(session, officer).agreement is None  # four people, and the fifth:
    answered(session, organ, precedents[:1], ["tolerate"], ["tolerate"])
    assert quiz.figure(session, officer).agreement.raw == 1.0

    answered(session, organ, precedents, ["correct", "tolerate", "tolerate", "tolerate", "tolerate"])
    found = quiz.figure(session, officer)  # one that differs would be somebody's
    assert (found.agreement, found.counts.row("answers")[:2]) == (None, (None, None))


def test_one_more_answer_does_not_move_the_figure(session, reviewer, officer):
    precedents = [a_precedent(session, reviewer)]
    answered(session, officer.organisation, precedents, *[["tolerate"]] * 5)
    before = quiz.figure(session, officer)

    for _ in range(4):
        answered(session, officer.organisation, precedents, ["correct"])
        assert quiz.figure(session, officer) == before


def test_every_tier_is_asked(session, reviewer, officer):
    for tier in Tier:
        a_precedent(session, reviewer, tier=tier)
    for _ in Tier:
        give_next = quiz.next_one(session, officer)
        quiz.answer(session, officer, give_next, outcome="correct", reasons=REASONS)
    assert len(quiz.own_answers(session, officer)) == len(Tier)
