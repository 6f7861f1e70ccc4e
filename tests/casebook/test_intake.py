"""Opening a case, entering its facts and files: what is kept, what is refused, what is logged."""

import json
import threading

import pytest
import time_machine
from sqlalchemy import func, select

from casebook import audit
from casebook.db import session_factory
from casebook.errors import BadFacts, BadFields, StaleCase
from casebook.intake import FactEntry, amend_case, open_case, save_facts
from casebook.models import Case, CaseFact, Event, FactChange, Status
from casebook.queries import facts_of
from casebook.recommend import recommend
from rules.vocabulary import vocabulary
from tests.factories import make_case, make_organisation, make_user, save


@pytest.fixture
def officer(session):
    return make_user(session)


@pytest.fixture
def case(session, officer):
    """A case of the officer, with that of another officer beside it."""
    save(session, make_case(session), deaths=7)
    return make_case(session, officer)


def events_of(session, case, kind):
    return session.scalars(select(Event).where(Event.case_id == case.id, Event.kind == kind)).all()


def test_a_new_case_has_the_next_number_of_its_organ_and_year_and_is_a_draft(session):
    organ = make_organisation(session, code="QX")
    officer = make_user(session, organisation=organ)
    make_case(session)

    with time_machine.travel("2026-06-01T00:00:00+00:00"):
        first, second = make_case(session, officer), make_case(session, officer)
    with time_machine.travel("2026-12-31T16:00:00+00:00"):  # midnight in Beijing: the new year has begun
        third = make_case(session, officer)

    assert [case.number for case in (first, second, third)] == [
        "QX-2026-00001",
        "QX-2026-00002",
        "QX-2027-00001",
    ]
    assert first.status == Status.DRAFT
    assert first.version == 1
    assert first.officer is officer
    assert first.organisation is organ


def test_opening_a_case_logs_it_and_keeps_every_field_as_its_first_change(session, officer):
    case = open_case(
        session, officer, title=" 未批先建 ", summary="经过", respondent_name="张某", respondent_post="局长",
        respondent_unit="城管局", conduct={"from": "2022-05", "to": "2022-06"}, region="湖北",
    )  # fmt: skip

    changes = session.scalars(select(FactChange).where(FactChange.case_id == case.id)).all()
    assert {change.fact_id: change.new_value for change in changes} == {
        "case.title": "未批先建", "case.summary": "经过", "case.respondent_name": "张某",
        "case.respondent_post": "局长",
        "case.respondent_unit": "城管局", "case.conduct": {"from": "2022-05", "to": "2022-06"}, "case.region": "湖北",
    }  # fmt: skip
    assert {change.event_seq for change in changes} == {events_of(session, case, "case.opened")[0].seq}
    assert case.respondent.name == "张某"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "   "), ("title", "长" * 201), ("title", "a\x00b"), ("title", "half \ud800 pair"), ("title", 7),
        ("respondent_name", ""), ("respondent_post", "x" * 101), ("respondent_unit", "x" * 101),
        ("summary", "x" * 5001),
        ("region", "x" * 101), ("conduct", "last spring"), ("conduct", "2022-13"), ("conduct", {"since": "2020"}),
        ("conduct", 2020),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_kept_is_named_in_both_languages_and_takes_no_number(
    session, officer, field, value
):
    with pytest.raises(BadFields) as refused:
        make_case(session, officer, **{field: value})

    assert list(refused.value.errors) == [field]
    assert refused.value.message("zh") != refused.value.message("en")
    assert make_case(session, officer).number.endswith("00001")


def test_all_bad_fields_are_named_at_once(session, officer):
    with pytest.raises(BadFields) as refused:
        make_case(session, officer, title="", respondent_name="", conduct="?")

    assert set(refused.value.errors) == {"title", "respondent_name", "conduct"}


def test_saving_facts_keeps_value_standing_evidence_and_note(session, case, officer):
    entry = FactEntry("gross_negligence", "documented", "会议纪要第3页", "本人承认")

    changes = save(session, case, mental_state=entry, deaths=0)

    assert case.version == 2
    assert [change.fact_id for change in changes] == ["deaths", "mental_state"]
    row = facts_of(session, case)["mental_state"]
    assert FactEntry.of(row) == entry
    assert row.updated_by is officer


def test_every_change_keeps_the_old_value_who_and_why(session, case, officer):
    save(session, case, deaths=FactEntry(0, "claimed", "", "口头"))

    save_facts(
        session,
        case,
        {"deaths": FactEntry(1, "verified", "尸检报告")},
        officer,
        seen_version=2,
        reason="补充鉴定",
    )

    change = session.scalars(select(FactChange).where(FactChange.case_version == 3)).one()
    assert (change.old_value, change.old_standing, change.old_note) == (0, "claimed", "口头")
    assert (change.new_value, change.new_standing, change.new_evidence) == (1, "verified", "尸检报告")
    assert (change.by, change.reason) == (officer, "补充鉴定")


def test_what_is_saved_again_unchanged_is_no_change(session, case, officer):
    save(session, case, deaths=0)

    assert save(session, case, deaths=0) == []
    assert save(session, case, mental_state=FactEntry(None, "verified")) == []
    assert case.version == 2
    assert len(events_of(session, case, "facts.saved")) == 1


def test_a_fact_can_go_back_to_not_established_and_its_past_stays(session, case, officer):
    save(session, case, deaths=2)

    save(session, case, deaths=FactEntry(None, "disputed", "", "来源撤回"))

    row = facts_of(session, case)["deaths"]
    assert (row.value, row.standing, row.note) == (None, "disputed", "来源撤回")
    assert (
        session.scalar(select(func.count()).select_from(FactChange).where(FactChange.fact_id == "deaths"))
        == 3
    )


@pytest.mark.parametrize(
    ("fact_id", "entry"),
    [
        ("deaths", FactEntry("two")), ("deaths", FactEntry(-1)), ("deaths", FactEntry(True)),
        ("mental_state", FactEntry("careless")), ("private_gain_self", FactEntry("yes")),
        ("conduct_start_date", FactEntry("2022-02-30")), ("no_such_fact", FactEntry(True)),
        ("deaths", FactEntry(1, "rumoured")), ("deaths", FactEntry(1, None)),
        ("deaths", FactEntry(1, evidence="x" * 501)),
        ("deaths", FactEntry(1, note="x" * 4001)), ("deaths", FactEntry(1, note="nul \x00")),
    ],
)  # fmt: skip
def test_a_bad_entry_is_named_and_nothing_of_the_rest_is_written(session, case, officer, fact_id, entry):
    with pytest.raises(BadFacts) as refused:
        save_facts(
            session,
            case,
            {"adverse_influence": FactEntry("limited"), fact_id: entry},
            officer,
            seen_version=1,
        )

    assert list(refused.value.errors) == [fact_id]
    assert refused.value.errors[fact_id].expected("zh") != refused.value.errors[fact_id].expected("en")
    assert facts_of(session, case) == {}
    assert case.version == 1


def test_all_bad_entries_are_named_at_once(session, case, officer):
    with pytest.raises(BadFacts) as refused:
        save_facts(
            session, case, {"deaths": FactEntry("x"), "mental_state": FactEntry(1)}, officer, seen_version=1
        )

    assert set(refused.value.errors) == {"deaths", "mental_state"}
    assert "2" in refused.value.message("en")


def test_a_reason_that_is_too_long_is_refused(session, case, officer):
    with pytest.raises(BadFields):
        save_facts(session, case, {"deaths": FactEntry(1)}, officer, seen_version=1, reason="x" * 1001)


def test_a_text_fact_may_be_long_but_not_hold_what_a_database_cannot_keep(session, case, officer):
    text_fact = next(fact.id for fact in vocabulary().facts.values() if fact.type == "text")
    save(session, case, **{text_fact: "长" * 9000})

    with pytest.raises(BadFacts):
        save(session, case, **{text_fact: "nul \x00"})


def test_events_never_hold_what_a_person_wrote(session, case, officer, today):
    secret = "绝密口供"
    save(session, case, deaths=FactEntry(1, "verified", secret, secret))
    amend_case(session, case, officer, seen_version=case.version, summary=secret, reason=secret)
    recommend(session, case, officer, today)

    details = json.dumps(session.scalars(select(Event.detail)).all(), ensure_ascii=False)

    assert "deaths" in details
    assert secret not in details


def test_a_change_after_a_recommendation_makes_the_case_a_draft_again(session, case, officer, today):
    save(session, case, deaths=0)
    recommend(session, case, officer, today)
    assert case.status == Status.RECOMMENDED

    save(session, case, deaths=1)

    assert case.status == Status.DRAFT


def test_amending_changes_only_what_is_given_and_keeps_the_old(session, case, officer):
    title = case.title

    changes = amend_case(
        session, case, officer, seen_version=1, respondent_post="处长", conduct="2021", reason="更正"
    )

    assert {change.fact_id for change in changes} == {"case.respondent_post", "case.conduct"}
    assert (case.title, case.respondent.post, case.conduct, case.version) == (title, "处长", "2021", 2)
    assert amend_case(session, case, officer, seen_version=2, conduct="2021") == []


def test_amending_refuses_bad_and_unknown_fields(session, case, officer):
    with pytest.raises(BadFields):
        amend_case(session, case, officer, seen_version=1, title="")
    with pytest.raises(BadFields):
        amend_case(session, case, officer, seen_version=1, title="x", reason="x" * 1001)
    with pytest.raises(TypeError, match="number"):
        amend_case(session, case, officer, seen_version=1, number="QX-1")

    assert case.version == 1


def test_two_people_amending_the_same_field_conflict_and_different_fields_merge(session, case, officer):
    colleague = make_user(session, organisation=officer.organisation)
    amend_case(session, case, colleague, seen_version=1, title="同事的标题")

    amend_case(session, case, officer, seen_version=1, region="湖北")
    with pytest.raises(StaleCase) as stale:
        amend_case(session, case, officer, seen_version=1, title="我的标题")

    assert case.region == "湖北"
    [conflict] = stale.value.conflicts
    assert (conflict.fact_id, conflict.theirs.value, conflict.by_name) == (
        "case.title",
        "同事的标题",
        colleague.name,
    )
    assert colleague.name in stale.value.message("zh")


def test_a_failed_write_leaves_no_gap_in_the_numbers_and_the_case_as_it_was(engine, session, case, officer):
    save(session, case, deaths=0)
    session.commit()
    sessions = session_factory(engine)

    with sessions() as own:
        make_case(own, own.merge(officer))
        mine = own.merge(case)
        save(own, mine, deaths=5)
        own.rollback()

    session.expire_all()
    assert case.version == 2
    assert facts_of(session, case)["deaths"].value == 0
    assert make_case(session, officer).number == case.number[:-5] + "00002"
    assert audit.verify(session).ok


def test_cases_opened_at_the_same_time_get_numbers_without_gaps_or_doubles(engine, session, officer):
    session.commit()
    failures = []

    def open_some() -> None:
        sessions = session_factory(engine)
        try:
            for attempt in range(8):
                with sessions() as own:
                    make_case(own, own.get(type(officer), officer.id))
                    if attempt % 4 == 3:
                        own.rollback()
                    else:
                        own.commit()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=open_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    numbers = sorted(session.scalars(select(Case.number)))
    assert [int(number[-5:]) for number in numbers] == list(range(1, 25))
    assert audit.verify(session).ok


def test_two_people_saving_at_the_same_moment_lose_nothing(engine, session, case, officer):
    colleague = make_user(session, organisation=officer.organisation)
    session.commit()
    outcomes = []
    together = threading.Barrier(2)

    def save_one(user_id: int, **values) -> None:
        with session_factory(engine)() as own:
            user, mine = own.get(type(officer), user_id), own.get(Case, case.id)
            own.rollback()
            together.wait()
            try:
                save(own, mine, user, seen_version=1, **values)
                own.commit()
                outcomes.append("saved")
            except StaleCase as stale:
                outcomes.append([conflict.fact_id for conflict in stale.conflicts])

    threads = [
        threading.Thread(
            target=save_one, args=(officer.id,), kwargs={"deaths": 1, "adverse_influence": "limited"}
        ),
        threading.Thread(
            target=save_one, args=(colleague.id,), kwargs={"deaths": 2, "private_gain_self": False}
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes, key=str) == [["deaths"], "saved"]
    session.expire_all()
    assert case.version == 2
    assert session.scalar(select(func.count()).select_from(CaseFact).where(CaseFact.case_id == case.id)) == 2
    assert audit.verify(session).ok


@pytest.mark.parametrize("mark", ["\n", "\r", "\t"])
def test_what_stands_on_one_line_of_a_list_cannot_break_into_another(session, mark):
    with pytest.raises(BadFields) as refused:
        make_case(session, title=f"甲{mark}XX-2026-00001 recommended", summary=f"两行{mark}也可以")

    assert set(refused.value.errors) == {"title"}
