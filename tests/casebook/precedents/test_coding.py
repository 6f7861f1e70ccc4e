import pytest
from sqlalchemy import select

from casebook import audit
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Event, Life, PrecedentFact
from casebook.precedents import coding, publish
from casebook.precedents.entering import Finding, Found
from casebook.procedure.dates import today
from rules.factors import book
from rules.vocabulary import vocabulary
from tests.factories import make_organisation, make_user
from tests.proposals import SAID, alike, proposed, second_coded
from tests.stages import Cast


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def precedent(session, cast):
    factor = book().issues["T3"].factors[0]
    return proposed(
        session, cast, issues={"T3": Finding("hold_accountable", [factor], words="明显出于其他考虑的说理")}
    )


def test_every_fact_a_factor_is_derived_from_is_asked_once_under_an_issue():
    names = coding.asked_facts()
    assert len(names) == len(set(names))
    wanted = {fact for factor in book().factors.values() for fact in factor.facts}
    assert set(names) == {fact for fact in wanted if vocabulary().facts[fact].type not in ("text", "date")}


@pytest.mark.parametrize("who", ["officer", "reviewer", "chief", "member", "auditor", "stranger", "superior"])
def test_nobody_codes_who_proposed_handled_or_is_of_another_organ(session, cast, precedent, who):
    before = precedent.life
    with pytest.raises(NotAllowed):
        coding.save(session, precedent, getattr(cast, who), facts={"deaths": Found(0)}, issues={})
    with pytest.raises(NotAllowed):
        coding.submit(
            session, precedent, getattr(cast, who), facts={"deaths": Found(0)}, issues={}, on=today()
        )
    assert precedent.life == before
    assert coding.second_of(precedent) is None


def test_a_reviewer_of_the_organ_above_may_code(session, cast, precedent):
    assert coding.may_code(session, precedent, cast.superior_reviewer)
    above = make_user(session, "officer", organisation=cast.city)
    assert not coding.may_code(session, precedent, above), "an officer reads no case of an organ below"
    assert not coding.may_code(
        session,
        precedent,
        make_user(session, "reviewer", organisation=make_organisation(session, parent=cast.county)),
    )


def test_the_second_coder_finds_the_first_coding_nowhere(session, cast, precedent):
    assert not precedent.facts
    assert session.scalar(select(PrecedentFact).where(PrecedentFact.precedent_id == precedent.id)) is None
    assert [(row.issue, row.reasons, row.words) for row in precedent.issues] == [("disposition", [], "")]
    for who in (cast.officer2, cast.superior_reviewer):
        assert not publish.may_approve(precedent, who)
    assert not any("其他考虑" in repr(event.detail) for event in session.scalars(select(Event)))
    assert "其他考虑" not in repr(vars(precedent))


def test_a_draft_is_kept_and_a_coding_once_given_is_not_changed(session, cast, precedent):
    coding.save(session, precedent, cast.officer2, facts={"deaths": Found(1)}, issues={})
    assert precedent.life == Life.CODING
    assert coding.second_of(precedent) is None
    assert coding.own(precedent, cast.officer2).facts["deaths"]["value"] == 1
    coding.submit(session, precedent, cast.officer2, facts=alike(precedent), issues={}, on=today())
    assert precedent.life == Life.PROPOSED
    with pytest.raises(NotReady):
        coding.save(session, precedent, cast.officer2, facts={}, issues={})
    with pytest.raises(NotAllowed):
        coding.submit(
            session, precedent, cast.superior_reviewer, facts=alike(precedent), issues={}, on=today()
        )
    assert audit.verify(session).ok


def test_what_a_fact_does_not_take_or_was_not_asked_is_refused_at_its_field(session, cast, precedent):
    with pytest.raises(BadFields) as refused:
        coding.save(
            session, precedent, cast.officer2, issues={"T1": Finding("", words="见笔录"), "T3": Finding("mild")},
            facts={"deaths": Found(-1), "mental_state": Found("angry"), "conduct_region": Found("350100")},
        )  # fmt: skip
    assert set(refused.value.errors) == {"fact_deaths", "fact_mental_state", "facts", "issue_T1", "issue_T3"}
    with pytest.raises(BadFields):
        coding.submit(session, precedent, cast.officer2, facts={}, issues={}, on=today())
    with pytest.raises(BadFields) as refused:
        coding.save(
            session,
            precedent,
            cast.officer2,
            facts={},
            issues={"T1": Finding("tolerate", words="周某没有故意")},
        )
    assert set(refused.value.errors) == {"words_T1"}


def test_agreement_is_the_share_of_facts_alike_and_kappa_over_what_was_said_of_each(session, cast, precedent):
    names = coding.asked_facts()
    second_coded(session, cast, precedent, mental_state="gross_negligence", deaths=None)
    found = coding.agreement_of(coding.first_of(precedent), coding.second_of(precedent))
    assert (found.n, found.agreed) == (len(names), len(names) - 2)
    assert 0 < found.kappa < 1


def test_where_findings_differ_on_an_issue_the_chosen_one_stands(session, cast, precedent):
    second_coded(session, cast, precedent)
    first, second = coding.first_of(precedent), coding.second_of(precedent)
    assert [one.id for one in coding.differences(first, second)] == ["issue:T3"]
    with pytest.raises(BadFields):
        publish.approve(
            session, precedent, cast.chief, settled={"issue:T3": coding.Settled("both")}, on=today()
        )
    publish.approve(
        session,
        precedent,
        cast.chief,
        settled={"issue:T3": coding.Settled("second", "文中没有认定")},
        on=today(),
    )
    assert [row.issue for row in precedent.issues] == ["disposition"]
    assert precedent.known_facts["deaths"] == 0
    assert coding.coded(precedent).coders == 2


def test_one_coding_is_named_as_one(session, cast):
    precedent = proposed(session, cast)
    publish.approve(session, precedent, cast.chief, alone="没有第二人", on=today())
    assert coding.coded(precedent) == coding.Coded(1)
    assert SAID["title"] == precedent.title
