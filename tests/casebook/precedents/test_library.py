"""The library of precedents: who reads and approves what, what each weighs where, and that nothing is rewritten."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from casebook import audit
from casebook.errors import BadFields, NotAllowed, NotReady, PrecedentNotFound
from casebook.models import Event, Life, Precedent, PrecedentChange, Tier
from casebook.precedents import finding, library
from casebook.precedents.entering import Finding, Found
from casebook.procedure.dates import today
from tests.factories import make_case, make_organisation, make_user
from tests.precedents import HELD, TOLERATED, a_precedent, a_second_person, replayed


@pytest.fixture
def reviewer(session):
    return make_user(session, "reviewer")


def events_of(session, kind):
    return session.scalars(select(Event).where(Event.kind == kind)).all()


def test_a_precedent_is_entered_with_all_it_says(session, reviewer):
    issues = {"T1": Finding("correct", ["knew_of_prohibition"], ["mental_state"], " 说理 ")}
    facts = {"purpose": "public", "deaths": Found(None, "not_applicable", "stated", " 第3段 ")}
    precedent = a_precedent(session, reviewer, facts=facts, issues=issues, life="proposed")
    session.expire_all()
    assert [(fact.fact_id, fact.value, fact.state, fact.how, fact.evidence) for fact in precedent.facts] == [
        ("deaths", None, "not_applicable", "stated", "第3段"),
        ("purpose", "public", "known", "", ""),
    ]
    found = {
        issue.issue: (issue.outcome, issue.reasons, issue.rejected, issue.words) for issue in precedent.issues
    }
    assert found == {
        "T1": ("correct", ["knew_of_prohibition"], ["mental_state"], "说理"), "disposition": ("tolerate", [], [], ""),
    }  # fmt: skip
    assert (precedent.proposed_by, precedent.organisation) == (reviewer, reviewer.organisation)
    assert [change.life for change in precedent.history] == [Life.PROPOSED]
    assert precedent.known_facts == {"purpose": "public"}
    assert audit.verify(session).ok


def test_without_a_code_it_gets_the_next_of_its_organ_and_year(session, reviewer):
    codes = [a_precedent(session, reviewer, code="", on=date(2026, 3, 1)).code for _ in range(2)]
    start = reviewer.organisation.code + "-P2026-"
    assert codes == [start + "0001", start + "0002"]
    assert a_precedent(session, code="", on=date(2026, 3, 1)).code.endswith("-0001")


@pytest.mark.parametrize("role", ["panel", "auditor", "administrator", "officer"])
def test_who_may_not_propose_enters_nothing(session, role):
    with pytest.raises(NotAllowed):
        a_precedent(session, make_user(session, role), life="proposed")
    assert session.scalars(select(Precedent)).all() == []


def test_an_officer_codes_and_does_not_propose(session):
    assert a_precedent(session, make_user(session, "officer"), life="coding").life == Life.CODING


def test_everything_wrong_is_named_at_once_and_nothing_is_written(session, reviewer):
    with pytest.raises(BadFields) as bad:
        a_precedent(
            session, reviewer, title="", outcome="forgive", facts={"deaths": -1}, decided_on=date(2999, 1, 1)
        )
    assert bad.value.errors.keys() == {"title", "outcome", "facts.deaths", "decided_on"}
    assert session.scalars(select(Precedent)).all() == []


def test_a_code_is_taken_in_any_spelling(session, reviewer):
    a_precedent(session, reviewer, code="Gx-1")
    with pytest.raises(BadFields, match="already used"):
        a_precedent(session, reviewer, code="gX-1")


def test_rules_of_the_conduct_may_have_ended_before_the_decision(session, reviewer):
    old = {"instrument": "CPD2018", "article": "第十七条"}
    a_precedent(session, reviewer, articles=[old], conduct="2023-03", decided_on=date(2024, 6, 1))
    with pytest.raises(BadFields, match="not in force"):
        a_precedent(session, reviewer, articles=[old], conduct="2024-03", decided_on=date(2024, 6, 1))


def test_whoever_proposed_does_not_approve(session, reviewer):
    precedent = a_precedent(session, reviewer, life="proposed")
    second = make_user(session, "reviewer", organisation=reviewer.organisation)
    for refused in (
        reviewer,
        make_user(session, "chief"),
        make_user(session, "officer", organisation=reviewer.organisation),
    ):
        assert not library.may_publish(precedent, refused)
        with pytest.raises(NotAllowed):
            library.publish(session, precedent, refused, today())
    library.publish(session, precedent, second, today())
    assert (precedent.life, precedent.approved_by) == (Life.ALIVE, second)
    assert precedent.published_at is not None
    with pytest.raises(NotReady, match="does not wait for approval"):
        library.publish(session, precedent, second, today())


def test_an_organ_above_approves(session):
    city = make_organisation(session)
    reviewer = make_user(session, "reviewer", organisation=make_organisation(session, parent=city))
    precedent = a_precedent(session, reviewer, life="proposed")
    library.publish(session, precedent, make_user(session, "chief", organisation=city), today())
    assert precedent.life == Life.ALIVE


def test_a_refusal_has_its_reason(session, reviewer):
    precedent = a_precedent(session, reviewer, life="proposed")
    second = a_second_person(session, reviewer)
    with pytest.raises(BadFields):
        library.refuse(session, precedent, second, today(), " ")
    library.refuse(session, precedent, second, today(), "事实不清")
    assert (precedent.life, precedent.history[-1].why) == (Life.REFUSED, "事实不清")


def test_a_mended_precedent_takes_the_place_of_the_old_once_it_is_approved(session, reviewer):
    old = a_precedent(session, reviewer)
    new = a_precedent(session, reviewer, supersedes=old, life="proposed")
    assert old.life == Life.ALIVE
    library.publish(session, new, a_second_person(session, reviewer), today())
    assert old.life == Life.SUPERSEDED
    assert new.code in old.history[-1].why
    with pytest.raises(BadFields, match="cannot be superseded"):
        a_precedent(session, reviewer, supersedes=old)
    with pytest.raises(BadFields, match="cannot be superseded"):
        a_precedent(session, supersedes=new)


def test_a_chief_takes_a_precedent_out_with_a_reason(session, reviewer):
    precedent = a_precedent(session, reviewer)
    chief = a_second_person(session, reviewer)
    for refused in (reviewer, make_user(session, "chief")):
        with pytest.raises(NotAllowed):
            library.withdraw(session, precedent, refused, today(), "不再适用")
    with pytest.raises(BadFields):
        library.withdraw(session, precedent, chief, today(), "")
    library.withdraw(session, precedent, chief, today(), "不再适用", "新条例第三条")
    assert (precedent.life, precedent.history[-1].law) == (Life.WITHDRAWN, "新条例第三条")
    assert library.alive(session) == []


def test_what_has_ended_stays_ended(session, reviewer):
    precedent = a_precedent(session, reviewer, life="withdrawn")
    for life in Life:
        with pytest.raises(NotReady):
            library.change_life(session, precedent, life, None, on=today())


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda precedent: setattr(precedent, "outcome", "hold_accountable"),
        lambda precedent: setattr(precedent, "summary", "别的事实"),
        lambda precedent: setattr(precedent.issues[0], "reasons", ["deaths"]),
        lambda precedent: setattr(precedent.facts[0], "value", 3),
        lambda precedent: setattr(precedent, "life", Life.FLIPPED),
    ],
)
def test_what_a_precedent_says_cannot_be_rewritten_unnoticed(session, reviewer, rewrite):
    a_precedent(session, reviewer)
    precedent = a_precedent(session, reviewer)
    assert audit.verify(session).ok
    rewrite(precedent)
    session.flush()
    report = audit.verify(session)
    assert report.why == "row"
    assert report.first_broken > events_of(session, "precedent.entered")[-1].seq - 1


def test_a_line_of_the_history_is_kept_for_good(session, reviewer):
    precedent = a_precedent(session, reviewer)
    precedent.history[0].why = "别的理由"
    with pytest.raises(DatabaseError, match="kept for good"):
        session.flush()
    session.rollback()


def test_a_line_of_the_history_cannot_be_added_unnoticed(session, reviewer):
    precedent = a_precedent(session, reviewer, life="flipped")
    session.add(
        PrecedentChange(precedent_id=precedent.id, life=Life.ALIVE, on=today(), at=precedent.proposed_at)
    )
    session.flush()
    assert not audit.verify(session).ok


def test_everybody_who_reads_cases_reads_what_was_published(session, reviewer):
    precedent = a_precedent(session, reviewer)
    for role in ("officer", "reviewer", "panel", "chief", "auditor"):
        assert library.get(session, make_user(session, role), precedent.code) is precedent
    with pytest.raises(NotAllowed):
        library.get(session, make_user(session, "administrator"), precedent.code)
    with pytest.raises(NotAllowed):
        library.listing(session, make_user(session, "administrator"))
    assert len(events_of(session, "precedent.read")) == 5


@pytest.mark.parametrize("life", ["proposed", "refused"])
def test_what_was_not_approved_is_only_for_those_who_work_on_it(session, reviewer, life):
    precedent = a_precedent(session, reviewer, life=life)
    colleague = make_user(session, "officer", organisation=reviewer.organisation)
    for stranger in (colleague, make_user(session, "chief"), make_user(session, "panel")):
        with pytest.raises(PrecedentNotFound):
            library.get(session, stranger, precedent.code)
        assert library.listing(session, stranger) == []
    for reader in (reviewer, a_second_person(session, reviewer), make_user(session, "auditor")):
        assert library.listing(session, reader) == [precedent]


@pytest.mark.parametrize("code", ["nothing", "", "\0", "'; --"])
def test_no_other_code_finds_anything(session, reviewer, code):
    a_precedent(session, reviewer)
    with pytest.raises(PrecedentNotFound):
        library.get(session, reviewer, code)


def test_the_case_behind_it_is_shown_to_its_readers_only(session):
    case = make_case(session)
    precedent = a_precedent(
        session, make_user(session, "reviewer", organisation=case.organisation), case=case
    )
    assert library.own_case(precedent, case.officer) is case
    assert library.own_case(precedent, make_user(session, "chief")) is None
    assert library.own_case(a_precedent(session), case.officer) is None


def test_the_weight_of_a_precedent_is_told_from_where_one_stands(session):
    city = make_organisation(session)
    county, other = (make_organisation(session, parent=city) for _ in range(2))
    reviewers = {organ: make_user(session, "reviewer", organisation=organ) for organ in (city, county, other)}
    made = {}
    for organ, by in reviewers.items():
        for tier in Tier:
            made[organ, tier] = a_precedent(session, by, tier=str(tier), current=False)
    seen = {
        (Tier.OWN, "same"): Tier.OWN, (Tier.SUPERIOR, "same"): Tier.SUPERIOR, (Tier.ELSEWHERE, "same"): Tier.ELSEWHERE,
        (Tier.OWN, "above"): Tier.SUPERIOR, (Tier.SUPERIOR, "above"): Tier.SUPERIOR,
        (Tier.ELSEWHERE, "above"): Tier.ELSEWHERE, (Tier.OWN, "beside"): Tier.ELSEWHERE,
        (Tier.SUPERIOR, "beside"): Tier.ELSEWHERE, (Tier.ELSEWHERE, "beside"): Tier.ELSEWHERE,
    }  # fmt: skip
    for (organ, tier), precedent in made.items():
        where = "same" if organ is county else "above" if organ is city else "beside"
        expected = seen.get((tier, where), tier)
        assert library.tier_for(precedent, county) == expected
        assert (precedent in library.listing(session, reviewers[county], tier=str(expected))) is True
        for else_ in set(Tier) - {expected}:
            assert precedent not in library.listing(session, reviewers[county], tier=str(else_))


def test_filters_find_what_they_say(session, reviewer):
    a_precedent(session, reviewer, decided_on=None, outcome="correct")
    wanted = a_precedent(
        session, reviewer, outcome="hold_accountable", region="320000", sector="rural",
        decided_on=date(2024, 5, 5), facts={**HELD, "deaths": 2}, articles=[{"instrument": "PAR2019", "article": "第十七条"}],
        issues={"T1": Finding("correct")},
    )  # fmt: skip
    other = a_precedent(session, reviewer, decided_on=date(2025, 5, 5), facts={**TOLERATED, "deaths": 0})
    for filters in (
        {"outcome": "hold_accountable"}, {"region": "320000"}, {"sector": "rural"},
        {"since": date(2024, 5, 5), "until": date(2024, 5, 5)}, {"fact": "deaths", "value": 2},
        {"fact": "private_gain_self", "value": True}, {"article": "第十七条"}, {"article": "PAR2019"},
        {"issue": "T1", "finding": "correct"}, {"issue": "T1"}, {"issue": "disposition", "finding": "hold_accountable"},
    ):  # fmt: skip
        assert library.listing(session, reviewer, **filters) == [wanted], filters
        assert finding.count(session, reviewer, **filters) == 1
    for filters in (
        {"article": "%"},
        {"article": '"'},
        {"region": "_"},
        {"fact": "deaths", "value": False},
        {"life": "withdrawn"},
    ):
        assert library.listing(session, reviewer, **filters) == []
    found = library.listing(session, reviewer)
    assert found[:2] == [other, wanted]
    assert library.listing(session, reviewer, limit=1, offset=1) == [wanted]


def test_a_rule_is_found_by_the_article_behind_it(session, reviewer):
    from rules.library import library as packs

    rule = next(
        rule for rule in packs().packs["tolerance"].rules
        if rule.enabled and rule.effective_from and rule.effective_to is None and "条" in rule.article
    )  # fmt: skip
    precedent = a_precedent(session, reviewer, articles=[rule.id], decided_on=today())
    assert library.listing(session, reviewer, article=rule.article) == [precedent]
    assert library.listing(session, reviewer, article=rule.id) == [precedent]


def test_the_token_changes_with_every_entry_change_and_replay(session, reviewer):
    seen = {library.base_token(session)}
    precedent = a_precedent(session, reviewer, current=False)
    seen.add(library.base_token(session))
    replayed(session, precedent)
    seen.add(library.base_token(session))
    library.change_life(session, precedent, Life.REVIEW, None, on=today())
    seen.add(library.base_token(session))
    assert len(seen) == 4
    assert library.base_token(session) in seen
