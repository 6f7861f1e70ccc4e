"""For whom each thing waits: nobody's turn is forgotten, and nobody is asked for what is not theirs."""

from datetime import timedelta

import pytest
import sqlalchemy.event

from casebook.complaints import awaited, duties, ending, handling, listing, protection, screening
from casebook.errors import NotReady
from casebook.models import ComplaintPart, Scope
from casebook.procedure.dates import today
from casebook.seal import messages, openings
from tests import handled
from tests.complaints import a_complaint, handler, screener
from tests.factories import make_user
from tests.stages import Cast


@pytest.fixture
def cast(session):
    return Cast(session)


def due(session, user, complaint) -> list[str]:
    return [one.step for one in awaited.due_for(session, user, complaint)]


def ended(session, cast, complaint, part) -> None:
    for duty in duties.current(complaint, part):
        duties.end(session, complaint, duty, cast.chief, "调离")
    session.expire(complaint)


def asked(session, complaint, by):
    return openings.ask(session, complaint, by, scope="text", purpose="evidence", reason=f"核对证据是否充分，{by.login}")


def test_what_a_chief_asks_for_waits_for_the_one_above_and_not_for_the_chief(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "handling")
    asked(session, complaint, cast.chief)

    assert "answer_opening" not in due(session, cast.chief, complaint)
    assert due(session, cast.superior, complaint) == ["answer_opening"]
    assert complaint in listing.waiting_for(session, seal, cast.superior)
    assert complaint not in listing.waiting_for(session, seal, cast.chief)

    asked(session, complaint, cast.officer)
    assert due(session, cast.chief, complaint) == ["answer_opening"]
    assert complaint in listing.waiting_for(session, seal, cast.chief)


def test_without_an_organ_above_another_chief_answers(session, cast, seal):
    cast.county.parent_id = None
    other = make_user(session, "chief", organisation=cast.county)
    session.flush()
    complaint = a_complaint(session, cast, seal, "handling")
    asked(session, complaint, cast.chief)

    assert "answer_opening" not in due(session, cast.chief, complaint)
    assert due(session, other, complaint) == ["answer_opening"]


@pytest.mark.parametrize("state", ["screened", "accepted", "handling", "concluded"])
def test_while_it_is_open_a_new_screener_is_named_when_there_is_none(session, cast, seal, state):
    complaint = a_complaint(session, cast, seal, state)
    ended(session, cast, complaint, ComplaintPart.SCREENER)

    assert due(session, cast.chief, complaint)[0] == "assign_screener"
    assert complaint in listing.waiting_for(session, seal, cast.chief)


def test_a_closed_complaint_with_something_left_gets_its_people_again(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "told")
    handling.report_inside(session, complaint, cast.officer, given_on=handled.TOLD, today=today())
    handling.close(session, complaint, cast.receiver, why="fed_back", today=today())
    row = handling.object_to(
        session, seal, complaint, cast.receiver, how="letter", words="有异议", given_on=handled.TOLD, new_evidence=True,
        today=today(),
    )  # fmt: skip
    ended(session, cast, complaint, ComplaintPart.HANDLER)
    assert due(session, cast.chief, complaint) == ["assign_handler"]

    duty = duties.assign(session, complaint, ComplaintPart.HANDLER, cast.reviewer, cast.chief)
    duties.declare(session, complaint, cast.reviewer, [])

    assert due(session, cast.reviewer, complaint) == ["check_objection"]
    handling.check_objection(
        session, complaint, cast.reviewer, row.id, checked="无新情况", stands=True, today=today()
    )
    duties.end(session, complaint, duty, cast.chief, "办结")
    assert due(session, cast.chief, complaint) == []
    assert due(session, cast.receiver, complaint) == ["answer_objection"]


@pytest.mark.parametrize("state", ["told", "closed"])
def test_the_petition_unit_waits_for_whoever_handles_it_and_holds_up_no_closing(session, cast, seal, state):
    complaint = a_complaint(session, cast, seal, state)
    complaint.told_on = handled.TOLD
    session.flush()

    assert due(session, cast.officer, complaint) == ["report_inside"]
    assert complaint in listing.waiting_for(session, seal, cast.officer)
    assert due(session, cast.receiver, complaint) == (["close"] if state == "told" else [])
    handling.report_inside(session, complaint, cast.officer, given_on=handled.TOLD, today=today())
    assert due(session, cast.officer, complaint) == []
    assert complaint not in listing.waiting_for(session, seal, cast.officer)


def test_a_letter_after_the_refusal_waits_for_the_chief_until_somebody_is_named_and_is_answered(
    session, cast, seal
):
    complaint = a_complaint(session, cast, seal, "refused")
    a_complaint(session, cast, seal, "refused")
    assert listing.waiting_for(session, seal, cast.chief) == []
    messages.post(seal, complaint.handle, messages.AUTHOR, "补充：有转账记录", today())

    assert listing.waiting_for(session, seal, cast.chief) == [complaint]
    assert listing.written_to(seal, cast.chief, [complaint]) == [complaint]
    assert listing.waiting_for(session, seal, cast.receiver) == []
    screener(session, cast, complaint)
    assert listing.waiting_for(session, seal, cast.chief) == []
    assert listing.waiting_for(session, seal, cast.receiver) == [complaint]
    request = openings.ask(
        session,
        complaint,
        cast.receiver,
        scope="text",
        purpose="correspondence",
        reason="检举控告人来信补充情况",
    )
    openings.answer(session, request, cast.chief, granted=True, until=today() + timedelta(days=3), on=today())
    session.commit()
    assert openings.read_messages(session, seal, complaint, cast.receiver, today())
    session.commit()
    assert listing.waiting_for(session, seal, cast.receiver) == []
    handling.write(session, seal, complaint, cast.receiver, words="已收到", today=today())

    screening.again(session, complaint, cast.receiver)

    assert (complaint.state, complaint.screened_on, complaint.closed_on) == ("registered", None, None)
    assert due(session, cast.receiver, complaint) == ["screen"]


def test_screened_again_it_may_be_read_again_only_with_the_consent_of_a_second_person(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "refused")
    screener(session, cast, complaint)
    assert openings.active(session, complaint, cast.receiver, Scope.TEXT, today()) is None
    screening.again(session, complaint, cast.receiver)
    assert openings.active(session, complaint, cast.receiver, Scope.TEXT, today()) is None

    duties.assign(session, complaint, ComplaintPart.SCREENER, cast.receiver2, cast.chief)
    duties.declare(session, complaint, cast.receiver2, [])

    assert openings.active(session, complaint, cast.receiver2, Scope.TEXT, today())


@pytest.mark.parametrize("state", ["handling", "refused", "closed"])
def test_a_task_of_protection_is_somebody_s_in_every_state(session, cast, seal, state):
    complaint = a_complaint(session, cast, seal, state)
    protection.ask(session, complaint, cast.receiver2, kind="protection", raised_on=today(), today=today())
    people = (cast.officer, cast.receiver, cast.chief)

    assert any("protect" in due(session, user, complaint) for user in people)


def test_of_a_whole_list_what_waits_is_read_once(session, cast, seal):
    for _ in range(2):
        complaint = a_complaint(session, cast, seal, "handling")
        asked(session, complaint, cast.officer)
    asking = []

    @sqlalchemy.event.listens_for(session.get_bind(), "before_cursor_execute")
    def _note(_connection, _cursor, statement, *_rest):
        asking.append(statement)

    listing.waiting_for(session, seal, cast.chief)
    few = len(asking)
    for _ in range(3):
        asked(session, a_complaint(session, cast, seal, "handling"), cast.officer)
        handler(session, cast, a_complaint(session, cast, seal, "screened"))
    asking.clear()
    found = listing.waiting_for(session, seal, cast.chief)

    assert len(found) == 5
    assert len(asking) <= few


def test_the_respondent_is_told_once_of_each_conclusion_and_no_words_are_kept(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "concluded")
    tell = {"how": "talk", "given_on": handled.CONCLUDED, "today": today()}

    row = ending.tell_respondent(session, complaint, cast.officer, **tell)

    assert (row.kind, row.how, row.given_on, row.by_id) == (
        "respondent",
        "talk",
        handled.CONCLUDED,
        cast.officer.id,
    )
    assert row.checked == ""
    with pytest.raises(NotReady) as refused:
        ending.tell_respondent(session, complaint, cast.officer, **tell)
    assert "第三十八条" in refused.value.message("zh")
    complaint.concluded_on = today()
    session.flush()
    assert ending.tell_respondent(session, complaint, cast.officer, **{**tell, "given_on": today()})
