"""What belongs to both stores is in both or in neither, whichever of them fails and wherever the process is killed."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import event, select

from casebook.audit import verify
from casebook.clearance import filings
from casebook.complaints import calls, desk, door, handling, protection, screening
from casebook.db import session_factory
from casebook.models import AdvanceFiling, Channel, Complaint, Event, Naming, Protection
from casebook.procedure.dates import today
from casebook.seal import calls as sealed_calls
from casebook.seal import inbox, messages, openings, outbox, tables, together
from tests.casebook.complaints.test_telling import opening
from tests.complaints import SEALED, a_complaint
from tests.stages import Cast

DAY = date(2026, 11, 20)
CLUE = {"about_name": "郑某", "about_unit": "青石镇", "about_post": "副镇长", "text": "停了我的公益岗位"}


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def commit(session, engine, seal, monkeypatch):
    """Commit while something fails, as named; then another process starts and settles what is left."""

    def crash(*_args, **_words):
        raise Crash

    def commit(what: str) -> None:
        if what == "nothing fails":
            session.commit()
            return
        with monkeypatch.context() as broken:
            if what == "killed before the commit":
                event.listen(session, "before_commit", crash)
            elif what == "killed after the commit":
                broken.setattr(outbox, "finish", crash)
            else:
                broken.setattr(outbox, "finish", lambda *_args, **_words: 1 / 0)
            try:
                session.commit()
            except Crash:
                session.close()
            if what == "killed before the commit":
                event.remove(session, "before_commit", crash)
        with session_factory(engine)() as started:
            assert together.settle(started, seal) == 0
            started.commit()

    return commit


KEPT = ("nothing fails", "the sealed store fails", "killed after the commit")
FAULTS = (*KEPT, "killed before the commit")


def told(session, seal, complaint, cast):
    handling.feed_back(
        session, seal, complaint, cast.receiver, words="经核查不属实", how="receipt", given_on=today(), today=today()
    )  # fmt: skip


def objected(session, seal, complaint, cast):
    opening(session, cast, complaint, "text")
    handling.object_to(
        session, seal, complaint, cast.receiver, how="letter", given_on=today(), new_evidence=False, words="不服",
        today=today(),
    )  # fmt: skip


def consented(session, seal, complaint, cast):
    protection.consent(session, seal, complaint, cast.receiver, given=True, words="同意公开", on=DAY)


def found_of(session, seal, handle):
    return [one.text for one in messages.all(seal, handle)], seal.read(handle, protection.CONSENT)


@pytest.mark.parametrize("what", FAULTS)
@pytest.mark.parametrize(
    ("state", "act", "kind"),
    [
        ("concluded", told, "complaint.told_result"),
        ("told", objected, "complaint.objected"),
        ("concluded", consented, "complaint.consented"),
    ],
)
def test_what_the_author_is_told_or_says_is_in_both_stores_or_in_neither(
    session, seal, cast, commit, what, state, act, kind
):
    complaint = a_complaint(session, cast, seal, state)
    session.commit()
    handle = complaint.handle
    letters, consent = found_of(session, seal, handle)
    act(session, seal, complaint, cast)

    commit(what)

    recorded = session.scalars(select(Event.kind).where(Event.kind == kind)).all() == [kind]
    after = found_of(session, seal, handle)
    assert recorded == (what in KEPT)
    assert (len(after[0]) > len(letters) or after[1] != consent) == recorded
    assert len(after[0]) - len(letters) <= 1
    assert outbox.pending(seal) == []
    assert verify(session).ok


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_sent_up_is_erased_to_the_end_or_whole(session, seal, cast, commit, what):
    complaint = a_complaint(session, cast, seal, "assigned")
    screening.save_draft(session, seal, complaint, cast.receiver, {"extract": [SEALED["text"]]})
    session.commit()
    number, handle, draft = complaint.id, complaint.handle, f"screening-{complaint.id}"
    screening.send_up(
        session, seal, complaint, cast.receiver, to="市纪委监委", reference="〔2026〕1号", on=today()
    )

    commit(what)

    gone = what in KEPT
    session.expire_all()
    assert (session.get(Complaint, number).handle is None) == gone
    assert inbox.is_stub(seal, handle) == gone
    assert (seal.names(handle) == []) == gone
    assert (seal.names(draft) == []) == gone


def inside(seal) -> set[str]:
    """Every handle under which anything lies."""
    with seal.reading() as connection:
        cells = set(connection.scalars(select(tables.cells.c.handle)))
        return {*cells, *connection.scalars(select(tables.inbox.c.handle))} - {"outbox"}


@pytest.mark.parametrize("what", FAULTS)
def test_a_letter_entered_by_hand_is_registered_or_gone_and_never_taken_for_one_of_the_door(
    session, seal, cast, commit, what
):
    a_complaint(session, cast, seal)  # noise
    session.commit()
    before = inside(seal)

    def enter():
        return desk.enter(
            session, seal, cast.receiver, channel=Channel.LETTER, naming=Naming.REAL_NAME, received_on=DAY,
            fields=SEALED, receipt="R" * 20,
        )[0]  # fmt: skip

    enter()
    commit(what)

    assert len(inside(seal) - before) == (what in KEPT)
    assert desk.take_in(session, seal, cast.receiver) == []
    again = enter()
    session.commit()
    assert again.channel == Channel.LETTER
    assert len(session.scalars(select(Complaint)).all()) == 2
    assert inside(seal) - before == {again.handle}
    assert outbox.pending(seal) == []


def test_a_letter_half_entered_in_a_crash_is_not_mixed_with_the_corrected_one(session, seal, engine, cast):
    """Killed between the stores, and sent again with other words before anybody has settled it."""
    session.commit()
    given = {"channel": "letter", "naming": "anonymous", "received_on": DAY, "receipt": "R" * 20}
    with session_factory(engine)() as crashing:
        by = crashing.merge(cast.receiver, load=False)
        desk.enter(crashing, seal, by, fields={"text": "第一稿"}, **given)
        crashing.info["casebook.seal.afterwards"].acts.clear()
    assert len(outbox.pending(seal)) == 1

    complaint, _receipt = desk.enter(session, seal, cast.receiver, fields={"text": "改正稿"}, **given)
    session.commit()

    assert seal.read(complaint.handle, "text") == "改正稿"
    assert inside(seal) == {complaint.handle}


def test_settling_in_the_same_transaction_forgets_nothing_that_may_still_be_rolled_back(session, seal, cast):
    session.commit()
    for text in ("一", "二"):
        desk.enter(
            session, seal, cast.receiver, channel="letter", naming="anonymous", received_on=DAY, fields={"text": text}
        )  # fmt: skip
        together.settle(session, seal)
    session.rollback()

    assert together.settle(session, seal) == 0

    assert inside(seal) == set()


@pytest.mark.parametrize("what", FAULTS)
def test_retaliation_becomes_one_clue_however_often_it_is_tried(session, seal, cast, commit, what):
    complaint = a_complaint(session, cast, seal, "handling")
    asked = openings.ask(
        session, complaint, cast.receiver, scope="identity", purpose="protection",
        reason="本件检举控告人来电称被调离岗位，需要核对身份后采取保护措施",
    )  # fmt: skip
    openings.answer(session, asked, cast.chief, granted=True, until=today(), on=today())
    row = protection.ask(
        session, complaint, cast.officer, kind="retaliation", raised_on=today(), today=today()
    )
    session.commit()
    before, row_id = inside(seal), row.id

    def register(text):
        row = session.get(Protection, row_id)
        protection.register_clue(
            session, seal, row, cast.receiver, fields={**CLUE, "text": text}, today=today()
        )

    register("第一稿")
    commit(what)

    copies = inside(seal) - before
    assert len(copies) == (what in KEPT)  # whose name was copied without a line in the log: nobody's
    if not copies:
        register("改正稿")
        session.commit()
    [clue] = inside(seal) - before
    kept = session.scalar(select(Complaint).where(Complaint.handle == clue))
    assert kept.id == session.get(Protection, row_id).new_complaint_id
    assert kept.channel == Channel.LETTER
    assert seal.read(clue, "text") == ("第一稿" if copies else "改正稿")
    assert desk.take_in(session, seal, cast.receiver) == []


@pytest.mark.parametrize("what", FAULTS)
def test_an_advance_filing_is_received_or_gone(session, seal, cast, commit, what):
    session.commit()
    fields = {
        "title": "先行先试方案", "name": "赵某", "unit": "某局", **dict.fromkeys(filings.TEXTS, "拟试点的内容和依据。"),
    }  # fmt: skip

    def file():
        return filings.submit(session, seal, "form", organ=cast.county, fields=fields, today=today()).filing

    filings.add_file(seal, "form", "方案.txt", BytesIO("试点方案".encode()), today())
    before = inside(seal)
    file()
    commit(what)

    assert len(inside(seal) - before) == (what in KEPT)
    filing = file()  # sent once more on a bad line
    session.commit()
    assert inside(seal) - before == {filing.handle}
    assert [one.filename for one in seal.files(filing.handle)] == ["方案.txt"]
    assert outbox.pending(seal) == []
    assert len(session.scalars(select(AdvanceFiling)).all()) == 1


def test_a_letter_that_calls_for_help_and_its_call_are_kept_together(session, seal, cast, monkeypatch):
    complaint = a_complaint(session, cast, seal, "handling")
    session.commit()
    with monkeypatch.context() as broken:
        broken.setattr(sealed_calls, "add", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            door.write(seal, complaint.handle, "retaliation", "停了我的工", DAY)

    assert found_of(session, seal, complaint.handle)[0] == []
    door.write(seal, complaint.handle, "retaliation", "停了我的工", DAY)
    assert len(found_of(session, seal, complaint.handle)[0]) == 1
    assert door.cares(seal, complaint.handle) == {"retaliation"}


def test_every_call_made_after_a_task_is_over_opens_another(session, seal, cast):
    complaint = a_complaint(session, cast, seal, "handling")

    def take_up() -> int:
        found = calls.take_up(session, seal, cast.receiver)
        session.commit()
        return found

    def close():
        [row] = [
            one for one in protection.of_complaint(session, complaint, cast.chief) if one.closed_on is None
        ]
        protection.record_measures(session, row, cast.officer, measures="已对接派出所", seal=seal)
        protection.close(session, row, cast.officer, outcome="风险已消除", today=DAY, seal=seal)

    door.write(seal, complaint.handle, "protection", "有人堵门", DAY)
    assert (take_up(), take_up()) == (1, 0)
    door.write(seal, complaint.handle, "protection", "又来了", DAY)  # the same task is open
    assert take_up() == 0
    close()
    door.write(seal, complaint.handle, "protection", "办结的同时来了", DAY)
    session.commit()
    assert (take_up(), take_up()) == (1, 0)
    close()
    session.commit()
    assert take_up() == 0
    door.write(seal, complaint.handle, "protection", "当天又来", DAY)
    assert take_up() == 1
    assert len(protection.of_complaint(session, complaint, cast.chief)) == 3
