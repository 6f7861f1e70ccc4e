"""One person at their desk: fills in forms by the names of their boxes, presses buttons by their words."""

from datetime import date
from functools import cache
from pathlib import Path

from babel.messages.mofile import read_mo
from playwright.sync_api import Locator, expect

import web
from tests.journeys.window import Window, awake


@cache
def _chinese():
    path = Path(web.__file__).parent / "translations/zh_Hans_CN/LC_MESSAGES/messages.mo"
    with path.open("rb") as file:
        return {message.id: message.string for message in read_mo(file) if isinstance(message.id, str)}


class Desk:
    """A signed-in person with a window of their own. Words are given in English and said in the window's language."""

    def __init__(self, window: Window, login: str, number: str = ""):
        self.window, self.page, self.number = window, window.page, number
        window.come_in(login)

    def say(self, english: str | tuple[str, str]) -> str:
        """Words of the pages; a pair is what the rules say, in both languages."""
        if isinstance(english, tuple):
            return self.window.say(english)
        return _chinese()[english] if self.window.language == "zh" else english

    def go(self, room: str = "") -> None:
        """Open a page of the case."""
        assert self.window.go(f"/cases/{self.number}{room}") == 200, self.page.url

    def fill(self, **boxes: str) -> None:
        for name, text in boxes.items():
            self.page.locator(f"[name='{name}']:visible").first.fill(text)

    def choose(self, name: str, *values: str) -> None:
        """Tick radios or boxes, or choose from a list, by their values."""
        for value in values:
            box = self.page.locator(f"input[name='{name}'][value='{value}']")
            if box.count():
                awake(box.first.check)
            else:
                self.page.locator(f"select[name='{name}']").select_option(value)

    def day(self, name: str, day: date) -> None:
        for part, text in (("year", day.year), ("month", day.month), ("day", day.day)):
            self.page.locator(f"[name='{name}-{part}']").fill(str(text))

    def press(self, english: str, within: Locator | None = None, status: int = 200) -> None:
        """Press a button and wait for the page that answers."""
        place = within or self.main
        button = place.get_by_role("button", name=self.say(english), exact=True).first
        expect(button, self.page.url).to_be_visible()
        with self.page.expect_navigation() as answer:
            awake(button.click)
        assert answer.value.status == status, (self.page.url, self.main.inner_text()[:2000])

    def open(self, english: str) -> None:
        """Follow a link of the page."""
        self.window.follow(self.main.locator("a", has_text=self.say(english)).first)

    def unfold(self) -> None:
        """Open everything that is folded away on the page."""
        folded = self.main.locator("details:not([open]) > summary")
        while folded.count():
            awake(folded.first.click)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def reads(self, english: str | tuple[str, str]) -> None:
        """The page says this."""
        expect(self.main).to_contain_text(self.say(english))

    def declare(self, room: str) -> None:
        """Answer the question of recusal on the page of a room: nothing stands in the way."""
        self.go(room)
        self.press("None concerns me: go on")
