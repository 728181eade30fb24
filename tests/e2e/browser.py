"""Chromium as a person uses it: waits for the page to be whole, and looks at what is on it."""

from __future__ import annotations

import re
from typing import TypedDict
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
WHOLE = f"""() => document.querySelector('{READY}') && document.querySelector('h1') &&
    !document.querySelector('[data-testid=stSkeleton], [data-stale=true], [data-testid=stSpinner]')"""
QUIET_MILLISECONDS = 200
"""How long a page must be whole without a break: a run that a widget starts begins a moment after the click."""
PATIENCE = 60_000
"""Milliseconds for the first page of a server, which makes the demo company and its cube on two busy cores."""
PROBES = ("_stcore/health", "_stcore/host-config")
"""Streamlit looks for its server below the address of a deep link first; these two 404 answers are its own."""


class Size(TypedDict):
    width: int
    height: int


DESKTOP: Size = {"width": 1440, "height": 900}
PHONE: Size = {"width": 390, "height": 844}


class Window:
    """One browser window: `page` is Playwright's own, `complaints` what its console called an error."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not str(message.location.get("url", "")).endswith(PROBES):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def open(self, url: str) -> Window:
        self.page.goto(url)
        return self.settle(PATIENCE)

    def settle(self, timeout: float = PATIENCE) -> Window:
        """Wait until the headline is there, the script has finished and nothing is stale or loading, for a while."""
        settle(self.page, timeout)
        return self

    @property
    def headline(self) -> str:
        return seen(self.page.locator("h1").inner_text())

    @property
    def evidence(self) -> str:
        """The grey line under the headline."""
        return seen(self.page.get_by_test_id("stCaptionContainer").first.inner_text())

    @property
    def words(self) -> str:
        """Everything written on the page."""
        return seen(self.page.get_by_test_id("stMain").inner_text())

    @property
    def address(self) -> str:
        """The page's address without parameters: "voices"."""
        return urlsplit(self.page.url).path.strip("/")

    @property
    def parameters(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.page.url).query)

    def at(self, key: str) -> Locator:
        """The element of a Streamlit key."""
        return self.page.locator(f".st-key-{key}").first

    def press(self, key: str) -> Window:
        """Click the button of a Streamlit key and wait for what follows."""
        self.at(key).get_by_role("button").first.click()
        return self.settle()

    def choose(self, key: str, option: str) -> Window:
        """Choose an option of a select box or multiselect, typing what it is called."""
        self.at(key).locator("input").first.click()
        self.page.keyboard.type(option)
        self.page.get_by_role("option", name=option, exact=True).click()
        self.page.keyboard.press("Escape")
        return self.settle()

    def go_to(self, title: str) -> Window:
        """Another page by the menu."""
        self.page.get_by_test_id("stTopNavLink").filter(has_text=title).first.click()
        expect(self.page.get_by_test_id("stTopNavLink").filter(has_text=title).first).to_have_attribute(
            "aria-current", "page"
        )
        return self.settle()

    def wait_for_words(self, words: str, timeout: float = 20_000) -> Window:
        """Until these words are somewhere on the page."""
        expect(self.page.get_by_test_id("stMain")).to_contain_text(words, timeout=timeout)
        return self


def settle(page: Page, timeout: float = PATIENCE) -> None:
    """Wait until the page has been whole for a moment without a break."""
    page.wait_for_function(
        f"""() => {{
            const whole = {WHOLE};
            if (!whole()) {{ window.__wholeSince = undefined; return false; }}
            window.__wholeSince ??= performance.now();
            return performance.now() - window.__wholeSince >= {QUIET_MILLISECONDS};
        }}""",
        timeout=timeout,
    )
    page.evaluate("() => { window.__wholeSince = undefined; }")


def seen(text: str) -> str:
    """A text as a person sees it: without the joiners that keep Streamlit from reading it as markup."""
    return text.replace("\u2060", "")


def count_in(text: str) -> int:
    """The first whole number in a text, thousands separators allowed."""
    found = re.search(r"\d[\d,]*", text)
    assert found, f"no number in {text!r}"
    return int(found.group().replace(",", ""))


def n_in(text: str) -> int:
    """The n that a line of evidence states: "23 to 31 · n 1,640"."""
    found = re.search(r"\bn ([\d,]+)", text)
    assert found, f"no n in {text!r}"
    return int(found.group(1).replace(",", ""))
