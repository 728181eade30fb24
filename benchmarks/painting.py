"""When a page has been painted, seen from inside Chromium: the last change of what stands on it, two frames later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.e2e.browser import DESKTOP, FLAGS, WHOLE, Size
from tests.needs import chromium

QUIET = 250
"""Milliseconds without a change after which a whole page counts as painted."""
PATIENCE = 60_000
"""Milliseconds until a page that is never whole counts as failed."""
WATCH = """(() => {
    const INSIDE = '[data-testid=stMain]';
    window.__painted = 0; window.__clicked = 0;
    document.addEventListener('click', () => { window.__clicked = performance.now(); }, true);
    new MutationObserver(changes => {
        if (!changes.some(({target}) => (target.closest ? target : target.parentElement)?.closest(INSIDE))) return;
        requestAnimationFrame(() => requestAnimationFrame(() => { window.__painted = performance.now(); }));
    }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
})()"""
"""To be run before a page is opened: notes the last change inside the page two frames after it, and the last click."""
DONE = f"""wanted => {{
    const main = document.querySelector('[data-testid=stMain]');
    const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
    return ({WHOLE})() && main.innerText.includes(wanted) && window.__painted > window.__clicked
        && charts.every(chart => chart.querySelector('svg.marks, canvas.marks'))
        && performance.now() - window.__painted > {QUIET};
}}"""
"""The script has finished, nothing is stale or loading, these words are there, every chart is drawn, nothing moves."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium, closed at the end."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield opened
        opened.close()


@contextmanager
def visitor(chrome: Browser, size: Size = DESKTOP) -> Iterator[BrowserContext]:
    """Somebody with an empty cache, at a desk or with a phone."""
    context = chrome.new_context(viewport=size, locale="en-GB")  # type: ignore[arg-type]
    context.add_init_script(WATCH)
    yield context
    context.close()


@dataclass(frozen=True, slots=True)
class Painted:
    """Milliseconds until a page was painted, and how many of them its main thread worked until it had been still."""

    milliseconds: float
    processor: float


def opened(page: Page, url: str, wanted: str = "") -> Painted:
    """Open an address: from the navigation until it was painted with the wanted words."""
    return _painted(page, lambda: page.goto(url, wait_until="commit"), wanted)


def clicked(page: Page, click: Callable[[], object], wanted: str) -> Painted:
    """From the (last) click until the page was painted with the wanted words."""
    return _painted(page, click, wanted)


def _painted(page: Page, cause: Callable[[], object], wanted: str) -> Painted:
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    before = _worked(tools)
    cause()
    page.wait_for_function(DONE, arg=wanted, timeout=PATIENCE)
    worked = _worked(tools) - before
    tools.detach()
    return Painted(float(page.evaluate("() => window.__painted - window.__clicked")), worked)


def _worked(tools: CDPSession) -> float:
    """Milliseconds that the page's main thread has worked so far."""
    metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(metrics["TaskDuration"])
