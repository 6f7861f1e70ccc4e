"""Journeys: the real site on a free port, over a real database, seen through a real browser.

Every window keeps count of the hosts it asked and of what its console complained about; when a test is over,
both are looked at.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from jinja2 import BytecodeCache
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session

from casebook.home import Home
from tests.journeys.panes import Panes
from tests.journeys.site import Site, serving
from tests.journeys.window import DESKTOP, Window

# The shell has no window frame to draw around each page, which is half of the work of loading one.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
ARGUMENTS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync""".split()
# No process is kept ready for another site. The switch counts once, so what Playwright turns off is named again.
ARGUMENTS.append(
    "--disable-features=SpareRendererForSitePerProcess,AvoidUnnecessaryBeforeUnloadCheckSync,"
    "DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,PreconnectToSearch"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder drives a browser."""
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all journeys of a process; each window has cookies of its own."""
    if CHROMIUM is None:
        pytest.skip("No Chromium is installed, so no page can be looked at.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def panes(browser: Browser) -> Panes:
    return Panes(browser)


@pytest.fixture
def site(home: Home, templates: BytecodeCache) -> Iterator[Site]:
    with serving(home, templates) as site:
        yield site


@contextmanager
def windows(panes: Panes, site: Site) -> Iterator[Callable[..., Window]]:
    """Open windows on a site; afterwards none may have asked another host or met an error."""
    opened: list[tuple[Window, bool]] = []

    def open_window(language: str, scripts: bool = True, size: dict = DESKTOP) -> Window:
        opened.append((Window(panes.take(scripts, size), language, site), scripts))
        return opened[-1][0]

    try:
        yield open_window
    finally:
        for window, scripts in opened:
            panes.give_back(window.close(), scripts)
    assert {host for window, _ in opened for host in window.hosts} == {"127.0.0.1"}
    assert [fault for window, _ in opened for fault in window.faults] == []


@pytest.fixture
def open_window(panes: Panes, site: Site, session: Session) -> Iterator[Callable[..., Window]]:
    """A window on this test's site; what the test has prepared so far is committed first."""
    with windows(panes, site) as open_one:

        def open_window(*wishes, **more) -> Window:
            session.commit()
            return open_one(*wishes, **more)

        yield open_window
