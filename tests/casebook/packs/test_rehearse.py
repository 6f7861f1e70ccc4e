"""The rehearsal of a changed library over stored cases: what moves, from where to where, and by which rules."""

import multiprocessing
from collections import Counter
from datetime import date
from random import Random

import pytest
from sqlalchemy import select, update

from casebook.changes import FactEntry
from casebook.models import Case, CaseFact, Stage
from casebook.packs import rehearse as rehearse_module
from casebook.packs import replay
from casebook.packs.rehearse import Moved, rehearse
from casebook.recommend import read_facts
from rules.assess import assess
from rules.conduct import Conduct
from rules.places import PLACE_FACT
from rules.vocabulary import vocabulary
from tests.factories import make_case, make_organisation, make_user, save
from tests.rules.made import both, make_library, make_pack, make_rule, make_step

TODAY = date(2026, 11, 21)
PILOT, GAIN = "lack_of_experience_pilot", "private_gain_self"


def law(local=False, **changed):
    """A small library: gain is answered for unless the law of a place excuses it, a pilot is tolerated, all else is
    corrected; some of it changed.
    """
    rules = {
        "gain": make_rule("x.gain", {"fact": GAIN, "is": True}, {"step": "gain"}, unless=["excused"]),
        "pilot": make_rule("x.pilot", {"fact": PILOT, "is": True}, {"step": "pilot"}),
        "rest": make_rule("x.rest", {"fact": PILOT, "is": False}, {"step": "rest"}),
        "excused": make_rule("x.excused", {"finding": "clause.exempt", "is": True}, {"finding": "excused"}),
    }
    rules |= {name: make_rule(f"x.{name}", *parts) for name, parts in changed.items()}
    steps = [
        make_step("gain", "hold_accountable", 1),
        make_step("pilot", "tolerate", 2),
        make_step("rest", "correct", 3),
    ]
    packs = [make_pack(list(rules.values()), steps) | {"gates": {"G11": both("G11")}}]
    if local:
        clause = make_rule(
            "shan.clause", {"fact": PILOT, "is": True}, {"clause": ["exempt"]}, since="2020-01-01"
        )
        packs.append(
            make_pack([clause], name="shan", region=["37"], governed_by="conduct", titles={}, questions={})
        )
        packs[-1]["gates"] = {}
    return make_library(vocabulary(), *packs)


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


def rehearsed(session, organisation, old, new):
    told = []
    found = rehearse(session, old, new, TODAY, organisation, lambda done, total: told.append((done, total)))
    return found, told


def test_each_case_that_moves_is_named_with_what_moved_it(session, officer):
    moved = filed(session, officer, **{PILOT: True, GAIN: False})
    filed(session, officer, **{PILOT: False, GAIN: False})

    found, told = rehearsed(session, officer.organisation, law(), law(**SEVERE))

    assert found.cases == 2
    assert list(found.moved) == [Moved(moved.id, False, "tolerate", "correct", ("x.pilot",))]
    assert found.moved_as_json() == [
        {"case": moved.id, "closed": False, "before": "tolerate", "after": "correct", "rules": ["x.pilot"]}
    ]
    assert found.counts_as_json() == {
        "closed": {},
        "open": {"tolerate": {"correct": 1}, "correct": {"correct": 1}},
        "unread": [],
    }
    assert told[-1] == (2, 2)


def test_closed_cases_are_counted_apart_and_named_first(session, officer):
    still = filed(session, officer, **{PILOT: True, GAIN: False})
    ended = filed(session, officer, stage=Stage.CLOSED, **{PILOT: True, GAIN: False})

    found, _ = rehearsed(session, officer.organisation, law(), law(**SEVERE))

    assert [(one.case_id, one.closed) for one in found.moved] == [(ended.id, True), (still.id, False)]
    assert found.counts == {(True, "tolerate", "correct"): 1, (False, "tolerate", "correct"): 1}


def test_only_documented_and_verified_facts_are_read(session, officer):
    for standing in ("claimed", "disputed", "documented"):
        filed(session, officer, **{PILOT: FactEntry(True, standing), GAIN: False})

    found, _ = rehearsed(session, officer.organisation, law(), law(**SEVERE))

    assert [one.case_id for one in found.moved] == [max(one.id for one in session.scalars(select(Case)))]


def test_cases_of_the_office_and_of_those_below_are_read_and_no_others(session, officer):
    below = make_user(session, organisation=make_organisation(session, parent=officer.organisation))
    other = make_user(session)
    cases = [filed(session, one, **{PILOT: True, GAIN: False}) for one in (officer, below, other)]

    found, _ = rehearsed(session, officer.organisation, law(), law(**SEVERE))

    assert [one.case_id for one in found.moved] == [case.id for case in cases[:2]]


def test_an_office_without_cases_has_nothing_to_rehearse(session, officer):
    found, told = rehearsed(session, officer.organisation, law(), law(**SEVERE))

    assert (found.cases, list(found.moved), found.unread, told) == (0, [], [], [])


def test_local_law_moves_only_cases_of_its_place_wherever_the_place_is_stated(session, officer):
    there = filed(session, officer, region="370211", **{PILOT: True, GAIN: True})
    stated = filed(session, officer, region="110000", **{PILOT: True, GAIN: True, PLACE_FACT: "370000"})
    filed(session, officer, region="110000", **{PILOT: True, GAIN: True})
    filed(session, officer, region="370211", conduct="2019-01-01", **{PILOT: True, GAIN: True})

    found, _ = rehearsed(session, officer.organisation, law(), law(local=True))

    assert [one.case_id for one in found.moved] == [there.id, stated.id]
    assert {one.after for one in found.moved} == {"tolerate"}


def test_a_case_whose_facts_the_vocabulary_no_longer_takes_is_named_and_the_others_are_answered(
    session, officer
):
    cases = [filed(session, officer, **{PILOT: True, GAIN: False}) for _ in range(3)]
    broken = update(CaseFact).where(CaseFact.case_id == cases[0].id, CaseFact.fact_id == PILOT)
    session.execute(broken.values(value="perhaps"))
    session.execute(update(Case).where(Case.id == cases[1].id).values(conduct="soon"))

    found, _ = rehearsed(session, officer.organisation, law(), law(**SEVERE))

    assert found.unread == [cases[0].id, cases[1].id]
    assert [one.case_id for one in found.moved] == [cases[2].id]


@pytest.fixture
def office(session, officer):
    """An office with cases of every sort: several times and places, known and unknown, closed and open."""
    random = Random(3)
    for number in range(24):
        filed(
            session, officer, random.choice([Stage.CLOSED, Stage.INTAKE]),
            random.choice(["2018-01-01", "2025-03-01", "2020", None]), random.choice([None, "370000"]),
            **{fact: random.random() < 0.5 for fact in (PILOT, GAIN) if number % 7 and random.random() < 0.8},
        )  # fmt: skip
    return officer.organisation


def test_every_case_comes_out_as_it_is_assessed(session, office):
    old, new = law(), law(local=True, **SEVERE)
    expected, moved = Counter(), {}
    for case in session.scalars(select(Case)):
        answers = [
            assess(read_facts(session, case), Conduct.parse(case.conduct), TODAY, case.region, packs)[
                "disposition"
            ]
            for packs in (old, new)
        ]
        expected[case.stage == Stage.CLOSED, *answers] += 1
        if answers[0] != answers[1]:
            moved[case.id] = tuple(answers)

    found, _ = rehearsed(session, office, old, new)

    assert found.counts == expected
    assert {one.case_id: (one.before, one.after) for one in found.moved} == moved
    assert len(expected) > 5


def test_small_piles_a_full_memory_and_forgotten_values_change_nothing(session, office, monkeypatch):
    whole, _ = rehearsed(session, office, law(), law(**SEVERE))
    for limit, value in (("CHUNK", 2), ("WAITING", 5), ("KNOWN", 1), ("SPAN", 3)):
        monkeypatch.setattr(replay, limit, value)

        found, told = rehearsed(session, office, law(), law(**SEVERE))

        assert (found.counts, list(found.moved)) == (whole.counts, list(whole.moved))
        assert told[-1] == (24, 24)


@pytest.mark.slow
def test_several_processes_find_what_one_does(session, office, monkeypatch):
    alone, _ = rehearsed(session, office, law(), law(**SEVERE))
    monkeypatch.setattr(rehearse_module, "FEW", 3)
    monkeypatch.setattr(replay, "SPAN", 5)
    monkeypatch.setattr(rehearse_module.os, "sched_getaffinity", lambda _: {0, 1})
    session.commit()

    found, told = rehearsed(session, office, law(), law(**SEVERE))

    assert (found.counts, list(found.moved)) == (alone.counts, list(alone.moved))
    assert told[-1] == (24, 24)
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_what_goes_wrong_in_a_process_is_raised_where_it_was_asked_for(session, office, monkeypatch):
    monkeypatch.setattr(rehearse_module, "FEW", 3)
    monkeypatch.setattr(rehearse_module.os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(rehearse_module, "_bare", lambda library: ("no packs", library.vocabulary))
    session.commit()

    with pytest.raises(AttributeError):
        rehearsed(session, office, law(), law(**SEVERE))

    assert multiprocessing.active_children() == []
