"""The sealed store follows the main store: what was rolled back is not done, what was committed is, once."""

import threading

import pytest
from sqlalchemy import event, select

from casebook import events
from casebook.db import session_factory
from casebook.models import Event
from casebook.seal import messages, outbox, rotation, together
from casebook.seal.store import Seal

HERE = "a" * 40


class Crash(BaseException):
    """The process ends here; nothing that would clean up is run."""


@pytest.fixture
def act(session, seal):
    """Write an event, and a letter that is to follow it."""

    def act(text="信", at=session, store=seal):
        events.record(at, "openings.listed", None)
        together.afterwards(at, store, "letter", HERE, who=messages.ORGAN, text=text, day="2026-03-01")

    return act


def letters(seal) -> list[str]:
    return [one.text for one in messages.all(seal, HERE)]


def break_(monkeypatch, *methods):
    """The sealed store takes nothing any more from the next use of these on."""

    def fail(*_args, **_kwargs):
        raise OSError("No space left on device")

    for method in methods:
        monkeypatch.setattr(method[0], method[1], fail)


def test_it_is_done_once_and_only_after_the_commit(session, seal, act):
    act()
    session.flush()
    assert letters(seal) == []
    session.commit()
    assert letters(seal) == ["信"]
    events.record(session, "openings.listed", None)
    session.commit()
    assert letters(seal) == ["信"]
    assert outbox.pending(seal) == []


def test_what_is_rolled_back_is_never_done(session, seal, act):
    act("没有提交")
    session.rollback()
    act("提交了")
    session.commit()
    assert letters(seal) == ["提交了"]


def test_a_part_that_is_rolled_back_inside_does_not_undo_what_stands(session, seal, act):
    act()
    inner = session.begin_nested()
    events.record(session, "openings.listed", None)
    inner.rollback()
    session.commit()
    assert letters(seal) == ["信"]
    assert session.scalars(select(Event.kind)).all() == ["openings.listed"]


def test_a_part_that_is_committed_inside_waits_for_the_whole(session, seal, act):
    events.record(session, "openings.listed", None)
    with session.begin_nested():
        act()
    assert letters(seal) == []
    session.commit()
    assert letters(seal) == ["信"]


def test_several_are_done_in_their_order(session, seal, act):
    for number in range(3):
        act(str(number))
    session.commit()
    assert letters(seal) == ["0", "1", "2"]


def test_where_the_sealed_store_takes_nothing_the_main_store_commits_nothing(session, seal, act, monkeypatch):
    with monkeypatch.context() as broken:
        break_(broken, (Seal, "writing"))
        act()
        with pytest.raises(OSError, match="No space"):
            session.commit()
        session.rollback()
    assert session.scalars(select(Event.kind)).all() == []
    together.settle(session, seal)
    assert letters(seal) == []


def test_a_fault_after_the_commit_keeps_every_letter_and_the_session_usable(
    session, seal, act, monkeypatch, caplog
):
    for text in ("一", "机密的话"):
        act(text)
    with monkeypatch.context() as broken:
        break_(broken, (outbox, "finish"))
        session.commit()
        assert together.is_late(session)
    assert letters(seal) == []
    assert session.scalars(select(Event.kind)).all() == ["openings.listed"] * 2
    assert "机密" not in caplog.text
    assert "OSError" in caplog.text
    assert together.settle(session, seal) == 0
    assert letters(seal) == ["一", "机密的话"]
    assert together.settle(session, seal) == 0
    assert letters(seal) == ["一", "机密的话"]


def test_one_act_that_fails_takes_none_of_its_kind_with_it_and_leaves_none_half_done(
    session, seal, act, monkeypatch
):
    act("先")
    together.afterwards(session, seal, "field", HERE, name="publicity_consent", text="yes")
    with monkeypatch.context() as broken:

        def fail(*_args, **_words):
            raise OSError

        broken.setitem(outbox.ACTS, "field", fail)
        session.commit()
        assert letters(seal) == []  # nor half of it
        act("后")
        session.commit()
        assert letters(seal) == ["后"]  # nobody waits for what fails
    assert together.settle(session, seal) == 0
    assert sorted(letters(seal)) == ["先", "后"]
    assert seal.read(HERE, "publicity_consent") == "yes"


def test_what_was_left_behind_is_done_before_what_comes_next(session, seal, act, monkeypatch):
    act("第一")
    with monkeypatch.context() as broken:
        break_(broken, (outbox, "finish"))
        session.commit()
    act("第二")
    session.commit()
    assert letters(seal) == ["第一", "第二"]


def test_a_crash_right_after_the_commit_is_made_good_by_another_process(
    session, seal, engine, act, monkeypatch
):
    def crash(*_args, **_kwargs):
        raise Crash

    act()
    with monkeypatch.context() as crashing:
        crashing.setattr(outbox, "finish", crash)
        with pytest.raises(Crash):
            session.commit()
    with session_factory(engine)() as other:
        assert together.settle(other, seal) == 0
        other.commit()
    assert letters(seal) == ["信"]


def test_a_crash_right_before_the_commit_leaves_nothing_done(session, seal, engine, act):
    def crash(_session):
        raise Crash

    with session_factory(engine)() as crashing:
        act(at=crashing)
        event.listen(crashing, "before_commit", crash)  # the last before it
        with pytest.raises(Crash):
            crashing.commit()
    assert len(outbox.pending(seal)) == 1
    act("别的", at=session)  # takes its place in the chain
    session.commit()
    assert letters(seal) == ["别的"]
    assert outbox.pending(seal) == []


def test_nothing_is_settled_while_its_own_transaction_is_under_way(session, seal, engine, act):
    """Another process wants to settle between the sealed store and the commit: it waits for the writers' lock."""
    settled = []

    def settle():
        with session_factory(engine)() as other:
            settled.append(together.settle(other, seal))
            other.commit()

    other = threading.Thread(target=settle)

    def start(_connection):
        other.start()
        other.join(0.3)
        assert settled == []

    act()
    event.listen(engine, "commit", start, once=True)
    session.commit()
    other.join()
    assert settled == [0]
    assert letters(seal) == ["信"]


def test_what_is_pending_is_sealed_again_and_missed_when_it_is_taken_out(session, seal, act, monkeypatch):
    act()
    with monkeypatch.context() as broken:
        break_(broken, (outbox, "finish"))
        session.commit()
    rotation.rotate(seal)
    assert rotation.verify(seal).ok
    assert rotation.verify(seal).pending == 1
    [one] = outbox.pending(seal)
    with seal.writing() as connection:
        connection.execute(outbox.cells.delete().where(outbox.cells.c.name == one.name))
    assert rotation.verify(seal).broken == [("outbox", one.name)]
