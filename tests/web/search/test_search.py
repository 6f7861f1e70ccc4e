"""The search pages: what is looked for stands in no address, results can be loaded again, and are their owner's alone."""

import pytest
from sqlalchemy import select

from casebook.models import Event, SavedSearch
from tests.factories import make_case
from tests.precedents import a_precedent


@pytest.fixture
def precedent(session, people):
    found = a_precedent(session, people.reviewer, title="收受礼金", summary="某镇<镇长>王　某违规收受礼金。")
    a_precedent(session, people.reviewer, title="与此无关", summary="水库除险加固。")
    session.commit()
    return found


def search(browser, typed, scope="precedents", **fields):
    browser.get("/search", scope=scope)
    browser.send(
        "检索" if browser.page.select_one("html")["lang"] == "zh-CN" else "Search", q=typed, **fields
    )
    return browser


def test_an_officer_finds_a_precedent_by_two_characters_and_sees_them_marked(officer_zh, precedent):
    search(officer_zh, "礼金")

    assert officer_zh.status == 200
    assert "共 1 条" in officer_zh.text()
    assert [mark.get_text() for mark in officer_zh.page.select("mark")] == ["礼金", "礼金"]
    assert officer_zh.page.select_one(f"a[href='/precedents/{precedent.code}']")
    assert "某镇<镇长>王" in officer_zh.text()


def test_what_is_looked_for_stands_in_no_address_and_survives_a_reload(officer_zh, precedent, session):
    search(officer_zh, "王某")
    address = officer_zh.path

    assert "王" not in officer_zh.response.request.url
    assert "%E7" not in officer_zh.response.request.url
    assert officer_zh.value("q") == "王某"
    officer_zh.get(address)
    assert "共 1 条" in officer_zh.text()
    assert officer_zh.value("q") == "王某"
    logged = [str(event.detail) for event in session.scalars(select(Event))]
    assert not any("王某" in detail for detail in logged)


def test_a_query_in_the_address_is_not_taken(officer_zh, precedent):
    officer_zh.get("/search", q="王某", scope="precedents")

    assert officer_zh.value("q") == ""


def test_another_person_does_not_open_my_search(officer_zh, another_browser, people, precedent):
    search(officer_zh, "礼金")
    browser = another_browser(people.reviewer, "zh")

    browser.get(officer_zh.path)

    assert browser.status == 404
    assert "礼金" not in browser.text()


def test_cases_are_found_only_by_who_may_read_them(officer_zh, another_browser, people, case):
    search(officer_zh, "王某", "cases")
    assert officer_zh.page.select_one(f"a[href='/cases/{case.number}']")

    browser = search(another_browser(people.stranger, "zh"), "王某", "cases")

    assert "没有找到" in browser.text()
    assert case.number not in browser.text()


def test_a_filter_is_kept_with_the_search_and_its_form_shows_it(officer_zh, precedent, session):
    search(
        officer_zh, "礼金", outcome="tolerate", tier="own", fact="purpose|public", life="all", since="2025"
    )

    assert "共 1 条" in officer_zh.text()
    for name, value in {
        "outcome": "tolerate",
        "tier": "own",
        "fact": "purpose|public",
        "life": "all",
        "since": "2025-01-01",
    }.items():
        assert officer_zh.value(name) == value
    search(officer_zh, "礼金", outcome="hold_accountable")
    assert "没有找到" in officer_zh.text()


def test_a_fact_that_is_no_or_a_stage_is_shown_again_as_it_was_chosen(officer_zh, case):
    search(officer_zh, "", "cases", fact="private_gain_self|false", stage="intake")

    assert "共 1 条" in officer_zh.text()
    assert (officer_zh.value("fact"), officer_zh.value("stage")) == ("private_gain_self|false", "intake")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"q": "字" * 201}, "200"),
        ({"q": "礼\0金"}, "控制字符"),
        ({"q": " ".join(f"词{n}" for n in range(11))}, "10"),
        ({"q": "礼金", "since": "去年"}, "去年"),
        ({"q": "礼金", "since": "2025", "until": "2024"}, "早于"),
        ({"q": "礼金", "finding": "correct"}, "问题"),
    ],
)
def test_what_cannot_be_looked_for_is_said_at_its_field_and_stays(
    officer_zh, precedent, session, fields, expected
):
    officer_zh.get("/search")

    officer_zh.send("检索", **fields)

    assert officer_zh.status == 422
    assert any(expected in error for error in officer_zh.errors)
    assert session.scalar(select(SavedSearch)) is None


def test_a_search_is_saved_run_again_and_removed(officer_zh, precedent):
    search(officer_zh, "礼金")
    officer_zh.send("保存", name="礼金案", tells="y")
    assert officer_zh.heading == "礼金案"
    officer_zh.get("/search")
    address = officer_zh.link("礼金案")

    officer_zh.get(address)
    assert "共 1 条" in officer_zh.text()
    officer_zh.send("删除保存的检索")

    officer_zh.get(address)
    assert officer_zh.status == 404


def test_a_search_without_a_name_is_not_saved_and_says_so(officer_zh, precedent):
    search(officer_zh, "礼金")

    officer_zh.send("保存", name=" ")

    assert officer_zh.status == 422
    assert officer_zh.errors == ["请填写检索名称。"]


def test_results_are_turned_page_by_page(officer_zh, people, session):
    for number in range(21):
        make_case(session, people.officer, title=f"第{number}号违规收受礼金")
    session.commit()
    search(officer_zh, "礼金", "cases")
    assert len(officer_zh.page.select(".cb-hit")) == 20

    officer_zh.get(officer_zh.link("下一页"))

    assert len(officer_zh.page.select(".cb-hit")) == 1
    officer_zh.get(officer_zh.path, page="٣")
    assert officer_zh.status == 200


def test_the_library_leads_to_the_search(visitor, precedent):
    visitor.get("/precedents")

    visitor.get(visitor.link("Search in full text"))

    assert visitor.heading == "Search precedents and cases"


def test_without_the_extra_the_page_says_so_in_a_line_and_nothing_else_changes(
    officer_zh, precedent, monkeypatch
):
    monkeypatch.setattr("casebook.search.likeness.is_installed", lambda: False)
    search(officer_zh, "礼金")

    assert "“意思相近”检索为可选组件，尚未安装" in officer_zh.text()
    assert "共 1 条" in officer_zh.text()
    officer_zh.get(officer_zh.path, alike=1)
    assert officer_zh.status == 200


def test_with_the_extra_what_is_alike_stands_apart_and_says_what_it_is_not(
    officer_zh, precedent, monkeypatch
):
    from tests.casebook.search.test_likeness import Counting

    monkeypatch.setattr("casebook.search.likeness.is_installed", lambda: True)
    monkeypatch.setattr("casebook.search.likeness.embedder", Counting)
    search(officer_zh, "礼金")
    assert "意思相近（仅供查找，不作为处理依据）" in officer_zh.text()

    officer_zh.get(officer_zh.link("查找意思相近的先例"))

    apart = officer_zh.page.select_one("section[aria-labelledby=alike]").get_text()
    assert "不表示有约束" in apart
    assert "与此无关" in apart
    assert "收受礼金" not in apart
    assert "共 1 条" in officer_zh.text()


def test_for_cases_nothing_alike_is_offered(officer_zh, case, monkeypatch):
    monkeypatch.setattr("casebook.search.likeness.is_installed", lambda: True)
    search(officer_zh, "道路", "cases")

    assert "意思相近" not in officer_zh.text()
