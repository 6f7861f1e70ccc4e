"""Every page, at a desk and on a phone: nothing that shuts anyone out, nothing that runs off the screen."""

from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy.orm import Session

from casebook.db import make_engine
from casebook.home import Home
from tests.conftest import fresh_database
from tests.journeys.conftest import serving, windows
from tests.journeys.places import PLACES, furnish
from tests.journeys.window import DESKTOP, PHONE, Window

AXE = Axe().axe_script
FAULTS = """colours => axe.run({
    resultTypes: ["violations"], rules: {"color-contrast": {enabled: colours}}
}).then(found => found.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`)))"""


@pytest.fixture(scope="module")
def visit(browser, server_url, template, tmp_path_factory):
    """Bring somebody to a place, in their own window, which stays open for the next place."""
    folder = tmp_path_factory.mktemp("every-page")
    with fresh_database(server_url, template, folder) as url:
        home = Home(folder / "home", url)
        home.create()
        engine = make_engine(url)
        with Session(engine, expire_on_commit=False) as session:
            store = furnish(session, home)
            with serving(home) as address, windows(browser, address) as open_window:

                @cache
                def window_of(who: str | None, language: str) -> Window:
                    window = open_window(language)
                    if who:
                        window.sign_in(who)
                    else:
                        window.go(f"/sign-in?lang={language}")
                    return window

                def visit(place: str, language: str) -> Window:
                    who, come = PLACES[place]
                    window = window_of(who, language)
                    window.faults.clear()
                    window.page.set_viewport_size(DESKTOP)
                    come(window, store)
                    return window

                yield visit
        engine.dispose()


def barriers(window: Window, colours: bool = False) -> list[str]:
    """What axe finds on the page as it stands."""
    if not window.page.evaluate("() => 'axe' in globalThis"):
        window.page.evaluate(AXE)
    return window.page.evaluate(FAULTS, colours)


def width(window: Window) -> int:
    return window.page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("place", PLACES)
def test_a_page_keeps_nobody_out_and_fits_a_desk_and_a_phone(visit, place, language):
    window = visit(place, language)

    # Colours depend neither on the language nor on the width, and take longest to judge.
    assert barriers(window, colours=language == "zh") == []
    assert width(window) <= DESKTOP["width"]
    window.page.set_viewport_size(PHONE)
    assert width(window) <= PHONE["width"]
    assert language == "en" or barriers(window) == []
    assert window.page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert window.faults == []
