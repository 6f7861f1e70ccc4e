"""Several people editing one case: whatever the order, nobody's work is lost and nobody is misled."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook import audit
from casebook.changes import NEVER_ENTERED, FactEntry
from casebook.errors import BadFields, StaleCase
from casebook.intake import save_facts
from casebook.queries import facts_of
from tests.factories import make_case, make_organisation, make_user, save

FACTS = ("deaths", "direct_economic_loss_cny", "private_gain_self")
VALUES = {
    "deaths": [None, 0, 1],
    "direct_economic_loss_cny": [None, 0, 100],
    "private_gain_self": [None, True, False],
}


def entries():
    one = {
        fact: st.builds(
            FactEntry,
            st.sampled_from(VALUES[fact]),
            st.sampled_from(["claimed", "verified"]),
            note=st.sampled_from(["", "n"]),
        )
        for fact in FACTS
    }  # fmt: skip
    one = {
        fact: entry.map(lambda entry: NEVER_ENTERED if entry.value is None and not entry.note else entry)
        for fact, entry in one.items()
    }
    return st.fixed_dictionaries({}, optional=one)


steps = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 4), entries()), min_size=1, max_size=8
)  # who saves, how many versions ago they looked, what they send


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_saving_behaves_like_the_plain_model_of_merging(session, steps):
    """The model: states by version; a fact is a conflict iff its sender changed it, another person did too, and
    the two differ; otherwise what the sender changed is written and everything else stays."""
    with session.begin_nested() as example:
        _follow(session, steps)
        example.rollback()
        session.expunge_all()  # the next example is given the same ids


def _follow(session, steps) -> None:
    organ = make_organisation(session)
    people = [make_user(session, organisation=organ) for _ in range(3)]
    case = make_case(session, people[0])
    states = [{}]  # states[n] is the case at version n + 1
    writers = [{}]  # who changed which fact in making that version

    for who, ago, sent in steps:
        seen_version = max(1, len(states) - ago)
        seen, now = states[seen_version - 1], states[-1]
        touched = {
            fact: entry
            for fact, entry in sent.items()
            if entry not in (seen.get(fact, NEVER_ENTERED), now.get(fact, NEVER_ENTERED))
        }
        others = {
            fact for made in writers[seen_version:] for fact, author in made.items() if author != who
        }  # fmt: skip
        expected_conflicts = sorted(touched.keys() & others)
        if expected_conflicts:
            with pytest.raises(StaleCase) as stale:
                save_facts(session, case, sent, people[who], seen_version=seen_version)
            assert sorted(conflict.fact_id for conflict in stale.value.conflicts) == expected_conflicts
            for conflict in stale.value.conflicts:
                assert conflict.theirs == now.get(conflict.fact_id, NEVER_ENTERED)
                assert conflict.by_name in {people[other].name for other in range(3) if other != who}
        else:
            changes = save_facts(session, case, sent, people[who], seen_version=seen_version)
            assert {change.fact_id for change in changes} == touched.keys()
            if touched:
                states.append({**now, **touched})
                writers.append(dict.fromkeys(touched, who))
        assert case.version == len(states)
        assert {fact: FactEntry.of(row) for fact, row in facts_of(session, case).items()} == states[-1]
    assert audit.verify(session).ok


def test_the_second_person_is_told_what_the_first_entered(session):
    first = make_user(session)
    second = make_user(session, organisation=first.organisation)
    case = make_case(session, first)
    save(session, case, first, deaths=FactEntry(1, "verified", "报告"))

    with pytest.raises(StaleCase) as stale:
        save(session, case, second, seen_version=1, deaths=2)

    [conflict] = stale.value.conflicts
    assert (conflict.fact_id, conflict.by_name) == ("deaths", first.name)
    assert conflict.theirs == FactEntry(1, "verified", "报告")
    assert conflict.at.tzinfo is not None
    assert first.name in stale.value.message("en")


def test_having_seen_the_conflict_the_second_person_may_overwrite(session):
    first = make_user(session)
    second = make_user(session, organisation=first.organisation)
    case = make_case(session, first)
    save(session, case, first, deaths=1)

    save(session, case, second, seen_version=case.version, deaths=2)

    assert facts_of(session, case)["deaths"].value == 2


def test_sending_back_what_the_form_showed_does_not_undo_another_persons_change(session):
    first = make_user(session)
    second = make_user(session, organisation=first.organisation)
    case = make_case(session, first)
    save(session, case, first, deaths=0, private_gain_self=False)  # version 2, which both look at
    save(session, case, first, deaths=3)

    save(session, case, second, seen_version=2, deaths=0, private_gain_self=True)

    facts = facts_of(session, case)
    assert (facts["deaths"].value, facts["private_gain_self"].value) == (3, True)


def test_two_people_who_enter_the_same_agree(session):
    first = make_user(session)
    second = make_user(session, organisation=first.organisation)
    case = make_case(session, first)
    save(session, case, first, deaths=1)

    assert save(session, case, second, seen_version=1, deaths=1) == []


@pytest.mark.parametrize("seen_version", [0, -1, 2, 99])
def test_a_version_that_never_was_is_refused(session, seen_version):
    case = make_case(session)

    with pytest.raises(BadFields):
        save_facts(session, case, {"deaths": FactEntry(1)}, case.officer, seen_version=seen_version)
