"""The rehearsal of a changed library over stored cases: what moves, from where to where, and by which rules."""

from datetime import date

import pytest

from casebook.models import Stage
from casebook.packs.rehearse import Moved, rehearse
from rules.vocabulary import vocabulary
from tests.factories import make_case, make_organisation, make_user, save
from tests.rules.made import both, make_library, make_pack, make_rule, make_step

TODAY = date(2026, 11, 21)
PILOT, GAIN = "lack_of_experience_pilot", "private_gain_self"


def law(**changed):
    """A small library: gain is answered for, a pilot is tolerated, all else is corrected; some of it changed."""
    rules = {
        "gain": make_rule("x.gain", {"fact": GAIN, "is": True}, {"step": "gain"}),
        "pilot": make_rule("x.pilot", {"fact": PILOT, "is": True}, {"step": "pilot"}),
        "rest": make_rule("x.rest", {"fact": PILOT, "is": False}, {"step": "rest"}),
    }
    rules |= {name: make_rule(f"x.{name}", *parts) for name, parts in changed.items()}
    steps = [
        make_step("gain", "hold_accountable", 1),
        make_step("pilot", "tolerate", 2),
        make_step("rest", "correct", 3),
    ]
    pack = make_pack(list(rules.values()), steps) | {"gates": {"G11": both("G11")}}
    return make_library(vocabulary(), pack)


SEVERE = {"pilot": ({"fact": PILOT, "is": True}, {"step": "rest"})}


@pytest.fixture
def officer(session):
    return make_user(session, organisation=make_organisation(session))


def filed(session, officer, stage=Stage.INTAKE, conduct="2025-03-01", region=None, **facts):
    case = make_case(session, officer, conduct=conduct, region=region)
    if facts:
        save(session, case, **facts)
    case.stage = stage
    session.commit()
    return case


def test_each_case_that_moves_is_named_with_what_moved_it(session, officer):
    moved = filed(session, officer, **{PILOT: True, GAIN: False})
    filed(session, officer, **{PILOT: False, GAIN: False})

    found = rehearse(session, law(), law(**SEVERE), TODAY, officer.organisation)

    assert found.cases == 2
    assert list(found.moved) == [Moved(moved.id, False, "tolerate", "correct", ("x.pilot",))]
