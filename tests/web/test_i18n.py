"""Both languages are complete, and each request speaks the one it was asked for."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Comment

import web
from casebook import accounts
from tests.web.visitor import Visitor

WEB = Path(web.__file__).parent
CATALOGUE = WEB / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}


@pytest.fixture(scope="module")
def wanted() -> list[str]:
    """Every message the code and the templates ask for; of a plural, its singular."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    found = {row[2] for row in extract_from_dir(WEB, methods, keywords=KEYWORDS)}
    assert len(found) > 300
    return sorted(message if isinstance(message, str) else message[0] for message in found)


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def singular(message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def chinese(message) -> str:
    return message.string if isinstance(message.string, str) else message.string[0]


def test_every_message_has_its_chinese(wanted, catalogue):
    ready = {
        singular(message) for message in catalogue if message.id and chinese(message) and not message.fuzzy
    }

    assert [message for message in wanted if message not in ready] == []


def test_no_chinese_is_left_over(wanted, catalogue):
    assert {singular(message) for message in catalogue if message.id} - set(wanted) == set()


def test_every_chinese_message_names_the_same_values(catalogue):
    def names(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)[sd]", text))

    for message in catalogue:
        if message.id:
            assert names(chinese(message)) == names(singular(message)), message.id


def test_a_bare_percent_sign_would_break_the_page(catalogue):
    assert [m.id for m in catalogue if m.id and re.search(r"%(?!\()", str(m.string))] == []


def test_the_compiled_catalogue_is_the_written_one(catalogue):
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)

    assert {singular(m): chinese(m) for m in compiled if m.id} == {
        singular(m): chinese(m) for m in catalogue if m.id
    }


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_word_of_a_template_can_be_translated(template):
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", " ", template.read_text(encoding="utf-8"), flags=re.S)
    page = BeautifulSoup(text, "html.parser")

    words = [piece for piece in page.find_all(string=True) if not isinstance(piece, Comment)]
    words += [tag[name] for tag in page.select("[title], [aria-label], [data-label], [placeholder]")
              for name in ("title", "aria-label", "data-label", "placeholder") if tag.has_attr(name)]  # fmt: skip
    fixed = {"html", "SHA-256"}
    assert [
        word.strip()
        for word in words
        if re.search(r"[A-Za-z\u4e00-\u9fff]", word) and word.strip() not in fixed
    ] == []


def test_chinese_comes_first(client):
    page = BeautifulSoup(client.get("/sign-in").text, "html.parser")

    assert page.html["lang"] == "zh-CN"
    assert page.select_one("h1").get_text() == "登录"


def test_the_language_in_the_address_is_remembered_for_the_next_page(client):
    page = BeautifulSoup(client.get("/sign-in?lang=en").text, "html.parser")
    after = BeautifulSoup(client.get("/help").text, "html.parser")

    assert page.html["lang"] == after.html["lang"] == "en"


@pytest.mark.parametrize("wish", ["fr", "zh-CN", "../en", ""])
def test_a_language_we_do_not_speak_is_ignored(client, wish):
    page = BeautifulSoup(client.get("/sign-in", query_string={"lang": wish}).text, "html.parser")

    assert page.html["lang"] == "zh-CN"


def test_a_persons_own_setting_holds_where_the_browser_says_nothing(client, sign_in, session, people):
    accounts.set_language(session, people.officer, "en")
    sign_in(people.officer)

    assert BeautifulSoup(client.get("/cases").text, "html.parser").html["lang"] == "en"


def test_the_switch_leads_to_the_same_page_in_the_other_language(visitor, case):
    visitor.get("/cases", q="道路", status="draft")

    address = visitor.link("中文")
    visitor.get(address)

    assert visitor.page.html["lang"] == "zh-CN"
    assert visitor.value("q") == "道路"
    assert case.number in visitor.text()


def test_no_switch_is_offered_where_it_would_lose_typed_text(visitor):
    visitor.get("/cases/new")
    visitor.send("Open the case", title="half a case")

    assert visitor.status == 422
    assert not [a for a in visitor.page.select("header a") if a.get_text() == "中文"]


@pytest.mark.parametrize("path", ["/help", "/packs", "/account", "/cases/new", "/nowhere", "/sign-in?out=1"])
def test_no_english_is_left_on_a_chinese_page_nor_the_other_way_round(another_browser, people, path):
    chinese, english = another_browser(people.auditor, "zh"), another_browser(people.reviewer, "en")

    chinese.get(path)
    english.get(path)

    allowed = {"MB", "PDF", "Word", "Excel", "PNG", "JPG", "English", "auditor"}
    text = re.sub(r"[0-9a-f]{16,}", "", chinese.page.body.get_text(" "))
    assert set(re.findall(r"[A-Za-z]{2,}", text)) <= allowed
    names = english.page.select_one(".cb-header__who").get_text()
    assert not CHINESE.search(
        english.text().replace("中文", "").replace(names, "").replace(people.reviewer.name, "")
    )


def test_dates_are_written_as_the_language_writes_them(app):
    from datetime import UTC, date, datetime

    from web import i18n

    moment = datetime(2026, 3, 31, 18, 5, tzinfo=UTC)
    with app.test_request_context("/?lang=zh"):
        assert (i18n.format_day(date(2026, 3, 31)), i18n.format_moment(moment)) == (
            "2026年3月31日",
            "2026年4月1日 02:05",
        )
    with app.test_request_context("/?lang=en"):
        assert (i18n.format_day(date(2026, 3, 31)), i18n.format_moment(moment)) == (
            "31 March 2026",
            "1 Apr 2026, 02:05",
        )


def test_library_messages_have_a_chinese_catalogue_under_our_locale(app):
    from web.forms import SignInForm

    with app.test_request_context("/?lang=zh"):
        assert (
            SignInForm().meta.get_translations(None).gettext("This field is required.")
            == "该字段是必填字段。"
        )


def test_a_visitor_of_the_tests_chooses_a_language(client):
    visitor = Visitor(client, "en")

    assert visitor.get("/help").html["lang"] == "en"
