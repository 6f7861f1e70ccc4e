"""Who screens and who handles: named by the chief, never one person, and out of it once there is a ground."""

import pytest

from casebook.complaints import duties, screening, steps
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import ComplaintPart, Scope
from casebook.procedure.dates import today
from casebook.seal import openings
from tests.complaints import NEUTRAL, a_complaint, handler, screener
from tests.factories import make_user
from tests.stages import Cast

SCREENER, HANDLER = ComplaintPart.SCREENER, ComplaintPart.HANDLER


def test_naming_the_screener_opens_the_text_to_this_one_until_the_extract_is_kept(session, seal):
    cast = Cast(session)
    noise = a_complaint(session, cast, seal)
    complaint = a_complaint(session, cast, seal)
    screener(session, cast, complaint)
    assert openings.active(session, complaint, cast.receiver, Scope.TEXT, today())
    assert not openings.active(session, complaint, cast.receiver, Scope.IDENTITY, today())
    assert not openings.active(session, complaint, cast.receiver2, Scope.TEXT, today())
    assert not openings.active(session, noise, cast.receiver, Scope.TEXT, today())
    screening.screen(session, seal, complaint, cast.receiver, screening.Screening(**NEUTRAL))
    assert not openings.active(session, complaint, cast.receiver, Scope.TEXT, today())


def test_the_text_is_closed_to_whoever_was_named_and_has_not_answered_the_question_of_recusal(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal)
    duties.assign(session, complaint, SCREENER, cast.receiver, cast.chief)
    assert not openings.active(session, complaint, cast.receiver, Scope.TEXT, today())
    assert not steps.may_do(cast.receiver, "screen", complaint)


def test_a_declared_ground_ends_the_part_and_the_reading_at_once(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    duties.declare(session, complaint, cast.receiver, ["relative_of_complainant"])
    assert not openings.active(session, complaint, cast.receiver, Scope.TEXT, today())
    assert not steps.may_read(cast.receiver, complaint)
    assert duties.current(complaint) == []
    assert "回避" in duties.why_not(complaint, SCREENER, cast.receiver).zh


def test_another_screener_takes_the_place_and_the_opening_of_the_one_before(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    duties.assign(session, complaint, SCREENER, cast.receiver2, cast.chief)
    duties.declare(session, complaint, cast.receiver2, [])
    assert [duty.user_id for duty in duties.current(complaint, SCREENER)] == [cast.receiver2.id]
    assert not openings.active(session, complaint, cast.receiver, Scope.TEXT, today())
    assert openings.active(session, complaint, cast.receiver2, Scope.TEXT, today())


def test_once_the_extract_is_kept_a_new_screener_reads_no_text(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "accepted")
    duties.assign(session, complaint, SCREENER, cast.receiver2, cast.chief)
    duties.declare(session, complaint, cast.receiver2, [])
    assert not openings.active(session, complaint, cast.receiver2, Scope.TEXT, today())


def test_whoever_read_the_original_never_handles_it_even_after_their_part_ended(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "accepted")
    [duty] = duties.current(complaint, SCREENER)
    duties.end(session, complaint, duty, cast.chief, "调离")
    cast.receiver.role = "officer"
    session.flush()
    with pytest.raises(NotReady) as refused:
        duties.assign(session, complaint, HANDLER, cast.receiver, cast.chief)
    assert "不得为同一人" in refused.value.message("zh")


def test_a_handler_is_not_made_its_screener(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal)
    handler(session, cast, complaint)
    cast.officer.role = "receiver"
    session.flush()
    with pytest.raises(NotReady):
        duties.assign(session, complaint, SCREENER, cast.officer, cast.chief)


@pytest.mark.parametrize(
    ("part", "who"),
    [
        (SCREENER, "officer"), (SCREENER, "chief"), (SCREENER, "administrator"), (SCREENER, "auditor"),
        (HANDLER, "receiver"), (HANDLER, "chief"), (HANDLER, "member"), (HANDLER, "stranger"),
        (HANDLER, "superior_reviewer"), (HANDLER, "auditor"),
    ],
)  # fmt: skip
def test_a_part_goes_only_to_its_role_in_the_organ(session, seal, part, who):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal)
    with pytest.raises(NotReady):
        duties.assign(session, complaint, part, getattr(cast, who), cast.chief)
    assert getattr(cast, who) not in duties.candidates(session, complaint, part)


def test_nobody_gone_and_nobody_of_the_organ_above_is_given_a_part(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal)
    cast.receiver.active = False
    elsewhere = make_user(session, "receiver", organisation=cast.city)
    session.flush()
    for user in (cast.receiver, elsewhere):
        with pytest.raises(NotReady):
            duties.assign(session, complaint, SCREENER, user, cast.chief)
    assert duties.candidates(session, complaint, SCREENER) == [cast.receiver2]


def test_nobody_named_in_the_neutral_words_handles_it(session, seal):
    cast = Cast(session)
    extract = f"反映周某与{cast.officer.name}在道路发包中违规。"
    complaint = a_complaint(session, cast, seal, "accepted", extract=extract)
    with pytest.raises(NotReady):
        duties.assign(session, complaint, HANDLER, cast.officer, cast.chief)
    assert duties.assign(session, complaint, HANDLER, cast.officer2, cast.chief)


def test_nobody_named_in_the_sealed_words_is_given_them_to_read(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, text=f"窗口的{cast.receiver.name}收了他的卡")
    with pytest.raises(NotReady) as refused:
        duties.assign(session, complaint, SCREENER, cast.receiver, cast.chief, seal=seal)
    assert refused.value.missing[0].zh.startswith("该人员应当回避")
    assert duties.assign(session, complaint, SCREENER, cast.receiver2, cast.chief, seal=seal)


@pytest.mark.parametrize("who", ["receiver", "officer", "reviewer", "auditor", "administrator", "stranger"])
def test_only_the_chief_or_the_chief_above_assigns(session, seal, who):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal)
    with pytest.raises(NotAllowed):
        duties.assign(session, complaint, SCREENER, cast.receiver2, getattr(cast, who))
    assert duties.assign(session, complaint, SCREENER, cast.receiver2, cast.superior)


def test_a_chief_who_is_named_assigns_nobody_and_ends_no_part(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "accepted", respondent_name=cast.chief.name)
    with pytest.raises(NotAllowed):
        duties.assign(session, complaint, HANDLER, cast.officer, cast.chief)
    with pytest.raises(NotAllowed):
        duties.end(session, complaint, duties.current(complaint)[0], cast.chief, "换人")


def test_a_part_is_given_once_and_ended_once_with_a_reason(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal)
    handler(session, cast, complaint)
    with pytest.raises(NotReady):
        duties.assign(session, complaint, HANDLER, cast.officer, cast.chief)
    [duty] = duties.current(complaint)
    with pytest.raises(BadFields):
        duties.end(session, complaint, duty, cast.chief, " ")
    duties.end(session, complaint, duty, cast.chief, "换人")
    with pytest.raises(NotReady):
        duties.end(session, complaint, duty, cast.chief, "换人")


def test_a_part_of_another_complaint_is_not_ended_here(session, seal):
    cast = Cast(session)
    other = a_complaint(session, cast, seal, "assigned")
    complaint = a_complaint(session, cast, seal, "assigned")
    with pytest.raises(NotReady):
        duties.end(session, complaint, other.duties[0], cast.chief, "换人")


def test_only_whoever_has_a_part_answers_for_it_and_only_with_known_grounds(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    for user in (cast.officer, cast.chief, cast.administrator, cast.receiver2):
        with pytest.raises(NotAllowed):
            duties.declare(session, complaint, user, [])
    with pytest.raises(BadFields):
        duties.declare(session, complaint, cast.receiver, ["bored"])


def test_nobody_is_assigned_to_what_was_refused(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "refused")
    with pytest.raises(WrongStage):
        duties.assign(session, complaint, HANDLER, cast.officer, cast.chief)
    assert duties.current(complaint) == []


def test_a_second_account_whose_name_is_only_written_otherwise_is_the_same_person(session, seal):
    cast = Cast(session)
    cast.chief.name, cast.receiver2.name = "Li Wei", "ＬＩ ＷＥＩ"
    complaint = a_complaint(session, cast, seal)

    with pytest.raises(NotReady, match="your own name"):
        duties.assign(session, complaint, ComplaintPart.SCREENER, cast.receiver2, cast.chief, seal=seal)
