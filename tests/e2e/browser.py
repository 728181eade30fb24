"""Chromium as a person uses it: waits for the page to be whole, and looks at what is on it."""

from __future__ import annotations

import re

from playwright.sync_api import Page

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def settle(page: Page, timeout: float = 60_000) -> None:
    """Wait until the script has finished, nothing is stale and nothing is loading."""
    page.wait_for_selector(READY, timeout=timeout, state="attached")
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stSkeleton], [data-stale=true], [data-testid=stSpinner]')",
        timeout=timeout,
    )
    page.wait_for_timeout(150)
    page.wait_for_selector(READY, timeout=timeout, state="attached")


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("h1", timeout=90_000)
    settle(page)


def count_in(text: str) -> int:
    """The first whole number in a text, thousands separators allowed."""
    found = re.search(r"\d[\d,]*", text)
    assert found, f"no number in {text!r}"
    return int(found.group().replace(",", ""))
