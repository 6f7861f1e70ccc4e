"""The main journey: an officer takes one published case from the door to the recommendation, in two sittings."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from fixtures.load import published_cases
from rules.vocabulary import vocabulary
from tests.factories import make_case, make_user
from tests.journeys.window import Window
from web.sections import KEY

# A farm head answered an epidemic order with paper: yes and no, choices, days and a number of deaths.
CASE = next(row for row in published_cases() if row["id"] == "CN-002")
TITLE = "国有农场防疫只开会不落实"
NEW_CASE, OPEN_IT = ("新建案件", "Open a case"), ("建立案件", "Open the case")
PERIOD, FIRST, LAST = (
    ("一段时间", "Over a period"),
    ("日期，或者起始日", "Date, or first day"),
    ("终了日（仅“一段时间”填写）", "Last day (only for a period)"),
)
ANSWERS, MORE = ("核对填写内容", "Check the answers"), ("继续填写其他事实", "Answer more questions")
TASKS = ("任务清单", "Task list of")
CHECK = ("核对内容并生成处理建议", "Check the answers and get a recommendation")
GET_IT, RECOMMENDATION = ("生成处理建议", "Get the recommendation"), ("处理建议", "Recommendation")
HELD_ACCOUNTABLE = ("建议问责（暂定）", "Recommend: hold accountable (provisional)")
HISTORY = ("办理经过", "History")
PRINTABLE, BACK = ("打印版", "Printable version"), ("返回页面", "Back to the page")
DECIDED_BY = ("决定人", "Decided by")
FALSIFIED = ("弄虚作假、瞒报、造假材料", "Falsification or concealment")
MADE, OPENED = ("生成处理建议", "Recommendation made"), ("新建案件", "Case opened")


def by_page(facts: dict) -> dict[str, dict]:
    """The facts by the page that asks them, the first page first."""
    found: dict[str, dict] = {KEY: {}}
    for fact_id, value in facts.items():
        fact = vocabulary().facts[fact_id]
        found.setdefault(KEY if fact.core else fact.section, {})[fact_id] = value
    return found


def title_of(window: Window, section: str) -> tuple[str, str]:
    if section == KEY:
        return "先问关键", "What decides first"
    return next((found.zh, found.en) for found in vocabulary().sections if found.id == section)


def open_case(window: Window) -> None:
    """Open the case with whom it concerns and when it happened."""
    window.follow(window.link(NEW_CASE))
    window.box(("案件名称", "Title of the case")).fill(TITLE)
    window.box(("当事人", "Respondent")).fill("贺某")
    window.page.get_by_role("radio", name=window.say(PERIOD), exact=True).check()
    for words, day in ((FIRST, CASE["conduct_date"]["from"]), (LAST, CASE["conduct_date"]["to"])):
        part = window.page.get_by_role("group", name=window.say(words), exact=True)
        for box, text in zip(("year", "month", "day"), day.split("-"), strict=True):
            part.get_by_role("textbox", name=window.say(box), exact=True).fill(text)
    window.button(OPEN_IT).click()
    expect(window.heading).to_contain_text(TITLE)


def read_an_article(window: Window, scripts: bool) -> None:
    """From a reason of the page to the rule behind it, with its source and article."""
    reason = window.page.locator(".cb-reasons li").first
    citation = reason.get_by_role("link")
    cited = citation.inner_text()
    window.follow(citation)
    rule = window.page.locator(urlsplit(window.page.url).fragment.join(("[id='", "']")))
    if not scripts:  # the browser leads there; the person unfolds it
        rule.locator("summary").first.click()
    article = rule.locator("dt", has_text=window.say(("条款", "Article"))).locator("+ dd")
    expect(article).to_be_visible()
    assert article.inner_text() in cited


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_officer_enters_a_published_case_in_two_sittings_and_is_recommended_what_was_decided(
    open_window, session, language, scripts
):
    officer = make_user(session, login="officer")
    make_case(session, officer, title="另一案件")
    pages = by_page(CASE["facts"])
    first_half = dict(list(pages[KEY].items())[:7])
    window = open_window(language, scripts)
    page = window.page

    window.sign_in("officer")
    open_case(window)
    window.follow(window.link(title_of(window, KEY)))
    for fact_id, value in first_half.items():
        window.answer(fact_id, value)
    window.button("save for later").click()
    expect(window.heading).to_have_text(window.say("my cases"))
    window.sign_out()

    window.sign_in("officer")
    window.follow(page.get_by_role("row").filter(has_text=TITLE).get_by_role("link"))
    window.follow(window.link(title_of(window, KEY)))
    for fact_id in pages[KEY]:
        carried = CASE["conduct_date"]["to"] if fact_id == "conduct_end_date" else None
        window.expect_answer(fact_id, first_half.get(fact_id, carried))
    for fact_id, value in pages.pop(KEY).items():
        if fact_id not in first_half:
            window.answer(fact_id, value)
    window.button("save and continue").click()
    expect(window.heading).to_contain_text(window.say(ANSWERS))
    window.follow(window.link(MORE).first)
    for section, facts in pages.items():
        window.follow(window.link(title_of(window, section)))
        for fact_id, value in facts.items():
            window.answer(fact_id, value)
        window.button("save and continue").click()
        window.follow(page.get_by_role("link", name=window.say(TASKS)))
    window.follow(window.link(CHECK))
    for fact_id, value in CASE["facts"].items():
        fact = vocabulary().facts[fact_id]
        row = page.locator("dl > div").filter(has=page.get_by_text(fact.label(language), exact=True)).first
        expect(row.locator("dd").first).to_contain_text(window.words_for(fact, value))

    window.button(GET_IT).first.click()
    expect(window.heading).to_contain_text(window.say(RECOMMENDATION))
    headline = page.locator(".cb-headline")
    expect(headline.get_by_text(window.say(HELD_ACCOUNTABLE))).to_be_visible()
    assert CASE["published_outcome"] == "hold_accountable"
    recommended_at = page.url
    read_an_article(window, scripts)

    window.follow(window.link(PRINTABLE))
    expect(window.heading).to_contain_text(TITLE)
    expect(page.get_by_text(window.say(DECIDED_BY))).to_be_visible()
    expect(page.locator(".cb-headline").get_by_text(window.say(HELD_ACCOUNTABLE))).to_be_visible()
    window.follow(window.link(BACK))
    expect(page).to_have_url(recommended_at)
    window.follow(page.get_by_role("navigation", name=window.say(("返回", "Back"))).get_by_role("link"))
    window.follow(window.link(HISTORY))
    expect(page.get_by_role("heading", level=2).first).to_have_text(window.say(MADE))
    expect(page.get_by_role("heading", level=2).last).to_have_text(window.say(OPENED))
    expect(page.get_by_role("row").filter(has_text=window.say(FALSIFIED)).first).to_contain_text(
        window.say("yes")
    )
    window.sign_out()
