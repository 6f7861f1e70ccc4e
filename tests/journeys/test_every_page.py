"""Every page, at a desk and on a phone: nothing that shuts anyone out, nothing that runs off the screen."""

from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy.orm import Session

from casebook.db import make_engine
from casebook.home import Home
from rules.library import library
from tests.conftest import fresh_database
from tests.journeys.conftest import serving, windows
from tests.journeys.places import PLACES, SECTIONS, furnish
from tests.journeys.window import DESKTOP, PHONE, Window

AXE = Axe().axe_script
# Colours take longest to judge, and depend neither on the language nor on the width, nor on which pack is shown.
ALIKE = {f"facts: {section}" for section in SECTIONS[1:]} | {
    f"pack: {name}" for name in list(library().packs)[1:]
}
ALIKE |= {"a recommendation on paper"}
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

    assert barriers(window, colours=language == "zh" and place not in ALIKE) == []
    assert width(window) <= DESKTOP["width"]
    window.page.set_viewport_size(PHONE)
    assert width(window) <= PHONE["width"]
    assert language == "en" or barriers(window) == []
    assert window.page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert window.faults == []


def test_what_the_other_tests_look_for_would_be_found(open_window):
    window = open_window("en")
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
