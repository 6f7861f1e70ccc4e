"""Journeys: the real site on a free port, over a real database, seen through a real browser.

Every window keeps count of the hosts it asked and of what its console complained about; when a test is over,
both are looked at.
"""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session
from waitress import create_server

from casebook.home import Home
from tests.journeys.window import DESKTOP, Window
from web import create_app
from web.config import Config

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync""".split()


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


@contextmanager
def serving(home: Home) -> Iterator[str]:
    """The address of the site over a home, served as `casebook serve` does."""
    app = create_app(Config(home=home))
    door = socket.create_server(("127.0.0.1", 0))
    server = create_server(app, sockets=[door], threads=4, ident=None)
    thread = threading.Thread(target=server.run, name="site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        # In its own thread the server closes every connection, finds nothing left to wait for, and returns.
        server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
        thread.join()
        server.task_dispatcher.shutdown()
        app.extensions["casebook.engine"].dispose()


@pytest.fixture
def site(home: Home) -> Iterator[str]:
    with serving(home) as address:
        yield address


@contextmanager
def windows(browser: Browser, address: str) -> Iterator[Callable[..., Window]]:
    """Open windows on a site; afterwards none may have asked another host or met an error."""
    opened: list[Window] = []

    def open_window(language: str, scripts: bool = True, size: dict = DESKTOP) -> Window:
        context = browser.new_context(
            base_url=address, java_script_enabled=scripts, viewport=size, locale="fr"
        )
        opened.append(Window(context.new_page(), language))
        return opened[-1]

    try:
        yield open_window
    finally:
        for window in opened:
            window.page.context.close()
    assert {host for window in opened for host in window.hosts} == {"127.0.0.1"}
    assert [fault for window in opened for fault in window.faults] == []


@pytest.fixture
def open_window(browser: Browser, site: str, session: Session) -> Iterator[Callable[..., Window]]:
    """A window on this test's site; what the test has prepared so far is committed first."""
    with windows(browser, site) as open_one:

        def open_window(*wishes, **more) -> Window:
            session.commit()
            return open_one(*wishes, **more)

        yield open_window
