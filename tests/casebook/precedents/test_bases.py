"""The bases that are kept: made once, made anew when the library changes, bounded, and stale when the law moves on."""

import threading

import pytest

from casebook.models import Life, Tier
from casebook.precedents import ageing, bases, library, shelf
from casebook.precedents.shelf import provisions_of
from casebook.procedure.dates import today
from tests.consulted import GROSS, KNOWN
from tests.factories import make_organisation, make_user
from tests.precedents import a_precedent
from tests.stages import Cast

ISSUE = "disposition"


@pytest.fixture
def cast(session):
    cast = Cast(session)
    a_precedent(session, cast.reviewer, facts=KNOWN, code="OWN-1")
    a_precedent(session, make_user(session, "reviewer"), facts=KNOWN, code="OTHER-1")
    a_precedent(session, cast.reviewer, facts=KNOWN, life="proposed", code="PROPOSED-1")
    return cast


def codes(base) -> list:
    return [one.id for one in base.precedents]


def test_a_base_is_made_once_and_made_anew_when_the_library_changes(session, cast):
    first = bases.base_for(session, cast.county, ISSUE, today())
    assert bases.base_for(session, cast.county, ISSUE, today()) is first
    assert codes(first) == ["OWN-1", "OTHER-1"]
    one = a_precedent(session, cast.reviewer, facts=GROSS, code="OWN-2")
    assert codes(bases.base_for(session, cast.county, ISSUE, today())) == ["OWN-1", "OWN-2", "OTHER-1"]
    library.change_life(session, one, Life.WITHDRAWN, None, on=today(), why="测试")
    assert codes(bases.base_for(session, cast.county, ISSUE, today())) == ["OWN-1", "OTHER-1"]


def test_what_is_published_is_measured_once(session, cast, monkeypatch):
    bases.base_for(session, cast.county, ISSUE, today())
    measured = []
    monkeypatch.setattr(shelf, "measured", lambda facts, on, *, decided: measured.append(facts) or {})
    a_precedent(session, cast.reviewer, facts=GROSS)
    bases.base_for(session, cast.county, ISSUE, today())
    assert measured == [GROSS]


def test_what_was_published_in_a_transaction_that_failed_is_not_what_is_compared(session, cast):
    """SQLite gives the number of a row that was rolled back to the next one."""
    bases.base_for(session, cast.county, ISSUE, today())
    session.commit()
    number = a_precedent(session, cast.reviewer, facts=GROSS, code="OWN-3").id
    bases.base_for(session, cast.county, ISSUE, today())
    session.rollback()
    one = a_precedent(session, cast.reviewer, facts=KNOWN, code="OWN-3")
    found = {one.id: one for one in bases.base_for(session, cast.county, ISSUE, today()).precedents}
    assert one.id == number or session.get_bind().dialect.name != "sqlite"
    assert found["OWN-3"].facts == found["OWN-1"].facts


def test_each_organ_sees_the_same_precedents_in_tiers_of_its_own(session, cast):
    here = {one.id: one.tier for one in bases.base_for(session, cast.county, ISSUE, today()).precedents}
    below = make_organisation(session, parent=cast.county)
    there = {one.id: one.tier for one in bases.base_for(session, below, ISSUE, today()).precedents}
    assert here == {"OWN-1": "own", "OTHER-1": "elsewhere"}
    assert there == {"OWN-1": "superior", "OTHER-1": "elsewhere"}


def test_a_base_without_those_of_elsewhere_has_only_what_may_bind(session, cast):
    base = bases.base_for(session, cast.county, ISSUE, today(), elsewhere=False)
    assert codes(base) == ["OWN-1"]
    assert bases.of_tiers(base) is base
    assert codes(bases.of_tiers(bases.base_for(session, cast.county, ISSUE, today()))) == ["OWN-1"]
    assert codes(bases.of_tiers(base, [Tier.GUIDING])) == []


def test_an_issue_on_which_nothing_was_found_has_no_precedent(session, cast):
    assert codes(bases.base_for(session, cast.county, "T1", today())) == []


def test_when_the_rules_change_everything_is_stale_until_it_is_decided_again(session, cast, monkeypatch):
    assert codes(bases.base_for(session, cast.county, ISSUE, today()))
    monkeypatch.setattr(ageing, "rules_digest", lambda packs=None: "0" * 64)
    assert codes(bases.base_for(session, cast.county, ISSUE, today())) == []
    assert codes(bases.base_for(session, cast.county, ISSUE, today(), stale=True)) == ["OWN-1", "OTHER-1"]


def test_what_is_kept_is_bounded(session, cast, monkeypatch):
    monkeypatch.setattr(bases, "MOST_KEPT", 250)
    for issue in (ISSUE, "T1", "T2", "T3", "gravity"):
        bases.base_for(session, cast.county, issue, today())
    kept = bases._store(session)
    assert len(kept.bases) == 2
    assert codes(bases.base_for(session, cast.county, ISSUE, today())) == ["OWN-1", "OTHER-1"]


def test_many_threads_asking_at_once_get_the_same_precedents(session, cast):
    made = shelf.load_shelf(session, today(), "token", (), {})
    kept, found = bases._store(session), []

    def ask(number: int) -> None:
        for turn in range(50):
            kept.put(kept.shelves, (number, turn), made, lambda one: len(one.kept))
            found.append(kept.get(kept.shelves, (number, turn)))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one is made for one in found} == {True}


def test_the_red_lines_of_a_precedent_are_read_from_the_rules_and_articles_it_rests_on():
    assert provisions_of(["redlines.gain"]) == {"N-01"}
    assert provisions_of(["redlines.gain@2018-05-20", "redlines.unit_gain"]) == {"N-01", "N-02"}
    assert provisions_of([{"instrument": "INC2018", "article": "容错条件（不为单位谋私）"}]) == {"N-02"}
    assert provisions_of(["method.stated", "nothing", {"instrument": "PD2020", "article": ""}]) == frozenset()
