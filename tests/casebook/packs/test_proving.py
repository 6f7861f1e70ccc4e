"""A proof in a process of its own says what a proof here says, and is ended whatever it is stuck in."""

import multiprocessing
import time

import pytest

from casebook import apart
from casebook.packs.proving import prove_apart
from rules.library import Library, library
from rules.proofs import PROPERTIES, prove


class Enough(Exception):
    """Raised by whoever waits no longer."""


class Stuck(dict):
    """Packs on which whatever reads them is stuck in a call that nobody can interrupt."""

    def values(self):
        time.sleep(600)


def small() -> Library:
    """A library of one shipped pack, so that its proof takes no time."""
    return Library(
        dict([min(library().packs.items(), key=lambda one: len(one[1].rules))]), library().vocabulary
    )


def test_the_proof_is_the_same_and_each_verdict_is_told_as_it_is_reached():
    told = []

    found = prove_apart(small(), tell=told.append)

    here = prove(small())
    assert [one.property for one in told] == list(PROPERTIES)
    assert [(one.property, one.failures) for one in found.verdicts] == [
        (one.property, one.failures) for one in here.verdicts
    ]
    assert found.digests == here.digests


def test_what_the_proof_raises_is_raised_here():
    with pytest.raises(KeyError):
        prove_apart(small(), "no such pack")


def test_a_proof_that_is_stuck_is_ended_as_soon_as_nobody_waits_for_it(monkeypatch):
    monkeypatch.setattr(apart, "PAUSE", 0.01)
    asked = []

    def go_on():
        asked.append(len(multiprocessing.active_children()))
        if len(asked) > 20:
            raise Enough

    with pytest.raises(Enough):
        prove_apart(Library(Stuck(), library().vocabulary), go_on=go_on)

    assert max(asked) == 1
    assert multiprocessing.active_children() == []
