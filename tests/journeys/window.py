"""One browser window with one person before it, who finds things by their role and their words."""

from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, TimeoutError, expect

from rules.vocabulary import Fact, vocabulary
from tests.factories import PASSWORD
from tests.journeys.site import Site

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000  # milliseconds until a condition counts as not met; a busy machine may need seconds
expect.set_options(timeout=PATIENCE)

WORDS = {
    "account": ("账号", "Account"),
    "password": ("密码", "Password"),
    "sign in": ("登录", "Sign in"),
    "sign out": ("退出", "Sign out"),
    "signed out": ("您已退出。", "You are signed out."),
    "my cases": ("我的案件", "My cases"),
    "not established": ("未查明", "Not established"),
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "year": ("年", "Year"),
    "month": ("月", "Month"),
    "day": ("日", "Day"),
    "save and continue": ("保存并继续", "Save and continue"),
    "save for later": ("保存，以后再填", "Save and come back later"),
}


def awake(act: Callable[[], object]) -> None:
    """Do what waits until an element is at rest; a window that draws no frames is brought to the front, once.

    Nothing moves on these pages, so an element comes to rest with the next two frames. Chromium's shell now and then
    hands out none to a page (seen once in ten thousand clicks), and a page without frames is no fault of the page. What
    was already clicked is never clicked again.
    """
    try:
        act()
    except TimeoutError as error:
        if "attempting" not in str(error) or "performing" in str(error):
            raise
        act.__self__.page.bring_to_front()
        act()


class Window:
    """A page of the browser, in one language. `hosts` and `faults` are kept from the first request on."""

    def __init__(self, page: Page, language: str, site: Site):
        self.page, self.language, self.site = page, language, site
        self.hosts: set[str | None] = set()
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE)
        for event, note in self._notes():
            page.on(event, note)

    def _notes(self) -> Iterator[tuple[str, Callable]]:
        yield "request", self._note_host
        yield "console", self._note_message
        yield "pageerror", self._note_error

    def close(self) -> Page:
        """Look no longer at the page, and hand it back."""
        for event, note in self._notes():
            self.page.remove_listener(event, note)
        return self.page

    def _note_host(self, request: Request) -> None:
        self.hosts.add(urlsplit(request.url).hostname)

    def _note_message(self, message: ConsoleMessage) -> None:
        """An error page is reported by the browser as if it were a missing part; that is no fault of the page."""
        answered = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        own = message.location["url"].partition("#")[0] == self.page.url.partition("#")[0]
        if message.type in ("error", "warning") and not (answered and own):
            self.faults.append(f"{self.page.url}: {message.text}")

    def _note_error(self, error: Error) -> None:
        self.faults.append(f"{self.page.url}: {error}")

    def say(self, words: str | tuple[str, str]) -> str:
        """Words in the language of this window: a name out of WORDS, or both wordings."""
        chinese, english = WORDS[words] if isinstance(words, str) else words
        return chinese if self.language == "zh" else english

    def go(self, path: str) -> int:
        """Type an address; returns the status of the answer."""
        return self.page.goto(urljoin(self.site.address, path), wait_until="load").status

    def follow(self, link: Locator) -> None:
        """Click a link and wait for the page it leads to: what is asked next is asked of that page."""
        with self.page.expect_navigation():
            awake(link.click)

    def link(self, words) -> Locator:
        return self.page.get_by_role("link", name=self.say(words), exact=True)

    def button(self, words) -> Locator:
        return self.page.get_by_role("button", name=self.say(words), exact=True)

    def box(self, words) -> Locator:
        return self.page.get_by_role("textbox", name=self.say(words), exact=True)

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def come_in(self, login: str) -> None:
        """Be signed in already, in this window's language; the door itself is seen by journeys that `sign_in`."""
        self.page.context.add_cookies(self.site.pass_of(login, self.language))

    def sign_in(self, login: str) -> None:
        """Come to the door, choose the language there if need be, and go in."""
        self.go("/sign-in")
        wanted = self.page.get_by_role(
            "link", name={"zh": "中文", "en": "English"}[self.language], exact=True
        )
        if wanted.count():
            self.follow(wanted)
        self.enter(login)

    def enter(self, login: str) -> None:
        """Give account and password at the door."""
        self.box("account").fill(login)
        self.page.get_by_label(self.say("password"), exact=True).fill(PASSWORD)
        awake(self.button("sign in").click)
        expect(self.button("sign out")).to_be_visible()

    def sign_out(self) -> None:
        awake(self.button("sign out").click)
        expect(self.page.get_by_text(self.say("signed out"))).to_be_visible()

    def answer(self, fact_id: str, value: object) -> None:
        """Answer one question of the page as a person does: click, choose or type."""
        fact = vocabulary().facts[fact_id]
        part, kind = self._question(fact)
        if kind == "radio":
            awake(part.get_by_role("radio", name=self.words_for(fact, value), exact=True).check)
        elif kind == "select":
            part.select_option(label=self.words_for(fact, value))
        elif kind == "date":
            for box, text in zip(("year", "month", "day"), str(value).split("-"), strict=True):
                part.get_by_role("textbox", name=self.say(box), exact=True).fill(text.lstrip("0"))
        else:
            part.fill(str(value))

    def expect_answer(self, fact_id: str, value: object) -> None:
        """The question shows this answer; None is not established."""
        fact = vocabulary().facts[fact_id]
        part, kind = self._question(fact)
        if kind == "radio":
            expect(part.get_by_role("radio", name=self.words_for(fact, value), exact=True)).to_be_checked()
        elif kind == "select":
            expect(part.locator("option:checked")).to_have_text(self.words_for(fact, value))
        elif kind == "date":
            for box, text in zip(("year", "month", "day"), str(value or "--").split("-"), strict=True):
                expect(part.get_by_role("textbox", name=self.say(box), exact=True)).to_have_value(
                    text.lstrip("0")
                )
        else:
            expect(part).to_have_value("" if value is None else str(value))

    def _question(self, fact: Fact) -> tuple[Locator, str]:
        """Where a question is answered, found by its own words, and in what way."""
        named = {"name": fact.label(self.language), "exact": True}
        kinds = {
            "date": self.page.get_by_role("group", **named),
            "radio": self.page.get_by_role("radiogroup", **named),
            "select": self.page.get_by_role("combobox", **named),
            "text": self.page.get_by_role("textbox", **named),
        }
        asked = {"boolean": ("radio",), "choice": ("radio", "select"), "date": ("date",)}.get(
            fact.type, ("text",)
        )
        kind = next(kind for kind in asked if kind == asked[-1] or kinds[kind].count())
        return kinds[kind], kind

    def words_for(self, fact: Fact, value: object) -> str:
        """How a page says the value of a fact."""
        if value is None:
            return self.say("not established")
        if fact.type == "boolean":
            return self.say("yes" if value else "no")
        if fact.type == "date":
            day = date.fromisoformat(value)
            return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else f"{day:%-d %B %Y}"
        return next(
            (choice.label(self.language) for choice in fact.choices if choice.value == value), str(value)
        )
