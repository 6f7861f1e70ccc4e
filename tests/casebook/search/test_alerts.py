"""Who is told that a precedent or a rule touches an open case, and when."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casebook.models import Alert, CaseFact, Event, Life, Part, Stage
from casebook.precedents import library
from casebook.procedure.dates import today
from casebook.recommend import latest_recommendation
from casebook.search import alerts, saved
from casebook.search.filters import Filters
from casebook.search.open_cases import CERTAIN, POSSIBLE, touched
from rules.factors import book, measured
from rules.library import library as shipped
from rules.precedents import Precedent as Decided
from rules.precedents.proof import binds
from tests.factories import make_case, make_user, save
from tests.precedents import HELD, TOLERATED, a_precedent
from tests.stages import Cast, bring, recommended_case, skip_to


@pytest.fixture
def cast(session):
    return Cast(session)


def told(session) -> list[tuple[str, str | None, int]]:
    rows = session.scalars(select(Alert).order_by(Alert.id))
    return [(alert.kind, alert.case.number if alert.case else None, alert.user_id) for alert in rows]


def test_a_new_precedent_that_binds_an_open_case_is_told_to_its_officer_once(session, cast):
    case = recommended_case(session, cast)
    elsewhere = make_case(session, title="无关案件")

    precedent = a_precedent(session, cast.reviewer)

    assert told(session) == [("precedent", case.number, cast.officer.id)]
    alert = session.scalar(select(Alert))
    assert (alert.precedent_id, alert.detail["life"], alert.seen_at) == (precedent.id, "alive", None)
    assert alert.detail["how"] in (CERTAIN, POSSIBLE)
    assert elsewhere.number not in str(told(session))
    event = session.scalars(select(Event).where(Event.kind == "alerts.made")).one()
    assert event.detail == {"count": 1, "precedent": precedent.id}


def test_the_reviewer_and_the_chair_are_told_too_while_the_case_is_theirs(session, cast):
    case = bring(session, cast, Stage.PANEL)
    reviewer = next(row.user_id for row in case.assignments if row.part == Part.REVIEWER)

    a_precedent(session, cast.reviewer2)

    users = {user for kind, number, user in told(session) if number == case.number}
    assert {cast.officer.id, reviewer} <= users


def test_a_case_that_is_decided_is_no_longer_told(session, cast):
    case = recommended_case(session, cast)
    skip_to(session, case, Stage.DECIDED)

    a_precedent(session, cast.reviewer)

    assert told(session) == []


def test_a_precedent_of_elsewhere_alerts_nobody(session, cast):
    recommended_case(session, cast)

    a_precedent(session, make_user(session, "reviewer"))
    a_precedent(session, cast.reviewer, tier="elsewhere")

    assert told(session) == []


def test_what_was_only_proposed_alerts_nobody(session, cast):
    recommended_case(session, cast)

    for life in ("coding", "proposed", "refused"):
        a_precedent(session, cast.reviewer, life=life)

    assert told(session) == []


def test_a_precedent_that_no_longer_counts_is_told_again_once_the_first_was_seen(session, cast):
    case = recommended_case(session, cast)
    precedent = a_precedent(session, cast.reviewer)
    library.withdraw(session, precedent, cast.chief, today(), "指导意见更新")
    assert [alert.detail["life"] for alert in session.scalars(select(Alert))] == ["withdrawn"]

    another = a_precedent(session, cast.reviewer)
    alerts.see(session, cast.officer)
    library.change_life(session, another, Life.REVIEW, None, on=today(), why="复核")
    library.change_life(session, another, Life.FLIPPED, None, on=today(), why="法律变动")

    assert [alert.detail["life"] for alert in alerts.of_case(session, cast.officer, case)] == ["review"]


def test_a_precedent_does_not_touch_the_case_it_was_made_from(session, cast):
    case = recommended_case(session, cast)
    precedent = a_precedent(session, cast.reviewer)
    assert case.id in touched(session, precedent, today())

    precedent.case_id = case.id

    assert touched(session, precedent, today()) == {}


facts = st.fixed_dictionaries(
    {},
    optional={
        "purpose": st.sampled_from(["public", "private"]), "private_gain_self": st.booleans(),
        "mental_state": st.sampled_from(["ordinary_negligence", "intentional", "no_fault"]),
        "knew_of_prohibition": st.booleans(), "deaths": st.integers(0, 3),
    },
)  # fmt: skip


def test_touched_are_exactly_the_cases_that_the_precedent_binds_or_may_bind(session, cast):
    case = recommended_case(session, cast)
    precedents = [
        a_precedent(session, cast.reviewer, outcome=outcome, facts=known)
        for outcome, known in (("tolerate", TOLERATED), ("hold_accountable", HELD), ("correct", TOLERATED))
    ]
    schema = book().schema("disposition")

    @settings(max_examples=25, deadline=None)
    @given(facts)
    def as_a_base_would_have_it(known):
        session.query(CaseFact).delete()
        case.version += 1
        if known:
            save(session, case, **known)
        session.info.pop("open_cases", None)
        read = {row.fact_id: row.value for row in session.scalars(select(CaseFact))}
        here = measured(read, today(), decided=True)
        for precedent in precedents:
            rank = schema.outcomes.index(precedent.outcome)
            there = measured(precedent.known_facts, today(), decided=True)
            one = Decided("one", {name: there[name] for name in schema.names if name in there}, rank)
            telling = [lower for lower in (True, False) if rank != (0 if lower else schema.gravest)]
            found = [binds(schema, here, one, lower) for lower in telling]
            expected = CERTAIN if "certain" in found else POSSIBLE if "possible" in found else None
            assert touched(session, precedent, today()).get(case.id) == expected

    as_a_base_would_have_it()


def test_an_alert_is_read_and_seen_by_its_owner_alone_and_stays_seen(session, cast):
    case = recommended_case(session, cast)
    a_precedent(session, cast.reviewer)
    mine = alerts.listing(session, cast.officer, limit=10)
    assert [alert.case_id for alert in mine] == [case.id]
    assert alerts.count(session, cast.officer) == 1
    assert alerts.count(session, cast.officer2) == 0

    assert alerts.see(session, cast.officer2, [mine[0].id]) == 0
    assert alerts.see(session, cast.officer, [mine[0].id]) == 1
    assert alerts.see(session, cast.officer, [mine[0].id]) == 0

    assert alerts.count(session, cast.officer) == 0
    assert alerts.count(session, cast.officer, unseen=False) == 1
    assert alerts.of_case(session, cast.officer, case) == []


def test_an_alert_on_a_case_that_one_may_no_longer_read_is_gone(session, cast):
    recommended_case(session, cast)
    a_precedent(session, cast.reviewer)
    cast.officer.organisation = cast.stranger.organisation
    session.flush()

    assert alerts.count(session, cast.officer) == 0
    assert alerts.listing(session, cast.officer, limit=10) == []


def test_a_saved_search_tells_its_owner_of_a_new_precedent_that_meets_it(session, cast):
    search = saved.remember(session, cast.auditor, "青石镇 -水库", Filters(outcome="tolerate"))
    silent = saved.remember(session, cast.auditor, "青石镇", Filters())
    saved.keep(session, cast.auditor, silent, "不提示")
    assert told(session) == []
    saved.keep(session, cast.auditor, search, "青石镇容错", tells=True)

    a_precedent(session, cast.reviewer, summary="青石镇水库除险")
    met = a_precedent(session, cast.reviewer, summary="青石镇村道改造")

    found = list(session.scalars(select(Alert)))
    assert [(alert.kind, alert.precedent_id, alert.search_id) for alert in found] == [
        ("search", met.id, search.id)
    ]
    assert alerts.count(session, cast.auditor) == 1
    saved.remove(session, cast.auditor, search)
    assert session.scalar(select(Alert)) is None


def changed_rules(rule_id: str, sign: str = "0"):
    """The rules as shipped, but for one that has another effect."""
    packs = shipped()
    pack = packs.packs[packs.rule(rule_id).pack]
    rules = [
        replace(rule, effect={**rule.effect, "other": True}) if rule.id == rule_id else rule
        for rule in pack.rules
    ]
    return replace(packs, packs={**packs.packs, pack.name: replace(pack, rules=rules, digest=sign * 64)})


def a_rule_that(session, case, status: str) -> str:
    rules = latest_recommendation(session, case).content["rules"]
    return next(rule_id for rule_id, one in rules.items() if {one["status"], one["provisional"]} == {status})


def test_rules_that_are_as_they_were_tell_nobody(session, cast):
    recommended_case(session, cast)

    assert alerts.rules_changed(session, None) == []


def test_rules_that_were_compared_last_are_not_compared_again_when_the_site_starts(
    session, cast, monkeypatch
):
    case = recommended_case(session, cast)
    packs = changed_rules(a_rule_that(session, case, "not_fired"))
    alerts.rules_changed(session, None, packs=packs)

    with monkeypatch.context() as idle:
        idle.setattr(alerts, "_recommended", lambda *_: pytest.fail("compared again"))
        assert alerts.rules_changed(session, None, packs=packs) == []
    fired = changed_rules(a_rule_that(session, case, "fired"), "1")
    assert [alert.case_id for alert in alerts.rules_changed(session, None, packs=fired)] == [case.id]


def test_a_changed_rule_is_told_where_it_reads_something_and_only_once(session, cast):
    case = recommended_case(session, cast)
    make_case(session, cast.officer, title="尚无处理建议的案件")
    changed = a_rule_that(session, case, "fired")

    made = alerts.rules_changed(session, None, packs=changed_rules(changed))

    assert [(alert.kind, alert.case_id, alert.user_id) for alert in made] == [
        ("rules", case.id, cast.officer.id)
    ]
    assert made[0].detail["rules"] == [changed]
    assert alerts.rules_changed(session, None, packs=changed_rules(changed)) == []


def test_a_changed_rule_that_reads_nothing_established_in_a_case_is_not_told_there(session, cast):
    case = recommended_case(session, cast)
    document = latest_recommendation(session, case).content
    known = document["facts"].keys() | {one["fact"] for one in document["presumed"]}
    unread = next(
        rule_id
        for rule_id, one in document["rules"].items()
        if one["status"] == one["provisional"] == "not_fired" and not shipped().rule(rule_id).reads & known
    )

    assert alerts.rules_changed(session, None, packs=changed_rules(unread)) == []


def test_rules_whose_old_texts_are_gone_count_as_changed(session, cast, monkeypatch):
    case = recommended_case(session, cast)
    monkeypatch.setattr("casebook.search.rule_changes._old_library", lambda *_: None)

    made = alerts.rules_changed(session, None, packs=changed_rules(a_rule_that(session, case, "fired")))

    assert [alert.case_id for alert in made] == [case.id]
