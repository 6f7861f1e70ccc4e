"""Two people take the same step of one clearance at the same moment: it is taken once, and the other is told."""

import pytest

from casebook.audit import verify
from casebook.clearance import clearances, reach
from casebook.complaints import log
from casebook.models import Clearance, ClearanceState, User
from casebook.procedure.dates import today
from tests.clearances import a_clearance, work_off
from tests.factories import CHEAP, PASSWORD, make_user
from tests.races import race


@pytest.fixture
def run(session, engine, cast):
    def run(clearance, *acts):
        clearance_id, before = clearance.id, len(log.history(session, clearance))

        def of(by, act):
            user_id = by.id
            return lambda own, found: act(own, found, own.get_one(User, user_id))

        taken = [of(by, act) for by, act in acts]
        session.commit()  # nobody waits for this one
        outcomes = race(engine, lambda own: (own.get_one(Clearance, clearance_id),), *taken)
        session.expire_all()
        assert verify(session).ok
        return outcomes, [event.kind for event in log.history(session, clearance)[before:]]

    return run


def close(session, clearance, by):
    clearances.close(session, clearance, by, on=today())


def decide(approve):
    def act(session, clearance, by):
        clearances.decide(
            session, clearance, by, approve=approve, reason="同意复核意见。", password=PASSWORD, on=today(), hasher=CHEAP
        )  # fmt: skip

    return act


def recheck(ok):
    def act(session, clearance, by):
        clearances.check(
            session,
            clearance,
            by,
            ok=ok,
            facts="事实清楚，证据充分",
            procedure="程序合规，已听取本人说明",
            on=today(),
        )

    return act


def test_two_closings_of_one_clearance_are_one(session, cast, run):
    clearance = a_clearance(session, cast, "approved")
    work_off(session, cast, clearance)

    outcomes, kinds = run(clearance, (cast.officer, close), (cast.officer, close))

    assert sorted(outcomes) == ["WrongStage", "done"]
    assert kinds == ["clearance.closed"]
    assert clearance.state == ClearanceState.CLOSED


def test_a_clearance_is_approved_or_refused_and_not_both(session, cast, run):
    clearance = a_clearance(session, cast, "checked")
    deputy = make_user(session, "chief", organisation=cast.county)

    outcomes, kinds = run(clearance, (cast.chief, decide(True)), (deputy, decide(False)))

    assert sorted(outcomes) == ["WrongStage", "done"]
    approved = clearance.state == ClearanceState.APPROVED
    assert kinds == ["clearance.approved" if approved else "clearance.refused"]


def test_two_approvals_are_one(session, cast, run):
    clearance = a_clearance(session, cast, "checked")

    outcomes, kinds = run(clearance, (cast.chief, decide(True)), (cast.chief, decide(True)))

    assert sorted(outcomes) == ["WrongStage", "done"]
    assert kinds == ["clearance.approved"]


def test_two_who_re_check_it_do_not_both_count(session, cast, run):
    clearance = a_clearance(session, cast, "proposed")
    other = make_user(session, "reviewer", organisation=cast.county)

    outcomes, kinds = run(clearance, (cast.reviewer, recheck(True)), (other, recheck(False)))

    assert outcomes.count("done") == len(kinds) == 1
    assert (clearance.state, clearance.checked_ok) in (
        (ClearanceState.CHECKED, True), (ClearanceState.PROPOSED, False)
    )  # fmt: skip


def test_nobody_is_added_to_a_clearance_that_is_being_closed(session, cast, run):
    clearance = a_clearance(session, cast, "approved")
    work_off(session, cast, clearance)

    def add(own, found, by):
        reach.add(own, found, by, kind="unit", name="县委组织部", heard="考察谈话中知悉", form="written")

    outcomes, _kinds = run(clearance, (cast.officer, close), (cast.officer, add))

    waiting = [row for row in clearance.reach if reach.is_waiting(row)]
    assert sorted(outcomes) in (["NotReady", "done"], ["WrongStage", "done"])
    assert (clearance.state == ClearanceState.CLOSED) == (not waiting)
