"""What the author is told and what they object to: the words in the sealed store, the rest in the record."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import object_session

from casebook.complaints import due, handling, listing, log, objections, telling
from casebook.db import Base
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Finding
from casebook.procedure.dates import today
from casebook.seal import messages, openings
from tests import handled
from tests.complaints import a_complaint
from tests.stages import Cast

DAY = handled.TOLD
LATER = date(2026, 11, 21)
WORDS = "MARKER您反映的问题已经查清"
ANONYMOUS = {"naming": "anonymous", "name": "", "contact": "", "identity_number": ""}


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def make(session, cast, seal):
    def make(state: str, **fields):
        a_complaint(session, cast, seal, name="旁人甲", contact="13000000001")  # noise
        return a_complaint(session, cast, seal, state, **fields)

    return make


def opening(session, cast, complaint, scope, purpose="feedback", by=None):
    asked = openings.ask(
        session, complaint, by or cast.receiver, scope=scope, purpose=purpose, reason="反馈结果、听取意见"
    )
    openings.answer(session, asked, cast.chief, granted=True, until=today() + timedelta(days=5), on=today())
    return asked


def said(seal, complaint) -> list[tuple[str, str, date]]:
    """What stands under the receipt once the step is committed."""
    object_session(complaint).commit()
    return [(one.who, one.text, one.day) for one in messages.all(seal, complaint.handle)]


def tell_accepted(session, seal, complaint, by, **fields):
    wanted = {"words": WORDS, "how": "receipt", "given_on": DAY, "today": LATER, **fields}
    return handling.tell_accepted(session, seal, complaint, by, **wanted)


def object_to(session, seal, complaint, by, **fields):
    wanted = {
        "how": "letter",
        "words": WORDS,
        "given_on": DAY,
        "new_evidence": False,
        "today": LATER,
        **fields,
    }
    return handling.object_to(session, seal, complaint, by, **wanted)


def answer(session, seal, complaint, by, row, **fields):
    wanted = {"words": WORDS, "how": "receipt", "given_on": LATER, "today": LATER, **fields}
    return handling.answer_objection(session, seal, complaint, by, row.id, **wanted)


def test_whoever_signed_is_told_of_the_acceptance_once_under_their_receipt(session, cast, seal, make):
    complaint = make("accepted")

    row = tell_accepted(session, seal, complaint, cast.receiver)

    assert (complaint.told_on, row.kind, row.how) == (DAY, "accepted", "receipt")
    assert said(seal, complaint) == [("organ", WORDS, DAY)]
    with pytest.raises(NotReady):
        tell_accepted(session, seal, complaint, cast.receiver)
    assert len(said(seal, complaint)) == 1


@pytest.mark.parametrize("naming", ["anonymous", "unverifiable_name"])
def test_nobody_else_is_told_of_the_acceptance(session, cast, seal, make, naming):
    complaint = make("accepted", **{**ANONYMOUS, "naming": naming})

    with pytest.raises(NotReady) as refused:
        tell_accepted(session, seal, complaint, cast.receiver)

    assert "第二十六条" in refused.value.message("zh")
    assert said(seal, complaint) == []


def test_of_a_repeat_the_acceptance_is_not_told_again(session, cast, seal, make):
    first, complaint = make("accepted"), make("accepted")
    complaint.repeat_of_id = first.id
    session.flush()

    with pytest.raises(NotReady):
        tell_accepted(session, seal, complaint, cast.receiver)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": " "}, "words"),
        ({"how": "web"}, "how"),
        ({"given_on": date(2026, 11, 1)}, "given_on"),
        ({"given_on": LATER + timedelta(days=1)}, "given_on"),
        ({"given_on": "2026-11-20"}, "given_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(session, cast, seal, make, wrong, field):
    complaint = make("accepted")

    with pytest.raises(BadFields) as refused:
        tell_accepted(session, seal, complaint, cast.receiver, **wrong)

    assert list(refused.value.errors) == [field]
    assert complaint.told_on is None
    assert said(seal, complaint) == []


def test_the_result_carries_the_duty_of_secrecy_and_the_right_to_object(session, cast, seal, make):
    complaint = make("concluded")

    handled.tell(session, cast, seal, complaint, words=WORDS)

    ((who, text, day),) = said(seal, complaint)
    assert (who, day, complaint.fed_back_on) == ("organ", DAY, DAY)
    assert text.startswith(WORDS)
    assert "予以保密" in text
    assert "keep this result to yourself" in text
    with pytest.raises(NotReady):
        handled.tell(session, cast, seal, complaint)


def test_no_result_is_fed_back_before_the_conclusion(session, cast, seal, make):
    with pytest.raises(WrongStage) as refused:
        handled.tell(session, cast, seal, make("found"))

    assert refused.value.message("zh").startswith("检举控告件现处于“核查中”阶段，不能“反馈结果”")
    assert refused.value.message("en").startswith("The complaint is at the stage “Being verified”")


@pytest.mark.parametrize("how", ["letter", "talk", "call"])
def test_whoever_tells_it_otherwise_than_under_the_receipt_needs_an_opening_of_the_identity(
    session, cast, seal, make, how
):
    complaint = make("concluded")
    opening(session, cast, complaint, "text", purpose="correspondence")  # not of the identity
    with pytest.raises(NotReady) as refused:
        handled.tell(session, cast, seal, complaint, how=how)
    assert "第四十七条" in refused.value.message("zh")
    assert complaint.fed_back_on is None

    granted = opening(session, cast, complaint, "identity")
    row = handled.tell(session, cast, seal, complaint, how=how, today=today())

    assert row.how == how
    (event,) = [one for one in log.history(session, complaint) if one.kind == "complaint.told_result"]
    assert event.detail["opening"] == granted.id
    assert len(said(seal, complaint)) == 1


def test_an_anonymous_author_finds_the_result_under_the_receipt_and_in_no_other_way(
    session, cast, seal, make
):
    complaint = make("concluded", **ANONYMOUS)
    for how in ("letter", "talk", "call"):
        with pytest.raises(NotReady) as refused:
            handled.tell(session, cast, seal, complaint, how=how)
        assert "不得设法联系" in refused.value.message("zh")

    handled.tell(session, cast, seal, complaint)

    assert complaint.fed_back_on == DAY


def test_the_screener_writes_to_the_author_while_an_opening_is_in_force(session, cast, seal, make):
    complaint = make("handling")
    with pytest.raises(NotReady):
        handling.write(session, seal, complaint, cast.receiver, words=WORDS, today=today())
    assert said(seal, complaint) == []

    opening(session, cast, complaint, "text", purpose="correspondence")
    handling.write(session, seal, complaint, cast.receiver, words=WORDS, today=today())

    assert said(seal, complaint) == [("organ", WORDS, today())]
    with pytest.raises(NotReady):
        handling.write(
            session, seal, complaint, cast.receiver, words=WORDS, today=today() + timedelta(days=6)
        )


def test_only_the_screener_speaks_with_the_author(session, cast, seal, make):
    complaint = make("concluded")

    for other in (
        cast.officer,
        cast.receiver2,
        cast.chief,
        cast.superior,
        cast.auditor,
        cast.administrator,
        None,
    ):
        with pytest.raises(NotAllowed):
            handling.feed_back(
                session, seal, complaint, other, words=WORDS, how="receipt", given_on=DAY, today=LATER
            )
        with pytest.raises(NotAllowed):
            handling.write(session, seal, complaint, other, words=WORDS, today=LATER)
    assert said(seal, complaint) == []


def test_an_objection_without_new_evidence_is_recorded_and_answered(session, cast, seal, make):
    complaint = make("told")

    row = object_to(session, seal, complaint, cast.receiver, words="MARKER我不同意")
    assert [one.id for one in objections.unanswered(session, complaint)] == [row.id]
    reply = answer(session, seal, complaint, cast.receiver, row)

    assert (reply.kind, reply.answers_id) == ("objection_answer", row.id)
    assert objections.unanswered(session, complaint) == []
    assert [(who, text[:11]) for who, text, _ in said(seal, complaint)][1:] == [
        ("author", "MARKER我不同意"), ("organ", WORDS[:11]),
    ]  # fmt: skip
    with pytest.raises(NotReady):
        answer(session, seal, complaint, cast.receiver, row)


def test_an_objection_under_the_receipt_is_known_through_an_opening_of_the_text(session, cast, seal, make):
    complaint = make("told")
    messages.post(seal, complaint.handle, "author", "MARKER有异议", DAY)
    with pytest.raises(NotReady):
        object_to(session, seal, complaint, cast.receiver, how="receipt", words="", today=today())

    opening(session, cast, complaint, "text")
    object_to(session, seal, complaint, cast.receiver, how="receipt", words="", today=today())

    assert [text for who, text, _ in said(seal, complaint) if who == "author"] == ["MARKER有异议"]


def test_nobody_objects_before_the_result_is_told(session, cast, seal, make):
    with pytest.raises(NotReady):
        object_to(session, seal, make("concluded"), cast.receiver)


def test_it_must_be_said_whether_there_is_new_evidence(session, cast, seal, make):
    with pytest.raises(BadFields) as refused:
        object_to(session, seal, make("told"), cast.receiver, new_evidence=None)

    assert list(refused.value.errors) == ["new_evidence"]


def test_new_evidence_is_verified_by_the_handler_before_the_answer(session, cast, seal, make):
    complaint = make("told")
    row = object_to(session, seal, complaint, cast.receiver, new_evidence=True)
    with pytest.raises(NotReady):
        answer(session, seal, complaint, cast.receiver, row)
    with pytest.raises(NotAllowed):
        handling.check_objection(
            session, complaint, cast.receiver, row.id, checked="已核对", stands=True, today=LATER
        )

    handling.check_objection(
        session, complaint, cast.officer, row.id, checked="已核对", stands=True, today=LATER
    )
    with pytest.raises(NotReady):
        handling.check_objection(
            session, complaint, cast.officer, row.id, checked="再查", stands=False, today=LATER
        )
    with pytest.raises(NotReady):
        handling.reopen(session, complaint, cast.chief, reason="结论成立，不应重查", today=LATER)
    answer(session, seal, complaint, cast.receiver, row)

    assert complaint.state == "concluded"


def test_new_evidence_that_shakes_the_finding_has_it_found_concluded_and_told_anew(session, cast, seal, make):
    complaint = make("closed")
    row = object_to(session, seal, complaint, cast.receiver, new_evidence=True)
    handling.check_objection(
        session, complaint, cast.officer, row.id, checked="收条属实", stands=False, today=LATER
    )
    with pytest.raises(NotReady):
        answer(session, seal, complaint, cast.receiver, row)
    with pytest.raises(NotAllowed):
        handling.reopen(session, complaint, cast.officer, reason="重查", today=LATER)

    handling.reopen(session, complaint, cast.chief, reason="收条足以动摇第三项结论", today=LATER)

    assert complaint.state == "handling"
    assert (complaint.concluded_on, complaint.fed_back_on, complaint.closed_on, complaint.found_on) == (
        None,
    ) * 4
    found = [Finding.UNSUBSTANTIATED, Finding.UNSUBSTANTIATED, Finding.SUBSTANTIATED]
    handled.find(session, cast, complaint, *found, whole=Finding.PARTLY, today=LATER)
    handled.conclude(session, cast, complaint, today=LATER)
    handled.tell(session, cast, seal, complaint, given_on=LATER, today=LATER)
    answer(session, seal, complaint, cast.receiver, row)
    assert complaint.finding == Finding.PARTLY
    assert objections.unanswered(session, complaint) == []


def test_who_was_told_before_it_was_reopened_is_told_of_what_was_concluded_on_the_same_day(
    session, cast, seal, make
):
    complaint = make("told")
    complaint.concluded_on = LATER
    session.flush()
    handling.report_inside(session, complaint, cast.officer, given_on=LATER, today=LATER)
    handling.tell_respondent(session, complaint, cast.officer, how="talk", given_on=LATER, today=LATER)
    assert (due.reported_inside(complaint), due.told_respondent(complaint).given_on) == (LATER, LATER)
    row = object_to(session, seal, complaint, cast.receiver, new_evidence=True)
    handling.check_objection(
        session, complaint, cast.officer, row.id, checked="属实", stands=False, today=LATER
    )
    handling.reopen(session, complaint, cast.chief, reason="收条足以动摇第三项结论", today=LATER)
    found = [Finding.UNSUBSTANTIATED, Finding.UNSUBSTANTIATED, Finding.SUBSTANTIATED]
    handled.find(session, cast, complaint, *found, whole=Finding.PARTLY, today=LATER)
    handled.conclude(session, cast, complaint, today=LATER)

    assert (due.reported_inside(complaint), due.told_respondent(complaint)) == (None, None)
    handled.tell(session, cast, seal, complaint, given_on=LATER, today=LATER)
    answer(session, seal, complaint, cast.receiver, row)
    handling.close(session, complaint, cast.receiver, why="fed_back", today=LATER)
    assert complaint in listing.waiting_for(session, seal, cast.officer)

    handling.report_inside(session, complaint, cast.officer, given_on=LATER, today=LATER)
    handling.tell_respondent(session, complaint, cast.officer, how="talk", given_on=LATER, today=LATER)
    assert (due.reported_inside(complaint), due.told_respondent(complaint).given_on) == (LATER, LATER)
    assert complaint not in listing.waiting_for(session, seal, cast.officer)


def test_evidence_checked_on_the_day_of_the_conclusion_shakes_it_all_the_same(session, cast, seal, make):
    complaint = make("told")
    row = object_to(session, seal, complaint, cast.receiver, new_evidence=True)
    handling.check_objection(
        session, complaint, cast.officer, row.id, checked="属实", stands=False, today=DAY
    )

    assert complaint.concluded_on == row.checked_on
    with pytest.raises(NotReady):
        answer(session, seal, complaint, cast.receiver, row)


def test_an_objection_of_another_complaint_is_not_answered_here(session, cast, seal, make):
    other, complaint = make("told"), make("told")
    row = object_to(session, seal, other, cast.receiver)

    with pytest.raises(NotReady):
        answer(session, seal, complaint, cast.receiver, row)


def test_nothing_that_was_said_stands_in_the_record(session, cast, seal, make):
    complaint = make("told", text=f"{'甲乙丙丁戊己庚辛'}MARKER原文")
    row = object_to(session, seal, complaint, cast.receiver)
    answer(session, seal, complaint, cast.receiver, row)
    opening(session, cast, complaint, "text")
    handling.write(session, seal, complaint, cast.receiver, words=WORDS, today=today())
    session.flush()

    tables = Base.metadata.tables.values()
    held = [table.name for table in tables if "MARKER" in str(session.execute(select(table)).all())]

    assert len(said(seal, complaint)) == 4
    assert held == []


def test_a_step_that_is_rolled_back_tells_the_author_nothing(session, cast, seal, make):
    complaint = make("told")
    opening(session, cast, complaint, "text", purpose="correspondence")
    before = said(seal, complaint)

    row = object_to(session, seal, complaint, cast.receiver)
    answer(session, seal, complaint, cast.receiver, row)
    handling.write(session, seal, complaint, cast.receiver, words=WORDS, today=today())
    assert messages.all(seal, complaint.handle) == [messages.Message(*one) for one in before]
    session.rollback()

    assert objections.unanswered(session, complaint) == []
    assert said(seal, complaint) == before


def test_every_way_of_telling_is_said_in_both_languages():
    assert all(len({words.zh, words.en}) == 2 for words in telling.HOW.values())
