"""Talks: what was raised and promised is kept, the day to come back to it runs, and the follow-up is entered once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casebook import audit, talks
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Deadline, Event, Stage, Talk
from tests.stages import Cast, recommended_case, skip_to

TODAY = date(2026, 11, 21)
LATER = TODAY + timedelta(days=40)


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    """A case, beside another with a talk of its own."""
    hold(session, recommended_case(session, cast), cast.officer, raised="另案的话")
    return recommended_case(session, cast)


def hold(session, case, by, **changes):
    fields = {
        "kind": "heart_to_heart", "person": "周某", "held_on": TODAY, "held_by": "县纪委 李主任", "purpose": "了解思想状况",
        "raised": "工作压力较大", "promised": "每月报告进展", "today": TODAY, **changes,
    }  # fmt: skip
    return talks.record(session, case, by, **fields)


def own(session, talk) -> Deadline | None:
    return session.scalar(select(Deadline).where(Deadline.ref == f"talk:{talk.id}"))


@pytest.mark.parametrize("kind", list(talks.KINDS))
def test_each_kind_of_talk_is_kept_with_what_was_raised_and_promised(session, cast, case, kind):
    talk = hold(session, case, cast.officer, kind=kind, follow_up_on=LATER)

    kept = session.get(Talk, talk.id)
    assert (kept.kind, kept.raised, kept.promised) == (kind, "工作压力较大", "每月报告进展")
    assert (own(session, talk).due_on, own(session, talk).state) == (LATER, "running")


def test_a_talk_without_an_agreed_day_has_no_deadline(session, cast, case):
    assert own(session, hold(session, case, cast.officer)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "chat"), ("person", ""), ("person", "周某\n某"), ("held_by", " "), ("purpose", ""), ("raised", ""),
        ("raised", "长" * 5001), ("held_on", TODAY + timedelta(days=1)), ("held_on", None), ("follow_up_on", TODAY),
    ],
)  # fmt: skip
def test_a_talk_that_lacks_something_is_refused_at_its_field(session, cast, case, field, value):
    with pytest.raises(BadFields) as caught:
        hold(session, case, cast.officer, **{field: value})

    assert list(caught.value.errors) == [field]


def test_officer_and_chief_enter_talks_at_any_stage_and_nobody_from_elsewhere(session, cast, case):
    for stage in Stage:
        skip_to(session, case, stage)
        hold(session, case, cast.chief)
    for who in (cast.stranger, cast.superior, cast.auditor, cast.administrator, cast.member, cast.reviewer):
        with pytest.raises(NotAllowed):
            hold(session, case, who)


def test_the_follow_up_says_what_became_of_it_and_ends_its_deadline(session, home, cast, case):
    talk = hold(session, case, cast.officer, follow_up_on=LATER)

    talks.follow_up(
        session, case, cast.officer2, talk.id, followed_up_on=LATER, words="已按月报告", today=LATER
    )

    assert (talk.followed_up_on, talk.follow_up_words) == (LATER, "已按月报告")
    assert own(session, talk).state == "stopped"
    session.commit()
    assert audit.verify(session, home).ok


@pytest.mark.parametrize(
    ("day", "words", "field"),
    [
        (TODAY - timedelta(days=1), "好", "followed_up_on"),
        (TODAY + timedelta(days=1), "好", "followed_up_on"),
        (None, "好", "followed_up_on"),
        (TODAY, " ", "words"),
    ],
)
def test_a_follow_up_before_the_talk_in_the_future_or_without_words_is_refused(
    session, cast, case, day, words, field
):
    talk = hold(session, case, cast.officer)

    with pytest.raises(BadFields) as caught:
        talks.follow_up(session, case, cast.officer, talk.id, followed_up_on=day, words=words, today=TODAY)
    assert list(caught.value.errors) == [field]


def test_a_talk_is_followed_up_once_and_only_in_its_own_case(session, cast, case):
    talk = hold(session, case, cast.officer)
    theirs = session.scalar(select(Talk).where(Talk.case_id != case.id))
    talks.follow_up(session, case, cast.officer, talk.id, followed_up_on=TODAY, words="好", today=TODAY)

    for wrong in (talk.id, theirs.id, 99999):
        with pytest.raises(NotReady):
            talks.follow_up(session, case, cast.officer, wrong, followed_up_on=TODAY, words="好", today=TODAY)


def test_only_the_talks_of_the_case_are_read_latest_first_and_the_reading_is_logged(session, cast, case):
    early = hold(session, case, cast.officer, held_on=date(2026, 1, 5))
    late = hold(session, case, cast.officer)

    assert [talk.id for talk in talks.read_talks(session, cast.reviewer, case)] == [late.id, early.id]
    kinds = list(session.scalars(select(Event.kind).order_by(Event.seq)))
    assert kinds[-1] == "talk.read"


def test_no_words_of_a_talk_are_in_the_log(session, cast, case):
    hold(session, case, cast.officer, raised="极独特的话", person="独特某")

    assert not [event for event in session.scalars(select(Event)) if "独特" in str(event.detail)]
