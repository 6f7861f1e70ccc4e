"""Hints of the same complaint: by whom it is about and what it says, with reasons, and never by its author."""

from dataclasses import fields

import pytest

from casebook.complaints import due, log, repeats
from casebook.errors import NotAllowed, NotReady
from casebook.models import Finding
from casebook.procedure.dates import today
from tests.complaints import a_complaint
from tests.factories import make_user
from tests.stages import Cast

OTHER = {
    "respondent_name": "吴某",
    "respondent_unit": "白水镇",
    "extract": "反映吴某在采购中收受礼金。",
    "points": ("收受礼金",),
}


def conclude(session, cast, complaint, finding):
    """As handling leaves it."""
    complaint.finding, complaint.concluded_on, complaint.state = finding, today(), "concluded"
    log.record(session, "complaint.read", cast.chief, complaint, rows=[complaint])


def test_the_same_person_unit_and_words_are_reasons_said_in_words(session, seal):
    cast = Cast(session)
    first = a_complaint(session, cast, seal, "accepted")
    a_complaint(session, cast, seal, "accepted", **OTHER)
    again = a_complaint(
        session,
        cast,
        seal,
        "screened",
        extract="反映周某道路发包问题。",
        points=("乡村道路工程未公开招标即开工",),
    )
    [hint] = repeats.hints(session, again, cast.receiver)
    assert hint.complaint is first
    assert [reason.zh for reason in hint.reasons] == [
        "被反映人姓名、单位相同", "第 1 条与该件第 1 条均提到“道路工程未公开招标”",
    ]  # fmt: skip
    assert not hint.concluded


def test_a_hint_has_no_score(session, seal):
    assert {field.name for field in fields(repeats.Hint)} == {"complaint", "reasons", "concluded"}
    assert {field.type for field in fields(repeats.Hint)}.isdisjoint({int, float, "int", "float"})


@pytest.mark.parametrize(
    ("finding", "clear"),
    [
        (Finding.UNSUBSTANTIATED, True), (Finding.SUBSTANTIATED, True), (Finding.NO_VIOLATION, True),
        (Finding.PARTLY, False), (Finding.CANNOT_VERIFY, False),
    ],
)  # fmt: skip
def test_a_repeat_after_a_clear_finding_says_when_it_was_made(session, seal, finding, clear):
    cast = Cast(session)
    first = a_complaint(session, cast, seal, "accepted")
    conclude(session, cast, first, finding)
    again = a_complaint(session, cast, seal, "screened")
    [hint] = repeats.hints(session, again, cast.receiver)
    assert hint.concluded == clear
    assert any("明确结论" in reason.zh for reason in hint.reasons) == clear


def test_the_same_author_is_no_reason(session, seal):
    cast = Cast(session)
    a_complaint(session, cast, seal, "accepted", **OTHER)
    again = a_complaint(session, cast, seal, "screened")
    assert repeats.hints(session, again, cast.receiver) == []


def test_somebody_of_the_same_name_in_another_unit_is_somebody_else(session, seal):
    cast = Cast(session)
    a_complaint(session, cast, seal, "accepted", respondent_unit="白水镇")
    again = a_complaint(session, cast, seal, "screened")
    assert repeats.hints(session, again, cast.receiver) == []


def test_an_unscreened_complaint_a_stub_and_one_of_another_organ_are_no_hint(session, seal):
    cast = Cast(session)
    a_complaint(session, cast, seal)
    a_complaint(session, cast, seal, "stub")
    again = a_complaint(session, cast, seal, "screened")
    assert repeats.hints(session, again, cast.receiver) == []
    assert repeats.hints(session, a_complaint(session, cast, seal), cast.receiver) == []
    elsewhere = make_user(session, "receiver", organisation=cast.city)
    assert repeats.hints(session, again, elsewhere) == []


def test_a_handler_sees_only_hints_to_what_they_handle(session, seal):
    cast = Cast(session)
    a_complaint(session, cast, seal, "accepted")
    again = a_complaint(session, cast, seal, "accepted")
    assert repeats.hints(session, again, cast.officer) == []
    assert len(repeats.hints(session, again, cast.receiver)) == 1


def test_a_repeat_is_marked_by_its_screener_against_the_first_of_them_and_not_told_again(session, seal):
    cast = Cast(session)
    first = a_complaint(session, cast, seal, "accepted")
    second = a_complaint(session, cast, seal, "screened")
    third = a_complaint(session, cast, seal, "screened")
    assert repeats.mark(session, second, cast.receiver, first).repeat_of_id == first.id
    assert repeats.mark(session, third, cast.receiver, second).repeat_of_id == first.id
    assert not due._is_told(third)
    assert repeats.mark(session, third, cast.receiver, None).repeat_of_id is None


def test_a_repeat_is_not_marked_against_anything_else_or_by_anybody_else(session, seal):
    cast = Cast(session)
    other = a_complaint(session, cast, seal, "accepted", **OTHER)
    first = a_complaint(session, cast, seal, "accepted")
    again = a_complaint(session, cast, seal, "screened")
    with pytest.raises(NotReady):
        repeats.mark(session, again, cast.receiver, other)
    with pytest.raises(NotReady):
        repeats.mark(session, again, cast.receiver, again)
    with pytest.raises(NotAllowed):
        repeats.mark(session, again, cast.chief, first)
