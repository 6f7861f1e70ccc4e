"""The workbench, opening a case, its task list and its particulars."""

import pytest
from sqlalchemy import func, select

from casebook import intake, queries
from casebook.models import Case, Stage
from tests.factories import make_case, save
from tests.reviews import leave_intake
from tests.stages import Cast, recommended_case, skip_to


def rows(visitor) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in visitor.page.select("tbody tr")]


def test_the_workbench_lists_my_cases_with_status_and_what_is_missing(visitor, case, session):
    visitor.get("/cases")

    mine = next(row for row in rows(visitor) if case.number in row)
    missing = len(queries.missing_core_facts(session, case))
    assert "道路改造未批先建" in mine
    assert "Being prepared" in mine
    assert f"{missing} key facts" in mine
    assert not any("他人案件" in row for row in rows(visitor))


def test_a_colleagues_case_is_listed_among_all_of_my_organ_only(visitor, people, session):
    make_case(session, people.colleague, title="同事的案件")
    session.commit()

    visitor.get("/cases")
    assert "同事的案件" not in visitor.text()
    visitor.send("Search", whose="all")
    assert "同事的案件" in visitor.text()


@pytest.mark.parametrize("search", ["道路", "王某", "00002"])
def test_a_case_is_found_by_title_name_or_number(visitor, case, search):
    visitor.get("/cases")

    visitor.send("Search", q=search)

    assert [case.number in row for row in rows(visitor)] == [True]
    assert visitor.value("q") == search


@pytest.mark.parametrize("search", ["%", "_", "' OR 1=1", "x" * 5000])
def test_a_search_for_anything_else_finds_nothing_and_breaks_nothing(visitor, case, search):
    visitor.get("/cases", q=search)

    assert visitor.status == 200
    assert "No case matches." in visitor.text()


def test_cases_are_filtered_by_status_and_an_unknown_status_shows_all(visitor, case):
    visitor.get("/cases", status="withheld")
    assert rows(visitor) == []
    visitor.get("/cases", status="no such")
    assert len(rows(visitor)) == 2


def test_a_long_list_is_paged_and_the_search_stays(visitor, people, session):
    for number in range(27):
        make_case(session, people.officer, title=f"批量{number}")
    make_case(session, people.officer, title="不相干")
    session.commit()

    visitor.get("/cases", q="批量")
    assert len(rows(visitor)) == 25
    visitor.get(visitor.link("Next"))
    assert len(rows(visitor)) == 2
    assert visitor.value("q") == "批量"
    visitor.get("/cases", page="99")
    assert visitor.status == 200


def open_case(visitor, **fields):
    visitor.get("/cases/new")
    given = {"title": "试点项目失误", "respondent_name": "李某", "conduct_kind": "unknown", **fields}
    return visitor.send("Open the case", **given)


def the_case(session) -> Case:
    found = session.scalar(select(Case).where(Case.title == "试点项目失误"))
    session.commit()
    return found


CONDUCTS = {
    "a day": (
        {
            "conduct_kind": "on",
            "conduct_from-year": "2020",
            "conduct_from-month": "3",
            "conduct_from-day": "1",
        },
        "2020-03-01",
    ),
    "a month": ({"conduct_kind": "on", "conduct_from-year": "2020", "conduct_from-month": "３"}, "2020-03"),
    "a year": ({"conduct_kind": "on", "conduct_from-year": "2020"}, "2020"),
    "a period": (
        {
            "conduct_kind": "span",
            "conduct_from-year": "2019",
            "conduct_to-year": "2020",
            "conduct_to-month": "06",
        },
        {"from": "2019", "to": "2020-06"},
    ),
    "a bound": (
        {"conduct_kind": "before", "conduct_from-year": "2021", "conduct_from-month": "5"},
        {"before": "2021-05"},
    ),
    "a publication": ({"conduct_kind": "published", "conduct_from-year": "2021"}, {"published": "2021"}),
    "nothing": ({"conduct_kind": "unknown"}, None),
}


@pytest.mark.parametrize(("typed", "kept"), CONDUCTS.values(), ids=CONDUCTS)
def test_a_case_is_opened_with_the_time_of_the_conduct_as_far_as_it_is_known(visitor, session, typed, kept):
    open_case(visitor, **typed)

    assert the_case(session).conduct == kept
    assert visitor.path == f"/cases/{the_case(session).number}"
    visitor.get(visitor.link("Change the particulars"))
    for name, value in typed.items():
        shown = visitor.value(name)
        assert shown in (value, {"３": "3", "06": "6"}.get(value)), name


BAD_TIMES = {
    "Say when the conduct took place": {"conduct_kind": None},
    "Write the date, or at least the year.": {"conduct_kind": "on"},
    "Write the year in four digits": {"conduct_kind": "on", "conduct_from-year": "20"},
    "Write year, month and day in digits.": {"conduct_kind": "on", "conduct_from-year": "二〇二〇"},
    "The month must be 1 to 12; found 13.": {"conduct_kind": "on", "conduct_from-year": "2020", "conduct_from-month": "13"},
    "There is no such day in the calendar": {
        "conduct_kind": "on", "conduct_from-year": "2021", "conduct_from-month": "2", "conduct_from-day": "29",
    },
    "The month is missing.": {"conduct_kind": "on", "conduct_from-year": "2020", "conduct_from-day": "5"},
    "The year must be 1900 or later.": {"conduct_kind": "on", "conduct_from-year": "0020"},
    "The last day is before the first.": {"conduct_kind": "span", "conduct_from-year": "2021", "conduct_to-year": "2020"},
    "Write the last day of the period.": {"conduct_kind": "span", "conduct_from-year": "2021"},
    "A last day belongs to a period only": {"conduct_kind": "on", "conduct_from-year": "2020", "conduct_to-year": "2021"},
    "A date is written although": {"conduct_kind": "unknown", "conduct_from-year": "2020"},
}  # fmt: skip


@pytest.mark.parametrize(("message", "typed"), BAD_TIMES.items(), ids=BAD_TIMES)
def test_a_time_that_makes_no_sense_is_named_at_its_field_and_everything_typed_stays(
    visitor, session, message, typed
):
    open_case(visitor, summary="已经写了很多", **typed)

    assert visitor.status == 422
    assert [error for error in visitor.errors if message in error], visitor.errors
    target = visitor.page.select_one(".govuk-error-summary a")["href"]
    assert visitor.page.select_one(target)
    assert visitor.value("summary") == "已经写了很多"
    assert visitor.value("title") == "试点项目失误"
    for name, value in typed.items():
        assert visitor.value(name) == value
    assert the_case(session) is None


def test_missing_and_overlong_fields_are_named_in_chinese_too(officer_zh, session):
    officer_zh.get("/cases/new")

    officer_zh.send("建立案件", title=" ", region="35", respondent_post="x" * 101, conduct_kind="unknown")

    chinese = officer_zh.errors
    assert "请填写案件名称。" in chinese
    assert "请填写当事人姓名。" in chinese
    assert "行政区划代码为六位数字，例如 350100。" in chinese
    assert "职务：最多 100 个字。" in chinese
    assert "错误" in officer_zh.page.select_one(".govuk-error-message").get_text()
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_what_only_the_record_refuses_is_shown_at_its_field_too(visitor, session):
    open_case(visitor, title="有\x07铃声")

    assert visitor.errors == ["Title of the case: Contains control characters; remove them."]
    assert the_case(session) is None


def test_an_exact_day_and_the_place_are_not_asked_a_second_time(visitor, session):
    typed, _ = CONDUCTS["a day"]

    open_case(visitor, region="350100", **typed)

    facts = queries.facts_of(session, the_case(session))
    assert {fact_id: row.value for fact_id, row in facts.items()} == {
        "conduct_start_date": "2020-03-01", "conduct_end_date": "2020-03-01", "conduct_region": "350100",
    }  # fmt: skip


def test_a_month_is_not_made_into_a_day(visitor, session):
    typed, _ = CONDUCTS["a month"]

    open_case(visitor, **typed)

    assert queries.facts_of(session, the_case(session)) == {}


def test_changing_the_time_carries_into_the_facts_unless_someone_entered_another_day(
    visitor, session, people
):
    typed, _ = CONDUCTS["a day"]
    open_case(visitor, **typed)
    found = the_case(session)
    save(session, found, people.officer, conduct_end_date="2020-04-02")
    session.commit()

    visitor.get(f"/cases/{found.number}/details")
    visitor.send("Save", **{"conduct_from-day": "9"})

    session.expire_all()
    facts = queries.facts_of(session, found)
    assert facts["conduct_start_date"].value == "2020-03-09"
    assert facts["conduct_end_date"].value == "2020-04-02"


def test_the_task_list_says_how_far_each_section_is(visitor, case):
    visitor.get(f"/cases/{case.number}")

    tasks = {task.select_one("a").get_text(strip=True): task.select_one(".govuk-tag").get_text(strip=True)
             for task in visitor.page.select(".govuk-task-list__item")}  # fmt: skip
    assert next(iter(tasks)) == "What decides first"
    assert tasks["What decides first"].startswith("2 of ")
    assert tasks["Objective conditions"] == "Optional"
    assert "王某" in visitor.text()


def test_a_case_without_answers_says_where_to_begin(visitor, session, people):
    empty = make_case(session, people.officer)
    session.commit()

    visitor.get(f"/cases/{empty.number}")

    assert visitor.page.select_one(".govuk-task-list__item .govuk-tag").get_text(strip=True) == "Not begun"


def test_only_what_was_touched_in_the_particulars_is_changed(visitor, another_browser, people, case, session):
    visitor.get(f"/cases/{case.number}/details")
    intake.amend_case(session, case, people.colleague, seen_version=case.version, title="同事改的名称")
    session.commit()

    visitor.send("Save", summary="我写的摘要")

    session.refresh(case)
    assert (case.title, case.summary) == ("同事改的名称", "我写的摘要")


def test_two_people_changing_one_particular_see_each_other_and_lose_nothing(visitor, people, case, session):
    visitor.get(f"/cases/{case.number}/details")
    intake.amend_case(session, case, people.colleague, seen_version=case.version, title="同事改的名称")
    session.commit()

    visitor.send("Save", title="我改的名称", summary="我写的摘要")

    assert visitor.status == 409
    assert "同事改的名称 (同事甲" in visitor.text()
    assert (visitor.value("title"), visitor.value("summary")) == ("我改的名称", "我写的摘要")
    session.refresh(case)
    assert case.summary == ""
    session.commit()
    visitor.send("Save")
    session.refresh(case)
    assert (case.title, case.summary) == ("我改的名称", "我写的摘要")


def test_a_mangled_particulars_form_changes_nothing(visitor, case, session):
    visitor.get(f"/cases/{case.number}/details")

    visitor.send("Save", seen_version="999", shown="not json", title="别的")

    assert visitor.status == 422
    session.refresh(case)
    assert case.title == "道路改造未批先建"


def test_facts_sent_after_the_case_has_left_its_officer_are_refused_with_the_stage_it_is_at(
    visitor, case, session
):
    visitor.get(f"/cases/{case.number}/facts/key")
    skip_to(session, case, Stage.REVIEW)
    session.commit()

    visitor.send("Save and continue")

    assert visitor.status == 409
    assert "With the reviewer" in visitor.text()
    visitor.get(f"/cases/{case.number}")
    assert "Facts established" in visitor.text()
    assert not visitor.page.select("a[href$='/details']")


def test_the_list_of_what_waits_says_what_is_to_be_done(another_browser, session, home):
    cast = Cast(session, home)
    case = recommended_case(session, cast)
    leave_intake(session, cast, case)
    session.commit()
    chief = another_browser(cast.chief)

    chief.get("/cases?whose=waiting")

    row = chief.page.find("a", string=case.number).find_parent("tr")
    assert "For you: Assign the reviewer" in row.get_text()
