"""Two people take the same step of one complaint at the same moment: it is taken once, and the other is told."""

from collections import Counter

import pytest
from sqlalchemy import select

from casebook.audit import verify
from casebook.complaints import desk, handling, log, protection, screening
from casebook.models import Channel, Complaint, ComplaintState, Opening, Protection, User
from casebook.procedure.dates import today
from casebook.seal import inbox, messages, openings, outbox
from tests import handled
from tests.complaints import NEUTRAL, SEALED, a_complaint
from tests.races import race
from tests.stages import Cast


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def run(session, engine, cast, seal):
    """Race acts of these people on one complaint; returns what became of each, the complaint and the kinds of event."""

    def run(complaint, *acts):
        complaint_id, before = complaint.id, len(log.history(session, complaint))

        def prepare(own):
            found = own.get_one(Complaint, complaint_id)
            assert found.duties is not None
            return (found,)

        def of(name, act):
            user_id = getattr(cast, name).id
            return lambda own, found: act(own, found, own.get_one(User, user_id))

        taken = [of(name, act) for name, act in acts]
        session.commit()  # nobody waits for this one
        outcomes = race(engine, prepare, *taken)
        session.expire_all()
        kinds = [event.kind for event in log.history(session, complaint)[before:]]
        assert verify(session).ok
        assert outbox.pending(seal) == []
        return outcomes, kinds

    return run


def conclude(session, complaint, by):
    handling.conclude(session, complaint, by, today=handled.CONCLUDED, minutes=handled.MINUTES)


def send_back(session, complaint, by):
    handling.return_finding(session, complaint, by, reason="证据不足，补充核查")


def close(session, complaint, by):
    handling.close(session, complaint, by, why="fed_back", today=handled.CLOSED)


@pytest.mark.parametrize("first", ["chief", "superior"])
def test_two_conclusions_of_one_complaint_are_one(session, cast, seal, run, first):
    complaint = a_complaint(session, cast, seal, "found")

    outcomes, kinds = run(complaint, (first, conclude), ("chief", conclude))

    assert sorted(outcomes) == ["WrongStage", "done"]
    assert kinds == ["complaint.concluded"]
    assert complaint.state == ComplaintState.CONCLUDED


def test_a_finding_is_approved_or_sent_back_and_not_both(session, cast, seal, run):
    complaint = a_complaint(session, cast, seal, "found")

    outcomes, kinds = run(complaint, ("chief", conclude), ("superior", send_back))

    assert outcomes.count("done") == len(kinds) == 1
    assert (complaint.concluded_on is None) == (complaint.found_on is None)
    assert (complaint.state == ComplaintState.CONCLUDED) == (kinds == ["complaint.concluded"])


def test_two_closings_of_one_complaint_are_one(session, cast, seal, run):
    complaint = a_complaint(session, cast, seal, "told")

    outcomes, kinds = run(complaint, ("receiver", close), ("receiver", close))

    assert sorted(outcomes) == ["WrongStage", "done"]
    assert kinds == ["complaint.closed"]
    assert (complaint.state, complaint.closed_why) == (ComplaintState.CLOSED, "fed_back")


def test_the_author_is_told_the_result_once(session, cast, seal, run):
    complaint = a_complaint(session, cast, seal, "concluded")

    def tell(own, found, by):
        handling.feed_back(
            own, seal, found, by, words="不属实", how="receipt", given_on=handled.TOLD, today=handled.TOLD
        )

    outcomes, kinds = run(complaint, ("receiver", tell), ("receiver", tell))

    assert sorted(outcomes) == ["NotReady", "done"]
    assert kinds == ["complaint.told_result"]
    assert len(messages.all(seal, complaint.handle)) == 1


def test_what_is_sent_up_while_it_is_screened_is_one_of_both(session, cast, seal, run):
    complaint = a_complaint(session, cast, seal, "assigned")
    handle = complaint.handle

    def send_up(own, found, by):
        screening.send_up(own, seal, found, by, to="市纪委监委", reference="〔2026〕1号", on=today())

    def screen(own, found, by):
        screening.screen(own, seal, found, by, screening.Screening(**NEUTRAL))

    outcomes, kinds = run(complaint, ("receiver", send_up), ("receiver", screen))

    assert (
        outcomes[0] == "done"
    )  # it may still go up after the screening, and not be screened after it went up
    assert inbox.is_stub(seal, handle)
    assert (complaint.handle, complaint.extract, complaint.state) == (None, "", ComplaintState.STUB)
    assert outcomes[1] in ("done", "NotAllowed", "WrongStage")
    assert kinds[-1] == "complaint.sent_up"


def test_a_request_is_granted_or_refused_and_not_both(session, cast, seal, run):
    complaint = a_complaint(session, cast, seal, "handling")
    asked = openings.ask(
        session, complaint, cast.receiver, scope="text", purpose="correspondence", reason="需要向检举控告人核对时间地点"
    )  # fmt: skip
    session.flush()
    opening_id = asked.id

    def answer(granted):
        def act(own, found, by):
            row = own.get_one(Opening, opening_id)
            openings.answer(
                own, row, by, granted=granted, reason="" if granted else "已有材料足以核查", until=today(), on=today()
            )  # fmt: skip

        return act

    outcomes, kinds = run(complaint, ("chief", answer(True)), ("superior", answer(False)))

    assert sorted(outcomes) == ["NotReady", "done"]
    assert kinds in (["opening.granted"], ["opening.refused"])


def test_retaliation_is_registered_once(session, cast, seal, run):
    complaint = a_complaint(session, cast, seal, "handling")
    row = protection.ask(
        session, complaint, cast.officer, kind="retaliation", raised_on=today(), today=today()
    )
    session.flush()
    row_id = row.id

    def register(own, found, by):
        task = own.get_one(Protection, row_id)
        protection.register_clue(own, seal, task, by, fields={"text": "停了我的工"}, today=today())

    outcomes, _kinds = run(complaint, ("receiver", register), ("receiver2", register))

    assert sorted(outcomes) == ["NotReady", "done"]
    assert len(session.scalars(select(Complaint)).all()) == 2


def test_two_receivers_who_take_in_at_once_register_everything_once(session, engine, cast, seal):
    handles = [
        inbox.submit(
            seal, receipt=f"R{number}", day=today(), fields={"text": "原话"}, naming="anonymous",
            organ_code=cast.county.code,
        )
        for number in range(6)
    ]  # fmt: skip
    session.commit()
    people = [cast.receiver.id, cast.receiver2.id]

    def take_in(user_id):
        return lambda own: desk.take_in(own, seal, own.get_one(User, user_id))

    assert race(engine, lambda own: (), *map(take_in, people)) == ["done", "done"]
    found = Counter(session.scalars(select(Complaint.handle)))
    assert found == Counter(handles)
    assert inbox.waiting(seal, cast.county.code) == []
    assert verify(session).ok


def test_the_same_form_entered_twice_at_once_is_one_complaint(session, engine, cast, seal):
    session.commit()
    user_id = cast.receiver.id

    def enter(own):
        desk.enter(
            own, seal, own.get_one(User, user_id), channel=Channel.LETTER, naming="real_name", received_on=today(),
            fields=SEALED, receipt="R" * 20,
        )  # fmt: skip

    assert race(engine, lambda own: (), enter, enter) == ["done", "done"]
    [complaint] = session.scalars(select(Complaint))
    assert seal.read(complaint.handle, "text") == SEALED["text"]
    assert [event.kind for event in log.history(session, complaint)] == ["complaint.entered"]
    assert outbox.pending(seal) == []
