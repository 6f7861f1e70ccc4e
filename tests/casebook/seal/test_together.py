"""The sealed store follows the main store: what was rolled back there is not done here."""

import pytest
from sqlalchemy import select

from casebook import events
from casebook.models import Event
from casebook.seal.together import afterwards


@pytest.fixture
def done():
    return []


def write(session):
    events.record(session, "openings.listed", None)


def test_it_is_done_once_and_only_after_the_commit(session, done):
    write(session)
    afterwards(session, lambda: done.append(len(done)))
    session.flush()
    assert done == []
    session.commit()
    assert done == [0]
    write(session)
    session.commit()
    assert done == [0]


def test_what_is_rolled_back_is_never_done(session, done):
    write(session)
    afterwards(session, lambda: done.append("gone"))
    session.rollback()
    write(session)
    afterwards(session, lambda: done.append("kept"))
    session.commit()
    assert done == ["kept"]


def test_a_part_that_is_rolled_back_inside_does_not_undo_what_stands(session, done):
    write(session)
    afterwards(session, lambda: done.append("kept"))
    inner = session.begin_nested()
    write(session)
    inner.rollback()
    session.commit()
    assert done == ["kept"]
    assert session.scalars(select(Event.kind)).all() == ["openings.listed"]


def test_a_part_that_is_committed_inside_waits_for_the_whole(session, done):
    write(session)
    with session.begin_nested():
        afterwards(session, lambda: done.append("done"))
        write(session)
    assert done == []
    session.commit()
    assert done == ["done"]


def test_several_are_done_in_their_order(session, done):
    for number in range(3):
        afterwards(session, lambda number=number: done.append(number))
    write(session)
    session.commit()
    assert done == [0, 1, 2]
