"""What a decision would do as a precedent: new conflicts, open cases it would bind, and whether it is new."""

import pytest

from casebook.models import Stage
from casebook.precedents.what_if import what_if
from casebook.procedure.dates import today
from tests.consulted import GROSS, KNOWN, a_whole_case
from tests.factories import make_organisation, make_user
from tests.precedents import a_precedent
from tests.stages import Cast, skip_to


@pytest.fixture
def cast(session):
    return Cast(session)


def test_the_first_of_its_kind_and_a_landmark_ask_for_reasons(session, cast):
    case = a_whole_case(session, cast.officer)
    first = what_if(session, case, "correct", today(), cast.officer)
    assert (first.landmark, first.first_of_its_kind, first.needs_reasons) == (True, True, True)
    a_precedent(session, cast.reviewer, facts=KNOWN)
    again = what_if(session, case, "tolerate", today(), cast.officer)
    assert (again.conflicts, again.landmark, again.first_of_its_kind) == ((), False, False)


def test_whom_it_would_contradict_is_named(session, cast):
    one = a_precedent(session, cast.reviewer, facts=GROSS)
    a_precedent(session, make_user(session, "reviewer"), facts=GROSS)
    case = a_whole_case(session, cast.officer)
    assert what_if(session, case, "correct", today(), cast.officer).conflicts == (one.code,)
    assert what_if(session, case, "tolerate", today(), cast.officer).conflicts == ()


def test_open_cases_of_the_organ_and_below_become_bound_those_of_others_and_decided_ones_do_not(
    session, cast
):
    below = make_user(session, organisation=make_organisation(session, parent=cast.county))
    case = a_whole_case(session, cast.officer, GROSS)
    twin = a_whole_case(session, cast.officer)
    lower = a_whole_case(session, below)
    a_whole_case(session, cast.stranger)
    skip_to(session, a_whole_case(session, cast.officer), Stage.DECIDED)
    found = what_if(session, case, "tolerate", today(), cast.chief)
    assert [one.number for one in found.bound] == sorted([twin.number, lower.number])
    assert found.bound_elsewhere == 0


def test_those_whom_the_reader_may_not_see_are_only_counted(session, cast):
    below = make_user(session, organisation=make_organisation(session, parent=cast.county))
    case = a_whole_case(session, cast.officer, GROSS)
    for _ in range(5):
        a_whole_case(session, below)
    twin = a_whole_case(session, cast.officer)
    found = what_if(session, case, "tolerate", today(), cast.officer)
    assert ([one.number for one in found.bound], found.bound_elsewhere) == ([twin.number], 5)
    nobody = what_if(session, case, "tolerate", today())
    assert (nobody.bound, nobody.bound_elsewhere) == ((), 6)


def test_few_whom_the_reader_may_not_see_are_not_counted_lest_each_be_asked_for_its_facts(session, cast):
    below = make_user(session, organisation=make_organisation(session, parent=cast.county))
    case = a_whole_case(session, cast.officer, GROSS)
    for _ in range(4):
        a_whole_case(session, below)
    assert what_if(session, case, "tolerate", today(), cast.officer).bound_elsewhere == 0


def test_open_cases_need_not_be_looked_at(session, cast):
    case = a_whole_case(session, cast.officer, GROSS)
    a_whole_case(session, cast.officer)
    found = what_if(session, case, "tolerate", today(), cast.officer, cases=False)
    assert (found.bound, found.bound_elsewhere) == ((), 0)


def test_an_outcome_without_a_rank_is_refused(session, cast):
    with pytest.raises(ValueError, match="refer"):
        what_if(session, a_whole_case(session, cast.officer), "refer", today())
