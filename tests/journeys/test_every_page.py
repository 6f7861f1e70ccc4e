"""Every page, at a desk and on a phone: nothing that shuts anyone out, nothing that runs off the screen."""

from contextlib import AbstractContextManager, ExitStack
from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy.orm import Session

from casebook.db import make_engine
from casebook.home import Home
from tests.conftest import fresh_database
from tests.journeys.conftest import windows
from tests.journeys.places import PLACES, SECTIONS, furnish
from tests.journeys.site import serving
from tests.journeys.window import DESKTOP, PHONE, Window

# axe looks once at a page in each language: in Chinese at the desk, in English on the phone. Colours take longest to
# judge, and depend neither on the language nor on the width, nor on which pack is shown.
ALIKE = {f"facts: {section}" for section in SECTIONS[1:]}
ALIKE |= {"a recommendation on paper"}
# Compiled when a page is looked at; the browser is given it once for all pages of a window.
BRING_AXE = f"globalThis.bringAxe = function () {{{Axe().axe_script}\n}}"
FAULTS = """colours => {
    if (!globalThis.axe) globalThis.bringAxe();
    return axe.run({
        resultTypes: ["violations"], elementRef: false, selectors: false, rules: {"color-contrast": {enabled: colours}}
    }).then(found => found.violations.flatMap(
        rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`)))}"""


@pytest.fixture(scope="module")
def visit(panes, server_url, template, templates, tmp_path_factory):
    """Bring somebody to a place, in the window of their language; the next to come there takes their seat."""
    folder = tmp_path_factory.mktemp("every-page")
    with fresh_database(server_url, template, folder) as url:
        home = Home(folder / "home", url)
        home.create()
        engine = make_engine(url)
        with Session(engine, expire_on_commit=False) as session:
            store = furnish(session, home)
            with serving(home, templates) as site, windows(panes, site) as open_window, ExitStack() as axes:

                @cache
                def seat(language: str) -> Seat:
                    window = open_window(language)
                    window.go(f"/sign-in?lang={language}")
                    axes.enter_context(with_axe(window))
                    return Seat(window)

                def visit(place: str, language: str) -> Window:
                    who, come = PLACES[place]
                    window = seat(language).taken_by(who)
                    window.faults.clear()
                    window.page.set_viewport_size(DESKTOP)
                    come(window, store)
                    return window

                yield visit
        engine.dispose()


class Seat:
    """A window that people share one after the other, each with their own cookies."""

    def __init__(self, window: Window):
        self.window, self.who = window, None
        self.cookies: dict[str | None, list] = {}

    def taken_by(self, who: str | None) -> Window:
        if who != self.who:
            context = self.window.page.context
            self.cookies[self.who], self.who = context.cookies(), who
            context.clear_cookies()
            if who in self.cookies:
                context.add_cookies(self.cookies[who])
            else:
                self.window.come_in(who)
        return self.window


def with_axe(window: Window) -> AbstractContextManager:
    """From the next page on, and until this ends, axe can look at what the window shows."""
    return window.page.add_init_script(BRING_AXE)


def barriers(window: Window, colours: bool = False) -> list[str]:
    """What axe finds on the page as it stands."""
    return window.page.evaluate(FAULTS, colours)


def width(window: Window) -> int:
    return window.page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("place", PLACES)
def test_a_page_keeps_nobody_out_and_fits_a_desk_and_a_phone(visit, place, language):
    window, desk = visit(place, language), language == "zh"

    assert not desk or barriers(window, colours=place not in ALIKE) == []
    assert width(window) <= DESKTOP["width"]
    window.page.set_viewport_size(PHONE)
    assert width(window) <= PHONE["width"]
    assert desk or barriers(window) == []
    assert window.page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert window.faults == []


def test_what_the_other_tests_look_for_would_be_found(open_window):
    window = open_window("en")
    with with_axe(window):
        window.go("/help?lang=en")

    window.page.evaluate("""() => {
        const picture = new Image(3000, 10);
        picture.src = "https://example.invalid/picture.png";
        document.querySelector("main").append(picture);
    }""")
    found = barriers(window, colours=True)
    window.page.set_viewport_size(PHONE)

    assert any(fault.startswith("image-alt: <img") for fault in found)
    assert width(window) > PHONE["width"]
    with window.page.expect_console_message():
        window.page.evaluate("console.error('a fault')")
    assert any("Content Security Policy" in fault for fault in window.faults)
    assert any("a fault" in fault for fault in window.faults)
    window.faults.clear()
    assert window.hosts == {"127.0.0.1", "example.invalid"}  # asked for, and refused by the page's own policy
    window.hosts.remove("example.invalid")
