"""The browser's windows, which are dear to open: one that a journey has left serves the next, with nothing in it."""

from collections import defaultdict

from playwright.sync_api import Browser, Page


class Panes:
    """Windows of one browser, each with cookies of its own."""

    def __init__(self, browser: Browser):
        self._browser = browser
        self._idle: dict[bool, list[Page]] = defaultdict(list)

    def take(self, scripts: bool, size: dict) -> Page:
        """An empty window of this size, whose pages run scripts or not."""
        if not self._idle[scripts]:
            context = self._browser.new_context(java_script_enabled=scripts, viewport=size, locale="fr")
            return context.new_page()
        page = self._idle[scripts].pop()
        if page.viewport_size != size:
            page.set_viewport_size(size)
        return page

    def give_back(self, page: Page, scripts: bool) -> None:
        """Leave the page, then forget who was here: an answer still under way could bring cookies back."""
        page.goto("about:blank")
        page.context.clear_cookies()
        self._idle[scripts].append(page)
