"""What the pages read, and that every reading is logged."""

import json

import pytest
from sqlalchemy import select

from casebook import events, queries
from casebook.errors import RecommendationNotFound
from casebook.intake import FactEntry, amend_case
from casebook.models import Event, Status
from casebook.recommend import latest_recommendation, recommend
from rules.vocabulary import vocabulary
from tests.factories import make_case, make_organisation, make_user, save


@pytest.fixture
def officer(session):
    return make_user(session)


@pytest.fixture
def case(session, officer):
    make_case(session)
    return make_case(session, officer)


def last_event(session) -> Event:
    return session.scalars(select(Event).order_by(Event.seq.desc())).first()


def test_reading_a_case_is_logged(session, case, officer):
    assert queries.get_case(session, officer, case.number) is case

    event = last_event(session)
    assert (event.kind, event.by, event.case_id) == ("case.read", officer, case.id)


def test_listing_shows_the_latest_change_first_and_logs_which_cases_were_shown(session, case, officer):
    second = make_case(session, officer)
    third = make_case(session, officer)
    save(session, case, deaths=0)

    found = queries.list_cases(session, officer)

    assert found == [case, third, second]
    assert last_event(session).detail == {"numbers": [case.number, third.number, second.number]}


def test_a_list_can_be_narrowed_and_paged(session, case, officer, today):
    colleague = make_user(session, organisation=officer.organisation)
    theirs = make_case(session, colleague, title="危桥改造", respondent_name="张某")
    save(session, theirs, deaths=0)
    recommend(session, theirs, colleague, today)

    def listed(**wanted):
        found = queries.list_cases(session, officer, **wanted)
        assert queries.count_cases(session, officer, **wanted) == len(found)
        return found

    assert listed(mine=True) == [case]
    assert listed(status="recommended") == [theirs]
    assert listed(search="危桥") == listed(search="张某") == listed(search=theirs.number.lower()) == [theirs]
    assert listed(search="100%") == []
    assert listed(search="_") == []
    assert queries.list_cases(session, officer, limit=1, offset=1) == [case]
    assert queries.count_cases(session, officer) == 2


def test_a_shown_case_can_still_be_read_after_the_commit(engine, session, case, officer):
    session.commit()
    session.expire_all()
    [shown] = queries.list_cases(session, officer)
    session.commit()
    session.close()

    assert shown.officer.name == officer.name
    assert shown.organisation.code
    assert shown.respondent.name


def test_facts_come_in_the_order_of_the_vocabulary(session, case):
    save(session, case, deaths=0, mental_state="intentional", subject_is_party_member=True)

    order = [
        fact_id
        for fact_id in vocabulary().facts
        if fact_id in ("deaths", "mental_state", "subject_is_party_member")
    ]
    assert list(queries.facts_of(session, case)) == order


def test_core_facts_without_a_value_are_missing(session, case, officer):
    core = [fact.id for fact in vocabulary().facts.values() if fact.core and "disposition" in fact.tasks]
    assert [fact.id for fact in queries.missing_core_facts(session, case)] == core

    save(session, case, mental_state="intentional")
    save(session, case, rule_status_at_time=FactEntry(None, "claimed", note="查无"))
    other = make_case(session, officer)

    missing = queries.missing_core_facts_of(session, [case, other])
    assert [fact.id for fact in missing[case.id]] == [
        fact_id for fact_id in core if fact_id != "mental_state"
    ]
    assert [fact.id for fact in missing[other.id]] == core


def test_reading_and_printing_a_recommendation_are_logged_apart(session, case, officer, today):
    first = recommend(session, case, officer, today)
    second = recommend(session, case, officer, today)

    assert queries.read_recommendation(session, officer, case) is second
    assert (last_event(session).kind, last_event(session).detail) == ("recommendation.read", {"seq": 2})
    assert queries.read_recommendation(session, officer, case, 1, printed=True) is first
    assert (last_event(session).kind, last_event(session).detail) == ("recommendation.printed", {"seq": 1})
    assert queries.list_recommendations(session, case) == [second, first]


def test_a_recommendation_that_does_not_exist_is_said_so(session, case, officer):
    for seq in (None, 3):
        with pytest.raises(RecommendationNotFound) as missing:
            queries.read_recommendation(session, officer, case, seq)
        assert case.number in missing.value.message("zh")
    assert latest_recommendation(session, case) is None


def test_the_latest_recommendations_of_many_cases_come_at_once(session, case, officer, today):
    bare, other = make_case(session, officer), make_case(session, officer)
    recommend(session, case, officer, today)
    second, third = recommend(session, case, officer, today), recommend(session, other, officer, today)

    latest = queries.latest_recommendations(session, [case, bare, other])

    assert latest == {case.id: second, other.id: third}


def test_the_history_tells_everything_that_happened_latest_first(session, case, officer):
    save(session, case, deaths=0)
    amend_case(session, case, officer, seen_version=2, title="新标题")
    reviewer = make_user(session, "reviewer", organisation=officer.organisation)

    rows = queries.case_history(session, reviewer, case)

    assert [row.kind for row in rows] == ["case.history_read", "case.amended", "facts.saved", "case.opened"]
    assert [row.by_name for row in rows] == [reviewer.name, officer.name, officer.name, officer.name]
    assert [(change.fact_id, change.new_value) for change in rows[2].changes] == [("deaths", 0)]
    assert [change.new_value for change in rows[1].changes] == ["新标题"]
    assert rows[0].label("zh") == events.label("case.history_read", "zh")
    assert len({row.seq for row in rows}) == 4


def test_the_history_names_what_came_from_the_command_line(session, case, officer):
    events.record(session, "case.exported", None, case)

    assert queries.case_history(session, officer, case)[1].by_name is None


def test_an_export_lists_cases_by_number_ready_to_be_judged_again(session, today):
    organ = make_organisation(session, code="AA")
    officer = make_user(session, organisation=organ)
    first = make_case(session, officer, title="甲", conduct={"before": "2019"}, region="湖北")
    make_case(session, make_user(session, organisation=make_organisation(session, code="BB")))
    save(
        session,
        first,
        deaths=FactEntry(0, "verified", "证据", "备注"),
        mental_state=FactEntry("intentional", "claimed"),
    )
    recommendation = recommend(session, first, officer, today)

    rows = queries.export_cases(session, None)

    assert [row["organisation"] for row in rows] == ["AA", "BB"]
    assert rows[0] == {
        "id": first.number, "title": "甲", "organisation": "AA", "status": Status.RECOMMENDED,
        "stage": "intake", "version": 2, "task": "disposition", "conduct_date": {"before": "2019"},
        "region": "湖北", "facts": {"deaths": 0},
        "disposition": recommendation.disposition, "certainty": recommendation.certainty,
    }  # fmt: skip
    assert rows[1]["disposition"] is None
    text = json.dumps(rows, ensure_ascii=False)
    assert "备注" not in text
    assert first.respondent.name not in text
    assert last_event(session).kind == "case.exported"
    assert last_event(session).by is None
