"""What goes wrong while an officer types: another officer, a slip, the end of a sign-in, a link pressed too soon."""

import pytest
from playwright.sync_api import Locator, expect

from casebook import accounts
from tests.factories import make_case, make_organisation, make_user, save
from tests.journeys.window import Window

SAVE, NOTE = "save and continue", ("备注", "Note")
MEANWHILE = ("其间有人填写了同样的问题", "Somebody else answered the same questions meanwhile")
USE_MINE = ("以我的填写为准", "Use my answer")
CORRECT = ("请更正以下内容", "Please correct the following")
STILL_HERE, SEND = ("您填写的内容还在", "What you typed is still here"), ("提交已填内容", "Send what I typed")
SAVE_PACK, FILM = ("保存并检查", "Save and check"), 60 * 1024 * 1024


@pytest.fixture
def people(session):
    """Two officers of one organ."""
    organ = make_organisation(session)
    return [make_user(session, organisation=organ, login=name, name=name) for name in ("first", "second")]


@pytest.fixture
def case(session, people):
    """A case of the first, with a case beside it that none of this concerns."""
    make_case(session, people[0], title="另一案件")
    case = make_case(session, people[0], title="两人同办的案件")
    save(session, case, purpose="public")
    session.commit()
    return case


@pytest.fixture
def open_page(open_window, case):
    """Sign somebody in and open a page of the case."""
    number = case.number

    def open_page(who: str, path: str, *wishes) -> Window:
        window = open_window(*wishes)
        window.come_in(who)
        assert window.go(f"/cases/{number}/{path}") == 200
        return window

    return open_page


def note(window: Window, fact_id: str) -> Locator:
    """The box for a note at a question, unfolded."""
    question = window.page.locator(f"#q-{fact_id}")
    box = question.get_by_label(window.say(NOTE), exact=True)
    if not box.is_visible():
        question.locator("summary").click()
    return box


@pytest.mark.parametrize(("language", "scripts"), [("zh", True), ("en", False)])
def test_the_second_of_two_officers_is_told_and_chooses_with_nothing_typed_lost(open_page, language, scripts):
    first = open_page("first", "facts/consequences", language, scripts)
    second = open_page("second", "facts/consequences", language, scripts)

    first.answer("deaths", 3)
    first.button(SAVE).click()
    expect(first.heading).not_to_contain_text(first.say(("后果影响", "Consequences")))
    second.answer("deaths", 0)
    note(second, "deaths").fill("以医院证明为准")
    second.answer("state_asset_loss", False)
    second.answer("loss_level", "minor")
    second.button(SAVE).click()

    expect(second.page.get_by_role("heading", name=second.say(MEANWHILE))).to_be_visible()
    both_sides = second.page.get_by_role("group", name=second.say(("死亡人数", "Deaths")))
    expect(both_sides).to_contain_text("first")
    expect(both_sides.get_by_role("strong")).to_contain_text(["3", "0"])
    expect(note(second, "deaths")).to_have_value("以医院证明为准")
    second.expect_answer("state_asset_loss", False)
    second.expect_answer("loss_level", "minor")

    both_sides.get_by_role("radio", name=second.say(USE_MINE), exact=True).check()
    second.button(SAVE).click()
    expect(second.page.get_by_role("heading", name=second.say(MEANWHILE))).to_have_count(0)
    first.go(second.page.url.partition("/facts/")[0] + "/facts/consequences")
    first.expect_answer("deaths", 0)
    first.expect_answer("state_asset_loss", False)


@pytest.mark.parametrize(("language", "scripts"), [("zh", False), ("en", True)])
def test_a_slip_is_pointed_out_and_everything_typed_stays(open_page, language, scripts):
    window = open_page("first", "facts/key", language, scripts)

    window.answer("direct_economic_loss_cny", "三万")
    window.answer("conduct_end_date", "2020-02-31")
    window.answer("subject_is_party_member", True)
    window.answer("mental_state", "gross_negligence")
    note(window, "mental_state").fill("两次提醒后仍未核实")
    window.button(SAVE).click()

    errors = window.page.get_by_role("alert").filter(has_text=window.say(CORRECT))
    expect(errors.get_by_role("link")).to_have_count(2)
    if scripts:
        expect(window.page.locator(".govuk-error-summary")).to_be_focused()
    expect(errors).to_contain_text("三万")
    expect(errors).to_contain_text("2020-02-31")
    window.expect_answer("direct_economic_loss_cny", "三万")
    window.expect_answer("conduct_end_date", "2020-02-31")
    window.expect_answer("subject_is_party_member", True)
    window.expect_answer("mental_state", "gross_negligence")
    expect(note(window, "mental_state")).to_have_value("两次提醒后仍未核实")

    errors.get_by_role("link").filter(has_text="三万").click()
    expect(window.page.locator("#direct_economic_loss_cny")).to_be_focused()
    window.answer("direct_economic_loss_cny", "30,000")
    window.answer("conduct_end_date", "2020-02-29")
    window.button(SAVE).click()
    expect(window.heading).to_contain_text(window.say(("核对填写内容", "Check the answers")))
    expect(window.page.get_by_role("definition").filter(has_text="两次提醒后仍未核实")).to_be_visible()


@pytest.mark.parametrize(("language", "scripts"), [("zh", True), ("en", False)])
def test_what_was_typed_when_a_sign_in_ended_is_sent_after_the_next(
    open_page, session, people, language, scripts
):
    window = open_page("first", "facts/consequences", language, scripts)
    window.answer("deaths", 2)
    note(window, "deaths").fill("现场笔录")
    accounts.revoke_sign_ins(session, people[0], people[0])
    session.commit()

    window.button(SAVE).click()
    window.enter("first")
    expect(window.heading).to_have_text(window.say(STILL_HERE))
    window.button(SEND).click()

    expect(window.page.get_by_role("status")).to_be_visible()
    window.follow(window.page.get_by_role("link", name=window.say(("任务清单", "Task list of"))))
    window.follow(window.link(("后果影响", "Consequences")))
    window.expect_answer("deaths", 2)
    expect(note(window, "deaths")).to_have_value("现场笔录")


def test_a_page_with_unsaved_answers_is_not_left_without_a_question(open_page):
    window = open_page("first", "facts/consequences", "zh")
    asked = []
    window.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    box = window.page.get_by_role("textbox", name="死亡人数", exact=True)
    box.click()
    box.press_sequentially("4")

    window.page.get_by_role("navigation", name="返回").get_by_role("link").click()

    expect(box).to_have_value("4")
    assert asked == ["beforeunload"]


def test_the_keyboard_alone_leads_past_the_menu_to_a_saved_answer(open_page):
    window = open_page("first", "facts/consequences", "en")
    keys = window.page.keyboard

    keys.press("Tab")
    expect(window.link(("跳到正文", "Skip to the content"))).to_be_focused()
    keys.press("Enter")
    expect(window.page.get_by_role("main")).to_be_focused()
    for change in window.page.get_by_role("main").get_by_role("link").all():  # of what is asked elsewhere
        keys.press("Tab")
        expect(change).to_be_focused()
    keys.press("Tab")
    expect(window.page.get_by_role("textbox", name="Deaths", exact=True)).to_be_focused()
    keys.type("1")
    keys.press("Enter")

    expect(window.page.get_by_role("status")).to_contain_text("Saved")


@pytest.mark.parametrize(("language", "scripts"), [("zh", True), ("en", False)])
def test_a_film_beside_typed_words_is_named_and_the_words_are_still_there(
    open_window, session, people, tmp_path, language, scripts
):
    make_user(session, "reviewer", organisation=people[0].organisation, login="third")
    film = tmp_path / "film.yaml"
    with film.open("wb") as file:
        file.truncate(FILM)
    window = open_window(language, scripts)
    window.come_in("third")
    window.go("/site-packs/new")
    reason, chosen = window.page.locator("#reason"), window.page.locator("#file")
    reason.fill("州政府出台办法")
    chosen.set_input_files(film)

    if scripts:
        window.button(SAVE_PACK).click()
        assert "20 MB" in chosen.evaluate("input => input.validationMessage")
        chosen.set_input_files([])
        assert chosen.evaluate("input => input.validationMessage") == ""
    else:
        with window.page.expect_navigation() as answer:
            window.button(SAVE_PACK).click()
        assert answer.value.status == 413
        expect(window.page.locator("main")).to_contain_text("about 60 MB")
        window.page.go_back()
    assert window.page.url.endswith("/site-packs/new")
    expect(reason).to_have_value("州政府出台办法")
